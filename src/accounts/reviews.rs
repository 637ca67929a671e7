//! Going through accounts: every one is looked at each quarter, or as the province has set, and who did it is kept.

use std::collections::BTreeSet;

use crate::accounts::actions;
use crate::accounts::settings;
use crate::accounts::store::{self, Account, KeptGrant};
use crate::accounts::{passkeys, second_step};
use crate::error::{Error, Result};
use crate::permissions::Verb;
use crate::work::Work;
use ::store::{Row, Tx};

/// What came of a review: the account stays as it is, or something was changed.
pub const OUTCOMES: [&str; 2] = ["kept", "changed"];
const LONGEST_NOTE: usize = 300;

/// A review that was done.
pub struct Reviewed {
    pub at: String,
    pub by: String,
    pub outcome: String,
    pub note: String,
}

/// An account as it is gone through: what it may do, when it was used, how it is guarded, who looked at it last.
pub struct Line {
    pub account: Account,
    /// Those that hold today.
    pub grants: Vec<KeptGrant>,
    pub has_phone: bool,
    pub has_passkey: bool,
    pub reviewed: Option<Reviewed>,
    pub is_overdue: bool,
}

/// Every account that may be seen, those with no grant left included: they can still sign in.
pub fn lines(work: &mut Work) -> Result<Vec<Line>> {
    let today = work.today();
    let before = overdue_before(work)?;
    let mut lines = Vec::new();
    for account in store::all(work.tx)? {
        let kept = store::kept_grants(work.tx, &account.id)?;
        let mut is_seen = false;
        for grant in &kept {
            is_seen = is_seen || work.reaches(Verb::ReadAccounts, &grant.place_id)?;
        }
        if !is_seen {
            continue;
        }
        let reviewed = last(work.tx, &account.id)?;
        let since = reviewed.as_ref().map_or(account.created_at.as_str(), |reviewed| reviewed.at.as_str());
        lines.push(Line {
            is_overdue: account.disabled_on.is_none() && since < before.as_str(),
            grants: kept.into_iter().filter(|g| g.from_on <= today && today < g.to_on).collect(),
            has_phone: second_step::since(work.tx, &account.id)?.is_some(),
            has_passkey: passkeys::holds(work.tx, &account.id)?,
            reviewed,
            account,
        });
    }
    Ok(lines)
}

/// The day before which an account should have been looked at last, by the rules that hold for who looks; empty
/// when they ask for no reviews.
fn overdue_before(work: &mut Work) -> Result<String> {
    let (today, own) = (work.moment.today, work.actor.account_id.clone());
    Ok(settings::of_account(work.tx, today, &own)?.overdue_before(today).unwrap_or_default())
}

fn last(tx: &mut Tx, account_id: &str) -> Result<Option<Reviewed>> {
    let sql = "select v.at, coalesce(a.name, v.reviewed_by), v.outcome, v.note from account_review v \
               left join account a on a.id = v.reviewed_by where v.account_id = $1 order by v.at desc, v.id desc limit 1";
    let reviewed = |row: &Row| Reviewed { at: row.text(0), by: row.text(1), outcome: row.text(2), note: row.text(3) };
    Ok(tx.first(sql, &[account_id.into()])?.as_ref().map(reviewed))
}

/// How many accounts are overdue at the places where one manages accounts; one that is there twice counts once.
pub fn n_overdue(work: &mut Work) -> Result<i64> {
    let before = overdue_before(work)?;
    let today = work.today();
    let places: Vec<String> = work.actor.places_for(Verb::ManageAccounts).iter().map(|p| (*p).to_owned()).collect();
    let mut overdue = BTreeSet::new();
    for place in places {
        let sql = "select distinct a.id from account a join account_grant g on g.account_id = a.id \
                   join rollup r on r.place_id = g.place_id and r.ancestor_id = $1 and r.from_on <= $2 and r.to_on > $2 \
                   where a.disabled_on is null and coalesce((select max(v.at) from account_review v \
                   where v.account_id = a.id), a.created_at) < $3";
        let rows = work.query(sql, &[place.into(), today.as_str().into(), before.as_str().into()])?;
        overdue.extend(rows.iter().map(|row| row.text(0)));
    }
    Ok(overdue.len() as i64)
}

/// What an administrator says of the accounts that were looked at.
pub struct Review<'a> {
    pub accounts: &'a [String],
    pub outcome: &'a str,
    pub note: &'a str,
}

/// Notes that accounts were looked at.
pub fn review(work: &mut Work, review: &Review) -> Result<()> {
    if review.accounts.is_empty() {
        return Err(Error::field("accounts", "account-review-none", ""));
    }
    if !OUTCOMES.contains(&review.outcome) {
        return Err(Error::field("outcome", "account-review-outcome-missing", ""));
    }
    if review.note.chars().count() > LONGEST_NOTE {
        return Err(Error::field("note", "account-review-note-long", LONGEST_NOTE.to_string()));
    }
    if review.outcome != OUTCOMES[0] && review.note.is_empty() {
        return Err(Error::field("note", "account-review-note-missing", ""));
    }
    for id in review.accounts {
        let account = actions::account_for(work, Verb::ManageAccounts, id)?;
        let sql = "insert into account_review (id, account_id, at, reviewed_by, outcome, note) \
                   values ($1, $2, $3, $4, $5, $6)";
        let values = [
            crate::ids::new().into(),
            account.id.as_str().into(),
            work.moment.now.as_str().into(),
            work.actor.account_id.as_str().into(),
            review.outcome.into(),
            review.note.into(),
        ];
        work.execute(sql, &values)?;
        actions::tell(work, "account.reviewed", &account, |told, work| {
            told.fact("account-review-outcome", review.outcome).text(work, "note", review.note)
        })?;
    }
    Ok(())
}
