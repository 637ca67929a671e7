//! What the province sets, on a page, beside the clocks of the law.

use askama::Template;

use crate::consents::actions::{self as consents, NewText};
use crate::consents::consent::Purpose;
use crate::consents::store::{self as kept_consents, ConsentText};
use crate::error::{Error, Result};
use crate::permissions::Verb;
use crate::places::place::Place;
use crate::places::store as places;
use crate::privacy::pages::last_day;
use crate::privacy::retention::period::{Period, Thing, in_force};
use crate::privacy::retention::run::periods;
use crate::privacy::rules::actions::{self, NewHoliday, NewPeriod};
use crate::web::ask::Ask;
use crate::web::reply::Reply;
use crate::web::shell::{Faults, Shell};
use crate::work::Work;

/// A day of the calendar; those of the programme have no province.
struct Day {
    day: String,
    is_off: bool,
    name: String,
    is_own: bool,
}

/// How long the law gives for a kind of request.
struct ClockLine {
    kind: String,
    ack_days: i64,
    act_days: i64,
    more_days: i64,
    third_days: i64,
    legal_basis: String,
    from_on: String,
}

/// A text with the last day of its use.
struct TextLine {
    x: ConsentText,
    until: String,
    is_used: bool,
}

#[derive(Template)]
#[template(path = "privacy/views/rules.html")]
struct Page {
    s: Shell,
    faults: Faults,
    place: Place,
    periods: Vec<Period>,
    things: Vec<&'static str>,
    days: Vec<Day>,
    clocks: Vec<ClockLine>,
    texts: Vec<TextLine>,
    purposes: Vec<&'static str>,
    may_keep: bool,
    fields: Vec<(String, String)>,
}

impl Page {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }
}

/// Periods, days off, texts of consent, clocks of the law.
pub fn show(work: &mut Work, ask: &Ask) -> Result<Reply> {
    page(work, ask, Faults::default())
}

/// The same page after a refusal.
pub fn show_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    page(work, ask, Faults::of(error, ask.words()))
}

fn place_of(work: &mut Work, ask: &Ask) -> Result<Place> {
    let told = if ask.is_write { ask.field("place") } else { String::new() };
    if told.is_empty() { ask.place(work) } else { places::by_code(work, &told) }
}

fn page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let place = place_of(work, ask)?;
    work.demand(Verb::ReadPerson, Verb::ReadPerson, place.pin_id())?;
    let whole = places::whole_province(work, &place)?;
    let province = whole.code.clone();
    let today = work.today();
    let known = periods(work, &province)?;
    let page = Page {
        s: Shell::new(work, ask, "rules", ask.words().t("nav-rules")),
        faults,
        periods: Thing::ALL.into_iter().filter_map(|thing| in_force(&known, thing, &today)).collect(),
        things: Thing::ALL.map(Thing::code).to_vec(),
        days: days(work, &province, &today)?,
        clocks: clocks(work, &today)?,
        texts: texts(work, &province, &today)?,
        purposes: Purpose::ALL.map(Purpose::code).to_vec(),
        may_keep: work.reaches(Verb::KeepPrivacyRules, whole.pin_id())?,
        fields: ask.form.clone(),
        place,
    };
    Reply::html(&page)
}

/// The days of this year and the next.
fn days(work: &mut Work, province: &str, today: &str) -> Result<Vec<Day>> {
    let year = today.get(..4).unwrap_or_default();
    let sql = "select day, is_off, name, province from holiday where province in ('', $1) and day >= $2 order by day, province";
    let rows = work.query(sql, &[province.into(), format!("{year}-01-01").into()])?;
    let day = |row: &store::Row| Day {
        day: row.text(0),
        is_off: row.yes(1),
        name: row.text(2),
        is_own: !row.str(3).is_empty(),
    };
    Ok(rows.iter().map(day).collect())
}

fn clocks(work: &mut Work, today: &str) -> Result<Vec<ClockLine>> {
    let sql = "select kind, ack_days, act_days, more_days, third_days, legal_basis, from_on from legal_clock \
               where from_on <= $1 and to_on > $1 order by act_days, kind";
    let rows = work.query(sql, &[today.into()])?;
    let line = |row: &store::Row| ClockLine {
        kind: row.text(0),
        ack_days: row.int(1),
        act_days: row.int(2),
        more_days: row.int(3),
        third_days: row.int(4),
        legal_basis: row.text(5),
        from_on: row.text(6),
    };
    Ok(rows.iter().map(line).collect())
}

fn texts(work: &mut Work, province: &str, today: &str) -> Result<Vec<TextLine>> {
    let list = kept_consents::texts(work, province)?;
    let line = |x: ConsentText| TextLine {
        until: last_day(&x.to_on),
        is_used: x.from_on.as_str() <= today && today < x.to_on.as_str(),
        x,
    };
    Ok(list.into_iter().map(line).collect())
}

fn back(place: &Place) -> Reply {
    Reply::see(&format!("/rules?place={}", place.id))
}

/// Sets a period.
pub fn set_period(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let place = place_of(work, ask)?;
    let new = NewPeriod {
        thing: ask.field("thing"),
        n_days: ask.count("n_days")?,
        legal_basis: ask.field("legal_basis"),
        from_on: ask.date("period_from")?,
    };
    actions::set_period(work, &place, &new).map_err(|error| renamed(error, "from_on", "period_from"))?;
    Ok(back(&place))
}

/// The form has several fields of the same meaning; each has a name of its own.
fn renamed(error: Error, from: &str, to: &'static str) -> Error {
    let Error::Invalid(mut faults) = error else { return error };
    for fault in faults.iter_mut().filter(|fault| fault.field == from) {
        fault.field = to;
    }
    Error::Invalid(faults)
}

/// Sets a day of the calendar.
pub fn set_holiday(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let place = place_of(work, ask)?;
    let is_off = ask.field("is_off") != "0";
    let new = NewHoliday { day: ask.date("day")?, is_off, name: ask.field("holiday_name") };
    actions::set_holiday(work, &place, &new)?;
    Ok(back(&place))
}

/// Takes a day out of the calendar.
pub fn remove_holiday(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let place = place_of(work, ask)?;
    actions::remove_holiday(work, &place, &ask.field("day"))?;
    Ok(back(&place))
}

/// Puts a new version of a text of consent into use.
pub fn add_text(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let place = place_of(work, ask)?;
    let new = NewText {
        purpose: ask.field("purpose"),
        text_vi: ask.field("text_vi"),
        text_en: ask.field("text_en"),
        from_on: ask.date("text_from")?,
    };
    consents::add_text(work, &place, &new).map_err(|error| renamed(error, "from_on", "text_from"))?;
    Ok(back(&place))
}
