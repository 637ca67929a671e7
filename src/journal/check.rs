//! Walking the chains: which rows do not follow from the ones before them, and which kept lines are not borne out.

use store::{Row, Tx, Value};

use crate::error::Result;
use crate::journal::digest;

/// So many rows are held in memory at once.
const STRETCH: i64 = 5_000;

/// Where a walk stands: chain, day, number, and the hash that the next row must name.
#[derive(Default)]
struct Stand {
    chain: String,
    day: String,
    seq: i64,
    hash: String,
}

/// Walks every chain; returns a line for each row where one breaks.
pub fn faults(tx: &mut Tx) -> Result<Vec<String>> {
    let sql = format!(
        "select province, day, seq, at, actor, deed, thing, thing_id, pin_id, origin, body, prev_hash, hash from journal \
         where (province, day, seq) > ($1, $2, $3) order by province, day, seq limit {STRETCH}"
    );
    let mut faults = Vec::new();
    let mut stand = Stand { seq: i64::MIN, ..Stand::default() };
    loop {
        let values: [Value; 3] = [stand.chain.as_str().into(), stand.day.as_str().into(), stand.seq.into()];
        let rows = tx.query(&sql, &values)?;
        for row in &rows {
            faults.extend(walk(&mut stand, row));
        }
        if rows.len() < STRETCH as usize {
            break;
        }
    }
    faults.extend(broken_ends(tx)?);
    Ok(faults)
}

/// Goes on to a row; a line when it is not the one that was written there.
fn walk(stand: &mut Stand, row: &Row) -> Option<String> {
    let expected = if stand.chain == row.str(0) { stand.hash.as_str() } else { "" };
    let holds = row.str(11) == expected && row.str(12) == hash_of(row);
    let told = (!holds).then(|| format!("journal {} {} {}", row.str(0), row.str(1), row.int(2)));
    *stand = Stand { chain: row.text(0), day: row.text(1), seq: row.int(2), hash: row.text(12) };
    told
}

fn hash_of(row: &Row) -> String {
    let seq = row.int(2).to_string();
    let cell = |at: usize| row.str(at);
    digest(&[cell(11), cell(0), cell(1), &seq, cell(3), cell(4), cell(5), cell(6), cell(7), cell(8), cell(9), cell(10)])
}

/// The last rows of a chain cannot be cut off unseen: the ledger remembers the last hash.
fn broken_ends(tx: &mut Tx) -> Result<Vec<String>> {
    let sql = "select l.province from ledger l where l.last_hash <> '' and not exists (select 1 from journal j \
               where j.province = l.province and j.day = l.day and j.seq = l.seq and j.hash = l.last_hash \
               and not exists (select 1 from journal k where k.province = j.province and (k.day, k.seq) > (j.day, j.seq))) \
               union select j.province from journal j \
               where not exists (select 1 from ledger l where l.province = j.province and l.last_hash <> '')";
    Ok(tx.query(sql, &[])?.iter().map(|row| format!("journal {} end", row.str(0))).collect())
}

/// The lines, kept from earlier, that the journal no longer bears out.
pub fn broken_anchors(tx: &mut Tx, lines: &str) -> Result<Vec<String>> {
    let mut broken = Vec::new();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let parts: Vec<&str> = line.split_whitespace().collect();
        let found = match parts[..] {
            [province, day, seq, hash] => {
                let sql = "select 1 from journal where province = $1 and day = $2 and seq = $3 and hash = $4";
                let seq = seq.parse::<i64>().unwrap_or_default();
                tx.first(sql, &[province.into(), day.into(), seq.into(), hash.into()])?.is_some()
            }
            _ => false,
        };
        if !found {
            broken.push(format!("anchor {line}"));
        }
    }
    Ok(broken)
}
