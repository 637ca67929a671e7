//! Stories of dossiers: papers, their files, and what the province's list asks.

use super::register::add;
use super::world::World;

const PAPER: [(&str, &str); 3] = [
    ("paper_number", "41/QC-TCBY"),
    ("paper_date", "18/09/2026"),
    ("paper_issuer", "Ban điều hành mô hình xã Nhân Nghĩa"),
];

fn put(world: &World, who: &str, point: &str, more: &[(&str, &str)], file: (&str, &[u8])) -> (u16, String) {
    let mut fields = PAPER.to_vec();
    fields.extend_from_slice(more);
    let answer = world.send_file(who, &format!("{point}/dossier/new"), &fields, file);
    (answer.status, answer.body)
}

/// A picture of one pixel with a note of where it was taken, as a phone sends it.
pub(super) const PICTURE: &[u8] =
    b"\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01\x00\x00\x00\x01\x08\
    \x02\x00\x00\x00\x90\x77\x53\xde\x00\x00\x00\x12\x74\x45\x58\x74\x47\x50\x53\x00\x32\x31\x2e\x33\x32\
    \x4e\x20\x31\x30\x35\x2e\x34\x30\x45\xc5\x25\x69\xa1\x00\x00\x00\x0c\x49\x44\x41\x54\x78\xda\x63\x10\
    \x68\x70\x00\x00\x01\x74\x00\xd1\xe6\xec\x72\xb6\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82";

pub(super) fn a_dossier_keeps_papers_and_their_files(world: &World) {
    let point = add(world, "ho-so", "Xóm Thử Hồ Sơ").location;
    let (status, body) = put(
        world,
        "nhannghia",
        &point,
        &[("item", "regulation")],
        ("x.svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
    );
    assert_eq!(status, 422, "a drawing that can hold script is refused");
    assert!(body.contains("41/QC-TCBY"), "what was typed is kept");
    let pdf = ("Quy chế.PDF", b"%PDF-1.7 quy che hoat dong".as_slice());
    assert_eq!(put(world, "nhannghia", &point, &[("item", "regulation")], pdf).0, 303);
    let page = world.get("nhannghia", &format!("{point}/dossier"));
    assert!(page.body.contains("41/QC-TCBY") && page.body.contains("Quy chế.pdf"), "{}", page.body);
    let id =
        world.cell("select f.id from attachment f join paper a on a.id = f.paper_id where a.number = '41/QC-TCBY'");
    let file = world.get("nhannghia", &format!("/files/{id}"));
    assert_eq!((file.status, file.body.as_str()), (200, "%PDF-1.7 quy che hoat dong"));
    assert!(world.get("", &format!("/files/{id}")).location.starts_with("/sign-in"));
    let (status, body) = put(world, "nhannghia", &point, &[("item", "convention")], pdf);
    assert_eq!(status, 303, "the same paper serves two lines: {body}");
    let mut fields =
        vec![("paper_number", "41/QC-TCBY"), ("paper_date", "19/09/2026"), PAPER[2], ("item", "convention")];
    let alike = world.post("nhannghia", &format!("{point}/dossier/new"), &fields);
    assert_eq!(alike.status, 422);
    assert!(alike.body.contains("18/09/2026"), "the paper that it is like is named");
    fields.push(("is_another_paper", "1"));
    assert_eq!(world.post("nhannghia", &format!("{point}/dossier/new"), &fields).status, 303);
}

pub(super) fn a_picture_loses_what_the_camera_wrote(world: &World) {
    let point = add(world, "ho-so-anh", "Xóm Thử Ảnh").location;
    assert!(PICTURE.windows(4).any(|part| part == b"GPS\0"));
    let fields = [
        ("item", "launch_minutes"),
        ("paper_number", "5/BB"),
        ("paper_date", "18/09/2026"),
        ("paper_issuer", "UBND xã"),
    ];
    let put = world.send_file("nhannghia", &format!("{point}/dossier/new"), &fields, ("bien-ban.png", PICTURE));
    assert_eq!(put.status, 303, "{}", put.body);
    let id = world.cell("select f.id from attachment f join paper a on a.id = f.paper_id where a.number = '5/BB'");
    let file = world.get("nhannghia", &format!("/files/{id}"));
    assert!(file.body.contains("PNG") && !file.body.contains("GPS"));
}

pub(super) fn a_survey_is_reported_on_after_its_plan(world: &World) {
    let point = add(world, "ho-so-khao-sat", "Xóm Thử Khảo Sát").location;
    let w = crate::words::words(crate::words::Lang::Vi);
    let plan_name = "Kế hoạch khảo sát đã được phê duyệt";
    let report = |number: &str, on: &str| {
        let fields = [("item", "survey_report"), ("paper_number", number), ("paper_date", on), PAPER[2]];
        world.post("nhannghia", &format!("{point}/dossier/new"), &fields)
    };
    let step = |fields: &[(&str, &str)]| world.post("nhannghia", &format!("{point}/steps/new"), fields);
    let early = report("1/BC-KS", "18/06/2026");
    assert_eq!(early.status, 422);
    assert!(early.body.contains(&w.with("dossier-plan-first", plan_name)), "{}", early.body);
    let survey = step(&[("kind", "surveyed"), ("on_date", "18/06/2026")]);
    assert_eq!(survey.status, 422);
    assert!(survey.body.contains(&w.with("step-step-missing", plan_name)), "the refusal says what is missing");
    let bare = step(&[("kind", "survey_planned"), ("on_date", "15/06/2026"), PAPER[0], PAPER[1], PAPER[2]]);
    assert_eq!(bare.status, 422);
    assert!(bare.body.contains("Hoạt động của hệ thống chính trị"), "a plan covers every heading");
    world.plan_survey("nhannghia", &point);
    let before = report("2/BC-KS", "14/06/2026");
    assert!(before.status == 422 && before.body.contains(&w.with("dossier-plan-later", "15/06/2026")));
    assert_eq!(report("3/BC-KS", "18/06/2026").status, 303);
    assert_eq!(step(&[("kind", "surveyed"), ("on_date", "18/06/2026")]).status, 303);
    let used = world.cell(&format!(
        "select id from paper_use where thing_id = '{}' and item = 'survey_report'",
        point.trim_start_matches("/points/")
    ));
    let withdraw = || {
        let fields = [("use", used.as_str()), ("reason", "ghi nhầm")];
        world.post("nhannghia", &format!("{point}/dossier/withdrawal"), &fields)
    };
    let rested_on = withdraw();
    assert_eq!(rested_on.status, 422, "the survey rests on its report");
    assert!(rested_on.body.contains(w.t("dossier-paper-demanded")), "{}", rested_on.body);
    assert_eq!(report("4/BC-KS", "18/06/2026").status, 303);
    assert_eq!(withdraw().status, 303, "another report stands there now");
    let page = world.get("nhannghia", &point).body;
    assert!(page.contains("Sơ hở, thiếu sót") && !page.contains("general security"), "codes are told in words");
    assert!(page.contains("Kế hoạch khảo sát nêu:") && page.contains("Sơ hở, thiếu sót"));
    let later = step(&[("kind", "survey_planned"), ("on_date", "20/06/2026"), PAPER[0], PAPER[1], PAPER[2]]);
    assert!(later.status == 422 && later.body.contains(w.t("step-survey-done")));
    let faults = world.app.read(crate::schemes::check::faults).unwrap();
    assert!(faults.is_empty(), "{faults:?}");
}

pub(super) fn a_province_goes_by_its_own_list(world: &World) {
    let point = add(world, "ho-so-rieng", "Xóm Thử Danh Mục").location;
    let line = [
        ("place", "25"),
        ("name_vi", "Phiếu lấy ý kiến nhân dân"),
        ("expected_by", "approved"),
        ("blocks", "1"),
        ("basis", "Hướng dẫn của tỉnh (thử)"),
        ("from_on", "01/10/2026"),
    ];
    assert_eq!(world.post("nhannghia", "/dossier-items", &line).status, 403, "a commune does not change the list");
    assert_eq!(world.post("pv05", "/dossier-items", &line).status, 303);
    world.fill_dossier("nhannghia", &point);
    let step = |on: &str| {
        let fields = [("kind", "approved"), ("on_date", on), PAPER[0], PAPER[1], PAPER[2]];
        world.post("nhannghia", &format!("{point}/steps/new"), &fields)
    };
    let late = step("02/10/2026");
    assert_eq!(late.status, 422);
    assert!(late.body.contains("Phiếu lấy ý kiến nhân dân"));
    assert_eq!(step("30/09/2026").status, 303, "before its day the line is not asked for");
    let end = [("place", "25"), ("code", "phieu_lay_y_kien_nhan_dan"), ("from_on", "01/10/2026")];
    assert_eq!(world.post("pv05", "/dossier-items/end", &end).status, 303);
}

pub(super) fn a_paper_is_taken_out_with_a_reason(world: &World) {
    let point = add(world, "ho-so-rut", "Xóm Thử Rút").location;
    world.fill_dossier("nhannghia", &point);
    let id = point.rsplit('/').next().unwrap().to_owned();
    let used = world.cell(&format!("select id from paper_use where thing_id = '{id}' and item = 'regulation'"));
    let withdraw = |reason: &str| {
        world.post("nhannghia", &format!("{point}/dossier/withdrawal"), &[("use", &used), ("reason", reason)]).status
    };
    assert_eq!(withdraw(""), 422);
    assert_eq!(withdraw("Ghi nhầm điểm"), 303);
    assert_eq!(withdraw("Ghi nhầm điểm"), 404, "it is out already");
    let kept = world.cell(&format!("select withdrawn_reason from paper_use where id = '{used}'"));
    assert_eq!(kept, "Ghi nhầm điểm", "nothing is deleted");
}
