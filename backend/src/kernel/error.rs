//! What every refusal can say of itself, so that one map at the door turns it into an answer.

use super::clock::Timestamp;
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

/// Implements [`Fault`] for the refusals of one verb: a line for each variant with its code and its [`Kind`], then the
/// variants that are `#[error(transparent)]` and speak with code, kind and facts of what they carry. A refusal with
/// facts of its own implements the trait by hand.
///
/// ```text
/// fault! {
///     ProveError {
///         WrongCode => "contact-code-wrong", Unproven;
///         Taken => "contact-taken", Conflict;
///     } transparent { TooMany, Keys, Db }
/// }
/// ```
///
/// A refusal with a single reason is told in the same way: `fault! { RemarkError => "remark-unacceptable", Invalid }`.
#[macro_export]
macro_rules! fault {
    ($refusal:ident => $code:literal, $kind:ident) => {
        impl $crate::kernel::error::Fault for $refusal {
            fn code(&self) -> &'static str {
                $code
            }

            fn kind(&self) -> $crate::kernel::error::Kind {
                $crate::kernel::error::Kind::$kind
            }
        }
    };
    (
        $refusal:ident { $($variant:ident => $code:literal, $kind:ident;)* }
        $(transparent { $($carried:ident),+ })?
    ) => {
        impl $crate::kernel::error::Fault for $refusal {
            fn code(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $code,)*
                    $($(Self::$carried(carried) => $crate::kernel::error::Fault::code(carried),)+)?
                }
            }

            fn kind(&self) -> $crate::kernel::error::Kind {
                match self {
                    $(Self::$variant { .. } => $crate::kernel::error::Kind::$kind,)*
                    $($(Self::$carried(carried) => $crate::kernel::error::Fault::kind(carried),)+)?
                }
            }

            fn facts(&self) -> Vec<(&'static str, String)> {
                match self {
                    $(Self::$variant { .. } => Vec::new(),)*
                    $($(Self::$carried(carried) => $crate::kernel::error::Fault::facts(carried),)+)?
                }
            }
        }
    };
}

/// The fact of a refusal that says after how many seconds trying again has a chance; the door tells it as `Retry-After`
/// (RFC 9110 section 10.2.3).
pub const RETRY_AFTER: &str = "retry_after";

/// What a refusal says that ends at `until`: the instant for people, the seconds from `now` on for programs.
pub fn until_facts(until: Timestamp, now: Timestamp) -> Vec<(&'static str, String)> {
    let seconds = until.since(now).as_millis().div_ceil(1000).max(1);
    vec![("until", until.myt()), (RETRY_AFTER, seconds.to_string())]
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
