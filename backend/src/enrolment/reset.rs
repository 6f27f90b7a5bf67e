//! A forgotten or blocked PIN (PIN-7 to PIN-10, GAP-5): address, one-time code, document number, phone.

use std::time::Duration;

use mohor_shared::ic::IdNumber;
use mohor_shared::pin::Pin;
use mohor_shared::transcript::sha256;
use serde_json::json;

use super::begin::{ask, phone_may_approve};
use super::model::{Desk, IssuanceId, ResetRefused};
use crate::attempt;
use crate::audit;
use crate::certificate::{self, IssueReason, Term};
use crate::factor::{self, CodeRefused, MailRefused, Reserved, Target};
use crate::kernel::db::DbError;
use crate::kernel::secret::Secret;
use crate::kernel::work::Work;
use crate::person::{self, Email, Person, PersonId};
use crate::vault;

/// Codes asked for with one address in an hour (GAP-6).
const SENDS: u32 = 5;
/// Forms sent with one address in ten minutes, the life of a code (GAP-6).
const TRIES: u32 = 5;

/// What the reset form sends (SCR-8).
#[derive(Clone, Debug)]
pub struct ResetForm {
    /// The address.
    pub email: Email,
    /// The number of the identity document.
    pub number: IdNumber,
    /// The code mailed to the address, or one of the phone's (GAP-5).
    pub code: Secret<String>,
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
    let Some(person) = holder(work, email).await? else {
        return Ok(audit::refused(work, "pin-reset.unknown", &limit_name("email", email), json!({})).await?);
    };
    match factor::send(work, &person.id, &Target::pin_reset(&person.id)).await {
        Ok(_) => Ok(()),
        Err(MailRefused::Db(error)) => Err(error.into()),
        // Blocked after a change, or too many: the answer is the same, the trail knows. The phone's codes still count.
        Err(refused) => {
            let why = json!({ "why": crate::kernel::error::Fault::code(&refused) });
            Ok(audit::refused(work, "pin-reset.not-mailed", person.id.as_str(), why).await?)
        }
    }
}

/// Who proved to hold `email` and has a key to reset.
async fn holder(work: &Work, email: &Email) -> Result<Option<Person>, DbError> {
    let Some(person) = person::by_email(work, email).await? else { return Ok(None) };
    let key = vault::active_key(&mut work.read().await?, &person.id).await?;
    Ok(key.map(|_| person))
}

/// Takes the reset form: makes a new key under the new PIN and asks the phone. Until the phone approves nothing
/// changes; a blocked PIN stays blocked, a working one goes on working.
///
/// # Errors
/// [`ResetRefused::Mismatch`] for every unproven case alike; [`ResetRefused::TooMany`] after five tries.
pub async fn submit_reset(work: &Work, desk: &Desk, form: &ResetForm) -> Result<IssuanceId, ResetRefused> {
    attempt::limit(work, &limit_name("pin-reset-try", &form.email), TRIES, Duration::from_secs(600)).await?;
    let Some((person, reserved)) = proven(work, desk, form).await? else {
        audit::refused(work, "pin-reset.mismatch", &limit_name("email", &form.email), json!({})).await?;
        return Err(ResetRefused::Mismatch);
    };
    let in_force = certificate::current_for(work, &person.id).await?.ok_or(ResetRefused::NoCertificate)?;
    phone_may_approve(work, &person.id).await?;
    let mut tx = work.write().await?;
    let kind = reserved.consume(work, &mut tx).await.map_err(mismatch)?;
    audit::record(work, &mut tx, "pin-reset.proven", person.id.as_str(), json!({ "factor": kind.as_str() })).await?;
    tx.commit().await?;
    let rest = Term::Until(in_force.not_after.millis());
    Ok(ask(work, desk, &person, rest, IssueReason::PinReset, &form.pin).await?)
}

/// Address, number and code, each looked at whatever the others say: the time tells no more than the answer.
async fn proven(work: &Work, desk: &Desk, form: &ResetForm) -> Result<Option<(Person, Reserved)>, ResetRefused> {
    let keys = desk.vault.keystore();
    let person = holder(work, &form.email).await?;
    // Nobody holds a fresh identifier: the same questions are asked, and answered with no.
    let id = person.as_ref().map_or_else(|| PersonId::new(work), |person| person.id.clone());
    let holds = person::holds_id(work, keys, &id, &form.number).await?;
    match factor::check(work, keys, &id, &Target::pin_reset(&id), form.code.expose()).await.map_err(mismatch) {
        Ok(reserved) => Ok(person.filter(|_| holds).map(|person| (person, reserved))),
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
