//! Stories of the journal's memory: it is only added to, and whatever was done to it by hand is found and named.

use ::store::{Engine, Row, Tx, Value};

use super::world::World;
use crate::error::{Error, Result};
use crate::journal;

fn refuses(world: &World, sql: &str) {
    let altered = world.app.db.write(|tx| -> Result<()> { Ok(tx.script(sql)?) });
    assert!(altered.is_err(), "the database itself refuses: {sql}");
}

pub(super) fn the_database_itself_keeps_the_journal(world: &World) {
    for sql in [
        "update journal set deed = 'point.other' where seq = 2",
        "delete from journal where seq = 2",
        "delete from journal",
        "delete from ledger where province = '25'",
    ] {
        refuses(world, sql);
    }
    let copy = "journal select province, day, seq, at, actor, 'point.other', thing, thing_id, pin_id, origin, body, \
                prev_hash, hash from journal where seq = 2";
    match world.app.db.engine() {
        Engine::Sqlite => refuses(world, &format!("insert or replace into {copy}")),
        Engine::Postgres => ["journal", "ledger", "ledger, journal"].iter().for_each(|tables| {
            refuses(world, &format!("truncate {tables}"));
        }),
    }
    assert!(world.app.db.read(journal::faults).unwrap().is_empty());
}

const COLUMNS: [&str; 13] = [
    "province",
    "day",
    "seq",
    "at",
    "actor",
    "deed",
    "thing",
    "thing_id",
    "pin_id",
    "origin",
    "body",
    "prev_hash",
    "hash",
];

/// Takes the guards away, as someone with the rights of the database can.
fn take_guards_away(world: &World) {
    let free = match world.app.db.engine() {
        Engine::Sqlite => {
            "drop trigger journal_no_update; drop trigger journal_no_delete; drop trigger journal_no_replace; \
             drop trigger ledger_no_delete"
        }
        Engine::Postgres => {
            "drop trigger journal_no_change on journal; drop trigger journal_no_truncate on journal; \
             drop trigger ledger_no_delete on ledger; drop trigger ledger_no_truncate on ledger"
        }
    };
    world.app.db.write(|tx| -> Result<()> { Ok(tx.script(free)?) }).unwrap();
}

/// What the check says after something was done by hand; then all is as before.
fn faults_after(world: &World, deed: impl FnOnce(&mut Tx) -> Result<()>) -> Vec<String> {
    let mut told = Vec::new();
    let undone = world.app.db.write(|tx| -> Result<()> {
        deed(tx)?;
        told = journal::faults(tx)?;
        Err(Error::NotFound)
    });
    assert!(matches!(undone, Err(Error::NotFound)), "{undone:?}");
    told
}

/// The rows of a chain, in order.
fn chain(world: &World, province: &str) -> Vec<Row> {
    let sql = format!("select {} from journal where province = $1 order by day, seq", COLUMNS.join(", "));
    world.app.db.read(|tx| -> Result<_> { Ok(tx.query(&sql, &[province.into()])?) }).unwrap()
}

/// Every chain there is.
fn chains(world: &World) -> Vec<String> {
    let rows = world.app.read(|work| work.query("select province from ledger order by province", &[])).unwrap();
    rows.iter().map(|row| row.text(0)).collect()
}

fn name(row: &Row) -> String {
    format!("journal {} {} {}", row.str(0), row.str(1), row.int(2))
}

/// The value with one byte of it changed: at its beginning, its middle or its end; a byte more where there is none.
fn altered(value: &Value, at: usize) -> Value {
    match value {
        Value::Int(number) => Value::Int(number + 100_000),
        Value::Text(text) if text.is_ascii() && !text.is_empty() => {
            let mut bytes = text.clone().into_bytes();
            let at = [0, bytes.len() / 2, bytes.len() - 1][at];
            bytes[at] = if bytes[at] == b'1' { b'2' } else { b'1' };
            Value::Text(String::from_utf8(bytes).unwrap())
        }
        Value::Text(text) => Value::Text(format!("{text}1")),
        Value::Null | Value::Real(_) => panic!("the journal holds text and numbers"),
    }
}

fn where_it_is(row: &Row) -> [Value; 3] {
    [row.values()[0].clone(), row.values()[1].clone(), row.values()[2].clone()]
}

/// Alters one byte of one column of a row: the row, as it now stands, is named.
fn one_byte(world: &World, row: &Row, column: usize, at: usize) {
    let value = altered(&row.values()[column], at);
    let mut named = row.values().to_vec();
    named[column] = value.clone();
    let named = match &named[..3] {
        [Value::Text(chain), Value::Text(day), Value::Int(seq)] => format!("journal {chain} {day} {seq}"),
        other => panic!("{other:?}"),
    };
    let sql = format!("update journal set {} = $4 where province = $1 and day = $2 and seq = $3", COLUMNS[column]);
    let told = faults_after(world, |tx| {
        let mut values = where_it_is(row).to_vec();
        values.push(value);
        assert_eq!(tx.execute(&sql, &values)?, 1);
        Ok(())
    });
    assert!(told.contains(&named), "{} of {}: {told:?}", COLUMNS[column], name(row));
}

fn remove(tx: &mut Tx, row: &Row) -> Result<()> {
    tx.execute("delete from journal where province = $1 and day = $2 and seq = $3", &where_it_is(row))?;
    Ok(())
}

/// A row that is gone is told by the one after it; the last one by the end of its chain.
fn one_row_less(world: &World, rows: &[Row], at: usize) {
    let told = faults_after(world, |tx| remove(tx, &rows[at]));
    let expected = match rows.get(at + 1) {
        Some(next) => name(next),
        None => format!("journal {} end", rows[at].str(0)),
    };
    assert!(told.contains(&expected), "{} gone: {told:?}", name(&rows[at]));
}

/// Two rows in each other's place are both named.
fn swapped(world: &World, one: &Row, other: &Row) {
    let told = faults_after(world, |tx| {
        let sql = "update journal set day = $4, seq = $5 where province = $1 and day = $2 and seq = $3";
        let away = |from: &Row, day: Value, seq: Value| {
            let [chain, old_day, old_seq] = where_it_is(from);
            [chain, old_day, old_seq, day, seq]
        };
        let [_, other_day, other_seq] = where_it_is(other);
        let [chain, one_day, one_seq] = where_it_is(one);
        tx.execute(sql, &away(one, "9999".into(), 1.into()))?;
        tx.execute(sql, &away(other, one_day, one_seq))?;
        tx.execute(sql, &[chain, "9999".into(), 1.into(), other_day, other_seq])?;
        Ok(())
    });
    assert!(told.contains(&name(one)) && told.contains(&name(other)), "{} and {}: {told:?}", name(one), name(other));
}

/// The end cut off, however much of it.
fn shortened(world: &World, rows: &[Row], n_kept: usize) {
    let told = faults_after(world, |tx| rows[n_kept..].iter().try_for_each(|row| remove(tx, row)));
    assert_eq!(told, [format!("journal {} end", rows[0].str(0))], "cut to {n_kept}");
}

pub(super) fn the_journal_tells_when_it_was_altered(world: &World) {
    assert!(world.app.db.read(journal::faults).unwrap().is_empty());
    let anchors = world.app.db.read(journal::anchors).unwrap().join("\n");
    take_guards_away(world);
    for province in chains(world) {
        let rows = chain(world, &province);
        let last = rows.len() - 1;
        for at in [0, 1, last / 2, last].into_iter().filter(|at| *at <= last) {
            for column in 0..COLUMNS.len() {
                (0..3).for_each(|byte| one_byte(world, &rows[at], column, byte));
            }
            one_row_less(world, &rows, at);
        }
        if last > 0 {
            swapped(world, &rows[last / 2], &rows[last / 2 + 1]);
            swapped(world, &rows[0], &rows[last]);
            shortened(world, &rows, 1);
        }
        shortened(world, &rows, 0);
    }
    let whole = "delete from journal where province = '25'; delete from ledger where province = '25'";
    assert!(faults_after(world, |tx| Ok(tx.script(whole)?)).is_empty(), "a whole chain can vanish unseen");
    let told = |lines: &str| world.app.db.read(|tx| journal::broken_anchors(tx, lines)).unwrap();
    assert!(told(&anchors).is_empty());
    world.app.db.write(|tx| -> Result<()> { Ok(tx.script(whole)?) }).unwrap();
    assert!(told(&anchors).iter().any(|line| line.starts_with("anchor 25 ")), "but not past a line kept elsewhere");
}
