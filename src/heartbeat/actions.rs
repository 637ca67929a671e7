//! What people do with heartbeats: look at them, say whether they agree, set the rule after seeing its effect.

use std::collections::{BTreeMap, HashMap};

use serde_json::json;

use crate::error::{Error, FieldError, Result};
use crate::heartbeat::rule::{Life, Rule, Verdict, judge, rule_for, with_kits};
use crate::heartbeat::store::{self, LONGEST_WINDOW, Opinion, Pulse, Whose};
use crate::history::Told;
use crate::permissions::Verb;
use crate::places::place::{Level, Place};
use crate::places::store as places;
use crate::schemes::store::{self as schemes, thing};
use crate::work::{Thing, Work};

/// A point and what its rule says of it.
#[derive(Clone, Debug)]
pub struct Beat {
    pub pulse: Pulse,
    pub verdict: Verdict,
}

/// The rules of the provinces whose points lie in a place.
fn rules_of(work: &mut Work, place: &Place) -> Result<HashMap<String, Vec<Rule>>> {
    let provinces = if place.level == Level::Nation {
        let rows = work.query("select distinct province from scheme order by province", &[])?;
        rows.iter().map(|row| row.text(0)).collect()
    } else {
        vec![places::province_of(work, place.pin_id())?]
    };
    let mut rules = HashMap::new();
    for province in provinces {
        let own = store::rules(work, &province)?;
        rules.insert(province, own);
    }
    Ok(rules)
}

/// The points operating in a place on a day and how they live, within reach, the weakest first.
pub fn beats(work: &mut Work, place: &Place, on: &str) -> Result<Vec<Beat>> {
    work.demand(Verb::ReadPoint, Verb::ReadPoint, place.pin_id())?;
    let rules = rules_of(work, place)?;
    beats_by(work, &Whose { place, point_id: "", scheme_id: "" }, on, &rules)
}

/// The same of one scheme's points.
pub fn beats_of_scheme(work: &mut Work, place: &Place, scheme_id: &str, on: &str) -> Result<Vec<Beat>> {
    work.demand(Verb::ReadPoint, Verb::ReadPoint, place.pin_id())?;
    let rules = rules_of(work, place)?;
    beats_by(work, &Whose { place, point_id: "", scheme_id }, on, &rules)
}

/// How one point lives today; nothing when it is not operating.
pub fn beat_of(work: &mut Work, point_id: &str) -> Result<Option<Beat>> {
    let point = schemes::point_for(work, Verb::ReadPoint, point_id)?;
    let place = places::by_id(work, &point.pin_id)?;
    let rules = rules_of(work, &place)?;
    let today = work.today();
    Ok(beats_by(work, &Whose { place: &place, point_id, scheme_id: "" }, &today, &rules)?.pop())
}

fn beats_by(work: &mut Work, whose: &Whose, on: &str, rules: &HashMap<String, Vec<Rule>>) -> Result<Vec<Beat>> {
    let of = |pulse: &Pulse| rule_for(rules.get(&pulse.province)?, &pulse.scheme_id, on);
    let pulses = store::pulses(work, whose, on, &of)?;
    let mut beats: Vec<Beat> = pulses
        .into_iter()
        .filter_map(|pulse| {
            let verdict = judge(of(&pulse)?, &pulse.signs, on);
            Some(Beat { pulse, verdict })
        })
        .collect();
    beats.sort_by(|a, b| (a.verdict.life, &a.pulse.sort_key).cmp(&(b.verdict.life, &b.pulse.sort_key)));
    Ok(beats)
}

/// How many points live how.
pub fn tally(beats: &[Beat]) -> BTreeMap<Life, i64> {
    let mut tally: BTreeMap<Life, i64> = Life::ALL.into_iter().map(|life| (life, 0)).collect();
    for beat in beats {
        *tally.entry(beat.verdict.life).or_default() += 1;
    }
    tally
}

/// What a rule would change, before it is saved.
pub struct Effect {
    pub before: BTreeMap<Life, i64>,
    pub after: BTreeMap<Life, i64>,
    /// Points that would be told otherwise: before, after.
    pub changed: Vec<(Beat, Life)>,
}

/// What a rule would change today in a province.
pub fn effect(work: &mut Work, province: &Place, rule: &Rule) -> Result<Effect> {
    check_rule(rule)?;
    work.demand(Verb::KeepRules, Verb::ReadPlace, province.pin_id())?;
    let today = work.today();
    let whose = Whose { place: province, point_id: "", scheme_id: "" };
    let mut rules = rules_of(work, province)?;
    let before = beats_by(work, &whose, &today, &rules)?;
    for (code, known) in &mut rules {
        let mut own = store::own_rules(work, code)?;
        own.retain(|known| known.scheme_id != rule.scheme_id || known.from_on > today);
        own.insert(0, Rule { from_on: crate::places::place::SINCE_EVER.into(), ..rule.clone() });
        own.push(Rule::default_rule());
        *known = with_kits(own, &store::least(work, code)?);
    }
    let after = beats_by(work, &whose, &today, &rules)?;
    let lives: HashMap<&str, Life> = before.iter().map(|b| (b.pulse.point_id.as_str(), b.verdict.life)).collect();
    let other = |beat: &&Beat| lives.get(beat.pulse.point_id.as_str()).is_some_and(|was| *was != beat.verdict.life);
    let changed = after.iter().filter(other).map(|beat| (beat.clone(), lives[beat.pulse.point_id.as_str()])).collect();
    Ok(Effect { before: tally(&before), after: tally(&after), changed })
}

fn check_rule(rule: &Rule) -> Result<()> {
    let mut faults = Vec::new();
    let mut miss = |field, key| faults.push(FieldError { field, key, value: LONGEST_WINDOW.to_string() });
    if !(1..=LONGEST_WINDOW).contains(&rule.n_months) {
        miss("n_months", "heartbeat-months-unfit");
    }
    if !(1..=LONGEST_WINDOW).contains(&rule.dormant_after) {
        miss("dormant_after", "heartbeat-months-unfit");
    }
    if rule.per_month < 0 || rule.n_members < 0 {
        miss("per_month", "count-negative");
    }
    if rule.from_on.is_empty() {
        miss("from_on", "heartbeat-from-missing");
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

/// Sets a rule of a province from a day on.
pub fn save_rule(work: &mut Work, province: &Place, rule: &Rule) -> Result<()> {
    check_rule(rule)?;
    work.demand(Verb::KeepRules, Verb::ReadPlace, province.pin_id())?;
    let code = places::province_of(work, province.pin_id())?;
    if !rule.scheme_id.is_empty() {
        schemes::scheme_id(work, &code, &rule.scheme_id)?;
    }
    store::insert_rule(work, &code, rule)?;
    let of = Thing { province: &code, kind: "heartbeat", id: &rule.scheme_id, pin: province.pin_id() };
    let told = Told::of(&of)
        .fact("scheme", rule.scheme_id.as_str())
        .fact("from_on", rule.from_on.as_str())
        .fact("n_months", rule.n_months)
        .fact("per_month", rule.per_month)
        .fact("n_members", rule.n_members)
        .fact("dormant_after", rule.dormant_after)
        .fact("not_counted", json!(rule.not_counted))
        .text(work, "basis_text", &rule.basis)?;
    work.journal("heartbeat.rule-set", &of, &told.body())
}

/// Says whether what is shown of a point is so.
pub fn give_opinion(work: &mut Work, point_id: &str, agrees: bool, note: &str) -> Result<()> {
    let point = schemes::point_for(work, Verb::KeepActivities, point_id)?;
    let beat = beat_of(work, point_id)?.ok_or(Error::Refused("heartbeat-not-operating"))?;
    let note = fold::clean(note);
    if !agrees && note.is_empty() {
        return Err(Error::field("note", "heartbeat-note-missing", ""));
    }
    let state = beat.verdict.life.code();
    store::insert_opinion(work, &point.province, &Opinion { point_id, state, agrees, note: &note })?;
    let told = Told::of(&thing(&point)).fact("life", state).fact("agrees", agrees).text(work, "note", &note)?;
    work.journal("heartbeat.opinion", &thing(&point), &told.body())
}
