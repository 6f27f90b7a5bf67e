//! Identity checks: consent, capture, submission.

use serde::{Deserialize, Serialize};

/// `GET /m/v1/ekyc`: what the person agrees to before the first picture. `DELETE /m/v1/ekyc` takes it back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EkycConsent {
    /// Names these very words; sent back by whoever agrees to them.
    pub version: String,
    /// The text in the person's language.
    pub text: String,
}

/// `POST /m/v1/ekyc`: opens a capture, or takes up the open one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EkycStart {
    /// The version of the consent that the person gave.
    pub consent: String,
}

/// The answer to `POST /m/v1/ekyc`: pictures may be sent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EkycStarted {
    /// The capture.
    pub id: String,
    /// Known to this phone alone; goes with every picture.
    pub nonce: String,
    /// What is wanted: `front`, `back`, `selfie`.
    pub slots: Vec<String>,
    /// What was sent before and is kept: a capture goes on where it was left.
    #[serde(default)]
    pub taken: Vec<String>,
    /// What the person is asked to do while the face is taken: one of `turn-left`, `turn-right`, `closer`, `look-up`.
    /// One picture can show one movement.
    #[serde(default)]
    pub prompts: Vec<String>,
    /// Until when the nonce counts, in seconds since 1970 UTC. Afterwards, ask again: the pictures are kept.
    pub exp: i64,
}

/// The header that carries the nonce of a capture beside a picture.
pub const EKYC_NONCE: &str = "mohor-capture";
/// The header that says where a picture is from, `camera` or `file`: for the eyes of the reviewer, no proof.
pub const EKYC_SOURCE: &str = "mohor-source";
/// The header, `yes`, of a picture whose faults the person was told twice and which they send all the same.
pub const EKYC_ANYWAY: &str = "mohor-anyway";

/// `POST /m/v1/ekyc/{id}/submit`
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EkycSubmit {
    /// The nonce of the capture.
    pub nonce: String,
}
