//! What comes in, what comes out, and the refusals.

use std::fmt;
use std::time::Duration;

use mohor_shared::pin::Pin;

use crate::blob::BlobError;
use crate::document::appearance::Drawing;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::DbError;
use crate::kernel::error::{Fault, Kind};
use crate::person::PersonId;
use crate::typed_id;
use crate::vault::{PinRefused, VaultError};

typed_id! {
    /// Names one ceremony.
    CeremonyId
}

/// Why a workflow refuses, in its own words: any fault of its room, by `?`.
pub struct Refusal(pub Box<dyn Fault>);

impl<F: Fault> From<F> for Refusal {
    fn from(fault: F) -> Self {
        Self(Box::new(fault))
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Whose ceremonies are dead.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Left {
    /// Those of this server's last life, at its start. What other servers do on the same database is alive.
    ByUs,
    /// Anybody's that have not moved for so long: longer than any ceremony takes, because a release would make a live
    /// one lose its next swap.
    For(Duration),
}

/// What the person submits (SCR-3): the mark, the PIN and the code, for what they were shown.
#[derive(Clone, Debug)]
pub struct Submission {
    /// The workflow: `espa`.
    pub purpose: String,
    /// The turn.
    pub subject: String,
    /// Who submits, as the door has established.
    pub person: PersonId,
    /// Names this submission: the same one sent twice gives the same answer.
    pub key: String,
    /// SHA-256 of the document as the confirmation step showed it.
    pub shown: [u8; 32],
    /// The drawn signature (SIGN-7).
    pub drawing: Option<Drawing>,
    /// The PIN (SIGN-8).
    pub pin: Pin,
    /// The code (SIGN-9, SIGN-11).
    pub code: crate::kernel::secret::Secret<String>,
}

/// How an accepted submission stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Signed, stored and recorded.
    Signed(Receipt),
    /// Signed; the time stamp is still to be had. It is finished without the person.
    Waiting(CeremonyId),
}

/// A finished signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// The ceremony.
    pub ceremony: CeremonyId,
    /// The document.
    pub document: String,
    /// Length of the new revision.
    pub length: u64,
    /// SHA-256 of the new revision.
    pub sha256: [u8; 32],
    /// Serial number of the certificate, hexadecimal.
    pub certificate: String,
    /// When the person signed.
    pub at: Timestamp,
}

/// Why a signature was not made. Unless the variant says otherwise nothing was used up but the tries named.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// No workflow of that name is plugged in.
    #[error("no such purpose")]
    NoPurpose,
    /// A room refused, in its own words.
    #[error("{0}")]
    Refused(Refusal),
    /// The document is not the one that was shown.
    #[error("the document has changed since it was shown")]
    HeadChanged,
    /// There is no certificate for the key.
    #[error("there is no certificate")]
    NoCertificate,
    /// The certificate ended between page and submission.
    #[error("the certificate has ended")]
    CertificateEnded,
    /// The certificate was revoked between page and submission.
    #[error("the certificate was revoked")]
    CertificateRevoked,
    /// The PIN.
    #[error(transparent)]
    Pin(#[from] PinRefused),
    /// The turn is signed already.
    #[error("already signed")]
    AlreadySigned,
    /// Another submission for the same turn is at work (double click).
    #[error("another submission is at work")]
    Underway,
    /// The key store failed after the code was used: the turn is open again, the PIN was right, a new code is needed.
    #[error(transparent)]
    Key(VaultError),
    /// The store of documents.
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// Our own verdict on our own output is not "valid": nothing was stored.
    #[error("the signature made does not verify: {0}")]
    Unsound(String),
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
}

impl From<Refusal> for SignError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Fault for SignError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoPurpose => "signing-purpose-unknown",
            Self::Refused(refusal) => refusal.0.code(),
            Self::HeadChanged => "document-changed",
            Self::NoCertificate => "certificate-none",
            Self::CertificateEnded => "certificate-ended",
            Self::CertificateRevoked => "certificate-revoked",
            Self::Pin(refused) => refused.code(),
            Self::AlreadySigned => "already-signed",
            Self::Underway => "signing-underway",
            Self::Key(_) => "signing-key-failed",
            Self::Blob(error) => error.code(),
            Self::Unsound(_) => "signature-unsound",
            Self::Database(error) => error.code(),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::NoPurpose | Self::NoCertificate => Kind::Missing,
            Self::Refused(refusal) => refusal.0.kind(),
            Self::HeadChanged | Self::AlreadySigned | Self::Underway => Kind::Conflict,
            Self::CertificateEnded | Self::CertificateRevoked => Kind::Gone,
            Self::Pin(refused) => refused.kind(),
            Self::Key(_) => Kind::Unavailable,
            Self::Blob(error) => error.kind(),
            Self::Unsound(_) => Kind::Broken,
            Self::Database(error) => error.kind(),
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Refused(refusal) => refusal.0.facts(),
            Self::Pin(refused) => refused.facts(),
            _ => Vec::new(),
        }
    }
}
