//! What the bound phone or an officer is asked to authorise.

use der::Encode as _;
use mohor_shared::approve;
use x509_cert::name::Name;

use super::model::{Profile, Subject, Term};
use super::names;
use crate::fault;

/// Why a certificate is issued.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IssueReason {
    /// The person has none yet.
    First,
    /// The old one ends.
    Renewal,
    /// A new PIN needs a new key; the old certificate is not revoked.
    PinReset,
}

impl IssueReason {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Renewal => "renewal",
            Self::PinReset => "pin-reset",
        }
    }

    /// Reads the stored word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::First, Self::Renewal, Self::PinReset].into_iter().find(|reason| reason.as_str() == word)
    }
}

/// A certificate for a signee, to be authorised: nothing else is signed by the CA.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IssueRequest {
    subject: Subject,
    name: Name,
    spki: Vec<u8>,
    term: Term,
    reason: IssueReason,
}

impl IssueRequest {
    /// A request for a signee's certificate over `spki` (DER `SubjectPublicKeyInfo`).
    ///
    /// # Errors
    /// [`RequestError`] when the subject cannot be written as a distinguished name.
    pub fn new(subject: Subject, spki: Vec<u8>, term: Term, reason: IssueReason) -> Result<Self, RequestError> {
        let name = names::person(&subject).map_err(|_| RequestError)?;
        Ok(Self { subject, name, spki, term, reason })
    }

    /// Whom the certificate names.
    pub const fn subject(&self) -> &Subject {
        &self.subject
    }

    /// The public key: DER `SubjectPublicKeyInfo`.
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// How long it lives.
    pub const fn term(&self) -> Term {
        self.term
    }

    /// Why.
    pub const fn reason(&self) -> IssueReason {
        self.reason
    }

    pub(super) const fn name(&self) -> &Name {
        &self.name
    }

    /// What an approval is about (`subject_h` of the phone's answer): SHA-256 over (subject, SPKI, profile with
    /// its term, reason).
    pub fn digest(&self) -> [u8; 32] {
        let subject = self.name.to_der().unwrap_or_default();
        approve::issuance(&subject, &self.spki, &self.profile_word(), self.reason.as_str())
    }

    /// The profile and its term as one word, as the phone's answer covers it: `signee:year`.
    pub fn profile_word(&self) -> String {
        format!("{}:{}", Profile::Signee.as_str(), self.term.word())
    }
}

/// The subject cannot be written as a distinguished name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the subject cannot be written into a certificate")]
pub struct RequestError;

fault! { RequestError => "certificate-refused", Invalid }
