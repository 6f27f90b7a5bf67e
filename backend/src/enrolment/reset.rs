//! A forgotten or blocked PIN (PIN-7 to PIN-10, GAP-5): address, one-time code, document number; then the new PIN;
//! then the phone, or a day of waiting.

use std::time::Duration;

use mohor_shared::ic::IdNumber;
use mohor_shared::pin::Pin;
use mohor_shared::transcript::sha256;
use serde_json::json;

use super::begin::{ask, phone_may_approve};
use super::model::{BeginError, Desk, IssuanceId, ResetId, ResetRefused};
use super::store;
use super::wait::begin_wait;
use crate::args;
use crate::attempt;
use crate::audit;
use crate::certificate::{self, IssueReason, RevocationReason, RevokeError, Term};
use crate::factor::{self, CodeRefused, MailRefused, Reserved, Target};
use crate::kernel::db::DbError;
use crate::kernel::error::Fault as _;
use crate::kernel::secret::Secret;
use crate::kernel::work::{Actor, Work};
use crate::outbox;
use crate::person::{self, Email, Person, PersonId};
use crate::vault;

/// Codes asked for with one address in an hour (GAP-6).
const SENDS: u32 = 5;
/// Proofs sent with one address in ten minutes, the life of a code (GAP-6).
const TRIES: u32 = 5;
/// How long a proof lets somebody choose a new PIN.
const CHOOSE: Duration = Duration::from_secs(15 * 60);

/// What is proved before a new PIN is asked for (SCR-8, GAP-5).
#[derive(Clone, Debug)]
pub struct ResetProof {
    /// The address.
    pub email: Email,
    /// The number of the identity document.
    pub number: IdNumber,
    /// The code mailed to the address, or one of the phone's (GAP-5).
    pub code: Secret<String>,
}

/// A name for the limits of an address that does not repeat it.
fn limit_name(what: &str, email: &Email) -> String {
    format!("{what}:{}", hex::encode(&sha256(email.as_str().as_bytes())[..16]))
}

/// "Semak": somebody wants a new PIN for the certificate of `email`. The same rows are read and the same rows are
/// written whether or not anybody proved to hold it, and the mail goes out later ([`mail_reset_code`]): neither the
/// answer nor its time tells (PIN-7 asks for a success or failure window; GAP-5 comes first).
///
/// # Errors
/// [`ResetRefused::TooMany`] after five in an hour, for any address alike.
pub async fn start_reset(work: &Work, email: &Email) -> Result<(), ResetRefused> {
    attempt::limit(work, &limit_name("pin-reset-send", email), SENDS, Duration::from_secs(3600)).await?;
    let holder = holder(work, email).await?;
    let mut tx = work.write().await?;
    let facts = json!({ "known": holder.is_some() });
    audit::record(work, &mut tx, "pin-reset.asked", &limit_name("email", email), facts).await?;
    outbox::event(work, &mut tx, "enrolment.reset-asked", json!({ "person": holder.map(|person| person.id) })).await?;
    Ok(tx.commit().await?)
}

/// News: a new PIN was asked for. Mails the code, unless codes are blocked: then the trail knows, and the phone's codes
/// still count.
pub async fn mail_reset_code(work: &Work, person: &PersonId) -> Result<(), DbError> {
    match factor::send(work, person, &Target::pin_reset(person)).await {
        Ok(_) => Ok(()),
        Err(MailRefused::Db(error)) => Err(error),
        Err(refused) => {
            audit::refused(work, "pin-reset.not-mailed", person.as_str(), json!({ "why": refused.code() })).await
        }
    }
}

/// Who proved to hold `email` and has a key to reset. Asks the same of everybody.
async fn holder(work: &Work, email: &Email) -> Result<Option<Person>, DbError> {
    let person = person::by_email(work, email).await?;
    let id = person.as_ref().map_or_else(|| PersonId::new(work), |person| person.id.clone());
    let key = vault::active_key(&mut work.read().await?, &id).await?;
    Ok(person.filter(|_| key.is_some()))
}

/// Checks number, address and code; only then is a new PIN asked for (GAP-5). The code is used up.
///
/// # Errors
/// [`ResetRefused::Mismatch`] for every unproven case alike; [`ResetRefused::TooMany`] after five tries.
pub async fn prove_reset(work: &Work, desk: &Desk, proof: &ResetProof) -> Result<ResetId, ResetRefused> {
    attempt::limit(work, &limit_name("pin-reset-try", &proof.email), TRIES, Duration::from_secs(600)).await?;
    let Some((person, reserved)) = proven(work, desk, proof).await? else {
        audit::refused(work, "pin-reset.mismatch", &limit_name("email", &proof.email), json!({})).await?;
        return Err(ResetRefused::Mismatch);
    };
    certificate::current_for(work, &person.id).await?.ok_or(ResetRefused::NoCertificate)?;
    let id = ResetId::new(work);
    let mut tx = work.write().await?;
    let kind = reserved.consume(work, &mut tx).await.map_err(mismatch)?;
    tx.execute(store::RESET, args![&id, &person.id, work.now, work.now.plus(CHOOSE)]).await?;
    audit::record(work, &mut tx, "pin-reset.proven", person.id.as_str(), json!({ "factor": kind.as_str() })).await?;
    tx.commit().await?;
    Ok(id)
}

/// Whose new PIN the proof `id` lets somebody choose; `None` when it was used or is over.
pub async fn proved(work: &Work, id: &ResetId) -> Result<Option<Person>, DbError> {
    let row = work.read().await?.first(store::RESET_OF, args![id, work.now]).await?;
    match row {
        Some(row) => person::by_id(work, &row.id("person_id")?).await,
        None => Ok(None),
    }
}

/// Takes the new PIN: makes a new key under it and asks the phone, or waits a day where no phone can be asked. Until
/// then nothing changes; a blocked PIN stays blocked, a working one goes on working. A proof serves once.
///
/// # Errors
/// [`ResetRefused::Over`] when the proof is over or was used; it is given back when the key could not be made.
pub async fn submit_reset(work: &Work, desk: &Desk, id: &ResetId, pin: &Pin) -> Result<IssuanceId, ResetRefused> {
    let mut tx = work.write().await?;
    let row = tx.first(store::USE_RESET, args![id, work.now]).await?.ok_or(ResetRefused::Over)?;
    tx.commit().await?;
    let begun = renew(work, desk, &row.id("person_id")?, pin).await;
    if begun.is_err() {
        let mut tx = work.write().await?;
        tx.execute(store::UNUSE_RESET, args![id]).await?;
        tx.commit().await?;
    }
    begun
}

/// Instead of a new PIN: the person ends the certificate, because somebody else may know the PIN, or because it is not
/// wanted any more (GAP-13). The same proof serves, once; a key that is revoked needs neither PIN nor phone.
///
/// # Errors
/// [`ResetRefused::Over`] when the proof is over or was used; [`ResetRefused::NoCertificate`] when there is nothing to
/// revoke.
pub async fn revoke_own(work: &Work, desk: &Desk, id: &ResetId, reason: RevocationReason) -> Result<(), ResetRefused> {
    let mut tx = work.write().await?;
    let row = tx.first(store::USE_RESET, args![id, work.now]).await?.ok_or(ResetRefused::Over)?;
    let person: PersonId = row.id("person_id")?;
    let work = &work.acting_as(Actor::Person(person.to_string()));
    let leaf = certificate::current_in(&mut tx, &person, work.now).await?.ok_or(ResetRefused::NoCertificate)?;
    let ca = match certificate::within(work, &mut tx, &leaf.serial, reason).await {
        Ok(ca) => ca,
        Err(RevokeError::Db(error)) => return Err(error.into()),
        Err(_) => return Err(ResetRefused::NoCertificate),
    };
    tx.commit().await?;
    // A list that cannot be made now is made by the job; OCSP says it already.
    certificate::publish(work, &desk.authority, ca).await;
    Ok(())
}

async fn renew(work: &Work, desk: &Desk, id: &PersonId, pin: &Pin) -> Result<IssuanceId, ResetRefused> {
    let person = person::by_id(work, id).await?.ok_or(ResetRefused::Over)?;
    let in_force = certificate::current_for(work, id).await?.ok_or(ResetRefused::NoCertificate)?;
    let rest = Term::Until(in_force.not_after.millis());
    Ok(match phone_may_approve(work, id).await {
        Ok(()) => ask(work, desk, &person, rest, IssueReason::PinReset, pin).await?,
        Err(BeginError::NoPhone) => begin_wait(work, desk, &person, rest, pin).await?,
        Err(refused) => return Err(refused.into()),
    })
}

/// Address, number and code, each looked at whatever the others say: the time tells no more than the answer.
async fn proven(work: &Work, desk: &Desk, proof: &ResetProof) -> Result<Option<(Person, Reserved)>, ResetRefused> {
    let keys = desk.vault.keystore();
    // Nobody holds a fresh identifier: the same questions are asked, and answered with no. So are they of whoever gives
    // another number, whose guesses count for nobody else.
    let id_of = |person: &Option<Person>| person.as_ref().map_or_else(|| PersonId::new(work), |one| one.id.clone());
    let person = holder(work, &proof.email).await?;
    let holds = person::holds_id(work, keys, &id_of(&person), &proof.number).await?;
    let person = person.filter(|_| holds);
    let id = id_of(&person);
    match factor::check(work, keys, &id, &Target::pin_reset(&id), proof.code.expose()).await.map_err(mismatch) {
        Ok(reserved) => Ok(person.map(|person| (person, reserved))),
        Err(ResetRefused::Mismatch) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Every refusal of a code is the same to somebody who has not proved who they are.
fn mismatch(refused: CodeRefused) -> ResetRefused {
    match refused {
        CodeRefused::Keys(error) => error.into(),
        CodeRefused::Db(error) => error.into(),
        _ => ResetRefused::Mismatch,
    }
}
