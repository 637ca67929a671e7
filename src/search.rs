//! Search by a fragment without marks: one trigram index over folded names of places, schemes, points.

use std::collections::HashMap;

use store::{Row, Value};

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
    let sql = "insert into search_entry (thing, thing_id, pin_id, place_id, title, detail, fold, words, weight) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing";
    let key = fold::key(&format!("{} {}", entry.title, entry.also));
    let values: [Value; 9] = [
        entry.thing.into(),
        entry.thing_id.into(),
        entry.pin_id.into(),
        entry.place_id.into(),
        entry.title.into(),
        entry.detail.into(),
        key.as_str().into(),
        [vec![key.as_str()], pairs(&key).iter().map(String::as_str).collect()].concat().join(" ").into(),
        entry.weight.into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// Takes a thing out of the index.
pub fn forget(work: &mut Work, thing_id: &str) -> Result<()> {
    work.execute("delete from search_entry where thing_id = $1", &[thing_id.into()])?;
    Ok(())
}

/// Shows a thing under another title; it stays findable under every name it had.
pub fn retitle(work: &mut Work, thing_id: &str, title: &str) -> Result<()> {
    let sql = "select thing, pin_id, place_id, detail, fold, weight from search_entry \
               where thing_id = $1 and title <> $2 order by n limit 1";
    let Some(row) = work.first(sql, &[thing_id.into(), title.into()])? else { return Ok(()) };
    forget(work, thing_id)?;
    let entry = Entry {
        thing: row.str(0),
        thing_id,
        pin_id: row.str(1),
        place_id: row.str(2),
        title,
        detail: row.str(3),
        also: row.str(4),
        weight: row.int(5),
    };
    insert(work, &entry)
}

/// Lets a thing be found by another code too.
pub fn retitle_with(work: &mut Work, thing_id: &str, title: &str, code: &str) -> Result<()> {
    retitle(work, thing_id, &format!("{title} {code}"))?;
    retitle(work, thing_id, title)
}

/// Keeps a point findable under its present name and code.
pub fn keep_point(work: &mut Work, point: &Point) -> Result<()> {
    forget(work, &point.id)?;
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
#[derive(Clone, Debug, serde::Serialize)]
pub struct Found {
    pub thing: String,
    #[serde(rename = "id")]
    pub thing_id: String,
    pub title: String,
    pub detail: String,
}

/// So many candidates are ranked; places were put into the index before schemes and schemes before points.
const MOST_CANDIDATES: i64 = 200;

const COLUMNS: &str = "e.thing, e.thing_id, e.title, e.detail, e.pin_id, e.fold, e.weight";

/// The things whose names hold every word of a text, nearest first, within reach.
///
/// Names that hold the words whole and side by side come before those that hold them apart, and these before those in
/// which they are fragments; where there are enough of the first, nobody looks for the second.
pub fn find(work: &mut Work, text: &str, most: usize) -> Result<Vec<Found>> {
    let key = fold::key(text).split(' ').take(MOST_WORDS).collect::<Vec<_>>().join(" ");
    if key.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows = beginning(work, &key)?;
    let words: Vec<String> = key.split(' ').map(str::to_owned).collect();
    let mut found = Vec::new();
    for whole in [pairs(&key), words] {
        rows.extend(holding_words(work, &whole)?);
        found = within_reach(work, ranked(&rows, &key), most)?;
        if found.len() == most {
            return Ok(found);
        }
    }
    if key.len() < SHORTEST {
        return Ok(found);
    }
    rows.extend(holding(work, &fragments(&key))?);
    within_reach(work, ranked(&rows, &key), most)
}

/// Every two words that stand side by side, written as one.
fn pairs(key: &str) -> Vec<String> {
    key.split(' ').zip(key.split(' ').skip(1)).map(|(one, next)| format!("{one}{next}")).collect()
}

/// The rows that hold every word, nearest first.
fn ranked<'r>(rows: &'r [Row], key: &str) -> Vec<(i64, &'r Row)> {
    let words: Vec<&str> = key.split(' ').collect();
    let mut ranked: Vec<(i64, &Row)> = rows
        .iter()
        .filter(|row| words.iter().all(|word| row.str(5).contains(word)))
        .map(|row| (rank(row, key, &words), row))
        .collect();
    ranked.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.str(5).cmp(b.1.str(5))));
    ranked
}

/// Nobody looks for more words; an address may hold thousands.
const MOST_WORDS: usize = 12;

/// A trigram index cannot help a shorter fragment.
const SHORTEST: usize = 3;

/// The words of a text; one that is too short for the index is joined to its neighbour.
fn fragments(key: &str) -> Vec<String> {
    let mut fragments: Vec<String> = Vec::new();
    let mut short = String::new();
    for word in key.split(' ') {
        let joined = if short.is_empty() { word.to_owned() } else { format!("{short} {word}") };
        if joined.len() < SHORTEST {
            short = joined;
        } else {
            short.clear();
            fragments.push(joined);
        }
    }
    if !short.is_empty() {
        let last = fragments.pop().map_or_else(String::new, |last| format!("{last} "));
        fragments.push(last + &short);
    }
    fragments
}

/// Names that begin with a text.
fn beginning(work: &mut Work, key: &str) -> Result<Vec<Row>> {
    let sql = format!(
        "select {COLUMNS} from search_entry e where e.fold >= $1 and e.fold < $2 order by e.fold limit {}",
        MOST_CANDIDATES / 4
    );
    work.query(&sql, &[key.into(), format!("{key}~").into()])
}

/// Names that hold all of these words or pairs whole. PostgreSQL has one index for words and fragments.
fn holding_words(work: &mut Work, words: &[String]) -> Result<Vec<Row>> {
    if words.is_empty() || work.tx.engine() == store::Engine::Postgres {
        return Ok(Vec::new());
    }
    let words = words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" ");
    let sql = format!(
        "select {COLUMNS} from search_word w join search_entry e on e.n = w.rowid where w.words match $1 \
         limit {MOST_CANDIDATES}"
    );
    work.query(&sql, &[words.into()])
}

/// Names that hold all of these fragments, each three letters or longer.
fn holding(work: &mut Work, fragments: &[String]) -> Result<Vec<Row>> {
    match work.tx.engine() {
        store::Engine::Sqlite => {
            let phrase = fragments.iter().map(|f| format!("\"{f}\"")).collect::<Vec<_>>().join(" ");
            let sql = format!(
                "select {COLUMNS} from search_trigram t join search_entry e on e.n = t.rowid where t.fold match $1 \
                 limit {MOST_CANDIDATES}"
            );
            work.query(&sql, &[phrase.into()])
        }
        store::Engine::Postgres => {
            let likes: Vec<String> = (1..=fragments.len()).map(|n| format!("e.fold like ${n}")).collect();
            let values: Vec<Value> = fragments.iter().map(|f| format!("%{f}%").into()).collect();
            let sql =
                format!("select {COLUMNS} from search_entry e where {} limit {MOST_CANDIDATES}", likes.join(" and "));
            work.query(&sql, &values)
        }
    }
}

/// Lets the engine look at how its tables and its index have grown; after many changes at once.
pub fn tidy(work: &mut Work) -> Result<()> {
    if work.tx.engine() == store::Engine::Sqlite {
        work.execute("insert into search_trigram (search_trigram) values ('optimize')", &[])?;
        work.execute("insert into search_word (search_word) values ('optimize')", &[])?;
    }
    work.execute("analyze", &[])?;
    Ok(())
}

/// Is the name this text, does it begin with it, hold it or all its words whole, or only as fragments?
fn rank(row: &Row, key: &str, words: &[&str]) -> i64 {
    let fold = row.str(5);
    let is_whole = |text: &str| {
        fold.match_indices(text).any(|(at, _)| {
            let (before, after) = (fold[..at].chars().next_back(), fold[at + text.len()..].chars().next());
            before.is_none_or(|c| c == ' ') && after.is_none_or(|c| c == ' ')
        })
    };
    let near = if fold == key {
        0
    } else if fold.starts_with(key) {
        1
    } else if is_whole(key) {
        2
    } else if words.iter().all(|word| is_whole(word)) {
        3
    } else if fold.contains(key) {
        4
    } else {
        5
    };
    near * 100 + row.int(6)
}

fn within_reach(work: &mut Work, ranked: Vec<(i64, &Row)>, most: usize) -> Result<Vec<Found>> {
    let mut found: Vec<Found> = Vec::new();
    let mut reached: HashMap<&str, bool> = HashMap::new();
    for (_, row) in ranked {
        if found.len() == most {
            break;
        }
        if found.iter().any(|f| f.thing_id == row.str(1)) {
            continue;
        }
        let pin = row.str(4);
        let known = reached.get(pin).copied();
        let is_reached = match known {
            Some(known) => known,
            None => pin.is_empty() || work.reaches(Verb::ReadPoint, pin)?,
        };
        reached.insert(pin, is_reached);
        if !is_reached {
            continue;
        }
        found.push(Found { thing: row.text(0), thing_id: row.text(1), title: row.text(2), detail: row.text(3) });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::{fragments, pairs};

    #[test]
    fn words_side_by_side_are_looked_for_as_one() {
        assert_eq!(pairs("xa thanh son"), ["xathanh", "thanhson"]);
        assert!(pairs("hue").is_empty());
    }

    #[test]
    fn short_words_are_looked_for_with_their_neighbours() {
        assert_eq!(fragments("thanh son"), ["thanh", "son"]);
        assert_eq!(fragments("khu 4 an ninh"), ["khu", "4 an", "ninh"]);
        assert_eq!(fragments("ben mong 2"), ["ben", "mong 2"]);
        assert_eq!(fragments("o a"), ["o a"]);
    }
}
