//! What the roll-up needs to know of places, official or a province's own.

/// The id of the root of every tree.
pub const NATION: &str = "VN";

/// Places through time and what became of them: the official units, and a province's own below them.
/// The nation is not among the places; it is the parent of whatever has none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    pub places: Vec<Place>,
    pub links: Vec<Link>,
}

/// A place and its parents. It lives from its first span to the end of its last.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    pub id: String,
    /// 1 province, 2 district, 3 commune, more for what stands below a commune.
    pub level: u8,
    /// Oldest first, without gaps. A parent that ended meanwhile is followed along its own lines.
    pub spans: Vec<Span>,
}

/// For how long a place stood under which parent; none is the nation.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    pub from: String,
    pub to: String,
    pub parent: Option<String>,
}

/// The source ended on this day and went, in whole or in part, to the target.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    pub source: String,
    pub target: String,
    pub on: String,
    /// Nobody lived there: see docs/decisions/002-places.md.
    pub land_only: bool,
}
