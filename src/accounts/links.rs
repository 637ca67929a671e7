//! Links: which account a subject of the sign-in provider stands for. Made by the person while signed in, or by an
//! administrator; never by a name or an e-mail that happens to be the same. Of the subject a slow hash is kept,
//! because some providers put a person's own number there.

use crate::accounts::actions::{self, Door};
use crate::accounts::store::{self, Account};
use crate::error::{Error, Result};
use crate::permissions::Verb;
use crate::work::{Moment, Work};
use ::store::Tx;

/// The longest subject that the standard allows.
const LONGEST_SUBJECT: usize = 255;

/// A link as its owner and the administrator see it.
pub struct Link {
    pub created_at: String,
    pub used_at: Option<String>,
    /// The name of who made it.
    pub linked_by: String,
}

/// A subject of a provider.
pub struct Subject<'a> {
    pub issuer: &'a str,
    pub subject: &'a str,
}

impl Subject<'_> {
    fn hash(&self) -> Result<String> {
        // The salt is the provider's own; it need not be secret, and is long enough for any address.
        actions::slow_hash(self.subject, &format!("provider {}", self.issuer))
    }
}

/// The account that a subject stands for, noted as used.
pub fn account_of(door: &Door, subject: &Subject) -> Result<Option<Account>> {
    let hash = subject.hash()?;
    door.db.write(|tx| {
        let sql = "update provider_link set used_at = $3 where issuer = $1 and subject_hash = $2 returning account_id";
        let values = [subject.issuer.into(), hash.into(), door.moment.now.as_str().into()];
        let Some(row) = tx.first(sql, &values)? else { return Ok(None) };
        store::by_id(tx, row.str(0))
    })
}

/// The link of an account with a provider.
pub fn of(tx: &mut Tx, issuer: &str, account_id: &str) -> Result<Option<Link>> {
    let sql = "select l.created_at, l.used_at, coalesce(a.name, l.linked_by) from provider_link l \
               left join account a on a.id = l.linked_by where l.issuer = $1 and l.account_id = $2";
    let row = tx.first(sql, &[issuer.into(), account_id.into()])?;
    Ok(row.map(|row| Link { created_at: row.text(0), used_at: row.text_or_null(1), linked_by: row.text(2) }))
}

/// Links one's own account: the password was told before, and the provider has said who this is.
pub fn link_own(door: &Door, account: &Account, subject: &Subject, own_session: &str) -> Result<()> {
    let hash = subject.hash()?;
    door.db.write(|tx| {
        let mut work = own_work(tx, door.moment, account);
        insert(&mut work, account, subject.issuer, &hash)?;
        store::end_sessions(work.tx, &account.id, own_session)
    })
}

/// Unlinks one's own account.
pub fn unlink_own(door: &Door, account: &Account, issuer: &str) -> Result<()> {
    door.db.write(|tx| remove(&mut own_work(tx, door.moment, account), account, issuer))
}

fn own_work<'w, 't>(tx: &'w mut Tx<'t>, moment: &Moment, account: &Account) -> Work<'w, 't> {
    Work::new(tx, actions::oneself(account), moment.clone())
}

/// Links someone's account, by the code that the provider's page showed them.
pub fn link(work: &mut Work, id: &str, subject: &Subject) -> Result<()> {
    let account = actions::account_for(work, Verb::ManageAccounts, id)?;
    if subject.subject.is_empty() || subject.subject.len() > LONGEST_SUBJECT {
        return Err(Error::field("subject", "provider-subject-missing", ""));
    }
    let hash = subject.hash()?;
    insert(work, &account, subject.issuer, &hash)
}

/// Unlinks someone's account; the sessions it has go on until they end.
pub fn unlink(work: &mut Work, id: &str, issuer: &str) -> Result<()> {
    let account = actions::account_for(work, Verb::ManageAccounts, id)?;
    remove(work, &account, issuer)
}

fn insert(work: &mut Work, account: &Account, issuer: &str, hash: &str) -> Result<()> {
    let sql = "select 1 from provider_link where issuer = $1 and (subject_hash = $2 or account_id = $3)";
    if work.first(sql, &[issuer.into(), hash.into(), account.id.as_str().into()])?.is_some() {
        return Err(Error::Refused("provider-linked-already"));
    }
    let sql = "insert into provider_link (issuer, subject_hash, account_id, linked_by, created_at) \
               values ($1, $2, $3, $4, $5)";
    let (by, now) = (work.actor.account_id.clone(), work.moment.now.clone());
    work.execute(sql, &[issuer.into(), hash.into(), account.id.as_str().into(), by.into(), now.into()])?;
    tell(work, "account.provider-linked", account, (issuer, hash))
}

fn remove(work: &mut Work, account: &Account, issuer: &str) -> Result<()> {
    let sql = "delete from provider_link where issuer = $1 and account_id = $2 returning subject_hash";
    let gone = work.first(sql, &[issuer.into(), account.id.as_str().into()])?.ok_or(Error::NotFound)?;
    tell(work, "account.provider-unlinked", account, (issuer, gone.str(0)))
}

/// Enough to tell later which subject it was, to whoever knows the subject.
fn tell(work: &mut Work, deed: &str, account: &Account, (issuer, hash): (&str, &str)) -> Result<()> {
    actions::tell(work, deed, account, |told, work| {
        told.fact("provider", issuer).text(work, "subject", hash.get(..16).unwrap_or_default())
    })
}
