//! Stories of a computer that several people share, and of sessions that are locked.

use super::guard::{PASSWORD, new_account, set_phone};
use super::ways::by_password;
use super::world::{Answer, World};
use crate::accounts::{actions, second_step};

const LEFT: &str = "diemsang-left";
const NAMES: &str = "diemsang-names";

/// Signs in by password in a browser that keeps these cookies.
fn sign_in(world: &World, cookies: &str, user_name: &str) -> Answer {
    let fields = [("user_name", user_name), ("password", PASSWORD), ("after", "/points")];
    world.post_with_cookies(cookies, "/sign-in", &fields)
}

fn of_session(world: &World, token: &str, what: &str) -> String {
    world.cell(&format!("select {what} from session where token_hash = '{}'", actions::token_hash(token)))
}

pub(super) fn people_share_a_computer(world: &World) {
    let lan = new_account(world, "lanmaychung");
    new_account(world, "minhmaychung");
    let first = by_password(world, "lanmaychung");
    let (begun, end) = (of_session(world, &first, "created_at"), of_session(world, &first, "expires_at"));
    let locked = world.post_by(&first, "/switch", &[]);
    assert_eq!((locked.location.as_str(), locked.token().as_str()), ("/sign-in", ""));
    assert!(world.get_by(&first, "/points").location.starts_with("/sign-in"), "its token opens nothing");
    set_phone_later(world, &lan);
    let (left, names) = (locked.cookie(LEFT), locked.cookie(NAMES));
    assert_eq!((left.as_str(), names.as_str()), (first.as_str(), "lanmaychung"));
    let page = world.get_with_cookies(&format!("{LEFT}={left}; {NAMES}={names}"), "/sign-in").body;
    assert!(page.contains("/sign-in?user=lanmaychung") && page.contains("phiên đang khóa"));
    let other = sign_in(world, &format!("{LEFT}={left}; {NAMES}={names}"), "minhmaychung");
    assert_eq!((other.location.as_str(), other.cookie(LEFT).as_str()), ("/points", first.as_str()));
    assert_eq!(other.cookie(NAMES), "minhmaychung.lanmaychung");
    assert!(world.get_by(&other.token(), "/sessions").body.contains("minhmaychung"));
    let elsewhere = sign_in(world, "", "lanmaychung");
    assert!(elsewhere.location.starts_with("/sign-in/second-step"), "another browser asks for both steps");
    let cookies = format!("diemsang={}; {LEFT}={left}; {NAMES}=minhmaychung.lanmaychung", other.token());
    let wrong = world.post_with_cookies(&cookies, "/sign-in", &[("user_name", "lanmaychung"), ("password", "sai")]);
    assert_eq!((wrong.status, wrong.token().as_str()), (422, ""));
    let back = sign_in(world, &cookies, "lanmaychung");
    assert_eq!(back.location, "/points", "the password is enough");
    let token = back.token();
    assert_ne!(token, first);
    assert_eq!(world.get_by(&token, "/points").status, 200);
    assert_eq!(of_session(world, &token, "created_at"), begun);
    assert_eq!(of_session(world, &token, "expires_at"), end, "it lives no longer for that");
    assert_eq!(back.cookie(LEFT), other.token(), "the other's session is left in turn");
    assert!(world.get_by(&other.token(), "/points").location.starts_with("/sign-in"), "and locked");
    let foreign = sign_in(world, &format!("{LEFT}={}", other.token()), "lanmaychung");
    assert!(foreign.location.starts_with("/sign-in/second-step"), "another's session is of no use");
    let over =
        format!("update session set expires_at = '2026-01-01' where token_hash = '{}'", actions::token_hash(&token));
    world.app.db.write(|tx| -> crate::error::Result<_> { Ok(tx.execute(&over, &[])?) }).unwrap();
    let late = sign_in(world, &format!("diemsang={token}"), "lanmaychung");
    assert!(late.location.starts_with("/sign-in/second-step"), "a session that is over does not go on");
    let gone = world.post_with_cookies(&format!("{NAMES}=lanmaychung"), "/sign-in/forget", &[]);
    assert_eq!((gone.location.as_str(), gone.cookie(NAMES).as_str()), ("/sign-in", ""));
    let planted = world.get_with_cookies(&format!("{NAMES}=<b>.a%22b.{}", "x".repeat(99)), "/sign-in");
    assert!(!planted.body.contains("/sign-in?user="), "only what may be a user name is read");
}

/// A second step that is set while the session is locked: as if it had been shown when the session began.
fn set_phone_later(world: &World, account: &crate::accounts::store::Account) {
    let keep =
        "update session set account_id = (select id from account where user_name = 'docgia') where account_id = $1";
    let back = "update session set account_id = $1 where account_id = \
                (select id from account where user_name = 'docgia') and locked_at is not null";
    let run = |sql: &str| {
        let id = account.id.as_str().into();
        world.app.db.write(|tx| -> crate::error::Result<_> { Ok(tx.execute(sql, &[id])?) }).unwrap();
    };
    run(keep);
    set_phone(world, account, &second_step::new_secret());
    run(back);
}

pub(super) fn what_was_typed_outlives_a_locked_session(world: &World) {
    new_account(world, "dangnhap2");
    new_account(world, "nguoikhac2");
    let token = by_password(world, "dangnhap2");
    let lock =
        format!("update session set seen_at = '2026-01-01' where token_hash = '{}'", actions::token_hash(&token));
    world.app.db.write(|tx| -> crate::error::Result<_> { Ok(tx.execute(&lock, &[])?) }).unwrap();
    let shown = world.get_by(&token, "/points?status=active");
    assert_eq!(shown.location, "/sign-in?after=%2Fpoints%3Fstatus%3Dactive");
    assert!(world.get_by(&token, &shown.location).body.contains("dangnhap2"), "the page knows whose session it is");
    let commune = world.cell(super::register::NHAN_NGHIA);
    let scheme = world.cell("select code from scheme where province = '25' order by sort_key limit 1");
    let typed = [
        ("key", "khoa-phien"),
        ("scheme", scheme.as_str()),
        ("commune", commune.as_str()),
        ("area_kind", "residential_area"),
        ("area_name", "Xóm \"Khóa\" & Mở"),
        ("lead", "Công an xã"),
    ];
    let kept = world.post_by(&token, "/points/new", &typed);
    assert_eq!(kept.status, 401);
    assert!(!kept.body.contains("data-khoa-phien") && kept.body.contains("kept:area_name"));
    let mut fields: Vec<(String, String)> = typed.iter().map(|(k, v)| (format!("kept:{k}"), (*v).to_owned())).collect();
    for (name, value) in [("kept-path", "/points/new"), ("kept-user", "dangnhap2"), ("after", "/points/new")] {
        fields.push((name.to_owned(), value.to_owned()));
    }
    let send = |user_name: &str, password: &str| {
        let mut all: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        all.extend([("user_name", user_name), ("password", password)]);
        world.post_by(&token, "/sign-in", &all)
    };
    let wrong = send("dangnhap2", "sai-mat-khau");
    assert!(wrong.status == 401 && wrong.body.contains("kept:area_name"), "a wrong password loses nothing");
    let other = send("nguoikhac2", PASSWORD);
    assert_eq!((other.status, other.location.as_str()), (303, "/dashboard"), "another person goes on without it");
    assert!(!other.body.contains("Khóa"));
    let right = send("dangnhap2", PASSWORD);
    assert_eq!(right.status, 200, "{}", right.body);
    assert!(right.body.contains("action=\"/points/new\"") && right.body.contains("Xóm &#34;Khóa&#34; &#38; Mở"));
    let added = world.post_by(&right.token(), "/points/new", &typed);
    assert_eq!(added.status, 303);
    let outside = world.post_by(
        &token,
        "/sign-in",
        &[
            ("user_name", "dangnhap2"),
            ("password", PASSWORD),
            ("kept-path", "https://khac.vn/x"),
            ("kept-user", "dangnhap2"),
            ("after", "//khac.vn"),
        ],
    );
    assert_eq!((outside.status, outside.location.as_str()), (303, "/dashboard"), "nothing leads elsewhere");
}
