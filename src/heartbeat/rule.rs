//! The rule, and what it says of a point.

use crate::activities::activity::{OPINION, kinds, month_of, months_before};
use crate::places::place::{OPEN, SINCE_EVER};

/// When a point lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Empty: for every scheme without a rule of its own.
    pub scheme_id: String,
    pub from_on: String,
    pub to_on: String,
    /// Over how many months activities are averaged.
    pub n_months: i64,
    /// Activities a month on average, in hundredths.
    pub per_month: i64,
    pub n_members: i64,
    /// After so many months without a counted activity the point is dormant.
    pub dormant_after: i64,
    pub not_counted: Vec<String>,
    pub basis: String,
    /// Whose word the least of activities and members is.
    pub told_by: ToldBy,
}

/// Whose word a rule is: a province's goes before the programme's, and of each the word on one scheme before the common
/// one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ToldBy {
    /// A rule that the province set.
    #[default]
    Rule,
    /// A kit that the province made: its version of this number.
    OwnKit(i64),
    /// The kit that came with the programme.
    Kit(i64),
    /// The programme, while nobody has said otherwise.
    Programme,
}

/// What the kit of a scheme asks at least, from one day to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Least {
    pub scheme_id: String,
    pub from_on: String,
    pub to_on: String,
    pub number: i64,
    /// A version that the province made; else it came with the programme.
    pub is_own: bool,
    pub per_month: i64,
    pub n_members: i64,
}

/// The rules of a province with what the kits of its schemes ask in between.
pub fn with_kits(mut rules: Vec<Rule>, kits: &[Least]) -> Vec<Rule> {
    let mut told = Vec::new();
    for kit in kits {
        // What a kit does not say, over how many months and what counts, the common rule of the day says.
        for rule in rules.iter().filter(|rule| rule.scheme_id.is_empty()) {
            let from_on = rule.from_on.clone().max(kit.from_on.clone());
            let to_on = rule.to_on.clone().min(kit.to_on.clone());
            if from_on < to_on {
                told.push(Rule {
                    scheme_id: kit.scheme_id.clone(),
                    from_on,
                    to_on,
                    per_month: kit.per_month,
                    n_members: kit.n_members,
                    basis: String::new(),
                    told_by: if kit.is_own { ToldBy::OwnKit(kit.number) } else { ToldBy::Kit(kit.number) },
                    ..rule.clone()
                });
            }
        }
    }
    rules.extend(told);
    rules
}

impl Rule {
    /// The rule of a province that has set none: at least one real activity a month on average and five members,
    /// as Japan's police count volunteer groups; meetings that only exchange opinions do not count.
    pub fn default_rule() -> Rule {
        Rule {
            scheme_id: String::new(),
            from_on: SINCE_EVER.into(),
            to_on: OPEN.into(),
            n_months: 6,
            per_month: 100,
            n_members: 5,
            dormant_after: 6,
            not_counted: vec![OPINION.into()],
            basis: String::new(),
            told_by: ToldBy::Programme,
        }
    }

    /// Does this kind of activity keep a point alive? Totals of sensitive matters never do.
    pub fn counts(&self, kind: &str) -> bool {
        let is_total = kinds().iter().any(|known| known.code == kind && known.total_only);
        !is_total && !self.not_counted.iter().any(|known| known == kind)
    }
}

/// A point launched so lately is too young to be judged.
pub const YOUNG_MONTHS: i64 = 3;

/// What the register knows of a point's life on a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signs {
    pub launched_on: String,
    /// Counted activities by month: the month, how many.
    pub months: Vec<(String, i64)>,
    /// The last month with a counted activity, however long ago; empty when there never was one.
    pub last_month: String,
    pub n_members: i64,
    pub n_teams: i64,
}

/// How a point lives.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Life {
    Dormant,
    Fading,
    Young,
    Living,
}

impl Life {
    /// Every one, in the order of the page.
    pub const ALL: [Life; 4] = [Life::Dormant, Life::Fading, Life::Young, Life::Living];

    /// The code kept in the database and used in addresses.
    pub fn code(self) -> &'static str {
        match self {
            Life::Dormant => "dormant",
            Life::Fading => "fading",
            Life::Young => "young",
            Life::Living => "living",
        }
    }

    /// Reads the code.
    pub fn from_code(code: &str) -> Option<Life> {
        Life::ALL.into_iter().find(|life| life.code() == code)
    }
}

/// Why a point does not simply live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    NeverActive,
    /// The last month with an activity.
    NoneSince(String),
    /// So many activities in so many months.
    Few(i64, i64),
    /// The later half of the months had fewer than half of the earlier: earlier, later.
    Falling(i64, i64),
    NoTeam,
    /// So many members, so many wanted.
    FewMembers(i64, i64),
    /// The least of activities and members stands in the version of this number of the scheme's kit.
    AskedByKit(i64),
}

impl Signs {
    /// Counted activities of the last months up to a day, and in how many months they were: no more than the point has
    /// been launched for.
    pub fn of_the_last(&self, n_months: i64, on: &str) -> (i64, i64) {
        let this_month = month_of(on);
        let from = months_before(this_month, n_months - 1);
        let alive = months_between(month_of(&self.launched_on), this_month) + 1;
        (sum(self, &from, this_month), alive.min(n_months).max(1))
    }
}

/// The one action that is suggested.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Advice {
    /// Nothing was ever recorded: record what was done, or look whether anything is.
    Record,
    /// Strengthen it or end it.
    Review,
    FormTeam,
    AddMembers,
    Visit,
}

impl Advice {
    /// The code of its words.
    pub fn code(self) -> &'static str {
        match self {
            Advice::Record => "record",
            Advice::Review => "review",
            Advice::FormTeam => "form-team",
            Advice::AddMembers => "add-members",
            Advice::Visit => "visit",
        }
    }
}

/// What a rule says of a point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub life: Life,
    pub reasons: Vec<Reason>,
    pub advice: Option<Advice>,
    /// Counted activities in the months of the rule.
    pub n_activities: i64,
}

/// Judges a point by its signs on a day.
pub fn judge(rule: &Rule, signs: &Signs, on: &str) -> Verdict {
    let this_month = month_of(on);
    let from = months_before(this_month, rule.n_months);
    let n_activities = sum(signs, &from, this_month);
    let told = |life, reasons: Vec<Reason>| {
        let advice = reasons.first().map(|first| advice(life, first));
        Verdict { life, reasons, advice, n_activities }
    };
    if months_before(this_month, YOUNG_MONTHS).as_str() < month_of(&signs.launched_on) {
        return told(Life::Young, Vec::new());
    }
    let since = months_before(this_month, rule.dormant_after);
    if signs.last_month.as_str() < since.as_str() && month_of(&signs.launched_on) < since.as_str() {
        let reason =
            if signs.last_month.is_empty() { Reason::NeverActive } else { Reason::NoneSince(signs.last_month.clone()) };
        return told(Life::Dormant, vec![reason]);
    }
    let reasons = weaknesses(rule, signs, (this_month, n_activities));
    let life = if reasons.is_empty() { Life::Living } else { Life::Fading };
    told(life, reasons)
}

fn weaknesses(rule: &Rule, signs: &Signs, (this_month, n_activities): (&str, i64)) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let alive = months_between(month_of(&signs.launched_on), this_month).min(rule.n_months).max(1);
    if n_activities * 100 < rule.per_month * alive {
        reasons.push(Reason::Few(n_activities, alive));
    }
    let half = months_before(this_month, rule.n_months / 2);
    let from = months_before(this_month, rule.n_months);
    let later = sum(signs, &half, this_month);
    let earlier = n_activities - later;
    if month_of(&signs.launched_on) <= from.as_str() && earlier >= 4 && later * 2 < earlier {
        reasons.push(Reason::Falling(earlier, later));
    }
    if signs.n_teams == 0 {
        reasons.push(Reason::NoTeam);
    } else if signs.n_members < rule.n_members {
        reasons.push(Reason::FewMembers(signs.n_members, rule.n_members));
    }
    let asked = |reason: &Reason| matches!(reason, Reason::Few(..) | Reason::FewMembers(..));
    match rule.told_by {
        ToldBy::Kit(number) | ToldBy::OwnKit(number) if reasons.iter().any(asked) => {
            reasons.push(Reason::AskedByKit(number));
        }
        ToldBy::Kit(_) | ToldBy::OwnKit(_) | ToldBy::Rule | ToldBy::Programme => {}
    }
    reasons
}

/// Counted activities of the months from one on, to another included.
fn sum(signs: &Signs, from: &str, to: &str) -> i64 {
    let within = |month: &str| month >= from && month <= to;
    signs.months.iter().filter(|(month, _)| within(month)).map(|(_, n)| n).sum()
}

fn months_between(earlier: &str, later: &str) -> i64 {
    let number = |month: &str| {
        let (year, month) = month.split_once('-').unwrap_or(("0", "0"));
        year.parse::<i64>().unwrap_or_default() * 12 + month.parse::<i64>().unwrap_or_default()
    };
    (number(later) - number(earlier)).max(0)
}

fn advice(life: Life, first: &Reason) -> Advice {
    match (life, first) {
        (_, Reason::NeverActive) => Advice::Record,
        (Life::Dormant, _) => Advice::Review,
        (_, Reason::NoTeam) => Advice::FormTeam,
        (_, Reason::FewMembers(..)) => Advice::AddMembers,
        (_, Reason::NoneSince(_) | Reason::Few(..) | Reason::Falling(..) | Reason::AskedByKit(_)) => Advice::Visit,
    }
}

/// The rule by which a scheme goes on a day: the province's own for it, what its kit asks, the province's common one, or
/// the default. A kit that came with the programme does not go before a common rule that the province set.
pub fn rule_for<'r>(rules: &'r [Rule], scheme_id: &str, on: &str) -> Option<&'r Rule> {
    let valid = |rule: &&Rule| rule.from_on.as_str() <= on && on < rule.to_on.as_str();
    let meant = |rule: &&Rule| rule.scheme_id == scheme_id || rule.scheme_id.is_empty();
    rules.iter().filter(valid).filter(meant).min_by_key(|rule| match rule.told_by {
        ToldBy::Rule if !rule.scheme_id.is_empty() => 0,
        ToldBy::OwnKit(_) => 1,
        ToldBy::Rule => 2,
        ToldBy::Kit(_) => 3,
        ToldBy::Programme => 4,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signs(months: &[(&str, i64)]) -> Signs {
        Signs {
            launched_on: "2024-05-19".into(),
            months: months.iter().map(|(month, n)| ((*month).to_owned(), *n)).collect(),
            last_month: months.iter().map(|(month, _)| *month).max().unwrap_or("").to_owned(),
            n_members: 11,
            n_teams: 1,
        }
    }

    fn life(signs: &Signs) -> (Life, Vec<Reason>, Option<Advice>) {
        let verdict = judge(&Rule::default_rule(), signs, "2026-11-25");
        (verdict.life, verdict.reasons, verdict.advice)
    }

    #[test]
    fn one_activity_a_month_on_average_keeps_a_point_alive() {
        let six = signs(&[("2026-05", 1), ("2026-07", 2), ("2026-09", 1), ("2026-10", 1), ("2026-11", 1)]);
        assert_eq!(life(&six), (Life::Living, vec![], None));
        let five = signs(&[("2026-06", 2), ("2026-09", 2), ("2026-10", 1)]);
        assert_eq!(life(&five), (Life::Fading, vec![Reason::Few(5, 6)], Some(Advice::Visit)));
    }

    #[test]
    fn activities_are_averaged_over_the_months_of_a_life() {
        let told = signs(&[("2025-11", 5), ("2025-12", 2), ("2026-10", 1), ("2026-11", 3)]);
        assert_eq!(told.of_the_last(12, "2026-11-25"), (6, 12), "the month of a year ago is over");
        let young = Signs { launched_on: "2026-10-20".into(), ..told };
        assert_eq!(young.of_the_last(12, "2026-11-25"), (6, 2));
    }

    #[test]
    fn half_a_year_without_activity_is_dormancy() {
        let stopped = signs(&[("2026-03", 4), ("2026-04", 3)]);
        let expected = (Life::Dormant, vec![Reason::NoneSince("2026-04".into())], Some(Advice::Review));
        assert_eq!(life(&stopped), expected);
        let silent = signs(&[]);
        assert_eq!(life(&silent), (Life::Dormant, vec![Reason::NeverActive], Some(Advice::Record)));
    }

    #[test]
    fn a_young_point_is_not_judged_and_an_older_one_only_by_its_months() {
        let new = Signs { launched_on: "2026-09-01".into(), ..signs(&[]) };
        assert_eq!(life(&new).0, Life::Young);
        let four_months = Signs { launched_on: "2026-07-01".into(), ..signs(&[("2026-08", 2), ("2026-10", 2)]) };
        assert_eq!(life(&four_months).0, Life::Living);
    }

    #[test]
    fn teams_and_members_are_looked_at() {
        let active = [("2026-06", 2), ("2026-08", 2), ("2026-10", 2), ("2026-11", 2)];
        let few = Signs { n_members: 4, ..signs(&active) };
        assert_eq!(life(&few), (Life::Fading, vec![Reason::FewMembers(4, 5)], Some(Advice::AddMembers)));
        let alone = Signs { n_members: 0, n_teams: 0, ..signs(&active) };
        assert_eq!(life(&alone), (Life::Fading, vec![Reason::NoTeam], Some(Advice::FormTeam)));
    }

    #[test]
    fn a_falling_number_is_told_while_there_is_time() {
        let falling = signs(&[("2026-05", 4), ("2026-06", 4), ("2026-07", 3), ("2026-10", 1)]);
        assert_eq!(life(&falling).1, [Reason::Falling(11, 1)]);
    }

    #[test]
    fn opinions_and_totals_of_sensitive_matters_keep_nothing_alive() {
        let rule = Rule::default_rule();
        let told = ["patrol", "meeting", "opinion", "information", "reintegration"].map(|kind| rule.counts(kind));
        assert_eq!(told, [true, true, false, false, false]);
    }

    fn kit(number: i64, is_own: bool) -> Least {
        let (from_on, to_on) = ("2026-01-01".to_owned(), OPEN.to_owned());
        Least { scheme_id: "bell".into(), from_on, to_on, number, is_own, per_month: 3000, n_members: 12 }
    }

    #[test]
    fn a_kit_says_the_least_unless_the_province_says_otherwise() {
        let told = |rules: Vec<Rule>, kit: Least, on: &str| {
            let rules = with_kits(rules, &[kit]);
            rule_for(&rules, "bell", on).map(|rule| (rule.told_by, rule.n_members))
        };
        let default = || vec![Rule::default_rule()];
        assert_eq!(told(default(), kit(2, false), "2026-05-01"), Some((ToldBy::Kit(2), 12)));
        assert_eq!(told(default(), kit(2, false), "2025-05-01"), Some((ToldBy::Programme, 5)), "before its first day");
        let common = Rule { n_members: 7, told_by: ToldBy::Rule, ..Rule::default_rule() };
        let both = || vec![common.clone(), Rule::default_rule()];
        assert_eq!(told(both(), kit(2, false), "2026-05-01"), Some((ToldBy::Rule, 7)), "the province goes first");
        assert_eq!(
            told(both(), kit(2, true), "2026-05-01"),
            Some((ToldBy::OwnKit(2), 12)),
            "its own kit is its own word"
        );
        let own = Rule { scheme_id: "bell".into(), n_members: 9, ..common.clone() };
        assert_eq!(told(vec![own, Rule::default_rule()], kit(2, true), "2026-05-01"), Some((ToldBy::Rule, 9)));
        let lamp = with_kits(default(), &[kit(2, true)]);
        assert_eq!(rule_for(&lamp, "lamp", "2026-05-01").map(|rule| rule.n_members), Some(5), "of its scheme alone");
    }

    #[test]
    fn what_a_kit_asks_is_told_with_the_reason() {
        let active = [("2026-06", 2), ("2026-08", 2), ("2026-10", 2), ("2026-11", 2)];
        let rules = with_kits(vec![Rule::default_rule()], &[Least { per_month: 100, ..kit(2, true) }]);
        let verdict = judge(rule_for(&rules, "bell", "2026-11-25").unwrap(), &signs(&active), "2026-11-25");
        assert_eq!(verdict.reasons, [Reason::FewMembers(11, 12), Reason::AskedByKit(2)]);
        assert_eq!(verdict.advice, Some(Advice::AddMembers));
    }

    #[test]
    fn a_scheme_goes_by_its_own_rule_before_the_common_one() {
        let common = Rule { per_month: 200, told_by: ToldBy::Rule, ..Rule::default_rule() };
        let own = Rule { scheme_id: "bell".into(), per_month: 2500, from_on: "2026-01-01".into(), ..common.clone() };
        let rules = [common.clone(), own.clone()];
        assert_eq!(rule_for(&rules, "bell", "2026-05-01"), Some(&own));
        assert_eq!(rule_for(&rules, "bell", "2025-12-31"), Some(&common));
        assert_eq!(rule_for(&[], "bell", "2026-05-01"), None);
    }
}
