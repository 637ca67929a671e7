//! What people do with lineage: look at a scheme's spread, say where a point comes from, what it made of the scheme,
//! and answer the questions of readiness.

use std::collections::HashMap;

use crate::error::{Error, Result};
use crate::heartbeat::actions::{Beat, beats_of_scheme};
use crate::history::Told;
use crate::lineage::adaptation::{self, Adaptation, Answer, Counts, n_answered};
use crate::lineage::store;
use crate::lineage::tree::{Beating, Node, grow};
use crate::permissions::Verb;
use crate::places::place::Place;
use crate::schemes::origin::{self, Child};
use crate::schemes::point::{Origin, Point};
use crate::schemes::scheme::Scheme;
use crate::schemes::store::{self as schemes, thing};
use crate::terms::store as terms;
use crate::terms::term::{Term, Vocabulary};
use crate::work::Work;

/// The points of a scheme that were launched in a place by a day, in the order of their tree, within reach.
pub fn spread(work: &mut Work, place: &Place, scheme: &Scheme, at: &str) -> Result<Vec<Node>> {
    work.demand(Verb::ReadPoint, Verb::ReadPoint, place.pin_id())?;
    let leaves = store::leaves(work, place, scheme, at)?;
    let parents = store::parents(work, &scheme.province, &scheme.id)?;
    let mut nodes = grow(leaves, &parents, at);
    let beats = beats_of_scheme(work, place, &scheme.id, at)?;
    let beats: HashMap<&str, &Beat> = beats.iter().map(|beat| (beat.pulse.point_id.as_str(), beat)).collect();
    for node in &mut nodes {
        node.beating = beats.get(node.leaf.id.as_str()).map(|beat| {
            let (n_activities, n_months) = beat.pulse.signs.of_the_last(N_MONTHS, at);
            Beating { life: beat.verdict.life, n_activities, n_months }
        });
    }
    Ok(nodes)
}

/// Over so many months the activities of a spread are averaged.
const N_MONTHS: i64 = 12;

/// Where a point comes from, as it is typed.
#[derive(Clone, Debug)]
pub struct NewOrigin {
    pub version: i64,
    pub origin: Origin,
    /// The code of the point it comes from, or a part of its name.
    pub from: String,
    /// The same of the point that guides it; empty for the one it comes from.
    pub mentor: String,
}

/// Says where a point comes from and who guides it.
pub fn set_origin(work: &mut Work, id: &str, new: &NewOrigin) -> Result<()> {
    let before = schemes::point_for(work, Verb::EditPoint, id)?;
    let child = Child {
        province: &before.province,
        scheme_id: &before.scheme_id,
        point_id: &before.id,
        launched_on: before.launched_on.as_deref(),
    };
    let (source, mentor) = match new.origin {
        Origin::Original => (None, None),
        Origin::Replicated if new.from.is_empty() => {
            return Err(Error::field("from", "lineage-from-missing", ""));
        }
        Origin::Replicated => {
            let source = origin::source(work, &child, "from", &new.from)?;
            let mentor = match new.mentor.as_str() {
                "" => None,
                typed => Some(origin::named(work, &child, "mentor", typed)?).filter(|mentor| mentor.id != source.id),
            };
            (Some(source), mentor)
        }
    };
    if mentor.as_ref().is_some_and(|mentor| mentor.id == before.id) {
        return Err(Error::field("mentor", "lineage-from-itself", before.code));
    }
    let codes_before = [code_of(work, &before, before.from_point_id.as_deref())?, mentor_code(work, &before)?];
    let from_point_id = source.as_ref().map(|source| source.id.clone());
    let point = Point { version: new.version, origin: new.origin, from_point_id, ..before.clone() };
    schemes::update_origin(work, &point)?;
    store::set_mentor(work, &point.province, &point.id, mentor.as_ref().map(|mentor| mentor.id.as_str()))?;
    let [from, guide] = [source, mentor].map(|named| named.map_or_else(String::new, |named| named.code));
    let [from_before, guide_before] = codes_before;
    let told = Told::of(&thing(&point))
        .change("point_origin", before.origin.code(), point.origin.code())
        .change("from_code", from_before, from)
        .change("mentor_code", guide_before, guide);
    work.journal("point.origin-set", &thing(&point), &told.body())
}

fn code_of(work: &mut Work, point: &Point, id: Option<&str>) -> Result<String> {
    let kin = id.map(|id| store::kin(work, &point.province, id)).transpose()?.flatten();
    Ok(kin.map_or_else(String::new, |(code, ..)| code))
}

fn mentor_code(work: &mut Work, point: &Point) -> Result<String> {
    let id = store::mentor_id(work, point)?;
    code_of(work, point, id.as_deref())
}

/// The point for telling about its replication; an original has nothing to tell.
fn replicated(work: &mut Work, id: &str, version: i64) -> Result<Point> {
    let point = schemes::point_for(work, Verb::EditPoint, id)?;
    match point.origin {
        Origin::Original => Err(Error::Refused("lineage-is-original")),
        Origin::Replicated => Ok(Point { version, ..point }),
    }
}

/// Tells what a point kept, adapted and dropped of its scheme, element by element.
pub fn tell_adaptations(work: &mut Work, id: &str, version: i64, told: &[adaptation::Told]) -> Result<()> {
    let point = replicated(work, id, version)?;
    let scheme = schemes::scheme(work, &point.province, &point.scheme_id)?;
    if scheme.contents.is_empty() {
        return Err(Error::Refused("lineage-no-elements"));
    }
    let told = adaptation::read(&scheme.contents, told).map_err(Error::Invalid)?;
    let before = store::adaptations(work, &point)?;
    schemes::update_origin(work, &point)?;
    store::replace_adaptations(work, &point, &told)?;
    let (was, is) = (Counts::of(&before), Counts::of(&told));
    let deed = Told::of(&thing(&point))
        .change("n_kept", was.kept, is.kept)
        .change("n_adapted", was.adapted, is.adapted)
        .change("n_dropped", was.dropped, is.dropped)
        .rewrite(work, "adaptations", &reasons(&before), &reasons(&told))?;
    work.journal("point.adaptations-told", &thing(&point), &deed.body())
}

fn reasons(told: &[Adaptation]) -> String {
    let reasons = told.iter().filter(|one| !one.why.is_empty());
    reasons.map(|one| format!("{}. {}", one.element, one.why)).collect::<Vec<_>>().join("; ")
}

/// Answers what is asked before replicating; a question without an answer is left out, and what was answered to a former
/// wording stays.
pub fn answer(work: &mut Work, id: &str, version: i64, answers: &[Answer]) -> Result<()> {
    let point = replicated(work, id, version)?;
    let questions = questions(work, &point)?;
    let faults = adaptation::answer_faults(&questions, answers);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let mut before = store::answers(work, &point)?;
    before.retain(|answer| questions.iter().any(|question| adaptation::is_to(answer, question)));
    schemes::update_origin(work, &point)?;
    store::replace_answers(work, &point, (&before, answers))?;
    let (was, is) = (notes(&questions, &before), notes(&questions, answers));
    let mut deed = Told::of(&thing(&point)).rewrite(work, "note", &was, &is)?;
    for (field, code) in [("n_yes", "yes"), ("n_no", "no"), ("n_not_yet", "not_yet")] {
        deed = deed.change(field, n_answered(&before, code), n_answered(answers, code));
    }
    work.journal("point.readiness-answered", &thing(&point), &deed.body())
}

/// What a province asks today.
pub fn questions(work: &mut Work, point: &Point) -> Result<Vec<Term>> {
    let today = work.today();
    terms::on(work, &point.province, Vocabulary::Readiness, &today)
}

fn notes(questions: &[Term], answers: &[Answer]) -> String {
    let notes = answers.iter().filter(|answer| !answer.note.is_empty());
    let number = |code: &str| questions.iter().position(|q| q.code == code).map_or(0, |n| n + 1);
    notes.map(|answer| format!("{}. {}", number(&answer.question), answer.note)).collect::<Vec<_>>().join("; ")
}
