//! How the catalogue is cared for on pages.

use askama::Template;

use crate::catalogue::actions::{self, Decision};
use crate::catalogue::effect::Effect;
use crate::catalogue::store::{self, Merger};
use crate::error::{Error, Result};
use crate::kits::pages::scheme_of;
use crate::papers::paper::PaperRef;
use crate::schemes::names::alike;
use crate::schemes::scheme::Scheme;
use crate::schemes::store::{self as schemes, SchemeName};
use crate::web::ask::Ask;
use crate::web::reply::Reply;
use crate::web::shell::{Faults, Shell};
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
    spreads: Vec<(String, PaperRef)>,
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
        spreads: store::spreads(work, &scheme)?,
        place: province.code,
        others,
        merger,
        scheme,
        fields: ask.form.clone(),
    };
    Reply::html(&page)
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
    pub spreads: Vec<(String, PaperRef)>,
}

/// For the page of a scheme.
pub fn on_scheme(work: &mut Work, scheme: &Scheme) -> Result<OnScheme> {
    Ok(OnScheme { mergers: store::mergers(work, scheme)?, spreads: store::spreads(work, scheme)? })
}
