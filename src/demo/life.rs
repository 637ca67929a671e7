//! The course of a sample point's life, and the dated steps and papers it leaves.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::demo::chance::Chance;
use crate::demo::ground::{Pin, REFORM};
use crate::papers::paper::PaperRef;
use crate::schemes::point::{Step, StepKind};
use crate::terms::term::{Vocabulary, defaults};

/// Nothing in the sample happens later.
pub(super) const LAST_DAY: Date = date(2026, 11, 15);

/// What is decided about a point before its papers are drawn.
#[derive(Clone, Default)]
pub(super) struct Course {
    /// None for a draft.
    pub launched: Option<Date>,
    pub draft: Option<Draft>,
    pub suspended: Option<Date>,
    pub resumed: Option<Date>,
    pub ending: Option<Ending>,
}

/// How far a point came that was never launched, and the day on which it was last touched.
#[derive(Clone)]
pub(super) enum Draft {
    Proposed,
    Surveyed(Date),
    Approved(Date),
}

#[derive(Clone)]
pub(super) struct Ending {
    pub kind: StepKind,
    pub on: Date,
    pub reason: &'static str,
    /// A decision on many points; without it the commune decides.
    pub paper: Option<PaperRef>,
}

impl Course {
    pub(super) fn launched(on: Date) -> Course {
        Course { launched: Some(on), ..Course::default() }
    }

    pub(super) fn ended(launched: Date, on: Date, reason: &'static str) -> Course {
        let ending = Ending { kind: StepKind::Ended, on, reason, paper: None };
        Course { launched: Some(launched), ending: Some(ending), ..Course::default() }
    }

    /// The day before which the point only grows.
    fn quiet_until(&self) -> Date {
        let ended = self.ending.as_ref().map(|ending| ending.on);
        self.suspended.into_iter().chain(ended).min().unwrap_or(LAST_DAY)
    }
}

/// Where the papers come from: the old commune until it ends, its successor afterwards.
pub(super) struct Issuers<'a> {
    pub pin: &'a Pin,
    pub today: &'a Pin,
}

impl Issuers<'_> {
    /// The commune that issues papers on a day.
    pub(super) fn pin_on(&self, on: Date) -> &Pin {
        if self.pin.to_on <= on.to_string() { self.today } else { self.pin }
    }

    fn paper(&self, chance: &mut Chance, on: Date) -> PaperRef {
        let pin = self.pin_on(on);
        PaperRef {
            number: format!("{}/QĐ-UBND", chance.number(38, 1890)),
            issued_on: on.to_string(),
            issuer: format!("Ủy ban nhân dân {}", in_a_sentence(&pin.name)),
        }
    }
}

/// "Xã Chí Đám" as it stands inside a sentence: "xã Chí Đám".
pub(super) fn in_a_sentence(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

fn step(kind: StepKind, on: Date, paper: Option<PaperRef>) -> Step {
    Step { paper, ..Step::bare(kind, on.to_string()) }
}

/// The steps of a course, in order.
pub(super) fn steps(chance: &mut Chance, course: &Course, issuers: &Issuers) -> Vec<Step> {
    let mut steps = Vec::new();
    let Some(launched) = course.launched else { return draft_steps(chance, course, issuers) };
    prepare(chance, launched, issuers, &mut steps);
    steps.push(step(StepKind::Launched, launched, None));
    grow(chance, launched, course.quiet_until(), issuers, &mut steps);
    if let Some(on) = course.suspended {
        steps.push(step(StepKind::Suspended, on, Some(issuers.paper(chance, on))));
    }
    if let Some(on) = course.resumed {
        steps.push(step(StepKind::Resumed, on, None));
    }
    if let Some(ending) = &course.ending {
        let paper = ending.paper.clone().unwrap_or_else(|| issuers.paper(chance, ending.on));
        let mut last = step(ending.kind, ending.on, Some(paper));
        last.reason = ending.reason.to_owned();
        steps.push(last);
    }
    steps
}

fn draft_steps(chance: &mut Chance, course: &Course, issuers: &Issuers) -> Vec<Step> {
    match course.draft {
        None | Some(Draft::Proposed) => Vec::new(),
        Some(Draft::Surveyed(on)) => vec![step(StepKind::Surveyed, on, None)],
        Some(Draft::Approved(on)) => {
            let surveyed = on - chance.number(12, 30).days();
            let paper = issuers.paper(chance, on);
            vec![step(StepKind::Surveyed, surveyed, None), step(StepKind::Approved, on, Some(paper))]
        }
    }
}

/// Survey and approval come before the launch, but not before the commune that decides.
fn prepare(chance: &mut Chance, launched: Date, issuers: &Issuers, steps: &mut Vec<Step>) {
    let born: Date = issuers.pin.from_on.parse().unwrap_or(REFORM);
    let surveyed = (launched - chance.number(25, 60).days()).max(born);
    let approved = (launched - chance.number(3, 20).days()).max(surveyed);
    steps.push(step(StepKind::Surveyed, surveyed, None));
    let paper = issuers.paper(chance, approved);
    steps.push(step(StepKind::Approved, approved, Some(paper)));
}

/// Since this day a survey's plan is approved first. It draws no chance, so that the rest of the sample stays as it is.
const PLANNED_SINCE: &str = "2026-01-01";

/// Lets the plan of a survey be approved before it.
pub(super) fn plan_survey(steps: &mut Vec<Step>, issuers: &Issuers) {
    let Some(first) = steps.first() else { return };
    let Ok(surveyed) = first.on_date.parse::<Date>() else { return };
    if first.kind != StepKind::Surveyed || first.on_date.as_str() < PLANNED_SINCE {
        return;
    }
    let on = surveyed - 12.days();
    let paper = PaperRef {
        number: format!("{}/KH-UBND", 1900 + i32::from(on.day_of_year())),
        issued_on: on.to_string(),
        issuer: format!("Ủy ban nhân dân {}", in_a_sentence(&issuers.pin_on(on).name)),
    };
    let headings = defaults(Vocabulary::Survey).iter().map(|term| term.code.clone()).collect();
    steps.insert(0, Step { headings, ..step(StepKind::SurveyPlanned, on, Some(paper)) });
}

/// Some points are recognised, some strengthened, before anything else befalls them.
fn grow(chance: &mut Chance, launched: Date, until: Date, issuers: &Issuers, steps: &mut Vec<Step>) {
    if chance.percent(20) {
        let on = launched + chance.number(90, 300).days();
        if on < until {
            steps.push(step(StepKind::Recognised, on, Some(issuers.paper(chance, on))));
        }
    }
    if chance.percent(10) {
        let on = launched + chance.number(301, 600).days();
        if on < until {
            steps.push(step(StepKind::Strengthened, on, None));
        }
    }
}
