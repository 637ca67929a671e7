//! What people do with accounts: sign in, sign out, be added, be disabled.

use std::sync::OnceLock;

use ::store::{Db, Tx};
use argon2::Argon2;
use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::accounts::store::{self, Account};
use crate::error::{Error, Result};
use crate::permissions::{Role, Verb};
use crate::places::place::OPEN;
use crate::work::{Actor, Moment, Thing, Work};

/// A session ends this many hours after it began (a working day).
const SESSION_HOURS: i64 = 12;
/// After this many failures from one address within a quarter of an hour, that address waits.
const MOST_FAILURES: i64 = 8;
const SHORTEST_PASSWORD: usize = 10;

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

/// Signs in; gives the session's token. One message for every way in which it can fail.
pub fn sign_in(db: &Db, moment: &Moment, user_name: &str, password: &str, address: &str) -> Result<String> {
    let key = fold::key(user_name);
    let since = later(&moment.now, -15 * 60)?;
    let (account, n_failures) = db.read(|tx| -> Result<_> {
        Ok((store::by_user_name(tx, user_name)?, store::n_failures(tx, &key, address, &since)?))
    })?;
    if n_failures >= MOST_FAILURES {
        return Err(Error::Refused("sign-in-wait"));
    }
    let good = fits(password, account.as_ref().map_or(nobody(), |account| &account.password_hash));
    match account.filter(|account| good && account.disabled_on.is_none()) {
        Some(account) => open_session(db, moment, &account),
        None => {
            db.write(|tx| store::insert_failure(tx, &key, address, &moment.now))?;
            Err(Error::Refused("sign-in-wrong"))
        }
    }
}

fn open_session(db: &Db, moment: &Moment, account: &Account) -> Result<String> {
    let token = crate::journal::hex(&rand::random::<[u8; 32]>());
    let until = later(&moment.now, SESSION_HOURS * 3600)?;
    db.write(|tx| store::insert_session(tx, &token_hash(&token), &account.id, (&moment.now, &until)))?;
    Ok(token)
}

/// A password for the first sign-in of a new account.
pub fn one_time_password() -> String {
    crate::journal::hex(&rand::random::<[u8; 6]>())
}

fn later(now: &str, seconds: i64) -> Result<String> {
    let at: jiff::Timestamp = now.parse().map_err(anyhow::Error::new)?;
    let moved = at.checked_add(jiff::SignedDuration::from_secs(seconds)).map_err(anyhow::Error::new)?;
    Ok(format!("{moved:.6}"))
}

/// The person behind a session token, with the grants of today.
pub fn actor_of(tx: &mut Tx, moment: &Moment, token: &str) -> Result<Option<(Account, Actor)>> {
    let Some(account) = store::session_account(tx, &token_hash(token), &moment.now)? else { return Ok(None) };
    let grants = store::grants(tx, &account.id, &moment.today.to_string())?;
    let actor = Actor { account_id: account.id.clone(), origin: "page".into(), grants };
    Ok(Some((account, actor)))
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
    };
    let now = work.moment.now.clone();
    let today = work.today();
    store::insert(work.tx, &account, &now)?;
    store::insert_grant(work.tx, &account.id, new.role, new.place_id, (&today, OPEN))?;
    let body = json!({ "user": account.user_name, "role": new.role.code(), "place": new.place_id });
    journal(work, "account.added", &account, new.place_id, &body)?;
    Ok(account)
}

fn journal(work: &mut Work, deed: &str, account: &Account, place_id: &str, body: &serde_json::Value) -> Result<()> {
    let province = crate::places::store::province_of(work, place_id).unwrap_or_else(|_| "VN".into());
    work.journal(deed, &Thing { province: &province, kind: "account", id: &account.id, pin: place_id }, body)
}

/// Disables an account from today on.
pub fn disable(work: &mut Work, user_name: &str) -> Result<()> {
    let account = store::by_user_name(work.tx, user_name)?.ok_or(Error::NotFound)?;
    let today = work.today();
    let grants = store::grants(work.tx, &account.id, &today)?;
    let place_id = grants.first().map_or_else(|| "VN".to_owned(), |grant| grant.place_id.clone());
    work.demand(Verb::ManageAccounts, Verb::ReadPlace, &place_id)?;
    store::disable(work.tx, &account.id, &today)?;
    journal(work, "account.disabled", &account, &place_id, &json!({ "user": account.user_name }))
}

/// Changes one's own password; the old one must be known.
pub fn change_password(db: &Db, user_name: &str, old: &str, new: &str) -> Result<()> {
    let account = db.read(|tx| store::by_user_name(tx, user_name))?.ok_or(Error::NotFound)?;
    if !fits(old, &account.password_hash) {
        return Err(Error::field("old", "password-old-wrong", ""));
    }
    if new.chars().count() < SHORTEST_PASSWORD {
        return Err(Error::field("new", "account-password-short", ""));
    }
    let hash = hash_password(new)?;
    db.write(|tx| store::save_password(tx, &account.id, &hash))
}
