//! Keys for programs that ask the API in someone's name. A key may never do more than its account, and less
//! where it is for reading only or for one place.

use ::store::{Row, Tx};

use crate::accounts::actions;
use crate::accounts::store::{self, Account};
use crate::error::{Error, Result};
use crate::permissions::Verb;
use crate::places::place::Place;
use crate::places::store as places;
use crate::work::{Actor, Grant, Moment, Work};

/// Every key begins so: a key that leaked into a file can be searched for.
const PREFIX: &str = "diemsang_";
/// Beyond so many days a key must be made anew.
const MOST_DAYS: i64 = 366;

/// A key as its owner sees it; the key itself is shown once, when it is made.
pub struct Token {
    pub id: String,
    pub name: String,
    pub may_write: bool,
    /// Empty: everywhere that the account reaches.
    pub place_id: String,
    pub used_at: Option<String>,
    /// Exclusive.
    pub to_on: String,
}

/// What is filled in for a new key.
pub struct NewToken<'a> {
    pub name: &'a str,
    pub may_write: bool,
    pub place: Option<&'a Place>,
    pub to_on: &'a str,
}

fn token(row: &Row) -> Token {
    Token {
        id: row.text(0),
        name: row.text(1),
        may_write: row.yes(2),
        place_id: row.text(3),
        used_at: row.text_or_null(4),
        to_on: row.text(5),
    }
}

/// One's own keys, latest first.
pub fn own(work: &mut Work) -> Result<Vec<Token>> {
    let sql = "select id, name, may_write, place_id, used_at, to_on from api_token \
               where account_id = $1 order by created_at desc, id";
    let account = work.actor.account_id.clone();
    Ok(work.query(sql, &[account.into()])?.iter().map(token).collect())
}

fn myself(work: &mut Work) -> Result<Account> {
    let id = work.actor.account_id.clone();
    store::by_id(work.tx, &id)?.ok_or(Error::NotFound)
}

/// Makes a key; what is given back is told once and kept as a hash.
pub fn make(work: &mut Work, new: &NewToken) -> Result<String> {
    let account = myself(work)?;
    if new.name.is_empty() {
        return Err(Error::field("name", "token-name-missing", ""));
    }
    let last = work.moment.today.checked_add(jiff::Span::new().days(MOST_DAYS)).map_err(anyhow::Error::new)?;
    if new.to_on.is_empty() || new.to_on <= work.today().as_str() || new.to_on > last.to_string().as_str() {
        return Err(Error::field("to_on", "token-end-unfit", new.to_on));
    }
    let place_id = match new.place {
        Some(place) if work.reaches(Verb::ReadPlace, place.pin_id())? => place.pin_id().to_owned(),
        Some(_) => return Err(Error::field("place", "account-place-missing", "")),
        None => String::new(),
    };
    let key = format!("{PREFIX}{}", crate::journal::hex(&actions::random_bytes::<24>()));
    let sql = "insert into api_token (id, account_id, name, token_hash, may_write, place_id, created_at, to_on) \
               values ($1, $2, $3, $4, $5, $6, $7, $8)";
    let now = work.moment.now.clone();
    let values = [
        crate::ids::new().into(),
        account.id.as_str().into(),
        new.name.into(),
        actions::token_hash(&key).into(),
        new.may_write.into(),
        place_id.as_str().into(),
        now.into(),
        new.to_on.into(),
    ];
    work.execute(sql, &values)?;
    actions::tell(work, "account.token-made", &account, |told, work| {
        let told = told.fact("may_write", new.may_write).fact("place", place_id.as_str()).fact("to_on", new.to_on);
        told.text(work, "token", new.name)
    })?;
    Ok(key)
}

/// Ends one of one's own keys.
pub fn end(work: &mut Work, id: &str) -> Result<()> {
    let account = myself(work)?;
    let sql = "delete from api_token where id = $1 and account_id = $2";
    if work.execute(sql, &[id.into(), account.id.as_str().into()])? == 0 {
        return Err(Error::NotFound);
    }
    actions::journal_of_account(work, "account.token-ended", &account)
}

/// Who asks by a key.
pub struct Bearer {
    pub account: Account,
    pub actor: Actor,
    pub token: Token,
    /// The key was last noted as used on an earlier day.
    pub is_stale: bool,
}

/// The person behind a key that is still good, with the grants of today as far as the key goes.
pub fn bearer(tx: &mut Tx, moment: &Moment, key: &str) -> Result<Option<Bearer>> {
    let sql = "select id, name, may_write, place_id, used_at, to_on, account_id from api_token \
               where token_hash = $1 and to_on > $2";
    let today = moment.today.to_string();
    let Some(row) = tx.first(sql, &[actions::token_hash(key).into(), today.as_str().into()])? else {
        return Ok(None);
    };
    let token = token(&row);
    let account = store::by_id(tx, row.str(6))?.filter(|account| account.disabled_on.is_none());
    let Some(account) = account else { return Ok(None) };
    let held = store::grants(tx, &account.id, &today)?;
    let grants = narrowed(tx, moment, held, &token.place_id)?;
    let is_stale = token.used_at.as_ref().is_none_or(|used| used.get(..10) != moment.now.get(..10));
    let actor = Actor { account_id: account.id.clone(), origin: "api".into(), grants };
    Ok(Some(Bearer { account, actor, token, is_stale }))
}

/// What of grants lies in one place: those below it stay, those above shrink to it.
fn narrowed(tx: &mut Tx, moment: &Moment, held: Vec<Grant>, place_id: &str) -> Result<Vec<Grant>> {
    if place_id.is_empty() {
        return Ok(held);
    }
    let today = moment.today.to_string();
    let nobody = Actor { account_id: String::new(), origin: String::new(), grants: Vec::new() };
    let mut work = Work::new(tx, nobody, moment.clone());
    let mut kept = Vec::new();
    for grant in held {
        if places::is_under(&mut work, place_id, &grant.place_id, &today)? {
            kept.push(grant);
        } else if places::is_under(&mut work, &grant.place_id, place_id, &today)? {
            kept.push(Grant { place_id: place_id.to_owned(), ..grant });
        }
    }
    Ok(kept)
}

/// Notes that a key was used, once a day.
pub fn touch(tx: &mut Tx, id: &str, now: &str) -> Result<()> {
    tx.execute("update api_token set used_at = $2 where id = $1", &[id.into(), now.into()])?;
    let sql = "update account set used_on = $2 where id = (select account_id from api_token where id = $1)";
    tx.execute(sql, &[id.into(), now.get(..10).into()])?;
    Ok(())
}
