//! The papers of a kit: their common texts, filled in with what the kit and the point tell; dots stay for the rest.

use std::sync::OnceLock;

use letters::{Block, Head, Letter};
use serde::Deserialize;

use crate::activities::activity::kind;
use crate::kits::kit::Kit;
use crate::words::Lang;

#[derive(Deserialize)]
struct Listed {
    about: String,
    blank: String,
    line: String,
    draft: String,
    parent: String,
    issuer: String,
    day: String,
    at: String,
    whole: String,
    documents: Vec<Document>,
}

/// A paper of a kit before it is filled in.
#[derive(Deserialize)]
pub struct Document {
    pub code: String,
    pub vi: String,
    pub en: String,
    /// An office issues it under a number.
    issued: bool,
    motto: bool,
    number: String,
    title: String,
    subject: String,
    blocks: Vec<Raw>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Raw {
    Heading {
        h: String,
    },
    Text {
        p: String,
    },
    Note {
        note: String,
    },
    /// A part of the kit as a numbered list.
    List {
        list: String,
    },
    /// A part of the kit as paragraphs.
    Part {
        part: String,
    },
    Table {
        table: Vec<String>,
        rows: usize,
    },
    Signatures {
        signs: Vec<(String, String)>,
    },
}

impl Document {
    /// The name in a language.
    pub fn name(&self, lang: Lang) -> &str {
        match lang {
            Lang::Vi => &self.vi,
            Lang::En => &self.en,
        }
    }

    /// The name of its file.
    pub fn file_name(&self, slug: &str) -> String {
        format!("{}-{slug}.docx", fold::key(&self.vi).replace(' ', "-"))
    }
}

fn listed() -> &'static Listed {
    static LISTED: OnceLock<Listed> = OnceLock::new();
    LISTED.get_or_init(|| {
        let text = include_str!("../../data/kits/documents.json");
        serde_json::from_str(text).expect("the papers of kits are read by the tests")
    })
}

/// The papers of every kit, in the order in which a point comes to need them.
pub fn documents() -> &'static [Document] {
    &listed().documents
}

/// From where the common texts come.
pub fn about() -> &'static str {
    &listed().about
}

/// What is known of where the kit is used; what is empty stays a blank.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// The residential area or institution; empty for a point that covers its commune.
    pub area: String,
    pub commune: String,
    pub lead: String,
    pub coordinating: String,
}

/// A paper of a kit, filled in as far as things are known.
pub fn letter(document: &Document, kit: &Kit, scheme: &str, place: Option<&Place>) -> Letter {
    let filler = Filler { kit, pairs: pairs(kit, scheme, place) };
    let fill = |text: &str| filler.fill(text);
    let head = document.issued.then(|| Head {
        parent: fill(&listed().parent).to_uppercase(),
        issuer: listed().issuer.clone(),
        number: document.number.clone(),
        place_and_day: fill(&listed().day),
    });
    let mut body = Vec::new();
    if kit.is_draft() {
        body.push(Block::Note(listed().draft.clone()));
    }
    body.extend(document.blocks.iter().flat_map(|raw| filler.blocks(raw)));
    Letter { head, has_motto: document.motto, title: document.title.clone(), subject: fill(&document.subject), body }
}

struct Filler<'k> {
    kit: &'k Kit,
    pairs: Vec<(&'static str, String)>,
}

fn pairs(kit: &Kit, scheme: &str, place: Option<&Place>) -> Vec<(&'static str, String)> {
    let blank = &listed().blank;
    let told = |text: &str| if text.is_empty() { blank.clone() } else { lower(text) };
    let whole = Place { area: blank.clone(), ..Place::default() };
    let here = place.unwrap_or(&whole);
    let area = if here.area.is_empty() { listed().whole.clone() } else { lower(&here.area) };
    let kinds: Vec<String> = kit.kinds.iter().filter_map(|code| kind(code)).map(|kind| lower(&kind.vi)).collect();
    let n_decimals = if kit.per_month % 100 == 0 { 0 } else { 2 };
    let commune = told(&here.commune);
    vec![
        ("{at}", listed().at.replace("{area}", &area).replace("{commune}", &commune)),
        ("{scheme}", scheme.to_owned()),
        ("{area}", area),
        ("{commune}", commune),
        ("{seat}", if here.commune.is_empty() { blank.clone() } else { seat(&here.commune).to_owned() }),
        ("{lead}", if here.lead.is_empty() { blank.clone() } else { here.lead.clone() }),
        ("{coordinating}", if here.coordinating.is_empty() { blank.clone() } else { here.coordinating.clone() }),
        ("{kinds}", kinds.join(", ")),
        ("{per_month}", fold::show_decimal(kit.per_month as f64 / 100.0, n_decimals)),
        ("{n_members}", fold::show_count(kit.n_members)),
    ]
}

/// The place of issue is told without its kind: `Xã Nhân Nghĩa` is `Nhân Nghĩa`.
fn seat(commune: &str) -> &str {
    ["Xã ", "Phường ", "Đặc khu "].iter().find_map(|kind| commune.strip_prefix(kind)).unwrap_or(commune)
}

/// A name in the middle of a sentence: `Xã Nhân Nghĩa` is `xã Nhân Nghĩa`.
fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

impl Filler<'_> {
    fn fill(&self, text: &str) -> String {
        self.pairs.iter().fold(text.to_owned(), |text, (blank, value)| text.replace(blank, value))
    }

    fn blocks(&self, raw: &Raw) -> Vec<Block> {
        match raw {
            Raw::Heading { h } => vec![Block::Heading(self.fill(h))],
            Raw::Text { p } => vec![Block::Text(self.fill(p))],
            Raw::Note { note } => vec![Block::Note(self.fill(note))],
            Raw::List { list } => self.numbered(self.kit.part(list)),
            Raw::Part { part } if self.kit.part(part).is_empty() => vec![Block::Text(listed().line.clone())],
            Raw::Part { part } => self.kit.part(part).iter().map(|line| Block::Text(line.clone())).collect(),
            Raw::Table { table, rows } => vec![Block::Table(table.clone(), *rows)],
            Raw::Signatures { signs } => vec![Block::Signatures(signs.clone())],
        }
    }

    /// What is still to be filled in has three lines of dots.
    fn numbered(&self, lines: &[String]) -> Vec<Block> {
        const BLANK_LINES: usize = 3;
        if lines.is_empty() {
            return (1..=BLANK_LINES).map(|n| Block::Text(format!("{n}. {}", listed().line))).collect();
        }
        let last = lines.len();
        let end = |n: usize| if n == last { "." } else { ";" };
        let line =
            |(n, line): (usize, &String)| Block::Text(format!("{n}. {}{}", line.trim_end_matches(['.', ';']), end(n)));
        (1..).zip(lines).map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kits::kit::{PARTS, default_for, defaults};

    fn text(letter: &Letter) -> String {
        format!("{letter:?}")
    }

    #[test]
    fn every_kit_has_its_seven_papers_and_no_blank_of_ours_is_left() {
        assert_eq!(documents().len(), 7);
        for (names, kit) in defaults() {
            for document in documents() {
                let letter = letter(document, kit, "Mô hình thử", None);
                assert!(!text(&letter).contains('{') || !text(&letter).contains("{scheme}"), "{names:?}");
                let unfilled = text(&letter).matches("{at}").count() + text(&letter).matches("{commune}").count();
                assert_eq!(unfilled, 0, "{names:?} {}", document.code);
                assert!(letters::docx(&letter).unwrap().starts_with(b"PK"));
            }
        }
    }

    #[test]
    fn papers_name_only_parts_that_kits_have() {
        for raw in documents().iter().flat_map(|document| &document.blocks) {
            if let Raw::List { list: part } | Raw::Part { part } = raw {
                assert!(PARTS.contains(&part.as_str()), "{part}");
            }
        }
    }

    #[test]
    fn a_point_fills_in_its_own_name_and_place() {
        let kit = default_for("Tiếng chuông bình yên").unwrap();
        let place = Place {
            area: "Xóm Thử".into(),
            commune: "Xã Nhân Nghĩa".into(),
            lead: "Công an xã".into(),
            coordinating: String::new(),
        };
        let charter = documents().iter().find(|document| document.code == "coordination").unwrap();
        let letter = letter(charter, kit, "Tiếng chuông bình yên", Some(&place));
        assert_eq!(letter.subject, "Thực hiện mô hình “Tiếng chuông bình yên” tại xóm Thử, xã Nhân Nghĩa");
        assert_eq!(letter.head.as_ref().unwrap().parent, "UBND XÃ NHÂN NGHĨA");
        assert!(letter.head.as_ref().unwrap().place_and_day.starts_with("Nhân Nghĩa, ngày"));
        assert!(letter.body.contains(&Block::Text("1. Cơ quan chủ trì: Công an xã.".into())));
        assert!(text(&letter).contains("phối hợp: …"), "what is not known stays a blank");
    }

    #[test]
    fn a_draft_says_so_and_leaves_lines_to_fill_in() {
        let kit = default_for("Bản Mông bình yên").unwrap();
        let letter = letter(&documents()[0], kit, "Bản Mông bình yên", None);
        assert!(matches!(&letter.body[0], Block::Note(note) if note.contains("BẢN NHÁP")));
        assert!(text(&letter).contains("3. ………"));
    }
}
