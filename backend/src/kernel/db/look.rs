//! A database that is only looked at: never made, never brought to another schema, never written to.

use super::{Db, DbError, Engine, migrations, pool};

/// Why there is nothing to look at. Malay first, English second: operators read it at a terminal.
#[derive(Debug, thiserror::Error)]
pub enum LookError {
    /// Nothing stands there.
    #[error("{0}: tiada pangkalan data di sini · there is no database here")]
    Nothing(String),
    /// Somebody else's tables, or none.
    #[error("{0}: pangkalan data ini bukan milik Mohor · this database is not Mohor's")]
    Foreign(String),
    /// Another version's schema.
    #[error(
        "{0}: skema pangkalan data ini bukan skema versi ini; mulakan pelayan versi ini dahulu, atau gunakan program versi \
         pangkalan data itu · the schema of this database is not this version's: start a server of this version first, or \
         use the program of the database's version"
    )]
    OtherVersion(String),
    /// It does not answer.
    #[error("{0}: {1}")]
    Db(String, DbError),
}

impl Db {
    /// Opens what exists at `url` to read it. Every transaction is read-only.
    ///
    /// # Errors
    /// [`LookError`], which names the database without its password.
    pub async fn look(url: &str) -> Result<Self, LookError> {
        sqlx::any::install_default_drivers();
        let (engine, name) = (Engine::of(url), name(url));
        let (size, told): (u32, &'static [&'static str]) = match engine {
            Engine::Sqlite => (1, &["PRAGMA busy_timeout = 8000", "PRAGMA query_only = ON"]),
            Engine::Postgres => (2, &["SET lock_timeout = '8s'", "SET default_transaction_read_only = on"]),
        };
        if engine == Engine::Sqlite && !std::path::Path::new(&name).is_file() {
            return Err(LookError::Nothing(name));
        }
        let read_only = match engine {
            Engine::Sqlite => format!("sqlite://{name}?mode=ro"),
            Engine::Postgres => url.to_owned(),
        };
        let failed = |error| LookError::Db(name.clone(), error);
        let pool = pool(size, &read_only, told).await.map_err(failed)?;
        match migrations::applied(&pool).await {
            Ok(applied) if applied == migrations::known(engine) => {}
            Ok(_) => return Err(LookError::OtherVersion(name)),
            Err(DbError::Busy) => return Err(LookError::Db(name, DbError::Busy)),
            Err(_) => return Err(LookError::Foreign(name)),
        }
        Ok(Self::on(engine, pool.clone(), pool))
    }
}

/// The file of an SQLite database; host and name of another one.
fn name(url: &str) -> String {
    let bare = url.split('?').next().unwrap_or_default();
    match Engine::of(url) {
        Engine::Sqlite => bare.trim_start_matches("sqlite:").trim_start_matches("//").to_owned(),
        Engine::Postgres => bare.rsplit_once('@').map_or(bare, |(_, place)| place).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args;
    use crate::testkit::empty_database;

    #[tokio::test]
    async fn a_look_makes_nothing_and_changes_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("absent.db").display());
        let refused = Db::look(&url).await.expect_err("nothing is there");
        assert!(matches!(refused, LookError::Nothing(_)));
        let said = refused.to_string();
        assert!(said.contains("tiada pangkalan data") && said.contains("there is no database"), "{said}");
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0, "and nothing is made");

        let url = empty_database(&folder).await;
        let db = Db::open(&url).await.expect("opens");
        let looked = Db::look(&url).await.expect("beside a server at work");
        let mut tx = looked.begin_read().await.expect("reads");
        tx.one("SELECT COUNT(*) AS entries FROM audit_entry", args![]).await.expect("reads");
        let written = tx.execute("DELETE FROM audit_edge", args![]).await;
        assert!(written.is_err(), "a look writes nothing");
        drop(tx);
        looked.close().await;
        db.close().await;
        Db::look(&url).await.expect("and when nobody is at work").close().await;
    }

    #[tokio::test]
    async fn what_is_not_ours_or_of_another_version_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = empty_database(&folder).await;
        sqlx::any::install_default_drivers();
        let theirs = pool(1, &url, &[]).await.expect("connects");
        sqlx::query("CREATE TABLE theirs (a BIGINT)").execute(&theirs).await.expect("their table");
        theirs.close().await;
        assert!(matches!(Db::look(&url).await, Err(LookError::Foreign(_))));

        let db = Db::open(&url).await.expect("opens");
        let mut tx = db.begin_write().await.expect("begins");
        tx.execute("DELETE FROM _sqlx_migrations WHERE version = 470", args![]).await.expect("as it was before");
        tx.commit().await.expect("commits");
        db.close().await;
        assert!(matches!(Db::look(&url).await, Err(LookError::OtherVersion(_))));
    }

    #[test]
    fn a_database_is_named_without_its_password() {
        assert_eq!(
            name("postgres://app:s3cret@db.example.test:5432/mohor?sslmode=require"),
            "db.example.test:5432/mohor"
        );
        assert_eq!(name("sqlite:///var/mohor/mohor.db?mode=rwc"), "/var/mohor/mohor.db");
        assert_eq!(name("sqlite:mohor.db"), "mohor.db");
    }
}
