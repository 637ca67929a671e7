//! What was checked is done: points are made with their places, steps, teams and scale, or brought up to
//! date. The rules are those of `schemes`; a draft whose point came meanwhile is left out.

use std::collections::HashMap;

use serde_json::json;

use crate::error::{Error, Result};
use crate::exchange::areas::apply_area;
use crate::exchange::check::{Change, Checked, Closing, NewPoint, Paper, Size, Update};
use crate::exchange::runs::{Touched, rows_of_point};
use crate::history::Told;
use crate::ids;
use crate::permissions::Verb;
use crate::places;
use crate::places::actions::own_place;
use crate::places::place::{OPEN, Place};
use crate::schemes::actions::{rescaled, take_told_step};
use crate::schemes::point::{self, Anchor, Origin, Point, Scale, State, Step, StepKind};
use crate::schemes::scheme::Scheme;
use crate::schemes::store::{self, Team};
use crate::search;
use crate::words::{Lang, words};
use crate::work::{Thing, Work};

/// After so many rows the engine looks at its tables anew.
const MANY: usize = 1_000;

/// Applies a checked list: all of it or, on an error, nothing. Tells what it touched, for undoing.
pub fn apply_checked(work: &mut Work, checked: &Checked, run_id: &str) -> Result<Vec<Touched>> {
    let mut touched = Vec::new();
    let mut applier = Applier { province: &checked.province, communes: HashMap::new(), schemes: HashMap::new() };
    let first = checked.drafts.first().map_or("", |draft| draft.sheet.as_str());
    let one_sheet = checked.drafts.iter().all(|draft| draft.sheet == first);
    for draft in &checked.drafts {
        let spot = Spot { row: draft.row(), sheet: if one_sheet { "" } else { &draft.sheet } };
        match &draft.change {
            Change::New(new) => {
                let made = applier.add(work, new, spot)?;
                touched.extend(made.map(|id| Touched { id, before: Vec::new() }));
            }
            Change::Area(area) => touched.push(apply_area(work, &checked.province, area, (spot.row, spot.sheet))?),
            Change::Update(change) => {
                let before = rows_of_point(work, &checked.province, &change.point_id)?;
                update(work, change, spot)?;
                touched.push(Touched { id: change.point_id.clone(), before });
            }
        }
    }
    if checked.drafts.len() >= MANY {
        search::tidy(work)?;
    }
    let thing = Thing { province: &checked.province, kind: "import", id: run_id, pin: &checked.scope_id };
    let body = json!({
        "n_rows": checked.rows, "n_new": checked.new, "n_changed": checked.changed,
        "n_unchanged": checked.unchanged, "n_rejected": checked.rejected,
    });
    work.journal("import.applied", &thing, &body)?;
    Ok(touched)
}

/// Where in the file a deed came from; the sheet only where there are several.
#[derive(Clone, Copy)]
struct Spot<'a> {
    row: i64,
    sheet: &'a str,
}

impl Spot<'_> {
    fn tell<'t>(self, work: &mut Work, told: Told<'t>) -> Result<Told<'t>> {
        told.fact("row", self.row).text(work, "sheet", self.sheet)
    }
}

struct Applier<'a> {
    province: &'a str,
    communes: HashMap<String, Place>,
    schemes: HashMap<String, Scheme>,
}

impl Applier<'_> {
    /// Makes a point; nothing when it came meanwhile.
    fn add(&mut self, work: &mut Work, new: &NewPoint, spot: Spot) -> Result<Option<String>> {
        let commune = self.commune(work, &new.pin_id)?;
        let scheme = self.scheme(work, &new.scheme_id)?;
        let place = match new.area_kind.as_str() {
            "commune" => commune.clone(),
            kind => own_place(work, &commune.id, kind, &new.area_name)?,
        };
        let alike = store::points_like(work, &scheme.id, &commune.id)?;
        if alike.iter().any(|p| p.place_id == place.id && p.launched_on == new.launched_on) {
            return Ok(None);
        }
        let prefix = format!("{}-{}-{}-", self.province, commune.code, scheme.code);
        let n = store::n_points_coded(work, self.province, &prefix)? + 1;
        let point = Point {
            province: self.province.to_owned(),
            id: ids::new(),
            code: format!("{prefix}{n:02}"),
            name: format!("{} – {}", scheme.name, place.name),
            scheme_id: scheme.id,
            first: Anchor { place_id: place.id.clone(), pin_id: commune.id.clone() },
            pin_id: commune.id.clone(),
            place_id: place.id,
            area_kind: new.area_kind.clone(),
            lead: if new.lead.is_empty() { scheme.lead } else { new.lead.clone() },
            coordinating: String::new(),
            contact_role: String::new(),
            origin: Origin::Original,
            from_point_id: None,
            state: State::Proposed,
            launched_on: None,
            version: 1,
        };
        keep(work, &point, new, &commune)?;
        search::keep_point(work, &point)?;
        let told = Told::of(&thing(&point))
            .fact("code", point.code.as_str())
            .fact("scheme", point.scheme_id.as_str())
            .fact("place", point.place_id.as_str())
            .fact("launched_on", new.launched_on.clone());
        let told = rescaled(sized(told, &new.size), &Scale::default(), &scale(&new.size, &Scale::default()));
        let told = spot.tell(work, told)?;
        work.journal("point.imported", &thing(&point), &told.body())?;
        Ok(Some(point.id))
    }

    fn commune(&mut self, work: &mut Work, id: &str) -> Result<Place> {
        if let Some(known) = self.communes.get(id) {
            return Ok(known.clone());
        }
        work.demand(Verb::Import, Verb::ReadPlace, id)?;
        let commune = places::store::by_id(work, id)?;
        self.communes.insert(id.to_owned(), commune.clone());
        Ok(commune)
    }

    fn scheme(&mut self, work: &mut Work, id: &str) -> Result<Scheme> {
        if let Some(known) = self.schemes.get(id) {
            return Ok(known.clone());
        }
        let scheme = store::scheme(work, self.province, id)?;
        self.schemes.insert(id.to_owned(), scheme.clone());
        Ok(scheme)
    }
}

fn thing(point: &Point) -> Thing<'_> {
    Thing { province: &point.province, kind: "point", id: &point.id, pin: &point.pin_id }
}

/// Keeps a new point with its life so far.
fn keep(work: &mut Work, point: &Point, new: &NewPoint, commune: &Place) -> Result<()> {
    store::insert_point(work, point)?;
    let since = new.launched_on.clone().unwrap_or_else(|| work.today());
    store::save_scale(work, &point.province, &point.id, &since, &scale(&new.size, &Scale::default()))?;
    let n_teams = new.size.n_teams.unwrap_or(i64::from(new.size.n_members > Some(0)));
    let members = shares(new.size.n_members.unwrap_or_default(), n_teams);
    for (at, n_members) in members.iter().enumerate() {
        store::insert_team(work, &point.province, &point.id, &team(at, *n_members, &since))?;
    }
    let steps = life(new, commune);
    for step in &steps {
        store::insert_step(work, point, step)?;
    }
    if steps.is_empty() {
        return Ok(());
    }
    let spans = point::spans(&point.first, &steps)?;
    store::save_life(work, point, &spans, new.launched_on.as_deref())?;
    match spans.last() {
        Some(last) if last.state.is_over() => store::end_teams(work, &point.province, &point.id, &last.from_on),
        Some(_) | None => Ok(()),
    }
}

/// The steps that a row tells: approved, launched, and what closed the point.
fn life(new: &NewPoint, commune: &Place) -> Vec<Step> {
    let mut steps = Vec::new();
    let decided_on = new.paper.as_ref().map(|paper| paper.issued_on.clone());
    // Some decisions are dated after the launch that they approve; the life keeps its order.
    let approved_on = [decided_on, new.launched_on.clone()].into_iter().flatten().min();
    if let Some(on) = approved_on.filter(|_| new.is_approved) {
        let paper = new.paper.clone().map(|paper| issued(paper, commune).into());
        steps.push(Step { paper, ..Step::bare(StepKind::Approved, on) });
    }
    if let Some(on) = &new.launched_on {
        steps.push(Step::bare(StepKind::Launched, on));
    }
    steps.extend(new.closing.as_ref().and_then(|closing| closing_step(closing, commune)));
    steps
}

fn closing_step(closing: &Closing, commune: &Place) -> Option<Step> {
    Some(Step {
        paper: Some(issued(closing.paper.clone(), commune).into()),
        reason: closing.reason.clone(),
        note: closing.reason_text.clone(),
        ..Step::bare(StepKind::from_code(&closing.kind)?, closing.on.clone())
    })
}

/// A list that names no issuer means the people's committee of the commune.
fn issued(paper: Paper, commune: &Place) -> Paper {
    if !paper.issuer.is_empty() {
        return paper;
    }
    let mut letters = commune.name.chars();
    let name: String = letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default();
    Paper { issuer: words(Lang::Vi).with("import-issuer", name), ..paper }
}

fn scale(size: &Size, kept: &Scale) -> Scale {
    Scale {
        n_households: size.n_households.unwrap_or(kept.n_households),
        n_units: size.n_units.unwrap_or(kept.n_units),
        n_commitments: size.n_commitments.unwrap_or(kept.n_commitments),
    }
}

/// `7` among `3` is `3, 2, 2`.
fn shares(n_members: i64, n_teams: i64) -> Vec<i64> {
    (0..n_teams).map(|at| n_members / n_teams + i64::from(at < n_members % n_teams)).collect()
}

fn team(at: usize, n_members: i64, since: &str) -> Team {
    Team {
        id: ids::new(),
        name: words(Lang::Vi).with("import-team-name", at + 1),
        n_members,
        n_households: 0,
        leader_role: String::new(),
        from_on: since.to_owned(),
        to_on: OPEN.to_owned(),
    }
}

/// Brings a point up to date: scale and teams from today on, and the step that closed it.
fn update(work: &mut Work, change: &Update, spot: Spot) -> Result<()> {
    work.demand(Verb::Import, Verb::ReadPlace, &change.pin_id)?;
    let point = store::point_for(work, Verb::EditPoint, &change.point_id)?;
    if point.state.is_over() {
        return Ok(());
    }
    let today = work.today();
    let before = store::scale(work, &point)?;
    let after = scale(&change.size, &before);
    if after != before {
        store::save_scale(work, &point.province, &point.id, &today, &after)?;
    }
    update_teams(work, &point, &change.size)?;
    if let Some(closing) = &change.closing {
        let commune = places::store::by_id(work, &point.pin_id)?;
        let step = closing_step(closing, &commune)
            .ok_or_else(|| Error::Broken(anyhow::anyhow!("no such step: {}", closing.kind)))?;
        take_told_step(work, &point.id, &step)?;
    }
    let told = rescaled(sized(Told::of(&thing(&point)), &change.size), &before, &after);
    let told = spot.tell(work, told)?;
    work.journal("point.imported", &thing(&point), &told.body())
}

/// The teams that a row told.
fn sized<'a>(told: Told<'a>, size: &Size) -> Told<'a> {
    told.fact("n_teams", size.n_teams).fact("n_members", size.n_members)
}

/// As many teams as the list tells: the last ones end, new ones begin; members are shared again.
fn update_teams(work: &mut Work, point: &Point, size: &Size) -> Result<()> {
    let today = work.today();
    let teams = store::teams(work, point, &today)?;
    let n_kept: i64 = teams.iter().map(|team| team.n_members).sum();
    let count = i64::try_from(teams.len()).unwrap_or(i64::MAX);
    let n_teams = size.n_teams.unwrap_or(count.max(i64::from(size.n_members > Some(0))));
    let n_members = size.n_members.unwrap_or(n_kept);
    if n_teams == count && n_members == n_kept {
        return Ok(());
    }
    let members = shares(n_members, n_teams);
    for (team, n_members) in teams.iter().zip(&members) {
        let sql = "update team set n_members = $3, version = version + 1 where province = $1 and id = $2";
        work.execute(sql, &[point.province.as_str().into(), team.id.as_str().into(), (*n_members).into()])?;
    }
    for team in teams.iter().skip(members.len()) {
        let sql = "update team set to_on = $3, version = version + 1 where province = $1 and id = $2";
        work.execute(sql, &[point.province.as_str().into(), team.id.as_str().into(), today.as_str().into()])?;
    }
    for (at, n_members) in members.iter().enumerate().skip(teams.len()) {
        store::insert_team(work, &point.province, &point.id, &team(at, *n_members, &today))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::shares;

    #[test]
    fn members_are_shared_among_teams() {
        assert_eq!(shares(7, 3), [3, 2, 2]);
        assert_eq!(shares(0, 2), [0, 0]);
        assert!(shares(5, 0).is_empty());
    }
}
