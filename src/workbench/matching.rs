//! The places that an annex may mean: those that stand on the eve of its day below a place, by every name they ever
//! had, by their codes, without marks, with their kind or without.

use std::collections::{BTreeSet, HashMap};

use crate::error::Result;
use crate::places::place::{Level, NATION, last_day};
use crate::work::Work;
use crate::workbench::sentence::{Called, kind_at, kind_of};
use crate::workbench::tokens::tokens;

/// A place that stands on the eve.
struct Candidate {
    id: String,
    code: String,
    level: Level,
    kind: String,
    name: String,
    /// The places above it, the nearest first.
    above: Vec<String>,
    /// Id and name of the commune in which a residential area or institution is kept, where that has ended since.
    kept_in: Option<(String, String)>,
}

/// Whom a name means.
#[derive(Clone, Debug, PartialEq)]
pub enum Meant {
    One(String),
    /// Several places bear it; one must be picked.
    Several(Vec<String>),
    /// Nobody does; the nearest names there are.
    Nobody(Vec<String>),
}

/// Everything that may be meant.
pub struct Names {
    candidates: Vec<Candidate>,
    by_id: HashMap<String, usize>,
    by_short: HashMap<String, BTreeSet<usize>>,
    by_code: HashMap<String, usize>,
    /// The provinces that the annex speaks of: of several places that bear a name, those there are meant.
    focus: BTreeSet<String>,
}

/// A name without its kind, as it is compared: letters that offices write in two ways, and spaces, count for nothing.
fn short(name: &str, level: Level) -> String {
    let tokens = tokens(name);
    // A residential area is told from another by its kind too: Xóm 1 is not Khu 1.
    let n = if level >= Level::Area { 0 } else { kind_of(&tokens).map_or(0, |(_, _, n)| n) };
    let words = tokens[n..].iter().map(|token| token.key.trim_start_matches('0'));
    words.collect::<Vec<_>>().concat().replace('y', "i")
}

const STANDING: &str = "select p.id, p.code, p.level, v.kind, v.name, \
    coalesce(up.id, ''), coalesce(up.name, '') from place p \
    join place_version v on v.place_id = p.id and v.from_on <= $2 and v.to_on > $2 \
    left join place up on up.id = v.parent_id \
    join rollup r on r.place_id = p.pin_id and r.ancestor_id = $1 and r.from_on <= $2 and r.to_on > $2 \
    where p.level <= $3 and p.from_on <= $2 and p.to_on > $2 order by p.level, p.sort_key, p.id";

const ABOVE: &str = "select s.id, a.ancestor_id from place s join rollup r on r.place_id = s.pin_id and r.ancestor_id = $1 \
    and r.from_on <= $2 and r.to_on > $2 join rollup a on a.place_id = s.pin_id and a.from_on <= $2 and a.to_on > $2 \
    where s.level <= $3 and s.from_on <= $2 and s.to_on > $2 order by s.id, a.level desc";

const OTHER_NAMES: &str = "select v.place_id, v.name from place_version v join rollup r on r.place_id = v.place_id \
    and r.ancestor_id = $1 and r.from_on <= $2 and r.to_on > $2 union select a.place_id, a.alias from place_alias a \
    join rollup r on r.place_id = a.place_id and r.ancestor_id = $1 and r.from_on <= $2 and r.to_on > $2";

impl Names {
    /// Loads the places below one on the eve of a day, down to a level.
    pub fn load(work: &mut Work, scope_id: &str, on: &str, deepest: Level) -> Result<Names> {
        let eve = last_day(on);
        let values = [scope_id.into(), eve.as_str().into(), (deepest as i64).into()];
        let mut names = Names {
            candidates: Vec::new(),
            by_id: HashMap::new(),
            by_short: HashMap::new(),
            by_code: HashMap::new(),
            focus: BTreeSet::new(),
        };
        for row in work.query(STANDING, &values)? {
            let level = Level::from_number(row.int(2));
            let at = names.candidates.len();
            names.by_id.insert(row.text(0), at);
            if !row.str(1).is_empty() {
                names.by_code.insert(row.text(1), at);
            }
            names.by_short.entry(short(row.str(4), level)).or_default().insert(at);
            names.candidates.push(Candidate {
                id: row.text(0),
                code: row.text(1),
                level,
                kind: row.text(3),
                name: row.text(4),
                above: Vec::new(),
                kept_in: (level >= Level::Area).then(|| (row.text(5), row.text(6))),
            });
        }
        for row in work.query(ABOVE, &values)? {
            if let Some(at) = names.by_id.get(row.str(0)).filter(|_| row.str(0) != row.str(1)) {
                let candidate = &mut names.candidates[*at];
                candidate.kept_in.take_if(|(id, _)| *id == row.str(1));
                candidate.above.push(row.text(1));
            }
        }
        for row in work.query(OTHER_NAMES, &values[..2])? {
            if let Some(at) = names.by_id.get(row.str(0)) {
                let level = names.candidates[*at].level;
                names.by_short.entry(short(row.str(1), level)).or_default().insert(*at);
            }
        }
        names.load_above(work, scope_id, &eve)?;
        Ok(names)
    }

    /// What stands above the scope may be named too, as what something lies in or is moved to.
    fn load_above(&mut self, work: &mut Work, scope_id: &str, eve: &str) -> Result<()> {
        let sql = "select p.id, p.code, p.level, v.kind, v.name from rollup r join place p on p.id = r.ancestor_id \
                   join place_version v on v.place_id = p.id and v.from_on <= $2 and v.to_on > $2 \
                   where r.place_id = $1 and r.from_on <= $2 and r.to_on > $2 order by p.level desc";
        for row in work.query(sql, &[scope_id.into(), eve.into()])? {
            if self.by_id.contains_key(row.str(0)) {
                continue;
            }
            let (at, level) = (self.candidates.len(), Level::from_number(row.int(2)));
            self.by_id.insert(row.text(0), at);
            self.by_short.entry(short(row.str(4), level)).or_default().insert(at);
            let (id, code, kind, name) = (row.text(0), row.text(1), row.text(3), row.text(4));
            self.candidates.push(Candidate { id, code, level, kind, name, above: Vec::new(), kept_in: None });
        }
        Ok(())
    }

    /// The place that is meant; its level may be known from what it takes part in.
    pub fn find(&self, called: &Called, level: Option<Level>) -> Meant {
        if let Some(at) = self.by_id.get(&called.name) {
            return Meant::One(self.candidates[*at].id.clone());
        }
        if let Some(coded) = self.by_code.get(&called.code).map(|at| &self.candidates[*at]) {
            let same = called.name.is_empty() || short(&called.name, coded.level) == short(&coded.name, coded.level);
            if same {
                return Meant::One(coded.id.clone());
            }
        }
        if let Some(at) = self.by_code.get(called.name.trim()) {
            return Meant::One(self.candidates[*at].id.clone());
        }
        let mut found = self.named(called, level);
        for within in &called.within {
            found.retain(|at| self.lies_in(*at, within));
        }
        if found.len() > 1 && found.iter().any(|at| self.is_in_focus(*at)) {
            found.retain(|at| self.is_in_focus(*at));
        }
        if found.iter().any(|at| self.has_same_marks(*at, &called.name)) {
            found.retain(|at| self.has_same_marks(*at, &called.name));
        }
        match found[..] {
            [] => Meant::Nobody(self.nearest(&called.name, level)),
            [at] => Meant::One(self.candidates[at].id.clone()),
            _ => Meant::Several(found.iter().map(|at| self.candidates[*at].id.clone()).collect()),
        }
    }

    /// Takes the provinces among these names as what the annex speaks of.
    pub fn focus_on<'a>(&mut self, named: impl Iterator<Item = &'a Called>) {
        let meant = named.filter_map(|called| match self.find(called, Some(Level::Province)) {
            Meant::One(id) => Some(id),
            Meant::Several(_) | Meant::Nobody(_) => None,
        });
        self.focus = meant.collect();
    }

    /// `Lâm Sơn` is not `Lam Sơn` where someone wrote the marks.
    fn has_same_marks(&self, at: usize, told: &str) -> bool {
        let plain = |name: &str| fold::clean(name).to_lowercase();
        plain(&self.candidates[at].name).ends_with(&plain(told))
    }

    fn is_in_focus(&self, at: usize) -> bool {
        self.candidates[at].above.iter().any(|id| self.focus.contains(id))
    }

    /// Those that bear a name: of the kind that is told, or else of its level, or else any.
    fn named(&self, called: &Called, level: Option<Level>) -> Vec<usize> {
        let told = kind_of(&tokens(&called.name));
        let keys = [short(&called.name, Level::Commune), short(&called.name, Level::Area)];
        let all: BTreeSet<usize> = keys.iter().filter_map(|key| self.by_short.get(key)).flatten().copied().collect();
        let of_level = |at: &usize| level.is_none_or(|level| self.candidates[*at].level == level);
        let kind_fits = |at: &usize| {
            let candidate = &self.candidates[*at];
            told.is_none() || kind_at(&called.name, candidate.level) == Some(candidate.kind.as_str())
        };
        let level_fits = |at: &usize| told.is_none_or(|(_, level, _)| self.candidates[*at].level == level);
        let tries: [Vec<usize>; 3] = [
            all.iter().copied().filter(|at| of_level(at) && kind_fits(at)).collect(),
            all.iter().copied().filter(|at| of_level(at) && level_fits(at)).collect(),
            all.iter().copied().filter(of_level).collect(),
        ];
        tries.into_iter().find(|found| !found.is_empty()).unwrap_or_default()
    }

    fn lies_in(&self, at: usize, within: &str) -> bool {
        let above =
            self.candidates[at].above.iter().filter_map(|id| self.by_id.get(id)).map(|at| &self.candidates[*at]);
        let told = kind_of(&tokens(within));
        let fits = |above: &Candidate| {
            let kind = told.is_none() || kind_at(within, above.level) == Some(above.kind.as_str());
            kind && short(within, above.level) == short(&above.name, above.level) || above.code == within
        };
        let same = |name: &str| short(within, Level::Commune) == short(name, Level::Commune);
        let was_there = self.candidates[at].kept_in.as_ref().is_some_and(|(_, name)| same(name));
        let mut above = above;
        was_there || above.any(fits)
    }

    fn nearest(&self, name: &str, level: Option<Level>) -> Vec<String> {
        let of_level = |candidate: &&Candidate| level.is_none_or(|level| candidate.level == level);
        let mut scored: Vec<(f64, &Candidate)> = self
            .candidates
            .iter()
            .filter(of_level)
            .map(|candidate| (fold::similarity(&candidate.name, name), candidate))
            .filter(|(score, _)| *score > 0.45)
            .collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.id.cmp(&b.1.id)));
        scored.into_iter().take(5).map(|(_, candidate)| candidate.id.clone()).collect()
    }

    /// The name of a place with all that stands above it.
    pub fn title(&self, id: &str) -> String {
        let Some(own) = self.by_id.get(id).map(|at| &self.candidates[*at]) else { return id.to_owned() };
        let above = own.above.iter().filter(|id| *id != NATION);
        let above = above.filter_map(|id| self.by_id.get(id)).map(|at| self.candidates[*at].name.as_str());
        let own = match &own.kept_in {
            Some((_, former)) => format!("{} ({former})", own.name),
            None => own.name.clone(),
        };
        std::iter::once(own.as_str()).chain(above).collect::<Vec<_>>().join(", ")
    }

    /// Its name alone.
    pub fn name(&self, id: &str) -> &str {
        self.by_id.get(id).map_or("", |at| &self.candidates[*at].name)
    }

    /// Its level.
    pub fn level(&self, id: &str) -> Option<Level> {
        self.by_id.get(id).map(|at| self.candidates[*at].level)
    }

    /// Its kind.
    pub fn kind(&self, id: &str) -> &str {
        self.by_id.get(id).map_or("", |at| &self.candidates[*at].kind)
    }

    /// The lowest place that holds all of these.
    pub fn common(&self, ids: &[&str]) -> Option<String> {
        let chain = |id: &str| self.by_id.get(id).map(|at| self.candidates[*at].above.clone()).unwrap_or_default();
        let mut common = chain(ids.first()?);
        for id in &ids[1..] {
            let other = chain(id);
            common.retain(|above| other.contains(above));
        }
        common.into_iter().next()
    }

    /// The districts that stand below a place, in Vietnamese order.
    pub fn districts(&self, of: &str) -> Vec<String> {
        let below = self.candidates.iter().filter(|c| c.level == Level::District && c.above.iter().any(|id| id == of));
        below.map(|candidate| candidate.id.clone()).collect()
    }
}
