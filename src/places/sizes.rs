//! How many households and people residential areas and institutions have, as lists told it from day to day.

use std::collections::HashMap;

use store::{Row, Value};

use crate::error::Result;
use crate::places::place::{Level, Place};
use crate::work::Work;

/// Households and people; what no list told is nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Size {
    pub n_households: Option<i64>,
    pub n_people: Option<i64>,
}

/// An own place with its last size.
#[derive(Clone, Debug)]
pub struct Sized {
    pub place: Place,
    /// The commune that it was founded in.
    pub commune: String,
    /// The commune of today in which it lies; empty where that is not certain.
    pub lies_in: String,
    pub lies_in_id: String,
    pub size: Size,
    /// The day that the size is told of; empty without one.
    pub on: String,
    /// Points that operate there today.
    pub n_points: i64,
}

fn size(row: &Row, at: usize) -> Size {
    Size { n_households: row.int_or_null(at), n_people: row.int_or_null(at + 1) }
}

/// What was told of a place for exactly that day.
pub fn told_on(work: &mut Work, place_id: &str, on: &str) -> Result<Option<Size>> {
    let sql = "select n_households, n_people from place_size where place_id = $1 and on_date = $2";
    Ok(work.first(sql, &[place_id.into(), on.into()])?.map(|row| size(&row, 0)))
}

/// What is known of a place on a day.
pub fn known_on(work: &mut Work, place_id: &str, on: &str) -> Result<Size> {
    let sql = "select n_households, n_people from place_size where place_id = $1 and on_date <= $2 \
               order by on_date desc limit 1";
    Ok(work.first(sql, &[place_id.into(), on.into()])?.map_or_else(Size::default, |row| size(&row, 0)))
}

/// Keeps what is told of a place for a day; nothing takes it away.
pub fn keep(work: &mut Work, province: &str, place_id: &str, on: &str, size: Option<Size>) -> Result<()> {
    let key: [Value; 3] = [province.into(), place_id.into(), on.into()];
    work.execute("delete from place_size where province = $1 and place_id = $2 and on_date = $3", &key)?;
    if let Some(size) = size {
        let sql = "insert into place_size (province, place_id, on_date, n_households, n_people) \
                   values ($1, $2, $3, $4, $5)";
        let [province, place_id, on] = key;
        work.execute(sql, &[province, place_id, on, size.n_households.into(), size.n_people.into()])?;
    }
    Ok(())
}

/// How many residential areas each commune below a place has on the map of a day.
pub fn n_areas(work: &mut Work, scope: &Place, on: &str) -> Result<HashMap<String, i64>> {
    let sql = "select n.ancestor_id, count(*) from rollup r join place p on p.pin_id = r.place_id and p.level = 4 \
               and p.from_on <= $2 and p.to_on > $2 join rollup n on n.place_id = p.pin_id and n.level = 3 \
               and n.from_on <= $2 and n.to_on > $2 where r.ancestor_id = $1 and r.from_on <= $2 and r.to_on > $2 \
               group by n.ancestor_id";
    let rows = work.query(sql, &[scope.pin_id().into(), on.into()])?;
    Ok(rows.iter().map(|row| (row.text(0), row.int(1))).collect())
}

/// The residential areas and institutions below a place that stand on a day, in Vietnamese order of their communes.
pub fn below(work: &mut Work, scope: &Place, on: &str) -> Result<Vec<Sized>> {
    let day = scope.day_on_the_map(on);
    let sql = "select p.id, p.kind, p.name, coalesce(p.parent_id, ''), p.from_on, p.to_on, p.pin_id, up.name, \
               coalesce(c.name, ''), z.n_households, z.n_people, coalesce(z.on_date, ''), \
               (select count(*) from point_span s where s.place_id = p.id and s.active = 1 and s.from_on <= $3 \
               and s.to_on > $3), p.level, coalesce(n.ancestor_id, '') \
               from rollup r join place p on p.pin_id = r.place_id and p.level >= 4 and p.from_on <= $3 and p.to_on > $3 \
               join place up on up.id = p.parent_id \
               left join rollup n on n.place_id = p.pin_id and n.level = 3 and n.from_on <= $3 and n.to_on > $3 \
               left join place c on c.id = n.ancestor_id \
               left join place_size z on z.place_id = p.id and z.on_date = (select max(y.on_date) from place_size y \
               where y.place_id = p.id and y.on_date <= $3) \
               where r.ancestor_id = $1 and r.from_on <= $2 and r.to_on > $2 \
               order by c.sort_key, p.level, p.sort_key, p.id";
    let rows = work.query(sql, &[scope.pin_id().into(), day.into(), on.into()])?;
    Ok(rows
        .iter()
        .map(|row| Sized {
            place: Place {
                id: row.text(0),
                code: String::new(),
                level: Level::from_number(row.int(13)),
                kind: row.text(1),
                name: row.text(2),
                parent_id: row.text(3),
                from_on: row.text(4),
                to_on: row.text(5),
                area_km2: None,
                population: None,
                pin_id: row.text(6),
            },
            commune: row.text(7),
            lies_in: row.text(8),
            lies_in_id: row.text(14),
            size: size(row, 9),
            on: row.text(11),
            n_points: row.int(12),
        })
        .collect())
}
