//! The schema: portable migrations for both engines, merged with the few of one dialect.

use std::borrow::Cow;
use std::collections::BTreeSet;

use include_dir::{Dir, include_dir};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyPool, AssertSqlSafe, Row as _, SqlSafeStr as _};

use super::{DbError, Engine};

static MIGRATIONS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../migrations");

/// Brings the database behind `writer` to the newest schema.
pub(super) async fn run(engine: Engine, writer: &AnyPool) -> Result<(), DbError> {
    let refused = |error| DbError::Inconsistent(format!("migration: {error}"));
    Migrator::with_migrations(all(engine)).run(writer).await.map_err(refused)
}

/// The numbers of the migrations that this version knows.
pub(super) fn known(engine: Engine) -> BTreeSet<i64> {
    all(engine).into_iter().map(|migration| migration.version).collect()
}

/// The numbers of those that were run on a database of ours.
pub(super) async fn applied(pool: &AnyPool) -> Result<BTreeSet<i64>, DbError> {
    let rows = sqlx::query("SELECT version FROM _sqlx_migrations").fetch_all(pool).await?;
    Ok(rows.iter().map(|row| row.try_get("version")).collect::<Result<_, _>>()?)
}

/// Those for both engines and those of `engine`, in order.
fn all(engine: Engine) -> Vec<Migration> {
    let own = match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    };
    let mut migrations = read_migrations(&MIGRATIONS);
    if let Some(dialect) = MIGRATIONS.get_dir(own) {
        migrations.extend(read_migrations(dialect));
    }
    migrations.sort();
    migrations
}

/// Reads `NNNN_name.sql` files of one folder, not of its subfolders.
fn read_migrations(dir: &Dir<'static>) -> Vec<Migration> {
    dir.files()
        .filter(|file| file.path().extension().is_some_and(|extension| extension == "sql"))
        .filter_map(|file| {
            let (number, name) = file.path().file_stem()?.to_str()?.split_once('_')?;
            Some(Migration::new(
                number.parse().ok()?,
                Cow::Owned(name.to_owned()),
                MigrationType::Simple,
                AssertSqlSafe(file.contents_utf8()?.to_owned()).into_sql_str(),
                false,
            ))
        })
        .collect()
}

#[cfg(test)]
mod tests;
