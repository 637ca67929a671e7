//! The checks over the rows of a place, within reach.

use std::collections::BTreeMap;

use store::{Row, Value};

use crate::checks::finding::{COPIED_MONTHS, Check, Finding, too_many};
use crate::error::Result;
use crate::heartbeat::actions::beats;
use crate::heartbeat::rule::Life;
use crate::permissions::Verb;
use crate::places::place::{Level, Place};
use crate::places::store as places;
use crate::work::Work;

/// Everything that the checks find in a place today.
pub fn findings(work: &mut Work, place: &Place) -> Result<Vec<Finding>> {
    work.demand(Verb::ReadPoint, Verb::ReadPoint, place.pin_id())?;
    let mut found = teams_as_points(work, place)?;
    found.extend(many_points(work, place)?);
    found.extend(many_commitments(work, place)?);
    found.extend(copied_years(work, place)?);
    found.extend(communes_without_life(work, place)?);
    found.extend(exemplars_without_paper(work, place)?);
    Ok(found)
}

/// The place and the day on the map.
fn frame(work: &Work, place: &Place) -> [Value; 2] {
    let day = place.day_on_the_map(&work.today());
    [place.pin_id().into(), day.into()]
}

fn teams_as_points(work: &mut Work, place: &Place) -> Result<Vec<Finding>> {
    let sql = "select min(p.id), c.name, l.name, count(*) from point p \
               join rollup r on r.ancestor_id = $1 and r.place_id = p.pin_id and r.from_on <= $2 and r.to_on > $2 \
               join scheme c on c.province = p.province and c.id = p.scheme_id join place l on l.id = p.place_id \
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

fn many_points(work: &mut Work, place: &Place) -> Result<Vec<Finding>> {
    let sql = "select p.province, p.scheme_id, c.slug, c.name, u.ancestor_id, l.name, count(*) from point p \
               join rollup r on r.ancestor_id = $1 and r.place_id = p.pin_id and r.from_on <= $2 and r.to_on > $2 \
               join rollup u on u.place_id = p.pin_id and u.level = 3 and u.from_on <= $2 and u.to_on > $2 \
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

fn many_commitments(work: &mut Work, place: &Place) -> Result<Vec<Finding>> {
    let sql = "select p.id, p.name, l.name, k.n_commitments, k.n_households from point_scale k \
               join point p on p.province = k.province and p.id = k.point_id join place l on l.id = p.pin_id \
               join rollup r on r.ancestor_id = $1 and r.place_id = p.pin_id and r.from_on <= $2 and r.to_on > $2 \
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

fn copied_years(work: &mut Work, place: &Place) -> Result<Vec<Finding>> {
    let sql = "select p.id, p.name, l.name, count(*) from activity_month m join activity_month b on b.province = m.province \
               and b.point_id = m.point_id and b.kind = m.kind and b.n_times = m.n_times and b.n_attended = m.n_attended \
               and cast(substr(b.month, 1, 4) as bigint) = cast(substr(m.month, 1, 4) as bigint) - 1 \
               and substr(b.month, 6, 2) = substr(m.month, 6, 2) join point p on p.province = m.province and p.id = m.point_id \
               join place l on l.id = p.pin_id \
               join rollup r on r.ancestor_id = $1 and r.place_id = p.pin_id and r.from_on <= $2 and r.to_on > $2 \
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

/// Circular 124/2021 asks of a commune at least one model that works: which have none that lives?
fn communes_without_life(work: &mut Work, place: &Place) -> Result<Vec<Finding>> {
    if place.level > Level::Commune {
        return Ok(Vec::new());
    }
    let today = work.today();
    let day = place.day_on_the_map(&today);
    let beats = beats(work, place, &today)?;
    let mut living: BTreeMap<&str, i64> = BTreeMap::new();
    for beat in &beats {
        let lives = matches!(beat.verdict.life, Life::Living | Life::Young);
        *living.entry(&beat.pulse.commune_id).or_default() += i64::from(lives);
    }
    let communes = if place.level == Level::Commune {
        vec![place.clone()]
    } else {
        places::below(work, place.pin_id(), Level::Commune, &day)?
    };
    let none = |commune: &Place| living.get(commune.id.as_str()).is_none_or(|n| *n == 0);
    let points = |commune: &Place| beats.iter().filter(|beat| beat.pulse.commune_id == commune.id).count() as i64;
    let finding = |commune: Place| Finding {
        check: Check::NoLivingPoint,
        href: format!("/heartbeat?place={}&life=all", commune.id),
        numbers: (points(&commune), 0),
        title: commune.name.clone(),
        place: commune.name,
    };
    Ok(communes.into_iter().filter(none).map(finding).collect())
}

fn exemplars_without_paper(work: &mut Work, place: &Place) -> Result<Vec<Finding>> {
    let sql = "select e.id, e.name, l.name, case when e.paper_id is null then 1 else 0 end from exemplar e \
               join place l on l.id = e.pin_id \
               join rollup r on r.ancestor_id = $1 and r.place_id = e.pin_id and r.from_on <= $2 and r.to_on > $2 \
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
