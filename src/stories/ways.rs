//! Stories of the other ways in: passkeys.

use serde_json::Value;

use super::device::Device;
use super::guard::{PASSWORD, in_seconds, new_account};
use super::world::{Answer, World};
use crate::accounts::store;

/// What a page's script is told to ask of the device.
fn asked(answer: &Answer) -> (String, Value) {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let told: Value = serde_json::from_str(&answer.body).unwrap();
    (told["token"].as_str().unwrap_or("").to_owned(), told["options"].clone())
}

fn fault(answer: &Answer) -> String {
    let told: Value = serde_json::from_str(&answer.body).unwrap();
    told["fault"].as_str().unwrap_or("").to_owned()
}

/// Signs in by password; gives the token of the session, or of half a one.
pub(super) fn by_password(world: &World, user_name: &str) -> String {
    let fields = [("user_name", user_name), ("password", PASSWORD), ("after", "/points")];
    let answer = world.post("", "/sign-in", &fields);
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.token()
}

/// Adds a passkey of this device to an account by its page.
pub(super) fn add(world: &World, session: &str, device: &mut Device, name: &str) -> Answer {
    let fields = [("name", name), ("password", PASSWORD)];
    let (token, options) = asked(&world.post_by(session, "/security/passkey/challenge", &fields));
    let answer = device.make(&options);
    world.post_by(session, "/security/passkey", &[("name", name), ("token", &token), ("answer", &answer)])
}

/// Signs in by a passkey alone.
fn by_passkey(world: &World, device: &mut Device) -> Answer {
    let (token, options) = asked(&world.post("", "/sign-in/passkey/challenge", &[]));
    assert!(options["publicKey"]["allowCredentials"].as_array().is_none_or(Vec::is_empty), "nobody is named");
    let answer = device.show(&options);
    world.post("", "/sign-in/passkey", &[("token", &token), ("answer", &answer), ("after", "/points")])
}

pub(super) fn a_passkey_is_both_steps(world: &World) {
    let account = new_account(world, "khoatruycap");
    let session = by_password(world, "khoatruycap");
    let elsewhere = by_password(world, "khoatruycap");
    let ask = |fields: &[(&str, &str)]| world.post_by(&session, "/security/passkey/challenge", fields);
    assert!(fault(&ask(&[("name", "Máy bàn"), ("password", "sai")])).contains("Mật khẩu"), "the password is asked for");
    assert!(fault(&ask(&[("password", PASSWORD)])).contains("tên"), "it has a name");
    let mut device = Device::new(7);
    assert_eq!(add(world, &session, &mut device, "Máy bàn").location, "/security");
    assert!(world.get_by(&session, "/security").body.contains("Máy bàn"));
    assert!(world.get_by(&elsewhere, "/points").location.starts_with("/sign-in"), "other sessions have ended");
    let entered = by_passkey(world, &mut device);
    assert_eq!((entered.status, entered.location.as_str()), (303, "/points"));
    assert_eq!(world.get_by(&entered.token(), "/points").status, 200, "no second step is wanted");
    let told = world.cell("select body from journal where deed = 'account.passkey-added' order by at desc limit 1");
    assert!(told.contains("\"passkey\":") && !told.contains("khoatruycap") && !told.contains("Máy bàn"), "{told}");
    assert!(world.get("quantri", "/journal?deed=account.passkey-added").body.contains("Máy bàn"));
    let id = world.cell(&format!("select id from passkey where account_id = '{}'", account.id));
    let end = |who: &str, password: &str| {
        world.post_by(who, "/security/passkey-end", &[("passkey", &id), ("password", password)]).status
    };
    assert_eq!(end(&session, "sai"), 422, "the password is asked for");
    new_account(world, "khoakhac");
    assert_eq!(end(&by_password(world, "khoakhac"), PASSWORD), 404, "another's passkey is not there");
    assert_eq!(end(&session, PASSWORD), 303);
    assert_eq!(by_passkey(world, &mut device).status, 422, "a removed passkey opens nothing");
}

pub(super) fn a_passkey_is_taken_once_and_from_its_place(world: &World) {
    let account = new_account(world, "khoamotlan");
    let session = by_password(world, "khoamotlan");
    let mut device = Device::new(8);
    assert_eq!(add(world, &session, &mut device, "Điện thoại").status, 303);
    let (token, options) = asked(&world.post("", "/sign-in/passkey/challenge", &[]));
    let answer = device.show(&options);
    let send = |token: &str, answer: &str| world.post("", "/sign-in/passkey", &[("token", token), ("answer", answer)]);
    assert_eq!(send(&token, &answer).status, 303);
    assert_eq!(send(&token, &answer).status, 422, "a challenge is answered once");
    let (other, _) = asked(&world.post("", "/sign-in/passkey/challenge", &[]));
    assert_eq!(send(&other, &answer).status, 422, "an answer to another challenge");
    let mut copied = Device::new(8);
    copied.origin = "http://localhost:8081".to_owned();
    let mut locked = Device::new(8);
    locked.is_unlocked = false;
    let mut unknown = Device::new(9);
    for wrong in [&mut copied, &mut locked, &mut unknown] {
        let seen = wrong.make(&asked(&world.post_by(&session, "/security/passkey/challenge", &fields())).1);
        assert!(seen.contains("rawId"));
        assert_eq!(by_passkey(world, wrong).status, 422);
    }
    for nonsense in ["", "{}", "[]", &"x".repeat(20_000)] {
        let (token, _) = asked(&world.post("", "/sign-in/passkey/challenge", &[]));
        assert_eq!(send(&token, nonsense).status, 422);
    }
    let disable = world.app.db.write(|tx| store::disable(tx, &account.id, "2026-01-01"));
    disable.unwrap();
    assert_eq!(by_passkey(world, &mut device).status, 422, "a disabled account");
}

fn fields() -> [(&'static str, &'static str); 2] {
    [("name", "Khóa"), ("password", PASSWORD)]
}

pub(super) fn a_passkey_is_the_second_step_of_its_account(world: &World) {
    new_account(world, "khoahaibuoc");
    let session = by_password(world, "khoahaibuoc");
    let mut own = Device::new(10);
    assert_eq!(add(world, &session, &mut own, "USB").status, 303);
    new_account(world, "khoanguoikhac");
    let other = by_password(world, "khoanguoikhac");
    let mut foreign = Device::new(11);
    assert_eq!(add(world, &other, &mut foreign, "USB").status, 303);
    let half = by_password(world, "khoahaibuoc");
    assert!(world.get_by(&half, "/points").location.starts_with("/sign-in"), "the password alone opens nothing");
    assert!(world.get_by(&half, "/sign-in/second-step").body.contains("/sign-in/second-step/passkey"));
    let ask = |half: &str| world.post_by(half, "/sign-in/second-step/passkey/challenge", &[]);
    let send = |half: &str, token: &str, answer: &str| {
        world.post_by(
            half,
            "/sign-in/second-step/passkey",
            &[("token", token), ("answer", answer), ("after", "/points")],
        )
    };
    assert!(!fault(&ask("khongcophien")).is_empty());
    let (token, options) = asked(&ask(&half));
    assert_eq!(send(&half, &token, &foreign.show(&options)).status, 422, "another's passkey");
    let (token, options) = asked(&ask(&half));
    let passed = send(&half, &token, &own.show(&options));
    assert_eq!((passed.status, passed.location.as_str()), (303, "/points"));
    assert_eq!(world.get_by(&passed.token(), "/points").status, 200);
    assert!(fault(&ask(&half)).contains("10 phút"), "half a session is made whole once");
    let administrator = world.cell("select id from account where user_name = 'khoahaibuoc'");
    assert_eq!(world.post("quantri", &format!("/accounts/{administrator}/second-step-end"), &[]).status, 303);
    assert_eq!(by_passkey(world, &mut own).status, 422, "an administrator ends lost passkeys too");
    let whole = by_password(world, "khoahaibuoc");
    assert_eq!(world.get_by(&whole, "/points").status, 200);
}

pub(super) fn who_asks_too_often_waits_alone(world: &World) {
    use crate::accounts::challenges::{self, Challenge, Purpose};
    let db = &world.app.db;
    let keep = |address: &str, seconds: i64| {
        let new = Challenge { purpose: Purpose::SignIn, account_id: "", address, body: "" };
        challenges::keep(db, &in_seconds(seconds), &new)
    };
    let first = keep("203.0.113.9", 0).unwrap();
    let waits = (0..200).filter(|_| keep("203.0.113.9", 0).is_err()).count();
    assert!(waits > 90, "{waits}");
    assert!(keep("203.0.113.10", 0).is_ok(), "another address may go on");
    let take = |purpose, seconds| challenges::take(db, &in_seconds(seconds), purpose, &first);
    assert!(take(Purpose::SecondStep, 0).is_err(), "asked for something else");
    assert!(take(Purpose::SignIn, 301).is_err(), "too late");
    assert!(keep("203.0.113.9", 301).is_ok(), "after five minutes it may ask again");
}
