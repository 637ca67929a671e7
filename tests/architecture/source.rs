//! Reading source files: words, marks and texts of Rust, without its comments.

use std::fs;
use std::path::{Path, PathBuf};

/// A file of the repository; its name is relative to the folder it was looked for in.
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) text: String,
}

/// The files below a folder of the repository whose names end so, in order.
pub(crate) fn files(folder: &str, ending: &str) -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder is part of the repository") {
            let path: PathBuf = entry.expect("its entries can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                let name = path.strip_prefix(&root).expect("it lies below").to_string_lossy().replace('\\', "/");
                let text = fs::read_to_string(&path).expect("source files are text");
                found.push(File { name, text });
            }
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(!found.is_empty(), "{folder} holds no {ending}");
    found
}

/// What is wrong, and where. `what` is what an exception names: a path, a word, an item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Fault {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) what: String,
    pub(crate) told: String,
}

/// A fault that is known, and why it stands. `what` ends in `*` for everything that begins so.
pub(crate) struct Known {
    pub(crate) file: &'static str,
    pub(crate) what: &'static str,
    pub(crate) why: &'static str,
}

impl Known {
    fn covers(&self, fault: &Fault) -> bool {
        let same = match self.what.strip_suffix('*') {
            Some(beginning) => fault.what.starts_with(beginning),
            None => fault.what == self.what,
        };
        self.file == fault.file && same
    }
}

/// Sentences for every fault that is not known, and for every known one that is gone.
pub(crate) fn judge(faults: &[Fault], known: &[Known]) -> Vec<String> {
    let new = faults.iter().filter(|fault| !known.iter().any(|known| known.covers(fault)));
    let gone = known.iter().filter(|known| !faults.iter().any(|fault| known.covers(fault)));
    let unreasoned = known.iter().filter(|known| known.why.split(' ').count() < 3);
    new.map(|f| format!("{}:{}: {}", f.file, f.line, f.told))
        .chain(gone.map(|k| format!("{}: take the exception {:?} out, nothing needs it", k.file, k.what)))
        .chain(unreasoned.map(|k| format!("{}: the exception {:?} has no reason", k.file, k.what)))
        .collect()
}

/// Fails with all sentences at once.
pub(crate) fn expect_none(sentences: &[String]) {
    assert!(sentences.is_empty(), "\n  {}\n", sentences.join("\n  "));
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// An identifier, a keyword or a number.
    Word,
    /// One character of punctuation.
    Mark,
    /// What stands between quotes.
    Text,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) text: String,
    pub(crate) line: usize,
}

impl Token {
    pub(crate) fn is_word(&self, text: &str) -> bool {
        self.kind == Kind::Word && self.text == text
    }

    pub(crate) fn is_mark(&self, text: &str) -> bool {
        self.kind == Kind::Mark && self.text == text
    }
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
}

impl Reader<'_> {
    fn take(&mut self, n_bytes: usize) -> &str {
        let (taken, rest) = self.rest.split_at(n_bytes);
        self.line += taken.matches('\n').count();
        self.rest = rest;
        taken
    }

    fn take_to(&mut self, end: &str) {
        let n = self.rest.find(end).map_or(self.rest.len(), |at| at + end.len());
        self.take(n);
    }

    /// Comments of blocks may stand in one another.
    fn skip_block(&mut self) {
        let mut depth = 0;
        loop {
            let (open, close) = (self.rest.find("/*"), self.rest.find("*/"));
            match (open, close) {
                (Some(open), Some(close)) if open < close => {
                    depth += 1;
                    self.take(open + 2);
                }
                (_, Some(close)) => {
                    depth -= 1;
                    self.take(close + 2);
                    if depth == 0 {
                        return;
                    }
                }
                (_, None) => {
                    self.take(self.rest.len());
                    return;
                }
            }
        }
    }

    /// A text after its first quote; a line that ends in `\` goes on with the next one's first word.
    fn quoted(&mut self) -> String {
        let mut text = String::new();
        while let Some(c) = self.rest.chars().next() {
            self.take(c.len_utf8());
            match c {
                '"' => break,
                '\\' => {
                    let escaped = self.rest.chars().next().unwrap_or(' ');
                    self.take(escaped.len_utf8());
                    match escaped {
                        '\n' => {
                            let n = self.rest.len() - self.rest.trim_start().len();
                            self.take(n);
                        }
                        'n' | 't' | 'r' => text.push(' '),
                        other => text.push(other),
                    }
                }
                other => text.push(other),
            }
        }
        text
    }

    fn raw(&mut self, n_hashes: usize) -> String {
        let end = format!("\"{}", "#".repeat(n_hashes));
        let n = self.rest.find(&end).unwrap_or(self.rest.len());
        let text = self.take(n).to_owned();
        self.take(end.len().min(self.rest.len()));
        text
    }

    fn is_raw(&self) -> Option<usize> {
        let after = self.rest.strip_prefix("br").or_else(|| self.rest.strip_prefix('r'))?;
        let n_hashes = after.len() - after.trim_start_matches('#').len();
        after[n_hashes..].starts_with('"').then_some(n_hashes)
    }

    /// A letter between quotes, or a lifetime, of which only the quote is taken.
    fn letter_or_lifetime(&mut self) {
        let mut letters = self.rest.chars().skip(1);
        let (first, second) = (letters.next(), letters.next());
        if first == Some('\\') {
            self.take(3);
            self.take_to("'");
        } else if second == Some('\'') {
            self.take(2 + first.map_or(0, char::len_utf8));
        } else {
            self.take(1);
        }
    }
}

/// The tokens of Rust source, without comments and letters.
pub(crate) fn tokens(source: &str) -> Vec<Token> {
    let mut reader = Reader { rest: source, line: 1 };
    let mut tokens = Vec::new();
    while let Some(c) = reader.rest.chars().next() {
        let line = reader.line;
        let (kind, text) = if reader.rest.starts_with("//") {
            reader.take_to("\n");
            continue;
        } else if reader.rest.starts_with("/*") {
            reader.skip_block();
            continue;
        } else if c.is_whitespace() {
            reader.take(c.len_utf8());
            continue;
        } else if c == '\'' {
            reader.letter_or_lifetime();
            continue;
        } else if let Some(n_hashes) = reader.is_raw() {
            reader.take_to("\"");
            (Kind::Text, reader.raw(n_hashes))
        } else if c == '"' {
            reader.take(1);
            (Kind::Text, reader.quoted())
        } else if c.is_alphanumeric() || c == '_' {
            let n = reader.rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(reader.rest.len());
            (Kind::Word, reader.take(n).to_owned())
        } else {
            (Kind::Mark, reader.take(c.len_utf8()).to_owned())
        };
        tokens.push(Token { kind, text, line });
    }
    tokens
}

/// The position after the block or statement that begins at `from`.
fn end_of_item(tokens: &[Token], from: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(from) {
        if token.is_mark("{") {
            depth += 1;
        } else if token.is_mark("}") {
            depth -= 1;
        }
        let over = token.is_mark("}") || token.is_mark(";");
        if over && depth <= 0 {
            let closed = tokens.get(at + 1).is_some_and(|next| next.is_mark(";"));
            return if closed { at + 2 } else { at + 1 };
        }
    }
    tokens.len()
}

/// The tokens without the items that stand under `#[cfg(test)]`.
pub(crate) fn without_tests(tokens: &[Token]) -> Vec<Token> {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let here = tokens[at..].iter().map(|token| token.text.as_str());
        if here.take(MARK.len()).eq(MARK) {
            at = end_of_item(tokens, at + MARK.len());
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    kept
}

/// The texts of a source, each with the function or constant that was begun last before it.
pub(crate) fn texts(tokens: &[Token]) -> Vec<(String, &Token)> {
    let mut item = String::new();
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let names = ["fn", "const", "static"].iter().any(|word| token.is_word(word));
        match tokens.get(at + 1) {
            Some(next) if names && next.kind == Kind::Word && next.text != "fn" => item.clone_from(&next.text),
            _ => {}
        }
        if token.kind == Kind::Text {
            found.push((item.clone(), token));
        }
    }
    found
}

/// Does this run of words and marks, such as `Timestamp::now`, begin here?
pub(crate) fn begins(tokens: &[Token], run: &str) -> bool {
    let parts: Vec<&str> = run.split("::").collect();
    let mut at = 0;
    for (n, part) in parts.iter().enumerate() {
        let colons = n == 0 || (0..2).all(|k| tokens.get(at + k).is_some_and(|t| t.is_mark(":")));
        at += if n == 0 { 0 } else { 2 };
        if !colons || !tokens.get(at).is_some_and(|token| token.is_word(part)) {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words_of(source: &str) -> Vec<String> {
        tokens(source).into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn comments_and_letters_are_no_code() {
        assert_eq!(words_of("a // crate::web\nb /* c /* d */ e */ f"), ["a", "b", "f"]);
        assert_eq!(words_of("x('\"', '\\'', 'é', '\\u{1F}')"), ["x", "(", ",", ",", ",", ")"]);
        assert_eq!(words_of("&'a str"), ["&", "a", "str"]);
    }

    #[test]
    fn texts_are_read_whole_and_their_quotes_do_not_mislead() {
        assert_eq!(
            words_of(
                r#"f("select 1 \
             from x", "a \" // b", 2)"#
            )[2..5],
            ["select 1 from x", ",", "a \" // b"]
        );
        assert_eq!(words_of("r#\"a \" b\"# + br\"c\" + r"), ["a \" b", "+", "c", "+", "r"]);
    }

    #[test]
    fn lines_are_counted_through_texts_and_comments() {
        let found = tokens("a\n/* \n */ \"x\ny\" // z\nb");
        assert_eq!(found.iter().map(|token| token.line).collect::<Vec<_>>(), [1, 3, 5]);
    }

    #[test]
    fn what_stands_under_test_is_left_out_and_what_follows_is_kept() {
        let source = "a; #[cfg(test)] mod tests { fn x() { \"}\" } } b; #[cfg(test)] use y::{z}; c;";
        let kept: Vec<String> = without_tests(&tokens(source)).into_iter().map(|token| token.text).collect();
        assert_eq!(kept.join(""), "a;b;c;");
    }

    #[test]
    fn a_text_knows_the_item_it_stands_in() {
        let found = tokens("const A: &str = \"a\"; pub const fn b() { \"b\" } static C: X = \"c\";");
        let names: Vec<String> = texts(&found).into_iter().map(|(item, _)| item).collect();
        assert_eq!(names, ["A", "b", "C"]);
    }

    #[test]
    fn an_exception_covers_its_own_fault_only_and_must_be_needed() {
        let fault = |what: &str| Fault { file: "a.rs".into(), line: 1, what: what.into(), told: what.into() };
        let known = |what: &'static str, why: &'static str| [Known { file: "a.rs", what, why }];
        assert!(judge(&[fault("web::x")], &known("web::x", "it must be")).is_empty());
        assert!(judge(&[fault("web::x")], &known("web::*", "it must be")).is_empty());
        assert_eq!(judge(&[fault("web::y")], &known("web::x", "it must be")).len(), 2);
        assert_eq!(judge(&[fault("web::x")], &known("web::x", "")).len(), 1);
    }
}
