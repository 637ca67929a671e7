//! A review of the sample: every point of one scheme, some of them decided, due soon after the sample's last day.

use crate::demo::chance::Chance;
use crate::demo::ground::Ground;
use crate::error::Result;
use crate::papers::paper::PaperRef;
use crate::papers::store as papers;
use crate::places::place::OPEN;
use crate::places::store as places;
use crate::reviews::store::{self, Decided, Review};
use crate::work::Work;

const NOTES: [(&str, &str); 4] = [
    ("keep", "Thiết bị hoạt động, có người trực, nhân dân ủng hộ."),
    ("keep", "Duy trì họp Tổ hằng tháng."),
    ("keep", "Đã thay thiết bị hỏng trong quý III."),
    ("replicate", "Cách làm gọn, khu bên cạnh đề nghị làm theo."),
];

/// Opens the review and decides about a part of its points.
pub(super) fn write(work: &mut Work, chance: &mut Chance, ground: &Ground, scheme_id: &str) -> Result<()> {
    let place = places::by_id(work, &ground.province_id)?;
    let review = Review {
        province: ground.province.clone(),
        id: chance.id(),
        name: "Rà soát điểm mô hình Camera an ninh năm 2026".into(),
        place_id: place.id.clone(),
        pin_id: place.id.clone(),
        opened_on: "2026-10-05".into(),
        due_on: "2026-12-15".into(),
        closed_on: OPEN.into(),
        paper: None,
        version: 1,
    };
    let plan = PaperRef {
        number: "218/KH-BCĐ".into(),
        issued_on: "2026-10-02".into(),
        issuer: "Ban Chỉ đạo phong trào tỉnh Phú Thọ".into(),
    };
    let paper_id = papers::paper(work, &review.province, &plan)?;
    store::insert(work, &review, Some(&paper_id))?;
    store::take_in(work, &review, &place, scheme_id)?;
    for line in store::lines(work, &review, &place)? {
        if chance.percent(42) {
            let (decision, note) = NOTES[chance.below(NOTES.len())];
            let on = format!("2026-{}-{:02}", if chance.percent(60) { "10" } else { "11" }, chance.number(6, 14));
            let decided = Decided { decision, reason: "", note, paper_id: None, on: &on };
            store::decide(work, &review, &line.point_id, &decided)?;
        }
    }
    Ok(())
}
