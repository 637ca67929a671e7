//! Whole numbers as offices write them: a point or a space between thousands, a comma before decimals.
//! A number that can be read in two ways is not guessed.

use std::fmt;

use crate::clean;

/// Why a text is not a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountError {
    /// Nothing was written.
    Empty,
    /// `1,234` is 1234 in American writing and 1,234 in ours: ask.
    Ambiguous,
    /// A number with decimals, such as `1,5`.
    NotWhole,
    /// Something other than one number, or a number no office counts to.
    NotANumber,
}

impl fmt::Display for CountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CountError::Empty => "empty",
            CountError::Ambiguous => "ambiguous",
            CountError::NotWhole => "not whole",
            CountError::NotANumber => "not a number",
        })
    }
}

impl std::error::Error for CountError {}

/// No office counts further; sums of what is below it stay whole numbers.
const LARGEST: i64 = 1_000_000_000_000;

/// Reads a whole number: `1234`, `1.234`, `1 234`, `1.234.567`. A negative number is read; callers refuse it.
pub fn parse_count(text: &str) -> Result<i64, CountError> {
    let text = clean(text);
    if text.is_empty() {
        return Err(CountError::Empty);
    }
    let (is_negative, amount) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(amount) => (true, amount.trim_start()),
        None => (false, text.as_str()),
    };
    let digits = digits_of(amount)?;
    let count: i64 = digits.parse().map_err(|_| CountError::NotANumber)?;
    if count > LARGEST {
        return Err(CountError::NotANumber);
    }
    Ok(if is_negative { -count } else { count })
}

/// Reads a number with or without decimals: `1.234,5`, `0,5`, `0.5`, `12`. What can be read in two ways is refused.
pub fn parse_decimal(text: &str) -> Result<f64, CountError> {
    let text = clean(text);
    match parse_count(&text) {
        Ok(count) => return Ok(count as f64),
        Err(CountError::NotWhole) => {}
        Err(other) => return Err(other),
    }
    let (whole, decimals) = text.rsplit_once([',', '.']).ok_or(CountError::NotANumber)?;
    let is_decimals = !decimals.is_empty() && decimals.bytes().all(|b| b.is_ascii_digit());
    let whole = parse_count(if whole.is_empty() { "0" } else { whole })?;
    if !is_decimals {
        return Err(CountError::NotANumber);
    }
    let fraction: f64 = format!("0.{decimals}").parse().map_err(|_| CountError::NotANumber)?;
    Ok(if text.starts_with(['-', '\u{2212}']) { whole as f64 - fraction } else { whole as f64 + fraction })
}

/// `33.112`: a point between thousands.
pub fn show_count(count: i64) -> String {
    let sign = if count < 0 { "-" } else { "" };
    format!("{sign}{}", grouped(&count.unsigned_abs().to_string()))
}

/// `1.234,5`: a point between thousands, a comma before the given number of decimals; an en dash for no number.
pub fn show_decimal(amount: f64, n_decimals: usize) -> String {
    if !amount.is_finite() {
        return "–".to_owned();
    }
    let written = format!("{:.n_decimals$}", amount.abs());
    let is_zero = written.bytes().all(|b| matches!(b, b'0' | b'.'));
    let sign = if amount < 0.0 && !is_zero { "-" } else { "" };
    match written.split_once('.') {
        Some((whole, decimals)) => format!("{sign}{},{decimals}", grouped(whole)),
        None => format!("{sign}{}", grouped(&written)),
    }
}

fn digits_of(amount: &str) -> Result<String, CountError> {
    let groups: Vec<&str> = amount.split([' ', '.', ',']).collect();
    let is_digits = |group: &&str| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
    if !groups.iter().all(is_digits) {
        return Err(CountError::NotANumber);
    }
    let mut marks = amount.chars().filter(|c| !c.is_ascii_digit());
    let Some(mark) = marks.next() else {
        return Ok(amount.to_owned());
    };
    let is_one_mark = marks.all(|other| other == mark);
    let is_thousands = groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3);
    match mark {
        ',' if is_one_mark && is_thousands && groups.len() == 2 => Err(CountError::Ambiguous),
        _ if is_one_mark && is_thousands => Ok(groups.concat()),
        ' ' if is_one_mark => Err(CountError::NotANumber),
        _ => Err(CountError::NotWhole),
    }
}

fn grouped(digits: &str) -> String {
    let mut shown = String::with_capacity(digits.len() * 4 / 3 + 1);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            shown.push('.');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_with_either_mark_unless_they_could_be_thousands() {
        for (text, number) in [("0,5", 0.5), ("0.5", 0.5), ("1.234,5", 1234.5), ("12", 12.0), ("-1,25", -1.25)] {
            assert_eq!(parse_decimal(text), Ok(number), "{text:?}");
        }
        assert_eq!(parse_decimal("1,234"), Err(CountError::Ambiguous));
        assert_eq!(parse_decimal("một"), Err(CountError::NotANumber));
        assert_eq!(parse_decimal("1,"), Err(CountError::NotANumber));
    }

    #[test]
    fn counts_are_read_with_and_without_marks() {
        for (text, count) in [
            ("0", 0),
            ("1234", 1234),
            ("1.234", 1234),
            ("1 234", 1234),
            ("1\u{a0}234", 1234),
            ("1.234.567", 1_234_567),
            ("1,234,567", 1_234_567),
            (" 12 ", 12),
            ("-2", -2),
            ("\u{2212}1.234", -1234),
            ("007", 7),
        ] {
            assert_eq!(parse_count(text), Ok(count), "{text:?}");
        }
        assert_eq!(parse_count("1.000.000.000.001"), Err(CountError::NotANumber));
    }

    #[test]
    fn what_is_no_count_is_refused_with_the_reason() {
        for (text, reason) in [
            ("", CountError::Empty),
            (" \u{a0}", CountError::Empty),
            ("1,234", CountError::Ambiguous),
            ("-1,234", CountError::Ambiguous),
            ("1,5", CountError::NotWhole),
            ("12.5", CountError::NotWhole),
            ("1234.567", CountError::NotWhole),
            ("1.234,5", CountError::NotWhole),
            ("12 hộ", CountError::NotANumber),
            ("12 34", CountError::NotANumber),
            ("1.", CountError::NotANumber),
            (".5", CountError::NotANumber),
            ("--2", CountError::NotANumber),
            ("-", CountError::NotANumber),
            ("+2", CountError::NotANumber),
            ("٣", CountError::NotANumber),
            ("99999999999999999999", CountError::NotANumber),
        ] {
            assert_eq!(parse_count(text), Err(reason), "{text:?}");
        }
    }

    #[test]
    fn counts_are_shown_with_a_point_between_thousands() {
        for (count, shown) in [
            (0, "0"),
            (999, "999"),
            (1000, "1.000"),
            (33_112, "33.112"),
            (1_234_567, "1.234.567"),
            (-1234, "-1.234"),
            (i64::MIN, "-9.223.372.036.854.775.808"),
        ] {
            assert_eq!(show_count(count), shown);
        }
        assert_eq!(parse_count(&show_count(33_112)), Ok(33_112));
    }

    #[test]
    fn decimals_are_shown_with_a_comma() {
        for (amount, n_decimals, shown) in [
            (1234.5, 1, "1.234,5"),
            (87.44, 1, "87,4"),
            (1_234_567.0, 0, "1.234.567"),
            (0.0, 2, "0,00"),
            (-1234.56, 2, "-1.234,56"),
            (-0.04, 1, "0,0"),
            (999.96, 1, "1.000,0"),
            (f64::NAN, 1, "–"),
        ] {
            assert_eq!(show_decimal(amount, n_decimals), shown);
        }
    }
}
