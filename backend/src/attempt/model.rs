//! What the verbs hand out: the proof that a try was paid for, and the refusal.

use crate::kernel::clock::Timestamp;
use crate::kernel::db::DbError;
use crate::kernel::error::{Fault, Kind, until_facts};

/// A try that was paid for. Whoever checks a secret asks for one; it cannot be made elsewhere, copied or
/// used twice, so a check that nobody counted does not compile.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a try that is neither refunded nor kept on purpose is a try lost"]
pub struct Spent {
    pub(super) name: String,
    pub(super) round: i64,
    /// Tries spent in this round, this one included.
    pub(super) tries: u32,
    pub(super) limit: u32,
}

impl Spent {
    /// The counter.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The round of the counter, to store beside an unfinished piece of work (see [`Spent::unfinished`]).
    pub const fn round(&self) -> i64 {
        self.round
    }

    /// Tries left after this one.
    pub const fn left(&self) -> u32 {
        self.limit.saturating_sub(self.tries)
    }

    /// A try that a dead process spent and whose outcome nobody was told. Only for a recovery that makes
    /// sure, by a swap of its own row in the same transaction, to name each such try once.
    pub fn unfinished(name: String, round: i64) -> Self {
        Self { name, round, tries: 0, limit: 0 }
    }
}

/// Why something may not be tried now.
#[derive(Debug, thiserror::Error)]
pub enum TooMany {
    /// Every try of the counter is spent; only [`clear`](super::clear) opens it again.
    #[error("all {limit} tries are spent")]
    Blocked {
        /// How many there were.
        limit: u32,
    },
    /// The window is full or a hold is on.
    #[error("not before {until}")]
    Later {
        /// When it may be tried again.
        until: Timestamp,
        /// When it was refused.
        now: Timestamp,
    },
    /// The database refused; nothing was counted.
    #[error(transparent)]
    Database(#[from] DbError),
}

impl Fault for TooMany {
    fn code(&self) -> &'static str {
        match self {
            Self::Blocked { .. } => "tries-spent",
            Self::Later { .. } => "too-many-tries",
            Self::Database(error) => error.code(),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Blocked { .. } | Self::Later { .. } => Kind::TooMany,
            Self::Database(error) => error.kind(),
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Blocked { limit } => vec![("limit", limit.to_string())],
            Self::Later { until, now } => until_facts(*until, *now),
            Self::Database(error) => error.facts(),
        }
    }
}
