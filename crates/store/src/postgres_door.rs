//! The server engine: a pool of plain connections, statements prepared once per connection.

use std::error::Error;

use bytes::BytesMut;
use postgres::error::SqlState;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, IsolationLevel, NoTls, Transaction};

use crate::pool::Pool;
use crate::{Inner, Row, StoreError, Tx, Value};

const N_CONNECTIONS: usize = 8;

pub struct Postgres {
    pool: Pool<Client>,
}

impl Postgres {
    pub(crate) fn connect(url: &str) -> Result<Postgres, StoreError> {
        let url = url.to_owned();
        let open = Box::new(move || Client::connect(&url, NoTls).map_err(tell));
        let pool = Pool::new(N_CONNECTIONS, open);
        drop(pool.lend()?);
        Ok(Postgres { pool })
    }

    pub(crate) fn read<T, E: From<StoreError>>(&self, story: impl FnOnce(&mut Tx) -> Result<T, E>) -> Result<T, E> {
        let mut client = self.pool.lend()?;
        let begun = client.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true).start();
        let told = begun.map_err(tell).map_err(E::from).and_then(|tx| finish(tx, story));
        if client.is_closed() {
            client.discard();
        }
        told
    }

    pub(crate) fn outside(&self, sql: &str) -> Result<(), StoreError> {
        self.pool.lend()?.batch_execute(sql).map_err(tell)
    }

    pub(crate) fn write<T, E: From<StoreError>>(&self, story: impl FnOnce(&mut Tx) -> Result<T, E>) -> Result<T, E> {
        let mut client = self.pool.lend()?;
        let begun = client.transaction();
        let told = begun.map_err(tell).map_err(E::from).and_then(|tx| finish(tx, story));
        if client.is_closed() {
            client.discard();
        }
        told
    }
}

fn finish<T, E: From<StoreError>>(tx: Transaction<'_>, story: impl FnOnce(&mut Tx) -> Result<T, E>) -> Result<T, E> {
    let mut tx = Tx(Inner::Postgres(tx));
    let told = story(&mut tx)?;
    if let Inner::Postgres(tx) = tx.0 {
        tx.commit().map_err(tell)?;
    }
    Ok(told)
}

pub(crate) fn query(tx: &mut Transaction<'_>, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
    let rows = tx.query(sql, &bound(values)).map_err(tell)?;
    rows.iter().map(row).collect()
}

pub(crate) fn execute(tx: &mut Transaction<'_>, sql: &str, values: &[Value]) -> Result<u64, StoreError> {
    tx.execute(sql, &bound(values)).map_err(tell)
}

fn bound(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

fn row(read: &postgres::Row) -> Result<Row, StoreError> {
    let mut cells = Vec::with_capacity(read.len());
    for (at, column) in read.columns().iter().enumerate() {
        cells.push(cell(read, at, column.type_())?);
    }
    Ok(Row(cells))
}

fn cell(read: &postgres::Row, at: usize, kind: &Type) -> Result<Value, StoreError> {
    let value = match *kind {
        Type::INT8 => read.try_get::<_, Option<i64>>(at).map(|v| v.map(Value::Int)),
        Type::INT4 => read.try_get::<_, Option<i32>>(at).map(|v| v.map(|n| Value::Int(n.into()))),
        Type::BOOL => read.try_get::<_, Option<bool>>(at).map(|v| v.map(|y| Value::Int(y.into()))),
        Type::FLOAT8 => read.try_get::<_, Option<f64>>(at).map(|v| v.map(Value::Real)),
        Type::FLOAT4 => read.try_get::<_, Option<f32>>(at).map(|v| v.map(|n| Value::Real(n.into()))),
        _ => read.try_get::<_, Option<String>>(at).map(|v| v.map(Value::Text)),
    };
    Ok(value.map_err(tell)?.unwrap_or(Value::Null))
}

impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Text(text) => text.as_str().to_sql(kind, out),
            Value::Real(number) => number.to_sql(kind, out),
            Value::Int(number) => match *kind {
                Type::INT4 => i32::try_from(*number)?.to_sql(kind, out),
                Type::FLOAT8 => (*number as f64).to_sql(kind, out),
                Type::BOOL => (*number != 0).to_sql(kind, out),
                _ => number.to_sql(kind, out),
            },
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

pub(crate) fn tell(error: postgres::Error) -> StoreError {
    let Some(state) = error.code() else { return StoreError::Postgres(error) };
    if *state == SqlState::UNIQUE_VIOLATION {
        StoreError::Unique(error.to_string())
    } else if *state == SqlState::FOREIGN_KEY_VIOLATION {
        StoreError::ForeignKey
    } else if *state == SqlState::T_R_SERIALIZATION_FAILURE || *state == SqlState::T_R_DEADLOCK_DETECTED {
        StoreError::Retry
    } else {
        StoreError::Postgres(error)
    }
}
