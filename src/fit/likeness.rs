//! Which places are alike, and how schemes fare where they are applied.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::heartbeat::rule::Life;
use crate::lineage::tree::{Leaf, Share};
use crate::places::place::Level;

/// The codes of traits.
pub type Traits = BTreeSet<String>;

/// A place that stands, with the traits it has itself.
#[derive(Clone, Debug)]
pub struct Bearer {
    pub id: String,
    pub name: String,
    pub level: Level,
    pub pin_id: String,
    pub traits: Traits,
}

/// What two have in common.
pub fn shared(one: &Traits, other: &Traits) -> Vec<String> {
    one.intersection(other).cloned().collect()
}

/// Places of the same level that share a trait with one, those that share most first.
pub fn alike<'b>(own: &Traits, (id, level): (&str, Level), bearers: &'b [Bearer]) -> Vec<(&'b Bearer, Vec<String>)> {
    let others = bearers.iter().filter(|other| other.level == level && other.id != id);
    let mut found: Vec<_> = others.map(|other| (other, shared(own, &other.traits))).collect();
    found.retain(|(_, shared)| !shared.is_empty());
    found.sort_by_key(|(_, shared)| std::cmp::Reverse(shared.len()));
    found
}

/// A launched point and where it stands.
#[derive(Clone, Debug)]
pub struct Sited {
    pub leaf: Leaf,
    pub scheme_id: String,
    pub place_id: String,
    /// Empty where it is not certain.
    pub commune_id: String,
}

/// The traits of the place where a point stands: those of the place itself and of its commune.
pub fn traits_at(point: &Sited, bearers: &HashMap<&str, &Traits>) -> Traits {
    let at = [point.place_id.as_str(), point.commune_id.as_str()];
    at.iter().filter_map(|id| bearers.get(id)).flat_map(|traits| traits.iter().cloned()).collect()
}

/// How a scheme fares in some places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    pub scheme_id: String,
    pub n_launched: i64,
    pub n_operating: i64,
    pub n_living: i64,
    /// Of those launched a year ago or earlier: how many operated a year after their launch.
    pub after_12: Share,
}

/// How the schemes of some points fare on a day, those with most living points first.
pub fn standings<'p>(
    points: impl Iterator<Item = &'p Sited>,
    lives: &HashMap<String, Life>,
    at: &str,
) -> Vec<Standing> {
    let mut told: BTreeMap<&str, Standing> = BTreeMap::new();
    for point in points {
        let standing = told.entry(&point.scheme_id).or_default();
        standing.n_launched += 1;
        standing.n_operating += i64::from(point.leaf.state_on(at).is_active());
        standing.n_living += i64::from(lives.get(&point.leaf.id) == Some(&Life::Living));
        standing.after_12.count(point.leaf.after(12, at));
    }
    let mut standings: Vec<Standing> =
        told.into_iter().map(|(id, standing)| Standing { scheme_id: id.to_owned(), ..standing }).collect();
    standings.sort_by_key(|s| std::cmp::Reverse((s.n_living, s.n_operating, s.n_launched)));
    standings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lineage::adaptation::Counts;
    use crate::lineage::tree::Stretch;
    use crate::schemes::point::{Origin, State};

    fn traits(codes: &[&str]) -> Traits {
        codes.iter().map(|code| (*code).to_owned()).collect()
    }

    fn bearer(id: &str, level: Level, codes: &[&str]) -> Bearer {
        Bearer { id: id.into(), name: id.into(), level, pin_id: id.into(), traits: traits(codes) }
    }

    #[test]
    fn the_places_that_share_most_come_first_and_none_is_like_itself() {
        let bearers = [
            bearer("pa-co", Level::Commune, &["ethnic", "mountain"]),
            bearer("thu-cuc", Level::Commune, &["border", "ethnic", "mountain"]),
            bearer("tam-duong", Level::Commune, &["industrial"]),
            bearer("nhan-nghia", Level::Commune, &["mountain", "religious"]),
            bearer("xom-mot", Level::Area, &["mountain"]),
        ];
        let own = traits(&["ethnic", "mountain"]);
        let found = alike(&own, ("pa-co", Level::Commune), &bearers);
        let told: Vec<_> = found.iter().map(|(place, shared)| (place.id.as_str(), shared.len())).collect();
        assert_eq!(told, [("thu-cuc", 2), ("nhan-nghia", 1)]);
        assert!(alike(&traits(&[]), ("x", Level::Commune), &bearers).is_empty(), "what has no trait is like nothing");
    }

    fn sited(id: &str, scheme: &str, launched_on: &str, ended_on: &str) -> Sited {
        let stretch =
            |state, from_on: &str, to_on: &str| Stretch { state, from_on: from_on.into(), to_on: to_on.into() };
        let leaf = Leaf {
            id: id.into(),
            code: id.into(),
            name: id.into(),
            place: "Xã Pà Cò".into(),
            commune_code: "1".into(),
            origin: Origin::Original,
            from_id: String::new(),
            launched_on: launched_on.into(),
            stretches: vec![
                stretch(State::Active, launched_on, ended_on),
                stretch(State::Ended, ended_on, "9999-12-31"),
            ],
            counts: Counts::default(),
        };
        Sited { leaf, scheme_id: scheme.into(), place_id: "xom".into(), commune_id: "pa-co".into() }
    }

    #[test]
    fn a_scheme_is_judged_by_what_lives_and_survived() {
        let points = [
            sited("a", "bell", "2024-01-01", "9999-12-31"),
            sited("b", "bell", "2024-01-01", "2024-06-01"),
            sited("c", "bell", "2026-10-01", "9999-12-31"),
            sited("d", "lamp", "2024-01-01", "9999-12-31"),
        ];
        let lives = HashMap::from([("a".to_owned(), Life::Living), ("d".to_owned(), Life::Dormant)]);
        let told = standings(points.iter(), &lives, "2026-11-15");
        let bell = Standing {
            scheme_id: "bell".into(),
            n_launched: 3,
            n_operating: 2,
            n_living: 1,
            after_12: Share { n: 1, of: 2 },
        };
        assert_eq!(told[0], bell, "the one that was launched last month is not asked yet");
        assert_eq!((told[1].n_operating, told[1].n_living), (1, 0));
    }

    #[test]
    fn a_point_has_the_traits_of_its_area_and_of_its_commune() {
        let (area, commune) = (traits(&["religious"]), traits(&["mountain"]));
        let bearers = HashMap::from([("xom", &area), ("pa-co", &commune)]);
        assert_eq!(
            traits_at(&sited("a", "bell", "2024-01-01", "9999-12-31"), &bearers),
            traits(&["mountain", "religious"])
        );
    }
}
