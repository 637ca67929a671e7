//! A place and what may be said of it without asking anyone.

/// The end of what has not ended.
pub const OPEN: &str = "9999-12-31";
/// The beginning of what began before anyone wrote it down (2021-11-01).
pub const SINCE_EVER: &str = "0001-01-01";
/// The whole country.
pub const NATION: &str = "VN";

/// How deep a place stands. The number is kept in the database.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Hash)]
pub enum Level {
    Nation = 0,
    Province = 1,
    District = 2,
    Commune = 3,
    Area = 4,
    Institution = 5,
}

/// A name that is told apart by its commune: `Khu 3 (xã Hùng Việt)`.
pub fn told_apart(name: &str) -> Option<(&str, &str)> {
    let (base, within) = name.strip_suffix(')')?.rsplit_once('(')?;
    let (base, within) = (base.trim(), within.trim());
    (!base.is_empty() && !within.is_empty()).then_some((base, within))
}

impl Level {
    /// Reads the number kept in the database.
    pub fn from_number(number: i64) -> Level {
        match number {
            0 => Level::Nation,
            1 => Level::Province,
            2 => Level::District,
            3 => Level::Commune,
            4 => Level::Area,
            _ => Level::Institution,
        }
    }

    /// Reads the word used on the command line and in addresses.
    pub fn from_word(word: &str) -> Option<Level> {
        match word {
            "nation" => Some(Level::Nation),
            "province" => Some(Level::Province),
            "district" => Some(Level::District),
            "commune" => Some(Level::Commune),
            "area" => Some(Level::Area),
            "institution" => Some(Level::Institution),
            _ => None,
        }
    }

    /// The word used on the command line and in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Level::Nation => "nation",
            Level::Province => "province",
            Level::District => "district",
            Level::Commune => "commune",
            Level::Area => "area",
            Level::Institution => "institution",
        }
    }
}

/// The kinds of area a point is applied to; the counting rule asks for it (guidance 22).
pub const AREA_KINDS: [&str; 8] =
    ["commune", "residential_area", "agency", "enterprise", "school", "health", "market", "religious"];

/// A place as it is called last.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    pub id: String,
    pub code: String,
    pub level: Level,
    pub kind: String,
    pub name: String,
    pub parent_id: String,
    pub from_on: String,
    pub to_on: String,
    pub area_km2: Option<f64>,
    pub population: Option<i64>,
    /// Under which id the roll-up knows this place: its own, or that of its commune.
    pub pin_id: String,
}

impl Place {
    /// Where the roll-up shows what happens here: at the place itself, or at the commune of a residential area
    /// or institution without a history of its own.
    pub fn pin_id(&self) -> &str {
        &self.pin_id
    }

    /// Does the roll-up not tell this place from its commune?
    pub fn is_within_its_pin(&self) -> bool {
        self.pin_id != self.id
    }

    /// Has this place come to an end by this day?
    pub fn has_ended(&self, today: &str) -> bool {
        self.to_on.as_str() <= today
    }

    /// A day on which this place is on the map: the asked one, or its last.
    pub fn day_on_the_map(&self, asked: &str) -> String {
        if asked >= self.from_on.as_str() && asked < self.to_on.as_str() {
            return asked.to_owned();
        }
        if asked < self.from_on.as_str() { self.from_on.clone() } else { last_day(&self.to_on) }
    }
}

/// The day before an exclusive end.
pub fn last_day(to_on: &str) -> String {
    to_on
        .parse::<jiff::civil::Date>()
        .ok()
        .and_then(|date| date.yesterday().ok())
        .map_or_else(|| to_on.to_owned(), |date| date.to_string())
}

/// One name and parent of a place, and how long it had them.
#[derive(Clone, Debug)]
pub struct Version {
    pub from_on: String,
    pub to_on: String,
    pub name: String,
    pub parent_name: String,
    pub decree: String,
}

/// What a place came from, or what it became.
#[derive(Clone, Debug)]
pub struct Relation {
    pub place_id: String,
    pub name: String,
    pub parent_name: String,
    pub on_date: String,
    pub part: bool,
    pub legal_basis: String,
    pub confidence: String,
}
