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

/// So many points has the campaign, in every commune of the province.
const N_POINTS: usize = 400;
const N_COMMUNES: usize = 148;

/// Operating points: the first of every commune, then more of them.
fn campaign_points(world: &World) -> Vec<(String, String)> {
    let today = today(world);
    let sql = format!(
        "select u.ancestor_id, p.id from point p join place g on g.id = p.place_id \
         join rollup u on u.place_id = g.pin_id and u.level = 3 and u.from_on <= '{today}' and u.to_on > '{today}' \
         join place c on c.id = u.ancestor_id where p.province = '25' and p.state = 'active' order by p.code, p.id"
    );
    let rows = world.app.read(|work| work.query(&sql, &[])).unwrap();
    let all: Vec<(String, String)> = rows.iter().map(|row| (row.text(0), row.text(1))).collect();
    let mut seen = std::collections::BTreeSet::new();
    let (first, more): (Vec<_>, Vec<_>) = all.into_iter().partition(|(commune, _)| seen.insert(commune.clone()));
    assert_eq!(first.len(), N_COMMUNES, "every commune has an operating point");
    first.into_iter().chain(more).take(N_POINTS).collect()
}

/// A decision, of how many points, and the fields that it fills in.
type Alike = (&'static str, usize, &'static [(&'static str, &'static str)]);

/// What is decided of the points in their order, for many at once, and what it says.
const DECIDED: [Alike; 5] = [
    ("keep", 170, &[("note", "Hoạt động đều")]),
    ("strengthen", 90, &[("note", "Thêm thành viên")]),
    ("replicate", 50, &[("note", "Nhân rộng năm sau")]),
    ("end", 45, &[("reason", "ineffective"), ("lesson", "Không khảo sát trước")]),
    ("strike_off", 35, &[("reason", "poor_dossier")]),
];

pub(super) fn a_campaign_of_400_points_in_148_communes_ends_with_its_figures(world: &World) {
    let points = campaign_points(world);
    let place = world.cell("select id from place where code = '25' and to_on = '9999-12-31'");
    let scheme = world.cell(
        "select s.id from scheme s where s.province = '25' and exists (select 1 from point p where p.scheme_id = s.id \
         and p.state = 'active') and s.merged_into = '' order by s.sort_key limit 1",
    );
    let fields =
        [("place", place.as_str()), ("name", "Rà soát toàn tỉnh"), ("due_on", "31/12/2099"), ("scheme", &scheme)];
    let review = world.post("pv05", "/reviews", &fields).location;
    world.app.write(|work| take_in_exactly(work, id(&review), &points)).unwrap();
    let count = |sql: &str| world.cell(&format!("select cast(count(*) as text) from {sql}")).parse::<i64>().unwrap();
    assert_eq!(count(&format!("review_point where review_id = '{}'", id(&review))), N_POINTS as i64);
    let codes = ["C2", "C6", "C7", "C8", "C9", "C10", "C12"];
    let figures = || codes.map(|code| number(world, code, "25", &today(world)));
    let before = figures();
    let mut rest = points.as_slice();
    for (decision, n, more) in DECIDED {
        let (now, later) = rest.split_at(n);
        rest = later;
        let mut fields = vec![("decision", decision)];
        fields.extend_from_slice(more);
        fields.extend_from_slice(&PAPER);
        fields.extend(now.iter().map(|(_, point)| ("p", point.as_str())));
        let done = world.post("pv05", &format!("{review}/decisions"), &fields);
        assert_eq!(done.status, 303, "{decision}: {}", done.body);
    }
    let into = world.cell(&format!("select code from point where id = '{}'", points[0].1));
    for (_, point) in rest {
        let mut fields = vec![("point", point.as_str()), ("decision", "merge"), ("into", into.as_str())];
        fields.extend_from_slice(&PAPER);
        assert_eq!(world.post("pv05", &format!("{review}/decision"), &fields).status, 303);
    }
    let decided =
        |what: &str| count(&format!("review_point where review_id = '{}' and decision in ({what})", id(&review)));
    assert_eq!(decided("''"), 0, "nothing is left open");
    let gone = decided("'end', 'strike_off', 'merge'");
    // C8 counts what stands and stood when the period began.
    let kept_before = count(&format!(
        "review_point x join point_span s on s.province = x.province and s.point_id = x.point_id and s.active = 1 \
         and s.from_on <= '2022-01-01' and s.to_on > '2022-01-01' where x.review_id = '{}' \
         and x.decision in ('end', 'strike_off', 'merge')",
        id(&review)
    ));
    let expected = [
        before[0] - gone,
        before[1],
        before[2],
        before[3] - kept_before,
        before[4] + decided("'strengthen'"),
        before[5],
        before[6] + decided("'end', 'strike_off'"),
    ];
    assert_eq!(figures(), expected, "{codes:?}: the figures are the rows of the campaign");
    assert_eq!(rest.len() as i64, decided("'merge'"));
    for code in codes {
        assert_eq!(super::register::number_by_rows(world, code), number(world, code, "25", &today(world)), "{code}");
    }
    let page = world.get("pv05", &review).body;
    let progress = page.matches(&format!("{review}?place=")).count();
    assert!(progress >= N_COMMUNES, "every commune's progress is told: {progress}");
    assert_eq!(world.post("pv05", &format!("{review}/closing"), &[]).status, 303);
    let late = [("point", points[0].1.as_str()), ("decision", "keep"), ("note", "Muộn")];
    assert_eq!(world.post("pv05", &format!("{review}/decision"), &late).status, 422, "it is over");
    assert!(world.app.read(crate::schemes::check::faults).unwrap().is_empty());
}

/// The form takes points in by place and model; the campaign has exactly these.
fn take_in_exactly(work: &mut crate::work::Work, id: &str, points: &[(String, String)]) -> crate::error::Result<()> {
    let review = crate::reviews::store::review_for(work, crate::permissions::Verb::OpenReview, id)?;
    work.execute("delete from review_point where review_id = $1", &[id.into()])?;
    for (_, point) in points {
        let point = crate::schemes::store::point_for(work, crate::permissions::Verb::ReadPoint, point)?;
        crate::reviews::store::take_in_one(work, &review, &point.id, &point.pin_id)?;
    }
    let thing = crate::schemes::store::thing;
    let first = crate::schemes::store::point_for(work, crate::permissions::Verb::ReadPoint, &points[0].1)?;
    work.journal("review.opened", &thing(&first), &serde_json::json!({ "n_points": points.len() }))
}
