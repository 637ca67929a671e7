//! What people do with accounts: sign in, sign out, be added, be disabled.

use std::sync::OnceLock;

use ::store::Db;
use argon2::Argon2;
use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::accounts::policy::{Flags, Policy};
use crate::accounts::sessions::{self, Opening};
use crate::accounts::settings;
use crate::accounts::store::{self, Account, KeptGrant};
use crate::accounts::way::Way;
use crate::accounts::{passwords, second_step};
use crate::error::{Error, Result};
use crate::history::Told;
use crate::permissions::{Role, Verb};
use crate::places::place::OPEN;
use crate::work::{Actor, Moment, Thing, Work};

/// After this many failures from one address within a quarter of an hour, that address waits.
pub const MOST_FAILURES: i64 = 5;
/// So many days a failure is kept, for whoever reads the database after an attack.
const FAILURE_DAYS: i64 = 1;

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
    /// The tokens of sessions that this browser keeps: the present one, and those that were left.
    pub left: &'a [String],
}

/// Someone at the door: what is known of the time, of the rules and of where they stand.
#[derive(Clone, Copy)]
pub struct Door<'a> {
    pub db: &'a Db,
    /// What the command line sets, whatever provinces have set.
    pub flags: &'a Flags,
    pub moment: &'a Moment,
    pub from: From<'a>,
}

impl Door<'_> {
    /// The rules of signing in for an account.
    pub fn policy(&self, account: &Account) -> Result<Policy> {
        let set = self.db.read(|tx| settings::of_account(tx, self.moment.today, &account.id))?;
        Ok(self.flags.over(set))
    }
}

/// What signing in gave: the session's token, and whether it is half a session that wants the second step.
pub struct Entered {
    pub user_name: String,
    pub token: String,
    pub is_half: bool,
    /// The tokens of others' sessions that are left in this browser.
    pub left: Vec<String>,
}

/// Signs in; gives the session's token. One message for every way in which it can fail.
pub fn sign_in(door: &Door, user_name: &str, password: &str) -> Result<Entered> {
    let account = prove(door, user_name, password)?;
    enter(door, &account, Way::Password)
}

/// Lets the session go on that someone has left in this browser, or opens one: half a one, where a second step is
/// set and not shown yet.
pub fn enter(door: &Door, account: &Account, way: Way) -> Result<Entered> {
    if door.policy(account)?.is_unused(&account.used_on, door.moment.today) {
        return Err(Error::Refused("sign-in-unused"));
    }
    let (goes_on, left) = sessions::go_on(door, account)?;
    let user_name = account.user_name.clone();
    if let Some(token) = goes_on {
        return Ok(Entered { user_name, token, is_half: false, left });
    }
    let is_half = !way.is_both() && door.db.read(|tx| second_step::holds(tx, &account.id))?;
    let opening = if is_half { Opening::Half(way) } else { Opening::Whole(way) };
    Ok(Entered { user_name, token: sessions::open(door, account, opening)?, is_half, left })
}

/// The account whose password this is. Failures are counted by account and address, so that nobody can lock
/// someone else out.
pub fn prove(door: &Door, user_name: &str, password: &str) -> Result<Account> {
    refuse_if_too_often(door, user_name)?;
    let account = door.db.read(|tx| store::by_user_name(tx, user_name))?;
    let good = fits(password, account.as_ref().map_or(nobody(), |account| &account.password_hash));
    if let Some(account) = account.filter(|account| good && account.disabled_on.is_none()) {
        return Ok(account);
    }
    note_failure(door, user_name)?;
    Err(Error::Refused("sign-in-wrong"))
}

/// Refuses when a password or a code of this account was wrong from this address too often lately.
pub fn refuse_if_too_often(door: &Door, user_name: &str) -> Result<()> {
    let since = door.moment.after(-15 * 60)?;
    let n = door.db.read(|tx| store::n_failures(tx, &store::user_key(user_name), door.from.address, &since))?;
    if n >= MOST_FAILURES { Err(Error::Refused("sign-in-wait")) } else { Ok(()) }
}

/// Counts one more.
pub fn note_failure(door: &Door, user_name: &str) -> Result<()> {
    let old = door.moment.after(-FAILURE_DAYS * 24 * 3600)?;
    door.db.write(|tx| {
        store::forget_failures(tx, &old)?;
        store::insert_failure(tx, &store::user_key(user_name), door.from.address, &door.moment.now)
    })
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
    crate::journal::hex(&random_bytes::<8>())
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
    let user_name = store::user_key(new.user_name);
    if user_name.is_empty() {
        return Err(Error::field("user_name", "account-user-name-missing", new.user_name));
    }
    // A one-time password is random, and changed before anything else; others keep to the rules.
    if !new.must_change {
        Policy::default().take_password(new.password, false)?;
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
        password_on: work.today(),
        created_at: work.moment.now.clone(),
    };
    let from_on = work.today();
    store::insert(work.tx, &account)?;
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

/// The hash of a password that someone chose for an account: fit by the rules, and not easy to guess.
pub fn new_password_hash(door: &Door, account: &Account, password: &str) -> Result<String> {
    let has_second_step = door.db.read(|tx| second_step::holds(tx, &account.id))?;
    door.policy(account)?.take_password(password, has_second_step)?;
    if passwords::is_easy(password, &account.user_name) {
        return Err(Error::field("new", "account-password-easy", ""));
    }
    hash_password(password)
}

/// How many characters a new password of an account has at least.
pub fn shortest_password(door: &Door, account: &Account) -> Result<i64> {
    let has_second_step = door.db.read(|tx| second_step::holds(tx, &account.id))?;
    Ok(door.policy(account)?.shortest(has_second_step))
}

/// Someone who acts on the own account: no right is needed for that, and none is given.
pub fn oneself(account: &Account) -> Actor {
    Actor { account_id: account.id.clone(), origin: "page".into(), grants: Vec::new() }
}

/// Tells a deed with an account whose place is that of its latest grant. Whose it is, its id tells: a name in the
/// journal could not be erased.
pub fn journal_of_account(work: &mut Work, deed: &str, account: &Account) -> Result<()> {
    tell(work, deed, account, |told, _| Ok(told))
}

/// The same, with more to tell; what someone wrote goes into the account's envelope.
pub fn tell(
    work: &mut Work,
    deed: &str,
    account: &Account,
    more: impl for<'a> FnOnce(Told<'a>, &mut Work) -> Result<Told<'a>>,
) -> Result<()> {
    let place = first_place(work, account)?;
    let province = crate::places::store::province_of(work, &place).unwrap_or_else(|_| "VN".into());
    let thing = Thing { province: &province, kind: "account", id: &account.id, pin: &place };
    let told = more(Told::of(&thing), work)?;
    work.journal(deed, &thing, &told.body())
}

/// Changes one's own password; the old one must be known. All other sessions end.
pub fn change_password(door: &Door, account: &Account, new: &str, session_id: &str) -> Result<()> {
    let hash = new_password_hash(door, account, new)?;
    door.db.write(|tx| {
        store::save_password(tx, &account.id, &hash, &door.moment.today.to_string())?;
        store::end_sessions(tx, &account.id, session_id)?;
        let mut work = Work::new(tx, oneself(account), door.moment.clone());
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
