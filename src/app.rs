//! The application: an open database and where its files lie. Holds no state of its own.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;

use files::Shelf;
use store::{Db, Migration};

use crate::accounts::origin::Origin;
use crate::accounts::passkeys::Party;
use crate::accounts::policy::Flags;
use crate::accounts::provider::Provider;
use crate::error::{Error, Result};
use crate::exemplars::actions as exemplars;
use crate::search;
use crate::work::{Actor, Done, Moment, Work};

/// The schema, in order. `0005`, `0039` and `0042` part with the engines (each has its own index of names), `0017` with
/// their ways round a trigger.
pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "0001_places", sql: include_str!("../migrations/0001_places.sql"), postgres: None },
    Migration { name: "0002_accounts", sql: include_str!("../migrations/0002_accounts.sql"), postgres: None },
    Migration { name: "0003_schemes", sql: include_str!("../migrations/0003_schemes.sql"), postgres: None },
    Migration { name: "0004_exemplars", sql: include_str!("../migrations/0004_exemplars.sql"), postgres: None },
    Migration {
        name: "0005_search",
        sql: include_str!("../migrations/0005_search.sql"),
        postgres: Some(include_str!("../migrations/0005_search.postgres.sql")),
    },
    Migration { name: "0006_rights", sql: include_str!("../migrations/0006_rights.sql"), postgres: None },
    Migration { name: "0007_second_step", sql: include_str!("../migrations/0007_second_step.sql"), postgres: None },
    Migration { name: "0008_tokens", sql: include_str!("../migrations/0008_tokens.sql"), postgres: None },
    Migration { name: "0009_unused", sql: include_str!("../migrations/0009_unused.sql"), postgres: None },
    Migration { name: "0010_sent_form", sql: include_str!("../migrations/0010_sent_form.sql"), postgres: None },
    Migration { name: "0011_papers", sql: include_str!("../migrations/0011_papers.sql"), postgres: None },
    Migration { name: "0012_dossier", sql: include_str!("../migrations/0012_dossier.sql"), postgres: None },
    Migration { name: "0013_activities", sql: include_str!("../migrations/0013_activities.sql"), postgres: None },
    Migration { name: "0014_heartbeat", sql: include_str!("../migrations/0014_heartbeat.sql"), postgres: None },
    Migration { name: "0015_means", sql: include_str!("../migrations/0015_means.sql"), postgres: None },
    Migration { name: "0016_reviews", sql: include_str!("../migrations/0016_reviews.sql"), postgres: None },
    Migration {
        name: "0017_append_only",
        sql: include_str!("../migrations/0017_append_only.sql"),
        postgres: Some(include_str!("../migrations/0017_append_only.postgres.sql")),
    },
    Migration { name: "0018_envelopes", sql: include_str!("../migrations/0018_envelopes.sql"), postgres: None },
    Migration { name: "0019_people", sql: include_str!("../migrations/0019_people.sql"), postgres: None },
    Migration { name: "0020_consents", sql: include_str!("../migrations/0020_consents.sql"), postgres: None },
    Migration { name: "0021_requests", sql: include_str!("../migrations/0021_requests.sql"), postgres: None },
    Migration { name: "0022_retention", sql: include_str!("../migrations/0022_retention.sql"), postgres: None },
    Migration { name: "0023_passkeys", sql: include_str!("../migrations/0023_passkeys.sql"), postgres: None },
    Migration { name: "0024_provider", sql: include_str!("../migrations/0024_provider.sql"), postgres: None },
    Migration { name: "0025_policy", sql: include_str!("../migrations/0025_policy.sql"), postgres: None },
    Migration { name: "0026_lock", sql: include_str!("../migrations/0026_lock.sql"), postgres: None },
    Migration {
        name: "0027_account_reviews",
        sql: include_str!("../migrations/0027_account_reviews.sql"),
        postgres: None,
    },
    Migration { name: "0028_pins", sql: include_str!("../migrations/0028_pins.sql"), postgres: None },
    Migration {
        name: "0029_reorganisations",
        sql: include_str!("../migrations/0029_reorganisations.sql"),
        postgres: None,
    },
    Migration { name: "0030_allocations", sql: include_str!("../migrations/0030_allocations.sql"), postgres: None },
    Migration { name: "0031_lineage", sql: include_str!("../migrations/0031_lineage.sql"), postgres: None },
    Migration { name: "0032_kits", sql: include_str!("../migrations/0032_kits.sql"), postgres: None },
    Migration { name: "0033_groupings", sql: include_str!("../migrations/0033_groupings.sql"), postgres: None },
    Migration { name: "0034_place_sizes", sql: include_str!("../migrations/0034_place_sizes.sql"), postgres: None },
    Migration { name: "0035_terms", sql: include_str!("../migrations/0035_terms.sql"), postgres: None },
    Migration { name: "0036_survey_plans", sql: include_str!("../migrations/0036_survey_plans.sql"), postgres: None },
    Migration { name: "0037_readiness", sql: include_str!("../migrations/0037_readiness.sql"), postgres: None },
    Migration { name: "0038_undone", sql: include_str!("../migrations/0038_undone.sql"), postgres: None },
    Migration {
        name: "0039_search_words",
        sql: include_str!("../migrations/0039_search_words.sql"),
        postgres: Some(include_str!("../migrations/0039_search_words.postgres.sql")),
    },
    Migration { name: "0040_point_place", sql: include_str!("../migrations/0040_point_place.sql"), postgres: None },
    Migration { name: "0041_point_pin", sql: include_str!("../migrations/0041_point_pin.sql"), postgres: None },
    Migration {
        name: "0042_search_pairs",
        sql: include_str!("../migrations/0042_search_pairs.sql"),
        postgres: Some(include_str!("../migrations/0042_search_pairs.postgres.sql")),
    },
];

/// The name of the database file in a data folder.
pub const FILE: &str = "diemsang.sqlite";

/// Where the program listens when nothing else is told.
pub const USUAL: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);
/// The folder of sent files in a data folder.
const FILES: &str = "files";
/// The tables in which values of people stand, or stood where someone typed a name into an open field; PostgreSQL
/// rewrites them when something was erased.
const PERSONAL: [&str; 36] = [
    "envelope",
    "envelope_text",
    "person",
    "consent",
    "request_step",
    "exemplar",
    "commendation",
    "search_entry",
    "account",
    "session",
    "sign_in_failure",
    "api_token",
    "import_run",
    "import_touched",
    "paper",
    "sent_form",
    "point",
    "step",
    "team",
    "place",
    "request",
    "incident",
    "attachment",
    "activity",
    "equipment",
    "money",
    "review_point",
    "lesson",
    "heartbeat_opinion",
    "paper_use",
    "passkey",
    "provider_link",
    "challenge",
    "account_review",
    "adaptation",
    "readiness",
];

/// Makes a data folder, for the program's own account alone: keys and secrets lie in it.
pub fn make_folder(dir: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).map_err(anyhow::Error::new)?;
    Ok(())
}

pub struct App {
    pub db: Db,
    /// Files that people sent, beside the database.
    pub files: Shelf,
    pub answers: crate::web::answers::Answers,
    pub kept: crate::figures::kept::Kept,
    pub scheme_names: crate::schemes::kept_names::KeptNames,
    /// What the command line sets of the rules of signing in, whatever provinces have set.
    pub flags: Flags,
    /// The address under which people reach the program.
    pub origin: Origin,
    /// Who asks devices for passkeys; nobody where the address lets none be used.
    pub passkeys: Option<Party>,
    /// The province's own sign-in provider, where there is one.
    pub provider: Option<Provider>,
    /// The proxy in front, whose word on a request's address and its TLS is taken.
    pub proxy: Option<IpAddr>,
    /// The last day on which what was due was done.
    last_day: std::sync::Mutex<String>,
    /// So many seconds the clock is set forward in a story.
    #[cfg(test)]
    pub forward: std::sync::atomic::AtomicI64,
}

impl App {
    /// Opens the embedded database of a data folder, bringing its schema up to date.
    pub fn open_dir(dir: &Path) -> Result<App> {
        make_folder(dir)?;
        App::ready(Db::open_file(&dir.join(FILE))?, dir)
    }

    /// Connects to PostgreSQL, bringing its schema up to date; sent files lie in the data folder.
    pub fn connect(url: &str, dir: &Path) -> Result<App> {
        App::ready(Db::connect(url)?, dir)
    }

    fn ready(db: Db, dir: &Path) -> Result<App> {
        db.migrate(MIGRATIONS)?;
        let origin = Origin::of_listening(USUAL);
        db.write(|tx| exemplars::adopt(&mut Work::new(tx, Actor::command_line(), Moment::of_the_clock())))?;
        Ok(App {
            db,
            files: Shelf::new(dir.join(FILES)),
            answers: Default::default(),
            kept: Default::default(),
            scheme_names: Default::default(),
            flags: Flags::default(),
            passkeys: Party::of(&origin)?,
            origin,
            provider: None,
            proxy: None,
            last_day: Default::default(),
            #[cfg(test)]
            forward: Default::default(),
        })
    }

    /// The moment of a request.
    pub fn moment(&self) -> Moment {
        #[cfg(test)]
        let moment = Moment::of_the_clock().later(self.forward.load(std::sync::atomic::Ordering::Relaxed));
        #[cfg(not(test))]
        let moment = Moment::of_the_clock();
        moment
    }

    /// Does what is due on a new day, before anything else is done on it.
    pub fn greet(&self, moment: &Moment) -> Result<()> {
        let today = moment.today.to_string();
        let mut last = self.last_day.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if *last == today {
            return Ok(());
        }
        let is_due = self.db.read(|tx| crate::workbench::actions::is_due(tx, &today))?;
        let done = match is_due {
            true => self.db.write(|tx| {
                crate::workbench::actions::daybreak(&mut Work::new(tx, Actor::by_itself(), moment.clone()))
            }),
            false => Ok(()),
        };
        match done {
            // Another process on the same database was faster.
            Ok(()) | Err(crate::error::Error::Conflict) => *last = today,
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Tells under which address people reach the program.
    pub fn reached_at(&mut self, origin: Origin) -> Result<()> {
        self.passkeys = Party::of(&origin)?;
        self.flags.no_passkeys = self.passkeys.is_none();
        self.origin = origin;
        Ok(())
    }

    /// Reads as the person at the machine itself.
    pub fn read<T>(&self, story: impl FnOnce(&mut Work) -> Result<T>) -> Result<T> {
        let moment = self.moment();
        self.greet(&moment)?;
        let (told, done) = self.db.read(|tx| {
            let mut work = Work::new(tx, Actor::command_line(), moment.clone());
            Ok::<_, Error>((story(&mut work)?, work.done()))
        })?;
        self.follow(done, &moment)?;
        Ok(told)
    }

    /// Writes as the person at the machine itself.
    pub fn write<T>(&self, story: impl FnOnce(&mut Work) -> Result<T>) -> Result<T> {
        let moment = self.moment();
        self.greet(&moment)?;
        let (told, done) = self.db.write(|tx| {
            let mut work = Work::new(tx, Actor::command_line(), moment.clone());
            let told = story(&mut work)?;
            if work.n_deeds() == 0 {
                return Err(anyhow::anyhow!("a change without a deed is not kept").into());
            }
            Ok::<_, Error>((told, work.done()))
        })?;
        self.follow(done, &moment)?;
        Ok(told)
    }

    /// What is done when a work is over: its readings are noted, and the traces of what it erased removed. An
    /// answer whose readings could not be noted is not given.
    pub fn follow(&self, done: Done, moment: &Moment) -> Result<()> {
        if !done.after.readings.is_empty() {
            self.db.write(|tx| Work::new(tx, done.actor, moment.clone()).note(&done.after.readings))?;
        }
        if done.after.scrubs {
            self.scrub(moment);
        }
        Ok(())
    }

    /// Rids the database's files of what was erased. When that fails, the erasure stands and is scrubbed at the next
    /// start; until then `check` tells it.
    pub fn scrub(&self, moment: &Moment) {
        let scrubbed = self.db.write(|tx| search::tidy(&mut Work::new(tx, Actor::command_line(), moment.clone())));
        let scrubbed = scrubbed.and_then(|()| Ok(self.db.scrub(&PERSONAL)?)).and_then(|()| {
            let sql = "update erasure set scrubbed_at = $1 where scrubbed_at = ''";
            self.db.write(|tx| Ok::<_, Error>(tx.execute(sql, &[moment.now.as_str().into()])?))
        });
        if let Err(error) = scrubbed {
            tracing::error!(%error, "what was erased is not scrubbed from the files yet");
        }
    }

    /// Was something erased whose traces may still lie in the files?
    pub fn is_unscrubbed(&self) -> Result<bool> {
        self.db.read(|tx| Ok(tx.first("select 1 from erasure where scrubbed_at = '' limit 1", &[])?.is_some()))
    }

    /// Puts the country into a new database.
    pub fn load_country(&self) -> Result<()> {
        self.db.write(|tx| crate::places::country::load(&mut Work::new(tx, Actor::command_line(), self.moment())))
    }
}
