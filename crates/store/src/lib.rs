//! SQLite and PostgreSQL behind one door. Knows no table and no domain word.
//!
//! One SQL text serves both engines: PostgreSQL spelling, `$1` parameters, lower case, and the
//! column types `text`, `bigint` and `double precision` only. What the engines cannot share goes
//! through [`Twin`]. SQLite has one writer and many readers; every write begins `immediate` and is
//! durable when it returns (`synchronous=full`).

mod migrate;
mod pool;
mod postgres_door;
mod sqlite_door;
mod value;

pub use migrate::Migration;
pub use value::{Row, Value};

use std::path::Path;

/// What went wrong at the door. Unique and foreign-key violations are told by kind, because
/// SQLite has no constraint names.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("a row with this key is already there: {0}")]
    Unique(String),
    #[error("a row refers to one that is not there")]
    ForeignKey,
    #[error("the transaction met another one; it may be tried again")]
    Retry,
    #[error("sqlite: {0}")]
    Sqlite(rusqlite::Error),
    #[error("postgres: {0}")]
    Postgres(postgres::Error),
    #[error("{0}")]
    Other(String),
}

/// Which engine stands behind the door.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Two spellings of one statement, for the few that the engines cannot share.
#[derive(Clone, Copy)]
pub struct Twin {
    pub sqlite: &'static str,
    pub postgres: &'static str,
}

/// An open database: cheap to share, safe from many threads.
pub enum Db {
    Sqlite(sqlite_door::Sqlite),
    Postgres(postgres_door::Postgres),
}

impl Db {
    /// Opens the embedded database file, creating it when it is not there.
    pub fn open_file(path: &Path) -> Result<Db, StoreError> {
        Ok(Db::Sqlite(sqlite_door::Sqlite::open(path)?))
    }

    /// Connects to PostgreSQL by a `postgres://` URL or a `key=value` string.
    pub fn connect(url: &str) -> Result<Db, StoreError> {
        Ok(Db::Postgres(postgres_door::Postgres::connect(url)?))
    }

    /// The engine behind the door.
    pub fn engine(&self) -> Engine {
        match self {
            Db::Sqlite(_) => Engine::Sqlite,
            Db::Postgres(_) => Engine::Postgres,
        }
    }

    /// Runs `story` in a read-only snapshot.
    pub fn read<T, E: From<StoreError>>(&self, story: impl FnOnce(&mut Tx) -> Result<T, E>) -> Result<T, E> {
        match self {
            Db::Sqlite(db) => db.read(story),
            Db::Postgres(db) => db.read(story),
        }
    }

    /// Runs `story` in a write transaction: committed when it returns `Ok`, undone otherwise.
    pub fn write<T, E: From<StoreError>>(&self, story: impl FnOnce(&mut Tx) -> Result<T, E>) -> Result<T, E> {
        match self {
            Db::Sqlite(db) => db.write(story),
            Db::Postgres(db) => db.write(story),
        }
    }

    /// Applies the migrations that are not applied yet, in order, each in its own transaction.
    pub fn migrate(&self, migrations: &[Migration]) -> Result<usize, StoreError> {
        migrate::run(self, migrations)
    }

    /// Writes a consistent copy of the embedded database to `target` (SQLite only).
    pub fn copy_to(&self, target: &Path) -> Result<(), StoreError> {
        match self {
            Db::Sqlite(db) => db.copy_to(target),
            Db::Postgres(_) => Err(StoreError::Other("pg_dump makes the copies".into())),
        }
    }

    /// Runs one statement outside any transaction, such as making a database on a server.
    pub fn outside(&self, sql: &str) -> Result<(), StoreError> {
        match self {
            Db::Sqlite(db) => db.outside(sql),
            Db::Postgres(db) => db.outside(sql),
        }
    }

    /// Rids the files of what was deleted or overwritten. SQLite rewrites its file and empties the write-ahead log;
    /// PostgreSQL rewrites these tables, but what its archive of logs holds is out of reach here.
    pub fn scrub(&self, tables: &[&str]) -> Result<(), StoreError> {
        match self {
            Db::Sqlite(db) => db.outside("vacuum; pragma wal_checkpoint(truncate)"),
            Db::Postgres(db) => {
                db.outside(&format!("vacuum (full, analyze) {}", tables.join(", ")))?;
                // What the planner remembers of columns holds some of their values.
                db.outside("vacuum full pg_catalog.pg_statistic")
            }
        }
    }

    /// Asks the engine whether its file is whole; the list is empty when it is.
    pub fn integrity(&self) -> Result<Vec<String>, StoreError> {
        match self {
            Db::Sqlite(db) => db.integrity(),
            Db::Postgres(_) => Ok(Vec::new()),
        }
    }
}

/// One transaction on either engine.
pub struct Tx<'a>(Inner<'a>);

enum Inner<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres(postgres::Transaction<'a>),
}

impl Tx<'_> {
    /// The engine this transaction runs on.
    pub fn engine(&self) -> Engine {
        match self.0 {
            Inner::Sqlite(_) => Engine::Sqlite,
            Inner::Postgres(_) => Engine::Postgres,
        }
    }

    /// All rows of a query.
    pub fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        match &mut self.0 {
            Inner::Sqlite(tx) => sqlite_door::query(tx, sql, values),
            Inner::Postgres(tx) => postgres_door::query(tx, sql, values),
        }
    }

    /// The first row of a query, if there is one.
    pub fn first(&mut self, sql: &str, values: &[Value]) -> Result<Option<Row>, StoreError> {
        Ok(self.query(sql, values)?.into_iter().next())
    }

    /// Runs a statement; says how many rows it touched.
    pub fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, StoreError> {
        match &mut self.0 {
            Inner::Sqlite(tx) => sqlite_door::execute(tx, sql, values),
            Inner::Postgres(tx) => postgres_door::execute(tx, sql, values),
        }
    }

    /// All rows of a query that is spelt differently on the two engines.
    pub fn query_twin(&mut self, sql: Twin, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        let text = self.pick(sql);
        self.query(text, values)
    }

    /// Runs a statement that is spelt differently on the two engines.
    pub fn execute_twin(&mut self, sql: Twin, values: &[Value]) -> Result<u64, StoreError> {
        let text = self.pick(sql);
        self.execute(text, values)
    }

    /// Runs several statements without parameters, for migrations.
    pub fn script(&mut self, sql: &str) -> Result<(), StoreError> {
        match &mut self.0 {
            Inner::Sqlite(tx) => tx.execute_batch(sql).map_err(sqlite_door::tell),
            Inner::Postgres(tx) => tx.batch_execute(sql).map_err(postgres_door::tell),
        }
    }

    fn pick(&self, sql: Twin) -> &'static str {
        match self.engine() {
            Engine::Sqlite => sql.sqlite,
            Engine::Postgres => sql.postgres,
        }
    }
}
