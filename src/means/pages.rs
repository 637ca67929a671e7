//! How equipment and money are asked for and shown.

use askama::Template;

use crate::error::{Error, Result};
use crate::means::actions;
use crate::means::line::{EQUIPMENT, Equipment, Money, SOURCES};
use crate::means::store;
use crate::permissions::Verb;
use crate::schemes::point::Point;
use crate::schemes::store as schemes;
use crate::web::ask::Ask;
use crate::web::reply::Reply;
use crate::web::shell::{Faults, Shell};
use crate::work::Work;

#[derive(Template)]
#[template(path = "means/views/means.html")]
struct MeansPage {
    s: Shell,
    faults: Faults,
    point: Point,
    equipment: Vec<Equipment>,
    money: Vec<Money>,
    kinds: [&'static str; 9],
    sources: [&'static str; 3],
    may_keep: bool,
    today: String,
    /// The line that is being changed; empty for a new one.
    line: String,
    fields: Vec<(String, String)>,
}

impl MeansPage {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    fn total(&self) -> i64 {
        self.money.iter().map(|money| money.amount).sum()
    }
}

/// What a point has and what was spent on it.
pub fn show(work: &mut Work, ask: &Ask) -> Result<Reply> {
    page(work, ask, Faults::default())
}

/// The same after a refusal, with what was typed.
pub fn show_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    page(work, ask, Faults::of(error, ask.words()))
}

fn page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let point = schemes::point_for(work, Verb::ReadPoint, ask.param("id"))?;
    let equipment = store::equipment(work, &point)?;
    let line = if ask.is_write { ask.field("line") } else { ask.query("line").to_owned() };
    let chosen = equipment.iter().find(|known| known.line_id == line);
    let fields = match chosen {
        Some(known) if !ask.is_write => filled_in(known),
        _ => ask.form.clone(),
    };
    let page = MeansPage {
        s: Shell::new(work, ask, "points", ask.words().with("means-of", &point.name)),
        faults,
        money: store::money(work, &point)?,
        kinds: EQUIPMENT,
        sources: SOURCES,
        may_keep: work.reaches(Verb::KeepActivities, &point.pin_id)?,
        today: work.today(),
        line,
        fields,
        equipment,
        point,
    };
    Reply::html(&page)
}

fn filled_in(known: &Equipment) -> Vec<(String, String)> {
    let date = |iso: &str| iso.parse().map_or_else(|_| String::new(), fold::show_date);
    let pairs = [
        ("kind", known.kind.clone()),
        ("n_items", known.n_items.to_string()),
        ("n_working", known.n_working.to_string()),
        ("owner", known.owner.clone()),
        ("covers", known.covers.clone()),
        ("inspected_on", date(&known.inspected_on)),
        ("next_on", date(&known.next_on)),
        ("note", known.note.clone()),
    ];
    pairs.map(|(key, value)| (key.to_owned(), value)).to_vec()
}

fn back(ask: &Ask) -> Reply {
    Reply::see(&format!("/points/{}/means", ask.param("id")))
}

/// Keeps a line of equipment.
pub fn keep_equipment(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let new = Equipment {
        line_id: ask.field("line"),
        kind: ask.field("kind"),
        n_items: ask.count("n_items")?,
        n_working: ask.count("n_working")?,
        owner: ask.field("owner"),
        covers: ask.field("covers"),
        inspected_on: ask.date("inspected_on")?,
        next_on: ask.date("next_on")?,
        note: ask.field("note"),
        from_on: String::new(),
    };
    actions::keep_equipment(work, ask.param("id"), &new)?;
    Ok(back(ask))
}

/// Enters a sum of money.
pub fn enter_money(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let new = Money {
        id: String::new(),
        source: ask.field("source"),
        on_date: ask.date("on_date")?,
        item: ask.field("item"),
        amount: ask.count("amount")?,
        disclosed_on: ask.date("disclosed_on")?,
        disclosed_how: ask.field("disclosed_how"),
    };
    actions::enter_money(work, ask.param("id"), &new)?;
    Ok(back(ask))
}

/// Says when and how a sum was made public.
pub fn disclose(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let on = ask.date("disclosed_on")?;
    actions::disclose(work, ask.param("id"), &ask.field("money"), &on, &ask.field("disclosed_how"))?;
    Ok(back(ask))
}

/// Takes a sum back.
pub fn withdraw_money(work: &mut Work, ask: &Ask) -> Result<Reply> {
    actions::withdraw_money(work, ask.param("id"), &ask.field("money"), &ask.field("reason"))?;
    Ok(back(ask))
}
