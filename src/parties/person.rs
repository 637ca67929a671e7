//! What the register may hold of a person, and what makes a value fit. No more is held than these fields: no faith,
//! no ethnicity, no papers of identity.

use jiff::civil::Date;

use crate::error::FieldError;

/// A value that may be held.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Field {
    Name,
    Born,
    Position,
    Address,
    Phone,
}

impl Field {
    /// Every field, in the order of the form.
    pub const ALL: [Field; 5] = [Field::Name, Field::Born, Field::Position, Field::Address, Field::Phone];

    /// The code kept in the envelope and used in forms.
    pub fn code(self) -> &'static str {
        match self {
            Field::Name => "name",
            Field::Born => "born",
            Field::Position => "position",
            Field::Address => "address",
            Field::Phone => "phone",
        }
    }

    /// Reads the code kept in the envelope.
    pub fn from_code(code: &str) -> Option<Field> {
        Field::ALL.into_iter().find(|field| field.code() == code)
    }

    /// A name stands in decisions and on lists; whoever may see those may see it. The rest is for few.
    pub fn is_private(self) -> bool {
        match self {
            Field::Name => false,
            Field::Born | Field::Position | Field::Address | Field::Phone => true,
        }
    }
}

/// A person without their values.
#[derive(Clone, Debug)]
pub struct Person {
    pub province: String,
    pub id: String,
    pub place_id: String,
    pub pin_id: String,
    pub recorded_at: String,
    /// Days; empty as long as nothing of the kind was decided.
    pub erased_on: String,
    /// Nothing is to be done with the values but to keep them.
    pub restricted_on: String,
    /// Nothing of the person is shown to the public.
    pub unpublished_on: String,
    pub version: i64,
}

impl Person {
    /// Are there values still?
    pub fn is_held(&self) -> bool {
        self.erased_on.is_empty()
    }

    /// May nothing of the person be made public, whatever they have consented to?
    pub fn is_withheld(&self, on: &str) -> bool {
        let decided = |day: &str| !day.is_empty() && day <= on;
        [&self.erased_on, &self.restricted_on, &self.unpublished_on].into_iter().any(|day| decided(day))
    }
}

/// Longer is no value of a person but a story.
const LONGEST: usize = 200;
const OLDEST: i16 = 1900;

/// What is wrong with the values of a form, every field at once.
pub fn faults(values: &[(Field, String)], today: Date) -> Vec<FieldError> {
    values.iter().filter_map(|(field, value)| fault(*field, value, today)).collect()
}

fn fault(field: Field, value: &str, today: Date) -> Option<FieldError> {
    let key = match field {
        Field::Name if value.is_empty() => Some("person-name-missing"),
        Field::Born if !is_born(value, today) => Some("person-born-unfit"),
        Field::Phone if !is_phone(value) => Some("person-phone-unfit"),
        _ if value.chars().count() > LONGEST => Some("person-value-long"),
        Field::Name | Field::Born | Field::Position | Field::Address | Field::Phone => None,
    };
    key.map(|key| FieldError { field: field.code(), key, value: value.to_owned() })
}

/// A year or a day, not after today.
fn is_born(value: &str, today: Date) -> bool {
    if value.is_empty() {
        return true;
    }
    match value.parse::<i16>() {
        Ok(year) => (OLDEST..=today.year()).contains(&year),
        Err(_) => fold::parse_date(value).is_some_and(|day| day <= today && day.year() >= OLDEST),
    }
}

/// Digits as people group them.
fn is_phone(value: &str) -> bool {
    let n_digits = value.chars().filter(char::is_ascii_digit).count();
    let grouped = value.chars().all(|c| c.is_ascii_digit() || " .-+()".contains(c));
    value.is_empty() || (grouped && (8..=15).contains(&n_digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_do_not_fit_are_told_all_at_once() {
        let today = jiff::civil::date(2026, 11, 23);
        let values = |texts: [&str; 5]| -> Vec<(Field, String)> {
            Field::ALL.into_iter().zip(texts.map(str::to_owned)).collect()
        };
        let told = |texts| faults(&values(texts), today).into_iter().map(|fault| fault.key).collect::<Vec<_>>();
        let long = "x".repeat(201);
        assert!(told(["Bùi Văn Thử", "1970", "Trưởng xóm", "Xóm Bưng 1", "0912 345 678"]).is_empty());
        assert!(told(["Bùi Văn Thử", "05/11/1970", "", "", "(0210) 3.846.647"]).is_empty());
        assert!(told(["Bùi Văn Thử", "", "", "", ""]).is_empty());
        assert_eq!(
            told(["", "2027", "", &long, "không có"]),
            ["person-name-missing", "person-born-unfit", "person-value-long", "person-phone-unfit"]
        );
        for born in ["1899", "70", "24/11/2026", "năm ngoái"] {
            assert_eq!(told(["A", born, "", "", ""]), ["person-born-unfit"], "{born}");
        }
    }

    #[test]
    fn what_was_decided_holds_from_its_day_on() {
        let person = |restricted_on: &str| Person {
            province: "25".into(),
            id: "p".into(),
            place_id: "c".into(),
            pin_id: "c".into(),
            recorded_at: String::new(),
            erased_on: String::new(),
            restricted_on: restricted_on.into(),
            unpublished_on: String::new(),
            version: 1,
        };
        assert!(!person("").is_withheld("2026-11-23"));
        assert!(!person("2026-11-24").is_withheld("2026-11-23"));
        assert!(person("2026-11-23").is_withheld("2026-11-23"));
    }

    #[test]
    fn only_the_name_is_not_private() {
        let open: Vec<&str> = Field::ALL.into_iter().filter(|f| !f.is_private()).map(Field::code).collect();
        assert_eq!(open, ["name"]);
        assert!(Field::ALL.into_iter().all(|field| Field::from_code(field.code()) == Some(field)));
    }
}
