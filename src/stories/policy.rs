//! Stories of a province's own rules of signing in.

use super::device::Device;
use super::guard::{PASSWORD, door, in_seconds, new_account, set_phone, sign_in};
use super::walk::POLICY;
use super::ways::{add, by_password};
use super::world::{Answer, World};
use crate::accounts::actions;
use crate::accounts::second_step;
use crate::accounts::sessions;
use crate::error::Error;

const PROVINCE: &str = "25@2025-07-01";

/// What is in force, by the page's own field.
fn version(world: &World) -> String {
    let page = world.get("quantri", "/policy").body;
    page.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// Sets the rules of the province as proposed, but for these.
fn set(world: &World, other: &[(&str, &str)]) -> Answer {
    let version = version(world);
    let mut fields: Vec<(&str, &str)> = vec![("place", PROVINCE), ("version", &version)];
    fields.extend(POLICY.iter().map(|(field, value)| {
        let told = other.iter().find(|(known, _)| known == field);
        (*field, told.map_or(*value, |(_, value)| *value))
    }));
    fields.extend(other.iter().filter(|(field, _)| !POLICY.iter().any(|(known, _)| known == field)));
    world.post("quantri", "/policy", &fields)
}

pub(super) fn a_province_sets_its_own_rules(world: &World) {
    assert_eq!(world.get("pv05", "/policy").status, 403);
    assert!(world.get("quantri", "/policy").body.contains("Chưa đặt lần nào"));
    let unfit = set(world, &[("shortest_with_second_step", "7"), ("idle_minutes", "mười")]);
    assert_eq!(unfit.status, 422);
    assert!(unfit.body.contains("value=\"mười\""), "what was typed is kept");
    let first = version(world);
    assert_eq!(set(world, &[("idle_minutes", "5"), ("basis", "QĐ 12/QĐ-CAT")]).status, 303);
    let mut late = POLICY.to_vec();
    late.extend([("place", PROVINCE), ("version", &first)]);
    assert_eq!(world.post("quantri", "/policy", &late).status, 409, "who saves second is told");
    assert_eq!(set(world, &[("idle_minutes", "5"), ("basis", "QĐ 12/QĐ-CAT")]).status, 422, "nothing differs");
    let page = world.get("quantri", "/policy").body;
    assert!(page.contains("QĐ 12/QĐ-CAT") && page.contains("Quản trị"), "with its basis and who set it");
    let told = world.cell("select body from journal where deed = 'policy.set' order by at desc limit 1");
    assert!(told.contains("\"policy-idle_minutes\":[15,5]"), "{told}");
    let account = new_account(world, "quydinh");
    let now = in_seconds(0);
    let token = sign_in(world, &now, "quydinh", PASSWORD).unwrap().token;
    let present = |seconds: i64| {
        let moment = in_seconds(seconds);
        world.app.db.read(|tx| sessions::present(tx, &moment, &token, &world.app.flags)).unwrap().is_some()
    };
    assert!(present(290) && !present(310), "a session is locked after five minutes");
    let commune = world.cell(super::register::NHAN_NGHIA);
    let grant = [("role", "administrator"), ("place", &commune), ("manner", "standing"), ("from_on", "01/01/2026")];
    assert_eq!(world.post("quantri", &format!("/accounts/{}/grants", account.id), &grant).status, 303);
    let own = by_password(world, "quydinh");
    let mut fields = POLICY.to_vec();
    fields.extend([("place", PROVINCE), ("version", "")]);
    assert_eq!(world.post_by(&own, "/policy", &fields).status, 422, "an administrator of a commune sets none");
    assert!(world.get_by(&own, "/policy").body.contains("<fieldset class=\"khong-vien\" disabled>"), "but reads them");
    assert_eq!(set(world, &[("administrator_password_days", "60")]).status, 303);
    assert_eq!(world.get_by(&own, "/points").status, 200);
    let old = format!("update account set password_on = '2026-01-01' where id = '{}'", account.id);
    world.app.db.write(|tx| -> crate::error::Result<_> { Ok(tx.execute(&old, &[])?) }).unwrap();
    assert_eq!(world.get_by(&own, "/points").location, "/password", "an outworn password is changed first");
    assert_eq!(set(world, &[]).status, 303);
    assert_eq!(world.get_by(&own, "/points").status, 200);
}

pub(super) fn a_role_shows_the_second_step_that_is_demanded(world: &World) {
    let account = new_account(world, "buochai");
    let session = by_password(world, "buochai");
    assert_eq!(world.get_by(&session, "/points").status, 200);
    assert_eq!(set(world, &[("demand-provincial-officer", "any")]).status, 303);
    assert_eq!(world.get_by(&session, "/points").location, "/security");
    assert_eq!(world.get_by(&session, "/api/v1/points").location, "/security");
    let secret = second_step::new_secret();
    set_phone(world, &account, &secret);
    let now = in_seconds(0);
    let code = |seconds: i64| second_step::code_at(&secret, &in_seconds(seconds));
    let pass = |seconds: i64| {
        let moment = in_seconds(seconds);
        let half = sign_in(world, &now, "buochai", PASSWORD).unwrap();
        assert!(half.is_half);
        second_step::pass(&door(world, &moment), &half.token, &code(seconds))
    };
    let whole = pass(60).unwrap();
    assert_eq!(world.get_by(&whole, "/points").status, 200);
    assert_eq!(set(world, &[("demand-provincial-officer", "passkey")]).status, 303);
    assert_eq!(world.get_by(&whole, "/points").location, "/security", "a phone is not what is demanded");
    let mut device = Device::new(21);
    assert_eq!(add(world, &whole, &mut device, "Máy bàn").status, 303);
    assert_eq!(world.get_by(&whole, "/points").status, 200);
    assert!(matches!(pass(120), Err(Error::Invalid(_))), "the phone's code is taken no longer");
    let list = second_step::new_codes(&world.app.db, &now, &account).unwrap();
    let half = by_password(world, "buochai");
    assert!(second_step::pass(&door(world, &now), &half, &list[0]).is_ok(), "a printed code still is");
    assert_eq!(set(world, &[]).status, 303);
    assert!(pass(180).is_ok());
}

pub(super) fn a_password_may_be_shorter_with_a_second_step(world: &World) {
    let account = new_account(world, "matkhaungan");
    let now = in_seconds(0);
    let change = |new: &str| actions::change_password(&door(world, &now), &account, new, "");
    assert!(change("nắng mưa gió").is_err(), "thirteen at most are too few");
    set_phone(world, &account, &second_step::new_secret());
    assert!(change("nắng mưa gió").is_ok());
    assert!(change("nắng mư").is_err());
    assert_eq!(set(world, &[("n_kinds", "3")]).status, 303);
    assert!(change("nắng mưa gió").is_err());
    assert!(change("Nắng mưa gió").is_ok());
    assert_eq!(set(world, &[]).status, 303);
}
