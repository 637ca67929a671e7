//! Search by a fragment without marks: one trigram index over folded names of places, schemes, points.

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

/// Keeps an entry that is new.
pub fn insert(work: &mut Work, entry: &Entry) -> Result<()> {
    let sql = "insert into search_entry (thing, thing_id, pin_id, place_id, title, detail, fold, weight) \
               values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing";
    let values: [Value; 8] = [
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

/// So many candidates are ranked; the index gives places before schemes and schemes before points.
const MOST_CANDIDATES: usize = 120;

const COLUMNS: &str = "e.thing, e.thing_id, e.title, e.detail, e.pin_id, e.fold, e.weight";

// A trigram index cannot help a fragment of one or two letters: those look at beginnings only.
const INSIDE: Twin = Twin {
    sqlite: "from search_trigram t join search_entry e on e.n = t.rowid where t.fold match $1 limit $2",
    postgres: "from search_entry e where e.fold like $1 limit $2",
};
const BEGINNING: &str = "from search_entry e where e.fold >= $1 and e.fold < $2 order by e.fold limit $3";

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

/// Names that begin with the text, then names that hold it, then names that hold its words anywhere.
fn candidates(work: &mut Work, key: &str, words: &[&str]) -> Result<Vec<Row>> {
    let most = MOST_CANDIDATES as i64;
    let beginning = format!("select {COLUMNS} {BEGINNING}");
    let mut rows = work.query(&beginning, &[key.into(), format!("{key}~").into(), (most / 2).into()])?;
    if key.len() < 3 {
        return Ok(rows);
    }
    rows.extend(inside(work, &[key])?);
    let mut long: Vec<&str> = words.iter().copied().filter(|word| word.len() >= 3).collect();
    if rows.len() < MOST_CANDIDATES && words.len() > 1 && !long.is_empty() {
        long.sort_unstable_by_key(|word| std::cmp::Reverse(word.len()));
        rows.extend(inside(work, &long)?);
    }
    Ok(rows)
}

/// Names that hold all of these, each three letters or longer. PostgreSQL is asked for the longest only;
/// `find` looks at the others.
fn inside(work: &mut Work, fragments: &[&str]) -> Result<Vec<Row>> {
    let (pattern, text) = match work.tx.engine() {
        store::Engine::Sqlite => {
            (fragments.iter().map(|f| format!("\"{f}\"")).collect::<Vec<_>>().join(" "), INSIDE.sqlite)
        }
        store::Engine::Postgres => (format!("%{}%", fragments.first().copied().unwrap_or("")), INSIDE.postgres),
    };
    let most = (MOST_CANDIDATES as i64).into();
    work.query(&format!("select {COLUMNS} {text}"), &[pattern.into(), most])
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
