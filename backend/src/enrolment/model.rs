//! What is on its way, and the refusals.

use std::sync::Arc;

use crate::attempt::TooMany;
use crate::certificate::{Authority, IssueError, IssueReason, RequestError, Term};
use crate::kernel::clock::Timestamp;
use crate::kernel::db::DbError;
use crate::keystore::{KeySpec, KeyStoreError};
use crate::person::{self, PersonId};
use crate::typed_id;
use crate::vault::{Vault, VaultError, VaultKeyId};
use crate::{ekyc, fault};

typed_id! {
    /// Names a certificate on its way.
    IssuanceId
    /// Names a proof that lets somebody choose a new PIN.
    ResetId
}

/// What the verbs of this room need besides the work.
#[derive(Clone)]
pub struct Desk {
    /// Keys behind PINs.
    pub vault: Vault,
    /// Who signs certificates.
    pub authority: Arc<Authority>,
    /// The kind of new keys.
    pub spec: KeySpec,
    /// Who asks, as the phone shows it.
    pub requester: String,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Desk(…)")
    }
}

/// Where an issuance stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// The phone has not answered.
    Waiting,
    /// The phone has approved; the certificate is being made.
    Approved,
    /// The certificate is there and the PIN is in force.
    Issued,
    /// The phone has declined.
    Declined,
    /// Begun again, or nobody answered in time.
    Withdrawn,
    /// The approval could not be used any more.
    Failed,
}

impl Stage {
    pub(super) fn parse(word: &str) -> Result<Self, DbError> {
        Ok(match word {
            "WAITING" => Self::Waiting,
            "APPROVED" => Self::Approved,
            "ISSUED" => Self::Issued,
            "DECLINED" => Self::Declined,
            "WITHDRAWN" => Self::Withdrawn,
            "FAILED" => Self::Failed,
            _ => return Err(DbError::Inconsistent(format!("state of an issuance {word}"))),
        })
    }
}

/// A new PIN that waits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wait {
    /// Which.
    pub issuance: IssuanceId,
    /// Whose.
    pub person: PersonId,
    /// Since when.
    pub since: Timestamp,
    /// From when on it comes into force by itself.
    pub ready_at: Timestamp,
}

/// How far an issuance has come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Progress {
    /// Whose it is.
    pub person: PersonId,
    /// Where it stands.
    pub stage: Stage,
    /// Why it was begun.
    pub reason: IssueReason,
    /// Until when the phone may answer.
    pub expires_at: Timestamp,
    /// Of a new PIN that no phone confirms: from when on it comes into force by itself.
    pub ready_at: Option<Timestamp>,
    /// Serial number of the certificate, once issued.
    pub certificate: Option<String>,
}

/// An issuance as stored.
pub(super) struct Issuance {
    pub(super) id: IssuanceId,
    pub(super) person: PersonId,
    pub(super) key: VaultKeyId,
    pub(super) spki: Vec<u8>,
    pub(super) term: Term,
    pub(super) reason: IssueReason,
    pub(super) stage: Stage,
    pub(super) device: Option<crate::device::DeviceId>,
    pub(super) evidence: Option<String>,
    pub(super) certificate: Option<String>,
    pub(super) expires_at: Timestamp,
}

/// Why no certificate can be asked for.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    /// There is no such person.
    #[error("no such person")]
    Nobody,
    /// The identity check is not approved (EKYC-6).
    #[error(transparent)]
    NotIdentified(#[from] ekyc::NotApproved),
    /// The certificate in force lasts.
    #[error("there is a certificate that lasts")]
    NotNeeded,
    /// No phone is bound, or the new one has not cooled: nobody could approve.
    #[error("no phone that may approve")]
    NoPhone,
    /// The phone has approved an earlier one, which is being made.
    #[error("a certificate is being made")]
    Underway,
    /// Nationality, address and postcode.
    #[error(transparent)]
    Residence(#[from] person::CompleteError),
    /// The name cannot be written into a certificate.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The vault cannot serve.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The database refused.
    #[error(transparent)]
    Database(#[from] DbError),
}

fault! {
    BeginError {
        Nobody => "person-unknown", Missing;
        NotNeeded => "certificate-not-needed", Conflict;
        NoPhone => "phone-needed", Denied;
        Underway => "certificate-underway", Conflict;
    } transparent { NotIdentified, Residence, Request, Vault, Database }
}

/// Why an approved certificate is not there yet.
#[derive(Debug, thiserror::Error)]
pub enum CompleteError {
    /// The authority could not issue; the approval stays and it is tried again.
    #[error(transparent)]
    Issue(#[from] IssueError),
    /// The subject cannot be written.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The key store refused.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The database refused.
    #[error(transparent)]
    Database(#[from] DbError),
}

fault! {
    CompleteError {} transparent { Issue, Request, Keys, Database }
}

/// Why a PIN is not reset.
#[derive(Debug, thiserror::Error)]
pub enum ResetRefused {
    /// Address, number and code do not belong together, or the code is over. Which of them is never told.
    #[error("the particulars do not match")]
    Mismatch,
    /// Too many tries with this address, known or not.
    #[error(transparent)]
    TooMany(TooMany),
    /// The proof is over, or a new PIN was chosen with it.
    #[error("the proof is over")]
    Over,
    /// Proven, but there is no certificate whose PIN could be reset.
    #[error("there is no certificate in force")]
    NoCertificate,
    /// Proven, but the new certificate cannot be asked for.
    #[error(transparent)]
    Begin(#[from] BeginError),
    /// The key store refused.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The database refused.
    #[error(transparent)]
    Database(#[from] DbError),
}

impl From<TooMany> for ResetRefused {
    fn from(refused: TooMany) -> Self {
        match refused {
            TooMany::Database(error) => Self::Database(error),
            other => Self::TooMany(other),
        }
    }
}

impl From<person::FindError> for ResetRefused {
    fn from(error: person::FindError) -> Self {
        match error {
            person::FindError::Keys(error) => Self::Keys(error),
            person::FindError::Db(error) => Self::Database(error),
        }
    }
}

fault! {
    ResetRefused {
        Mismatch => "pin-reset-mismatch", Unproven;
        Over => "pin-reset-over", Gone;
        NoCertificate => "pin-reset-no-certificate", Missing;
    } transparent { TooMany, Begin, Keys, Database }
}

/// Why a new PIN that waits is neither stopped nor released.
#[derive(Debug, thiserror::Error)]
pub enum WaitRefused {
    /// The link is none of ours.
    #[error("the link leads nowhere")]
    Link,
    /// It is in force already, was stopped, or was begun again.
    #[error("nothing waits")]
    Over,
    /// Nobody decides about themselves.
    #[error("this is the officer's own PIN")]
    Own,
    /// The authority could not issue.
    #[error(transparent)]
    Complete(#[from] CompleteError),
    /// The key store refused.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The database refused.
    #[error(transparent)]
    Database(#[from] DbError),
}

fault! {
    WaitRefused {
        Link => "pin-reset-link-unknown", Missing;
        Over => "pin-reset-not-waiting", Conflict;
        Own => "pin-reset-own", Denied;
    } transparent { Complete, Keys, Database }
}
