//! Papers of the sample's dossiers. What the province demands is there for every step since it is demanded;
//! of older points a part is missing, as in any province.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::demo::chance::Chance;
use crate::demo::life::{Issuers, in_a_sentence};
use crate::error::Result;
use crate::papers::paper::PaperRef;
use crate::papers::store::{self as papers, NewUse};
use crate::schemes::dossier::item::SURVEY_PLAN;
use crate::schemes::point::{Point, Step, StepKind};
use crate::schemes::store::thing;
use crate::work::Work;

/// A kind of paper: its item, the ending of its number, which of a hundred older points have it, what it is about,
/// the step it belongs to and how many days before that step it is issued.
struct Kind(&'static str, &'static str, u64, &'static str, StepKind, i64);

const KINDS: [Kind; 9] = [
    Kind("survey_plan", "KH-CAX", 62, "Khảo sát địa bàn để xây dựng mô hình", StepKind::Surveyed, 12),
    Kind("survey_report", "BC-CAX", 58, "Kết quả khảo sát địa bàn", StepKind::Surveyed, 0),
    Kind("submission", "TTr-CAX", 74, "Đề nghị xây dựng mô hình", StepKind::Approved, 4),
    Kind("build_plan", "KH-UBND", 88, "Xây dựng mô hình", StepKind::Approved, 1),
    Kind("board_decision", "QĐ-BCĐ", 81, "Thành lập Ban điều hành mô hình", StepKind::Launched, 2),
    Kind("regulation", "QC-BĐH", 76, "Quy chế hoạt động của mô hình", StepKind::Launched, 1),
    Kind("commitment", "BCK-BĐH", 47, "Tổng hợp bản cam kết của hộ, đơn vị", StepKind::Launched, 0),
    Kind("launch_minutes", "BB-BĐH", 55, "Lễ ra mắt mô hình", StepKind::Launched, 0),
    Kind("reports", "BC-BĐH", 40, "Kết quả hoạt động của mô hình", StepKind::Launched, -170),
];

/// Since this day the default list demands papers.
const DEMANDED_SINCE: Date = jiff::civil::date(2026, 1, 1);
const LAST_DAY: Date = crate::demo::life::LAST_DAY;

/// Writes the papers of a point.
pub(super) fn write(
    work: &mut Work,
    chance: &mut Chance,
    (point, steps): (&Point, &[Step]),
    issuers: &Issuers,
) -> Result<()> {
    for kind in &KINDS {
        let Some(step) = steps.iter().find(|step| step.kind == kind.4) else { continue };
        let Ok(taken) = step.on_date.parse::<Date>() else { continue };
        let on = taken - kind.5.days();
        let is_demanded = taken >= DEMANDED_SINCE && kind.2 > 55;
        if on > LAST_DAY || !is_demanded && !chance.percent(kind.2) {
            continue;
        }
        let pin = issuers.pin_on(on);
        let is_a_step = kind.0 == SURVEY_PLAN && steps.iter().any(|step| step.kind == StepKind::SurveyPlanned);
        let name = PaperRef {
            number: format!("{}/{}", chance.number(3, 240), kind.1),
            issued_on: on.to_string(),
            issuer: issuer(kind.1, &in_a_sentence(&pin.name)),
        };
        let use_id = chance.id();
        // The plan's paper is that of its step.
        if is_a_step {
            continue;
        }
        let id = papers::paper(work, &point.province, &name)?;
        papers::entitle(work, &point.province, &id, kind.3)?;
        let added_at = format!("{}T03:00:00.000000Z", on);
        papers::write_use(
            work,
            &thing(point),
            &NewUse { id: use_id, paper_id: &id, item: kind.0, added_at: &added_at },
        )?;
    }
    Ok(())
}

fn issuer(ending: &str, commune: &str) -> String {
    match ending.rsplit_once('-').map_or("", |(_, who)| who) {
        "CAX" => format!("Công an {commune}"),
        "UBND" => format!("Ủy ban nhân dân {commune}"),
        "BCĐ" => format!("Ban Chỉ đạo {commune}"),
        _ => format!("Ban điều hành mô hình, {commune}"),
    }
}
