//! What people do with reviews: open one over chosen points, decide point by point or many at once, end it.

use crate::error::{Error, FieldError, Result};
use crate::heartbeat::actions::beats;
use crate::heartbeat::rule::Life;
use crate::history::Told;
use crate::ids;
use crate::papers::paper::{self, Demand, PaperRef};
use crate::papers::store as papers;
use crate::permissions::Verb;
use crate::places::place::{OPEN, Place};
use crate::places::store as places;
use crate::reviews::decision::{Decision, Filled, faults};
use crate::reviews::store::{self, Decided, Review};
use crate::schemes::actions::{Destination, aim, take_step};
use crate::schemes::lessons;
use crate::schemes::point::{Point, Step};
use crate::schemes::store::{self as schemes, thing};
use crate::work::{Thing, Work};

/// A review as it is filled in.
#[derive(Clone, Debug, Default)]
pub struct NewReview {
    pub name: String,
    pub due_on: String,
    /// A scheme's id; empty for all.
    pub scheme_id: String,
    /// Only points that fade or lie dormant.
    pub weak_only: bool,
    pub paper: Option<PaperRef>,
}

fn of(review: &Review) -> Thing<'_> {
    Thing { province: &review.province, kind: "review", id: &review.id, pin: &review.pin_id }
}

/// Opens a review over the points of a place.
pub fn open(work: &mut Work, place: &Place, new: &NewReview) -> Result<Review> {
    work.demand(Verb::OpenReview, Verb::ReadPlace, place.pin_id())?;
    let today = work.today();
    let mut wrong = paper::faults(new.paper.as_ref(), Demand::Optional, &today);
    let mut miss = |field, key| wrong.push(FieldError { field, key, value: String::new() });
    if new.name.is_empty() {
        miss("name", "review-name-missing");
    }
    if new.due_on.is_empty() || new.due_on < today {
        miss("due_on", "review-due-missing");
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    let province = places::province_of(work, place.pin_id())?;
    let review = Review {
        province,
        id: ids::new(),
        name: new.name.clone(),
        place_id: place.id.clone(),
        pin_id: place.pin_id().to_owned(),
        opened_on: today.clone(),
        due_on: new.due_on.clone(),
        closed_on: OPEN.into(),
        paper: new.paper.clone(),
        version: 1,
    };
    let paper_id = match &new.paper {
        Some(named) => Some(papers::paper(work, &review.province, named)?),
        None => None,
    };
    store::insert(work, &review, paper_id.as_deref())?;
    let n_points = if new.weak_only {
        take_in_weak(work, &review, place, &new.scheme_id)?
    } else {
        store::take_in(work, &review, place, &new.scheme_id)?
    };
    if n_points == 0 {
        return Err(Error::Refused("review-no-points"));
    }
    let told = Told::of(&of(&review)).fact("due_on", review.due_on.as_str()).fact("n_points", n_points).text(
        work,
        "name",
        &review.name,
    )?;
    work.journal("review.opened", &of(&review), &told.body())?;
    Ok(review)
}

fn take_in_weak(work: &mut Work, review: &Review, place: &Place, scheme_id: &str) -> Result<u64> {
    let mut n_points = 0;
    for beat in beats(work, place, &review.opened_on)? {
        let is_weak = matches!(beat.verdict.life, Life::Dormant | Life::Fading);
        if is_weak && (scheme_id.is_empty() || beat.pulse.scheme_id == scheme_id) {
            let point = schemes::point_for(work, Verb::ReadPoint, &beat.pulse.point_id)?;
            store::take_in_one(work, review, &point.id, &point.pin_id)?;
            n_points += 1;
        }
    }
    Ok(n_points)
}

/// Decides about one point and takes the step that the decision means.
pub fn decide(work: &mut Work, review_id: &str, point_id: &str, filled: &Filled) -> Result<()> {
    let point = schemes::point_for(work, Verb::StepPoint, point_id)?;
    let review = store::review_for(work, Verb::ReadPoint, review_id)?;
    refuse_late(work, &review, &point)?;
    let mut wrong = faults(filled, point.state);
    let decision = Decision::from_code(&filled.decision);
    let demand = match decision.and_then(Decision::step) {
        Some(step) if step.needs_paper() => Demand::Needed,
        Some(_) | None => Demand::Optional,
    };
    wrong.extend(paper::faults(filled.paper.as_ref(), demand, &work.today()));
    let Some(decision) = decision.filter(|_| wrong.is_empty()) else { return Err(Error::Invalid(wrong)) };
    let today = work.today();
    carry_out(work, &point, decision, filled)?;
    let paper_id = match &filled.paper {
        Some(named) => Some(papers::paper(work, &point.province, named)?),
        None => None,
    };
    let decided = Decided {
        decision: decision.code(),
        reason: &filled.reason,
        note: &filled.note,
        paper_id: paper_id.as_deref(),
        on: &today,
    };
    store::decide(work, &review, point_id, &decided)?;
    if !filled.lesson.is_empty() {
        lessons::insert(work, &point, &filled.lesson, &today)?;
    }
    let mut told = Told::of(&thing(&point))
        .fact("review", review.id.as_str())
        .fact("decision", decision.code())
        .fact("reason", filled.reason.as_str())
        .text(work, "note", &filled.note)?
        .text(work, "lesson", &filled.lesson)?;
    if let Some(paper) = &filled.paper {
        told = told.paper(work, &paper.number, &paper.issued_on, &paper.issuer)?;
    }
    work.journal("review.decided", &thing(&point), &told.body())
}

fn refuse_late(work: &mut Work, review: &Review, point: &Point) -> Result<()> {
    if !review.is_open() {
        return Err(Error::Refused("review-over"));
    }
    match store::decision_of(work, review, &point.id)? {
        None => Err(Error::NotFound),
        Some(decided) if !decided.is_empty() => Err(Error::Refused("review-decided-already")),
        Some(_) => Ok(()),
    }
}

fn carry_out(work: &mut Work, point: &Point, decision: Decision, filled: &Filled) -> Result<()> {
    let Some(kind) = decision.step() else { return Ok(()) };
    let step = Step {
        paper: filled.paper.clone(),
        reason: if decision == Decision::Merge { String::new() } else { filled.reason.clone() },
        note: filled.note.clone(),
        ..Step::bare(kind, work.today())
    };
    let to = Destination { into_code: filled.into.clone(), ..Destination::default() };
    let step = aim(work, &point.id, step, &to)?;
    take_step(work, &point.id, &step)?;
    Ok(())
}

/// What a decision about many points would do, before it is done.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// Points that would be decided so.
    pub ready: Vec<(String, String)>,
    /// Points that cannot be, and the key of the sentence that says why.
    pub refused: Vec<(String, &'static str)>,
}

/// Looks at many points without deciding: each is tried against the rule, and nothing is kept.
pub fn preview(work: &mut Work, review_id: &str, ids: &[String], filled: &Filled) -> Result<Preview> {
    let review = store::review_for(work, Verb::ReadPoint, review_id)?;
    let decision = Decision::from_code(&filled.decision);
    if !decision.is_some_and(Decision::is_for_many) {
        return Err(Error::field("decision", "review-decision-missing", ""));
    }
    let mut preview = Preview::default();
    for id in ids {
        let point = schemes::point_for(work, Verb::StepPoint, id)?;
        let refusal = refuse_late(work, &review, &point).err().and_then(|error| match error {
            Error::Refused(key) => Some(key),
            Error::NotFound => Some("error-not-found"),
            Error::Forbidden(_) | Error::Invalid(_) | Error::Conflict | Error::Broken(_) => None,
        });
        let wrong = faults(filled, point.state).first().map(|fault| fault.key);
        let step =
            decision.and_then(Decision::step).and_then(|kind| crate::schemes::point::after(point.state, kind).err());
        let step = step.and_then(|error| if let Error::Refused(key) = error { Some(key) } else { None });
        match refusal.or(wrong).or(step) {
            Some(key) => preview.refused.push((point.name, key)),
            None => preview.ready.push((point.id, point.name)),
        }
    }
    Ok(preview)
}

/// Decides alike about many points; all or none.
pub fn decide_many(work: &mut Work, review_id: &str, ids: &[String], filled: &Filled) -> Result<()> {
    if ids.is_empty() {
        return Err(Error::field("points", "review-points-missing", ""));
    }
    if Decision::from_code(&filled.decision) == Some(Decision::Merge) {
        return Err(Error::field("decision", "review-merge-one-by-one", ""));
    }
    ids.iter().try_for_each(|id| decide(work, review_id, id, filled))
}

/// Ends a review; what is not decided stays undecided and is told so.
pub fn close(work: &mut Work, review_id: &str) -> Result<Review> {
    let review = store::review_for(work, Verb::OpenReview, review_id)?;
    if !review.is_open() {
        return Err(Error::Refused("review-over"));
    }
    let today = work.today();
    store::close(work, &review, &today)?;
    let place = places::by_id(work, &review.place_id)?;
    let progress = store::progress(work, &review, &place)?;
    let (decided, all) = progress.iter().fold((0, 0), |(d, a), (_, _, n, of)| (d + n, a + of));
    let told = Told::of(&of(&review)).fact("n_decided", decided).fact("n_points", all);
    work.journal("review.closed", &of(&review), &told.body())?;
    Ok(review)
}
