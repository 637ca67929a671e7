//! The story of someone whose data lies wherever the register may hold it, who asks to be erased, and of whom then
//! nothing is found: in no column, no byte of the files, no backup, no page and no search; and no figure has changed.

use std::path::Path;

use ::store::{Engine, Row, Value};

use super::guard::door;
use super::people::{PAPER, id_in, individual, request, step, today};
use super::register::NHAN_NGHIA;
use super::world::World;
use crate::accounts::actions::{self as accounts, NewAccount};
use crate::accounts::store as kept_accounts;
use crate::envelopes;
use crate::exemplars::store::{self as exemplars, Commendation};
use crate::journal;
use crate::papers::paper::PaperRef;
use crate::permissions::Role;
use crate::places::place::OPEN;
use crate::work::{Actor, Moment, Work};

/// The person's name as it is first typed wrong, and as it is.
const TYPED: &str = "Zquách Thị Hoàng Ngàn";
const NAME: &str = "Zquách Thị Hoàng Ngân";
/// What else is written of them; none of it stands anywhere else.
const WRITTEN: [&str; 8] = [
    "zqviectot",
    "zqtruongxom",
    "0999 717 717",
    "zqnoidungyeucau",
    "zqlydorut",
    "zqtrinhduyet",
    "zqtenkhoa",
    "zqnguoidung",
];

/// Every form in which a name can lie in a file: composed and decomposed, folded, as sort keys.
fn forms(text: &str) -> Vec<String> {
    use unicode_normalization::UnicodeNormalization;
    let mut forms = vec![
        text.to_owned(),
        text.nfd().collect::<String>(),
        text.to_uppercase(),
        fold::key(text),
        fold::sort_key(text),
        fold::person_sort_key(text),
    ];
    forms.dedup();
    forms
}

fn all_forms() -> Vec<String> {
    let names = [TYPED, NAME].iter().flat_map(|name| forms(name));
    names.chain(WRITTEN.iter().map(|text| (*text).to_owned())).collect()
}

/// Someone whose data lies wherever the register may hold it.
struct Traced {
    exemplar: String,
    person: String,
    account: String,
    point: String,
    run: String,
}

fn account_of(world: &World, person: &str) -> String {
    let new = NewAccount {
        user_name: WRITTEN[7],
        name: NAME,
        password: "mat-khau-cua-nguoi-do",
        role: Role::Reader,
        place_id: "25@2025-07-01",
        must_change: false,
    };
    let account = world.app.write(|work| accounts::add(work, &new)).unwrap();
    let moment = Moment::of_the_clock();
    let from = accounts::From { address: "127.0.0.5", agent: WRITTEN[5], left: &[] };
    let door = accounts::Door { from, ..door(world, &moment) };
    let token = accounts::sign_in(&door, WRITTEN[7], new.password).unwrap().token;
    assert!(accounts::sign_in(&door, WRITTEN[7], "sai-mat-khau").is_err());
    let until = today(world, -30);
    let key = [("name", WRITTEN[6]), ("place", ""), ("may_write", "0"), ("to_on", until.as_str())];
    assert_eq!(world.post_by(&token, "/tokens", &key).status, 200);
    assert_eq!(world.post("quantri", &format!("/people/{person}/account"), &[("user_name", WRITTEN[7])]).status, 303);
    account.id
}

/// A list that names the person where no name belongs, and a point whose contact someone has typed as a name.
fn mentioned(world: &World) -> (String, String) {
    let scheme = world.cell("select name from scheme where province = '25' order by sort_key limit 1");
    let list = format!(
        "Mô hình,Xã,Xóm,Ngày ra mắt,QĐ số,Số tổ,Số TV,Số hộ,Chủ trì\n\
         \"{scheme}\",Nhân Nghĩa,Xóm Vết,1/2/2026,9/QĐ,1,7,30,{NAME}\n"
    );
    let sent = world.upload("pv05", "/import?place=25", &format!("{NAME}.csv"), &list);
    let run = id_in(&sent);
    assert_eq!(world.post("pv05", &format!("/import/{run}/apply"), &[]).status, 303);
    let point = world.cell("select max(id) from point where name like '%Xóm Vết'");
    let edit = |contact: &str| {
        let version = world.cell(&format!("select cast(version as text) from point where id = '{point}'"));
        let fields = [
            ("version", version.as_str()),
            ("name", "Điểm có vết"),
            ("lead", "Công an xã"),
            ("contact_role", contact),
            ("n_households", "30"),
        ];
        world.post("pv05", &format!("/points/{point}/edit"), &fields).status
    };
    assert_eq!(edit(&format!("Bà {}", NAME.to_uppercase())), 303);
    (point, run)
}

fn commend(world: &World, person: &str, exemplar: &str) {
    let commune = world.cell(NHAN_NGHIA);
    let new = Commendation {
        province: "25".into(),
        id: crate::ids::new(),
        form: "F4".into(),
        recipient: NAME.into(),
        person_id: Some(person.into()),
        kind: "individual".into(),
        exemplar_id: Some(exemplar.into()),
        place_id: commune.clone(),
        pin_id: commune,
        paper: PaperRef { number: "99/QĐ-UBND".into(), issued_on: "2026-10-02".into(), issuer: "UBND tỉnh".into() },
        occasion: "Ngày hội".into(),
        withdrawn_on: OPEN.into(),
        withdrawn_reason: String::new(),
    };
    let moment = Moment::of_the_clock();
    let kept = world
        .app
        .db
        .write(|tx| exemplars::insert_commendation(&mut Work::new(tx, Actor::command_line(), moment.clone()), &new));
    kept.unwrap();
}

fn leave_traces(world: &World) -> Traced {
    let (exemplar, person) = individual(world, "vet", TYPED, WRITTEN[0]);
    let corrected =
        [("version", "1"), ("name", NAME), ("position", WRITTEN[1]), ("phone", WRITTEN[2]), ("reason", "gõ nhầm tên")];
    assert_eq!(world.post("pv05", &format!("/people/{person}/edit"), &corrected).status, 303);
    assert_eq!(world.cell(&format!("select name from exemplar where id = '{exemplar}'")), NAME);
    commend(world, &person, &exemplar);
    let account = account_of(world, &person);
    let (point, run) = mentioned(world);
    Traced { exemplar, person, account, point, run }
}

/// Columns of text that hold one of these forms, as `table.column`.
pub(super) fn columns_holding(world: &World, forms: &[String]) -> Vec<String> {
    let sql = match world.app.db.engine() {
        Engine::Sqlite => {
            "select m.name, c.name from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table' \
             and m.name not like 'search_trigram%' and m.name not like 'search_word%' \
             and m.name not like 'sqlite_%'"
        }
        Engine::Postgres => {
            "select table_name::text, column_name::text from information_schema.columns where table_schema = 'public' \
             and data_type = 'text'"
        }
    };
    let columns = world.app.read(|work| work.query(sql, &[])).unwrap();
    assert!(columns.len() > 100, "the whole schema is looked at");
    let likes: Vec<Value> = forms.iter().map(|form| format!("%{form}%").into()).collect();
    let holds = |column: &&Row| {
        let any: Vec<String> = (1..=likes.len()).map(|n| format!("{} like ${n}", column.str(1))).collect();
        let sql = format!("select 1 from {} where {} limit 1", column.str(0), any.join(" or "));
        world.app.read(|work| Ok(work.first(&sql, &likes)?.is_some())).unwrap()
    };
    // The roll-up holds ids of places and days, and more rows than all the rest.
    let columns = columns.iter().filter(|column| column.str(0) != "rollup");
    columns.filter(holds).map(|column| format!("{}.{}", column.str(0), column.str(1))).collect()
}

/// Files below a folder whose bytes hold one of these forms.
fn files_holding(folder: &Path, forms: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files_holding(&path, forms));
            continue;
        }
        let bytes = std::fs::read(&path).unwrap_or_default();
        let held = forms.iter().filter(|form| memchr::memmem::find(&bytes, form.as_bytes()).is_some());
        found.extend(held.map(|form| format!("{}: {form}", path.display())));
    }
    found
}

/// The folder of the engine's own files; none where this process may not look.
fn files_of(world: &World) -> Option<std::path::PathBuf> {
    if world.app.db.engine() == Engine::Sqlite {
        return Some(world.dir().to_owned());
    }
    world.app.db.outside("checkpoint").unwrap();
    let data = world.cell("select setting from pg_settings where name = 'data_directory'");
    let oid = world.cell("select oid::text from pg_database where datname = current_database()");
    let folder = Path::new(&data).join("base").join(oid);
    let may_look = std::fs::read_dir(&folder).is_ok();
    if !may_look {
        eprintln!("the files of PostgreSQL are not looked at: run the tests as a user who may read them");
    }
    may_look.then_some(folder)
}

fn figures(world: &World) -> Vec<String> {
    let told = world.get("pv05", "/api/v1/figures?place=25");
    assert_eq!(told.status, 200);
    let told: serde_json::Value = serde_json::from_str(&told.body).unwrap();
    told.as_array().unwrap().iter().map(|figure| format!("{} {}", figure["code"], figure["value"])).collect()
}

pub(super) fn someone_who_asks_is_erased_without_a_trace(world: &World) {
    let traced = leave_traces(world);
    let forms = all_forms();
    let before = columns_holding(world, &forms);
    for expected in ["exemplar.name", "exemplar.sort_key", "search_entry.fold", "account.name", "import_run.body"] {
        assert!(before.contains(&expected.to_owned()), "{expected} is among {before:?}");
    }
    assert!(!before.iter().any(|column| column.starts_with("journal.")), "the journal never held it: {before:?}");
    if let Some(folder) = files_of(world) {
        assert!(!files_holding(&folder, &forms).is_empty(), "its traces can be found in files");
    }
    let (person, exemplar) = (&traced.person, &traced.exemplar);
    let erase = || world.post("quantri", &format!("/people/{person}/erasure"), &[("sure", "1")]);
    assert_eq!(erase().status, 422, "nobody is erased without an accepted request");
    let asked = request(world, person, "delete", WRITTEN[3]);
    assert_eq!(step(world, &asked, &[("kind", "done")]).status, 422, "it is not accepted yet");
    assert_eq!(step(world, &asked, &[("kind", "accepted")]).status, 303);
    assert_eq!(step(world, &asked, &[("kind", "done")]).status, 422, "saying it is done erases nobody");
    assert_eq!(world.post("pv05", &format!("/people/{person}/erasure"), &[("sure", "1")]).status, 403);
    let confirm = world.get("quantri", &format!("/people/{person}/erasure")).body;
    assert!(confirm.contains(&format!("/points/{}", traced.point)), "where else the name stands is told");
    let version = world.cell(&format!("select cast(version as text) from point where id = '{}'", traced.point));
    let mend = [
        ("version", version.as_str()),
        ("name", "Điểm có vết"),
        ("lead", "Công an xã"),
        ("contact_role", "Trưởng xóm"),
        ("n_households", "30"),
    ];
    assert_eq!(world.post("pv05", &format!("/points/{}/edit", traced.point), &mend).status, 303);
    let counted = figures(world);
    assert_eq!(world.post("quantri", &format!("/people/{person}/erasure"), &[]).status, 422, "it is confirmed");
    assert_eq!(erase().status, 303);
    assert_eq!(erase().status, 422, "nobody is erased twice");
    assert_eq!(columns_holding(world, &forms), Vec::<String>::new());
    nothing_in_files(world, &forms);
    nothing_on_pages(world, &traced, &forms);
    assert_eq!(figures(world), counted, "no figure has changed");
    assert!(world.app.db.read(journal::faults).unwrap().is_empty(), "the chain is whole");
    assert!(world.app.read(envelopes::faults).unwrap().is_empty(), "and every text that is gone was erased by a deed");
    assert!(
        world.get("pv05", &format!("/exemplars/{exemplar}")).body.contains("7/QĐ-BCĐ"),
        "the fact and its paper stay"
    );
    assert_eq!(world.cell(&format!("select state from request where id = '{asked}'")), "done");
    assert!(!world.app.is_unscrubbed().unwrap());
    let mut withdrawal = PAPER.to_vec();
    withdrawal.extend([("on_date", "03/10/2026"), ("reason", "Thôi giữ danh hiệu")]);
    let withdrawn = world.post("pv05", &format!("/exemplars/{exemplar}/withdrawal"), &withdrawal);
    assert_eq!(withdrawn.status, 303, "the record lives on without the person");
    assert!(world.get("pv05", &format!("/exemplars/{exemplar}")).body.contains("Thôi giữ danh hiệu"));
}

fn nothing_in_files(world: &World, forms: &[String]) {
    if let Some(folder) = files_of(world) {
        assert_eq!(files_holding(&folder, forms), Vec::<String>::new());
    }
    if world.app.db.engine() == Engine::Sqlite {
        let copy = std::env::temp_dir().join(format!("diemsang-copy-{}", crate::ids::new()));
        std::fs::create_dir_all(&copy).unwrap();
        world.app.db.copy_to(&copy.join("copy.sqlite")).unwrap();
        let held = files_holding(&copy, forms);
        std::fs::remove_dir_all(&copy).unwrap();
        assert_eq!(held, Vec::<String>::new(), "no new backup holds it");
    }
}

fn nothing_on_pages(world: &World, traced: &Traced, forms: &[String]) {
    let told = crate::words::words(crate::words::Lang::Vi).with("history-erased", today(world, 0));
    let person = world.get("quantri", &format!("/people/{}", traced.person)).body;
    assert!(person.contains(&told), "history says that it was erased, and when");
    assert!(world.get("quantri", &format!("/exemplars/{}", traced.exemplar)).body.contains(&told));
    for path in [
        format!("/people/{}", traced.person),
        format!("/people/{}/copy?format=json", traced.person),
        format!("/exemplars/{}", traced.exemplar),
        format!("/points/{}", traced.point),
        format!("/accounts/{}", traced.account),
        "/accounts".into(),
        "/people?place=25".into(),
        "/requests?all=1".into(),
        "/exemplars?place=25".into(),
        "/commendations?place=25".into(),
        "/figures/F1/rows?place=25".into(),
        "/api/v1/rows/F1?place=25".into(),
        "/api/v1/search?q=zquach".into(),
        "/api/v1/export/points?place=25&format=csv".into(),
        "/journal?format=csv".into(),
        "/journal?format=csv&chain=reads".into(),
    ] {
        let answer = world.get("quantri", &path);
        assert!([200, 403].contains(&answer.status), "{path}: {}", answer.status);
        for form in forms {
            assert!(!answer.body.contains(form.as_str()), "{form} on {path}");
        }
    }
    let own = world.get("pv05", &format!("/import/{}", traced.run));
    assert!(own.status == 200 && forms.iter().all(|form| !own.body.contains(form.as_str())));
    let moment = Moment::of_the_clock();
    let entered = accounts::sign_in(&door(world, &moment), WRITTEN[7], "mat-khau-cua-nguoi-do");
    assert!(entered.is_err(), "the account lets nobody in");
    let left = world.app.db.read(|tx| kept_accounts::by_id(tx, &traced.account)).unwrap().unwrap();
    assert!(left.disabled_on.is_some() && left.user_name.starts_with(kept_accounts::ERASED));
}
