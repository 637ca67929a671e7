//! Stories of reviews: what is decided, by whom, and that the figures are the same rows.

use super::life::launched;
use super::register::{NHAN_NGHIA, number, today};
use super::world::World;

const PAPER: [(&str, &str); 3] =
    [("paper_number", "77/QĐ-UBND"), ("paper_date", "10/11/2026"), ("paper_issuer", "UBND xã Nhân Nghĩa")];

fn open(world: &World, who: &str, name: &str) -> super::world::Answer {
    let commune = world.cell(NHAN_NGHIA);
    let fields = [("place", commune.as_str()), ("name", name), ("due_on", "31/12/2099")];
    world.post(who, "/reviews", &fields)
}

fn id(address: &str) -> &str {
    address.rsplit('/').next().unwrap_or("")
}

pub(super) fn a_review_ends_with_figures_that_equal_its_rows(world: &World) {
    let kept = launched(world, "rs-giu", "Xóm Rà Soát Giữ");
    let ended = launched(world, "rs-het", "Xóm Rà Soát Hết");
    let merged = launched(world, "rs-nhap", "Xóm Rà Soát Nhập");
    assert_eq!(open(world, "nhannghia", "Rà soát thử").status, 403, "an officer opens no review");
    assert_eq!(open(world, "pv05", "").status, 422, "a review has a name");
    let review = open(world, "pv05", "Rà soát thử").location;
    let before = |code: &str| number(world, code, "25", &today(world));
    let (active, over, strengthened) = (before("C2"), before("C12"), before("C9"));
    let decide = |who: &str, point: &str, more: &[(&str, &str)]| {
        let mut fields = vec![("point", id(point))];
        fields.extend_from_slice(more);
        world.post(who, &format!("{review}/decision"), &fields).status
    };
    assert_eq!(decide("nhannghia", &kept, &[("decision", "keep")]), 422, "a decision says why");
    assert_eq!(decide("nhannghia", &kept, &[("decision", "strengthen"), ("note", "Thêm thành viên")]), 303);
    assert_eq!(decide("nhannghia", &kept, &[("decision", "keep"), ("note", "Giữ")]), 422, "decided once");
    let ending = [("decision", "strike_off"), ("reason", "ineffective"), ("lesson", "Dựng mô hình không khảo sát")];
    assert_eq!(decide("nhannghia", &ended, &ending), 422, "striking off needs its paper");
    let mut ending = ending.to_vec();
    ending.extend_from_slice(&PAPER);
    assert_eq!(decide("nhannghia", &ended, &ending), 303);
    let code = world.cell(&format!("select code from point where id = '{}'", id(&kept)));
    let mut merger = vec![("decision", "merge"), ("into", code.as_str())];
    merger.extend_from_slice(&PAPER);
    assert_eq!(decide("nhannghia", &merged, &merger), 303);
    assert_eq!(before("C2"), active - 2);
    assert_eq!(before("C12"), over + 1, "a merger is no ending");
    assert_eq!(before("C9"), strengthened + 1);
    let state = world.cell(&format!("select state from point where id = '{}'", id(&ended)));
    assert_eq!(state, "struck_off", "the decision is the step");
    assert!(world.get("nhannghia", "/lessons").body.contains("Dựng mô hình không khảo sát"));
    let page = world.get("nhannghia", &review).body;
    let w = crate::words::words(crate::words::Lang::Vi);
    assert!(page.contains(w.t("review-strike_off")) && page.contains("77/QĐ-UBND"));
    assert_eq!(world.post("pv05", &format!("{review}/closing"), &[]).status, 303);
    assert_eq!(decide("nhannghia", &kept, &[("decision", "keep"), ("note", "Giữ")]), 422, "the review is over");
}

pub(super) fn many_points_are_decided_alike_after_a_preview(world: &World) {
    let review = open(world, "pv05", "Rà soát hàng loạt").location;
    let sql = format!("select point_id from review_point where review_id = '{}' order by point_id", id(&review));
    let points: Vec<String> =
        world.app.read(|work| Ok(work.query(&sql, &[])?.iter().take(6).map(|row| row.text(0)).collect())).unwrap();
    let chosen: String = points.iter().map(|point| format!("p={point}&")).collect();
    let path = format!("{review}/preview?{chosen}decision=keep&note=Ho%E1%BA%A1t+%C4%91%E1%BB%99ng+%C4%91%E1%BB%81u");
    let shown = world.get("nhannghia", &path);
    assert_eq!(shown.status, 200, "{}", shown.body);
    let undecided = format!(
        "select cast(count(*) as text) from review_point where review_id = '{}' and decision <> ''",
        id(&review)
    );
    assert_eq!(world.cell(&undecided), "0", "a preview decides nothing");
    let mut fields = vec![("decision", "keep"), ("note", "Hoạt động đều")];
    fields.extend(points.iter().map(|point| ("p", point.as_str())));
    assert_eq!(world.post("nhannghia", &format!("{review}/decisions"), &fields).status, 303);
    assert_eq!(world.cell(&undecided), "6");
    assert_eq!(world.post("nhannghia", &format!("{review}/decisions"), &fields).status, 422, "all or none");
    assert_eq!(world.get("docgia", &format!("{review}/preview?{chosen}decision=keep")).status, 403);
}
