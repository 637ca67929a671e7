//! Every route, as every role, from every side: what the table of rights says is what the routes do.
//! Points, an exemplar and an account are planted in one commune under names that stand nowhere else; whoever
//! may not read them must meet those names nowhere.

use super::register::NHAN_NGHIA;
use super::world::{Answer, World};
use crate::accounts::actions::{self, NewAccount};
use crate::accounts::store;
use crate::accounts::way::Way;
use crate::permissions::{Role, Verb};
use crate::web::router::{Need, ROUTES, Route};

/// Where the walker's role is held, seen from the planted commune.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Side {
    Own,
    Parent,
    Sister,
    OtherProvince,
}

impl Side {
    /// The planted commune lies within the walker's reach.
    fn holds(self) -> bool {
        matches!(self, Side::Own | Side::Parent)
    }
}

/// The name of a draft of a reorganisation.
const REGROUPED: &str = "zqsapxep";

/// Names that stand nowhere else, and the rights of which one is enough to read each.
const PLANTED: [(&str, &[Verb]); 13] = [
    ("zqphaco", &[Verb::ReadPoint]),
    ("zqsongho", &[Verb::ReadPoint]),
    ("zqdienhinh", &[Verb::ReadExemplar]),
    ("zqtaikhoan", &[Verb::ReadAccounts]),
    ("zqthanhtich", &[Verb::ReadExemplar]),
    ("zqnguoi", &[Verb::ReadPerson]),
    ("zqchucvu", &[Verb::ReadPerson]),
    ("zqnoio", &[Verb::ReadPerson]),
    ("zqlydo", &[Verb::ReadPerson]),
    ("zqnoidung", &[Verb::ReadPerson]),
    ("zqsuco", &[Verb::ReadPerson]),
    ("zqtentep", &[Verb::ReadJournal]),
    ("zqsapxep", &[Verb::DraftReorganisation, Verb::SignReorganisation, Verb::ReadJournal]),
];

/// What was planted, for other stories.
pub(super) fn planted_names() -> Vec<String> {
    PLANTED.iter().map(|(name, _)| (*name).to_owned()).collect()
}

/// Another commune of the same province.
const SISTER: &str = "select r.place_id from rollup r join place p on p.id = r.place_id \
    where r.ancestor_id = '25@2025-07-01' and p.level = 3 and p.to_on = '9999-12-31' \
    and p.short_name <> 'Nhân Nghĩa' order by p.id limit 1";

/// What was planted: ids for the blanks of addresses.
struct Planted {
    commune: String,
    point: String,
    exemplar: String,
    commendation: String,
    reorganisation: String,
    grouping: String,
    account: String,
    paper: String,
    file: String,
    activity: String,
    photo: String,
    review: String,
    /// The use of a step's own paper, which no form takes back.
    step_paper: String,
    run: String,
    person: String,
    request: String,
    incident: String,
    scheme: String,
    scheme_code: String,
}

const PAPER: [(&str, &str); 3] =
    [("paper_number", "7/KH-UBND"), ("paper_date", "20/09/2026"), ("paper_issuer", "UBND xã")];

fn plant(world: &World) -> Planted {
    let commune = world.cell(NHAN_NGHIA);
    let scheme_code = world.cell("select code from scheme where province = '25' order by sort_key limit 1");
    let point = |key: &str| {
        let area = format!("Xóm {key}");
        let fields = [
            ("key", key),
            ("scheme", scheme_code.as_str()),
            ("commune", commune.as_str()),
            ("area_kind", "residential_area"),
            ("area_name", area.as_str()),
            ("lead", "Công an xã"),
        ];
        let added = world.post("nhannghia", "/points/new", &fields);
        assert_eq!(added.status, 303, "{}", added.body);
        added.location
    };
    point(PLANTED[0].0);
    let live = point(PLANTED[1].0);
    world.fill_dossier("nhannghia", &live);
    let mut paper = vec![("item", "convention"), ("paper_number", "8/QU-ZQ")];
    paper.extend_from_slice(&PAPER[1..]);
    let put =
        world.send_file("nhannghia", &format!("{live}/dossier/new"), &paper, ("quy-uoc.pdf", b"%PDF-1.4 quy uoc"));
    assert_eq!(put.status, 303, "{}", put.body);
    for (kind, on) in [("approved", "20/09/2026"), ("launched", "01/10/2026")] {
        let mut fields = PAPER.to_vec();
        fields.extend([("kind", kind), ("on_date", on)]);
        assert_eq!(world.post("nhannghia", &format!("{live}/steps/new"), &fields).status, 303);
    }
    let activity = [("kind", "drill"), ("on_date", "02/10/2026"), ("note", "zq")];
    let recorded = world.send_file(
        "nhannghia",
        &format!("{live}/activities/new"),
        &activity,
        ("anh.png", super::dossier::PICTURE),
    );
    assert_eq!(recorded.status, 303, "{}", recorded.body);
    let review = [("place", commune.as_str()), ("name", "Lối đi"), ("due_on", "31/12/2099")];
    let review = world.post("pv05", "/reviews", &review);
    assert_eq!(review.status, 303, "{}", review.body);
    let mut exemplar = PAPER.to_vec();
    exemplar.extend([("key", "dien-hinh"), ("name", PLANTED[2].0), ("kind", "collective"), ("summary", PLANTED[4].0)]);
    exemplar.extend([("place", commune.as_str()), ("recognised_on", "01/10/2026")]);
    let exemplar = world.post("pv05", "/exemplars/new", &exemplar);
    assert_eq!(exemplar.status, 303, "{}", exemplar.body);
    let new = NewAccount {
        user_name: PLANTED[3].0,
        name: PLANTED[3].0,
        password: "mat-khau-cay-san",
        role: Role::Reader,
        place_id: &commune,
        must_change: false,
    };
    let account = world.app.write(|work| actions::add(work, &new)).unwrap().id;
    let sent = world.upload("pv05", &format!("/import?place={commune}"), "zqtentep.csv", &list(world));
    assert_eq!(sent.status, 303, "{}", sent.body);
    let last = |location: &str| location.rsplit('/').next().unwrap().to_owned();
    let person = plant_person(world, &commune);
    let request = [
        ("person", person.as_str()),
        ("kind", "view"),
        ("manner", "letter"),
        ("received_on", "01/10/2026"),
        ("content", "zqnoidung"),
    ];
    let request = world.post("pv05", "/requests/new", &request);
    assert_eq!(request.status, 303, "{}", request.body);
    let incident = world.post("pv05", "/incidents/new", &incident(&commune, "zqsuco"));
    assert_eq!(incident.status, 303, "{}", incident.body);
    Planted {
        request: last(&request.location),
        incident: last(&incident.location),
        person,
        point: last(&live),
        exemplar: last(&exemplar.location),
        commendation: commendation_in(world, &commune),
        reorganisation: regrouped(world, &commune),
        grouping: world.cell("select id from place_grouping where province = '25' and slug = 'cum-thi-dua-2026'"),
        account,
        paper: world.cell("select id from paper where number = '8/QU-ZQ'"),
        file: world.cell("select f.id from attachment f join paper a on a.id = f.paper_id where a.number = '8/QU-ZQ'"),
        step_paper: world
            .cell(&format!("select id from paper_use where thing_id = '{}' and item = 'approved'", last(&live))),
        review: last(&review.location),
        activity: world.cell("select id from activity where note = 'zq'"),
        photo: world
            .cell("select f.id from activity_photo f join activity a on a.id = f.activity_id where a.note = 'zq'"),
        run: last(&sent.location),
        scheme: world.cell("select slug from scheme where province = '25' order by sort_key limit 1"),
        scheme_code,
        commune,
    }
}

/// A draft that regroups residential areas of the planted commune.
fn regrouped(world: &World, commune: &str) -> String {
    let areas = format!(
        "select name from place where parent_id = '{commune}' and kind = 'residential_area' and name not like '%zq%' order by id limit 1"
    );
    let mut fields = PAPER.to_vec();
    let line = format!("Đổi tên {} thành Xóm zqsapxep", world.cell(&areas));
    fields.extend([("place", commune), ("title", REGROUPED), ("on_date", "01/10/2026"), ("text", &line)]);
    let drafted = world.post("pv05", "/reorganisations/new", &fields);
    assert_eq!(drafted.status, 303, "{}", drafted.body);
    drafted.location.rsplit('/').next().unwrap().to_owned()
}

/// A person with private values, one of them corrected for a reason.
fn plant_person(world: &World, commune: &str) -> String {
    let new = [
        ("key", "nguoi"),
        ("name", "zqnguoi Thử"),
        ("place", commune),
        ("position", "zqchucvu"),
        ("address", "zqnoio"),
        ("phone", "0000 123 321"),
    ];
    let added = world.post("pv05", "/people/new", &new);
    assert_eq!(added.status, 303, "{}", added.body);
    let corrected = [
        ("version", "1"),
        ("name", "zqnguoi Thử"),
        ("position", "zqchucvu"),
        ("address", "zqnoio khác"),
        ("reason", "zqlydo"),
    ];
    assert_eq!(world.post("pv05", &format!("{}/edit", added.location), &corrected).status, 303);
    added.location.rsplit('/').next().unwrap().to_owned()
}

fn incident<'a>(place: &'a str, content: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("place", place),
        ("detected_on", "01/10/2026"),
        ("detected_time", "08:15"),
        ("kinds", "disclosed"),
        ("n_people", "3"),
        ("content", content),
    ]
}

/// A commendation of the sample data, moved to the planted commune.
fn commendation_in(world: &World, commune: &str) -> String {
    let id = world.cell("select id from commendation where province = '25' order by sort_key limit 1");
    let sql = format!("update commendation set pin_id = '{commune}', place_id = '{commune}' where id = '{id}'");
    change(world, &sql);
    id
}

fn change(world: &World, sql: &str) {
    world.app.db.write(|tx| -> crate::error::Result<_> { Ok(tx.execute(sql, &[])?) }).unwrap();
}

fn list(world: &World) -> String {
    let scheme = world.cell("select name from scheme where province = '25' order by sort_key limit 1");
    format!(
        "Mô hình,Xã,Xóm,Ngày ra mắt,QĐ số,Số tổ,Số TV,Số hộ\n\"{scheme}\",Nhân Nghĩa,Xóm Lối,1/2/2026,9/QĐ,1,7,30\n"
    )
}

/// What the blank of an address stands for: its id, and who may know that it is there.
enum Blank<'a> {
    /// Known to all who hold the verb.
    Open(&'a str),
    /// Known where the planted commune is within reach.
    Pinned(&'a str),
    /// Known where the planted commune is within reach, to those who draft or sign.
    Drafted(&'a str),
    /// Known in its province.
    OfProvince(&'a str),
    /// Known to nobody but its maker.
    Private(&'a str),
}

fn blank<'a>(route: &Route, planted: &'a Planted) -> Option<Blank<'a>> {
    let parts: Vec<&str> = route.path.split('/').collect();
    let at = parts.iter().position(|part| part.starts_with('{'))?;
    Some(match (parts[at - 1], parts[at]) {
        ("points", "{id}") => Blank::Pinned(&planted.point),
        ("exemplars", "{id}") => Blank::Pinned(&planted.exemplar),
        ("commendations", "{id}") => Blank::Pinned(&planted.commendation),
        ("accounts", "{id}") => Blank::Pinned(&planted.account),
        ("places", "{id}")
            if route.path.ends_with("/allocation")
                || route.path.ends_with("/correction")
                || route.path.contains("/traits") =>
        {
            Blank::Pinned(&planted.commune)
        }
        ("groupings", "{id}") => Blank::OfProvince(&planted.grouping),
        ("people", "{id}") => Blank::Pinned(&planted.person),
        ("requests", "{id}") => Blank::Pinned(&planted.request),
        ("incidents", "{id}") => Blank::Pinned(&planted.incident),
        ("places", "{id}") => Blank::Open(&planted.commune),
        ("reorganisations", "{id}") => Blank::Drafted(&planted.reorganisation),
        ("figures" | "rows", "{code}") => Blank::Open("C2"),
        ("schemes", "{slug}") => Blank::OfProvince(&planted.scheme),
        // Anyone reads the list of the own province; the form changes the sample's.
        ("terms", "{list}") if route.method == "POST" => Blank::OfProvince("traits"),
        ("terms", "{list}") => Blank::Open("traits"),
        ("papers", "{id}") => Blank::Pinned(&planted.paper),
        ("reviews", "{id}") => Blank::Pinned(&planted.review),
        ("photos", "{id}") => Blank::Pinned(&planted.photo),
        ("files", "{id}") => Blank::Pinned(&planted.file),
        ("import", "{id}") => Blank::Private(&planted.run),
        other => panic!("tell the walk what {other:?} of {} stands for", route.path),
    })
}

fn address(route: &Route, planted: &Planted) -> String {
    let Some(Blank::Open(id) | Blank::Pinned(id) | Blank::Drafted(id) | Blank::OfProvince(id) | Blank::Private(id)) =
        blank(route, planted)
    else {
        return route.path.to_owned();
    };
    let (before, rest) = route.path.split_once('{').unwrap();
    let (_, after) = rest.split_once('}').unwrap();
    format!("{before}{id}{after}").replace("{document}", "charter.docx")
}

/// What the table says of a route: refused for the role, not to be found, or answered.
#[derive(PartialEq, Debug)]
enum Verdict {
    Refused,
    NotFound,
    Answered,
}

fn expected(route: &Route, planted: &Planted, role: Role, side: Side) -> Verdict {
    if matches!(route.need, Need::Right(verb) if !role.may(verb)) {
        return Verdict::Refused;
    }
    // The rules of a province are changed by who holds the whole province.
    let below = matches!(side, Side::Own | Side::Sister);
    let is_changing = route.method == "POST" || route.path.starts_with("/groupings");
    if matches!(route.need, Need::Right(Verb::KeepRules)) && is_changing && below {
        return Verdict::NotFound;
    }
    match blank(route, planted) {
        // A commune's administrator does not set or erase for the province.
        _ if of_province(route) && matches!(side, Side::Own | Side::Sister) => Verdict::NotFound,
        Some(Blank::Private(_)) => Verdict::NotFound,
        Some(Blank::Pinned(_) | Blank::Drafted(_)) if !side.holds() => Verdict::NotFound,
        Some(Blank::Drafted(_)) if !role.may(Verb::DraftReorganisation) && !role.may(Verb::SignReorganisation) => {
            Verdict::NotFound
        }
        Some(Blank::OfProvince(_)) if side == Side::OtherProvince => Verdict::NotFound,
        _ => Verdict::Answered,
    }
}

/// What is done for a province as a whole.
fn of_province(route: &Route) -> bool {
    matches!(route.need, Need::Right(Verb::Retain | Verb::KeepPrivacyRules))
}

fn verdict(answer: &Answer) -> Verdict {
    match answer.status {
        403 => Verdict::Refused,
        404 => Verdict::NotFound,
        200 | 204 | 303 | 409 | 422 if !answer.location.starts_with("/sign-in") => Verdict::Answered,
        other => panic!("{other} {} {}", answer.location, answer.body),
    }
}

/// A form as it is well filled in for the planted commune.
fn form<'a>(path: &str, planted: &'a Planted, [grant, session, consent]: [&'a str; 3]) -> Vec<(&'a str, &'a str)> {
    let commune = planted.commune.as_str();
    let mut fields = PAPER.to_vec();
    fields.extend::<Vec<(&str, &str)>>(match path {
        "/points/new" => vec![
            ("key", "loi-di"),
            ("scheme", &planted.scheme_code),
            ("commune", commune),
            ("area_kind", "residential_area"),
            ("area_name", "Xóm Lối Đi"),
            ("lead", "Công an xã"),
        ],
        "/exemplars/new" => vec![
            ("key", "loi-di-2"),
            ("name", "Điển hình lối đi"),
            ("kind", "collective"),
            ("place", commune),
            ("recognised_on", "01/10/2026"),
        ],
        "/accounts/new" => {
            vec![("user_name", "loidi"), ("name", "Lối đi"), ("role", "reader"), ("place", commune)]
        }
        path if path.starts_with("/groupings") || path.starts_with("/reorganisations") => {
            form_about_places(path, commune)
        }
        path if path.ends_with("/steps/new") => vec![("kind", "strengthened"), ("on_date", "05/10/2026")],
        path if path.ends_with("/teams/new") => vec![("name", "Tổ lối đi"), ("n_members", "5")],
        path if path.ends_with("/dossier/new") => vec![("item", "convention")],
        "/dossier-items" => {
            vec![("place", "25"), ("name_vi", "Sổ lối đi"), ("expected_by", "launched"), ("from_on", "01/01/2027")]
        }
        "/places/{id}/traits" => vec![("trait", "riverside"), ("from_on", "01/10/2026")],
        "/places/{id}/traits/end" => vec![("trait", "riverside"), ("on_date", "02/10/2026")],
        "/schemes/{slug}/traits" => vec![("place", "25"), ("traits", "riverside")],
        "/schemes/new" => vec![
            ("place", "25"),
            ("name", "Lối đi riêng"),
            ("code", "LDR"),
            ("level", "commune"),
            ("sectors", "DC"),
            ("lead", "Công an xã"),
        ],
        // Without what must be told: it is told what is missing, and nothing is undone.
        path if path.starts_with("/schemes/") && path.ends_with("/end") => vec![("place", "25")],
        "/terms/{list}" => vec![("place", "25"), ("name_vi", "Ven lối đi"), ("from_on", "01/01/2027")],
        "/terms/{list}/end" => vec![("place", "25"), ("code", "lodging"), ("from_on", "01/01/2027")],
        "/dossier-items/end" => vec![("place", "25"), ("code", "convention"), ("from_on", "01/01/2027")],
        "/people/{id}/edit" => form_about_people(path, commune, consent),
        path if path.ends_with("/edit") => vec![("version", "1"), ("lead", "Công an xã")],
        path if path.ends_with("/activities/new") => vec![("kind", "patrol"), ("on_date", "03/10/2026")],
        path if path.ends_with("/activities/month") => vec![("month", "10/2026"), ("n-talk", "1")],
        // Without a reason: it is told what is missing, and nothing is withdrawn.
        path if path.ends_with("/activities/withdrawal") => {
            vec![("activity", planted.activity.as_str()), ("reason", "")]
        }
        path if path.ends_with("/means/equipment") => vec![("kind", "lamp"), ("n_items", "1"), ("owner", "UBND xã")],
        path if path.ends_with("/means/money") => {
            vec![("source", "budget"), ("on_date", "03/10/2026"), ("item", "Đèn"), ("amount", "1000")]
        }
        // Of an original: it is told what is missing, and nothing is changed.
        path if path.ends_with("/lineage/origin") => vec![("version", "1"), ("origin", "replicated")],
        path if path.ends_with("/lineage/adaptations") => vec![("version", "1"), ("how-1", "kept")],
        path if path.ends_with("/lineage/readiness") => vec![("version", "1"), ("answer-need", "yes")],
        // Without what must be told: nothing is changed.
        path if path.ends_with("/means/disclosure") || path.ends_with("/means/withdrawal") => Vec::new(),
        "/reviews" => vec![("place", commune), ("name", "Lối đi"), ("due_on", "31/12/2099")],
        // Without a reason: it is told what is missing, and nothing is decided.
        path if path.ends_with("/decision") => vec![("point", planted.point.as_str()), ("decision", "keep")],
        path if path.ends_with("/decisions") => Vec::new(),
        "/heartbeat/opinions" => vec![("point", planted.point.as_str()), ("agrees", "1")],
        "/heartbeat/rules" => vec![
            ("place", "25"),
            ("per_month", "1"),
            ("n_months", "6"),
            ("n_members", "5"),
            ("dormant_after", "6"),
            ("from_on", "01/01/2027"),
        ],
        path if path.ends_with("/dossier/withdrawal") => vec![("use", planted.step_paper.as_str()), ("reason", "Thử")],
        "/people/{id}/consents/withdrawal" => form_about_people(path, commune, consent),
        path if path.ends_with("/withdrawal") => vec![("on_date", "06/10/2026"), ("reason", "Thử")],
        path if path.ends_with("/grants") => {
            vec![("role", "reader"), ("place", commune), ("manner", "standing"), ("from_on", "01/10/2026")]
        }
        path if path.ends_with("/grant-end") => vec![("grant", grant)],
        "/accounts/reviews" => vec![("account", planted.account.as_str()), ("outcome", "kept")],
        "/policy" => {
            let mut fields = POLICY.to_vec();
            fields.push(("place", "25@2025-07-01"));
            fields
        }
        path if path.ends_with("/provider-link") => vec![("subject", "ma-loi-di")],
        path if path.ends_with("/session-end") => vec![("session", session)],
        path if path.ends_with("/disabling") => vec![("disabled", "0")],
        path => form_about_people(path, commune, consent),
    });
    fields
}

/// The same of what is kept about places.
fn form_about_places<'a>(path: &str, commune: &'a str) -> Vec<(&'a str, &'a str)> {
    match path {
        "/groupings/new" => vec![
            ("place", "25"),
            ("name", "Nhóm lối đi"),
            ("kind", "other"),
            ("from_on", "01/01/2026"),
            ("start", "empty"),
        ],
        "/groupings/{id}/edit" => {
            vec![("version", "1"), ("name", "Cụm lối đi"), ("kind", "other"), ("from_on", "01/01/2026")]
        }
        "/groupings/{id}/members" => vec![("version", "1"), ("from_on", "01/10/2026")],
        "/reorganisations/new" => {
            vec![("place", commune), ("title", "Lối đi"), ("on_date", "01/10/2026"), ("text", "Giải thể Xóm Lối Đi")]
        }
        path if path.ends_with("/lines") => {
            vec![("version", "1"), ("title", REGROUPED), ("on_date", "01/10/2026"), ("text-0", "Giải thể Xóm Lối Đi")]
        }
        _ => Vec::new(),
    }
}

/// The same of what is kept about people.
fn form_about_people<'a>(path: &str, commune: &'a str, consent: &'a str) -> Vec<(&'a str, &'a str)> {
    match path {
        "/people/new" => {
            vec![("key", "loi-di-3"), ("name", "Người lối đi"), ("place", commune), ("born", "1970")]
        }
        "/people/{id}/edit" => vec![("version", "1"), ("name", "zqnguoi Thử"), ("reason", "Thử")],
        "/people/{id}/account" => vec![("user_name", "nguoidi")],
        "/people/{id}/release" => vec![("reason", "Thử")],
        "/people/{id}/erasure" => vec![("sure", "1")],
        "/people/{id}/consents/new" => vec![
            ("purpose", "story"),
            ("parts", "name"),
            ("channels", "event"),
            ("giver", "self"),
            ("manner", "paper"),
            ("given_on", "02/10/2026"),
        ],
        "/people/{id}/consents/withdrawal" => vec![("consent", consent), ("on_date", "03/10/2026")],
        "/requests/new" => vec![
            ("name", "Người hỏi lối đi"),
            ("place", commune),
            ("kind", "view"),
            ("manner", "letter"),
            ("received_on", "02/10/2026"),
        ],
        "/requests/{id}/steps" => vec![("kind", "acknowledged"), ("on_date", "02/10/2026")],
        "/incidents/new" => incident(commune, "Thử"),
        "/incidents/{id}/steps" => vec![("kind", "contained"), ("at", "02/10/2026"), ("time", "9")],
        "/retention" => vec![("place", commune), ("sure", "0")],
        "/rules/periods" => vec![("place", commune), ("thing", "form-keys"), ("n_days", "40"), ("legal_basis", "Thử")],
        "/rules/holidays" => vec![("place", commune), ("day", "03/09/2026"), ("holiday_name", "Thử")],
        "/rules/holidays/removal" => vec![("place", commune), ("day", "2026-09-03")],
        "/rules/texts" => vec![("place", commune), ("purpose", "story")],
        _ => Vec::new(),
    }
}

/// Rules of signing in as they are proposed.
pub(super) const POLICY: [(&str, &str); 9] = [
    ("idle_minutes", "15"),
    ("administrator_idle_minutes", "5"),
    ("session_hours", "12"),
    ("unused_days", "45"),
    ("shortest_password", "14"),
    ("shortest_with_second_step", "8"),
    ("n_kinds", "0"),
    ("administrator_password_days", "0"),
    ("review_months", "3"),
];

/// The pages that look for a word.
const SEARCHING: [&str; 6] = ["/search", "/points", "/people", "/journal", "/api/v1/search", "/api/v1/points"];

/// Words to search by: less than a planted name, so that a page that repeats what was typed is not mistaken.
fn fragments() -> Vec<String> {
    PLANTED.iter().map(|(name, _)| format!("?q={}", &name[..name.len() - 1])).collect()
}

/// The walker, who is given one role at one place after another.
struct Walker {
    id: String,
    token: String,
}

impl Walker {
    fn new(world: &World) -> Walker {
        let new = NewAccount {
            user_name: "nguoidi",
            name: "Người đi",
            password: "mat-khau-nguoi-di",
            role: Role::Reader,
            place_id: "25@2025-07-01",
            must_change: false,
        };
        let id = world.app.write(|work| actions::add(work, &new)).unwrap().id;
        Walker { token: session(world, &id, "nguoidi"), id }
    }

    fn becomes(&self, world: &World, role: Role, place: &str) {
        let sql = "update account_grant set role = $2, place_id = $3 where account_id = $1";
        let values = [self.id.as_str().into(), role.code().into(), place.into()];
        world.app.db.write(|tx| -> crate::error::Result<_> { Ok(tx.execute(sql, &values)?) }).unwrap();
    }
}

fn session(world: &World, account: &str, token: &str) -> String {
    let now = crate::work::Moment::of_the_clock().now;
    let kept = store::Session {
        id: actions::token_hash(token),
        created_at: now.clone(),
        seen_at: now,
        address: String::new(),
        agent: String::new(),
        way: Way::Password,
        is_locked: false,
    };
    world.app.db.write(|tx| store::insert_session(tx, account, &kept, "9999-12-31T00:00:00Z", false)).unwrap();
    token.to_owned()
}

fn send(world: &World, walker: &Walker, route: &Route, path: &str, planted: &Planted) -> Answer {
    if route.method == "GET" {
        return world.get_by(&walker.token, path);
    }
    if route.path == "/import" || route.path.starts_with("/api/v1/import") {
        let path = format!("{path}?place={}", planted.commune);
        return world.upload_by(&walker.token, &path, "danh-sach.csv", &list(world));
    }
    let grant = world.cell(&format!("select id from account_grant where account_id = '{}' limit 1", planted.account));
    let open = actions::token_hash("zqphien");
    if world.cell(&format!("select cast(count(*) as text) from session where token_hash = '{open}'")) == "0" {
        session(world, &planted.account, "zqphien");
    }
    let consent = world.cell(&format!("select max(id) from consent where person_id = '{}'", planted.person));
    world.post_by(&walker.token, path, &form(route.path, planted, [&grant, &open, &consent]))
}

/// The routes of the walk: signing in and out have stories of their own.
fn walked() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().filter(|route| route.method != "POST" || matches!(route.need, Need::Right(_)))
}

fn expect_unseen(path: &str, answer: &Answer, role: Role, side: Side, faults: &mut Vec<String>) {
    let text = fold::key(&answer.body);
    for (name, verbs) in PLANTED {
        if text.contains(name) && !(side.holds() && verbs.iter().any(|verb| role.may(*verb))) {
            faults.push(format!("{name} is shown by {path} to {role:?} of {side:?}"));
        }
    }
}

fn version(world: &World) -> String {
    world.cell("select cast(sum(version) as text) from ledger")
}

pub(super) fn every_route_does_what_the_table_of_rights_says(world: &World) {
    let planted = plant(world);
    let walker = Walker::new(world);
    let sister = world.cell(SISTER);
    let sides = [
        (Side::Sister, sister.as_str()),
        (Side::OtherProvince, "01@2025-07-01"),
        (Side::Own, planted.commune.as_str()),
        (Side::Parent, "25@2025-07-01"),
    ];
    let mut faults = Vec::new();
    for (side, place) in sides {
        for role in Role::ALL {
            walker.becomes(world, role, place);
            let before = version(world);
            for route in walked() {
                let path = address(route, &planted);
                let answer = send(world, &walker, route, &path, &planted);
                // A form with no blank in its address names its place itself: whatever it is told, it does nothing.
                let names_its_place = blank(route, &planted).is_none() && route.method == "POST" && !side.holds();
                if !names_its_place && verdict(&answer) != expected(route, &planted, role, side) {
                    faults.push(format!("{} {path} as {role:?} of {side:?}: {}", route.method, answer.status));
                }
                expect_unseen(&path, &answer, role, side, &mut faults);
            }
            if !side.holds() && version(world) != before {
                faults.push(format!("{role:?} of {side:?} has changed something"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

pub(super) fn what_may_not_be_read_is_shown_nowhere(world: &World) {
    let walker =
        Walker { id: world.cell("select id from account where user_name = 'nguoidi'"), token: "nguoidi".into() };
    let commune = world.cell(NHAN_NGHIA);
    let sister = world.cell(SISTER);
    let (fragments, mut queries) = (fragments(), Vec::new());
    for format in ["", "&format=csv", "&format=json"] {
        queries.push(format!("?place={commune}{format}"));
        queries.push(format!("?place=25{format}"));
    }
    queries.push(format!("?under={commune}&level=area"));
    let paths: Vec<String> = ROUTES
        .iter()
        .filter(|route| route.method == "GET" && !route.path.contains("{id}") && !route.path.contains("{slug}"))
        .map(|route| route.path.replace("{code}", "C2").replace("{list}", "traits"))
        .collect();
    let mut faults = Vec::new();
    let mut seen = |role, side, place: &str| {
        walker.becomes(world, role, place);
        let mut seen = String::new();
        for path in &paths {
            let words = if SEARCHING.contains(&path.as_str()) { fragments.as_slice() } else { &[] };
            for query in queries.iter().chain(words) {
                let path = format!("{path}{query}");
                let answer = world.get_by(&walker.token, &path);
                expect_unseen(&path, &answer, role, side, &mut faults);
                seen.push_str(&fold::key(&answer.body));
            }
        }
        PLANTED.iter().all(|(name, _)| seen.contains(name))
    };
    assert!(seen(Role::Administrator, Side::Own, &commune), "the names can be met by who may read them");
    for (role, side, place) in [
        (Role::Administrator, Side::Sister, sister.as_str()),
        (Role::Administrator, Side::OtherProvince, "01@2025-07-01"),
        (Role::Treasurer, Side::Own, commune.as_str()),
        (Role::Reader, Side::Own, commune.as_str()),
    ] {
        seen(role, side, place);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
