//! Which passwords are too easy to guess, whatever their length.

use std::collections::HashSet;
use std::sync::OnceLock;

/// Passwords that many people use (from zxcvbn-ts, MIT, see `data/README.md`), sorted.
const COMMON: &str = include_str!("../../data/common-passwords.txt");
/// Words that everybody here thinks of first.
const LOCAL: &str = include_str!("../../data/local-password-words.txt");
/// So many letters of one's own make a word.
const FEWEST_OWN_LETTERS: usize = 3;

fn common() -> &'static HashSet<&'static str> {
    static WORDS: OnceLock<HashSet<&str>> = OnceLock::new();
    WORDS.get_or_init(|| COMMON.lines().collect())
}

/// A common password, one with digits and signs around it, or nothing but local words and the user name.
pub fn is_easy(password: &str, user_name: &str) -> bool {
    let key = fold::key(password);
    let letters: String = key.chars().filter(|c| c.is_alphabetic()).collect();
    let bare: String = key.chars().filter(|c| !c.is_whitespace()).collect();
    let core = bare.trim_matches(|c: char| !c.is_alphabetic());
    if [bare.as_str(), core, letters.as_str()].iter().any(|word| common().contains(word)) {
        return true;
    }
    let mut own = letters;
    for word in LOCAL.lines().chain([fold::key(user_name).as_str()]).filter(|word| word.len() > 2) {
        own = own.replace(word, "");
    }
    own.chars().collect::<HashSet<_>>().len() < FEWEST_OWN_LETTERS
}

#[cfg(test)]
mod tests {
    use super::is_easy;

    #[test]
    fn what_many_people_use_is_easy() {
        for easy in [
            "1234567890",
            "2026-11-24",
            "qwertyuiop",
            "Password123!",
            "password@2026",
            "Mật khẩu 2026",
            "congan@123456",
            "Phú Thọ 2026",
            "DiemSang2026",
            "nhannghia2026",
            "aaaaaaaaaaaa",
            "abababababab1",
        ] {
            assert!(is_easy(easy, "nhannghia"), "{easy}");
        }
    }

    #[test]
    fn a_sentence_of_ones_own_is_not() {
        for good in ["mat-khau-moi-2026", "bốn con vịt qua cầu", "t7#Rk2!vWq9z", "nhannghia mùa gặt"] {
            assert!(!is_easy(good, "nhannghia"), "{good}");
        }
    }
}
