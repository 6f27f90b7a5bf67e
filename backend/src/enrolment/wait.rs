//! A new PIN without a phone: a day of waiting in which everybody concerned can stop it, or an officer who has the
//! person in front of them (house section 6: the mail alone never resets a PIN).

use std::time::Duration;

use mohor_shared::approve::{Answer, Decision};
use mohor_shared::jws::b64;
use mohor_shared::pin::Pin;
use serde_json::json;

use super::approver::{TIME, label};
use super::begin::make;
use super::complete::complete;
use super::model::{BeginError, CompleteError, Desk, Issuance, IssuanceId, Wait, WaitRefused};
use super::store;
use crate::account::{Fresh, Officer, RegistrationOfficer};
use crate::certificate::{IssueReason, IssueRequest, OFFICER_ANSWER, Subject, Term, WAITED_ANSWER};
use crate::device::platform;
use crate::kernel::db::DbError;
use crate::kernel::work::Work;
use crate::keystore::{self, KeyStore, KeyStoreError};
use crate::outbox::Recipient;
use crate::person::{self, Person, PersonId};
use crate::vault::{self, NewKey};
use crate::{args, audit, outbox};

/// Sets the links that stop a new PIN apart from others.
const LINK_PURPOSE: &str = "mohor/pin-reset-cancel";
/// How long a new PIN waits when no phone can confirm it.
pub(super) const WAIT: Duration = Duration::from_secs(24 * 3600);
/// How long after that it may still come into force, should the authority not answer.
const GRACE: Duration = Duration::from_secs(7 * 86_400);

/// Makes and seals the key under the new PIN and tells everybody; nothing is in force yet.
pub(super) async fn begin_wait(
    work: &Work,
    desk: &Desk,
    person: &Person,
    term: Term,
    pin: &Pin,
) -> Result<IssuanceId, BeginError> {
    let (made, mut tx) = make(work, desk, &person.id, pin).await?;
    let NewKey { id: key, spki } = made.keep(work, &mut tx).await?;
    let (id, ready_at) = (IssuanceId::new(work), work.now.plus(WAIT));
    let reason = IssueReason::PinReset;
    // The issuance stands for the approval it does not have.
    let row =
        args![&id, &person.id, &key, spki, term.word(), reason.as_str(), id.as_str(), work.now, ready_at.plus(GRACE)];
    tx.execute(store::INSERT, row).await?;
    tx.execute(store::WAIT, args![&id, &person.id, work.now, ready_at]).await?;
    let facts = json!({ "issuance": id, "key": key, "ready_at": ready_at.rfc3339() });
    audit::record(work, &mut tx, "pin-reset.waits", person.id.as_str(), facts).await?;
    let ids = json!({ "issuance": id, "ready": ready_at.myt() });
    outbox::mail(work, &mut tx, "enrolment.reset-waits", &Recipient::Person(person.id.to_string()), ids.clone())
        .await?;
    outbox::notice(work, &mut tx, person.id.as_str(), "pin-reset-waits", ids).await?;
    let news = json!({ "person": person.id, "since": work.now.millis(), "until": ready_at.millis() });
    outbox::event(work, &mut tx, "enrolment.reset-waits", news).await?;
    tx.commit().await?;
    Ok(id)
}

/// The new PIN that waits for `person`, if any.
pub async fn waiting_for(work: &Work, person: &PersonId) -> Result<Option<Wait>, DbError> {
    let row = work.read().await?.first(store::WAITING_FOR, args![person]).await?;
    row.map(|row| store::wait(&row)).transpose()
}

/// The token of the link `/set-semula-pin/batal/{token}`: the issuance and a MAC.
///
/// # Errors
/// [`KeyStoreError`] when the key store refuses.
pub async fn cancel_link(keys: &dyn KeyStore, id: &IssuanceId) -> Result<String, KeyStoreError> {
    keystore::link_token(keys, LINK_PURPOSE, id.as_str()).await
}

/// What a mailed cancel link is about, while it can be cancelled. Looking changes nothing.
///
/// # Errors
/// [`WaitRefused::Link`], [`WaitRefused::Over`].
pub async fn cancellable(work: &Work, keys: &dyn KeyStore, token: &str) -> Result<Wait, WaitRefused> {
    let id: IssuanceId = keystore::linked(keys, LINK_PURPOSE, token).await?.ok_or(WaitRefused::Link)?;
    let row = work.read().await?.first(store::WAIT_OF, args![&id]).await?.ok_or(WaitRefused::Over)?;
    Ok(store::wait(&row)?)
}

/// The link in the mail stops a new PIN: its key is destroyed, the old PIN stays.
///
/// # Errors
/// [`WaitRefused`].
pub async fn cancel(work: &Work, keys: &dyn KeyStore, token: &str) -> Result<(), WaitRefused> {
    let wait = cancellable(work, keys, token).await?;
    if stop(work, &wait, "link").await? { Ok(()) } else { Err(WaitRefused::Over) }
}

/// News: the person said "not me" on a phone. A new PIN that waits is stopped.
pub async fn on_not_me(work: &Work, person: &PersonId) -> Result<(), DbError> {
    if let Some(wait) = waiting_for(work, person).await? {
        stop(work, &wait, "not-me").await?;
    }
    Ok(())
}

async fn stop(work: &Work, wait: &Wait, by: &str) -> Result<bool, DbError> {
    let mut tx = work.write().await?;
    if tx.first(store::CANCEL_WAIT, args![&wait.issuance, by, work.now]).await?.is_none() {
        return Ok(false);
    }
    if let Some(row) = tx.first(store::DECLINE, args![wait.issuance.as_str(), work.now]).await? {
        vault::discard(work, &mut tx, &row.id("vault_key_id")?).await?;
    }
    let person = wait.person.as_str();
    audit::record(work, &mut tx, "pin-reset.cancelled", person, json!({ "issuance": wait.issuance, "by": by })).await?;
    let ids = json!({ "at": work.now.myt() });
    outbox::mail(work, &mut tx, "enrolment.reset-cancelled", &Recipient::Person(person.to_owned()), ids.clone())
        .await?;
    outbox::notice(work, &mut tx, person, "pin-reset-cancelled", ids).await?;
    tx.commit().await?;
    Ok(true)
}

/// Puts every new PIN in force that has waited long enough (a job).
pub(super) async fn release_due(work: &Work, desk: &Desk) -> Result<(), CompleteError> {
    let due = work.read().await?.all(store::WAITS_DUE, args![work.now]).await?;
    for row in due {
        let wait = store::wait(&row)?;
        let id = wait.issuance.clone();
        if let Err(error) = release(work, desk, &wait, TIME).await {
            tracing::error!(issuance = %id, %error, "a new PIN could not come into force; it is tried again");
        }
    }
    Ok(())
}

/// An officer, freshly proved, has the person and the identity document in front of them: the new PIN comes into force at once.
///
/// # Errors
/// [`WaitRefused::Own`] when the officer is the person.
pub async fn approve_at_desk(
    work: &Work,
    desk: &Desk,
    officer: &Officer<RegistrationOfficer>,
    _: Fresh,
    id: &IssuanceId,
) -> Result<(), WaitRefused> {
    let row = work.read().await?.first(store::WAIT_OF, args![id]).await?.ok_or(WaitRefused::Over)?;
    let wait = store::wait(&row)?;
    if officer.is(&wait.person) {
        return Err(WaitRefused::Own);
    }
    if release(work, desk, &wait, officer.account().as_str()).await? { Ok(()) } else { Err(WaitRefused::Over) }
}

/// Writes the authorisation with the key of whoever releases, keeps it beside the issuance, and completes.
async fn release(work: &Work, desk: &Desk, wait: &Wait, by: &str) -> Result<bool, CompleteError> {
    let row = work.read().await?.one(store::BY_ID, args![&wait.issuance]).await?;
    let issuance = store::issuance(&row)?;
    let Some(request) = request(work, &issuance).await? else { return Ok(false) };
    let typ = if by == TIME { WAITED_ANSWER } else { OFFICER_ANSWER };
    let evidence = platform::sign_as(desk.vault.keystore(), &label(by), typ, &answer(work, wait, by, &request)).await?;
    let mut tx = work.write().await?;
    let released = tx.first(store::RELEASE_WAIT, args![&wait.issuance, by, work.now]).await?.is_some()
        && tx.first(store::APPROVE, args![wait.issuance.as_str(), None::<&str>, evidence, work.now]).await?.is_some();
    if !released {
        return Ok(false);
    }
    let facts = json!({ "issuance": wait.issuance, "by": by });
    audit::record(work, &mut tx, "pin-reset.released", wait.person.as_str(), facts).await?;
    tx.commit().await?;
    let row = work.read().await?.one(store::BY_ID, args![&wait.issuance]).await?;
    complete(work, desk, store::issuance(&row)?).await?;
    Ok(true)
}

async fn request(work: &Work, issuance: &Issuance) -> Result<Option<IssueRequest>, CompleteError> {
    let Some(person) = person::by_id(work, &issuance.person).await? else { return Ok(None) };
    let subject = Subject { person: person.id, name: person.name };
    Ok(Some(IssueRequest::new(subject, issuance.spki.clone(), issuance.term, issuance.reason)?))
}

fn answer(work: &Work, wait: &Wait, by: &str, request: &IssueRequest) -> Answer {
    let iat = work.now.seconds();
    Answer {
        aud: String::new(),
        device_id: by.to_owned(),
        sid: wait.issuance.to_string(),
        nonce: b64(&work.rng().bytes::<32>()),
        binding: String::new(),
        subject_h: b64(&request.digest()),
        decision: Decision::Approve,
        reason: None,
        display_h: String::new(),
        uv: "none".to_owned(),
        app_rand: b64(&work.rng().bytes::<32>()),
        iat,
        exp: iat + 60,
        jti: b64(&work.rng().bytes::<16>()),
    }
}
