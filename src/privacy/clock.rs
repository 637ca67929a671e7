//! Days of the law: working days by a calendar that the province keeps, and when a request is due.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// Days off, and weekend days that are worked instead.
#[derive(Clone, Debug, Default)]
pub struct Calendar(pub BTreeMap<Date, bool>);

impl Calendar {
    /// Is work done on this day? The calendar says so, or else the week does.
    pub fn is_working(&self, day: Date) -> bool {
        match self.0.get(&day) {
            Some(is_off) => !is_off,
            None => !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday),
        }
    }

    /// So many working days after a day, which itself does not count.
    pub fn after(&self, day: Date, n_days: i64) -> Date {
        let (mut day, mut left) = (day, n_days);
        while left > 0 {
            day = day.saturating_add(1.days());
            left -= i64::from(self.is_working(day));
        }
        day
    }
}

/// How long the law gives for a kind of request, while it is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    pub ack_days: i64,
    pub act_days: i64,
    pub more_days: i64,
    pub third_days: i64,
    pub legal_basis: String,
}

/// Whether the time was made longer, which is done once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Longer {
    No,
    Once,
    /// Because a third party has a part in it.
    ForThird,
}

impl Clock {
    /// The last day to say that the request has come.
    pub fn ack_due(&self, received: Date, calendar: &Calendar) -> Date {
        calendar.after(received, self.ack_days)
    }

    /// The last day to do what is asked, or to refuse it. Days off count: that is the stricter reading.
    pub fn act_due(&self, received: Date, longer: Longer) -> Date {
        let more = match longer {
            Longer::No => 0,
            Longer::Once => self.more_days,
            Longer::ForThird => self.third_days,
        };
        received.saturating_add((self.act_days + more).days())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn calendar() -> Calendar {
        // Wednesday 2 September is off, Saturday 5 September is worked.
        Calendar(BTreeMap::from([(date(2026, 9, 2), true), (date(2026, 9, 5), false)]))
    }

    #[test]
    fn working_days_leave_out_weekends_and_holidays() {
        let calendar = calendar();
        for (from, n, to) in [
            ((2026, 8, 28), 1, (2026, 8, 31)), // Friday → Monday
            ((2026, 8, 28), 2, (2026, 9, 1)),
            ((2026, 9, 1), 1, (2026, 9, 3)), // over the holiday
            ((2026, 9, 4), 1, (2026, 9, 5)), // a Saturday that is worked
            ((2026, 9, 5), 1, (2026, 9, 7)),
            ((2026, 9, 6), 2, (2026, 9, 8)), // received on a Sunday
        ] {
            let (from, to) = (date(from.0, from.1, from.2), date(to.0, to.1, to.2));
            assert_eq!(calendar.after(from, n), to, "{n} after {from}");
        }
    }

    #[test]
    fn a_request_is_due_by_its_clock() {
        let clock = Clock { ack_days: 2, act_days: 20, more_days: 20, third_days: 30, legal_basis: String::new() };
        let received = date(2026, 9, 1);
        assert_eq!(clock.ack_due(received, &calendar()), date(2026, 9, 4));
        assert_eq!(clock.act_due(received, Longer::No), date(2026, 9, 21));
        assert_eq!(clock.act_due(received, Longer::Once), date(2026, 10, 11));
        assert_eq!(clock.act_due(received, Longer::ForThird), date(2026, 10, 21));
    }
}
