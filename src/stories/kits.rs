//! Stories of kits of schemes and of the care of the catalogue.

use super::register::{add, number};
use super::world::{Answer, World};
use crate::words::{Lang, words};

fn t(key: &'static str) -> &'static str {
    words(Lang::Vi).t(key)
}

/// The text of a Word file, as it stands in its packed part.
fn word_text(answer: &Answer) -> usize {
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.body.starts_with("PK"), "a Word file is a ZIP");
    answer.body.len()
}

const BELL: &str = "/schemes/tieng-chuong-binh-yen";

pub(super) fn a_kit_has_versions_and_papers_to_fill_in(world: &World) {
    let page = world.get("nhannghia", &format!("{BELL}/kit"));
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Phân công người phụ trách chuông") && page.body.contains("Phiên bản 1"));
    assert!(!page.body.contains(t("kit-save")), "a commune reads the kit, it does not change it");
    for paper in ["contents", "charter", "coordination", "commitment", "launch", "minutes", "talk"] {
        assert!(word_text(&world.get("docgia", &format!("{BELL}/kit/{paper}.docx"))) > 2_000, "{paper}");
    }
    for path in ["charter", "charter.pdf", "khong-co.docx", "charter.docx?version=9"] {
        assert_eq!(world.get("pv05", &format!("{BELL}/kit/{path}")).status, 404, "{path}");
    }
    let empty = world.post("pv05", &format!("{BELL}/kit"), &[("place", "25"), ("status", "published")]);
    assert_eq!(empty.status, 422);
    for key in ["kit-from-missing", "kit-source-missing", "kit-elements-missing", "kit-kinds-missing"] {
        assert!(empty.body.contains(t(key)), "{key}");
    }
    let new = [
        ("place", "25"),
        ("status", "published"),
        ("from_on", "01/11/2026"),
        ("source", "Hướng dẫn của tỉnh (thử)"),
        ("kinds", "signal_duty"),
        ("kinds", "information"),
        ("per_month", "0,5"),
        ("n_members", "7"),
        ("elements", "Một giờ chuông\r\n\r\n  Một người  phụ trách\r\n"),
        ("talk", "Lời mới"),
    ];
    assert_eq!(world.post("nhannghia", &format!("{BELL}/kit"), &new).status, 403);
    assert_eq!(world.post("pv05", &format!("{BELL}/kit"), &new).status, 303);
    let kept = |column: &str, number: i64| {
        let scheme = "select id from scheme where province = '25' and slug = 'tieng-chuong-binh-yen'";
        world
            .cell(&format!("select cast({column} as text) from kit where scheme_id = ({scheme}) and number = {number}"))
    };
    assert_eq!([kept("to_on", 1), kept("to_on", 2)], ["2026-11-01", "9999-12-31"], "the former ends, and stays");
    assert_eq!([kept("kinds", 2), kept("per_month", 2)], ["signal_duty", "50"], "a total keeps nothing alive");
    let page = world.get("nhannghia", &format!("{BELL}/kit")).body;
    assert!(page.contains("<li>Một người phụ trách</li>") && page.contains("Phiên bản 2"));
    assert!(world.get("nhannghia", &format!("{BELL}/kit?version=1")).body.contains("Phân công người phụ trách chuông"));
    assert_eq!(world.post("pv05", &format!("{BELL}/kit"), &new).status, 422, "a version begins after the last");
    let history = world.get("pv05", BELL).body;
    assert!(history.contains("lập phiên bản bộ tài liệu mẫu") && history.contains("Trực chuông, kẻng, loa"));
}

pub(super) fn a_kit_nobody_published_is_a_draft(world: &World) {
    let slug = world.cell("select slug from scheme where province = '25' and code = 'BMBY'");
    let page = world.get("pv05", &format!("/schemes/{slug}")).body;
    assert!(page.contains(t("kit-is-draft")));
    assert!(world.get("pv05", &format!("/schemes/{slug}/kit")).body.contains(t("kit-elements-none")));
    assert!(word_text(&world.get("pv05", &format!("/schemes/{slug}/kit/charter.docx"))) > 2_000);
}

pub(super) fn a_point_fills_in_the_papers_of_its_kit(world: &World) {
    let point = add(world, "bo-tai-lieu", "Xóm Thử Bộ Tài Liệu").location;
    let id = point.rsplit('/').next().unwrap();
    let slug = world.cell(&format!(
        "select s.slug from scheme s join point p on p.province = s.province and p.scheme_id = s.id where p.id = '{id}'"
    ));
    let page = world.get("nhannghia", &format!("/schemes/{slug}/kit?point={id}"));
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Xóm Thử Bộ Tài Liệu") && page.body.contains(&format!("point={id}")));
    let other = world.get("nhannghia", &format!("{BELL}/kit/charter.docx?point={id}"));
    assert_eq!(other.status, 404, "a point takes the papers of its own scheme");
    let elsewhere = world.cell(
        "select p.id from point p join scheme s on s.province = p.province and s.id = p.scheme_id \
         where p.province = '25' and s.code = 'TQ5' and p.pin_id not in (select r.place_id from rollup r \
         join place n on n.id = r.ancestor_id where n.short_name = 'Nhân Nghĩa' and n.to_on = '9999-12-31') \
         order by p.code limit 1",
    );
    let path = format!("/schemes/5-tu-quan-ve-an-ninh-trat-tu/kit/charter.docx?point={elsewhere}");
    assert_eq!([world.get("nhannghia", &path).status, world.get("pv05", &path).status], [404, 200]);
}

pub(super) fn a_name_that_is_near_is_proposed_and_never_taken(world: &World) {
    let commune = world.cell(super::register::NHAN_NGHIA);
    let register = |name: &str, key: &str| {
        let fields = [
            ("key", key),
            ("scheme_name", name),
            ("commune", commune.as_str()),
            ("area_kind", "residential_area"),
            ("area_name", "Xóm Thử Tên Gần"),
            ("lead", "Công an xã"),
        ];
        world.post("nhannghia", "/points/new", &fields)
    };
    let near = register("Tiếng chuông bình an", "ten-gan-1");
    assert_eq!(near.status, 422);
    let proposed = near.body.split("Có phải: ").nth(1).and_then(|rest| rest.split('?').next()).unwrap_or_default();
    assert!(proposed.contains("Tiếng chuông bình yên"), "{proposed}");
    assert!(register("Zzz qqq", "ten-gan-2").body.contains(t("point-scheme-unknown")));
    let aliases = format!("{BELL}/aliases");
    let alias = [("place", "25"), ("alias", "Tiếng chuông bình an")];
    assert_eq!(world.post("nhannghia", &aliases, &alias).status, 403);
    assert_eq!(world.post("pv05", &aliases, &alias).status, 303);
    let again = world.post("pv05", "/schemes/camera-an-ninh/aliases", &alias);
    assert_eq!(again.status, 422);
    assert!(again.body.contains("“Tiếng chuông bình yên”"), "the owner of the name is told");
    let added = register("tiếng  chuông bình AN", "ten-gan-3");
    assert_eq!(added.status, 303, "{}", added.body);
    let id = added.location.rsplit('/').next().unwrap();
    let scheme = world.cell(&format!(
        "select s.code from scheme s join point p on p.province = s.province and p.scheme_id = s.id where p.id = '{id}'"
    ));
    assert_eq!(scheme, "TCBY", "an alias never becomes a second scheme");
}

const DECISION: [(&str, &str); 5] = [
    ("place", "25"),
    ("reason", "Hai tên của một mô hình"),
    ("paper_number", "77/QĐ-BCĐ"),
    ("paper_date", "02/11/2026"),
    ("paper_issuer", "Ban Chỉ đạo tỉnh (thử)"),
];

pub(super) fn two_names_become_one_after_the_effect_was_told(world: &World) {
    let ask = |sql: &str| world.cell(&format!("select {sql}"));
    // The last two by name that have operating points: no other story lives by them.
    let with_points = "from scheme s where s.province = '25' and exists (select 1 from point p where p.province = '25' \
                       and p.scheme_id = s.id and p.state = 'active') and s.merged_into = '' order by s.sort_key desc limit 1";
    let from = ask(&format!("s.slug {with_points}"));
    let into = ask(&format!("s.slug {with_points} offset 1"));
    let id = |slug: &str| ask(&format!("id from scheme where province = '25' and slug = '{slug}'"));
    let (from_id, into_id) = (id(&from), id(&into));
    let name = ask(&format!("name from scheme where id = '{from_id}'"));
    let points = |scheme: &str| {
        ask(&format!("cast(count(*) as text) from point where scheme_id = '{scheme}'")).parse::<i64>().unwrap()
    };
    let today = super::register::today(world);
    let (c1, c2) = (number(world, "C1", "25", &today), number(world, "C2", "25", &today));
    let n_both = points(&from_id) + points(&into_id);
    let preview = world.get("pv05", &format!("/schemes/{from}/names?into={into}")).body;
    assert!(preview.contains(&format!("<td class=\"so\">{c1}</td><td class=\"so\">{}</td>", c1 - 1)), "{preview}");
    assert_eq!(number(world, "C1", "25", &today), c1, "looking changes nothing");
    let merge = |more: &[(&str, &str)]| {
        let mut fields = DECISION.to_vec();
        fields.push(("into", into.as_str()));
        fields.extend_from_slice(more);
        world.post("pv05", &format!("/schemes/{from}/merger"), &fields)
    };
    assert!(merge(&[]).body.contains(t("merger-unconfirmed")));
    assert_eq!(merge(&[("confirmed", "1")]).status, 303);
    assert_eq!(number(world, "C1", "25", &today), c1 - 1, "what was told is what happened");
    assert_eq!(number(world, "C2", "25", &today), c2);
    assert_eq!([points(&from_id), points(&into_id)], [0, n_both]);
    let moved =
        ask(&format!("cast(count(*) as text) from scheme_moved where from_id = '{from_id}' and thing = 'point'"));
    let told = ask(&format!("cast(n_points as text) from scheme_merger where from_id = '{from_id}'"));
    assert_eq!(moved, told, "which points went over is kept");
    let page = world.get("pv05", &format!("/schemes/{from}"));
    assert!(
        page.body.contains("77/QĐ-BCĐ") && page.body.contains(&name),
        "the former address leads to the one that stays"
    );
    let catalogue = world.get("pv05", "/schemes").body;
    assert!(!catalogue.contains(&format!("/schemes/{from}\"")), "the catalogue has one name less");
    let point = ask(&format!(
        "thing_id from scheme_moved where from_id = '{from_id}' and thing = 'point' order by thing_id limit 1"
    ));
    let history = world.get("pv05", &format!("/points/{point}")).body;
    assert!(history.contains("chuyển sang tên mô hình được giữ lại") && history.contains(&name));
    assert!(world.app.read(crate::schemes::check::faults).unwrap().is_empty());
}

pub(super) fn what_the_ministry_spread_bears_its_paper(world: &World) {
    let spread = |paper: &[(&str, &str)]| {
        let mut fields = vec![("place", "25")];
        fields.extend_from_slice(paper);
        world.post("pv05", &format!("{BELL}/spread"), &fields)
    };
    assert_eq!(spread(&[]).status, 422);
    let paper = [("paper_number", "901/V05-P2"), ("paper_date", "20/10/2026"), ("paper_issuer", "Cục V05 (thử)")];
    assert_eq!(spread(&paper).status, 303);
    let page = world.get("docgia", BELL).body;
    assert!(page.contains(t("spread")) && page.contains("901/V05-P2"));
    let id = world.cell("select id from paper where number = '901/V05-P2'");
    let paper = world.get("pv05", &format!("/papers/{id}"));
    assert!(paper.body.contains("Tiếng chuông bình yên"), "{}", paper.body);
}

pub(super) fn a_name_or_a_mark_is_taken_back_with_its_reason(world: &World) {
    let post = |path: &str, more: &[(&str, &str)]| {
        let mut fields = vec![("place", "25")];
        fields.extend_from_slice(more);
        world.post("pv05", &format!("{BELL}/{path}"), &fields)
    };
    assert_eq!(post("aliases", &[("alias", "Hồi chuông xóm thử")]).status, 303);
    let unexplained = post("aliases/end", &[("alias", "Hồi chuông xóm thử")]);
    assert!(unexplained.status == 422 && unexplained.body.contains(t("undo-why-missing")));
    let end = [("alias", "Hồi chuông xóm thử"), ("why", "Ghi nhầm mô hình")];
    assert_eq!(world.post("nhannghia", &format!("{BELL}/aliases/end"), &[end[0], end[1], ("place", "25")]).status, 403);
    assert_eq!(post("aliases/end", &end).status, 303);
    assert_eq!(post("aliases/end", &end).status, 422, "it is gone already");
    let page = world.get("pv05", BELL).body;
    assert!(!page.contains("<dd>Hồi chuông xóm thử"), "the scheme is no longer called so");
    assert!(page.contains("bỏ tên gọi khác") && page.contains("Ghi nhầm mô hình"), "its history tells why");
    let found = world.get("pv05", "/api/v1/search?q=hoi+chuong+xom+thu").body;
    assert!(!found.contains("Tiếng chuông bình yên"), "nor found so: {found}");
    let paper = [("paper_number", "77/V05-P9"), ("paper_date", "21/10/2026"), ("paper_issuer", "Cục V05 (thử)")];
    assert_eq!(post("spread", &paper).status, 303);
    let id = world.cell("select id from paper where number = '77/V05-P9'");
    assert_eq!(post("spread/end", &[("paper", &id)]).status, 422, "it says why");
    assert_eq!(post("spread/end", &[("paper", &id), ("why", "Văn bản nói mô hình khác")]).status, 303);
    assert!(
        !world
            .get("docgia", BELL)
            .body
            .contains("<span class=\"tt tt--tot\">Bộ Công an phổ biến kinh nghiệm</span> 77/V05-P9")
    );
    let names = world.get("pv05", &format!("{BELL}/names")).body;
    assert!(
        names.contains("77/V05-P9") && names.contains("Văn bản nói mô hình khác"),
        "what was undone stays to be read"
    );
    assert_eq!(post("spread", &paper).status, 303);
    let held = world.cell(&format!("select withdrawn_on || withdrawn_why from scheme_spread where paper_id = '{id}'"));
    assert_eq!(held, "", "and may be marked anew");
}

pub(super) fn names_that_were_merged_are_parted_again(world: &World) {
    let ask = |sql: &str| world.cell(&format!("select {sql}"));
    let with_points = "from scheme s where s.province = '25' and exists (select 1 from point p where p.province = '25' \
                       and p.scheme_id = s.id and p.state = 'active') and s.merged_into = '' order by s.sort_key desc limit 1";
    let from = ask(&format!("s.slug {with_points}"));
    let into = ask(&format!("s.slug {with_points} offset 1"));
    let id = |slug: &str| ask(&format!("id from scheme where province = '25' and slug = '{slug}'"));
    let (from_id, into_id) = (id(&from), id(&into));
    let points = |scheme: &str| {
        ask(&format!("cast(count(*) as text) from point where scheme_id = '{scheme}'")).parse::<i64>().unwrap()
    };
    let aliases = |scheme: &str| {
        ask(&format!(
            "coalesce(string_agg(alias, '; ' order by alias), '') from scheme_alias where scheme_id = '{scheme}'"
        ))
    };
    let today = super::register::today(world);
    let alias = [("place", "25"), ("alias", "Tên thử đi theo")];
    assert_eq!(world.post("pv05", &format!("/schemes/{from}/aliases"), &alias).status, 303);
    let before = [points(&from_id), points(&into_id), number(world, "C1", "25", &today)];
    let named = [aliases(&from_id), aliases(&into_id)];
    let mut merge = DECISION.to_vec();
    merge.extend([("into", into.as_str()), ("confirmed", "1")]);
    assert_eq!(world.post("pv05", &format!("/schemes/{from}/merger"), &merge).status, 303);
    let commune = world.cell(super::register::NHAN_NGHIA);
    let code = ask(&format!("code from scheme where id = '{into_id}'"));
    let new = [
        ("key", "tach-ten"),
        ("scheme", code.as_str()),
        ("commune", commune.as_str()),
        ("area_kind", "residential_area"),
        ("area_name", "Xóm Thử Tách Tên"),
        ("lead", "Công an xã"),
    ];
    assert_eq!(world.post("nhannghia", "/points/new", &new).status, 303);
    let preview = world.get("pv05", &format!("/schemes/{into}/names?part={from_id}")).body;
    let c1 = before[2];
    assert!(preview.contains(&format!("<td class=\"so\">{}</td><td class=\"so\">{c1}</td>", c1 - 1)), "{preview}");
    let part = |more: &[(&str, &str)]| {
        let mut fields = vec![("place", "25"), ("from", from_id.as_str())];
        fields.extend_from_slice(more);
        world.post("pv05", &format!("/schemes/{into}/merger/end"), &fields)
    };
    assert!(part(&[("confirmed", "1")]).body.contains(t("undo-why-missing")));
    assert!(part(&[("why", "Hai mô hình khác nhau")]).body.contains(t("merger-unconfirmed")));
    assert_eq!(part(&[("why", "Hai mô hình khác nhau"), ("confirmed", "1")]).status, 303);
    let after = [points(&from_id), points(&into_id), number(world, "C1", "25", &today)];
    assert_eq!(after, [before[0], before[1] + 1, before[2]], "what was registered since stays");
    assert_eq!([aliases(&from_id), aliases(&into_id)], named, "other names go back too");
    assert_eq!(part(&[("why", "Lại"), ("confirmed", "1")]).status, 422, "they are two already");
    let page = world.get("pv05", &format!("/schemes/{from}")).body;
    assert!(page.contains("tách ra lại") && page.contains("gộp vào mô hình khác"), "the history tells both");
    let names = world.get("pv05", &format!("/schemes/{into}/names")).body;
    assert!(names.contains(t("parted")) && names.contains("Hai mô hình khác nhau"));
    assert_eq!(
        world.post("pv05", &format!("/schemes/{from}/merger"), &merge).status,
        303,
        "and may come together anew"
    );
    assert!(world.app.read(crate::schemes::check::faults).unwrap().is_empty());
}

pub(super) fn a_model_is_added_to_the_catalogue(world: &World) {
    let today = super::register::today(world);
    let c1 = number(world, "C1", "25", &today);
    assert_eq!(world.get("nhannghia", "/schemes/new").status, 403);
    assert!(world.get("pv05", "/schemes/new").body.contains(&words(Lang::Vi).with("scheme-new-lead", c1)));
    let add = |more: &[(&str, &str)]| {
        let mut fields = vec![("place", "25"), ("level", "commune"), ("sectors", "DC"), ("lead", "Công an xã (thử)")];
        fields.extend_from_slice(more);
        world.post("pv05", "/schemes/new", &fields)
    };
    let empty = world.post("pv05", "/schemes/new", &[("place", "25")]);
    assert_eq!(empty.status, 422);
    for key in ["scheme-name-missing", "scheme-level-missing", "scheme-sector-missing", "scheme-lead-missing"] {
        assert!(empty.body.contains(t(key)), "{key}");
    }
    let taken = add(&[("name", "tiếng chuông BÌNH yên"), ("code", "TCBY")]);
    assert!(taken.body.contains("“Tiếng chuông bình yên”") && taken.body.contains("Mã TCBY đã có"), "{}", taken.body);
    let near = [("name", "Tiếng chuông bình an mới"), ("code", "TCBA")];
    let proposed = add(&near);
    assert!(proposed.status == 422 && proposed.body.contains("Tiếng chuông bình yên"), "near names are proposed");
    let added = add(&[near[0], near[1], ("is_another", "1"), ("contents", "Một\r\nHai")]);
    assert_eq!(added.status, 303, "{}", added.body);
    let page = world.get("docgia", &added.location).body;
    assert!(page.contains("<li>Hai</li>") && page.contains("thêm loại mô hình"));
    assert_eq!(number(world, "C1", "25", &today), c1, "a name alone is no model that works");
    let commune = world.cell(super::register::NHAN_NGHIA);
    let point = [
        ("key", "mo-hinh-moi"),
        ("scheme", "TCBA"),
        ("commune", commune.as_str()),
        ("area_kind", "residential_area"),
        ("area_name", "Xóm Thử Mô Hình Mới"),
        ("lead", "Công an xã"),
    ];
    let point = world.post("nhannghia", "/points/new", &point).location;
    world.fill_dossier("nhannghia", &point);
    for (kind, on) in [("approved", "03/11/2026"), ("launched", "05/11/2026")] {
        let mut fields = DECISION[2..].to_vec();
        fields.extend([("kind", kind), ("on_date", on)]);
        assert_eq!(world.post("nhannghia", &format!("{point}/steps/new"), &fields).status, 303);
    }
    assert_eq!(number(world, "C1", "25", &today), c1 + 1, "it counts once a point of it operates");
}
