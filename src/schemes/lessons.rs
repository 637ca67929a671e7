//! What ended points taught: a shelf of what did not work, for those who begin.

use store::Value;

use crate::error::Result;
use crate::history::Told;
use crate::ids;
use crate::places::place::Place;
use crate::schemes::point::Point;
use crate::schemes::store::thing;
use crate::work::Work;

/// Keeps the lesson that was told with an ending, and journals it.
pub fn tell(work: &mut Work, point: &Point, text: &str) -> Result<()> {
    let today = work.today();
    insert(work, point, text, &today)?;
    let told = Told::of(&thing(point)).text(work, "lesson", text)?;
    work.journal("point.lesson-kept", &thing(point), &told.body())
}

/// Keeps what an ended point taught.
pub fn insert(work: &mut Work, point: &Point, text: &str, on: &str) -> Result<()> {
    let sql = "insert into lesson (province, id, point_id, scheme_id, pin_id, text, on_date, entered_at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8)";
    let now = work.moment.now.clone();
    let values: [Value; 8] = [
        point.province.as_str().into(),
        ids::new().into(),
        point.id.as_str().into(),
        point.scheme_id.as_str().into(),
        point.pin_id.as_str().into(),
        text.into(),
        on.into(),
        now.into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// What an ended point taught.
#[derive(Clone, Debug)]
pub struct Lesson {
    pub point_id: String,
    pub point: String,
    pub scheme: String,
    pub place: String,
    pub reason: String,
    pub text: String,
    pub on_date: String,
}

/// The shelf of what did not work in a place, the latest first.
pub fn in_place(work: &mut Work, place: &Place, scheme_id: &str) -> Result<Vec<Lesson>> {
    let sql = "select p.id, p.name, c.name, l.name, coalesce((select max(s.reason) from step s where s.province = p.province \
               and s.point_id = p.id and s.kind in ('ended', 'struck_off')), ''), n.text, n.on_date from lesson n \
               join point p on p.province = n.province and p.id = n.point_id \
               join scheme c on c.province = n.province and c.id = n.scheme_id join place g on g.id = p.place_id \
               join place l on l.id = g.pin_id join rollup r on r.ancestor_id = $1 and r.place_id = g.pin_id and r.from_on <= $2 and r.to_on > $2 \
               where ($3 = '' or n.scheme_id = $3) order by n.on_date desc, n.id desc limit 200";
    let day = place.day_on_the_map(&work.today());
    Ok(work
        .query(sql, &[place.pin_id().into(), day.into(), scheme_id.into()])?
        .iter()
        .map(|row| Lesson {
            point_id: row.text(0),
            point: row.text(1),
            scheme: row.text(2),
            place: row.text(3),
            reason: row.text(4),
            text: row.text(5),
            on_date: row.text(6),
        })
        .collect())
}
