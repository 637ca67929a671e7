//! A paper as it is named, and what must be told of it.

use crate::error::FieldError;

/// A paper as it is named in a step or a decision: the legal trace, not the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaperRef {
    pub number: String,
    pub issued_on: String,
    pub issuer: String,
}

/// A paper that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    pub id: String,
    pub name: PaperRef,
    /// What it is about; empty when nobody said so.
    pub title: String,
}

/// May a paper be left unnamed?
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Demand {
    Needed,
    Optional,
}

/// What is missing in the name of a paper, every field at once.
pub fn faults(paper: Option<&PaperRef>, demand: Demand, today: &str) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let mut miss = |field, key| faults.push(FieldError { field, key, value: String::new() });
    let Some(paper) = paper else {
        if demand == Demand::Needed {
            miss("paper_number", "paper-missing");
        }
        return faults;
    };
    if paper.number.is_empty() {
        miss("paper_number", "paper-number-missing");
    }
    if paper.issuer.is_empty() {
        miss("paper_issuer", "paper-issuer-missing");
    }
    match paper.issued_on.parse::<jiff::civil::Date>() {
        Err(_) => miss("paper_date", "paper-date-missing"),
        Ok(_) if paper.issued_on.as_str() > today => miss("paper_date", "paper-date-future"),
        Ok(_) => {}
    }
    faults
}

/// Is this probably the same paper, mistyped? One issuer gives a number once a year.
pub fn is_like(a: &PaperRef, b: &PaperRef) -> bool {
    let same_year = a.issued_on.get(..4) == b.issued_on.get(..4);
    a != b
        && same_year
        && fold::key(&a.number) == fold::key(&b.number)
        && fold::similarity(&a.issuer, &b.issuer) > ALIKE
}

const ALIKE: f64 = 0.85;

#[cfg(test)]
mod tests {
    use super::*;

    fn paper(number: &str, issued_on: &str, issuer: &str) -> PaperRef {
        PaperRef { number: number.into(), issued_on: issued_on.into(), issuer: issuer.into() }
    }

    #[test]
    fn a_paper_is_named_by_number_date_and_issuer() {
        let fields = |paper: Option<&PaperRef>, demand| -> Vec<&'static str> {
            faults(paper, demand, "2026-11-25").into_iter().map(|fault| fault.key).collect()
        };
        assert_eq!(fields(None, Demand::Needed), ["paper-missing"]);
        assert!(fields(None, Demand::Optional).is_empty());
        let bare = paper("", "", "");
        assert_eq!(
            fields(Some(&bare), Demand::Optional),
            ["paper-number-missing", "paper-issuer-missing", "paper-date-missing"]
        );
        assert_eq!(fields(Some(&paper("1/QĐ", "2026-11-26", "UBND xã")), Demand::Needed), ["paper-date-future"]);
        assert!(fields(Some(&paper("1/QĐ", "2026-11-25", "UBND xã")), Demand::Needed).is_empty());
    }

    #[test]
    fn the_same_number_of_one_issuer_in_one_year_is_the_same_paper_mistyped() {
        let kept = paper("31/KH-UBND", "2026-04-22", "UBND xã Nhân Nghĩa");
        assert!(is_like(&paper("31/KH-UBND", "2026-04-23", "UBND xã Nhân Nghĩa"), &kept));
        assert!(is_like(&paper("31/kh-ubnd", "2026-04-22", "Ubnd xã Nhân  Nghĩa"), &kept));
        assert!(!is_like(&kept, &kept), "the same paper is used again");
        assert!(!is_like(&paper("31/KH-UBND", "2025-04-22", "UBND xã Nhân Nghĩa"), &kept), "another year");
        assert!(!is_like(&paper("31/KH-UBND", "2026-04-22", "UBND phường Hòa Bình"), &kept), "another commune");
        assert!(!is_like(&paper("32/KH-UBND", "2026-04-22", "UBND xã Nhân Nghĩa"), &kept), "another number");
    }
}
