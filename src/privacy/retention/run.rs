//! A run over what is kept for a time: it lists what is over, and erases just that when told to. Every thing has one
//! query for its rows, from which both the list and the erasing are made.

use serde_json::{Map, Value as Json};
use store::{Row, Value};

use crate::accounts::actions as accounts;
use crate::accounts::store as kept_accounts;
use crate::envelopes;
use crate::error::{Error, Result};
use crate::exchange::forget;
use crate::history::{self, Entry};
use crate::parties::store as people;
use crate::permissions::Verb;
use crate::places::place::Place;
use crate::places::store as places;
use crate::privacy::erasure::{self, Basis};
use crate::privacy::mentions;
use crate::privacy::retention::period::{Period, Thing, in_force};
use crate::privacy::rules::actions::rules_of;
use crate::work::Work;

/// A thing, its period, and how much of it is over.
pub struct Over {
    pub thing: Thing,
    pub period: Period,
    /// What ended before this day.
    pub before: String,
    pub n: i64,
    /// When the oldest of it ended.
    pub oldest: String,
    rows: Vec<Row>,
}

/// The periods of a province, with those of the programme.
pub fn periods(work: &mut Work, province: &str) -> Result<Vec<Period>> {
    let sql = "select thing, n_days, legal_basis, from_on, to_on, province from retention_period \
               where province in ('', $1) order by thing, province, from_on";
    let rows = work.query(sql, &[province.into()])?;
    Ok(rows
        .iter()
        .filter_map(|row| {
            Some(Period {
                thing: Thing::from_code(row.str(0))?,
                n_days: row.int(1),
                legal_basis: row.text(2),
                from_on: row.text(3),
                to_on: row.text(4),
                is_own: !row.str(5).is_empty(),
            })
        })
        .collect())
}

/// Accounts that hold or held something in the province; `$2` is its place.
const OF_PROVINCE: &str = "exists (select 1 from account_grant g join rollup r on r.place_id = g.place_id \
                           and r.ancestor_id = $2 where g.account_id = a.id)";

/// The rows of a thing that ended before `$1`: id, moment or day of the end, and what erasing needs. `$2` is the
/// province's place, `$3` its code.
fn rows_of(thing: Thing) -> String {
    match thing {
        Thing::SignInFailures => format!(
            "select f.id, f.at from sign_in_failure f where f.at < $1 and $3 <> '' and (not exists \
             (select 1 from account a where a.user_name = f.account_key) or exists \
             (select 1 from account a where a.user_name = f.account_key and {OF_PROVINCE})) order by f.at"
        ),
        Thing::EndedSessions => format!(
            "select s.token_hash, s.expires_at from session s join account a on a.id = s.account_id \
             where s.expires_at < $1 and $3 <> '' and {OF_PROVINCE} order by s.expires_at"
        ),
        Thing::EndedKeys => format!(
            "select t.id, t.to_on from api_token t join account a on a.id = t.account_id \
             where t.to_on < $1 and $3 <> '' and {OF_PROVINCE} order by t.to_on"
        ),
        Thing::FormKeys => format!(
            "select f.account_id, f.at, f.path, f.key from sent_form f join account a on a.id = f.account_id \
             where f.at < $1 and $3 <> '' and {OF_PROVINCE} order by f.at"
        ),
        Thing::ImportBodies => String::new(),
        Thing::ClosedRequests => "select q.person_id, q.closed_on, t.n from request q join envelope_text t \
             on t.owner_id = q.person_id and t.burnt_on = '' and (t.n = q.content_n or exists \
             (select 1 from request_step s where s.province = q.province and s.request_id = q.id and s.note_n = t.n)) \
             where q.closed_on <> '' and q.closed_on < $1 and $2 <> '' and q.province = $3 order by q.closed_on, t.n"
            .into(),
        Thing::WithdrawnPeople => "select p.id, max(e.withdrawn_on) from person p \
             join exemplar e on e.person_id = p.id where p.province = $3 and p.erased_on = '' and $2 <> '' \
             and not exists (select 1 from exemplar x where x.person_id = p.id and x.withdrawn_on >= $1) \
             and not exists (select 1 from commendation c where c.person_id = p.id and c.withdrawn_on >= $1) \
             and not exists (select 1 from request q where q.person_id = p.id and q.closed_on = '') \
             and not exists (select 1 from account a where a.person_id = p.id and a.disabled_on is null) \
             group by p.id order by 2, 1"
            .into(),
        Thing::DisabledAccounts => format!(
            "select a.id, a.disabled_on from account a where a.disabled_on < $1 and $3 <> '' \
             and a.user_name not like '{}%' and {OF_PROVINCE} order by a.disabled_on",
            kept_accounts::ERASED
        ),
    }
}

/// What is over in the province of a place, thing by thing; nothing is changed. It takes the right on all of it.
pub fn list(work: &mut Work, place: &Place) -> Result<Vec<Over>> {
    let place = &places::whole_province(work, place)?;
    work.demand(Verb::Retain, Verb::ReadPerson, place.pin_id())?;
    let province = place.code.clone();
    let (periods, today) = (periods(work, &province)?, work.moment.today);
    let mut list = Vec::new();
    for thing in Thing::ALL {
        let period = in_force(&periods, thing, &today.to_string());
        let period = period.ok_or_else(|| Error::Broken(anyhow::anyhow!("{thing:?} has no period")))?;
        let before = period.kept_since(today).to_string();
        let rows = over(work, thing, &before, (place.pin_id(), &province))?;
        let oldest = rows.first().map_or_else(String::new, |row| row.str(1).get(..10).unwrap_or_default().to_owned());
        list.push(Over { thing, period, before, n: rows.len() as i64, oldest, rows });
    }
    Ok(list)
}

fn over(work: &mut Work, thing: Thing, before: &str, (place, province): (&str, &str)) -> Result<Vec<Row>> {
    if thing == Thing::ImportBodies {
        let sql = "select id, at from import_run where id = $1";
        let runs = forget::older(work, province, before)?;
        return runs.iter().filter_map(|run| work.first(sql, &[run.id.as_str().into()]).transpose()).collect();
    }
    work.query(&rows_of(thing), &[before.into(), place.into(), province.into()])
}

/// Erases what a list told, and nothing else; the journal keeps how much of what.
pub fn erase(work: &mut Work, place: &Place) -> Result<Vec<Over>> {
    let list = list(work, place)?;
    let place = &places::whole_province(work, place)?;
    let province = place.code.clone();
    let mut told = Map::new();
    for over in list.iter().filter(|over| over.n > 0) {
        for row in &over.rows {
            erase_one(work, over.thing, &province, row)?;
        }
        told.insert(format!("n_{}", over.thing.code().replace('-', "_")), Json::from(over.n));
    }
    if told.is_empty() {
        return Err(Error::Refused("retention-nothing"));
    }
    let id = rules_of(&province);
    let thing = crate::work::Thing { province: &province, kind: "rules", id: &id, pin: place.pin_id() };
    work.journal("retention.run", &thing, &Json::Object(told))?;
    work.scrub();
    Ok(list)
}

/// The runs of a place that erased something, latest first.
pub fn latest(work: &mut Work, place: &Place) -> Result<Vec<Entry>> {
    let sql = format!(
        "select {} from journal j where j.thing_id = $1 and j.deed = 'retention.run' order by j.at desc, j.seq desc limit 20",
        history::COLUMNS
    );
    let province = places::province_of(work, place.pin_id())?;
    Ok(work.query(&sql, &[rules_of(&province).into()])?.iter().map(history::entry).collect())
}

fn erase_one(work: &mut Work, thing: Thing, province: &str, row: &Row) -> Result<()> {
    let id: Value = row.str(0).into();
    match thing {
        Thing::SignInFailures => work.execute("delete from sign_in_failure where id = $1", &[id]).map(|_| ()),
        Thing::EndedSessions => work.execute("delete from session where token_hash = $1", &[id]).map(|_| ()),
        Thing::EndedKeys => work.execute("delete from api_token where id = $1", &[id]).map(|_| ()),
        Thing::FormKeys => {
            let sql = "delete from sent_form where account_id = $1 and path = $2 and key = $3";
            work.execute(sql, &[id, row.str(2).into(), row.str(3).into()]).map(|_| ())
        }
        Thing::ImportBodies => match forget::by_id(work, row.str(0))? {
            Some(run) => forget::trim(work, &run),
            None => Ok(()),
        },
        Thing::ClosedRequests => {
            envelopes::burn_one(work, row.str(0), row.int(2))?;
            mentions::tell(work, province, row.str(0), 1)
        }
        Thing::WithdrawnPeople => match people::by_id(work, row.str(0))? {
            Some(person) => erasure::wipe(work, person, Basis::Retention).map(|_| ()),
            None => Ok(()),
        },
        Thing::DisabledAccounts => match kept_accounts::by_id(work.tx, row.str(0))? {
            Some(account) => {
                accounts::wipe(work, &account)?;
                erasure::keep(work, (province, "account", &account.id), Basis::Retention)
            }
            None => Ok(()),
        },
    }
}
