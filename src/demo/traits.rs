//! Traits of the sample's places and schemes. Of real communes only what their kind says, what was published, and
//! harmless things by chance; which place is a key area, a religious one or one of ethnic minorities is not invented.

use crate::demo::chance::Chance;
use crate::demo::ground::{Commune, Ground};
use crate::demo::press::Listed;
use crate::error::Result;
use crate::fit::likeness::Traits;
use crate::fit::store::{self, Borne};
use crate::places::place::OPEN;
use crate::work::Work;

/// From this day today's communes exist.
const SINCE: &str = "2025-07-01";

/// What newspapers wrote of communes of the province.
const PUBLISHED: [(&str, &[&str]); 3] =
    [("Nhân Nghĩa", &["religious"]), ("Pà Cò", &["ethnic", "mountain"]), ("Thu Cúc", &["ethnic", "mountain"])];

/// Traits that hurt nobody, and in how many of a hundred communes they are.
const BY_CHANCE: [(&str, u64); 6] =
    [("riverside", 35), ("industrial", 22), ("lodging", 18), ("market", 30), ("schools", 28), ("traffic", 33)];

/// For which ground the schemes of a sector are meant.
const OF_SECTORS: [(&str, &[&str]); 8] = [
    ("DT", &["ethnic", "mountain"]),
    ("TG", &["religious"]),
    ("DN", &["industrial", "lodging"]),
    ("NT", &["schools"]),
    ("GR", &["border"]),
    ("GT", &["traffic"]),
    ("TM", &["market"]),
    ("DL", &["tourism"]),
];

/// Writes the traits of every commune and scheme.
pub(super) fn write(work: &mut Work, chance: &mut Chance, ground: &Ground, catalogue: &[Listed]) -> Result<()> {
    for commune in &ground.communes {
        for code in of_commune(chance, commune) {
            let borne = Borne {
                place_id: commune.pin.id.clone(),
                code,
                from_on: SINCE.into(),
                to_on: OPEN.into(),
                basis: String::new(),
            };
            store::insert(work, &ground.province, &borne)?;
        }
    }
    for Listed { scheme, .. } in catalogue {
        let of = OF_SECTORS.iter().filter(|(sector, _)| scheme.sectors.iter().any(|own| own == sector));
        let traits: Traits = of.flat_map(|(_, codes)| codes.iter().map(|code| (*code).to_owned())).collect();
        store::replace_of_scheme(work, (&scheme.province, &scheme.id), &traits)?;
    }
    Ok(())
}

fn of_commune(chance: &mut Chance, commune: &Commune) -> Traits {
    let mut traits = Traits::new();
    let terrain = match (commune.pin.name.starts_with("Phường"), commune.former.as_str()) {
        (true, _) => "urban",
        (false, "17") => "mountain",
        (false, _) => "rural_plain",
    };
    traits.insert(terrain.to_owned());
    let by_chance = BY_CHANCE.iter().filter(|(_, percent)| chance.percent(*percent)).map(|(code, _)| *code);
    traits.extend(by_chance.map(str::to_owned));
    let published = PUBLISHED.iter().filter(|(name, _)| commune.pin.short_name == *name);
    traits.extend(published.flat_map(|(_, codes)| codes.iter().map(|code| (*code).to_owned())));
    traits
}
