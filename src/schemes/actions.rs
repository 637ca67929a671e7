//! What people do with points: register, correct, take a step, keep the teams.

use crate::error::{Error, FieldError, LONGEST_PAIR, Result, too_long};
use crate::history::Told;
use crate::ids;
use crate::papers;
use crate::permissions::Verb;
use crate::places::place::{AREA_KINDS, OPEN};
use crate::places::{self, actions::own_place};
use crate::schemes::dossier::actions::refuse_step_without_papers;
use crate::schemes::names;
use crate::schemes::origin::{self, Child};
use crate::schemes::point::{self, Anchor, Origin, Point, Scale, State, Step, StepKind};
use crate::schemes::scheme::Scheme;
use crate::schemes::store::{self, Team, thing};
use crate::search;
use crate::terms::store as terms;
use crate::terms::term::Vocabulary;
use crate::work::Work;

/// What an officer fills in to register a point. Counts are still text: they are read here.
#[derive(Clone, Debug, Default)]
pub struct NewPoint {
    pub scheme: String,
    /// A name that is typed because it is not in the list; `scheme` goes before it.
    pub scheme_name: String,
    pub commune: String,
    pub area_kind: String,
    pub area_name: String,
    pub lead: String,
    pub coordinating: String,
    pub contact_role: String,
    /// The code of the point that this one is replicated from, or a part of its name; empty for an original.
    pub from_point: String,
    pub scale: Scale,
    /// The officer has seen the possible duplicates and says it is another point.
    pub is_another: bool,
}

/// Registers a point; its life begins as a proposal.
pub fn add_point(work: &mut Work, new: &NewPoint) -> Result<Point> {
    let commune = places::store::by_code(work, &new.commune)
        .map_err(|_| Error::field("commune", "point-commune-missing", &new.commune))?;
    work.demand(Verb::AddPoint, Verb::ReadPlace, commune.pin_id())?;
    let province = places::store::province_of(work, commune.pin_id())?;
    let scheme = scheme_meant(work, &province, new)?;
    check_new(new)?;
    let place = match new.area_kind.as_str() {
        "commune" => commune.clone(),
        kind => own_place(work, commune.pin_id(), kind, &new.area_name)?,
    };
    let name = format!("{} – {}", scheme.name, place.name);
    refuse_duplicates(work, new, &scheme.id, commune.pin_id(), &place.id)?;
    let child = Child { province: &province, scheme_id: &scheme.id, point_id: "", launched_on: None };
    let from_point_id = match new.from_point.as_str() {
        "" => None,
        typed => Some(origin::source(work, &child, "from_point", typed)?.id),
    };
    let prefix = format!("{province}-{}-{}-", commune.code, scheme.code);
    let n = store::n_points_coded(work, &province, &prefix)? + 1;
    let point = Point {
        province,
        id: ids::new(),
        code: format!("{prefix}{n:02}"),
        scheme_id: scheme.id,
        place_id: place.id.clone(),
        pin_id: place.pin_id().to_owned(),
        first: Anchor { place_id: place.id.clone(), pin_id: place.pin_id().to_owned() },
        area_kind: new.area_kind.clone(),
        name,
        lead: fold::clean(&new.lead),
        coordinating: fold::clean(&new.coordinating),
        contact_role: fold::clean(&new.contact_role),
        origin: if from_point_id.is_some() { Origin::Replicated } else { Origin::Original },
        from_point_id,
        state: State::Proposed,
        launched_on: None,
        version: 1,
    };
    keep_new(work, &point, &new.scale)?;
    Ok(point)
}

/// The scheme that was chosen, or bears the name that was typed; names that are only near are proposed, never taken.
fn scheme_meant(work: &mut Work, province: &str, new: &NewPoint) -> Result<Scheme> {
    if !new.scheme.is_empty() || new.scheme_name.is_empty() {
        return store::scheme(work, province, &new.scheme)
            .map_err(|_| Error::field("scheme", "point-scheme-missing", &new.scheme));
    }
    let known = store::names(work, province)?;
    let told = fold::key(&new.scheme_name);
    if let Some((_, id)) = known.iter().find(|(name, _)| fold::key(name) == told) {
        return store::scheme(work, province, id);
    }
    let near = names::alike(known.iter().map(|(name, _)| name.as_str()), &new.scheme_name);
    let key = if near.is_empty() { "point-scheme-unknown" } else { "point-scheme-near" };
    Err(Error::field("scheme_name", key, near.join("; ")))
}

fn keep_new(work: &mut Work, point: &Point, scale: &Scale) -> Result<()> {
    store::insert_point(work, point)?;
    let today = work.today();
    store::save_scale(work, &point.province, &point.id, &today, scale)?;
    search::keep_point(work, point)?;
    let told = Told::of(&thing(point))
        .fact("code", point.code.as_str())
        .fact("scheme", point.scheme_id.as_str())
        .fact("place", point.place_id.as_str())
        .fact("point_origin", point.origin.code())
        .fact("n_households", scale.n_households)
        .fact("n_units", scale.n_units)
        .fact("n_commitments", scale.n_commitments)
        .text(work, "lead", &point.lead)?
        .text(work, "coordinating", &point.coordinating)?
        .text(work, "contact_role", &point.contact_role)?;
    work.journal("point.added", &thing(point), &told.body())
}

fn check_new(new: &NewPoint) -> Result<()> {
    let mut missing = Vec::new();
    let mut miss = |field, key| missing.push(FieldError { field, key, value: String::new() });
    if !AREA_KINDS.contains(&new.area_kind.as_str()) {
        miss("area_kind", "point-area-kind-missing");
    } else if new.area_kind != "commune" && new.area_name.trim().is_empty() {
        miss("area_name", "point-area-name-missing");
    }
    if new.lead.trim().is_empty() {
        miss("lead", "point-lead-missing");
    }
    if new.scale.n_households < 0 || new.scale.n_units < 0 || new.scale.n_commitments < 0 {
        miss("n_households", "count-negative");
    }
    if missing.is_empty() { Ok(()) } else { Err(Error::Invalid(missing)) }
}

/// The same scheme on the same place is refused unless the officer says it is another point.
fn refuse_duplicates(work: &mut Work, new: &NewPoint, scheme_id: &str, pin_id: &str, place_id: &str) -> Result<()> {
    let alike = store::points_like(work, scheme_id, pin_id)?;
    let same = alike
        .iter()
        .any(|p| !p.state.is_over() && (p.place_id == place_id || fold::similarity(&p.name, &new.area_name) > 0.95));
    if same && !new.is_another {
        return Err(Error::field("is_another", "point-may-be-duplicate", ""));
    }
    Ok(())
}

/// What may be corrected in a point.
#[derive(Clone, Debug)]
pub struct PointEdit {
    pub version: i64,
    pub name: String,
    pub lead: String,
    pub coordinating: String,
    pub contact_role: String,
    pub scale: Scale,
}

/// Corrects a point; the scale holds from today on, earlier figures keep the earlier scale.
pub fn edit_point(work: &mut Work, id: &str, edit: &PointEdit) -> Result<Point> {
    let before = store::point_for(work, Verb::EditPoint, id)?;
    let name = fold::clean(&edit.name);
    if name.is_empty() {
        return Err(Error::field("name", "point-name-missing", ""));
    }
    if let Some(long) = too_long("name", &name, LONGEST_PAIR) {
        return Err(Error::Invalid(vec![long]));
    }
    let mut point = before.clone();
    point.version = edit.version;
    point.name = name;
    point.lead = fold::clean(&edit.lead);
    point.coordinating = fold::clean(&edit.coordinating);
    point.contact_role = fold::clean(&edit.contact_role);
    store::update_point(work, &point)?;
    let old_scale = store::scale(work, &before)?;
    if old_scale != edit.scale {
        let today = work.today();
        store::save_scale(work, &point.province, &point.id, &today, &edit.scale)?;
    }
    search::keep_point(work, &point)?;
    let told = Told::of(&thing(&point))
        .rewrite(work, "name", &before.name, &point.name)?
        .rewrite(work, "lead", &before.lead, &point.lead)?
        .rewrite(work, "coordinating", &before.coordinating, &point.coordinating)?
        .rewrite(work, "contact_role", &before.contact_role, &point.contact_role)?;
    let told = rescaled(told, &old_scale, &edit.scale);
    work.journal("point.edited", &thing(&point), &told.body())?;
    Ok(point)
}

/// What of a scale was changed, as the journal tells it.
pub fn rescaled<'a>(told: Told<'a>, before: &Scale, after: &Scale) -> Told<'a> {
    told.change("n_households", before.n_households, after.n_households)
        .change("n_units", before.n_units, after.n_units)
        .change("n_commitments", before.n_commitments, after.n_commitments)
}

/// What a step points to, as it is typed: the new place of a move, the code of the point merged into.
#[derive(Clone, Debug, Default)]
pub struct Destination {
    pub commune: String,
    pub area_kind: String,
    pub area_name: String,
    pub into_code: String,
}

/// Finds what a move or a merger points to; other steps point to nothing.
pub fn aim(work: &mut Work, id: &str, step: Step, to: &Destination) -> Result<Step> {
    let point = store::point_for(work, Verb::StepPoint, id)?;
    match step.kind {
        StepKind::ReAnchored if !to.commune.is_empty() => {
            let commune = places::store::by_code(work, &to.commune)
                .map_err(|_| Error::field("commune", "point-commune-missing", &to.commune))?;
            work.demand(Verb::StepPoint, Verb::ReadPlace, commune.pin_id())?;
            let place = match to.area_kind.as_str() {
                "" | "commune" => commune,
                kind if AREA_KINDS.contains(&kind) => own_place(work, commune.pin_id(), kind, &to.area_name)?,
                _ => return Err(Error::field("area_kind", "point-area-kind-missing", "")),
            };
            let anchor = Anchor { place_id: place.id.clone(), pin_id: place.pin_id().to_owned() };
            Ok(Step { anchor: Some(anchor), ..step })
        }
        StepKind::Merged if !to.into_code.is_empty() => {
            let into_id = store::point_id_by_code(work, &point.province, &to.into_code)?
                .ok_or_else(|| Error::field("into", "step-into-unfit", &to.into_code))?;
            Ok(Step { into_id, ..step })
        }
        StepKind::ReAnchored
        | StepKind::Merged
        | StepKind::SurveyPlanned
        | StepKind::Surveyed
        | StepKind::Approved
        | StepKind::Launched
        | StepKind::Recognised
        | StepKind::Strengthened
        | StepKind::Suspended
        | StepKind::Resumed
        | StepKind::Ended
        | StepKind::StruckOff => Ok(step),
    }
}

/// Takes a dated step in a point's life; the dossier must hold what the province demands for it.
pub fn take_step(work: &mut Work, id: &str, step: &Step) -> Result<Point> {
    let point = store::point_for(work, Verb::StepPoint, id)?;
    point::after(point.state, step.kind)?;
    let mut wrong = Vec::new();
    let steps = store::steps(work, &point)?;
    gather(&mut wrong, point::check(step, steps.last(), work.moment.today))?;
    gather(&mut wrong, refuse_later_paper(step))?;
    gather(&mut wrong, refuse_step_without_papers(work, &point, (step.kind, &step.on_date)))?;
    gather(&mut wrong, refuse_plan_without_headings(work, &point, step))?;
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    take_told_step(work, id, step)
}

/// All that is wrong with a form is told at once.
fn gather(wrong: &mut Vec<FieldError>, checked: Result<()>) -> Result<()> {
    match checked {
        Err(Error::Invalid(more)) => wrong.extend(more),
        other => other?,
    }
    Ok(())
}

/// What a step rests on was issued by its day.
fn refuse_later_paper(step: &Step) -> Result<()> {
    match &step.paper {
        Some(paper) if step.kind.needs_paper() && paper.issued_on > step.on_date => {
            let day = paper.issued_on.parse().map_or_else(|_| paper.issued_on.clone(), fold::show_date);
            Err(Error::field("paper_date", "step-paper-later", day))
        }
        Some(_) | None => Ok(()),
    }
}

/// A survey plan covers every heading that the province asks for on its day.
fn refuse_plan_without_headings(work: &mut Work, point: &Point, step: &Step) -> Result<()> {
    if step.kind != StepKind::SurveyPlanned {
        return Ok(());
    }
    let asked = terms::on(work, &point.province, Vocabulary::Survey, &step.on_date)?;
    let missing = asked.iter().filter(|term| !step.headings.contains(&term.code));
    let names: Vec<&str> = missing.map(|term| term.name_vi.as_str()).collect();
    if names.is_empty() { Ok(()) } else { Err(Error::field("headings", "step-headings-missing", names.join("; "))) }
}

/// Takes a step that a list tells of: it was taken before the register knew the point. Its own paper is demanded,
/// the rest of the dossier shows as missing.
pub fn take_told_step(work: &mut Work, id: &str, step: &Step) -> Result<Point> {
    let mut point = store::point_for(work, Verb::StepPoint, id)?;
    let mut steps = store::steps(work, &point)?;
    let before = (point.state, point.place_id.clone());
    reach_what_it_names(work, &point, step)?;
    point.state = point::after(point.state, step.kind)?;
    point::check(step, steps.last(), work.moment.today)?;
    store::insert_step(work, &point, step)?;
    steps.push(step.clone());
    let launched_on = steps.iter().find(|s| s.kind == StepKind::Launched).map(|s| s.on_date.clone());
    store::save_life(work, &point, &point::spans(&point.first, &steps)?, launched_on.as_deref())?;
    if let Some(anchor) = &step.anchor {
        (point.place_id, point.pin_id) = (anchor.place_id.clone(), anchor.pin_id.clone());
        search::keep_point(work, &point)?;
        papers::store::move_uses(work, &point.province, &point.id, &point.pin_id)?;
    }
    if point.state.is_over() {
        store::end_teams(work, &point.province, &point.id, &step.on_date)?;
    }
    tell_step(work, &point, step, before)?;
    Ok(point)
}

fn tell_step(work: &mut Work, point: &Point, step: &Step, before: (State, String)) -> Result<()> {
    let mut told = Told::of(&thing(point))
        .fact("step", step.kind.code())
        .fact("on", step.on_date.as_str())
        .fact("reason", step.reason.as_str())
        .fact("into", step.into_id.as_str())
        .fact("headings", step.headings.join(" "))
        .change("state", before.0.code(), point.state.code())
        .change("place", before.1, point.place_id.as_str())
        .text(work, "note", &step.note)?;
    if let Some(paper) = &step.paper {
        told = told.paper(work, &paper.number, &paper.issued_on, &paper.issuer)?;
    }
    work.journal("point.step", &thing(point), &told.body())
}

/// The new place, or the other point, must be within reach; a point is merged into one of its province
/// that is not over.
fn reach_what_it_names(work: &mut Work, point: &Point, step: &Step) -> Result<()> {
    if let Some(anchor) = &step.anchor {
        work.demand(Verb::StepPoint, Verb::ReadPlace, &anchor.pin_id)?;
        if places::store::province_of(work, &anchor.pin_id)? != point.province {
            return Err(Error::field("commune", "step-place-elsewhere", ""));
        }
    }
    if step.into_id.is_empty() {
        return Ok(());
    }
    let into = store::point_for(work, Verb::ReadPoint, &step.into_id)?;
    if into.id == point.id || into.province != point.province || into.state.is_over() {
        return Err(Error::field("into", "step-into-unfit", into.code));
    }
    Ok(())
}

/// What an officer fills in for a team.
#[derive(Clone, Debug, Default)]
pub struct NewTeam {
    pub name: String,
    pub n_members: i64,
    pub n_households: i64,
    pub leader_role: String,
}

/// Adds a team to a point, from today on.
pub fn add_team(work: &mut Work, point_id: &str, new: &NewTeam) -> Result<()> {
    let point = store::point_for(work, Verb::KeepTeams, point_id)?;
    if point.state.is_over() {
        return Err(Error::Refused("step-life-over"));
    }
    let name = fold::clean(&new.name);
    if name.is_empty() {
        return Err(Error::field("name", "team-name-missing", ""));
    }
    if new.n_members < 0 || new.n_households < 0 {
        return Err(Error::field("n_members", "count-negative", ""));
    }
    let team = Team {
        id: ids::new(),
        name,
        n_members: new.n_members,
        n_households: new.n_households,
        leader_role: fold::clean(&new.leader_role),
        from_on: work.today(),
        to_on: OPEN.into(),
    };
    store::insert_team(work, &point.province, &point.id, &team)?;
    let told = Told::of(&thing(&point))
        .fact("n_members", team.n_members)
        .fact("n_team_households", team.n_households)
        .text(work, "team", &team.name)?
        .text(work, "leader_role", &team.leader_role)?;
    work.journal("team.added", &thing(&point), &told.body())
}
