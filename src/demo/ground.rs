//! The ground a sample stands on: today's communes of a province and, for each, the old communes whose
//! facts are shown there. A fact before 2025-07-01 may only be pinned to a commune that was alive then.

use std::collections::{HashMap, HashSet};

use jiff::civil::{Date, date};

use crate::demo::chance::Chance;
use crate::demo::sample::Names;
use crate::error::Result;
use crate::places::place::{Level, OPEN, Place, SINCE_EVER};
use crate::places::store;
use crate::work::Work;

/// The day from which today's communes exist.
pub(super) const REFORM: Date = date(2025, 7, 1);
/// The day at which the published figures were taken.
pub(super) const CUT_OFF: Date = date(2025, 11, 30);

/// An administrative unit to which facts are pinned.
#[derive(Clone)]
pub(super) struct Pin {
    pub id: String,
    pub code: String,
    pub name: String,
    pub short_name: String,
    pub from_on: String,
    pub to_on: String,
}

impl Pin {
    pub(super) fn lives_on(&self, day: Date) -> bool {
        let day = day.to_string();
        self.from_on <= day && day < self.to_on
    }
}

/// A commune of today with the old communes that are shown there, whole.
pub(super) struct Commune {
    pub pin: Pin,
    pub old: Vec<Pin>,
    /// The code of the province before the reform.
    pub former: String,
}

impl Commune {
    /// The unit that stands for this commune on a day; on the new one from the reform on.
    pub(super) fn pin_on(&self, chance: &mut Chance, day: Date) -> Option<&Pin> {
        if day >= REFORM {
            return Some(&self.pin);
        }
        let alive: Vec<&Pin> = self.old.iter().filter(|pin| pin.lives_on(day)).collect();
        if alive.is_empty() { None } else { Some(alive[chance.below(alive.len())]) }
    }

    /// Can facts older than the reform be shown here?
    pub(super) fn has_past(&self) -> bool {
        !self.old.is_empty()
    }
}

/// A province of today.
pub(super) struct Ground {
    pub province_id: String,
    pub province: String,
    pub communes: Vec<Commune>,
}

/// The provinces of today: id and code.
pub(super) fn provinces(work: &mut Work) -> Result<Vec<(String, String)>> {
    let sql = "select id, code from place where level = 1 and from_on <= $1 and to_on > $1 and source = 'country' order by code";
    let rows = work.query(sql, &[CUT_OFF.to_string().into()])?;
    Ok(rows.iter().map(|row| (row.text(0), row.text(1))).collect())
}

/// Surveys a province.
pub(super) fn survey(work: &mut Work, province_id: &str, province: &str) -> Result<Ground> {
    let sql = "select r.ancestor_id, p.id, p.code, p.name, p.short_name, p.from_on, p.to_on from rollup r \
               join place p on p.id = r.place_id and p.level = 3 \
               join rollup up on up.place_id = r.ancestor_id and up.ancestor_id = $1 and up.from_on <= $2 and up.to_on > $2 \
               where r.level = 3 and r.from_on <= $2 and r.to_on > $2 order by r.ancestor_id, p.id";
    let rows = work.query(sql, &[province_id.into(), CUT_OFF.to_string().into()])?;
    let former = former_provinces(work, province_id)?;
    let mut communes: Vec<Commune> = Vec::new();
    let mut at: HashMap<String, usize> = HashMap::new();
    let pins = rows.iter().map(|row| {
        let pin = Pin {
            id: row.text(1),
            code: row.text(2),
            name: row.text(3),
            short_name: row.text(4),
            from_on: row.text(5),
            to_on: row.text(6),
        };
        (row.text(0), pin)
    });
    let (own, old): (Vec<_>, Vec<_>) = pins.partition(|(ancestor, pin)| *ancestor == pin.id);
    for (id, pin) in own {
        at.insert(id, communes.len());
        communes.push(Commune { pin, old: Vec::new(), former: province.to_owned() });
    }
    for (ancestor, pin) in old {
        let Some(commune) = at.get(&ancestor).and_then(|n| communes.get_mut(*n)) else { continue };
        let was = former.get(&pin.id).cloned().unwrap_or_default();
        if commune.old.is_empty() {
            commune.former = was.clone();
        }
        // A commune is given one past: that of the first of its old communes.
        if commune.former == was {
            commune.old.push(pin);
        }
    }
    Ok(Ground { province_id: province_id.to_owned(), province: province.to_owned(), communes })
}

fn former_provinces(work: &mut Work, province_id: &str) -> Result<HashMap<String, String>> {
    let sql = "select r.place_id, a.code from rollup r join place a on a.id = r.ancestor_id \
               join rollup t on t.place_id = r.place_id and t.ancestor_id = $1 and t.from_on <= $2 and t.to_on > $2 \
               where r.level = 1 and r.from_on <= '2025-06-30' and r.to_on > '2025-06-30'";
    let rows = work.query(sql, &[province_id.into(), CUT_OFF.to_string().into()])?;
    Ok(rows.iter().map(|row| (row.text(0), row.text(1))).collect())
}

/// The residential areas and institutions that the sample adds below communes.
#[derive(Default)]
pub(super) struct Areas {
    known: HashMap<(String, String), Vec<(String, String)>>,
    used: HashSet<(String, String)>,
    pub n_made: usize,
}

/// Which area is wanted.
pub(super) struct Wanted<'a> {
    pub pin: &'a Pin,
    pub former: &'a str,
    pub kind: &'a str,
    pub scheme: &'a str,
    pub name: Option<&'a str>,
}

impl Areas {
    /// An area where this scheme is not applied yet: its id and name.
    pub(super) fn take(
        &mut self,
        work: &mut Work,
        chance: &mut Chance,
        names: &Names,
        wanted: &Wanted,
    ) -> Result<(String, String)> {
        if wanted.kind == "commune" {
            return Ok((wanted.pin.id.clone(), wanted.pin.name.clone()));
        }
        let key = (wanted.pin.id.clone(), wanted.kind.to_owned());
        let known = self.known.entry(key).or_default();
        let free = |(id, _): &&(String, String)| !self.used.contains(&(id.clone(), wanted.scheme.to_owned()));
        let found = match wanted.name {
            Some(name) => known.iter().find(|(_, own)| own == name).filter(free).cloned(),
            // An area often has several schemes, but not all of them.
            None if chance.percent(60) => known.iter().find(free).cloned(),
            None => None,
        };
        let (id, name) = match found {
            Some(area) => area,
            None => {
                let name = new_name(chance, names, wanted, known);
                let id = chance.id();
                insert(work, &id, &name, wanted)?;
                known.push((id.clone(), name.clone()));
                self.n_made += 1;
                (id, name)
            }
        };
        self.used.insert((id.clone(), wanted.scheme.to_owned()));
        Ok((id, name))
    }
}

fn new_name(chance: &mut Chance, names: &Names, wanted: &Wanted, known: &[(String, String)]) -> String {
    let taken = |name: &str| known.iter().any(|(_, own)| own == name);
    if let Some(name) = wanted.name {
        return name.to_owned();
    }
    let holiday = wanted.scheme == "DLTQ";
    for _ in 0..60 {
        let name = likely_name(chance, names, wanted.kind, wanted.former, wanted.pin);
        if (wanted.kind != "enterprise" || holiday == name.starts_with("Khu du lịch")) && !taken(&name) {
            return name;
        }
    }
    let name = likely_name(chance, names, wanted.kind, wanted.former, wanted.pin);
    (2..).map(|n: usize| format!("{name} – {n}")).find(|name| !taken(name)).unwrap_or(name.clone())
}

/// A name that fits the place: tổ dân phố are urban, thôn and xóm are not.
pub(super) fn likely_name(chance: &mut Chance, names: &Names, kind: &str, former: &str, pin: &Pin) -> String {
    let urban = !pin.name.starts_with("Xã");
    loop {
        let name = names.area(chance, kind, former, &pin.short_name);
        let fits = if kind == "residential_area" {
            name.starts_with("Tổ dân phố") == urban || (urban && former == "25" && name.starts_with("Khu "))
        } else {
            former == "17" || !name.contains("dân tộc")
        };
        if fits {
            return name;
        }
    }
}

fn insert(work: &mut Work, id: &str, name: &str, wanted: &Wanted) -> Result<()> {
    let level = if wanted.kind == "residential_area" { Level::Area } else { Level::Institution };
    let place = Place {
        id: id.to_owned(),
        code: String::new(),
        level,
        kind: wanted.kind.to_owned(),
        name: name.to_owned(),
        parent_id: wanted.pin.id.clone(),
        from_on: SINCE_EVER.into(),
        to_on: OPEN.into(),
        area_km2: None,
        population: None,
        pin_id: wanted.pin.id.clone(),
    };
    store::insert_own(work, &place)
}
