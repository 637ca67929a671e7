//! What a check found, and the checks there are.

/// A check.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Check {
    /// Several points of one scheme in one residential area: teams, perhaps, entered as points.
    TeamsAsPoints,
    /// A commune with far more points of a scheme than the others of its province.
    ManyPoints,
    /// More commitments than households and units that could make them.
    ManyCommitments,
    /// Totals of months that repeat those of the year before, number by number.
    CopiedYear,
    /// A commune without a point that lives.
    NoLivingPoint,
    /// An exemplar that came or left without a paper.
    ExemplarWithoutPaper,
}

impl Check {
    /// Every check, in the order of the page.
    pub const ALL: [Check; 6] = [
        Check::TeamsAsPoints,
        Check::ManyPoints,
        Check::ManyCommitments,
        Check::CopiedYear,
        Check::NoLivingPoint,
        Check::ExemplarWithoutPaper,
    ];

    /// The code of its words.
    pub fn code(self) -> &'static str {
        match self {
            Check::TeamsAsPoints => "teams-as-points",
            Check::ManyPoints => "many-points",
            Check::ManyCommitments => "many-commitments",
            Check::CopiedYear => "copied-year",
            Check::NoLivingPoint => "no-living-point",
            Check::ExemplarWithoutPaper => "exemplar-without-paper",
        }
    }
}

/// Something that is worth a look.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    pub check: Check,
    /// The address of what it is about.
    pub href: String,
    pub title: String,
    pub place: String,
    /// The numbers of its sentence: found, and what it is held against.
    pub numbers: (i64, i64),
}

/// So many deviations above the mean are worth a look.
const DEVIATIONS: f64 = 4.0;
/// Fewer are never too many.
const LEAST_MANY: i64 = 8;

/// The number above which a commune has strikingly many points of a scheme, by the numbers of all communes that
/// have any.
pub fn too_many(numbers: &[i64]) -> i64 {
    let n = numbers.len().max(1) as f64;
    let mean = numbers.iter().sum::<i64>() as f64 / n;
    let variance = numbers.iter().map(|number| (*number as f64 - mean).powi(2)).sum::<f64>() / n;
    ((mean + DEVIATIONS * variance.sqrt()).ceil() as i64).max(LEAST_MANY)
}

/// So many months that repeat the year before are a copy: a few alike are chance.
pub const COPIED_MONTHS: i64 = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_commune_far_above_the_others_is_striking() {
        let mut numbers = vec![2; 100];
        numbers.push(40);
        assert!(40 > too_many(&numbers));
        assert_eq!(too_many(&[2, 3, 2, 3]), 8, "small numbers are never striking");
        assert_eq!(too_many(&[]), 8);
    }
}
