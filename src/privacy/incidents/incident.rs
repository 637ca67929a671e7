//! What an incident is, by when the authority must be told, and what may happen to it.

use jiff::{SignedDuration, Timestamp};

use crate::error::{Error, FieldError, Result};

/// What happened to data.
pub const KINDS: [&str; 5] = ["disclosed", "lost", "altered", "unlawful-use", "unavailable"];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StepKind {
    Contained,
    /// The authority was told.
    Notified,
    /// The people whose data it was were told.
    PeopleTold,
    Closed,
}

impl StepKind {
    /// Every step, in the order of the form.
    pub const ALL: [StepKind; 4] = [StepKind::Contained, StepKind::Notified, StepKind::PeopleTold, StepKind::Closed];

    /// The code kept in the database.
    pub fn code(self) -> &'static str {
        match self {
            StepKind::Contained => "contained",
            StepKind::Notified => "notified",
            StepKind::PeopleTold => "people-told",
            StepKind::Closed => "closed",
        }
    }

    /// Reads the code kept in the database.
    pub fn from_code(code: &str) -> Option<StepKind> {
        StepKind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// A step as it was taken.
#[derive(Clone, Debug)]
pub struct Step {
    pub kind: StepKind,
    /// The moment, in UTC.
    pub at: String,
    pub paper: String,
    pub note: String,
}

/// May this step come now? Each once; an incident is closed when the authority was told.
pub fn after(steps: &[Step], next: StepKind) -> Result<()> {
    let taken = |kind: StepKind| steps.iter().any(|step| step.kind == kind);
    if taken(StepKind::Closed) {
        return Err(Error::Refused("incident-closed"));
    }
    if taken(next) {
        return Err(Error::Refused("incident-step-already"));
    }
    match next {
        StepKind::Closed if !taken(StepKind::Notified) => Err(Error::Refused("incident-not-notified")),
        StepKind::Contained | StepKind::Notified | StepKind::PeopleTold | StepKind::Closed => Ok(()),
    }
}

/// The steps that may come next.
pub fn next_steps(steps: &[Step]) -> Vec<StepKind> {
    StepKind::ALL.into_iter().filter(|kind| after(steps, *kind).is_ok()).collect()
}

/// What a step must carry: telling the authority has its paper.
pub fn check(step: &Step, detected: Timestamp, now: Timestamp) -> Result<()> {
    let at = step.at.parse::<Timestamp>().ok();
    let told = step.kind != StepKind::Notified || !step.paper.is_empty();
    let checks = [
        ("at", "incident-moment-missing", at.is_some()),
        ("at", "incident-moment-future", at.is_none_or(|at| at <= now)),
        ("at", "incident-moment-early", at.is_none_or(|at| at >= detected)),
        ("paper", "incident-paper-missing", told),
    ];
    let wrong = checks.iter().filter(|(_, _, holds)| !holds);
    let faults: Vec<FieldError> =
        wrong.map(|(field, key, _)| FieldError { field, key, value: String::new() }).collect();
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

/// By when the authority is to be told, and whether it was or will be late.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Due {
    pub at: Timestamp,
    pub is_late: bool,
    pub is_done: bool,
    /// Hours that are left; negative when it has passed.
    pub hours_left: i64,
}

/// The clock runs from the moment of detection.
pub fn due(detected: Timestamp, hours: i64, steps: &[Step], now: Timestamp) -> Due {
    let at = detected.saturating_add(SignedDuration::from_hours(hours)).unwrap_or(Timestamp::MAX);
    let told = steps.iter().find(|step| step.kind == StepKind::Notified);
    let told = told.and_then(|step| step.at.parse::<Timestamp>().ok());
    let left = at.duration_since(now);
    Due { at, is_late: told.unwrap_or(now) > at, is_done: told.is_some(), hours_left: left.as_hours() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(kind: StepKind, at: &str) -> Step {
        Step { kind, at: at.into(), paper: "12/BC".into(), note: String::new() }
    }

    fn moment(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_authority_is_told_within_the_hours_of_the_law() {
        let detected = moment("2026-11-20T08:00:00Z");
        let told = |steps: &[Step], now: &str| due(detected, 72, steps, moment(now));
        let fresh = told(&[], "2026-11-21T08:00:00Z");
        assert_eq!((fresh.at, fresh.hours_left, fresh.is_late), (moment("2026-11-23T08:00:00Z"), 48, false));
        assert!(told(&[], "2026-11-23T08:00:01Z").is_late);
        let in_time = [step(StepKind::Notified, "2026-11-23T08:00:00Z")];
        assert!(!told(&in_time, "2026-12-01T00:00:00Z").is_late && told(&in_time, "2026-12-01T00:00:00Z").is_done);
        assert!(told(&[step(StepKind::Notified, "2026-11-23T09:00:00Z")], "2026-12-01T00:00:00Z").is_late);
    }

    #[test]
    fn each_step_once_and_closed_only_when_told() {
        let notified = [step(StepKind::Notified, "2026-11-21T08:00:00Z")];
        assert!(matches!(after(&[], StepKind::Closed), Err(Error::Refused("incident-not-notified"))));
        assert!(after(&notified, StepKind::Closed).is_ok() && after(&notified, StepKind::Notified).is_err());
        let closed = [notified[0].clone(), step(StepKind::Closed, "2026-11-22T08:00:00Z")];
        assert_eq!(next_steps(&closed), []);
        assert_eq!(next_steps(&notified), [StepKind::Contained, StepKind::PeopleTold, StepKind::Closed]);
    }

    #[test]
    fn a_step_lies_between_detection_and_now_and_telling_has_its_paper() {
        let (detected, now) = (moment("2026-11-20T08:00:00Z"), moment("2026-11-23T08:00:00Z"));
        let told = |step: &Step| match check(step, detected, now) {
            Ok(()) => Vec::new(),
            Err(Error::Invalid(faults)) => faults.into_iter().map(|fault| fault.key).collect(),
            Err(other) => panic!("{other}"),
        };
        assert!(told(&step(StepKind::Notified, "2026-11-21T08:00:00Z")).is_empty());
        assert_eq!(told(&step(StepKind::Contained, "")), ["incident-moment-missing"]);
        assert_eq!(told(&step(StepKind::Contained, "2026-11-24T08:00:00Z")), ["incident-moment-future"]);
        assert_eq!(told(&step(StepKind::Contained, "2026-11-19T08:00:00Z")), ["incident-moment-early"]);
        let bare = Step { paper: String::new(), ..step(StepKind::Notified, "2026-11-21T08:00:00Z") };
        assert_eq!(told(&bare), ["incident-paper-missing"]);
    }
}
