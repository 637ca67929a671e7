//! The tree of a scheme's spread: generations, what lives on after 12 and 24 months, what was kept and adapted.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::ToSpan;
use jiff::civil::Date;

use crate::heartbeat::rule::Life;
use crate::lineage::adaptation::Counts;
use crate::schemes::point::{Origin, State};

/// A stretch of a point's life; `to_on` is exclusive.
#[derive(Clone, Debug)]
pub struct Stretch {
    pub state: State,
    pub from_on: String,
    pub to_on: String,
}

/// A launched point as it is read.
#[derive(Clone, Debug)]
pub struct Leaf {
    pub id: String,
    pub code: String,
    pub name: String,
    /// The commune in which it lies on the map that is asked for.
    pub place: String,
    /// Empty where it is not certain.
    pub commune_code: String,
    pub origin: Origin,
    pub from_id: String,
    pub launched_on: String,
    pub stretches: Vec<Stretch>,
    pub counts: Counts,
}

impl Leaf {
    /// What the point was on a day.
    pub fn state_on(&self, day: &str) -> State {
        let found = self.stretches.iter().find(|s| s.from_on.as_str() <= day && day < s.to_on.as_str());
        found.map_or(State::Proposed, |stretch| stretch.state)
    }

    /// Was it still operating so many months after its launch? Only points that are old enough by `at` are asked.
    pub fn after(&self, months: i64, at: &str) -> Survival {
        let day = self.launched_on.parse::<Date>().ok().and_then(|on| on.checked_add(months.months()).ok());
        let Some(day) = day.map(|day| day.to_string()) else { return Survival::TooYoung };
        match (day.as_str() > at, self.state_on(&day).is_active()) {
            (true, _) => Survival::TooYoung,
            (false, true) => Survival::Operating,
            (false, false) => Survival::Gone,
        }
    }
}

/// What is told of a point some months after its launch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Survival {
    TooYoung,
    Operating,
    Gone,
}

/// The code of a point and the one it comes from, for every point of the scheme.
#[derive(Clone, Debug, Default)]
pub struct Parent {
    pub code: String,
    pub from_id: Option<String>,
}

/// How an operating point lives, and what it did in the months that are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beating {
    pub life: Life,
    pub n_activities: i64,
    pub n_months: i64,
}

/// A point in its tree.
#[derive(Clone, Debug)]
pub struct Node {
    pub leaf: Leaf,
    /// 0 for an original.
    pub generation: i64,
    pub state: State,
    /// The position of the one it comes from; nothing when that one is not in this tree.
    pub from: Option<usize>,
    pub from_code: String,
    /// Nothing while it does not operate.
    pub beating: Option<Beating>,
}

/// The generation of a point: how many replications lie between it and an original. A circle cannot be made by the
/// register; should one stand in the rows it ends where it is met again.
pub fn generation(parents: &HashMap<String, Parent>, id: &str) -> i64 {
    let (mut n, mut seen, mut at) = (0, BTreeSet::new(), id);
    while let Some(from) = parents.get(at).and_then(|parent| parent.from_id.as_deref()) {
        if !seen.insert(at) {
            break;
        }
        n += 1;
        at = from;
    }
    n
}

/// The points in the order of the tree: each before those replicated from it, the earlier launched first.
pub fn grow(leaves: Vec<Leaf>, parents: &HashMap<String, Parent>, at: &str) -> Vec<Node> {
    let by_id: HashMap<String, usize> = leaves.iter().zip(0..).map(|(leaf, n)| (leaf.id.clone(), n)).collect();
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); leaves.len()];
    let mut roots = Vec::new();
    for (n, leaf) in leaves.iter().enumerate() {
        match by_id.get(&leaf.from_id).filter(|from| **from != n) {
            Some(from) => children[*from].push(n),
            None => roots.push(n),
        }
    }
    let mut open: Vec<(usize, Option<usize>)> = roots.into_iter().rev().map(|n| (n, None)).collect();
    let mut leaves: Vec<Option<Leaf>> = leaves.into_iter().map(Some).collect();
    let mut nodes: Vec<Node> = Vec::new();
    while let Some((n, from)) = open.pop() {
        let Some(leaf) = leaves[n].take() else { continue };
        let own = nodes.len();
        open.extend(children[n].iter().rev().map(|child| (*child, Some(own))));
        nodes.push(node(leaf, from, parents, at));
    }
    // Of a circle none would be met; none may be missing from a count.
    nodes.extend(leaves.into_iter().flatten().map(|leaf| node(leaf, None, parents, at)));
    nodes
}

fn node(leaf: Leaf, from: Option<usize>, parents: &HashMap<String, Parent>, at: &str) -> Node {
    Node {
        generation: generation(parents, &leaf.id),
        state: leaf.state_on(at),
        from_code: parents.get(&leaf.from_id).map_or_else(String::new, |parent| parent.code.clone()),
        from,
        beating: None,
        leaf,
    }
}

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    pub n: i64,
    pub of: i64,
}

impl Share {
    /// Counts one more, unless it is too young to be asked.
    pub fn count(&mut self, survival: Survival) {
        match survival {
            Survival::TooYoung => {}
            Survival::Operating => (self.n, self.of) = (self.n + 1, self.of + 1),
            Survival::Gone => self.of += 1,
        }
    }

    /// In hundredths; nothing of nothing.
    pub fn percent(self) -> Option<i64> {
        (self.of > 0).then(|| (100 * self.n + self.of / 2) / self.of)
    }
}

/// The numbers of some points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub n_points: i64,
    pub n_operating: i64,
    pub after_12: Share,
    pub after_24: Share,
    /// Of those that told what they made of the scheme, how many kept everything.
    pub kept: Share,
    /// Of those that operate and are old enough to be judged, how many live.
    pub living: Share,
    /// Real activities of the operating points, and the months in which they were.
    pub n_activities: i64,
    pub n_months: i64,
}

impl Tally {
    /// Real activities a month of an operating point on average, in hundredths; nothing of nothing.
    pub fn per_month(&self) -> Option<i64> {
        (self.n_months > 0).then(|| (100 * self.n_activities + self.n_months / 2) / self.n_months)
    }

    fn count(&mut self, node: &Node, at: &str) {
        self.n_points += 1;
        self.n_operating += i64::from(node.state.is_active());
        self.after_12.count(node.leaf.after(12, at));
        self.after_24.count(node.leaf.after(24, at));
        if let Some(beating) = node.beating {
            self.n_activities += beating.n_activities;
            self.n_months += beating.n_months;
            match beating.life {
                Life::Young => {}
                Life::Living => (self.living.n, self.living.of) = (self.living.n + 1, self.living.of + 1),
                Life::Fading | Life::Dormant => self.living.of += 1,
            }
        }
        if node.leaf.counts.is_told() {
            self.kept.of += 1;
            self.kept.n += i64::from(node.leaf.counts.n_changed() == 0);
        }
    }
}

/// The numbers of each generation.
pub fn by_generation(nodes: &[Node], at: &str) -> BTreeMap<i64, Tally> {
    let mut tallies: BTreeMap<i64, Tally> = BTreeMap::new();
    nodes.iter().for_each(|node| tallies.entry(node.generation).or_default().count(node, at));
    tallies
}

/// What replicated points made of the scheme.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Made {
    KeptAll,
    Changed,
    Untold,
}

impl Made {
    /// Its word.
    pub fn code(self) -> &'static str {
        match self {
            Made::KeptAll => "kept-all",
            Made::Changed => "changed",
            Made::Untold => "untold",
        }
    }
}

/// The numbers of replicated points by what they made of the scheme.
pub fn by_made(nodes: &[Node], at: &str) -> BTreeMap<Made, Tally> {
    let mut tallies = BTreeMap::new();
    for node in nodes.iter().filter(|node| node.leaf.origin == Origin::Replicated) {
        let made = match (node.leaf.counts.is_told(), node.leaf.counts.n_changed()) {
            (false, _) => Made::Untold,
            (true, 0) => Made::KeptAll,
            (true, _) => Made::Changed,
        };
        tallies.entry(made).or_insert_with(Tally::default).count(node, at);
    }
    tallies
}

/// What a year brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Year {
    pub year: i64,
    pub n_launched: i64,
    /// Communes that had none before.
    pub n_new_communes: i64,
    /// Operating on the last day of the year, or on the day that was asked for.
    pub n_operating: i64,
}

/// The first year in each commune, by its code.
pub fn first_years(nodes: &[Node]) -> BTreeMap<String, i64> {
    let mut first = BTreeMap::new();
    for leaf in nodes.iter().map(|node| &node.leaf).filter(|leaf| !leaf.commune_code.is_empty()) {
        let year = year_of(&leaf.launched_on);
        first
            .entry(leaf.commune_code.clone())
            .and_modify(|known: &mut i64| *known = (*known).min(year))
            .or_insert(year);
    }
    first
}

fn year_of(day: &str) -> i64 {
    day.get(..4).and_then(|year| year.parse().ok()).unwrap_or_default()
}

/// Every year from the first launch to the day that is asked for.
pub fn by_year(nodes: &[Node], at: &str) -> Vec<Year> {
    let Some(first) = nodes.iter().map(|node| year_of(&node.leaf.launched_on)).min() else { return Vec::new() };
    let firsts = first_years(nodes);
    let years = first..=year_of(at);
    years
        .map(|year| {
            let last = format!("{year}-12-31");
            let day = last.as_str().min(at);
            Year {
                year,
                n_launched: nodes.iter().filter(|node| year_of(&node.leaf.launched_on) == year).count() as i64,
                n_new_communes: firsts.values().filter(|known| **known == year).count() as i64,
                n_operating: nodes.iter().filter(|node| node.leaf.state_on(day).is_active()).count() as i64,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: &str = "2026-11-15";

    fn leaf(id: &str, from: &str, launched_on: &str, ended_on: &str) -> Leaf {
        let stretch =
            |state, from_on: &str, to_on: &str| Stretch { state, from_on: from_on.into(), to_on: to_on.into() };
        Leaf {
            id: id.into(),
            code: id.to_uppercase(),
            name: id.into(),
            place: "Xã Nhân Nghĩa".into(),
            commune_code: id.into(),
            origin: if from.is_empty() { Origin::Original } else { Origin::Replicated },
            from_id: from.into(),
            launched_on: launched_on.into(),
            stretches: vec![
                stretch(State::Active, launched_on, ended_on),
                stretch(State::Ended, ended_on, "9999-12-31"),
            ],
            counts: Counts::default(),
        }
    }

    fn wood() -> (Vec<Leaf>, HashMap<String, Parent>) {
        let leaves = vec![
            leaf("a", "", "2020-03-02", "9999-12-31"),
            leaf("b", "a", "2021-05-04", "2022-05-04"),
            leaf("c", "a", "2022-01-05", "9999-12-31"),
            leaf("d", "b", "2022-04-04", "2024-04-03"),
            leaf("e", "gone", "2026-01-05", "9999-12-31"),
        ];
        let mut parents: HashMap<String, Parent> = HashMap::new();
        for (id, from) in [("a", None), ("b", Some("a")), ("c", Some("a")), ("d", Some("b")), ("e", Some("gone"))] {
            let from_id = from.map(str::to_owned);
            parents.insert(id.into(), Parent { code: id.to_uppercase(), from_id });
        }
        parents.insert("gone".into(), Parent { code: "GONE".into(), from_id: Some("d".into()) });
        (leaves, parents)
    }

    #[test]
    fn each_stands_after_the_one_it_comes_from() {
        let (leaves, parents) = wood();
        let nodes = grow(leaves, &parents, AT);
        let told: Vec<_> = nodes.iter().map(|n| (n.leaf.id.as_str(), n.generation, n.from)).collect();
        assert_eq!(told, [("a", 0, None), ("b", 1, Some(0)), ("d", 2, Some(1)), ("c", 1, Some(0)), ("e", 4, None)]);
        assert_eq!(nodes[4].from_code, "GONE", "one that is not shown is named by its code");
    }

    #[test]
    fn a_circle_ends() {
        let mut parents = HashMap::new();
        for (id, from) in [("a", "b"), ("b", "a")] {
            parents.insert(id.to_owned(), Parent { code: id.into(), from_id: Some(from.into()) });
        }
        assert_eq!(generation(&parents, "a"), 2);
        let both = vec![leaf("a", "b", AT, "9999-12-31"), leaf("b", "a", AT, "9999-12-31")];
        assert_eq!(grow(both, &parents, AT).len(), 2, "none is missing from a count");
    }

    #[test]
    fn a_generation_tells_how_it_lives_and_what_it_does() {
        let (leaves, parents) = wood();
        let mut nodes = grow(leaves, &parents, AT);
        let beat = |life, n_activities, n_months| Some(Beating { life, n_activities, n_months });
        nodes[0].beating = beat(Life::Living, 30, 12);
        nodes[3].beating = beat(Life::Fading, 5, 12);
        nodes[4].beating = beat(Life::Young, 1, 2);
        let tallies = by_generation(&nodes, AT);
        assert_eq!((tallies[&0].living, tallies[&0].per_month()), (Share { n: 1, of: 1 }, Some(250)));
        assert_eq!((tallies[&1].living, tallies[&1].per_month()), (Share { n: 0, of: 1 }, Some(42)));
        assert_eq!((tallies[&2].living, tallies[&2].per_month()), (Share::default(), None), "none of it operates");
        assert_eq!((tallies[&4].living.of, tallies[&4].per_month()), (0, Some(50)), "the young are not judged");
    }

    #[test]
    fn only_points_that_are_old_enough_are_asked() {
        let on = |from: &str, to: &str| leaf("x", "", from, to);
        let table = [
            (on("2025-11-15", "9999-12-31"), Survival::Operating),
            (on("2025-11-16", "9999-12-31"), Survival::TooYoung),
            (on("2024-01-10", "2025-01-10"), Survival::Gone),
            (on("2024-01-10", "2025-01-11"), Survival::Operating),
        ];
        for (leaf, expected) in table {
            assert_eq!(leaf.after(12, AT), expected, "{leaf:?}");
        }
    }

    #[test]
    fn a_share_tells_of_how_many() {
        let (leaves, parents) = wood();
        let nodes = grow(leaves, &parents, AT);
        let tallies = by_generation(&nodes, AT);
        assert_eq!(tallies[&1].after_12, Share { n: 1, of: 2 });
        assert_eq!((tallies[&2].after_12, tallies[&2].after_24), (Share { n: 1, of: 1 }, Share { n: 0, of: 1 }));
        assert_eq!(tallies[&4].after_12.percent(), None, "one launched this year is not asked");
        assert_eq!(by_made(&nodes, AT)[&Made::Untold].n_points, 4);
    }

    #[test]
    fn years_are_told_without_a_gap() {
        let (leaves, parents) = wood();
        let years = by_year(&grow(leaves, &parents, AT), AT);
        let told: Vec<_> = years.iter().map(|y| (y.year, y.n_launched, y.n_new_communes, y.n_operating)).collect();
        let expected = [
            (2020, 1, 1, 1),
            (2021, 1, 1, 2),
            (2022, 2, 2, 3),
            (2023, 0, 0, 3),
            (2024, 0, 0, 2),
            (2025, 0, 0, 2),
            (2026, 1, 1, 3),
        ];
        assert_eq!(told, expected);
        assert!(by_year(&[], AT).is_empty());
    }
}
