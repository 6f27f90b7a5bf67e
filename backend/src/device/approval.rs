//! Questions put to the phone, and its signed answers (`phone-and-factors` 3.4): one signature over what was
//! shown and what is meant.

use std::time::Duration;

use mohor_shared::approve::{self, ANSWER, ASK, Answer, Ask, Decision, Display};
use mohor_shared::jws::{self, JwsRefusal, b64};
use mohor_shared::wire::Waiting;
use serde_json::json;

use super::freeze::{Frozen, frozen};
use super::model::{ApprovalId, BoundDevice, DeviceId, id_bytes};
use super::{deny, platform, store};
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Row, Tx};
use crate::kernel::work::{Actor, Work};
use crate::keystore::{KeyStore, KeyStoreError};
use crate::person::PersonId;
use crate::{args, audit, fault, outbox};

/// Why an answer does not count.
#[derive(Debug, thiserror::Error)]
pub enum AnswerRefused {
    /// There is no such question for this person.
    #[error("no such question")]
    Missing,
    /// It was answered, withdrawn, or its time has passed.
    #[error("the question is over")]
    Over,
    /// The signed answer is not one to this question as it was asked.
    #[error("the answer does not fit the question")]
    Mismatch,
    /// The phone is new or replaced and may not decide.
    #[error("this phone may not decide yet")]
    MayNot,
    /// The person froze signing ("not me").
    #[error(transparent)]
    Frozen(#[from] Frozen),
    /// The key store refused.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<JwsRefusal> for AnswerRefused {
    fn from(_: JwsRefusal) -> Self {
        Self::Mismatch
    }
}

fault! {
    AnswerRefused {
        Missing => "approval-missing", Missing;
        Over => "approval-over", Gone;
        Mismatch => "approval-mismatch", Unproven;
        MayNot => "phone-cooling", Denied;
    } transparent { Frozen, Keys, Db }
}

/// A decision to ask a person for.
#[derive(Clone, Debug)]
pub struct Question {
    /// Who decides.
    pub person: PersonId,
    /// What kind of decision: `certificate-issue`, `pin-reset`. Names the event of the answer.
    pub kind: &'static str,
    /// What it is about, for the asker (a pending issuance). A newer question about it withdraws the older.
    pub reference: String,
    /// The digest of what is meant, such as [`approve::issuance`].
    pub subject: [u8; 32],
    /// What the screen shows.
    pub display: Display,
    /// How long an answer counts.
    pub life: Duration,
}

/// How far a question has come.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Whom it was put to.
    pub person: PersonId,
    /// Its kind.
    pub kind: String,
    /// What it is about.
    pub reference: String,
    /// `WAITING`, `APPROVED`, `DECLINED`, `USED` or `WITHDRAWN`.
    pub state: String,
    /// Until when an answer counts.
    pub expires_at: Timestamp,
}

/// A decision that a bound phone signed. Made by [`take`] alone, used once, not copied.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "an approval that was taken is used up"]
pub struct Approved {
    approval: ApprovalId,
    person: PersonId,
    device: DeviceId,
    kind: String,
    reference: String,
    subject: [u8; 32],
    at: Timestamp,
    evidence: String,
}

impl Approved {
    /// The question that was answered.
    pub const fn approval(&self) -> &ApprovalId {
        &self.approval
    }

    /// Who decided.
    pub const fn person(&self) -> &PersonId {
        &self.person
    }

    /// On which phone.
    pub const fn device(&self) -> &DeviceId {
        &self.device
    }

    /// The kind of decision.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// What it is about, as the asker named it.
    pub fn reference(&self) -> &str {
        &self.reference
    }

    /// The digest of what was meant.
    pub const fn subject(&self) -> &[u8; 32] {
        &self.subject
    }

    /// When the phone answered.
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// The phone's signed answer: anybody with its public key can check it.
    pub fn evidence(&self) -> &str {
        &self.evidence
    }
}

/// Puts a question to a person's phone in the caller's transaction.
pub async fn ask(work: &Work, tx: &mut Tx, question: &Question) -> Result<ApprovalId, DbError> {
    let Question { person, kind, reference, subject, display, life } = question;
    let id = ApprovalId::new(work);
    let display = serde_json::to_vec(display).map_err(|error| DbError::Inconsistent(error.to_string()))?;
    let nonce: [u8; 32] = work.rng().bytes();
    tx.execute(store::WITHDRAW, args![person, *kind, reference, work.now]).await?;
    let expires = work.now.plus(*life);
    tx.execute(
        store::ASK,
        args![&id, person, *kind, reference, subject.to_vec(), display, nonce.to_vec(), work.now, expires],
    )
    .await?;
    outbox::notice(work, tx, person.as_str(), "approval-waiting", json!({ "approval": id, "kind": kind })).await?;
    let facts = json!({ "approval": id, "kind": kind, "reference": reference });
    audit::record(work, tx, "approval.asked", person.as_str(), facts).await?;
    Ok(id)
}

/// The questions that wait for the phone's person.
pub async fn waiting(work: &Work, device: &BoundDevice) -> Result<Vec<Waiting>, DbError> {
    let rows = work.read().await?.all(store::WAITING, args![device.person(), work.now]).await?;
    rows.iter()
        .map(|row| Ok(Waiting { id: row.text("id")?, kind: row.text("kind")?, exp: row.time("expires_at")?.seconds() }))
        .collect()
}

/// How far the question `id` has come, for the room that asked.
pub async fn asked(work: &Work, id: &ApprovalId) -> Result<Option<Asked>, DbError> {
    let row = work.read().await?.first(store::APPROVAL, args![id]).await?;
    row.map(|row| {
        Ok(Asked {
            person: row.id("person")?,
            kind: row.text("kind")?,
            reference: row.text("reference")?,
            state: row.text("state")?,
            expires_at: row.time("expires_at")?,
        })
    })
    .transpose()
}

/// The question as the phone gets it, signed by the platform.
///
/// # Errors
/// [`AnswerRefused::Missing`] and [`AnswerRefused::Over`].
pub async fn question(
    work: &Work,
    keys: &dyn KeyStore,
    origin: &str,
    device: &BoundDevice,
    id: &ApprovalId,
) -> Result<String, AnswerRefused> {
    let asked = put(work, origin, device, id).await?;
    Ok(platform::sign(keys, ASK, &asked).await?)
}

/// The claims of the question, the same each time they are computed.
async fn put(work: &Work, origin: &str, device: &BoundDevice, id: &ApprovalId) -> Result<Ask, AnswerRefused> {
    let row = work.read().await?.first(store::APPROVAL, args![id]).await?.ok_or(AnswerRefused::Missing)?;
    if row.id::<PersonId>("person")? != *device.person() {
        return Err(AnswerRefused::Missing);
    }
    let exp = row.time("expires_at")?;
    if row.text("state")? != "WAITING" || exp <= work.now {
        return Err(AnswerRefused::Over);
    }
    let (display, kind) = (row.bytes("display")?, row.text("kind")?);
    let (nonce, subject) = (array(&row, "nonce")?, array(&row, "subject")?);
    let seconds = u64::try_from(exp.seconds()).unwrap_or(0);
    let binding =
        approve::binding(id_bytes(id.as_str()), nonce, subject, &kind, device.device().id_bytes(), seconds).value();
    Ok(Ask {
        sid: id.to_string(),
        kind,
        nonce: b64(&nonce),
        binding: b64(&binding),
        subject_h: b64(&subject),
        display_h: approve::display_hash(&display),
        display: b64(&display),
        rp: origin.to_owned(),
        iat: row.time("asked_at")?.seconds(),
        exp: exp.seconds(),
    })
}

fn array(row: &Row, column: &str) -> Result<[u8; 32], DbError> {
    row.bytes(column)?.try_into().map_err(|_| DbError::Inconsistent(format!("approval {column}")))
}

/// Takes the phone's signed answer. The first answer counts; a second finds the question over.
///
/// # Errors
/// [`AnswerRefused`].
pub async fn answer(
    work: &Work,
    origin: &str,
    device: &BoundDevice,
    id: &ApprovalId,
    jws: &str,
) -> Result<Decision, AnswerRefused> {
    let work = &work.acting_as(Actor::Device(device.id().to_string()));
    let asked = put(work, origin, device, id).await?;
    let answer: Answer = jws::verify(jws, ANSWER, &device.device().key()?)?;
    if !is_to(&answer, &asked, device, work.now.seconds()) {
        return Err(AnswerRefused::Mismatch);
    }
    if answer.decision == Decision::Approve && !device.may_sign() {
        return Err(AnswerRefused::MayNot);
    }
    let reason = answer.reason.map(|reason| json!(reason).as_str().unwrap_or_default().to_owned());
    let mut tx = work.write().await?;
    if answer.decision == Decision::Approve {
        frozen(work, &mut tx, device.person()).await?;
    }
    let state = if answer.decision == Decision::Approve { "APPROVED" } else { "DECLINED" };
    tx.first(store::ANSWER, args![id, state, device.id(), reason.as_deref(), jws, work.now])
        .await?
        .ok_or(AnswerRefused::Over)?;
    let facts = json!({ "approval": id, "kind": asked.kind, "decision": answer.decision, "reason": reason,
        "B": asked.binding, "display_h": asked.display_h, "device": device.id(),
        "assurance": device.device().assurance.as_str() });
    audit::record(work, &mut tx, "approval.answered", device.person().as_str(), facts).await?;
    let news = json!({ "approval": id, "kind": asked.kind, "person": device.person() });
    let event = if answer.decision == Decision::Approve { "device.approved" } else { "device.declined" };
    outbox::event(work, &mut tx, event, news).await?;
    tx.commit().await?;
    if answer.reason == Some(approve::Reason::NotMe) {
        deny::not_me(work, device).await?;
    }
    Ok(answer.decision)
}

fn is_to(answer: &Answer, asked: &Ask, device: &BoundDevice, now: i64) -> bool {
    answer.aud == asked.rp
        && answer.device_id == device.id().as_str()
        && answer.sid == asked.sid
        && answer.nonce == asked.nonce
        && answer.binding == asked.binding
        && answer.subject_h == asked.subject_h
        && answer.display_h == asked.display_h
        && answer.exp - answer.iat <= 60
        && answer.iat <= now + 60
        && answer.exp >= now - 60
        && (answer.decision == Decision::Decline || answer.reason.is_none())
}

/// Takes the approval `id` of `kind` for the one use it has, in the caller's transaction. `None` when it was not
/// given, or was used.
pub async fn take(work: &Work, tx: &mut Tx, id: &ApprovalId, kind: &str) -> Result<Option<Approved>, DbError> {
    let Some(row) = tx.first(store::TAKE, args![id, kind]).await? else { return Ok(None) };
    let missing = || DbError::Inconsistent(format!("approval {id} without its answer"));
    let approved = Approved {
        approval: id.clone(),
        person: row.id("person")?,
        device: row.opt_id("device")?.ok_or_else(missing)?,
        kind: kind.to_owned(),
        reference: row.text("reference")?,
        subject: array(&row, "subject")?,
        at: row.opt_time("answered_at")?.ok_or_else(missing)?,
        evidence: row.opt_text("evidence")?.ok_or_else(missing)?,
    };
    let facts = json!({ "approval": id, "kind": kind });
    audit::record(work, tx, "approval.used", approved.person.as_str(), facts).await?;
    Ok(Some(approved))
}
