//! What the phone remembers that is no secret: the binding, pinned server keys, clock offsets, what was done.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::error::PhoneError;

/// One migration for each version of the schema; never edited, only added to.
const MIGRATIONS: &[&str] = &[
    "CREATE TABLE fact (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT;",
    "CREATE TABLE event (id INTEGER NOT NULL PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, \
     about TEXT NOT NULL) STRICT;",
];

/// Something the person did on this phone, for the history screen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// When, in seconds since 1970 UTC.
    pub at: i64,
    /// What: `bound`, `approved`, `declined`, `code-shown`, `not-me`.
    pub kind: String,
    /// An identifier of what it was about; never a code or a name.
    pub about: String,
}

/// The local records, in SQLite.
pub struct Records(Mutex<Connection>);

impl Records {
    /// Opens or makes the records at `path` and brings them to the newest schema.
    pub fn open(path: &Path) -> Result<Self, PhoneError> {
        Self::migrate(Connection::open(path)?)
    }

    /// Records that are gone with the process.
    pub fn in_memory() -> Result<Self, PhoneError> {
        Self::migrate(Connection::open_in_memory()?)
    }

    fn migrate(mut connection: Connection) -> Result<Self, PhoneError> {
        let done: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        for (version, migration) in (1_u32..).zip(MIGRATIONS).skip(done as usize) {
            let tx = connection.transaction()?;
            tx.execute_batch(migration)?;
            tx.pragma_update(None, "user_version", version)?;
            tx.commit()?;
        }
        Ok(Self(Mutex::new(connection)))
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The fact `name`.
    pub(crate) fn get(&self, name: &str) -> Result<Option<String>, PhoneError> {
        let connection = self.connection();
        let value = connection.query_row("SELECT value FROM fact WHERE name = ?1", [name], |row| row.get(0));
        Ok(value.optional()?)
    }

    /// Keeps the fact `name`.
    pub(crate) fn set(&self, name: &str, value: &str) -> Result<(), PhoneError> {
        let sql = "INSERT INTO fact (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2";
        self.connection().execute(sql, [name, value])?;
        Ok(())
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) -> Result<(), PhoneError> {
        self.connection().execute_batch("DELETE FROM fact; DELETE FROM event;")?;
        Ok(())
    }

    /// Notes something the person did.
    pub(crate) fn note(&self, at: i64, kind: &str, about: &str) -> Result<(), PhoneError> {
        let sql = "INSERT INTO event (at, kind, about) VALUES (?1, ?2, ?3)";
        self.connection().execute(sql, params![at, kind, about])?;
        Ok(())
    }

    /// What the person did, newest first.
    pub fn history(&self) -> Result<Vec<Event>, PhoneError> {
        let connection = self.connection();
        let mut statement = connection.prepare("SELECT at, kind, about FROM event ORDER BY id DESC LIMIT 200")?;
        let events =
            statement.query_map([], |row| Ok(Event { at: row.get(0)?, kind: row.get(1)?, about: row.get(2)? }))?;
        Ok(events.collect::<Result<_, _>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_update_keeps_what_an_older_one_wrote() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("records.db");
        let old = Connection::open(&path).expect("opens");
        old.execute_batch(MIGRATIONS[0]).expect("the first schema");
        old.execute_batch("PRAGMA user_version = 1; INSERT INTO fact VALUES ('device_id', 'D1');").expect("writes");
        drop(old);
        let records = Records::open(&path).expect("migrates");
        assert_eq!(records.get("device_id").expect("reads").as_deref(), Some("D1"));
        records.note(7, "bound", "D1").expect("notes");
        drop(records);
        let again = Records::open(&path).expect("opens again");
        assert_eq!(again.history().expect("reads"), [Event { at: 7, kind: "bound".into(), about: "D1".into() }]);
    }
}
