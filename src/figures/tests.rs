//! What holds of every figure, whatever the places went through: random reforms of a small country, random
//! lives of points in it.

use gazetteer::{BEGINNING, FOREVER, History, Link, Place as Unit, Span, rollup};
use proptest::prelude::*;
use store::{Db, Value};

use crate::app::MIGRATIONS;
use crate::error::Result;
use crate::figures::ask::{Asked, Figures, Part};
use crate::figures::catalogue::{Aggregate, By, FIGURES, Figure};
use crate::figures::kept::Kept;
use crate::places::place::{NATION, OPEN};
use crate::places::store as places;
use crate::work::{Actor, Moment, Work};

const DAYS: [&str; 5] = [BEGINNING, "2022-01-01", "2023-01-01", "2024-01-01", FOREVER];
const N_ERAS: usize = DAYS.len() - 1;
const N_COMMUNES: usize = 5;
const CUT_OFFS: [&str; 5] = ["2021-12-01", "2022-03-05", "2022-07-05", "2024-02-01", "2026-11-23"];

/// For each reform and each commune: which communes of its province took it; several are parts.
type Reforms = Vec<Vec<Vec<usize>>>;

/// A point: where and when it began, its scheme, after how many days it paused and ended, its members.
#[derive(Clone, Debug)]
struct Life {
    era: usize,
    commune: usize,
    day: usize,
    scheme: usize,
    paused: bool,
    ended: bool,
    n_members: i64,
}

fn reforms() -> impl Strategy<Value = Reforms> {
    let fate = prop::collection::vec(0..3usize, 0..3);
    prop::collection::vec(prop::collection::vec(fate, N_COMMUNES), N_ERAS - 1)
}

fn life() -> impl Strategy<Value = Life> {
    let place = (0..N_ERAS, 0..N_COMMUNES, (0..2usize).prop_map(|n| 1 + 4 * n), 0..3usize);
    (place, any::<bool>(), any::<bool>(), 0..50i64).prop_map(
        |((era, commune, day, scheme), paused, ended, n_members)| Life {
            era,
            commune,
            day,
            scheme,
            paused,
            ended,
            n_members,
        },
    )
}

fn province_of(commune: usize) -> &'static str {
    if commune < 3 { "p0" } else { "p1" }
}

fn unit(era: usize, commune: usize) -> String {
    format!("c{commune}@{era}")
}

/// Communes 0 to 2 stand in the first province, 3 and 4 in the second; no reform crosses their border.
fn history(reforms: &Reforms) -> History {
    let mut history = History::default();
    for id in ["p0", "p1"] {
        let span = Span { from: BEGINNING.into(), to: FOREVER.into(), parent: None };
        history.places.push(Unit { id: id.into(), level: 1, spans: vec![span] });
    }
    for (era, commune) in (0..N_ERAS).flat_map(|era| (0..N_COMMUNES).map(move |commune| (era, commune))) {
        let parent = Some(province_of(commune).into());
        let span = Span { from: DAYS[era].into(), to: DAYS[era + 1].into(), parent };
        history.places.push(Unit { id: unit(era, commune), level: 3, spans: vec![span] });
    }
    for (era, reform) in reforms.iter().enumerate() {
        for (commune, fate) in reform.iter().enumerate() {
            let targets = fate.iter().map(|target| if commune < 3 { *target } else { 3 + target % 2 });
            history.links.extend(targets.map(|target| Link {
                source: unit(era, commune),
                target: unit(era + 1, target),
                on: DAYS[era + 1].into(),
                land_only: false,
            }));
        }
    }
    history
}

fn put(work: &mut Work, table: &str, columns: &str, values: &[Value]) -> Result<()> {
    let blanks: Vec<String> = (1..=values.len()).map(|n| format!("${n}")).collect();
    work.execute(&format!("insert into {table} ({columns}) values ({})", blanks.join(", ")), values)?;
    Ok(())
}

fn keep_places(work: &mut Work, history: &History) -> Result<()> {
    let columns = "id, code, level, kind, name, short_name, sort_key, fold, parent_id, from_on, to_on, pin_id, source";
    let nation = Unit { id: NATION.into(), level: 0, spans: vec![] };
    for place in history.places.iter().chain([&nation]) {
        let (from, to, parent) = place.spans.first().map_or((BEGINNING.to_owned(), FOREVER.to_owned(), None), |span| {
            (span.from.clone(), span.to.clone(), span.parent.clone())
        });
        let id = Value::from(place.id.as_str());
        let code = place.id.split('@').next().unwrap().into();
        let (name, key) = (id.clone(), id.clone());
        let level = i64::from(place.level).into();
        let parent = parent.unwrap_or_else(|| NATION.into()).into();
        let values = [
            id.clone(),
            code,
            level,
            "x".into(),
            name,
            id.clone(),
            key,
            "".into(),
            parent,
            from.into(),
            to.into(),
            id.clone(),
            "".into(),
        ];
        put(work, "place", columns, &values)?;
    }
    for row in rollup(history) {
        let level = i64::from(row.ancestor_level).into();
        let values = [row.ancestor.into(), row.place.into(), row.from.into(), row.to.into(), level];
        put(work, "rollup", "ancestor_id, place_id, from_on, to_on, level", &values)?;
    }
    places::find_owners(work)?;
    work.tx.script(
        "insert into place_version (place_id, from_on, to_on, name, kind, parent_id, decree) \
         select id, from_on, to_on, name, kind, parent_id, '' from place",
    )?;
    Ok(())
}

fn keep_point(work: &mut Work, n: usize, life: &Life) -> Result<()> {
    let province = province_of(life.commune);
    let pin = unit(life.era, life.commune);
    let id = format!("point-{n:03}");
    let year = [2021, 2022, 2023, 2024][life.era];
    let (begun, paused, ended) =
        (format!("{year}-03-{:02}", life.day), format!("{year}-07-{:02}", life.day), format!("{}-02-01", year + 1));
    let columns = "province, id, code, scheme_id, place_id, pin_id, first_place_id, first_pin_id, area_kind, name, sort_key, \
                   fold, lead, coordinating, contact_role, origin, state, launched_on, version";
    let text = |text: &str| Value::from(text);
    let scheme = format!("s{}", life.scheme);
    put(
        work,
        "point",
        columns,
        &[
            text(province),
            text(&id),
            text(&id),
            text(&scheme),
            text(&pin),
            text(&pin),
            text(&pin),
            text(&pin),
            text("commune"),
            text(&id),
            text(&id),
            text(""),
            text(""),
            text(""),
            text(""),
            text(if n.is_multiple_of(2) { "original" } else { "replicated" }),
            text("active"),
            text(&begun),
            1i64.into(),
        ],
    )?;
    let stops: Vec<(String, i64)> = [(begun.clone(), 1)]
        .into_iter()
        .chain(life.paused.then_some((paused, 0)))
        .chain(life.ended.then_some((ended, 0)))
        .collect();
    for (at, (from, active)) in stops.iter().enumerate() {
        let to = stops.get(at + 1).map_or(OPEN, |next| next.0.as_str());
        let columns = "province, point_id, state, active, from_on, to_on, place_id, pin_id";
        let state = if *active == 1 { "active" } else { "suspended" };
        put(
            work,
            "point_span",
            columns,
            &[text(province), text(&id), text(state), (*active).into(), text(from), text(to), text(&pin), text(&pin)],
        )?;
    }
    let columns =
        "province, id, point_id, name, sort_key, n_members, n_households, leader_role, from_on, to_on, version";
    put(
        work,
        "team",
        columns,
        &[
            text(province),
            text(&id),
            text(&id),
            text(&id),
            text(&id),
            life.n_members.into(),
            0i64.into(),
            text(""),
            text(&begun),
            text(OPEN),
            1i64.into(),
        ],
    )?;
    Ok(())
}

/// A country in memory of one case.
fn country<T>(reforms: &Reforms, lives: &[Life], story: impl FnOnce(&mut Work) -> Result<T>) -> T {
    let path = std::env::temp_dir().join(format!("diemsang-{}.sqlite", crate::ids::new()));
    let db = Db::open_file(&path).unwrap();
    db.migrate(MIGRATIONS).unwrap();
    let moment = Moment { today: jiff::civil::date(2026, 11, 23), now: "2026-11-23T01:00:00Z".into() };
    let told = db.write(|tx| {
        let mut work = Work::new(tx, Actor::command_line(), moment);
        keep_places(&mut work, &history(reforms))?;
        let columns = "province, id, code, slug, name, sort_key, fold, purpose, contents, origin, level, lead, \
                       legal_basis, described, sample, version";
        for province in ["p0", "p1"] {
            put(
                &mut work,
                "ledger",
                "province, version, day, seq, last_hash",
                &[province.into(), 1i64.into(), "".into(), 0i64.into(), "".into()],
            )?;
            for scheme in ["s0", "s1", "s2"] {
                let mut values: Vec<Value> = vec![province.into()];
                values.extend([scheme; 5].map(Value::from));
                values.extend([""; 7].map(Value::from));
                values.extend([1i64; 3].map(Value::from));
                put(&mut work, "scheme", columns, &values)?;
            }
        }
        for (n, life) in lives.iter().enumerate() {
            keep_point(&mut work, n, life)?;
        }
        story(&mut work)
    });
    drop(db);
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", path.display()));
    }
    told.unwrap()
}

fn of_points() -> impl Iterator<Item = &'static Figure> {
    FIGURES.iter().filter(|figure| ["C1", "C2", "C3", "C4", "C6", "C7", "C8"].contains(&figure.code))
}

/// The number that the rows themselves make.
fn counted(work: &mut Work, figures: &mut Figures, figure: &Figure, asked: &Asked) -> Result<i64> {
    let rows = figures.rows(work, figure, asked, Part::ALL)?;
    let one = figure.aggregate != Aggregate::Sum;
    Ok(rows.iter().map(|row| if one { 1 } else { row.value }).sum())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_total_is_the_same_on_every_map_and_its_rows_make_it(
        reforms in reforms(), lives in prop::collection::vec(life(), 0..30),
    ) {
        let faults = country(&reforms, &lives, |work| {
            let kept = Kept::default();
            let mut figures = Figures::open(&kept, work)?;
            let mut faults = Vec::new();
            for place in [NATION, "p0", "p1", "c1@0", "c4@3"] {
                let place = places::by_id(work, place)?;
                for (figure, at) in of_points().flat_map(|f| CUT_OFFS.map(|at| (f, at))) {
                    let mut totals = Vec::new();
                    for day in &DAYS[..N_ERAS] {
                        let asked = Asked {
                            place: place.clone(), at: at.into(), from: "2022-04-01".into(), boundaries: (*day).into(),
                            scheme_id: String::new(),
                            group: None,
                        };
                        let total = figures.total(work, figure, &asked)?;
                        let groups = figures.groups(work, figure, &asked, &By::Place)?;
                        let sum: i64 = groups.iter().map(|group| group.value).sum();
                        let schemes = figure.aggregate == Aggregate::Schemes;
                        let rows = counted(work, &mut figures, figure, &asked)?;
                        if rows != total || (sum != total && !schemes) || (schemes && sum < total) {
                            faults.push(format!("{} {} {at} {day}: {total} {sum} {rows}", figure.code, place.id));
                        }
                        totals.push(total);
                    }
                    if totals.iter().any(|total| *total != totals[0]) {
                        faults.push(format!("{} {} {at}: {totals:?}", figure.code, place.id));
                    }
                }
            }
            Ok(faults)
        });
        prop_assert_eq!(faults, Vec::<String>::new());
    }

    #[test]
    fn the_nation_is_the_sum_of_its_provinces(reforms in reforms(), lives in prop::collection::vec(life(), 0..30)) {
        let faults = country(&reforms, &lives, |work| {
            let kept = Kept::default();
            let mut figures = Figures::open(&kept, work)?;
            let mut faults = Vec::new();
            for (figure, at) in of_points().flat_map(|f| CUT_OFFS.map(|at| (f, at))) {
                let mut number = |work: &mut Work, place: &str| -> Result<i64> {
                    let place = places::by_id(work, place)?;
                    let asked = Asked { at: at.into(), from: "2022-04-01".into(), ..Asked::now(work, &place) };
                    figures.total(work, figure, &asked)
                };
                let (nation, first, second) = (number(work, NATION)?, number(work, "p0")?, number(work, "p1")?);
                if nation != first + second {
                    faults.push(format!("{} {at}: {nation} is not {first} + {second}", figure.code));
                }
            }
            Ok(faults)
        });
        prop_assert_eq!(faults, Vec::<String>::new());
    }
}
