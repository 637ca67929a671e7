//! Groupings on pages: the list, one with its groups on a map, its form, and the table that says who is in which.

use std::collections::{BTreeMap, HashMap};

use askama::Template;

use crate::error::{Error, Result};
use crate::groupings::actions::{self, Change, New, Start};
use crate::groupings::grouping::{Grouping, KINDS, key};
use crate::groupings::on_map::{self, OnMap, Placed};
use crate::groupings::store;
use crate::permissions::Verb;
use crate::places::place::{Level, Place};
use crate::places::store as places;
use crate::web::ask::Ask;
use crate::web::dates::Dates;
use crate::web::history::{self, History};
use crate::web::reply::Reply;
use crate::web::shell::{Faults, Shell};
use crate::work::Work;

#[derive(Template)]
#[template(path = "groupings/views/list.html")]
struct ListPage {
    s: Shell,
    place: Place,
    lines: Vec<ListLine>,
    may_keep: bool,
}

struct ListLine {
    grouping: Grouping,
    n_groups: usize,
    n_placed: usize,
    n_open: usize,
}

/// The groupings of a province and of the nation, on a map.
pub fn list(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let dates = Dates::of(work, ask)?;
    let place = ask.place(work)?;
    let province = actions::owner(work, &place)?;
    actions::demand_reading(work, &province)?;
    let place = places::by_code(work, &province)?;
    let mut lines = Vec::new();
    for grouping in store::all(work, &province)? {
        let found = on_map::find(work, &grouping, &dates.boundaries)?;
        let (n_groups, n_placed, n_open) = (found.groups.len(), found.placed.len(), found.open.len());
        lines.push(ListLine { grouping, n_groups, n_placed, n_open });
    }
    let may_keep = work.reaches(Verb::KeepRules, place.pin_id())?;
    let s = Shell::new(work, ask, "groupings", ask.words().t("groupings")).dated(ask, &dates);
    Reply::html(&ListPage { s, place, lines, may_keep })
}

#[derive(Template)]
#[template(path = "groupings/views/grouping.html")]
struct GroupingPage {
    s: Shell,
    grouping: Grouping,
    place: Place,
    boundaries: String,
    stands: bool,
    found: OnMap,
    may_keep: bool,
    history: Option<History>,
}

impl GroupingPage {
    fn placed(&self, group: &usize) -> Vec<&Placed> {
        self.found.of(*group).collect()
    }

    fn key(&self, id: &str) -> String {
        key(&self.grouping.slug, id)
    }

    fn claims(&self, claims: &[usize]) -> String {
        claims.iter().map(|n| self.found.groups[*n].name.as_str()).collect::<Vec<_>>().join("; ")
    }
}

/// One grouping on the map of a day.
pub fn show(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let dates = Dates::of(work, ask)?;
    let (grouping, place) = actions::for_reading(work, ask.param("id"))?;
    let may_keep = work.reaches(Verb::KeepRules, place.pin_id())?;
    let page = GroupingPage {
        found: on_map::find(work, &grouping, &dates.boundaries)?,
        history: if may_keep { Some(history::of_thing(work, ask.words(), &grouping.id)?) } else { None },
        s: Shell::new(work, ask, "groupings", grouping.name.clone()).dated(ask, &dates),
        stands: grouping.stands_on(&dates.boundaries),
        boundaries: dates.boundaries,
        may_keep,
        grouping,
        place,
    };
    Reply::html(&page)
}

#[derive(Template)]
#[template(path = "groupings/views/form.html")]
struct FormPage {
    s: Shell,
    faults: Faults,
    place: Place,
    /// Nothing for a new one.
    grouping: Option<Grouping>,
    /// Id and name as it is to be shown.
    groups: Vec<(String, String)>,
    fields: Vec<(String, String)>,
}

impl FormPage {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.value(name) == value
    }

    fn kinds(&self) -> &'static [&'static str] {
        &KINDS
    }

    /// What a grouping may begin with: nothing, or a group a unit of some level.
    fn starts(&self) -> &'static [&'static str] {
        if self.place.level == Level::Nation { &["empty", "province"] } else { &["empty", "district", "province"] }
    }
}

fn pair(key: &str, value: impl Into<String>) -> (String, String) {
    (key.to_owned(), value.into())
}

fn shown(iso: &str) -> String {
    iso.parse().map_or_else(|_| String::new(), fold::show_date)
}

/// The form of a new grouping.
pub fn new(work: &mut Work, ask: &Ask) -> Result<Reply> {
    new_page(work, ask, Faults::default())
}

/// The same after a refusal, with what was typed.
pub fn new_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    new_page(work, ask, Faults::of(error, ask.words()))
}

/// The province of the place that a form names, or the country.
fn owner_of_form(work: &mut Work, ask: &Ask) -> Result<Place> {
    let place = if ask.is_write { places::by_code(work, &ask.field("place"))? } else { ask.place(work)? };
    let province = actions::owner(work, &place)?;
    places::by_code(work, &province)
}

fn new_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let place = owner_of_form(work, ask)?;
    work.demand(Verb::KeepRules, Verb::ReadPlace, place.pin_id())?;
    let fields = if ask.is_write {
        ask.form.clone()
    } else {
        let since = actions::since(work, &place)?;
        let map_on = shown(&actions::map_before(&since));
        vec![pair("from_on", shown(&since)), pair("map_on", map_on), pair("start", "empty")]
    };
    let s = Shell::new(work, ask, "groupings", ask.words().t("grouping-new"));
    Reply::html(&FormPage { s, faults, place, grouping: None, groups: Vec::new(), fields })
}

/// Makes a grouping.
pub fn add(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let place = owner_of_form(work, ask)?;
    let new = New {
        name: ask.field("name"),
        kind: ask.field("kind"),
        basis: ask.field("basis"),
        from_on: ask.date("from_on")?,
        start: Level::from_word(&ask.field("start")).map_or(Start::Empty, Start::Units),
        map_on: ask.date("map_on")?,
    };
    let made = actions::add(work, &place, &new)?;
    let next = if new.start == Start::Empty { "/edit" } else { "" };
    Ok(Reply::see(&format!("/groupings/{}{next}", made.id)))
}

/// The form of a grouping: its name, its days, its groups.
pub fn edit(work: &mut Work, ask: &Ask) -> Result<Reply> {
    edit_page(work, ask, Faults::default())
}

/// The same after a refusal, with what was typed.
pub fn edit_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    edit_page(work, ask, Faults::of(error, ask.words()))
}

fn edit_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let (grouping, place) = actions::for_change(work, ask.param("id"))?;
    let groups = store::groups(work, &grouping)?.into_iter().map(|group| {
        let typed = ask.field(&format!("group-{}", group.id));
        let name = if ask.is_write && !typed.is_empty() { typed } else { group.name };
        (group.id, name)
    });
    let fields = if ask.is_write {
        ask.form.clone()
    } else {
        vec![
            pair("version", grouping.version.to_string()),
            pair("name", &grouping.name),
            pair("kind", &grouping.kind),
            pair("basis", &grouping.basis),
            pair("from_on", shown(&grouping.from_on)),
            pair("last_on", grouping.ended_on().map_or_else(String::new, |day| shown(&day))),
        ]
    };
    let groups = groups.collect();
    let s = Shell::new(work, ask, "groupings", ask.words().with("grouping-edit-of", grouping.name.as_str()));
    Reply::html(&FormPage { s, faults, place, grouping: Some(grouping), groups, fields })
}

/// Saves a grouping and its groups.
pub fn save(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let names = ask.form.iter().filter_map(|(field, value)| {
        let id = field.strip_prefix("group-")?;
        Some((id.to_owned(), fold::clean(value)))
    });
    let lines = ask.form.iter().find(|(field, _)| field == "added").map_or("", |(_, value)| value.as_str());
    let change = Change {
        version: ask.count("version")?,
        name: ask.field("name"),
        kind: ask.field("kind"),
        basis: ask.field("basis"),
        from_on: ask.date("from_on")?,
        last_on: ask.date("last_on")?,
        names: names.collect(),
        added: lines.lines().map(fold::clean).filter(|line| !line.is_empty()).collect(),
    };
    let changed = actions::change(work, ask.param("id"), &change)?;
    Ok(Reply::see(&format!("/groupings/{}", changed.id)))
}

#[derive(Template)]
#[template(path = "groupings/views/members.html")]
struct MembersPage {
    s: Shell,
    faults: Faults,
    grouping: Grouping,
    from_on: String,
    groups: Vec<(String, String)>,
    lines: Vec<MemberLine>,
    version: i64,
}

struct MemberLine {
    place_id: String,
    name: String,
    within: String,
    /// The group that is chosen in the form.
    group: String,
    /// The group it follows into by itself; empty when it was entered.
    follows: String,
}

/// The table that says who is in which group.
pub fn members(work: &mut Work, ask: &Ask) -> Result<Reply> {
    members_page(work, ask, Faults::default())
}

/// The same after a refusal, with what was chosen.
pub fn members_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    members_page(work, ask, Faults::of(error, ask.words()))
}

fn members_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let (grouping, place) = actions::for_change(work, ask.param("id"))?;
    let today = work.today();
    let from_on =
        if ask.is_write { ask.date("from_on").unwrap_or_default() } else { ask.date_or("on", work.moment.today)? };
    let map_on = if from_on.is_empty() { today } else { from_on.clone() };
    let found = on_map::find(work, &grouping, &map_on)?;
    let placed: HashMap<&str, &Placed> = found.placed.iter().map(|placed| (placed.place_id.as_str(), placed)).collect();
    let units = store::units(work, &grouping, &map_on)?;
    let names: HashMap<String, String> = units.iter().map(|unit| (unit.id.clone(), unit.name.clone())).collect();
    let level = if place.level == Level::Nation { Level::Province } else { Level::Commune };
    let lines = units.into_iter().filter(|unit| unit.level == level).map(|unit| {
        let own = placed.get(unit.id.as_str());
        let entered = own.filter(|placed| !placed.follows);
        let typed = ask.form.iter().find(|(field, _)| *field == format!("m-{}", unit.id));
        let group = match typed {
            Some((_, group)) => group.clone(),
            None => entered.map_or_else(String::new, |placed| found.groups[placed.group].id.clone()),
        };
        let follows = own.filter(|placed| placed.follows);
        MemberLine {
            group,
            follows: follows.map_or_else(String::new, |placed| found.groups[placed.group].name.clone()),
            within: names.get(&unit.parent_id).cloned().unwrap_or_default(),
            place_id: unit.id,
            name: unit.name,
        }
    });
    let lines = lines.collect();
    let page = MembersPage {
        s: Shell::new(work, ask, "groupings", ask.words().with("grouping-members-of", grouping.name.as_str())),
        faults,
        from_on: if ask.is_write { ask.field("from_on") } else { shown(&from_on) },
        groups: found.groups.into_iter().map(|group| (group.id, group.name)).collect(),
        lines,
        version: grouping.version,
        grouping,
    };
    Reply::html(&page)
}

/// Says from a day on who is in which group.
pub fn assign(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let wanted = ask.form.iter().filter_map(|(field, group)| {
        let place = field.strip_prefix("m-")?;
        Some((place.to_owned(), fold::clean(group)))
    });
    let wanted: BTreeMap<String, String> = wanted.collect();
    let (id, from_on) = (ask.param("id"), ask.date("from_on")?);
    actions::assign(work, id, ask.count("version")?, &from_on, &wanted)?;
    Ok(Reply::see(&format!("/groupings/{id}?boundaries={from_on}")))
}
