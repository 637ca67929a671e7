//! How reviews, their decisions and lessons are kept.

use store::{Row, Value};

use crate::error::{Error, Result};
use crate::papers::paper::PaperRef;
use crate::permissions::Verb;
use crate::places::place::{OPEN, Place};
use crate::work::Work;

/// A review.
#[derive(Clone, Debug)]
pub struct Review {
    pub province: String,
    pub id: String,
    pub name: String,
    pub place_id: String,
    pub pin_id: String,
    pub opened_on: String,
    pub due_on: String,
    /// `OPEN` while decisions are taken.
    pub closed_on: String,
    pub paper: Option<PaperRef>,
    pub version: i64,
}

impl Review {
    /// Are decisions still taken?
    pub fn is_open(&self) -> bool {
        self.closed_on == OPEN
    }
}

const REVIEW: &str = "v.province, v.id, v.name, v.place_id, v.pin_id, v.opened_on, v.due_on, v.closed_on, v.version, \
                      a.number, a.issued_on, a.issuer";
const PAPER: &str = "left join paper a on a.province = v.province and a.id = v.paper_id";

fn review_row(row: &Row) -> Review {
    let paper = row.text_or_null(9).map(|number| PaperRef { number, issued_on: row.text(10), issuer: row.text(11) });
    Review {
        province: row.text(0),
        id: row.text(1),
        name: row.text(2),
        place_id: row.text(3),
        pin_id: row.text(4),
        opened_on: row.text(5),
        due_on: row.text(6),
        closed_on: row.text(7),
        version: row.int(8),
        paper,
    }
}

/// One review. It is seen by who reaches any of its points: a commune sees the province's review and its own lines.
pub fn review_for(work: &mut Work, verb: Verb, id: &str) -> Result<Review> {
    let sql = format!("select {REVIEW} from review v {PAPER} where v.id = $1");
    let review = work.first(&sql, &[id.into()])?.map(|row| review_row(&row)).ok_or(Error::NotFound)?;
    if verb != Verb::ReadPoint {
        work.demand(verb, Verb::ReadPlace, &review.pin_id)?;
        return Ok(review);
    }
    if work.reaches(verb, &review.pin_id)? {
        return Ok(review);
    }
    let pins = work.query(
        "select distinct l.pin_id from review_point x join point p on p.province = x.province and p.id = x.point_id \
               join place l on l.id = p.place_id where x.review_id = $1",
        &[id.into()],
    )?;
    for row in &pins {
        if work.reaches(verb, row.str(0))? {
            return Ok(review);
        }
    }
    Err(Error::NotFound)
}

/// The reviews that have points in a place, the latest first.
pub fn reviews(work: &mut Work, place: &Place) -> Result<Vec<Review>> {
    let sql = format!(
        "select {REVIEW} from review v {PAPER} where exists (select 1 from review_point x \
         join point p on p.province = x.province and p.id = x.point_id join place g on g.id = p.place_id \
         join rollup r on r.ancestor_id = $1 and r.place_id = g.pin_id and r.from_on <= $2 and r.to_on > $2 \
         where x.province = v.province and x.review_id = v.id) order by v.opened_on desc, v.id desc limit 100"
    );
    let day = place.day_on_the_map(&work.today());
    Ok(work.query(&sql, &[place.pin_id().into(), day.into()])?.iter().map(review_row).collect())
}

/// Keeps a new review.
pub fn insert(work: &mut Work, new: &Review, paper_id: Option<&str>) -> Result<()> {
    let sql = "insert into review (province, id, name, place_id, pin_id, opened_on, due_on, closed_on, paper_id, version) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)";
    let values: [Value; 9] = [
        new.province.as_str().into(),
        new.id.as_str().into(),
        new.name.as_str().into(),
        new.place_id.as_str().into(),
        new.pin_id.as_str().into(),
        new.opened_on.as_str().into(),
        new.due_on.as_str().into(),
        new.closed_on.as_str().into(),
        paper_id.into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// Takes points into a review: those that operate or are suspended in a place, of a scheme or of all.
pub fn take_in(work: &mut Work, review: &Review, place: &Place, scheme_id: &str) -> Result<u64> {
    let sql = "insert into review_point (province, review_id, point_id, pin_id, decision, reason, note, decided_on, decided_by) \
               select p.province, $3, p.id, g.pin_id, '', '', '', '', '' from point p join place g on g.id = p.place_id \
               join rollup r on r.ancestor_id = $1 and r.place_id = g.pin_id and r.from_on <= $2 and r.to_on > $2 \
               where p.province = $4 and p.state in ('active', 'suspended') and ($5 = '' or p.scheme_id = $5) on conflict do nothing";
    let day = place.day_on_the_map(&work.today());
    let values: [Value; 5] = [
        place.pin_id().into(),
        day.into(),
        review.id.as_str().into(),
        review.province.as_str().into(),
        scheme_id.into(),
    ];
    work.execute(sql, &values)
}

/// Takes one point into a review.
pub fn take_in_one(work: &mut Work, review: &Review, point_id: &str, pin_id: &str) -> Result<()> {
    let sql = "insert into review_point (province, review_id, point_id, pin_id, decision, reason, note, decided_on, decided_by) \
               values ($1, $2, $3, $4, '', '', '', '', '') on conflict do nothing";
    let values = [review.province.as_str().into(), review.id.as_str().into(), point_id.into(), pin_id.into()];
    work.execute(sql, &values)?;
    Ok(())
}

/// Ends a review on a day.
pub fn close(work: &mut Work, review: &Review, on: &str) -> Result<()> {
    let sql =
        "update review set closed_on = $3, version = version + 1 where province = $1 and id = $2 and version = $4";
    let values: [Value; 4] =
        [review.province.as_str().into(), review.id.as_str().into(), on.into(), review.version.into()];
    if work.execute(sql, &values)? == 0 { Err(Error::Conflict) } else { Ok(()) }
}

/// A point of a review.
#[derive(Clone, Debug)]
pub struct Line {
    pub point_id: String,
    pub code: String,
    pub name: String,
    pub place: String,
    pub decision: String,
    pub reason: String,
    pub note: String,
    pub paper: String,
    pub decided_on: String,
}

/// The points of a review that lie in a place, undecided ones first; each is told under the commune of today, or
/// where that is not certain under the one where it was.
pub fn lines(work: &mut Work, review: &Review, place: &Place) -> Result<Vec<Line>> {
    let sql = "select x.point_id, p.code, p.name, coalesce(u.name, l.name), x.decision, x.reason, x.note, coalesce(a.number, ''), \
               x.decided_on from review_point x join point p on p.province = x.province and p.id = x.point_id \
               join place g on g.id = p.place_id join place l on l.id = g.pin_id \
               left join paper a on a.province = x.province and a.id = x.paper_id \
               join rollup r on r.ancestor_id = $1 and r.place_id = g.pin_id and r.from_on <= $2 and r.to_on > $2 \
               left join rollup t on t.place_id = g.pin_id and t.level = 3 and t.from_on <= $5 and t.to_on > $5 \
               left join place u on u.id = t.ancestor_id \
               where x.province = $3 and x.review_id = $4 order by case when x.decision = '' then 0 else 1 end, p.sort_key, p.id";
    let today = work.today();
    let day = place.day_on_the_map(&today);
    let values: [Value; 5] =
        [place.pin_id().into(), day.into(), review.province.as_str().into(), review.id.as_str().into(), today.into()];
    Ok(work
        .query(sql, &values)?
        .iter()
        .map(|row| Line {
            point_id: row.text(0),
            code: row.text(1),
            name: row.text(2),
            place: row.text(3),
            decision: row.text(4),
            reason: row.text(5),
            note: row.text(6),
            paper: row.text(7),
            decided_on: row.text(8),
        })
        .collect())
}

/// Is this point in the review, and is it decided?
pub fn decision_of(work: &mut Work, review: &Review, point_id: &str) -> Result<Option<String>> {
    let sql = "select decision from review_point where province = $1 and review_id = $2 and point_id = $3";
    let values = [review.province.as_str().into(), review.id.as_str().into(), point_id.into()];
    Ok(work.first(sql, &values)?.map(|row| row.text(0)))
}

/// A decision as it is kept.
pub struct Decided<'d> {
    pub decision: &'d str,
    pub reason: &'d str,
    pub note: &'d str,
    pub paper_id: Option<&'d str>,
    pub on: &'d str,
}

/// Keeps the decision of a point that had none.
pub fn decide(work: &mut Work, review: &Review, point_id: &str, decided: &Decided) -> Result<()> {
    let sql = "update review_point set decision = $4, reason = $5, note = $6, paper_id = $7, decided_on = $8, decided_by = $9 \
               where province = $1 and review_id = $2 and point_id = $3 and decision = ''";
    let who = work.actor.account_id.clone();
    let values: [Value; 9] = [
        review.province.as_str().into(),
        review.id.as_str().into(),
        point_id.into(),
        decided.decision.into(),
        decided.reason.into(),
        decided.note.into(),
        decided.paper_id.into(),
        decided.on.into(),
        who.into(),
    ];
    if work.execute(sql, &values)? == 0 { Err(Error::Refused("review-decided-already")) } else { Ok(()) }
}

/// How far a commune has come: its id and name, decided, of how many.
pub type Progress = (String, String, i64, i64);

/// How far the communes of a place have come, the latest behind.
pub fn progress(work: &mut Work, review: &Review, place: &Place) -> Result<Vec<Progress>> {
    let sql = "select u.ancestor_id, l.name, cast(sum(case when x.decision = '' then 0 else 1 end) as bigint), count(*) \
               from review_point x join point p on p.province = x.province and p.id = x.point_id \
               join place g on g.id = p.place_id \
               join rollup r on r.ancestor_id = $1 and r.place_id = g.pin_id and r.from_on <= $2 and r.to_on > $2 \
               join rollup u on u.place_id = g.pin_id and u.level = 3 and u.from_on <= $2 and u.to_on > $2 \
               join place l on l.id = u.ancestor_id where x.province = $3 and x.review_id = $4 \
               group by u.ancestor_id, l.name, l.sort_key order by l.sort_key, u.ancestor_id";
    let day = place.day_on_the_map(&work.today());
    let values: [Value; 4] =
        [place.pin_id().into(), day.into(), review.province.as_str().into(), review.id.as_str().into()];
    let rows = work.query(sql, &values)?;
    Ok(rows.iter().map(|row| (row.text(0), row.text(1), row.int(2), row.int(3))).collect())
}
