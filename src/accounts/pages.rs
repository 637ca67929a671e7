//! Accounts on pages: who may sign in, as what, where and how long; who may do what, and why.

use askama::Template;

use crate::accounts::actions::{self, MANNERS, NewAccount, NewGrant, STANDING};
use crate::accounts::links::{self, Link, Subject};
use crate::accounts::policy::Policy;
use crate::accounts::reviews;
use crate::accounts::second_step;
use crate::accounts::settings;
use crate::accounts::store::{self, Account, KeptGrant, Session};
use crate::app::App;
use crate::error::{Error, Result};
use crate::permissions::{Role, Verb};
use crate::places::place::{OPEN, Place};
use crate::places::store as places;
use crate::web::ask::Ask;
use crate::web::history::{self, History};
use crate::web::reply::{Reply, table_reply};
use crate::web::shell::{Faults, Shell, verb_key};
use crate::words::Words;
use crate::work::{Moment, Thing, Work};

#[derive(Template)]
#[template(path = "accounts/views/list.html")]
struct List {
    s: Shell,
    lines: Vec<Line>,
    may_manage: bool,
    /// Accounts that should have been gone through.
    n_overdue: i64,
}

struct Line {
    account: Account,
    role: &'static str,
    place: String,
    manner: String,
    from_on: String,
    to_on: String,
    state: &'static str,
}

impl Line {
    fn is_active(&self) -> bool {
        self.state == ACTIVE
    }
}

const ACTIVE: &str = "account-active";

/// Who may sign in, as what, where; only accounts whose places are within reach.
pub fn list(app: &App, work: &mut Work, ask: &Ask) -> Result<Reply> {
    let lines = lines(app, work)?;
    let w = ask.words();
    let place = ask.place(work)?;
    let province = places::province_of(work, place.pin_id()).unwrap_or_else(|_| "VN".into());
    let thing = Thing { province: &province, kind: "place", id: &place.id, pin: place.pin_id() };
    if ask.query("format").is_empty() {
        work.saw("accounts.read", &thing)?;
    } else {
        work.took("accounts.exported", &thing, serde_json::json!({ "n_rows": lines.len() }));
        return table_reply(&table(work, w, &lines), ask.query("format"), "tai-khoan");
    }
    let may_manage = work.actor.may(Verb::ManageAccounts);
    let s = Shell::new(work, ask, "accounts", w.t("nav-accounts"));
    let n_overdue = reviews::n_overdue(work)?;
    Reply::html(&List { s, lines, may_manage, n_overdue })
}

fn lines(app: &App, work: &mut Work) -> Result<Vec<Line>> {
    let today = work.today();
    let mut lines = Vec::new();
    for account in store::all(work.tx)? {
        let policy = app.flags.over(settings::of_account(work.tx, work.moment.today, &account.id)?);
        let state = state_of(&account, &policy, &work.moment);
        for grant in store::kept_grants(work.tx, &account.id)? {
            let holds = grant.from_on <= today && today < grant.to_on;
            if !holds || !work.reaches(Verb::ReadAccounts, &grant.place_id)? {
                continue;
            }
            lines.push(Line {
                role: grant.role.code(),
                place: places::by_id(work, &grant.place_id)?.name,
                manner: grant.manner,
                from_on: grant.from_on,
                state,
                to_on: if grant.to_on == OPEN { String::new() } else { grant.to_on },
                account: account.clone(),
            });
        }
    }
    Ok(lines)
}

fn state_of(account: &Account, policy: &Policy, moment: &Moment) -> &'static str {
    if account.disabled_on.is_some() {
        "account-disabled"
    } else if policy.is_unused(&account.used_on, moment.today) {
        "account-unused"
    } else {
        ACTIVE
    }
}

fn table(work: &Work, w: &Words, lines: &[Line]) -> sheets::Table {
    let text = |text: &str| sheets::OutCell::Text(text.to_owned());
    let day = |iso: &str| iso.parse().map_or(sheets::OutCell::Empty, sheets::OutCell::Date);
    let headings = [
        "user-name",
        "account-name",
        "account-role",
        "grant-manner",
        "column-place",
        "grant-from",
        "grant-until",
        "account-used",
        "state",
    ];
    sheets::Table {
        title_lines: vec![w.t("nav-accounts").to_owned(), fold::show_date(work.moment.today)],
        headings: headings.iter().map(|key| w.t(key).to_owned()).collect(),
        rows: lines
            .iter()
            .map(|line| {
                vec![
                    text(&line.account.user_name),
                    text(&line.account.name),
                    text(w.t(&format!("role-{}", line.role))),
                    text(w.t(&format!("manner-{}", line.manner))),
                    text(&line.place),
                    day(&line.from_on),
                    day(&line.to_on),
                    day(&line.account.used_on),
                    text(w.t(line.state)),
                ]
            })
            .collect(),
    }
}

#[derive(Template)]
#[template(path = "accounts/views/new.html")]
struct NewPage {
    s: Shell,
    faults: Faults,
    roles: Vec<&'static str>,
    fields: Vec<(String, String)>,
}

impl NewPage {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }
}

/// The form of a new account.
pub fn new(work: &mut Work, ask: &Ask) -> Result<Reply> {
    new_page(work, ask, Faults::default())
}

/// The same form after a refusal.
pub fn new_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    new_page(work, ask, Faults::of(error, ask.words()))
}

fn new_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let s = Shell::new(work, ask, "accounts", ask.words().t("account-new"));
    let roles = Role::ALL.map(Role::code).to_vec();
    Reply::html(&NewPage { s, faults, roles, fields: ask.form.clone() })
}

fn role_of(ask: &Ask) -> Result<Role> {
    Role::from_code(&ask.field("role")).ok_or_else(|| Error::field("role", "account-role-missing", ""))
}

/// The place of a form, by code or by its exact name with kind.
fn place_of(work: &mut Work, ask: &Ask) -> Result<Place> {
    let told = ask.field("place");
    let missing = || Error::field("place", "account-place-missing", told.clone());
    if told.is_empty() {
        return Err(missing());
    }
    if let Ok(place) = places::by_code(work, &told) {
        return Ok(place);
    }
    let today = work.today();
    let found = places::standing_by_name(work, &told, &today)?;
    match <[Place; 1]>::try_from(found) {
        Ok([place]) => Ok(place),
        Err(_) => Err(missing()),
    }
}

#[derive(Template)]
#[template(path = "accounts/views/password_once.html")]
struct OncePage {
    s: Shell,
    account: Account,
    password: String,
}

fn once(work: &Work, ask: &Ask, account: Account, password: String) -> Result<Reply> {
    let s = Shell::new(work, ask, "accounts", ask.words().t("account-once"));
    Reply::html(&OncePage { s, account, password })
}

/// Adds an account; its one-time password is shown once.
pub fn add(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let role = role_of(ask)?;
    let place = place_of(work, ask)?;
    let password = actions::one_time_password();
    let (user_name, name) = (ask.field("user_name"), ask.field("name"));
    let new = NewAccount {
        user_name: &user_name,
        name: &name,
        password: &password,
        role,
        place_id: &place.id,
        must_change: true,
    };
    let account = actions::add(work, &new)?;
    once(work, ask, account, password)
}

#[derive(Template)]
#[template(path = "accounts/views/account.html")]
struct AccountPage {
    s: Shell,
    faults: Faults,
    account: Account,
    grants: Vec<GrantLine>,
    sessions: Vec<Session>,
    has_second_step: bool,
    /// How the sign-in provider is called, where there is one; and the account's link with it.
    provider: String,
    link: Option<Link>,
    roles: Vec<&'static str>,
    manners: Vec<&'static str>,
    may_manage: bool,
    is_own: bool,
    history: History,
    fields: Vec<(String, String)>,
}

struct GrantLine {
    grant: KeptGrant,
    place: String,
    to_on: String,
    holds: bool,
    /// The place has ended and nobody can say which one follows.
    is_lost: bool,
}

impl AccountPage {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }
}

/// One account: its grants through time and where it is signed in.
pub fn show(work: &mut Work, ask: &Ask) -> Result<Reply> {
    account_page(work, ask, Faults::default())
}

/// The same page after a refusal.
pub fn show_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    account_page(work, ask, Faults::of(error, ask.words()))
}

fn account_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let account = actions::account_for(work, Verb::ReadAccounts, ask.param("id"))?;
    let may_manage = actions::account_for(work, Verb::ManageAccounts, ask.param("id")).is_ok();
    let today = work.today();
    let held = store::grants(work.tx, &account.id, &today)?;
    let mut grants = Vec::new();
    for grant in store::kept_grants(work.tx, &account.id)? {
        let place = places::by_id(work, &grant.place_id)?;
        let holds = grant.from_on <= today && today < grant.to_on;
        grants.push(GrantLine {
            is_lost: holds && place.has_ended(&today) && held.iter().any(|held| held.place_id == place.id),
            place: place.name,
            to_on: if grant.to_on == OPEN { String::new() } else { grant.to_on.clone() },
            holds,
            grant,
        });
    }
    let now = work.moment.now.clone();
    let named = ask.provider.as_ref();
    let page = AccountPage {
        provider: named.map_or_else(String::new, |named| named.name.clone()),
        link: named.map(|named| links::of(work.tx, &named.issuer, &account.id)).transpose()?.flatten(),
        s: Shell::new(work, ask, "accounts", account.name.clone()),
        faults,
        has_second_step: second_step::holds(work.tx, &account.id)?,
        sessions: store::sessions(work.tx, &account.id, &now)?,
        is_own: account.id == work.actor.account_id,
        history: history::of_thing(work, ask.words(), &account.id)?,
        account,
        grants,
        roles: Role::ALL.map(Role::code).to_vec(),
        manners: MANNERS.to_vec(),
        may_manage,
        fields: ask.form.clone(),
    };
    saw(work, "account.read", &page.account)?;
    Reply::html(&page)
}

/// Notes that someone looked at an account.
fn saw(work: &mut Work, deed: &'static str, account: &Account) -> Result<()> {
    let pin = actions::first_place(work, account)?;
    let province = places::province_of(work, &pin).unwrap_or_else(|_| "VN".into());
    work.saw(deed, &Thing { province: &province, kind: "account", id: &account.id, pin: &pin })
}

fn back(ask: &Ask) -> Reply {
    Reply::see(&format!("/accounts/{}", ask.param("id")))
}

/// Gives a role on a place.
pub fn grant(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let role = role_of(ask)?;
    let place = place_of(work, ask)?;
    let (from_on, to_on, manner) = (ask.date("from_on")?, ask.date("to_on")?, ask.field("manner"));
    let manner = if manner.is_empty() { STANDING.to_owned() } else { manner };
    let new = NewGrant { role, place_id: &place.id, from_on: &from_on, to_on: &to_on, manner: &manner };
    actions::grant(work, ask.param("id"), &new)?;
    Ok(back(ask))
}

/// Ends a grant.
pub fn end_grant(work: &mut Work, ask: &Ask) -> Result<Reply> {
    actions::end_grant(work, ask.param("id"), &ask.field("grant"))?;
    Ok(back(ask))
}

/// Disables an account, or lets it sign in again.
pub fn disable(work: &mut Work, ask: &Ask) -> Result<Reply> {
    actions::set_disabled(work, ask.param("id"), ask.field("disabled") == "1")?;
    Ok(back(ask))
}

/// Gives a new one-time password, shown once.
pub fn reset_password(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let password = actions::reset_password(work, ask.param("id"))?;
    let account = actions::account_for(work, Verb::ManageAccounts, ask.param("id"))?;
    once(work, ask, account, password)
}

/// Takes the second step from someone who has lost the phone and the printed codes.
pub fn end_second_step(work: &mut Work, ask: &Ask) -> Result<Reply> {
    second_step::end(work, ask.param("id"))?;
    Ok(back(ask))
}

/// Links an account with the subject that the provider's page has shown its owner.
pub fn link_provider(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let named = ask.provider.as_ref().ok_or(Error::Refused("provider-none"))?;
    links::link(work, ask.param("id"), &Subject { issuer: &named.issuer, subject: &ask.field("subject") })?;
    Ok(back(ask))
}

/// Unlinks it.
pub fn unlink_provider(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let named = ask.provider.as_ref().ok_or(Error::Refused("provider-none"))?;
    links::unlink(work, ask.param("id"), &named.issuer)?;
    Ok(back(ask))
}

/// Ends a session.
pub fn revoke_session(work: &mut Work, ask: &Ask) -> Result<Reply> {
    actions::revoke_session(work, ask.param("id"), &ask.field("session"))?;
    Ok(back(ask))
}

#[derive(Template)]
#[template(path = "accounts/views/rights.html")]
struct RightsPage {
    s: Shell,
    faults: Faults,
    roles: Vec<&'static str>,
    verbs: Vec<(String, String, Vec<bool>)>,
    user_name: String,
    place: String,
    why: Vec<Why>,
    asked: bool,
}

/// Whether an account may do something at a place today, and by which grant.
struct Why {
    verb: String,
    may: bool,
    because: String,
}

/// Who may do what: the one table; and why a person may do something at a place.
pub fn rights(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let w = ask.words();
    let verbs = Verb::ALL
        .into_iter()
        .map(|verb| {
            let may = Role::ALL.iter().map(|role| role.may(verb)).collect();
            (verb.word(), w.t(&verb_key(verb)).to_owned(), may)
        })
        .collect();
    let (user_name, place) = (ask.query("user").to_owned(), ask.query("where").to_owned());
    let asked = !user_name.is_empty() && !place.is_empty();
    let mut faults = Faults::default();
    let mut why = Vec::new();
    if asked {
        match explain(work, ask, &user_name, &place) {
            Ok(told) => why = told,
            Err(error @ (Error::Invalid(_) | Error::Refused(_))) => faults = Faults::of(&error, w),
            Err(error) => return Err(error),
        }
    }
    let s = Shell::new(work, ask, "accounts", w.t("rights-title"));
    Reply::html(&RightsPage {
        s,
        faults,
        roles: Role::ALL.map(Role::code).to_vec(),
        verbs,
        user_name,
        place,
        why,
        asked,
    })
}

fn explain(work: &mut Work, ask: &Ask, user_name: &str, told: &str) -> Result<Vec<Why>> {
    let unknown = || Error::field("user", "rights-user-unknown", user_name);
    let account = store::by_user_name(work.tx, user_name)?.ok_or_else(unknown)?;
    actions::account_for(work, Verb::ReadAccounts, &account.id).map_err(|_| unknown())?;
    saw(work, "account.read", &account)?;
    let today = work.today();
    let place = match places::by_code(work, told) {
        Ok(place) => place,
        Err(_) => {
            let found = places::standing_by_name(work, told, &today)?;
            let one =
                <[Place; 1]>::try_from(found).map_err(|_| Error::field("where", "account-place-missing", told))?;
            let [place] = one;
            place
        }
    };
    let w = ask.words();
    let grants = store::grants(work.tx, &account.id, &today)?;
    let mut why = Vec::new();
    for verb in Verb::ALL {
        let mut because = Vec::new();
        for grant in grants.iter().filter(|grant| grant.role.may(verb)) {
            if places::is_under(work, &grant.place_id, place.pin_id(), &today)? {
                let at = places::by_id(work, &grant.place_id)?.name;
                because.push(format!("{} – {at}", w.t(&format!("role-{}", grant.role.code()))));
            }
        }
        let may = !because.is_empty() && account.disabled_on.is_none();
        why.push(Why { verb: w.t(&verb_key(verb)).to_owned(), may, because: because.join("; ") });
    }
    Ok(why)
}
