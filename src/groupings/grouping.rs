//! A grouping and what may be said of it without asking anyone.

use crate::places::place::OPEN;

/// What groupings there are. The province names each itself; the kind says what it is for.
pub const KINDS: [&str; 5] = ["police_cluster", "emulation_block", "agency_branch", "former_units", "other"];

/// A grouping of a province, or of the nation.
#[derive(Clone, Debug, PartialEq)]
pub struct Grouping {
    /// The code of its province, or `VN`.
    pub province: String,
    pub id: String,
    /// By what addresses and the command line call it.
    pub slug: String,
    pub name: String,
    pub kind: String,
    pub basis: String,
    pub from_on: String,
    pub to_on: String,
    pub version: i64,
}

impl Grouping {
    /// Is it in force on a day?
    pub fn stands_on(&self, on: &str) -> bool {
        self.from_on.as_str() <= on && on < self.to_on.as_str()
    }

    /// Its last day; nothing while it goes on.
    pub fn ended_on(&self) -> Option<String> {
        (self.to_on != OPEN).then(|| crate::places::place::last_day(&self.to_on))
    }
}

/// One of the groups.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub id: String,
    pub name: String,
}

/// A place in a group, from a day on.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    pub place_id: String,
    pub group_id: String,
    pub from_on: String,
    pub to_on: String,
}

/// One group of a grouping, or what is in none of its groups: `cum-thi-dua.01a2…`, `cum-thi-dua.`.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    pub grouping: Grouping,
    /// Nothing: what is in no group.
    pub group: Option<Group>,
}

impl Chosen {
    /// By what addresses and the command line call it.
    pub fn key(&self) -> String {
        key(&self.grouping.slug, self.group.as_ref().map_or("", |group| group.id.as_str()))
    }
}

/// By what addresses and the command line call a group; an empty id is what is in none.
pub fn key(slug: &str, group_id: &str) -> String {
    format!("{slug}.{group_id}")
}
