//! The application: an open database and where its files lie. Holds no state of its own.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;

use store::{Db, Migration};

use crate::accounts::origin::Origin;
use crate::accounts::passkeys::Party;
use crate::accounts::policy::Flags;
use crate::accounts::provider::Provider;
use crate::error::Result;
use crate::work::{Actor, Moment, Work};

/// The schema, in order. `0005` parts with the engines: each has its own trigram index.
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
    Migration { name: "0010_passkeys", sql: include_str!("../migrations/0010_passkeys.sql"), postgres: None },
    Migration { name: "0011_provider", sql: include_str!("../migrations/0011_provider.sql"), postgres: None },
    Migration { name: "0012_policy", sql: include_str!("../migrations/0012_policy.sql"), postgres: None },
    Migration { name: "0013_lock", sql: include_str!("../migrations/0013_lock.sql"), postgres: None },
    Migration {
        name: "0014_account_reviews",
        sql: include_str!("../migrations/0014_account_reviews.sql"),
        postgres: None,
    },
];

/// The name of the database file in a data folder.
pub const FILE: &str = "diemsang.sqlite";

/// Where the program listens when nothing else is told.
pub const USUAL: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

pub struct App {
    pub db: Db,
    pub answers: crate::web::answers::Answers,
    pub kept: crate::figures::kept::Kept,
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
}

impl App {
    /// Opens the embedded database of a data folder, bringing its schema up to date.
    pub fn open_dir(dir: &Path) -> Result<App> {
        std::fs::create_dir_all(dir).map_err(anyhow::Error::new)?;
        App::ready(Db::open_file(&dir.join(FILE))?)
    }

    /// Connects to PostgreSQL, bringing its schema up to date.
    pub fn connect(url: &str) -> Result<App> {
        App::ready(Db::connect(url)?)
    }

    fn ready(db: Db) -> Result<App> {
        db.migrate(MIGRATIONS)?;
        let origin = Origin::of_listening(USUAL);
        Ok(App {
            db,
            answers: Default::default(),
            kept: Default::default(),
            flags: Flags::default(),
            passkeys: Party::of(&origin)?,
            origin,
            provider: None,
            proxy: None,
        })
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
        self.db.read(|tx| story(&mut Work::new(tx, Actor::command_line(), Moment::of_the_clock())))
    }

    /// Writes as the person at the machine itself.
    pub fn write<T>(&self, story: impl FnOnce(&mut Work) -> Result<T>) -> Result<T> {
        self.db.write(|tx| {
            let mut work = Work::new(tx, Actor::command_line(), Moment::of_the_clock());
            let told = story(&mut work)?;
            if work.n_deeds() == 0 {
                return Err(anyhow::anyhow!("a change without a deed is not kept").into());
            }
            Ok(told)
        })
    }

    /// Puts the country into a new database.
    pub fn load_country(&self) -> Result<()> {
        self.db
            .write(|tx| crate::places::country::load(&mut Work::new(tx, Actor::command_line(), Moment::of_the_clock())))
    }
}
