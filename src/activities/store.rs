//! How activities, totals of months and photos are kept.

use files::{Examined, Hash};
use store::{Row, Value};

use crate::activities::activity::{self, Activity, month_of};
use crate::error::{Error, Result};
use crate::ids;
use crate::permissions::Verb;
use crate::schemes::point::Point;
use crate::work::Work;

const ACTIVITY: &str = "a.province, a.id, a.point_id, a.pin_id, a.kind, a.on_date, a.n_attended, a.counted_how, \
                        a.together_with, a.note, a.version";

fn activity_row(row: &Row) -> Activity {
    Activity {
        province: row.text(0),
        id: row.text(1),
        point_id: row.text(2),
        pin_id: row.text(3),
        kind: row.text(4),
        on_date: row.text(5),
        n_attended: row.int(6),
        counted_how: row.text(7),
        together_with: row.text(8),
        note: row.text(9),
        version: row.int(10),
    }
}

/// The only way to load an activity: for a verb.
pub fn activity_for(work: &mut Work, verb: Verb, id: &str) -> Result<Activity> {
    let sql = format!(
        "select {ACTIVITY}, l.pin_id from activity a join point p on p.province = a.province and p.id = a.point_id \
         join place l on l.id = p.place_id where a.id = $1 and a.withdrawn_at = ''"
    );
    let row = work.first(&sql, &[id.into()])?.ok_or(Error::NotFound)?;
    work.demand(verb, Verb::ReadPoint, row.str(11))?;
    Ok(activity_row(&row))
}

/// The activities that served a point, its own and those of others, the latest first.
pub fn of_point(work: &mut Work, point: &Point, most: i64) -> Result<Vec<Activity>> {
    let sql = format!(
        "select {ACTIVITY} from activity a where a.province = $1 and a.withdrawn_at = '' and (a.point_id = $2 or exists \
         (select 1 from activity_served s where s.province = a.province and s.activity_id = a.id and s.point_id = $2)) \
         order by a.on_date desc, a.id desc limit $3"
    );
    let values = [point.province.as_str().into(), point.id.as_str().into(), most.into()];
    Ok(work.query(&sql, &values)?.iter().map(activity_row).collect())
}

/// Activities of one kind on one day at a point or at points of the same commune: perhaps the same, entered twice.
pub fn alike(work: &mut Work, of: &Activity) -> Result<Vec<Activity>> {
    let sql = format!(
        "select {ACTIVITY} from activity a where a.pin_id = $1 and a.on_date = $2 and a.kind = $3 \
         and a.withdrawn_at = '' and (a.point_id = $4 or a.together_with <> '' and a.together_with = $5) order by a.id limit 5"
    );
    let values: [Value; 5] = [
        of.pin_id.as_str().into(),
        of.on_date.as_str().into(),
        of.kind.as_str().into(),
        of.point_id.as_str().into(),
        of.together_with.as_str().into(),
    ];
    Ok(work.query(&sql, &values)?.iter().map(activity_row).collect())
}

/// Keeps a new activity.
pub fn insert(work: &mut Work, new: &Activity) -> Result<()> {
    let sql = "insert into activity (province, id, point_id, pin_id, kind, on_date, month, n_attended, counted_how, \
               together_with, note, entered_at, entered_by, version, withdrawn_at, withdrawn_reason) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, '', '')";
    let (now, who) = (work.moment.now.clone(), work.actor.account_id.clone());
    let values: [Value; 13] = [
        new.province.as_str().into(),
        new.id.as_str().into(),
        new.point_id.as_str().into(),
        new.pin_id.as_str().into(),
        new.kind.as_str().into(),
        new.on_date.as_str().into(),
        month_of(&new.on_date).into(),
        new.n_attended.into(),
        new.counted_how.as_str().into(),
        new.together_with.as_str().into(),
        new.note.as_str().into(),
        now.into(),
        who.into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// Says that an activity served another point too.
pub fn insert_served(work: &mut Work, province: &str, activity_id: &str, point_id: &str) -> Result<()> {
    let sql =
        "insert into activity_served (province, activity_id, point_id) values ($1, $2, $3) on conflict do nothing";
    work.execute(sql, &[province.into(), activity_id.into(), point_id.into()])?;
    Ok(())
}

/// The other points that an activity served.
pub fn served(work: &mut Work, province: &str, activity_id: &str) -> Result<Vec<String>> {
    let sql = "select point_id from activity_served where province = $1 and activity_id = $2 order by point_id";
    Ok(work.query(sql, &[province.into(), activity_id.into()])?.iter().map(|row| row.text(0)).collect())
}

/// Takes an activity back: it was entered by mistake. Its row stays.
pub fn withdraw(work: &mut Work, of: &Activity, reason: &str) -> Result<()> {
    let sql = "update activity set withdrawn_at = $3, withdrawn_reason = $4, version = version + 1 \
               where province = $1 and id = $2 and version = $5 and withdrawn_at = ''";
    let now = work.moment.now.clone();
    let values: [Value; 5] =
        [of.province.as_str().into(), of.id.as_str().into(), now.into(), reason.into(), of.version.into()];
    if work.execute(sql, &values)? == 0 { Err(Error::Conflict) } else { Ok(()) }
}

/// The point, month and kind that a change touches.
pub struct Cell<'a> {
    pub province: &'a str,
    pub point_id: &'a str,
    pub pin_id: &'a str,
    pub month: &'a str,
    pub kind: &'a str,
}

impl Cell<'_> {
    fn key(&self) -> [Value; 4] {
        [self.province.into(), self.point_id.into(), self.month.into(), self.kind.into()]
    }
}

/// States the total of a month; an earlier statement is replaced (the journal keeps it).
pub fn state(work: &mut Work, cell: &Cell, n_times: i64, n_attended: i64) -> Result<()> {
    let sql = "insert into activity_stated (province, point_id, month, kind, n_times, n_attended, entered_at, entered_by) \
               values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (province, point_id, month, kind) \
               do update set n_times = $5, n_attended = $6, entered_at = $7, entered_by = $8";
    let mut values = cell.key().to_vec();
    values.extend([n_times.into(), n_attended.into()]);
    values.extend([work.moment.now.clone().into(), work.actor.account_id.clone().into()]);
    work.execute(sql, &values)?;
    Ok(())
}

/// Takes the stated total of a month away.
pub fn unstate(work: &mut Work, cell: &Cell) -> Result<()> {
    let sql = "delete from activity_stated where province = $1 and point_id = $2 and month = $3 and kind = $4";
    work.execute(sql, &cell.key())?;
    Ok(())
}

fn pair(work: &mut Work, sql: &str, cell: &Cell) -> Result<Option<(i64, i64)>> {
    Ok(work.first(sql, &cell.key())?.map(|row| (row.int(0), row.int(1))))
}

/// The stated total of a month, if there is one.
pub fn stated(work: &mut Work, cell: &Cell) -> Result<Option<(i64, i64)>> {
    let sql = "select n_times, n_attended from activity_stated \
               where province = $1 and point_id = $2 and month = $3 and kind = $4";
    pair(work, sql, cell)
}

/// Keeps what a month comes to, from its single activities and its stated total.
pub fn sum_up(work: &mut Work, cell: &Cell) -> Result<()> {
    let sql = "select count(*), cast(coalesce(sum(n_attended), 0) as bigint) from activity \
               where province = $1 and point_id = $2 and month = $3 and kind = $4 and withdrawn_at = ''";
    let single = pair(work, sql, cell)?.unwrap_or_default();
    let stated = stated(work, cell)?;
    let sql = "select count(*), 0 from activity_served s join activity a on a.province = s.province and a.id = s.activity_id \
               where s.province = $1 and s.point_id = $2 and a.month = $3 and a.kind = $4 and a.withdrawn_at = ''";
    let n_served = pair(work, sql, cell)?.map_or(0, |(n, _)| n);
    let sum = activity::month_sum(single, stated);
    let sql = "delete from activity_month where province = $1 and point_id = $2 and month = $3 and kind = $4";
    work.execute(sql, &cell.key())?;
    if sum.n_times == 0 && n_served == 0 && stated.is_none() {
        return Ok(());
    }
    insert_month(work, cell, &sum, n_served)
}

/// Writes what a month comes to.
pub fn insert_month(work: &mut Work, cell: &Cell, sum: &activity::Sum, n_served: i64) -> Result<()> {
    let sql = "insert into activity_month (province, point_id, month, kind, pin_id, n_times, n_attended, is_stated, n_served, counted_on) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let mut values = cell.key().to_vec();
    values.extend([
        cell.pin_id.into(),
        sum.n_times.into(),
        sum.n_attended.into(),
        sum.is_stated.into(),
        n_served.into(),
    ]);
    values.push(activity::last_day(cell.month).into());
    work.execute(sql, &values)?;
    Ok(())
}

/// What the months of a point came to.
#[derive(Clone, Debug)]
pub struct Month {
    pub month: String,
    pub kind: String,
    pub n_times: i64,
    pub n_attended: i64,
    pub is_stated: bool,
    pub n_served: i64,
}

/// The months of a point from one on, the latest first.
pub fn months(work: &mut Work, point: &Point, from: &str) -> Result<Vec<Month>> {
    let sql = "select month, kind, n_times, n_attended, is_stated, n_served from activity_month \
               where province = $1 and point_id = $2 and month >= $3 order by month desc, kind";
    let rows = work.query(sql, &[point.province.as_str().into(), point.id.as_str().into(), from.into()])?;
    Ok(rows
        .iter()
        .map(|row| Month {
            month: row.text(0),
            kind: row.text(1),
            n_times: row.int(2),
            n_attended: row.int(3),
            is_stated: row.yes(4),
            n_served: row.int(5),
        })
        .collect())
}

/// Where a point was on a day: its facts of that day are pinned there and stay there.
pub fn pin_on(work: &mut Work, point: &Point, on: &str) -> Result<String> {
    let sql = "select l.pin_id from point_span s join place l on l.id = s.place_id \
               where s.province = $1 and s.point_id = $2 and s.from_on <= $3 and s.to_on > $3";
    let row = work.first(sql, &[point.province.as_str().into(), point.id.as_str().into(), on.into()])?;
    Ok(row.map_or_else(|| point.pin_id.clone(), |row| row.text(0)))
}

/// A photo of an activity.
#[derive(Clone, Debug)]
pub struct Photo {
    pub id: String,
    pub activity_id: String,
    pub sha256: String,
    pub ending: String,
}

fn photo_row(row: &Row) -> Photo {
    Photo { id: row.text(0), activity_id: row.text(1), sha256: row.text(2), ending: row.text(3) }
}

/// The photos of an activity.
pub fn photos(work: &mut Work, of: &Activity) -> Result<Vec<Photo>> {
    let sql = "select id, activity_id, sha256, ending from activity_photo \
               where province = $1 and activity_id = $2 and withdrawn_at = '' order by added_at, id";
    Ok(work.query(sql, &[of.province.as_str().into(), of.id.as_str().into()])?.iter().map(photo_row).collect())
}

/// One photo; who may see it is asked by loading its activity for a verb.
pub fn photo(work: &mut Work, id: &str) -> Result<Option<Photo>> {
    let sql = "select id, activity_id, sha256, ending from activity_photo where id = $1 and withdrawn_at = ''";
    Ok(work.first(sql, &[id.into()])?.map(|row| photo_row(&row)))
}

/// Keeps a photo of an activity.
pub fn insert_photo(work: &mut Work, of: &Activity, file: (&Hash, &Examined)) -> Result<()> {
    let sql = "insert into activity_photo (province, id, activity_id, sha256, ending, n_bytes, added_at, withdrawn_at) \
               values ($1, $2, $3, $4, $5, $6, $7, '')";
    let now = work.moment.now.clone();
    let values: [Value; 7] = [
        of.province.as_str().into(),
        ids::new().into(),
        of.id.as_str().into(),
        file.0.text().into(),
        file.1.kind.ending().into(),
        (file.1.bytes.len() as i64).into(),
        now.into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// Every photo's file, for the check of the shelf.
pub fn all_files(work: &mut Work) -> Result<Vec<String>> {
    let sql = "select distinct sha256 from activity_photo order by sha256";
    Ok(work.query(sql, &[])?.iter().map(|row| row.text(0)).collect())
}

/// Months whose kept sum is not what their activities and statement come to.
pub fn stale_sums(work: &mut Work) -> Result<Vec<String>> {
    let sql = "select m.point_id, m.month, m.kind from activity_month m left join (select province, point_id, month, kind, \
               count(*) as n from activity where withdrawn_at = '' group by province, point_id, month, kind) a \
               on a.province = m.province and a.point_id = m.point_id and a.month = m.month and a.kind = m.kind \
               left join activity_stated s on s.province = m.province and s.point_id = m.point_id and s.month = m.month \
               and s.kind = m.kind where m.n_times <> case when coalesce(s.n_times, 0) > coalesce(a.n, 0) \
               then coalesce(s.n_times, 0) else coalesce(a.n, 0) end order by m.point_id, m.month";
    let told = |row: &Row| format!("activity {} {} {}", row.str(0), row.str(1), row.str(2));
    Ok(work.query(sql, &[])?.iter().map(told).collect())
}

/// How many single activities of a month were entered.
pub fn n_single(work: &mut Work, cell: &Cell) -> Result<i64> {
    let sql = "select count(*) from activity where province = $1 and point_id = $2 and month = $3 and kind = $4 \
               and withdrawn_at = ''";
    Ok(work.first(sql, &cell.key())?.map_or(0, |row| row.int(0)))
}
