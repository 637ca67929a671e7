//! Under which units is a fact shown, on which boundaries?
//!
//! A fact stays pinned to its place for ever. On a boundary date that does not know the place, it is
//! carried along the lines to the candidates that are alive then. One candidate: it is shown there.
//! Several: it is shown under their lowest common ancestor, and no lower; nothing is apportioned.
//! Always true: a place has exactly one row at level 0 on any date, and at most one at any other level.

use std::collections::HashMap;

use serde::Serialize;

use crate::history::{History, Link, NATION, Span};
use crate::{BEGINNING, FOREVER};

/// On every boundary date in `from..to`, a fact pinned to `place` counts under `ancestor`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct RollupRow {
    pub place: String,
    pub ancestor: String,
    pub ancestor_level: u8,
    pub from: String,
    pub to: String,
}

/// Every row of every place, and of the nation itself; by place in the order given, then from the top down.
pub fn rollup(history: &History) -> Vec<RollupRow> {
    let atlas = Atlas::new(history);
    let mut stays: Vec<Vec<Stay>> = vec![Vec::new(); atlas.nodes.len()];
    for day in 0..atlas.days.len() - 1 {
        let mut sight = Sight::new(&atlas, day);
        for (place, stays) in stays.iter_mut().enumerate() {
            let shown = sight.shown(place);
            for ancestor in sight.chain(shown) {
                extend(stays, ancestor, day);
            }
        }
    }
    let mut rows = Vec::new();
    for (place, mut stays) in stays.into_iter().enumerate() {
        stays.sort_by_key(|stay| (atlas.nodes[stay.ancestor].level, stay.from));
        rows.extend(stays.iter().map(|stay| atlas.row(place, stay)));
    }
    rows
}

/// An unbroken run of days under one ancestor, `from..to` counted in the days of the atlas.
#[derive(Clone)]
struct Stay {
    ancestor: usize,
    from: usize,
    to: usize,
}

fn extend(stays: &mut Vec<Stay>, ancestor: usize, day: usize) {
    let going_on = |stay: &&mut Stay| stay.ancestor == ancestor && stay.to == day;
    match stays.iter_mut().find(going_on) {
        Some(stay) => stay.to = day + 1,
        None => stays.push(Stay { ancestor, from: day, to: day + 1 }),
    }
}

/// The history with numbers for names. The nation is the last node and its own parent.
struct Atlas<'a> {
    /// Every day on which something changes; between two of them nothing does.
    days: Vec<&'a str>,
    nodes: Vec<Node<'a>>,
}

struct Node<'a> {
    id: &'a str,
    level: u8,
    from: usize,
    to: usize,
    /// The first day of each span, with its parent.
    parents: Vec<(usize, usize)>,
    sources: Vec<usize>,
    targets: Vec<usize>,
}

impl<'a> Atlas<'a> {
    fn new(history: &'a History) -> Self {
        let days = days(history);
        let on: HashMap<&str, usize> = days.iter().enumerate().map(|(i, day)| (*day, i)).collect();
        let ids = history.places.iter().map(|place| place.id.as_str());
        let index: HashMap<&str, usize> = ids.enumerate().map(|(i, id)| (id, i)).collect();
        let nation = history.places.len();
        let parent = |span: &Span| {
            let parent = span.parent.as_deref();
            (on[span.from.as_str()], parent.and_then(|id| index.get(id).copied()).unwrap_or(nation))
        };
        let mut nodes: Vec<Node<'_>> = history
            .places
            .iter()
            .map(|place| Node {
                id: &place.id,
                level: place.level,
                from: place.spans.first().map_or(0, |span| on[span.from.as_str()]),
                to: place.spans.last().map_or(0, |span| on[span.to.as_str()]),
                parents: place.spans.iter().map(parent).collect(),
                sources: Vec::new(),
                targets: Vec::new(),
            })
            .collect();
        nodes.push(nation_node(nation, days.len() - 1));
        connect(&mut nodes, &history.links, |link| {
            let (source, target) = (index.get(&*link.source)?, index.get(&*link.target)?);
            Some((*source, *target, *on.get(&*link.on)?))
        });
        Atlas { days, nodes }
    }

    fn nation(&self) -> usize {
        self.nodes.len() - 1
    }

    fn row(&self, place: usize, stay: &Stay) -> RollupRow {
        RollupRow {
            place: self.nodes[place].id.into(),
            ancestor: self.nodes[stay.ancestor].id.into(),
            ancestor_level: self.nodes[stay.ancestor].level,
            from: self.days[stay.from].into(),
            to: self.days[stay.to].into(),
        }
    }
}

fn nation_node<'a>(nation: usize, to: usize) -> Node<'a> {
    Node { id: NATION, level: 0, from: 0, to, parents: vec![(0, nation)], sources: Vec::new(), targets: Vec::new() }
}

fn days(history: &History) -> Vec<&str> {
    let spans = history.places.iter().flat_map(|place| &place.spans);
    let mut days: Vec<&str> =
        spans.flat_map(|span| [span.from.as_str(), span.to.as_str()]).chain([BEGINNING, FOREVER]).collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// Keeps the links that end their source, and of these the ones that carried people, if any did.
/// A link into a place that already lived is no source of it: what is pinned there stays there.
fn connect(nodes: &mut [Node<'_>], links: &[Link], find: impl Fn(&Link) -> Option<(usize, usize, usize)>) {
    for land_only in [false, true] {
        let (mut targets, mut sources) = (Vec::new(), Vec::new());
        for link in links.iter().filter(|link| link.land_only == land_only) {
            let Some((source, target, on)) = find(link) else {
                continue;
            };
            if nodes[source].to == on && nodes[source].targets.is_empty() {
                targets.push((source, target));
            }
            if nodes[target].from == on && nodes[target].sources.is_empty() {
                sources.push((target, source));
            }
        }
        for (source, target) in targets {
            nodes[source].targets.push(target);
        }
        for (target, source) in sources {
            nodes[target].sources.push(source);
        }
    }
}

/// The tree as it stood on one day.
struct Sight<'a> {
    atlas: &'a Atlas<'a>,
    day: usize,
    shown: Vec<Option<usize>>,
}

impl<'a> Sight<'a> {
    fn new(atlas: &'a Atlas<'a>, day: usize) -> Self {
        let shown = vec![None; atlas.nodes.len()];
        Sight { atlas, day, shown }
    }

    /// The lowest place alive on this day that certainly holds what is pinned to this one.
    fn shown(&mut self, place: usize) -> usize {
        if let Some(shown) = self.shown[place] {
            return shown;
        }
        // A history in which a place stands under what it became goes round: it ends at the nation.
        self.shown[place] = Some(self.atlas.nation());
        let candidates = self.candidates(place);
        let shown = self.common_ancestor(&candidates);
        self.shown[place] = Some(shown);
        shown
    }

    /// The living places to which the lines lead from this one, forward or backward.
    fn candidates(&self, place: usize) -> Vec<usize> {
        let (mut seen, mut found) = (vec![place], Vec::new());
        let mut next = 0;
        while next < seen.len() {
            let node = &self.atlas.nodes[seen[next]];
            if node.from <= self.day && self.day < node.to {
                found.push(seen[next]);
            }
            for step in self.steps(node) {
                if !seen.contains(&step) {
                    seen.push(step);
                }
            }
            next += 1;
        }
        found
    }

    /// Where to look for what was pinned to a place that this day does not know. Without a line, its
    /// parent holds it: the last one of a place that ended, the first one of a place not yet born.
    fn steps(&self, node: &Node<'_>) -> Vec<usize> {
        let (lines, parent) = if node.to <= self.day {
            (&node.targets, node.parents.last())
        } else if self.day < node.from {
            (&node.sources, node.parents.first())
        } else {
            return Vec::new();
        };
        if lines.is_empty() { vec![parent.map_or(self.atlas.nation(), |(_, parent)| *parent)] } else { lines.clone() }
    }

    fn common_ancestor(&mut self, candidates: &[usize]) -> usize {
        let Some((first, others)) = candidates.split_first() else {
            return self.atlas.nation();
        };
        let mut common = if others.is_empty() { vec![*first] } else { self.chain(*first) };
        for other in others {
            let chain = self.chain(*other);
            common.retain(|place| chain.contains(place));
        }
        common.first().copied().unwrap_or(self.atlas.nation())
    }

    /// A living place and all above it, the nation last.
    fn chain(&mut self, place: usize) -> Vec<usize> {
        let mut chain = vec![place];
        let mut at = place;
        while at != self.atlas.nation() {
            at = self.above(at);
            chain.push(at);
        }
        chain
    }

    /// The parent, or where it is shown if it does not live; always of a higher rank, so that chains end.
    fn above(&mut self, place: usize) -> usize {
        let node = &self.atlas.nodes[place];
        let standing = node.parents.iter().rev().find(|(from, _)| *from <= self.day);
        let parent = standing.map_or(self.atlas.nation(), |(_, parent)| *parent);
        let above = self.shown(parent);
        if self.atlas.nodes[above].level < node.level { above } else { self.atlas.nation() }
    }
}
