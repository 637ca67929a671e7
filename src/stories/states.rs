//! A story of the life of points as a whole, by chance.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::register::add;
use super::world::World;
use crate::papers::actions::NewPaper;
use crate::papers::paper::PaperRef;
use crate::schemes::dossier::actions::{Entry, put};
use crate::schemes::point::{self, State, Step, StepKind};
use crate::schemes::{actions, check, store};
use crate::terms::term::{Vocabulary, defaults};

const N_LIVES: usize = 24;
const N_ATTEMPTS: usize = 14;
const DEMANDED: [&str; 5] = ["survey_report", "submission", "build_plan", "board_decision", "regulation"];

/// Lives taken by chance through the very actions that pages call, on the days of 2026, when papers are demanded.
pub(super) fn no_course_of_steps_gets_round_the_papers(world: &World) {
    let mut chance = StdRng::seed_from_u64(17);
    let mut met = Vec::new();
    for n in 0..N_LIVES {
        let key = format!("doi-{n}");
        let id = add(world, &key, &format!("Xóm Thử Đời {n}")).location.rsplit('/').next().unwrap().to_owned();
        live(world, &mut chance, &id, &mut met);
        verify(world, &id);
    }
    assert!(met.contains(&State::Active) && met.iter().any(|state| state.is_over()), "{met:?}");
    let faults = world.app.read(check::faults).unwrap();
    assert!(faults.is_empty(), "what is kept is what the steps make: {faults:?}");
}

/// Takes what the register lets be taken, and tells the states it came to.
fn live(world: &World, chance: &mut StdRng, id: &str, met: &mut Vec<State>) {
    let mut day = jiff::civil::date(2026, 1, 1);
    let mut state = State::Proposed;
    for _ in 0..N_ATTEMPTS {
        for item in DEMANDED {
            if chance.random_range(0..3) == 0 {
                keep_paper(world, id, item);
            }
        }
        let possible = point::possible(state);
        let choices =
            if possible.is_empty() || chance.random_range(0..3) == 0 { StepKind::ALL.to_vec() } else { possible };
        let kind = choices[chance.random_range(0..choices.len())];
        let has_paper = chance.random_range(0..4) > 0;
        let step = Step {
            paper: has_paper.then(|| paper(&format!("{id}/QĐ"))),
            reason: if chance.random_range(0..4) > 0 { "unsuitable".into() } else { String::new() },
            headings: if kind == StepKind::SurveyPlanned && chance.random_range(0..3) > 0 {
                headings()
            } else {
                Vec::new()
            },
            ..Step::bare(kind, day.to_string())
        };
        if let Ok(point) = world.app.write(|work| actions::take_step(work, id, &step)) {
            state = point.state;
            met.push(state);
            day = day.saturating_add(jiff::Span::new().days(9));
        }
    }
}

fn paper(number: &str) -> PaperRef {
    PaperRef { number: number.into(), issued_on: "2026-01-01".into(), issuer: "UBND xã Nhân Nghĩa".into() }
}

fn headings() -> Vec<String> {
    defaults(Vocabulary::Survey).iter().map(|term| term.code.clone()).collect()
}

fn keep_paper(world: &World, id: &str, item: &str) {
    let new = NewPaper { name: paper(&format!("{id}/{item}")), title: String::new(), is_another: false };
    let entry = Entry { item: item.into(), paper: new, file: None };
    let planned = "select cast(count(*) as text) from step where kind = 'survey_planned' and point_id";
    let is_planned = world.cell(&format!("{planned} = '{id}'")) != "0";
    let put = world.app.write(|work| put(work, &world.app.files, id, &entry));
    assert_eq!(put.is_ok(), item != "survey_report" || is_planned, "{id} {item}: {put:?}");
}

/// A state stands on its papers, as they are in the register.
fn verify(world: &World, id: &str) {
    let n = |sql: &str| world.cell(&format!("select cast(count(*) as text) from {sql}")).parse::<i64>().unwrap();
    let has =
        |item: &str| n(&format!("paper_use where thing_id = '{id}' and item = '{item}' and withdrawn_at = ''")) > 0;
    let took = |kind: &str| n(&format!("step where point_id = '{id}' and kind = '{kind}'")) > 0;
    if took("launched") {
        assert!(took("approved") && DEMANDED.iter().all(|item| has(item)), "{id} was launched without its papers");
    }
    if took("surveyed") || took("approved") {
        assert!(took("survey_planned"), "{id} was surveyed without an approved plan");
        let covered = n(&format!("survey_heading where point_id = '{id}'"));
        assert!(covered > 0 && covered % 6 == 0, "{id}: every plan covers the six headings");
    }
    if took("approved") {
        assert!(DEMANDED[..3].iter().all(|item| has(item)), "{id} was approved without its papers");
    }
    let bare = "kind in ('survey_planned', 'approved', 'recognised', 'suspended', 'ended', 'struck_off', 'merged', 're_anchored')";
    assert_eq!(n(&format!("step where point_id = '{id}' and paper_id is null and {bare}")), 0, "{id}");
    let (kept, made) = world
        .app
        .read(|work| {
            let point = store::point_for(work, crate::permissions::Verb::ReadPoint, id)?;
            let steps = store::steps(work, &point)?;
            let spans = point::spans(&point.first, &steps)?;
            Ok((point.state, spans.last().map_or(State::Proposed, |span| span.state)))
        })
        .unwrap();
    assert_eq!(kept, made, "{id}");
}
