//! What people do with activities: record one, state a month's totals, take one back.

use files::{Kind as FileKind, Shelf};
use serde_json::json;

use crate::activities::activity::{self, Activity, faults, kind, last_day, month_of};
use crate::activities::store::{self, Cell};
use crate::error::{Error, FieldError, Result};
use crate::history::Told;
use crate::ids;
use crate::papers::actions::refusal;
use crate::permissions::Verb;
use crate::schemes::point::{Point, State};
use crate::schemes::store::{self as schemes, thing};
use crate::work::Work;

/// An activity as it is filled in.
#[derive(Clone, Debug, Default)]
pub struct NewActivity {
    pub kind: String,
    pub on_date: String,
    pub n_attended: i64,
    pub counted_how: String,
    pub together_with: String,
    pub note: String,
    /// Codes of other points that it served.
    pub served: Vec<String>,
    /// The officer has seen the activity it is like and says it is another.
    pub is_another: bool,
}

/// Records an activity of a point, with photos or without.
pub fn record(work: &mut Work, shelf: &Shelf, point_id: &str, new: &NewActivity, photos: &[&[u8]]) -> Result<Activity> {
    let point = schemes::point_for(work, Verb::KeepActivities, point_id)?;
    refuse_before_launch(&point)?;
    let activity = Activity {
        province: point.province.clone(),
        id: ids::new(),
        point_id: point.id.clone(),
        pin_id: store::pin_on(work, &point, &new.on_date)?,
        kind: new.kind.clone(),
        on_date: new.on_date.clone(),
        n_attended: new.n_attended,
        counted_how: if new.n_attended > 0 { new.counted_how.clone() } else { String::new() },
        together_with: fold::clean(&new.together_with),
        note: fold::clean(&new.note),
        version: 1,
    };
    let wrong = faults(&activity, point.launched_on.as_deref(), &work.today());
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    if !new.is_another && !store::alike(work, &activity)?.is_empty() {
        return Err(Error::field("is_another", "activity-may-be-duplicate", ""));
    }
    store::insert(work, &activity)?;
    keep_photos(work, shelf, &activity, photos)?;
    store::sum_up(work, &cell(&activity))?;
    serve_others(work, &point, &activity, &new.served)?;
    let told = told_of(&point, &activity).fact("n_attended", activity.n_attended).fact("n_photos", photos.len()).text(
        work,
        "note",
        &activity.note,
    )?;
    work.journal("activity.recorded", &thing(&point), &told.body())?;
    Ok(activity)
}

fn refuse_before_launch(point: &Point) -> Result<()> {
    match point.state {
        State::Proposed | State::Surveyed | State::Approved => Err(Error::Refused("activity-not-launched")),
        State::Active | State::Suspended | State::Ended | State::StruckOff | State::Merged => Ok(()),
    }
}

fn cell(activity: &Activity) -> Cell<'_> {
    Cell {
        province: &activity.province,
        point_id: &activity.point_id,
        pin_id: &activity.pin_id,
        month: month_of(&activity.on_date),
        kind: &activity.kind,
    }
}

fn keep_photos(work: &mut Work, shelf: &Shelf, activity: &Activity, photos: &[&[u8]]) -> Result<()> {
    for bytes in photos {
        let examined = files::examine(bytes).map_err(refusal)?;
        if !matches!(examined.kind, FileKind::Jpeg | FileKind::Png) {
            return Err(Error::field("file", "activity-photo-only", ""));
        }
        let hash = shelf.put(&examined.bytes).map_err(anyhow::Error::new)?;
        store::insert_photo(work, activity, (&hash, &examined))?;
    }
    Ok(())
}

/// Other points of the province that the activity served: each must be within reach, none is counted in figures.
fn serve_others(work: &mut Work, point: &Point, activity: &Activity, codes: &[String]) -> Result<()> {
    for code in codes {
        let missing = || Error::field("served", "activity-served-unknown", code);
        let id = schemes::point_id_by_code(work, &point.province, code)?.ok_or_else(missing)?;
        let other = schemes::point_for(work, Verb::KeepActivities, &id).map_err(|_| missing())?;
        if other.id == point.id {
            continue;
        }
        store::insert_served(work, &point.province, &activity.id, &other.id)?;
        let pin_id = store::pin_on(work, &other, &activity.on_date)?;
        let served = Cell { point_id: &other.id, pin_id: &pin_id, ..cell(activity) };
        store::sum_up(work, &served)?;
    }
    Ok(())
}

/// What every deed about an activity tells.
fn told_of<'a>(point: &'a Point, activity: &Activity) -> Told<'a> {
    Told::of(&thing(point))
        .fact("activity", activity.id.as_str())
        .fact("activity_kind", activity.kind.as_str())
        .fact("on", activity.on_date.as_str())
}

/// Takes an activity back, with a reason.
pub fn withdraw(work: &mut Work, id: &str, reason: &str) -> Result<Activity> {
    let activity = store::activity_for(work, Verb::KeepActivities, id)?;
    if reason.is_empty() {
        return Err(Error::field("reason", "activity-reason-missing", ""));
    }
    let point = schemes::point_for(work, Verb::ReadPoint, &activity.point_id)?;
    store::withdraw(work, &activity, reason)?;
    store::sum_up(work, &cell(&activity))?;
    for other in store::served(work, &activity.province, id)? {
        let other = schemes::point_for(work, Verb::ReadPoint, &other)?;
        let pin_id = store::pin_on(work, &other, &activity.on_date)?;
        store::sum_up(work, &Cell { point_id: &other.id, pin_id: &pin_id, ..cell(&activity) })?;
    }
    let told = told_of(&point, &activity).text(work, "why", reason)?;
    work.journal("activity.withdrawn", &thing(&point), &told.body())?;
    Ok(activity)
}

/// The total of one kind in a month; nothing when it was left empty.
#[derive(Clone, Debug)]
pub struct Total {
    pub kind: &'static str,
    pub n_times: Option<i64>,
    pub n_attended: i64,
}

/// States the totals of a point's month; what is left empty is not stated.
pub fn state_month(work: &mut Work, point_id: &str, month: &str, totals: &[Total]) -> Result<()> {
    let point = schemes::point_for(work, Verb::KeepActivities, point_id)?;
    refuse_before_launch(&point)?;
    let today = work.today();
    if month > month_of(&today) {
        return Err(Error::field("month", "activity-month-future", activity::show_month(month)));
    }
    if let Some(on) = point.launched_on.as_deref().filter(|on| last_day(month).as_str() < *on) {
        let on = on.parse().map_or_else(|_| on.to_owned(), fold::show_date);
        return Err(Error::field("month", "activity-before-launch", on));
    }
    refuse_odd(totals)?;
    let pin_id = store::pin_on(work, &point, &last_day(month))?;
    let point_thing = thing(&point);
    let mut told = Told::of(&point_thing).fact("month", month);
    for total in totals.iter().filter(|total| kind(total.kind).is_some()) {
        let cell = Cell { province: &point.province, point_id: &point.id, pin_id: &pin_id, month, kind: total.kind };
        let before = store::stated(work, &cell)?;
        let after = total.n_times.map(|n_times| (n_times, total.n_attended));
        if before == after {
            continue;
        }
        match after {
            Some((n_times, n_attended)) => store::state(work, &cell, n_times, n_attended)?,
            None => store::unstate(work, &cell)?,
        }
        store::sum_up(work, &cell)?;
        // A total of a kind: how often, and how many were there.
        let pair = |total: Option<(i64, i64)>| total.map_or_else(|| json!(null), |(n, of)| json!([n, of]));
        told = told.change(total.kind, pair(before), pair(after));
    }
    work.journal("activity.month-stated", &thing(&point), &told.body())
}

fn refuse_odd(totals: &[Total]) -> Result<()> {
    let negative = totals.iter().any(|total| total.n_attended < 0 || total.n_times.is_some_and(|n| n < 0));
    let unattended = totals.iter().find(|total| total.n_attended > 0 && total.n_times.unwrap_or_default() == 0);
    let n_times = |code: &str| totals.iter().find(|total| total.kind == code).and_then(|total| total.n_times);
    let mut faults = Vec::new();
    let mut miss = |key| faults.push(FieldError { field: "totals", key, value: String::new() });
    if negative {
        miss("count-negative");
    }
    if unattended.is_some() {
        miss("activity-attended-without-times");
    }
    if n_times("information_valuable").unwrap_or_default() > n_times("information").unwrap_or_default() {
        miss("activity-more-valuable-than-all");
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}
