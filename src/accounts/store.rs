//! How accounts, grants and sessions are kept.

use store::{Row, Tx, Value};

use crate::accounts::way::Way;
use crate::error::Result;
use crate::permissions::Role;
use crate::work::Grant;

/// An account.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: String,
    pub user_name: String,
    pub name: String,
    pub password_hash: String,
    pub must_change: bool,
    pub disabled_on: Option<String>,
    /// The day of the last sign-in; before the first, the day on which it was added.
    pub used_on: String,
    /// The day on which the password was chosen; before that was noted, the day on which the account was added.
    pub password_on: String,
    pub created_at: String,
}

const COLUMNS: &str = "a.id, a.user_name, a.name, a.password_hash, a.must_change, a.disabled_on, \
                       coalesce(a.used_on, substr(a.created_at, 1, 10)), \
                       coalesce(a.password_on, substr(a.created_at, 1, 10)), a.created_at";

fn account(row: &Row) -> Account {
    Account {
        id: row.text(0),
        user_name: row.text(1),
        name: row.text(2),
        password_hash: row.text(3),
        must_change: row.yes(4),
        disabled_on: row.text_or_null(5),
        used_on: row.text(6),
        password_on: row.text(7),
        created_at: row.text(8),
    }
}

/// A user name as it is kept and looked up: however it is typed, it is the same.
pub fn user_key(typed: &str) -> String {
    fold::key(typed).replace(' ', "")
}

/// An account by its user name, in any case.
pub fn by_user_name(tx: &mut Tx, user_name: &str) -> Result<Option<Account>> {
    let sql = format!("select {COLUMNS} from account a where user_name = $1");
    Ok(tx.first(&sql, &[user_key(user_name).into()])?.map(|row| account(&row)))
}

/// Every account, by name.
pub fn all(tx: &mut Tx) -> Result<Vec<Account>> {
    let sql = format!("select {COLUMNS} from account a order by user_name");
    Ok(tx.query(&sql, &[])?.iter().map(account).collect())
}

/// Keeps a new account.
pub fn insert(tx: &mut Tx, account: &Account) -> Result<()> {
    let sql = "insert into account (id, user_name, name, password_hash, must_change, created_at) values ($1, $2, $3, $4, $5, $6)";
    let values: [Value; 6] = [
        account.id.as_str().into(),
        account.user_name.as_str().into(),
        account.name.as_str().into(),
        account.password_hash.as_str().into(),
        account.must_change.into(),
        account.created_at.as_str().into(),
    ];
    tx.execute(sql, &values)?;
    Ok(())
}

/// Disables an account from a day on and ends its sessions.
pub fn disable(tx: &mut Tx, id: &str, on: &str) -> Result<()> {
    tx.execute("update account set disabled_on = $2 where id = $1", &[id.into(), on.into()])?;
    tx.execute("delete from session where account_id = $1", &[id.into()])?;
    Ok(())
}

/// Keeps a new password.
pub fn save_password(tx: &mut Tx, id: &str, hash: &str, on: &str) -> Result<()> {
    let sql = "update account set password_hash = $2, must_change = 0, password_on = $3 where id = $1";
    tx.execute(sql, &[id.into(), hash.into(), on.into()])?;
    Ok(())
}

/// A grant as it is kept: a role on a place, from a day to a day (exclusive).
#[derive(Clone, Debug)]
pub struct KeptGrant {
    pub id: String,
    pub account_id: String,
    pub role: Role,
    pub place_id: String,
    pub from_on: String,
    pub to_on: String,
    /// `standing`, or for a time: `acting`, `seconded`.
    pub manner: String,
}

/// Keeps a grant.
pub fn insert_grant(tx: &mut Tx, grant: &KeptGrant) -> Result<()> {
    let sql = "insert into account_grant (id, account_id, role, place_id, from_on, to_on, manner) \
               values ($1, $2, $3, $4, $5, $6, $7)";
    let values: [Value; 7] = [
        grant.id.as_str().into(),
        grant.account_id.as_str().into(),
        grant.role.code().into(),
        grant.place_id.as_str().into(),
        grant.from_on.as_str().into(),
        grant.to_on.as_str().into(),
        grant.manner.as_str().into(),
    ];
    tx.execute(sql, &values)?;
    Ok(())
}

/// Every grant an account has had, latest first.
pub fn kept_grants(tx: &mut Tx, account_id: &str) -> Result<Vec<KeptGrant>> {
    let sql = "select id, account_id, role, place_id, from_on, to_on, manner from account_grant where account_id = $1 \
               order by to_on desc, from_on desc, id";
    let rows = tx.query(sql, &[account_id.into()])?;
    Ok(rows
        .iter()
        .filter_map(|row| {
            Some(KeptGrant {
                id: row.text(0),
                account_id: row.text(1),
                role: Role::from_code(row.str(2))?,
                place_id: row.text(3),
                from_on: row.text(4),
                to_on: row.text(5),
                manner: row.text(6),
            })
        })
        .collect())
}

/// Ends a grant on a day; a grant that had not begun never holds.
pub fn end_grant(tx: &mut Tx, id: &str, on: &str) -> Result<()> {
    tx.execute("update account_grant set to_on = $2 where id = $1 and to_on > $2", &[id.into(), on.into()])?;
    Ok(())
}

/// The grants of an account that hold on a day. A grant on a place that has ended goes on at the place of the
/// same level that it went into whole; where it was divided, nobody can say, and the grant gives nothing.
pub fn grants(tx: &mut Tx, account_id: &str, on: &str) -> Result<Vec<Grant>> {
    let sql = "select g.role, coalesce(r.ancestor_id, g.place_id) from account_grant g \
               left join place p on p.id = g.place_id and p.to_on <= $2 \
               left join rollup r on r.place_id = p.id and r.level = p.level and r.from_on <= $2 and r.to_on > $2 \
               where g.account_id = $1 and g.from_on <= $2 and g.to_on > $2 order by g.from_on, g.id";
    let rows = tx.query(sql, &[account_id.into(), on.into()])?;
    Ok(rows
        .iter()
        .filter_map(|row| Some(Grant { role: Role::from_code(row.str(0))?, place_id: row.text(1) }))
        .collect())
}

/// An account by its id.
pub fn by_id(tx: &mut Tx, id: &str) -> Result<Option<Account>> {
    let sql = format!("select {COLUMNS} from account a where id = $1");
    Ok(tx.first(&sql, &[id.into()])?.map(|row| account(&row)))
}

/// Lets an account that was disabled or lay unused sign in again.
pub fn enable(tx: &mut Tx, id: &str, on: &str) -> Result<()> {
    tx.execute("update account set disabled_on = null, used_on = $2 where id = $1", &[id.into(), on.into()])?;
    Ok(())
}

/// Notes that an account is in use.
pub fn touch_account(tx: &mut Tx, id: &str, on: &str) -> Result<()> {
    tx.execute("update account set used_on = $2 where id = $1", &[id.into(), on.into()])?;
    Ok(())
}

/// Keeps a one-time password, which must be changed, and ends the account's sessions.
pub fn reset_password(tx: &mut Tx, id: &str, hash: &str) -> Result<()> {
    let sql = "update account set password_hash = $2, must_change = 1 where id = $1";
    tx.execute(sql, &[id.into(), hash.into()])?;
    tx.execute("delete from session where account_id = $1", &[id.into()])?;
    Ok(())
}

/// A session as its owner and the administrator see it. Its id is the hash of its token.
pub struct Session {
    pub id: String,
    pub created_at: String,
    pub seen_at: String,
    pub address: String,
    pub agent: String,
    pub way: Way,
    pub is_locked: bool,
}

/// The sessions of an account that are still good, latest first.
pub fn sessions(tx: &mut Tx, account_id: &str, now: &str) -> Result<Vec<Session>> {
    let sql = "select token_hash, created_at, seen_at, address, agent, way, locked_at from session \
               where account_id = $1 and expires_at > $2 and half = 0 order by seen_at desc, token_hash";
    let rows = tx.query(sql, &[account_id.into(), now.into()])?;
    Ok(rows
        .iter()
        .map(|row| Session {
            id: row.text(0),
            created_at: row.text(1),
            seen_at: row.text(2),
            address: row.text(3),
            agent: row.text(4),
            way: Way::from_code(row.str(5)),
            is_locked: row.text_or_null(6).is_some(),
        })
        .collect())
}

/// A session that is still good, and who it belongs to.
pub struct Bearer {
    pub account: Account,
    pub seen_at: String,
    pub way: Way,
}

/// Who a session belongs to, if it is still good, and when it was last used.
pub fn session_account(tx: &mut Tx, token_hash: &str, now: &str) -> Result<Option<Bearer>> {
    let sql = format!(
        "select {COLUMNS}, s.seen_at, s.way from session s join account a on a.id = s.account_id \
         where s.token_hash = $1 and s.expires_at > $2 and a.disabled_on is null and s.half = 0 \
         and s.locked_at is null"
    );
    let bearer = |row: &Row| Bearer { account: account(row), seen_at: row.text(9), way: Way::from_code(row.str(10)) };
    Ok(tx.first(&sql, &[token_hash.into(), now.into()])?.as_ref().map(bearer))
}

/// Who a session belongs to that is still within its life, be it locked or left idle or not.
pub fn left_account(tx: &mut Tx, token_hash: &str, now: &str) -> Result<Option<Account>> {
    let sql = format!(
        "select {COLUMNS} from session s join account a on a.id = s.account_id \
         where s.token_hash = $1 and s.expires_at > $2 and a.disabled_on is null and s.half = 0"
    );
    Ok(tx.first(&sql, &[token_hash.into(), now.into()])?.map(|row| account(&row)))
}

/// Locks a session.
pub fn lock_session(tx: &mut Tx, token_hash: &str, now: &str) -> Result<()> {
    let sql = "update session set locked_at = $2 where token_hash = $1 and half = 0 and locked_at is null";
    tx.execute(sql, &[token_hash.into(), now.into()])?;
    Ok(())
}

/// Lets a session go on under a new token, from where its person is now; false when it is gone.
pub fn resume_session(tx: &mut Tx, token_hash: &str, now: &Session) -> Result<bool> {
    let sql = "update session set token_hash = $2, seen_at = $3, address = $4, agent = $5, locked_at = null \
               where token_hash = $1 and half = 0";
    let values: [Value; 5] = [
        token_hash.into(),
        now.id.as_str().into(),
        now.seen_at.as_str().into(),
        now.address.as_str().into(),
        now.agent.as_str().into(),
    ];
    Ok(tx.execute(sql, &values)? == 1)
}

/// Ends the sessions whose time is over.
pub fn forget_sessions(tx: &mut Tx, now: &str) -> Result<()> {
    tx.execute("delete from session where expires_at <= $1", &[now.into()])?;
    Ok(())
}

/// Who half a session belongs to, if there is still time.
pub fn half_session_account(tx: &mut Tx, token_hash: &str, now: &str) -> Result<Option<Account>> {
    let sql = format!(
        "select {COLUMNS} from session s join account a on a.id = s.account_id \
         where s.token_hash = $1 and s.expires_at > $2 and a.disabled_on is null and s.half = 1"
    );
    Ok(tx.first(&sql, &[token_hash.into(), now.into()])?.map(|row| account(&row)))
}

/// Ends all sessions of an account but one.
pub fn end_sessions(tx: &mut Tx, account_id: &str, but: &str) -> Result<()> {
    let sql = "delete from session where account_id = $1 and token_hash <> $2";
    tx.execute(sql, &[account_id.into(), but.into()])?;
    Ok(())
}

/// Notes that a session is in use.
pub fn touch_session(tx: &mut Tx, token_hash: &str, now: &str) -> Result<()> {
    tx.execute("update session set seen_at = $2 where token_hash = $1", &[token_hash.into(), now.into()])?;
    Ok(())
}

/// Keeps a new session.
pub fn insert_session(tx: &mut Tx, account_id: &str, session: &Session, expires_at: &str, is_half: bool) -> Result<()> {
    let sql = "insert into session (token_hash, account_id, created_at, seen_at, expires_at, address, agent, half, way) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let values: [Value; 9] = [
        session.id.as_str().into(),
        account_id.into(),
        session.created_at.as_str().into(),
        session.seen_at.as_str().into(),
        expires_at.into(),
        session.address.as_str().into(),
        session.agent.as_str().into(),
        is_half.into(),
        session.way.code().into(),
    ];
    tx.execute(sql, &values)?;
    Ok(())
}

/// Ends a session of an account; false when it has none like this.
pub fn end_session_of(tx: &mut Tx, account_id: &str, id: &str) -> Result<bool> {
    let sql = "delete from session where account_id = $1 and token_hash = $2";
    Ok(tx.execute(sql, &[account_id.into(), id.into()])? > 0)
}

/// Ends half a session; tells by which way it was opened.
pub fn end_half_session(tx: &mut Tx, token_hash: &str) -> Result<Option<Way>> {
    let sql = "delete from session where token_hash = $1 and half = 1 returning way";
    Ok(tx.first(sql, &[token_hash.into()])?.map(|row| Way::from_code(row.str(0))))
}

/// The way by which a session was opened.
pub fn way_of_session(tx: &mut Tx, token_hash: &str) -> Result<Option<Way>> {
    let row = tx.first("select way from session where token_hash = $1", &[token_hash.into()])?;
    Ok(row.map(|row| Way::from_code(row.str(0))))
}

/// Ends a session.
pub fn end_session(tx: &mut Tx, token_hash: &str) -> Result<()> {
    tx.execute("delete from session where token_hash = $1", &[token_hash.into()])?;
    Ok(())
}

/// How often signing in to this account from this address failed since a moment.
pub fn n_failures(tx: &mut Tx, account_key: &str, address: &str, since: &str) -> Result<i64> {
    let sql = "select count(*) from sign_in_failure where account_key = $1 and address = $2 and at > $3";
    Ok(tx.first(sql, &[account_key.into(), address.into(), since.into()])?.map_or(0, |row| row.int(0)))
}

/// Forgets failures of a while ago.
pub fn forget_failures(tx: &mut Tx, until: &str) -> Result<()> {
    tx.execute("delete from sign_in_failure where at <= $1", &[until.into()])?;
    Ok(())
}

/// Notes a failed sign-in.
pub fn insert_failure(tx: &mut Tx, account_key: &str, address: &str, at: &str) -> Result<()> {
    let sql = "insert into sign_in_failure (account_key, address, at, id) values ($1, $2, $3, $4)";
    tx.execute(sql, &[account_key.into(), address.into(), at.into(), crate::ids::new().into()])?;
    Ok(())
}

/// The accounts that belong to a person of the register.
pub fn of_person(tx: &mut Tx, person_id: &str) -> Result<Vec<Account>> {
    let sql = format!("select {COLUMNS} from account a where person_id = $1 order by user_name");
    Ok(tx.query(&sql, &[person_id.into()])?.iter().map(account).collect())
}

/// Takes everything that tells whose it was out of an account and its ways in.
pub fn wipe(tx: &mut Tx, account: &Account, label: &str, on: &str) -> Result<()> {
    let sql = "update account set user_name = $2, name = $3, password_hash = '', must_change = 0, \
               disabled_on = coalesce(disabled_on, $4), person_id = null where id = $1";
    let id = account.id.as_str();
    tx.execute(sql, &[id.into(), format!("{ERASED}{id}").into(), label.into(), on.into()])?;
    const WAYS: [&str; 8] =
        ["session", "api_token", "second_step", "recovery_code", "passkey", "provider_link", "challenge", "sent_form"];
    for table in WAYS {
        tx.execute(&format!("delete from {table} where account_id = $1"), &[id.into()])?;
    }
    tx.execute("update account_review set note = '' where account_id = $1", &[id.into()])?;
    tx.execute("delete from sign_in_failure where account_key = $1", &[account.user_name.as_str().into()])?;
    Ok(())
}

/// So the user names of erased accounts begin; nobody can type them.
pub const ERASED: &str = "~";
