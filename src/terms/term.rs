//! A term of a list, and which lists there are.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::error::FieldError;
use crate::places::place::OPEN;
use crate::words::Lang;

/// A list that a province words itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Vocabulary {
    /// What kind of ground a place is. Said of places and schemes, never of a person.
    Traits,
    /// What a survey covers before a model is built.
    Survey,
    /// What is asked before a point is replicated.
    Readiness,
}

impl Vocabulary {
    /// Every list.
    pub const ALL: [Vocabulary; 3] = [Vocabulary::Traits, Vocabulary::Survey, Vocabulary::Readiness];

    /// The code kept in the database and used in addresses.
    pub fn code(self) -> &'static str {
        match self {
            Vocabulary::Traits => "traits",
            Vocabulary::Survey => "survey",
            Vocabulary::Readiness => "readiness",
        }
    }

    /// Reads the code.
    pub fn from_code(code: &str) -> Option<Vocabulary> {
        Vocabulary::ALL.into_iter().find(|list| list.code() == code)
    }

    fn text(self) -> &'static str {
        match self {
            Vocabulary::Traits => include_str!("../../data/traits.json"),
            Vocabulary::Survey => include_str!("../../data/survey.json"),
            Vocabulary::Readiness => include_str!("../../data/readiness.json"),
        }
    }
}

/// A term, as it is worded from one day to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    pub code: String,
    pub name_vi: String,
    pub name_en: String,
    pub basis: String,
    pub from_on: String,
    pub to_on: String,
    pub position: i64,
}

impl Term {
    /// The wording in a language.
    pub fn name(&self, lang: Lang) -> &str {
        match lang {
            Lang::Vi => &self.name_vi,
            Lang::En => &self.name_en,
        }
    }

    /// Is it valid on a day?
    pub fn is_valid(&self, day: &str) -> bool {
        self.from_on.as_str() <= day && day < self.to_on.as_str()
    }
}

/// How a term was worded on a day; one that was not valid then as it was worded last before, or else first.
pub fn worded<'t>(terms: &'t [Term], code: &str, day: &str) -> Option<&'t Term> {
    let named = || terms.iter().filter(|term| term.code == code);
    named()
        .find(|term| term.is_valid(day))
        .or_else(|| named().rfind(|term| term.from_on.as_str() <= day))
        .or_else(|| named().next())
}

/// The name of a term in a language as it is worded on a day; the code of one that is not known.
pub fn name_of(terms: &[Term], code: &str, day: &str, lang: Lang) -> String {
    worded(terms, code, day).map_or_else(|| code.to_owned(), |term| term.name(lang).to_owned())
}

/// A term as an office fills it in.
#[derive(Clone, Debug, Default)]
pub struct NewTerm {
    /// Empty for a new term.
    pub code: String,
    pub name_vi: String,
    pub name_en: String,
    pub basis: String,
    pub from_on: String,
}

/// The code under which a new term is kept.
pub fn code_of(name_vi: &str) -> String {
    fold::key(name_vi).split_whitespace().collect::<Vec<_>>().join("_")
}

/// What is missing in a term, every field at once.
pub fn faults(known: &[Term], new: &NewTerm) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let mut miss = |field, key| faults.push(FieldError { field, key, value: new.name_vi.clone() });
    let key = fold::key(&new.name_vi);
    let taken = |term: &Term| term.to_on == OPEN && term.code != new.code && fold::key(&term.name_vi) == key;
    if key.is_empty() {
        miss("name_vi", "term-name-missing");
    } else if known.iter().any(taken) || new.code.is_empty() && known.iter().any(|t| t.code == code_of(&new.name_vi)) {
        miss("name_vi", "term-name-taken");
    }
    if new.from_on.is_empty() {
        miss("from_on", "term-from-missing");
    }
    faults
}

#[derive(Deserialize)]
struct Listed {
    about: String,
    from_on: String,
    terms: Vec<ListedTerm>,
}

#[derive(Deserialize)]
struct ListedTerm {
    code: String,
    vi: String,
    en: String,
}

/// The list of a province that has none of its own; its basis says that it is the programme's.
pub fn defaults(vocabulary: Vocabulary) -> &'static [Term] {
    static LISTS: OnceLock<Vec<Vec<Term>>> = OnceLock::new();
    let lists = LISTS.get_or_init(|| Vocabulary::ALL.into_iter().map(|list| read(list.text())).collect());
    Vocabulary::ALL.iter().position(|list| *list == vocabulary).map_or(&[], |n| lists[n].as_slice())
}

fn read(text: &str) -> Vec<Term> {
    let listed: Listed = serde_json::from_str(text).expect("the default lists are read by the tests");
    let term = |(term, position): (ListedTerm, i64)| Term {
        code: term.code,
        name_vi: term.vi,
        name_en: term.en,
        basis: listed.about.clone(),
        from_on: listed.from_on.clone(),
        to_on: OPEN.into(),
        position,
    };
    listed.terms.into_iter().zip(1..).map(term).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_lists_are_whole_and_say_what_they_are() {
        for list in Vocabulary::ALL {
            let terms = defaults(list);
            assert!(!terms.is_empty(), "{list:?}");
            let mut codes: Vec<&str> = terms.iter().map(|term| term.code.as_str()).collect();
            codes.sort_unstable();
            codes.dedup();
            assert_eq!(codes.len(), terms.len(), "{list:?}");
            assert!(terms.iter().all(|t| !t.name_vi.is_empty() && !t.name_en.is_empty() && !t.basis.is_empty()));
            assert_eq!(Vocabulary::from_code(list.code()), Some(list));
        }
    }

    fn term(code: &str, name: &str, from_on: &str, to_on: &str) -> Term {
        Term {
            code: code.into(),
            name_vi: name.into(),
            name_en: name.into(),
            basis: String::new(),
            from_on: from_on.into(),
            to_on: to_on.into(),
            position: 1,
        }
    }

    #[test]
    fn what_was_said_keeps_the_wording_of_its_day() {
        let terms = [
            term("mountain", "Miền núi", "2022-01-01", "2026-01-01"),
            term("mountain", "Miền núi, vùng cao", "2026-01-01", OPEN),
        ];
        let on = |day| worded(&terms, "mountain", day).map(|term| term.name_vi.as_str());
        assert_eq!(on("2025-12-31"), Some("Miền núi"));
        assert_eq!(on("2026-01-01"), Some("Miền núi, vùng cao"));
        assert_eq!(on("2020-01-01"), Some("Miền núi"), "before the list there is its first wording");
        assert_eq!(worded(&terms[..1], "mountain", "2026-05-01").map(|t| t.name_vi.as_str()), Some("Miền núi"));
        assert_eq!(name_of(&terms, "sea", "2026-01-01", Lang::Vi), "sea");
    }

    #[test]
    fn a_term_has_a_name_of_its_own_and_a_day() {
        let known = [term("mountain", "Miền núi", "2022-01-01", OPEN)];
        let keys = |new: &NewTerm| faults(&known, new).iter().map(|fault| fault.key).collect::<Vec<_>>();
        assert_eq!(keys(&NewTerm::default()), ["term-name-missing", "term-from-missing"]);
        let again = NewTerm { name_vi: "miền  NÚI".into(), from_on: "2026-01-01".into(), ..NewTerm::default() };
        assert_eq!(keys(&again), ["term-name-taken"]);
        assert!(keys(&NewTerm { code: "mountain".into(), ..again }).is_empty(), "it may be worded anew");
    }
}
