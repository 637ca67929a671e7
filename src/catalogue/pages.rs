//! How the catalogue is cared for on pages.

use askama::Template;

use crate::catalogue::actions::{self, Decision, NewScheme, Undoing};
use crate::catalogue::effect::{Effect, Parting};
use crate::catalogue::store::{self, Merger, Parted, Spread};
use crate::error::{Error, Result};
use crate::kits::pages::scheme_of;
use crate::places::place::Place;
use crate::places::store as places;
use crate::schemes::names::alike;
use crate::schemes::pages::province_code;
use crate::schemes::scheme::Scheme;
use crate::schemes::store::{self as schemes, SchemeName};
use crate::web::ask::Ask;
use crate::web::reply::Reply;
use crate::web::shell::{Faults, Shell};
use crate::words::Lang;
use crate::work::Work;

#[derive(Template)]
#[template(path = "catalogue/views/names.html")]
struct NamesPage {
    s: Shell,
    faults: Faults,
    scheme: Scheme,
    place: String,
    /// Schemes whose names are near to this one's: slug and name.
    near: Vec<(String, String)>,
    mergers: Vec<Merger>,
    parted: Vec<Parted>,
    spreads: Vec<Spread>,
    /// The merger that is to be undone, and what that does.
    parting: Option<(Merger, Parting)>,
    others: Vec<SchemeName>,
    /// The scheme that is to stay, and what the merger does.
    merger: Option<(Scheme, Effect)>,
    fields: Vec<(String, String)>,
}

impl NamesPage {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }
}

impl NamesPage {
    /// Did this other name come by a merger?
    fn is_of_merger(&self, alias: &str) -> bool {
        self.mergers.iter().any(|merger| merger.name == alias)
    }
}

/// The names of a scheme, what came together in it, and the forms for more.
pub fn names(work: &mut Work, ask: &Ask) -> Result<Reply> {
    names_page(work, ask, Faults::default())
}

/// The same after a refusal, with what was typed.
pub fn names_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    names_page(work, ask, Faults::of(error, ask.words()))
}

fn names_page(work: &mut Work, ask: &Ask, mut faults: Faults) -> Result<Reply> {
    let (province, scheme) = scheme_of(work, ask)?;
    let mut others = schemes::scheme_names(work, &province.code)?;
    others.retain(|other| other.id != scheme.id);
    let near = near(work, &scheme, &others)?;
    let into = if ask.is_write { ask.field("into") } else { ask.query("into").to_owned() };
    let merger = match actions::effect(work, &province, &scheme.id, &into) {
        Ok(told) => Some(told),
        Err(error @ Error::Invalid(_)) if !into.is_empty() && !ask.is_write => {
            faults = Faults::of(&error, ask.words());
            None
        }
        // Nothing was chosen yet, a refusal says it already, or the reader does not keep the province's rules.
        Err(Error::Invalid(_) | Error::NotFound | Error::Forbidden(_)) => None,
        Err(error) => return Err(error),
    };
    let page = NamesPage {
        s: Shell::new(work, ask, "schemes", ask.words().with("scheme-names-of", &scheme.name)),
        faults,
        near,
        mergers: store::mergers(work, &scheme)?,
        parted: store::parted(work, &scheme)?,
        spreads: store::spreads(work, &scheme)?,
        parting: parting(work, ask, &province, &scheme)?,
        place: province.code,
        others,
        merger,
        scheme,
        fields: ask.form.clone(),
    };
    Reply::html(&page)
}

/// The merger that an address or a refused form names.
fn parting(work: &mut Work, ask: &Ask, province: &Place, scheme: &Scheme) -> Result<Option<(Merger, Parting)>> {
    let from = if ask.is_write { ask.field("from") } else { ask.query("part").to_owned() };
    if from.is_empty() {
        return Ok(None);
    }
    match actions::parting(work, province, &scheme.id, &from) {
        Ok(told) => Ok(Some(told)),
        // It was parted already, a refusal says it, or the reader does not keep the province's rules.
        Err(Error::NotFound | Error::Forbidden(_) | Error::Invalid(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Schemes of which one name is near to this one's.
fn near(work: &mut Work, scheme: &Scheme, others: &[SchemeName]) -> Result<Vec<(String, String)>> {
    let known = schemes::names(work, &scheme.province)?;
    let foreign = known.iter().filter(|(_, id)| *id != scheme.id).map(|(name, _)| name.as_str());
    let names = alike(foreign, &scheme.name);
    let is_near = |id: &str| known.iter().any(|(name, owner)| owner == id && names.contains(&name.as_str()));
    let found = others.iter().filter(|other| is_near(&other.id));
    Ok(found.map(|other| (other.slug.clone(), other.name.clone())).collect())
}

fn back(slug: &str, place: &str) -> Reply {
    Reply::see(&format!("/schemes/{slug}/names?place={place}"))
}

/// Gives a scheme another name.
pub fn add_alias(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let (province, scheme) = scheme_of(work, ask)?;
    actions::add_alias(work, &province, &scheme.id, &ask.field("alias"))?;
    Ok(back(&scheme.slug, &province.code))
}

/// Takes another name back.
pub fn remove_alias(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let (province, scheme) = scheme_of(work, ask)?;
    actions::remove_alias(work, &province, &scheme.id, (&ask.field("alias"), &ask.field("why")))?;
    Ok(back(&scheme.slug, &province.code))
}

/// Parts two names again.
pub fn part(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let (province, scheme) = scheme_of(work, ask)?;
    let undoing = Undoing { why: ask.field("why"), confirmed: ask.field("confirmed") == "1" };
    let from = actions::part(work, &province, (&scheme.id, &ask.field("from")), &undoing)?;
    Ok(back(&from.slug, &province.code))
}

/// Takes a mark of spreading back.
pub fn withdraw_spread(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let (province, scheme) = scheme_of(work, ask)?;
    actions::withdraw_spread(work, &province, &scheme.id, (&ask.field("paper"), &ask.field("why")))?;
    Ok(back(&scheme.slug, &province.code))
}

#[derive(Template)]
#[template(path = "catalogue/views/new.html")]
struct NewPage {
    s: Shell,
    faults: Faults,
    place: String,
    levels: [&'static str; actions::LEVELS.len()],
    sectors: Vec<(String, String)>,
    /// The number of schemes with an operating point today, which a new name does not change.
    c1: usize,
    fields: Vec<(String, String)>,
}

impl NewPage {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    fn has(&self, sector: &str) -> bool {
        self.fields.iter().any(|(key, value)| key == "sectors" && value == sector)
    }
}

/// The form of a new scheme.
pub fn new(work: &mut Work, ask: &Ask) -> Result<Reply> {
    new_page(work, ask, Faults::default())
}

/// The same after a refusal, with what was typed.
pub fn new_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    new_page(work, ask, Faults::of(error, ask.words()))
}

fn new_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let place = ask.place(work)?;
    let code = province_code(work, &place)?;
    let today = work.today();
    let sectors = schemes::sectors(work)?.into_iter().map(|sector| {
        let name = match ask.lang {
            Lang::Vi => sector.name_vi,
            Lang::En => sector.name_en,
        };
        (sector.code, name)
    });
    Reply::html(&NewPage {
        s: Shell::new(work, ask, "schemes", ask.words().t("scheme-new")),
        faults,
        levels: actions::LEVELS,
        sectors: sectors.collect(),
        c1: store::operating(work, &code, &today)?.len(),
        place: code,
        fields: ask.form.clone(),
    })
}

/// Adds a scheme to the catalogue.
pub fn add(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let today = work.today();
    let told = places::by_code_on(work, &ask.field("place"), &today)?;
    let province = places::whole_province(work, &told)?;
    let raw = |name: &str| ask.form.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let contents = raw("contents").lines().map(fold::clean).filter(|line| !line.is_empty()).collect();
    let new = NewScheme {
        name: ask.field("name"),
        code: ask.field("code"),
        level: ask.field("level"),
        origin: ask.field("origin"),
        sectors: ask.fields("sectors"),
        lead: ask.field("lead"),
        purpose: ask.field("purpose"),
        contents,
        legal_basis: ask.field("legal_basis"),
        is_another: ask.field("is_another") == "1",
    };
    let scheme = actions::add_scheme(work, &province, &new)?;
    Ok(Reply::see(&format!("/schemes/{}?place={}", scheme.slug, province.code)))
}

/// Merges a scheme into another.
pub fn merge(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let (province, scheme) = scheme_of(work, ask)?;
    let decision =
        Decision { reason: ask.field("reason"), paper: ask.paper()?, confirmed: ask.field("confirmed") == "1" };
    let into = actions::merge(work, &province, (&scheme.id, &ask.field("into")), &decision)?;
    Ok(back(&into.slug, &province.code))
}

/// Marks that the Ministry spread the experience of a scheme.
pub fn mark_spread(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let (province, scheme) = scheme_of(work, ask)?;
    actions::mark_spread(work, &province, &scheme.id, ask.paper()?.as_ref())?;
    Ok(back(&scheme.slug, &province.code))
}

/// What the page of a scheme shows of its mergers and its spreading.
pub struct OnScheme {
    pub mergers: Vec<Merger>,
    /// Marks that hold.
    pub spreads: Vec<Spread>,
}

/// For the page of a scheme.
pub fn on_scheme(work: &mut Work, scheme: &Scheme) -> Result<OnScheme> {
    let mut spreads = store::spreads(work, scheme)?;
    spreads.retain(|spread| !spread.is_withdrawn());
    Ok(OnScheme { mergers: store::mergers(work, scheme)?, spreads })
}
