//! Lists of residential areas and institutions with their households and people: every row gets one verdict, as in a
//! list of points; what was good is done, told and can be undone.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::json;
use sheets::{OutCell, Sheet, Table};

use crate::error::{Error, Result};
use crate::exchange::check::{Change, Checked, Draft, Reach, Section, Spot, commune_of, long_area};
use crate::exchange::columns::{self, Column};
use crate::exchange::names::{PlaceNames, Told as ToldPlace};
use crate::exchange::points::{Fault, ListRow, RowKind, area_kind};
use crate::exchange::runs::Touched;
use crate::history::Told;
use crate::permissions::Verb;
use crate::places::actions::{known_own, own_place};
use crate::places::place::Place;
use crate::places::sizes::{self, Size};
use crate::places::store as places;
use crate::words::{Lang, words};
use crate::work::{Thing, Work};

/// What a row says of an area. Its place is made when it is not there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Area {
    /// Nothing for one that is not there yet.
    pub place_id: Option<String>,
    pub commune_id: String,
    pub kind: String,
    pub name: String,
    /// The day of which the numbers are told.
    pub on: String,
    pub n_households: Option<i64>,
    pub n_people: Option<i64>,
}

impl Area {
    fn size(&self) -> Size {
        Size { n_households: self.n_households, n_people: self.n_people }
    }
}

/// Which area a row means.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Same {
    commune_id: String,
    kind: String,
    name: String,
}

struct Checker {
    names: PlaceNames,
    checked: Checked,
    on: String,
    seen: HashMap<Same, String>,
    reach: Reach,
}

/// Checks the lists of areas in a file against what is kept under a place. The numbers are told of a day.
pub fn check_areas(work: &mut Work, scope: &Place, sheets: &[Sheet], on: &str) -> Result<Checked> {
    let lists = columns::area_lists(sheets);
    if lists.is_empty() {
        return Err(Error::field("file", "import-no-area-headings", ""));
    }
    let province = places::province_of(work, scope.pin_id())?;
    let checked = Checked { province, scope_id: scope.id.clone(), ..Checked::default() };
    let names = PlaceNames::load(work, scope)?;
    let (seen, reach) = (HashMap::new(), Reach::of(Verb::Import));
    let mut checker = Checker { names, checked, on: on.to_owned(), seen, reach };
    for (sheet, header) in lists {
        let mut section = Section::first(&checker.names, sheet, &header);
        let today = work.moment.today;
        for (at, cells) in sheet.rows.iter().enumerate().skip(header.to_row) {
            let row = ListRow { header: &header, cells, today };
            match row.kind() {
                RowKind::Nothing => {}
                RowKind::Section(told) => section.enter(&told),
                RowKind::Point => {
                    checker.row(work, &row, &section, &Spot { sheet: &sheet.name, row: at, header: &header })?;
                }
            }
        }
    }
    Ok(checker.checked)
}

impl Checker {
    fn row(&mut self, work: &mut Work, row: &ListRow, section: &Section, spot: &Spot) -> Result<()> {
        self.checked.rows += 1;
        let mut faults = Vec::new();
        let (n_households, n_people) =
            (row.count(Column::Households, &mut faults), row.count(Column::People, &mut faults));
        let name = row.text(Column::Area);
        if name.is_empty() {
            faults.push(Fault { column: Column::Area, key: "import-area-missing", value: String::new() });
        }
        let told = |column: Column, otherwise: &str| {
            let told = row.text(column);
            if told.is_empty() { otherwise.to_owned() } else { told }
        };
        let (commune, district) = (told(Column::Commune, &section.commune), told(Column::District, &section.district));
        let commune_id =
            commune_of(&self.names, &ToldPlace { commune: &commune, district: &district, on: &self.on }, &mut faults);
        let kind = area_kind(&row.text(Column::AreaKind), &name).to_owned();
        let mut known = None;
        if let Some(id) = commune_id.as_ref().filter(|_| !name.is_empty()) {
            if !self.reach.holds(work, id)? {
                faults.push(Fault { column: Column::Commune, key: "import-out-of-reach", value: commune.clone() });
            }
            match known_own(work, id, &kind, &name) {
                Ok(None) => faults.extend(long_area(&name)),
                Ok(found) => known = found,
                Err(Error::Invalid(_)) => {
                    faults.push(Fault { column: Column::Area, key: "import-area-ambiguous", value: name.clone() });
                }
                Err(other) => return Err(other),
            }
        }
        let (Some(commune_id), true) = (commune_id, faults.is_empty()) else {
            self.checked.rejected += 1;
            self.checked.errors.extend(faults.into_iter().map(|f| spot.tell(f.column, f.key, f.value)));
            return Ok(());
        };
        let place_id = known.as_ref().map(|place| place.id.clone());
        let on = self.on.clone();
        let area = Area { place_id, commune_id, kind, name, on, n_households, n_people };
        self.conclude(work, spot, area)
    }

    fn conclude(&mut self, work: &mut Work, spot: &Spot, area: Area) -> Result<()> {
        let same = Same {
            commune_id: area.place_id.clone().unwrap_or_else(|| area.commune_id.clone()),
            kind: area.kind.clone(),
            name: if area.place_id.is_some() { String::new() } else { fold::key(&area.name) },
        };
        if let Some(first) = self.seen.get(&same) {
            self.checked.notes.push(spot.tell(Column::Area, "import-note-repeats", first.clone()));
            self.checked.repeats += 1;
            self.checked.unchanged += 1;
            return Ok(());
        }
        self.seen.insert(same, format!("{}!{}", spot.sheet, spot.cell(Column::Area)));
        match &area.place_id {
            None => self.checked.new += 1,
            Some(id) => {
                let known = sizes::known_on(work, id, &self.on)?;
                let differs = |told: Option<i64>, kept: Option<i64>| told.is_some() && told != kept;
                if !differs(area.n_households, known.n_households) && !differs(area.n_people, known.n_people) {
                    self.checked.unchanged += 1;
                    return Ok(());
                }
                self.checked.changed += 1;
            }
        }
        let (sheet, cell) = (spot.sheet.to_owned(), spot.cell(Column::Area));
        self.checked.drafts.push(Draft { sheet, cell, change: Change::Area(Box::new(area)) });
        Ok(())
    }
}

/// Does what a row says; remembers what was told of the place for that day before.
pub fn apply_area(work: &mut Work, province: &str, area: &Area, (row, sheet): (i64, &str)) -> Result<Touched> {
    work.demand(Verb::Import, Verb::ReadPlace, &area.commune_id)?;
    let place = match &area.place_id {
        Some(id) => places::by_id(work, id)?,
        None => own_place(work, &area.commune_id, &area.kind, &area.name)?,
    };
    let before = sizes::told_on(work, &place.id, &area.on)?;
    let known = sizes::known_on(work, &place.id, &area.on)?;
    let told = area.size();
    let after =
        Size { n_households: told.n_households.or(known.n_households), n_people: told.n_people.or(known.n_people) };
    if after != Size::default() {
        sizes::keep(work, province, &place.id, &area.on, Some(after))?;
        let thing = Thing { province, kind: "place", id: &place.id, pin: place.pin_id() };
        let told = Told::of(&thing)
            .change("n_households", known.n_households, after.n_households)
            .change("n_people", known.n_people, after.n_people)
            .fact("counted_on", area.on.as_str())
            .fact("row", row)
            .text(work, "sheet", sheet)?;
        work.journal("place.sized", &thing, &told.body())?;
    }
    let was = before.map(|size| json!([size.n_households, size.n_people]));
    Ok(Touched { id: place.id, before: vec![json!({ "on": area.on, "was": was })] })
}

/// Puts back what was told of a place for a day before a list.
pub fn restore_area(work: &mut Work, province: &str, place_id: &str, before: &str) -> Result<()> {
    let before: serde_json::Value = serde_json::from_str(before).map_err(anyhow::Error::new)?;
    let before = &before[0];
    let was = before["was"].as_array();
    let part = |at: usize| was.and_then(|was| was.get(at)).and_then(serde_json::Value::as_i64);
    let size = was.map(|_| Size { n_households: part(0), n_people: part(1) });
    sizes::keep(work, province, place_id, before["on"].as_str().unwrap_or_default(), size)
}

/// The residential areas and institutions within reach under a place, as a list that import reads back unchanged.
pub fn export_areas(work: &mut Work, scope: &Place) -> Result<Table> {
    let w = words(Lang::Vi);
    let today = work.today();
    let all = sizes::below(work, scope, &today)?;
    let mut n_alike: HashMap<(String, String, String), usize> = HashMap::new();
    let alike = |area: &sizes::Sized| (area.lies_in_id.clone(), area.place.kind.clone(), fold::key(&area.place.name));
    for area in &all {
        *n_alike.entry(alike(area)).or_default() += 1;
    }
    let mut reach = Reach::of(Verb::ReadPoint);
    let text = |text: &str| OutCell::Text(text.to_owned());
    let count = |n: Option<i64>| n.map_or(OutCell::Empty, OutCell::Count);
    let mut rows = Vec::new();
    for area in &all {
        let pin = area.place.pin_id();
        if !reach.holds(work, pin)? {
            continue;
        }
        let is_alike = n_alike.get(&alike(area)).is_some_and(|n| *n > 1);
        // One that the commune of today founded itself is meant by the bare name.
        let name = if is_alike && area.place.parent_id != area.lies_in_id {
            format!("{} ({})", area.place.name, area.commune)
        } else {
            area.place.name.clone()
        };
        let commune = if area.lies_in.is_empty() { &area.commune } else { &area.lies_in };
        rows.push(vec![
            OutCell::Count(rows.len() as i64 + 1),
            text(commune),
            text(w.t(&format!("import-area-{}", area.place.kind.replace('_', "-")))),
            text(&name),
            count(area.size.n_households),
            count(area.size.n_people),
        ]);
    }
    let headings = [
        "import-column-ordinal",
        "import-column-commune",
        "import-column-area-kind",
        "import-column-area",
        "import-column-n-households",
        "import-column-n-people",
    ];
    Ok(Table {
        title_lines: vec![w.with("import-export-areas-title", &scope.name)],
        headings: headings.iter().map(|key| w.t(key).to_owned()).collect(),
        rows,
    })
}
