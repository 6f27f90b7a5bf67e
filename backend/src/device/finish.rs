//! `enrol/finish`: the phone proves that it holds its key, and is bound.

use std::time::Duration;

use mohor_shared::jws::{self, Jwk, JwsRefusal, b64, unb64, unb64_array};
use mohor_shared::transcript::sha256;
use mohor_shared::wire::{ENROL, ENROLLED, EnrolDone, EnrolFinish, EnrolProof, Enrolled};
use serde_json::json;
use subtle::ConstantTimeEq as _;

use super::model::{Assurance, DeviceId, EnrolId, State};
use super::{platform, store};
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Row, Tx};
use crate::kernel::error::{Fault, Kind};
use crate::kernel::work::{Actor, Work};
use crate::keystore::{KeyStore, KeyStoreError};
use crate::outbox::Recipient;
use crate::person::{self, ContactId, PersonId, ProveError};
use crate::{args, audit, outbox};

/// How long a phone that replaces another waits before it may sign.
const COOLING: Duration = Duration::from_secs(24 * 3600);
/// How far the phone's clock may be off: this proof is the first word it hears from us.
const SKEW_SECONDS: i64 = 300;

/// Why a phone is not bound. The challenge is spent in every case.
#[derive(Debug, thiserror::Error)]
pub enum FinishRefused {
    /// The challenge is unknown, over, or was used before (a replay).
    #[error("the enrolment is over")]
    Over,
    /// The proof does not fit the challenge, the person, this server or its own key.
    #[error("the proof of the new key does not fit")]
    Proof,
    /// The key is bound already.
    #[error("the key is bound already")]
    KeyBound,
    /// Another phone took the invitation.
    #[error("another phone was faster")]
    Claimed,
    /// The address could not be confirmed (somebody else proved to hold it).
    #[error(transparent)]
    Contact(#[from] ProveError),
    /// The key store refused.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<JwsRefusal> for FinishRefused {
    fn from(_: JwsRefusal) -> Self {
        Self::Proof
    }
}

impl Fault for FinishRefused {
    fn code(&self) -> &'static str {
        match self {
            Self::Over => "enrol-over",
            Self::Proof => "enrol-proof-invalid",
            Self::KeyBound => "enrol-key-bound",
            Self::Claimed => "enrol-claimed",
            Self::Contact(error) => error.code(),
            Self::Keys(error) => error.code(),
            Self::Db(error) => error.code(),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Over => Kind::Gone,
            Self::Proof => Kind::Unproven,
            Self::KeyBound | Self::Claimed => Kind::Conflict,
            Self::Contact(error) => error.kind(),
            Self::Keys(error) => error.kind(),
            Self::Db(error) => error.kind(),
        }
    }
}

/// What the challenge said, after it was spent.
struct Spent {
    invitation: String,
    person: PersonId,
    contact: ContactId,
    challenge: Vec<u8>,
    number_mac: Vec<u8>,
}

impl Spent {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            invitation: row.text("invitation")?,
            person: row.id("person")?,
            contact: row.id("contact")?,
            challenge: row.bytes("challenge")?,
            number_mac: row.bytes("number_mac")?,
        })
    }
}

/// Binds the phone. The challenge is spent and committed first; of two phones with the same invitation one wins.
///
/// # Errors
/// [`FinishRefused`]; the person then starts again.
pub async fn finish(
    work: &Work,
    keys: &dyn KeyStore,
    origin: &str,
    request: &EnrolFinish,
) -> Result<EnrolDone, FinishRefused> {
    let (jwk, proof): (Jwk, EnrolProof) = jws::verify_embedded(&request.proof, ENROL)?;
    let enrol = EnrolId::parse(&proof.enrol_id).ok_or(FinishRefused::Over)?;
    let mut tx = work.write().await?;
    let row = tx.first(store::SPEND, args![&enrol, work.now]).await?.ok_or(FinishRefused::Over)?;
    tx.commit().await?;
    let spent = Spent::from_row(&row)?;
    fits(work, keys, origin, request, &proof, &spent).await?;

    let device = bind(work, request, &jwk, &proof, &spent).await?;
    let srv = Enrolled {
        device_id: device.id.to_string(),
        jkt: jwk.thumbprint(),
        account: spent.person.to_string(),
        storage: proof.storage,
        att_result: attestation_result(request).to_owned(),
        iat: work.now.seconds(),
    };
    Ok(EnrolDone {
        device_id: srv.device_id.clone(),
        jkt: srv.jkt.clone(),
        state: device.state.word().to_owned(),
        cool_until: if let State::Cooling(until) = device.state { Some(until.seconds()) } else { None },
        srv: platform::sign(keys, ENROLLED, &srv).await?,
    })
}

async fn fits(
    work: &Work,
    keys: &dyn KeyStore,
    origin: &str,
    request: &EnrolFinish,
    proof: &EnrolProof,
    spent: &Spent,
) -> Result<(), FinishRefused> {
    let number = unb64_array::<32>(&proof.mykad_h)?;
    let number_mac = keys.hmac("mohor/enrol-number", &number).await?;
    let now = work.now.seconds();
    let young = proof.iat <= now + SKEW_SECONDS && proof.exp >= now - SKEW_SECONDS && proof.exp - proof.iat <= 120;
    let ours = proof.iss == "device" && proof.aud == origin && proof.challenge == b64(&spent.challenge);
    let same_person = bool::from(number_mac.ct_eq(&spent.number_mac));
    let attestation = unb64(&request.attestation.data)?;
    let same_attestation = proof.att_h == b64(&sha256(&attestation));
    let known = matches!(proof.storage.as_str(), "software" | "tee" | "strongbox" | "se")
        && matches!(proof.unlock.as_str(), "pin6" | "bio")
        && matches!(request.push.kind.as_str(), "fcm" | "apns" | "none");
    if young && ours && same_person && same_attestation && known { Ok(()) } else { Err(FinishRefused::Proof) }
}

/// `absent` or `unverified`: roots of the makers are not configured in this release, and nothing is said to be
/// verified that was not.
fn attestation_result(request: &EnrolFinish) -> &'static str {
    if request.attestation.fmt == "none" { "absent" } else { "unverified" }
}

struct Bound {
    id: DeviceId,
    state: State,
}

async fn bind(
    work: &Work,
    request: &EnrolFinish,
    jwk: &Jwk,
    proof: &EnrolProof,
    spent: &Spent,
) -> Result<Bound, FinishRefused> {
    let work = &work.acting_as(Actor::Person(spent.person.to_string()));
    let contact = person::contact(work, &spent.contact).await?;
    let mut tx = work.write().await?;
    tx.first(store::CLAIM, args![&spent.invitation]).await?.ok_or(FinishRefused::Claimed)?;
    if contact.is_some_and(|contact| contact.proven_at.is_none()) {
        person::confirm_contact(work, &mut tx, &spent.contact).await?;
    }
    let old: Option<DeviceId> = match tx.first(store::REPLACE, args![&spent.person, work.now]).await? {
        Some(row) => Some(row.id("id")?),
        None => None,
    };
    let state = if old.is_some() { State::Cooling(work.now.plus(COOLING)) } else { State::Active };
    let bound = Bound { id: DeviceId::new(work), state };
    match insert(work, &mut tx, request, jwk, proof, spent, &bound, old.as_ref()).await {
        Err(DbError::Conflict { .. }) => return Err(FinishRefused::KeyBound),
        other => other?,
    }
    tell(work, &mut tx, spent, &bound, old.as_ref()).await?;
    tx.commit().await?;
    Ok(bound)
}

#[expect(clippy::too_many_arguments, reason = "one row of eighteen columns, written in one place")]
async fn insert(
    work: &Work,
    tx: &mut Tx,
    request: &EnrolFinish,
    jwk: &Jwk,
    proof: &EnrolProof,
    spent: &Spent,
    bound: &Bound,
    old: Option<&DeviceId>,
) -> Result<(), DbError> {
    let json = |value: Result<String, serde_json::Error>| value.map_err(|e| DbError::Inconsistent(e.to_string()));
    let (state, cool_until): (&str, Option<Timestamp>) = match bound.state {
        State::Cooling(until) => ("COOLING", Some(until)),
        _ => ("ACTIVE", None),
    };
    let assurance = Assurance::judge(&proof.storage, false, proof.unlock == "bio");
    let attestation = unb64(&request.attestation.data).unwrap_or_default();
    let row = args![
        &bound.id,
        &spent.person,
        jwk.thumbprint(),
        json(serde_json::to_string(jwk))?,
        state,
        assurance.as_str(),
        &proof.storage,
        &proof.unlock,
        json(serde_json::to_string(&proof.app))?,
        &request.attestation.fmt,
        attestation,
        attestation_result(request),
        &request.push.kind,
        &request.push.token,
        &request.push.sender,
        old,
        work.now,
        cool_until,
    ];
    tx.execute(store::BIND, row).await?;
    Ok(())
}

/// Audit, notice, mail, and news for the rooms that hold something of the old phone.
async fn tell(work: &Work, tx: &mut Tx, spent: &Spent, bound: &Bound, old: Option<&DeviceId>) -> Result<(), DbError> {
    let person = spent.person.as_str();
    let facts = json!({ "device": bound.id, "replaces": old, "invitation": spent.invitation });
    audit::record(work, tx, "device.bound", person, facts.clone()).await?;
    let notice = if old.is_some() { "device-replaced" } else { "device-bound" };
    outbox::notice(work, tx, person, notice, json!({ "device": bound.id, "at": work.now.myt() })).await?;
    let ids = json!({ "device": bound.id, "replaced": old.is_some() });
    outbox::mail(work, tx, "device.bound", &Recipient::Person(person.to_owned()), ids).await?;
    outbox::event(work, tx, "device.bound", json!({ "person": person, "device": bound.id })).await
}
