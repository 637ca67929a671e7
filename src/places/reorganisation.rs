//! A reorganisation: what a resolution does to places on a day. It is told as deeds, each about one place that
//! stands afterwards or about one that is closed; `effects` says what follows from them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::error::{Error, FieldError, Result};
use crate::places::place::Level;

/// Everything that one resolution does on one day.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reorganisation {
    /// The first day of the new map.
    pub on: String,
    pub deeds: Vec<Deed>,
    /// Sources given away in parts of which nothing is left. A source that is not named here goes on with the rest.
    pub used_up: BTreeSet<String>,
}

/// What becomes of one place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Deed {
    /// A new unit where the sources stood; without sources it is created.
    Found {
        unit: NewUnit,
        from: Vec<Share>,
    },
    /// A standing place takes others in, whole or in part, and goes on.
    TakeIn {
        place_id: String,
        from: Vec<Share>,
    },
    Rename {
        place_id: String,
        name: String,
    },
    /// Another kind (xã to phường), under the same name or another.
    Reclassify {
        place_id: String,
        kind: String,
        name: String,
    },
    Move {
        place_id: String,
        parent: String,
    },
    /// It ends and nothing takes its place; `with_level` when its whole level is abolished.
    Close {
        place_id: String,
        with_level: bool,
    },
}

/// A unit that does not stand yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewUnit {
    /// Names the unit within its reorganisation, `+1`; another new unit may have it as its parent.
    pub key: String,
    /// What the unit is called by where it has no official code.
    pub uid: String,
    pub code: String,
    pub level: u8,
    pub kind: String,
    pub name: String,
    /// A standing place, or the key of another new unit.
    pub parent: String,
}

/// How much of a source goes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Extent {
    Whole,
    Part,
}

/// Who lived on what goes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum People {
    All,
    Some,
    /// Bare land: see docs/decisions/002-places.md.
    None,
    Unknown,
}

impl People {
    /// The word kept with a line.
    pub fn word(self) -> &'static str {
        match self {
            People::All => "all",
            People::Some => "some",
            People::None => "none",
            People::Unknown => "",
        }
    }
}

/// A source, and how much of it goes over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    pub place_id: String,
    pub extent: Extent,
    pub people: People,
}

/// What people call a deed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Merge,
    Split,
    PartialTransfer,
    Renewal,
    Rename,
    Reclassify,
    Move,
    LevelAbolished,
    Creation,
    Closing,
}

impl Kind {
    /// The word in addresses and in the words' keys.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Merge => "merge",
            Kind::Split => "split",
            Kind::PartialTransfer => "partial-transfer",
            Kind::Renewal => "renewal",
            Kind::Rename => "rename",
            Kind::Reclassify => "reclassify",
            Kind::Move => "move",
            Kind::LevelAbolished => "level-abolished",
            Kind::Creation => "creation",
            Kind::Closing => "closing",
        }
    }
}

impl Deed {
    /// What people call this.
    pub fn kind(&self) -> Kind {
        match self {
            Deed::Found { from, .. } if from.is_empty() => Kind::Creation,
            Deed::Found { from, .. } if from.len() > 1 => Kind::Merge,
            Deed::Found { from, .. } if from[0].extent == Extent::Part => Kind::Split,
            Deed::Found { .. } => Kind::Renewal,
            Deed::TakeIn { from, .. } if from.iter().any(|share| share.extent == Extent::Whole) => Kind::Merge,
            Deed::TakeIn { .. } => Kind::PartialTransfer,
            Deed::Rename { .. } => Kind::Rename,
            Deed::Reclassify { .. } => Kind::Reclassify,
            Deed::Move { .. } => Kind::Move,
            Deed::Close { with_level: true, .. } => Kind::LevelAbolished,
            Deed::Close { with_level: false, .. } => Kind::Closing,
        }
    }

    /// The sources of this deed.
    pub fn from(&self) -> &[Share] {
        match self {
            Deed::Found { from, .. } | Deed::TakeIn { from, .. } => from,
            Deed::Rename { .. } | Deed::Reclassify { .. } | Deed::Move { .. } | Deed::Close { .. } => &[],
        }
    }

    /// The same, to be changed.
    pub fn sources_mut(&mut self) -> Option<&mut Vec<Share>> {
        match self {
            Deed::Found { from, .. } | Deed::TakeIn { from, .. } => Some(from),
            Deed::Rename { .. } | Deed::Reclassify { .. } | Deed::Move { .. } | Deed::Close { .. } => None,
        }
    }

    /// The unit that this deed founds.
    pub fn unit(&self) -> Option<&NewUnit> {
        match self {
            Deed::Found { unit, .. } => Some(unit),
            Deed::TakeIn { .. }
            | Deed::Rename { .. }
            | Deed::Reclassify { .. }
            | Deed::Move { .. }
            | Deed::Close { .. } => None,
        }
    }

    /// The standing place that this deed is about.
    pub fn standing(&self) -> Option<&str> {
        match self {
            Deed::Found { .. } => None,
            Deed::TakeIn { place_id, .. }
            | Deed::Rename { place_id, .. }
            | Deed::Reclassify { place_id, .. }
            | Deed::Move { place_id, .. }
            | Deed::Close { place_id, .. } => Some(place_id),
        }
    }

    /// What it is put below, by this deed.
    pub fn parent(&self) -> Option<&str> {
        match self {
            Deed::Found { unit, .. } => Some(&unit.parent),
            Deed::Move { parent, .. } => Some(parent),
            Deed::TakeIn { .. } | Deed::Rename { .. } | Deed::Reclassify { .. } | Deed::Close { .. } => None,
        }
    }
}

impl NewUnit {
    /// `code@first day`, as every official unit; one without a code keeps the id it was drafted with.
    pub fn id(&self, on: &str) -> String {
        if self.code.is_empty() { self.uid.clone() } else { format!("{}@{on}", self.code) }
    }
}

impl Reorganisation {
    /// Every standing place that is named, once.
    pub fn named(&self) -> BTreeSet<String> {
        let shares = self.deeds.iter().flat_map(Deed::from).map(|share| share.place_id.clone());
        let standing = self.deeds.iter().filter_map(|deed| deed.standing().map(str::to_owned));
        let parents = self.deeds.iter().filter_map(|deed| deed.parent().map(str::to_owned));
        shares.chain(standing).chain(parents.filter(|parent| !parent.starts_with('+'))).collect()
    }

    /// The sources that are given away in parts, with the number of their parts.
    pub fn parted(&self) -> BTreeMap<&str, usize> {
        let mut parted = BTreeMap::new();
        for share in self.deeds.iter().flat_map(Deed::from).filter(|share| share.extent == Extent::Part) {
            *parted.entry(share.place_id.as_str()).or_default() += 1;
        }
        parted
    }

    /// The places that are no more afterwards.
    pub fn ended(&self) -> BTreeSet<&str> {
        let shares = self.deeds.iter().flat_map(Deed::from);
        let whole = shares.filter(|share| share.extent == Extent::Whole).map(|share| share.place_id.as_str());
        let parted = self.parted().into_keys().filter(|id| self.used_up.contains(*id)).collect::<Vec<_>>();
        let closed = self.deeds.iter().filter_map(|deed| match deed {
            Deed::Close { place_id, .. } => Some(place_id.as_str()),
            Deed::Found { .. }
            | Deed::TakeIn { .. }
            | Deed::Rename { .. }
            | Deed::Reclassify { .. }
            | Deed::Move { .. } => None,
        });
        whole.chain(closed).chain(parted).collect()
    }
}

/// What has become of a reorganisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Drafted,
    /// Signed by a second person; its day has not come.
    Signed,
    InForce,
    /// Taken out of the tree again.
    Reversed,
    /// A draft that nobody wants any more.
    Dropped,
}

impl State {
    /// Every state, in the order of a life.
    pub const ALL: [State; 5] = [State::Drafted, State::Signed, State::InForce, State::Reversed, State::Dropped];

    /// The code kept in the database.
    pub fn code(self) -> &'static str {
        match self {
            State::Drafted => "drafted",
            State::Signed => "signed",
            State::InForce => "in_force",
            State::Reversed => "reversed",
            State::Dropped => "dropped",
        }
    }

    /// Reads the code kept in the database.
    pub fn from_code(code: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Is it part of the tree?
    pub fn counts(self) -> bool {
        match self {
            State::Signed | State::InForce => true,
            State::Drafted | State::Reversed | State::Dropped => false,
        }
    }

    /// A draft may be changed; what was signed is reversed or corrected.
    pub fn refuse_edit(self) -> Result<()> {
        if self == State::Drafted { Ok(()) } else { Err(Error::Refused("reorganisation-not-a-draft")) }
    }

    /// Only what stands in the tree can be taken out of it.
    pub fn refuse_reversal(self) -> Result<()> {
        if self.counts() { Ok(()) } else { Err(Error::Refused("reorganisation-not-signed")) }
    }
}

/// The decision that a reorganisation rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    pub number: String,
    pub issued_on: String,
    pub issuer: String,
}

impl Decision {
    /// Everything that is missing before someone may sign under it. A decision is issued before its day comes.
    pub fn check(&self, today: &str) -> Result<()> {
        let mut missing = Vec::new();
        let mut miss = |field, key| missing.push(FieldError { field, key, value: String::new() });
        if self.number.is_empty() {
            miss("paper_number", "step-paper-number-missing");
        }
        if self.issuer.is_empty() {
            miss("paper_issuer", "step-paper-issuer-missing");
        }
        if self.issued_on.is_empty() {
            miss("paper_date", "step-paper-date-missing");
        } else if self.issued_on.as_str() > today {
            miss("paper_date", "step-paper-date-future");
        }
        if missing.is_empty() { Ok(()) } else { Err(Error::Invalid(missing)) }
    }
}

/// Whoever drafted or last changed it does not sign it: two people have read every line.
pub fn refuse_signer(drafted_by: &str, edited_by: &str, signer: &str) -> Result<()> {
    if signer == drafted_by || signer == edited_by {
        return Err(Error::Refused("reorganisation-second-person"));
    }
    Ok(())
}

/// The kinds of units of a level.
pub fn kinds(level: Level) -> &'static [&'static str] {
    match level {
        Level::Nation => &[],
        Level::Province => &["tinh", "thanh_pho_tw"],
        Level::District => &["huyen", "quan", "thi_xa", "thanh_pho"],
        Level::Commune => &["xa", "phuong", "dac_khu", "thi_tran"],
        Level::Area => &["residential_area"],
        Level::Institution => &["agency", "enterprise", "school", "health", "market", "religious"],
    }
}
