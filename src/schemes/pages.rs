//! How schemes, points and teams are asked for and shown.

use askama::Template;

use crate::activities::pages as activities;
use crate::app::App;
use crate::catalogue::pages as catalogue_care;
use crate::error::{Error, Result};
use crate::figures::ask::{Asked, Figures, Group};
use crate::figures::catalogue::{self, By};
use crate::heartbeat::pages as heartbeat;
use crate::kits::pages as kits;
use crate::lineage::pages as lineage;
use crate::papers::store::{Use, uses};
use crate::permissions::Verb;
use crate::places::place::{AREA_KINDS, Level, Place};
use crate::places::store as places;
use crate::schemes::actions::{self, Destination, NewPoint, NewTeam, PointEdit};
use crate::schemes::dossier;
use crate::schemes::lessons;
use crate::schemes::list::{self, After, Filter, Line};
use crate::schemes::point::{self, Point, REASONS, Scale, State, Step, StepKind};
use crate::schemes::scheme::Scheme;
use crate::schemes::store::{self, SchemeName, Sector, Team};
use crate::terms::store as terms;
use crate::terms::term::{Vocabulary, name_of};
use crate::web::ask::Ask;
use crate::web::dates::Dates;
use crate::web::history::{self, History};
use crate::web::reply::{Reply, table_reply};
use crate::web::shell::{Faults, Shell};
use crate::work::Work;

const PAGE: usize = 50;
const ACTIVITIES_SHOWN: i64 = 5;

/// The province whose catalogue a person sees: that of the place asked for.
pub fn province_code(work: &mut Work, place: &Place) -> Result<String> {
    if place.level == Level::Nation {
        let sql = "select province from scheme order by province limit 1";
        return Ok(work.first(sql, &[])?.map_or_else(String::new, |row| row.text(0)));
    }
    match places::province_of(work, place.pin_id()) {
        // A place that went to several provinces has no catalogue; what it held is still to be seen.
        Err(Error::NotFound) => Ok(String::new()),
        found => found,
    }
}

#[derive(Template)]
#[template(path = "schemes/views/schemes.html")]
struct Schemes {
    s: Shell,
    place: Place,
    lines: Vec<SchemeLine>,
    points: i64,
    teams: i64,
}

struct SchemeLine {
    scheme: Scheme,
    sectors: String,
    points: i64,
    teams: i64,
}

/// What stands in a place at a page's cut-off, on its map.
fn asked_on(place: &Place, dates: &Dates) -> Asked {
    let (at, from) = (dates.at.clone(), dates.at.clone());
    Asked {
        place: place.clone(),
        at,
        from,
        boundaries: dates.boundaries.clone(),
        scheme_id: String::new(),
        group: None,
    }
}

/// The catalogue with its points and teams in a place.
pub fn catalogue(app: &App, work: &mut Work, ask: &Ask) -> Result<Reply> {
    let dates = Dates::of(work, ask)?;
    let place = ask.place(work)?;
    let province = province_code(work, &place)?;
    let asked = asked_on(&place, &dates);
    let mut figures = Figures::open(&app.kept, work)?;
    let points = figures.groups(work, &catalogue::FIGURES[1], &asked, &By::Scheme)?;
    let teams = figures.groups(work, &catalogue::FIGURES[2], &asked, &By::Scheme)?;
    let of = |groups: &[Group], id: &str| groups.iter().find(|g| g.key == id).map_or(0, |g| g.value);
    let schemes = store::schemes(work, &province)?;
    let names = store::sectors(work)?;
    let lines = schemes
        .into_iter()
        .map(|scheme| SchemeLine {
            points: of(&points, &scheme.id),
            teams: of(&teams, &scheme.id),
            sectors: sector_names(&names, &scheme, ask),
            scheme,
        })
        .collect();
    let s = Shell::new(work, ask, "schemes", ask.words().t("nav-schemes")).dated(ask, &dates);
    let sum = |groups: &[Group]| groups.iter().map(|g| g.value).sum();
    Reply::html(&Schemes { s, place, lines, points: sum(&points), teams: sum(&teams) })
}

#[derive(Template)]
#[template(path = "schemes/views/scheme.html")]
struct SchemePage {
    s: Shell,
    scheme: Scheme,
    sectors: Vec<String>,
    place: Place,
    points: i64,
    teams: i64,
    by_place: Vec<Group>,
    kit: kits::OnScheme,
    care: catalogue_care::OnScheme,
    history: History,
}

/// One scheme: what it is, and where it is applied.
pub fn scheme(app: &App, work: &mut Work, ask: &Ask) -> Result<Reply> {
    let dates = Dates::of(work, ask)?;
    let place = ask.place(work)?;
    let province = province_code(work, &place)?;
    let scheme = store::scheme(work, &province, ask.param("slug"))?;
    let names = store::sectors(work)?;
    let sectors = scheme.sectors.iter().map(|code| sector_name(&names, code, ask)).collect();
    let asked = Asked { scheme_id: scheme.id.clone(), ..asked_on(&place, &dates) };
    let mut figures = Figures::open(&app.kept, work)?;
    let points = figures.total(work, &catalogue::FIGURES[1], &asked)?;
    let teams = figures.total(work, &catalogue::FIGURES[2], &asked)?;
    let by_place = figures.groups(work, &catalogue::FIGURES[1], &asked, &By::Place)?;
    let s = Shell::new(work, ask, "schemes", scheme.name.clone()).dated(ask, &dates);
    let history = history::of_thing(work, ask.words(), &scheme.id)?;
    let kit = kits::on_scheme(work, &scheme, ask.lang)?;
    let care = catalogue_care::on_scheme(work, &scheme)?;
    Reply::html(&SchemePage { s, scheme, sectors, place, points, teams, by_place, kit, care, history })
}

/// The names of a scheme’s sectors.
pub fn sector_names(names: &[Sector], scheme: &Scheme, ask: &Ask) -> String {
    scheme.sectors.iter().map(|code| sector_name(names, code, ask)).collect::<Vec<_>>().join("; ")
}

fn sector_name(names: &[Sector], code: &str, ask: &Ask) -> String {
    let found = names.iter().find(|sector| sector.code == code);
    found.map_or_else(
        || code.to_owned(),
        |sector| match ask.lang {
            crate::words::Lang::Vi => sector.name_vi.clone(),
            crate::words::Lang::En => sector.name_en.clone(),
        },
    )
}

#[derive(Template)]
#[template(path = "schemes/views/points.html")]
struct Points {
    s: Shell,
    place: Place,
    filter: Filter,
    lines: Vec<Line>,
    total: i64,
    schemes: Vec<SchemeName>,
    sectors: Vec<(String, String)>,
    states: Vec<&'static str>,
    kinds: Vec<&'static str>,
    next: String,
    is_first: bool,
    query: String,
}

/// The filter in an address.
pub fn filter_of(work: &mut Work, ask: &Ask, province: &str) -> Result<Filter> {
    let scheme = ask.query("scheme");
    let scheme_id = if scheme.is_empty() { String::new() } else { store::scheme_id(work, province, scheme)? };
    Ok(Filter {
        scheme_id,
        sector: ask.query("sector").to_owned(),
        state: ask.query("status").to_owned(),
        area_kind: ask.query("kind").to_owned(),
        text: ask.query("q").to_owned(),
        ..Filter::default()
    })
}

/// The place after which a page begins, in an address.
pub fn after_of(ask: &Ask) -> After {
    let (sort_key, id) = ask.query("after").split_once('.').unwrap_or(("", ""));
    After { sort_key: sort_key.to_owned(), id: id.to_owned() }
}

/// The list of points, or the same as a file.
pub fn points(app: &App, work: &mut Work, ask: &Ask) -> Result<Reply> {
    let dates = Dates::of(work, ask)?;
    let place = ask.place(work)?;
    let province = province_code(work, &place)?;
    let place = places::as_called(work, place, &dates.boundaries)?;
    let filter = filter_of(work, ask, &province)?.dated(&dates.at, &dates.boundaries, &dates.today);
    if let Some(file) = export(app, work, ask, &place, &filter)? {
        return Ok(file);
    }
    let after = after_of(ask);
    let is_first = after.id.is_empty();
    let mut lines = list::page(app, work, &place, &filter, &after, PAGE + 1)?;
    let more = lines.len() > PAGE;
    lines.truncate(PAGE);
    let query = same_query(ask);
    let next = match lines.last() {
        Some(last) if more => format!("/points?{query}after={}.{}", last.sort_key, last.id),
        _ => String::new(),
    };
    let total = list::count(app, work, &place, &filter)?;
    let schemes = store::scheme_names(work, &province)?;
    let sectors = store::sectors(work)?;
    let sectors =
        sectors.iter().map(|x| (x.code.clone(), sector_name(std::slice::from_ref(x), &x.code, ask))).collect();
    let states = State::ALL.iter().map(|state| state.code()).collect();
    let s = Shell::new(work, ask, "points", ask.words().t("nav-points")).dated(ask, &dates);
    let kinds = AREA_KINDS.to_vec();
    Reply::html(&Points { s, place, filter, lines, total, schemes, sectors, states, kinds, next, is_first, query })
}

/// The address's query without paging, each part followed by `&`.
pub fn same_query(ask: &Ask) -> String {
    let mut query = String::new();
    for (key, value) in &ask.query {
        if !["after", "format", "lang"].contains(&key.as_str()) && !value.is_empty() {
            let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
            query.push_str(&format!("{key}={value}&"));
        }
    }
    query
}

/// The two dates of a list, as its file says them.
fn dates_line(work: &Work, w: &crate::words::Words, filter: &Filter) -> String {
    let day = |iso: &str| fold::show_date(iso.parse().unwrap_or(work.moment.today));
    format!("{} {}; {} {}", w.t("cut-off"), day(&filter.at), w.t("boundaries"), day(&filter.boundaries))
}

const MOST_EXPORTED: usize = 200_000;

fn export(app: &App, work: &mut Work, ask: &Ask, place: &Place, filter: &Filter) -> Result<Option<Reply>> {
    if ask.query("format").is_empty() {
        return Ok(None);
    }
    let w = ask.words();
    let lines = list::page(app, work, place, filter, &After::default(), MOST_EXPORTED)?;
    let headings =
        ["point-code", "scheme", "point-name", "column-place", "area-kind", "state", "launched-on", "figure-C3"];
    let rows = lines
        .iter()
        .map(|line| {
            vec![
                sheets::OutCell::Text(line.code.clone()),
                sheets::OutCell::Text(line.scheme.clone()),
                sheets::OutCell::Text(line.name.clone()),
                sheets::OutCell::Text(line.commune.clone()),
                sheets::OutCell::Text(w.t(&format!("kind-{}", line.area_kind)).to_owned()),
                sheets::OutCell::Text(w.t(&format!("state-{}", line.state)).to_owned()),
                line.launched_on
                    .as_ref()
                    .and_then(|on| on.parse().ok())
                    .map_or(sheets::OutCell::Empty, sheets::OutCell::Date),
                sheets::OutCell::Count(line.n_teams),
            ]
        })
        .collect();
    let table = sheets::Table {
        title_lines: vec![w.t("nav-points").to_owned(), place.name.clone(), dates_line(work, w, filter)],
        headings: headings.iter().map(|key| w.t(key).to_owned()).collect(),
        rows,
    };
    table_reply(&table, ask.query("format"), "diem-mo-hinh").map(Some)
}

#[derive(Template)]
#[template(path = "schemes/views/point.html")]
struct PointPage {
    s: Shell,
    point: Point,
    scheme: Scheme,
    place: Place,
    above: Vec<Place>,
    /// The commune in which it was, where that bears another name today; empty otherwise.
    once: String,
    scale: Scale,
    steps: Vec<Step>,
    /// What its survey plan covers, in words.
    survey: String,
    teams: Vec<Team>,
    history: History,
    may_edit: bool,
    may_step: bool,
    may_keep: bool,
    papers: Vec<(String, Use)>,
    activities: Vec<activities::Shown>,
    n_of_year: i64,
    may_record: bool,
    beat: Option<heartbeat::OnPoint>,
    n_met: usize,
    n_due: usize,
    map: String,
    n_members: i64,
    from: Option<lineage::Kin>,
}

/// One point: what it is, its life, its teams, its history.
pub fn point(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let point = store::point_for(work, Verb::ReadPoint, ask.param("id"))?;
    let today = work.today();
    let place = places::by_id(work, &point.place_id)?;
    let scheme = store::scheme(work, &point.province, &point.scheme_id)?;
    let teams = store::teams(work, &point, &today)?;
    let pin = places::by_id(work, &point.pin_id)?;
    let shown = if pin.has_ended(&today) { shown_today(work, &pin)? } else { pin.clone() };
    let above: Vec<Place> = std::iter::once(shown.clone()).chain(places::above(work, &shown, &today)?).collect();
    let once = if shown.name == pin.name { String::new() } else { pin.name.clone() };
    let map = crate::web::map::locator(&shown.code, &point.province).unwrap_or_default();
    let dossier = dossier::actions::dossier(work, &point)?;
    let (n_met, n_due) = dossier::item::meter(&dossier.lines);
    let mut papers = Vec::new();
    for paper in uses(work, &point.province, &point.id)? {
        papers.push((dossier::pages::item_name(work, &point.province, &paper.item, ask.words())?, paper));
    }
    let page = PointPage {
        s: Shell::new(work, ask, "points", point.name.clone()),
        scale: store::scale(work, &point)?,
        steps: store::steps(work, &point)?,
        survey: survey(work, &point, ask)?,
        history: history::of_thing(work, ask.words(), &point.id)?,
        may_edit: work.reaches(Verb::EditPoint, &point.pin_id)?,
        may_step: work.reaches(Verb::StepPoint, &point.pin_id)? && !point.state.is_over(),
        may_keep: work.reaches(Verb::KeepPapers, &point.pin_id)?,
        papers,
        activities: activities::latest(work, &point, ask.lang, ACTIVITIES_SHOWN)?,
        n_of_year: activities::n_of_year(work, &point)?,
        beat: heartbeat::on_point(work, &point.id, ask.lang)?,
        may_record: point.launched_on.is_some() && work.reaches(Verb::KeepActivities, &point.pin_id)?,
        n_met,
        n_due,
        n_members: teams.iter().map(|team| team.n_members).sum(),
        from: lineage::from(work, &point)?,
        above: above.into_iter().filter(|p| p.id != place.id && p.level != Level::Nation).collect(),
        once,
        point,
        scheme,
        place,
        teams,
        map,
    };
    Reply::html(&page)
}

/// What the last survey plan of a point covers, as the headings were worded on its day.
fn survey(work: &mut Work, point: &Point, ask: &Ask) -> Result<String> {
    let covered = store::survey_headings(work, point)?;
    let Some((_, day)) = covered.last().cloned() else { return Ok(String::new()) };
    let known = terms::all(work, &point.province, Vocabulary::Survey)?;
    let last = covered.iter().filter(|(_, on)| *on == day);
    Ok(last.map(|(code, on)| name_of(&known, code, on, ask.lang)).collect::<Vec<_>>().join("; "))
}

/// The commune in which an old place lies today; itself when that is not certain.
fn shown_today(work: &mut Work, place: &Place) -> Result<Place> {
    let today = work.today();
    let sql = "select ancestor_id from rollup where place_id = $1 and level = 3 and from_on <= $2 and to_on > $2";
    match work.first(sql, &[place.id.as_str().into(), today.into()])? {
        Some(row) => places::by_id(work, row.str(0)),
        None => Ok(place.clone()),
    }
}

#[derive(Template)]
#[template(path = "schemes/views/new_point.html")]
struct NewPointPage {
    s: Shell,
    faults: Faults,
    schemes: Vec<SchemeName>,
    communes: Vec<Place>,
    kinds: Vec<&'static str>,
    scheme: String,
    commune: String,
    kind: String,
    fields: Vec<(String, String)>,
}

impl NewPointPage {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }
}

/// The form of a new point.
pub fn new_point(work: &mut Work, ask: &Ask) -> Result<Reply> {
    new_point_page(work, ask, Faults::default())
}

/// The same form after a refusal, with what was typed.
pub fn new_point_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    new_point_page(work, ask, Faults::of(error, ask.words()))
}

/// The communes of a province in which a person may do this.
fn communes_in_reach(work: &mut Work, province: &str, verb: Verb) -> Result<Vec<Place>> {
    let today = work.today();
    let province = places::by_code_on(work, province, &today)?;
    let mut reached = Vec::new();
    for commune in places::below(work, &province.id, Level::Commune, &today)? {
        if work.reaches(verb, &commune.id)? {
            reached.push(commune);
        }
    }
    Ok(reached)
}

fn new_point_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let place = ask.place(work)?;
    let province = province_code(work, &place)?;
    // "Replicate this point" opens the form with the point it comes from.
    let fields = if ask.is_write { ask.form.clone() } else { ask.query.clone() };
    let value = |name: &str| fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value).to_owned();
    let page = NewPointPage {
        s: Shell::new(work, ask, "points", ask.words().t("point-new")),
        faults,
        schemes: store::scheme_names(work, &province)?,
        communes: communes_in_reach(work, &province, Verb::AddPoint)?,
        kinds: AREA_KINDS.to_vec(),
        scheme: value("scheme"),
        commune: value("commune"),
        kind: value("area_kind"),
        fields,
    };
    Reply::html(&page)
}

/// Registers a point.
pub fn add_point(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let new = NewPoint {
        scheme: ask.field("scheme"),
        scheme_name: ask.field("scheme_name"),
        commune: ask.field("commune"),
        area_kind: ask.field("area_kind"),
        area_name: ask.field("area_name"),
        lead: ask.field("lead"),
        coordinating: ask.field("coordinating"),
        contact_role: ask.field("contact_role"),
        from_point: ask.field("from_point"),
        scale: scale_of(ask)?,
        is_another: ask.field("is_another") == "1",
    };
    let point = actions::add_point(work, &new)?;
    Ok(Reply::see(&format!("/points/{}", point.id)))
}

fn scale_of(ask: &Ask) -> Result<Scale> {
    Ok(Scale {
        n_households: ask.count("n_households")?,
        n_units: ask.count("n_units")?,
        n_commitments: ask.count("n_commitments")?,
    })
}

#[derive(Template)]
#[template(path = "schemes/views/edit_point.html")]
struct EditPage {
    s: Shell,
    faults: Faults,
    point: Point,
    /// As they stand in the form, in the order of `EDITED`.
    values: [String; 7],
    /// As they stand in the register.
    saved: [String; 7],
    differences: Vec<Difference>,
    who: String,
    at: String,
}

/// What can be corrected: the field's name and the key of its words.
const EDITED: [(&str, &str); 7] = [
    ("name", "point-name"),
    ("lead", "lead"),
    ("coordinating", "coordinating"),
    ("contact_role", "contact-role"),
    ("n_households", "n-households"),
    ("n_units", "n-units"),
    ("n_commitments", "n-commitments"),
];

/// A field that someone else saved while this person was typing.
struct Difference {
    label: &'static str,
    was: String,
    theirs: String,
    mine: String,
    /// Both have changed it, each otherwise: this person must choose.
    both: bool,
}

fn edited(work: &mut Work, point: &Point) -> Result<[String; 7]> {
    let scale = store::scale(work, point)?;
    let [households, units, commitments] = [scale.n_households, scale.n_units, scale.n_commitments];
    let text = [&point.name, &point.lead, &point.coordinating, &point.contact_role].map(String::clone);
    let [name, lead, coordinating, contact_role] = text;
    Ok([name, lead, coordinating, contact_role, households.to_string(), units.to_string(), commitments.to_string()])
}

/// The form to correct a point.
pub fn edit_point(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let point = store::point_for(work, Verb::EditPoint, ask.param("id"))?;
    let saved = edited(work, &point)?;
    let s = Shell::new(work, ask, "points", ask.words().t("point-edit"));
    let (who, at) = (String::new(), String::new());
    let values = saved.clone();
    Reply::html(&EditPage { s, faults: Faults::default(), point, values, saved, differences: Vec::new(), who, at })
}

/// The same form after a refusal. After a conflict it shows, field by field, what the other person saved; what
/// only they have changed is taken over, what this person typed is kept.
pub fn edit_point_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    let point = store::point_for(work, Verb::EditPoint, ask.param("id"))?;
    let saved = edited(work, &point)?;
    // 1.150 and 1150 are the same number; what is no number stays as it was typed.
    let typed = |name: &'static str| match ask.count(name) {
        Ok(n) if name.starts_with("n_") => n.to_string(),
        _ => ask.field(name),
    };
    let mut values = EDITED.map(|(name, _)| typed(name));
    let mut differences = Vec::new();
    let (mut who, mut at) = (String::new(), String::new());
    if matches!(error, Error::Conflict) {
        for (n, (name, label)) in EDITED.iter().enumerate() {
            let (was, mine) = (ask.field(&format!("was_{name}")), values[n].clone());
            let theirs = saved[n].clone();
            if theirs == was || theirs == mine {
                continue;
            }
            let both = mine != was;
            if !both {
                values[n].clone_from(&theirs);
            }
            differences.push(Difference { label, was, theirs, mine, both });
        }
        if let Some(last) = history::latest(work, ask.words(), &point.id, "point.edited")? {
            (who, at) = (last.who, last.at);
        }
    }
    let s = Shell::new(work, ask, "points", ask.words().t("point-edit"));
    let faults = Faults::of(error, ask.words());
    Reply::html(&EditPage { s, faults, point, values, saved, differences, who, at })
}

/// Corrects a point.
pub fn save_point(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let edit = PointEdit {
        version: ask.count("version")?,
        name: ask.field("name"),
        lead: ask.field("lead"),
        coordinating: ask.field("coordinating"),
        contact_role: ask.field("contact_role"),
        scale: scale_of(ask)?,
    };
    let point = actions::edit_point(work, ask.param("id"), &edit)?;
    Ok(Reply::see(&format!("/points/{}", point.id)))
}

#[derive(Template)]
#[template(path = "schemes/views/new_step.html")]
struct StepPage {
    s: Shell,
    faults: Faults,
    point: Point,
    kinds: Vec<&'static str>,
    reasons: Vec<&'static str>,
    communes: Vec<Place>,
    area_kinds: Vec<&'static str>,
    /// What the dossier lacks for each step that may follow.
    lacks: Vec<Lack>,
    /// What a survey plan covers: code and wording.
    headings: Vec<(String, String)>,
    /// May a step end its life?
    may_end: bool,
    fields: Vec<(String, String)>,
}

impl StepPage {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    fn covers(&self, heading: &str) -> bool {
        self.fields.iter().any(|(key, value)| key == "headings" && value == heading)
    }
}

/// The form of the next step.
pub fn new_step(work: &mut Work, ask: &Ask) -> Result<Reply> {
    step_page(work, ask, Faults::default())
}

/// The same form after a refusal.
pub fn new_step_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    step_page(work, ask, Faults::of(error, ask.words()))
}

fn step_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let point = store::point_for(work, Verb::StepPoint, ask.param("id"))?;
    let mut kinds: Vec<&'static str> = point::possible(point.state).iter().map(|kind| kind.code()).collect();
    // Launching is offered even before approval, so that the refusal can say what is missing.
    if matches!(point.state, State::Proposed | State::Surveyed) {
        kinds.push(StepKind::Launched.code());
    }
    let launched = kinds.contains(&StepKind::ReAnchored.code());
    let communes = if launched { communes_in_reach(work, &point.province, Verb::StepPoint)? } else { Vec::new() };
    let lacks = lacks(work, ask, &point, &kinds)?;
    let headings = if kinds.contains(&StepKind::SurveyPlanned.code()) {
        let today = work.today();
        let asked = terms::on(work, &point.province, Vocabulary::Survey, &today)?;
        asked.into_iter().map(|term| (term.code.clone(), term.name(ask.lang).to_owned())).collect()
    } else {
        Vec::new()
    };
    Reply::html(&StepPage {
        s: Shell::new(work, ask, "points", ask.words().t("step-new")),
        faults,
        point,
        reasons: REASONS.to_vec(),
        communes,
        area_kinds: AREA_KINDS.to_vec(),
        lacks,
        headings,
        may_end: kinds.iter().filter_map(|code| StepKind::from_code(code)).any(StepKind::is_ending),
        kinds,
        fields: ask.form.clone(),
    })
}

/// A step, and what the dossier lacks for it: code and name; no code for what comes with a step.
type Lack = (&'static str, Vec<(String, String)>);

/// What the dossier lacks today for each of these steps.
fn lacks(work: &mut Work, ask: &Ask, point: &Point, kinds: &[&'static str]) -> Result<Vec<Lack>> {
    let today = work.today();
    let mut lacks = Vec::new();
    for code in kinds {
        let Some(kind) = StepKind::from_code(code) else { continue };
        let missing = dossier::actions::missing(work, point, (kind, &today))?;
        if !missing.is_empty() {
            let put = |item: &dossier::item::Item| match item.met_by {
                dossier::item::MetBy::Step(_) => String::new(),
                dossier::item::MetBy::Paper | dossier::item::MetBy::Teams => item.code.clone(),
            };
            let named = missing.iter().map(|item| (put(item), item.name(ask.lang).to_owned()));
            lacks.push((*code, named.collect()));
        }
    }
    Ok(lacks)
}

/// Takes a step.
pub fn take_step(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let kind = StepKind::from_code(&ask.field("kind")).ok_or_else(|| Error::field("kind", "step-kind-missing", ""))?;
    let step = Step {
        kind,
        on_date: ask.date("on_date")?,
        paper: ask.paper()?,
        reason: ask.field("reason"),
        note: ask.field("note"),
        anchor: None,
        into_id: String::new(),
        headings: ask.fields("headings"),
    };
    let to = Destination {
        commune: ask.field("commune"),
        area_kind: ask.field("area_kind"),
        area_name: ask.field("area_name"),
        into_code: ask.field("into"),
    };
    let lesson = fold::clean(&ask.field("lesson"));
    if !lesson.is_empty() && !kind.is_ending() {
        return Err(Error::field("lesson", "review-lesson-of-ending", ""));
    }
    let step = actions::aim(work, ask.param("id"), step, &to)?;
    let point = actions::take_step(work, ask.param("id"), &step)?;
    if !lesson.is_empty() {
        lessons::tell(work, &point, &lesson)?;
    }
    Ok(Reply::see(&format!("/points/{}", point.id)))
}

#[derive(Template)]
#[template(path = "schemes/views/new_team.html")]
struct TeamPage {
    s: Shell,
    faults: Faults,
    point: Point,
    fields: Vec<(String, String)>,
}

impl TeamPage {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }
}

/// The form of a new team.
pub fn new_team(work: &mut Work, ask: &Ask) -> Result<Reply> {
    team_page(work, ask, Faults::default())
}

/// The same form after a refusal.
pub fn new_team_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    team_page(work, ask, Faults::of(error, ask.words()))
}

fn team_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let point = store::point_for(work, Verb::KeepTeams, ask.param("id"))?;
    let s = Shell::new(work, ask, "points", ask.words().t("team-new"));
    Reply::html(&TeamPage { s, faults, point, fields: ask.form.clone() })
}

/// Adds a team.
pub fn add_team(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let new = NewTeam {
        name: ask.field("name"),
        n_members: ask.count("n_members")?,
        n_households: ask.count("n_households")?,
        leader_role: ask.field("leader_role"),
    };
    actions::add_team(work, ask.param("id"), &new)?;
    Ok(Reply::see(&format!("/points/{}", ask.param("id"))))
}
