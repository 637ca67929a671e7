//! Reorganisations on pages: the list, a draft from its annex to its signature, and the work list of a divided place.

use askama::Template;

use crate::error::{Error, Result};
use crate::exchange::read_sheets;
use crate::permissions::Verb;
use crate::places::events::Kept;
use crate::places::place::{OPEN, Place, SINCE_EVER};
use crate::places::reorganisation::{Decision, Deed, Extent, State, kinds};
use crate::places::store as places;
use crate::places::taking_effect;
use crate::web::account::raw;
use crate::web::ask::Ask;
use crate::web::reply::Reply;
use crate::web::shell::{Faults, Shell};
use crate::work::Work;
use crate::workbench::actions::{self, Told};
use crate::workbench::allocation::{self, Decided, Division, Item, What};
use crate::workbench::annex::{Annex, Line, Resolved, Verdict};
use crate::workbench::correction::{self, Correction, Reason};
use crate::workbench::impact::{self, Impact};
use crate::workbench::table;

#[derive(Template)]
#[template(path = "workbench/views/list.html")]
struct ListPage {
    s: Shell,
    place: Place,
    lines: Vec<Kept>,
    divided: Vec<(String, String, i64)>,
    may_draft: bool,
}

/// The reorganisations of a place, and the divided places that wait for someone.
pub fn list(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let place = ask.place(work)?;
    work.demand(Verb::ReadPoint, Verb::ReadPoint, place.pin_id())?;
    let may_draft = work.reaches(Verb::DraftReorganisation, place.pin_id())?;
    let divided = if may_draft { allocation::undecided(work, &place)? } else { Vec::new() };
    let page = ListPage {
        lines: actions::seen_under(work, place.pin_id())?,
        s: Shell::new(work, ask, "reorganisations", ask.words().t("nav-reorganisations")),
        divided,
        may_draft,
        place,
    };
    Reply::html(&page)
}

#[derive(Template)]
#[template(path = "workbench/views/new.html")]
struct NewPage {
    s: Shell,
    faults: Faults,
    place: Place,
    text: String,
    fields: Vec<(String, String)>,
}

impl NewPage {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }
}

/// The form of a new draft.
pub fn new(work: &mut Work, ask: &Ask) -> Result<Reply> {
    new_page(work, ask, Faults::default())
}

/// The same form after a refusal, with what was typed.
pub fn new_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    new_page(work, ask, Faults::of(error, ask.words()))
}

fn new_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let place = place_of(work, ask)?;
    let s = Shell::new(work, ask, "reorganisations", ask.words().t("reorganisation-new"));
    Reply::html(&NewPage { s, faults, place, text: raw(ask, "text").to_owned(), fields: ask.form.clone() })
}

fn place_of(work: &mut Work, ask: &Ask) -> Result<Place> {
    match ask.field("place").as_str() {
        "" => ask.place(work),
        code => places::by_code(work, code),
    }
}

fn decision(ask: &Ask) -> Result<Decision> {
    Ok(Decision {
        number: ask.field("paper_number"),
        issued_on: ask.date("paper_date")?,
        issuer: ask.field("paper_issuer"),
    })
}

/// The lines of what was pasted or sent; tables are read as such.
fn lines_of(ask: &Ask) -> Result<Vec<String>> {
    let mut lines = lines_of_text(raw(ask, "text"))?;
    if let Some(upload) = ask.upload().filter(|upload| !upload.bytes.is_empty()) {
        let read = table::lines(&read_sheets(&upload.file_name, &upload.bytes)?);
        if read.is_empty() {
            return Err(Error::field("file", "reorganisation-annex-unreadable", ""));
        }
        lines.extend(read);
    }
    Ok(lines)
}

/// A table that is pasted from a workbook comes with tabs.
pub fn lines_of_text(text: &str) -> Result<Vec<String>> {
    if text.contains('\t') {
        let read = table::lines(&read_sheets("paste.csv", text.as_bytes())?);
        if !read.is_empty() {
            return Ok(read);
        }
    }
    Ok(text.lines().map(fold::clean).filter(|line| !line.is_empty()).collect())
}

/// Begins a draft.
pub fn draft(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let scope = place_of(work, ask)?;
    let annex = Annex::of_lines(&scope.id, lines_of(ask)?);
    let told = Told { title: ask.field("title"), on: ask.date("on_date")?, decision: decision(ask)?, annex };
    let kept = actions::draft(work, &told)?;
    Ok(Reply::see(&format!("/reorganisations/{}", kept.id)))
}

#[derive(Template)]
#[template(path = "workbench/views/show.html")]
struct ShowPage {
    s: Shell,
    faults: Faults,
    kept: Kept,
    place: Place,
    lines: Vec<LineView>,
    deeds: Vec<DeedView>,
    problems: Vec<String>,
    parted: Vec<(String, String, bool)>,
    impact: Option<Impact>,
    choices: Vec<(String, String, usize)>,
    drafter: String,
    signer: String,
    may_see_accounts: bool,
    may_edit: bool,
    may_sign: bool,
    is_other: bool,
    /// Every name of the annex is settled.
    is_settled: bool,
    may_reverse: bool,
    rests: Vec<(String, String)>,
    fields: Vec<(String, String)>,
}

impl ShowPage {
    /// A field of the head: as it was typed, or as it is kept.
    fn value(&self, name: &str) -> String {
        let typed = self.fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        let decision = &self.kept.decision;
        typed.unwrap_or_else(|| match name {
            "title" => self.kept.title.clone(),
            "on_date" => self.s.date(&self.kept.told.on),
            "paper_number" => decision.number.clone(),
            "paper_date" if decision.issued_on.is_empty() => String::new(),
            "paper_date" => self.s.date(&decision.issued_on),
            "paper_issuer" => decision.issuer.clone(),
            _ => String::new(),
        })
    }

    fn is(&self, state: &str) -> bool {
        self.kept.state.code() == state
    }

    /// How far it has come: `xong`, `dang` or `sau` for a step of the four.
    fn step(&self, n: usize) -> &'static str {
        let at = match self.kept.state {
            State::Drafted | State::Dropped => 2,
            State::Signed => 4,
            State::InForce | State::Reversed => 5,
        };
        match n.cmp(&at) {
            std::cmp::Ordering::Less => "xong",
            std::cmp::Ordering::Equal => "dang",
            std::cmp::Ordering::Greater => "sau",
        }
    }
}

struct LineView {
    n: usize,
    text: String,
    verdict: Verdict,
}

/// A deed in words: who goes where.
struct DeedView {
    kind: &'static str,
    before: Vec<(String, bool)>,
    after: String,
    is_new: bool,
    code: String,
    below: String,
}

/// One reorganisation.
pub fn show(work: &mut Work, ask: &Ask) -> Result<Reply> {
    show_page(work, ask, Faults::default())
}

/// The same page after a refusal.
pub fn show_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    show_page(work, ask, Faults::of(error, ask.words()))
}

fn show_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let kept = actions::kept_for(work, Verb::ReadPoint, ask.param("id"))?;
    let place = places::by_id(work, &kept.pin_id)?;
    let drafted = kept.state == State::Drafted;
    let reaches_draft = work.reaches(Verb::DraftReorganisation, &kept.pin_id)?;
    let reaches_sign = work.reaches(Verb::SignReorganisation, &kept.pin_id)?;
    let actor = work.actor.account_id.clone();
    let mut page = ShowPage {
        s: Shell::new(work, ask, "reorganisations", kept.title.clone()),
        faults,
        place,
        lines: Vec::new(),
        deeds: Vec::new(),
        problems: Vec::new(),
        parted: Vec::new(),
        impact: None,
        choices: Vec::new(),
        drafter: name_of(work, &kept.drafted_by)?,
        signer: name_of(work, &kept.signed_by)?,
        may_see_accounts: work.reaches(Verb::ReadAccounts, &kept.pin_id)?,
        may_edit: drafted && reaches_draft,
        may_sign: drafted && reaches_sign,
        is_other: actor != kept.drafted_by && actor != kept.edited_by,
        is_settled: true,
        may_reverse: kept.state.counts() && reaches_sign,
        rests: Vec::new(),
        fields: ask.form.clone(),
        kept,
    };
    if drafted {
        fill_draft(work, ask, &mut page)?;
    } else {
        page.deeds = deeds(work, &page.kept.told.deeds.clone())?;
        let later = actions::depends_on(work, &page.kept)?.later;
        page.rests = later.into_iter().map(|kept| (kept.id, kept.title)).collect();
        let told = page.kept.told.clone();
        fill_choices(work, &mut page, &told)?;
    }
    Reply::html(&page)
}

fn name_of(work: &mut Work, account_id: &str) -> Result<String> {
    let row = work.first("select name from account where id = $1", &[account_id.into()])?;
    Ok(row.map_or_else(|| account_id.to_owned(), |row| row.text(0)))
}

fn fill_draft(work: &mut Work, ask: &Ask, page: &mut ShowPage) -> Result<()> {
    let annex = actions::annex_of(&page.kept)?;
    let resolved = annex.resolve(work, &page.kept.told.on)?;
    page.is_settled = resolved.is_settled();
    let Resolved { told, verdicts, .. } = resolved;
    let lines = annex.lines.iter().zip(verdicts).enumerate();
    page.lines = lines.map(|(n, (line, verdict))| LineView { n, text: line.text.clone(), verdict }).collect();
    // After a refusal the lines stand as they were typed.
    for line in page.lines.iter_mut().filter(|_| !ask.form.is_empty()) {
        let typed = ask.form.iter().find(|(key, _)| *key == format!("text-{}", line.n));
        if let Some((_, text)) = typed {
            line.text.clone_from(text);
        }
    }
    page.deeds = deeds(work, &told.deeds)?;
    let parted: Vec<String> = told.parted().into_iter().filter(|(_, n)| *n > 1).map(|(id, _)| id.to_owned()).collect();
    for id in parted {
        let name = places::by_id(work, &id)?.name;
        page.parted.push((id.clone(), name, annex.goes_on.contains(&id)));
    }
    match taking_effect::prepare(work, &told)? {
        Ok(change) if page.is_settled => page.impact = Some(impact::find(work, &told, &change)?),
        Ok(_) => {}
        Err(faults) => {
            let w = ask.words();
            page.problems = faults.into_iter().map(|fault| w.with(fault.key, fault.value)).collect();
        }
    }
    page.kept.told = told.clone();
    fill_choices(work, page, &told)
}

/// The divided places, each with how much is left to allocate.
fn fill_choices(
    work: &mut Work,
    page: &mut ShowPage,
    told: &crate::places::reorganisation::Reorganisation,
) -> Result<()> {
    for id in impact::divided(told).into_keys() {
        let found = allocation::divisions(work, &id, Some(&page.kept))?;
        let Some(division) = found.into_iter().find(|division| division.on == told.on) else { continue };
        let items = allocation::items(work, &division)?;
        let left = items.iter().filter(|item| item.target.is_empty()).count();
        // Of a place that goes on, what nobody moves simply stays.
        let stays = division.source_goes_on && left == items.len() && page.kept.state != State::Drafted;
        if !items.is_empty() && !stays {
            page.choices.push((id, division.source.name, left));
        }
    }
    Ok(())
}

fn deeds(work: &mut Work, told: &[Deed]) -> Result<Vec<DeedView>> {
    let mut views = Vec::new();
    for deed in told {
        let mut before = Vec::new();
        for share in deed.from() {
            before.push((title(work, &share.place_id)?, share.extent == Extent::Part));
        }
        let mut view = DeedView {
            kind: deed.kind().word(),
            before,
            after: String::new(),
            is_new: false,
            code: String::new(),
            below: String::new(),
        };
        match deed {
            Deed::Found { unit, .. } => {
                view.after.clone_from(&unit.name);
                view.is_new = true;
                view.code.clone_from(&unit.code);
                view.below = above(work, told, &unit.parent)?;
            }
            Deed::TakeIn { place_id, .. } => view.after = title(work, place_id)?,
            Deed::Rename { place_id, name } | Deed::Reclassify { place_id, name, .. } => {
                view.before.push((title(work, place_id)?, false));
                view.after.clone_from(name);
            }
            Deed::Move { place_id, parent } => {
                view.before.push((title(work, place_id)?, false));
                view.below = above(work, told, parent)?;
            }
            Deed::Close { place_id, .. } => view.before.push((title(work, place_id)?, false)),
        }
        views.push(view);
    }
    Ok(views)
}

fn title(work: &mut Work, id: &str) -> Result<String> {
    match places::by_id(work, id) {
        Ok(place) => Ok(place.name),
        Err(Error::NotFound) => Ok(id.to_owned()),
        Err(error) => Err(error),
    }
}

fn above(work: &mut Work, told: &[Deed], parent: &str) -> Result<String> {
    match told.iter().filter_map(Deed::unit).find(|unit| unit.key == parent) {
        Some(unit) => Ok(unit.name.clone()),
        None => title(work, parent),
    }
}

/// Changes a draft: its head, its lines, what its names mean.
pub fn edit(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let kept = actions::kept_for(work, Verb::DraftReorganisation, ask.param("id"))?;
    let before = actions::annex_of(&kept)?;
    let mut annex = Annex { scope_id: before.scope_id.clone(), ..Annex::default() };
    for n in 0..before.lines.len() {
        annex.lines.extend(line_of(ask, n, &before.lines[n]));
    }
    let line = |text| Line { text, ..Line::default() };
    annex.lines.extend(lines_of_text(raw(ask, "more"))?.into_iter().map(line));
    annex.goes_on = ask.form.iter().filter(|(key, _)| key == "goes_on").map(|(_, id)| fold::clean(id)).collect();
    let told = Told { title: ask.field("title"), on: ask.date("on_date")?, decision: decision(ask)?, annex };
    let kept = actions::edit(work, &kept.id, ask.count("version")?, &told)?;
    Ok(Reply::see(&format!("/reorganisations/{}", kept.id)))
}

/// A line as it was sent back; none when it was emptied.
fn line_of(ask: &Ask, n: usize, before: &Line) -> Option<Line> {
    let text = ask.field(&format!("text-{n}"));
    if text.is_empty() {
        return None;
    }
    let mut line = Line { text, ..before.clone() };
    for m in 0..64 {
        let called = ask.field(&format!("called-{n}-{m}"));
        if called.is_empty() {
            break;
        }
        let picked = ask.field(&format!("pick-{n}-{m}"));
        if !picked.is_empty() {
            line.picks.insert(called, picked);
        }
    }
    Some(line)
}

/// Signs a draft.
pub fn sign(work: &mut Work, ask: &Ask) -> Result<Reply> {
    if ask.field("checked") != "1" {
        return Err(Error::field("checked", "reorganisation-sign-unchecked", ""));
    }
    let kept = actions::sign(work, ask.param("id"), ask.count("version")?)?;
    Ok(Reply::see(&format!("/reorganisations/{}", kept.id)))
}

/// Takes one back.
pub fn reverse(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let kept = actions::reverse(work, ask.param("id"), &ask.field("reason"))?;
    Ok(Reply::see(&format!("/reorganisations/{}", kept.id)))
}

/// Lays a draft aside.
pub fn lay_aside(work: &mut Work, ask: &Ask) -> Result<Reply> {
    actions::lay_aside(work, ask.param("id"))?;
    Ok(Reply::see("/reorganisations"))
}

/// What is to be allocated, by what it is.
type Lists = Vec<(&'static str, Vec<Item>)>;

#[derive(Template)]
#[template(path = "workbench/views/allocation.html")]
struct AllocationPage {
    s: Shell,
    faults: Faults,
    source: Place,
    /// Each division with its lists: what, and the items.
    divisions: Vec<(Division, Lists)>,
    reorganisation: String,
    needs_paper: bool,
    fields: Vec<(String, String)>,
}

impl AllocationPage {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }
}

/// The work list of a divided place.
pub fn allocation(work: &mut Work, ask: &Ask) -> Result<Reply> {
    allocation_page(work, ask, Faults::default())
}

/// The same list after a refusal.
pub fn allocation_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    allocation_page(work, ask, Faults::of(error, ask.words()))
}

fn draft_named(work: &mut Work, ask: &Ask) -> Result<Option<Kept>> {
    let id = if ask.query("reorganisation").is_empty() {
        ask.field("reorganisation")
    } else {
        ask.query("reorganisation").to_owned()
    };
    if id.is_empty() { Ok(None) } else { actions::kept_for(work, Verb::DraftReorganisation, &id).map(Some) }
}

fn allocation_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let source = places::by_code(work, ask.param("id"))?;
    work.demand(Verb::DraftReorganisation, Verb::DraftReorganisation, source.pin_id())?;
    let draft = draft_named(work, ask)?;
    let mut divisions = Vec::new();
    let mut needs_paper = false;
    for division in allocation::divisions(work, &source.id, draft.as_ref())? {
        let items = allocation::items(work, &division)?;
        needs_paper |= division.by.is_none() && items.iter().any(|item| !item.is_applied);
        let of = |what: What| items.iter().filter(|item| item.what == what).cloned().collect::<Vec<Item>>();
        let lists = What::ALL.into_iter().map(|what| (what.word(), of(what))).filter(|(_, items)| !items.is_empty());
        divisions.push((division, lists.collect()));
    }
    let title = ask.words().with("allocation", &source.name);
    let mut fields = ask.form.clone();
    if fields.is_empty()
        && let Some((division, _)) = divisions.first()
    {
        fields.push(("paper_number".into(), division.decree.clone()));
    }
    let page = AllocationPage {
        s: Shell::new(work, ask, "reorganisations", title),
        faults,
        reorganisation: draft.map_or_else(String::new, |kept| kept.id),
        source,
        divisions,
        needs_paper,
        fields,
    };
    Reply::html(&page)
}

/// Keeps what was decided in the work list.
pub fn allocate(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let source = places::by_code(work, ask.param("id"))?;
    work.demand(Verb::DraftReorganisation, Verb::DraftReorganisation, source.pin_id())?;
    let draft = draft_named(work, ask)?;
    let on = ask.field("on_date");
    let found = allocation::divisions(work, &source.id, draft.as_ref())?;
    let division = found.into_iter().find(|division| division.on == on);
    let Some(division) = division else {
        return Err(Error::field("on_date", "allocation-not-divided", source.name));
    };
    let bulk = ask.field("bulk");
    let mut decided: Vec<Decided> = Vec::new();
    for item in allocation::items(work, &division)? {
        let own = ask.field(&format!("{}-{}", item.what.word(), item.id));
        let target = if own.is_empty() && item.target.is_empty() && !bulk.is_empty() { bulk.clone() } else { own };
        decided.push((item.what, item.id, target));
    }
    allocation::decide(work, &division, &decided, ask.paper()?.as_ref())?;
    let of = draft.map_or_else(String::new, |kept| format!("?reorganisation={}", kept.id));
    Ok(Reply::see(&format!("/places/{}/allocation{of}", source.id)))
}

#[derive(Template)]
#[template(path = "workbench/views/correction.html")]
struct CorrectionPage {
    s: Shell,
    faults: Faults,
    place: Place,
    versions: Vec<correction::Kept>,
    lines: Vec<correction::Line>,
    kinds: &'static [&'static str],
    proposal: Option<correction::Proposal>,
    /// The correction that is tried out, for its form.
    told: Vec<(String, String)>,
    fields: Vec<(String, String)>,
    /// Names of the places whose ids are shown.
    names: Vec<(String, String)>,
}

impl CorrectionPage {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    /// A place by its name, a word in the reader's language, a name as it is.
    fn shown(&self, value: &str) -> String {
        if let Some((_, name)) = self.names.iter().find(|(id, _)| id == value) {
            return name.clone();
        }
        let keys = [format!("unit-kind-{value}"), format!("place-{value}"), format!("correction-people-{value}")];
        keys.iter()
            .find(|key| self.s.t(key) != key.as_str())
            .map_or_else(|| value.to_owned(), |key| self.s.t(key).to_owned())
    }

    fn same(&self, one: &str, other: &str) -> bool {
        one == other
    }

    fn days(&self, from_on: &str, to_on: &str) -> String {
        let from = if from_on == SINCE_EVER { "…".to_owned() } else { self.s.date(from_on) };
        let to = if to_on == OPEN { "…".to_owned() } else { self.s.date(to_on) };
        format!("{from} – {to}")
    }
}

/// The correction told in an address or a form.
fn correction_of(work: &mut Work, told: &dyn Fn(&str) -> String) -> Result<Option<Correction>> {
    let id = |work: &mut Work, code: String| -> Result<String> {
        Ok(places::by_code(work, &code).map_or(code, |place| place.id))
    };
    Ok(match told("what").as_str() {
        "version" => Some(Correction::Version {
            from_on: told("from_on"),
            name: told("name"),
            kind: told("kind"),
            parent: id(work, told("parent"))?,
        }),
        "code" => Some(Correction::Code { code: told("code") }),
        "line" => Some(Correction::Line {
            id: told("line"),
            target: id(work, told("target"))?,
            part: told("extent") == "part",
            people: told("people"),
        }),
        _ => None,
    })
}

/// The records of a place, and what correcting one of them would alter.
pub fn correction(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let told = |name: &str| fold::clean(ask.query(name));
    correction_page(work, ask, &told, Faults::default())
}

/// The same after a refusal.
pub fn correction_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    let told = |name: &str| ask.field(name);
    correction_page(work, ask, &told, Faults::of(error, ask.words()))
}

const TOLD: [&str; 10] = ["what", "from_on", "name", "kind", "parent", "code", "line", "target", "extent", "people"];

fn correction_page(work: &mut Work, ask: &Ask, told: &dyn Fn(&str) -> String, mut faults: Faults) -> Result<Reply> {
    let place = correction::place_for(work, ask.param("id"))?;
    let mut proposal = None;
    if let Some(correction) = correction_of(work, told)? {
        match correction::propose(work, &place, &correction) {
            Ok(found) => proposal = Some(found),
            Err(error @ Error::Invalid(_)) if !faults.any() => faults = Faults::of(&error, ask.words()),
            Err(Error::Invalid(_)) => {}
            Err(error) => return Err(error),
        }
    }
    let mut names = Vec::new();
    for (_, value) in proposal.iter().flat_map(|found| found.before.iter().chain(&found.after)) {
        if let Ok(place) = places::by_id(work, value) {
            names.push((value.clone(), place.name));
        }
    }
    let page = CorrectionPage {
        s: Shell::new(work, ask, "places", ask.words().with("correction", &place.name)),
        faults,
        versions: correction::versions(work, &place.id)?,
        lines: correction::lines(work, &place.id)?,
        kinds: kinds(place.level),
        told: TOLD.iter().map(|key| ((*key).to_owned(), told(key))).filter(|(_, value)| !value.is_empty()).collect(),
        proposal,
        fields: ask.form.clone(),
        names,
        place,
    };
    Reply::html(&page)
}

/// Corrects a record of a place.
pub fn correct(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let told = |name: &str| ask.field(name);
    let place = correction::place_for(work, ask.param("id"))?;
    let Some(correction) = correction_of(work, &told)? else {
        return Err(Error::Refused("correction-changes-nothing"));
    };
    let decision = decision(ask)?;
    let named = !decision.number.is_empty();
    let reason = ask.field("reason");
    let why = Reason { reason: &reason, decision: named.then_some(&decision) };
    correction::correct(work, &place.id, &correction, &why)?;
    Ok(Reply::see(&format!("/places/{}", place.id)))
}
