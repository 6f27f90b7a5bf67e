//! The schema: portable migrations for both engines, merged with the few of one dialect.

use std::borrow::Cow;

use include_dir::{Dir, include_dir};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyPool, AssertSqlSafe, SqlSafeStr as _};

use super::{DbError, Engine};

static MIGRATIONS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../migrations");

/// Brings the database behind `writer` to the newest schema.
pub(super) async fn run(engine: Engine, writer: &AnyPool) -> Result<(), DbError> {
    let own = match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    };
    let mut migrations = read_migrations(&MIGRATIONS);
    if let Some(dialect) = MIGRATIONS.get_dir(own) {
        migrations.extend(read_migrations(dialect));
    }
    migrations.sort();
    let refused = |error| DbError::Inconsistent(format!("migration: {error}"));
    Migrator::with_migrations(migrations).run(writer).await.map_err(refused)
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
