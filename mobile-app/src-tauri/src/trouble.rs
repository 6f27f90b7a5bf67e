//! What went wrong, for a person: a stable code that the face has words for, or the server's own words.

use mohor_phone::{LockRefused, PhoneError};
use serde::Serialize;

/// What went wrong. Never carries a secret or a cause that only a programmer reads.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(crate) struct Trouble {
    pub(crate) code: String,
    /// The server's words, in the language of the app; empty when the face has the words.
    pub(crate) title: String,
    pub(crate) detail: String,
    /// Seconds to wait, or tries that are left.
    pub(crate) number: i64,
}

impl Trouble {
    pub(crate) fn of(code: &str) -> Self {
        Self { code: code.to_owned(), title: String::new(), detail: String::new(), number: 0 }
    }

    fn counted(code: &str, number: i64) -> Self {
        Self { number, ..Self::of(code) }
    }
}

impl From<PhoneError> for Trouble {
    fn from(error: PhoneError) -> Self {
        match error {
            PhoneError::Refused(problem) if problem.code.is_empty() => Self::of("server-busy"),
            PhoneError::Refused(problem) => {
                Self { code: problem.code, title: problem.title, detail: problem.detail, number: 0 }
            }
            PhoneError::Network(_) => Self::of("network"),
            PhoneError::Untrusted => Self::of("untrusted"),
            PhoneError::NotBound => Self::of("not-bound"),
            PhoneError::NoTotp => Self::of("no-totp"),
            PhoneError::NoCapture => Self::of("no-capture"),
            PhoneError::Address => Self::of("address"),
            PhoneError::Link => Self::of("link"),
            PhoneError::Ticket(_) => Self::of("ticket"),
            PhoneError::Picture(error) => Self::of(error.code()),
            PhoneError::Lock(refused) => refused.into(),
            PhoneError::Store(refused) => Self::of(refused.code()),
            PhoneError::Records(_) => Self::of("records"),
            PhoneError::Randomness | PhoneError::Encoding(_) => Self::of("failed"),
        }
    }
}

impl From<LockRefused> for Trouble {
    fn from(refused: LockRefused) -> Self {
        match refused {
            LockRefused::Form => Self::of("lock-form"),
            LockRefused::Weak => Self::of("lock-weak"),
            LockRefused::Wrong { left } => Self::counted("lock-wrong", left.into()),
            LockRefused::Wait { seconds } => Self::counted("lock-wait", seconds),
            LockRefused::Over => Self::of("lock-over"),
        }
    }
}
