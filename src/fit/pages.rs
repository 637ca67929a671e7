//! How it is shown what fits where: on a place, and on a scheme.

use std::collections::HashMap;

use askama::Template;

use crate::error::{Error, Result};
use crate::fit::actions::{self, Ground, Meant, NewTrait, Seen};
use crate::fit::likeness::{self, Sited, Standing, Traits};
use crate::fit::store::{self, Borne};
use crate::heartbeat::rule::Life;
use crate::kits::pages::scheme_of;
use crate::lineage::pages::told_share;
use crate::permissions::Verb;
use crate::places::place::{Level, Place};
use crate::places::store as places;
use crate::schemes::pages::{province_code, sector_names};
use crate::schemes::scheme::Scheme;
use crate::schemes::store as schemes;
use crate::terms::store as terms;
use crate::terms::term::{Term, Vocabulary, name_of};
use crate::web::ask::Ask;
use crate::web::reply::{Reply, table_reply};
use crate::web::shell::{Faults, Shell};
use crate::words::{Lang, Words};
use crate::work::Work;

/// A trait as a page tells it.
struct Shown {
    code: String,
    name: String,
    basis: String,
    from_on: String,
    to_on: String,
    is_own: bool,
    holds: bool,
}

/// A scheme that is meant for ground like this.
struct Fitting {
    scheme: Scheme,
    sectors: String,
    shared: String,
    /// Operating here; nothing where that is not within reach.
    n_here: Option<i64>,
}

/// How a scheme fares on ground like this.
struct Faring {
    slug: String,
    name: String,
    standing: Standing,
    after_12: String,
}

/// A place like the one that is shown.
struct Like {
    id: String,
    name: String,
    shared: String,
    n_operating: i64,
}

/// A point on ground like this.
struct Line {
    id: String,
    code: String,
    name: String,
    place: String,
    shared: String,
    launched_on: String,
    state: &'static str,
    life: &'static str,
}

#[derive(Template)]
#[template(path = "fit/views/place.html")]
struct PlacePage {
    s: Shell,
    faults: Faults,
    place: Place,
    shown: Vec<Shown>,
    choices: Vec<(String, String)>,
    may_keep: bool,
    /// The trait alone by which likeness is told; empty for all.
    only: String,
    has_traits: bool,
    scope: String,
    fitting: Vec<Fitting>,
    faring: Vec<Faring>,
    like: Vec<Like>,
    /// The scheme whose points are opened.
    opened: String,
    lines: Vec<Line>,
    query: String,
    fields: Vec<(String, String)>,
}

impl PlacePage {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }
}

/// What fits a place: its traits, places like it, schemes meant for such ground and schemes that work there.
pub fn place(work: &mut Work, ask: &Ask) -> Result<Reply> {
    place_page(work, ask, Faults::default())
}

/// The same after a refusal, with what was typed.
pub fn place_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    place_page(work, ask, Faults::of(error, ask.words()))
}

fn place_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let place = places::by_code(work, ask.param("id"))?;
    if place.level >= Level::Area && !work.reaches(Verb::ReadPoint, place.pin_id())? {
        return Err(Error::NotFound);
    }
    let ground = actions::ground(work, &place)?;
    let today = work.today();
    let names = Names { terms: &ground.terms, today: &today, lang: ask.lang };
    let only = ask.query("trait").to_owned();
    let mut traits = ground.traits.clone();
    traits.retain(|code| only.is_empty() || *code == only);
    let scope = if ground.province.is_empty() { None } else { actions::scope(work, &place, &ground.province)? };
    let seen = actions::seen(work, (&ground.province, ""), scope.as_ref())?;
    let listed = schemes::schemes(work, &ground.province)?;
    let chosen = listed.iter().find(|scheme| !ask.query("scheme").is_empty() && scheme.slug == ask.query("scheme"));
    let lines = chosen.map_or_else(Vec::new, |scheme| lines(&seen, &traits, scheme, (&names, &today)));
    if !ask.query("format").is_empty() {
        let faring = faring(&seen, &traits, &listed, (&today, ask.words()));
        return table_reply(&table(&faring, &place, &names, &traits, ask.words()), ask.query("format"), "hop-dia-ban");
    }
    let page = PlacePage {
        s: Shell::new(work, ask, "places", ask.words().with("fit-of", &place.name)),
        faults,
        may_keep: place.level >= Level::Commune && work.reaches(Verb::KeepTraits, place.pin_id())?,
        shown: shown(&ground, &names),
        choices: choices(&ground, &today, ask.lang),
        has_traits: !ground.traits.is_empty(),
        fitting: fitting(work, ask, (&place, &ground, &traits), (&listed, &seen, scope.is_some()))?,
        faring: faring(&seen, &traits, &listed, (&today, ask.words())),
        like: like(&seen, &traits, &place, &names),
        opened: chosen.map_or_else(String::new, |scheme| scheme.name.clone()),
        lines,
        scope: scope.map_or_else(String::new, |scope| scope.name),
        query: if only.is_empty() { String::new() } else { format!("trait={only}&") },
        only,
        fields: ask.form.clone(),
        place,
    };
    Reply::html(&page)
}

/// The names of traits in the reader's language, as they are worded today.
struct Names<'n> {
    terms: &'n [Term],
    today: &'n str,
    lang: Lang,
}

impl Names<'_> {
    fn of(&self, code: &str) -> String {
        name_of(self.terms, code, self.today, self.lang)
    }

    fn all(&self, codes: &[String]) -> String {
        codes.iter().map(|code| self.of(code)).collect::<Vec<_>>().join("; ")
    }
}

fn shown(ground: &Ground, names: &Names) -> Vec<Shown> {
    let told = |borne: &Borne, is_own| Shown {
        code: borne.code.clone(),
        // A trait keeps the wording of the day on which it was put there.
        name: name_of(names.terms, &borne.code, &borne.from_on, names.lang),
        basis: borne.basis.clone(),
        from_on: borne.from_on.clone(),
        to_on: borne.to_on.clone(),
        is_own,
        holds: borne.from_on.as_str() <= names.today && names.today < borne.to_on.as_str(),
    };
    let own = ground.own.iter().map(|borne| told(borne, true));
    own.chain(ground.of_commune.iter().map(|borne| told(borne, false))).collect()
}

fn choices(ground: &Ground, today: &str, lang: Lang) -> Vec<(String, String)> {
    let valid = ground.terms.iter().filter(|term| term.is_valid(today));
    valid.map(|term| (term.code.clone(), term.name(lang).to_owned())).collect()
}

fn fitting(
    work: &mut Work,
    ask: &Ask,
    (place, ground, traits): (&Place, &Ground, &Traits),
    (listed, seen, reached): (&[Scheme], &Seen, bool),
) -> Result<Vec<Fitting>> {
    let today = work.today();
    let names = Names { terms: &ground.terms, today: &today, lang: ask.lang };
    let meant = store::of_schemes(work, &ground.province)?;
    let sectors = schemes::sectors(work)?;
    let here = |scheme: &Scheme| {
        let of = seen.points.iter().filter(|(point, _)| point.scheme_id == scheme.id);
        let here = of.filter(|(point, _)| point.place_id == place.id || point.commune_id == place.id);
        here.filter(|(point, _)| point.leaf.state_on(&today).is_active()).count() as i64
    };
    let mut fitting: Vec<(usize, Fitting)> = Vec::new();
    for scheme in listed {
        let shared = meant.get(&scheme.id).map_or_else(Vec::new, |meant| likeness::shared(traits, meant));
        if !shared.is_empty() {
            let sectors = sector_names(&sectors, scheme, ask);
            let n_here = reached.then(|| here(scheme));
            fitting
                .push((shared.len(), Fitting { scheme: scheme.clone(), sectors, shared: names.all(&shared), n_here }));
        }
    }
    fitting.sort_by_key(|(n, one)| (one.n_here.unwrap_or_default() > 0, std::cmp::Reverse(*n)));
    Ok(fitting.into_iter().map(|(_, one)| one).collect())
}

fn faring(seen: &Seen, traits: &Traits, listed: &[Scheme], (today, w): (&str, &Words)) -> Vec<Faring> {
    let by_id: HashMap<&str, &Scheme> = listed.iter().map(|scheme| (scheme.id.as_str(), scheme)).collect();
    let told = seen.standings(traits, today).into_iter().filter_map(|standing| {
        let scheme = by_id.get(standing.scheme_id.as_str())?;
        let after_12 = told_share(standing.after_12, w);
        Some(Faring { slug: scheme.slug.clone(), name: scheme.name.clone(), after_12, standing })
    });
    told.collect()
}

fn like(seen: &Seen, traits: &Traits, place: &Place, names: &Names) -> Vec<Like> {
    let found = likeness::alike(traits, (&place.id, place.level), &seen.bearers);
    let told = found.into_iter().map(|(other, shared)| Like {
        id: other.id.clone(),
        name: other.name.clone(),
        shared: names.all(&shared),
        n_operating: seen.n_operating(&other.id, names.today),
    });
    told.collect()
}

fn lines(seen: &Seen, traits: &Traits, scheme: &Scheme, (names, today): (&Names, &str)) -> Vec<Line> {
    let points = seen.on_ground_like(traits).filter(|(point, _)| point.scheme_id == scheme.id);
    points.map(|(point, at)| line(point, &likeness::shared(traits, at), seen, (names, today))).collect()
}

fn line(point: &Sited, shared: &[String], seen: &Seen, (names, today): (&Names, &str)) -> Line {
    Line {
        id: point.leaf.id.clone(),
        code: point.leaf.code.clone(),
        name: point.leaf.name.clone(),
        place: point.leaf.place.clone(),
        shared: names.all(shared),
        launched_on: point.leaf.launched_on.clone(),
        state: point.leaf.state_on(today).code(),
        life: seen.lives.get(&point.leaf.id).map_or("", |life: &Life| life.code()),
    }
}

fn table(faring: &[Faring], place: &Place, names: &Names, traits: &Traits, w: &Words) -> sheets::Table {
    let codes: Vec<String> = traits.iter().cloned().collect();
    let count = sheets::OutCell::Count;
    let rows = faring.iter().map(|one| {
        let standing = &one.standing;
        vec![
            sheets::OutCell::Text(one.name.clone()),
            count(standing.n_launched),
            count(standing.n_operating),
            count(standing.n_living),
            count(standing.after_12.n),
            count(standing.after_12.of),
        ]
    });
    let headings =
        ["scheme", "lineage-n-launched", "lineage-n-operating", "heartbeat-living", "lineage-after-12", "fit-asked"];
    sheets::Table {
        title_lines: vec![w.t("fit-works").to_owned(), place.name.clone(), names.all(&codes)],
        headings: headings.iter().map(|key| w.t(key).to_owned()).collect(),
        rows: rows.collect(),
    }
}

fn back(ask: &Ask) -> Reply {
    Reply::see(&format!("/places/{}/fit", ask.param("id")))
}

/// Puts a trait on a place.
pub fn put(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let new = NewTrait { code: ask.field("trait"), from_on: ask.date("from_on")?, basis: ask.field("basis") };
    actions::put(work, ask.param("id"), &new)?;
    Ok(back(ask))
}

/// Ends a trait of a place.
pub fn end(work: &mut Work, ask: &Ask) -> Result<Reply> {
    actions::end(work, ask.param("id"), &ask.field("trait"), &ask.date("on_date")?)?;
    Ok(back(ask))
}

#[derive(Template)]
#[template(path = "fit/views/scheme.html")]
struct SchemePage {
    s: Shell,
    faults: Faults,
    scheme: Scheme,
    place: Place,
    traits: Vec<String>,
    /// Every trait that may be chosen: code, name, is it chosen?
    choices: Vec<(String, String, bool)>,
    meant: Vec<(Meant, String)>,
    n_without: usize,
    all: bool,
}

/// For which ground a scheme is meant, and which places of that ground have none yet.
pub fn scheme(work: &mut Work, ask: &Ask) -> Result<Reply> {
    scheme_page(work, ask, Faults::default())
}

/// The same after a refusal.
pub fn scheme_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    scheme_page(work, ask, Faults::of(error, ask.words()))
}

fn scheme_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let (province, scheme) = scheme_of(work, ask)?;
    let place = if ask.is_write { province } else { asked_place(work, ask)? };
    let today = work.today();
    let (traits, meant) = actions::places_for(work, &scheme, &place)?;
    let terms = terms::on(work, &scheme.province, Vocabulary::Traits, &today)?;
    let names = Names { terms: &terms, today: &today, lang: ask.lang };
    let all = ask.query("all") == "1";
    let n_without = meant.iter().filter(|one| one.n_operating == 0).count();
    let shown = meant.into_iter().filter(|one| all || one.n_operating == 0);
    let page = SchemePage {
        s: Shell::new(work, ask, "schemes", ask.words().with("fit-of-scheme", &scheme.name)),
        faults,
        meant: shown.map(|one| (names.all(&one.shared), one)).map(|(shared, one)| (one, shared)).collect(),
        traits: traits.iter().map(|code| names.of(code)).collect(),
        choices: terms
            .iter()
            .map(|term| (term.code.clone(), term.name(ask.lang).to_owned(), traits.contains(&term.code)))
            .collect(),
        n_without,
        all,
        scheme,
        place,
    };
    Reply::html(&page)
}

/// The place that is asked for; the country is the province whose catalogue is shown.
fn asked_place(work: &mut Work, ask: &Ask) -> Result<Place> {
    let place = ask.place(work)?;
    if place.level > Level::Nation {
        return Ok(place);
    }
    let (code, today) = (province_code(work, &place)?, work.today());
    places::by_code_on(work, &code, &today)
}

/// Says for which traits a scheme is meant.
pub fn set_of_scheme(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let (province, scheme) = scheme_of(work, ask)?;
    actions::set_of_scheme(work, &province, &scheme.id, &ask.fields("traits"))?;
    Ok(Reply::see(&format!("/schemes/{}/fit?place={}", scheme.slug, province.code)))
}
