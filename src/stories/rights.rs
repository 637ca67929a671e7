//! Stories of accounts and rights: grants that begin, end and follow a reform; sessions; who reads the journal.

use super::guard::{door, sign_in};
use super::world::World;
use crate::accounts::actions;
use crate::accounts::{sessions, store};
use crate::permissions::{Role, Verb};
use crate::work::Moment;

fn account_id(world: &World, user_name: &str) -> String {
    world.cell(&format!("select id from account where user_name = '{user_name}'"))
}

fn new_account(world: &World, user_name: &str, role: &str, place: &str) -> super::world::Answer {
    let fields = [("user_name", user_name), ("name", "Bàn thử"), ("role", role), ("place", place)];
    world.post("quantri", "/accounts/new", &fields)
}

fn password_in(body: &str) -> String {
    let after = body.split("translate=\"no\">").nth(1).unwrap();
    after.split('<').next().unwrap().to_owned()
}

fn on(day: &str) -> Moment {
    Moment { today: day.parse().unwrap(), now: format!("{day}T02:00:00.000000Z") }
}

/// What an account may do at a place on a day.
fn may(world: &World, user_name: &str, verb: Verb, place: &str, day: &str) -> bool {
    let id = account_id(world, user_name);
    world
        .app
        .db
        .read(|tx| -> crate::error::Result<bool> {
            let grants = store::grants(tx, &id, day)?;
            let actor = crate::work::Actor { account_id: id.clone(), origin: "page".into(), grants };
            crate::work::Work::new(tx, actor, on(day)).reaches(verb, place)
        })
        .unwrap()
}

pub(super) fn a_new_account_changes_its_password_first(world: &World) {
    let added = new_account(world, "banthu", "commune-officer", "Xã Nhân Nghĩa");
    assert_eq!(added.status, 200, "the one-time password is shown");
    let password = password_in(&added.body);
    assert!(!world.get("quantri", &format!("/accounts/{}", account_id(world, "banthu"))).body.contains(&password));
    let moment = Moment::of_the_clock();
    let token = sign_in(world, &moment, "banthu", &password).unwrap().token;
    assert_eq!(world.get_by(&token, "/dashboard").location, "/password");
    assert_eq!(world.get_by(&token, "/api/v1/points").location, "/password");
    let door = door(world, &moment);
    let account = actions::prove(&door, "banthu", &password).unwrap();
    let own = actions::token_hash(&token);
    for refused in ["ngan", "banthu-2026-2026", "Congan@123456"] {
        let told = actions::change_password(&door, &account, refused, &own);
        assert!(told.is_err(), "{refused}");
    }
    actions::change_password(&door, &account, "mat-khau-moi-2026", &own).unwrap();
    assert_eq!(world.get_by(&token, "/dashboard").status, 200);
    assert_eq!(new_account(world, "banthu", "reader", "25").status, 422, "the name is taken");
    assert_eq!(new_account(world, "banthu2", "reader", "Xã Không Có").status, 422, "the place is not known");
}

pub(super) fn an_acting_grant_ends_by_itself(world: &World) {
    let id = account_id(world, "docgia");
    let pin = world.cell(super::register::NHAN_NGHIA);
    let path = format!("/accounts/{id}/grants");
    let acting =
        [("role", "commune-approver"), ("place", pin.as_str()), ("manner", "acting"), ("from_on", "01/12/2026")];
    assert_eq!(world.post("quantri", &path, &acting).status, 422, "it names its end");
    let mut whole = acting.to_vec();
    whole.push(("to_on", "01/02/2027"));
    assert_eq!(world.post("pv05", &path, &whole).status, 403);
    assert_eq!(world.post("quantri", &path, &whole).status, 303);
    for (day, expected) in [("2026-11-30", false), ("2026-12-01", true), ("2027-01-31", true), ("2027-02-01", false)] {
        assert_eq!(may(world, "docgia", Verb::StepPoint, &pin, day), expected, "{day}");
    }
}

pub(super) fn a_grant_follows_its_commune_through_the_reform(world: &World) {
    // A commune that went whole into one of today's, and that commune.
    let old = world.cell(
        "select l.source_id from place_line l join place p on p.id = l.source_id join place q on q.id = l.target_id \
         where l.part = 0 and p.level = 3 and q.level = 3 and l.on_date = '2025-07-01' and p.to_on = '2025-07-01' \
         and p.name <> q.name and (select count(*) from place_line m where m.source_id = l.source_id) = 1 \
         and exists (select 1 from rollup r where r.place_id = p.id and r.ancestor_id = '25@2025-07-01') \
         order by l.source_id limit 1",
    );
    let new = world.cell(&format!("select target_id from place_line where source_id = '{old}'"));
    assert_eq!(new_account(world, "xacu", "commune-officer", &old).status, 200);
    let id = account_id(world, "xacu");
    let sql = format!("update account_grant set from_on = '2024-01-01' where account_id = '{id}'");
    world.app.db.write(|tx| -> crate::error::Result<_> { Ok(tx.execute(&sql, &[])?) }).unwrap();
    assert!(may(world, "xacu", Verb::AddPoint, &old, "2025-06-30"));
    assert!(may(world, "xacu", Verb::AddPoint, &new, "2025-07-01"), "on the morning after");
    assert!(may(world, "xacu", Verb::EditPoint, &old, "2025-07-01"), "old facts too");
    let elsewhere = world.cell(super::register::NHAN_NGHIA);
    assert!(!may(world, "xacu", Verb::AddPoint, &elsewhere, "2025-07-01"));
}

pub(super) fn an_administrator_keeps_to_the_own_places(world: &World) {
    let own = account_id(world, "quantri");
    let refused = world.post("quantri", &format!("/accounts/{own}/disabling"), &[("disabled", "1")]);
    assert_eq!(refused.status, 422, "nobody locks the own door");
    let foreign = world
        .app
        .write(|work| {
            let new = actions::NewAccount {
                user_name: "tinhkhac",
                name: "Tỉnh khác",
                password: "mat-khau-tinh-khac",
                role: Role::Reader,
                place_id: "01@2025-07-01",
                must_change: false,
            };
            actions::add(work, &new)
        })
        .unwrap();
    for path in ["", "/grants", "/disabling", "/password", "/session-end", "/grant-end"] {
        let path = format!("/accounts/{}{path}", foreign.id);
        let answer = if path.ends_with(&foreign.id) {
            world.get("quantri", &path)
        } else {
            let fields = [("role", "reader"), ("place", "25"), ("from_on", "01/01/2026"), ("disabled", "1")];
            world.post("quantri", &path, &fields)
        };
        assert_eq!(answer.status, 404, "{path}");
    }
    assert!(!world.get("quantri", "/accounts").body.contains("tinhkhac"));
    assert_eq!(world.get("quantri", "/rights?user=tinhkhac&where=25").status, 200);
    assert!(!world.get("quantri", "/rights?user=tinhkhac&where=25").body.contains("Tỉnh khác"));
}

pub(super) fn a_session_left_alone_is_locked(world: &World) {
    let then = Moment::of_the_clock();
    let token = sign_in(world, &then, "docgia", crate::cli::keep::DEMO_PASSWORD).unwrap().token;
    let after = |minutes: i64| {
        let at: jiff::Timestamp = then.now.parse().unwrap();
        let at = at + jiff::SignedDuration::from_mins(minutes);
        Moment { today: then.today, now: format!("{at:.6}") }
    };
    let present = |minutes: i64| {
        let moment = after(minutes);
        world.app.db.read(|tx| sessions::present(tx, &moment, &token, &world.app.flags)).unwrap()
    };
    assert!(present(14).is_some_and(|present| present.is_stale));
    assert!(present(16).is_none());
    let id = account_id(world, "docgia");
    let session = actions::token_hash(&token);
    let path = format!("/accounts/{id}/session-end");
    assert_eq!(world.post("nhannghia", &path, &[("session", &session)]).status, 403);
    assert_eq!(world.post("quantri", &path, &[("session", &session)]).status, 303);
    assert!(present(0).is_none(), "revoked");
}

pub(super) fn only_who_audits_reads_the_journal(world: &World) {
    for (who, status) in [("nhannghia", 403), ("docgia", 403), ("quantri", 200)] {
        assert_eq!(world.get(who, "/journal").status, status, "{who}");
    }
    let page = world.get("quantri", "/journal?who=quantri&deed=account.added");
    assert!(page.body.contains("banthu") && !page.body.contains("khóa tài khoản banthu</"));
    let file = world.get("quantri", "/journal?format=csv");
    assert!(file.body.lines().count() > 5);
}

pub(super) fn every_account_is_reviewed_each_quarter(world: &World) {
    assert_eq!(new_account(world, "rasoat", "commune-officer", "Xã Nhân Nghĩa").status, 200);
    let id = account_id(world, "rasoat");
    let page = || world.get("quantri", "/accounts/reviews").body;
    let line = |body: &str| {
        let at = body.find(&format!("/accounts/{id}\"")).unwrap();
        body[at..].split("</tr>").next().unwrap().to_owned()
    };
    let seen = line(&page());
    assert!(seen.contains("Cán bộ xã, phường – Xã Nhân Nghĩa") && seen.contains("Chưa rà soát"));
    assert!(!seen.contains("Quá hạn"), "it was added today");
    let old = format!("update account set created_at = '2026-01-01T00:00:00.000000Z' where id = '{id}'");
    world.app.db.write(|tx| -> crate::error::Result<_> { Ok(tx.execute(&old, &[])?) }).unwrap();
    assert!(line(&page()).contains("Quá hạn"));
    assert!(world.get("quantri", "/accounts").body.contains("quá hạn rà soát"));
    assert!(world.get("quantri", "/dashboard?place=25").body.contains("Tài khoản quá hạn rà soát"));
    assert!(!world.get("pv05", "/dashboard?place=25").body.contains("Tài khoản quá hạn rà soát"));
    let review = |who: &str, more: &[(&str, &str)]| {
        let mut fields = vec![("account", id.as_str())];
        fields.extend(more);
        world.post(who, "/accounts/reviews", &fields).status
    };
    assert_eq!(review("pv05", &[("outcome", "kept")]), 403);
    assert_eq!(review("quantri", &[("outcome", "changed")]), 422, "what was changed is told");
    let long = "ghi ".repeat(100);
    assert_eq!(review("quantri", &[("outcome", "kept"), ("note", &long)]), 422, "nothing is cut off silently");
    assert_eq!(world.post("quantri", "/accounts/reviews", &[("outcome", "kept")]).status, 422, "none was picked");
    assert_eq!(world.cell("select count(*) from account_review"), "0", "a refusal keeps nothing");
    assert_eq!(review("quantri", &[("outcome", "changed"), ("note", "Thu quyền ở xã cũ")]), 303);
    let seen = line(&page());
    assert!(seen.contains("Thu quyền ở xã cũ") && seen.contains("Quản trị") && !seen.contains("Quá hạn"));
    assert!(!world.get("quantri", "/dashboard?place=25").body.contains("Tài khoản quá hạn rà soát"));
    assert!(world.get("quantri", "/accounts/reviews?lang=en").body.contains("Changed"));
    world.get("quantri", "/accounts/reviews?lang=vi");
    let told = world.cell("select body from journal where deed = 'account.reviewed' order by at desc limit 1");
    assert!(told.contains("changed") && !told.contains("rasoat") && !told.contains("Thu quyền"), "{told}");
    assert!(world.get("quantri", "/journal?deed=account.reviewed").body.contains("Thu quyền ở xã cũ"));
    let file = world.get("quantri", "/accounts/reviews?format=csv").body;
    assert!(file.lines().any(|row| row.contains("rasoat") && row.contains("Thu quyền ở xã cũ")));
    assert_eq!(world.get("quantri", "/accounts/reviews?format=xlsx").status, 200);
    let grant = world.cell(&format!("select id from account_grant where account_id = '{id}'"));
    assert_eq!(world.post("quantri", &format!("/accounts/{id}/grant-end"), &[("grant", &grant)]).status, 303);
    assert!(line(&page()).contains("Không còn quyền nào"), "who can sign in is seen, though nothing may be done");
}

pub(super) fn a_session_ends_by_its_owner_and_with_its_account(world: &World) {
    let account = super::guard::new_account(world, "haimay");
    let enter = || sign_in(world, &Moment::of_the_clock(), "haimay", super::guard::PASSWORD).unwrap().token;
    let (here, there) = (enter(), enter());
    let is_in = |token: &str| world.get_by(token, "/points").status == 200;
    assert!(is_in(&here) && is_in(&there), "people work at several machines");
    let id = actions::token_hash(&there);
    let ended = [("session", id.as_str())];
    world.post("docgia", "/sessions/end", &ended);
    assert!(is_in(&there), "nobody ends another's session");
    assert_eq!(world.post_by(&here, "/sessions/end", &ended).status, 303);
    assert!(is_in(&here) && !is_in(&there));
    let path = format!("/accounts/{}/disabling", account.id);
    assert_eq!(world.post("quantri", &path, &[("disabled", "1")]).status, 303);
    assert!(!is_in(&here), "they end with their account");
    assert_eq!(world.post("quantri", &path, &[("disabled", "0")]).status, 303);
    assert!(!is_in(&here), "and do not come back with it");
}
