//! The verdicts, in plain facts.

use serde::{Deserialize, Serialize};

use crate::kernel::clock::Timestamp;

/// Whom to believe, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trust {
    /// Root certificates, DER.
    pub roots: Vec<Vec<u8>>,
    /// Revocation lists from outside the document, DER.
    pub crls: Vec<Vec<u8>>,
    /// The present; a signature without a valid time stamp is judged at this instant, or not at all.
    pub at: Option<Timestamp>,
}

/// What is said of one signature, or of the whole document (its worst).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// Genuine, and covers the whole file.
    Valid,
    /// Genuine; what came later is only what was allowed to come.
    ValidExtended,
    /// Nothing speaks against it, but something needed to be sure is missing.
    Indeterminate,
    /// Genuine in its own revision, but changed afterwards beyond what was allowed.
    Modified,
    /// Not genuine.
    Invalid,
}

impl Status {
    /// Whether a person may rely on it.
    pub fn is_valid(self) -> bool {
        matches!(self, Self::Valid | Self::ValidExtended)
    }
}

/// What kind of signature it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// The first, which says what may follow (DocMDP).
    Certification,
    /// A party's.
    Approval,
    /// A document time stamp.
    DocumentTimestamp,
}

/// Every code a finding or note can have: each has its words in both languages.
pub const CODES: [&str; 32] = [
    "structure-broken",
    "hidden-bytes",
    "trailing-bytes",
    "not-supported",
    "too-much-work",
    "no-signature",
    "byte-range-wrong",
    "signature-unreadable",
    "signer-certificate-missing",
    "content-type-wrong",
    "algorithm-refused",
    "attribute-missing",
    "digest-wrong",
    "signing-certificate-mismatch",
    "signature-wrong",
    "timestamp-wrong",
    "timestamp-not-trusted",
    "timestamp-authority-stolen",
    "time-unknown",
    "chain-not-trusted",
    "stranger-among-trusted",
    "certificate-not-valid-then",
    "certificate-unfit",
    "certificate-revoked",
    "revocation-unknown",
    "changed-afterwards",
    "block-covered",
    "lock-broken",
    "permission-exceeded",
    "certificate-ended-since",
    "timestamp-authority-ended",
    "later-revision",
];

/// One thing found. The words stand in the message files under `finding-<code>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable, kebab-case.
    pub code: String,
    /// Evidence for the expert: object numbers, offsets, names.
    pub detail: String,
}

impl Finding {
    pub(super) fn new(code: &'static str, detail: impl Into<String>) -> Self {
        debug_assert!(CODES.contains(&code), "{code} has no words");
        Self { code: code.to_owned(), detail: detail.into() }
    }

    /// How far this one finding alone brings a signature down.
    pub fn weight(&self) -> Status {
        match self.code.as_str() {
            "changed-afterwards" | "block-covered" | "lock-broken" | "permission-exceeded" | "trailing-bytes" => {
                Status::Modified
            }
            // EN 319 102-1: NO_CERTIFICATE_CHAIN_FOUND for the chains; another root may be the right one (ADR 0041).
            "chain-not-trusted"
            | "timestamp-not-trusted"
            | "timestamp-authority-stolen"
            | "revocation-unknown"
            | "time-unknown"
            | "no-signature"
            | "not-supported"
            | "too-much-work" => Status::Indeterminate,
            _ => Status::Invalid,
        }
    }
}

impl Finding {
    /// Whether another root certificate may answer it: nobody who is trusted vouches for somebody.
    pub fn asks_for_a_root(&self) -> bool {
        ["chain-not-trusted", "timestamp-not-trusted", "stranger-among-trusted"].contains(&self.code.as_str())
    }
}

/// One signature judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The field that holds it.
    pub field: String,
    /// Its kind.
    pub class: Class,
    /// The verdict.
    pub status: Status,
    /// Why it is not better than that; empty for a valid one.
    pub findings: Vec<Finding>,
    /// Worth knowing, but no reason for doubt.
    pub notes: Vec<Finding>,
    /// The common name in the signer's certificate.
    pub signer: Option<String>,
    /// The common name of who issued it.
    pub issuer: Option<String>,
    /// Serial number of the signer's certificate, lower-case hexadecimal.
    pub serial: Option<String>,
    /// `/Name`, as claimed.
    pub name: Option<String>,
    /// `/Reason`, as claimed.
    pub reason: Option<String>,
    /// `/M`, as claimed.
    pub claimed_time: Option<String>,
    /// Time proved by the time stamp, UTC milliseconds.
    pub stamped_millis: Option<i64>,
    /// The common name of the time-stamp authority.
    pub stamped_by: Option<String>,
    /// The PAdES level reached: `B-B`, `B-T`, `B-LT`, `B-LTA`.
    pub level: String,
    /// The revision it signs, counted from 0.
    pub revision: usize,
    /// The number of bytes its revision has.
    pub covers: usize,
    /// Fields nobody may change after it (FieldMDP).
    pub locks: Vec<String>,
    /// DocMDP `/P`, when it says so.
    pub permission: Option<u8>,
}

/// A document judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The worst of the signatures; `Indeterminate` without any.
    pub status: Status,
    /// Faults of the document as a whole.
    pub findings: Vec<Finding>,
    /// How many times it was written.
    pub revisions: usize,
    /// Its length in bytes.
    pub length: usize,
    /// SHA-256 of the file, lower-case hexadecimal.
    pub sha256: String,
    /// In the order they were made.
    pub signatures: Vec<Verdict>,
}
