//! How rules and opinions are kept, and the signs of life read.

use std::collections::HashMap;

use store::{Row, Value};

use crate::activities::activity::{month_of, months_before};
use crate::error::Result;
use crate::heartbeat::rule::{Least, Rule, Signs, ToldBy, with_kits};
use crate::ids;
use crate::kits::kit::Kit;
use crate::kits::store as kits;
use crate::places::place::Place;
use crate::work::Work;

const RULE: &str = "scheme_id, from_on, to_on, n_months, per_month, n_members, dormant_after, not_counted, basis";

fn rule_row(row: &Row) -> Rule {
    Rule {
        scheme_id: row.text(0),
        from_on: row.text(1),
        to_on: row.text(2),
        n_months: row.int(3),
        per_month: row.int(4),
        n_members: row.int(5),
        dormant_after: row.int(6),
        not_counted: row.str(7).split_whitespace().map(str::to_owned).collect(),
        basis: row.text(8),
        told_by: ToldBy::Rule,
    }
}

/// The rules that a province has set, valid on any day.
pub fn own_rules(work: &mut Work, province: &str) -> Result<Vec<Rule>> {
    let sql = format!("select {RULE} from heartbeat_rule where province = $1 order by scheme_id, from_on");
    Ok(work.query(&sql, &[province.into()])?.iter().map(rule_row).collect())
}

/// The rules by which a province goes: its own, behind them the default, and what the kits of its schemes ask.
pub fn rules(work: &mut Work, province: &str) -> Result<Vec<Rule>> {
    let mut rules = own_rules(work, province)?;
    rules.push(Rule::default_rule());
    let least = least(work, province)?;
    Ok(with_kits(rules, &least))
}

/// What the published kits of a province's schemes ask at least.
pub fn least(work: &mut Work, province: &str) -> Result<Vec<Least>> {
    let kits = kits::published(work, province)?;
    let least = |(scheme_id, kit, is_own): (String, Kit, bool)| Least {
        scheme_id,
        from_on: kit.from_on,
        to_on: kit.to_on,
        number: kit.number,
        is_own,
        per_month: kit.per_month,
        n_members: kit.n_members,
    };
    Ok(kits.into_iter().map(least).collect())
}

/// Keeps a rule from its first day on; what was valid then ends.
pub fn insert_rule(work: &mut Work, province: &str, rule: &Rule) -> Result<()> {
    let key: [Value; 3] = [province.into(), rule.scheme_id.as_str().into(), rule.from_on.as_str().into()];
    work.execute("delete from heartbeat_rule where province = $1 and scheme_id = $2 and from_on >= $3", &key)?;
    let sql = "update heartbeat_rule set to_on = $3 where province = $1 and scheme_id = $2 and to_on > $3";
    work.execute(sql, &key)?;
    let sql = "insert into heartbeat_rule (province, scheme_id, from_on, to_on, n_months, per_month, n_members, \
               dormant_after, not_counted, basis) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let mut values = key.to_vec();
    values.extend([
        rule.to_on.as_str().into(),
        rule.n_months.into(),
        rule.per_month.into(),
        rule.n_members.into(),
        rule.dormant_after.into(),
        rule.not_counted.join(" ").into(),
        rule.basis.as_str().into(),
    ]);
    work.execute(sql, &values)?;
    Ok(())
}

/// A point that is operating, with what is known of its life.
#[derive(Clone, Debug)]
pub struct Pulse {
    pub province: String,
    pub point_id: String,
    pub code: String,
    pub name: String,
    pub scheme_id: String,
    pub scheme: String,
    pub place: String,
    /// The commune of today in which it lies; empty where that is not certain.
    pub commune_id: String,
    pub sort_key: String,
    pub signs: Signs,
}

const PULSES: &str = "select s.province, p.id, p.code, p.name, p.scheme_id, c.name, l.name, p.sort_key, p.launched_on, \
    cast(coalesce((select sum(t.n_members) from team t where t.province = p.province and t.point_id = p.id \
    and t.from_on <= $3 and t.to_on > $3), 0) as bigint), \
    (select count(*) from team t where t.province = p.province and t.point_id = p.id and t.from_on <= $3 and t.to_on > $3), \
    coalesce((select u.ancestor_id from rollup u where u.place_id = g.pin_id and u.level = 3 and u.from_on <= $2 and u.to_on > $2), '') \
    from point_span s join point p on p.province = s.province and p.id = s.point_id \
    join scheme c on c.province = p.province and c.id = p.scheme_id join place g on g.id = s.place_id \
    join place l on l.id = g.pin_id join rollup r on r.ancestor_id = $1 and r.place_id = g.pin_id and r.from_on <= $2 and r.to_on > $2 \
    where s.active = 1 and s.from_on <= $3 and s.to_on > $3 and ($4 = '' or p.id = $4) and ($5 = '' or p.scheme_id = $5) order by p.sort_key, p.id";

/// What counts of a month: kinds are told apart, because a rule may leave some out.
const MONTHS: &str = "select m.point_id, m.month, m.kind, cast(sum(m.n_times + m.n_served) as bigint) from activity_month m \
    join point p on p.province = m.province and p.id = m.point_id join place g on g.id = p.place_id \
    join rollup r on r.ancestor_id = $1 and r.place_id = g.pin_id and r.from_on <= $2 and r.to_on > $2 \
    where m.month >= $3 and m.month <= $4 and ($5 = '' or m.point_id = $5) and ($6 = '' or p.scheme_id = $6) group by m.point_id, m.month, m.kind";

const LAST: &str = "select m.point_id, m.kind, max(m.month) from activity_month m \
    join point p on p.province = m.province and p.id = m.point_id join place g on g.id = p.place_id \
    join rollup r on r.ancestor_id = $1 and r.place_id = g.pin_id and r.from_on <= $2 and r.to_on > $2 \
    where m.month <= $3 and m.n_times + m.n_served > 0 and ($4 = '' or m.point_id = $4) and ($5 = '' or p.scheme_id = $5) group by m.point_id, m.kind";

/// Whose signs are read: a place on the map of today, or one point of it.
pub struct Whose<'w> {
    pub place: &'w Place,
    /// Empty for all.
    pub point_id: &'w str,
    /// Empty for all.
    pub scheme_id: &'w str,
}

/// The points operating in a place on a day, with the signs of their lives; `rule` tells what counts for a scheme.
pub fn pulses(work: &mut Work, whose: &Whose, on: &str, rules: &RulesOf) -> Result<Vec<Pulse>> {
    let day = whose.place.day_on_the_map(&work.today());
    let (pin, point) = (Value::from(whose.place.pin_id()), Value::from(whose.point_id));
    let scheme = Value::from(whose.scheme_id);
    let rows = work.query(PULSES, &[pin.clone(), day.as_str().into(), on.into(), point.clone(), scheme.clone()])?;
    let mut pulses: Vec<Pulse> = rows.iter().map(pulse_row).collect();
    let at: HashMap<String, usize> = pulses.iter().zip(0..).map(|(pulse, n)| (pulse.point_id.clone(), n)).collect();
    let to = month_of(on);
    let from = months_before(to, LONGEST_WINDOW);
    let values = [pin.clone(), day.as_str().into(), from.as_str().into(), to.into(), point.clone(), scheme.clone()];
    for row in work.query(MONTHS, &values)? {
        let Some(pulse) = at.get(row.str(0)).and_then(|n| pulses.get_mut(*n)) else { continue };
        if rules(pulse).is_some_and(|rule| rule.counts(row.str(2))) {
            pulse.signs.months.push((row.text(1), row.int(3)));
        }
    }
    for row in work.query(LAST, &[pin, day.into(), to.into(), point, scheme])? {
        let Some(pulse) = at.get(row.str(0)).and_then(|n| pulses.get_mut(*n)) else { continue };
        let counts = rules(pulse).is_some_and(|rule| rule.counts(row.str(1)));
        if counts && pulse.signs.last_month.as_str() < row.str(2) {
            pulse.signs.last_month = row.text(2);
        }
    }
    Ok(pulses)
}

/// The rule by which a point goes.
pub type RulesOf<'r> = dyn Fn(&Pulse) -> Option<&'r Rule> + 'r;

/// No rule looks further back.
pub const LONGEST_WINDOW: i64 = 24;

fn pulse_row(row: &Row) -> Pulse {
    Pulse {
        province: row.text(0),
        point_id: row.text(1),
        code: row.text(2),
        name: row.text(3),
        scheme_id: row.text(4),
        scheme: row.text(5),
        place: row.text(6),
        commune_id: row.text(11),
        sort_key: row.text(7),
        signs: Signs { launched_on: row.text(8), n_members: row.int(9), n_teams: row.int(10), ..Signs::default() },
    }
}

/// What an officer said of what was shown.
pub struct Opinion<'o> {
    pub point_id: &'o str,
    pub state: &'o str,
    pub agrees: bool,
    pub note: &'o str,
}

/// Keeps an opinion.
pub fn insert_opinion(work: &mut Work, province: &str, opinion: &Opinion) -> Result<()> {
    let sql = "insert into heartbeat_opinion (province, id, point_id, state, agrees, note, at, account_id) \
               values ($1, $2, $3, $4, $5, $6, $7, $8)";
    let (now, who) = (work.moment.now.clone(), work.actor.account_id.clone());
    let values: [Value; 8] = [
        province.into(),
        ids::new().into(),
        opinion.point_id.into(),
        opinion.state.into(),
        opinion.agrees.into(),
        opinion.note.into(),
        now.into(),
        who.into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// How often officers agreed with what was shown in a place, of how many times.
pub fn agreement(work: &mut Work, place: &Place) -> Result<(i64, i64)> {
    let sql = "select cast(coalesce(sum(o.agrees), 0) as bigint), count(*) from heartbeat_opinion o \
               join point p on p.province = o.province and p.id = o.point_id join place g on g.id = p.place_id \
               join rollup r on r.ancestor_id = $1 and r.place_id = g.pin_id and r.from_on <= $2 and r.to_on > $2";
    let day = place.day_on_the_map(&work.today());
    Ok(work.first(sql, &[place.pin_id().into(), day.into()])?.map_or((0, 0), |row| (row.int(0), row.int(1))))
}

/// The last opinion on each point of a place: state, agreed, note.
pub fn last_opinions(work: &mut Work, place: &Place) -> Result<HashMap<String, (String, bool, String)>> {
    let sql = "select o.point_id, o.state, o.agrees, o.note from heartbeat_opinion o \
               join point p on p.province = o.province and p.id = o.point_id join place g on g.id = p.place_id \
               join rollup r on r.ancestor_id = $1 and r.place_id = g.pin_id and r.from_on <= $2 and r.to_on > $2 order by o.at, o.id";
    let day = place.day_on_the_map(&work.today());
    let rows = work.query(sql, &[place.pin_id().into(), day.into()])?;
    Ok(rows.iter().map(|row| (row.text(0), (row.text(1), row.yes(2), row.text(3)))).collect())
}
