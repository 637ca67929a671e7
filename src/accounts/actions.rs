//! What people do with accounts: sign in, sign out, be added, be disabled.

use std::sync::OnceLock;

use ::store::{Db, Tx};
use argon2::Argon2;
use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::accounts::store::{self, Account, KeptGrant, Session};
use crate::accounts::{passwords, second_step};
use crate::error::{Error, Result};
use crate::permissions::{Role, Verb};
use crate::places::place::OPEN;
use crate::work::{Actor, Moment, Thing, Work};

/// A session ends this many hours after it began (a working day).
const SESSION_HOURS: i64 = 12;
const HALF_SESSION_MINUTES: i64 = 10;
/// After this many failures from one address within a quarter of an hour, that address waits.
pub const MOST_FAILURES: i64 = 8;
const SHORTEST_PASSWORD: usize = 10;
/// So much of what a browser calls itself is kept.
const LONGEST_AGENT: usize = 120;

/// A password as it is kept: argon2id with its own salt.
pub fn hash_password(password: &str) -> Result<String> {
    let salt = SaltString::generate(&mut OsRng);
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
    Ok(hash.map_err(|error| anyhow::anyhow!("argon2: {error}"))?.to_string())
}

fn fits(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// The hash of no account's password: checked when there is no account, so that time tells nothing.
fn nobody() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| hash_password("nobody").unwrap_or_default())
}

/// What is kept of a token: its hash.
pub fn token_hash(token: &str) -> String {
    crate::journal::hex(&Sha256::digest(token.as_bytes()))
}

/// From where someone signs in: the address that failures are counted by, and what the browser calls itself.
#[derive(Clone, Copy)]
pub struct From<'a> {
    pub address: &'a str,
    pub agent: &'a str,
}

/// What signing in gave: the session's token, and whether it is half a session that wants the second step.
pub struct Entered {
    pub token: String,
    pub is_half: bool,
}

/// Signs in; gives the session's token. One message for every way in which it can fail.
pub fn sign_in(db: &Db, moment: &Moment, user_name: &str, password: &str, from: From, idle: Idle) -> Result<Entered> {
    let account = prove(db, moment, user_name, password, from.address)?;
    if lies_unused(&account, moment, idle) {
        return Err(Error::Refused("sign-in-unused"));
    }
    let is_half = db.read(|tx| second_step::holds(tx, &account.id))?;
    Ok(Entered { token: open_session(db, moment, &account, from, is_half)?, is_half })
}

/// Has nobody used this account for too long?
pub fn lies_unused(account: &Account, moment: &Moment, idle: Idle) -> bool {
    let since = moment.today.saturating_sub(jiff::Span::new().days(idle.account_days));
    idle.account_days > 0 && account.used_on < since.to_string()
}

/// The account whose password this is. Failures are counted by account and address, so that nobody can lock
/// someone else out.
pub fn prove(db: &Db, moment: &Moment, user_name: &str, password: &str, address: &str) -> Result<Account> {
    if n_failures(db, moment, user_name, address)? >= MOST_FAILURES {
        return Err(Error::Refused("sign-in-wait"));
    }
    let account = db.read(|tx| store::by_user_name(tx, user_name))?;
    let good = fits(password, account.as_ref().map_or(nobody(), |account| &account.password_hash));
    if let Some(account) = account.filter(|account| good && account.disabled_on.is_none()) {
        return Ok(account);
    }
    note_failure(db, moment, user_name, address)?;
    Err(Error::Refused("sign-in-wrong"))
}

/// How often a password or a code of this account was wrong from this address lately.
pub fn n_failures(db: &Db, moment: &Moment, user_name: &str, address: &str) -> Result<i64> {
    let since = later(&moment.now, -15 * 60)?;
    db.read(|tx| store::n_failures(tx, &fold::key(user_name), address, &since))
}

/// Counts one more.
pub fn note_failure(db: &Db, moment: &Moment, user_name: &str, address: &str) -> Result<()> {
    db.write(|tx| store::insert_failure(tx, &fold::key(user_name), address, &moment.now))
}

/// Opens a session; half a one lasts for as long as it takes to read a code from a phone.
pub fn open_session(db: &Db, moment: &Moment, account: &Account, from: From, is_half: bool) -> Result<String> {
    let token = crate::journal::hex(&random_bytes::<32>());
    let until = later(&moment.now, if is_half { HALF_SESSION_MINUTES * 60 } else { SESSION_HOURS * 3600 })?;
    let session = Session {
        id: token_hash(&token),
        created_at: moment.now.clone(),
        seen_at: moment.now.clone(),
        address: from.address.to_owned(),
        agent: from.agent.chars().take(LONGEST_AGENT).collect(),
    };
    db.write(|tx| {
        if !is_half {
            store::touch_account(tx, &account.id, &moment.today.to_string())?;
        }
        store::insert_session(tx, &account.id, &session, &until, is_half)
    })?;
    Ok(token)
}

/// A hash as slow as that of a password, the same for the same salt: what is looked up by it need not be tried
/// row by row.
pub fn slow_hash(secret: &str, salt: &str) -> Result<String> {
    let mut out = [0; 32];
    let hashed = Argon2::default().hash_password_into(secret.as_bytes(), salt.as_bytes(), &mut out);
    hashed.map_err(|error| anyhow::anyhow!("argon2: {error}"))?;
    Ok(crate::journal::hex(&out))
}

/// Bytes that nobody can guess.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    crate::ids::secret()
}

/// A password for the first sign-in of a new account.
pub fn one_time_password() -> String {
    crate::journal::hex(&random_bytes::<6>())
}

fn later(now: &str, seconds: i64) -> Result<String> {
    let at: jiff::Timestamp = now.parse().map_err(anyhow::Error::new)?;
    let moved = at.checked_add(jiff::SignedDuration::from_secs(seconds)).map_err(anyhow::Error::new)?;
    Ok(format!("{moved:.6}"))
}

/// After how long without use a session is locked and an account is refused: the province's own settings.
#[derive(Clone, Copy, Debug)]
pub struct Idle {
    pub minutes: i64,
    pub administrator_minutes: i64,
    /// Days; 0 refuses no account.
    pub account_days: i64,
}

impl Default for Idle {
    fn default() -> Idle {
        Idle { minutes: 15, administrator_minutes: 5, account_days: 45 }
    }
}

/// Who is behind a session token.
pub struct Present {
    pub account: Account,
    pub actor: Actor,
    /// The session was last noted as used more than a minute ago.
    pub is_stale: bool,
}

/// The person behind a session token, with the grants of today; nobody when the session lay idle too long.
pub fn present(tx: &mut Tx, moment: &Moment, token: &str, idle: Idle) -> Result<Option<Present>> {
    let Some((account, seen_at)) = store::session_account(tx, &token_hash(token), &moment.now)? else {
        return Ok(None);
    };
    let grants = store::grants(tx, &account.id, &moment.today.to_string())?;
    let administers = grants.iter().any(|grant| grant.role == Role::Administrator);
    let minutes = if administers { idle.administrator_minutes } else { idle.minutes };
    if seen_at < later(&moment.now, -60 * minutes)? {
        return Ok(None);
    }
    let is_stale = seen_at < later(&moment.now, -60)?;
    let actor = Actor { account_id: account.id.clone(), origin: "page".into(), grants };
    Ok(Some(Present { account, actor, is_stale }))
}

/// What is needed to add an account.
pub struct NewAccount<'a> {
    pub user_name: &'a str,
    pub name: &'a str,
    pub password: &'a str,
    pub role: Role,
    pub place_id: &'a str,
    pub must_change: bool,
}

/// Adds an account with one grant.
pub fn add(work: &mut Work, new: &NewAccount) -> Result<Account> {
    work.demand(Verb::ManageAccounts, Verb::ReadPlace, new.place_id)?;
    let user_name = fold::key(new.user_name).replace(' ', "");
    if user_name.is_empty() {
        return Err(Error::field("user_name", "account-user-name-missing", new.user_name));
    }
    if new.password.chars().count() < SHORTEST_PASSWORD {
        return Err(Error::field("password", "account-password-short", ""));
    }
    if store::by_user_name(work.tx, &user_name)?.is_some() {
        return Err(Error::field("user_name", "account-user-name-taken", user_name));
    }
    let account = Account {
        id: crate::ids::new(),
        user_name,
        name: fold::clean(new.name),
        password_hash: hash_password(new.password)?,
        must_change: new.must_change,
        disabled_on: None,
        used_on: work.today(),
    };
    let now = work.moment.now.clone();
    let from_on = work.today();
    store::insert(work.tx, &account, &now)?;
    let grant = KeptGrant {
        id: crate::ids::new(),
        account_id: account.id.clone(),
        role: new.role,
        place_id: new.place_id.to_owned(),
        from_on,
        to_on: OPEN.into(),
        manner: STANDING.into(),
    };
    store::insert_grant(work.tx, &grant)?;
    let body = json!({ "role": new.role.code(), "place": new.place_id });
    journal(work, "account.added", &account, new.place_id, &body)?;
    Ok(account)
}

/// An account for a verb: seen when any of its places is within reach, managed when all it holds today are.
pub fn account_for(work: &mut Work, verb: Verb, id: &str) -> Result<Account> {
    let account = store::by_id(work.tx, id)?.ok_or(Error::NotFound)?;
    let today = work.today();
    let kept = store::kept_grants(work.tx, &account.id)?;
    let mut seen = false;
    let mut all = true;
    for grant in &kept {
        seen |= work.reaches(Verb::ReadAccounts, &grant.place_id)?;
        all &= grant.to_on <= today || work.reaches(verb, &grant.place_id)?;
    }
    match (seen, all) {
        (false, _) => Err(Error::NotFound),
        (true, false) => Err(Error::Forbidden(verb)),
        (true, true) => Ok(account),
    }
}

/// What an administrator fills in for a grant.
pub struct NewGrant<'a> {
    pub role: Role,
    pub place_id: &'a str,
    pub from_on: &'a str,
    /// Exclusive; empty when it stands until it is ended.
    pub to_on: &'a str,
    pub manner: &'a str,
}

/// A grant that stands until it is ended.
pub const STANDING: &str = "standing";
/// How a grant is held; the last two end by themselves.
pub const MANNERS: [&str; 3] = [STANDING, "acting", "seconded"];

/// Gives an account a role on a place; acting and seconded ones must name their end.
pub fn grant(work: &mut Work, id: &str, new: &NewGrant) -> Result<()> {
    let account = account_for(work, Verb::ManageAccounts, id)?;
    work.demand(Verb::ManageAccounts, Verb::ReadPlace, new.place_id)?;
    if !MANNERS.contains(&new.manner) {
        return Err(Error::field("manner", "grant-manner-missing", new.manner));
    }
    if new.from_on.is_empty() {
        return Err(Error::field("from_on", "grant-from-missing", ""));
    }
    let to_on = if new.to_on.is_empty() { OPEN } else { new.to_on };
    if new.manner != STANDING && to_on == OPEN {
        return Err(Error::field("to_on", "grant-end-missing", ""));
    }
    if to_on <= new.from_on {
        return Err(Error::field("to_on", "grant-end-before-beginning", to_on));
    }
    let grant = KeptGrant {
        id: crate::ids::new(),
        account_id: account.id.clone(),
        role: new.role,
        place_id: new.place_id.to_owned(),
        from_on: new.from_on.to_owned(),
        to_on: to_on.to_owned(),
        manner: new.manner.to_owned(),
    };
    store::insert_grant(work.tx, &grant)?;
    let body = json!({ "role": new.role.code(), "place": new.place_id, "from_on": grant.from_on, "to_on": grant.to_on,
                       "manner": grant.manner });
    journal(work, "account.granted", &account, new.place_id, &body)
}

/// Ends a grant from today on. Nobody takes the keys from the own hand.
pub fn end_grant(work: &mut Work, id: &str, grant_id: &str) -> Result<()> {
    let account = account_for(work, Verb::ManageAccounts, id)?;
    let kept = store::kept_grants(work.tx, &account.id)?;
    let grant = kept.iter().find(|grant| grant.id == grant_id).ok_or(Error::NotFound)?;
    if account.id == work.actor.account_id && grant.role.may(Verb::ManageAccounts) {
        return Err(Error::Refused("account-own"));
    }
    let today = work.today();
    store::end_grant(work.tx, grant_id, &today)?;
    let body = json!({ "role": grant.role.code(), "place": grant.place_id });
    journal(work, "account.grant-ended", &account, &grant.place_id, &body)
}

/// Lets an account sign in no more, or again.
pub fn set_disabled(work: &mut Work, id: &str, disabled: bool) -> Result<()> {
    let account = account_for(work, Verb::ManageAccounts, id)?;
    if account.id == work.actor.account_id {
        return Err(Error::Refused("account-own"));
    }
    let today = work.today();
    if disabled {
        store::disable(work.tx, &account.id, &today)?;
    } else {
        store::enable(work.tx, &account.id, &today)?;
    }
    let deed = if disabled { "account.disabled" } else { "account.enabled" };
    journal_of_account(work, deed, &account)
}

/// Gives a one-time password to someone who has lost theirs; it is told once and must be changed.
pub fn reset_password(work: &mut Work, id: &str) -> Result<String> {
    let account = account_for(work, Verb::ManageAccounts, id)?;
    let password = one_time_password();
    store::reset_password(work.tx, &account.id, &hash_password(&password)?)?;
    journal_of_account(work, "account.password-reset", &account)?;
    Ok(password)
}

/// Ends a session of an account; an administrator may end another's.
pub fn revoke_session(work: &mut Work, id: &str, session_id: &str) -> Result<()> {
    let account = account_for(work, Verb::ManageAccounts, id)?;
    if !store::end_session_of(work.tx, &account.id, session_id)? {
        return Err(Error::NotFound);
    }
    journal_of_account(work, "account.session-ended", &account)
}

/// The place of the latest grant; the country when there is none.
pub fn first_place(work: &mut Work, account: &Account) -> Result<String> {
    let grants = store::kept_grants(work.tx, &account.id)?;
    Ok(grants.into_iter().next().map_or_else(|| "VN".to_owned(), |grant| grant.place_id))
}

fn journal(work: &mut Work, deed: &str, account: &Account, place_id: &str, body: &serde_json::Value) -> Result<()> {
    let province = crate::places::store::province_of(work, place_id).unwrap_or_else(|_| "VN".into());
    work.journal(deed, &Thing { province: &province, kind: "account", id: &account.id, pin: place_id }, body)
}

/// Disables an account by its user name from today on, or lets it sign in again.
pub fn set_disabled_by_name(work: &mut Work, user_name: &str, disabled: bool) -> Result<()> {
    let account = store::by_user_name(work.tx, user_name)?.ok_or(Error::NotFound)?;
    set_disabled(work, &account.id, disabled)
}

/// The hash of a password that someone chose: long enough and not easy to guess.
pub fn new_password_hash(password: &str, user_name: &str) -> Result<String> {
    if password.chars().count() < SHORTEST_PASSWORD {
        return Err(Error::field("new", "account-password-short", ""));
    }
    if passwords::is_easy(password, user_name) {
        return Err(Error::field("new", "account-password-easy", ""));
    }
    hash_password(password)
}

/// Someone who acts on the own account: no right is needed for that, and none is given.
pub fn oneself(account: &Account) -> Actor {
    Actor { account_id: account.id.clone(), origin: "page".into(), grants: Vec::new() }
}

/// Tells a deed with an account whose place is that of its latest grant. Whose it is, its id tells: a name in the
/// journal could not be erased.
pub fn journal_of_account(work: &mut Work, deed: &str, account: &Account) -> Result<()> {
    journal_with(work, deed, account, &json!({}))
}

/// The same, with more to tell.
pub fn journal_with(work: &mut Work, deed: &str, account: &Account, body: &serde_json::Value) -> Result<()> {
    let place = first_place(work, account)?;
    journal(work, deed, account, &place, body)
}

/// Changes one's own password; the old one must be known. All other sessions end.
pub fn change_password(db: &Db, moment: &Moment, account: &Account, new: &str, session_id: &str) -> Result<()> {
    let hash = new_password_hash(new, &account.user_name)?;
    db.write(|tx| {
        store::save_password(tx, &account.id, &hash)?;
        store::end_sessions(tx, &account.id, session_id)?;
        let mut work = Work::new(tx, oneself(account), moment.clone());
        journal_of_account(&mut work, "account.password-changed", account)
    })
}

/// Takes whose it was out of an account that is no longer used: names, sessions, keys, codes. What it did stays.
pub fn wipe(work: &mut Work, account: &Account) -> Result<()> {
    let today = work.today();
    crate::envelopes::burn(work, &account.id)?;
    store::wipe(work.tx, account, crate::words::words(crate::words::Lang::Vi).t("account-erased"), &today)?;
    journal_of_account(work, "account.erased", account)
}
