//! How heartbeats are asked for and shown.

use std::collections::{BTreeMap, HashMap};

use askama::Template;

use crate::activities::activity::{kinds, month_of, months_before, show_month};
use crate::error::{Error, Result};
use crate::heartbeat::actions::{self, Beat, Effect};
use crate::heartbeat::rule::{Least, Life, Reason, Rule, ToldBy, Verdict};
use crate::heartbeat::store;
use crate::permissions::Verb;
use crate::places::place::{OPEN, Place};
use crate::places::store as places;
use crate::schemes::pages::province_code;
use crate::schemes::store::{self as schemes, SchemeName};
use crate::web::ask::Ask;
use crate::web::reply::{Reply, table_reply};
use crate::web::shell::{Faults, Shell};
use crate::words::{Lang, Words};
use crate::work::Work;

const PAGE: usize = 100;

/// The reasons of a verdict as sentences.
pub fn sentences(verdict: &Verdict, w: &Words) -> Vec<String> {
    verdict.reasons.iter().map(|reason| sentence(reason, w)).collect()
}

fn sentence(reason: &Reason, w: &Words) -> String {
    let two = |key: &str, a: i64, b: i64| w.fill(key, &[("a", fold::show_count(a)), ("b", fold::show_count(b))]);
    match reason {
        Reason::NeverActive => w.t("heartbeat-reason-never").to_owned(),
        Reason::NoneSince(month) => w.with("heartbeat-reason-none-since", show_month(month)),
        Reason::Few(n, months) => two("heartbeat-reason-few", *n, *months),
        Reason::Falling(earlier, later) => two("heartbeat-reason-falling", *earlier, *later),
        Reason::NoTeam => w.t("heartbeat-reason-no-team").to_owned(),
        Reason::FewMembers(n, least) => two("heartbeat-reason-few-members", *n, *least),
        Reason::AskedByKit(number) => w.with("heartbeat-reason-kit", number),
    }
}

#[derive(Template)]
#[template(path = "heartbeat/views/list.html")]
struct ListPage {
    s: Shell,
    faults: Faults,
    place: Place,
    at: String,
    life: String,
    scheme: String,
    schemes: Vec<SchemeName>,
    tally: BTreeMap<Life, i64>,
    total: i64,
    lines: Vec<Line>,
    next: usize,
    n_agreed: i64,
    n_opinions: i64,
    query: String,
    may_say: bool,
}

struct Line {
    beat: Beat,
    reasons: Vec<String>,
    opinion: Option<(String, bool, String)>,
}

/// The points of a place and how they live, the weakest first; or the same as a file.
pub fn list(work: &mut Work, ask: &Ask) -> Result<Reply> {
    list_page(work, ask, Faults::default())
}

/// The same after a refusal.
pub fn list_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    list_page(work, ask, Faults::of(error, ask.words()))
}

fn list_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let place = ask.place(work)?;
    let province = province_code(work, &place)?;
    let at = ask.date_or("at", work.moment.today)?;
    let mut beats = actions::beats(work, &place, &at)?;
    let scheme = ask.query("scheme").to_owned();
    if !scheme.is_empty() {
        let id = schemes::scheme_id(work, &province, &scheme)?;
        beats.retain(|beat| beat.pulse.scheme_id == id);
    }
    let tally = actions::tally(&beats);
    let total = tally.values().sum();
    let life = ask.query("life").to_owned();
    match Life::from_code(&life) {
        Some(one) => beats.retain(|beat| beat.verdict.life == one),
        None if life == "all" => {}
        None => beats.retain(|beat| matches!(beat.verdict.life, Life::Dormant | Life::Fading)),
    }
    if !ask.query("format").is_empty() {
        return table_reply(&table(&beats, &place, &at, ask), ask.query("format"), "suc-song-mo-hinh");
    }
    let from = ask.query("from").parse::<usize>().unwrap_or_default();
    let next = if beats.len() > from + PAGE { from + PAGE } else { 0 };
    let mut opinions = store::last_opinions(work, &place)?;
    let shown = beats.into_iter().skip(from).take(PAGE);
    let lines = shown.map(|beat| line(beat, &mut opinions, ask)).collect();
    let (n_agreed, n_opinions) = store::agreement(work, &place)?;
    let page = ListPage {
        s: Shell::new(work, ask, "heartbeat", ask.words().t("nav-heartbeat")),
        faults,
        at,
        life,
        scheme,
        schemes: schemes::scheme_names(work, &province)?,
        tally,
        total,
        lines,
        next,
        n_agreed,
        n_opinions,
        query: crate::schemes::pages::same_query(ask),
        may_say: work.reaches(Verb::KeepActivities, place.pin_id())?,
        place,
    };
    Reply::html(&page)
}

fn line(beat: Beat, opinions: &mut HashMap<String, (String, bool, String)>, ask: &Ask) -> Line {
    let opinion = opinions.remove(&beat.pulse.point_id).filter(|(state, ..)| state == beat.verdict.life.code());
    Line { reasons: sentences(&beat.verdict, ask.words()), opinion, beat }
}

fn table(beats: &[Beat], place: &Place, at: &str, ask: &Ask) -> sheets::Table {
    let w = ask.words();
    let text = |text: &str| sheets::OutCell::Text(text.to_owned());
    let rows = beats
        .iter()
        .map(|beat| {
            let advice = beat
                .verdict
                .advice
                .map_or_else(String::new, |a| w.t(&format!("heartbeat-advice-{}", a.code())).to_owned());
            vec![
                text(&beat.pulse.code),
                text(&beat.pulse.scheme),
                text(&beat.pulse.name),
                text(&beat.pulse.place),
                text(w.t(&format!("heartbeat-{}", beat.verdict.life.code()))),
                text(&sentences(&beat.verdict, w).join(" ")),
                text(&advice),
                sheets::OutCell::Count(beat.verdict.n_activities),
                sheets::OutCell::Count(beat.pulse.signs.n_members),
            ]
        })
        .collect();
    let headings = [
        "point-code",
        "scheme",
        "point-name",
        "column-place",
        "heartbeat-life",
        "heartbeat-reasons",
        "heartbeat-advice",
        "heartbeat-n-activities",
        "team-members",
    ];
    let on = at.parse().map_or_else(|_| at.to_owned(), fold::show_date);
    sheets::Table {
        title_lines: vec![w.t("nav-heartbeat").to_owned(), place.name.clone(), on],
        headings: headings.iter().map(|key| w.t(key).to_owned()).collect(),
        rows,
    }
}

/// Says whether what is shown of a point is so.
pub fn give_opinion(work: &mut Work, ask: &Ask) -> Result<Reply> {
    actions::give_opinion(work, &ask.field("point"), ask.field("agrees") == "1", &ask.field("note"))?;
    let back = ask.field("back");
    let to = if back == "point" { format!("/points/{}", ask.field("point")) } else { "/heartbeat".to_owned() };
    Ok(Reply::see(&to))
}

#[derive(Template)]
#[template(path = "heartbeat/views/rules.html")]
struct RulesPage {
    s: Shell,
    faults: Faults,
    place: String,
    rules: Vec<(Rule, String)>,
    is_default: bool,
    schemes: Vec<SchemeName>,
    kinds: Vec<(String, String)>,
    fields: Vec<(String, String)>,
    /// What kits ask, by the names of their schemes.
    kits: Vec<(String, Least)>,
    effect: Option<Effect>,
}

impl RulesPage {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    fn is_left_out(&self, kind: &str) -> bool {
        self.fields.iter().any(|(key, value)| key == "not_counted" && value == kind)
    }

    /// How many points live so before and after.
    fn counts(&self, life: &Life) -> (i64, i64) {
        let of = |tally: &BTreeMap<Life, i64>| tally.get(life).copied().unwrap_or_default();
        self.effect.as_ref().map_or((0, 0), |effect| (of(&effect.before), of(&effect.after)))
    }
}

/// The province's rules, and the form of one.
pub fn rules(work: &mut Work, ask: &Ask) -> Result<Reply> {
    rules_page(work, ask, Faults::default(), None)
}

/// The same after a refusal, with what was typed.
pub fn rules_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    rules_page(work, ask, Faults::of(error, ask.words()), None)
}

fn rules_page(work: &mut Work, ask: &Ask, faults: Faults, effect: Option<Effect>) -> Result<Reply> {
    let place = ask.place(work)?;
    let province = province_code(work, &place)?;
    let own = store::own_rules(work, &province)?;
    let is_default = own.is_empty();
    let schemes = schemes::scheme_names(work, &province)?;
    let shown = if is_default { vec![Rule::default_rule()] } else { own };
    let named = |rule: Rule| {
        let name = schemes.iter().find(|scheme| scheme.id == rule.scheme_id);
        let name = name.map_or_else(|| ask.words().t("heartbeat-every-scheme").to_owned(), |s| s.name.clone());
        (rule, name)
    };
    let today = work.today();
    let mut kits = store::least(work, &province)?;
    kits.retain(|kit| kit.from_on <= today && today < kit.to_on);
    let name_of = |id: &str| schemes.iter().find(|scheme| scheme.id == id).map(|scheme| scheme.name.clone());
    let kits = kits.into_iter().filter_map(|kit| Some((name_of(&kit.scheme_id)?, kit))).collect();
    let fields = if ask.form.is_empty() && ask.query("n_months").is_empty() {
        filled_in(&Rule::default_rule())
    } else if ask.is_write {
        ask.form.clone()
    } else {
        ask.query.clone()
    };
    let counted = kinds().iter().filter(|kind| !kind.total_only);
    let page = RulesPage {
        s: Shell::new(work, ask, "heartbeat", ask.words().t("heartbeat-rules")),
        faults,
        place: province,
        rules: shown.into_iter().map(named).collect(),
        is_default,
        kinds: counted.map(|kind| (kind.code.clone(), kind.name(ask.lang).to_owned())).collect(),
        kits,
        schemes,
        fields,
        effect,
    };
    Reply::html(&page)
}

fn filled_in(rule: &Rule) -> Vec<(String, String)> {
    let mut fields = vec![
        ("n_months".to_owned(), rule.n_months.to_string()),
        ("per_month".to_owned(), fold::show_decimal(rule.per_month as f64 / 100.0, 0)),
        ("n_members".to_owned(), rule.n_members.to_string()),
        ("dormant_after".to_owned(), rule.dormant_after.to_string()),
    ];
    fields.extend(rule.not_counted.iter().map(|kind| ("not_counted".to_owned(), kind.clone())));
    fields
}

/// A rule as it stands in an address or a form.
fn rule_of(pairs: &[(String, String)]) -> Result<Rule> {
    let text = |name: &str| fold::clean(pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value));
    let count = |name: &'static str| {
        fold::parse_count(&text(name)).map_err(|_| Error::field(name, "count-unreadable", text(name)))
    };
    let per_month = fold::parse_decimal(&text("per_month"))
        .map_err(|_| Error::field("per_month", "count-unreadable", text("per_month")))?;
    let from = text("from_on");
    let from_on = match fold::parse_date(&from) {
        Some(on) => on.to_string(),
        None if from.is_empty() => String::new(),
        None => return Err(Error::field("from_on", "date-unreadable", from)),
    };
    let not_counted = pairs.iter().filter(|(key, _)| key == "not_counted").map(|(_, kind)| kind.clone());
    Ok(Rule {
        scheme_id: text("scheme"),
        from_on,
        to_on: OPEN.into(),
        n_months: count("n_months")?,
        per_month: (per_month * 100.0).round() as i64,
        n_members: count("n_members")?,
        dormant_after: count("dormant_after")?,
        not_counted: not_counted.filter(|kind| kinds().iter().any(|known| known.code == *kind)).collect(),
        basis: text("basis"),
        told_by: ToldBy::Rule,
    })
}

/// What a rule would change; nothing is saved.
pub fn preview(work: &mut Work, ask: &Ask) -> Result<Reply> {
    if ask.query("n_months").is_empty() {
        return rules(work, ask);
    }
    let told = rule_of(&ask.query).and_then(|rule| {
        let today = work.today();
        let province = places::by_code_on(work, ask.query("place"), &today)?;
        actions::effect(work, &province, &rule)
    });
    match told {
        Ok(effect) => rules_page(work, ask, Faults::default(), Some(effect)),
        Err(error @ Error::Invalid(_)) => Ok(rules_page(work, ask, Faults::of(&error, ask.words()), None)?.status(422)),
        Err(error) => Err(error),
    }
}

/// Sets a rule.
pub fn save_rule(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let rule = rule_of(&ask.form)?;
    let today = work.today();
    let province = places::by_code_on(work, &ask.field("place"), &today)?;
    actions::save_rule(work, &province, &rule)?;
    Ok(Reply::see("/heartbeat/rules"))
}

/// What a point's own page shows of its life.
pub struct OnPoint {
    pub life: &'static str,
    pub reasons: Vec<String>,
    pub advice: String,
}

/// How a point lives, for its own page.
pub fn on_point(work: &mut Work, point_id: &str, lang: Lang) -> Result<Option<OnPoint>> {
    let w = crate::words::words(lang);
    let beat = actions::beat_of(work, point_id)?;
    Ok(beat.map(|beat| OnPoint {
        life: beat.verdict.life.code(),
        reasons: sentences(&beat.verdict, w),
        advice: beat
            .verdict
            .advice
            .map_or_else(String::new, |a| w.t(&format!("heartbeat-advice-{}", a.code())).to_owned()),
    }))
}

#[derive(Template)]
#[template(path = "heartbeat/views/months.html")]
struct MonthsPage {
    s: Shell,
    place: Place,
    at: String,
    months: Vec<String>,
    lines: Vec<MonthsLine>,
    /// The sum of each month, and how many points did nothing in it.
    sums: Vec<(i64, i64)>,
    next: usize,
    query: String,
}

/// What a point did month by month; nothing before the month of its launch.
struct MonthsLine {
    point_id: String,
    code: String,
    name: String,
    place: String,
    cells: Vec<Option<i64>>,
    sum: i64,
    n_empty: usize,
}

impl MonthsPage {
    fn month(&self, n: &usize) -> String {
        self.months.get(*n).map_or_else(String::new, |month| show_month(month))
    }
}

/// So many months stand beside one another.
const GRID: i64 = 12;

/// The operating points of a place against the last twelve months: how many real activities, and which months are empty.
pub fn months(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let place = ask.place(work)?;
    let at = ask.date_or("at", work.moment.today)?;
    let months: Vec<String> = (0..GRID).rev().map(|n| months_before(month_of(&at), n)).collect();
    let mut beats = actions::beats(work, &place, &at)?;
    beats.sort_by(|a, b| (&a.pulse.sort_key, &a.pulse.point_id).cmp(&(&b.pulse.sort_key, &b.pulse.point_id)));
    let lines: Vec<MonthsLine> = beats.into_iter().map(|beat| months_line(beat, &months)).collect();
    if !ask.query("format").is_empty() {
        let table = months_table(&lines, &months, (&place, &at), ask.words());
        return table_reply(&table, ask.query("format"), "hoat-dong-theo-thang");
    }
    let in_month = |n: usize| lines.iter().filter_map(move |line| line.cells.get(n).copied().flatten());
    let sums = (0..months.len()).map(|n| (in_month(n).sum(), in_month(n).filter(|count| *count == 0).count() as i64));
    let sums = sums.collect();
    let from = ask.query("from").parse::<usize>().unwrap_or_default();
    Reply::html(&MonthsPage {
        s: Shell::new(work, ask, "heartbeat", ask.words().t("heartbeat-months")),
        sums,
        next: if lines.len() > from + PAGE { from + PAGE } else { 0 },
        lines: lines.into_iter().skip(from).take(PAGE).collect(),
        query: crate::schemes::pages::same_query(ask),
        place,
        at,
        months,
    })
}

fn months_line(beat: Beat, months: &[String]) -> MonthsLine {
    let signs = &beat.pulse.signs;
    let launched = month_of(&signs.launched_on);
    let of = |month: &String| signs.months.iter().filter(|(known, _)| known == month).map(|(_, n)| n).sum();
    let cells: Vec<Option<i64>> = months.iter().map(|month| (month.as_str() >= launched).then(|| of(month))).collect();
    MonthsLine {
        sum: cells.iter().flatten().sum(),
        n_empty: cells.iter().filter(|cell| **cell == Some(0)).count(),
        cells,
        point_id: beat.pulse.point_id,
        code: beat.pulse.code,
        name: beat.pulse.name,
        place: beat.pulse.place,
    }
}

fn months_table(lines: &[MonthsLine], months: &[String], (place, at): (&Place, &str), w: &Words) -> sheets::Table {
    let text = |text: &str| sheets::OutCell::Text(text.to_owned());
    let rows = lines.iter().map(|line| {
        let cells = line.cells.iter().map(|cell| cell.map_or(sheets::OutCell::Empty, sheets::OutCell::Count));
        let head = [text(&line.code), text(&line.name), text(&line.place)].into_iter();
        let tail = [sheets::OutCell::Count(line.sum), sheets::OutCell::Count(line.n_empty as i64)];
        head.chain(cells).chain(tail).collect()
    });
    let head = ["point-code", "point-name", "column-place"].iter().map(|key| w.t(key).to_owned());
    let tail = ["total", "heartbeat-months-empty"].iter().map(|key| w.t(key).to_owned());
    let on = at.parse().map_or_else(|_| at.to_owned(), fold::show_date);
    sheets::Table {
        title_lines: vec![w.t("heartbeat-months").to_owned(), place.name.clone(), on],
        headings: head.chain(months.iter().map(|month| show_month(month))).chain(tail).collect(),
        rows: rows.collect(),
    }
}
