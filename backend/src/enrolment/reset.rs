//! A forgotten or blocked PIN (PIN-7 to PIN-10, GAP-5): address, mailed code, document number, phone.

use std::time::Duration;

use mohor_shared::code::SixDigits;
use mohor_shared::ic::IdNumber;
use mohor_shared::pin::Pin;
use mohor_shared::transcript::sha256;
use serde_json::json;

use super::begin::ask;
use super::model::{Desk, IssuanceId, ResetId, ResetRefused};
use super::store;
use crate::attempt;
use crate::certificate::{self, IssueReason, Term};
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;
use crate::keystore::{KeyStore, KeyStoreError};
use crate::outbox::Recipient;
use crate::person::{self, Email, Person, PersonId};
use crate::vault;
use crate::{args, audit, outbox};

/// How long the mailed code counts (SEC-3), and the window of the tries at it.
const VALID: Duration = Duration::from_secs(10 * 60);
/// Codes mailed to one address in an hour (GAP-6).
const SENDS: u32 = 5;
/// Tries with one address while a code counts (GAP-6).
const TRIES: u32 = 5;
/// After a new PIN no e-mailed code is accepted for this long: who could reset the PIN may also read the mail.
const NO_MAILED_CODES: Duration = Duration::from_secs(24 * 3600);

/// What the reset form sends (SCR-8).
#[derive(Clone, Debug)]
pub struct ResetForm {
    /// The address.
    pub email: Email,
    /// The number of the identity document.
    pub number: IdNumber,
    /// The code mailed to the address.
    pub code: SixDigits,
    /// The new PIN.
    pub pin: Pin,
}

/// A name for the limits of an address that does not repeat it.
fn limit_name(what: &str, email: &Email) -> String {
    format!("{what}:{}", hex::encode(&sha256(email.as_str().as_bytes())[..16]))
}

/// Mails a code to `email` if somebody with a certificate proved to hold it. Says the same whether or not (PIN-7
/// asks for a success or failure window; GAP-5 and the rule that addresses are not to be tried out come first).
///
/// # Errors
/// [`ResetRefused::TooMany`] after five in an hour, for any address alike.
pub async fn start_reset(work: &Work, email: &Email) -> Result<(), ResetRefused> {
    attempt::limit(work, &limit_name("pin-reset-send", email), SENDS, Duration::from_secs(3600)).await?;
    let person = holder(work, email).await?;
    let mut tx = work.write().await?;
    let Some(person) = person else {
        audit::record(work, &mut tx, "pin-reset.unknown", &limit_name("email", email), json!({})).await?;
        return Ok(tx.commit().await?);
    };
    let id = ResetId::new(work);
    tx.execute(store::SUPERSEDE_RESET, args![&person.id, work.now]).await?;
    tx.execute(store::INSERT_RESET, args![&id, &person.id, work.now.plus(VALID), work.now]).await?;
    let to = Recipient::Person(person.id.to_string());
    outbox::mail(work, &mut tx, "enrolment.pin-reset-code", &to, json!({ "reset": id })).await?;
    audit::record(work, &mut tx, "pin-reset.started", person.id.as_str(), json!({ "reset": id })).await?;
    Ok(tx.commit().await?)
}

/// Who proved to hold `email` and has a key to reset.
async fn holder(work: &Work, email: &Email) -> Result<Option<Person>, DbError> {
    let Some(person) = person::by_email(work, email).await? else { return Ok(None) };
    let key = vault::active_key(&mut work.read().await?, &person.id).await?;
    Ok(key.map(|_| person))
}

/// The code of one reset: derived, so that no row holds it.
///
/// # Errors
/// [`KeyStoreError::Unavailable`] when the key store does not answer.
pub async fn code_for(keys: &dyn KeyStore, reset: &ResetId) -> Result<SixDigits, KeyStoreError> {
    let mac = keys.hmac("enrolment/pin-reset-code", reset.as_str().as_bytes()).await?;
    let mut first = [0; 8];
    first.copy_from_slice(&mac[..8]);
    // 2⁶⁴ / 10⁶: the bias of the remainder is below 10⁻¹³.
    let digits = format!("{:06}", u64::from_be_bytes(first) % 1_000_000);
    SixDigits::parse(&digits).map_err(|_| KeyStoreError::Broken("reset code".to_owned()))
}

/// Takes the reset form: makes a new key under the new PIN and asks the phone. Until the phone approves nothing
/// changes; a blocked PIN stays blocked, a working one goes on working.
///
/// # Errors
/// [`ResetRefused::Mismatch`] for every unproven case alike; [`ResetRefused::TooMany`] after five tries.
pub async fn submit_reset(work: &Work, desk: &Desk, form: &ResetForm) -> Result<IssuanceId, ResetRefused> {
    attempt::limit(work, &limit_name("pin-reset-try", &form.email), TRIES, VALID).await?;
    let Some((person, reset)) = proven(work, desk, form).await? else {
        let subject = limit_name("email", &form.email);
        audit::refused(work, "pin-reset.mismatch", &subject, json!({})).await?;
        return Err(ResetRefused::Mismatch);
    };
    let in_force = certificate::current_for(work, &person.id).await?.ok_or(ResetRefused::NoCertificate)?;
    let mut tx = work.write().await?;
    tx.first(store::USE_RESET, args![&reset, work.now]).await?.ok_or(ResetRefused::Mismatch)?;
    audit::record(work, &mut tx, "pin-reset.proven", person.id.as_str(), json!({ "reset": reset })).await?;
    tx.commit().await?;
    let rest = Term::Until(in_force.not_after.millis());
    Ok(ask(work, desk, &person, rest, IssueReason::PinReset, &form.pin).await?)
}

/// Address, number and code, each looked at whatever the others say: the time tells no more than the answer.
async fn proven(work: &Work, desk: &Desk, form: &ResetForm) -> Result<Option<(Person, ResetId)>, ResetRefused> {
    let keys = desk.vault.keystore();
    let person = holder(work, &form.email).await?;
    let id = person.as_ref().map_or_else(|| PersonId::new(work), |person| person.id.clone());
    let row = work.read().await?.first(store::OPEN_RESET, args![&id, work.now]).await?;
    let open: Option<ResetId> = row.map(|row| row.id("id")).transpose()?;
    let holds = person::holds_id(work, keys, &id, &form.number).await?;
    let reset = open.clone().unwrap_or_else(|| ResetId::new(work));
    let right = code_for(keys, &reset).await? == form.code;
    Ok(person.zip(open).filter(|_| holds && right))
}

/// A new PIN voids what was on its way under the old one (GAP-5).
pub(super) async fn void_codes(work: &Work, tx: &mut Tx, person: &PersonId) -> Result<(), DbError> {
    attempt::hold(tx, &format!("mail-code:{person}"), work.now.plus(NO_MAILED_CODES)).await
}
