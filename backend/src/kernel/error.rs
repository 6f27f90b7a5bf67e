//! What every refusal can say of itself, so that one map at the door turns it into an answer.

use super::db::DbError;

/// The kind of a refusal; `web/problem.rs` alone maps it to an HTTP status.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The input cannot be accepted as it is.
    Invalid,
    /// The address is known, but not this way of asking.
    Method,
    /// More was sent than is read.
    TooLarge,
    /// What was sent is of a kind that is not read here.
    Media,
    /// Nobody is signed in, or the proof offered is wrong.
    Unproven,
    /// Known, but not allowed.
    Denied,
    /// There is no such thing, or none that the asker may know of.
    Missing,
    /// Somebody else was faster, or the state has moved on.
    Conflict,
    /// It was there and is over (expired, used, superseded).
    Gone,
    /// Too many tries; come back later.
    TooMany,
    /// A service that is needed does not answer; nothing was lost.
    Unavailable,
    /// A fault of ours.
    Broken,
}

/// A refusal with a stable code. Its title and remedy stand in the message files in both languages
/// under `problem-<code>` (value: title; attribute `.remedy`).
pub trait Fault: std::error::Error + Send + Sync + 'static {
    /// Stable, kebab-case, unique: `pin-wrong`.
    fn code(&self) -> &'static str;

    /// The kind.
    fn kind(&self) -> Kind;

    /// Values for the message, such as `("left", "2")`. Never a secret.
    fn facts(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }
}

impl Fault for DbError {
    fn code(&self) -> &'static str {
        match self {
            Self::Busy => "database-busy",
            Self::Full => "storage-full",
            Self::Conflict { .. } => "changed-meanwhile",
            Self::Driver(_) | Self::Inconsistent(_) => "database-failed",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Busy | Self::Full => Kind::Unavailable,
            Self::Conflict { .. } => Kind::Conflict,
            Self::Driver(_) | Self::Inconsistent(_) => Kind::Broken,
        }
    }
}
