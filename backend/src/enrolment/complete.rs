//! The phone's answer, and the certificate that follows from it.

use serde_json::json;

use super::approver::released;
use super::model::{CompleteError, Desk, Issuance, Stage};
use super::{ISSUE, RESET, store};
use crate::certificate::{
    self, Approver, AuthoriseError, Authorised, IssueError, IssueReason, IssueRequest, Leaf, Subject,
};
use crate::device::{self, ApprovalId, Device};
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;
use crate::outbox::Recipient;
use crate::{args, audit, factor, outbox, person, vault};

/// The phone approved `approval`: takes the approval, issues the certificate and puts the key in service. Called for
/// the event `device.approved`, and by the door that took the answer; the second call finds it done.
///
/// # Errors
/// [`CompleteError`]; the approval is kept and [`recover`](super::recover()) tries again.
pub async fn approved(work: &Work, desk: &Desk, approval: &ApprovalId) -> Result<(), CompleteError> {
    take(work, approval).await?;
    match work.read().await?.first(store::BY_APPROVAL, args![approval]).await? {
        Some(row) => complete(work, desk, store::issuance(&row)?).await,
        None => Ok(()),
    }
}

/// Keeps the evidence beside the issuance in the transaction that uses the approval up: no crash loses it.
pub(super) async fn take(work: &Work, approval: &ApprovalId) -> Result<(), DbError> {
    let mut tx = work.write().await?;
    for kind in [ISSUE, RESET] {
        let Some(given) = device::take(work, &mut tx, approval, kind).await? else { continue };
        let row = args![approval, given.device(), given.evidence(), work.now];
        if tx.first(store::APPROVE, row).await?.is_none() {
            // Withdrawn meanwhile: the approval is used up for nothing, which the trail shows.
            let facts = json!({ "approval": approval });
            audit::record(work, &mut tx, "enrolment.approval-unused", given.person().as_str(), facts).await?;
        }
        return tx.commit().await;
    }
    Ok(())
}

/// The phone declined `approval`: the key that waited is destroyed, what is in force stays in force.
pub async fn declined(work: &Work, approval: &ApprovalId) -> Result<(), DbError> {
    let mut tx = work.write().await?;
    if let Some(row) = tx.first(store::DECLINE, args![approval, work.now]).await? {
        vault::discard(work, &mut tx, &row.id("vault_key_id")?).await?;
        let facts = json!({ "approval": approval, "reason": row.text("reason")? });
        audit::record(work, &mut tx, "enrolment.declined", &row.text("person_id")?, facts).await?;
    }
    tx.commit().await
}

/// From APPROVED to ISSUED, or to FAILED when the approval does not hold (any more).
pub(super) async fn complete(work: &Work, desk: &Desk, issuance: Issuance) -> Result<(), CompleteError> {
    if issuance.stage != Stage::Approved {
        return Ok(());
    }
    if !vault::waits(&mut work.read().await?, &issuance.key).await? {
        return fail(work, desk, &issuance).await;
    }
    // A crash after the authority signed: the certificate is there, only our row does not know.
    let leaf = match certificate::of_key(work, &issuance.person, &issuance.spki).await? {
        Some(leaf) => leaf,
        None => match issue(work, desk, &issuance).await? {
            Some(leaf) => leaf,
            None => return fail(work, desk, &issuance).await,
        },
    };
    // Since when the person was told: a new PIN that waited a day has had its day.
    let told = released(work, desk, &issuance.id).await?.map_or(work.now, |release| release.since);
    let mut tx = work.write().await?;
    if tx.first(store::ISSUED, args![&issuance.id, &leaf.serial, work.now]).await?.is_none() {
        return Ok(());
    }
    let old = vault::activate(work, &mut tx, &issuance.key).await?;
    let facts = json!({
        "issuance": issuance.id, "serial": leaf.serial, "reason": issuance.reason, "key": issuance.key, "destroyed": old,
    });
    audit::record(work, &mut tx, "enrolment.issued", issuance.person.as_str(), facts).await?;
    let blocked = match old {
        Some(_) => Some(factor::note_pin_change(work, &mut tx, &issuance.person, told).await?),
        None => None,
    };
    tell(work, &mut tx, &issuance, &leaf, blocked.filter(|until| *until > work.now)).await?;
    Ok(tx.commit().await?)
}

/// `None` when the approval does not authorise it: another phone now, another name, or too late.
pub(super) async fn issue(work: &Work, desk: &Desk, issuance: &Issuance) -> Result<Option<Leaf>, CompleteError> {
    let Some(evidence) = &issuance.evidence else { return Ok(None) };
    let Some(person) = person::by_id(work, &issuance.person).await? else { return Ok(None) };
    let subject = Subject { person: person.id, name: person.name };
    let request = IssueRequest::new(subject, issuance.spki.clone(), issuance.term, issuance.reason)?;
    let authorised = match released(work, desk, &issuance.id).await? {
        Some(release) => certificate::authorise(work.now, &request, release.approver(), evidence),
        None => match phone(work, issuance).await? {
            Some(phone) => by_phone(work, &request, &phone, evidence),
            None => return Ok(None),
        },
    };
    let authorised = match authorised {
        Ok(authorised) => authorised,
        Err(error) => {
            tracing::warn!(issuance = %issuance.id, %error, "an approval does not authorise its certificate");
            return Ok(None);
        }
    };
    let linted = certificate::prepare(work, &desk.authority, &request)?;
    match certificate::issue(work, &desk.authority, authorised, linted).await {
        Ok(leaf) => Ok(Some(leaf)),
        Err(IssueError::Revoked) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn by_phone(work: &Work, request: &IssueRequest, phone: &Device, evidence: &str) -> Result<Authorised, AuthoriseError> {
    let key = phone.key().map_err(|_| AuthoriseError::Signature)?.to_sec1_point(false);
    let approver = Approver::Phone { device: phone.id.as_str(), key: key.as_bytes() };
    certificate::authorise(work.now, request, approver, evidence)
}

/// The phone that approved, if it is still the person's phone.
async fn phone(work: &Work, issuance: &Issuance) -> Result<Option<Device>, DbError> {
    let Some(id) = &issuance.device else { return Ok(None) };
    let phone = device::by_id(work, id).await?;
    Ok(phone.filter(|phone| phone.may_sign() && phone.person == issuance.person))
}

/// The approval does not hold, or its key is gone: nothing of it is left, also not a certificate that the authority has
/// stored and not signed yet. Does nothing when somebody else has finished it meanwhile.
async fn fail(work: &Work, desk: &Desk, issuance: &Issuance) -> Result<(), CompleteError> {
    let mut tx = work.write().await?;
    if tx.first(store::FAIL, args![&issuance.id, work.now]).await?.is_none() {
        return Ok(());
    }
    vault::discard(work, &mut tx, &issuance.key).await?;
    let listed = certificate::abandon(work, &mut tx, &issuance.spki).await?;
    let facts = json!({ "issuance": issuance.id });
    audit::record(work, &mut tx, "enrolment.failed", issuance.person.as_str(), facts).await?;
    outbox::notice(work, &mut tx, issuance.person.as_str(), "certificate-failed", json!({})).await?;
    tx.commit().await?;
    if let Some(ca) = listed {
        certificate::publish(work, &desk.authority, ca).await;
    }
    Ok(())
}

/// The person is told by mail, and in the app of a new PIN (of every certificate the app was told when it was
/// issued), and until when mailed codes are blocked; the rooms further right hear CERT_ACTIVE (STM-2).
async fn tell(
    work: &Work,
    tx: &mut Tx,
    issuance: &Issuance,
    leaf: &Leaf,
    blocked: Option<Timestamp>,
) -> Result<(), DbError> {
    let person = issuance.person.as_str();
    let blocked = blocked.map(Timestamp::millis);
    let ids = json!({ "serial": leaf.serial, "until": leaf.not_after.millis(), "blocked": blocked });
    let reset = issuance.reason == IssueReason::PinReset;
    let mail = if reset { "enrolment.pin-reset" } else { "enrolment.certificate" };
    outbox::mail(work, tx, mail, &Recipient::Person(person.to_owned()), ids.clone()).await?;
    if reset {
        outbox::notice(work, tx, person, "pin-reset", ids).await?;
    }
    let news = json!({ "person": person, "serial": leaf.serial, "reason": issuance.reason });
    outbox::event(work, tx, "enrolment.certificate-active", news).await
}
