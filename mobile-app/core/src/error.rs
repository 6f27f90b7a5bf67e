//! Why the phone could not do what it was asked.

use mohor_shared::jws::JwsRefusal;
use mohor_shared::picture::PictureError;
use mohor_shared::sealed::SealFailed;
use mohor_shared::wire::{NotATicket, Problem};

use crate::lock::LockRefused;
use crate::secure::StoreError;

/// Why the phone could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum PhoneError {
    /// The server refused; the problem says what to do, in the person's language.
    #[error("the server refused: {} ({})", .0.title, .0.code)]
    Refused(Problem),
    /// The server was not reached, or not in time. Nothing was lost; try again.
    #[error("the server was not reached")]
    Network(#[from] reqwest::Error),
    /// What came is not signed by a pinned key, or is not what was asked for.
    #[error("the answer is not the server's")]
    Untrusted,
    /// The phone is not bound.
    #[error("the phone is not bound")]
    NotBound,
    /// No TOTP secret, or it has ended.
    #[error("no TOTP secret")]
    NoTotp,
    /// The address of the server is neither https nor on this machine.
    #[error("the address of the server is not safe")]
    Address,
    /// What was read is not the code of a new phone.
    #[error(transparent)]
    Ticket(#[from] NotATicket),
    /// Not an enrolment link of this server.
    #[error("not an enrolment link of this server")]
    Link,
    /// No capture is open, or it does not want this picture.
    #[error("no capture is open for this picture")]
    NoCapture,
    /// Not a picture that can be judged.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// The app's own lock.
    #[error(transparent)]
    Lock(#[from] LockRefused),
    /// The secure store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The local records cannot be read or written.
    #[error("the local records: {0}")]
    Records(#[from] rusqlite::Error),
    /// The operating system gave no randomness.
    #[error("no randomness")]
    Randomness,
    /// A value could not be encoded or decoded.
    #[error("a message could not be encoded or decoded")]
    Encoding(#[from] serde_json::Error),
}

impl PhoneError {
    /// The stable code of a refusal by the server, `None` for everything else.
    pub fn code(&self) -> Option<&str> {
        if let Self::Refused(problem) = self { Some(&problem.code) } else { None }
    }
}

impl From<JwsRefusal> for PhoneError {
    fn from(_: JwsRefusal) -> Self {
        Self::Untrusted
    }
}

impl From<SealFailed> for PhoneError {
    fn from(_: SealFailed) -> Self {
        Self::Untrusted
    }
}
