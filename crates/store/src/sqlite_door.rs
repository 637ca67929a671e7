//! The embedded engine: one writer, a few readers, WAL, full sync.

use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode};

use crate::pool::Pool;
use crate::{Inner, Row, StoreError, Tx, Value};

const N_READERS: usize = 4;
const N_CACHED_STATEMENTS: usize = 128;

pub struct Sqlite {
    writer: Pool<Connection>,
    readers: Pool<Connection>,
    path: PathBuf,
}

impl Sqlite {
    pub(crate) fn open(path: &Path) -> Result<Sqlite, StoreError> {
        let file = path.to_owned();
        let reader_file = path.to_owned();
        let writer = Pool::new(1, Box::new(move || connection(&file)));
        drop(writer.lend()?);
        let readers = Pool::new(N_READERS, Box::new(move || connection(&reader_file)));
        Ok(Sqlite { writer, readers, path: path.to_owned() })
    }

    pub(crate) fn read<T, E: From<StoreError>>(&self, story: impl FnOnce(&mut Tx) -> Result<T, E>) -> Result<T, E> {
        let db = self.readers.lend()?;
        within(&db, "begin", story)
    }

    pub(crate) fn write<T, E: From<StoreError>>(&self, story: impl FnOnce(&mut Tx) -> Result<T, E>) -> Result<T, E> {
        let db = self.writer.lend()?;
        within(&db, "begin immediate", story)
    }

    pub(crate) fn copy_to(&self, target: &Path) -> Result<(), StoreError> {
        let db = self.readers.lend()?;
        let name = target.to_string_lossy();
        db.execute("vacuum into ?1", [&name]).map_err(tell)?;
        Ok(())
    }

    pub(crate) fn outside(&self, sql: &str) -> Result<(), StoreError> {
        self.writer.lend()?.execute_batch(sql).map_err(tell)
    }

    pub(crate) fn integrity(&self) -> Result<Vec<String>, StoreError> {
        let db = self.readers.lend()?;
        let mut faults = Vec::new();
        for pragma in ["pragma integrity_check", "pragma foreign_key_check"] {
            for row in query(&db, pragma, &[])? {
                if row.str(0) != "ok" {
                    faults.push(format!("{}: {:?}", self.path.display(), row.0));
                }
            }
        }
        Ok(faults)
    }
}

fn connection(path: &Path) -> Result<Connection, StoreError> {
    let db = Connection::open(path).map_err(tell)?;
    db.set_prepared_statement_cache_capacity(N_CACHED_STATEMENTS);
    // Without this a cached statement is planned anew whenever a bound value might matter to its plan:
    // half of the work of a small request.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(tell)?;
    db.execute_batch(
        "pragma busy_timeout = 10000; pragma journal_mode = wal; pragma synchronous = full; \
         pragma foreign_keys = on; pragma temp_store = memory; pragma mmap_size = 8589934592; \
         pragma cache_size = -4000; pragma secure_delete = on;",
    )
    .map_err(tell)?;
    Ok(db)
}

fn within<T, E: From<StoreError>>(
    db: &Connection,
    begin: &str,
    story: impl FnOnce(&mut Tx) -> Result<T, E>,
) -> Result<T, E> {
    db.prepare_cached(begin).and_then(|mut s| s.execute([])).map_err(tell)?;
    let undo = Undo(db);
    let told = story(&mut Tx(Inner::Sqlite(db)))?;
    db.prepare_cached("commit").and_then(|mut s| s.execute([])).map_err(tell)?;
    std::mem::forget(undo);
    Ok(told)
}

/// Rolls back when the story fails or panics.
struct Undo<'a>(&'a Connection);

impl Drop for Undo<'_> {
    fn drop(&mut self) {
        if !self.0.is_autocommit() {
            // Nothing can be done about a failing rollback: SQLite undoes it on the next open.
            let _ = self.0.execute_batch("rollback");
        }
    }
}

/// `$1` is a *name* to SQLite, numbered by first appearance; `?1` is a position, as we mean it.
fn spell(sql: &str) -> String {
    sql.replace('$', "?")
}

pub(crate) fn query(db: &Connection, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
    let mut statement = db.prepare_cached(&spell(sql)).map_err(tell)?;
    let n_columns = statement.column_count();
    let mut rows = statement.query(bound(values)).map_err(tell)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(tell)? {
        let mut cells = Vec::with_capacity(n_columns);
        for at in 0..n_columns {
            cells.push(cell(row.get_ref(at).map_err(tell)?)?);
        }
        found.push(Row(cells));
    }
    Ok(found)
}

pub(crate) fn execute(db: &Connection, sql: &str, values: &[Value]) -> Result<u64, StoreError> {
    let mut statement = db.prepare_cached(&spell(sql)).map_err(tell)?;
    let touched = statement.execute(bound(values)).map_err(tell)?;
    Ok(touched as u64)
}

fn bound(values: &[Value]) -> impl rusqlite::Params + '_ {
    rusqlite::params_from_iter(values.iter())
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        Ok(match self {
            Value::Null => rusqlite::types::ToSqlOutput::Borrowed(ValueRef::Null),
            Value::Text(text) => rusqlite::types::ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Value::Int(number) => rusqlite::types::ToSqlOutput::Borrowed(ValueRef::Integer(*number)),
            Value::Real(number) => rusqlite::types::ToSqlOutput::Borrowed(ValueRef::Real(*number)),
        })
    }
}

fn cell(read: ValueRef<'_>) -> Result<Value, StoreError> {
    Ok(match read {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(bytes) => Value::Text(match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => String::from_utf8_lossy(bytes).into_owned(),
        }),
        ValueRef::Blob(_) => return Err(StoreError::Other("a blob column was read".into())),
    })
}

pub(crate) fn tell(error: rusqlite::Error) -> StoreError {
    if let rusqlite::Error::SqliteFailure(code, _) = &error {
        match (code.code, code.extended_code) {
            (ErrorCode::ConstraintViolation, 2067 | 1555) => return StoreError::Unique(error.to_string()),
            (ErrorCode::ConstraintViolation, 787) => return StoreError::ForeignKey,
            (ErrorCode::DatabaseBusy, _) => return StoreError::Retry,
            _ => {}
        }
    }
    StoreError::Sqlite(error)
}
