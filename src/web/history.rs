//! History for laymen: who changed what from what to what, when, why and from where, in the reader's words. A value
//! of a person is told to those who may see it; a burnt one is told as erased, with the day.

use std::collections::HashMap;

use serde_json::Value as Json;
use store::Value;

use crate::activities::activity;
use crate::envelopes::{self, Named, Text};
use crate::error::Result;
use crate::history::{self, CHANGED, Entry};
use crate::journal::READ;
use crate::parties::person::Field;
use crate::parties::store as people;
use crate::permissions::Verb;
use crate::places::place::OPEN;
use crate::places::store as places;
use crate::schemes::dossier::pages as dossier;
use crate::terms::term::{Vocabulary, defaults};
use crate::web::shell::moment;
use crate::words::Words;
use crate::work::Work;

/// So many deeds stand on a record's own page; the journal has all of them.
const MOST: i64 = 50;

/// One field that was changed, or one fact of a deed.
pub struct Change {
    pub field: String,
    /// Empty for a fact.
    pub before: String,
    pub after: String,
    pub is_fact: bool,
}

impl Change {
    /// As one line of a file.
    pub fn in_a_line(&self) -> String {
        if self.is_fact {
            return format!("{}: {}", self.field, self.after);
        }
        format!("{}: {} → {}", self.field, self.before, self.after)
    }
}

/// A deed as a page tells it.
pub struct Line {
    pub at: String,
    pub who: String,
    pub what: String,
    pub changes: Vec<Change>,
    pub paper: String,
    pub origin: String,
}

/// The history of one record, for `web/views/history.html`.
pub struct History {
    pub thing_id: String,
    pub lines: Vec<Line>,
}

/// The history of one record, latest first.
pub fn of_thing(work: &mut Work, w: &'static Words, thing_id: &str) -> Result<History> {
    let mut teller = Teller::new(w);
    let entries = history::of_thing(work, thing_id, MOST)?;
    let lines = entries.iter().map(|entry| teller.tell(work, entry, "")).collect::<Result<_>>()?;
    Ok(History { thing_id: thing_id.to_owned(), lines })
}

/// The latest deed of a kind done to a record.
pub fn latest(work: &mut Work, w: &'static Words, thing_id: &str, deed: &str) -> Result<Option<Line>> {
    let found = history::of_thing(work, thing_id, MOST)?.into_iter().find(|entry| entry.deed == deed);
    found.map(|entry| Teller::new(w).tell(work, &entry, "")).transpose()
}

/// Tells deeds; what it has looked up once it keeps.
pub struct Teller {
    w: &'static Words,
    looked_up: HashMap<String, String>,
    sights: HashMap<String, Sight>,
}

/// What of a person may be told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sight {
    Nothing,
    Name,
    Everything,
}

impl Teller {
    /// A teller in the words of a language.
    pub fn new(w: &'static Words) -> Teller {
        Teller { w, looked_up: HashMap::new(), sights: HashMap::new() }
    }

    /// One deed; `title` names what it was done to where the page does not.
    pub fn tell(&mut self, work: &mut Work, entry: &Entry, title: &str) -> Result<Line> {
        let step = entry.body["step"].as_str().map(|step| self.w.plain_of("step", step, "").to_owned());
        let value = match step {
            Some(step) if title.is_empty() => step,
            Some(step) => format!("{step} – {title}"),
            None => title.to_owned(),
        };
        let what = self.w.with(&deed_key(&entry.deed), value).trim().trim_end_matches(':').to_owned();
        Ok(Line {
            at: entry.at.clone(),
            who: self.who(work, &entry.actor)?,
            what,
            changes: self.changes(work, &entry.body)?,
            paper: self.paper(work, &entry.body["paper"])?,
            origin: self.origin(work, entry)?,
        })
    }

    fn changes(&mut self, work: &mut Work, body: &Json) -> Result<Vec<Change>> {
        let mut told = Vec::new();
        for (field, both) in body[CHANGED].as_object().into_iter().flatten() {
            // What was nothing before is told as a fact.
            let is_fact = both[0].is_null() || both[0] == "";
            let (before, after) = (self.shown(work, field, &both[0])?, self.shown(work, field, &both[1])?);
            told.push(Change { field: self.field(field), before, after, is_fact });
        }
        for (field, value) in body.as_object().into_iter().flatten() {
            // These are told elsewhere in the line; a fact whose field has no words is the program's own.
            let elsewhere = [CHANGED, "paper", "step", "row", "sheet"].contains(&field.as_str());
            if elsewhere || self.field(field).is_empty() {
                continue;
            }
            let after = self.shown(work, field, value)?;
            told.push(Change { field: self.field(field), before: String::new(), after, is_fact: true });
        }
        Ok(told)
    }

    /// What a field is called; a total of a month is called as its kind of activity.
    fn field(&self, field: &str) -> String {
        let kind = activity::kind(field).map(|kind| kind.name(self.w.lang()));
        kind.unwrap_or_else(|| self.w.plain_of("field", field, "")).to_owned()
    }

    fn shown(&mut self, work: &mut Work, field: &str, value: &Json) -> Result<String> {
        if let Some(named) = Named::read(value) {
            return self.text(work, &named);
        }
        Ok(match value {
            Json::Null => "–".to_owned(),
            Json::Bool(yes) => self.w.t(if *yes { "yes" } else { "no" }).to_owned(),
            Json::Number(number) => number.as_i64().map_or_else(|| number.to_string(), fold::show_count),
            Json::String(text) => self.plain(work, field, text)?,
            Json::Array(parts) => {
                let parts: Result<Vec<String>> = parts.iter().map(|part| self.shown(work, field, part)).collect();
                parts?.join(", ")
            }
            Json::Object(_) => value.to_string(),
        })
    }

    /// A day, a code or an id, in words.
    fn plain(&mut self, work: &mut Work, field: &str, text: &str) -> Result<String> {
        if text.is_empty() {
            return Ok("–".to_owned());
        }
        if text == OPEN {
            return Ok(self.w.t("day-open").to_owned());
        }
        if let Some(day) = text.parse().ok().filter(|_| text.len() == 10) {
            return Ok(fold::show_date(day));
        }
        if text.parse::<jiff::Timestamp>().is_ok() {
            return Ok(moment(text));
        }
        let known = match field {
            "headings" => Some(self.headings(work, text)?),
            "month" => Some(activity::show_month(text)),
            "activity_kind" | "not_counted" | "kit_kinds" => {
                activity::kind(text).map(|kind| kind.name(self.w.lang()).to_owned())
            }
            _ => None,
        };
        if let Some(known) = known {
            return Ok(known);
        }
        let family = match field {
            "area_kind" | "equipment" => "kind",
            "money_source" => "money",
            "decision" => "review",
            "life" => "heartbeat",
            "point_origin" => "origin",
            other => other,
        };
        let word = self.w.plain_of(family, text, "");
        if !word.is_empty() {
            return Ok(word.to_owned());
        }
        let kind = match field {
            "place" | "places" | "parent" | "target" => "place",
            "group" => "group",
            "into" => "point",
            "scheme" => "scheme",
            "account" => "account",
            "request" => "request",
            "person" => "person",
            "review" => "review",
            "dossier_item" => "dossier",
            _ => return Ok(text.to_owned()),
        };
        let title = self.title(work, kind, text)?;
        Ok(if title.is_empty() { text.to_owned() } else { title })
    }

    /// The headings of a survey plan in words; their codes stand side by side.
    fn headings(&mut self, work: &mut Work, codes: &str) -> Result<String> {
        let mut names = Vec::new();
        for code in codes.split(' ') {
            let sql =
                "select name_vi from term where vocabulary = 'survey' and code = $1 order by from_on desc limit 1";
            let own = self.look_up(work, &format!("heading {code}"), sql, code)?;
            let default = defaults(Vocabulary::Survey).iter().find(|term| term.code == code);
            names.push(match default {
                Some(term) if own.is_empty() => term.name(self.w.lang()).to_owned(),
                Some(_) | None if own.is_empty() => code.to_owned(),
                Some(_) | None => own,
            });
        }
        Ok(names.join("; "))
    }

    /// A text of an envelope, as far as this reader may see it.
    fn text(&mut self, work: &mut Work, named: &Named) -> Result<String> {
        let told = envelopes::text(work, named)?;
        let sight = self.sight(work, &named.owner)?;
        Ok(match told {
            Some((_, Text::Burnt(on))) => self.burnt(work, &named.owner, on)?,
            Some((field, Text::Held(text))) => {
                let is_private = Field::from_code(&field).is_none_or(Field::is_private);
                let hidden = sight == Sight::Nothing || (sight == Sight::Name && is_private);
                if hidden { self.w.t("history-hidden").to_owned() } else { text }
            }
            None => self.w.t("history-lost").to_owned(),
        })
    }

    /// Number, day and issuer of a paper, as far as they are told.
    fn paper(&mut self, work: &mut Work, told: &Json) -> Result<String> {
        let text = |key: &str| told[key].as_str().unwrap_or_default().to_owned();
        let day = text("issued_on").parse().map_or_else(|_| String::new(), fold::show_date);
        let issuer = match Named::read(&told["issuer"]) {
            Some(named) => self.text(work, &named)?,
            None => text("issuer"),
        };
        let parts = [text("number"), day, issuer];
        Ok(parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "))
    }

    /// By a request, or because its time was over.
    fn burnt(&mut self, work: &mut Work, owner: &str, on: String) -> Result<String> {
        let basis =
            self.look_up(work, &format!("basis {owner}"), "select basis from erasure where thing_id = $1", owner)?;
        let key = if basis == "request" { "history-erased" } else { "history-burnt" };
        Ok(self.w.with(key, on.parse().map_or(on, fold::show_date)))
    }

    /// Envelopes of other things are open to whoever reads their history.
    fn sight(&mut self, work: &mut Work, owner: &str) -> Result<Sight> {
        if let Some(known) = self.sights.get(owner) {
            return Ok(*known);
        }
        let sight = match people::by_id(work, owner)? {
            None => Sight::Everything,
            Some(person) if work.reaches(Verb::ReadPerson, &person.pin_id)? => Sight::Everything,
            Some(person) if work.reaches(Verb::ReadExemplar, &person.pin_id)? => Sight::Name,
            Some(_) => Sight::Nothing,
        };
        self.sights.insert(owner.to_owned(), sight);
        Ok(sight)
    }

    /// The name of an account; who acted stays known when the account is erased, as an account that was.
    fn who(&mut self, work: &mut Work, actor: &str) -> Result<String> {
        if ["command", "clock"].contains(&actor) {
            return Ok(self.w.t(&format!("journal-{actor}")).to_owned());
        }
        let sql = "select name from account where id = $1";
        let name = self.look_up(work, &format!("who {actor}"), sql, actor)?;
        Ok(if name.is_empty() { actor.to_owned() } else { name })
    }

    fn look_up(&mut self, work: &mut Work, key: &str, sql: &str, id: &str) -> Result<String> {
        if let Some(known) = self.looked_up.get(key) {
            return Ok(known.clone());
        }
        let told = work.first(sql, &[Value::from(id)])?.map_or_else(String::new, |row| row.text(0));
        self.looked_up.insert(key.to_owned(), told.clone());
        Ok(told)
    }

    /// What a thing is called, for those who may know; empty when it has no name of its own.
    pub fn title(&mut self, work: &mut Work, kind: &str, id: &str) -> Result<String> {
        let sql = match kind {
            "point" => "select name from point where id = $1",
            "place" => "select name from place where id = $1",
            "scheme" => "select name from scheme where id = $1 limit 1",
            "exemplar" => "select name from exemplar where id = $1",
            "commendation" => "select recipient from commendation where id = $1",
            "account" if !work.actor.may(Verb::ReadAccounts) => return Ok(self.w.t("history-hidden").to_owned()),
            "account" => "select user_name from account where id = $1",
            "import" => "select file_name from import_run where id = $1",
            "request" => "select cast(number as text) from request where id = $1",
            "incident" => "select cast(number as text) from incident where id = $1",
            "person" => return self.person(work, id),
            "reorganisation" => "select title from reorganisation where id = $1",
            "review" => "select name from review where id = $1",
            "grouping" => "select name from place_grouping where id = $1",
            "group" => "select name from place_group where id = $1",
            "heartbeat" if !id.is_empty() => "select name from scheme where id = $1 limit 1",
            "dossier" => return self.item(work, id),
            "rules" => return Ok(self.w.t("nav-rules").to_owned()),
            _ => return Ok(String::new()),
        };
        self.look_up(work, &format!("{kind} {id}"), sql, id)
    }

    /// A line of the list of papers, which every province may name otherwise.
    fn item(&mut self, work: &mut Work, code: &str) -> Result<String> {
        let sql = "select coalesce(max(province), '') from dossier_item where code = $1";
        let province = self.look_up(work, &format!("item {code}"), sql, code)?;
        dossier::item_name(work, &province, code, self.w)
    }

    fn person(&mut self, work: &mut Work, id: &str) -> Result<String> {
        let key = format!("person {id}");
        if let Some(known) = self.looked_up.get(&key) {
            return Ok(known.clone());
        }
        let told = match people::by_id(work, id)? {
            Some(_) if self.sight(work, id)? == Sight::Nothing => self.w.t("history-hidden").to_owned(),
            Some(person) if !person.is_held() => self.w.t("person-erased").to_owned(),
            Some(person) => people::name(work, &person)?,
            None => String::new(),
        };
        self.looked_up.insert(key, told.clone());
        Ok(told)
    }

    /// By which way it came in: for a list, its file and row.
    fn origin(&mut self, work: &mut Work, entry: &Entry) -> Result<String> {
        let (kind, run) = entry.origin.split_once(':').unwrap_or((&entry.origin, ""));
        let mut told = self.w.plain_of("origin", kind, "").to_owned();
        if kind == "import" {
            let file = self.title(work, "import", run)?;
            if !file.is_empty() {
                told = format!("{told}: {file}");
            }
            if let Some(row) = entry.body["row"].as_i64().filter(|row| *row > 0) {
                told = format!("{told}, {}", self.w.with("history-row", row));
            }
            if let Some(named) = Named::read(&entry.body["sheet"]) {
                told = format!("{told} ({})", self.text(work, &named)?);
            }
        }
        Ok(told)
    }

    /// The name of the place a deed was done at.
    pub fn place(&mut self, work: &mut Work, id: &str) -> Result<String> {
        let key = format!("place {id}");
        if let Some(known) = self.looked_up.get(&key) {
            return Ok(known.clone());
        }
        let told = places::by_id(work, id).map_or_else(|_| String::new(), |place| place.name);
        self.looked_up.insert(key, told.clone());
        Ok(told)
    }
}

/// The words' key of a deed.
pub fn deed_key(deed: &str) -> String {
    format!("deed-{}", deed.replace('.', "-"))
}

/// Is this the chain of readings?
pub fn is_reading(chain: &str) -> bool {
    chain.ends_with(READ)
}
