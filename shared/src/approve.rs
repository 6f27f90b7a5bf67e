//! Approval on the phone: the server asks with what is shown and what is meant; the phone answers with one
//! signature over both.
//!
//! `display` travels as bytes and is shown only after parsing those bytes; `display_h` inside the answer is
//! the evidence of what the person saw. `subject_h` is the digest of what the decision is about.

use serde::{Deserialize, Serialize};

use crate::binding::Binding;
use crate::jws::b64;
use crate::transcript::lp_hash;

/// The type of the question.
pub const ASK: &str = "mohor-txn+jwt";
/// The type of the answer.
pub const ANSWER: &str = "mohor-approve+jwt";

/// What the screen shows, in order: title, labelled facts, a warning if any.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Display {
    /// `ms` or `en`.
    pub lang: String,
    /// One line: what is asked.
    pub title: String,
    /// Label and value, in the order shown.
    pub facts: Vec<(String, String)>,
    /// Who asks.
    pub requester: String,
}

/// SHA-256 of the exact display bytes, base64url.
pub fn display_hash(display: &[u8]) -> String {
    b64(&lp_hash("mohor/display/v1", &[display]))
}

/// What the issuance of a certificate means, as one digest: subject name (DER), public key (SPKI, DER),
/// profile and reason. The certification authority signs only what was approved so.
pub fn issuance(subject_der: &[u8], spki_der: &[u8], profile: &str, reason: &str) -> [u8; 32] {
    lp_hash("mohor/issue/v1", &[subject_der, spki_der, profile.as_bytes(), reason.as_bytes()])
}

/// The question, signed by the platform.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Ask {
    /// The approval.
    pub sid: String,
    /// What kind of decision this is: `certificate-issue`, `pin-reset`.
    pub kind: String,
    /// 32 random bytes, base64url.
    pub nonce: String,
    /// The binding, base64url.
    #[serde(rename = "B")]
    pub binding: String,
    /// SHA-256 over what the decision is about, base64url.
    pub subject_h: String,
    /// The display bytes, base64url.
    pub display: String,
    /// See [`display_hash`].
    pub display_h: String,
    /// The origin that asks.
    pub rp: String,
    /// When asked, in seconds since 1970 UTC.
    pub iat: i64,
    /// Until when an answer counts, in seconds since 1970 UTC.
    pub exp: i64,
}

/// The decision.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Yes.
    Approve,
    /// No.
    Decline,
}

/// Why the person declined.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// "I did not ask for this": signing is frozen for a while.
    NotMe,
    /// "Not now."
    Cancelled,
    /// "This is not what I meant."
    WrongDoc,
}

/// The answer, signed by the phone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The origin that asked.
    pub aud: String,
    /// The phone.
    pub device_id: String,
    /// The approval.
    pub sid: String,
    /// The nonce of the question.
    pub nonce: String,
    /// The binding of the question.
    #[serde(rename = "B")]
    pub binding: String,
    /// The subject digest of the question.
    pub subject_h: String,
    /// The decision.
    pub decision: Decision,
    /// The reason for a refusal.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<Reason>,
    /// SHA-256 of the display bytes the phone showed.
    pub display_h: String,
    /// How the person was recognised: `pin`, `bio` or `none`.
    pub uv: String,
    /// 32 random bytes of the phone, base64url.
    pub app_rand: String,
    /// When answered, in seconds since 1970 UTC.
    pub iat: i64,
    /// `iat` + 60.
    pub exp: i64,
    /// A name for this answer; never used twice.
    pub jti: String,
}

/// The binding of an approval: the subject is what the decision is about.
pub fn binding(
    session: [u8; 16],
    nonce: [u8; 32],
    subject: [u8; 32],
    kind: &str,
    device: [u8; 16],
    exp: u64,
) -> Binding {
    Binding { session, nonce, subject, credential: format!("approve:{kind}"), device, expires: exp }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuance_is_its_subject_key_profile_and_reason() {
        let one = issuance(b"cn", b"key", "signee", "first");
        for other in [
            issuance(b"cm", b"key", "signee", "first"),
            issuance(b"cn", b"kez", "signee", "first"),
            issuance(b"cn", b"key", "seal", "first"),
            issuance(b"cn", b"key", "signee", "pin-reset"),
        ] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn a_decision_is_spelled_as_agreed() {
        assert_eq!(serde_json::to_string(&Reason::NotMe).expect("json"), r#""not_me""#);
        assert_eq!(serde_json::to_string(&Decision::Approve).expect("json"), r#""approve""#);
    }
}
