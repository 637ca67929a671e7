//! The rules of signing in as they are kept: set for a province, with day, person and basis; earlier ones stay.

use crate::accounts::policy::{Policy, demands_read, demands_told};
use crate::error::{Error, Result};
use crate::history::Told;
use crate::permissions::Verb;
use crate::work::{Thing, Work};
use ::store::{Row, Tx, Value};
use jiff::civil::Date;

/// The end of what has none yet.
const OPEN: &str = "9999-12-31T00:00:00.000000Z";

const COLUMNS: &str = "s.idle_minutes, s.administrator_idle_minutes, s.session_hours, s.unused_days, \
                       s.shortest_password, s.shortest_with_second_step, s.n_kinds, s.administrator_password_days, \
                       s.review_months, s.second_steps";

fn policy(row: &Row) -> Policy {
    Policy {
        idle_minutes: row.int(0),
        administrator_idle_minutes: row.int(1),
        session_hours: row.int(2),
        unused_days: row.int(3),
        shortest_password: row.int(4),
        shortest_with_second_step: row.int(5),
        n_kinds: row.int(6),
        administrator_password_days: row.int(7),
        review_months: row.int(8),
        demands: demands_read(row.str(9)),
    }
}

/// What was set, when and by whom.
pub struct Kept {
    pub policy: Policy,
    pub id: String,
    pub from_at: String,
    pub set_by: String,
    pub basis: String,
}

/// What was set for a place, latest first; the first holds.
pub fn history(tx: &mut Tx, place_id: &str) -> Result<Vec<Kept>> {
    let sql = format!(
        "select {COLUMNS}, s.id, s.from_at, coalesce(a.name, s.set_by), s.basis from sign_in_policy s \
         left join account a on a.id = s.set_by where s.place_id = $1 order by s.from_at desc, s.id desc limit 20"
    );
    let kept = |row: &Row| Kept {
        policy: policy(row),
        id: row.text(10),
        from_at: row.text(11),
        set_by: row.text(12),
        basis: row.text(13),
    };
    Ok(tx.query(&sql, &[place_id.into()])?.iter().map(kept).collect())
}

/// The rules for an account: the strictest of those set where it holds grants, and above. Before anything is set,
/// the proposal.
pub fn of_account(tx: &mut Tx, today: Date, account_id: &str) -> Result<Policy> {
    let sql = format!(
        "select {COLUMNS} from sign_in_policy s where s.to_at = $3 and exists (select 1 from account_grant g \
         join rollup r on r.place_id = g.place_id where g.account_id = $1 and g.from_on <= $2 and g.to_on > $2 \
         and r.ancestor_id = s.place_id and r.from_on <= $2 and r.to_on > $2)"
    );
    let rows = tx.query(&sql, &[account_id.into(), today.to_string().into(), OPEN.into()])?;
    Ok(rows.iter().map(policy).reduce(Policy::strictest).unwrap_or_default())
}

/// Sets the rules of a province from now on. `before` is what the form was filled in over.
pub fn set(work: &mut Work, place_id: &str, before: &str, new: &New) -> Result<()> {
    if !work.reaches(Verb::SetPolicy, place_id)? {
        return Err(Error::Refused("policy-not-here"));
    }
    let policy = new.policy.clone().checked()?;
    let earlier = history(work.tx, place_id)?.into_iter().next();
    if earlier.as_ref().map_or("", |earlier| earlier.id.as_str()) != before {
        return Err(Error::Conflict);
    }
    let old = earlier.as_ref().map(|earlier| earlier.policy.clone()).unwrap_or_default();
    if earlier.is_some_and(|earlier| earlier.policy == policy && earlier.basis == new.basis) {
        return Err(Error::Refused("policy-unchanged"));
    }
    let now = work.moment.now.clone();
    let sql = "update sign_in_policy set to_at = $2 where place_id = $1 and to_at = $3";
    work.execute(sql, &[place_id.into(), now.as_str().into(), OPEN.into()])?;
    let id = insert(work, place_id, &policy, new.basis)?;
    let province = crate::places::store::province_of(work, place_id).unwrap_or_else(|_| "VN".into());
    let thing = Thing { province: &province, kind: "sign-in-policy", id: &id, pin: place_id };
    let told = changed(Told::of(&thing), &old, &policy).text(work, "basis_text", new.basis)?;
    work.journal("policy.set", &thing, &told.body())
}

/// What an administrator fills in.
pub struct New<'a> {
    pub policy: Policy,
    pub basis: &'a str,
}

fn insert(work: &mut Work, place_id: &str, policy: &Policy, basis: &str) -> Result<String> {
    let sql = "insert into sign_in_policy (id, place_id, from_at, to_at, set_by, basis, idle_minutes, \
               administrator_idle_minutes, session_hours, unused_days, shortest_password, shortest_with_second_step, \
               n_kinds, administrator_password_days, review_months, second_steps) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    let id = crate::ids::new();
    let (by, now) = (work.actor.account_id.clone(), work.moment.now.clone());
    let values: [Value; 16] = [
        id.as_str().into(),
        place_id.into(),
        now.into(),
        OPEN.into(),
        by.into(),
        basis.into(),
        policy.idle_minutes.into(),
        policy.administrator_idle_minutes.into(),
        policy.session_hours.into(),
        policy.unused_days.into(),
        policy.shortest_password.into(),
        policy.shortest_with_second_step.into(),
        policy.n_kinds.into(),
        policy.administrator_password_days.into(),
        policy.review_months.into(),
        demands_told(&policy.demands).into(),
    ];
    work.execute(sql, &values)?;
    Ok(id)
}

fn changed<'a>(told: Told<'a>, old: &Policy, new: &Policy) -> Told<'a> {
    told.change("policy-idle_minutes", old.idle_minutes, new.idle_minutes)
        .change("policy-administrator_idle_minutes", old.administrator_idle_minutes, new.administrator_idle_minutes)
        .change("policy-session_hours", old.session_hours, new.session_hours)
        .change("policy-unused_days", old.unused_days, new.unused_days)
        .change("policy-shortest_password", old.shortest_password, new.shortest_password)
        .change("policy-shortest_with_second_step", old.shortest_with_second_step, new.shortest_with_second_step)
        .change("policy-n_kinds", old.n_kinds, new.n_kinds)
        .change("policy-administrator_password_days", old.administrator_password_days, new.administrator_password_days)
        .change("policy-review_months", old.review_months, new.review_months)
        .change("policy-second_steps", demands_told(&old.demands), demands_told(&new.demands))
}
