//! The catalogue: which figures there are, of what kind, and from which relation.
//! The sentences (label, unit, rule and its basis) stand in `words/` under `figure-<code>…`.

use std::borrow::Cow;

use crate::figures::relations;
use crate::permissions::Verb;
use crate::places::place::Level;

/// A stock stands at the cut-off date; a flow happened from one date to the cut-off. A stock cannot be
/// added up over time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Stock,
    Flow,
}

/// Which rows of the relation count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    /// Those that stand at the cut-off.
    Standing,
    /// Those that happened in the period and are not withdrawn at the cut-off.
    Happened,
    /// Those that stand at the cut-off, whose thing stood on the first day of the period and began before it.
    Kept,
}

/// How rows become a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Aggregate {
    /// How many different schemes the rows speak of.
    Schemes,
    /// How many rows.
    Count,
    /// The sum of the rows' values.
    Sum,
}

/// What a breakdown may group by.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub enum By {
    /// The units right below the place.
    Place,
    /// All units of a level below the place.
    Level(Level),
    /// The groups of a grouping, by what addresses call it.
    Grouping(String),
    Scheme,
    Sector,
    Kind,
    Reason,
}

impl By {
    /// Reads the word of the command line and of addresses: `place`, `commune`, `grouping:cum-thi-dua`.
    pub fn from_word(word: &str) -> Option<By> {
        match word {
            "place" => Some(By::Place),
            "province" | "district" | "commune" => Level::from_word(word).map(By::Level),
            "scheme" => Some(By::Scheme),
            "sector" => Some(By::Sector),
            "kind" => Some(By::Kind),
            "reason" => Some(By::Reason),
            _ => {
                let slug = word.strip_prefix("grouping:").filter(|slug| !slug.is_empty());
                slug.map(|slug| By::Grouping(slug.to_owned()))
            }
        }
    }

    /// The word of the command line and of addresses.
    pub fn word(&self) -> Cow<'static, str> {
        match self {
            By::Place => "place".into(),
            By::Level(level) => level.word().into(),
            By::Grouping(slug) => format!("grouping:{slug}").into(),
            By::Scheme => "scheme".into(),
            By::Sector => "sector".into(),
            By::Kind => "kind".into(),
            By::Reason => "reason".into(),
        }
    }

    /// Are its lines places, or groups of them?
    pub fn is_of_places(&self) -> bool {
        matches!(self, By::Place | By::Level(_) | By::Grouping(_))
    }
}

/// One figure of the catalogue.
pub struct Figure {
    pub code: &'static str,
    pub kind: Kind,
    pub aggregate: Aggregate,
    pub when: When,
    /// SQL of the rows; see `relations`.
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
    Activity,
    Exemplar,
    Commendation,
}

impl RowKind {
    /// The right to see rows of this kind one by one: a number may be read by more people than its rows.
    pub fn verb(self) -> Verb {
        match self {
            RowKind::Scheme => Verb::ReadScheme,
            RowKind::Point | RowKind::Team | RowKind::Activity => Verb::ReadPoint,
            RowKind::Exemplar | RowKind::Commendation => Verb::ReadExemplar,
        }
    }
}

impl Figure {
    /// May the figure be broken down so? Whatever has places may be told by any of their groups.
    pub fn may_be_by(&self, by: &By) -> bool {
        self.by.contains(if by.is_of_places() { &By::Place } else { by })
    }
}

const OF_POINTS: &[By] = &[By::Place, By::Scheme, By::Sector, By::Kind];
const OF_ENDINGS: &[By] = &[By::Place, By::Scheme, By::Sector, By::Kind, By::Reason];
const OF_PEOPLE: &[By] = &[By::Place, By::Kind];

const fn stock(code: &'static str, aggregate: Aggregate, relation: &'static str, row: RowKind) -> Figure {
    Figure { code, kind: Kind::Stock, when: When::Standing, aggregate, relation, by: of(row), row }
}

const fn flow(code: &'static str, relation: &'static str, row: RowKind) -> Figure {
    Figure { code, kind: Kind::Flow, when: When::Happened, aggregate: Aggregate::Count, relation, by: of(row), row }
}

const fn activity(code: &'static str, relation: &'static str) -> Figure {
    Figure { aggregate: Aggregate::Sum, ..flow(code, relation, RowKind::Activity) }
}

const fn of(row: RowKind) -> &'static [By] {
    match row {
        RowKind::Scheme | RowKind::Point | RowKind::Team | RowKind::Activity => OF_POINTS,
        RowKind::Exemplar | RowKind::Commendation => OF_PEOPLE,
    }
}

/// Every figure, in the order of the reports.
pub static FIGURES: [Figure; 28] = [
    stock("C1", Aggregate::Schemes, relations::ACTIVE_POINTS, RowKind::Scheme),
    stock("C2", Aggregate::Count, relations::ACTIVE_POINTS, RowKind::Point),
    stock("C3", Aggregate::Count, relations::TEAMS, RowKind::Team),
    stock("C4", Aggregate::Sum, relations::TEAMS, RowKind::Team),
    stock("C5", Aggregate::Sum, relations::HOUSEHOLDS, RowKind::Point),
    flow("C6", relations::NEWLY_BUILT, RowKind::Point),
    flow("C7", relations::REPLICATED, RowKind::Point),
    Figure { when: When::Kept, ..flow("C8", relations::ACTIVE_POINTS, RowKind::Point) },
    flow("C9", relations::STRENGTHENED, RowKind::Point),
    activity("C10", relations::REVIEW_MEETINGS),
    Figure { by: OF_ENDINGS, ..flow("C12", relations::ENDED, RowKind::Point) },
    stock("C15", Aggregate::Sum, relations::EQUIPMENT, RowKind::Activity),
    activity("B1", relations::TALKS),
    activity("B1N", relations::TALKS_ATTENDED),
    activity("D3", relations::MEETINGS),
    activity("D4", relations::DRILLS),
    activity("D5", relations::PATROLS),
    activity("D6", relations::MEDIATIONS),
    activity("D7", relations::INFORMATION),
    activity("D8", relations::HANDED_IN),
    activity("D9", relations::REINTEGRATION),
    stock("F1", Aggregate::Count, relations::EXEMPLARS, RowKind::Exemplar),
    flow("F4", relations::MERIT_OF_THE_PROVINCE, RowKind::Commendation),
    flow("F5", relations::LETTER_OF_THE_DEPARTMENT, RowKind::Commendation),
    flow("F6", relations::LETTER_OF_THE_POLICE, RowKind::Commendation),
    activity("H1", relations::BUDGET),
    activity("H2", relations::INTEGRATED),
    activity("H3", relations::SOCIAL),
];

/// A figure by its code, in any case.
pub fn by_code(code: &str) -> Option<&'static Figure> {
    FIGURES.iter().find(|figure| figure.code.eq_ignore_ascii_case(code))
}
