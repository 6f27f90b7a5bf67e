//! The e-mailed code: the fallback of lower assurance (SIGN-11, SIGN-12, SIGN-15).

use std::time::Duration;

use serde_json::json;

use super::model::{CodeId, Purpose, Target};
use super::store;
use crate::attempt::{self, TooMany};
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;
use crate::outbox::Recipient;
use crate::person::{self, PersonId};
use crate::{args, audit, device, fault, outbox};

/// How long a code counts: accepted at 9:59, refused at 10:01 (SIGN-12).
const LIFE: Duration = Duration::from_secs(600);
/// The first code and five resends in an hour (GAP-6).
const SENDS: u32 = 6;
/// How long a change of contact, PIN or phone blocks the code.
const BLOCK: Duration = Duration::from_secs(24 * 3600);

/// Why no code is sent.
#[derive(Debug, thiserror::Error)]
pub enum MailRefused {
    /// Contact, PIN or phone changed within 24 hours.
    #[error("e-mailed codes are blocked after a change")]
    Blocked(#[source] TooMany),
    /// The person has no proven address.
    #[error("the person has no proven e-mail address")]
    NoAddress,
    /// Too many codes were sent.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    MailRefused {
        Blocked => "mail-code-blocked", Denied;
        NoAddress => "mail-code-no-address", Conflict;
    } transparent { TooMany, Db }
}

/// A code is on its way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MailSent {
    /// The address, masked.
    pub to: String,
    /// Until when it counts.
    pub expires_at: Timestamp,
}

/// Mails a fresh code for `target` to the person's proven address and tells the phone. An earlier one for the same
/// purpose is worth nothing from then on.
///
/// # Errors
/// [`MailRefused`].
pub async fn send(work: &Work, person: &PersonId, target: &Target) -> Result<MailSent, MailRefused> {
    let found = person::by_id(work, person).await?;
    let address = found.and_then(|person| person.email).filter(|email| email.proven_at.is_some());
    let address = address.ok_or(MailRefused::NoAddress)?;
    unblocked(work, person, target.purpose()).await.map_err(|error| match error {
        TooMany::Database(error) => MailRefused::Db(error),
        held => MailRefused::Blocked(held),
    })?;
    let purpose = target.purpose().shelf();
    attempt::limit(work, &format!("mail-code-send:{purpose}:{person}"), SENDS, Duration::from_secs(3600)).await?;

    let id = CodeId::new(work);
    let nonce = target.nonce().unwrap_or_else(|| work.rng().bytes());
    let expires_at = target.end(work.now.plus(LIFE));
    let mut tx = work.write().await?;
    tx.execute(store::SUPERSEDE_MAIL, args![person, purpose]).await?;
    let subject = target.subject().to_vec();
    tx.execute(
        store::ISSUE,
        args![&id, person, "mail", target.label(), subject, "", nonce.to_vec(), work.now, expires_at, purpose],
    )
    .await?;
    outbox::mail(work, &mut tx, "factor.mail-4", &Recipient::Person(person.to_string()), json!({ "code": id })).await?;
    outbox::notice(work, &mut tx, person.as_str(), "mail-code-sent", json!({ "at": work.now.myt() })).await?;
    let facts = json!({ "code": id, "target": target.label(), "loa": "low" });
    audit::record(work, &mut tx, "factor.mail-code-sent", person.as_str(), facts).await?;
    tx.commit().await?;
    let to = person::Email::parse(address.value()).map(|email| email.masked()).unwrap_or_default();
    Ok(MailSent { to, expires_at })
}

/// Notes that a PIN took the place of another, of which the person was told at `told`: codes on their way are void
/// (GAP-5), and e-mailed ones are blocked for 24 hours from then, until what this answers. Not for the first PIN.
pub async fn note_pin_change(
    work: &Work,
    tx: &mut Tx,
    person: &PersonId,
    told: Timestamp,
) -> Result<Timestamp, DbError> {
    for kind in ["mail", "turn"] {
        tx.execute(store::SUPERSEDE, args![person, kind]).await?;
    }
    audit::record(work, tx, "factor.codes-voided", person.as_str(), json!({ "why": "pin-changed" })).await?;
    let until = told.plus(BLOCK);
    attempt::hold(tx, &hold_name(person), until).await?;
    Ok(until)
}

fn hold_name(person: &PersonId) -> String {
    format!("mail-code:{person}")
}

/// Passes unless a change within the last 24 hours blocks codes for `purpose`: every change blocks a
/// signature, a change of contact also a new PIN, and nothing blocks looking at a page.
///
/// # Errors
/// [`TooMany::Later`] with the end of the block.
pub(super) async fn unblocked(work: &Work, person: &PersonId, purpose: Purpose) -> Result<(), TooMany> {
    if purpose == Purpose::Browser {
        return Ok(());
    }
    let mut tx = work.read().await?;
    let mut changes = vec![person::by_id_in(&mut tx, person).await?.and_then(|person| person.contact_changed_at)];
    if purpose.signs() {
        changes.push(device::changed_at(&mut tx, person).await?);
        attempt::held(work, &mut tx, &hold_name(person)).await?;
    }
    match changes.into_iter().flatten().max().map(|changed| changed.plus(BLOCK)) {
        Some(until) if until > work.now => Err(TooMany::Later { until, now: work.now }),
        _ => Ok(()),
    }
}
