//! Stories of the ways into an account: the second step, the printed codes.

use super::world::World;
use crate::accounts::actions::{self, Door, Entered, From, NewAccount};
use crate::accounts::policy::{Flags, Policy};
use crate::accounts::second_step::{self, NewPhone};
use crate::accounts::store::{self, Account};
use crate::error::{Error, Result};
use crate::permissions::Role;
use crate::work::Moment;

pub(super) const PASSWORD: &str = "mat-khau-hai-buoc";
const FROM: From = From { address: "127.0.0.8", agent: "story", left: &[] };

/// Someone at the door of the world.
pub(super) fn door<'a>(world: &'a World, moment: &'a Moment) -> Door<'a> {
    Door { db: &world.app.db, flags: &world.app.flags, moment, from: FROM }
}

/// Signs in by password.
pub(super) fn sign_in(world: &World, moment: &Moment, user_name: &str, password: &str) -> Result<Entered> {
    actions::sign_in(&door(world, moment), user_name, password)
}

/// Sets the code of a phone.
pub(super) fn set_phone(world: &World, account: &Account, secret: &str) {
    let now = in_seconds(0);
    let code = second_step::code_at(secret, &now);
    let new = NewPhone { secret, code: &code, own_session: "" };
    second_step::set(&door(world, &now), account, &new).unwrap();
}

pub(super) fn new_account(world: &World, user_name: &str) -> Account {
    let new = NewAccount {
        user_name,
        name: user_name,
        password: PASSWORD,
        role: Role::ProvincialOfficer,
        place_id: "25@2025-07-01",
        must_change: false,
    };
    world.app.write(|work| actions::add(work, &new)).unwrap()
}

/// So many seconds from now.
pub(super) fn in_seconds(seconds: i64) -> Moment {
    let now = Moment::of_the_clock();
    let at: jiff::Timestamp = now.now.parse().unwrap();
    Moment { today: now.today, now: format!("{:.6}", at + jiff::SignedDuration::from_secs(seconds)) }
}

pub(super) fn a_phone_guards_an_account(world: &World) {
    let account = new_account(world, "haibuoc");
    let now = in_seconds(0);
    let secret = second_step::new_secret();
    let code = second_step::code_at(&secret, &now);
    let wrong = NewPhone { secret: &secret, code: "000 00", own_session: "" };
    assert!(second_step::set(&door(world, &now), &account, &wrong).is_err());
    let open = sign_in(world, &now, "haibuoc", PASSWORD).unwrap().token;
    set_phone(world, &account, &secret);
    assert!(world.get_by(&open, "/points").location.starts_with("/sign-in"), "other sessions have ended");
    let entered = sign_in(world, &now, "haibuoc", PASSWORD).unwrap();
    assert!(entered.is_half);
    for path in ["/points", "/security", "/sessions", "/password"] {
        assert!(world.get_by(&entered.token, path).location.starts_with("/sign-in"), "half a session opens no {path}");
    }
    assert_eq!(world.get_by(&entered.token, "/api/v1/points").status, 401);
    let pass = |code: &str, at: &Moment| second_step::pass(&door(world, at), &entered.token, code);
    assert!(pass(&code, &now).is_err(), "the code that was used to set it is not taken again");
    assert!(pass("123456", &now).is_err());
    let soon = in_seconds(60);
    let next = second_step::code_at(&secret, &soon);
    let token = pass(&next, &soon).unwrap();
    assert_eq!(world.get_by(&token, "/points").status, 200);
    let late = sign_in(world, &now, "haibuoc", PASSWORD).unwrap().token;
    let too_late = in_seconds(11 * 60);
    let code = second_step::code_at(&secret, &too_late);
    let refused = second_step::pass(&door(world, &too_late), &late, &code);
    assert!(matches!(refused, Err(Error::Refused("second-step-too-late"))));
    let path = format!("/accounts/{}/second-step-end", account.id);
    assert_eq!(world.post("pv05", &path, &[]).status, 403);
    assert_eq!(world.post("quantri", &path, &[]).status, 303);
    assert!(!sign_in(world, &now, "haibuoc", PASSWORD).unwrap().is_half);
    assert!(world.get_by(&token, "/points").location.starts_with("/sign-in"), "its sessions have ended");
}

pub(super) fn a_printed_code_lets_in_once(world: &World) {
    let account = new_account(world, "maugiay");
    let db = &world.app.db;
    let now = in_seconds(0);
    let old = second_step::new_codes(db, &now, &account).unwrap();
    let codes = second_step::new_codes(db, &now, &account).unwrap();
    assert_eq!(db.read(|tx| second_step::n_codes_left(tx, &account.id)).unwrap(), 10);
    let recover =
        |name: &str, code: &str, password: &str| second_step::recover(&door(world, &now), name, code, password);
    assert!(recover("maugiay", &old[0], "mat-khau-lay-lai").is_err(), "an earlier list is void");
    assert!(recover("docgia", &codes[0], "mat-khau-lay-lai").is_err(), "a code is its account's own");
    assert!(recover("maugiay", &codes[0], "ngan").is_err(), "a short password uses up no code");
    let token = sign_in(world, &now, "maugiay", PASSWORD).unwrap().token;
    recover("maugiay", &codes[0].to_lowercase().replace('-', " "), "mat-khau-lay-lai").unwrap();
    assert!(recover("maugiay", &codes[0], "mat-khau-lan-hai").is_err(), "a code is good once");
    assert!(world.get_by(&token, "/points").location.starts_with("/sign-in"), "its sessions have ended");
    assert!(sign_in(world, &now, "maugiay", PASSWORD).is_err());
    sign_in(world, &now, "maugiay", "mat-khau-lay-lai").unwrap();
    for _ in 0..actions::MOST_FAILURES {
        let _ = recover("maugiay", "AAAAA-AAAAA", "mat-khau-lay-lai");
    }
    let refused = recover("maugiay", &codes[1], "mat-khau-lan-hai");
    assert!(matches!(refused, Err(Error::Refused("sign-in-wait"))), "guessing is slowed");
    let elsewhere = Door { from: From { address: "127.0.0.7", agent: "story", left: &[] }, ..door(world, &now) };
    actions::sign_in(&elsewhere, "maugiay", "mat-khau-lay-lai").unwrap();
    let kept = world.cell("select thing_id || body from journal where deed = 'account.recovery-code-used' limit 1");
    assert!(kept.contains(&account.id) && !kept.contains("maugiay") && !kept.contains(&codes[0]));
    let disabled = db.write(|tx| store::disable(tx, &account.id, "2026-01-01"));
    disabled.unwrap();
    assert!(second_step::recover(&elsewhere, "maugiay", &codes[2], "mat-khau-lan-ba").is_err());
}

/// Makes a key by its page and reads it there.
fn new_key(world: &World, who: &str, place: &str, may_write: &str) -> String {
    let to_on = crate::work::Moment::of_the_clock().today.checked_add(jiff::Span::new().days(30)).unwrap();
    let to_on = fold::show_date(to_on);
    let fields = [("name", "Bản tin"), ("place", place), ("may_write", may_write), ("to_on", to_on.as_str())];
    let made = world.post(who, "/tokens", &fields);
    assert_eq!(made.status, 200, "{}", made.body);
    let at = made.body.find("diemsang_").unwrap();
    let key = made.body[at..].split('<').next().unwrap().to_owned();
    assert!(!world.get(who, "/tokens").body.contains(&key), "it is shown once");
    key
}

fn n_points(world: &World, key: &str) -> usize {
    let answer = world.get_with_key(key, "/api/v1/points?limit=200");
    assert_eq!(answer.status, 200, "{}", answer.body);
    let told: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    told["points"].as_array().unwrap().len()
}

pub(super) fn a_key_does_no_more_than_it_was_made_for(world: &World) {
    let commune = world.cell(super::register::NHAN_NGHIA);
    let reading = new_key(world, "pv05", "", "0");
    assert_eq!(n_points(world, &reading), 200);
    assert!(world.get_with_key(&reading, "/points").location.starts_with("/sign-in"), "a key opens no page");
    let list = "Mô hình,Xã,Xóm\nX,Nhân Nghĩa,Y\n";
    let path = format!("/api/v1/import/points?check=1&place={commune}");
    assert_eq!(world.upload_with_key(&reading, &path, list).status, 422, "a key for reading writes nothing");
    let writing = new_key(world, "pv05", &commune, "1");
    assert_eq!(world.upload_with_key(&writing, &path, list).status, 200);
    let elsewhere = world.upload_with_key(&writing, "/api/v1/import/points?check=1&place=25", list);
    assert!([403, 404].contains(&elsewhere.status), "{}", elsewhere.status);
    let here = n_points(world, &writing);
    assert!(here > 0 && here < 200, "{here}");
    let officer = new_key(world, "nhannghia", "", "1");
    assert_eq!(n_points(world, &officer), here, "a key reaches no further than its account");
    let too_far = [("name", "Bản tin"), ("to_on", "01/01/2099")];
    assert_eq!(world.post("pv05", "/tokens", &too_far).status, 422);
    let expired = world.app.db.write(|tx| -> crate::error::Result<_> {
        Ok(tx.execute(
            "update api_token set to_on = '2026-01-01' where token_hash = $1",
            &[actions::token_hash(&reading).into()],
        )?)
    });
    assert_eq!(expired.unwrap(), 1);
    assert_eq!(world.get_with_key(&reading, "/api/v1/points").status, 401);
    let id = world.cell(&format!("select id from api_token where token_hash = '{}'", actions::token_hash(&writing)));
    assert_eq!(world.post("nhannghia", "/tokens/end", &[("token", &id)]).status, 404, "another's key is not there");
    assert_eq!(world.post("pv05", "/tokens/end", &[("token", &id)]).status, 303);
    assert_eq!(world.get_with_key(&writing, "/api/v1/points").status, 401);
    assert_eq!(world.get_with_key("diemsang_khong_co", "/api/v1/points").status, 401);
}

pub(super) fn an_account_left_unused_is_refused(world: &World) {
    let account = new_account(world, "lauquen");
    let db = &world.app.db;
    let now = in_seconds(0);
    let sign_in = |flags: &Flags| actions::sign_in(&Door { flags, ..door(world, &now) }, "lauquen", PASSWORD);
    let in_days = |days: i64| now.today.saturating_add(jiff::Span::new().days(days));
    let unused = |days: i64| Policy::default().is_unused(&account.used_on, in_days(days));
    assert!(!unused(45) && unused(46));
    assert!(sign_in(&Flags::default()).is_ok());
    let set = "update account set used_on = '2026-01-01' where user_name = 'lauquen'";
    db.write(|tx| -> Result<_> { Ok(tx.execute(set, &[])?) }).unwrap();
    assert!(matches!(sign_in(&Flags::default()), Err(Error::Refused("sign-in-unused"))));
    let never = Flags { unused_days: Some(0), ..Flags::default() };
    assert!(sign_in(&never).is_ok(), "it may be set otherwise");
    db.write(|tx| -> Result<_> { Ok(tx.execute(set, &[])?) }).unwrap();
    assert!(world.get("quantri", "/accounts?format=csv").body.contains("lauquen"));
    let path = format!("/accounts/{}/disabling", account.id);
    assert_eq!(world.post("quantri", &path, &[("disabled", "0")]).status, 303);
    assert!(sign_in(&Flags::default()).is_ok(), "an administrator lets it in again");
}
