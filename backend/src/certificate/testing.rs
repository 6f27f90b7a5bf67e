//! What tests of other rooms, and journeys, need of this one: a phone that approves a certificate.

use mohor_shared::approve::{ANSWER, Answer, Decision};
use mohor_shared::jws::{self, Header};
use p256::ecdsa::SigningKey;

use super::{Approver, AuthoriseError, Authorised, Authority, IssueError, IssueRequest, Leaf};
use super::{authorise, issue, prepare};
use crate::kernel::work::Work;

/// The phone.
pub const DEVICE: &str = "01JDEVICE00000000000000000";

/// Its key.
pub fn phone() -> SigningKey {
    SigningKey::from_slice(&[9; 32]).expect("a key")
}

/// The public half of `key` as a point (SEC 1, uncompressed).
pub fn point(key: &SigningKey) -> Vec<u8> {
    key.verifying_key().to_sec1_point(false).as_bytes().to_vec()
}

/// What the phone answers now when it is asked about `request`.
pub fn answer(work: &Work, request: &IssueRequest, decision: Decision) -> Answer {
    let now = work.now.seconds();
    Answer {
        aud: "https://mohor.example.test".to_owned(),
        device_id: DEVICE.to_owned(),
        sid: "01JSESSION0000000000000000".to_owned(),
        nonce: "n".to_owned(),
        binding: "b".to_owned(),
        subject_h: jws::b64(&request.digest()),
        decision,
        reason: None,
        display_h: "d".to_owned(),
        uv: "pin".to_owned(),
        app_rand: jws::b64(&work.rng().bytes::<32>()),
        iat: now,
        exp: now + 60,
        jti: "j".to_owned(),
    }
}

/// The answer, signed by the phone.
pub fn token(answer: &Answer) -> String {
    jws::sign(&phone(), &Header::by(ANSWER, "kid"), answer).expect("signs")
}

/// The phone says yes to `request`.
pub fn approved(work: &Work, request: &IssueRequest) -> String {
    token(&answer(work, request, Decision::Approve))
}

/// What `token` authorises, as the phone's answer about `request`.
///
/// # Errors
/// [`AuthoriseError`].
pub fn check(work: &Work, request: &IssueRequest, token: &str) -> Result<Authorised, AuthoriseError> {
    authorise(work.now, request, Approver::Phone { device: DEVICE, key: &point(&phone()) }, token)
}

/// A certificate by the authority's own doors: approved, linted, issued.
///
/// # Errors
/// [`IssueError`].
pub async fn issued(work: &Work, authority: &Authority, request: &IssueRequest) -> Result<Leaf, IssueError> {
    let authorised = check(work, request, &approved(work, request)).expect("authorised");
    let linted = prepare(work, authority, request)?;
    issue(work, authority, authorised, linted).await
}
