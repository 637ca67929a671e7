//! Search by a fragment without marks: one trigram index over folded names of places, schemes, points.

use sha2::{Digest, Sha256};
use store::{Row, Twin, Value};

use crate::error::Result;
use crate::permissions::Verb;
use crate::schemes::point::Point;
use crate::work::Work;

/// One thing that can be found.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    pub thing: &'a str,
    pub thing_id: &'a str,
    /// Where it may be seen; empty when everyone who is signed in may.
    pub pin_id: &'a str,
    pub place_id: &'a str,
    pub title: &'a str,
    pub detail: &'a str,
    /// Other names under which it is looked for.
    pub also: &'a str,
    /// Smaller comes first among equal matches.
    pub weight: i64,
}

/// A stable number for the index, from the thing's id and name.
fn number(entry: &Entry) -> i64 {
    let digest = Sha256::digest(format!("{}\n{}\n{}", entry.thing, entry.thing_id, entry.also).as_bytes());
    let mut bytes = [0u8; 8];
    bytes.copy_from_slice(&digest[..8]);
    i64::from_be_bytes(bytes) & i64::MAX
}

/// Keeps an entry that is new.
pub fn insert(work: &mut Work, entry: &Entry) -> Result<()> {
    let sql = "insert into search_entry (n, thing, thing_id, pin_id, place_id, title, detail, fold, weight) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing";
    let values: [Value; 9] = [
        number(entry).into(),
        entry.thing.into(),
        entry.thing_id.into(),
        entry.pin_id.into(),
        entry.place_id.into(),
        entry.title.into(),
        entry.detail.into(),
        fold::key(&format!("{} {}", entry.title, entry.also)).into(),
        entry.weight.into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// Keeps a point findable under its present name and code.
pub fn keep_point(work: &mut Work, point: &Point) -> Result<()> {
    work.execute("delete from search_entry where thing_id = $1", &[point.id.as_str().into()])?;
    insert(work, &point_entry(point))
}

/// The entry of a point.
pub fn point_entry(point: &Point) -> Entry<'_> {
    Entry {
        thing: "point",
        thing_id: &point.id,
        pin_id: &point.pin_id,
        place_id: &point.place_id,
        title: &point.name,
        detail: &point.code,
        also: &point.code,
        weight: 30,
    }
}

/// Something that was found.
#[derive(Clone, Debug)]
pub struct Found {
    pub thing: String,
    pub thing_id: String,
    pub title: String,
    pub detail: String,
}

// A trigram index cannot help a fragment of one or two letters: those look at beginnings only.
const LONG: Twin = Twin {
    sqlite: "select e.thing, e.thing_id, e.title, e.detail, e.pin_id, e.fold, e.weight from search_trigram t \
             join search_entry e on e.n = t.rowid where t.fold match $1 limit 400",
    postgres: "select e.thing, e.thing_id, e.title, e.detail, e.pin_id, e.fold, e.weight from search_entry e \
               where e.fold like $1 limit 400",
};
const SHORT: &str = "select e.thing, e.thing_id, e.title, e.detail, e.pin_id, e.fold, e.weight from search_entry e \
                     where e.fold >= $1 and e.fold < $2 and e.weight < 30 limit 400";

/// The things whose names hold every word of a text, nearest first, within reach.
pub fn find(work: &mut Work, text: &str, most: usize) -> Result<Vec<Found>> {
    let key = fold::key(text);
    if key.is_empty() {
        return Ok(Vec::new());
    }
    let words: Vec<&str> = key.split(' ').collect();
    let rows = candidates(work, &key, &words)?;
    let mut ranked: Vec<(i64, &Row)> = rows
        .iter()
        .filter(|row| words.iter().all(|word| row.str(5).contains(word)))
        .map(|row| (rank(row, &key), row))
        .collect();
    ranked.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.str(5).cmp(b.1.str(5))));
    within_reach(work, ranked, most)
}

fn rank(row: &Row, key: &str) -> i64 {
    let fold = row.str(5);
    let near = if fold == key {
        0
    } else if fold.starts_with(key) {
        1
    } else if fold.contains(key) {
        2
    } else {
        3
    };
    near * 100 + row.int(6)
}

fn candidates(work: &mut Work, key: &str, words: &[&str]) -> Result<Vec<Row>> {
    let long: Vec<&&str> = words.iter().filter(|word| word.len() >= 3).collect();
    if long.is_empty() {
        if key.len() >= 3 {
            return Ok(work.tx.query_twin(LONG, &[whole_pattern(work, key).into()])?);
        }
        return work.query(SHORT, &[key.into(), format!("{key}~").into()]);
    }
    let sqlite = long.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" ");
    let postgres = format!("%{}%", long.iter().max_by_key(|word| word.len()).map_or("", |word| word));
    let phrase = match work.tx.engine() {
        store::Engine::Sqlite => sqlite,
        store::Engine::Postgres => postgres,
    };
    // The whole text first: a fragment inside one name is what people mostly type.
    let mut rows = work.tx.query_twin(LONG, &[whole_pattern(work, key).into()])?;
    if rows.len() < 400 && words.len() > 1 {
        rows.extend(work.tx.query_twin(LONG, &[phrase.into()])?);
    }
    Ok(rows)
}

fn whole_pattern(work: &Work, key: &str) -> String {
    match work.tx.engine() {
        store::Engine::Sqlite => format!("\"{key}\""),
        store::Engine::Postgres => format!("%{key}%"),
    }
}

fn within_reach(work: &mut Work, ranked: Vec<(i64, &Row)>, most: usize) -> Result<Vec<Found>> {
    let mut found: Vec<Found> = Vec::new();
    for (_, row) in ranked {
        if found.len() == most {
            break;
        }
        let seen = found.iter().any(|f| f.thing_id == row.str(1));
        if seen || (!row.str(4).is_empty() && !work.reaches(Verb::ReadPoint, row.str(4))?) {
            continue;
        }
        found.push(Found { thing: row.text(0), thing_id: row.text(1), title: row.text(2), detail: row.text(3) });
    }
    Ok(found)
}
