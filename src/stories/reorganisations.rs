//! Stories of places that are merged, divided and regrouped while people work, with the clock moved.

use super::world::World;
use crate::accounts::actions::STANDING;
use crate::accounts::store::{self as accounts, Account, KeptGrant};
use crate::figures::ask::{Asked, Figures};
use crate::figures::catalogue::by_code;
use crate::ids;
use crate::permissions::Role;
use crate::places::place::OPEN;
use crate::places::store as places;

const PHU_THO: &str = "25@2025-07-01";
const PAPER: [(&str, &str); 3] =
    [("paper_number", "45/NQ-HĐND"), ("paper_date", "20/11/2026"), ("paper_issuer", "HĐND tỉnh")];

/// A commune of the sample province by its name.
fn commune(world: &World, name: &str) -> String {
    world.cell(&format!(
        "select id from place where name = '{name}' and parent_id = '{PHU_THO}' and to_on > '2026-11-30'"
    ))
}

fn day(world: &World, days: i64) -> String {
    let on = world.app.moment().today.checked_add(jiff::Span::new().days(days)).unwrap();
    fold::show_date(on)
}

/// Drafts a reorganisation as the provincial officer; gives its address.
fn draft(world: &World, place: &str, on: &str, text: &str) -> String {
    let mut fields = PAPER.to_vec();
    fields.extend([("place", place), ("title", "Sắp xếp trong truyện"), ("on_date", on), ("text", text)]);
    let drafted = world.post("pv05", "/reorganisations/new", &fields);
    assert_eq!(drafted.status, 303, "{}", drafted.body);
    drafted.location
}

fn sign(world: &World, address: &str) {
    let version =
        world.cell(&format!("select cast(version as text) from reorganisation where id = '{}'", last(address)));
    let fields = [("version", version.as_str()), ("checked", "1")];
    let own = world.post("pv05", &format!("{address}/signature"), &fields);
    assert_eq!(own.status, 422, "whoever drafted does not sign");
    let signed = world.post("quantri", &format!("{address}/signature"), &fields);
    assert_eq!(signed.status, 303, "{}", signed.body);
}

fn last(address: &str) -> &str {
    address.rsplit('/').next().unwrap()
}

/// Points of a place, in operation today, on the map of a day.
fn n_points(world: &World, place: &str, boundaries: &str) -> i64 {
    world
        .app
        .read(|work| {
            let place = places::by_id(work, place)?;
            let asked = Asked { boundaries: boundaries.into(), ..Asked::now(work, &place) };
            Figures::open(&world.app.kept, work)?.total(work, by_code("C2").unwrap(), &asked)
        })
        .unwrap()
}

fn count(world: &World, sql: &str) -> i64 {
    world.cell(&format!("select cast(count(*) as text) from {sql}")).parse().unwrap()
}

/// Two hundred points, three drafts and thirty accounts in a commune.
fn fill(world: &World, commune: &str, name: &str) {
    let scheme = world.cell("select name from scheme where province = '25' order by sort_key limit 1");
    let mut list = String::from("Mô hình,Xã,Xóm,Ngày ra mắt,QĐ số,Số tổ,Số TV,Số hộ\n");
    for n in 1..=200 {
        list.push_str(&format!("\"{scheme}\",{name},Xóm Đông {n},1/2/2026,{n}/QĐ,1,7,30\n"));
    }
    let sent = world.upload("pv05", &format!("/import?place={commune}"), "danh-sach.csv", &list);
    assert_eq!(world.post("pv05", &format!("{}/apply", sent.location), &[]).status, 303);
    let code = world.cell("select code from scheme where province = '25' order by sort_key limit 1");
    for n in 1..=3 {
        let (key, area) = (format!("nhap-{n}"), format!("Xóm Nháp {n}"));
        let fields = [
            ("key", key.as_str()),
            ("scheme", code.as_str()),
            ("commune", commune),
            ("area_kind", "residential_area"),
            ("area_name", area.as_str()),
            ("lead", "Công an xã"),
        ];
        assert_eq!(world.post("pv05", "/points/new", &fields).status, 303);
    }
    for n in 1..=30 {
        officer(world, &format!("canbo{n}"), commune);
    }
}

/// Adds a point of the nth scheme at an area, by a token of the administrator on the day of the clock.
fn add_point(world: &World, commune: &str, area: &str, nth: i64) -> super::world::Answer {
    let code =
        world.cell(&format!("select code from scheme where province = '25' order by sort_key limit 1 offset {nth}"));
    let key = ids::new();
    let fields = [
        ("key", key.as_str()),
        ("scheme", code.as_str()),
        ("commune", commune),
        ("area_kind", "residential_area"),
        ("area_name", area),
        ("lead", "Công an xã"),
    ];
    let days = world.app.forward.load(std::sync::atomic::Ordering::Relaxed) / 86_400;
    world.post_by(&world.days_later(days, "quantri"), "/points/new", &fields)
}

fn officer(world: &World, user_name: &str, place_id: &str) {
    let today = world.app.moment().today.to_string();
    let account = Account {
        id: ids::new(),
        user_name: user_name.to_owned(),
        name: format!("Cán bộ {user_name}"),
        password_hash: String::new(),
        must_change: false,
        disabled_on: None,
        used_on: today.clone(),
        password_on: today.clone(),
        created_at: format!("{today}T00:00:00.000000Z"),
    };
    let grant = KeptGrant {
        id: ids::new(),
        account_id: account.id.clone(),
        role: Role::CommuneOfficer,
        place_id: place_id.to_owned(),
        from_on: today.clone(),
        to_on: OPEN.into(),
        manner: STANDING.into(),
    };
    world
        .app
        .db
        .write(|tx| {
            accounts::insert(tx, &account)?;
            accounts::insert_grant(tx, &grant)
        })
        .unwrap();
}

pub(super) fn a_full_commune_is_merged_while_others_work(world: &World) {
    let (first, second) = (commune(world, "Xã Yên Phú"), commune(world, "Xã Mường Động"));
    fill(world, &first, "Xã Yên Phú");
    for place in [&first, &second] {
        assert_eq!(add_point(world, place, "Xóm Trùng Tên", 0).status, 303);
    }
    let eve = world.app.moment().today.to_string();
    let (before, others) = (n_points(world, &first, &eve), n_points(world, &second, &eve));
    let province = n_points(world, PHU_THO, &eve);
    assert!(before >= 200);
    let rows = "point p where p.pin_id in (select place_id from rollup where ancestor_id = '25@2025-07-01')";
    let facts = |world: &World| world.cell(&format!("select cast(sum(p.version) as text) from {rows}"));
    let untouched = facts(world);
    let text = "Sáp nhập xã Yên Phú và xã Mường Động thành xã Mường Phú mã 99001";
    let address = draft(world, PHU_THO, &day(world, 6), text);
    let dry = world.get("quantri", &address).body;
    for told in ["Xã Mường Phú", "Xem thử", &fold::show_count(before + 3)[..1]] {
        assert!(dry.contains(told), "{told}");
    }
    assert!(dry.contains(">30<") || dry.contains("30</span>"), "thirty accounts are told");
    // Somebody has a form open while the reorganisation is signed.
    let point = world
        .cell(&format!("select id from point where pin_id = '{first}' and state = 'active' order by code limit 1"));
    let version = world.cell(&format!("select cast(version as text) from point where id = '{point}'"));
    sign(world, &address);
    assert_eq!(facts(world), untouched, "no fact row changes");
    assert_eq!(n_points(world, &first, &eve), before, "until its day the commune stands");
    let officer = world.days_later(0, "canbo1");
    assert_eq!(world.get_by(&officer, &format!("/points?place={first}")).status, 200);
    // The next morning after its day.
    let officer = world.days_later(7, "canbo30");
    let new = world.cell("select id from place where code = '99001'");
    let today = world.app.moment().today.to_string();
    assert_eq!(n_points(world, &new, &today), before + others);
    assert_eq!(n_points(world, PHU_THO, &today), province);
    let edit = [("version", version.as_str()), ("name", "Điểm sửa sáng hôm sau"), ("lead", "Công an xã")];
    let saved = world.post_by(&officer, &format!("/points/{point}/edit"), &edit);
    assert_eq!(saved.status, 303, "a form opened on the eve is taken: {}", saved.body);
    let listed = world.get_by(&officer, &format!("/points?place={new}&q=sua+sang+hom+sau"));
    assert!(listed.status == 200 && listed.body.contains("Điểm sửa sáng hôm sau"));
    // Both former communes have an area of one name; the officer is asked which.
    let asked = add_point(world, &new, "Xóm Trùng Tên", 1);
    assert!(asked.status == 422 && asked.body.contains("Xóm Trùng Tên (Xã Mường Động)"), "{}", asked.body);
    assert_eq!(add_point(world, &new, "Xóm Trùng Tên (Mường Động)", 1).status, 303);
    let list = format!(
        "Mô hình,Xã,Xóm,Ngày ra mắt\n\"{}\",Xã Mường Phú,Xóm Trùng Tên,{}\n",
        world.cell("select name from scheme where province = '25' order by sort_key limit 1"),
        fold::show_date(world.app.moment().today)
    );
    let administrator = world.days_later(7, "quantri");
    let sent = world.upload_by(&administrator, &format!("/import?place={new}"), "danh-sach.csv", &list);
    let told = world.get_by(&administrator, &sent.location);
    assert!(told.body.contains("Có nhiều địa bàn cùng tên trong xã"), "{}", told.body);
    let elsewhere =
        world.cell("select id from point where province = '25' and pin_id like '05290%' order by code limit 1");
    assert_eq!(
        world.get_by(&officer, &format!("/points/{elsewhere}")).status,
        404,
        "rights reach no further than before"
    );
    assert_eq!(world.cell(&format!("select state from reorganisation where id = '{}'", last(&address))), "in_force");
    // Taken back, everything is as it was.
    let administrator = world.days_later(8, "quantri");
    let reversed = world.post_by(&administrator, &format!("{address}/reversal"), &[("reason", "Nhập nhầm")]);
    assert_eq!(reversed.status, 303, "{}", reversed.body);
    assert_eq!(n_points(world, &first, &eve), before);
    assert_eq!(count(world, "place where code = '99001'"), 0);
    world.today_again();
}

pub(super) fn a_divided_commune_is_allocated_and_taken_back(world: &World) {
    let source = commune(world, "Xã Cao Phong");
    officer(world, "chiadoi", &source);
    let eve = world.app.moment().today.to_string();
    let before = n_points(world, &source, &eve);
    let province = n_points(world, PHU_THO, &eve);
    // A point that covers a whole commune of before the reform.
    let whole = world.cell(&format!(
        "select p.id from rollup r join place g on g.id = r.place_id and g.level = 3 join point p on p.place_id = g.id \
         where r.ancestor_id = '{source}' and r.from_on <= '{eve}' and r.to_on > '{eve}' and p.state = 'active' \
         order by p.code limit 1"
    ));
    let text = "Chia xã Cao Phong thành xã Cao Phong Một mã 99011 và xã Cao Phong Hai mã 99012";
    let address = draft(world, PHU_THO, &day(world, 0), text);
    let uids = |n: i64| {
        world
            .cell(&format!("select told from reorganisation where id = '{}'", last(&address)))
            .split("\"uid\":\"")
            .nth(n as usize)
            .unwrap()[..36]
            .to_owned()
    };
    let (one, two) = (uids(1), uids(2));
    let work_list = format!("/places/{source}/allocation");
    let page = world.get("pv05", &format!("{work_list}?reorganisation={}", last(&address)));
    assert!(page.status == 200 && page.body.contains("Xã Cao Phong Hai"), "{}", page.body);
    // All areas to the first part, then the points of the whole commune to the second.
    let (on, id) = (world.app.moment().today.to_string(), last(&address).to_owned());
    let field = format!("point-{whole}");
    let decided = [("reorganisation", id.as_str()), ("on_date", &on), ("bulk", &one), (field.as_str(), two.as_str())];
    assert_eq!(world.post("pv05", &work_list, &decided).status, 303);
    sign(world, &address);
    let (first, second) = (format!("99011@{on}"), format!("99012@{on}"));
    let (in_first, in_second) = (n_points(world, &first, &on), n_points(world, &second, &on));
    assert_eq!(in_first + in_second, before);
    assert_eq!(in_second, i64::from(!whole.is_empty()));
    assert_eq!(n_points(world, PHU_THO, &on), province);
    // What happened at an area years ago is certain on the new map too.
    let past = world
        .app
        .read(|work| {
            let place = places::by_id(work, &first)?;
            let asked = Asked { at: "2026-06-30".into(), ..Asked::now(work, &place) };
            Figures::open(&world.app.kept, work)?.total(work, by_code("C2").unwrap(), &asked)
        })
        .unwrap();
    assert!(past > 0, "the past of its areas is shown in the part");
    // The grant on the divided commune was handed on by the administrator's choice only.
    assert_eq!(world.get_by(&world.days_later(0, "chiadoi"), &format!("/points?place={first}")).status, 404);
    let reversed = world.post("quantri", &format!("{address}/reversal"), &[("reason", "Nhập nhầm")]);
    assert_eq!(reversed.status, 303, "{}", reversed.body);
    assert_eq!(n_points(world, &source, &on), before);
    assert_eq!(n_points(world, PHU_THO, &on), province);
    world.today_again();
}

pub(super) fn hamlets_of_one_name_are_told_apart_by_their_former_communes(world: &World) {
    let alike = "from place a join place b on b.fold = a.fold and b.kind = a.kind and b.id > a.id \
        and b.parent_id <> a.parent_id join rollup r on r.place_id = a.pin_id and r.level = 3 and r.to_on = '9999-12-31' \
        join rollup q on q.place_id = b.pin_id and q.ancestor_id = r.ancestor_id and q.to_on = '9999-12-31' \
        join place x on x.id = a.parent_id join place y on y.id = b.parent_id \
        where a.kind = 'residential_area' and a.parent_id <> r.ancestor_id and b.parent_id <> r.ancestor_id \
        and a.to_on = '9999-12-31' and b.to_on = '9999-12-31' and x.fold <> y.fold order by a.id limit 1";
    let cell = |what: &str| world.cell(&format!("select {what} {alike}"));
    let (name, first, second) = (cell("a.name"), cell("x.name"), cell("y.name"));
    let address = draft(world, &cell("r.ancestor_id"), &day(world, 3), &format!("Giải thể {name}"));
    let page = world.get("pv05", &address);
    for commune in [&first, &second] {
        assert!(page.body.contains(&format!("{name} ({commune})")), "{name} of {commune}: {}", page.body);
    }
    let one = draft(world, &cell("r.ancestor_id"), &day(world, 3), &format!("Giải thể {name} thuộc {first}"));
    assert!(!world.get("pv05", &one).body.contains(&format!("{name} ({second})")), "the former commune tells which");
}

pub(super) fn hamlets_are_regrouped_by_their_commune(world: &World) {
    let nhan_nghia = commune(world, "Xã Nhân Nghĩa");
    // Names that stand once in the commune: of two alike the officer is asked which.
    let once = format!(
        "p.parent_id = '{nhan_nghia}' and p.kind = 'residential_area' and not exists (select 1 from place o \
         join rollup r on r.place_id = o.pin_id and r.ancestor_id = '{nhan_nghia}' and r.to_on = '9999-12-31' \
         where o.name = p.name and o.id <> p.id)"
    );
    let point = world.cell(&format!(
        "select p.id from place p join point f on f.place_id = p.id and f.state = 'active' where {once} order by p.id limit 1"
    ));
    let name = world.cell(&format!("select name from place where id = '{point}'"));
    let other =
        world.cell(&format!("select p.name from place p where {once} and p.id <> '{point}' order by p.id limit 1"));
    let on = day(world, 0);
    let mut fields = PAPER.to_vec();
    let text = format!("Sáp nhập {name}, {other} thành Xóm Ba Truyện");
    fields.extend([("place", nhan_nghia.as_str()), ("title", "Sắp xếp xóm"), ("on_date", &on), ("text", &text)]);
    let drafted = world.post("nhannghia", "/reorganisations/new", &fields);
    assert_eq!(drafted.status, 303, "{}", drafted.body);
    let before = n_points(world, &nhan_nghia, &world.app.moment().today.to_string());
    let signed = world.post("pv05", &format!("{}/signature", drafted.location), &[("version", "1"), ("checked", "1")]);
    assert_eq!(signed.status, 303, "{}", signed.body);
    let merged = world.cell("select id from place where name = 'Xóm Ba Truyện'");
    let today = world.app.moment().today.to_string();
    assert!(n_points(world, &merged, &today) > 0, "what stood in the old hamlets is shown in the new one");
    assert_eq!(n_points(world, &nhan_nghia, &today), before);
    let page = world.get("nhannghia", &format!("/places/{point}"));
    assert!(page.status == 200 && page.body.contains("Xóm Ba Truyện"), "the old hamlet tells what became of it");
    let found = world.get("nhannghia", "/search?q=xom+ba+truyen");
    assert!(found.body.contains(&merged));
    assert_eq!(world.get("docgia", "/search?q=xom+ba+truyen").status, 200);
}

pub(super) fn a_record_that_was_wrong_is_corrected_and_its_figures_are_told(world: &World) {
    // A point on a commune of before the reform, whose line is said to lead elsewhere.
    let source = world.cell(
        "select g.id from place g join place_line l on l.source_id = g.id and l.part = 0 and l.target_id is not null \
         join point p on p.place_id = g.id and p.state = 'active' where g.level = 3 and g.to_on < '2026-01-01' \
         order by p.code limit 1",
    );
    let line = world.cell(&format!("select id from place_line where source_id = '{source}'"));
    let target = world.cell(&format!("select target_id from place_line where id = '{line}'"));
    let other = commune(world, "Xã Thượng Cốc");
    assert_ne!(other, target);
    let today = world.app.moment().today.to_string();
    let (was, is, province) =
        (n_points(world, &target, &today), n_points(world, &other, &today), n_points(world, PHU_THO, &today));
    let n = count(
        world,
        &format!("point p join place g on g.id = p.place_id where g.pin_id = '{source}' and p.state = 'active'"),
    );
    let address = format!("/places/{source}/correction");
    assert_ne!(world.get("nhannghia", &address).status, 200, "a commune corrects no map");
    let told = format!("{address}?what=line&line={line}&target={other}&extent=whole&people=all");
    let tried = world.get("pv05", &told);
    assert!(tried.status == 200 && tried.body.contains("Xã Thượng Cốc"), "{}", tried.body);
    assert_eq!(n_points(world, &target, &today), was, "what is tried out alters nothing");
    let correct = |target: &str, reason: &str| {
        let fields = [
            ("what", "line"),
            ("line", line.as_str()),
            ("target", target),
            ("extent", "whole"),
            ("people", "all"),
            ("reason", reason),
        ];
        world.post("pv05", &address, &fields)
    };
    let refused = correct(&other, "");
    assert!(refused.status == 422 && refused.body.contains("reason"), "a reason is asked for");
    assert_eq!(correct(&other, "Ghi nhầm xã tiếp nhận").status, 303);
    assert_eq!(n_points(world, &target, &today), was - n);
    assert_eq!(n_points(world, &other, &today), is + n);
    assert_eq!(n_points(world, PHU_THO, &today), province);
    let kept =
        world.cell(&format!("select body from journal where deed = 'place.corrected' and thing_id = '{source}'"));
    assert!(!kept.contains("Ghi nhầm") && kept.contains(&format!(",{n},")), "{kept}");
    assert!(world.get("quantri", "/journal?deed=place.corrected").body.contains("Ghi nhầm xã tiếp nhận"));
    assert_eq!(correct(&other, "Lần nữa").status, 422, "nothing is corrected twice");
    assert_eq!(correct(&target, "Trả lại như nghị quyết").status, 303);
    assert_eq!(n_points(world, &target, &today), was);
    // A hamlet whose name was misspelt is found under the right one.
    let nhan_nghia = commune(world, "Xã Nhân Nghĩa");
    let hamlet = world.cell(&format!(
        "select id from place where parent_id = '{nhan_nghia}' and kind = 'residential_area' order by name limit 1"
    ));
    let from = world.cell(&format!("select from_on from place_version where place_id = '{hamlet}'"));
    let fields = [
        ("what", "version"),
        ("from_on", from.as_str()),
        ("name", "Xóm Đính Chính"),
        ("kind", "residential_area"),
        ("parent", nhan_nghia.as_str()),
        ("reason", "Sai chính tả"),
    ];
    assert_eq!(world.post("pv05", &format!("/places/{hamlet}/correction"), &fields).status, 303);
    assert!(world.get("nhannghia", "/search?q=xom+dinh+chinh").body.contains(&hamlet));
}
