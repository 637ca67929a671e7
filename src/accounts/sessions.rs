//! Sessions: opened at the door, known again by a token of which only a hash is kept, locked when left idle.

use ::store::Tx;

use crate::accounts::actions::{Door, Idle, random_bytes, token_hash};
use crate::accounts::store::{self, Account, Session};
use crate::accounts::way::Way;
use crate::error::Result;
use crate::permissions::Role;
use crate::work::{Actor, Moment};

/// A session ends this many hours after it began (a working day).
const SESSION_HOURS: i64 = 12;
const HALF_SESSION_MINUTES: i64 = 10;
/// So much of what a browser calls itself is kept.
const LONGEST_AGENT: usize = 120;

/// How much of a session is opened, and by which way.
#[derive(Clone, Copy)]
pub enum Opening {
    /// For as long as it takes to read a code from a phone.
    Half(Way),
    Whole(Way),
}

/// Opens a session; gives its token.
pub fn open(door: &Door, account: &Account, opening: Opening) -> Result<String> {
    let token = crate::journal::hex(&random_bytes::<32>());
    let (way, seconds, is_half) = match opening {
        Opening::Half(way) => (way, HALF_SESSION_MINUTES * 60, true),
        Opening::Whole(way) => (way, SESSION_HOURS * 3600, false),
    };
    let session = Session {
        id: token_hash(&token),
        created_at: door.moment.now.clone(),
        seen_at: door.moment.now.clone(),
        address: door.from.address.to_owned(),
        agent: door.from.agent.chars().take(LONGEST_AGENT).collect(),
        way,
    };
    let until = door.moment.after(seconds)?;
    door.db.write(|tx| {
        if !is_half {
            store::touch_account(tx, &account.id, &door.moment.today.to_string())?;
        }
        store::insert_session(tx, &account.id, &session, &until, is_half)
    })?;
    Ok(token)
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
    if seen_at < moment.after(-60 * minutes)? {
        return Ok(None);
    }
    let is_stale = seen_at < moment.after(-60)?;
    let actor = Actor { account_id: account.id.clone(), origin: "page".into(), grants };
    Ok(Some(Present { account, actor, is_stale }))
}
