//! A line of equipment, a sum of money, and what must be told of each.

use jiff::civil::Date;

use crate::error::FieldError;

/// Kinds of equipment, as reports count them (C15).
pub const EQUIPMENT: [&str; 9] =
    ["camera_eye", "lamp", "gong", "bell", "loudspeaker", "extinguisher", "fire_point", "gate", "other_equipment"];

/// Where money comes from (Circular 40/2023/TT-BTC): budget, integrated from other programmes, social contributions.
pub const SOURCES: [&str; 3] = ["budget", "integrated", "social"];

/// A line of equipment as it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Equipment {
    pub line_id: String,
    pub kind: String,
    pub n_items: i64,
    pub n_working: i64,
    pub owner: String,
    /// Which roads, alleys, halls it covers; never where a camera hangs.
    pub covers: String,
    pub inspected_on: String,
    pub next_on: String,
    pub note: String,
    pub from_on: String,
}

/// A sum of money.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Money {
    pub id: String,
    pub source: String,
    pub on_date: String,
    pub item: String,
    /// In đồng.
    pub amount: i64,
    pub disclosed_on: String,
    pub disclosed_how: String,
}

fn is_date(iso: &str) -> bool {
    iso.parse::<Date>().is_ok()
}

/// What is wrong with a line of equipment, every field at once.
pub fn equipment_faults(equipment: &Equipment, today: &str) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let mut miss = |field, key| faults.push(FieldError { field, key, value: String::new() });
    if !EQUIPMENT.contains(&equipment.kind.as_str()) {
        miss("kind", "equipment-kind-missing");
    }
    if equipment.n_items < 0 || equipment.n_working < 0 {
        miss("n_items", "count-negative");
    } else if equipment.n_working > equipment.n_items {
        miss("n_working", "equipment-more-working");
    }
    if equipment.owner.is_empty() {
        miss("owner", "equipment-owner-missing");
    }
    if !equipment.inspected_on.is_empty() && equipment.inspected_on.as_str() > today {
        miss("inspected_on", "equipment-inspected-future");
    }
    if !equipment.next_on.is_empty() && equipment.next_on < equipment.inspected_on {
        miss("next_on", "equipment-next-before");
    }
    faults
}

/// What is wrong with a sum of money.
pub fn money_faults(money: &Money, today: &str) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let mut miss = |field, key| faults.push(FieldError { field, key, value: String::new() });
    if !SOURCES.contains(&money.source.as_str()) {
        miss("source", "money-source-missing");
    }
    if !is_date(&money.on_date) {
        miss("on_date", "money-date-missing");
    } else if money.on_date.as_str() > today {
        miss("on_date", "money-date-future");
    }
    if money.item.is_empty() {
        miss("item", "money-item-missing");
    }
    if money.amount <= 0 {
        miss("amount", "money-amount-missing");
    }
    if !money.disclosed_on.is_empty() && money.disclosed_how.is_empty() {
        miss("disclosed_how", "money-disclosed-how-missing");
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equipment_says_whose_it_is_and_how_much_of_it_works() {
        let lamps = Equipment {
            kind: "lamp".into(),
            n_items: 40,
            n_working: 36,
            owner: "Các hộ trong khu".into(),
            ..Equipment::default()
        };
        let keys = |e: &Equipment| -> Vec<&str> { equipment_faults(e, "2026-11-25").iter().map(|f| f.key).collect() };
        assert!(keys(&lamps).is_empty());
        let odd = Equipment { n_working: 41, inspected_on: "2026-12-01".into(), next_on: "2026-01-01".into(), ..lamps };
        assert_eq!(keys(&odd), ["equipment-more-working", "equipment-inspected-future", "equipment-next-before"]);
        assert_eq!(keys(&Equipment::default()), ["equipment-kind-missing", "equipment-owner-missing"]);
    }

    #[test]
    fn money_says_where_it_came_from_and_what_for() {
        let keys = |m: &Money| -> Vec<&str> { money_faults(m, "2026-11-25").iter().map(|f| f.key).collect() };
        let missing = ["money-source-missing", "money-date-missing", "money-item-missing", "money-amount-missing"];
        assert_eq!(keys(&Money::default()), missing);
        let given = Money {
            source: "social".into(),
            on_date: "2026-05-04".into(),
            item: "Mua 10 mắt camera".into(),
            amount: 36_600_000,
            disclosed_on: "2026-05-10".into(),
            ..Money::default()
        };
        assert_eq!(keys(&given), ["money-disclosed-how-missing"]);
    }
}
