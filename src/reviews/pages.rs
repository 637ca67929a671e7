//! How reviews are asked for and shown.

use std::collections::BTreeMap;

use askama::Template;

use crate::error::{Error, Result};
use crate::permissions::Verb;
use crate::places::place::{Level, Place};
use crate::places::store as places;
use crate::reviews::actions::{self, NewReview, Preview};
use crate::reviews::decision::{Decision, Filled};
use crate::reviews::store::{self, Line, Progress, Review};
use crate::schemes::lessons;
use crate::schemes::pages::province_code;
use crate::schemes::point::{Point, REASONS};
use crate::schemes::store::{self as schemes, SchemeName};
use crate::web::ask::Ask;
use crate::web::reply::{Reply, table_reply};
use crate::web::shell::{Faults, Shell};
use crate::work::Work;

const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "reviews/views/list.html")]
struct ListPage {
    s: Shell,
    faults: Faults,
    place: Place,
    lines: Vec<(Review, i64, i64)>,
    schemes: Vec<SchemeName>,
    may_open: bool,
    fields: Vec<(String, String)>,
}

impl ListPage {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }
}

/// The reviews of a place, and the form of a new one.
pub fn list(work: &mut Work, ask: &Ask) -> Result<Reply> {
    list_page(work, ask, Faults::default())
}

/// The same after a refusal.
pub fn list_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    list_page(work, ask, Faults::of(error, ask.words()))
}

fn list_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let place = ask.place(work)?;
    work.demand(Verb::ReadPoint, Verb::ReadPoint, place.pin_id())?;
    let province = province_code(work, &place)?;
    let mut lines = Vec::new();
    for review in store::reviews(work, &place)? {
        let (decided, all) = sum(&store::progress(work, &review, &place)?);
        lines.push((review, decided, all));
    }
    let page = ListPage {
        s: Shell::new(work, ask, "reviews", ask.words().t("nav-reviews")),
        faults,
        lines,
        schemes: schemes::scheme_names(work, &province)?,
        may_open: work.reaches(Verb::OpenReview, place.pin_id())?,
        place,
        fields: ask.form.clone(),
    };
    Reply::html(&page)
}

fn sum(progress: &[Progress]) -> (i64, i64) {
    progress.iter().fold((0, 0), |(decided, all), (_, _, n, of)| (decided + n, all + of))
}

/// Opens a review.
pub fn open(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let place = match ask.field("place").as_str() {
        "" => ask.place(work)?,
        code => places::by_code(work, code)?,
    };
    let new = NewReview {
        name: ask.field("name"),
        due_on: ask.date("due_on")?,
        scheme_id: ask.field("scheme"),
        weak_only: ask.field("weak_only") == "1",
        paper: ask.paper()?,
    };
    let review = actions::open(work, &place, &new)?;
    Ok(Reply::see(&format!("/reviews/{}", review.id)))
}

#[derive(Template)]
#[template(path = "reviews/views/review.html")]
struct ReviewPage {
    s: Shell,
    faults: Faults,
    review: Review,
    place: Place,
    progress: Vec<Progress>,
    decided: i64,
    all: i64,
    by_decision: BTreeMap<Decision, i64>,
    lines: Vec<Line>,
    next: usize,
    decisions: Vec<Decision>,
    reasons: [&'static str; 8],
    may_decide: bool,
    may_close: bool,
}

/// One review: how far it has come, what was decided, the points.
pub fn show(work: &mut Work, ask: &Ask) -> Result<Reply> {
    review_page(work, ask, Faults::default())
}

/// The same after a refusal.
pub fn show_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    review_page(work, ask, Faults::of(error, ask.words()))
}

/// The part of a review that someone looks at: a place asked for, else the review's own, else one's own.
fn part_of(work: &mut Work, ask: &Ask, review: &Review) -> Result<Place> {
    if !ask.query("place").is_empty() {
        let place = places::by_code(work, ask.query("place"))?;
        work.demand(Verb::ReadPoint, Verb::ReadPoint, place.pin_id())?;
        return Ok(place);
    }
    if work.reaches(Verb::ReadPoint, &review.pin_id)? { places::by_id(work, &review.place_id) } else { ask.place(work) }
}

fn review_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let review = store::review_for(work, Verb::ReadPoint, ask.param("id"))?;
    let place = part_of(work, ask, &review)?;
    let all_lines = store::lines(work, &review, &place)?;
    if !ask.query("format").is_empty() {
        return table_reply(&table(&review, &all_lines, ask), ask.query("format"), "ra-soat");
    }
    let progress = store::progress(work, &review, &place)?;
    let (decided, all) = sum(&progress);
    let mut by_decision: BTreeMap<Decision, i64> = BTreeMap::new();
    for decision in all_lines.iter().filter_map(|line| Decision::from_code(&line.decision)) {
        *by_decision.entry(decision).or_default() += 1;
    }
    let from = ask.query("from").parse::<usize>().unwrap_or_default();
    let next = if all_lines.len() > from + PAGE { from + PAGE } else { 0 };
    let page = ReviewPage {
        s: Shell::new(work, ask, "reviews", review.name.clone()),
        faults,
        decided,
        all,
        by_decision,
        lines: all_lines.into_iter().skip(from).take(PAGE).collect(),
        next,
        decisions: Decision::ALL.to_vec(),
        reasons: REASONS,
        may_decide: review.is_open() && work.actor.may(Verb::StepPoint),
        may_close: review.is_open() && work.reaches(Verb::OpenReview, &review.pin_id)?,
        progress: if place.level <= Level::Province { progress } else { Vec::new() },
        place,
        review,
    };
    Reply::html(&page)
}

fn table(review: &Review, lines: &[Line], ask: &Ask) -> sheets::Table {
    let w = ask.words();
    let text = |text: &str| sheets::OutCell::Text(text.to_owned());
    let day = |iso: &str| iso.parse().map_or(sheets::OutCell::Empty, sheets::OutCell::Date);
    let coded = |family: &str, code: &str| {
        if code.is_empty() { String::new() } else { w.t(&format!("{family}-{code}")).to_owned() }
    };
    let rows = lines
        .iter()
        .map(|line| {
            vec![
                text(&line.code),
                text(&line.name),
                text(&line.place),
                text(&coded("review", &line.decision)),
                text(&coded("reason", &line.reason)),
                text(&line.note),
                text(&line.paper),
                day(&line.decided_on),
            ]
        })
        .collect();
    let headings = [
        "point-code",
        "point-name",
        "column-place",
        "review-decision",
        "reason",
        "note",
        "paper-number",
        "review-decided-on",
    ];
    sheets::Table {
        title_lines: vec![review.name.clone()],
        headings: headings.iter().map(|key| w.t(key).to_owned()).collect(),
        rows,
    }
}

#[derive(Template)]
#[template(path = "reviews/views/decide.html")]
struct DecidePage {
    s: Shell,
    faults: Faults,
    review: Review,
    point: Point,
    beat: Option<crate::heartbeat::pages::OnPoint>,
    decisions: Vec<Decision>,
    reasons: [&'static str; 8],
    fields: Vec<(String, String)>,
}

impl DecidePage {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }
}

/// The form of a decision about one point.
pub fn decision(work: &mut Work, ask: &Ask) -> Result<Reply> {
    decide_page(work, ask, Faults::default())
}

/// The same after a refusal, with what was typed.
pub fn decision_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    decide_page(work, ask, Faults::of(error, ask.words()))
}

fn decide_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let review = store::review_for(work, Verb::ReadPoint, ask.param("id"))?;
    let id = if ask.is_write { ask.field("point") } else { ask.query("point").to_owned() };
    if id.is_empty() {
        return Ok(Reply::see(&format!("/reviews/{}", review.id)));
    }
    let point = schemes::point_for(work, Verb::StepPoint, &id)?;
    let page = DecidePage {
        s: Shell::new(work, ask, "reviews", ask.words().t("review-decide")),
        faults,
        beat: crate::heartbeat::pages::on_point(work, &point.id, ask.lang)?,
        review,
        point,
        decisions: Decision::ALL.to_vec(),
        reasons: REASONS,
        fields: ask.form.clone(),
    };
    Reply::html(&page)
}

fn filled(ask: &Ask) -> Result<Filled> {
    Ok(Filled {
        decision: ask.field("decision"),
        reason: ask.field("reason"),
        note: ask.field("note"),
        lesson: ask.field("lesson"),
        into: ask.field("into"),
        paper: ask.paper()?,
    })
}

/// Decides about one point.
pub fn decide(work: &mut Work, ask: &Ask) -> Result<Reply> {
    actions::decide(work, ask.param("id"), &ask.field("point"), &filled(ask)?)?;
    Ok(Reply::see(&format!("/reviews/{}", ask.param("id"))))
}

#[derive(Template)]
#[template(path = "reviews/views/preview.html")]
struct PreviewPage {
    s: Shell,
    faults: Faults,
    review: Review,
    preview: Preview,
    decision: String,
    reason: String,
    note: String,
    fields: Vec<(String, String)>,
}

impl PreviewPage {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }
}

/// What a decision about many points would do; nothing is decided.
pub fn preview(work: &mut Work, ask: &Ask) -> Result<Reply> {
    if ask.query("decision").is_empty() {
        let review = store::review_for(work, Verb::ReadPoint, ask.param("id"))?;
        return Ok(Reply::see(&format!("/reviews/{}", review.id)));
    }
    preview_page(work, ask, &ask.query, Faults::default())
}

/// The same after a refusal of the many.
pub fn preview_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    preview_page(work, ask, &ask.form, Faults::of(error, ask.words()))
}

fn preview_page(work: &mut Work, ask: &Ask, pairs: &[(String, String)], faults: Faults) -> Result<Reply> {
    let review = store::review_for(work, Verb::ReadPoint, ask.param("id"))?;
    let text = |name: &str| fold::clean(pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value));
    let ids: Vec<String> = pairs.iter().filter(|(key, _)| key == "p").map(|(_, id)| id.clone()).collect();
    let filled = Filled { decision: text("decision"), reason: text("reason"), note: text("note"), ..Filled::default() };
    if ids.is_empty() || !Decision::from_code(&filled.decision).is_some_and(Decision::is_for_many) {
        let error = Error::field("points", "review-points-missing", "");
        return Ok(review_page(work, ask, Faults::of(&error, ask.words()))?.status(422));
    }
    let page = PreviewPage {
        s: Shell::new(work, ask, "reviews", ask.words().t("review-preview")),
        faults,
        preview: actions::preview(work, &review.id, &ids, &filled)?,
        review,
        decision: filled.decision,
        reason: filled.reason,
        note: filled.note,
        fields: pairs.to_vec(),
    };
    Reply::html(&page)
}

/// Decides alike about many points.
pub fn decide_many(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let ids: Vec<String> = ask.form.iter().filter(|(key, _)| key == "p").map(|(_, id)| id.clone()).collect();
    actions::decide_many(work, ask.param("id"), &ids, &filled(ask)?)?;
    Ok(Reply::see(&format!("/reviews/{}", ask.param("id"))))
}

/// Ends a review.
pub fn close(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let review = actions::close(work, ask.param("id"))?;
    Ok(Reply::see(&format!("/reviews/{}", review.id)))
}

#[derive(Template)]
#[template(path = "reviews/views/lessons.html")]
struct LessonsPage {
    s: Shell,
    place: Place,
    lessons: Vec<lessons::Lesson>,
}

/// The shelf of what did not work.
pub fn lessons_page(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let place = ask.place(work)?;
    work.demand(Verb::ReadPoint, Verb::ReadPoint, place.pin_id())?;
    let scheme = ask.query("scheme");
    let scheme_id = if scheme.is_empty() {
        String::new()
    } else {
        let province = province_code(work, &place)?;
        schemes::scheme_id(work, &province, scheme)?
    };
    let lessons = lessons::in_place(work, &place, &scheme_id)?;
    Reply::html(&LessonsPage { s: Shell::new(work, ask, "lessons", ask.words().t("nav-lessons")), place, lessons })
}
