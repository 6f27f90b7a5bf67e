//! Questions of the platform, and the person's signed answers (`phone-and-factors` 3.4).

use mohor_shared::approve::{self, ANSWER, ASK, Answer, Ask, Decision, Display, Reason};
use mohor_shared::jws::{self, Header, b64, unb64};
use mohor_shared::wire::{Signed, Waiting};
use reqwest::Method;

use crate::error::PhoneError;
use crate::key::random;
use crate::phone::Phone;
use crate::server::Body;

/// A question on the screen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pending {
    /// What is shown: parsed from the very bytes whose hash is signed.
    pub display: Display,
    /// The kind of decision: `certificate-issue`, `pin-reset`.
    pub kind: String,
    ask: Ask,
    shown: Vec<u8>,
}

impl Pending {
    /// The approval.
    pub fn id(&self) -> &str {
        &self.ask.sid
    }

    /// Until when an answer counts, in seconds since 1970 UTC.
    pub const fn exp(&self) -> i64 {
        self.ask.exp
    }

    /// The digest of what is meant, base64url.
    pub fn subject(&self) -> &str {
        &self.ask.subject_h
    }
}

impl Phone {
    /// The questions that wait for this person, each checked to be the platform's.
    ///
    /// # Errors
    /// [`PhoneError`].
    pub async fn approvals(&self) -> Result<Vec<Pending>, PhoneError> {
        let waiting: Vec<Waiting> = self.call(Method::GET, "/m/v1/approvals", &Body::none()).await?;
        let mut pending = Vec::with_capacity(waiting.len());
        for entry in waiting {
            let path = format!("/m/v1/approvals/{}", entry.id);
            let question: Signed = self.call(Method::GET, &path, &Body::none()).await?;
            pending.push(self.pending(&question.jws)?);
        }
        Ok(pending)
    }

    fn pending(&self, question: &str) -> Result<Pending, PhoneError> {
        let ask: Ask = self.trusted(question, ASK)?;
        let shown = unb64(&ask.display)?;
        if ask.display_h != approve::display_hash(&shown) || ask.rp != self.server.origin() {
            return Err(PhoneError::Untrusted);
        }
        Ok(Pending { display: serde_json::from_slice(&shown)?, kind: ask.kind.clone(), ask, shown })
    }

    /// Approves what is shown.
    ///
    /// # Errors
    /// [`PhoneError`].
    pub async fn approve(&self, pending: &Pending) -> Result<(), PhoneError> {
        self.answer(pending, Decision::Approve, None).await
    }

    /// Declines what is shown. [`Reason::NotMe`] freezes signing.
    ///
    /// # Errors
    /// [`PhoneError`].
    pub async fn decline(&self, pending: &Pending, reason: Reason) -> Result<(), PhoneError> {
        self.answer(pending, Decision::Decline, Some(reason)).await
    }

    async fn answer(&self, pending: &Pending, decision: Decision, reason: Option<Reason>) -> Result<(), PhoneError> {
        let (device_id, jkt) = self.binding()?;
        let iat = self.now()?;
        let answer = Answer {
            aud: self.server.origin().to_owned(),
            device_id,
            sid: pending.ask.sid.clone(),
            nonce: pending.ask.nonce.clone(),
            binding: pending.ask.binding.clone(),
            subject_h: pending.ask.subject_h.clone(),
            decision,
            reason,
            display_h: approve::display_hash(&pending.shown),
            uv: "none".into(),
            app_rand: b64(random::<32>()?.as_slice()),
            iat,
            exp: iat + 60,
            jti: b64(random::<16>()?.as_slice()),
        };
        let jws = jws::sign(&self.key()?, &Header::by(ANSWER, &jkt), &answer)?;
        let path = format!("/m/v1/approvals/{}", pending.ask.sid);
        self.call::<()>(Method::POST, &path, &Body::json(&Signed { jws })?).await?;
        let kind = if decision == Decision::Approve { "approved" } else { "declined" };
        self.records.note(iat, kind, &pending.ask.sid)
    }
}
