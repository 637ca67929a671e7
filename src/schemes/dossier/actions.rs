//! What people do with a dossier: put a paper into it, keep a file with it, take one back; and what the list asks.

use crate::envelopes::Owner;
use crate::error::{Error, FieldError, Result};
use crate::history::Told;
use crate::papers::actions::{self as papers, NewPaper, Sent};
use crate::papers::paper::PaperRef;
use crate::papers::store::{self as kept, Use};
use crate::permissions::Verb;
use crate::places::place::OPEN;
use crate::schemes::dossier::item::{self, Item, Kept, Line, MILESTONES, MetBy, ReportLacks, SURVEY_REPORT};
use crate::schemes::dossier::store;
use crate::schemes::point::{Point, StepKind};
use crate::schemes::store::{self as schemes, thing};
use crate::work::{Thing, Work};
use files::Shelf;

/// A point's dossier as it stands.
pub struct Dossier {
    pub lines: Vec<Line>,
    /// Papers outside the list.
    pub others: Vec<Use>,
}

/// The dossier of a point that was loaded for a verb.
pub fn dossier(work: &mut Work, point: &Point) -> Result<Dossier> {
    let today = work.today();
    let items = store::on(work, &point.province, &today)?;
    let uses = kept::uses(work, &point.province, &point.id)?;
    let n_teams = schemes::teams(work, point, &today)?.len();
    let steps = schemes::steps(work, point)?;
    let lines = item::lines(items, &uses, n_teams, (&steps, point.state));
    let others = item::others(&lines, &uses);
    Ok(Dossier { lines, others })
}

/// Refuses a step that the list does not let be taken yet, and names every paper that is missing.
pub fn refuse_step_without_papers(work: &mut Work, point: &Point, step: (StepKind, &str)) -> Result<()> {
    let missing = missing(work, point, step)?;
    if missing.is_empty() {
        return Ok(());
    }
    let fault = |item: &Item| {
        let key = match item.met_by {
            MetBy::Step(_) => "step-step-missing",
            MetBy::Paper | MetBy::Teams => "step-papers-missing",
        };
        FieldError { field: "papers", key, value: item.name_vi.clone() }
    };
    Err(Error::Invalid(missing.iter().map(fault).collect()))
}

/// The lines of the list without which a point's step is not taken on a day.
pub fn missing(work: &mut Work, point: &Point, step: (StepKind, &str)) -> Result<Vec<Item>> {
    let items = store::all(work, &point.province)?;
    let uses = kept::uses(work, &point.province, &point.id)?;
    let n_teams = schemes::teams(work, point, step.1)?.len();
    let kept = Kept { uses: &uses, n_teams, state: point.state };
    Ok(item::missing(&items, &kept, step).into_iter().cloned().collect())
}

/// A paper for a line of the list, with a file or without.
pub struct Entry<'a> {
    pub item: String,
    pub paper: NewPaper,
    pub file: Option<Sent<'a>>,
}

/// Puts a paper into a point's dossier.
pub fn put(work: &mut Work, shelf: &Shelf, point_id: &str, entry: &Entry) -> Result<()> {
    let point = schemes::point_for(work, Verb::KeepPapers, point_id)?;
    let today = work.today();
    let items = store::on(work, &point.province, &today)?;
    let is_listed = items.iter().any(|item| item.code == entry.item && item.met_by == MetBy::Paper);
    if !is_listed && entry.item != OTHER {
        return Err(Error::field("item", "dossier-item-missing", &entry.item));
    }
    if entry.item == SURVEY_REPORT {
        refuse_report_without_plan(work, &point, &entry.paper.name.issued_on)?;
    }
    let paper_id = papers::keep(work, &point.province, &entry.paper)?;
    kept::use_paper(work, &thing(&point), &paper_id, &entry.item)?;
    if let Some(file) = &entry.file {
        papers::attach(work, shelf, (&point.province, &paper_id), file)?;
    }
    let told = told_of(work, &point, &entry.item, &entry.paper.name)?.fact("has_file", entry.file.is_some());
    work.journal("dossier.paper-added", &thing(&point), &told.body())
}

fn refuse_report_without_plan(work: &mut Work, point: &Point, issued_on: &str) -> Result<()> {
    let items = store::all(work, &point.province)?;
    let uses = kept::uses(work, &point.province, &point.id)?;
    match item::report_lacks(&items, &uses, issued_on) {
        None => Ok(()),
        Some(ReportLacks::Plan(name)) => Err(Error::field("item", "dossier-plan-first", name)),
        Some(ReportLacks::EarlierPlan(day)) => {
            let day = day.parse().map_or(day, fold::show_date);
            Err(Error::field("paper_date", "dossier-plan-later", day))
        }
    }
}

/// The line under which papers stand that the list does not ask for.
pub const OTHER: &str = "other";

/// Keeps one more file with a paper of the dossier.
pub fn attach(work: &mut Work, shelf: &Shelf, point_id: &str, use_id: &str, file: &Sent) -> Result<()> {
    let point = schemes::point_for(work, Verb::KeepPapers, point_id)?;
    let used = use_of(work, &point, use_id)?;
    papers::attach(work, shelf, (&point.province, &used.paper.id), file)?;
    let told = told_of(work, &point, &used.item, &used.paper.name)?.fact("has_file", true);
    work.journal("dossier.file-added", &thing(&point), &told.body())
}

/// Takes a paper out of the dossier: it was put there by mistake. The papers of steps stay.
pub fn withdraw(work: &mut Work, point_id: &str, use_id: &str, reason: &str) -> Result<()> {
    let point = schemes::point_for(work, Verb::KeepPapers, point_id)?;
    let used = use_of(work, &point, use_id)?;
    if StepKind::from_code(&used.item).is_some() {
        return Err(Error::Refused("dossier-paper-of-step"));
    }
    if reason.is_empty() {
        return Err(Error::field("reason", "dossier-reason-missing", ""));
    }
    refuse_what_a_step_rests_on(work, &point, &used)?;
    kept::withdraw_use(work, &point.province, use_id, reason)?;
    let told = told_of(work, &point, &used.item, &used.paper.name)?.text(work, "why", reason)?;
    work.journal("dossier.paper-withdrawn", &thing(&point), &told.body())
}

/// A step that was taken goes on resting on its papers: the right one is put there before a wrong one leaves.
fn refuse_what_a_step_rests_on(work: &mut Work, point: &Point, used: &Use) -> Result<()> {
    let mut rest = kept::uses(work, &point.province, &point.id)?;
    rest.retain(|other| other.id != used.id);
    let items = store::all(work, &point.province)?;
    let steps = schemes::steps(work, point)?;
    if item::is_rested_on(&items, &rest, (&used.item, &steps)) {
        return Err(Error::field("reason", "dossier-paper-demanded", ""));
    }
    Ok(())
}

/// What every deed about a paper of the dossier tells.
fn told_of<'a>(work: &mut Work, point: &'a Point, item: &str, paper: &PaperRef) -> Result<Told<'a>> {
    let told = Told::of(&thing(point)).fact("dossier_item", item);
    told.paper(work, &paper.number, &paper.issued_on, &paper.issuer)
}

fn use_of(work: &mut Work, point: &Point, use_id: &str) -> Result<Use> {
    let uses = kept::uses(work, &point.province, &point.id)?;
    uses.into_iter().find(|known| known.id == use_id).ok_or(Error::NotFound)
}

/// A line of the list as an office fills it in.
#[derive(Clone, Debug, Default)]
pub struct NewItem {
    /// Empty for a line that is new.
    pub code: String,
    pub name_vi: String,
    pub name_en: String,
    pub expected_by: String,
    pub blocks: bool,
    pub basis: String,
    pub from_on: String,
}

/// Changes a line of a province's list from a day on, or adds one. Before that day the former line is valid.
pub fn save_item(work: &mut Work, province: &str, new: &NewItem) -> Result<()> {
    let known = store::all(work, province)?;
    let former = known.iter().rev().find(|item| item.code == new.code && item.to_on == OPEN);
    let (code, met_by, position) = match former {
        Some(former) => (former.code.clone(), former.met_by, former.position),
        None if new.code.is_empty() => {
            let last = known.iter().map(|item| item.position).max().unwrap_or_default();
            (fold::key(&new.name_vi).replace(' ', "_"), MetBy::Paper, last + 1)
        }
        None => return Err(Error::NotFound),
    };
    check_item(&known, &code, new)?;
    let item = Item {
        code: code.clone(),
        name_vi: new.name_vi.clone(),
        name_en: if new.name_en.is_empty() { new.name_vi.clone() } else { new.name_en.clone() },
        expected_by: StepKind::from_code(&new.expected_by).unwrap_or(StepKind::Launched),
        blocks_from: if new.blocks { new.from_on.clone() } else { String::new() },
        met_by,
        basis: new.basis.clone(),
        from_on: new.from_on.clone(),
        to_on: OPEN.into(),
        position,
    };
    make_own(work, province)?;
    store::end(work, province, &code, &new.from_on)?;
    store::insert(work, province, &item)?;
    journal_list(work, province, "dossier.item-saved", &code, |told, work| {
        told.fact("step", new.expected_by.as_str())
            .fact("blocks", new.blocks)
            .fact("from_on", new.from_on.as_str())
            .text(work, "name", &item.name_vi)?
            .text(work, "basis_text", &new.basis)
    })
}

/// Ends a line of the list from a day on.
pub fn end_item(work: &mut Work, province: &str, code: &str, from_on: &str) -> Result<()> {
    if from_on.is_empty() {
        return Err(Error::field("from_on", "dossier-from-missing", ""));
    }
    if !store::all(work, province)?.iter().any(|item| item.code == code) {
        return Err(Error::NotFound);
    }
    make_own(work, province)?;
    if store::end(work, province, code, from_on)? == 0 {
        return Err(Error::Refused("dossier-item-over"));
    }
    journal_list(work, province, "dossier.item-ended", code, |told, _| {
        Ok(told.fact("dossier_item", code).fact("from_on", from_on))
    })
}

fn check_item(known: &[Item], code: &str, new: &NewItem) -> Result<()> {
    let mut faults = Vec::new();
    let mut miss = |field, key| faults.push(FieldError { field, key, value: String::new() });
    if new.name_vi.is_empty() {
        miss("name_vi", "dossier-name-missing");
    } else if new.code.is_empty() && known.iter().any(|item| item.code == code) {
        miss("name_vi", "dossier-name-taken");
    }
    if !MILESTONES.iter().any(|kind| kind.code() == new.expected_by) {
        miss("expected_by", "dossier-step-missing");
    }
    if new.from_on.is_empty() {
        miss("from_on", "dossier-from-missing");
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

/// A province that changes the default list for the first time goes on with a list of its own.
fn make_own(work: &mut Work, province: &str) -> Result<()> {
    if store::own(work, province)?.is_empty() {
        for item in store::defaults() {
            store::insert(work, province, item)?;
        }
    }
    Ok(())
}

fn journal_list<'a>(
    work: &mut Work,
    province: &'a str,
    deed: &str,
    code: &'a str,
    tell: impl FnOnce(Told<'a>, &mut Work) -> Result<Told<'a>>,
) -> Result<()> {
    let today = work.today();
    let pin = crate::places::store::by_code_on(work, province, &today)?.id;
    let of = Thing { province, kind: "dossier", id: code, pin: &pin };
    let told = tell(Told::about(Owner { province, id: code }), work)?;
    work.journal(deed, &of, &told.body())
}
