//! What was asked of a device or a sign-in provider and waits for its answer. It is kept here, not in the
//! browser; the browser holds a token of it. It is good for minutes, and once.

use ::store::{Db, Tx};

use crate::accounts::actions;
use crate::error::{Error, Result};
use crate::work::Moment;

/// What an answer is wanted for: one that was asked for something else does not count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    NewPasskey,
    SignIn,
    SecondStep,
    Provider,
}

impl Purpose {
    fn code(self) -> &'static str {
        match self {
            Purpose::NewPasskey => "new-passkey",
            Purpose::SignIn => "sign-in",
            Purpose::SecondStep => "second-step",
            Purpose::Provider => "provider",
        }
    }

    /// Time enough to find the device, or to sign in at the provider.
    fn minutes(self) -> i64 {
        match self {
            Purpose::NewPasskey | Purpose::SignIn | Purpose::SecondStep => 5,
            Purpose::Provider => 10,
        }
    }
}

/// So many may wait for one address at once: the rows of strangers stay few, and an address that asks too often
/// waits alone.
const MOST_WAITING: i64 = 100;

/// What is asked: for what, of whom, from where.
pub struct Challenge<'a> {
    pub purpose: Purpose,
    /// Empty while nobody is known yet.
    pub account_id: &'a str,
    pub address: &'a str,
    /// What the answer will be checked against.
    pub body: &'a str,
}

/// Keeps it; gives the token by which the answer names it.
pub fn keep(db: &Db, moment: &Moment, new: &Challenge) -> Result<String> {
    let token = crate::journal::hex(&actions::random_bytes::<32>());
    let until = moment.after(new.purpose.minutes() * 60)?;
    db.write(|tx| {
        tx.execute("delete from challenge where expires_at <= $1", &[moment.now.as_str().into()])?;
        if n_waiting(tx, new.address)? >= MOST_WAITING {
            return Err(Error::Refused("challenge-too-many"));
        }
        let sql = "insert into challenge (token_hash, purpose, account_id, address, body, created_at, expires_at) \
                   values ($1, $2, $3, $4, $5, $6, $7)";
        let values = [
            actions::token_hash(&token).into(),
            new.purpose.code().into(),
            new.account_id.into(),
            new.address.into(),
            new.body.into(),
            moment.now.as_str().into(),
            until.into(),
        ];
        tx.execute(sql, &values)?;
        Ok(())
    })?;
    Ok(token)
}

fn n_waiting(tx: &mut Tx, address: &str) -> Result<i64> {
    let sql = "select count(*) from challenge where address = $1";
    Ok(tx.first(sql, &[address.into()])?.map_or(0, |row| row.int(0)))
}

/// What was asked, and of whom; it cannot be taken again.
pub struct Taken {
    pub account_id: String,
    pub body: String,
}

/// Takes what was asked under a token, whatever becomes of the answer.
pub fn take(db: &Db, moment: &Moment, purpose: Purpose, token: &str) -> Result<Taken> {
    let sql = "delete from challenge where token_hash = $1 and purpose = $2 and expires_at > $3 \
               returning account_id, body";
    let values = [actions::token_hash(token).into(), purpose.code().into(), moment.now.as_str().into()];
    let row = db.write(|tx| -> Result<_> { Ok(tx.first(sql, &values)?) })?;
    row.map(|row| Taken { account_id: row.text(0), body: row.text(1) }).ok_or(Error::Refused("challenge-over"))
}
