//! How accounts, grants and sessions are kept.

use store::{Row, Tx, Value};

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
}

fn account(row: &Row) -> Account {
    Account {
        id: row.text(0),
        user_name: row.text(1),
        name: row.text(2),
        password_hash: row.text(3),
        must_change: row.yes(4),
        disabled_on: row.text_or_null(5),
    }
}

/// An account by its user name, in any case.
pub fn by_user_name(tx: &mut Tx, user_name: &str) -> Result<Option<Account>> {
    let sql = "select id, user_name, name, password_hash, must_change, disabled_on from account where user_name = $1";
    Ok(tx.first(sql, &[fold::key(user_name).into()])?.map(|row| account(&row)))
}

/// Every account, by name.
pub fn all(tx: &mut Tx) -> Result<Vec<Account>> {
    let sql = "select id, user_name, name, password_hash, must_change, disabled_on from account order by user_name";
    Ok(tx.query(sql, &[])?.iter().map(account).collect())
}

/// Keeps a new account.
pub fn insert(tx: &mut Tx, account: &Account, now: &str) -> Result<()> {
    let sql = "insert into account (id, user_name, name, password_hash, must_change, created_at) values ($1, $2, $3, $4, $5, $6)";
    let values: [Value; 6] = [
        account.id.as_str().into(),
        account.user_name.as_str().into(),
        account.name.as_str().into(),
        account.password_hash.as_str().into(),
        account.must_change.into(),
        now.into(),
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
pub fn save_password(tx: &mut Tx, id: &str, hash: &str) -> Result<()> {
    let sql = "update account set password_hash = $2, must_change = 0 where id = $1";
    tx.execute(sql, &[id.into(), hash.into()])?;
    Ok(())
}

/// Keeps a grant: a role on a place, from a day to a day (exclusive).
pub fn insert_grant(tx: &mut Tx, account_id: &str, role: Role, place_id: &str, days: (&str, &str)) -> Result<()> {
    let sql =
        "insert into account_grant (id, account_id, role, place_id, from_on, to_on) values ($1, $2, $3, $4, $5, $6)";
    let id = crate::ids::new();
    tx.execute(
        sql,
        &[id.into(), account_id.into(), role.code().into(), place_id.into(), days.0.into(), days.1.into()],
    )?;
    Ok(())
}

/// The grants of an account that hold on a day.
pub fn grants(tx: &mut Tx, account_id: &str, on: &str) -> Result<Vec<Grant>> {
    let sql = "select role, place_id from account_grant where account_id = $1 and from_on <= $2 and to_on > $2";
    let rows = tx.query(sql, &[account_id.into(), on.into()])?;
    Ok(rows
        .iter()
        .filter_map(|row| Some(Grant { role: Role::from_code(row.str(0))?, place_id: row.text(1) }))
        .collect())
}

/// Who a session belongs to, if it is still good.
pub fn session_account(tx: &mut Tx, token_hash: &str, now: &str) -> Result<Option<Account>> {
    let sql = "select a.id, a.user_name, a.name, a.password_hash, a.must_change, a.disabled_on from session s \
               join account a on a.id = s.account_id \
               where s.token_hash = $1 and s.expires_at > $2 and a.disabled_on is null";
    Ok(tx.first(sql, &[token_hash.into(), now.into()])?.map(|row| account(&row)))
}

/// Keeps a new session.
pub fn insert_session(tx: &mut Tx, token_hash: &str, account_id: &str, times: (&str, &str)) -> Result<()> {
    let sql =
        "insert into session (token_hash, account_id, created_at, seen_at, expires_at) values ($1, $2, $3, $3, $4)";
    tx.execute(sql, &[token_hash.into(), account_id.into(), times.0.into(), times.1.into()])?;
    Ok(())
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

/// Notes a failed sign-in.
pub fn insert_failure(tx: &mut Tx, account_key: &str, address: &str, at: &str) -> Result<()> {
    let sql = "insert into sign_in_failure (account_key, address, at, id) values ($1, $2, $3, $4)";
    tx.execute(sql, &[account_key.into(), address.into(), at.into(), crate::ids::new().into()])?;
    Ok(())
}
