//! How activities are asked for and shown: a log, a form for a phone, totals of a month, a list of a place.

use ::store::Value;
use askama::Template;
use files::Hash;

use crate::activities::actions::{self, NewActivity, Total};
use crate::activities::activity::{
    Activity, COUNTED, Kind, kind, kinds, month_of, months_before, parse_month, show_month,
};
use crate::activities::store::{self, Month, Photo};
use crate::app::App;
use crate::error::{Error, FieldError, Result};
use crate::permissions::Verb;
use crate::places::place::Place;
use crate::schemes::point::Point;
use crate::schemes::store as schemes;
use crate::web::ask::Ask;
use crate::web::reply::Reply;
use crate::web::shell::{Faults, Shell};
use crate::words::Lang;
use crate::work::Work;

const MOST_SHOWN: i64 = 100;
const MONTHS_SHOWN: i64 = 12;
const PAGE: usize = 50;

/// An activity with its photos and the name of its kind.
pub struct Shown {
    pub activity: Activity,
    pub kind: String,
    pub photos: Vec<Photo>,
    /// It belongs to another point and served this one too.
    pub is_served: bool,
}

/// The latest activities of a point, as its pages show them.
pub fn latest(work: &mut Work, point: &Point, lang: Lang, most: i64) -> Result<Vec<Shown>> {
    let mut shown = Vec::new();
    for activity in store::of_point(work, point, most)? {
        shown.push(Shown {
            kind: name_of(&activity.kind, lang),
            photos: store::photos(work, &activity)?,
            is_served: activity.point_id != point.id,
            activity,
        });
    }
    Ok(shown)
}

/// How many activities the last twelve months came to, single ones and stated totals alike.
pub fn n_of_year(work: &mut Work, point: &Point) -> Result<i64> {
    let from = months_before(month_of(&work.today()), MONTHS_SHOWN);
    Ok(store::months(work, point, &from)?.iter().map(|month| month.n_times).sum())
}

fn name_of(code: &str, lang: Lang) -> String {
    kind(code).map_or_else(|| code.to_owned(), |kind| kind.name(lang).to_owned())
}

#[derive(Template)]
#[template(path = "activities/views/log.html")]
struct LogPage {
    s: Shell,
    faults: Faults,
    point: Point,
    activities: Vec<Shown>,
    months: Vec<MonthLine>,
    may_keep: bool,
}

/// A month of the log: its kinds and what they came to.
struct MonthLine {
    month: String,
    kinds: Vec<(String, Month)>,
}

/// The log of a point.
pub fn log(work: &mut Work, ask: &Ask) -> Result<Reply> {
    log_page(work, ask, Faults::default())
}

/// The same after a refusal.
pub fn log_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    log_page(work, ask, Faults::of(error, ask.words()))
}

fn log_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let point = schemes::point_for(work, Verb::ReadPoint, ask.param("id"))?;
    let this_month = month_of(&work.today()).to_owned();
    let from = months_before(&this_month, MONTHS_SHOWN);
    let mut months: Vec<MonthLine> = Vec::new();
    for month in store::months(work, &point, &from)? {
        if months.last().is_none_or(|line| line.month != month.month) {
            months.push(MonthLine { month: month.month.clone(), kinds: Vec::new() });
        }
        if let Some(line) = months.last_mut() {
            line.kinds.push((name_of(&month.kind, ask.lang), month));
        }
    }
    let page = LogPage {
        s: Shell::new(work, ask, "points", ask.words().with("activities-of", &point.name)),
        faults,
        activities: latest(work, &point, ask.lang, MOST_SHOWN)?,
        months,
        may_keep: work.reaches(Verb::KeepActivities, &point.pin_id)?,
        point,
    };
    Reply::html(&page)
}

#[derive(Template)]
#[template(path = "activities/views/new.html")]
struct NewPage {
    s: Shell,
    faults: Faults,
    point: Point,
    kinds: Vec<&'static Kind>,
    counted: [&'static str; 4],
    today: String,
    lang: Lang,
    fields: Vec<(String, String)>,
}

impl NewPage {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }
}

impl NewPage {
    /// The day is today unless another was typed.
    fn value_or_today(&self) -> &str {
        let typed = self.value("on_date");
        if typed.is_empty() { &self.today } else { typed }
    }

    fn counted(&self) -> &str {
        let typed = self.value("counted_how");
        if typed.is_empty() { "head_count" } else { typed }
    }
}

/// The form of an activity, short enough for a phone.
pub fn new(work: &mut Work, ask: &Ask) -> Result<Reply> {
    new_page(work, ask, Faults::default())
}

/// The same after a refusal, with what was typed.
pub fn new_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    new_page(work, ask, Faults::of(error, ask.words()))
}

fn new_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let point = schemes::point_for(work, Verb::KeepActivities, ask.param("id"))?;
    let page = NewPage {
        s: Shell::new(work, ask, "points", ask.words().t("activity-new")),
        faults,
        point,
        kinds: kinds().iter().filter(|kind| !kind.total_only).collect(),
        counted: COUNTED,
        today: fold::show_date(work.moment.today),
        lang: ask.lang,
        // A link may open the form with its kind chosen.
        fields: if ask.is_write { ask.form.clone() } else { ask.query.clone() },
    };
    Reply::html(&page)
}

/// Records an activity.
pub fn record(app: &App, work: &mut Work, ask: &Ask) -> Result<Reply> {
    let new = NewActivity {
        kind: ask.field("kind"),
        on_date: ask.date("on_date")?,
        n_attended: ask.count("n_attended")?,
        counted_how: ask.field("counted_how"),
        together_with: ask.field("together_with"),
        note: ask.field("note"),
        served: ask.field("served").split([',', ' ', ';']).filter(|c| !c.is_empty()).map(str::to_owned).collect(),
        is_another: ask.field("is_another") == "1",
    };
    let photos: Vec<&[u8]> = ask.uploads.iter().map(|upload| upload.bytes.as_slice()).collect();
    actions::record(work, &app.files, ask.param("id"), &new, &photos)?;
    Ok(Reply::see(&format!("/points/{}/activities", ask.param("id"))))
}

/// Takes an activity back.
pub fn withdraw(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let activity = actions::withdraw(work, &ask.field("activity"), &ask.field("reason"))?;
    Ok(Reply::see(&format!("/points/{}/activities", activity.point_id)))
}

#[derive(Template)]
#[template(path = "activities/views/month.html")]
struct MonthPage {
    s: Shell,
    faults: Faults,
    point: Point,
    month: String,
    before: String,
    after: String,
    lines: Vec<TotalLine>,
}

/// A line of the form: what is typed or stated, and what single activities there are.
struct TotalLine {
    kind: &'static Kind,
    name: String,
    n_times: String,
    n_attended: String,
    n_single: i64,
}

/// The form of a month's totals.
pub fn month(work: &mut Work, ask: &Ask) -> Result<Reply> {
    month_page(work, ask, Faults::default())
}

/// The same after a refusal, with what was typed.
pub fn month_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    month_page(work, ask, Faults::of(error, ask.words()))
}

fn asked_month(work: &Work, text: &str) -> Result<String> {
    if text.is_empty() {
        return Ok(month_of(&work.today()).to_owned());
    }
    parse_month(text).ok_or_else(|| Error::field("month", "activity-month-unreadable", text))
}

fn month_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let point = schemes::point_for(work, Verb::KeepActivities, ask.param("id"))?;
    let told = if ask.is_write { ask.field("month") } else { ask.query("month").to_owned() };
    let month = asked_month(work, &told).unwrap_or_else(|_| month_of(&work.today()).to_owned());
    let mut lines = Vec::new();
    for kind in kinds() {
        let cell = store::Cell {
            province: &point.province,
            point_id: &point.id,
            pin_id: &point.pin_id,
            month: &month,
            kind: &kind.code,
        };
        let stated = store::stated(work, &cell)?;
        let shown = |typed: String, stated: Option<i64>| {
            if ask.is_write { typed } else { stated.map_or_else(String::new, |n| n.to_string()) }
        };
        lines.push(TotalLine {
            name: kind.name(ask.lang).to_owned(),
            n_times: shown(ask.field(&format!("n-{}", kind.code)), stated.map(|(n, _)| n)),
            n_attended: shown(ask.field(&format!("a-{}", kind.code)), stated.map(|(_, n)| n)),
            n_single: store::n_single(work, &cell)?,
            kind,
        });
    }
    let s = Shell::new(work, ask, "points", ask.words().with("activity-month", show_month(&month)));
    let (before, after) = (months_before(&month, 1), months_before(&month, -1));
    let after = if after.as_str() > month_of(&work.today()) { String::new() } else { after };
    Reply::html(&MonthPage { s, faults, point, month, before, after, lines })
}

/// States a month's totals.
pub fn state_month(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let month = asked_month(work, &ask.field("month"))?;
    let mut faults = Vec::new();
    let mut totals = Vec::new();
    for kind in kinds() {
        let mut count = |name: String| read_count(ask, &name).map_err(|fault| faults.push(fault)).ok().flatten();
        let n_times = count(format!("n-{}", kind.code));
        let n_attended = count(format!("a-{}", kind.code)).unwrap_or_default();
        totals.push(Total { kind: &kind.code, n_times, n_attended });
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    actions::state_month(work, ask.param("id"), &month, &totals)?;
    Ok(Reply::see(&format!("/points/{}/activities", ask.param("id"))))
}

fn read_count(ask: &Ask, name: &str) -> std::result::Result<Option<i64>, FieldError> {
    let text = ask.field(name);
    if text.is_empty() {
        return Ok(None);
    }
    let unreadable = |value| FieldError { field: "totals", key: "count-unreadable", value };
    fold::parse_count(&text).map(Some).map_err(|_| unreadable(text))
}

#[derive(Template)]
#[template(path = "activities/views/list.html")]
struct ListPage {
    s: Shell,
    place: Place,
    month: String,
    kind: String,
    kinds: Vec<&'static Kind>,
    lines: Vec<Line>,
    next: String,
    lang: Lang,
}

struct Line {
    point_id: String,
    point: String,
    place: String,
    kind: String,
    on_date: String,
    n_attended: i64,
    note: String,
}

const LINES: &str = "select a.point_id, p.name, u.name, a.kind, a.on_date, a.n_attended, a.note, a.id from activity a \
    join point p on p.province = a.province and p.id = a.point_id join place l on l.id = p.place_id \
    join place u on u.id = l.pin_id join rollup r on r.ancestor_id = $1 and r.place_id = l.pin_id and r.from_on <= $2 and r.to_on > $2 \
    where a.withdrawn_at = '' and ($3 = '' or a.month = $3) and ($4 = '' or a.kind = $4) and (a.on_date, a.id) < ($5, $6) \
    order by a.on_date desc, a.id desc limit 51";

/// The activities of a place, the latest first.
pub fn list(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let place = ask.place(work)?;
    work.demand(Verb::ReadPoint, Verb::ReadPoint, place.pin_id())?;
    let day = place.day_on_the_map(&work.today());
    let month = if ask.query("month").is_empty() { String::new() } else { asked_month(work, ask.query("month"))? };
    let kind = ask.query("kind").to_owned();
    let (on, id) = ask.query("after").split_once('.').unwrap_or(("9999-12-31", ""));
    let values: [Value; 6] =
        [place.pin_id().into(), day.into(), month.as_str().into(), kind.as_str().into(), on.into(), id.into()];
    let mut rows = work.query(LINES, &values)?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let next = match rows.last() {
        Some(row) if more => {
            format!("/activities?place={}&month={month}&kind={kind}&after={}.{}", place.id, row.str(4), row.str(7))
        }
        _ => String::new(),
    };
    let line = |row: &::store::Row| Line {
        point_id: row.text(0),
        point: row.text(1),
        place: row.text(2),
        kind: name_of(row.str(3), ask.lang),
        on_date: row.text(4),
        n_attended: row.int(5),
        note: row.text(6),
    };
    let lines = rows.iter().map(line).collect();
    let s = Shell::new(work, ask, "activities", ask.words().t("nav-activities"));
    let kinds = kinds().iter().filter(|kind| !kind.total_only).collect();
    let month = if month.is_empty() { month } else { show_month(&month) };
    Reply::html(&ListPage { s, place, month, kind, kinds, lines, next, lang: ask.lang })
}

/// A photo, drawn anew when it was sent.
pub fn photo(app: &App, work: &mut Work, ask: &Ask) -> Result<Reply> {
    let photo = store::photo(work, ask.param("id"))?.ok_or(Error::NotFound)?;
    store::activity_for(work, Verb::ReadPoint, &photo.activity_id)?;
    let (Some(kind), Some(hash)) = (files::Kind::from_ending(&photo.ending), Hash::read(&photo.sha256)) else {
        return Err(anyhow::anyhow!("photo {} names no file", photo.id).into());
    };
    let bytes = app.files.get(&hash).map_err(|error| anyhow::anyhow!("file {}: {error}", photo.sha256))?;
    Ok(Reply::file(&format!("anh.{}", kind.ending()), kind.media(), bytes)
        .with("content-security-policy", "sandbox; default-src 'none'".into()))
}
