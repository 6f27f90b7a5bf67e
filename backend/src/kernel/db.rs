//! The only door to the database: one SQL text, two engines (SQLite and PostgreSQL).
//!
//! Columns are `TEXT`, `BIGINT` and `BYTEA` only. Guards are single statements
//! (`UPDATE … WHERE state = … RETURNING …`): a value read and written back loses updates on PostgreSQL.

use std::time::Duration;

use sqlx::any::{AnyArguments, AnyPoolOptions};
use sqlx::query::Query;
use sqlx::{Any, AnyPool, AssertSqlSafe, Connection as _, Executor as _, SqlSafeStr as _};

#[cfg(test)]
mod life;
mod look;
mod migrations;
mod row;

#[cfg(test)]
pub(crate) use life::Life;
pub use look::LookError;
pub use row::Row;

use super::clock::Timestamp;

/// The engine behind a [`Db`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engine {
    /// The embedded default.
    Sqlite,
    /// The production engine.
    Postgres,
}

impl Engine {
    fn of(url: &str) -> Self {
        if url.starts_with("sqlite:") { Self::Sqlite } else { Self::Postgres }
    }
}

/// Why the database refused.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// A constraint said no: somebody else was faster, or the value exists.
    #[error("constraint {constraint} refused the row")]
    Conflict {
        /// Name of the constraint where the engine tells it, else the engine's message.
        constraint: String,
    },
    /// The database is locked, out of connections or does not answer; trying again is safe.
    #[error("the database is busy")]
    Busy,
    /// The disk of the database takes nothing more; the transaction is undone.
    #[error("the disk of the database is full")]
    Full,
    /// A stored row does not fit the model.
    #[error("stored row is inconsistent: {0}")]
    Inconsistent(String),
    /// The driver failed.
    #[error("database driver: {0}")]
    Driver(#[source] sqlx::Error),
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error::{Io, PoolClosed, PoolTimedOut, WorkerCrashed};
        if matches!(error, PoolTimedOut | PoolClosed | WorkerCrashed | Io(_)) {
            return Self::Busy;
        }
        if let Some(refused) = error.as_database_error() {
            if refused.is_unique_violation() || refused.is_check_violation() || refused.is_foreign_key_violation() {
                let constraint = refused.constraint().unwrap_or_else(|| refused.message()).to_owned();
                return Self::Conflict { constraint };
            }
            match refused.code().as_deref().unwrap_or_default() {
                // SQLITE_BUSY and SQLITE_LOCKED with their extended codes; serialization failure, deadlock, lock not
                // available; connections, shutdown and start of PostgreSQL.
                "5" | "6" | "261" | "517" | "40001" | "40P01" | "55P03" | "53300" | "57P01" | "57P02" | "57P03" => {
                    return Self::Busy;
                }
                // SQLITE_FULL and SQLITE_IOERR_WRITE; disk_full.
                "13" | "778" | "53100" => return Self::Full,
                _ => {}
            }
        }
        Self::Driver(error)
    }
}

/// A value to bind.
#[derive(Clone, Debug)]
pub enum Value {
    /// `TEXT`
    Text(Option<String>),
    /// `BIGINT`
    Int(Option<i64>),
    /// `BYTEA`
    Bytes(Option<Vec<u8>>),
}

macro_rules! value_from {
    ($($from:ty => $variant:ident, $convert:expr;)+) => {$(
        impl From<$from> for Value {
            fn from(value: $from) -> Self {
                #[allow(clippy::redundant_closure_call, reason = "one macro for plain and computed values")]
                Self::$variant(Some(($convert)(value)))
            }
        }
        impl From<Option<$from>> for Value {
            fn from(value: Option<$from>) -> Self {
                Self::$variant(value.map($convert))
            }
        }
    )+};
}

value_from! {
    &str => Text, str::to_owned;
    String => Text, |text| text;
    &String => Text, String::clone;
    i64 => Int, |number| number;
    i32 => Int, i64::from;
    u32 => Int, i64::from;
    bool => Int, i64::from;
    Timestamp => Int, Timestamp::millis;
    Vec<u8> => Bytes, |bytes| bytes;
    &[u8] => Bytes, <[u8]>::to_vec;
    &Vec<u8> => Bytes, Vec::clone;
}

/// The values of one statement, in order of `$1`, `$2`, …
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::kernel::db::Value::from($value)),*] };
}

/// Declares the SQL texts of a store, and brings the test that prepares each of them on the engine under
/// test: no store can be forgotten.
#[macro_export]
macro_rules! sql {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)+) => {
        $($(#[$doc])* pub(crate) const $name: &str = $text;)+
        /// Every SQL text of this store by name.
        #[cfg(test)]
        const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),+];

        #[cfg(test)]
        mod schema {
            #[tokio::test]
            async fn the_engine_understands_every_text_of_the_store() {
                $crate::testkit::understands(super::ALL).await;
            }
        }
    };
}

/// The database.
#[derive(Clone, Debug)]
pub struct Db {
    engine: Engine,
    readers: AnyPool,
    writer: AnyPool,
    #[cfg(test)]
    life: Life,
}

impl Db {
    /// Opens `url` (`sqlite:///path/file.db?mode=rwc` or `postgres://…`) and brings it to the newest schema.
    pub async fn open(url: &str) -> Result<Self, DbError> {
        sqlx::any::install_default_drivers();
        let engine = Engine::of(url);
        // SQLite has one writer: a second connection would only wait for the lock.
        let (readers, writers) = match engine {
            Engine::Sqlite => (4, 1),
            Engine::Postgres => (16, 16),
        };
        let told = settings(engine);
        let writer = pool(writers, url, told).await?;
        let readers = match engine {
            Engine::Sqlite => pool(readers, url, told).await?,
            Engine::Postgres => writer.clone(),
        };
        let db = Self::on(engine, readers, writer);
        migrations::run(engine, &db.writer).await?;
        Ok(db)
    }

    fn on(engine: Engine, readers: AnyPool, writer: AnyPool) -> Self {
        Self {
            engine,
            readers,
            writer,
            #[cfg(test)]
            life: Life::default(),
        }
    }

    fn transaction(&self, inner: sqlx::Transaction<'static, Any>) -> Tx {
        Tx {
            inner,
            engine: self.engine,
            #[cfg(test)]
            life: self.life.clone(),
        }
    }

    /// The engine.
    pub const fn engine(&self) -> Engine {
        self.engine
    }

    /// Its life, which a test may end.
    #[cfg(test)]
    pub(crate) const fn life(&self) -> &Life {
        &self.life
    }

    /// A transaction that will write. On SQLite it takes the write lock at once: a plain `BEGIN` fails
    /// when it must upgrade beside another writer.
    pub async fn begin_write(&self) -> Result<Tx, DbError> {
        #[cfg(test)]
        self.life.begins()?;
        let inner = match self.engine {
            Engine::Sqlite => self.writer.begin_with("BEGIN IMMEDIATE").await?,
            Engine::Postgres => self.writer.begin().await?,
        };
        Ok(self.transaction(inner))
    }

    /// A transaction that reads.
    pub async fn begin_read(&self) -> Result<Tx, DbError> {
        #[cfg(test)]
        self.life.begins()?;
        Ok(self.transaction(self.readers.begin().await?))
    }

    /// Prepares `sql` without running it: the test that [`sql!`](crate::sql) brings asks this of every text.
    pub async fn prepare(&self, sql: &'static str) -> Result<(), DbError> {
        let mut connection = self.readers.acquire().await?;
        connection.prepare(sql.into_sql_str()).await?;
        Ok(())
    }

    /// Closes every connection.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// Creates the database `name` on the PostgreSQL server of `server` (tests and the demo).
/// `name` is taken as it is: it must be made of lower-case letters, digits and underscores.
pub async fn create_database(server: &str, name: &str) -> Result<(), DbError> {
    if !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_') {
        return Err(DbError::Inconsistent(format!("database name {name}")));
    }
    sqlx::any::install_default_drivers();
    let pool = pool(1, server, settings(Engine::Postgres)).await?;
    pool.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await?;
    pool.close().await;
    Ok(())
}

/// The names of the tables at `url`. Runs no migration: whoever must not touch a foreign database looks first.
pub async fn tables(url: &str) -> Result<Vec<String>, DbError> {
    sqlx::any::install_default_drivers();
    let (engine, sql) = match Engine::of(url) {
        Engine::Sqlite => (Engine::Sqlite, "SELECT name FROM sqlite_master WHERE type = 'table'"),
        Engine::Postgres => (
            Engine::Postgres,
            "SELECT CAST(table_name AS TEXT) AS name FROM information_schema.tables
                WHERE table_schema NOT IN ('pg_catalog', 'information_schema')",
        ),
    };
    let pool = pool(1, url, settings(engine)).await?;
    let rows = sqlx::query(sql).fetch_all(&pool).await?;
    pool.close().await;
    rows.into_iter().map(|row| Row::from(row).text("name")).collect()
}

async fn pool(size: u32, url: &str, told: &'static [&'static str]) -> Result<AnyPool, DbError> {
    let pool = AnyPoolOptions::new()
        .max_connections(size)
        .acquire_timeout(Duration::from_secs(10))
        // A full disk makes SQLite undo a transaction by itself; the driver still counts it, and the connection could
        // never begin another one.
        .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
        .after_connect(move |connection, _| {
            Box::pin(async move {
                for setting in told {
                    connection.execute(*setting).await?;
                }
                Ok(())
            })
        })
        .connect(url)
        .await?;
    Ok(pool)
}

/// What every connection is told. Nobody waits longer than eight seconds for somebody else's lock: a person gets an answer
/// before their browser gives up.
const fn settings(engine: Engine) -> &'static [&'static str] {
    match engine {
        Engine::Sqlite => &[
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "PRAGMA busy_timeout = 8000",
            "PRAGMA foreign_keys = ON",
        ],
        Engine::Postgres => &["SET lock_timeout = '8s'"],
    }
}

/// A transaction. Dropped without [`commit`](Tx::commit), it leaves nothing behind.
#[derive(Debug)]
pub struct Tx {
    inner: sqlx::Transaction<'static, Any>,
    engine: Engine,
    #[cfg(test)]
    life: Life,
}

impl Tx {
    /// The engine.
    pub const fn engine(&self) -> Engine {
        self.engine
    }

    /// Runs `sql`; the number of rows it touched.
    pub async fn execute(&mut self, sql: &'static str, args: Vec<Value>) -> Result<u64, DbError> {
        Ok(bind(sql, args).execute(&mut *self.inner).await?.rows_affected())
    }

    /// The rows of `sql`.
    pub async fn all(&mut self, sql: &'static str, args: Vec<Value>) -> Result<Vec<Row>, DbError> {
        let rows = bind(sql, args).fetch_all(&mut *self.inner).await?;
        Ok(rows.into_iter().map(Row::from).collect())
    }

    /// The first row of `sql`, if any.
    pub async fn first(&mut self, sql: &'static str, args: Vec<Value>) -> Result<Option<Row>, DbError> {
        Ok(bind(sql, args).fetch_optional(&mut *self.inner).await?.map(Row::from))
    }

    /// The one row of `sql`; none is an inconsistency.
    pub async fn one(&mut self, sql: &'static str, args: Vec<Value>) -> Result<Row, DbError> {
        self.first(sql, args).await?.ok_or_else(|| DbError::Inconsistent(format!("no row for: {sql}")))
    }

    /// Makes everything durable.
    pub async fn commit(self) -> Result<(), DbError> {
        #[cfg(test)]
        self.life.commits()?;
        Ok(self.inner.commit().await?)
    }
}

fn bind(sql: &'static str, args: Vec<Value>) -> Query<'static, Any, AnyArguments> {
    args.into_iter().fold(sqlx::query(sql), |query, value| match value {
        Value::Text(text) => query.bind(text),
        Value::Int(number) => query.bind(number),
        Value::Bytes(bytes) => query.bind(bytes),
    })
}

#[cfg(test)]
mod tests;
