//! How much work one file may ask for (ADR 0047). Whoever uploads a file decides what is in it: lists that name one
//! child a hundred times, authorities that certify each other, streams that unfold to gigabytes. Every loop whose length
//! the file decides asks here first, so that judging any file at all ends soon, in bounded memory, with a finding.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Units of work, each about a nanosecond of a present-day core. The largest honest document (500 pages, 20 MB, 40
/// parties) asks for a small part of it.
const WORK: u64 = 1 << 33;
/// Bytes that streams may unfold to, and signatures may hold, all together.
const ROOM: usize = 64 << 20;
/// What unfolding one byte costs.
const INFLATED: u64 = 8;
/// No filter makes more bytes than this of one.
const MOST_PER_BYTE: usize = 1032;
/// What parsing one byte of syntax costs.
const PARSED: u64 = 8;
/// What one check of a signature costs, whatever its length.
const CHECK: u64 = 300_000;
/// What remembering such a check costs, with the comparisons around it.
const RECALL: u64 = 1 << 14;

/// A file asks for more work than any honest document does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("far more work than any document of its kind")]
pub struct TooMuch;

/// The work that is left for one file. Shared by everything that looks at it.
#[derive(Debug)]
pub(crate) struct Budget {
    work: Cell<u64>,
    room: Cell<usize>,
    over: Cell<bool>,
    halt: Arc<AtomicBool>,
}

impl Default for Budget {
    fn default() -> Self {
        Self::until(Arc::default())
    }
}

impl Budget {
    /// A full budget that ends at once when `halt` is set: nobody waits for the answer any more.
    pub(crate) fn until(halt: Arc<AtomicBool>) -> Self {
        Self { work: Cell::new(WORK), room: Cell::new(ROOM), over: Cell::new(false), halt }
    }

    /// Takes `units` of work.
    ///
    /// # Errors
    /// [`TooMuch`] when there are not so many left, and from then on.
    pub(crate) fn step(&self, units: u64) -> Result<(), TooMuch> {
        match self.work.get().checked_sub(units) {
            Some(left) if !self.over.get() && !self.halt.load(Ordering::Relaxed) => {
                self.work.set(left);
                Ok(())
            }
            _ => {
                self.over.set(true);
                Err(TooMuch)
            }
        }
    }

    /// Takes the work of comparing each of `one` things with each of `other`.
    ///
    /// # Errors
    /// [`TooMuch`].
    pub(crate) fn pairs(&self, one: usize, other: usize) -> Result<(), TooMuch> {
        self.step((one as u64).saturating_mul(other as u64).saturating_mul(16))
    }

    /// Takes the work of parsing `bytes` bytes.
    ///
    /// # Errors
    /// [`TooMuch`].
    pub(crate) fn parse(&self, bytes: usize) -> Result<(), TooMuch> {
        self.step(bytes as u64 * PARSED)
    }

    /// Takes the work of one check of a signature over `bytes` bytes; `false` when there is not so much left.
    pub(crate) fn check(&self, bytes: usize) -> bool {
        self.step(CHECK + bytes as u64).is_ok()
    }

    /// Takes the work of looking at `bytes` bytes and remembering a check; `false` when there is not so much left.
    pub(crate) fn recall(&self, bytes: usize) -> bool {
        self.step(RECALL + bytes as u64).is_ok()
    }

    /// Takes memory for `bytes` bytes that are kept until the end.
    ///
    /// # Errors
    /// [`TooMuch`].
    pub(crate) fn keep(&self, bytes: usize) -> Result<(), TooMuch> {
        match self.room.get().checked_sub(bytes) {
            Some(left) => {
                self.room.set(left);
                self.step(bytes as u64)
            }
            None => {
                self.over.set(true);
                Err(TooMuch)
            }
        }
    }

    /// What `unfold`, given a limit, makes of `bytes` bytes; `None` when they are damaged.
    ///
    /// # Errors
    /// [`TooMuch`] when it is more than may be kept.
    pub(crate) fn inflate(
        &self,
        bytes: usize,
        unfold: impl FnOnce(usize) -> Option<Vec<u8>>,
    ) -> Result<Option<Vec<u8>>, TooMuch> {
        let limit = self.room.get().min(bytes.saturating_mul(MOST_PER_BYTE).saturating_add(1024));
        let unfolded = unfold(limit);
        // What failed may have failed at the limit: the work was done all the same.
        let length = unfolded.as_ref().map_or(limit, Vec::len);
        self.step(length as u64 * INFLATED)?;
        match unfolded {
            Some(data) => self.keep(data.len()).map(|()| Some(data)),
            None if limit == self.room.get() => self.keep(limit + 1).map(|()| None),
            None => Ok(None),
        }
    }

    /// Whether more was asked for than there was.
    pub(crate) fn is_over(&self) -> bool {
        self.over.get()
    }

    /// The part of the work that was taken, 0 to 1, and the bytes kept.
    #[cfg(test)]
    pub(crate) fn spent(&self) -> (f64, usize) {
        ((WORK - self.work.get()) as f64 / WORK as f64, ROOM - self.room.get())
    }
}
