//! The life of a process as its database sees it, for tests that end it between two commits: from then on nothing is
//! begun and nothing is committed, as if the process had been killed there, whatever its code goes on to do.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::DbError;

/// Shared by a database and its transactions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Life(Arc<State>);

#[derive(Debug, Default)]
struct State {
    /// Commits until the end; 0 for a life without one.
    left: AtomicU64,
    over: AtomicBool,
}

impl Life {
    /// The process dies before its commit number `number` (from 1, counted from now).
    pub(crate) fn dies_before(&self, number: u64) {
        self.0.left.store(number, Ordering::SeqCst);
    }

    /// A new process on the same database. Whether the last one died.
    pub(crate) fn again(&self) -> bool {
        self.0.left.store(0, Ordering::SeqCst);
        self.0.over.swap(false, Ordering::SeqCst)
    }

    pub(super) fn begins(&self) -> Result<(), DbError> {
        if self.0.over.load(Ordering::SeqCst) { Err(DbError::Busy) } else { Ok(()) }
    }

    pub(super) fn commits(&self) -> Result<(), DbError> {
        self.begins()?;
        let counted = self.0.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if counted == Ok(1) {
            self.0.over.store(true, Ordering::SeqCst);
            return Err(DbError::Busy);
        }
        Ok(())
    }
}
