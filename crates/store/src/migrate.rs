//! Numbered schema changes: one text for both engines, a PostgreSQL text where dialects truly part.

use crate::{Db, Engine, StoreError, Tx, Value};

/// One schema change. `postgres` replaces `sql` on that engine.
#[derive(Clone, Copy)]
pub struct Migration {
    pub name: &'static str,
    pub sql: &'static str,
    pub postgres: Option<&'static str>,
}

const LEDGER: &str = "create table if not exists schema_migration (name text primary key, n_bytes bigint not null)";

pub(crate) fn run(db: &Db, migrations: &[Migration]) -> Result<usize, StoreError> {
    db.write(|tx| tx.script(LEDGER))?;
    let applied = db.read(|tx| tx.query("select name from schema_migration", &[]))?;
    let mut n_new = 0;
    for migration in migrations {
        if !applied.iter().any(|row| row.str(0) == migration.name) {
            db.write(|tx| apply(tx, migration))?;
            n_new += 1;
        }
    }
    Ok(n_new)
}

fn apply(tx: &mut Tx, migration: &Migration) -> Result<(), StoreError> {
    let text = match (tx.engine(), migration.postgres) {
        (Engine::Postgres, Some(own)) => own,
        _ => migration.sql,
    };
    tx.script(text)?;
    let mark = [Value::from(migration.name), Value::from(text.len() as i64)];
    tx.execute("insert into schema_migration (name, n_bytes) values ($1, $2)", &mark)?;
    Ok(())
}
