//! The life of a point as a whole: its page is written from the code, and no course of steps gets round its rules.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use proptest::prelude::*;

use crate::error::Error;
use crate::papers::paper::{Paper, PaperRef};
use crate::papers::store::Use;
use crate::places::place::OPEN;
use crate::schemes::dossier::item::{self, Kept, MetBy};
use crate::schemes::dossier::store::defaults;
use crate::schemes::point::{self, Anchor, Span, State, Step, StepKind, after, check, spans};
use crate::words::{Lang, words};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/states/point.md");
const TODAY: Date = date(2026, 11, 25);

#[test]
fn the_page_of_states_is_what_the_code_does() {
    let made = page();
    if std::env::var_os("DIEMSANG_WRITE").is_some() {
        std::fs::write(PAGE, &made).unwrap();
    }
    let kept = std::fs::read_to_string(PAGE).unwrap_or_default();
    let how = "DIEMSANG_WRITE=1 cargo test --locked -p diemsang --bin diemsang the_page_of_states";
    assert!(
        kept == made,
        "docs/states/point.md is not what the code does. Write it anew and read what changed:\n{how}"
    );
}

fn named(family: &str, code: &str) -> String {
    let [vi, en] = [Lang::Vi, Lang::En].map(|lang| words(lang).plain_of(family, code, ""));
    format!("{vi} · {en}")
}

fn page() -> String {
    let mut page = String::from(HEAD);
    page.push_str(&diagram());
    page.push_str(STEPS);
    for kind in StepKind::ALL {
        let from: Vec<State> = State::ALL.into_iter().filter(|state| after(*state, kind).is_ok()).collect();
        let codes: Vec<String> = from.iter().map(|state| format!("`{}`", state.code())).collect();
        let row = [named("step", kind.code()), codes.join(", "), leads_to(kind, &from), carried(kind), demanded(kind)];
        writeln!(page, "| {} |", row.join(" | ")).unwrap();
    }
    page.push_str(REFUSED);
    page.push_str(&refusals());
    page
}

const HEAD: &str =
    "<!-- Written by the test `the_page_of_states_is_what_the_code_does` (src/schemes/tests.rs); not by hand. -->
# The life of a point

A point's state is what its dated steps make it (`src/schemes/point.rs`: `after`, `spans`); nothing else writes it. \
`diemsang check` rebuilds every state and stretch from the steps and names the point where they differ. Property tests \
in `src/schemes/tests.rs`, and a story on both engines, take courses of steps by chance and find none that reaches a \
state without its papers.

";

const STEPS: &str = "
## Steps

A date that is not in the future and not before the last step is asked of every step. The dossier's demands are those of \
the default list (`data/dossier.json`); a province has its own list, with days of validity.

| Step | May follow | Leads to | The step itself must carry | The dossier must hold |
|---|---|---|---|---|
";

const REFUSED: &str = "
A survey plan covers every heading of the province's list (default: `data/survey.json`); a survey report is not taken into \
the dossier before the plan was approved. An approval without a survey step asks for the papers of the survey too. Steps that a list of earlier points tells of \
(import) need their own paper; what the dossier lacks is then shown as missing.

## Refusals

| State | Steps | What people are told |
|---|---|---|
";

/// Arrows between the same two states are one.
fn diagram() -> String {
    let mut text = String::from("```mermaid\nstateDiagram-v2\n");
    for state in State::ALL {
        writeln!(text, "  state \"{}\" as {}", named("state", state.code()), state.code()).unwrap();
    }
    text.push_str("  [*] --> proposed\n");
    for from in State::ALL {
        for to in State::ALL {
            let kinds = StepKind::ALL.into_iter().filter(|kind| after(from, *kind).is_ok_and(|next| next == to));
            let labels: Vec<&str> = kinds.map(|kind| words(Lang::En).plain_of("step", kind.code(), "")).collect();
            if !labels.is_empty() {
                writeln!(text, "  {} --> {}: {}", from.code(), to.code(), labels.join(" / ")).unwrap();
            }
        }
    }
    for state in State::ALL.into_iter().filter(|state| state.is_over()) {
        writeln!(text, "  {} --> [*]", state.code()).unwrap();
    }
    text.push_str("```\n");
    text
}

fn leads_to(kind: StepKind, from: &[State]) -> String {
    let same = from.iter().all(|state| after(*state, kind).is_ok_and(|next| next == *state));
    if same {
        return "the same state".into();
    }
    let mut next: Vec<String> =
        from.iter().filter_map(|state| after(*state, kind).ok()).map(|state| format!("`{}`", state.code())).collect();
    next.dedup();
    next.join(", ")
}

/// What `check` misses in a step that carries nothing.
fn carried(kind: StepKind) -> String {
    let Err(Error::Invalid(missing)) = check(&Step::bare(kind, ""), None, TODAY) else {
        panic!("{kind:?} has no date")
    };
    let told = missing.iter().map(|fault| match fault.field {
        "on_date" => "date",
        "reason" => "reason",
        "commune" => "new place",
        "into" => "the other point",
        "paper_number" => "paper (number, date, issuer)",
        other => panic!("say in words what {other} is"),
    });
    told.collect::<Vec<_>>().join(", ")
}

fn demanded(kind: StepKind) -> String {
    let items = defaults().iter().filter(|item| item.expected_by == kind && !item.blocks_from.is_empty());
    let told: Vec<String> = items.map(|item| format!("{} (from {})", item.name_vi, item.blocks_from)).collect();
    if told.is_empty() { "–".into() } else { told.join("; ") }
}

fn refusals() -> String {
    let mut text = String::new();
    for state in State::ALL {
        let mut told: Vec<(&str, Vec<&str>)> = Vec::new();
        for kind in StepKind::ALL {
            let Err(Error::Refused(key)) = after(state, kind) else { continue };
            let step = words(Lang::En).plain_of("step", kind.code(), "");
            match told.iter_mut().find(|(known, _)| *known == key) {
                Some((_, steps)) => steps.push(step),
                None => told.push((key, vec![step])),
            }
        }
        for (key, steps) in told {
            let steps = if steps.len() == StepKind::ALL.len() { "any".to_owned() } else { steps.join(", ") };
            writeln!(text, "| `{}` | {steps} | {} |", state.code(), words(Lang::Vi).t(key)).unwrap();
        }
    }
    text
}

/// Something that someone tries: papers put into the dossier, then a step.
#[derive(Clone, Debug)]
struct Attempt {
    puts: Vec<usize>,
    /// Which step: one of those that may follow, or any.
    choice: usize,
    may_follow: bool,
    n_days: i64,
    has_paper: bool,
    has_reason: bool,
    has_place: bool,
    has_other: bool,
}

fn attempt() -> impl Strategy<Value = Attempt> {
    let carries = (prop::bool::weighted(0.8), prop::bool::weighted(0.8), any::<bool>(), any::<bool>());
    (prop::collection::vec(0..5usize, 0..4), any::<usize>(), prop::bool::weighted(0.7), -20..150i64, carries).prop_map(
        |(puts, choice, may_follow, n_days, (has_paper, has_reason, has_place, has_other))| Attempt {
            puts,
            choice,
            may_follow,
            n_days,
            has_paper,
            has_reason,
            has_place,
            has_other,
        },
    )
}

/// A life as it was lived, and what the dossier held at each step.
struct Life {
    first: Anchor,
    state: State,
    steps: Vec<Step>,
    held: Vec<BTreeSet<String>>,
}

/// Takes what the rules let be taken.
fn live(attempts: &[Attempt]) -> Life {
    let first = Anchor { place_id: "a".into(), pin_id: "a".into() };
    let mut life = Life { first, state: State::Proposed, steps: Vec::new(), held: Vec::new() };
    let mut uses: Vec<Use> = Vec::new();
    let mut day = date(2025, 6, 1);
    let blocking = defaults().iter().filter(|item| !item.blocks_from.is_empty() && item.met_by == MetBy::Paper);
    let blocking: Vec<&str> = blocking.map(|item| item.code.as_str()).collect();
    for attempt in attempts {
        uses.extend(attempt.puts.iter().map(|n| used(blocking[*n])));
        let possible = point::possible(life.state);
        let choices = if attempt.may_follow && !possible.is_empty() { possible } else { StepKind::ALL.to_vec() };
        let on = day.saturating_add(attempt.n_days.days());
        let step = step_of(attempt, choices[attempt.choice % choices.len()], &on.to_string());
        let kept = Kept { uses: &uses, n_teams: 0, state: life.state };
        let lacks = item::missing(defaults(), &kept, (step.kind, &step.on_date));
        let Ok(next) = after(life.state, step.kind) else { continue };
        let last = life.steps.last();
        if !lacks.is_empty() || check(&step, last, TODAY).is_err() {
            continue;
        }
        day = on;
        life.state = next;
        if step.kind == StepKind::SurveyPlanned {
            uses.push(used(step.kind.code()));
        }
        life.held.push(uses.iter().map(|used| used.item.clone()).collect());
        life.steps.push(step);
    }
    life
}

fn paper() -> PaperRef {
    PaperRef { number: "1/QĐ".into(), issued_on: "2025-05-01".into(), issuer: "UBND xã".into() }
}

fn used(item: &str) -> Use {
    let paper = Paper { id: item.into(), name: paper(), title: String::new() };
    Use { id: item.into(), item: item.into(), paper, files: Vec::new() }
}

fn step_of(attempt: &Attempt, kind: StepKind, on: &str) -> Step {
    let place = format!("p{}", attempt.choice % 3);
    Step {
        paper: attempt.has_paper.then(paper),
        reason: if attempt.has_reason { "ineffective".into() } else { String::new() },
        anchor: (kind == StepKind::ReAnchored && attempt.has_place)
            .then(|| Anchor { place_id: place.clone(), pin_id: place }),
        into_id: if kind == StepKind::Merged && attempt.has_other { "b".into() } else { String::new() },
        ..Step::bare(kind, on)
    }
}

/// What must lie behind a state, said again here and not asked of the rules.
fn stands_on(state: State) -> &'static [StepKind] {
    use StepKind as K;
    match state {
        State::Proposed => &[],
        State::Surveyed => &[K::Surveyed],
        State::Approved => &[K::Approved],
        State::Active => &[K::Approved, K::Launched],
        State::Suspended => &[K::Approved, K::Launched, K::Suspended],
        State::Ended => &[K::Ended],
        State::StruckOff => &[K::Approved, K::Launched, K::StruckOff],
        State::Merged => &[K::Approved, K::Launched, K::Merged],
    }
}

/// Steps that are decisions of someone, on paper.
const DECIDED: [StepKind; 8] = [
    StepKind::SurveyPlanned,
    StepKind::Approved,
    StepKind::Recognised,
    StepKind::Suspended,
    StepKind::Ended,
    StepKind::StruckOff,
    StepKind::Merged,
    StepKind::ReAnchored,
];

/// What the dossier must have held from 2026 on.
fn asked_for(kind: StepKind, had_survey: bool) -> Vec<&'static str> {
    match kind {
        StepKind::Surveyed => vec!["survey_planned", "survey_report"],
        StepKind::Approved if had_survey => vec!["submission", "build_plan"],
        StepKind::Approved => vec!["survey_planned", "survey_report", "submission", "build_plan"],
        StepKind::Launched => vec!["board_decision", "regulation"],
        _ => Vec::new(),
    }
}

/// The state on a day, by the steps alone.
fn replayed(steps: &[Step], day: &str) -> State {
    let taken = steps.iter().filter(|step| step.on_date.as_str() <= day);
    taken.fold(State::Proposed, |state, step| after(state, step.kind).unwrap())
}

fn state_on(spans: &[Span], day: &str) -> Option<State> {
    spans.iter().find(|span| span.from_on.as_str() <= day && day < span.to_on.as_str()).map(|span| span.state)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn no_course_of_steps_reaches_a_state_without_its_papers(attempts in prop::collection::vec(attempt(), 0..24)) {
        let life = live(&attempts);
        for kind in stands_on(life.state) {
            prop_assert!(life.steps.iter().any(|step| step.kind == *kind), "{:?} without {kind:?}", life.state);
        }
        for (n, (step, held)) in life.steps.iter().zip(&life.held).enumerate() {
            prop_assert!(!DECIDED.contains(&step.kind) || step.paper.is_some(), "{step:?}");
            let closes = matches!(step.kind, StepKind::Ended | StepKind::StruckOff);
            prop_assert!(!closes || !step.reason.is_empty(), "{step:?}");
            let had_survey = life.steps[..n].iter().any(|earlier| earlier.kind == StepKind::Surveyed);
            if step.on_date.as_str() >= "2026-01-01" {
                for code in asked_for(step.kind, had_survey) {
                    prop_assert!(held.contains(code), "{step:?} without {code}");
                }
            }
        }
    }

    #[test]
    fn the_steps_alone_rebuild_the_state_of_every_day(attempts in prop::collection::vec(attempt(), 0..24)) {
        let life = live(&attempts);
        let made = spans(&life.first, &life.steps).unwrap();
        prop_assert_eq!(made.last().map_or(State::Proposed, |span| span.state), life.state);
        prop_assert!(made.last().is_none_or(|span| span.to_on == OPEN));
        prop_assert!(made.windows(2).all(|two| two[0].to_on == two[1].from_on), "no day is lost or told twice");
        prop_assert!(made.iter().all(|span| span.from_on < span.to_on));
        for step in &life.steps {
            prop_assert_eq!(state_on(&made, &step.on_date), Some(replayed(&life.steps, &step.on_date)));
        }
        let anchored = life.steps.iter().filter_map(|step| step.anchor.as_ref()).next_back();
        if let Some(last) = made.last() {
            prop_assert_eq!(&last.anchor, anchored.unwrap_or(&life.first));
        }
    }
}

#[test]
fn the_courses_taken_by_chance_come_to_every_state() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let course = prop::collection::vec(attempt(), 0..24);
    let mut met: Vec<State> = Vec::new();
    for _ in 0..500 {
        let state = live(&course.new_tree(&mut runner).unwrap().current()).state;
        if !met.contains(&state) {
            met.push(state);
        }
    }
    assert_eq!(met.len(), State::ALL.len(), "{met:?}");
}
