//! What a request is and what may happen to it. Its state is what its dated steps make it.

use jiff::civil::Date;

use crate::error::{Error, FieldError, Result};
use crate::privacy::clock::{Calendar, Clock, Longer};

/// What is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    View,
    Correct,
    Provide,
    Restrict,
    Object,
    Withdraw,
    Delete,
}

impl Kind {
    /// Every kind, in the order of the form.
    pub const ALL: [Kind; 7] =
        [Kind::View, Kind::Correct, Kind::Provide, Kind::Withdraw, Kind::Restrict, Kind::Object, Kind::Delete];

    /// The code kept in the database, which the clock goes by.
    pub fn code(self) -> &'static str {
        match self {
            Kind::View => "view",
            Kind::Correct => "correct",
            Kind::Provide => "provide",
            Kind::Restrict => "restrict",
            Kind::Object => "object",
            Kind::Withdraw => "withdraw",
            Kind::Delete => "delete",
        }
    }

    /// Reads the code kept in the database.
    pub fn from_code(code: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// How a request came.
pub const MANNERS: [&str; 4] = ["in-person", "letter", "electronic", "phone"];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StepKind {
    Acknowledged,
    Extended,
    Accepted,
    Refused,
    Done,
    /// Taken back by whoever asked.
    Dropped,
}

impl StepKind {
    /// Every step, in the order of the form.
    pub const ALL: [StepKind; 6] = [
        StepKind::Acknowledged,
        StepKind::Extended,
        StepKind::Accepted,
        StepKind::Refused,
        StepKind::Done,
        StepKind::Dropped,
    ];

    /// The code kept in the database.
    pub fn code(self) -> &'static str {
        match self {
            StepKind::Acknowledged => "acknowledged",
            StepKind::Extended => "extended",
            StepKind::Accepted => "accepted",
            StepKind::Refused => "refused",
            StepKind::Done => "done",
            StepKind::Dropped => "dropped",
        }
    }

    /// Reads the code kept in the database.
    pub fn from_code(code: &str) -> Option<StepKind> {
        StepKind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    Received,
    Acknowledged,
    Accepted,
    Refused,
    Done,
    Dropped,
}

impl State {
    const ALL: [State; 6] =
        [State::Received, State::Acknowledged, State::Accepted, State::Refused, State::Done, State::Dropped];

    /// The code kept in the database.
    pub fn code(self) -> &'static str {
        match self {
            State::Received => "received",
            State::Acknowledged => "acknowledged",
            State::Accepted => "accepted",
            State::Refused => "refused",
            State::Done => "done",
            State::Dropped => "dropped",
        }
    }

    /// Reads the code kept in the database.
    pub fn from_code(code: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Is there still something to do?
    pub fn is_open(self) -> bool {
        match self {
            State::Received | State::Acknowledged | State::Accepted => true,
            State::Refused | State::Done | State::Dropped => false,
        }
    }
}

/// A step as it is taken.
#[derive(Clone, Debug)]
pub struct Step {
    pub kind: StepKind,
    pub on_date: String,
    /// Why it is refused: the code of a ground.
    pub ground: String,
    /// More time, because a third party has a part in it.
    pub third_party: bool,
    pub paper: String,
    pub note: String,
}

/// The state after a step; a refusal says which step comes first.
pub fn after(state: State, step: StepKind) -> Result<State> {
    match (state, step) {
        (State::Refused | State::Done | State::Dropped, _) => Err(Error::Refused("request-closed")),
        (State::Received, StepKind::Acknowledged) => Ok(State::Acknowledged),
        (State::Acknowledged | State::Accepted, StepKind::Acknowledged) => {
            Err(Error::Refused("request-acknowledged-already"))
        }
        (_, StepKind::Extended) => Ok(state),
        (State::Accepted, StepKind::Accepted) => Err(Error::Refused("request-accepted-already")),
        (State::Received | State::Acknowledged, StepKind::Accepted) => Ok(State::Accepted),
        (_, StepKind::Refused) => Ok(State::Refused),
        (State::Accepted, StepKind::Done) => Ok(State::Done),
        (State::Received | State::Acknowledged, StepKind::Done) => Err(Error::Refused("request-not-accepted")),
        (_, StepKind::Dropped) => Ok(State::Dropped),
    }
}

/// The steps that may come next.
pub fn next_steps(state: State, longer: Longer) -> Vec<StepKind> {
    let may = |kind: &StepKind| after(state, *kind).is_ok() && (*kind != StepKind::Extended || longer == Longer::No);
    StepKind::ALL.into_iter().filter(may).collect()
}

/// Was the time made longer?
pub fn longer(steps: &[Step]) -> Longer {
    match steps.iter().find(|step| step.kind == StepKind::Extended) {
        Some(step) if step.third_party => Longer::ForThird,
        Some(_) => Longer::Once,
        None => Longer::No,
    }
}

/// What a step must carry.
pub fn check(step: &Step, before: &[Step], received_on: &str, today: &str) -> Result<()> {
    let last = before.last().map_or(received_on, |step| step.on_date.as_str());
    let refuses = step.kind == StepKind::Refused;
    let extends = step.kind == StepKind::Extended;
    let checks = [
        ("on_date", "step-date-missing", !step.on_date.is_empty()),
        ("on_date", "step-date-future", step.on_date.as_str() <= today),
        ("on_date", "request-date-early", step.on_date.is_empty() || step.on_date.as_str() >= last),
        ("ground", "request-ground-missing", !refuses || !step.ground.is_empty()),
        ("note", "request-note-missing", !(refuses || extends) || !step.note.is_empty()),
    ];
    let wrong = checks.iter().filter(|(_, _, holds)| !holds);
    let faults: Vec<FieldError> =
        wrong.map(|(field, key, _)| FieldError { field, key, value: String::new() }).collect();
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    if extends && longer(before) != Longer::No {
        return Err(Error::Refused("request-extended-already"));
    }
    Ok(())
}

/// When a request is due, and whether it is late.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    pub ack_on: Date,
    pub act_on: Date,
    pub ack_late: bool,
    pub act_late: bool,
    /// The request was acknowledged or answered: only the second day is still to come.
    pub is_acknowledged: bool,
    /// Days until the next of them; negative when it has passed.
    pub days_left: i64,
}

impl Due {
    /// By how many days the next of them has passed.
    pub fn days_over(&self) -> i64 {
        -self.days_left
    }
}

/// By its clock and steps; what was done in time stays so.
pub fn due(received: Date, steps: &[Step], clock: &Clock, calendar: &Calendar, today: Date) -> Due {
    let day_of = |kinds: &[StepKind]| {
        let step = steps.iter().find(|step| kinds.contains(&step.kind));
        step.and_then(|step| step.on_date.parse::<Date>().ok())
    };
    let answering = [StepKind::Acknowledged, StepKind::Accepted, StepKind::Refused, StepKind::Done, StepKind::Dropped];
    let answered = day_of(&answering);
    let closed = day_of(&[StepKind::Refused, StepKind::Done, StepKind::Dropped]);
    let (ack_on, act_on) = (clock.ack_due(received, calendar), clock.act_due(received, longer(steps)));
    let next = if answered.is_some() { act_on } else { ack_on.min(act_on) };
    Due {
        ack_on,
        act_on,
        ack_late: answered.unwrap_or(today) > ack_on,
        act_late: closed.unwrap_or(today) > act_on,
        is_acknowledged: answered.is_some(),
        days_left: (next - today).get_days().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn step(kind: StepKind, on: &str) -> Step {
        let text = String::new;
        Step { kind, on_date: on.into(), ground: text(), third_party: false, paper: text(), note: text() }
    }

    #[test]
    fn a_request_goes_from_receipt_to_an_answer() {
        use StepKind::*;
        for (state, kind, next) in [
            (State::Received, Acknowledged, Some(State::Acknowledged)),
            (State::Received, Accepted, Some(State::Accepted)),
            (State::Received, Done, None),
            (State::Acknowledged, Acknowledged, None),
            (State::Acknowledged, Refused, Some(State::Refused)),
            (State::Accepted, Extended, Some(State::Accepted)),
            (State::Accepted, Done, Some(State::Done)),
            (State::Accepted, Refused, Some(State::Refused)),
            (State::Done, Refused, None),
            (State::Refused, Accepted, None),
            (State::Dropped, Done, None),
        ] {
            assert_eq!(after(state, kind).ok(), next, "{state:?} {kind:?}");
        }
        assert_eq!(next_steps(State::Accepted, Longer::Once), [Refused, Done, Dropped]);
        assert!(next_steps(State::Received, Longer::No).contains(&Extended));
    }

    #[test]
    fn a_refusal_names_its_ground_and_more_time_its_reason_once() {
        let told = |step: Step, before: &[Step]| match check(&step, before, "2026-09-01", "2026-11-23") {
            Ok(()) => Vec::new(),
            Err(Error::Invalid(faults)) => faults.into_iter().map(|fault| fault.key).collect(),
            Err(Error::Refused(key)) => vec![key],
            Err(other) => panic!("{other}"),
        };
        let refused = step(StepKind::Refused, "2026-09-02");
        assert_eq!(told(refused, &[]), ["request-ground-missing", "request-note-missing"]);
        assert_eq!(told(step(StepKind::Acknowledged, "2026-08-31"), &[]), ["request-date-early"]);
        assert_eq!(told(step(StepKind::Acknowledged, "2026-11-24"), &[]), ["step-date-future"]);
        let more = Step { note: "Phải hỏi đơn vị khác".into(), ..step(StepKind::Extended, "2026-09-05") };
        assert!(told(more.clone(), &[]).is_empty());
        assert_eq!(told(more.clone(), &[more]), ["request-extended-already"]);
    }

    #[test]
    fn being_late_is_told_and_what_was_done_in_time_stays_in_time() {
        let clock = Clock { ack_days: 2, act_days: 10, more_days: 10, third_days: 15, legal_basis: String::new() };
        let at = |steps: &[Step], today| due(date(2026, 9, 7), steps, &clock, &Calendar::default(), today);
        let fresh = at(&[], date(2026, 9, 8));
        assert_eq!((fresh.ack_on, fresh.act_on, fresh.days_left), (date(2026, 9, 9), date(2026, 9, 17), 1));
        assert!(!fresh.ack_late && !fresh.act_late);
        let late = at(&[], date(2026, 9, 18));
        assert!(late.ack_late && late.act_late && late.days_left == -9);
        let answered = [step(StepKind::Acknowledged, "2026-09-09")];
        assert!(!at(&answered, date(2026, 9, 30)).ack_late && at(&answered, date(2026, 9, 30)).act_late);
        let mut more = answered.to_vec();
        more.push(Step { third_party: true, ..step(StepKind::Extended, "2026-09-16") });
        assert_eq!(at(&more, date(2026, 9, 18)).act_on, date(2026, 10, 2));
        let mut done = answered.to_vec();
        done.extend([step(StepKind::Accepted, "2026-09-10"), step(StepKind::Done, "2026-09-17")]);
        assert!(!at(&done, date(2026, 12, 1)).act_late);
    }
}
