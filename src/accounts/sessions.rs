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
/// So many people share a browser at most.
pub const MOST_LEFT: usize = 6;

/// How much of a session is opened, and by which way.
#[derive(Clone, Copy)]
pub enum Opening {
    /// For as long as it takes to read a code from a phone.
    Half(Way),
    Whole(Way),
}

/// Opens a session; gives its token.
pub fn open(door: &Door, account: &Account, opening: Opening) -> Result<String> {
    let token = new_token();
    let (way, seconds, is_half) = match opening {
        Opening::Half(way) => (way, HALF_SESSION_MINUTES * 60, true),
        Opening::Whole(way) => (way, door.policy(account)?.session_hours * 3600, false),
    };
    let session = from_here(door, &token, way);
    let until = door.moment.after(seconds)?;
    door.db.write(|tx| {
        store::forget_sessions(tx, &door.moment.now)?;
        if !is_half {
            store::touch_account(tx, &account.id, &door.moment.today.to_string())?;
        }
        store::insert_session(tx, &account.id, &session, &until, is_half)
    })?;
    Ok(token)
}

fn new_token() -> String {
    crate::journal::hex(&random_bytes::<32>())
}

/// A session as it is used from where someone stands now.
fn from_here(door: &Door, token: &str, way: Way) -> Session {
    Session {
        id: token_hash(token),
        created_at: door.moment.now.clone(),
        seen_at: door.moment.now.clone(),
        address: door.from.address.to_owned(),
        agent: door.from.agent.chars().take(LONGEST_AGENT).collect(),
        way,
        is_locked: false,
    }
}

/// A session that someone has left in this browser: locked, idle, or still open when another signed in.
pub struct Left {
    pub token: String,
    pub account: Account,
}

/// What is left in this browser, of the tokens it keeps.
pub fn left(tx: &mut Tx, now: &str, tokens: &[String]) -> Result<Vec<Left>> {
    let mut left: Vec<Left> = Vec::new();
    for token in tokens.iter().take(MOST_LEFT) {
        let account = store::left_account(tx, &token_hash(token), now)?;
        let is_known = |account: &Account| left.iter().any(|known| known.account.id == account.id);
        left.extend(account.filter(|a| !is_known(a)).map(|account| Left { token: token.clone(), account }));
    }
    Ok(left)
}

/// Locks what others have left in this browser, and lets the account's own session go on, if there is one: it keeps
/// its end, and has shown its second step already. Gives the new token and the tokens of the others.
pub fn go_on(door: &Door, account: &Account) -> Result<(Option<String>, Vec<String>)> {
    let token = new_token();
    let here = from_here(door, &token, Way::Password);
    door.db.write(|tx| {
        let left = left(tx, &door.moment.now, door.from.left)?;
        let (own, others): (Vec<Left>, Vec<Left>) = left.into_iter().partition(|left| left.account.id == account.id);
        for other in &others {
            store::lock_session(tx, &token_hash(&other.token), &door.moment.now)?;
        }
        let mut goes_on = false;
        if let Some(own) = own.first() {
            goes_on = store::resume_session(tx, &token_hash(&own.token), &here)?;
            store::touch_account(tx, &account.id, &door.moment.today.to_string())?;
        }
        Ok((goes_on.then_some(token), others.into_iter().map(|other| other.token).collect()))
    })
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
