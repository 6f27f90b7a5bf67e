//! The mark that tells a demo's database from one that holds real people.
//!
//! The mark is a table that no migration makes: looking for it changes nothing, so a foreign database is refused
//! before anything is written to it.

use crate::app::StartError;
use crate::args;
use crate::kernel::db::{Db, tables};

const MARK: &str = "demo_mark";

/// What stands at a URL.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Found {
    Nothing,
    Demo,
    Foreign,
}

async fn look(url: &str) -> Result<Found, StartError> {
    let tables = tables(url).await?;
    Ok(match tables.iter().any(|name| name == MARK) {
        true => Found::Demo,
        false if tables.is_empty() => Found::Nothing,
        false => Found::Foreign,
    })
}

/// Marks an empty database; `again` accepts one that is marked already.
///
/// # Errors
/// When the database is somebody else's.
pub(super) async fn claim(url: &str, again: bool) -> Result<(), StartError> {
    match look(url).await? {
        Found::Demo if again => Ok(()),
        Found::Nothing => {
            let db = Db::open(url).await?;
            let mut tx = db.begin_write().await?;
            tx.execute("CREATE TABLE demo_mark (marked BIGINT NOT NULL)", args![]).await?;
            tx.commit().await?;
            db.close().await;
            Ok(())
        }
        Found::Demo => Err("this database has lived a demo already: give an empty one".into()),
        Found::Foreign => Err("this database is not a demo's: the demo never touches another".into()),
    }
}

/// Refuses a database that a demo has marked: its people are invented and their secrets known.
///
/// # Errors
/// When the database is marked.
pub async fn refuse_marked(url: &str) -> Result<(), StartError> {
    match look(url).await? {
        Found::Demo => Err("this database is a demo's: its people are invented and their secrets are known".into()),
        Found::Nothing | Found::Foreign => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use sqlx::{AnyConnection, Connection as _, Executor as _};

    use super::*;
    use crate::testkit::empty_database;

    #[tokio::test]
    async fn a_demo_marks_its_own_and_serve_refuses_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = empty_database(&folder).await;
        refuse_marked(&url).await.expect("an empty database may be served");
        claim(&url, false).await.expect("an empty database may be claimed");
        assert!(refuse_marked(&url).await.is_err());
        claim(&url, true).await.expect("its own again");
        assert!(claim(&url, false).await.is_err());
    }

    #[tokio::test]
    async fn a_demo_never_touches_a_database_that_is_not_its_own() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = empty_database(&folder).await;
        Db::open(&url).await.expect("a real one").close().await;
        assert!(claim(&url, true).await.is_err());
        refuse_marked(&url).await.expect("and serve takes it");
    }

    #[tokio::test]
    async fn whoever_keeps_tables_in_a_schema_of_their_own_is_left_alone_too() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = empty_database(&folder).await;
        sqlx::any::install_default_drivers();
        let mut theirs = AnyConnection::connect(&url).await.expect("connects");
        // SQLite has no schemas: there, somebody's only table stands for them.
        let make: &[&'static str] = match url.starts_with("postgres") {
            true => &["CREATE SCHEMA elsewhere", "CREATE TABLE elsewhere.theirs (a BIGINT)"],
            false => &["CREATE TABLE theirs (a BIGINT)"],
        };
        for statement in make {
            theirs.execute(*statement).await.expect("is done");
        }
        theirs.close().await.expect("closes");
        assert_eq!(look(&url).await.expect("looks"), Found::Foreign);
        assert!(claim(&url, true).await.is_err());
    }
}
