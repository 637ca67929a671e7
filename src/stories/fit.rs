//! Stories of what fits where: traits of places and schemes, and what is derived from them.

use super::life::launched;
use super::register::NHAN_NGHIA;
use super::world::World;
use crate::words::{Lang, words};

fn t(key: &'static str) -> &'static str {
    words(Lang::Vi).t(key)
}

pub(super) fn a_province_words_its_own_list(world: &World) {
    let page = world.get("nhannghia", "/terms/traits").body;
    assert!(page.contains("Miền núi") && page.contains(t("terms-default")) && !page.contains(t("term-new")));
    assert_eq!(world.get("pv05", "/terms/khong-co").status, 404);
    let new = [("place", "25"), ("name_vi", "Giáp biên giới"), ("from_on", "01/10/2026"), ("basis", "Kế hoạch (thử)")];
    assert_eq!(world.post("nhannghia", "/terms/traits", &new).status, 403, "a commune does not word the list");
    let empty = world.post("pv05", "/terms/traits", &[("place", "25")]);
    assert_eq!(empty.status, 422);
    assert!(empty.body.contains(t("term-name-missing")) && empty.body.contains(t("term-from-missing")));
    assert_eq!(world.post("pv05", "/terms/traits", &new).status, 303);
    let twice = world.post("pv05", "/terms/traits", &new);
    assert!(twice.status == 422 && twice.body.contains("“Giáp biên giới”"));
    let worded = [("place", "25"), ("code", "mountain"), ("name_vi", "Miền núi, vùng cao"), ("from_on", "01/10/2026")];
    assert_eq!(world.post("pv05", "/terms/traits", &worded).status, 303);
    let stretches = world.cell(
        "select string_agg(from_on || ' ' || to_on, ', ' order by from_on) from term \
         where province = '25' and vocabulary = 'traits' and code = 'mountain'",
    );
    assert_eq!(stretches, "2022-11-18 2026-10-01, 2026-10-01 9999-12-31", "the former wording stays with its days");
    let page = world.get("pv05", "/terms/traits").body;
    assert!(!page.contains(t("terms-default")) && page.contains("Miền núi, vùng cao"));
    let end = [("place", "25"), ("code", "giap_bien_gioi"), ("from_on", "01/10/2026")];
    assert_eq!(world.post("pv05", "/terms/traits/end", &end).status, 303);
    assert_eq!(world.post("pv05", "/terms/traits/end", &end).status, 404, "what was taken back is not there");
}

pub(super) fn a_place_bears_a_trait_from_a_day_on(world: &World) {
    let commune = world.cell(NHAN_NGHIA);
    let elsewhere = world.cell(
        "select p.id from place p join rollup r on r.place_id = p.id and r.ancestor_id = '25@2025-07-01' \
         where p.level = 3 and p.to_on = '9999-12-31' and p.short_name = 'Pà Cò'",
    );
    let put = |who: &str, place: &str, code: &str, on: &str| {
        world.post(
            who,
            &format!("/places/{place}/traits"),
            &[("trait", code), ("from_on", on), ("basis", "KH 5 (thử)")],
        )
    };
    assert_eq!(put("nhannghia", &elsewhere, "tourism", "01/10/2026").status, 404);
    assert_eq!(put("docgia", &commune, "tourism", "01/10/2026").status, 403);
    assert_eq!(put("pv05", "25@2025-07-01", "tourism", "01/10/2026").status, 422, "a province is no kind of ground");
    let refused = put("nhannghia", &commune, "khong-co", "01/10/2026");
    assert!(refused.status == 422 && refused.body.contains(t("fit-trait-missing")));
    assert_eq!(put("nhannghia", &commune, "tourism", "01/10/2026").status, 303);
    let twice = put("nhannghia", &commune, "tourism", "05/10/2026");
    assert!(twice.status == 422 && twice.body.contains("Có khu, điểm du lịch"));
    let page = world.get("nhannghia", &format!("/places/{commune}/fit")).body;
    assert!(page.contains("Có khu, điểm du lịch") && page.contains("KH 5 (thử)"));
    let history = world.get("nhannghia", &format!("/places/{commune}")).body;
    assert!(history.contains("ghi đặc điểm địa bàn"), "the history of the place tells it");
    let end = [("trait", "tourism"), ("on_date", "10/10/2026")];
    assert_eq!(world.post("nhannghia", &format!("/places/{commune}/traits/end"), &end).status, 303);
    assert_eq!(world.post("nhannghia", &format!("/places/{commune}/traits/end"), &end).status, 422, "it is over");
    assert_eq!(put("nhannghia", &commune, "tourism", "05/10/2026").status, 422, "it was still borne then");
    assert_eq!(put("nhannghia", &commune, "tourism", "10/10/2026").status, 303, "and may begin anew");
}

/// What the page counts, counted again from the rows: launched points of a scheme in the communes that share a trait
/// with one.
fn launched_on_ground_like(world: &World, commune: &str, scheme: &str, more: &str) -> i64 {
    let today = super::register::today(world);
    let sql = format!(
        "select cast(count(*) as text) from point p join place g on g.id = p.place_id \
         join rollup u on u.place_id = g.pin_id and u.level = 3 and u.from_on <= '{today}' and u.to_on > '{today}' \
         join scheme c on c.province = p.province and c.id = p.scheme_id and c.slug = '{scheme}' \
         where p.province = '25' and p.launched_on is not null {more} and exists (select 1 from place_trait a \
         join place_trait b on b.trait = a.trait and b.place_id = '{commune}' and b.to_on > '{today}' \
         where a.place_id = u.ancestor_id and a.to_on > '{today}')"
    );
    world.cell(&sql).parse().unwrap()
}

pub(super) fn what_works_on_ground_like_this_is_told_by_its_rows(world: &World) {
    let commune = world.cell(NHAN_NGHIA);
    let path = format!("/places/{commune}/fit");
    let n = launched_on_ground_like(world, &commune, "camera-an-ninh", "");
    assert!(n > 5, "the sample has cameras on ground like this: {n}");
    let file = world.get("pv05", &format!("{path}?format=csv")).body;
    let line = file.lines().find(|line| line.contains("Camera an ninh")).unwrap_or_default().to_owned();
    let active = launched_on_ground_like(world, &commune, "camera-an-ninh", "and p.state = 'active'");
    let told: Vec<&str> = line.split([',', ';']).collect();
    assert_eq!([told[1], told[2]], [n.to_string(), active.to_string()], "{line}");
    let opened = world.get("pv05", &format!("{path}?scheme=camera-an-ninh")).body;
    let rows = opened.split("id=\"h-diem\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert_eq!(rows.matches("<a href=\"/points/").count() as i64, n, "every number opens its rows");
    let own = world.get("nhannghia", &path).body;
    let foreign = world.cell(&format!(
        "select p.name from point p join place g on g.id = p.place_id where p.province = '25' and p.launched_on is not null \
         and g.pin_id not in (select place_id from rollup where ancestor_id = '{commune}') order by p.code limit 1"
    ));
    assert!(!own.contains(&foreign), "a commune sees no point of another");
    assert!(own.contains(t("fit-like")) && own.contains("/fit\">"), "but which communes are like it");
}

pub(super) fn a_scheme_tells_where_it_is_still_missing(world: &World) {
    let path = "/schemes/tieng-chuong-binh-yen/fit";
    let before = world.get("pv05", path).body;
    assert!(before.contains("Vùng đồng bào theo tôn giáo"));
    assert_eq!(world.post("nhannghia", "/schemes/tieng-chuong-binh-yen/traits", &[("place", "25")]).status, 403);
    let set = [("place", "25"), ("traits", "religious"), ("traits", "tourism")];
    assert_eq!(world.post("pv05", "/schemes/tieng-chuong-binh-yen/traits", &set).status, 303);
    let unknown = [("place", "25"), ("traits", "khong-co")];
    assert_eq!(world.post("pv05", "/schemes/tieng-chuong-binh-yen/traits", &unknown).status, 422);
    let point = launched(world, "hop-dia-ban", "Xóm Thử Hợp");
    let area = world.cell(&format!("select place_id from point where id = '{}'", point.rsplit('/').next().unwrap()));
    let fields = [("trait", "tourism"), ("from_on", "01/10/2026")];
    assert_eq!(world.post("nhannghia", &format!("/places/{area}/traits"), &fields).status, 303);
    let page = world.get("pv05", path).body;
    assert!(page.contains(&format!("/places/{area}/fit")), "an area with the trait and without the model is named");
    assert!(world.get("nhannghia", path).body.contains("Xóm Thử Hợp"));
    let fit = world.get("nhannghia", &format!("/places/{area}/fit")).body;
    assert!(fit.contains("Tiếng chuông bình yên") && fit.contains(t("fit-none-yet")));
    assert!(fit.contains(t("fit-of-commune")), "an area lies on the ground of its commune");
    let history = world.get("pv05", "/schemes/tieng-chuong-binh-yen").body;
    assert!(history.contains("ghi mô hình dành cho đặc điểm địa bàn nào"));
}
