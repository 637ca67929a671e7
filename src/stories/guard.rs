//! Stories of the ways into an account: the second step, the printed codes.

use super::world::World;
use crate::accounts::actions::{self, From, NewAccount};
use crate::accounts::second_step;
use crate::accounts::store::{self, Account};
use crate::error::Error;
use crate::permissions::Role;
use crate::work::Moment;

const PASSWORD: &str = "mat-khau-hai-buoc";
const FROM: From = From { address: "127.0.0.8", agent: "story" };

fn new_account(world: &World, user_name: &str) -> Account {
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
fn in_seconds(seconds: i64) -> Moment {
    let now = Moment::of_the_clock();
    let at: jiff::Timestamp = now.now.parse().unwrap();
    Moment { today: now.today, now: format!("{:.6}", at + jiff::SignedDuration::from_secs(seconds)) }
}

pub(super) fn a_phone_guards_an_account(world: &World) {
    let account = new_account(world, "haibuoc");
    let db = &world.app.db;
    let now = in_seconds(0);
    let secret = second_step::new_secret();
    let code = second_step::code_at(&secret, &now);
    assert!(second_step::set(db, &now, &account, &secret, "000 00").is_err());
    second_step::set(db, &now, &account, &secret, &code).unwrap();
    let entered = actions::sign_in(db, &now, "haibuoc", PASSWORD, FROM).unwrap();
    assert!(entered.is_half);
    for path in ["/points", "/security", "/sessions", "/password"] {
        assert!(world.get_by(&entered.token, path).location.starts_with("/sign-in"), "half a session opens no {path}");
    }
    assert_eq!(world.get_by(&entered.token, "/api/v1/points").status, 401);
    let pass = |code: &str, at: &Moment| second_step::pass(db, at, &entered.token, code, FROM);
    assert!(pass(&code, &now).is_err(), "the code that was used to set it is not taken again");
    assert!(pass("123456", &now).is_err());
    let soon = in_seconds(60);
    let next = second_step::code_at(&secret, &soon);
    let token = pass(&next, &soon).unwrap();
    assert_eq!(world.get_by(&token, "/points").status, 200);
    let late = actions::sign_in(db, &now, "haibuoc", PASSWORD, FROM).unwrap().token;
    let too_late = in_seconds(11 * 60);
    let code = second_step::code_at(&secret, &too_late);
    let refused = second_step::pass(db, &too_late, &late, &code, FROM);
    assert!(matches!(refused, Err(Error::Refused("second-step-too-late"))));
    let path = format!("/accounts/{}/second-step-end", account.id);
    assert_eq!(world.post("pv05", &path, &[]).status, 403);
    assert_eq!(world.post("quantri", &path, &[]).status, 303);
    assert!(!actions::sign_in(db, &now, "haibuoc", PASSWORD, FROM).unwrap().is_half);
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
        |name: &str, code: &str, password: &str| second_step::recover(db, &now, name, code, password, "127.0.0.8");
    assert!(recover("maugiay", &old[0], "mat-khau-lay-lai").is_err(), "an earlier list is void");
    assert!(recover("docgia", &codes[0], "mat-khau-lay-lai").is_err(), "a code is its account's own");
    assert!(recover("maugiay", &codes[0], "ngan").is_err(), "a short password uses up no code");
    let token = actions::sign_in(db, &now, "maugiay", PASSWORD, FROM).unwrap().token;
    recover("maugiay", &codes[0].to_lowercase().replace('-', " "), "mat-khau-lay-lai").unwrap();
    assert!(recover("maugiay", &codes[0], "mat-khau-lan-hai").is_err(), "a code is good once");
    assert!(world.get_by(&token, "/points").location.starts_with("/sign-in"), "its sessions have ended");
    assert!(actions::sign_in(db, &now, "maugiay", PASSWORD, FROM).is_err());
    actions::sign_in(db, &now, "maugiay", "mat-khau-lay-lai", FROM).unwrap();
    for _ in 0..actions::MOST_FAILURES {
        let _ = recover("maugiay", "AAAAA-AAAAA", "mat-khau-lay-lai");
    }
    let refused = recover("maugiay", &codes[1], "mat-khau-lan-hai");
    assert!(matches!(refused, Err(Error::Refused("sign-in-wait"))), "guessing is slowed");
    let elsewhere = From { address: "127.0.0.7", agent: "story" };
    actions::sign_in(db, &now, "maugiay", "mat-khau-lay-lai", elsewhere).unwrap();
    let kept = world.cell("select body from journal where deed = 'account.recovery-code-used' limit 1");
    assert!(kept.contains("maugiay") && !kept.contains(&codes[0]));
    let disabled = db.write(|tx| store::disable(tx, &account.id, "2026-01-01"));
    disabled.unwrap();
    assert!(second_step::recover(db, &now, "maugiay", &codes[2], "mat-khau-lan-ba", "127.0.0.6").is_err());
}
