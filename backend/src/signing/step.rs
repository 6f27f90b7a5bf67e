//! The steps of a ceremony by name, so that a test can end the process at each of them.

/// A point the ceremony has reached; everything before it is durable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// Tx A is committed: a PIN try is spent.
    TrySpent,
    /// The PIN was right.
    Opened,
    /// The digest is fixed, in memory.
    Prepared,
    /// Tx B is committed: code consumed, tries forgiven, intent recorded.
    Intended,
    /// The key has signed; the value is in memory alone.
    Signed,
    /// The signature value is stored.
    Valued,
    /// The time stamp is there, in memory.
    Stamped,
    /// Tx C is committed: the CMS is stored.
    Kept,
    /// Inside tx D: the blob has the revision, no row owns it yet.
    Appended,
    /// Tx D is committed.
    Done,
}

impl Step {
    /// All of them, in order.
    pub const ALL: [Self; 10] = [
        Self::TrySpent,
        Self::Opened,
        Self::Prepared,
        Self::Intended,
        Self::Signed,
        Self::Valued,
        Self::Stamped,
        Self::Kept,
        Self::Appended,
        Self::Done,
    ];

    /// The word in `MOHOR_CRASH_AT`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TrySpent => "try-spent",
            Self::Opened => "opened",
            Self::Prepared => "prepared",
            Self::Intended => "intended",
            Self::Signed => "signed",
            Self::Valued => "valued",
            Self::Stamped => "stamped",
            Self::Kept => "kept",
            Self::Appended => "appended",
            Self::Done => "done",
        }
    }

    /// Parses the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == word)
    }
}

/// Whoever wants to know which step was reached. `app.rs` passes [`NoSteps`]; only on a database that is marked
/// as a demo does it pass one that ends the process at the step named by `MOHOR_CRASH_AT`, for the kill tests.
pub trait Steps: Send + Sync {
    /// `step` was reached.
    fn reached(&self, step: Step);
}

/// Ends the process at one step, as `kill -9` would: nothing is flushed, dropped or told. Only a demo world, on its
/// marked database, may be given one (`MOHOR_CRASH_AT`); `serve` never asks.
#[derive(Clone, Copy, Debug)]
pub struct DieAt(pub Step);

impl Steps for DieAt {
    fn reached(&self, step: Step) {
        if step == self.0 {
            std::process::abort();
        }
    }
}

/// Nobody wants to know.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoSteps;

impl Steps for NoSteps {
    fn reached(&self, _step: Step) {}
}
