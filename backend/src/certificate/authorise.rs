//! The CA key moves only for somebody: the bound phone's key, an officer's key, the rule of time for a new PIN, or
//! the ceremony.

use mohor_shared::approve::{ANSWER, Answer, Decision};
use mohor_shared::jws;
use mohor_shared::transcript::sha256;
use p256::ecdsa::VerifyingKey;

use super::request::{IssueReason, IssueRequest};
use crate::fault;
use crate::kernel::clock::Timestamp;

/// The type of an officer's approval.
pub const OFFICER_ANSWER: &str = "mohor-officer-approve+jwt";

/// The type of the platform's statement that a request has waited its day and nobody has stopped it.
pub const WAITED_ANSWER: &str = "mohor-waited+jwt";

/// How long after it was given an approval may still be used, in seconds.
const LIFE: i64 = 3600;
/// How far the clock of a phone may be ahead, in seconds.
const SKEW: i64 = 60;

/// Who approves, and the key they were bound with.
#[derive(Clone, Copy, Debug)]
pub enum Approver<'a> {
    /// The phone bound to the person.
    Phone {
        /// The device, as the answer names it.
        device: &'a str,
        /// Its P-256 key in SEC 1 form.
        key: &'a [u8],
    },
    /// A registration officer.
    Officer {
        /// The account, as the answer names it.
        account: &'a str,
        /// Their P-256 key in SEC 1 form.
        key: &'a [u8],
    },
    /// The rule of time: a new PIN without a phone that waited a day, with everybody told, and was not stopped.
    Waited {
        /// The platform's P-256 key for this, in SEC 1 form.
        key: &'a [u8],
    },
}

/// Witness that somebody entitled approved exactly one request. Made by [`authorise`] alone, used once:
/// the database refuses a second certificate for the same approval.
#[derive(Debug)]
pub struct Authorised {
    digest: [u8; 32],
    evidence: [u8; 32],
    approver: String,
}

impl Authorised {
    /// The ceremony authorises what it is about to make: `evidence` names the step and this very draft.
    pub(super) fn ceremony(digest: [u8; 32], evidence: [u8; 32]) -> Self {
        Self { digest, evidence, approver: "ceremony".to_owned() }
    }

    pub(super) const fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// SHA-256 of the approval itself: stored with the certificate, unique.
    pub(super) const fn evidence(&self) -> &[u8; 32] {
        &self.evidence
    }

    pub(super) fn approver(&self) -> &str {
        &self.approver
    }
}

/// Why an approval does not authorise this request.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AuthoriseError {
    /// Not a message of the expected kind, or not signed by that key.
    #[error("the approval is not signed by the expected key")]
    Signature,
    /// Somebody else answered.
    #[error("the approval comes from somebody else")]
    Approver,
    /// The answer is no.
    #[error("the request was declined")]
    Declined,
    /// The approval is about another subject, key, profile or reason.
    #[error("the approval is about something else")]
    Subject,
    /// Too old, or from the future.
    #[error("the approval is out of date")]
    Time,
}

fault! {
    AuthoriseError {
        Declined => "issue-declined", Denied;
        Time => "issue-approval-old", Gone;
        Signature => "issue-not-authorised", Denied;
        Approver => "issue-not-authorised", Denied;
        Subject => "issue-not-authorised", Denied;
    }
}

/// Checks the signed answer `token` against the request it is said to approve.
///
/// # Errors
/// [`AuthoriseError`]; the caller records the refusal.
pub fn authorise(
    now: Timestamp,
    request: &IssueRequest,
    approver: Approver<'_>,
    token: &str,
) -> Result<Authorised, AuthoriseError> {
    let (typ, name, key, label) = match approver {
        Approver::Phone { device, key } => (ANSWER, device, key, format!("device:{device}")),
        Approver::Officer { account, key } => (OFFICER_ANSWER, account, key, format!("account:{account}")),
        Approver::Waited { key } => (WAITED_ANSWER, "time", key, "time".to_owned()),
    };
    let key = VerifyingKey::from_sec1_bytes(key).map_err(|_| AuthoriseError::Signature)?;
    let answer: Answer = jws::verify(token, typ, &key).map_err(|_| AuthoriseError::Signature)?;
    if answer.device_id != name {
        return Err(AuthoriseError::Approver);
    }
    if answer.decision != Decision::Approve {
        return Err(AuthoriseError::Declined);
    }
    if matches!(approver, Approver::Waited { .. }) && request.reason() != IssueReason::PinReset {
        return Err(AuthoriseError::Approver);
    }
    let digest = request.digest();
    if answer.subject_h != jws::b64(&digest) {
        return Err(AuthoriseError::Subject);
    }
    let age = now.seconds() - answer.iat;
    if !(-SKEW..=LIFE).contains(&age) {
        return Err(AuthoriseError::Time);
    }
    Ok(Authorised { digest, evidence: evidence(token), approver: label })
}

/// One approval has one evidence, however its signature is spelt: hashing only what was signed keeps the
/// second valid form of an ECDSA signature (`-s`) from passing as another approval.
fn evidence(token: &str) -> [u8; 32] {
    sha256(token.rsplit_once('.').map_or(token, |(signed, _)| signed).as_bytes())
}
