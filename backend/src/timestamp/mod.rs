//! The time-stamp authority (RFC 3161) and the port through which signatures ask for a time stamp.
//!
//! Invariants
//! * A token carries the instant at which it was made, a random serial number and the policy of this authority.
//! * No token leaves before its entry is in the audit trail: serial number, policy, digest, who asked.
//! * No token is older than the newest entry, whichever process made that one: a clock that runs backwards, over a
//!   restart or beside another server, stamps nothing until it has caught up.
//! * The key lives in the key store and its certificate says `timeStamping`, critical and alone.
//! * When the authority does not answer, the signature waits: nobody lowers the level silently.

pub mod ask;
mod model;
mod register;
mod signer;
mod stamp;
pub mod store;

use async_trait::async_trait;

pub use model::{
    Accuracy, Failure, MessageImprint, PkiStatus, PkiStatusInfo, TST_INFO, TimeStampReq, TimeStampResp, TstInfo,
};
pub use stamp::LocalStamper;

use crate::fault;
use crate::kernel::work::Work;

/// Whoever can stamp a digest: the authority in this process, or one behind HTTP.
#[async_trait]
pub trait TimeStamper: Send + Sync {
    /// A TimeStampToken (CMS `ContentInfo`, DER) over a SHA-256 digest, checked against the request.
    ///
    /// # Errors
    /// [`StampError::Unavailable`] when no answer came: the signature waits and nothing is lost.
    async fn token(&self, work: &Work, sha256: [u8; 32]) -> Result<Vec<u8>, StampError>;
}

/// Why there is no time stamp.
#[derive(Debug, thiserror::Error)]
pub enum StampError {
    /// The authority does not answer.
    #[error("the time-stamp authority does not answer: {0}")]
    Unavailable(String),
    /// The authority answered with a refusal, or with a token that does not fit the request.
    #[error("the time-stamp authority refused: {0}")]
    Refused(String),
}

fault! {
    StampError {
        Unavailable => "timestamp-unavailable", Unavailable;
        Refused => "timestamp-refused", Unavailable;
    }
}

#[cfg(test)]
mod tests;
