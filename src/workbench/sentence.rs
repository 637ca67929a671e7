//! A line of an annex in the words of resolutions, read into who goes where: `Sáp nhập xã A, xã B và một phần xã C
//! (huyện D) thành xã E`. Pure: names are not looked up here. What is read can be written again in one plain form.

use serde::{Deserialize, Serialize};

use crate::places::place::Level;
use crate::places::reorganisation::{Extent, People};
use crate::workbench::tokens::{Token, tokens, written};

/// A place as a line calls it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Called {
    /// With its kind, as far as the line tells one.
    pub name: String,
    pub code: String,
    /// What stands above it, the nearest first.
    pub within: Vec<String>,
}

/// A source, and how much of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToldShare {
    pub source: Called,
    pub extent: Extent,
    pub people: People,
    /// The last part, after which nothing is left.
    pub is_rest: bool,
}

/// What a line says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToldDeed {
    /// One unit where sources stood, or several units where one source stood.
    Found {
        units: Vec<Called>,
        from: Vec<ToldShare>,
    },
    TakeIn {
        unit: Called,
        from: Vec<ToldShare>,
    },
    Rename {
        unit: Called,
        to: Called,
    },
    Move {
        units: Vec<Called>,
        to: Called,
    },
    Close {
        units: Vec<Called>,
    },
    /// Every district that stands below a place.
    CloseDistricts {
        within: Called,
    },
}

/// A kind as it stands before a name: its words, its code, its level. Longer words stand first.
const KINDS: &[(&[&str], &str, Level)] = &[
    (&["thi", "tran"], "thi_tran", Level::Commune),
    (&["dac", "khu"], "dac_khu", Level::Commune),
    (&["thanh", "pho"], "thanh_pho", Level::District),
    (&["thi", "xa"], "thi_xa", Level::District),
    (&["to", "dan", "pho"], "residential_area", Level::Area),
    (&["khu", "dan", "cu"], "residential_area", Level::Area),
    (&["khu", "pho"], "residential_area", Level::Area),
    (&["tieu", "khu"], "residential_area", Level::Area),
    (&["cum", "dan", "cu"], "residential_area", Level::Area),
    (&["phuong"], "phuong", Level::Commune),
    (&["xa"], "xa", Level::Commune),
    (&["huyen"], "huyen", Level::District),
    (&["quan"], "quan", Level::District),
    (&["tinh"], "tinh", Level::Province),
    (&["khu"], "residential_area", Level::Area),
    (&["xom"], "residential_area", Level::Area),
    (&["thon"], "residential_area", Level::Area),
    (&["ban"], "residential_area", Level::Area),
    (&["ap"], "residential_area", Level::Area),
    (&["lang"], "residential_area", Level::Area),
    (&["buon"], "residential_area", Level::Area),
    (&["tdp"], "residential_area", Level::Area),
    (&["truong"], "school", Level::Institution),
    (&["tram", "y", "te"], "health", Level::Institution),
    (&["benh", "vien"], "health", Level::Institution),
    (&["cong", "ty"], "enterprise", Level::Institution),
    (&["hop", "tac", "xa"], "enterprise", Level::Institution),
    (&["cho"], "market", Level::Institution),
    (&["chua"], "religious", Level::Institution),
    (&["giao", "xu"], "religious", Level::Institution),
    (&["giao", "ho"], "religious", Level::Institution),
    (&["co", "quan"], "agency", Level::Institution),
    (&["tt"], "thi_tran", Level::Commune),
    (&["tx"], "thi_xa", Level::District),
    (&["tp"], "thanh_pho", Level::District),
    (&["p"], "phuong", Level::Commune),
    (&["x"], "xa", Level::Commune),
    (&["h"], "huyen", Level::District),
    (&["q"], "quan", Level::District),
];

/// The kind that a name begins with: its code, its level, how many words it takes.
pub fn kind_of(tokens: &[Token]) -> Option<(&'static str, Level, usize)> {
    let begins =
        |words: &&[&str]| words.iter().enumerate().all(|(n, word)| tokens.get(n).is_some_and(|t| t.key == *word));
    let found = KINDS.iter().find(|(words, ..)| begins(words))?;
    // An abbreviation stands before a name and is no name itself.
    let short = found.0.len() == 1 && ["tt", "tx", "tp", "p", "x", "h", "q"].contains(&found.0[0]);
    (!short || tokens.len() > 1).then_some((found.1, found.2, found.0.len()))
}

/// The level that a name tells by its kind.
pub fn level_of(name: &str) -> Option<Level> {
    kind_of(&tokens(name)).map(|(_, level, _)| level)
}

/// The code of the kind that a name tells; `Thành phố` may be of two levels.
pub fn kind_at(name: &str, level: Level) -> Option<&'static str> {
    let (code, ..) = kind_of(&tokens(name))?;
    Some(if code == "thanh_pho" && level == Level::Province { "thanh_pho_tw" } else { code })
}

impl Called {
    /// A place called by its name alone.
    pub fn named(name: &str) -> Called {
        Called { name: name.to_owned(), ..Called::default() }
    }

    /// The name with what it lies in and its code.
    pub fn written(&self) -> String {
        let within = if self.within.is_empty() { String::new() } else { format!(" ({})", self.within.join(", ")) };
        let code = if self.code.is_empty() { String::new() } else { format!(" mã {}", self.code) };
        format!("{}{within}{code}", self.name)
    }
}

impl ToldShare {
    /// Is its measure told by a phrase that goes on over the next names?
    fn goes_on(&self) -> bool {
        self.extent == Extent::Part && !self.is_rest && matches!(self.people, People::None | People::All)
    }

    fn written(&self) -> String {
        let how = match (self.is_rest, self.extent, self.people) {
            (true, _, _) => "phần còn lại của ",
            (false, Extent::Whole, _) => "",
            (false, Extent::Part, People::None) => "một phần diện tích của ",
            (false, Extent::Part, People::All) => "một phần diện tích, toàn bộ dân số của ",
            (false, Extent::Part, People::Some | People::Unknown) => "một phần ",
        };
        format!("{how}{}", self.source.written())
    }
}

impl ToldDeed {
    /// The same with large letters where a name that was shouted has them.
    fn with_capitals(mut self) -> ToldDeed {
        let all: Vec<&mut Called> = match &mut self {
            ToldDeed::Found { units, from } => {
                units.iter_mut().chain(from.iter_mut().map(|share| &mut share.source)).collect()
            }
            ToldDeed::TakeIn { unit, from } => from.iter_mut().map(|share| &mut share.source).chain([unit]).collect(),
            ToldDeed::Rename { unit, to } => vec![unit, to],
            ToldDeed::Move { units, to } => units.iter_mut().chain([to]).collect(),
            ToldDeed::Close { units } => units.iter_mut().collect(),
            ToldDeed::CloseDistricts { within } => vec![within],
        };
        for called in all {
            called.name = capitals(&called.name);
        }
        self
    }

    /// The line in its plain form, which reads back as the same.
    pub fn written(&self) -> String {
        let shares = |from: &[ToldShare]| {
            // What is measured by a phrase with "của" would go on over the next names.
            let goes_on = |at: usize| at > 0 && from[at - 1].goes_on() && from[at].extent == Extent::Whole;
            let one = |(at, share): (usize, &ToldShare)| {
                let whole = if goes_on(at) { "toàn bộ " } else { "" };
                format!("{whole}{}", share.written())
            };
            from.iter().enumerate().map(one).collect::<Vec<_>>().join(", ")
        };
        let units = |units: &[Called]| units.iter().map(Called::written).collect::<Vec<_>>().join(", ");
        match self {
            ToldDeed::Found { units: new, from } if from.is_empty() => format!("Thành lập {}", units(new)),
            ToldDeed::Found { units: new, from } if new.len() > 1 => {
                format!("Chia {} thành {}", shares(from), units(new))
            }
            ToldDeed::Found { units: new, from } => format!("Sáp nhập {} thành {}", shares(from), units(new)),
            ToldDeed::TakeIn { unit, from } => format!("Nhập {} vào {}", shares(from), unit.written()),
            ToldDeed::Rename { unit, to } => format!("Đổi tên {} thành {}", unit.written(), to.written()),
            ToldDeed::Move { units: moved, to } => format!("Chuyển {} về {}", units(moved), to.written()),
            ToldDeed::Close { units: closed } => format!("Giải thể {}", units(closed)),
            ToldDeed::CloseDistricts { within } => format!("Kết thúc cấp huyện của {}", within.written()),
        }
    }
}

/// A name with a large letter at the beginning of every word after its kind.
fn capitals(name: &str) -> String {
    let mut tokens = tokens(name);
    let n_kind = kind_of(&tokens).map_or(0, |(_, _, n)| n);
    for token in tokens.iter_mut().skip(n_kind) {
        let mut letters = token.text.chars();
        token.text = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    }
    written(&tokens)
}

/// Reads a line; nothing when it does not say what becomes of a place.
pub fn read(line: &str) -> Option<ToldDeed> {
    let tokens = tokens(line);
    // Where everything is written large, a large letter is no sign of a name.
    if tokens.len() > 2 && line.to_uppercase() == line {
        let small = tokens.into_iter().map(|token| Token { text: token.text.to_lowercase(), ..token });
        return deed(&small.collect::<Vec<_>>()).map(ToldDeed::with_capitals);
    }
    deed(&tokens)
}
fn deed(all: &[Token]) -> Option<ToldDeed> {
    if let Some(rest) = after(all, &["ket", "thuc", "cap", "huyen"]).or_else(|| after(all, &["bo", "cap", "huyen"])) {
        let within = units(rest.strip_prefix_key("cua")).into_iter().next()?;
        return Some(ToldDeed::CloseDistricts { within });
    }
    for verb in [&["giai", "the"][..], &["ket", "thuc", "hoat", "dong"], &["bai", "bo"]] {
        if let Some(rest) = after(all, verb) {
            let closed = units(rest.strip_prefix_key("cua"));
            return (!closed.is_empty()).then_some(ToldDeed::Close { units: closed });
        }
    }
    if let Some(rest) = after(all, &["doi", "ten"]) {
        return renamed(rest);
    }
    for verb in [&["chia", "tach"][..], &["chia"]] {
        if let Some(rest) = after(all, verb) {
            return divided(rest);
        }
    }
    if let Some(rest) = after(all, &["thanh", "lap"]) {
        return founded(rest);
    }
    for verb in [&["sap", "nhap"][..], &["hop", "nhat"], &["sap", "xep"], &["nhap"], &["gop"]] {
        if let Some(rest) = after(all, verb) {
            return merged(rest);
        }
    }
    for verb in [&["dieu", "chinh"][..], &["chuyen"], &["tach"]] {
        if let Some(rest) = after(all, verb) {
            return moved(rest);
        }
    }
    merged(all).filter(|_| all.iter().any(|token| token.key == "→"))
}

/// `xã A thành xã B`: another name, or another kind.
fn renamed(rest: &[Token]) -> Option<ToldDeed> {
    let (from, to) = split_at_into(rest)?;
    let (unit, to) = (units(from).into_iter().next()?, target(to)?);
    Some(ToldDeed::Rename { unit, to })
}

/// `xã A thành xã B và xã C`.
fn divided(rest: &[Token]) -> Option<ToldDeed> {
    let (from, to) = split_at_into(rest)?;
    let source = units(from).into_iter().next()?;
    let new = units(&without_fillers(to));
    let share = ToldShare { source, extent: Extent::Part, people: People::Some, is_rest: true };
    (!new.is_empty()).then_some(ToldDeed::Found { units: new, from: vec![share] })
}

/// `xã A trên cơ sở xã B`, or a creation without sources.
fn founded(rest: &[Token]) -> Option<ToldDeed> {
    match find(rest, &["tren", "co", "so"]) {
        Some(at) => {
            let from = shares(&rest[at + 3..]);
            let unit = target(&rest[..at])?;
            (!from.is_empty()).then_some(ToldDeed::Found { units: vec![unit], from })
        }
        None => Some(ToldDeed::Found { units: vec![target(rest)?], from: Vec::new() }),
    }
}

/// `A, B thành C`, `A, B vào C`.
fn merged(rest: &[Token]) -> Option<ToldDeed> {
    if let Some(at) = find_small(rest, "vao") {
        let (from, unit) = (shares(&rest[..at]), target(&rest[at + 1..])?);
        return (!from.is_empty()).then_some(ToldDeed::TakeIn { unit, from });
    }
    let (from, to) = split_at_into(rest)?;
    let (from, unit) = (shares(from), target(to)?);
    (!from.is_empty()).then_some(ToldDeed::Found { units: vec![unit], from })
}

/// `một phần xã A về xã B`, `xã A về huyện B`, `một phần xã A để thành lập xã B`.
fn moved(rest: &[Token]) -> Option<ToldDeed> {
    if let Some(at) = find(rest, &["de", "thanh", "lap"]).or_else(|| find(rest, &["thanh", "lap"])) {
        let n = if rest[at].key == "de" { 3 } else { 2 };
        let (from, unit) = (shares(&rest[..at]), target(&rest[at + n..])?);
        return (!from.is_empty()).then_some(ToldDeed::Found { units: vec![unit], from });
    }
    let at = ["ve", "sang", "vao"].iter().find_map(|word| find_small(rest, word))?;
    let to = target(rest[at + 1..].strip_prefix_key("thuoc"))?;
    let from = shares(&rest[..at]);
    let (above, below) = (level_of(&to.name), from.first().and_then(|share| level_of(&share.source.name)));
    match (above, below) {
        (Some(above), Some(below)) if above < below => {
            Some(ToldDeed::Move { units: from.into_iter().map(|share| share.source).collect(), to })
        }
        _ if from.is_empty() => None,
        _ => Some(ToldDeed::TakeIn { unit: to, from }),
    }
}

/// Parts a line at the `thành` that means "into", or at an arrow.
fn split_at_into(rest: &[Token]) -> Option<(&[Token], &[Token])> {
    let arrow = rest.iter().position(|token| token.key == "→");
    let into = (1..rest.len()).rev().find(|at| is_into(rest, *at));
    let at = arrow.or(into)?;
    Some((&rest[..at], &rest[at + 1..]))
}

fn is_into(rest: &[Token], at: usize) -> bool {
    let next = &rest[at + 1..];
    let of_target =
        || kind_of(next).is_some() || next.first().is_some_and(|t| OF_TARGETS.contains(&&*t.key) || t.is_capital());
    let city = next.first().is_some_and(|token| token.key == "pho");
    rest[at].key == "thanh" && !rest[at].is_capital() && !city && of_target()
}

fn find_small(rest: &[Token], word: &str) -> Option<usize> {
    rest.iter().rposition(|token| token.key == word && !token.is_capital())
}

/// What may stand between `thành` and the kind of the new unit.
const OF_TARGETS: [&str; 7] = ["mot", "don", "cac", "hai", "ba", "02", "03"];

trait Strip {
    /// Without a first word.
    fn strip_prefix_key(&self, word: &str) -> &[Token];
}

impl Strip for [Token] {
    fn strip_prefix_key(&self, word: &str) -> &[Token] {
        if self.first().is_some_and(|token| token.key == word) { &self[1..] } else { self }
    }
}

fn begins(tokens: &[Token], words: &[&str]) -> bool {
    words.iter().enumerate().all(|(n, word)| tokens.get(n).is_some_and(|token| token.key == *word))
}

fn after<'t>(tokens: &'t [Token], words: &[&str]) -> Option<&'t [Token]> {
    begins(tokens, words).then(|| &tokens[words.len()..])
}

fn find(tokens: &[Token], words: &[&str]) -> Option<usize> {
    (0..tokens.len()).find(|at| begins(&tokens[*at..], words))
}

/// Words before a new name that say nothing of it.
const FILLERS: &[&[&str]] = &[
    &["moi", "co", "ten", "goi", "la"],
    &["moi", "co", "ten", "la"],
    &["moi", "lay", "ten", "la"],
    &["co", "ten", "goi", "la"],
    &["co", "ten", "la"],
    &["lay", "ten", "la"],
    &["don", "vi", "hanh", "chinh"],
    &["ten", "la"],
    &["moi"],
    &["mot"],
    &["hai"],
    &["cac"],
];

/// `xã mới có tên gọi là xã D` is `xã D`: the kind before a filler goes with it.
fn without_fillers(tokens: &[Token]) -> Vec<Token> {
    let mut kept: Vec<Token> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let capital = tokens[at].is_capital();
        match FILLERS.iter().find(|filler| !capital && begins(&tokens[at..], filler)) {
            Some(filler) => {
                if filler.len() > 1 && kind_of(&kept).is_some_and(|(_, _, n)| n == kept.len()) {
                    kept.clear();
                }
                at += filler.len();
            }
            None => {
                kept.push(tokens[at].clone());
                at += 1;
            }
        }
    }
    kept
}

fn target(tokens: &[Token]) -> Option<Called> {
    units(&without_fillers(tokens)).into_iter().next()
}

/// The places of a list without shares.
fn units(tokens: &[Token]) -> Vec<Called> {
    shares(tokens).into_iter().map(|share| share.source).collect()
}

/// How much, as the words before some sources say.
#[derive(Clone, Copy)]
struct Measure {
    extent: Extent,
    people: People,
    is_rest: bool,
    /// It measures all names up to the next measure, and not the next name alone.
    goes_on: bool,
}

const WHOLE: Measure = Measure { extent: Extent::Whole, people: People::All, is_rest: false, goes_on: true };

/// Reads `toàn bộ diện tích tự nhiên, quy mô dân số của` and its like: what it measures, and how long it is.
fn measure(tokens: &[Token]) -> Option<(Measure, usize)> {
    let whole = ["toan", "nguyen"].iter().any(|word| begins(tokens, &[word]));
    let part = begins(tokens, &["mot", "phan"]) || begins(tokens, &["phan"]);
    if !whole && !part {
        return None;
    }
    let phrase: Vec<&str> =
        tokens.iter().take_while(|token| !token.is_capital() || token.key == "toan").map(|t| t.key.as_str()).collect();
    let ends = |n: usize| phrase[n] == "cua" || (n > 0 && kind_of(&tokens[n..]).is_some()) || phrase[n] == "cac";
    let n = (1..phrase.len()).find(|n| ends(*n)).unwrap_or(phrase.len());
    let words = &phrase[..n];
    let of = phrase.get(n) == Some(&"cua");
    let n = if of { n + 1 } else { n };
    let has = |word: &str| words.contains(&word);
    let is_rest = has("lai");
    let people = match (has("toan"), has("dan"), has("dien")) {
        (true, true, _) | (true, false, false) => People::All,
        (false, true, _) => People::Some,
        (_, false, true) => People::None,
        (false, false, false) => People::Some,
    };
    let goes_on = of && !is_rest;
    Some((if whole { WHOLE } else { Measure { extent: Extent::Part, people, is_rest, goes_on } }, n))
}

/// Reads a list of sources. A name without a kind takes that of the one before; a place of a higher level is what
/// the ones before it lie in.
fn shares(tokens: &[Token]) -> Vec<ToldShare> {
    let mut list = List::default();
    let mut at = 0;
    while at < tokens.len() {
        let rest = &tokens[at..];
        if let Some((measure, n)) = measure(rest) {
            list.measure = measure;
            list.since = list.shares.len();
            at += n;
        } else if rest[0].key == "(" {
            let n = rest.iter().position(|token| token.key == ")").unwrap_or(rest.len() - 1);
            list.bracket(&rest[1..n]);
            at += n + 1;
        } else if ["cac", "thuoc", "cua", "o"].contains(&&*rest[0].key) || is_joint(&rest[0]) {
            list.is_above = ["thuoc", "cua", "o"].contains(&&*rest[0].key);
            at += 1;
        } else if let Some(code) = code(rest) {
            list.code(code);
            at += 2 + usize::from(rest[1].key == "so");
        } else {
            at += list.name(rest);
        }
    }
    list.shares
}

fn is_joint(token: &Token) -> bool {
    [",", ";", "+", ":"].contains(&&*token.key) || ["va", "voi", "cung"].contains(&&*token.key) && !token.is_capital()
}

/// `mã 05280`, `mã số 05280`.
fn code(tokens: &[Token]) -> Option<&str> {
    let after = after(tokens, &["ma", "so"]).or_else(|| after(tokens, &["ma"]))?;
    let code = &after.first()?.text;
    code.chars().all(|c| c.is_ascii_digit()).then_some(code)
}

/// A list under way.
struct List {
    shares: Vec<ToldShare>,
    measure: Measure,
    /// Where the sources of the present measure begin.
    since: usize,
    kind: Vec<Token>,
    level: Option<Level>,
    /// The next name is said to be above the last ones.
    is_above: bool,
}

impl Default for List {
    fn default() -> List {
        List { shares: Vec::new(), measure: WHOLE, since: 0, kind: Vec::new(), level: None, is_above: false }
    }
}

impl List {
    /// Takes a name with its kind; says how many tokens it took.
    fn name(&mut self, tokens: &[Token]) -> usize {
        let kind = kind_of(tokens);
        let n_kind = kind.map_or(0, |(_, _, n)| n);
        let ends = |at: &usize| {
            let token = &tokens[*at];
            is_joint(token)
                || ["(", ")", "→"].contains(&&*token.key)
                || (["thuoc", "cua", "ma"].contains(&&*token.key) && !token.is_capital())
                || (!token.is_capital() && *at > n_kind && higher(&tokens[*at..], kind.map(|k| k.1).or(self.level)))
        };
        let n = (n_kind.max(1)..tokens.len()).find(ends).unwrap_or(tokens.len());
        let level = kind.map(|(_, level, _)| level);
        let is_context =
            !self.shares.is_empty() && (self.is_above || level.zip(self.level).is_some_and(|(own, first)| own < first));
        let words =
            if kind.is_some() || is_context { tokens[..n].to_vec() } else { [&self.kind[..], &tokens[..n]].concat() };
        if is_context {
            self.context(&written(&words));
        } else {
            if kind.is_some() {
                self.kind = tokens[..n_kind].to_vec();
                self.level = self.level.or(level);
            }
            let Measure { extent, people, is_rest, goes_on } = self.measure;
            if !goes_on {
                self.measure = WHOLE;
            }
            let source = Called::named(&written(&words));
            self.shares.push(ToldShare { source, extent, people, is_rest });
        }
        n
    }

    /// What stands in brackets belongs to the last source: what it lies in, or its code.
    fn bracket(&mut self, tokens: &[Token]) {
        if let Some(code) = code(tokens) {
            return self.code(code);
        }
        let Some(last) = self.shares.last_mut() else { return };
        let parts = tokens.split(is_joint).map(|part| part.strip_prefix_key("thuoc")).filter(|part| !part.is_empty());
        last.source.within.extend(parts.map(written));
    }

    fn code(&mut self, code: &str) {
        if let Some(last) = self.shares.last_mut() {
            code.clone_into(&mut last.source.code);
        }
    }

    /// What the sources before lie in, as far as they do not say so themselves.
    fn context(&mut self, name: &str) {
        let depth = self.shares.last().map_or(0, |share| share.source.within.len());
        for share in self.shares[self.since..].iter_mut().filter(|share| share.source.within.len() == depth) {
            share.source.within.push(name.to_owned());
        }
    }
}

/// Does a place of a higher level begin here?
fn higher(tokens: &[Token], than: Option<Level>) -> bool {
    kind_of(tokens).is_some_and(|(_, level, n)| {
        than.is_some_and(|than| level < than) && tokens.get(n).is_some_and(Token::is_capital)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(line: &str) -> String {
        read(line).map_or_else(|| "–".to_owned(), |deed| deed.written())
    }

    #[test]
    fn the_words_of_resolutions_are_read() {
        for (line, plain) in [
            (
                "12. Sắp xếp toàn bộ diện tích tự nhiên, quy mô dân số của thị trấn Hùng Sơn, các xã Thạch Sơn, Xuân Huy và Vĩnh Lại thành xã mới có tên gọi là xã Lâm Thao.",
                "Sáp nhập thị trấn Hùng Sơn, xã Thạch Sơn, xã Xuân Huy, xã Vĩnh Lại thành xã Lâm Thao",
            ),
            (
                "Sắp xếp toàn bộ diện tích tự nhiên, quy mô dân số của phường Thái Bình và một phần diện tích tự nhiên, quy mô dân số của xã Vầy Nưa thành phường mới có tên gọi là phường Thống Nhất",
                "Sáp nhập phường Thái Bình, một phần xã Vầy Nưa thành phường Thống Nhất",
            ),
            ("Sáp nhập xã A, xã B và một phần xã C thành xã D", "Sáp nhập xã A, xã B, một phần xã C thành xã D"),
            (
                "Sáp nhập phần còn lại của xã Cao Sơn (huyện Lương Sơn), xã Liên Sơn thành xã Liên Sơn mã 04960",
                "Sáp nhập phần còn lại của xã Cao Sơn (huyện Lương Sơn), xã Liên Sơn thành xã Liên Sơn mã 04960",
            ),
            ("Nhập xã Mỹ Thành vào xã Tân Lập", "Nhập xã Mỹ Thành vào xã Tân Lập"),
            (
                "Điều chỉnh một phần diện tích tự nhiên của xã A, huyện H về xã B",
                "Nhập một phần diện tích của xã A (huyện H) vào xã B",
            ),
            (
                "Nhập một phần diện tích tự nhiên, toàn bộ quy mô dân số của xã A vào xã B",
                "Nhập một phần diện tích, toàn bộ dân số của xã A vào xã B",
            ),
            (
                "Sáp nhập một phần diện tích tự nhiên, quy mô dân số của các xã A, B và xã C thành xã D",
                "Sáp nhập một phần xã A, một phần xã B, một phần xã C thành xã D",
            ),
            (
                "Nhập một phần diện tích tự nhiên của xã A và toàn bộ xã B vào xã C",
                "Nhập một phần diện tích của xã A, toàn bộ xã B vào xã C",
            ),
            ("Đổi tên xã Hùng Vương thành xã Phú Thọ", "Đổi tên xã Hùng Vương thành xã Phú Thọ"),
            (
                "Thành lập phường Phú Thọ trên cơ sở toàn bộ xã Hùng Vương",
                "Sáp nhập xã Hùng Vương thành phường Phú Thọ",
            ),
            ("Chuyển xã A về huyện B", "Chuyển xã A về huyện B"),
            ("Tách một phần xã A để thành lập xã B", "Sáp nhập một phần xã A thành xã B"),
            ("Chia tách xã A thành xã B và xã C", "Chia phần còn lại của xã A thành xã B, xã C"),
            ("Giải thể khu 7 thuộc xã Nhân Nghĩa", "Giải thể khu 7 (xã Nhân Nghĩa)"),
            ("Thành lập Tổ dân phố 9 (phường Hòa Bình)", "Thành lập Tổ dân phố 9 (phường Hòa Bình)"),
            ("Kết thúc hoạt động của huyện Lạc Sơn", "Giải thể huyện Lạc Sơn"),
            ("Kết thúc cấp huyện của tỉnh Hòa Bình", "Kết thúc cấp huyện của tỉnh Hòa Bình"),
            (
                "sap nhap xa my thanh, xa van nghia thanh xa lac son",
                "Sáp nhập xa my thanh, xa van nghia thành xa lac son",
            ),
            ("SÁP NHẬP XÃ MỸ THÀNH VÀ XÃ B THÀNH XÃ C", "Sáp nhập xã Mỹ Thành, xã B thành xã C"),
            ("xã A, xã B → xã C", "Sáp nhập xã A, xã B thành xã C"),
            ("Sáp nhập Khu 1, 2 và 3 thành Khu Đồi Chè", "Sáp nhập Khu 1, Khu 2, Khu 3 thành Khu Đồi Chè"),
            (
                "Sáp nhập tỉnh Hòa Bình, tỉnh Vĩnh Phúc, tỉnh Phú Thọ thành tỉnh Phú Thọ mã 25",
                "Sáp nhập tỉnh Hòa Bình, tỉnh Vĩnh Phúc, tỉnh Phú Thọ thành tỉnh Phú Thọ mã 25",
            ),
            (
                "Sáp nhập TT.Vụ Bản, X. Hương Nhượng thành xã Lạc Sơn",
                "Sáp nhập TT Vụ Bản, X Hương Nhượng thành xã Lạc Sơn",
            ),
            ("Căn cứ Nghị quyết số 202/2025/QH15", "–"),
            ("Điều 1. Sắp xếp các đơn vị hành chính cấp xã của tỉnh Phú Thọ", "–"),
        ] {
            assert_eq!(told(line), plain, "{line}");
        }
    }

    #[test]
    fn the_plain_form_reads_back_as_the_same() {
        for line in [
            "Sáp nhập xã A (huyện H, tỉnh P) mã 01234, phần còn lại của xã B thành xã C (tỉnh P) mã 05280",
            "Nhập một phần diện tích của xã A (huyện H) vào xã B",
            "Chia phần còn lại của xã A thành xã B, xã C",
            "Chuyển xã A (huyện H) về huyện B",
            "Đổi tên xã Hùng Vương thành phường Phú Thọ",
            "Giải thể khu 7 (xã Nhân Nghĩa)",
        ] {
            assert_eq!(told(line), line);
        }
    }
}
