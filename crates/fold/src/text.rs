//! One spelling for storing (`clean`), one for finding (`key`), and how near two names are (`similarity`).

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// NFC, trimmed, every run of whitespace one space, without characters nobody sees.
pub fn clean(text: &str) -> String {
    let visible: String = text.nfc().filter(|c| !is_invisible(*c)).collect();
    join_words(&visible)
}

/// The search key: lower case without marks, `đ` as `d`, and only single spaces between letters and digits.
///
/// Where the tone stands does not matter: `Hoà` and `Hòa` have one key.
pub fn key(text: &str) -> String {
    let folded: String = text
        .chars()
        .filter(|c| !is_invisible(*c))
        .flat_map(char::to_lowercase)
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .map(plain)
        .collect();
    join_words(&folded)
}

/// From 0 (nothing in common) to 1 (the same key): the Dice coefficient over the trigrams of the words.
///
/// Words are taken one by one, so their order counts for nothing. An empty text is like no other.
pub fn similarity(one: &str, other: &str) -> f64 {
    let (one, other) = (trigrams(&key(one)), trigrams(&key(other)));
    let n_all: usize = one.values().sum::<usize>() + other.values().sum::<usize>();
    if n_all == 0 {
        return 0.0;
    }
    let n_shared: usize = one.iter().map(|(trigram, n)| other.get(trigram).map_or(0, |m| *n.min(m))).sum();
    2.0 * n_shared as f64 / n_all as f64
}

fn trigrams(key: &str) -> HashMap<[char; 3], usize> {
    let mut counted = HashMap::new();
    for word in key.split(' ').filter(|word| !word.is_empty()) {
        // As pg_trgm pads: the beginning of a word weighs more than its end.
        let padded: Vec<char> = "  ".chars().chain(word.chars()).chain([' ']).collect();
        for window in padded.windows(3) {
            *counted.entry([window[0], window[1], window[2]]).or_insert(0) += 1;
        }
    }
    counted
}

fn plain(c: char) -> char {
    match c {
        'đ' => 'd',
        c if c.is_alphanumeric() => c,
        _ => ' ',
    }
}

fn join_words(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(word);
    }
    joined
}

/// Zero-width and direction marks, soft hyphens, and controls: PostgreSQL refuses a NUL in text.
fn is_invisible(c: char) -> bool {
    let is_mark = matches!(
        c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
    );
    is_mark || (c.is_control() && !c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cleaned_text_has_one_spelling() {
        for (typed, cleaned) in [
            ("  Xóm\u{a0}Bưng \t 1\n", "Xóm Bưng 1"),
            ("Tie\u{302}\u{301}ng chuo\u{302}ng", "Tiếng chuông"),
            ("\u{feff}Hòa\u{200b} Bình\u{ad}", "Hòa Bình"),
            ("a\0b\u{7}", "ab"),
            ("\u{3000}\u{2003}", ""),
            ("Dòng\r\n\r\nhọ", "Dòng họ"),
            ("“Camera” – AN NINH", "“Camera” – AN NINH"),
        ] {
            assert_eq!(clean(typed), cleaned, "{typed:?}");
            assert_eq!(clean(cleaned), cleaned);
        }
    }

    #[test]
    fn a_key_holds_what_people_type_without_marks() {
        for (text, expected) in [
            ("Tiếng chuông  bình yên – xóm Bưng 1", "tieng chuong binh yen xom bung 1"),
            ("ĐÀ BẮC", "da bac"),
            ("đồi Điểm", "doi diem"),
            ("Xã Hy Cương (cũ)", "xa hy cuong cu"),
            ("“4 an toàn”, về ANTT", "4 an toan ve antt"),
            ("399/QĐ-UBND", "399 qd ubnd"),
            ("ƯU TÚ ươm", "uu tu uom"),
            ("Thu\u{200b}ỷ\u{a0}\u{a0}Hoà", "thuy hoa"),
            ("  – … !", ""),
            ("", ""),
        ] {
            assert_eq!(key(text), expected, "{text:?}");
            assert_eq!(key(expected), expected);
        }
    }

    #[test]
    fn the_place_of_the_tone_and_the_unicode_form_do_not_matter() {
        for (one, other) in
            [("Hoà Bình", "Hòa Bình"), ("Thuỷ", "Thủy"), ("Tiếng", "Tie\u{302}\u{301}ng"), ("khỏe", "khoẻ")]
        {
            assert_eq!(key(one), key(other));
            assert_eq!(similarity(one, other), 1.0);
        }
    }

    #[test]
    fn near_names_score_high_and_strange_names_low() {
        assert_eq!(similarity("Dòng họ tự quản", "tự quản dòng họ"), 1.0);
        assert!(similarity("Tiếng chuông bình yên", "Tiếng chuông bình an") > 0.7);
        assert!(similarity("Camera an ninh", "Tiếng kẻng an ninh") < 0.7);
        assert!(similarity("Camera an ninh", "Dòng họ tự quản") < 0.2);
        assert_eq!(similarity("", ""), 0.0);
        assert_eq!(similarity("–", "Khu 1"), 0.0);
    }
}
