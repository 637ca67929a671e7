//! Activities of the sample: totals of months as offices state them, and some single activities of the last weeks.
//! Most points live; some fade, some were launched and forgotten, as provinces say of their own.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::activities::activity::{Activity, Sum, last_day, month_of, months_before};
use crate::activities::store::{self, Cell};
use crate::demo::chance::Chance;
use crate::demo::life::LAST_DAY;
use crate::error::Result;
use crate::schemes::point::{Point, Span, State};
use crate::work::Work;

/// Before this month offices stated no totals.
const FIRST_MONTH: &str = "2025-01";

/// How a sample point behaves: so many of a hundred do.
#[derive(Clone, Copy, PartialEq)]
enum Habit {
    Lively,
    Thin,
    Falling,
    Stopped,
    Silent,
}

const HABITS: [(Habit, u64); 5] =
    [(Habit::Lively, 76), (Habit::Thin, 9), (Habit::Falling, 4), (Habit::Stopped, 8), (Habit::Silent, 3)];

/// What a point of a scheme mostly does, by the code of the scheme; the second of each is done less often.
fn kinds(scheme: &str) -> [&'static str; 2] {
    match scheme {
        "TCBY" | "TKAN" | "TLAN" => ["signal_duty", "meeting"],
        "CAM" | "DEN" | "NDAN" => ["equipment_check", "meeting"],
        "LGPC" | "DCCC" => ["equipment_check", "drill"],
        "CTGT" => ["order_keeping", "talk"],
        "TTND" => ["patrol", "meeting"],
        "LGTQ" | "CCB" => ["patrol", "mediation"],
        _ => ["meeting", "talk"],
    }
}

/// Writes the activities of a point over the stretches in which it was operating.
pub(super) fn write(work: &mut Work, chance: &mut Chance, point: &Point, scheme: &str, spans: &[Span]) -> Result<()> {
    let weights = HABITS.iter().map(|(_, weight)| *weight);
    let habit = HABITS[chance.weighted(weights)].0;
    let kinds = kinds(scheme);
    let stopped = months_before("2026-11", chance.number(8, 15));
    let last = month_of(&LAST_DAY.to_string()).to_owned();
    let mut month = FIRST_MONTH.to_owned();
    while month < last {
        if let Some(span) = operating(spans, &month) {
            for (kind, often) in kinds.iter().zip([100, 45]) {
                let n_times = times(chance, habit, (&month, &stopped), often);
                if n_times > 0 {
                    let n_attended = n_times * chance.number(5, 34);
                    state(work, point, &span.anchor.pin_id, (&month, kind), (n_times, n_attended))?;
                }
            }
        }
        month = months_before(&month, -1);
    }
    if habit == Habit::Lively && point.state == State::Active && chance.percent(30) {
        single(work, chance, point, kinds[0])?;
    }
    Ok(())
}

/// The stretch in which the point was operating on the last day of a month.
fn operating<'s>(spans: &'s [Span], month: &str) -> Option<&'s Span> {
    let on = last_day(month);
    spans.iter().find(|span| span.state.is_active() && span.from_on <= on && on < span.to_on)
}

fn times(chance: &mut Chance, habit: Habit, (month, stopped): (&str, &str), often: u64) -> i64 {
    if !chance.percent(often) {
        return 0;
    }
    match habit {
        Habit::Lively => chance.number(1, 4),
        Habit::Thin => i64::from(chance.percent(38)),
        Habit::Falling if month < "2026-07" => chance.number(2, 4),
        Habit::Falling => i64::from(chance.percent(25)),
        Habit::Stopped if month < stopped => chance.number(1, 3),
        Habit::Stopped | Habit::Silent => 0,
    }
}

fn state(work: &mut Work, point: &Point, pin_id: &str, cell: (&str, &str), total: (i64, i64)) -> Result<()> {
    let cell = Cell { province: &point.province, point_id: &point.id, pin_id, month: cell.0, kind: cell.1 };
    store::state(work, &cell, total.0, total.1)?;
    store::insert_month(work, &cell, &Sum { n_times: total.0, n_attended: total.1, is_stated: true }, 0)
}

const NOTES: [(&str, &str); 6] = [
    ("meeting", "Họp Tổ, rà soát lịch trực, thống nhất việc tháng sau."),
    ("signal_duty", "Trực báo hiệu theo lịch, nhắc giờ nghỉ, không có việc bất thường."),
    ("equipment_check", "Kiểm tra thiết bị, thay bóng và pin đã hỏng."),
    ("patrol", "Tuần tra các trục đường chính buổi tối."),
    ("order_keeping", "Giữ trật tự giờ tan học cùng đoàn viên."),
    ("talk", "Nói chuyện về phòng, chống lừa đảo qua mạng."),
];

/// One activity of the last weeks, entered by itself.
fn single(work: &mut Work, chance: &mut Chance, point: &Point, kind: &str) -> Result<()> {
    let on: Date = LAST_DAY - chance.number(0, 13).days();
    let note = NOTES.iter().find(|(known, _)| *known == kind).map_or("", |(_, note)| *note);
    let activity = Activity {
        province: point.province.clone(),
        id: chance.id(),
        point_id: point.id.clone(),
        pin_id: point.pin_id.clone(),
        kind: kind.to_owned(),
        on_date: on.to_string(),
        n_attended: chance.number(6, 42),
        counted_how: "head_count".into(),
        together_with: String::new(),
        note: note.to_owned(),
        version: 1,
    };
    if point.launched_on.as_deref().is_some_and(|launched| activity.on_date.as_str() < launched) {
        return Ok(());
    }
    store::insert(work, &activity)?;
    let cell = Cell {
        province: &point.province,
        point_id: &point.id,
        pin_id: &point.pin_id,
        month: month_of(&activity.on_date),
        kind,
    };
    let sum = Sum { n_times: 1, n_attended: activity.n_attended, is_stated: false };
    store::insert_month(work, &cell, &sum, 0)
}
