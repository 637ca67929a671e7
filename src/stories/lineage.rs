//! Stories of how a scheme spreads: who learned from whom, what was kept, and who may see it.

use super::life::launched;
use super::register::{NHAN_NGHIA, today};
use super::world::World;
use crate::lineage::actions::spread;
use crate::lineage::tree::{Node, by_generation, by_made, by_year};
use crate::places::store as places;
use crate::schemes::point::Origin;
use crate::schemes::store as schemes;
use crate::words::{Lang, words};

fn id(address: &str) -> &str {
    address.rsplit('/').next().unwrap_or("")
}

fn code(world: &World, point: &str) -> String {
    world.cell(&format!("select code from point where id = '{}'", id(point)))
}

fn version(world: &World, point: &str) -> String {
    world.cell(&format!("select cast(version as text) from point where id = '{}'", id(point)))
}

/// Sends one of the forms of a point's lineage, as it stands.
fn send(world: &World, point: &str, form: &str, fields: &[(&str, &str)]) -> super::world::Answer {
    let version = version(world, point);
    let mut all = vec![("version", version.as_str())];
    all.extend_from_slice(fields);
    world.post("nhannghia", &format!("{point}/lineage/{form}"), &all)
}

fn n_elements(world: &World, point: &str) -> usize {
    let contents = world.cell(&format!(
        "select s.contents from scheme s join point p on p.province = s.province and p.scheme_id = s.id where p.id = '{}'",
        id(point)
    ));
    contents.lines().count()
}

pub(super) fn a_replicated_point_says_where_it_comes_from(world: &World) {
    let first = launched(world, "ng-mot", "Xóm Nguồn Gốc Một");
    let second = launched(world, "ng-hai", "Xóm Nguồn Gốc Hai");
    launched(world, "ng-bon", "Xóm Nguồn Gốc Bốn");
    let from = code(world, &first);
    assert_eq!(send(world, &second, "origin", &[("origin", "replicated")]).status, 422, "it names the other");
    let itself = code(world, &second);
    for wrong in [itself.as_str(), "25-00000-KHONG-01", "Xóm Nguồn Gốc"] {
        let told = send(world, &second, "origin", &[("origin", "replicated"), ("from", wrong)]);
        assert_eq!(told.status, 422, "{wrong}: several, none or itself");
    }
    let by_name = [("origin", "replicated"), ("from", "xom nguon goc mot")];
    assert_eq!(send(world, &second, "origin", &by_name).status, 303, "found by its name alone");
    let page = world.get("nhannghia", &format!("{second}/lineage")).body;
    assert!(page.contains(&from) && page.contains(words(Lang::Vi).t("readiness")));
    let round = [("origin", "replicated"), ("from", itself.as_str())];
    let told = send(world, &first, "origin", &round);
    assert_eq!(told.status, 422, "nobody learns from a pupil");
    let circle = words(Lang::Vi).with("lineage-from-circle", &itself);
    assert!(told.body.contains(&circle));
    let stale = [("version", "1"), ("origin", "original")];
    assert_eq!(world.post("nhannghia", &format!("{second}/lineage/origin"), &stale).status, 409, "someone saved first");
    let guided = [("origin", "replicated"), ("from", from.as_str()), ("mentor", itself.as_str())];
    assert_eq!(send(world, &second, "origin", &guided).status, 422, "nobody guides himself");
    let children = world.get("nhannghia", &format!("{first}/lineage")).body;
    assert!(children.contains(id(&second)), "the first knows whom it inspired");
    let history = world.get("nhannghia", &second).body;
    assert!(history.contains(words(Lang::Vi).t("field-from_code")));
    assert_eq!(world.post("docgia", &format!("{second}/lineage/origin"), &[]).status, 403);
    let commune = world.cell(NHAN_NGHIA);
    let scheme = world.cell(&format!("select scheme_id from point where id = '{}'", id(&first)));
    let new = [
        ("scheme", scheme.as_str()),
        ("commune", commune.as_str()),
        ("area_kind", "residential_area"),
        ("area_name", "Xóm Nguồn Gốc Ba"),
        ("lead", "Công an xã"),
        ("from_point", from.as_str()),
    ];
    let third = world.post("nhannghia", "/points/new", &new);
    assert_eq!(third.status, 303, "{}", third.body);
    let kept =
        world.cell(&format!("select origin || ' ' || from_point_id from point where id = '{}'", id(&third.location)));
    assert_eq!(kept, format!("replicated {}", id(&first)));
    let unlaunched = code(world, &third.location);
    let told = send(world, &second, "origin", &[("origin", "replicated"), ("from", unlaunched.as_str())]);
    assert_eq!(told.status, 422, "there is nothing to learn yet from one that was not launched");
}

pub(super) fn what_was_adapted_says_why(world: &World) {
    let first = launched(world, "dc-mot", "Xóm Điều Chỉnh Một");
    let second = launched(world, "dc-hai", "Xóm Điều Chỉnh Hai");
    let n = n_elements(world, &second);
    assert!(n >= 2, "the scheme of the stories has contents");
    let names: Vec<String> = (1..=n).map(|n| format!("how-{n}")).collect();
    let all_kept: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "kept")).collect();
    assert_eq!(send(world, &second, "adaptations", &all_kept).status, 422, "an original kept nothing of another");
    let from = code(world, &first);
    assert_eq!(send(world, &second, "origin", &[("origin", "replicated"), ("from", from.as_str())]).status, 303);
    assert_eq!(send(world, &second, "adaptations", &all_kept[1..]).status, 422, "every element is told");
    let mut adapted = all_kept.clone();
    adapted[1].1 = "adapted";
    let told = send(world, &second, "adaptations", &adapted);
    assert_eq!(told.status, 422, "it says why");
    assert!(told.body.contains("id=\"how-2-adapted\" name=\"how-2\" type=\"radio\" value=\"adapted\" checked"));
    adapted.push(("why-2", "Họp theo cụm nhà"));
    assert_eq!(send(world, &second, "adaptations", &adapted).status, 303);
    let page = world.get("nhannghia", &format!("{second}/lineage")).body;
    assert!(page.contains("Họp theo cụm nhà"));
    let count = |how: &str| {
        let sql = "select cast(count(*) as text) from adaptation where point_id =";
        world.cell(&format!("{sql} '{}' and how = '{how}'", id(&second)))
    };
    assert_eq!((count("kept"), count("adapted")), ((n - 1).to_string(), "1".to_owned()));
    assert_eq!(send(world, &second, "adaptations", &all_kept).status, 303, "it may be corrected");
    assert_eq!((count("kept"), count("adapted")), (n.to_string(), "0".to_owned()));
    let journal = world.cell(&format!(
        "select body from journal where thing_id = '{}' and deed = 'point.adaptations-told' order by seq limit 1",
        id(&second)
    ));
    assert!(!journal.contains("cụm nhà"), "what people wrote lies in an envelope: {journal}");
}

pub(super) fn ten_questions_are_asked_before_replicating(world: &World) {
    let first = launched(world, "mc-mot", "Xóm Mười Câu Một");
    let second = launched(world, "mc-hai", "Xóm Mười Câu Hai");
    let from = code(world, &first);
    assert_eq!(send(world, &second, "readiness", &[("answer-need", "yes")]).status, 422, "an original is not asked");
    assert_eq!(send(world, &second, "origin", &[("origin", "replicated"), ("from", from.as_str())]).status, 303);
    let noted = [("answer-need", "yes"), ("note-people", "Thiếu hai người")];
    assert_eq!(send(world, &second, "readiness", &noted).status, 422, "a note belongs to an answer");
    let answers = [("answer-need", "yes"), ("answer-people", "not_yet"), ("note-people", "Thiếu hai người")];
    assert_eq!(send(world, &second, "readiness", &answers).status, 303);
    let page = world.get("nhannghia", &format!("{second}/lineage")).body;
    let meter = [("yes", "1".to_owned()), ("answered", "2".to_owned()), ("of", "10".to_owned())];
    assert!(page.contains(&words(Lang::Vi).fill("readiness-meter", &meter)) && page.contains("Thiếu hai người"));
    assert!(page.contains(words(Lang::Vi).t("readiness-default")), "it is the province's own list, not law");
    let visit = [
        ("kind", "exchange_visit"),
        ("on_date", "15/08/2026"),
        ("n_attended", "9"),
        ("counted_how", "head_count"),
        ("note", "Học cách họp cụm"),
    ];
    assert_eq!(world.post("nhannghia", &format!("{second}/activities/new"), &visit).status, 303);
    assert!(world.get("nhannghia", &format!("{second}/lineage")).body.contains("Học cách họp cụm"));
}

/// The spread of a scheme of the sample that is told nowhere else in the stories.
fn nodes(world: &World, place: &str, at: &str) -> Vec<Node> {
    world
        .app
        .read(|work| {
            let place = places::by_code(work, place)?;
            let scheme = schemes::scheme(work, "25", "TQ5")?;
            spread(work, &place, &scheme, at)
        })
        .unwrap()
}

pub(super) fn an_answer_stays_with_the_question_it_was_given_to(world: &World) {
    let first = launched(world, "cau-cu-mot", "Xóm Đổi Câu Một");
    let second = launched(world, "cau-cu-hai", "Xóm Đổi Câu Hai");
    let from = code(world, &first);
    assert_eq!(send(world, &second, "origin", &[("origin", "replicated"), ("from", from.as_str())]).status, 303);
    let answers = [("answer-means", "no"), ("note-means", "Chưa có kinh phí")];
    assert_eq!(send(world, &second, "readiness", &answers).status, 303);
    let today = super::register::today(world).parse().map(fold::show_date).unwrap();
    let new = "Có nguồn kinh phí nào cho hai năm?";
    let worded = [("place", "25"), ("code", "means"), ("name_vi", new), ("from_on", today.as_str())];
    assert_eq!(world.post("nhannghia", "/terms/readiness", &worded).status, 403);
    assert_eq!(world.post("pv05", "/terms/readiness", &worded).status, 303);
    let w = words(Lang::Vi);
    let page = world.get("nhannghia", &format!("{second}/lineage")).body;
    assert!(page.contains(new) && page.contains(w.t("readiness-own")));
    let former = page.split(w.t("readiness-former")).nth(1).unwrap().split("</details>").next().unwrap();
    assert!(former.contains("duy trì ít nhất 12 tháng") && former.contains("Chưa có kinh phí"), "{former}");
    assert_eq!(send(world, &second, "readiness", &[("answer-means", "yes")]).status, 303);
    let rows = |answer: &str| {
        let sql = "select cast(count(*) as text) from readiness where point_id =";
        world.cell(&format!("{sql} '{}' and question = 'means' and answer = '{answer}'", id(&second)))
    };
    assert_eq!([rows("no"), rows("yes")], ["1", "1"], "the former answer stays");
}

pub(super) fn a_schemes_spread_is_a_tree_through_time(world: &World) {
    let at = "2025-11-30";
    let nodes = nodes(world, "25", at);
    let operating = nodes.iter().filter(|node| node.state.is_active()).count();
    assert_eq!(operating, 259, "those that operate are the published ones");
    let known = world.cell(
        "select cast(count(*) as text) from point p join scheme s on s.province = p.province and s.id = p.scheme_id \
         where p.province = '25' and s.code = 'TQ5' and p.launched_on <= '2025-11-30'",
    );
    assert_eq!(nodes.len().to_string(), known, "each point stands in the tree once");
    for (n, node) in nodes.iter().enumerate() {
        match node.from {
            Some(from) => {
                let parent = &nodes[from];
                assert!(from < n && parent.generation + 1 == node.generation, "{}", node.leaf.code);
                assert!(parent.leaf.launched_on <= node.leaf.launched_on, "{}", node.leaf.code);
            }
            None => assert_eq!(node.leaf.origin, Origin::Original, "in the province every source is known"),
        }
    }
    let beats =
        |operating: bool| nodes.iter().filter(|n| n.state.is_active() == operating && n.beating.is_some()).count();
    assert_eq!(beats(true), nodes.iter().filter(|node| node.state.is_active()).count(), "whoever operates is judged");
    assert_eq!(beats(false), 0, "and nobody else");
    let tallies = by_generation(&nodes, at);
    assert!(tallies.len() > 3, "it has spread from pupil to pupil");
    assert_eq!(tallies.values().map(|tally| tally.n_points).sum::<i64>(), nodes.len() as i64);
    assert!(
        tallies.values().all(|tally| tally.after_12.of >= tally.after_24.of && tally.after_12.n <= tally.after_12.of)
    );
    let replicated = nodes.iter().filter(|node| node.leaf.origin == Origin::Replicated).count() as i64;
    assert_eq!(by_made(&nodes, at).values().map(|tally| tally.n_points).sum::<i64>(), replicated);
    assert_eq!(by_year(&nodes, at).last().map(|year| year.n_operating), Some(259));
    let page = world.get("pv05", &format!("/schemes/tq5/lineage?at={at}"));
    assert_eq!(page.status, 404, "an address is a slug, a code as the catalogue writes it, or an id");
    let page = world.get("pv05", &format!("/schemes/TQ5/lineage?at={at}")).body;
    assert_eq!(
        page.matches("<circle class=\"").count(),
        nodes.len() + 3,
        "each has its mark, beside those of the legend"
    );
    assert_eq!(page.matches("<tr id=\"d-").count(), nodes.len(), "and its row in the table twin");
    let file = world.get("pv05", &format!("/schemes/TQ5/lineage?at={at}&format=csv"));
    assert_eq!((file.status, file.body.contains(&nodes[0].leaf.code)), (200, true));
    let early = world.get("pv05", "/schemes/TQ5/lineage?at=01/01/2000").body;
    assert!(early.contains(words(Lang::Vi).t("lineage-none-title")));
}

pub(super) fn a_spread_shows_nothing_beyond_ones_reach(world: &World) {
    let commune = world.cell(NHAN_NGHIA);
    let at = today(world);
    for scheme in ["TQ5", "LGTQ", "AT4"] {
        let page = world.get("nhannghia", &format!("/schemes/{scheme}/lineage?place={commune}"));
        assert_eq!(page.status, 200, "{scheme}");
        let sql = "select p.id from point p join scheme s on s.province = p.province and s.id = p.scheme_id \
                   where p.province = '25' and p.pin_id not in (select place_id from rollup where ancestor_id =";
        let elsewhere = world.app.read(|work| {
            let sql = format!("{sql} '{commune}') and s.code = '{scheme}' order by p.code limit 200");
            Ok(work.query(&sql, &[])?.iter().map(|row| row.text(0)).collect::<Vec<_>>())
        });
        let elsewhere = elsewhere.unwrap();
        assert!(elsewhere.len() > 100 && elsewhere.iter().all(|id| !page.body.contains(id)));
        assert_eq!(world.get("nhannghia", &format!("/schemes/{scheme}/lineage?place=25")).status, 404);
    }
    let whole: std::collections::HashMap<String, i64> =
        nodes(world, "25", &at).into_iter().map(|node| (node.leaf.code.clone(), node.generation)).collect();
    for node in nodes(world, "05290", &at) {
        assert_eq!(whole.get(&node.leaf.code), Some(&node.generation), "a generation is told by the whole lineage");
    }
}
