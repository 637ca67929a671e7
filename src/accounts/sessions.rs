//! Sessions: opened at the door, known again by a token of which only a hash is kept, locked when left idle.

use ::store::Tx;

use crate::accounts::actions::{Door, random_bytes, token_hash};
use crate::accounts::policy::{Flags, Policy};
use crate::accounts::settings;
use crate::accounts::store::{self, Account, Session};
use crate::accounts::way::Way;
use crate::error::Result;
use crate::permissions::Role;
use crate::work::{Actor, Moment};

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
        Opening::Whole(way) => (way, door.policy(account)?.session_hours * 3600, false),
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
    pub way: Way,
    /// The rules of signing in that hold for them.
    pub policy: Policy,
    /// The session was last noted as used more than a minute ago.
    pub is_stale: bool,
}

impl Present {
    /// Their roles of today.
    pub fn roles(&self) -> Vec<Role> {
        self.actor.grants.iter().map(|grant| grant.role).collect()
    }
}

/// The person behind a session token, with the grants of today; nobody when the session lay idle too long.
pub fn present(tx: &mut Tx, moment: &Moment, token: &str, flags: &Flags) -> Result<Option<Present>> {
    let Some(kept) = store::session_account(tx, &token_hash(token), &moment.now)? else {
        return Ok(None);
    };
    let grants = store::grants(tx, &kept.account.id, &moment.today.to_string())?;
    let policy = flags.over(settings::of_account(tx, moment.today, &kept.account.id)?);
    let actor = Actor { account_id: kept.account.id.clone(), origin: "page".into(), grants };
    let is_stale = kept.seen_at < moment.after(-60)?;
    let present = Present { account: kept.account, actor, way: kept.way, policy, is_stale };
    let minutes = present.policy.idle_minutes(&present.roles());
    Ok((kept.seen_at >= moment.after(-60 * minutes)?).then_some(present))
}
