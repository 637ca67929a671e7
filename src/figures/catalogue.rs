//! The catalogue: which figures there are, of what kind, and from which relation.
//! The sentences (label, unit, rule and its basis) stand in `words/` under `figure-<code>…`.

use crate::figures::relations;

/// A stock stands at the cut-off date; a flow happened from one date to the cut-off. A stock cannot be
/// added up over time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Stock,
    Flow,
}

/// How rows become a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Aggregate {
    /// How many different things the rows speak of.
    Distinct,
    /// How many rows.
    Count,
    /// The sum of the rows' values.
    Sum,
}

/// What a breakdown may group by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum By {
    Place,
    Scheme,
    Sector,
    Kind,
    Reason,
}

impl By {
    /// Reads the word of the command line and of addresses.
    pub fn from_word(word: &str) -> Option<By> {
        match word {
            "place" | "province" | "commune" | "district" => Some(By::Place),
            "scheme" => Some(By::Scheme),
            "sector" => Some(By::Sector),
            "kind" => Some(By::Kind),
            "reason" => Some(By::Reason),
            _ => None,
        }
    }

    /// The word of the command line and of addresses.
    pub fn word(self) -> &'static str {
        match self {
            By::Place => "place",
            By::Scheme => "scheme",
            By::Sector => "sector",
            By::Kind => "kind",
            By::Reason => "reason",
        }
    }
}

/// One figure of the catalogue.
pub struct Figure {
    pub code: &'static str,
    pub kind: Kind,
    pub aggregate: Aggregate,
    /// SQL of the rows; `$1` is the cut-off date, `$2` the first day of the period.
    pub relation: &'static str,
    pub by: &'static [By],
    /// What a row is: the first part of the address of its record.
    pub row: RowKind,
}

/// What the rows of a figure are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RowKind {
    Scheme,
    Point,
    Team,
    Exemplar,
    Commendation,
}

const OF_POINTS: &[By] = &[By::Place, By::Scheme, By::Sector, By::Kind];
const OF_ENDINGS: &[By] = &[By::Place, By::Scheme, By::Sector, By::Kind, By::Reason];
const OF_PEOPLE: &[By] = &[By::Place, By::Kind];

const fn figure(code: &'static str, kind: Kind, aggregate: Aggregate, relation: &'static str, row: RowKind) -> Figure {
    let by = match row {
        RowKind::Scheme | RowKind::Point | RowKind::Team => OF_POINTS,
        RowKind::Exemplar | RowKind::Commendation => OF_PEOPLE,
    };
    Figure { code, kind, aggregate, relation, by, row }
}

/// Every figure, in the order of the reports.
pub static FIGURES: [Figure; 13] = [
    figure("C1", Kind::Stock, Aggregate::Distinct, relations::ACTIVE_SCHEMES, RowKind::Scheme),
    figure("C2", Kind::Stock, Aggregate::Count, relations::ACTIVE_POINTS, RowKind::Point),
    figure("C3", Kind::Stock, Aggregate::Count, relations::TEAMS, RowKind::Team),
    figure("C4", Kind::Stock, Aggregate::Sum, relations::TEAM_MEMBERS, RowKind::Team),
    figure("C5", Kind::Stock, Aggregate::Sum, relations::HOUSEHOLDS, RowKind::Point),
    figure("C6", Kind::Flow, Aggregate::Count, relations::NEWLY_BUILT, RowKind::Point),
    figure("C7", Kind::Flow, Aggregate::Count, relations::REPLICATED, RowKind::Point),
    figure("C8", Kind::Flow, Aggregate::Count, relations::KEPT, RowKind::Point),
    Figure {
        code: "C12",
        kind: Kind::Flow,
        aggregate: Aggregate::Count,
        relation: relations::ENDED,
        by: OF_ENDINGS,
        row: RowKind::Point,
    },
    figure("F1", Kind::Stock, Aggregate::Count, relations::EXEMPLARS, RowKind::Exemplar),
    figure("F4", Kind::Flow, Aggregate::Count, relations::MERIT_OF_THE_PROVINCE, RowKind::Commendation),
    figure("F5", Kind::Flow, Aggregate::Count, relations::LETTER_OF_THE_DEPARTMENT, RowKind::Commendation),
    figure("F6", Kind::Flow, Aggregate::Count, relations::LETTER_OF_THE_POLICE, RowKind::Commendation),
];

/// A figure by its code, in any case.
pub fn by_code(code: &str) -> Option<&'static Figure> {
    FIGURES.iter().find(|figure| figure.code.eq_ignore_ascii_case(code))
}
