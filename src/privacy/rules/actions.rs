//! Setting periods and days off. What held before keeps its days: a new period begins on a day, an old one ends there.

use serde_json::json;
use store::Value;

use crate::error::{Error, FieldError, Result};
use crate::history::Told;
use crate::permissions::Verb;
use crate::places::place::{OPEN, Place};
use crate::places::store as places;
use crate::privacy::retention::period::{self, Thing};
use crate::work::{Thing as DoneTo, Work};

/// Under which name the journal keeps what a province has set.
pub fn rules_of(province: &str) -> String {
    format!("rules:{province}")
}

/// What an administrator sets for a thing.
pub struct NewPeriod {
    pub thing: String,
    pub n_days: i64,
    pub legal_basis: String,
    pub from_on: String,
}

/// Sets how long a thing is kept from a day on.
pub fn set_period(work: &mut Work, place: &Place, new: &NewPeriod) -> Result<()> {
    let place = &places::whole_province(work, place)?;
    work.demand(Verb::KeepPrivacyRules, Verb::ReadPerson, place.pin_id())?;
    let province = place.code.clone();
    let thing = Thing::from_code(&new.thing);
    let today = work.today();
    let checks = [
        ("thing", "period-thing-missing", thing.is_some()),
        ("n_days", "period-days-unfit", period::is_fit(new.n_days)),
        ("legal_basis", "period-basis-missing", !new.legal_basis.is_empty()),
        ("from_on", "period-day-unfit", new.from_on >= today),
    ];
    let wrong = checks.iter().filter(|(_, _, holds)| !holds);
    let faults: Vec<FieldError> =
        wrong.map(|(field, key, _)| FieldError { field, key, value: String::new() }).collect();
    let Some(thing) = thing.filter(|_| faults.is_empty()) else { return Err(Error::Invalid(faults)) };
    let key: [Value; 3] = [province.as_str().into(), thing.code().into(), new.from_on.as_str().into()];
    let sql = "delete from retention_period where province = $1 and thing = $2 and from_on >= $3";
    work.execute(sql, &key)?;
    let sql = "update retention_period set to_on = $3 where province = $1 and thing = $2 and to_on > $3";
    work.execute(sql, &key)?;
    let sql = "insert into retention_period (province, thing, from_on, to_on, n_days, legal_basis) \
               values ($1, $2, $3, $4, $5, $6)";
    let [province_value, thing_value, from_on] = key;
    let values: [Value; 6] =
        [province_value, thing_value, from_on, OPEN.into(), new.n_days.into(), new.legal_basis.as_str().into()];
    work.execute(sql, &values)?;
    let id = rules_of(&province);
    let done_to = DoneTo { province: &province, kind: "rules", id: &id, pin: place.pin_id() };
    let told = Told::of(&done_to)
        .fact("kept_thing", thing.code())
        .fact("n_days", new.n_days)
        .fact("from_on", new.from_on.as_str())
        .text(work, "basis_text", &new.legal_basis)?;
    work.journal("retention.period-set", &done_to, &told.body())
}

/// What an administrator says of a day.
pub struct NewHoliday {
    pub day: String,
    pub is_off: bool,
    pub name: String,
}

/// Says that a day is off, or that a day of the weekend is worked.
pub fn set_holiday(work: &mut Work, place: &Place, new: &NewHoliday) -> Result<()> {
    let place = &places::whole_province(work, place)?;
    work.demand(Verb::KeepPrivacyRules, Verb::ReadPerson, place.pin_id())?;
    let province = place.code.clone();
    let checks = [
        ("day", "holiday-day-missing", !new.day.is_empty()),
        ("holiday_name", "holiday-name-missing", !new.name.is_empty()),
    ];
    let wrong = checks.iter().filter(|(_, _, holds)| !holds);
    let faults: Vec<FieldError> =
        wrong.map(|(field, key, _)| FieldError { field, key, value: String::new() }).collect();
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let sql = "insert into holiday (province, day, is_off, name) values ($1, $2, $3, $4) \
               on conflict (province, day) do update set is_off = $3, name = $4";
    let values: [Value; 4] =
        [province.as_str().into(), new.day.as_str().into(), new.is_off.into(), new.name.as_str().into()];
    work.execute(sql, &values)?;
    let id = rules_of(&province);
    let done_to = DoneTo { province: &province, kind: "rules", id: &id, pin: place.pin_id() };
    let told = Told::of(&done_to).fact("day", new.day.as_str()).fact("is_off", new.is_off);
    let told = told.text(work, "holiday", &new.name)?;
    work.journal("holiday.set", &done_to, &told.body())
}

/// Takes a day out of the province's calendar.
pub fn remove_holiday(work: &mut Work, place: &Place, day: &str) -> Result<()> {
    let place = &places::whole_province(work, place)?;
    work.demand(Verb::KeepPrivacyRules, Verb::ReadPerson, place.pin_id())?;
    let province = place.code.clone();
    let sql = "delete from holiday where province = $1 and day = $2";
    if work.execute(sql, &[province.as_str().into(), day.into()])? == 0 {
        return Err(Error::NotFound);
    }
    let done_to = DoneTo { province: &province, kind: "rules", id: &rules_of(&province), pin: place.pin_id() };
    work.journal("holiday.removed", &done_to, &json!({ "day": day }))
}
