//! How lineage is asked for and shown: the spread of a scheme, and where one point comes from.

use askama::Template;

use crate::activities::store as activities;
use crate::error::{Error, Result};
use crate::lineage::actions::{self, NewOrigin};
use crate::lineage::adaptation::{ANSWERS, Adaptation, Answer, How, Told, is_to, n_answered};
use crate::lineage::draw;
use crate::lineage::store;
use crate::lineage::tree::{Made, Node, Share, Tally, Year, by_generation, by_made, by_year, first_years, generation};
use crate::permissions::Verb;
use crate::places::place::{Level, OPEN, Place};
use crate::schemes::pages::{province_code, same_query};
use crate::schemes::point::{Origin, Point};
use crate::schemes::scheme::Scheme;
use crate::schemes::store as schemes;
use crate::terms::store as terms;
use crate::terms::term::{Term, Vocabulary, name_of};
use crate::web::ask::Ask;
use crate::web::map::{self, Choropleth, Tint};
use crate::web::reply::{Reply, table_reply};
use crate::web::shell::{Faults, Shell};
use crate::words::{Lang, Words};
use crate::work::Work;

const EXCHANGE_VISIT: &str = "exchange_visit";
const MOST_ACTIVITIES: i64 = 1000;

#[derive(Template)]
#[template(path = "lineage/views/spread.html")]
struct SpreadPage {
    s: Shell,
    place: Place,
    scheme: Scheme,
    at: String,
    nodes: Vec<Node>,
    lead: String,
    generations: Vec<(i64, Tally)>,
    made: Vec<(Made, Tally)>,
    years: Vec<Year>,
    tree: String,
    map: Option<Choropleth>,
    query: String,
}

impl SpreadPage {
    fn share(&self, share: &Share) -> String {
        told_share(*share, self.s.w)
    }

    fn per_month(&self, tally: &Tally) -> String {
        tally.per_month().map_or_else(|| "–".to_owned(), |n| fold::show_decimal(n as f64 / 100.0, 1))
    }
}

/// A share with the number of which it is one.
pub fn told_share(share: Share, w: &Words) -> String {
    match share.percent() {
        None => "–".to_owned(),
        Some(percent) => w.fill(
            "lineage-share",
            &[("percent", percent.to_string()), ("n", fold::show_count(share.n)), ("of", fold::show_count(share.of))],
        ),
    }
}

/// The spread of a scheme through time in a place, or its points as a file.
pub fn spread(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let place = ask.place(work)?;
    let province = province_code(work, &place)?;
    let scheme = schemes::scheme(work, &province, ask.param("slug"))?;
    let at = ask.date_or("at", work.moment.today)?;
    let nodes = actions::spread(work, &place, &scheme, &at)?;
    let w = ask.words();
    if !ask.query("format").is_empty() {
        return table_reply(&table(&nodes, &scheme, &place, (&at, w)), ask.query("format"), "lan-toa-mo-hinh");
    }
    let s = Shell::new(work, ask, "schemes", w.with("lineage-of-scheme", &scheme.name));
    let label =
        w.fill("lineage-tree-label", &[("scheme", scheme.name.clone()), ("n", fold::show_count(nodes.len() as i64))]);
    Reply::html(&SpreadPage {
        lead: lead(&nodes, w),
        generations: by_generation(&nodes, &at).into_iter().collect(),
        made: by_made(&nodes, &at).into_iter().collect(),
        years: by_year(&nodes, &at),
        tree: draw::tree(&nodes, &at, &label, |node| mark(node, w)),
        map: draw_map(&place, &nodes, w),
        query: same_query(ask),
        s,
        place,
        scheme,
        at,
        nodes,
    })
}

/// What shows beside the mark of a point.
fn mark(node: &Node, w: &Words) -> String {
    let state = w.plain_of("state", node.state.code(), "");
    format!("{}, {}, {state}", node.leaf.name, shown(&node.leaf.launched_on))
}

fn shown(iso: &str) -> String {
    iso.parse().map_or_else(|_| "–".to_owned(), fold::show_date)
}

fn lead(nodes: &[Node], w: &Words) -> String {
    let Some(first) = nodes.iter().min_by(|a, b| a.leaf.launched_on.cmp(&b.leaf.launched_on)) else {
        return String::new();
    };
    let n_generations = nodes.iter().map(|node| node.generation).max().unwrap_or_default() + 1;
    let n_communes = first_years(nodes).len() as i64;
    w.fill(
        "lineage-lead",
        &[
            ("first", first.leaf.place.clone()),
            ("on", shown(&first.leaf.launched_on)),
            ("points", fold::show_count(nodes.len() as i64)),
            ("communes", fold::show_count(n_communes)),
            ("generations", fold::show_count(n_generations)),
        ],
    )
}

/// The first year in each commune of a province.
fn draw_map(place: &Place, nodes: &[Node], w: &Words) -> Option<Choropleth> {
    if place.level != Level::Province || place.to_on.as_str() < OPEN {
        return None;
    }
    let map = map::of(&place.code)?;
    let years = first_years(nodes);
    let tints: Vec<Tint> = map
        .shapes
        .iter()
        .map(|shape| {
            let value = years.get(&shape.id).copied();
            let told = value.map_or_else(|| w.t("lineage-map-none").to_owned(), |year| year.to_string());
            Tint { code: shape.id.clone(), value, title: format!("{}: {told}", shape.name) }
        })
        .collect();
    Some(map::choropleth(&map, &tints, w.t("lineage-map-label")))
}

fn table(nodes: &[Node], scheme: &Scheme, place: &Place, (at, w): (&str, &Words)) -> sheets::Table {
    let text = |text: &str| sheets::OutCell::Text(text.to_owned());
    let rows = nodes
        .iter()
        .map(|node| {
            vec![
                sheets::OutCell::Count(node.generation),
                text(&node.leaf.code),
                text(&node.leaf.name),
                text(&node.leaf.place),
                node.leaf.launched_on.parse().map_or(sheets::OutCell::Empty, sheets::OutCell::Date),
                text(w.plain_of("state", node.state.code(), "")),
                text(&node.from_code),
                sheets::OutCell::Count(node.leaf.counts.kept),
                sheets::OutCell::Count(node.leaf.counts.adapted),
                sheets::OutCell::Count(node.leaf.counts.dropped),
            ]
        })
        .collect();
    let headings = [
        "lineage-generation",
        "point-code",
        "point-name",
        "column-place",
        "launched-on",
        "state",
        "lineage-from-code",
        "how-kept",
        "how-adapted",
        "how-dropped",
    ];
    sheets::Table {
        title_lines: vec![w.with("lineage-of-scheme", &scheme.name), place.name.clone(), shown(at)],
        headings: headings.iter().map(|key| w.t(key).to_owned()).collect(),
        rows,
    }
}

/// Another point of the same scheme: its code, and its name where it is within reach.
pub struct Kin {
    pub id: String,
    pub code: String,
    pub name: String,
}

fn kin(work: &mut Work, province: &str, id: &str) -> Result<Option<Kin>> {
    let Some((code, name, pin_id)) = store::kin(work, province, id)? else { return Ok(None) };
    let name = if work.reaches(Verb::ReadPoint, &pin_id)? { name } else { String::new() };
    Ok(Some(Kin { id: id.to_owned(), code, name }))
}

/// The point that one comes from.
pub fn from(work: &mut Work, point: &Point) -> Result<Option<Kin>> {
    match &point.from_point_id {
        Some(id) => kin(work, &point.province, id),
        None => Ok(None),
    }
}

#[derive(Template)]
#[template(path = "lineage/views/point.html")]
struct PointPage {
    s: Shell,
    faults: Faults,
    point: Point,
    scheme: Scheme,
    is_replicated: bool,
    generation: i64,
    from: Option<Kin>,
    mentor: Option<Kin>,
    elements: Vec<Element>,
    questions: Vec<Asked>,
    former: Vec<Former>,
    is_default: bool,
    n_yes: i64,
    n_answered: i64,
    visits: Vec<(String, String)>,
    n_visits: i64,
    children: Vec<Point>,
    may_edit: bool,
    may_record: bool,
    may_add: bool,
    fields: Vec<(String, String)>,
}

/// An element of the scheme as it stands, and what was told of it.
struct Element {
    n: usize,
    text: String,
    told: Option<Adaptation>,
    how: String,
    why: String,
}

impl Element {
    /// The scheme was written anew since this was told.
    fn is_old(&self) -> bool {
        self.told.as_ref().is_some_and(|told| told.text != self.text)
    }
}

/// A question as it is worded today, and what was answered.
struct Asked {
    question: Term,
    answer: String,
    note: String,
}

/// What was answered to a question that is worded otherwise today, or asked no more.
struct Former {
    question: String,
    answer: String,
    note: String,
}

impl PointPage {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    /// Was the form with these fields refused?
    fn opens(&self, fields: &str) -> bool {
        self.faults
            .all
            .iter()
            .any(|(field, _)| field.starts_with(fields) || (fields == "how" && field.starts_with("why")))
    }

    fn lang(&self) -> Lang {
        self.s.w.lang()
    }
}

/// Where a point comes from, what it made of its scheme, and what comes from it.
pub fn show(work: &mut Work, ask: &Ask) -> Result<Reply> {
    page(work, ask, Faults::default())
}

/// The same after a refusal, with what was typed.
pub fn show_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    page(work, ask, Faults::of(error, ask.words()))
}

fn page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let point = schemes::point_for(work, Verb::ReadPoint, ask.param("id"))?;
    let scheme = schemes::scheme(work, &point.province, &point.scheme_id)?;
    let parents = store::parents(work, &point.province, &point.scheme_id)?;
    let mentor = match store::mentor_id(work, &point)? {
        Some(id) => kin(work, &point.province, &id)?,
        None => None,
    };
    let from = from(work, &point)?;
    let (answers, former) = answers(work, &point, ask)?;
    let asked_today = actions::questions(work, &point)?;
    let (visits, n_visits) = visits(work, &point)?;
    let page = PointPage {
        s: Shell::new(work, ask, "points", ask.words().with("lineage-of", &point.name)),
        is_replicated: point.origin == Origin::Replicated,
        generation: generation(&parents, &point.id),
        elements: elements(&scheme, &store::adaptations(work, &point)?, ask),
        n_yes: n_answered(&answers, "yes"),
        n_answered: answers.len() as i64,
        questions: asked(asked_today, &answers, ask),
        former,
        is_default: terms::own(work, &point.province, Vocabulary::Readiness)?.is_empty(),
        children: children(work, &point)?,
        visits,
        n_visits,
        may_edit: work.reaches(Verb::EditPoint, &point.pin_id)?,
        may_record: point.launched_on.is_some() && work.reaches(Verb::KeepActivities, &point.pin_id)?,
        may_add: point.launched_on.is_some() && work.actor.may(Verb::AddPoint),
        fields: origin_fields(&point, from.as_ref(), mentor.as_ref(), ask),
        faults,
        point,
        scheme,
        from,
        mentor,
    };
    Reply::html(&page)
}

/// The form of the origin as it stands, or as it was typed.
fn origin_fields(point: &Point, from: Option<&Kin>, mentor: Option<&Kin>, ask: &Ask) -> Vec<(String, String)> {
    if ask.is_write && !ask.field("origin").is_empty() {
        return ask.form.clone();
    }
    let code = |kin: Option<&Kin>| kin.map_or_else(String::new, |kin| kin.code.clone());
    let fields = [("origin", point.origin.code().to_owned()), ("from", code(from)), ("mentor", code(mentor))];
    fields.map(|(key, value)| (key.to_owned(), value)).to_vec()
}

fn elements(scheme: &Scheme, told: &[Adaptation], ask: &Ask) -> Vec<Element> {
    let typed = ask.is_write && ask.path.ends_with("/adaptations");
    let numbered = scheme.contents.iter().enumerate();
    let element = |(at, text): (usize, &String)| {
        let n = at + 1;
        let told = told.iter().find(|one| one.element == n).cloned();
        let (how, why) = match &told {
            _ if typed => (ask.field(&format!("how-{n}")), ask.field(&format!("why-{n}"))),
            Some(one) => (one.how.code().to_owned(), one.why.clone()),
            None => (String::new(), String::new()),
        };
        Element { n, text: text.clone(), told, how, why }
    };
    numbered.map(element).collect()
}

/// What was answered to the questions of today, and what to former ones.
fn answers(work: &mut Work, point: &Point, ask: &Ask) -> Result<(Vec<Answer>, Vec<Former>)> {
    let today = actions::questions(work, point)?;
    let all = terms::all(work, &point.province, Vocabulary::Readiness)?;
    let given = store::answers(work, point)?;
    let (answers, former): (Vec<Answer>, Vec<Answer>) =
        given.into_iter().partition(|answer| today.iter().any(|question| is_to(answer, question)));
    let told = |answer: Answer| Former {
        question: name_of(&all, &answer.question, &answer.asked_from, ask.lang),
        answer: answer.answer,
        note: answer.note,
    };
    Ok((answers, former.into_iter().map(told).collect()))
}

fn asked(questions: Vec<Term>, answers: &[Answer], ask: &Ask) -> Vec<Asked> {
    let typed = ask.is_write && ask.path.ends_with("/readiness");
    let asked = questions.into_iter().map(|question| {
        let given = answers.iter().find(|answer| answer.question == question.code).cloned().unwrap_or_default();
        let (answer, note) = if typed { typed_answer(ask, &question.code) } else { (given.answer, given.note) };
        Asked { question, answer, note }
    });
    asked.collect()
}

fn typed_answer(ask: &Ask, code: &str) -> (String, String) {
    (ask.field(&format!("answer-{code}")), ask.field(&format!("note-{code}")))
}

/// The exchange visits of a point with day and note, and how many they and stated totals come to.
fn visits(work: &mut Work, point: &Point) -> Result<(Vec<(String, String)>, i64)> {
    let single = activities::of_point(work, point, MOST_ACTIVITIES)?.into_iter();
    let visits = single.filter(|activity| activity.kind == EXCHANGE_VISIT);
    let visits = visits.map(|activity| (activity.on_date, activity.note)).collect();
    let months = activities::months(work, point, "")?;
    let n_visits = months.iter().filter(|month| month.kind == EXCHANGE_VISIT).map(|month| month.n_times).sum();
    Ok((visits, n_visits))
}

/// The points replicated from one that this person may see.
fn children(work: &mut Work, point: &Point) -> Result<Vec<Point>> {
    let mut children = Vec::new();
    for id in store::replicated_from(work, point)? {
        match schemes::point_for(work, Verb::ReadPoint, &id) {
            Ok(child) => children.push(child),
            Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(children)
}

fn back(ask: &Ask) -> Reply {
    Reply::see(&format!("/points/{}/lineage", ask.param("id")))
}

/// Says where a point comes from and who guides it.
pub fn set_origin(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let new = NewOrigin {
        version: ask.count("version")?,
        origin: match ask.field("origin").as_str() {
            "original" => Origin::Original,
            "replicated" => Origin::Replicated,
            other => return Err(Error::field("origin", "lineage-origin-missing", other)),
        },
        from: ask.field("from"),
        mentor: ask.field("mentor"),
    };
    actions::set_origin(work, ask.param("id"), &new)?;
    Ok(back(ask))
}

/// Tells what a point kept, adapted and dropped.
pub fn tell_adaptations(work: &mut Work, ask: &Ask) -> Result<Reply> {
    // No more elements can have been told than the form has fields.
    let told: Vec<Told> = (1..=ask.form.len())
        .map(|n| Told { how: ask.field(&format!("how-{n}")), why: ask.field(&format!("why-{n}")) })
        .collect();
    actions::tell_adaptations(work, ask.param("id"), ask.count("version")?, &told)?;
    Ok(back(ask))
}

/// Answers the questions of readiness; what has neither an answer nor a note was not asked yet.
pub fn answer(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let point = schemes::point_for(work, Verb::EditPoint, ask.param("id"))?;
    let answers: Vec<Answer> = actions::questions(work, &point)?
        .into_iter()
        .map(|question| {
            let (answer, note) = typed_answer(ask, &question.code);
            Answer { question: question.code, asked_from: question.from_on, answer, note }
        })
        .filter(|answer| !answer.answer.is_empty() || !answer.note.is_empty())
        .collect();
    actions::answer(work, ask.param("id"), ask.count("version")?, &answers)?;
    Ok(back(ask))
}
