//! How lineage is kept and read.

use std::collections::HashMap;

use store::{Row, Value};

use crate::error::Result;
use crate::lineage::adaptation::{Adaptation, Answer, Counts, How};
use crate::lineage::tree::{Leaf, Parent, Stretch};
use crate::places::place::{Level, Place};
use crate::schemes::point::{Origin, Point, State};
use crate::schemes::scheme::Scheme;
use crate::schemes::store as schemes;
use crate::work::Work;

const LEAVES: &str = "select p.id, p.code, p.name, coalesce(u.name, l.name), coalesce(u.code, ''), p.origin, \
    coalesce(p.from_point_id, ''), p.launched_on from point p \
    join place g on g.id = p.place_id \
    join rollup r on r.ancestor_id = $1 and r.place_id = g.pin_id and r.from_on <= $2 and r.to_on > $2 \
    join place l on l.id = g.pin_id \
    left join rollup t on t.place_id = g.pin_id and t.level = 3 and t.from_on <= $2 and t.to_on > $2 \
    left join place u on u.id = t.ancestor_id \
    where p.province = $3 and p.scheme_id = $4 and ($5 = '' or p.place_id = $5) and p.launched_on <= $6 \
    order by p.launched_on, p.sort_key, p.id";

const STRETCHES: &str = "select s.point_id, s.state, s.from_on, s.to_on from point_span s \
    join point p on p.province = s.province and p.id = s.point_id \
    join place g on g.id = p.place_id \
    join rollup r on r.ancestor_id = $1 and r.place_id = g.pin_id and r.from_on <= $2 and r.to_on > $2 \
    where p.province = $3 and p.scheme_id = $4 order by s.point_id, s.from_on";

const COUNTS: &str = "select a.point_id, a.how, count(*) from adaptation a \
    join point p on p.province = a.province and p.id = a.point_id \
    join place g on g.id = p.place_id \
    join rollup r on r.ancestor_id = $1 and r.place_id = g.pin_id and r.from_on <= $2 and r.to_on > $2 \
    where p.province = $3 and p.scheme_id = $4 and p.origin = 'replicated' group by a.point_id, a.how";

/// The points of a scheme that were launched in a place by a day, the earlier first.
pub fn leaves(work: &mut Work, place: &Place, scheme: &Scheme, at: &str) -> Result<Vec<Leaf>> {
    let day = place.day_on_the_map(&work.today());
    let frame: [Value; 4] =
        [place.pin_id().into(), day.into(), scheme.province.as_str().into(), scheme.id.as_str().into()];
    let exact = if place.level >= Level::Area { place.id.as_str() } else { "" };
    let mut values = frame.to_vec();
    values.extend([exact.into(), at.into()]);
    let mut leaves: Vec<Leaf> = work.query(LEAVES, &values)?.iter().map(leaf).collect();
    let by_id: HashMap<String, usize> = leaves.iter().zip(0..).map(|(leaf, n)| (leaf.id.clone(), n)).collect();
    for row in work.query(STRETCHES, &frame)? {
        let Some(leaf) = by_id.get(row.str(0)).and_then(|n| leaves.get_mut(*n)) else { continue };
        let state = State::from_code(row.str(1)).unwrap_or(State::Proposed);
        leaf.stretches.push(Stretch { state, from_on: row.text(2), to_on: row.text(3) });
    }
    for row in work.query(COUNTS, &frame)? {
        let Some(leaf) = by_id.get(row.str(0)).and_then(|n| leaves.get_mut(*n)) else { continue };
        if let Some(how) = How::from_code(row.str(1)) {
            leaf.counts.add(how, row.int(2));
        }
    }
    Ok(leaves)
}

fn leaf(row: &Row) -> Leaf {
    Leaf {
        id: row.text(0),
        code: row.text(1),
        name: row.text(2),
        place: row.text(3),
        commune_code: row.text(4),
        origin: Origin::from_code(row.str(5)),
        from_id: row.text(6),
        launched_on: row.text(7),
        stretches: Vec::new(),
        counts: Counts::default(),
    }
}

/// Where every point of a scheme comes from.
pub fn parents(work: &mut Work, province: &str, scheme_id: &str) -> Result<HashMap<String, Parent>> {
    let origins = schemes::origins(work, province, scheme_id)?;
    Ok(origins.into_iter().map(|(id, code, from_id)| (id, Parent { code, from_id })).collect())
}

/// The points that were replicated from one; each is loaded for a verb before it is told.
pub fn replicated_from(work: &mut Work, point: &Point) -> Result<Vec<String>> {
    let sql = "select id from point where province = $1 and from_point_id = $2 order by launched_on, sort_key, id";
    let rows = work.query(sql, &[point.province.as_str().into(), point.id.as_str().into()])?;
    Ok(rows.iter().map(|row| row.text(0)).collect())
}

/// The code of a point and where it is pinned; its name is told only within reach.
pub fn kin(work: &mut Work, province: &str, id: &str) -> Result<Option<(String, String, String)>> {
    let sql = "select p.code, p.name, g.pin_id from point p join place g on g.id = p.place_id where p.province = $1 and p.id = $2";
    let row = work.first(sql, &[province.into(), id.into()])?;
    Ok(row.map(|row| (row.text(0), row.text(1), row.text(2))))
}

/// The id of the point that guides one, where it is another than the one it comes from.
pub fn mentor_id(work: &mut Work, point: &Point) -> Result<Option<String>> {
    let sql = "select mentor_id from mentor where province = $1 and point_id = $2";
    Ok(work.first(sql, &[point.province.as_str().into(), point.id.as_str().into()])?.map(|row| row.text(0)))
}

/// Keeps who guides a point; nothing for the one it comes from.
pub fn set_mentor(work: &mut Work, province: &str, point_id: &str, mentor_id: Option<&str>) -> Result<()> {
    work.execute("delete from mentor where province = $1 and point_id = $2", &[province.into(), point_id.into()])?;
    if let Some(mentor_id) = mentor_id {
        let sql = "insert into mentor (province, point_id, mentor_id) values ($1, $2, $3)";
        work.execute(sql, &[province.into(), point_id.into(), mentor_id.into()])?;
    }
    Ok(())
}

/// What a point made of its scheme.
pub fn adaptations(work: &mut Work, point: &Point) -> Result<Vec<Adaptation>> {
    let sql =
        "select element, element_text, how, why from adaptation where province = $1 and point_id = $2 order by element";
    let rows = work.query(sql, &[point.province.as_str().into(), point.id.as_str().into()])?;
    let read = rows.iter().filter_map(|row| {
        let element = usize::try_from(row.int(0)).ok()?;
        Some(Adaptation { element, text: row.text(1), how: How::from_code(row.str(2))?, why: row.text(3) })
    });
    Ok(read.collect())
}

/// Keeps what a point made of its scheme in place of what was told before.
pub fn replace_adaptations(work: &mut Work, point: &Point, told: &[Adaptation]) -> Result<()> {
    let key: [Value; 2] = [point.province.as_str().into(), point.id.as_str().into()];
    work.execute("delete from adaptation where province = $1 and point_id = $2", &key)?;
    let (at, by) = (work.moment.now.clone(), work.actor.account_id.clone());
    told.iter().try_for_each(|one| insert_adaptation(work, &key, one, (&at, &by)))
}

/// Keeps what a point made of one element; `key` is its province and id.
pub fn insert_adaptation(work: &mut Work, key: &[Value; 2], one: &Adaptation, (at, by): (&str, &str)) -> Result<()> {
    let sql = "insert into adaptation (province, point_id, element, element_text, how, why, told_at, told_by) \
               values ($1, $2, $3, $4, $5, $6, $7, $8)";
    let mut values = key.to_vec();
    values.extend([
        (one.element as i64).into(),
        one.text.as_str().into(),
        one.how.code().into(),
        one.why.as_str().into(),
        at.into(),
        by.into(),
    ]);
    work.execute(sql, &values)?;
    Ok(())
}

/// What was answered before a point was replicated.
pub fn answers(work: &mut Work, point: &Point) -> Result<Vec<Answer>> {
    let sql = "select question, question_from, answer, note from readiness where province = $1 and point_id = $2 \
               order by question, question_from";
    let rows = work.query(sql, &[point.province.as_str().into(), point.id.as_str().into()])?;
    Ok(rows
        .iter()
        .map(|row| Answer { question: row.text(0), asked_from: row.text(1), answer: row.text(2), note: row.text(3) })
        .collect())
}

/// Keeps answers in place of those given before to the same wordings.
pub fn replace_answers(work: &mut Work, point: &Point, (before, answers): (&[Answer], &[Answer])) -> Result<()> {
    let key: [Value; 2] = [point.province.as_str().into(), point.id.as_str().into()];
    for former in before {
        let sql =
            "delete from readiness where province = $1 and point_id = $2 and question = $3 and question_from = $4";
        let of = [former.question.as_str(), former.asked_from.as_str()].map(Value::from);
        work.execute(sql, &[key.as_slice(), &of].concat())?;
    }
    let (at, by) = (work.moment.now.clone(), work.actor.account_id.clone());
    answers.iter().try_for_each(|answer| insert_answer(work, &key, answer, (&at, &by)))
}

/// Keeps one answer; `key` is the point's province and id.
pub fn insert_answer(work: &mut Work, key: &[Value; 2], answer: &Answer, (at, by): (&str, &str)) -> Result<()> {
    let sql = "insert into readiness (province, point_id, question, question_from, answer, note, answered_at, answered_by) \
               values ($1, $2, $3, $4, $5, $6, $7, $8)";
    let mut values = key.to_vec();
    values.extend([
        answer.question.as_str().into(),
        answer.asked_from.as_str().into(),
        answer.answer.as_str().into(),
        answer.note.as_str().into(),
        at.into(),
        by.into(),
    ]);
    work.execute(sql, &values)?;
    Ok(())
}
