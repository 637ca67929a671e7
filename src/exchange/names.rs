//! The names under which a list may call a place or a scheme, loaded once and asked for every row.
//! A place is sought first among those alive on the row's day, then at any time.

use std::collections::{HashMap, HashSet};

use crate::error::Result;
use crate::places::place::Place;
use crate::schemes::names::{alike, plain};
use crate::work::Work;

/// What a commune is called, and how long.
struct Candidate {
    place_id: String,
    kind: &'static str,
    from_on: String,
    to_on: String,
    parent_id: String,
}

impl Candidate {
    fn is_alive(&self, on: &str) -> bool {
        self.from_on.as_str() <= on && on < self.to_on.as_str()
    }
}

/// A name without its kind: `TT. Vụ Bản` is a `thi_tran` called `vu ban`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Name {
    kind: &'static str,
    short: String,
}

const KINDS: &[(&str, &str)] = &[
    ("thi tran ", "thi_tran"),
    ("thi xa ", "thi_xa"),
    ("thanh pho ", "thanh_pho"),
    ("dac khu ", "dac_khu"),
    ("phuong ", "phuong"),
    ("huyen ", "huyen"),
    ("quan ", "quan"),
    ("tinh ", "tinh"),
    ("xa ", "xa"),
    ("tt ", "thi_tran"),
    ("tx ", "thi_xa"),
    ("tp ", "thanh_pho"),
    ("p ", "phuong"),
    ("x ", "xa"),
    ("h ", "huyen"),
    ("q ", "quan"),
];
const OFFICES: [&str; 4] = ["cong an ", "ubnd ", "uy ban nhan dan ", "ca "];

fn name(told: &str) -> Name {
    let key = fold::key(told);
    let key = OFFICES.iter().find_map(|office| key.strip_prefix(office)).unwrap_or(&key);
    let (kind, short) =
        KINDS.iter().find_map(|(start, kind)| Some((*kind, key.strip_prefix(start)?))).unwrap_or(("", key));
    let words: Vec<&str> =
        short.split(' ').map(|word| if word.starts_with('0') { word.trim_start_matches('0') } else { word }).collect();
    Name { kind, short: words.join(" ") }
}

/// Is this the name of a district, and not of a commune?
pub fn is_district(told: &str) -> bool {
    matches!(name(told).kind, "huyen" | "quan" | "thi_xa" | "thanh_pho")
}

/// Is this the name of a commune?
pub fn is_commune(told: &str) -> bool {
    matches!(name(told).kind, "xa" | "phuong" | "thi_tran" | "dac_khu")
}

/// Letters that offices write in two ways, and spaces, count for nothing.
fn loose(short: &str) -> String {
    short.replace('y', "i").replace(' ', "")
}

/// What a row says about its place.
pub struct Told<'a> {
    pub commune: &'a str,
    pub district: &'a str,
    pub on: &'a str,
}

/// The place that was meant, or why it is not known.
#[derive(Debug, PartialEq)]
pub enum Meant {
    Place(String),
    /// The nearest name, when one is near.
    Unknown(Option<String>),
    Ambiguous(Vec<String>),
}

/// The communes under one place, by every name they ever had.
pub struct PlaceNames {
    candidates: Vec<Candidate>,
    by_short: HashMap<String, Vec<usize>>,
    by_loose: HashMap<String, Vec<usize>>,
    parents: HashMap<String, Vec<Name>>,
    /// The last name of every commune and of what is above it.
    titles: HashMap<String, (String, String)>,
    district_names: Vec<String>,
    /// In a city of the first rank the province is called like a district: `Thành phố Hà Nội`.
    provinces: Vec<Name>,
}

impl PlaceNames {
    /// Loads the names of the communes shown under a place.
    pub fn load(work: &mut Work, scope: &Place) -> Result<PlaceNames> {
        let mut names = PlaceNames {
            candidates: Vec::new(),
            by_short: HashMap::new(),
            by_loose: HashMap::new(),
            parents: HashMap::new(),
            titles: HashMap::new(),
            district_names: Vec::new(),
            provinces: Vec::new(),
        };
        let day = scope.day_on_the_map(&work.today());
        for row in work.query(COMMUNES, &[scope.pin_id().into(), day.into()])? {
            let candidate = Candidate {
                place_id: row.text(0),
                kind: name(row.str(6)).kind,
                from_on: row.text(2),
                to_on: row.text(3),
                parent_id: row.text(4),
            };
            names.titles.insert(row.text(0), (row.text(5), row.text(7)));
            names.insert(candidate, row.str(1));
        }
        names.load_parents(work)?;
        Ok(names)
    }

    fn insert(&mut self, candidate: Candidate, told: &str) {
        let short = name(told).short;
        let at = self.candidates.len();
        self.by_loose.entry(loose(&short)).or_default().push(at);
        self.by_short.entry(short).or_default().push(at);
        self.candidates.push(candidate);
    }

    fn load_parents(&mut self, work: &mut Work) -> Result<()> {
        let wanted: HashSet<String> = self.candidates.iter().map(|c| c.parent_id.clone()).collect();
        for row in work.query(DISTRICTS, &[])? {
            if wanted.contains(row.str(0)) {
                self.parents.entry(row.text(0)).or_default().push(name(row.str(1)));
                if row.int(2) == 2 {
                    self.district_names.push(row.text(1));
                }
            }
            if row.int(2) == 1 {
                self.provinces.push(name(row.str(1)));
            }
        }
        Ok(())
    }

    /// The place that a row means.
    pub fn find(&self, told: &Told) -> Meant {
        let (commune, district) = split_district(told);
        let name = name(&commune);
        let named = self.by_short.get(&name.short).or_else(|| self.by_loose.get(&loose(&name.short)));
        let Some(named) = named else { return Meant::Unknown(self.nearest(&name.short)) };
        let named: Vec<&Candidate> = named.iter().map(|at| &self.candidates[*at]).collect();
        let near = self.in_district(named, &district);
        if near.is_empty() {
            return Meant::Unknown(None);
        }
        let of_kind = |c: &&Candidate| name.kind.is_empty() || c.kind == name.kind;
        let alive = |c: &&Candidate| c.is_alive(told.on);
        let mut ids: Vec<String> = [
            places(near.iter().copied().filter(|c| of_kind(c) && alive(c))),
            places(near.iter().copied().filter(of_kind)),
            places(near.iter().copied().filter(alive)),
            places(near.iter().copied()),
        ]
        .into_iter()
        .find(|ids| !ids.is_empty())
        .unwrap_or_default();
        if ids.len() > 1 {
            return Meant::Ambiguous(ids.iter().map(|id| self.title(id)).collect());
        }
        ids.pop().map_or(Meant::Unknown(None), Meant::Place)
    }

    /// The candidates in a district; a kind that is told counts when it can (`huyện` or `thị xã` Phú Thọ).
    fn in_district<'a>(&self, named: Vec<&'a Candidate>, district: &str) -> Vec<&'a Candidate> {
        let asked = name(district);
        if asked.short.is_empty() || asked.kind == "tinh" || !asked.kind.is_empty() && self.provinces.contains(&asked) {
            return named;
        }
        let lies_in = |c: &Candidate, fits: &dyn Fn(&Name) -> bool| {
            self.parents.get(&c.parent_id).is_some_and(|names| names.iter().any(fits))
        };
        let same = |n: &Name| loose(&n.short) == loose(&asked.short);
        let exact: Vec<&Candidate> = named.iter().copied().filter(|c| lies_in(c, &|n| *n == asked)).collect();
        if exact.is_empty() { named.into_iter().filter(|c| lies_in(c, &same)).collect() } else { exact }
    }

    fn nearest(&self, short: &str) -> Option<String> {
        let like = |known: &String| (fold::similarity(known, short), known.clone());
        let (score, known) =
            self.by_short.keys().map(like).max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(&a.1)))?;
        let at = self.by_short.get(&known)?.first()?;
        (score > 0.6).then(|| self.title(&self.candidates[*at].place_id))
    }

    /// The name of a commune with what stands above it.
    pub fn title(&self, id: &str) -> String {
        match self.titles.get(id) {
            Some((name, above)) => format!("{name}, {above}"),
            None => String::new(),
        }
    }

    /// The only district that a title line names.
    pub fn district_in(&self, title: &str) -> Option<String> {
        let key = format!(" {} ", fold::key(title));
        let mut named =
            self.district_names.iter().filter(|d| is_district(d) && key.contains(&format!(" {} ", fold::key(d))));
        let first = named.next()?;
        named.all(|other| other == first).then(|| first.clone())
    }
}

fn places<'a>(candidates: impl Iterator<Item = &'a Candidate>) -> Vec<String> {
    let mut ids: Vec<String> = candidates.map(|c| c.place_id.clone()).collect();
    ids.sort();
    ids.dedup();
    ids
}

/// `Xã Mỹ Thành, huyện Lạc Sơn` in one cell tells the district too.
fn split_district(told: &Told) -> (String, String) {
    let mark = [',', '(', '–', ';'];
    match told.commune.split_once(mark).or_else(|| told.commune.split_once(" - ")) {
        Some((commune, district)) if told.district.is_empty() => {
            (commune.to_owned(), district.split(',').next().unwrap_or_default().to_owned())
        }
        Some((commune, _)) => (commune.to_owned(), told.district.to_owned()),
        None => (told.commune.to_owned(), told.district.to_owned()),
    }
}

const COMMUNES: &str = include_str!("communes.sql");
const DISTRICTS: &str = "select v.place_id, v.name, p.level from place_version v join place p on p.id = v.place_id \
                         where p.level in (1, 2) union select a.place_id, a.alias, p.level from place_alias a \
                         join place p on p.id = a.place_id where p.level in (1, 2)";

/// The schemes of a province by every name and alias.
pub struct SchemeNames {
    by_name: HashMap<String, String>,
    names: Vec<String>,
}

impl SchemeNames {
    /// Loads the names and aliases of a province's catalogue.
    pub fn load(work: &mut Work, province: &str) -> Result<SchemeNames> {
        let sql = "select id, name, 0 from scheme where province = $1 and merged_into = '' union all \
                   select scheme_id, alias, 1 from scheme_alias where province = $1 order by 3, 2";
        let rows = work.query(sql, &[province.into()])?;
        let mut known = SchemeNames { by_name: HashMap::new(), names: Vec::new() };
        // Proper names first, and as they are written: what is only alike never takes a name from another.
        for spelling in [fold::key as fn(&str) -> String, plain] {
            for row in &rows {
                known.by_name.entry(spelling(row.str(1))).or_insert_with(|| row.text(0));
            }
        }
        known.names = rows.iter().map(|row| row.text(1)).collect();
        Ok(known)
    }

    /// The id of the scheme that bears a name; otherwise the nearest name there is.
    pub fn find(&self, told: &str) -> Result<&str, Option<&str>> {
        let found = self.by_name.get(&fold::key(told)).or_else(|| self.by_name.get(&plain(told)));
        found.map(String::as_str).ok_or_else(|| alike(self.names.iter().map(String::as_str), told).first().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_name_is_told_from_its_kind() {
        for (told, kind, short) in [
            ("Thị trấn Vụ Bản", "thi_tran", "vu ban"),
            ("TT. Vụ Bản", "thi_tran", "vu ban"),
            ("X.Mỹ Thành", "xa", "my thanh"),
            ("P. 05", "phuong", "5"),
            ("TP Hòa Bình", "thanh_pho", "hoa binh"),
            ("Mỹ Thành", "", "my thanh"),
            ("Công an xã Yên Hoà", "xa", "yen hoa"),
        ] {
            assert_eq!(name(told), Name { kind, short: short.into() }, "{told}");
        }
    }

    #[test]
    fn ways_of_writing_one_scheme_are_one_name() {
        for (one, other) in [
            ("Năm tự quản về ANTT", "5 tự quản về an ninh, trật tự"),
            ("04 an toàn", "Bốn an toàn"),
            ("Tiếng kẻng AN", "Tiếng kẻng an ninh"),
            ("Tổ liên gia an toàn PCCC", "Tổ liên gia an toàn phòng cháy, chữa cháy"),
            ("Mô hình “Liên kết bảo đảm ANTT”", "Liên kết đảm bảo an ninh trật tự"),
            ("camera  an ninh", "Camera an ninh"),
        ] {
            assert_eq!(plain(one), plain(other));
        }
    }
}
