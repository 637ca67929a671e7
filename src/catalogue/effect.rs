//! What the merger of two names does to the number of schemes, told before it is done.

use std::collections::BTreeSet;

/// The number of schemes on a day, before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    pub on: String,
    pub before: usize,
    pub after: usize,
}

/// What a merger moves, and what it does to C1.
#[derive(Clone, Debug, Default)]
pub struct Effect {
    pub n_points: i64,
    /// Of these, points that operate today.
    pub n_active: i64,
    pub n_exemplars: i64,
    pub n_lessons: i64,
    pub aliases: Vec<String>,
    /// The former name has rules of the heartbeat of its own, which end.
    pub has_rule: bool,
    pub counted: Vec<Counted>,
}

/// What parting two names again moves back, and what it does to C1.
#[derive(Clone, Debug, Default)]
pub struct Parting {
    pub n_points: i64,
    /// Points that were registered since, or were moved otherwise, and stay.
    pub n_staying: i64,
    pub counted: Vec<Counted>,
}

/// Counts the schemes that have an operating point, as one and with the two names apart: `points` are the schemes of the
/// operating points, each with whether it goes back.
pub fn count_parted(points: &[(String, bool)], (from, into): (&str, &str), on: &str) -> Counted {
    let before: BTreeSet<&str> = points.iter().map(|(id, _)| id.as_str()).collect();
    let after = points.iter().map(|(id, goes_back)| if *goes_back && id == into { from } else { id.as_str() });
    Counted { on: on.to_owned(), before: before.len(), after: after.collect::<BTreeSet<&str>>().len() }
}

/// Counts the schemes that have an operating point, with the two names apart and as one.
pub fn count(schemes: &BTreeSet<String>, (from, into): (&str, &str), on: &str) -> Counted {
    let after: BTreeSet<&str> = schemes.iter().map(|id| if id == from { into } else { id.as_str() }).collect();
    Counted { on: on.to_owned(), before: schemes.len(), after: after.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parting_makes_two_of_one_where_points_stand_on_both_sides() {
        let told = |points: &[(&str, bool)]| {
            let points: Vec<(String, bool)> = points.iter().map(|(id, back)| ((*id).to_owned(), *back)).collect();
            let counted = count_parted(&points, ("lamp", "light"), "2026-11-26");
            (counted.before, counted.after)
        };
        assert_eq!(told(&[("bell", false), ("light", true), ("light", false)]), (2, 3));
        assert_eq!(told(&[("light", true)]), (1, 1), "nothing stays under the other name");
        assert_eq!(told(&[("light", false)]), (1, 1), "nothing goes back");
    }

    #[test]
    fn two_names_with_points_become_one_and_a_name_without_points_changes_nothing() {
        let told = |schemes: &[&str]| {
            let schemes = schemes.iter().map(|id| (*id).to_owned()).collect();
            let counted = count(&schemes, ("lamp", "light"), "2026-11-26");
            (counted.before, counted.after)
        };
        assert_eq!(told(&["bell", "lamp", "light"]), (3, 2));
        assert_eq!(told(&["bell", "lamp"]), (2, 2), "the points go on under the other name");
        assert_eq!(told(&["bell", "light"]), (2, 2));
    }
}
