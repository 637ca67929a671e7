//! How a province's lists are shown and changed.

use askama::Template;

use crate::error::{Error, Result};
use crate::places::place::Place;
use crate::places::store as places;
use crate::schemes::pages::province_code;
use crate::terms::term::{NewTerm, Term, Vocabulary};
use crate::terms::{actions, store};
use crate::web::ask::Ask;
use crate::web::reply::Reply;
use crate::web::shell::{Faults, Shell};
use crate::words::Lang;
use crate::work::Work;

#[derive(Template)]
#[template(path = "terms/views/terms.html")]
struct TermsPage {
    s: Shell,
    faults: Faults,
    list: Vocabulary,
    lists: [Vocabulary; Vocabulary::ALL.len()],
    terms: Vec<Term>,
    former: Vec<Term>,
    is_default: bool,
    about: String,
    chosen: Option<Term>,
    place: String,
    lang: Lang,
    fields: Vec<(String, String)>,
}

impl TermsPage {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }
}

fn list_of(ask: &Ask) -> Result<Vocabulary> {
    Vocabulary::from_code(ask.param("list")).ok_or(Error::NotFound)
}

/// A list of the province, and the form of one term.
pub fn show(work: &mut Work, ask: &Ask) -> Result<Reply> {
    page(work, ask, Faults::default())
}

/// The same after a refusal, with what was typed.
pub fn show_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    page(work, ask, Faults::of(error, ask.words()))
}

fn page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let list = list_of(ask)?;
    let place = ask.place(work)?;
    let province = province_code(work, &place)?;
    let today = work.today();
    let is_default = store::own(work, &province, list)?.is_empty();
    let all = store::all(work, &province, list)?;
    let about = if is_default { all.first().map(|term| term.basis.clone()) } else { None };
    let (terms, former): (Vec<Term>, Vec<Term>) = all.into_iter().partition(|term| today < term.to_on);
    let code = if ask.is_write { ask.field("code") } else { ask.query("code").to_owned() };
    let chosen = terms.iter().find(|term| term.code == code).cloned();
    let fields = match (&chosen, ask.is_write) {
        (Some(term), false) => filled_in(term),
        _ => ask.form.clone(),
    };
    let title = ask.words().plain_of("terms", list.code(), "").to_owned();
    Reply::html(&TermsPage {
        s: Shell::new(work, ask, "terms", title),
        faults,
        list,
        lists: Vocabulary::ALL,
        terms,
        former,
        is_default,
        about: about.unwrap_or_default(),
        chosen,
        place: province,
        lang: ask.lang,
        fields,
    })
}

fn filled_in(term: &Term) -> Vec<(String, String)> {
    let basis = if term.basis == default_basis(term) { "" } else { term.basis.as_str() };
    let pairs = [("name_vi", term.name_vi.as_str()), ("name_en", &term.name_en), ("basis", basis)];
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec()
}

/// What the programme says of its own lists is no basis of a province's wording.
fn default_basis(term: &Term) -> &'static str {
    let known = Vocabulary::ALL.into_iter().flat_map(|list| crate::terms::term::defaults(list).iter());
    known.into_iter().find(|default| default.basis == term.basis).map_or("", |default| default.basis.as_str())
}

/// The province whose list a form changes.
fn province(work: &mut Work, ask: &Ask) -> Result<Place> {
    let today = work.today();
    let told = places::by_code_on(work, &ask.field("place"), &today)?;
    places::whole_province(work, &told)
}

/// Words a term.
pub fn save(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let (list, province) = (list_of(ask)?, province(work, ask)?);
    let new = NewTerm {
        code: ask.field("code"),
        name_vi: fold::clean(&ask.field("name_vi")),
        name_en: fold::clean(&ask.field("name_en")),
        basis: ask.field("basis"),
        from_on: ask.date("from_on")?,
    };
    actions::save(work, &province, list, &new)?;
    Ok(Reply::see(&format!("/terms/{}", list.code())))
}

/// Ends a term.
pub fn end(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let (list, province) = (list_of(ask)?, province(work, ask)?);
    actions::end(work, &province, list, (&ask.field("code"), &ask.date("from_on")?))?;
    Ok(Reply::see(&format!("/terms/{}", list.code())))
}
