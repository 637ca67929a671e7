//! The sample gives the figures that the province has published.

use std::path::PathBuf;
use std::sync::OnceLock;

use store::{Db, Row, Value};

use crate::app::MIGRATIONS;
use crate::demo::{Plan, Scale, make};
use crate::error::Result;
use crate::work::{Actor, Moment, Work};

const PHU_THO: &str = "25@2025-07-01";
const HOA_BINH: &str = "17@";

fn moment() -> Moment {
    Moment { today: jiff::civil::date(2026, 11, 23), now: "2026-11-23T01:00:00.000000Z".into() }
}

fn made() -> Db {
    let file: PathBuf = std::env::temp_dir().join(format!("diemsang-demo-{}.sqlite", std::process::id()));
    for end in ["", "-wal", "-shm"] {
        std::fs::remove_file(format!("{}{end}", file.display())).ok();
    }
    let db = Db::open_file(&file).unwrap();
    db.migrate(MIGRATIONS).unwrap();
    db.write(|tx| -> Result<()> {
        let mut work = Work::new(tx, Actor::command_line(), moment());
        crate::places::country::load(&mut work)?;
        make(&mut work, &Plan { seed: 1, scale: Scale::Province })?;
        assert!(work.n_deeds() > 0);
        Ok(())
    })
    .unwrap();
    db
}

fn province() -> &'static Db {
    static MADE: OnceLock<Db> = OnceLock::new();
    MADE.get_or_init(made)
}

fn rows(sql: &str, values: &[Value]) -> Vec<Row> {
    province().read(|tx| tx.query(sql, values)).unwrap()
}

fn number(sql: &str, values: &[Value]) -> i64 {
    rows(sql, values)[0].int(0)
}

const ACTIVE: &str = "from point_span s join point p on p.province = s.province and p.id = s.point_id \
    join scheme c on c.province = p.province and c.id = p.scheme_id \
    join rollup r on r.place_id = p.pin_id and r.ancestor_id = $2 and r.from_on <= $3 and r.to_on > $3 \
    where s.active = 1 and s.from_on <= $1 and s.to_on > $1";

fn n_active(on: &str, ancestor: &str, map: &str) -> i64 {
    number(&format!("select count(*) {ACTIVE}"), &[on.into(), ancestor.into(), map.into()])
}

#[test]
fn the_points_and_schemes_are_those_published_at_the_end_of_november_2025() {
    assert_eq!(n_active("2025-11-30", PHU_THO, "2026-11-23"), 3135);
    assert_eq!(n_active("2025-11-24", PHU_THO, "2026-11-23"), 3131);
    let of_scheme = format!("select count(*) {ACTIVE} and c.code = 'TQ5'");
    assert_eq!(number(&of_scheme, &["2025-11-30".into(), PHU_THO.into(), "2026-11-23".into()]), 259);
    for on in ["2025-11-24", "2025-11-30", "2026-11-23"] {
        let schemes = format!("select count(distinct c.id) {ACTIVE}");
        assert_eq!(number(&schemes, &[on.into(), PHU_THO.into(), "2026-11-23".into()]), 38, "{on}");
    }
    assert_eq!(n_active("2026-11-23", PHU_THO, "2026-11-23"), 3260);
}

#[test]
fn counting_teams_gives_the_other_published_number() {
    let teams = "select count(*) from team t join point_span s on s.province = t.province and s.point_id = t.point_id \
                 where s.active = 1 and s.from_on <= $1 and s.to_on > $1 and t.from_on <= $1 and t.to_on > $1";
    assert_eq!(number(teams, &["2025-11-30".into()]), 33_112);
    for on in ["2025-11-24", "2025-12-31", "2026-02-02"] {
        assert!((33_100..33_200).contains(&number(teams, &[on.into()])), "{on}");
    }
}

#[test]
fn in_old_hoa_binh_43_points_were_launched_and_190_struck_off_in_2023() {
    let before = n_active("2022-12-31", HOA_BINH, "2025-06-30");
    assert_eq!(n_active("2023-12-31", HOA_BINH, "2025-06-30"), before + 43 - 190);
    let struck_off = "select s.reason, count(*) from step s join point p on p.id = s.point_id join rollup r on r.place_id = p.pin_id \
                      and r.ancestor_id = $1 and r.from_on <= '2025-06-30' and r.to_on > '2025-06-30' \
                      where s.kind = 'struck_off' and s.on_date between '2023-12-01' and '2023-12-31' group by 1 order by 1";
    let reasons: Vec<(String, i64)> =
        rows(struck_off, &[HOA_BINH.into()]).iter().map(|r| (r.text(0), r.int(1))).collect();
    assert_eq!(reasons, [("ineffective".to_owned(), 118), ("poor_dossier".to_owned(), 72)]);
}

#[test]
fn sixty_one_points_ended_in_the_quarter_after_the_reform() {
    let ended =
        "select count(*) from step where kind = 'ended' and on_date >= '2025-07-01' and on_date <= '2025-09-30'";
    assert_eq!(number(ended, &[]), 61);
}

#[test]
fn every_commune_of_today_has_some_points() {
    let sql = "select g.ancestor_id, count(*) from point_span s join point p on p.id = s.point_id \
               join rollup g on g.place_id = p.pin_id and g.level = 3 and g.from_on <= '2025-11-30' and g.to_on > '2025-11-30' \
               where s.active = 1 and s.from_on <= '2025-11-30' and s.to_on > '2025-11-30' group by 1";
    let found = rows(sql, &[]);
    assert_eq!(found.len(), 148);
    for row in &found {
        assert!((3..=60).contains(&row.int(1)), "{} {}", row.str(0), row.int(1));
    }
    assert_eq!(found.iter().map(|row| row.int(1)).sum::<i64>(), 3135, "no point is lost between communes");
}

#[test]
fn a_point_is_pinned_to_a_unit_that_stood_when_it_was_launched() {
    let astray = "select count(*) from point p join place u on u.id = p.pin_id \
                  where p.launched_on < u.from_on or p.launched_on >= u.to_on";
    assert_eq!(number(astray, &[]), 0);
    let early = "select count(*) from step s join point p on p.id = s.point_id join place u on u.id = p.pin_id where s.on_date < u.from_on";
    assert_eq!(number(early, &[]), 0);
    let twice = "select count(*) from (select 1 from point where state <> 'proposed' group by place_id, scheme_id having count(*) > 1) d";
    assert_eq!(number(twice, &[]), 0);
}

#[test]
fn a_replicated_point_comes_from_one_of_its_scheme_that_was_launched_before() {
    let astray = "select count(*) from point p left join point f on f.province = p.province and f.id = p.from_point_id \
                  where p.origin = 'replicated' and (f.id is null or f.scheme_id <> p.scheme_id or f.launched_on is null \
                  or f.launched_on > p.launched_on)";
    assert_eq!(number(astray, &[]), 0);
    let third =
        "select count(*) from point p join point f on f.id = p.from_point_id join point g on g.id = f.from_point_id";
    assert!(number(third, &[]) > 500, "there are grandchildren");
    let unsaid = "select count(*) from adaptation where how <> 'kept' and why = ''";
    assert_eq!(number(unsaid, &[]), 0);
    assert!(number("select count(*) from adaptation", &[]) > 1000);
}

#[test]
fn exemplars_and_commendations_are_those_of_the_conference() {
    let standing = "select count(*) from exemplar where recognised_on <= $1 and withdrawn_on > $1";
    for (on, n) in [("2025-11-24", 76), ("2025-12-13", 76), ("2026-02-02", 75)] {
        assert_eq!(number(standing, &[on.into()]), n, "{on}");
    }
    let given =
        "select count(*) from commendation where form = $1 and decided_on between '2022-01-01' and '2025-11-24'";
    for (form, n) in [("F4", 15), ("F5", 7), ("F6", 12)] {
        assert_eq!(number(given, &[form.into()]), n, "{form}");
    }
    assert_eq!(number("select count(*) from exemplar where kind = 'collective'", &[]), 31);
    assert_eq!(number("select count(distinct recipient) from commendation where decided_on < '2025-12-01'", &[]), 34);
    assert_eq!(
        number("select count(*) from exemplar where withdrawn_reason <> '' and withdrawn_paper_id is not null", &[]),
        1
    );
}

#[test]
fn nhan_nghia_and_pa_co_have_drafts_and_their_published_schemes() {
    let drafts = "select count(*) from point where pin_id = $1 and launched_on is null";
    assert!(number(drafts, &["05290@2025-07-01".into()]) >= 3);
    assert!(number(drafts, &["05212@2025-07-01".into()]) >= 3);
    let bells = "select count(*) from point p join scheme c on c.id = p.scheme_id where c.code = 'TCBY' and p.name like '%Giáo họ Đồi%'";
    assert_eq!(number(bells, &[]), 2);
}
