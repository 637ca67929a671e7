//! Stories of signing in by the province's own provider.

use super::guard::{PASSWORD, door, in_seconds, new_account, set_phone};
use super::sso::{WRONG, Wrong};
use super::world::{Answer, World};
use crate::accounts::provider::Back;
use crate::accounts::second_step;
use crate::accounts::store::{self, Account};
use crate::work::Moment;

const COOKIE: &str = "diemsang-provider";

/// Goes to the provider, signs in there as a subject and comes back.
fn through(world: &World, subject: &str, wrong: Wrong) -> Answer {
    let sent = world.get("", "/sign-in/provider?after=/points");
    assert_eq!(sent.status, 303, "{}", sent.body);
    let back = world.sso.signs_in(&sent.location, subject, wrong);
    let answer = world.get_with_cookies(&format!("{COOKIE}={}", sent.cookie(COOKIE)), &back);
    let _ = world.sso.signs_in(&sent.location, subject, Wrong::Nothing);
    answer
}

fn by_password(world: &World, user_name: &str) -> String {
    world.post("", "/sign-in", &[("user_name", user_name), ("password", PASSWORD)]).token()
}

/// Links the account of a session, by its own page.
fn link(world: &World, session: &str, subject: &str) -> Answer {
    let page = world.post_by(session, "/security/provider", &[("password", PASSWORD)]);
    assert_eq!(page.status, 200, "{}", page.body);
    let address = page.body.split("href=\"https://sso").nth(1).unwrap().split('"').next().unwrap();
    let address = format!("https://sso{}", address.replace("&#38;", "&").replace("&amp;", "&"));
    assert!(address.contains("prompt=login"), "someone else may still be signed in there");
    let back = world.sso.signs_in(&address, subject, Wrong::Nothing);
    let cookies = format!("diemsang={session}; {COOKIE}={}", page.cookie(COOKIE));
    world.get_with_cookies(&cookies, &back)
}

fn linked(world: &World, user_name: &str, subject: &str) -> Account {
    let account = new_account(world, user_name);
    assert_eq!(link(world, &by_password(world, user_name), subject).location, "/security");
    account
}

pub(super) fn a_provider_says_who_has_come(world: &World) {
    let unlinked = through(world, "079-lan", Wrong::Nothing);
    assert_eq!(unlinked.status, 422);
    assert!(unlinked.body.contains("079-lan") && unlinked.body.contains("Liên kết"), "it is told what to do");
    assert!(unlinked.token().is_empty(), "no account is made");
    new_account(world, "qua-sso");
    let session = by_password(world, "qua-sso");
    let asked = world.post_by(&session, "/security/provider", &[("password", "sai")]);
    assert_eq!(asked.status, 422, "the password is asked for");
    assert_eq!(link(world, &session, "079-lan").location, "/security");
    assert!(world.get_by(&session, "/security").body.contains("Đã liên kết"));
    let kept = world.cell("select subject_hash from provider_link");
    let told = world.cell("select body from journal where deed = 'account.provider-linked'");
    assert!(
        told.contains("\"provider\":") && !told.contains("079-lan") && !kept.contains("079"),
        "no number of a person is kept"
    );
    let entered = through(world, "079-lan", Wrong::Nothing);
    assert_eq!((entered.status, entered.location.as_str()), (303, "/points"));
    let token = entered.token();
    assert_eq!(world.get_by(&token, "/points").status, 200);
    assert!(world.get_by(&token, "/sessions").body.contains("Nơi đăng nhập chung"));
    let left = world.post_by(&token, "/sign-out", &[]);
    assert_eq!(left.location, "/signed-out");
    assert!(world.get("", "/signed-out").body.contains("https://sso.phutho.example/end?client_id=diemsang"));
    assert!(world.get_by(&token, "/points").location.starts_with("/sign-in"));
    new_account(world, "quasso2");
    let other = link(world, &by_password(world, "quasso2"), "079-lan");
    assert_eq!(other.status, 422, "a subject stands for one account");
    assert_eq!(world.post_by(&session, "/security/provider-end", &[("password", PASSWORD)]).status, 303);
    assert_eq!(through(world, "079-lan", Wrong::Nothing).status, 422);
}

pub(super) fn a_wrong_answer_of_a_provider_opens_nothing(world: &World) {
    let account = linked(world, "saisso", "079-sai");
    for wrong in WRONG {
        let answer = through(world, "079-sai", wrong);
        assert_eq!((answer.status, answer.token().as_str()), (422, ""), "{wrong:?}");
    }
    let sent = world.get("", "/sign-in/provider");
    let cookie = format!("{COOKIE}={}", sent.cookie(COOKIE));
    let back = world.sso.signs_in(&sent.location, "079-sai", Wrong::Nothing);
    assert_eq!(world.get("", &back).status, 422, "another browser");
    let foreign = world.get("", "/sign-in/provider");
    let planted = format!("{COOKIE}={}", foreign.cookie(COOKIE));
    assert_eq!(world.get_with_cookies(&planted, &back).status, 422, "someone else's errand");
    let elsewhere = back.replace("sso.phutho", "sso.khac");
    assert_eq!(world.get_with_cookies(&cookie, &elsewhere).status, 422, "another provider");
    assert_eq!(world.get_with_cookies(&cookie, "/sign-in/provider/back?error=access_denied").status, 422);
    assert_eq!(world.get_with_cookies(&cookie, &back).status, 303);
    let again = world.sso.signs_in(&sent.location, "079-sai", Wrong::Nothing);
    assert_eq!(world.get_with_cookies(&cookie, &again).status, 422, "an errand is done once");
    let stolen = world.post_by(&by_password(world, "saisso"), "/security/provider", &[("password", PASSWORD)]);
    assert_eq!(stolen.status, 200);
    world.app.db.write(|tx| store::disable(tx, &account.id, "2026-01-01")).unwrap();
    assert_eq!(through(world, "079-sai", Wrong::Nothing).status, 422, "a disabled account");
}

pub(super) fn who_comes_by_a_provider_still_shows_the_second_step(world: &World) {
    let account = linked(world, "haibuocsso", "079-hai");
    set_phone(world, &account, &second_step::new_secret());
    let half = through(world, "079-hai", Wrong::Nothing);
    assert!(half.location.starts_with("/sign-in/second-step"), "{}", half.location);
    assert!(world.get_by(&half.token(), "/points").location.starts_with("/sign-in"));
    world.sso.proves_by(&["pwd", "mfa"]);
    let whole = through(world, "079-hai", Wrong::Nothing);
    assert_eq!(whole.location, "/points", "the provider has asked for both steps and says so");
    world.sso.proves_by(&["pwd"]);
    a_changed_key_is_found_a_little_later(world);
}

/// By moments that are told, so that a slow machine changes nothing.
fn a_changed_key_is_found_a_little_later(world: &World) {
    let first = in_seconds(60);
    let comes_after = |seconds: i64| {
        let at = Moment { today: first.today, now: first.after(seconds).unwrap() };
        let door = door(world, &at);
        let provider = world.app.provider.as_ref().unwrap();
        let sent = provider.send(&door, "", "/points").unwrap();
        let address = world.sso.signs_in(&sent.address, "079-hai", Wrong::Nothing);
        let code = address.split("code=").nth(1).unwrap().split('&').next().unwrap();
        provider.take(&door, &Back { state: &sent.token, code, issuer: "", token: &sent.token })
    };
    world.sso.changes_its_key();
    assert_eq!(comes_after(0).unwrap().subject, "079-hai", "the new keys are asked for");
    world.sso.changes_its_key();
    assert!(comes_after(5).is_err(), "but not at every whim");
    assert_eq!(comes_after(60).unwrap().subject, "079-hai", "a little later they are");
}

pub(super) fn an_administrator_links_and_unlinks(world: &World) {
    let account = new_account(world, "nhosso");
    let path = |end: &str| format!("/accounts/{}/provider-{end}", account.id);
    let subject = [("subject", "079-nho")];
    assert_eq!(world.post("pv05", &path("link"), &subject).status, 403);
    assert_eq!(world.post("quantri", &path("link"), &[("subject", "")]).status, 422);
    assert_eq!(world.post("quantri", &path("link"), &subject).status, 303);
    assert_eq!(world.post("quantri", &path("link"), &subject).status, 422, "it is linked already");
    assert!(world.get("quantri", &format!("/accounts/{}", account.id)).body.contains("Đã liên kết"));
    assert_eq!(world.post("quantri", &path("end"), &[]).status, 303);
    assert_eq!(world.post("quantri", &path("end"), &[]).status, 404);
}
