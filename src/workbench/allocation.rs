//! The work list of a place that was divided: its residential areas and institutions, the points that cover all of it,
//! the grants on it. A person says to which part each goes, one by one or in bulk. An area gets a new parent from the
//! day of the division, a point a dated step, a grant a successor: nothing that was entered is rewritten.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use store::{Row, Value};

use crate::accounts::store as accounts;
use crate::accounts::store::KeptGrant;
use crate::envelopes::Owner;
use crate::error::{Error, Result};
use crate::history;
use crate::ids;
use crate::papers::paper::PaperRef;
use crate::permissions::{Role, Verb};
use crate::places::events::{self, Kept};
use crate::places::place::{NATION, OPEN, Place};
use crate::places::reorganisation::{Decision, Deed, Reorganisation, State};
use crate::places::store as places;
use crate::places::taking_effect::{self, Origin};
use crate::schemes::actions::take_step;
use crate::schemes::point::{Anchor, Step, StepKind};
use crate::work::{Thing, Work};
use crate::workbench::actions::told_faults;
use crate::workbench::impact::divided;

/// What is allocated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// A residential area or an institution.
    Place,
    Point,
    Grant,
}

impl What {
    /// Everything that is allocated.
    pub const ALL: [What; 3] = [What::Place, What::Point, What::Grant];

    /// The word in the database and in forms.
    pub fn word(self) -> &'static str {
        match self {
            What::Place => "place",
            What::Point => "point",
            What::Grant => "grant",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<What> {
        What::ALL.into_iter().find(|what| what.word() == word)
    }
}

/// A division: which place, on which day, into what, by what.
#[derive(Clone, Debug)]
pub struct Division {
    pub source: Place,
    pub on: String,
    /// Id (or uid of a unit that is not founded yet) and name.
    pub targets: Vec<(String, String)>,
    /// The reorganisation that divides it; none for one that came with the country's data.
    pub by: Option<Kept>,
    /// The decision's number, as lines have it.
    pub decree: String,
    /// The source stands on beside its parts: what is not allocated stays.
    pub source_goes_on: bool,
}

/// One line of the work list.
#[derive(Clone, Debug)]
pub struct Item {
    pub what: What,
    pub id: String,
    pub name: String,
    pub kind: String,
    pub n_points: i64,
    /// Where it was said to go; empty while nobody said.
    pub target: String,
    pub is_applied: bool,
}

/// The divisions of a place: of a draft when one is named, or else those that are in the tree.
pub fn divisions(work: &mut Work, source_id: &str, draft: Option<&Kept>) -> Result<Vec<Division>> {
    let source = places::by_id(work, source_id)?;
    if let Some(kept) = draft.filter(|kept| kept.state == State::Drafted) {
        return Ok(drafted(work, source, kept)?.into_iter().collect());
    }
    let sql = "select l.on_date, l.target_id, t.name, l.legal_basis, l.reorganisation_id from place_line l \
               join place t on t.id = l.target_id where l.source_id = $1 and l.part = 1 and t.from_on < t.to_on \
               order by l.on_date, t.sort_key, t.id";
    let mut divisions: Vec<Division> = Vec::new();
    for row in work.query(sql, &[source_id.into()])? {
        let known = divisions.iter_mut().find(|division| division.on == row.str(0));
        let target = (row.text(1), row.text(2));
        match known {
            Some(division) => division.targets.push(target),
            None => {
                let by = if row.str(4).is_empty() { None } else { Some(events::by_id(work, row.str(4))?) };
                let source_goes_on = source.to_on.as_str() > row.str(0);
                let (source, on, decree) = (source.clone(), row.text(0), row.text(3));
                divisions.push(Division { source, on, targets: vec![target], by, decree, source_goes_on });
            }
        }
    }
    // Into one part and nothing left is no division.
    divisions.retain(|division| division.targets.len() > 1 || division.source_goes_on);
    Ok(divisions)
}

fn drafted(work: &mut Work, source: Place, kept: &Kept) -> Result<Option<Division>> {
    let Some(targets) = divided(&kept.told).remove(&source.id) else { return Ok(None) };
    let mut named = Vec::new();
    for target in targets {
        let unit = kept.told.deeds.iter().filter_map(Deed::unit).find(|unit| unit.uid == target);
        let name = match unit {
            Some(unit) => unit.name.clone(),
            None => places::by_id(work, &target)?.name,
        };
        named.push((target, name));
    }
    let source_goes_on = !kept.told.used_up.contains(&source.id);
    Ok(Some(Division {
        on: kept.told.on.clone(),
        targets: named,
        decree: kept.decision.number.clone(),
        by: Some(kept.clone()),
        source_goes_on,
        source,
    }))
}

/// What was shown under the source on the eve, also where it is pinned to what the source came from.
const AREAS: &str = "select g.id, g.name, g.kind, (select count(*) from point f where f.place_id = g.id \
    and f.state not in ('ended', 'struck_off', 'merged')), coalesce(a.target, ''), coalesce(a.applied_at, '') \
    from rollup r join place g on g.pin_id = r.place_id \
    left join allocation a on a.source_id = $1 and a.on_date = $2 and a.thing = 'place' and a.thing_id = g.id \
    where r.ancestor_id = $1 and r.from_on < $2 and r.to_on >= $2 and g.level >= 4 and g.to_on = '9999-12-31' \
    order by g.level, g.sort_key, g.id";

const POINTS: &str = "select f.id, f.name, f.state, 1, coalesce(a.target, ''), coalesce(a.applied_at, '') \
    from rollup r join place g on g.pin_id = r.place_id and g.level <= 3 join point f on f.place_id = g.id \
    left join allocation a on a.source_id = $1 and a.on_date = $2 and a.thing = 'point' and a.thing_id = f.id \
    where r.ancestor_id = $1 and r.from_on < $2 and r.to_on >= $2 and (g.from_on < $2 or a.id is not null) \
    and f.state not in ('ended', 'struck_off', 'merged') order by f.sort_key, f.id";

const GRANTS: &str = "select x.id, u.name, x.role, 0, coalesce(a.target, ''), coalesce(a.applied_at, '') \
    from rollup r join place g on g.id = r.place_id and g.level = (select level from place where id = $1) \
    join account_grant x on x.place_id = g.id join account u on u.id = x.account_id \
    left join allocation a on a.source_id = $1 and a.on_date = $2 and a.thing = 'grant' and a.thing_id = x.id \
    where r.ancestor_id = $1 and r.from_on < $2 and r.to_on >= $2 and g.from_on < $2 and x.to_on > $2 order by u.name, x.id";

/// What is to be allocated, and where it was said to go.
pub fn items(work: &mut Work, division: &Division) -> Result<Vec<Item>> {
    let values = [Value::from(&division.source.id), Value::from(&division.on)];
    let mut items = Vec::new();
    for (what, sql) in [(What::Place, AREAS), (What::Point, POINTS), (What::Grant, GRANTS)] {
        // Who may not manage accounts sees none; the grants are then another's to allocate.
        if what == What::Grant && !work.reaches(Verb::ManageAccounts, division.source.pin_id())? {
            continue;
        }
        items.extend(work.query(sql, &values)?.iter().map(|row: &Row| Item {
            what,
            id: row.text(0),
            name: row.text(1),
            kind: row.text(2),
            n_points: row.int(3),
            target: row.text(4),
            is_applied: !row.str(5).is_empty(),
        }));
    }
    Ok(items)
}

/// What was decided: of which thing, and where it goes. An empty target takes the decision back while it waits.
pub type Decided = (What, String, String);

/// Keeps what was decided; applies it at once when the division is in force. `paper` names the decision of a division
/// that came without one.
pub fn decide(work: &mut Work, division: &Division, decided: &[Decided], paper: Option<&PaperRef>) -> Result<usize> {
    work.demand(Verb::DraftReorganisation, Verb::ReadPlace, division.source.pin_id())?;
    let listed: BTreeMap<(What, String), Item> =
        items(work, division)?.into_iter().map(|item| ((item.what, item.id.clone()), item)).collect();
    let mut n = 0;
    for (what, id, target) in decided {
        let Some(item) = listed.get(&(*what, id.clone())).filter(|item| !item.is_applied && item.target != *target)
        else {
            continue;
        };
        let known = target.is_empty() || division.targets.iter().any(|(known, _)| known == target);
        if !known {
            return Err(Error::field("target", "allocation-target-unknown", item.name.clone()));
        }
        keep(work, division, item, target)?;
        n += 1;
    }
    if n == 0 {
        return Ok(0);
    }
    let today = work.today();
    let counts = division.by.as_ref().is_none_or(|kept| kept.state.counts());
    if counts && division.on <= today {
        work.in_consequence(|work| apply_now(work, division, paper))?;
    }
    let province = places::province_of(work, division.source.pin_id()).unwrap_or_else(|_| NATION.to_owned());
    let thing = Thing { province: &province, kind: "place", id: &division.source.id, pin: division.source.pin_id() };
    work.journal("allocation.decided", &thing, &json!({ "n_allocated": n, "on": division.on }))?;
    Ok(n)
}

fn keep(work: &mut Work, division: &Division, item: &Item, target: &str) -> Result<()> {
    let sql = "delete from allocation where source_id = $1 and on_date = $2 and thing = $3 and thing_id = $4 \
               and applied_at = ''";
    let key: [Value; 4] =
        [Value::from(&division.source.id), Value::from(&division.on), item.what.word().into(), Value::from(&item.id)];
    work.execute(sql, &key)?;
    if target.is_empty() {
        return Ok(());
    }
    let sql = "insert into allocation (source_id, on_date, thing, thing_id, target, id, reorganisation_id, decided_by, \
               decided_at, applied_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, '')";
    let by = division.by.as_ref().map_or("", |kept| kept.id.as_str());
    let mut values = key.to_vec();
    values.extend([target.into(), ids::new().into(), by.into()]);
    values.extend([Value::from(&work.actor.account_id), Value::from(&work.moment.now)]);
    work.execute(sql, &values)?;
    Ok(())
}

/// A decision that waits.
struct Waiting {
    id: String,
    thing_id: String,
    target: String,
}

fn waiting(work: &mut Work, source_id: &str, on: &str, what: What) -> Result<Vec<Waiting>> {
    let sql = "select id, thing_id, target from allocation where source_id = $1 and on_date = $2 and thing = $3 \
               and applied_at = '' order by id";
    let rows = work.query(sql, &[source_id.into(), on.into(), what.word().into()])?;
    Ok(rows.iter().map(|row| Waiting { id: row.text(0), thing_id: row.text(1), target: row.text(2) }).collect())
}

fn applied(work: &mut Work, waiting: &Waiting) -> Result<()> {
    let now = work.moment.now.clone();
    work.execute("update allocation set applied_at = $2 where id = $1", &[Value::from(&waiting.id), now.into()])?;
    Ok(())
}

/// The moves of areas that were decided for a draft, to be signed with it.
pub fn moves(work: &mut Work, kept: &Kept, told: &Reorganisation) -> Result<Vec<Deed>> {
    let mut moves = Vec::new();
    for source in divided(told).into_keys() {
        for waiting in waiting(work, &source, &told.on, What::Place)? {
            let unit = told.deeds.iter().filter_map(Deed::unit).find(|unit| unit.uid == waiting.target);
            let parent = unit.map_or_else(|| waiting.target.clone(), |unit| unit.key.clone());
            let stands = unit.is_some() || places::by_id(work, &parent).is_ok();
            // What was decided for a unit that the draft no longer founds is forgotten.
            if !stands || kept.id.is_empty() {
                continue;
            }
            applied(work, &waiting)?;
            moves.push(Deed::Move { place_id: waiting.thing_id, parent });
        }
    }
    Ok(moves)
}

/// Applies what waits for a reorganisation whose day has come.
pub fn apply_due(work: &mut Work, kept: &Kept) -> Result<()> {
    let sql =
        "select distinct source_id from allocation where reorganisation_id = $1 and applied_at = '' order by source_id";
    for row in work.query(sql, &[Value::from(&kept.id)])? {
        let source = places::by_id(work, row.str(0))?;
        let division = divisions(work, &source.id, None)?.into_iter().find(|division| division.on == kept.told.on);
        let Some(division) = division else { continue };
        match work.in_consequence(|work| apply_now(work, &division, None)) {
            // What a rule forbids waits on in the work list; the day does not wait for it.
            Ok(()) | Err(Error::Refused(_) | Error::Invalid(_) | Error::NotFound | Error::Forbidden(_)) => {}
            Err(error @ (Error::Conflict | Error::Broken(_))) => return Err(error),
        }
    }
    Ok(())
}

/// Leads back what was allocated by a reorganisation that was taken back: points by a step of the same day, grants by
/// their end. The areas went back with the tree.
pub fn undo(work: &mut Work, kept: &Kept) -> Result<()> {
    let sql = "select source_id, thing, thing_id, target from allocation where reorganisation_id = $1 and applied_at <> '' \
               order by id";
    for row in work.query(sql, &[Value::from(&kept.id)])? {
        match What::from_word(row.str(1)) {
            Some(What::Point) => lead_back(work, kept, row.str(0), row.str(2))?,
            Some(What::Grant) => {
                let unit = kept.told.deeds.iter().filter_map(Deed::unit).find(|unit| unit.uid == row.str(3));
                let place_id = unit.map_or_else(|| row.text(3), |unit| unit.id(&kept.told.on));
                let sql = "update account_grant set to_on = from_on where place_id = $1 and from_on >= $2 \
                           and account_id = (select account_id from account_grant where id = $3)";
                work.execute(sql, &[place_id.into(), Value::from(&kept.told.on), row.str(2).into()])?;
            }
            Some(What::Place) | None => {}
        }
    }
    work.execute("delete from allocation where reorganisation_id = $1", &[Value::from(&kept.id)])?;
    Ok(())
}

fn lead_back(work: &mut Work, kept: &Kept, source_id: &str, point_id: &str) -> Result<()> {
    let sql = "select max(s.on_date) from step s where s.point_id = $1";
    let last = work.first(sql, &[point_id.into()])?.and_then(|row| row.text_or_null(0)).unwrap_or_default();
    let source = places::by_id(work, source_id)?;
    let decision = &kept.decision;
    let paper = PaperRef {
        number: decision.number.clone(),
        issued_on: decision.issued_on.clone(),
        issuer: decision.issuer.clone(),
    };
    let step = Step {
        paper: Some(paper),
        anchor: Some(Anchor { place_id: source.id.clone(), pin_id: source.pin_id().to_owned() }),
        ..Step::bare(StepKind::ReAnchored, last)
    };
    match take_step(work, point_id, &step) {
        // A point whose life is over meanwhile stays where it ended.
        Ok(_) | Err(Error::Refused(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

fn apply_now(work: &mut Work, division: &Division, paper: Option<&PaperRef>) -> Result<()> {
    let decision = match (&division.by, paper) {
        (Some(kept), _) => kept.decision.clone(),
        (None, Some(paper)) => {
            Decision { number: paper.number.clone(), issued_on: paper.issued_on.clone(), issuer: paper.issuer.clone() }
        }
        (None, None) => Decision { number: division.decree.clone(), ..Decision::default() },
    };
    decision.check(&work.today())?;
    move_areas(work, division, &decision)?;
    for waiting in waiting(work, &division.source.id, &division.on, What::Point)? {
        move_point(work, division, &waiting, &decision)?;
        applied(work, &waiting)?;
    }
    for waiting in waiting(work, &division.source.id, &division.on, What::Grant)? {
        hand_on_grant(work, division, &waiting)?;
        applied(work, &waiting)?;
    }
    Ok(())
}

/// The id of a target, which a draft called by the uid of its unit.
fn target_id(division: &Division, target: &str) -> String {
    let unit =
        division.by.as_ref().and_then(|kept| kept.told.deeds.iter().filter_map(Deed::unit).find(|u| u.uid == target));
    unit.map_or_else(|| target.to_owned(), |unit| unit.id(&division.on))
}

fn move_areas(work: &mut Work, division: &Division, decision: &Decision) -> Result<()> {
    let waiting = waiting(work, &division.source.id, &division.on, What::Place)?;
    if waiting.is_empty() {
        return Ok(());
    }
    let deed = |waiting: &Waiting| Deed::Move {
        place_id: waiting.thing_id.clone(),
        parent: target_id(division, &waiting.target),
    };
    let told =
        Reorganisation { on: division.on.clone(), deeds: waiting.iter().map(deed).collect(), used_up: BTreeSet::new() };
    let change = taking_effect::prepare(work, &told)?.map_err(told_faults)?;
    let id = match &division.by {
        Some(kept) => kept.id.clone(),
        None => keep_allocating(work, division, decision, told)?,
    };
    taking_effect::put(work, &change, &Origin { reorganisation_id: &id, decree: &decision.number })?;
    for waiting in &waiting {
        applied(work, waiting)?;
    }
    let thing = Thing { province: NATION, kind: "place", id: &division.source.id, pin: division.source.pin_id() };
    let province = places::province_of(work, division.source.pin_id()).unwrap_or_else(|_| NATION.to_owned());
    let told = history::Told::about(Owner { province: &province, id: &division.source.id })
        .fact("n_allocated", waiting.len())
        .paper(work, &decision.number, &decision.issued_on, &decision.issuer)?;
    work.journal("allocation.areas-moved", &thing, &told.body())
}

/// A division that came with the country's data has no reorganisation here; what is allocated by it is kept as one
/// of its own, so that it is listed and may be taken back.
fn keep_allocating(work: &mut Work, division: &Division, decision: &Decision, told: Reorganisation) -> Result<String> {
    let (actor, now) = (work.actor.account_id.clone(), work.moment.now.clone());
    let kept = Kept {
        id: ids::new(),
        province: places::province_of(work, division.source.pin_id()).unwrap_or_else(|_| NATION.to_owned()),
        pin_id: division.source.pin_id().to_owned(),
        title: division.source.name.clone(),
        of_own: true,
        decision: decision.clone(),
        state: State::InForce,
        told,
        annex: r#"{"scope_id":"","lines":[],"goes_on":[]}"#.into(),
        drafted_by: actor.clone(),
        drafted_at: now.clone(),
        edited_by: actor.clone(),
        signed_by: actor,
        signed_at: now,
        ended_by: String::new(),
        ended_at: String::new(),
        end_reason: String::new(),
        version: 1,
    };
    events::insert(work, &kept)?;
    Ok(kept.id)
}

/// A point that covered all of a divided place takes a dated step to the part that it goes to.
fn move_point(work: &mut Work, division: &Division, waiting: &Waiting, decision: &Decision) -> Result<()> {
    let sql = "select max(s.on_date) from step s where s.point_id = $1";
    let last =
        work.first(sql, &[Value::from(&waiting.thing_id)])?.and_then(|row| row.text_or_null(0)).unwrap_or_default();
    let target = places::by_id(work, &target_id(division, &waiting.target))?;
    let paper = PaperRef {
        number: decision.number.clone(),
        issued_on: decision.issued_on.clone(),
        issuer: decision.issuer.clone(),
    };
    let step = Step {
        paper: Some(paper),
        anchor: Some(Anchor { place_id: target.id.clone(), pin_id: target.pin_id().to_owned() }),
        ..Step::bare(StepKind::ReAnchored, last.max(division.on.clone()))
    };
    take_step(work, &waiting.thing_id, &step)?;
    Ok(())
}

/// A grant on a divided place gives nothing any more; its holder gets the same on one of the parts.
fn hand_on_grant(work: &mut Work, division: &Division, waiting: &Waiting) -> Result<()> {
    let sql = "select g.account_id, g.role, g.from_on, g.to_on, g.manner, a.user_name from account_grant g \
               join account a on a.id = g.account_id where g.id = $1";
    let row = work.first(sql, &[Value::from(&waiting.thing_id)])?.ok_or(Error::NotFound)?;
    let Some(role) = Role::from_code(row.str(1)) else { return Ok(()) };
    let place_id = target_id(division, &waiting.target);
    let until = if row.str(3).is_empty() { OPEN.to_owned() } else { row.text(3) };
    let grant = KeptGrant {
        id: ids::new(),
        account_id: row.text(0),
        role,
        place_id: place_id.clone(),
        from_on: row.text(2).max(division.on.clone()),
        to_on: until,
        manner: row.text(4),
    };
    accounts::insert_grant(work.tx, &grant)?;
    let province = places::province_of(work, &place_id).unwrap_or_else(|_| NATION.to_owned());
    let thing = Thing { province: &province, kind: "account", id: &grant.account_id, pin: &place_id };
    let body = json!({ "role": role.code(), "place": place_id, "from_on": grant.from_on, "to_on": grant.to_on });
    work.journal("account.granted", &thing, &body)
}

/// The divided places below one of which something is not allocated: id, name, how much.
pub fn undecided(work: &mut Work, below: &Place) -> Result<Vec<(String, String, i64)>> {
    let today = work.today();
    let sql = "select s.id, s.name, (select count(*) from rollup u join place g on g.pin_id = u.place_id \
               where u.ancestor_id = s.id and u.to_on = s.to_on and g.level >= 4 and g.to_on = '9999-12-31' \
               and not exists (select 1 from allocation a where a.thing = 'place' and a.thing_id = g.id)), \
               (select count(*) from rollup u join place g on g.pin_id = u.place_id and g.level <= 3 and g.from_on < s.to_on \
               join point f on f.place_id = g.id and f.state not in ('ended', 'struck_off', 'merged') \
               where u.ancestor_id = s.id and u.to_on = s.to_on \
               and not exists (select 1 from allocation a where a.thing = 'point' and a.thing_id = f.id)) \
               from rollup r join place s on s.id = r.place_id where r.ancestor_id = $1 and r.from_on <= $2 and r.to_on > $2 \
               and s.level <= 3 and s.to_on <= $2 and exists (select 1 from place_line l where l.source_id = s.id and l.part = 1) \
               and not exists (select 1 from rollup q where q.place_id = s.id and q.level = s.level and q.from_on <= $2 \
               and q.to_on > $2) order by s.sort_key, s.id";
    let rows = work.query(sql, &[below.pin_id().into(), today.into()])?;
    let lines = rows.iter().map(|row| (row.text(0), row.text(1), row.int(2) + row.int(3)));
    Ok(lines.filter(|(_, _, n)| *n > 0).collect())
}
