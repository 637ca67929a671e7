//! What holds whatever happens to places: random reorganisations of a small country through the database, with facts
//! in it that must never be touched, lost or counted twice.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use ::store::{Db, Value};
use gazetteer::History;
use proptest::prelude::*;

use crate::app::MIGRATIONS;
use crate::error::Result;
use crate::figures::ask::{Asked, Figures};
use crate::figures::catalogue::{By, by_code};
use crate::figures::kept::Kept;
use crate::places::place::{Level, NATION, OPEN, Place, SINCE_EVER};
use crate::places::reorganisation::{Deed, Extent, NewUnit, People, Reorganisation, Share, kinds};
use crate::places::taking_effect::{Origin, prepare, put, take_back};
use crate::places::{store, tree};
use crate::work::{Actor, Moment, Work};

const DAYS: [&str; 6] = ["2022-03-01", "2022-09-01", "2023-03-01", "2023-09-01", "2024-03-01", "2024-09-01"];
const MAPS: [&str; 7] =
    ["2021-12-31", "2022-03-01", "2022-12-31", "2023-06-30", "2023-12-31", "2024-06-30", "2026-11-23"];

/// Id, level, parent.
const COUNTRY: [(&str, i64, &str); 17] = [
    ("p0@", 1, NATION),
    ("p1@", 1, NATION),
    ("d0@", 2, "p0@"),
    ("d1@", 2, "p0@"),
    ("d2@", 2, "p1@"),
    ("c0@", 3, "d0@"),
    ("c1@", 3, "d0@"),
    ("c2@", 3, "d1@"),
    ("c3@", 3, "d1@"),
    ("c4@", 3, "d2@"),
    ("c5@", 3, "d2@"),
    ("khu-0", 4, "c0@"),
    ("khu-1", 4, "c0@"),
    ("khu-2", 4, "c1@"),
    ("khu-3", 4, "c2@"),
    ("khu-4", 4, "c4@"),
    ("truong", 5, "c4@"),
];

/// One random reorganisation: what is done, and numbers that pick whom it is done to.
#[derive(Clone, Debug)]
struct Dice {
    what: usize,
    whom: [usize; 4],
    flag: bool,
}

fn dice() -> impl Strategy<Value = Dice> {
    (0..10usize, prop::array::uniform4(0..1000usize), any::<bool>()).prop_map(|(what, whom, flag)| Dice {
        what,
        whom,
        flag,
    })
}

/// Where a point stands (a number that picks a place of its day), and since when.
type Fact = (usize, usize);

struct Small {
    db: Db,
    path: PathBuf,
}

impl Drop for Small {
    fn drop(&mut self) {
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", self.path.display()));
        }
    }
}

fn put_row(work: &mut Work, table: &str, columns: &str, values: &[Value]) -> Result<()> {
    let blanks: Vec<String> = (1..=values.len()).map(|n| format!("${n}")).collect();
    work.execute(&format!("insert into {table} ({columns}) values ({})", blanks.join(", ")), values)?;
    Ok(())
}

impl Small {
    fn new() -> Small {
        let path = std::env::temp_dir().join(format!("diemsang-{}.sqlite", crate::ids::new()));
        let db = Db::open_file(&path).unwrap();
        db.migrate(MIGRATIONS).unwrap();
        let small = Small { db, path };
        small.work(|work| {
            put_place(work, NATION, 0, "")?;
            COUNTRY.iter().try_for_each(|(id, level, parent)| put_place(work, id, *level, parent))?;
            let all = official(work)?;
            let whole = whole_history(work)?;
            tree::save(work, &BTreeSet::new(), &tree::made(&whole, &all))?;
            for code in ["p0", "p1"] {
                let columns = "province, version, day, seq, last_hash";
                put_row(work, "ledger", columns, &[code.into(), 1i64.into(), "".into(), 0i64.into(), "".into()])?;
            }
            Ok(())
        });
        small
    }

    fn work<T>(&self, story: impl FnOnce(&mut Work) -> Result<T>) -> T {
        let moment = Moment { today: jiff::civil::date(2026, 11, 23), now: "2026-11-23T01:00:00Z".into() };
        self.db.write(|tx| story(&mut Work::new(tx, Actor::command_line(), moment))).unwrap()
    }

    /// Everything that is kept in some tables, as text.
    fn dump(&self, tables: &[(&str, &str)]) -> String {
        self.work(|work| {
            let mut told = String::new();
            for (table, columns) in tables {
                for row in work.query(&format!("select {columns} from {table} order by {columns}"), &[])? {
                    told.push_str(&format!("{table} {:?}\n", row.values()));
                }
            }
            Ok(told)
        })
    }
}

/// The lines that only one of two dumps has.
fn differences(one: &str, other: &str) -> Vec<String> {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<String>>();
    let (one, other) = (lines(one), lines(other));
    let gone = one.difference(&other).map(|line| format!("- {line}"));
    gone.chain(other.difference(&one).map(|line| format!("+ {line}"))).collect()
}

const TREE: [(&str, &str); 6] = [
    ("place", "id, code, level, kind, name, sort_key, fold, parent_id, from_on, to_on, pin_id, source"),
    ("place_version", "place_id, from_on, to_on, name, kind, parent_id, decree"),
    ("place_line", "source_id, target_id, on_date, part, people"),
    ("rollup", "place_id, ancestor_id, from_on, to_on, level"),
    ("place_owner", "place_id, province"),
    ("search_entry", "thing_id, title, pin_id"),
];

const FACTS: [(&str, &str); 3] = [
    ("point", "id, place_id, first_place_id, first_pin_id, province, state, launched_on, version"),
    ("point_span", "point_id, state, active, from_on, to_on, place_id, pin_id"),
    ("team", "id, point_id, n_members, from_on, to_on"),
];

fn put_place(work: &mut Work, id: &str, level: i64, parent: &str) -> Result<()> {
    let columns = "id, code, level, kind, name, short_name, sort_key, fold, parent_id, from_on, to_on, pin_id, source";
    let name = format!("Nơi {id}");
    let of_level = kinds(Level::from_number(level)).first().copied().unwrap_or("nation");
    let (pin, source) = if level >= 4 { (parent, "own") } else { (id, "country") };
    let code = if level >= 4 { "" } else { id.trim_end_matches('@') };
    let values: Vec<Value> = vec![
        id.into(),
        code.into(),
        level.into(),
        of_level.into(),
        name.as_str().into(),
        name.as_str().into(),
        fold::sort_key(&name).into(),
        fold::key(&name).into(),
        parent.into(),
        SINCE_EVER.into(),
        OPEN.into(),
        pin.into(),
        source.into(),
    ];
    put_row(work, "place", columns, &values)?;
    let values: Vec<Value> =
        vec![id.into(), SINCE_EVER.into(), OPEN.into(), name.into(), of_level.into(), parent.into(), "".into()];
    put_row(work, "place_version", "place_id, from_on, to_on, name, kind, parent_id, decree", &values)
}

fn official(work: &mut Work) -> Result<BTreeSet<String>> {
    let rows = work.query("select id from place where pin_id = id", &[])?;
    Ok(rows.iter().map(|row| row.text(0)).collect())
}

/// The history of everything, read in one go.
fn whole_history(work: &mut Work) -> Result<History> {
    let all = official(work)?;
    Ok(tree::around(work, &all, &BTreeSet::new())?.history)
}

fn standing(work: &mut Work, level: i64, on: &str) -> Result<Vec<(String, String)>> {
    let sql = "select p.id, v.parent_id from place p join place_version v on v.place_id = p.id and v.from_on <= $2 \
               and v.to_on > $2 where p.level = $1 and p.from_on < $2 and p.to_on > $2 order by p.id";
    Ok(work.query(sql, &[level.into(), on.into()])?.iter().map(|row| (row.text(0), row.text(1))).collect())
}

fn pick<T: Clone>(from: &[T], n: usize) -> Option<T> {
    (!from.is_empty()).then(|| from[n % from.len()].clone())
}

fn share(id: &str, extent: Extent) -> Share {
    Share { place_id: id.into(), extent, people: People::All }
}

/// What the dice say, of the places that stand on a day; nothing when it cannot be thrown there.
fn thrown(work: &mut Work, dice: &Dice, n: usize) -> Result<Option<Reorganisation>> {
    let on = DAYS[n];
    let level = if dice.flag { 3 } else { 4 };
    let places = standing(work, level, on)?;
    let communes = standing(work, 3, on)?;
    let [a, b, c, d] = dice.whom;
    let (Some(first), Some(second)) = (pick(&places, a), pick(&places, b)) else { return Ok(None) };
    let (Some(any), Some(other)) = (pick(&communes, c), pick(&communes, d)) else { return Ok(None) };
    let unit = |key: &str, parent: &str| NewUnit {
        key: format!("+{key}"),
        uid: format!("moi-{n}-{key}"),
        code: if level == 3 { format!("n{n}{key}") } else { String::new() },
        level: if level == 3 { 3 } else { 4 },
        kind: kinds(Level::from_number(level))[0].into(),
        name: format!("Nơi mới {n}{key}"),
        parent: parent.into(),
    };
    let (whole, part) = (Extent::Whole, Extent::Part);
    let mut used_up = BTreeSet::new();
    let deeds = match dice.what {
        0 | 1 if first.0 != second.0 => {
            let from = vec![share(&first.0, whole), share(&second.0, whole)];
            vec![Deed::Found { unit: unit("a", &first.1), from }]
        }
        2 | 3 => {
            used_up.extend((dice.what == 2).then(|| first.0.clone()));
            vec![
                Deed::Found { unit: unit("a", &first.1), from: vec![share(&first.0, part)] },
                Deed::Found { unit: unit("b", &second.1), from: vec![share(&first.0, part)] },
            ]
        }
        4 if first.0 != second.0 => {
            vec![Deed::TakeIn {
                place_id: first.0,
                from: vec![share(&second.0, if c % 2 == 0 { whole } else { part })],
            }]
        }
        5 => vec![Deed::Rename { place_id: first.0, name: format!("Tên {n}") }],
        6 if level == 3 => match pick(&standing(work, 2, on)?, d) {
            Some(district) => vec![Deed::Move { place_id: first.0, parent: district.0 }],
            None => return Ok(None),
        },
        6 => vec![Deed::Move { place_id: first.0, parent: any.0 }],
        7 => match pick(&standing(work, 2, on)?, d) {
            Some(district) => vec![Deed::Close { place_id: district.0, with_level: true }],
            None => return Ok(None),
        },
        8 if level == 3 => vec![Deed::Found { unit: unit("a", &first.1), from: Vec::new() }],
        8 => vec![Deed::Found { unit: unit("a", &any.0), from: Vec::new() }],
        9 if any.0 != other.0 => {
            let from = vec![share(&any.0, whole), share(&other.0, part)];
            let unit = NewUnit { level: 3, code: format!("n{n}z"), kind: "xa".into(), ..unit("z", &any.1) };
            vec![Deed::Found { unit, from }]
        }
        _ => return Ok(None),
    };
    Ok(Some(Reorganisation { on: on.into(), deeds, used_up }))
}

/// Enters what the dice say; false when it is refused.
fn enter(work: &mut Work, dice: &Dice, n: usize) -> Result<bool> {
    let Some(told) = thrown(work, dice, n)? else { return Ok(false) };
    let Ok(change) = prepare(work, &told)? else { return Ok(false) };
    let id = format!("r{n}");
    put(work, &change, &Origin { reorganisation_id: &id, decree: "1/NQ" })?;
    // The kept maps stand under the version of the places' own ledger.
    let sql = "insert into ledger (province, version, day, seq, last_hash) values ('VN', 1, '', 0, '') \
               on conflict (province) do update set version = ledger.version + 1";
    work.execute(sql, &[])?;
    Ok(true)
}

/// A point at one of the places that stand on its first day, owned by the province that it then lies in.
fn put_fact(work: &mut Work, n: usize, (whom, day): Fact) -> Result<()> {
    let on = DAYS[day % DAYS.len()];
    let mut places = standing(work, 3, on)?;
    places.extend(standing(work, 4, on)?);
    places.extend(standing(work, 5, on)?);
    let Some((place_id, _)) = pick(&places, whom) else { return Ok(()) };
    let place = store::by_id(work, &place_id)?;
    let sql = "select p.code from rollup r join place p on p.id = r.ancestor_id where r.place_id = $1 and r.level = 1 \
               and r.from_on <= $2 and r.to_on > $2";
    let Some(row) = work.first(sql, &[place.pin_id().into(), on.into()])? else { return Ok(()) };
    let (province, id) = (row.text(0), format!("point-{n:03}"));
    let columns = "province, id, code, scheme_id, place_id, pin_id, first_place_id, first_pin_id, area_kind, name, sort_key, \
                   fold, lead, coordinating, contact_role, origin, state, launched_on, version";
    let mut values: Vec<Value> = vec![province.as_str().into(), id.as_str().into(), id.as_str().into(), "s".into()];
    for _ in 0..2 {
        values.extend([Value::from(&place.id), Value::from(place.pin_id())]);
    }
    values.extend(["commune", &id, &id, "", "", "", "", "original", "active", on].map(Value::from));
    values.push(1i64.into());
    put_row(work, "point", columns, &values)?;
    let columns = "province, point_id, state, active, from_on, to_on, place_id, pin_id";
    let span: Vec<Value> = vec![
        province.as_str().into(),
        id.as_str().into(),
        "active".into(),
        1i64.into(),
        on.into(),
        OPEN.into(),
        Value::from(&place.id),
        place.pin_id().into(),
    ];
    put_row(work, "point_span", columns, &span)
}

/// What is shown under a place on the day of its life that is nearest to a map.
fn contents(work: &mut Work, place: &Place, map: &str) -> Result<Vec<String>> {
    let day = store::day_of_pin(work, place, map)?;
    let sql = "select place_id from rollup where ancestor_id = $1 and from_on <= $2 and to_on > $2 order by place_id";
    Ok(work.query(sql, &[place.pin_id().into(), day.into()])?.iter().map(|row| row.text(0)).collect())
}

/// The number of points of the nation and of every province and commune group, on every map. Two maps between
/// which nothing cuts a place must give it the same number; the nation is never cut.
fn numbers(work: &mut Work) -> Result<(Vec<String>, String)> {
    let kept = Kept::default();
    let mut figures = Figures::open(&kept, work)?;
    let figure = by_code("C2").unwrap();
    let (mut faults, mut told) = (Vec::new(), String::new());
    let mut places: Vec<String> = official(work)?.into_iter().collect();
    places.sort();
    for id in places {
        let place = store::by_id(work, &id)?;
        let mut totals: BTreeMap<Vec<String>, Vec<i64>> = BTreeMap::new();
        for map in MAPS {
            let asked = Asked { boundaries: map.into(), ..Asked::now(work, &place) };
            let total = figures.total(work, figure, &asked)?;
            let groups = figures.groups(work, figure, &asked, &By::Place)?;
            if groups.iter().map(|group| group.value).sum::<i64>() != total {
                faults.push(format!("{id} on {map}: {total} is not the sum of {groups:?}"));
            }
            told.push_str(&format!("{id} {map} {total} {groups:?}\n"));
            let uncut = if id == NATION { Vec::new() } else { contents(work, &place, map)? };
            totals.entry(uncut).or_default().push(total);
        }
        if totals.values().any(|totals| totals.iter().any(|total| *total != totals[0])) {
            faults.push(format!("{id}: {totals:?}"));
        }
    }
    Ok((faults, told))
}

fn n_of_nation(work: &mut Work) -> Result<i64> {
    let nation = store::by_id(work, NATION)?;
    let asked = Asked::now(work, &nation);
    let kept = Kept::default();
    Figures::open(&kept, work)?.total(work, by_code("C2").unwrap(), &asked)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_histories_lose_no_fact_and_keep_the_tree_true(
        dices in prop::collection::vec(dice(), DAYS.len()),
        facts in prop::collection::vec((0..1000usize, 0..DAYS.len()), 0..25),
    ) {
        let small = Small::new();
        let mut n_facts = 0;
        for (n, dice) in dices.iter().enumerate() {
            for fact in facts.iter().filter(|(_, day)| *day == n) {
                small.work(|work| put_fact(work, n_facts, *fact));
                n_facts += 1;
            }
            let before = small.dump(&FACTS);
            small.work(|work| enter(work, dice, n));
            prop_assert_eq!(before, small.dump(&FACTS), "no row of a fact is touched");
            let astray = small.work(|work| {
                let sql = "select p.id from point p join place l on l.id = p.place_id where p.pin_id <> l.pin_id";
                Ok(work.query(sql, &[])?.len())
            });
            prop_assert_eq!(astray, 0, "a point bears the pin of its place as it is now");
        }
        let (kept, made) = small.work(|work| {
            let (all, history) = (official(work)?, whole_history(work)?);
            Ok((tree::kept(work, &all)?, tree::made(&history, &all)))
        });
        prop_assert_eq!(kept, made, "what was rolled up piece by piece is what the whole history makes");
        let (faults, once) = small.work(numbers);
        prop_assert_eq!(faults, Vec::<String>::new());
        prop_assert_eq!(once, small.work(numbers).1, "asked again, the same");
        let n_points: i64 = small.work(|work| Ok(work.first("select count(*) from point", &[])?.unwrap().int(0)));
        prop_assert_eq!(small.work(n_of_nation), n_points, "none is lost and none is counted twice");
    }

    #[test]
    fn what_is_taken_back_leaves_no_trace(
        dices in prop::collection::vec(dice(), DAYS.len()),
        facts in prop::collection::vec((0..1000usize, 0..1usize), 0..15),
    ) {
        let small = Small::new();
        for (n, fact) in facts.iter().enumerate() {
            small.work(|work| put_fact(work, n, *fact));
        }
        let mut states = vec![(small.dump(&TREE), small.work(numbers).1)];
        let mut entered = Vec::new();
        for (n, dice) in dices.iter().enumerate() {
            if small.work(|work| enter(work, dice, n)) {
                entered.push(n);
                states.push((small.dump(&TREE), small.work(numbers).1));
            }
        }
        for n in entered.into_iter().rev() {
            states.pop();
            small.work(|work| {
                take_back(work, &format!("r{n}"), &BTreeSet::new())?;
                work.execute("delete from reorganisation_place where reorganisation_id = $1", &[format!("r{n}").into()])?;
                work.execute("update ledger set version = version + 1 where province = 'VN'", &[])?;
                Ok(())
            });
            let (tree, told) = states.last().unwrap();
            prop_assert_eq!(differences(tree, &small.dump(&TREE)), Vec::<String>::new());
            prop_assert_eq!(told, &small.work(numbers).1);
        }
    }

    #[test]
    fn what_stands_on_a_place_that_was_taken_back_is_still_counted(
        dices in prop::collection::vec(dice(), DAYS.len()),
        facts in prop::collection::vec((0..1000usize, 0..DAYS.len()), 5..25),
    ) {
        let small = Small::new();
        let mut entered = Vec::new();
        for (n, dice) in dices.iter().enumerate() {
            for (at, fact) in facts.iter().enumerate().filter(|(_, fact)| fact.1 == n) {
                small.work(|work| put_fact(work, at, *fact));
            }
            entered.extend(small.work(|work| enter(work, dice, n)).then_some(n));
        }
        let n_points = small.work(n_of_nation);
        for n in entered.into_iter().rev() {
            small.work(|work| {
                let rows = work.query("select place_id from point union select pin_id from place where level >= 4", &[])?;
                take_back(work, &format!("r{n}"), &rows.iter().map(|row| row.text(0)).collect())?;
                work.execute("update ledger set version = version + 1 where province = 'VN'", &[])?;
                Ok(())
            });
            prop_assert_eq!(small.work(n_of_nation), n_points);
            prop_assert_eq!(small.work(numbers).0, Vec::<String>::new());
        }
    }
}
