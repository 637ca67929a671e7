//! The checks over the rows of a place, within reach.

use std::collections::BTreeMap;

use store::{Row, Value};

use crate::checks::finding::{COPIED_MONTHS, Check, Finding, too_many};
use crate::error::Result;
use crate::places::place::Place;
use crate::work::Work;

/// The place and the day on the map.
fn frame(work: &Work, place: &Place) -> [Value; 2] {
    let day = place.day_on_the_map(&work.today());
    [place.pin_id().into(), day.into()]
}

/// Several points of one scheme in one residential area.
pub fn teams_as_points(work: &mut Work, place: &Place) -> Result<Vec<Finding>> {
    let sql = "select min(p.id), c.name, l.name, count(*) from point p join place l on l.id = p.place_id \
               join rollup r on r.ancestor_id = $1 and r.place_id = l.pin_id and r.from_on <= $2 and r.to_on > $2 \
               join scheme c on c.province = p.province and c.id = p.scheme_id \
               where p.state = 'active' and p.area_kind = 'residential_area' \
               group by p.province, p.scheme_id, p.place_id, c.name, l.name having count(*) > 1 order by c.name, l.name";
    let rows = work.query(sql, &frame(work, place))?;
    let finding = |row: &Row| Finding {
        check: Check::TeamsAsPoints,
        href: format!("/points/{}", row.str(0)),
        title: row.text(1),
        place: row.text(2),
        numbers: (row.int(3), 1),
    };
    Ok(rows.iter().map(finding).collect())
}

/// Communes with strikingly many points of a scheme.
pub fn many_points(work: &mut Work, place: &Place) -> Result<Vec<Finding>> {
    let sql = "select p.province, p.scheme_id, c.slug, c.name, u.ancestor_id, l.name, count(*) from point p join place g on g.id = p.place_id \
               join rollup r on r.ancestor_id = $1 and r.place_id = g.pin_id and r.from_on <= $2 and r.to_on > $2 \
               join rollup u on u.place_id = g.pin_id and u.level = 3 and u.from_on <= $2 and u.to_on > $2 \
               join scheme c on c.province = p.province and c.id = p.scheme_id join place l on l.id = u.ancestor_id \
               where p.state = 'active' group by p.province, p.scheme_id, c.slug, c.name, u.ancestor_id, l.name \
               order by c.name, l.name";
    let rows = work.query(sql, &frame(work, place))?;
    let mut by_scheme: BTreeMap<(String, String), Vec<&Row>> = BTreeMap::new();
    for row in &rows {
        by_scheme.entry((row.text(0), row.text(1))).or_default().push(row);
    }
    let mut found = Vec::new();
    for communes in by_scheme.values() {
        let numbers: Vec<i64> = communes.iter().map(|row| row.int(6)).collect();
        let most = too_many(&numbers);
        found.extend(communes.iter().filter(|row| row.int(6) > most).map(|row| Finding {
            check: Check::ManyPoints,
            href: format!("/points?place={}&scheme={}", row.str(4), row.str(2)),
            title: row.text(3),
            place: row.text(5),
            numbers: (row.int(6), most),
        }));
    }
    Ok(found)
}

/// More commitments than households.
pub fn many_commitments(work: &mut Work, place: &Place) -> Result<Vec<Finding>> {
    let sql = "select p.id, p.name, l.name, k.n_commitments, k.n_households from point_scale k \
               join point p on p.province = k.province and p.id = k.point_id join place g on g.id = p.place_id join place l on l.id = g.pin_id \
               join rollup r on r.ancestor_id = $1 and r.place_id = g.pin_id and r.from_on <= $2 and r.to_on > $2 \
               where p.state = 'active' and k.to_on > $2 and k.n_households > 0 and k.n_units = 0 \
               and k.n_commitments > k.n_households order by p.sort_key, p.id";
    let rows = work.query(sql, &frame(work, place))?;
    let finding = |row: &Row| Finding {
        check: Check::ManyCommitments,
        href: format!("/points/{}", row.str(0)),
        title: row.text(1),
        place: row.text(2),
        numbers: (row.int(3), row.int(4)),
    };
    Ok(rows.iter().map(finding).collect())
}

/// Totals of months that repeat the year before.
pub fn copied_years(work: &mut Work, place: &Place) -> Result<Vec<Finding>> {
    let sql = "select p.id, p.name, l.name, count(*) from activity_month m join activity_month b on b.province = m.province \
               and b.point_id = m.point_id and b.kind = m.kind and b.n_times = m.n_times and b.n_attended = m.n_attended \
               and cast(substr(b.month, 1, 4) as bigint) = cast(substr(m.month, 1, 4) as bigint) - 1 \
               and substr(b.month, 6, 2) = substr(m.month, 6, 2) join point p on p.province = m.province and p.id = m.point_id \
               join place g on g.id = p.place_id join place l on l.id = g.pin_id \
               join rollup r on r.ancestor_id = $1 and r.place_id = g.pin_id and r.from_on <= $2 and r.to_on > $2 \
               where m.is_stated = 1 and m.n_attended > 0 and substr(m.month, 1, 4) = substr($2, 1, 4) \
               group by p.id, p.name, l.name, p.sort_key having count(*) >= $3 order by p.sort_key, p.id";
    let mut values = frame(work, place).to_vec();
    values.push(COPIED_MONTHS.into());
    let rows = work.query(sql, &values)?;
    let finding = |row: &Row| Finding {
        check: Check::CopiedYear,
        href: format!("/points/{}/activities", row.str(0)),
        title: row.text(1),
        place: row.text(2),
        numbers: (row.int(3), COPIED_MONTHS),
    };
    Ok(rows.iter().map(finding).collect())
}

/// Exemplars that came or left without a paper.
pub fn exemplars_without_paper(work: &mut Work, place: &Place) -> Result<Vec<Finding>> {
    let sql = "select e.id, e.name, l.name, case when e.paper_id is null then 1 else 0 end from exemplar e \
               join place g on g.id = e.place_id join place l on l.id = g.pin_id \
               join rollup r on r.ancestor_id = $1 and r.place_id = g.pin_id and r.from_on <= $2 and r.to_on > $2 \
               where e.paper_id is null or (e.withdrawn_on < '9999-12-31' and e.withdrawn_paper_id is null) \
               order by e.sort_key, e.id";
    let rows = work.query(sql, &frame(work, place))?;
    let finding = |row: &Row| Finding {
        check: Check::ExemplarWithoutPaper,
        href: format!("/exemplars/{}", row.str(0)),
        title: row.text(1),
        place: row.text(2),
        numbers: (row.int(3), 0),
    };
    Ok(rows.iter().map(finding).collect())
}
