//! How equipment and money are kept.

use store::{Row, Value};

use crate::error::Result;
use crate::ids;
use crate::means::line::{Equipment, Money};
use crate::places::place::OPEN;
use crate::schemes::point::Point;
use crate::work::Work;

const EQUIPMENT: &str = "line_id, kind, n_items, n_working, owner, covers, inspected_on, next_on, note, from_on";

fn equipment_row(row: &Row) -> Equipment {
    Equipment {
        line_id: row.text(0),
        kind: row.text(1),
        n_items: row.int(2),
        n_working: row.int(3),
        owner: row.text(4),
        covers: row.text(5),
        inspected_on: row.text(6),
        next_on: row.text(7),
        note: row.text(8),
        from_on: row.text(9),
    }
}

/// The equipment of a point as it stands.
pub fn equipment(work: &mut Work, point: &Point) -> Result<Vec<Equipment>> {
    let sql = format!(
        "select {EQUIPMENT} from equipment where province = $1 and point_id = $2 and to_on = $3 order by kind, from_on, line_id"
    );
    let values = [point.province.as_str().into(), point.id.as_str().into(), OPEN.into()];
    Ok(work.query(&sql, &values)?.iter().map(equipment_row).collect())
}

/// One line of a point's equipment as it stands.
pub fn equipment_line(work: &mut Work, point: &Point, line_id: &str) -> Result<Option<Equipment>> {
    Ok(equipment(work, point)?.into_iter().find(|known| known.line_id == line_id))
}

/// Closes a line on a day; one that began that day is replaced.
pub fn close_line(work: &mut Work, point: &Point, line_id: &str, on: &str) -> Result<()> {
    let key: [Value; 3] = [point.province.as_str().into(), line_id.into(), on.into()];
    work.execute("delete from equipment where province = $1 and line_id = $2 and from_on >= $3", &key)?;
    let sql = "update equipment set to_on = $3 where province = $1 and line_id = $2 and to_on > $3";
    work.execute(sql, &key)?;
    Ok(())
}

/// Keeps a line from a day on.
pub fn insert_equipment(work: &mut Work, point: &Point, new: &Equipment) -> Result<()> {
    let sql = "insert into equipment (province, id, line_id, point_id, pin_id, kind, n_items, n_working, owner, covers, \
               inspected_on, next_on, note, from_on, to_on) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    let values: [Value; 15] = [
        point.province.as_str().into(),
        ids::new().into(),
        new.line_id.as_str().into(),
        point.id.as_str().into(),
        point.pin_id.as_str().into(),
        new.kind.as_str().into(),
        new.n_items.into(),
        new.n_working.into(),
        new.owner.as_str().into(),
        new.covers.as_str().into(),
        new.inspected_on.as_str().into(),
        new.next_on.as_str().into(),
        new.note.as_str().into(),
        new.from_on.as_str().into(),
        OPEN.into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// The money spent on a point, the latest first.
pub fn money(work: &mut Work, point: &Point) -> Result<Vec<Money>> {
    let sql = "select id, source, on_date, item, amount, disclosed_on, disclosed_how from money \
               where province = $1 and point_id = $2 and withdrawn_at = '' order by on_date desc, id desc";
    let rows = work.query(sql, &[point.province.as_str().into(), point.id.as_str().into()])?;
    let money = |row: &Row| Money {
        id: row.text(0),
        source: row.text(1),
        on_date: row.text(2),
        item: row.text(3),
        amount: row.int(4),
        disclosed_on: row.text(5),
        disclosed_how: row.text(6),
    };
    Ok(rows.iter().map(money).collect())
}

/// Keeps a sum of money.
pub fn insert_money(work: &mut Work, point: &Point, new: &Money) -> Result<()> {
    let sql = "insert into money (province, id, point_id, pin_id, source, on_date, item, amount, disclosed_on, \
               disclosed_how, entered_at, withdrawn_at, withdrawn_reason) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', '')";
    let now = work.moment.now.clone();
    let values: [Value; 11] = [
        point.province.as_str().into(),
        new.id.as_str().into(),
        point.id.as_str().into(),
        point.pin_id.as_str().into(),
        new.source.as_str().into(),
        new.on_date.as_str().into(),
        new.item.as_str().into(),
        new.amount.into(),
        new.disclosed_on.as_str().into(),
        new.disclosed_how.as_str().into(),
        now.into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// Says when and how a sum was made public.
pub fn disclose(work: &mut Work, point: &Point, id: &str, told: (&str, &str)) -> Result<u64> {
    let sql = "update money set disclosed_on = $4, disclosed_how = $5 \
               where province = $1 and point_id = $2 and id = $3 and withdrawn_at = ''";
    let values: [Value; 5] =
        [point.province.as_str().into(), point.id.as_str().into(), id.into(), told.0.into(), told.1.into()];
    work.execute(sql, &values)
}

/// Takes a sum back: it was entered by mistake.
pub fn withdraw_money(work: &mut Work, point: &Point, id: &str, reason: &str) -> Result<u64> {
    let sql = "update money set withdrawn_at = $4, withdrawn_reason = $5 \
               where province = $1 and point_id = $2 and id = $3 and withdrawn_at = ''";
    let now = work.moment.now.clone();
    let values: [Value; 5] =
        [point.province.as_str().into(), point.id.as_str().into(), id.into(), now.into(), reason.into()];
    work.execute(sql, &values)
}
