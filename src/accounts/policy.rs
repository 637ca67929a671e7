//! A province's own rules of signing in: how long a session may lie idle, how long a password must be, which role
//! must show which second step. Where several provinces' rules meet in one account, the strictest of each holds.
//! None of these numbers is law: the defaults are a proposal, and the province sets its own.

use jiff::civil::Date;

use crate::error::{Error, FieldError, Result};
use crate::permissions::{Role, Verb};

/// Which second step a role must show.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Demand {
    /// Whoever has set one is asked for it; nobody must.
    #[default]
    Nothing,
    /// A phone's code or a passkey.
    Any,
    /// A passkey: nothing that can be told over the telephone.
    Passkey,
}

impl Demand {
    /// Every one, for the forms.
    pub const ALL: [Demand; 3] = [Demand::Nothing, Demand::Any, Demand::Passkey];

    /// The code of forms and of the database.
    pub fn code(self) -> &'static str {
        match self {
            Demand::Nothing => "nothing",
            Demand::Any => "any",
            Demand::Passkey => "passkey",
        }
    }

    /// Reads the code.
    pub fn from_code(code: &str) -> Demand {
        Demand::ALL.into_iter().find(|demand| demand.code() == code).unwrap_or_default()
    }
}

/// The rules that hold for someone. A zero switches a rule off where that is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    pub idle_minutes: i64,
    pub administrator_idle_minutes: i64,
    pub session_hours: i64,
    pub unused_days: i64,
    pub shortest_password: i64,
    pub shortest_with_second_step: i64,
    /// Of lower case, upper case, digits and the rest.
    pub n_kinds: i64,
    pub administrator_password_days: i64,
    pub review_months: i64,
    /// Roles that must show a second step; the others need not.
    pub demands: Vec<(Role, Demand)>,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            idle_minutes: 15,
            administrator_idle_minutes: 5,
            session_hours: 12,
            unused_days: 45,
            shortest_password: 14,
            shortest_with_second_step: 8,
            n_kinds: 0,
            administrator_password_days: 0,
            review_months: 3,
            demands: Vec::new(),
        }
    }
}

/// A number of the rules: its field, and between what it may lie.
pub struct Number {
    pub field: &'static str,
    pub least: i64,
    pub most: i64,
    pub of: fn(&mut Policy) -> &mut i64,
}

const fn number(field: &'static str, least: i64, most: i64, of: fn(&mut Policy) -> &mut i64) -> Number {
    Number { field, least, most, of }
}

/// Every number, in the order of the form. A password is never shorter than eight characters (ASVS 5.0, 6.2.1).
pub const NUMBERS: [Number; 9] = [
    number("idle_minutes", 1, 240, |p| &mut p.idle_minutes),
    number("administrator_idle_minutes", 1, 240, |p| &mut p.administrator_idle_minutes),
    number("session_hours", 1, 24, |p| &mut p.session_hours),
    number("unused_days", 0, 366, |p| &mut p.unused_days),
    number("shortest_password", 8, 64, |p| &mut p.shortest_password),
    number("shortest_with_second_step", 8, 64, |p| &mut p.shortest_with_second_step),
    number("n_kinds", 0, 4, |p| &mut p.n_kinds),
    number("administrator_password_days", 0, 366, |p| &mut p.administrator_password_days),
    number("review_months", 0, 12, |p| &mut p.review_months),
];

/// The stricter of two that a zero switches off.
fn sooner(one: i64, other: i64) -> i64 {
    match (one, other) {
        (0, some) | (some, 0) => some,
        (one, other) => one.min(other),
    }
}

impl Policy {
    /// Refuses numbers that make no sense, every one at once.
    pub fn checked(mut self) -> Result<Policy> {
        let mut faults: Vec<FieldError> = Vec::new();
        for number in &NUMBERS {
            let told = *(number.of)(&mut self);
            if told < number.least || told > number.most {
                let value = format!("{}–{}", number.least, number.most);
                faults.push(FieldError { field: number.field, key: "policy-number-unfit", value });
            }
        }
        if faults.is_empty() { Ok(self) } else { Err(Error::Invalid(faults)) }
    }

    /// What holds where both hold.
    pub fn strictest(self, other: Policy) -> Policy {
        let demands = Role::ALL.into_iter().map(|role| (role, self.of_role(role).max(other.of_role(role))));
        Policy {
            idle_minutes: self.idle_minutes.min(other.idle_minutes),
            administrator_idle_minutes: self.administrator_idle_minutes.min(other.administrator_idle_minutes),
            session_hours: self.session_hours.min(other.session_hours),
            unused_days: sooner(self.unused_days, other.unused_days),
            shortest_password: self.shortest_password.max(other.shortest_password),
            shortest_with_second_step: self.shortest_with_second_step.max(other.shortest_with_second_step),
            n_kinds: self.n_kinds.max(other.n_kinds),
            administrator_password_days: sooner(self.administrator_password_days, other.administrator_password_days),
            review_months: sooner(self.review_months, other.review_months),
            demands: demands.filter(|(_, demand)| *demand != Demand::Nothing).collect(),
        }
    }

    /// What a role must show.
    pub fn of_role(&self, role: Role) -> Demand {
        self.demands.iter().find(|(known, _)| *known == role).map_or(Demand::Nothing, |(_, demand)| *demand)
    }

    /// What someone with these roles must show: the most that any of them asks for.
    pub fn demand(&self, roles: &[Role]) -> Demand {
        roles.iter().map(|role| self.of_role(*role)).max().unwrap_or_default()
    }

    /// After how many minutes a session of someone with these roles is locked.
    pub fn idle_minutes(&self, roles: &[Role]) -> i64 {
        if administers(roles) { self.administrator_idle_minutes } else { self.idle_minutes }
    }

    /// Has an account that was last used on this day lain unused too long?
    pub fn is_unused(&self, used_on: &str, today: Date) -> bool {
        self.unused_days > 0 && used_on < days_before(today, self.unused_days).as_str()
    }

    /// Must someone with these roles, whose password is of this day, choose another?
    pub fn is_outworn(&self, password_on: &str, roles: &[Role], today: Date) -> bool {
        let days = self.administrator_password_days;
        days > 0 && administers(roles) && password_on < days_before(today, days).as_str()
    }

    /// How many characters a password has at least.
    pub fn shortest(&self, has_second_step: bool) -> i64 {
        if has_second_step { self.shortest_with_second_step } else { self.shortest_password }
    }

    /// Refuses a password that is too short or of too few kinds of characters.
    pub fn take_password(&self, password: &str, has_second_step: bool) -> Result<()> {
        let shortest = self.shortest(has_second_step);
        if (password.chars().count() as i64) < shortest {
            return Err(Error::field("new", "account-password-short", shortest.to_string()));
        }
        if n_kinds(password) < self.n_kinds {
            return Err(Error::field("new", "account-password-kinds", self.n_kinds.to_string()));
        }
        Ok(())
    }

    /// The day before which an account should have been looked at last; nothing when none need be.
    pub fn overdue_before(&self, today: Date) -> Option<String> {
        let months = jiff::Span::new().months(self.review_months);
        (self.review_months > 0).then(|| today.saturating_sub(months).to_string())
    }
}

fn administers(roles: &[Role]) -> bool {
    roles.iter().any(|role| role.may(Verb::ManageAccounts))
}

fn days_before(today: Date, days: i64) -> String {
    today.saturating_sub(jiff::Span::new().days(days)).to_string()
}

fn n_kinds(password: &str) -> i64 {
    let has = |kind: fn(char) -> bool| i64::from(password.chars().any(kind));
    let other = |c: char| !c.is_lowercase() && !c.is_uppercase() && !c.is_numeric();
    has(char::is_lowercase) + has(char::is_uppercase) + has(char::is_numeric) + has(other)
}

/// What the command line of this process sets, whatever provinces have set: for trying, and for the day on which
/// nobody could sign in otherwise.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    pub idle_minutes: Option<i64>,
    pub administrator_idle_minutes: Option<i64>,
    pub unused_days: Option<i64>,
    /// Roles that must show a second step, and nobody else.
    pub second_step: Option<Vec<Role>>,
    /// At this address no passkey can be used: where one is demanded, a phone's code does.
    pub no_passkeys: bool,
}

impl Flags {
    /// Is anything set by the command line?
    pub fn any(&self) -> bool {
        let numbers = [self.idle_minutes, self.administrator_idle_minutes, self.unused_days];
        self.second_step.is_some() || numbers.iter().any(Option::is_some)
    }

    /// The rules as they hold in this process.
    pub fn over(&self, mut policy: Policy) -> Policy {
        policy.idle_minutes = self.idle_minutes.unwrap_or(policy.idle_minutes);
        policy.administrator_idle_minutes =
            self.administrator_idle_minutes.unwrap_or(policy.administrator_idle_minutes);
        policy.unused_days = self.unused_days.unwrap_or(policy.unused_days);
        if let Some(roles) = &self.second_step {
            policy.demands = roles.iter().map(|role| (*role, Demand::Any)).collect();
        }
        if self.no_passkeys {
            policy.demands.iter_mut().for_each(|(_, demand)| *demand = (*demand).min(Demand::Any));
        }
        policy
    }
}

/// The demands as they are kept.
pub fn demands_told(demands: &[(Role, Demand)]) -> String {
    let told: Vec<String> = demands.iter().map(|(role, demand)| format!("{}:{}", role.code(), demand.code())).collect();
    told.join(" ")
}

/// Reads them again.
pub fn demands_read(text: &str) -> Vec<(Role, Demand)> {
    let pairs = text.split_whitespace().filter_map(|pair| pair.split_once(':'));
    pairs.filter_map(|(role, demand)| Some((Role::from_code(role)?, Demand::from_code(demand)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn where_two_hold_the_stricter_of_each_does() {
        let own = Policy { idle_minutes: 10, unused_days: 0, demands: demands_read("leader:any"), ..Policy::default() };
        let other = Policy {
            shortest_password: 20,
            administrator_password_days: 60,
            demands: demands_read("leader:passkey auditor:any"),
            ..Policy::default()
        };
        let both = own.strictest(other);
        assert_eq!((both.idle_minutes, both.unused_days, both.shortest_password), (10, 45, 20));
        assert_eq!((both.administrator_password_days, both.session_hours), (60, 12));
        assert_eq!(demands_told(&both.demands), "leader:passkey auditor:any");
    }

    #[test]
    fn the_most_that_a_role_asks_for_is_shown() {
        let policy = Policy { demands: demands_read("leader:passkey reader:any"), ..Policy::default() };
        for (roles, demand) in [
            (vec![], Demand::Nothing),
            (vec![Role::Auditor], Demand::Nothing),
            (vec![Role::Reader, Role::Auditor], Demand::Any),
            (vec![Role::Reader, Role::Leader], Demand::Passkey),
        ] {
            assert_eq!(policy.demand(&roles), demand, "{roles:?}");
        }
        assert_eq!(policy.idle_minutes(&[Role::Reader, Role::Administrator]), 5);
        assert_eq!(policy.idle_minutes(&[Role::Reader]), 15);
    }

    #[test]
    fn a_password_is_as_long_as_the_second_step_lets_it_be() {
        let strict = Policy { n_kinds: 4, ..Policy::default() };
        for (policy, password, second, taken) in [
            (&Policy::default(), "muoi ba ky tu", false, false),
            (&Policy::default(), "muoi bon ky tu", false, true),
            (&Policy::default(), "bay kytu", true, true),
            (&Policy::default(), "bay kyt", true, false),
            (&strict, "muoi bon ky tu", false, false),
            (&strict, "Mười bốn ký tự 1", false, true),
        ] {
            assert_eq!(policy.take_password(password, second).is_ok(), taken, "{password}");
        }
    }

    #[test]
    fn days_are_counted_and_zero_counts_none() {
        let policy = Policy { administrator_password_days: 60, ..Policy::default() };
        let off = Policy { unused_days: 0, ..Policy::default() };
        let today = day("2026-11-25");
        for (used_on, unused) in [("2026-11-25", false), ("2026-10-11", false), ("2026-10-10", true)] {
            assert_eq!(policy.is_unused(used_on, today), unused, "{used_on}");
            assert!(!off.is_unused(used_on, today));
        }
        assert_eq!(policy.overdue_before(today).as_deref(), Some("2026-08-25"));
        assert_eq!(Policy { review_months: 0, ..Policy::default() }.overdue_before(today), None);
        assert!(policy.is_outworn("2026-09-25", &[Role::Administrator], today));
        assert!(!policy.is_outworn("2026-09-26", &[Role::Administrator], today));
        assert!(!policy.is_outworn("2020-01-01", &[Role::Leader], today), "others keep theirs");
    }

    #[test]
    fn the_command_line_goes_over_what_provinces_set() {
        let set = Policy { demands: demands_read("leader:passkey"), ..Policy::default() };
        let flags = Flags { unused_days: Some(0), second_step: Some(vec![Role::Auditor]), ..Flags::default() };
        let held = flags.over(set.clone());
        assert_eq!((held.unused_days, demands_told(&held.demands).as_str()), (0, "auditor:any"));
        assert_eq!(Flags::default().over(set.clone()), set);
        let nowhere = Flags { no_passkeys: true, ..Flags::default() };
        assert_eq!(demands_told(&nowhere.over(set).demands), "leader:any");
    }

    #[test]
    fn numbers_that_make_no_sense_are_told_all_at_once() {
        let wrong = Policy { idle_minutes: 0, shortest_with_second_step: 7, n_kinds: 5, ..Policy::default() };
        let Err(Error::Invalid(faults)) = wrong.checked() else { panic!("taken") };
        assert_eq!(faults.len(), 3);
        assert!(Policy::default().checked().is_ok());
    }
}
