//! A form acts once. Each carries a key; a second send of it, by a double click or by a browser that lost its
//! line, is given the first answer and does nothing. A program sends the key as the header `idempotency-key`.
//!
//! The key is taken in the transaction of the deed: a deed that is refused gives it back, and of two that come
//! at the same moment one waits for the other.

use store::Tx;

use crate::error::{Error, Result};
use crate::web::ask::Ask;
use crate::web::reply::Reply;

/// Longer answers of programs are not kept: their sender is told that the deed was done.
const LONGEST_BODY: usize = 64 * 1024;

/// What identifies one send: who, where, and the key.
pub struct Sent<'a> {
    account_id: String,
    path: &'a str,
    key: String,
}

impl<'a> Sent<'a> {
    /// What was sent; nothing when it bears no key.
    pub fn by(account_id: &str, ask: &'a Ask) -> Option<Sent<'a>> {
        let key = ask.once.clone().unwrap_or_else(|| ask.field("key"));
        (!key.is_empty()).then(|| Sent { account_id: account_id.to_owned(), path: &ask.path, key })
    }

    fn values(&self) -> [store::Value; 3] {
        [self.account_id.as_str().into(), self.path.into(), self.key.as_str().into()]
    }

    /// Takes the key; gives the first answer when it was taken before.
    pub fn take(&self, tx: &mut Tx, now: &str) -> Result<Option<Reply>> {
        let sql = "insert into sent_form (account_id, path, key, at, status, location, body) \
                   values ($1, $2, $3, $4, 0, '', '') on conflict do nothing";
        let mut values = self.values().to_vec();
        values.push(now.into());
        if tx.execute(sql, &values)? == 1 {
            return Ok(None);
        }
        let sql = "select status, location, body from sent_form where account_id = $1 and path = $2 and key = $3";
        let row = tx.first(sql, &self.values())?.ok_or(Error::Conflict)?;
        match (row.int(0), row.str(1), row.str(2)) {
            (303, location, _) => Ok(Some(Reply::see(location))),
            (_, _, "") => Err(Error::Refused("form-sent-before")),
            (status, _, body) => Ok(Some(Reply::json(body).status(u16::try_from(status).unwrap_or(200)))),
        }
    }

    /// Remembers what was answered.
    pub fn keep(&self, tx: &mut Tx, reply: &Reply) -> Result<()> {
        let location = reply.headers.iter().find(|(name, _)| *name == "location").map_or("", |(_, to)| to.as_str());
        let is_kept = reply.kind == "application/json" && reply.body.len() <= LONGEST_BODY;
        let body = if is_kept { String::from_utf8_lossy(&reply.body).into_owned() } else { String::new() };
        let sql = "update sent_form set status = $4, location = $5, body = $6 \
                   where account_id = $1 and path = $2 and key = $3";
        let mut values = self.values().to_vec();
        values.extend([i64::from(reply.status).into(), location.into(), body.into()]);
        tx.execute(sql, &values)?;
        Ok(())
    }
}
