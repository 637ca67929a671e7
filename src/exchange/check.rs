//! Every row of a list gets one verdict — new, changed, unchanged or rejected — before anything is kept.
//! Always true: `rows = new + changed + unchanged + rejected`; a row with a fault is never half applied.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use sheets::{Cell, Sheet};

use crate::error::{Error, LONGEST_NAME, Result, too_long};
use crate::exchange::areas::{Area, check_areas};
use crate::exchange::columns::{self, Column, Header, text};
use crate::exchange::known::{Known, KnownPoint, Same};
use crate::exchange::names::{self, Meant, PlaceNames, Told};
use crate::exchange::points::{Fault, Line, ListRow, RowKind};
use crate::papers::paper::PaperRef;
use crate::permissions::Verb;
use crate::places::place::Place;
use crate::schemes::point::{self, State, StepKind};
use crate::work::Work;

/// The verdict on a whole list. It is kept between looking at it and applying it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Checked {
    pub province: String,
    pub scope_id: String,
    pub rows: usize,
    pub new: usize,
    pub changed: usize,
    pub unchanged: usize,
    pub rejected: usize,
    /// Rows that repeat an earlier row of the list; they are among the unchanged.
    pub repeats: usize,
    pub errors: Vec<RowError>,
    /// What is worth a look but refuses nothing.
    pub notes: Vec<RowError>,
    pub drafts: Vec<Draft>,
}

/// One cell, and what is to be said about it: a key in the words, with what stands in the cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowError {
    pub sheet: String,
    pub cell: String,
    pub reason: String,
    pub value: String,
}

/// What applying one row will do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Draft {
    pub sheet: String,
    pub cell: String,
    pub change: Change,
}

impl Draft {
    /// The row of the sheet, as its program numbers it.
    pub fn row(&self) -> i64 {
        self.cell.trim_start_matches(|c: char| c.is_ascii_alphabetic()).parse().unwrap_or_default()
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Change {
    New(Box<NewPoint>),
    Update(Box<Update>),
    Area(Box<Area>),
}

/// A point that is not there yet.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewPoint {
    pub scheme_id: String,
    pub pin_id: String,
    pub area_kind: String,
    pub area_name: String,
    pub lead: String,
    pub launched_on: Option<String>,
    /// The approval; its date is the launch when the list tells none.
    pub paper: Option<Paper>,
    pub is_approved: bool,
    pub size: Size,
    pub closing: Option<Closing>,
}

/// What a list changes in a point that is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Update {
    pub point_id: String,
    pub pin_id: String,
    pub size: Size,
    pub closing: Option<Closing>,
}

/// How big a point is; what the list does not tell is `None` and stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Size {
    pub n_teams: Option<i64>,
    pub n_members: Option<i64>,
    pub n_households: Option<i64>,
    pub n_units: Option<i64>,
    pub n_commitments: Option<i64>,
}

/// The step that ends or suspends a point; `kind` is a step's code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Closing {
    pub kind: String,
    pub on: String,
    pub reason: String,
    pub reason_text: String,
    pub paper: Paper,
}

/// A paper's trace; without an issuer it is the commune's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Paper {
    pub number: String,
    pub issued_on: String,
    pub issuer: String,
}

impl From<Paper> for PaperRef {
    fn from(paper: Paper) -> PaperRef {
        PaperRef { number: paper.number, issued_on: paper.issued_on, issuer: paper.issuer }
    }
}

/// Checks the lists of a file against what is kept under a place. Changes nothing.
pub fn check(work: &mut Work, scope_place: &Place, sheets: &[Sheet]) -> Result<Checked> {
    let lists = columns::lists(sheets);
    if lists.is_empty() {
        // A list without models may be one of residential areas; their numbers are of today.
        if !columns::area_lists(sheets).is_empty() {
            let today = work.today();
            return check_areas(work, scope_place, sheets, &today);
        }
        return Err(Error::field("file", "import-no-headings", ""));
    }
    let known = Known::load(work, scope_place)?;
    let checked = Checked { province: known.province.clone(), scope_id: scope_place.id.clone(), ..Checked::default() };
    let mut checker = Checker { known, checked, seen: HashMap::new(), reach: Reach::of(Verb::Import) };
    for (sheet, header) in lists {
        checker.list(work, sheet, &header)?;
    }
    Ok(checker.checked)
}

struct Checker {
    known: Known,
    checked: Checked,
    /// Where each point was first told.
    seen: HashMap<Same, String>,
    reach: Reach,
}

/// One row, where it stands.
pub(super) struct Spot<'a> {
    pub(super) sheet: &'a str,
    pub(super) row: usize,
    pub(super) header: &'a Header,
}

impl Spot<'_> {
    /// The address of a column of this row; of its first cell when there is no such column.
    pub(super) fn cell(&self, column: Column) -> String {
        sheets::address(self.row, self.header.at(column).unwrap_or_default())
    }

    pub(super) fn tell(&self, column: Column, reason: &str, value: String) -> RowError {
        RowError { sheet: self.sheet.to_owned(), cell: self.cell(column), reason: reason.to_owned(), value }
    }
}

/// The district and commune under which rows stand that do not name their own.
#[derive(Clone, Default)]
pub(super) struct Section {
    pub(super) district: String,
    pub(super) commune: String,
}

impl Section {
    /// The name of the sheet, or else its title, tells the district.
    pub(super) fn first(names: &PlaceNames, sheet: &Sheet, header: &Header) -> Section {
        let mut section = Section::default();
        let titles = sheet.rows[..header.from_row].iter().flatten().map(text as fn(&Cell) -> String);
        for title in titles.filter(|t| !t.is_empty()) {
            if let Some(district) = names.district_in(&title) {
                section.enter(&district);
            }
        }
        section.enter(&sheet.name);
        section
    }

    pub(super) fn enter(&mut self, told: &str) {
        if names::is_district(told) {
            *self = Section { district: told.to_owned(), commune: String::new() };
        } else if names::is_commune(told) {
            self.commune = told.to_owned();
        }
    }
}

impl Checker {
    fn list(&mut self, work: &mut Work, sheet: &Sheet, header: &Header) -> Result<()> {
        let mut section = Section::first(&self.known.places, sheet, header);
        let today = work.moment.today;
        for (at, cells) in sheet.rows.iter().enumerate().skip(header.to_row) {
            let row = ListRow { header, cells, today };
            match row.kind() {
                RowKind::Nothing => {}
                RowKind::Section(told) => section.enter(&told),
                RowKind::Point => self.row(work, &row, &section, &Spot { sheet: &sheet.name, row: at, header })?,
            }
        }
        Ok(())
    }

    fn row(&mut self, work: &mut Work, row: &ListRow, section: &Section, spot: &Spot) -> Result<()> {
        let (mut line, mut faults) = row.read();
        if line.district.is_empty() {
            line.district.clone_from(&section.district);
        }
        if line.commune.is_empty() {
            line.commune.clone_from(&section.commune);
        }
        self.checked.rows += 1;
        let same = self.identify(work, &line, &mut faults)?;
        let known = if line.code.is_empty() {
            same.as_ref().and_then(|s| self.known.same(s))
        } else {
            self.known.coded(&line.code)
        };
        let closing = closing(&line);
        let is_closed = known.is_some_and(|point| !can_close(point, &line));
        if !is_closed {
            let told: Vec<Column> = faults.iter().filter(|f| f.refuses()).map(|f| f.column).collect();
            faults.extend(line.closing_faults().into_iter().filter(|f| !told.contains(&f.column)));
            faults.extend(known.zip(closing.as_ref()).and_then(|(point, closing)| late(point, closing)));
        }
        let (errors, notes): (Vec<Fault>, Vec<Fault>) = faults.into_iter().partition(Fault::refuses);
        self.checked.notes.extend(notes.into_iter().map(|f| spot.tell(f.column, f.key, f.value)));
        let (true, Some(same)) = (errors.is_empty(), same) else {
            self.checked.rejected += 1;
            self.checked.errors.extend(errors.into_iter().map(|f| spot.tell(f.column, f.key, f.value)));
            return Ok(());
        };
        let change = match known {
            Some(point) => update(point, &line, closing).map(|update| Change::Update(Box::new(update))),
            None => Some(Change::New(Box::new(new_point(&line, &same, closing)))),
        };
        self.conclude(spot, same, change);
        Ok(())
    }

    /// Counts the verdict; a point told twice in one list is taken once.
    fn conclude(&mut self, spot: &Spot, same: Same, change: Option<Change>) {
        if let Some(first) = self.seen.get(&same) {
            let note = spot.tell(Column::Scheme, "import-note-repeats", first.clone());
            self.checked.notes.push(note);
            self.checked.repeats += 1;
            self.checked.unchanged += 1;
            return;
        }
        self.seen.insert(same, format!("{}!{}", spot.sheet, spot.cell(Column::Scheme)));
        let Some(change) = change else {
            self.checked.unchanged += 1;
            return;
        };
        match &change {
            Change::New(new) => {
                self.checked.new += 1;
                if new.paper.is_none() && new.is_approved {
                    self.checked.notes.push(spot.tell(Column::Paper, "import-note-paper-missing", String::new()));
                }
            }
            Change::Update(_) | Change::Area(_) => self.checked.changed += 1,
        }
        let draft = Draft { sheet: spot.sheet.to_owned(), cell: spot.cell(Column::Scheme), change };
        self.checked.drafts.push(draft);
    }

    /// Which point the row means: scheme, commune, area and day.
    fn identify(&mut self, work: &mut Work, line: &Line, faults: &mut Vec<Fault>) -> Result<Option<Same>> {
        let same = if line.code.is_empty() {
            self.identify_by_names(work, line, faults)
        } else {
            self.identify_by_code(line, faults)
        };
        if let Some(same) = &same
            && !self.reach.holds(work, &same.pin_id)?
        {
            faults.push(Fault { column: Column::Commune, key: "import-out-of-reach", value: line.commune.clone() });
        }
        Ok(same)
    }

    fn identify_by_code(&self, line: &Line, faults: &mut Vec<Fault>) -> Option<Same> {
        let known = self.known.coded(&line.code).map(|point| point.same.clone());
        if known.is_none() {
            faults.push(Fault { column: Column::Code, key: "import-code-unknown", value: line.code.clone() });
        }
        known
    }

    fn identify_by_names(&self, work: &Work, line: &Line, faults: &mut Vec<Fault>) -> Option<Same> {
        let scheme_id = self.scheme(&line.scheme, faults);
        let today = work.today();
        let told =
            Told { commune: &line.commune, district: &line.district, on: line.launched_on.as_ref().unwrap_or(&today) };
        let pin_id = commune_of(&self.known.places, &told, faults);
        let area = fold::key(if line.area_kind == "commune" { "" } else { &line.area });
        let same = Same { scheme_id: scheme_id?, pin_id: pin_id?, area, launched_on: line.launched_on.clone() };
        let alike = [same.pin_id.clone(), line.area_kind.to_owned(), same.area.clone()];
        let is_new = self.known.same(&same).is_none();
        if is_new && line.area_kind != "commune" {
            faults.extend(long_area(&line.area));
        }
        if is_new && self.known.areas_alike.contains(&alike) {
            faults.push(Fault { column: Column::Area, key: "import-area-ambiguous", value: line.area.clone() });
        }
        Some(same)
    }

    fn scheme(&self, told: &str, faults: &mut Vec<Fault>) -> Option<String> {
        if told.is_empty() {
            return None;
        }
        match self.known.schemes.find(told) {
            Ok(id) => Some(id.to_owned()),
            Err(nearest) => {
                let value = hinted(told, nearest);
                faults.push(Fault { column: Column::Scheme, key: "import-scheme-unknown", value });
                None
            }
        }
    }
}

/// The commune that a row means; when it is not certain, a fault that says why.
pub(super) fn commune_of(names: &PlaceNames, told: &Told, faults: &mut Vec<Fault>) -> Option<String> {
    let mut tell = |key, value| faults.push(Fault { column: Column::Commune, key, value });
    if told.commune.is_empty() {
        tell("import-place-missing", String::new());
        return None;
    }
    let named = [told.commune, told.district].into_iter().filter(|t| !t.is_empty()).collect::<Vec<&str>>().join(", ");
    match names.find(told) {
        Meant::Place(id) => return Some(id),
        Meant::Unknown(nearest) => tell("import-place-unknown", hinted(&named, nearest.as_deref())),
        Meant::Ambiguous(several) => tell("import-place-ambiguous", format!("{named} → {}", several.join(" · "))),
    }
    None
}

/// Where the actor may do something, remembered over the rows of a list.
pub(super) struct Reach {
    verb: Verb,
    known: HashMap<String, bool>,
}

impl Reach {
    pub(super) fn of(verb: Verb) -> Reach {
        Reach { verb, known: HashMap::new() }
    }

    pub(super) fn holds(&mut self, work: &mut Work, pin_id: &str) -> Result<bool> {
        if let Some(known) = self.known.get(pin_id) {
            return Ok(*known);
        }
        let holds = work.reaches(self.verb, pin_id)?;
        self.known.insert(pin_id.to_owned(), holds);
        Ok(holds)
    }
}

fn hinted(told: &str, nearest: Option<&str>) -> String {
    nearest.map_or_else(|| told.to_owned(), |nearest| format!("{told} → {nearest}"))
}

fn size(line: &Line) -> Size {
    Size {
        n_teams: line.n_teams,
        n_members: line.n_members,
        n_households: line.n_households,
        n_units: line.n_units,
        n_commitments: line.n_commitments,
    }
}

fn new_point(line: &Line, same: &Same, closing: Option<Closing>) -> NewPoint {
    let approved_on = line.paper_on.clone().or_else(|| line.launched_on.clone());
    let issuer = if line.issuer.is_empty() { &line.lead } else { &line.issuer };
    let paper = approved_on.filter(|_| !line.paper.is_empty());
    NewPoint {
        scheme_id: same.scheme_id.clone(),
        pin_id: same.pin_id.clone(),
        area_kind: line.area_kind.to_owned(),
        area_name: line.area.clone(),
        lead: line.lead.clone(),
        launched_on: line.launched_on.clone(),
        paper: paper.map(|issued_on| Paper { number: line.paper.clone(), issued_on, issuer: issuer.clone() }),
        is_approved: line.launched_on.is_some() || line.state == Some(State::Approved),
        size: size(line),
        closing,
    }
}

/// The step that leads to a state that is not active any more.
fn closing_kind(state: State) -> Option<StepKind> {
    match state {
        State::Suspended => Some(StepKind::Suspended),
        State::Ended => Some(StepKind::Ended),
        State::StruckOff => Some(StepKind::StruckOff),
        State::Merged => Some(StepKind::Merged),
        State::Proposed | State::Surveyed | State::Approved | State::Active => None,
    }
}

fn closing(line: &Line) -> Option<Closing> {
    let kind = line.state.and_then(closing_kind)?;
    let on = line.closed_on()?.clone();
    // A list with one column of decisions gives a struck-off point the decision that struck it off.
    let number = if line.end_paper.is_empty() { &line.paper } else { &line.end_paper };
    let issuer = if line.issuer.is_empty() { &line.lead } else { &line.issuer };
    Some(Closing {
        kind: kind.code().to_owned(),
        reason: if kind.needs_reason() { line.reason.to_owned() } else { String::new() },
        reason_text: line.reason_text.clone(),
        paper: Paper { number: number.clone(), issued_on: on.clone(), issuer: issuer.clone() },
        on,
    })
}

fn can_close(point: &KnownPoint, line: &Line) -> bool {
    line.state.and_then(closing_kind).is_some_and(|kind| point::after(point.state, kind).is_ok())
}

/// The name of a new area that no index of every engine could hold.
pub fn long_area(name: &str) -> Option<Fault> {
    let long = too_long("area_name", name, LONGEST_NAME)?;
    Some(Fault { column: Column::Area, key: "name-long", value: long.value })
}

/// A step is not dated before the steps that are already kept.
fn late(point: &KnownPoint, closing: &Closing) -> Option<Fault> {
    let is_late = closing.on < point.last_step_on;
    is_late.then(|| Fault { column: Column::EndedOn, key: "import-end-before-last-step", value: closing.on.clone() })
}

/// What the row changes in a point; a life that is over is not touched.
fn update(point: &KnownPoint, line: &Line, closing: Option<Closing>) -> Option<Update> {
    if point.state.is_over() {
        return None;
    }
    let closing = closing.filter(|_| can_close(point, line));
    let told = size(line);
    let differs = |told: Option<i64>, kept: i64| told.is_some_and(|told| told != kept);
    let has_changed = differs(told.n_teams, point.n_teams)
        || differs(told.n_members.filter(|_| told.n_teams != Some(0)), point.n_members)
        || differs(told.n_households, point.n_households)
        || differs(told.n_units, point.n_units)
        || differs(told.n_commitments, point.n_commitments);
    if closing.is_none() && !has_changed {
        return None;
    }
    Some(Update { point_id: point.id.clone(), pin_id: point.same.pin_id.clone(), size: told, closing })
}
