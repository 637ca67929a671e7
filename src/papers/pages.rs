//! How papers and their files are asked for and shown.

use ::store::Value;
use askama::Template;
use files::Hash;

use crate::app::App;
use crate::error::{Error, Result};
use crate::papers::paper::Paper;
use crate::papers::store::{self, Attachment, User};
use crate::permissions::Verb;
use crate::places::place::Place;
use crate::places::store as places;
use crate::schemes::dossier::pages::item_name;
use crate::web::ask::Ask;
use crate::web::reply::Reply;
use crate::web::shell::Shell;
use crate::work::Work;

const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "papers/views/list.html")]
struct List {
    s: Shell,
    place: Place,
    text: String,
    lines: Vec<Line>,
    next: String,
}

struct Line {
    paper: Paper,
    n_uses: i64,
    n_files: i64,
}

/// The newest first; a paper is shown where a thing that uses it is.
const LINES: &str = "select a.id, a.number, a.issued_on, a.issuer, a.title, \
    (select count(*) from paper_use x where x.province = a.province and x.paper_id = a.id and x.withdrawn_at = ''), \
    (select count(*) from attachment f where f.province = a.province and f.paper_id = a.id and f.withdrawn_at = '') \
    from paper a where exists (select 1 from paper_use u join rollup r on r.place_id = u.pin_id and r.ancestor_id = $1 \
    and r.from_on <= $2 and r.to_on > $2 where u.province = a.province and u.paper_id = a.id and u.withdrawn_at = '') \
    and ($3 = '' or a.fold like $3) and (a.issued_on, a.id) < ($4, $5) order by a.issued_on desc, a.id desc limit 51";

/// The papers of a place, found by number or by what they are about.
pub fn list(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let place = ask.place(work)?;
    work.demand(Verb::ReadPoint, Verb::ReadPoint, place.pin_id())?;
    let day = place.day_on_the_map(&work.today());
    let text = ask.query("q").to_owned();
    let key = fold::key(&text);
    let pattern = if key.is_empty() { String::new() } else { format!("%{key}%") };
    let (on, id) = ask.query("after").split_once('.').unwrap_or(("9999-12-31", ""));
    let values: [Value; 5] = [place.pin_id().into(), day.into(), pattern.into(), on.into(), id.into()];
    let mut rows = work.query(LINES, &values)?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let asked: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    let next = match rows.last() {
        Some(row) if more => format!("/papers?place={}&q={asked}&after={}.{}", place.id, row.str(2), row.str(0)),
        _ => String::new(),
    };
    let lines =
        rows.iter().map(|row| Line { paper: store::paper_row(row), n_uses: row.int(5), n_files: row.int(6) }).collect();
    let s = Shell::new(work, ask, "papers", ask.words().t("nav-papers"));
    Reply::html(&List { s, place, text, lines, next })
}

#[derive(Template)]
#[template(path = "papers/views/paper.html")]
struct PaperPage {
    s: Shell,
    paper: Paper,
    files: Vec<Attachment>,
    uses: Vec<Shown>,
}

/// A thing that uses the paper, as far as this person may see it.
struct Shown {
    href: String,
    name: String,
    item: String,
    place: String,
}

/// One paper: its files, and what uses it.
pub fn show(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let province = store::province_of(work, ask.param("id"))?.ok_or(Error::NotFound)?;
    let paper = store::by_id(work, &province, ask.param("id"))?.ok_or(Error::NotFound)?;
    let seen = seen(work, &province, &paper.id)?;
    if seen.is_empty() {
        return Err(Error::NotFound);
    }
    let mut uses = Vec::new();
    for user in &seen {
        uses.extend(shown(work, &province, user, ask)?);
    }
    let files = store::attachments(work, &province, &paper.id)?;
    let s = Shell::new(work, ask, "papers", paper.name.number.clone());
    Reply::html(&PaperPage { s, paper, files, uses })
}

/// The users of a paper that this person may see.
fn seen(work: &mut Work, province: &str, paper_id: &str) -> Result<Vec<User>> {
    let mut seen = Vec::new();
    for user in store::users(work, province, paper_id)? {
        let verb = match user.thing.as_str() {
            "point" => Verb::ReadPoint,
            "scheme" => Verb::ReadScheme,
            _ => Verb::ReadExemplar,
        };
        if work.reaches(verb, &user.pin_id)? {
            seen.push(user);
        }
    }
    Ok(seen)
}

fn shown(work: &mut Work, province: &str, user: &User, ask: &Ask) -> Result<Option<Shown>> {
    let sql = match user.thing.as_str() {
        "point" => "select name from point where province = $1 and id = $2",
        "exemplar" => "select name from exemplar where province = $1 and id = $2",
        "scheme" => "select name from scheme where province = $1 and id = $2",
        _ => "select recipient from commendation where province = $1 and id = $2",
    };
    let Some(row) = work.first(sql, &[province.into(), user.thing_id.as_str().into()])? else { return Ok(None) };
    let item = item_name(work, province, &user.item, ask.words())?;
    let place = places::by_id(work, &user.pin_id)?.name;
    Ok(Some(Shown { href: format!("/{}s/{}", user.thing, user.thing_id), name: row.text(0), item, place }))
}

/// A file, to be kept by who asks for it: never shown as a page of the programme.
pub fn file(app: &App, work: &mut Work, ask: &Ask) -> Result<Reply> {
    let attachment = store::attachment(work, ask.param("id"))?.ok_or(Error::NotFound)?;
    if seen(work, &attachment.province, &attachment.paper_id)?.is_empty() {
        return Err(Error::NotFound);
    }
    handed_out(app, &attachment)
}

fn handed_out(app: &App, attachment: &Attachment) -> Result<Reply> {
    let (Some(kind), Some(hash)) = (attachment.kind(), Hash::read(&attachment.sha256)) else {
        return Err(anyhow::anyhow!("attachment {} names no file", attachment.id).into());
    };
    let bytes = app.files.get(&hash).map_err(|error| anyhow::anyhow!("file {}: {error}", attachment.sha256))?;
    let name = format!("{}.{}", fold::key(&attachment.name).replace(' ', "-"), kind.ending());
    Ok(Reply::file(&name, kind.media(), bytes).with("content-security-policy", "sandbox; default-src 'none'".into()))
}
