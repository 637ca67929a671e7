//! What people do with equipment and money.

use crate::error::{Error, Result};
use crate::history::Told;
use crate::ids;
use crate::means::line::{Equipment, Money, equipment_faults, money_faults};
use crate::means::store;
use crate::permissions::Verb;
use crate::schemes::point::Point;
use crate::schemes::store::{self as schemes, thing};
use crate::work::Work;

fn point(work: &mut Work, id: &str) -> Result<Point> {
    schemes::point_for(work, Verb::KeepActivities, id)
}

/// Keeps a line of equipment as it is from today on; a line that is known is followed by this one.
pub fn keep_equipment(work: &mut Work, point_id: &str, new: &Equipment) -> Result<()> {
    let point = point(work, point_id)?;
    let today = work.today();
    let faults = equipment_faults(new, &today);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let before = if new.line_id.is_empty() {
        None
    } else {
        Some(store::equipment_line(work, &point, &new.line_id)?.ok_or(Error::NotFound)?)
    };
    let line_id = if new.line_id.is_empty() { ids::new() } else { new.line_id.clone() };
    let kept = Equipment { line_id: line_id.clone(), from_on: today.clone(), ..new.clone() };
    store::close_line(work, &point, &line_id, &today)?;
    // A line whose last item is gone is closed, and stays readable as it was.
    if kept.n_items > 0 {
        store::insert_equipment(work, &point, &kept)?;
    }
    let was = before.unwrap_or_default();
    let told = Told::of(&thing(&point))
        .fact("equipment", kept.kind.as_str())
        .change("n_items", was.n_items, kept.n_items)
        .change("n_working", was.n_working, kept.n_working)
        .change("inspected_on", was.inspected_on, kept.inspected_on)
        .change("next_on", was.next_on, kept.next_on)
        .rewrite(work, "equipment_owner", &was.owner, &kept.owner)?;
    work.journal("equipment.kept", &thing(&point), &told.body())
}

/// Enters a sum of money.
pub fn enter_money(work: &mut Work, point_id: &str, new: &Money) -> Result<()> {
    let point = point(work, point_id)?;
    let faults = money_faults(new, &work.today());
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let money = Money { id: ids::new(), ..new.clone() };
    store::insert_money(work, &point, &money)?;
    let told = Told::of(&thing(&point))
        .fact("money", money.id.as_str())
        .fact("money_source", money.source.as_str())
        .fact("on", money.on_date.as_str())
        .fact("amount", money.amount)
        .text(work, "money_item", &money.item)?;
    work.journal("money.entered", &thing(&point), &told.body())
}

/// Says when and how a sum was made public: the level that raises money publishes it (Circular 40/2023).
pub fn disclose(work: &mut Work, point_id: &str, id: &str, on: &str, how: &str) -> Result<()> {
    let point = point(work, point_id)?;
    if on.is_empty() || on > work.today().as_str() {
        return Err(Error::field("disclosed_on", "money-disclosed-on-missing", ""));
    }
    if how.is_empty() {
        return Err(Error::field("disclosed_how", "money-disclosed-how-missing", ""));
    }
    if store::disclose(work, &point, id, (on, how))? == 0 {
        return Err(Error::NotFound);
    }
    let told = Told::of(&thing(&point)).fact("money", id).fact("on", on).text(work, "disclosed_how", how)?;
    work.journal("money.disclosed", &thing(&point), &told.body())
}

/// Takes a sum back, with a reason.
pub fn withdraw_money(work: &mut Work, point_id: &str, id: &str, reason: &str) -> Result<()> {
    let point = point(work, point_id)?;
    if reason.is_empty() {
        return Err(Error::field("reason", "activity-reason-missing", ""));
    }
    if store::withdraw_money(work, &point, id, reason)? == 0 {
        return Err(Error::NotFound);
    }
    let told = Told::of(&thing(&point)).fact("money", id).text(work, "why", reason)?;
    work.journal("money.withdrawn", &thing(&point), &told.body())
}
