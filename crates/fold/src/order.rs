//! Sort keys by the Vietnamese collation (CLDR `vi`): A Ă Â B C D Đ E Ê, tones ngang huyền hỏi ngã sắc nặng.
//! A key is hex text, which SQLite and PostgreSQL under "C" compare alike; numbers in names go by their value.

use std::sync::OnceLock;

use icu_collator::options::CollatorOptions;
use icu_collator::preferences::CollationNumericOrdering;
use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences};
use icu_locale_core::locale;

use crate::clean;

/// Sorts below every byte a collation key holds, so that `An` with any surname stands before `Anh`.
const BETWEEN_KEYS: &str = "00";

/// The key to sort a name by, as lower-case hex text.
pub fn sort_key(text: &str) -> String {
    use std::fmt::Write;

    let mut bytes = Vec::new();
    let Ok(()) = collator().write_sort_key_to(&clean(text), &mut bytes);
    bytes.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The key to sort a person by: the given name (the last word) in full first, then the family and middle names.
pub fn person_sort_key(name: &str) -> String {
    let name = clean(name);
    let (rest, given) = name.rsplit_once(' ').unwrap_or(("", &name));
    sort_key(given) + BETWEEN_KEYS + &sort_key(rest)
}

fn collator() -> &'static CollatorBorrowed<'static> {
    static COLLATOR: OnceLock<CollatorBorrowed<'static>> = OnceLock::new();
    COLLATOR.get_or_init(|| {
        let mut preferences = CollatorPreferences::from(locale!("vi"));
        preferences.numeric_ordering = Some(CollationNumericOrdering::True);
        Collator::try_new(preferences, CollatorOptions::default()).expect("the Vietnamese collation is compiled in")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_in_order(names: &[&str], key: fn(&str) -> String) {
        for pair in names.windows(2) {
            assert!(key(pair[0]) < key(pair[1]), "{} before {}", pair[0], pair[1]);
        }
    }

    #[test]
    fn names_stand_in_the_order_of_the_alphabet_and_the_tones() {
        for line in [
            "An Àn Ản Ãn Án Ạn",
            "A Ă Â B C D Đ E Ê G H I K L M N O Ô Ơ P Q R S T U Ư V X Y",
            "a ă â b c d đ e ê",
            "An Ăn Ân Bản Cao Dân Đà Em Êm",
            "Hòa Hóa Hoan",
        ] {
            assert_in_order(&line.split(' ').collect::<Vec<_>>(), sort_key);
        }
        assert_in_order(&["Đà Bắc", "Đoan Hùng", "Hạ Hòa"], sort_key);
    }

    #[test]
    fn numbers_in_names_go_by_their_value() {
        assert_in_order(&["Khu 1", "Khu 2", "Khu 2A", "Khu 10", "Khu 100"], sort_key);
    }

    #[test]
    fn a_sort_key_is_lower_case_hex_and_does_not_see_stray_spaces() {
        let key = sort_key("Xóm Bưng 1");
        assert!(key.chars().all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c)));
        assert_eq!(key, sort_key("  Xóm\u{a0} Bu\u{31b}ng 1 "));
        assert_eq!(sort_key(""), sort_key("  "));
    }

    #[test]
    fn persons_stand_by_given_name_then_by_the_rest() {
        assert_in_order(
            &[
                "Bùi Văn An",
                "Nguyễn Thị An",
                "Nguyễn Văn An",
                "Bùi Thị Anh",
                "Trần Văn Ánh",
                "Lê Ân",
                "Đinh Công Bình",
                "Y Đức",
            ],
            person_sort_key,
        );
        assert_in_order(&["An", "Bùi An", "Ản"], person_sort_key);
    }
}
