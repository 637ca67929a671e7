//! A point and its life: which step may follow which, and what each needs.

use jiff::civil::Date;

use crate::error::{Error, FieldError, Result};
use crate::papers::paper::{self, Demand, PaperRef};
use crate::places::place::OPEN;

/// What a point is, after its last step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    Proposed,
    Surveyed,
    Approved,
    Active,
    Suspended,
    Ended,
    StruckOff,
    Merged,
}

impl State {
    /// Every state, in the order of a life.
    pub const ALL: [State; 8] = [
        State::Proposed,
        State::Surveyed,
        State::Approved,
        State::Active,
        State::Suspended,
        State::Ended,
        State::StruckOff,
        State::Merged,
    ];

    /// The code kept in the database.
    pub fn code(self) -> &'static str {
        match self {
            State::Proposed => "proposed",
            State::Surveyed => "surveyed",
            State::Approved => "approved",
            State::Active => "active",
            State::Suspended => "suspended",
            State::Ended => "ended",
            State::StruckOff => "struck_off",
            State::Merged => "merged",
        }
    }

    /// Reads the code kept in the database.
    pub fn from_code(code: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Does the point count as operating? A suspended one does not (the province's own setting).
    pub fn is_active(self) -> bool {
        match self {
            State::Active => true,
            State::Proposed
            | State::Surveyed
            | State::Approved
            | State::Suspended
            | State::Ended
            | State::StruckOff
            | State::Merged => false,
        }
    }

    /// Is the life over?
    pub fn is_over(self) -> bool {
        match self {
            State::Ended | State::StruckOff | State::Merged => true,
            State::Proposed | State::Surveyed | State::Approved | State::Active | State::Suspended => false,
        }
    }
}

/// What may happen to a point.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StepKind {
    /// The survey plan was approved; a survey is reported on only afterwards.
    SurveyPlanned,
    Surveyed,
    Approved,
    Launched,
    Recognised,
    Strengthened,
    Suspended,
    Resumed,
    Ended,
    StruckOff,
    Merged,
    ReAnchored,
}

impl StepKind {
    /// Every step, in the order of a life.
    pub const ALL: [StepKind; 12] = [
        StepKind::SurveyPlanned,
        StepKind::Surveyed,
        StepKind::Approved,
        StepKind::Launched,
        StepKind::Recognised,
        StepKind::Strengthened,
        StepKind::Suspended,
        StepKind::Resumed,
        StepKind::Ended,
        StepKind::StruckOff,
        StepKind::Merged,
        StepKind::ReAnchored,
    ];

    /// The code kept in the database.
    pub fn code(self) -> &'static str {
        match self {
            StepKind::SurveyPlanned => "survey_planned",
            StepKind::Surveyed => "surveyed",
            StepKind::Approved => "approved",
            StepKind::Launched => "launched",
            StepKind::Recognised => "recognised",
            StepKind::Strengthened => "strengthened",
            StepKind::Suspended => "suspended",
            StepKind::Resumed => "resumed",
            StepKind::Ended => "ended",
            StepKind::StruckOff => "struck_off",
            StepKind::Merged => "merged",
            StepKind::ReAnchored => "re_anchored",
        }
    }

    /// Reads the code kept in the database.
    pub fn from_code(code: &str) -> Option<StepKind> {
        StepKind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Must a paper (number, date, issuer) be named?
    pub fn needs_paper(self) -> bool {
        match self {
            StepKind::SurveyPlanned
            | StepKind::Approved
            | StepKind::Recognised
            | StepKind::Suspended
            | StepKind::Ended
            | StepKind::StruckOff
            | StepKind::Merged
            | StepKind::ReAnchored => true,
            StepKind::Surveyed | StepKind::Launched | StepKind::Strengthened | StepKind::Resumed => false,
        }
    }

    /// Does a life end with it?
    pub fn is_ending(self) -> bool {
        matches!(self, StepKind::Ended | StepKind::StruckOff | StepKind::Merged)
    }

    /// Must a reason be chosen?
    pub fn needs_reason(self) -> bool {
        match self {
            StepKind::Ended | StepKind::StruckOff => true,
            StepKind::SurveyPlanned
            | StepKind::Surveyed
            | StepKind::Approved
            | StepKind::Launched
            | StepKind::Recognised
            | StepKind::Strengthened
            | StepKind::Suspended
            | StepKind::Resumed
            | StepKind::Merged
            | StepKind::ReAnchored => false,
        }
    }
}

/// Why a point ended. The first three are seen in provinces' reports; the others are the product's.
pub const REASONS: [&str; 8] =
    ["ineffective", "poor_dossier", "unsuitable", "duplicate", "area_merged", "goal_reached", "no_funds", "other"];

/// Where a point stands: the place itself, and the administrative unit to which its facts are pinned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Anchor {
    pub place_id: String,
    pub pin_id: String,
}

/// A dated step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub kind: StepKind,
    pub on_date: String,
    pub paper: Option<PaperRef>,
    pub reason: String,
    pub note: String,
    /// The new place of a point that is re-anchored.
    pub anchor: Option<Anchor>,
    /// The point into which one is merged.
    pub into_id: String,
    /// What a survey plan covers: codes of the province's headings.
    pub headings: Vec<String>,
}

impl Step {
    /// A step with nothing but its kind and date.
    pub fn bare(kind: StepKind, on_date: impl Into<String>) -> Step {
        Step {
            kind,
            on_date: on_date.into(),
            paper: None,
            reason: String::new(),
            note: String::new(),
            anchor: None,
            into_id: String::new(),
            headings: Vec::new(),
        }
    }
}

/// The state after a step, or why it may not be taken.
pub fn after(state: State, kind: StepKind) -> Result<State> {
    use StepKind as K;
    let next = match (state, kind) {
        // A plan that is approved anew replaces the former; lives from before the plans were kept have none.
        (State::Proposed, K::SurveyPlanned) => State::Proposed,
        (State::Proposed, K::Surveyed) => State::Surveyed,
        (State::Proposed | State::Surveyed, K::Approved) => State::Approved,
        (State::Approved, K::Launched) => State::Active,
        (State::Proposed | State::Surveyed, K::Launched) => return Err(Error::Refused("step-launch-unapproved")),
        (State::Active, K::Recognised | K::Strengthened | K::ReAnchored) => State::Active,
        (State::Active, K::Suspended) => State::Suspended,
        (State::Suspended, K::Resumed | K::Strengthened) => State::Active,
        (State::Suspended, K::ReAnchored) => State::Suspended,
        // Its commune may be divided before it is launched.
        (State::Proposed | State::Surveyed | State::Approved, K::ReAnchored) => state,
        (State::Active | State::Suspended, K::Ended) => State::Ended,
        (State::Proposed | State::Surveyed | State::Approved, K::Ended) => State::Ended,
        (State::Active | State::Suspended, K::StruckOff) => State::StruckOff,
        (State::Active | State::Suspended, K::Merged) => State::Merged,
        (State::Ended | State::StruckOff | State::Merged, _) => return Err(Error::Refused("step-life-over")),
        (State::Surveyed | State::Approved, K::SurveyPlanned) => return Err(Error::Refused("step-survey-done")),
        (State::Active | State::Suspended, K::SurveyPlanned | K::Surveyed | K::Approved | K::Launched) => {
            return Err(Error::Refused("step-already-launched"));
        }
        (State::Surveyed, K::Surveyed) | (State::Approved, K::Surveyed | K::Approved) => {
            return Err(Error::Refused("step-already-taken"));
        }
        (State::Active, K::Resumed) => return Err(Error::Refused("step-not-suspended")),
        (State::Suspended, K::Suspended | K::Recognised) => return Err(Error::Refused("step-is-suspended")),
        (
            State::Proposed | State::Surveyed | State::Approved,
            K::Recognised | K::Strengthened | K::Suspended | K::Resumed | K::StruckOff | K::Merged,
        ) => return Err(Error::Refused("step-not-launched")),
    };
    Ok(next)
}

/// The steps that may follow, for the form.
pub fn possible(state: State) -> Vec<StepKind> {
    StepKind::ALL.into_iter().filter(|kind| after(state, *kind).is_ok()).collect()
}

/// Checks what a step itself must carry; tells every missing field at once.
pub fn check(step: &Step, last: Option<&Step>, today: Date) -> Result<()> {
    let mut missing = Vec::new();
    let before = last.filter(|last| step.on_date < last.on_date);
    let date_fault = match (step.on_date.parse::<Date>(), before) {
        (Err(_), _) => Some(("step-date-missing", String::new())),
        (Ok(date), _) if date > today => Some(("step-date-future", String::new())),
        (Ok(_), Some(last)) => {
            let day = last.on_date.parse().map_or_else(|_| last.on_date.clone(), fold::show_date);
            Some(("step-date-before-last", day))
        }
        (Ok(_), None) => None,
    };
    missing.extend(date_fault.map(|(key, value)| FieldError { field: "on_date", key, value }));
    let mut miss = |field, key| missing.push(FieldError { field, key, value: String::new() });
    if step.kind.needs_reason() && !REASONS.contains(&step.reason.as_str()) {
        miss("reason", "step-reason-missing");
    }
    if step.kind == StepKind::ReAnchored && step.anchor.is_none() {
        miss("commune", "step-place-missing");
    }
    if step.kind == StepKind::Merged && step.into_id.is_empty() {
        miss("into", "step-into-missing");
    }
    let demand = if step.kind.needs_paper() { Demand::Needed } else { Demand::Optional };
    missing.extend(paper::faults(step.paper.as_ref(), demand, &today.to_string()));
    if missing.is_empty() { Ok(()) } else { Err(Error::Invalid(missing)) }
}

/// A stretch of time in one state at one place; `to_on` is exclusive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    pub state: State,
    pub anchor: Anchor,
    pub from_on: String,
    pub to_on: String,
}

/// The stretches that the steps make, beginning at the place where the point was registered. Several
/// steps on one day leave the last one's state.
pub fn spans(first: &Anchor, steps: &[Step]) -> Result<Vec<Span>> {
    let mut spans: Vec<Span> = Vec::new();
    let mut state = State::Proposed;
    let mut at = first;
    for step in steps {
        let next = after(state, step.kind)?;
        let there = step.anchor.as_ref().unwrap_or(at);
        if next != state || there != at || spans.is_empty() {
            if let Some(open) = spans.last_mut() {
                open.to_on.clone_from(&step.on_date);
            }
            spans.retain(|span| span.from_on < span.to_on);
            let from_on = step.on_date.clone();
            spans.push(Span { state: next, anchor: there.clone(), from_on, to_on: OPEN.into() });
        }
        (state, at) = (next, there);
    }
    Ok(spans)
}

/// Everything about a point that its officer fills in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scale {
    pub n_households: i64,
    pub n_units: i64,
    pub n_commitments: i64,
}

/// A point as it is kept.
#[derive(Clone, Debug)]
pub struct Point {
    pub province: String,
    pub id: String,
    pub code: String,
    pub scheme_id: String,
    pub place_id: String,
    pub pin_id: String,
    /// Where it was registered; re-anchoring leaves this.
    pub first: Anchor,
    pub area_kind: String,
    pub name: String,
    pub lead: String,
    pub coordinating: String,
    pub contact_role: String,
    pub origin: Origin,
    pub from_point_id: Option<String>,
    pub state: State,
    pub launched_on: Option<String>,
    pub version: i64,
}

/// Was the point built here first, or replicated from another?
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    Original,
    Replicated,
}

impl Origin {
    /// The code kept in the database.
    pub fn code(self) -> &'static str {
        match self {
            Origin::Original => "original",
            Origin::Replicated => "replicated",
        }
    }

    /// Reads the code kept in the database.
    pub fn from_code(code: &str) -> Origin {
        if code == "replicated" { Origin::Replicated } else { Origin::Original }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(kind: StepKind, date: &str) -> Step {
        Step::bare(kind, date)
    }

    fn at(place: &str) -> Anchor {
        Anchor { place_id: place.into(), pin_id: place.into() }
    }

    #[test]
    fn a_point_is_not_launched_without_approval() {
        assert!(matches!(after(State::Surveyed, StepKind::Launched), Err(Error::Refused("step-launch-unapproved"))));
        assert_eq!(after(State::Approved, StepKind::Launched).unwrap(), State::Active);
    }

    #[test]
    fn an_ending_needs_reason_date_and_paper() {
        let bare = Step::bare(StepKind::StruckOff, "");
        let Err(Error::Invalid(missing)) = check(&bare, None, jiff::civil::date(2025, 1, 1)) else { panic!() };
        let fields: Vec<&str> = missing.iter().map(|f| f.field).collect();
        assert_eq!(fields, ["on_date", "reason", "paper_number"]);
    }

    #[test]
    fn a_suspension_makes_a_gap_in_the_active_time() {
        let steps = [
            on(StepKind::Approved, "2023-01-01"),
            on(StepKind::Launched, "2023-02-01"),
            on(StepKind::Recognised, "2023-03-01"),
            on(StepKind::Suspended, "2024-01-01"),
            on(StepKind::Resumed, "2024-06-01"),
            on(StepKind::Ended, "2025-01-01"),
        ];
        let made = spans(&at("a"), &steps).unwrap();
        let active: Vec<(&str, &str)> =
            made.iter().filter(|s| s.state.is_active()).map(|s| (s.from_on.as_str(), s.to_on.as_str())).collect();
        assert_eq!(active, [("2023-02-01", "2024-01-01"), ("2024-06-01", "2025-01-01")]);
    }

    #[test]
    fn a_life_that_is_over_takes_no_step() {
        for state in State::ALL.into_iter().filter(|s| s.is_over()) {
            assert!(possible(state).is_empty());
        }
    }

    #[test]
    fn launched_and_ended_on_one_day_leaves_no_active_day() {
        let steps = [
            on(StepKind::Approved, "2023-01-01"),
            on(StepKind::Launched, "2023-02-01"),
            on(StepKind::Ended, "2023-02-01"),
        ];
        assert!(spans(&at("a"), &steps).unwrap().iter().all(|s| !s.state.is_active()));
    }

    #[test]
    fn a_re_anchored_point_was_where_it_was_before() {
        let mut moved = on(StepKind::ReAnchored, "2024-01-01");
        moved.anchor = Some(at("b"));
        let steps = [on(StepKind::Approved, "2023-01-01"), on(StepKind::Launched, "2023-02-01"), moved];
        let made = spans(&at("a"), &steps).unwrap();
        let told: Vec<(&str, &str, &str)> =
            made.iter().map(|s| (s.anchor.pin_id.as_str(), s.from_on.as_str(), s.to_on.as_str())).collect();
        let expected =
            [("a", "2023-01-01", "2023-02-01"), ("a", "2023-02-01", "2024-01-01"), ("b", "2024-01-01", OPEN)];
        assert_eq!(told, expected);
    }

    #[test]
    fn a_move_needs_its_place_and_a_merger_its_other_point() {
        for (kind, field) in [(StepKind::ReAnchored, "commune"), (StepKind::Merged, "into")] {
            let mut step = on(kind, "2024-01-01");
            step.paper = Some(PaperRef { number: "1".into(), issued_on: "2024-01-01".into(), issuer: "UBND".into() });
            let Err(Error::Invalid(missing)) = check(&step, None, jiff::civil::date(2025, 1, 1)) else { panic!() };
            assert_eq!(missing.iter().map(|f| f.field).collect::<Vec<_>>(), [field]);
        }
    }
}
