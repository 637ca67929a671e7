//! A version of a kit, and what it must hold.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::activities::activity::kind;
use crate::error::FieldError;
use crate::places::place::OPEN;

/// The parts of a kit, in the order of its form; each is a list of lines.
pub const PARTS: [&str; 10] = [
    "purpose",
    "subjects",
    ELEMENTS,
    "criteria",
    "board",
    "duties",
    "coordination",
    "commitments",
    "programme",
    "talk",
];

/// The core elements, which are kept when the scheme is replicated.
pub const ELEMENTS: &str = "elements";

/// So many letters a part may have; a printed page has some 3,000.
const LONGEST_PART: usize = 20_000;

/// Is the kit in use, or has the province still to fill it in?
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    Published,
    Draft,
}

impl Status {
    /// Both, in the order of the form.
    pub const ALL: [Status; 2] = [Status::Published, Status::Draft];

    /// The code kept in the database.
    pub fn code(self) -> &'static str {
        match self {
            Status::Published => "published",
            Status::Draft => "draft",
        }
    }

    /// Reads the code; what is unknown is a draft.
    pub fn from_code(code: &str) -> Status {
        if code == "published" { Status::Published } else { Status::Draft }
    }
}

/// A version of a scheme's kit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kit {
    pub number: i64,
    pub from_on: String,
    pub to_on: String,
    pub status: Status,
    /// From where it was taken.
    pub source: String,
    /// Kinds of activities that count as real.
    pub kinds: Vec<String>,
    /// The least of activities a month on average, in hundredths.
    pub per_month: i64,
    /// The least of members.
    pub n_members: i64,
    pub parts: Vec<(String, Vec<String>)>,
}

impl Kit {
    /// The lines of a part; none when it is still to be filled in.
    pub fn part(&self, code: &str) -> &[String] {
        self.parts.iter().find(|(part, _)| part == code).map_or(&[], |(_, lines)| lines)
    }

    /// What is kept when the scheme is replicated.
    pub fn elements(&self) -> &[String] {
        self.part(ELEMENTS)
    }

    /// Has the province still to fill it in?
    pub fn is_draft(&self) -> bool {
        self.status == Status::Draft
    }
}

/// The version by which a scheme goes on a day; its last draft while nothing is published.
pub fn current<'k>(kits: &'k [Kit], on: &str) -> Option<&'k Kit> {
    let valid = |kit: &&Kit| !kit.is_draft() && kit.from_on.as_str() <= on && on < kit.to_on.as_str();
    kits.iter().rev().find(valid).or_else(|| kits.iter().rev().find(|kit| kit.is_draft()))
}

/// What is missing in a new version after the last published one, every field at once.
pub fn faults(new: &Kit, last: Option<&Kit>) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let mut miss = |field, key, value: &str| faults.push(FieldError { field, key, value: value.to_owned() });
    if new.from_on.is_empty() {
        miss("from_on", "kit-from-missing", "");
    } else if let Some(last) = last.filter(|last| !new.is_draft() && new.from_on <= last.from_on) {
        let day = last.from_on.parse().map_or_else(|_| last.from_on.clone(), fold::show_date);
        miss("from_on", "kit-from-before-last", &day);
    }
    if new.source.is_empty() {
        miss("source", "kit-source-missing", "");
    }
    if new.elements().is_empty() && !new.is_draft() {
        miss("elements", "kit-elements-missing", "");
    }
    if !new.kinds.iter().any(|code| kind(code).is_some_and(|kind| !kind.total_only)) {
        miss("kinds", "kit-kinds-missing", "");
    }
    if new.per_month < 0 {
        miss("per_month", "count-negative", "");
    }
    for code in PARTS {
        let n_letters: usize = new.part(code).iter().map(|line| line.chars().count()).sum();
        if n_letters > LONGEST_PART {
            miss(code, "kit-part-too-long", &fold::show_count(n_letters as i64));
        }
    }
    faults
}

#[derive(Deserialize)]
struct Listed {
    names: Vec<String>,
    status: String,
    from_on: String,
    source: String,
    per_month: i64,
    n_members: i64,
    kinds: Vec<String>,
    parts: serde_json::Map<String, serde_json::Value>,
}

const FILES: [&str; 7] = [
    include_str!("../../data/kits/5-tu-quan.json"),
    include_str!("../../data/kits/4-an-toan.json"),
    include_str!("../../data/kits/hoi-dong-bao-ve.json"),
    include_str!("../../data/kits/lien-ket.json"),
    include_str!("../../data/kits/camera.json"),
    include_str!("../../data/kits/ban-mong.json"),
    include_str!("../../data/kits/tieng-chuong.json"),
];

/// The kits that come with the programme, each with the names of its scheme as search keys.
pub fn defaults() -> &'static [(Vec<String>, Kit)] {
    static KITS: OnceLock<Vec<(Vec<String>, Kit)>> = OnceLock::new();
    KITS.get_or_init(|| FILES.iter().map(|text| read(text)).collect())
}

fn read(text: &str) -> (Vec<String>, Kit) {
    let read: Listed = serde_json::from_str(text).expect("the kits are read by the tests");
    let lines = |value: &serde_json::Value| {
        let lines = value.as_array().into_iter().flatten();
        lines.filter_map(|line| line.as_str()).map(str::to_owned).collect()
    };
    let kit = Kit {
        number: 1,
        from_on: read.from_on,
        to_on: OPEN.into(),
        status: Status::from_code(&read.status),
        source: read.source,
        kinds: read.kinds,
        per_month: read.per_month,
        n_members: read.n_members,
        parts: PARTS
            .iter()
            .map(|part| ((*part).to_owned(), read.parts.get(*part).map(lines).unwrap_or_default()))
            .collect(),
    };
    (read.names.iter().map(|name| fold::key(name)).collect(), kit)
}

/// The kit that comes with the programme for a scheme of this name.
pub fn default_for(name: &str) -> Option<&'static Kit> {
    let key = fold::key(name);
    defaults().iter().find(|(names, _)| names.contains(&key)).map(|(_, kit)| kit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seven_kits_are_whole_and_what_nobody_published_is_a_draft() {
        let drafts: Vec<&str> =
            defaults().iter().filter(|(_, kit)| kit.is_draft()).map(|(names, _)| names[0].as_str()).collect();
        assert_eq!(defaults().len(), 7);
        assert_eq!(drafts, ["hoi dong bao ve an ninh trat tu", "ban mong binh yen"]);
        for (names, kit) in defaults() {
            let empty: Vec<&str> = PARTS.into_iter().filter(|part| kit.part(part).is_empty()).collect();
            assert!(kit.is_draft() || empty.is_empty(), "{names:?} lacks {empty:?}");
            assert!(kit.is_draft() == kit.elements().is_empty(), "a draft invents no elements: {names:?}");
            assert_eq!(faults(kit, None), [], "{names:?}");
            assert!(kit.kinds.iter().all(|code| kind(code).is_some_and(|kind| !kind.total_only)), "{names:?}");
        }
    }

    fn version(number: i64, from_on: &str, to_on: &str, status: Status) -> Kit {
        Kit { number, from_on: from_on.into(), to_on: to_on.into(), status, ..defaults()[0].1.clone() }
    }

    #[test]
    fn a_day_goes_by_the_version_published_for_it() {
        let kits = [
            version(1, "2026-01-01", "2026-07-01", Status::Published),
            version(2, "2026-07-01", OPEN, Status::Published),
            version(3, "2026-08-01", OPEN, Status::Draft),
        ];
        let on = |day| current(&kits, day).map(|kit| kit.number);
        assert_eq!([on("2026-06-30"), on("2026-07-01"), on("2026-09-01")], [Some(1), Some(2), Some(2)]);
        assert_eq!(on("2025-12-31"), Some(3), "before the first version there is only a draft");
        assert_eq!(current(&kits[..2], "2025-12-31"), None);
    }

    #[test]
    fn a_version_says_what_it_lacks() {
        let last = version(1, "2026-07-01", OPEN, Status::Published);
        let mut new = Kit { source: String::new(), kinds: vec!["information".into()], ..last.clone() };
        new.parts.clear();
        let keys: Vec<&str> = faults(&new, Some(&last)).iter().map(|fault| fault.key).collect();
        assert_eq!(keys, ["kit-from-before-last", "kit-source-missing", "kit-elements-missing", "kit-kinds-missing"]);
        let draft =
            Kit { status: Status::Draft, source: "Dự thảo của tỉnh".into(), kinds: last.kinds.clone(), ..new };
        assert_eq!(faults(&draft, Some(&last)), [], "a draft may still lack its elements and begin any day");
    }
}
