//! How a dossier and the province's list are asked for and shown.

use askama::Template;

use crate::app::App;
use crate::error::{Error, Result};
use crate::papers::actions::{NewPaper, Sent};
use crate::papers::paper::PaperRef;
use crate::papers::store::Use;
use crate::permissions::Verb;
use crate::schemes::dossier::actions::{self, Entry, NewItem, OTHER};
use crate::schemes::dossier::item::{self, Item, Line, MILESTONES, MetBy};
use crate::schemes::dossier::store;
use crate::schemes::pages::province_code;
use crate::schemes::point::{Point, StepKind};
use crate::schemes::store as schemes;
use crate::web::ask::{Ask, Upload};
use crate::web::reply::Reply;
use crate::web::shell::{Faults, Shell};
use crate::words::{Lang, Words};
use crate::work::Work;

impl Item {
    /// The name in a language.
    pub fn name(&self, lang: Lang) -> &str {
        match lang {
            Lang::Vi => &self.name_vi,
            Lang::En => &self.name_en,
        }
    }
}

/// What a paper is in a dossier, in words: a line of the list, or the step that names it.
pub fn item_name(work: &mut Work, province: &str, code: &str, w: &Words) -> Result<String> {
    if StepKind::from_code(code).is_some() {
        return Ok(w.t(&format!("step-{code}")).to_owned());
    }
    let known = store::all(work, province)?.into_iter().rev().find(|item| item.code == code);
    Ok(known.map_or_else(|| w.t(&format!("paper-item-{code}")).to_owned(), |item| item.name(w.lang()).to_owned()))
}

#[derive(Template)]
#[template(path = "schemes/dossier/views/dossier.html")]
struct DossierPage {
    s: Shell,
    faults: Faults,
    point: Point,
    lines: Vec<Line>,
    others: Vec<(String, Use)>,
    n_met: usize,
    n_due: usize,
    may_keep: bool,
    may_step: bool,
    lang: Lang,
}

/// A point's dossier: the list, what is there and what is missing.
pub fn show(work: &mut Work, ask: &Ask) -> Result<Reply> {
    page(work, ask, Faults::default())
}

/// The same after a refusal.
pub fn show_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    page(work, ask, Faults::of(error, ask.words()))
}

fn page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let point = schemes::point_for(work, Verb::ReadPoint, ask.param("id"))?;
    let dossier = actions::dossier(work, &point)?;
    let (n_met, n_due) = item::meter(&dossier.lines);
    let mut others = Vec::new();
    for paper in dossier.others {
        others.push((item_name(work, &point.province, &paper.item, ask.words())?, paper));
    }
    let page = DossierPage {
        s: Shell::new(work, ask, "points", ask.words().with("dossier-of", &point.name)),
        faults,
        may_keep: work.reaches(Verb::KeepPapers, &point.pin_id)?,
        may_step: work.reaches(Verb::StepPoint, &point.pin_id)? && !point.state.is_over(),
        lines: dossier.lines,
        lang: ask.lang,
        point,
        others,
        n_met,
        n_due,
    };
    Reply::html(&page)
}

#[derive(Template)]
#[template(path = "schemes/dossier/views/new_paper.html")]
struct NewPaperPage {
    s: Shell,
    faults: Faults,
    point: Point,
    items: Vec<(String, String)>,
    item: String,
    fields: Vec<(String, String)>,
}

impl NewPaperPage {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }
}

/// The form of a paper for the dossier.
pub fn new_paper(work: &mut Work, ask: &Ask) -> Result<Reply> {
    new_paper_page(work, ask, Faults::default())
}

/// The same after a refusal, with what was typed; a file must be chosen again.
pub fn new_paper_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    new_paper_page(work, ask, Faults::of(error, ask.words()))
}

fn new_paper_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let point = schemes::point_for(work, Verb::KeepPapers, ask.param("id"))?;
    let today = work.today();
    let listed = store::on(work, &point.province, &today)?;
    let asked_for = listed.iter().filter(|item| item.met_by == MetBy::Paper);
    let mut items: Vec<(String, String)> =
        asked_for.map(|item| (item.code.clone(), item.name(ask.lang).to_owned())).collect();
    items.push((OTHER.into(), ask.words().t("paper-item-other").to_owned()));
    let typed = ask.field("item");
    let item = if typed.is_empty() { ask.query("item").to_owned() } else { typed };
    let s = Shell::new(work, ask, "points", ask.words().t("dossier-add"));
    Reply::html(&NewPaperPage { s, faults, point, items, item, fields: ask.form.clone() })
}

fn sent(upload: &Upload) -> Sent<'_> {
    Sent { name: &upload.file_name, bytes: &upload.bytes }
}

/// Puts a paper into the dossier.
pub fn put(app: &App, work: &mut Work, ask: &Ask) -> Result<Reply> {
    let name = PaperRef {
        number: ask.field("paper_number"),
        issued_on: ask.date("paper_date")?,
        issuer: ask.field("paper_issuer"),
    };
    let is_another = ask.field("is_another_paper") == "1";
    let entry = Entry {
        item: ask.field("item"),
        paper: NewPaper { name, title: ask.field("paper_title"), is_another },
        file: ask.upload().map(sent),
    };
    actions::put(work, &app.files, ask.param("id"), &entry)?;
    Ok(Reply::see(&format!("/points/{}/dossier", ask.param("id"))))
}

/// Keeps one more file with a paper.
pub fn attach(app: &App, work: &mut Work, ask: &Ask) -> Result<Reply> {
    let upload = ask.upload().ok_or_else(|| Error::field("file", "file-missing", ""))?;
    actions::attach(work, &app.files, ask.param("id"), &ask.field("use"), &sent(upload))?;
    Ok(Reply::see(&format!("/points/{}/dossier", ask.param("id"))))
}

/// Takes a paper out of the dossier.
pub fn withdraw(work: &mut Work, ask: &Ask) -> Result<Reply> {
    actions::withdraw(work, ask.param("id"), &ask.field("use"), &ask.field("reason"))?;
    Ok(Reply::see(&format!("/points/{}/dossier", ask.param("id"))))
}

#[derive(Template)]
#[template(path = "schemes/dossier/views/items.html")]
struct ItemsPage {
    s: Shell,
    faults: Faults,
    items: Vec<Item>,
    former: Vec<Item>,
    is_default: bool,
    milestones: Vec<&'static str>,
    chosen: Option<Item>,
    place: String,
    lang: Lang,
    fields: Vec<(String, String)>,
}

impl ItemsPage {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }
}

/// The province's list, and the form of one line.
pub fn items(work: &mut Work, ask: &Ask) -> Result<Reply> {
    items_page(work, ask, Faults::default())
}

/// The same after a refusal.
pub fn items_again(work: &mut Work, ask: &Ask, error: &Error) -> Result<Reply> {
    items_page(work, ask, Faults::of(error, ask.words()))
}

fn items_page(work: &mut Work, ask: &Ask, faults: Faults) -> Result<Reply> {
    let place = ask.place(work)?;
    let province = province_code(work, &place)?;
    let today = work.today();
    let is_default = store::own(work, &province)?.is_empty();
    let all = store::all(work, &province)?;
    let (items, former): (Vec<Item>, Vec<Item>) = all.into_iter().partition(|item| today < item.to_on);
    let code = if ask.is_write { ask.field("code") } else { ask.query("code").to_owned() };
    let chosen = items.iter().find(|item| item.code == code).cloned();
    let fields = match (&chosen, ask.is_write) {
        (Some(item), false) => filled_in(item),
        _ => ask.form.clone(),
    };
    let page = ItemsPage {
        s: Shell::new(work, ask, "dossier-items", ask.words().t("nav-dossier-items")),
        faults,
        items,
        former,
        is_default,
        milestones: MILESTONES.iter().map(|kind| kind.code()).collect(),
        chosen,
        place: province,
        lang: ask.lang,
        fields,
    };
    Reply::html(&page)
}

fn filled_in(item: &Item) -> Vec<(String, String)> {
    let blocks = if item.blocks_from.is_empty() { "" } else { "1" };
    let pairs = [
        ("name_vi", item.name_vi.as_str()),
        ("name_en", &item.name_en),
        ("expected_by", item.expected_by.code()),
        ("blocks", blocks),
        ("basis", &item.basis),
    ];
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec()
}

fn province_of_rules(work: &mut Work, ask: &Ask) -> Result<String> {
    let today = work.today();
    let place = crate::places::store::by_code_on(work, &ask.field("place"), &today)?;
    work.demand(Verb::KeepRules, Verb::ReadPlace, place.pin_id())?;
    province_code(work, &place)
}

/// Keeps a line of the list.
pub fn save_item(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let province = province_of_rules(work, ask)?;
    let new = NewItem {
        code: ask.field("code"),
        name_vi: ask.field("name_vi"),
        name_en: ask.field("name_en"),
        expected_by: ask.field("expected_by"),
        blocks: ask.field("blocks") == "1",
        basis: ask.field("basis"),
        from_on: ask.date("from_on")?,
    };
    actions::save_item(work, &province, &new)?;
    Ok(Reply::see("/dossier-items"))
}

/// Ends a line of the list.
pub fn end_item(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let province = province_of_rules(work, ask)?;
    actions::end_item(work, &province, &ask.field("code"), &ask.date("from_on")?)?;
    Ok(Reply::see("/dossier-items"))
}
