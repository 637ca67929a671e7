//! How kits are asked for, shown and handed out.

use askama::Template;

use crate::activities::activity::{kind, kinds};
use crate::error::{Error, Result};
use crate::kits::actions;
use crate::kits::documents::{self, Document};
use crate::kits::kit::{self, Kit, PARTS, Status};
use crate::kits::store;
use crate::permissions::Verb;
use crate::places::place::{Level, OPEN, Place};
use crate::places::store as places;
use crate::schemes::pages::province_code;
use crate::schemes::point::Point;
use crate::schemes::scheme::Scheme;
use crate::schemes::store as schemes;
use crate::web::ask::Ask;
use crate::web::reply::Reply;
use crate::web::shell::{Faults, Shell};
use crate::words::Lang;
use crate::work::Work;

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// The province whose catalogue is meant, and one of its schemes.
pub fn scheme_of(work: &mut Work, ask: &Ask) -> Result<(Place, Scheme)> {
    let told = ask.field("place");
    let place = if ask.is_write && !told.is_empty() { places::by_code(work, &told)? } else { ask.place(work)? };
    let code = province_code(work, &place)?;
    let today = work.today();
    let province = places::by_code_on(work, &code, &today)?;
    let scheme = schemes::scheme(work, &code, ask.param("slug"))?;
    Ok((province, scheme))
}

/// A paper to be taken: its code, its name.
type Paper = (String, String);

fn papers(lang: Lang) -> Vec<Paper> {
    documents::documents().iter().map(|paper| (paper.code.clone(), paper.name(lang).to_owned())).collect()
}

fn kind_names(kit: &Kit, lang: Lang) -> String {
    let named = kit.kinds.iter().filter_map(|code| kind(code)).map(|kind| kind.name(lang));
    named.collect::<Vec<_>>().join(", ")
}

/// What the page of a scheme shows of its kit.
pub struct OnScheme {
    pub kit: Option<Kit>,
    pub kinds: String,
    pub papers: Vec<Paper>,
}

/// The kit of a scheme, for its own page.
pub fn on_scheme(work: &mut Work, scheme: &Scheme, lang: Lang) -> Result<OnScheme> {
    let known = store::all(work, scheme)?;
    let kit = kit::current(&known, &work.today()).cloned();
    let kinds = kit.as_ref().map(|kit| kind_names(kit, lang)).unwrap_or_default();
    Ok(OnScheme { kit, kinds, papers: papers(lang) })
}

#[derive(Template)]
#[template(path = "kits/views/kit.html")]
struct KitPage {
    s: Shell,
    faults: Faults,
    scheme: Scheme,
    place: String,
    kit: Option<Kit>,
    kinds: String,
    versions: Vec<Kit>,
    /// The point for which the papers are filled in.
    point: Option<Point>,
    papers: Vec<Paper>,
    about: &'static str,
    parts: Vec<Part>,
    choices: Vec<(String, String)>,
    statuses: [Status; 2],
    fields: Vec<(String, String)>,
}

/// A part of a kit in the form.
struct Part {
    code: &'static str,
    text: String,
}

impl KitPage {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    fn counts(&self, kind: &str) -> bool {
        self.fields.iter().any(|(key, value)| key == "kinds" && value == kind)
    }

    /// The address of a paper: of this version, filled in for this point.
    fn address(&self, paper: &str, version: &i64) -> String {
        let point = self.point.as_ref().map_or_else(String::new, |point| format!("&point={}", point.id));
        format!("/schemes/{}/kit/{paper}.docx?place={}&version={version}{point}", self.scheme.slug, self.place)
    }
}

/// The kit of a scheme: its versions, its papers, and the form of the next version.
pub fn show(work: &mut Work, ask: &Ask) -> Result<Reply> {
    kit_page(work, ask, Faults::default())
}

/// The same after a refusal, with what was typed.
pub fn show_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    kit_page(work, ask, Faults::of(error, ask.words()))
}

fn kit_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let (province, scheme) = scheme_of(work, ask)?;
    let today = work.today();
    let mut versions = store::all(work, &scheme)?;
    let shown = match ask.query("version") {
        "" => kit::current(&versions, &today).cloned(),
        number => versions.iter().find(|kit| kit.number.to_string() == number).cloned(),
    };
    let point = point_of(work, ask, &scheme)?;
    let fields = if ask.is_write { ask.form.clone() } else { filled_in(shown.as_ref()) };
    let typed = |code: &str| fields.iter().find(|(key, _)| key == code).map(|(_, text)| text.clone());
    let former = |code: &str| match &shown {
        Some(kit) => kit.part(code).join("\n"),
        // A scheme without a kit begins with what its page tells.
        None if code == kit::ELEMENTS => scheme.contents.join("\n"),
        None if code == "purpose" => scheme.purpose.clone(),
        None => String::new(),
    };
    let parts = PARTS.map(|code| Part { code, text: typed(code).unwrap_or_else(|| former(code)) }).into();
    let counted = kinds().iter().filter(|kind| !kind.total_only);
    versions.reverse();
    let page = KitPage {
        s: Shell::new(work, ask, "schemes", ask.words().with("kit-of", &scheme.name)),
        faults,
        place: province.code,
        kinds: shown.as_ref().map(|kit| kind_names(kit, ask.lang)).unwrap_or_default(),
        kit: shown,
        versions,
        point,
        papers: papers(ask.lang),
        about: documents::about(),
        parts,
        choices: counted.map(|kind| (kind.code.clone(), kind.name(ask.lang).to_owned())).collect(),
        statuses: Status::ALL,
        scheme,
        fields,
    };
    Reply::html(&page)
}

fn filled_in(kit: Option<&Kit>) -> Vec<(String, String)> {
    let Some(kit) = kit else { return vec![("status".into(), "draft".into())] };
    let mut fields = vec![
        ("status".to_owned(), kit.status.code().to_owned()),
        (
            "per_month".to_owned(),
            fold::show_decimal(kit.per_month as f64 / 100.0, if kit.per_month % 100 == 0 { 0 } else { 2 }),
        ),
        ("n_members".to_owned(), kit.n_members.to_string()),
    ];
    fields.extend(kit.kinds.iter().map(|kind| ("kinds".to_owned(), kind.clone())));
    fields
}

/// The point that an address names: one of this scheme, which the reader may see.
fn point_of(work: &mut Work, ask: &Ask, scheme: &Scheme) -> Result<Option<Point>> {
    let id = ask.query("point");
    if id.is_empty() {
        return Ok(None);
    }
    let point = schemes::point_for(work, Verb::ReadPoint, id)?;
    if point.scheme_id == scheme.id && point.province == scheme.province {
        Ok(Some(point))
    } else {
        Err(Error::NotFound)
    }
}

/// Begins a new version.
pub fn begin_version(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let (province, scheme) = scheme_of(work, ask)?;
    let per_month = ask.field("per_month");
    let per_month = match per_month.as_str() {
        "" => 0.0,
        text => fold::parse_decimal(text).map_err(|_| Error::field("per_month", "count-unreadable", text))?,
    };
    let new = Kit {
        number: 0,
        from_on: ask.date("from_on")?,
        to_on: OPEN.into(),
        status: Status::from_code(&ask.field("status")),
        source: ask.field("source"),
        kinds: ask.fields("kinds").into_iter().filter(|code| kind(code).is_some_and(|kind| !kind.total_only)).collect(),
        per_month: (per_month * 100.0).round() as i64,
        n_members: ask.count("n_members")?,
        parts: PARTS.iter().map(|part| ((*part).to_owned(), lines(ask, part))).collect(),
    };
    actions::begin_version(work, &province, &scheme.slug, new)?;
    Ok(Reply::see(&format!("/schemes/{}/kit?place={}", scheme.slug, province.code)))
}

/// A field with one matter a line; empty lines count for nothing.
fn lines(ask: &Ask, name: &str) -> Vec<String> {
    let text = ask.form.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    text.lines().map(fold::clean).filter(|line| !line.is_empty()).collect()
}

/// A paper of the kit as a Word file.
pub fn paper(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let (_, scheme) = scheme_of(work, ask)?;
    let code = ask.param("document").strip_suffix(".docx").ok_or(Error::NotFound)?;
    let document = documents::documents().iter().find(|known| known.code == code).ok_or(Error::NotFound)?;
    let known = store::all(work, &scheme)?;
    let kit = match ask.query("version") {
        "" => kit::current(&known, &work.today()),
        number => known.iter().find(|kit| kit.number.to_string() == number),
    };
    let kit = kit.ok_or(Error::NotFound)?;
    let place = match point_of(work, ask, &scheme)? {
        Some(point) => Some(place_of(work, &point)?),
        None => None,
    };
    hand_out(document, kit, &scheme, place.as_ref())
}

fn hand_out(document: &Document, kit: &Kit, scheme: &Scheme, place: Option<&documents::Place>) -> Result<Reply> {
    let letter = documents::letter(document, kit, &scheme.name, place);
    let file = letters::docx(&letter).map_err(anyhow::Error::new)?;
    Ok(Reply::file(&document.file_name(&scheme.slug), DOCX, file))
}

fn place_of(work: &mut Work, point: &Point) -> Result<documents::Place> {
    let place = places::by_id(work, &point.place_id)?;
    let commune = places::by_id(work, &point.pin_id)?;
    let area = if place.level >= Level::Area { place.name } else { String::new() };
    Ok(documents::Place {
        area,
        commune: commune.name,
        lead: point.lead.clone(),
        coordinating: point.coordinating.clone(),
    })
}
