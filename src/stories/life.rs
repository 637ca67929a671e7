//! Stories of what points really do, and how the register tells which of them live.

use super::register::{add, number, today};
use super::world::World;

/// A point of the stories, launched on 01/07/2026.
pub(super) fn launched(world: &World, key: &str, area: &str) -> String {
    let point = add(world, key, area).location;
    world.fill_dossier("nhannghia", &point);
    let paper = [("paper_number", "61/KH-UBND"), ("paper_date", "15/06/2026"), ("paper_issuer", "UBND xã")];
    for (kind, on) in [("approved", "20/06/2026"), ("launched", "01/07/2026")] {
        let mut fields = vec![("kind", kind), ("on_date", on)];
        fields.extend_from_slice(&paper);
        let step = world.post("nhannghia", &format!("{point}/steps/new"), &fields);
        assert_eq!(step.status, 303, "{}", step.body);
    }
    point
}

fn record(world: &World, point: &str, more: &[(&str, &str)]) -> u16 {
    let mut fields = vec![("counted_how", "head_count"), ("n_attended", "12")];
    fields.extend_from_slice(more);
    world.post("nhannghia", &format!("{point}/activities/new"), &fields).status
}

fn patrols(world: &World) -> i64 {
    number(world, "D5", "25", &today(world))
}

pub(super) fn an_activity_is_counted_once(world: &World) {
    let first = launched(world, "hd-mot", "Xóm Hoạt Động Một");
    let second = launched(world, "hd-hai", "Xóm Hoạt Động Hai");
    let code = world.cell(&format!("select code from point where id = '{}'", second.rsplit('/').next().unwrap()));
    let before = patrols(world);
    let patrol = [("kind", "patrol"), ("on_date", "05/08/2026")];
    let mut joint = patrol.to_vec();
    joint.extend([("served", code.as_str()), ("together_with", "Ban Chỉ huy quân sự xã")]);
    assert_eq!(record(world, &first, &joint), 303);
    assert_eq!(patrols(world), before + 1, "a joint patrol of two points is one patrol");
    let page = world.get("nhannghia", &format!("{second}/activities")).body;
    assert!(page.contains("Ban Chỉ huy quân sự xã"), "it stands in the log of both");
    assert_eq!(record(world, &first, &patrol), 422, "the same day and kind is asked about");
    let mut another = patrol.to_vec();
    another.push(("is_another", "1"));
    assert_eq!(record(world, &first, &another), 303);
    assert_eq!(patrols(world), before + 2);
    for wrong in [[("kind", "patrol"), ("on_date", "30/06/2026")], [("kind", "information"), ("on_date", "05/08/2026")]]
    {
        assert_eq!(record(world, &first, &wrong), 422, "{wrong:?}");
    }
}

pub(super) fn a_months_total_holds_its_single_activities(world: &World) {
    let point = launched(world, "hd-thang", "Xóm Hoạt Động Tháng");
    let before = patrols(world);
    assert_eq!(record(world, &point, &[("kind", "patrol"), ("on_date", "10/08/2026")]), 303);
    let state = |month: &str, n: &str, attended: &str| {
        let fields = [("month", month), ("n-patrol", n), ("a-patrol", attended), ("n-information", "3")];
        world.post("nhannghia", &format!("{point}/activities/month"), &fields).status
    };
    assert_eq!(state("08/2026", "4", "40"), 303);
    assert_eq!(patrols(world), before + 4, "four in all, not five");
    assert_eq!(state("2026-08", "", ""), 303);
    assert_eq!(patrols(world), before + 1, "without a stated total the single ones count");
    assert_eq!(state("08/2026", "1.5", "0"), 422);
    assert_eq!(state("12/2099", "1", "0"), 422, "a month that has not come");
    assert_eq!(state("06/2026", "1", "0"), 422, "a month before the launch");
    let valuable = [("month", "08/2026"), ("n-information", "1"), ("n-information_valuable", "2")];
    assert_eq!(world.post("nhannghia", &format!("{point}/activities/month"), &valuable).status, 422);
    let id = world.cell(&format!(
        "select id from activity where point_id = '{}' and withdrawn_at = ''",
        point.rsplit('/').next().unwrap()
    ));
    let withdraw = |reason: &str| {
        let fields = [("activity", id.as_str()), ("reason", reason)];
        world.post("nhannghia", &format!("{point}/activities/withdrawal"), &fields).status
    };
    assert_eq!(withdraw(""), 422);
    assert_eq!(withdraw("Ghi nhầm ngày"), 303);
    assert_eq!(patrols(world), before);
    let stale = world.app.read(crate::activities::store::stale_sums).unwrap();
    assert!(stale.is_empty(), "{stale:?}");
}

pub(super) fn a_point_without_activity_is_told_with_its_reason(world: &World) {
    let point = launched(world, "hd-ngu", "Xóm Ngủ Đông");
    let id = point.rsplit('/').next().unwrap().to_owned();
    let sql = format!("update point set launched_on = '2025-01-01' where id = '{id}'");
    world.app.db.write(|tx| -> crate::error::Result<_> { Ok(tx.execute(&sql, &[])?) }).unwrap();
    let page = world.get("nhannghia", &point).body;
    let w = crate::words::words(crate::words::Lang::Vi);
    assert!(page.contains(w.t("heartbeat-dormant")) && page.contains(w.t("heartbeat-reason-never")), "{page}");
    let opinion = [("point", id.as_str()), ("agrees", "0"), ("note", "")];
    assert_eq!(world.post("nhannghia", "/heartbeat/opinions", &opinion).status, 422, "a no says why");
    let opinion = [("point", id.as_str()), ("agrees", "0"), ("note", "Có trực chuông, chưa ghi sổ")];
    assert_eq!(world.post("nhannghia", "/heartbeat/opinions", &opinion).status, 303);
    assert!(world.get("nhannghia", "/heartbeat?life=dormant").body.contains("Có trực chuông, chưa ghi sổ"));
    assert_eq!(world.get("nhannghia", &point).status, 200, "nothing is ended by itself");
}

pub(super) fn a_rule_shows_its_effect_before_it_is_saved(world: &World) {
    let query = "place=25&scheme=&per_month=100&n_months=6&n_members=5&dormant_after=6&from_on=01/11/2026";
    let shown = world.get("pv05", &format!("/heartbeat/rules/preview?{query}"));
    assert_eq!(shown.status, 200);
    let w = crate::words::words(crate::words::Lang::Vi);
    assert!(shown.body.contains(w.t("heartbeat-effect")));
    let kept = "select cast(count(*) as text) from heartbeat_rule";
    assert_eq!(world.cell(kept), "0", "a preview saves nothing");
    assert_eq!(world.get("pv05", "/heartbeat/rules/preview?place=25&per_month=x&n_months=6").status, 422);
    assert_eq!(world.get("nhannghia", &format!("/heartbeat/rules/preview?{query}")).status, 403);
    let living = || {
        let body = world.get("pv05", "/heartbeat?life=living&format=csv").body;
        body.lines().count()
    };
    let before = living();
    let rule = [
        ("place", "25"),
        ("scheme", ""),
        ("per_month", "100"),
        ("n_months", "6"),
        ("n_members", "5"),
        ("dormant_after", "6"),
        ("from_on", "01/11/2026"),
    ];
    assert_eq!(world.post("pv05", "/heartbeat/rules", &rule).status, 303);
    assert!(living() < before, "a hundred activities a month is more than points do");
    let mut back = rule.to_vec();
    back[2].1 = "1";
    assert_eq!(world.post("pv05", "/heartbeat/rules", &back).status, 303);
    assert_eq!(living(), before);
}

pub(super) fn a_grid_of_months_shows_the_empty_ones(world: &World) {
    let point = launched(world, "luoi-thang", "Xóm Lưới Tháng");
    for on in ["05/09/2026", "19/09/2026", "03/11/2026"] {
        assert_eq!(record(world, &point, &[("kind", "patrol"), ("on_date", on)]), 303, "{on}");
    }
    assert_eq!(record(world, &point, &[("kind", "opinion"), ("on_date", "12/10/2026")]), 303);
    let commune = world.cell(super::register::NHAN_NGHIA);
    let path = format!("/heartbeat/months?place={commune}&at=25/11/2026");
    let file = world.get("nhannghia", &format!("{path}&format=csv")).body;
    let line = file.lines().find(|line| line.contains("Xóm Lưới Tháng")).unwrap_or_default();
    let cells: Vec<&str> = line.rsplitn(15, [',', ';']).collect();
    let told: Vec<&str> = cells[..14].iter().rev().copied().collect();
    let expected = ["", "", "", "", "", "", "", "0", "0", "2", "0", "1", "3", "3"];
    assert_eq!(
        told, expected,
        "an exchange of opinions is no real activity, and months before the launch are no months: {line}"
    );
    let page = world.get("nhannghia", &path).body;
    let row = page.split("Xóm Lưới Tháng").nth(1).unwrap().split("</tr>").next().unwrap();
    assert_eq!(row.matches("<span class=\"tt tt--do\">0</span>").count(), 3, "empty months are seen at once");
    let foreign = world.get("nhannghia", "/heartbeat/months?place=25").status;
    assert_eq!(foreign, 404, "a commune sees its own points");
}

pub(super) fn a_kit_says_the_least_of_its_points(world: &World) {
    let point = launched(world, "theo-bo", "Xóm Thử Theo Bộ");
    let id = point.rsplit('/').next().unwrap();
    let slug = world.cell(&format!(
        "select c.slug from scheme c join point p on p.province = c.province and p.scheme_id = c.id where p.id = '{id}'"
    ));
    let w = crate::words::words(crate::words::Lang::Vi);
    let before = world.get("nhannghia", &point).body;
    assert!(!before.contains("theo bộ tài liệu mẫu của mô hình, phiên bản"));
    let number = world.cell(&format!(
        "select cast(coalesce(max(k.number), 1) as text) from scheme c left join kit k on k.province = c.province and k.scheme_id = c.id \
         where c.province = '25' and c.slug = '{slug}'"
    ));
    let kit = [
        ("place", "25"),
        ("status", "published"),
        ("from_on", "02/11/2026"),
        ("source", "Hướng dẫn của tỉnh (thử)"),
        ("kinds", "patrol"),
        ("per_month", "2"),
        ("n_members", "40"),
        ("elements", "Một nội dung thử"),
    ];
    assert_eq!(world.post("pv05", &format!("/schemes/{slug}/kit"), &kit).status, 303);
    let kept = world.cell(&format!(
        "select cast(max(k.number) as text) from scheme c join kit k on k.province = c.province and k.scheme_id = c.id \
         where c.province = '25' and c.slug = '{slug}'"
    ));
    assert!(kept >= number);
    let told = w.with("heartbeat-reason-kit", &kept);
    assert!(world.get("nhannghia", &point).body.contains(&told), "the reason names the kit");
    let rules = world.get("pv05", "/heartbeat/rules").body;
    assert!(
        rules.contains(w.t("heartbeat-kits"))
            && rules.contains("<td class=\"so\" data-n=\"Số thành viên ít nhất\">40</td>")
    );
    let scheme = world.cell(&format!("select id from scheme where province = '25' and slug = '{slug}'"));
    let rule = [
        ("place", "25"),
        ("scheme", scheme.as_str()),
        ("per_month", "1"),
        ("n_months", "6"),
        ("n_members", "5"),
        ("dormant_after", "6"),
        ("from_on", "02/11/2026"),
    ];
    assert_eq!(world.post("pv05", "/heartbeat/rules", &rule).status, 303);
    assert!(!world.get("nhannghia", &point).body.contains(&told), "the province's own rule for the model goes first");
}

pub(super) fn the_checks_find_what_was_planted(world: &World) {
    let scheme = "select id from scheme where province = '25' order by sort_key limit 1";
    let point = launched(world, "hd-trung", "Xóm Trùng Lặp");
    let id = point.rsplit('/').next().unwrap();
    let place = world.cell(&format!("select place_id from point where id = '{id}'"));
    let other = launched(world, "hd-trung-2", "Xóm Trùng Lặp Hai");
    let other = other.rsplit('/').next().unwrap();
    let execute = |sql: &str| {
        world.app.db.write(|tx| -> crate::error::Result<_> { Ok(tx.execute(sql, &[])?) }).unwrap();
    };
    let own = world.cell(&format!("select place_id from point where id = '{other}'"));
    execute(&format!("update point set place_id = '{place}', scheme_id = ({scheme}) where id in ('{id}', '{other}')"));
    let page = world.get("nhannghia", "/checks");
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Xóm Trùng Lặp"), "{}", page.body);
    execute(&format!("update point set place_id = '{own}' where id = '{other}'"));
}

pub(super) fn equipment_and_money_are_kept_and_counted(world: &World) {
    let point = launched(world, "tb-kp", "Xóm Thiết Bị");
    let before = (number(world, "C15", "25", &today(world)), number(world, "H3", "25", &today(world)));
    let lamps = [("kind", "lamp"), ("n_items", "40"), ("n_working", "36"), ("owner", "Các hộ trong xóm")];
    let post = |path: &str, fields: &[(&str, &str)]| world.post("nhannghia", &format!("{point}/means/{path}"), fields);
    assert_eq!(post("equipment", &lamps[..2]).status, 422, "whose it is must be told");
    assert_eq!(post("equipment", &lamps).status, 303);
    assert_eq!(number(world, "C15", "25", &today(world)), before.0 + 40);
    let id = point.rsplit('/').next().unwrap();
    let line = world.cell(&format!("select line_id from equipment where point_id = '{id}'"));
    let mut fewer = lamps.to_vec();
    fewer[1].1 = "38";
    fewer.push(("line", &line));
    assert_eq!(post("equipment", &fewer).status, 303);
    assert_eq!(number(world, "C15", "25", &today(world)), before.0 + 38, "the line is changed, not added");
    let given = [("source", "social"), ("on_date", "02/08/2026"), ("item", "Mua đèn"), ("amount", "36.600.000")];
    assert_eq!(post("money", &given).status, 303);
    assert_eq!(number(world, "H3", "25", &today(world)), before.1 + 36_600, "in thousands of đồng");
    let money = world.cell(&format!("select id from money where point_id = '{id}'"));
    let told = [("money", money.as_str()), ("disclosed_on", "10/08/2026"), ("disclosed_how", "Nhà văn hóa xóm")];
    assert_eq!(post("disclosure", &told[..1]).status, 422);
    assert_eq!(post("disclosure", &told).status, 303);
    assert!(world.get("nhannghia", &format!("{point}/means")).body.contains("Nhà văn hóa xóm"));
    assert_eq!(post("withdrawal", &[("money", money.as_str()), ("reason", "Ghi nhầm")]).status, 303);
    assert_eq!(number(world, "H3", "25", &today(world)), before.1);
}
