//! What may be decided of a point, what each decision needs, and the step it means.

use crate::error::FieldError;
use crate::papers::paper::PaperRef;
use crate::schemes::point::{REASONS, State, StepKind};

/// A decision of a review.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Decision {
    Keep,
    Strengthen,
    Replicate,
    Merge,
    End,
    StrikeOff,
}

impl Decision {
    /// Every one, in the order of the form.
    pub const ALL: [Decision; 6] = [
        Decision::Keep,
        Decision::Strengthen,
        Decision::Replicate,
        Decision::Merge,
        Decision::End,
        Decision::StrikeOff,
    ];

    /// The code kept in the database.
    pub fn code(self) -> &'static str {
        match self {
            Decision::Keep => "keep",
            Decision::Strengthen => "strengthen",
            Decision::Replicate => "replicate",
            Decision::Merge => "merge",
            Decision::End => "end",
            Decision::StrikeOff => "strike_off",
        }
    }

    /// Reads the code.
    pub fn from_code(code: &str) -> Option<Decision> {
        Decision::ALL.into_iter().find(|decision| decision.code() == code)
    }

    /// The step in the point's life that it means; to keep or to replicate means none.
    pub fn step(self) -> Option<StepKind> {
        match self {
            Decision::Keep | Decision::Replicate => None,
            Decision::Strengthen => Some(StepKind::Strengthened),
            Decision::Merge => Some(StepKind::Merged),
            Decision::End => Some(StepKind::Ended),
            Decision::StrikeOff => Some(StepKind::StruckOff),
        }
    }

    /// Does it end the point's life?
    pub fn is_ending(self) -> bool {
        match self {
            Decision::Merge | Decision::End | Decision::StrikeOff => true,
            Decision::Keep | Decision::Strengthen | Decision::Replicate => false,
        }
    }

    /// May it be decided of many points at once? A merger names another point for each.
    pub fn is_for_many(self) -> bool {
        self != Decision::Merge
    }
}

/// A decision as it is filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    pub decision: String,
    /// Why a point ends; one of the reasons of endings.
    pub reason: String,
    pub note: String,
    /// What the ended point taught.
    pub lesson: String,
    /// The code of the point merged into.
    pub into: String,
    pub paper: Option<PaperRef>,
}

/// What is missing in a decision about a point in this state; the paper is checked by the step itself.
pub fn faults(filled: &Filled, state: State) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let mut miss = |field, key| faults.push(FieldError { field, key, value: String::new() });
    let Some(decision) = Decision::from_code(&filled.decision) else {
        miss("decision", "review-decision-missing");
        return faults;
    };
    if state.is_over() {
        miss("decision", "review-point-over");
    }
    match decision {
        Decision::End | Decision::StrikeOff => {
            if !REASONS.contains(&filled.reason.as_str()) {
                miss("reason", "step-reason-missing");
            }
        }
        Decision::Keep | Decision::Strengthen | Decision::Replicate => {
            if filled.note.is_empty() {
                miss("note", "review-note-missing");
            }
        }
        Decision::Merge => {
            if filled.into.is_empty() {
                miss("into", "step-into-missing");
            }
        }
    }
    if !decision.is_ending() && !filled.lesson.is_empty() {
        miss("lesson", "review-lesson-of-ending");
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(decision: &str, reason: &str, note: &str, state: State) -> Vec<&'static str> {
        let filled =
            Filled { decision: decision.into(), reason: reason.into(), note: note.into(), ..Filled::default() };
        faults(&filled, state).into_iter().map(|fault| fault.key).collect()
    }

    #[test]
    fn every_decision_says_why() {
        assert_eq!(keys("", "", "", State::Active), ["review-decision-missing"]);
        assert_eq!(keys("keep", "", "", State::Active), ["review-note-missing"]);
        assert!(keys("keep", "", "Hoạt động đều", State::Active).is_empty());
        assert_eq!(keys("strike_off", "", "", State::Active), ["step-reason-missing"]);
        assert!(keys("strike_off", "ineffective", "", State::Active).is_empty());
        assert_eq!(keys("merge", "", "", State::Active), ["step-into-missing"]);
        assert_eq!(keys("end", "other", "", State::Ended), ["review-point-over"]);
    }

    #[test]
    fn a_lesson_is_of_what_ended() {
        let kept = Filled {
            decision: "keep".into(),
            note: "Giữ".into(),
            lesson: "Thiếu khảo sát".into(),
            ..Filled::default()
        };
        assert_eq!(faults(&kept, State::Active)[0].key, "review-lesson-of-ending");
    }

    #[test]
    fn what_ends_means_a_step() {
        for decision in Decision::ALL {
            assert_eq!(Decision::from_code(decision.code()), Some(decision));
            assert!(!decision.is_ending() || decision.step().is_some());
        }
    }
}
