//! Dates as offices write them: the day first, one or two digits, or in words. A date that never was is none.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::{clean, key};

/// Reads `5/3/2025`, `05-03-2025`, `5.3.25` (in this century), `2025-03-05`, `ngày 5 tháng 3 năm 2025`.
pub fn parse_date(text: &str) -> Option<Date> {
    let text = clean(text);
    date_in_words(&text).or_else(|| {
        ['/', '-', '.'].into_iter().find(|mark| text.contains(*mark)).and_then(|mark| date_in_digits(&text, mark))
    })
}

/// Reads a month without a day: `tháng 3/2025`, `tháng 3 năm 2025`, `3/2025`, `03-2025`. Gives its first day.
pub fn parse_month(text: &str) -> Option<Date> {
    let folded = key(text);
    let words: Vec<&str> = folded.split(' ').collect();
    match words.as_slice() {
        ["thang", month, "nam", year] | ["thang", month, year] | [month, year] => day_of("1", month, year),
        _ => None,
    }
}

/// The day of an Excel serial number (1900 system); the time of day is left out.
///
/// None before 01/01/1900, after 9999, and for 60: Excel's 29/02/1900 never was.
pub fn date_from_excel_serial(serial: f64) -> Option<Date> {
    let day = serial.floor();
    let epoch = match day {
        1.0..60.0 => date(1899, 12, 31),
        61.0..2_958_466.0 => date(1899, 12, 30),
        _ => return None,
    };
    epoch.checked_add((day as i64).days()).ok()
}

/// `05/03/2025`: always two digits for the day and the month.
pub fn show_date(date: Date) -> String {
    format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year())
}

fn date_in_digits(text: &str, mark: char) -> Option<Date> {
    let parts: Vec<&str> = text.split(mark).map(str::trim).collect();
    match parts.as_slice() {
        [year, month, day] if year.len() == 4 => day_of(day, month, year),
        [day, month, year] => day_of(day, month, year),
        _ => None,
    }
}

fn date_in_words(text: &str) -> Option<Date> {
    let folded = key(text);
    let words: Vec<&str> = folded.split(' ').collect();
    match words.as_slice() {
        ["ngay", day, "thang", month, "nam", year] | [day, "thang", month, "nam", year] => day_of(day, month, year),
        _ => None,
    }
}

fn day_of(day: &str, month: &str, year: &str) -> Option<Date> {
    let year = match year.len() {
        2 => 2000 + number(year)?,
        4 => number(year).filter(|year| *year >= 1900)?,
        _ => return None,
    };
    let (day, month) = (short_number(day)?, short_number(month)?);
    Date::new(year, month, day).ok()
}

fn short_number(text: &str) -> Option<i8> {
    if text.len() > 2 {
        return None;
    }
    number(text)?.try_into().ok()
}

fn number(text: &str) -> Option<i16> {
    // `parse` alone would take a sign.
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_the_ways_people_write_them() {
        for text in [
            "5/3/2025",
            "05/03/2025",
            "05-03-2025",
            "5.3.25",
            "5/3/25",
            "5-3-25",
            "2025-03-05",
            "2025/3/5",
            " 5 / 3 / 2025 ",
            "ngày 5 tháng 3 năm 2025",
            "Ngày 05 tháng 03 năm 2025",
            "05 tháng 3 năm 2025",
            "nga\u{300}y 5 tha\u{301}ng 3 na\u{306}m 2025",
        ] {
            assert_eq!(parse_date(text), Some(date(2025, 3, 5)), "{text:?}");
        }
        assert_eq!(parse_date("29/02/2024"), Some(date(2024, 2, 29)));
        assert_eq!(parse_date("31.12.1999"), Some(date(1999, 12, 31)));
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "31/02/2025",
            "29/2/2025",
            "00/01/2025",
            "3/13/2025",
            "5/3",
            "5/3/205",
            "5/3/20255",
            "005/3/2025",
            "5/3-2025",
            "5//2025",
            "-5/3/2025",
            "+5/3/2025",
            "5/3/0025",
            "1/1/1899",
            "tháng 3 năm 2025",
            "ngày 31 tháng 2 năm 2025",
            "5/3/2025/1",
            "hôm qua",
            "45721",
        ] {
            assert_eq!(parse_date(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_month_without_a_day_is_its_first_day() {
        for text in ["tháng 3/2025", "Tháng 03 năm 2025", "tháng 3-2025", "3/2025", "03.2025"] {
            assert_eq!(parse_month(text), Some(date(2025, 3, 1)), "{text:?}");
            assert_eq!(parse_date(text), None);
        }
        for text in ["", "tháng 13/2025", "tháng 3", "5/3/2025", "2025", "3/202"] {
            assert_eq!(parse_month(text), None, "{text:?}");
        }
    }

    #[test]
    fn an_excel_serial_is_a_day_of_the_1900_system() {
        for (serial, expected) in [
            (1.0, Some(date(1900, 1, 1))),
            (59.0, Some(date(1900, 2, 28))),
            (60.0, None),
            (61.0, Some(date(1900, 3, 1))),
            (45721.0, Some(date(2025, 3, 5))),
            (45721.99, Some(date(2025, 3, 5))),
            (2_958_465.0, Some(date(9999, 12, 31))),
            (2_958_466.0, None),
            (0.5, None),
            (-1.0, None),
            (f64::NAN, None),
            (f64::INFINITY, None),
        ] {
            assert_eq!(date_from_excel_serial(serial), expected, "{serial}");
        }
    }

    #[test]
    fn a_date_is_shown_with_two_digits_and_read_back() {
        assert_eq!(show_date(date(2025, 3, 5)), "05/03/2025");
        assert_eq!(parse_date(&show_date(date(2026, 11, 20))), Some(date(2026, 11, 20)));
    }
}
