//! The words of an annex: each as it was written and as it is compared, with the marks between them.

/// A word or a mark.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// As it was written.
    pub text: String,
    /// Folded; a mark is its own.
    pub key: String,
}

impl Token {
    fn word(text: &str) -> Option<Token> {
        let text = text.trim_matches(['.', '"', '\'', '“', '”', '•', '*', '…']);
        if text == "-" || text == "–" {
            return Some(Token { text: text.to_owned(), key: "-".to_owned() });
        }
        let key = fold::key(text);
        (!key.is_empty()).then(|| Token { text: text.to_owned(), key })
    }

    fn mark(mark: char) -> Token {
        Token { text: mark.to_string(), key: mark.to_string() }
    }

    /// Does it look like a part of a name? The words of the sentence itself are written small.
    pub fn is_capital(&self) -> bool {
        self.text.chars().next().is_some_and(|c| c.is_uppercase() || c.is_ascii_digit())
    }
}

const MARKS: [char; 7] = [',', ';', '(', ')', ':', '→', '+'];

/// Abbreviated kinds, as they stand before a full stop: `TT.Vụ Bản`.
const ABBREVIATED: [&str; 8] = ["tt", "tx", "tp", "p", "x", "h", "q", "t"];

/// The tokens of a line, without its number or bullet. Full stops and quotes part nothing.
pub fn tokens(line: &str) -> Vec<Token> {
    let line = fold::clean(line).replace("->", "→").replace("=>", "→");
    let mut tokens = Vec::new();
    for word in line.split_whitespace() {
        let mut rest = word;
        while let Some(at) = rest.find(MARKS) {
            tokens.extend(words(&rest[..at]));
            let mark = rest[at..].chars().next().unwrap_or(',');
            tokens.push(Token::mark(mark));
            rest = &rest[at + mark.len_utf8()..];
        }
        tokens.extend(words(rest));
    }
    let n = tokens.iter().take_while(|token| is_numbering(token)).count();
    // `5 xã …` counts and does not number.
    let n = if tokens.get(n).is_some_and(|token| ["xa", "phuong"].contains(&&*token.key)) { 0 } else { n };
    tokens.drain(..n);
    tokens
}

/// A word, or two where an abbreviated kind is written into one with the name.
fn words(text: &str) -> Vec<Token> {
    match text.split_once('.') {
        Some((kind, name)) if ABBREVIATED.contains(&&*fold::key(kind)) => {
            [kind, name].into_iter().filter_map(Token::word).collect()
        }
        _ => Token::word(text).into_iter().collect(),
    }
}

fn is_numbering(token: &Token) -> bool {
    let is_number = token.key.chars().all(|c| c.is_ascii_digit() || c == '.');
    is_number
        || token.key == "-"
        || (token.text == ")")
        || (token.key.len() == 1
            && token.text.is_ascii()
            && token.key.chars().all(|c| c.is_ascii_lowercase())
            && !token.is_capital())
}

/// Tokens as they were written, with the spaces that belong between them.
pub fn written(tokens: &[Token]) -> String {
    let mut text = String::new();
    for token in tokens {
        let tight = [",", ";", ")", ":"].contains(&&*token.key) || text.ends_with('(') || text.is_empty();
        if !tight {
            text.push(' ');
        }
        text.push_str(&token.text);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(line: &str) -> Vec<String> {
        tokens(line).into_iter().map(|token| token.key).collect()
    }

    #[test]
    fn numbers_bullets_and_full_stops_are_left_out() {
        assert_eq!(keys("12. Sáp nhập xã A, xã B."), ["sap", "nhap", "xa", "a", ",", "xa", "b"]);
        assert_eq!(keys("a) Nhập TT.Vụ Bản (H. Lạc Sơn)"), ["nhap", "tt", "vu", "ban", "(", "h", "lac", "son", ")"]);
        assert_eq!(keys("– Phan Rang - Tháp Chàm"), ["phan", "rang", "-", "thap", "cham"]);
    }

    #[test]
    fn what_is_written_again_is_what_was_read() {
        for line in ["xã A (huyện B), xã C", "Phan Rang - Tháp Chàm"] {
            assert_eq!(written(&tokens(line)), line);
        }
    }
}
