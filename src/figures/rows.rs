//! The rows behind a number, read from the database by the same relation.

use store::{Row, Value};

use crate::error::Result;
use crate::figures::ask::{Asked, FigureRow, Frame, Part};
use crate::figures::catalogue::{Aggregate, Figure, When};
use crate::groupings::grouping::Chosen;
use crate::groupings::on_map::{self, OnMap, Placed};
use crate::work::Work;

/// Reads the rows of a figure from the database.
pub(super) fn select(
    work: &mut Work,
    figure: &Figure,
    asked: &Asked,
    frame: &Frame,
    part: Part,
) -> Result<Vec<FigureRow>> {
    let mut values: Vec<Value> = vec![asked.at.as_str().into(), frame.day.as_str().into()];
    let mut bind = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    let mut counts = String::from("f.from_on <= $1 and f.to_on > $1");
    match figure.when {
        When::Standing => {}
        When::Happened => counts.push_str(&format!(" and f.from_on >= {}", bind(asked.from.as_str().into()))),
        When::Kept => {
            let since = bind(asked.from.as_str().into());
            counts.push_str(&format!(
                " and f.began < {since} and exists (select 1 from ({}) b where b.province = f.province \
                 and b.thing_id = f.thing_id and b.from_on <= {since} and b.to_on > {since})",
                figure.relation
            ));
        }
    }
    if !frame.exact.is_empty() {
        counts.push_str(&format!(" and f.place_id = {}", bind(frame.exact.as_str().into())));
    }
    if let Some(chosen) = &asked.group {
        let found = on_map::find(work, &chosen.grouping, &asked.boundaries)?;
        counts.push_str(&in_group(chosen, &found, &asked.boundaries, &mut bind));
    }
    if !asked.scheme_id.is_empty() {
        counts.push_str(&format!(" and f.scheme_id = {}", bind(asked.scheme_id.as_str().into())));
    }
    let ancestors: Vec<String> = frame.ancestors.iter().map(|ancestor| bind(ancestor.as_str().into())).collect();
    let within = format!(
        "from ({}) f join place l on l.id = f.place_id \
         join rollup r on r.ancestor_id in ({}) and r.place_id = l.pin_id and r.from_on <= $2 and r.to_on > $2",
        figure.relation,
        ancestors.join(", ")
    );
    let tail = if part.most == Part::ALL.most {
        String::new()
    } else {
        let (most, from) = (bind((part.most as i64).into()), bind((part.from as i64).into()));
        format!(" limit {most} offset {from}")
    };
    let sql = match figure.aggregate {
        Aggregate::Schemes => format!(
            "select f.scheme_id, f.scheme_id, max(c.name), '', '', f.scheme_id, '', '', min(f.from_on), count(*), max(c.sort_key) as k \
             {within} join scheme c on c.province = f.province and c.id = f.scheme_id where {counts} \
             group by f.province, f.scheme_id order by k, f.scheme_id{tail}"
        ),
        Aggregate::Count | Aggregate::Sum => format!(
            "select f.row_id, f.thing_id, f.title, l.name, f.place_id, f.scheme_id, f.kind, f.reason, f.from_on, {}, f.sort_key \
             {within} where {counts} order by f.sort_key, f.row_id{tail}",
            if figure.aggregate == Aggregate::Sum { "f.value" } else { "1" }
        ),
    };
    Ok(work.query(&sql, &values)?.iter().map(figure_row).collect())
}

/// Is a row in a group? It is where the deepest unit above it is that is in any; `l` is the row's place.
fn in_group(chosen: &Chosen, found: &OnMap, on: &str, bind: &mut impl FnMut(Value) -> String) -> String {
    let day = bind(on.into());
    let mut list = |ids: &mut dyn Iterator<Item = &Placed>| {
        ids.map(|placed| bind(placed.place_id.as_str().into())).collect::<Vec<_>>().join(", ")
    };
    let above = |alias: &str, units: &str| {
        format!(
            "select 1 from rollup {alias} where {alias}.place_id = l.pin_id and {alias}.from_on <= {day} \
             and {alias}.to_on > {day} and {alias}.ancestor_id in ({units})"
        )
    };
    let Some(number) = chosen.group.as_ref().and_then(|group| found.number(&group.id)) else {
        let all = list(&mut found.placed.iter());
        return if all.is_empty() { String::new() } else { format!(" and not exists ({})", above("g", &all)) };
    };
    let own = list(&mut found.of(number));
    if own.is_empty() {
        return " and 1 = 0".to_owned();
    }
    let nested = list(&mut found.placed.iter().filter(|placed| placed.is_nested));
    let deeper = if nested.is_empty() {
        String::new()
    } else {
        format!(" and not exists ({} and d.level > g.level)", above("d", &nested))
    };
    format!(" and exists ({}{deeper})", above("g", &own))
}

fn figure_row(row: &Row) -> FigureRow {
    FigureRow {
        row_id: row.text(0),
        thing_id: row.text(1),
        title: row.text(2),
        place: row.text(3),
        place_id: row.text(4),
        scheme_id: row.text(5),
        kind: row.text(6),
        reason: row.text(7),
        on_date: row.text(8),
        value: row.int(9),
    }
}
