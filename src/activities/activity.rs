//! An activity, the kinds there are, and what a month comes to.

use std::sync::OnceLock;

use jiff::civil::Date;
use serde::Deserialize;

use crate::error::FieldError;
use crate::words::Lang;

/// A kind of activity.
#[derive(Clone, Debug, Deserialize)]
pub struct Kind {
    pub code: String,
    pub vi: String,
    pub en: String,
    /// Only the total of a month is ever kept.
    #[serde(default)]
    pub total_only: bool,
}

impl Kind {
    /// The name in a language.
    pub fn name(&self, lang: Lang) -> &str {
        match lang {
            Lang::Vi => &self.vi,
            Lang::En => &self.en,
        }
    }
}

#[derive(Deserialize)]
struct Listed {
    kinds: Vec<Kind>,
}

/// Every kind, in the order of the forms.
pub fn kinds() -> &'static [Kind] {
    static KINDS: OnceLock<Vec<Kind>> = OnceLock::new();
    KINDS.get_or_init(|| {
        let text = include_str!("../../data/activity-kinds.json");
        let read: Listed = serde_json::from_str(text).expect("the kinds are read by the tests");
        read.kinds
    })
}

/// A kind by its code.
pub fn kind(code: &str) -> Option<&'static Kind> {
    kinds().iter().find(|kind| kind.code == code)
}

/// How attendances were counted; a number without it says little.
pub const COUNTED: [&str; 4] = ["signed_list", "head_count", "households", "estimate"];

/// Meetings that only exchange opinions keep nothing alive (the province's own setting for new rules).
pub const OPINION: &str = "opinion";

/// An activity that was entered.
#[derive(Clone, Debug, PartialEq)]
pub struct Activity {
    pub province: String,
    pub id: String,
    pub point_id: String,
    pub pin_id: String,
    pub kind: String,
    pub on_date: String,
    pub n_attended: i64,
    pub counted_how: String,
    pub together_with: String,
    pub note: String,
    pub version: i64,
}

/// The month of an ISO date: `2026-11`.
pub fn month_of(on_date: &str) -> &str {
    on_date.get(..7).unwrap_or(on_date)
}

/// Reads a month as offices write it (`11/2026`, `tháng 11 năm 2026`) or as addresses do (`2026-11`).
pub fn parse_month(text: &str) -> Option<String> {
    let first = fold::parse_month(text).or_else(|| format!("{text}-01").parse::<Date>().ok())?;
    Some(first.strftime("%Y-%m").to_string())
}

/// A month as offices write it.
pub fn show_month(month: &str) -> String {
    month.split_once('-').map_or_else(|| month.to_owned(), |(year, month)| format!("{month}/{year}"))
}

/// The month so many months before another.
pub fn months_before(month: &str, n: i64) -> String {
    let first = format!("{month}-01").parse::<Date>().unwrap_or(Date::constant(2000, 1, 1));
    let span = jiff::Span::new().months(n);
    first.saturating_sub(span).strftime("%Y-%m").to_string()
}

/// The last day of a month: the day from which its total counts.
pub fn last_day(month: &str) -> String {
    let first = format!("{month}-01").parse::<Date>().unwrap_or(Date::constant(2000, 1, 1));
    first.last_of_month().to_string()
}

/// What is wrong with a new activity, every field at once.
pub fn faults(activity: &Activity, launched_on: Option<&str>, today: &str) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let mut miss = |field, key| faults.push(FieldError { field, key, value: String::new() });
    match kind(&activity.kind) {
        None => miss("kind", "activity-kind-missing"),
        Some(kind) if kind.total_only => miss("kind", "activity-total-only"),
        Some(_) => {}
    }
    match activity.on_date.parse::<Date>() {
        Err(_) => miss("on_date", "activity-date-missing"),
        Ok(_) if activity.on_date.as_str() > today => miss("on_date", "activity-date-future"),
        Ok(_) => {}
    }
    let early = launched_on.filter(|on| activity.on_date.parse::<Date>().is_ok() && activity.on_date.as_str() < *on);
    if let Some(on) = early {
        let value = on.parse().map_or_else(|_| on.to_owned(), fold::show_date);
        faults.push(FieldError { field: "on_date", key: "activity-before-launch", value });
    }
    if activity.n_attended > 0 && !COUNTED.contains(&activity.counted_how.as_str()) {
        faults.push(FieldError { field: "counted_how", key: "activity-counted-missing", value: String::new() });
    }
    faults
}

/// What a month comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    pub n_times: i64,
    pub n_attended: i64,
    pub is_stated: bool,
}

/// A stated total holds the single activities of its month; the larger of the two counts.
pub fn month_sum(single: (i64, i64), stated: Option<(i64, i64)>) -> Sum {
    match stated {
        Some((n_times, n_attended)) if n_times >= single.0 => {
            Sum { n_times, n_attended: n_attended.max(single.1), is_stated: true }
        }
        _ => Sum { n_times: single.0, n_attended: single.1, is_stated: false },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patrol(on_date: &str) -> Activity {
        Activity {
            province: "25".into(),
            id: "a".into(),
            point_id: "p".into(),
            pin_id: "x".into(),
            kind: "patrol".into(),
            on_date: on_date.into(),
            n_attended: 6,
            counted_how: "head_count".into(),
            together_with: String::new(),
            note: String::new(),
            version: 1,
        }
    }

    #[test]
    fn an_activity_has_a_kind_a_day_and_says_how_it_was_counted() {
        let keys = |activity: &Activity| -> Vec<&'static str> {
            faults(activity, Some("2026-03-01"), "2026-11-25").into_iter().map(|fault| fault.key).collect()
        };
        assert!(keys(&patrol("2026-11-25")).is_empty());
        assert_eq!(keys(&patrol("2026-11-26")), ["activity-date-future"]);
        assert_eq!(keys(&patrol("2026-02-28")), ["activity-before-launch"]);
        let unsaid = Activity { kind: "x".into(), counted_how: String::new(), ..patrol("") };
        assert_eq!(keys(&unsaid), ["activity-kind-missing", "activity-date-missing", "activity-counted-missing"]);
        let record = Activity { kind: "information".into(), ..patrol("2026-11-01") };
        assert_eq!(keys(&record), ["activity-total-only"], "items of information are never single records");
    }

    #[test]
    fn nothing_is_counted_twice_and_nothing_entered_is_lost() {
        assert_eq!(month_sum((3, 20), None), Sum { n_times: 3, n_attended: 20, is_stated: false });
        assert_eq!(month_sum((3, 20), Some((5, 30))), Sum { n_times: 5, n_attended: 30, is_stated: true });
        assert_eq!(month_sum((3, 20), Some((2, 9))), Sum { n_times: 3, n_attended: 20, is_stated: false });
        assert_eq!(month_sum((0, 0), Some((4, 0))), Sum { n_times: 4, n_attended: 0, is_stated: true });
    }

    #[test]
    fn months_are_read_as_offices_write_them() {
        for told in ["11/2026", "2026-11", "Tháng 11/2026", "tháng 11 năm 2026"] {
            assert_eq!(parse_month(told).as_deref(), Some("2026-11"), "{told}");
        }
        assert_eq!(parse_month("13/2026"), None);
        assert_eq!(parse_month("11"), None);
        assert_eq!((months_before("2026-02", 3), last_day("2026-02")), ("2025-11".into(), "2026-02-28".into()));
        assert_eq!(show_month("2026-02"), "02/2026");
    }

    #[test]
    fn the_kinds_are_whole() {
        assert!(kinds().iter().all(|kind| !kind.vi.is_empty() && !kind.en.is_empty()));
        let totals: Vec<&str> = kinds().iter().filter(|kind| kind.total_only).map(|kind| kind.code.as_str()).collect();
        assert_eq!(totals, ["information", "information_valuable", "reintegration", "handed_in"]);
    }
}
