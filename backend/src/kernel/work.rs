//! One unit of work: a frozen instant, who acts, and transactions on demand.

use std::sync::Arc;

use super::clock::{Clock, Timestamp};
use super::db::{Db, DbError, Tx};
use super::rng::Rng;

/// The means every piece of work needs: database, clock and randomness.
#[derive(Clone)]
pub struct Means {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The randomness.
    pub rng: Arc<dyn Rng>,
    /// The name of this server, the same in every life of it: two may work on one database.
    pub server: Arc<str>,
}

impl Means {
    /// Starts a piece of work for `actor` at the present instant.
    pub fn work(&self, actor: Actor) -> Work {
        let now = self.clock.now();
        let request = super::id::fresh(now, &*self.rng);
        Work { now, actor, request, means: self.clone() }
    }
}

/// Who acts. The identifier is opaque: never a name, an IC number or an address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Actor {
    /// The platform itself: a job, the ceremony.
    System,
    /// Somebody who is not signed in.
    Anonymous,
    /// A staff member, developer or officer, by account.
    Account(String),
    /// A person who signs, by person.
    Person(String),
    /// A bound phone, by device.
    Device(String),
}

impl Actor {
    /// The actor as one word for the audit trail: `person:01J…`.
    pub fn label(&self) -> String {
        match self {
            Self::System => "system".to_owned(),
            Self::Anonymous => "anonymous".to_owned(),
            Self::Account(id) => format!("account:{id}"),
            Self::Person(id) => format!("person:{id}"),
            Self::Device(id) => format!("device:{id}"),
        }
    }
}

/// One unit of work. Every verb takes it first.
#[derive(Clone)]
pub struct Work {
    /// The one instant of this work.
    pub now: Timestamp,
    /// Who acts.
    pub actor: Actor,
    /// Names this work in logs and the audit trail.
    pub request: String,
    means: Means,
}

impl Work {
    /// The same request, acting as somebody else (after a proof of who they are).
    #[must_use]
    pub fn acting_as(&self, actor: Actor) -> Self {
        Self { actor, ..self.clone() }
    }

    /// The same request at the present instant: for a step that says when it happened, behind others that took
    /// their time.
    #[must_use]
    pub fn later(&self) -> Self {
        Self { now: self.means.clock.now(), ..self.clone() }
    }

    /// The randomness.
    pub fn rng(&self) -> &dyn Rng {
        &*self.means.rng
    }

    /// The means, to start further work (jobs, tests).
    pub fn means(&self) -> &Means {
        &self.means
    }

    /// The server that does this work.
    pub fn server(&self) -> &str {
        &self.means.server
    }

    /// The database, for single reads.
    pub fn db(&self) -> &Db {
        &self.means.db
    }

    /// Opens a transaction that will write. Dropping it without `commit` rolls back.
    pub async fn write(&self) -> Result<Tx, DbError> {
        self.means.db.begin_write().await
    }

    /// Opens a transaction that reads.
    pub async fn read(&self) -> Result<Tx, DbError> {
        self.means.db.begin_read().await
    }
}
