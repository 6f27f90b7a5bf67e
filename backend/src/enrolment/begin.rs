//! The certificate page: particulars, PIN, and a question to the phone.

use std::time::Duration;

use mohor_shared::approve::Display;
use mohor_shared::pin::Pin;
use mohor_shared::transcript::sha256;
use serde_json::json;

use super::model::{BeginError, Desk, IssuanceId, Progress};
use super::{ISSUE, RESET, store};
use crate::certificate::{self, IssueReason, IssueRequest, Subject, Term};
use crate::device::{self, Question};
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;
use crate::person::{self, Person, PersonId, Residence};
use crate::vault::{self, NewKey};
use crate::{args, audit, ekyc};

/// How long the phone may take to answer.
const PATIENCE: Duration = Duration::from_secs(15 * 60);
/// A certificate that lasts longer than this is not renewed yet (GAP-10: it must last until the turn arrives).
const LASTS: Duration = Duration::from_secs(7 * 86_400);

/// What the certificate page sends (SCR-1).
#[derive(Clone, Debug)]
pub struct Application {
    /// Who.
    pub person: PersonId,
    /// The term that was ordered (GAP-10).
    pub term: Term,
    /// Nationality, address, postcode (CERT-4, CERT-5).
    pub residence: Residence,
    /// The PIN (CERT-3).
    pub pin: Pin,
}

/// Makes and seals the key of a certificate and asks the person's phone to approve it.
///
/// # Errors
/// [`BeginError`]; refused before a key is made, except when somebody else was faster.
pub async fn begin(work: &Work, desk: &Desk, application: &Application) -> Result<IssuanceId, BeginError> {
    let person = person::by_id(work, &application.person).await?.ok_or(BeginError::Nobody)?;
    ekyc::approved(work, &person.id).await?;
    let reason = reason(work, &person.id).await?;
    let mut tx = work.write().await?;
    person::complete(work, &mut tx, &person.id, &application.residence).await?;
    tx.commit().await?;
    ask(work, desk, &person, application.term, reason, &application.pin).await
}

/// First, or a renewal of one that has ended or soon will.
async fn reason(work: &Work, person: &PersonId) -> Result<IssueReason, BeginError> {
    let in_force = match vault::active_key(&mut work.read().await?, person).await? {
        Some(key) => certificate::of_key(work, person, &key.spki).await?,
        None => None,
    };
    match in_force {
        Some(leaf) if leaf.is_good(work.now.plus(LASTS)) => Err(BeginError::NotNeeded),
        _ if certificate::all_for(work, person).await?.is_empty() => Ok(IssueReason::First),
        _ => Ok(IssueReason::Renewal),
    }
}

/// The common part of a certificate and of a reset.
pub(super) async fn ask(
    work: &Work,
    desk: &Desk,
    person: &Person,
    term: Term,
    reason: IssueReason,
    pin: &Pin,
) -> Result<IssuanceId, BeginError> {
    phone_may_approve(work, &person.id).await?;
    let (made, mut tx) = make(work, desk, &person.id, pin).await?;
    let NewKey { id: key, spki } = made.keep(work, &mut tx).await?;
    let subject = Subject { person: person.id.clone(), name: person.name.clone() };
    let request = IssueRequest::new(subject, spki.clone(), term, reason)?;
    let question = Question {
        person: person.id.clone(),
        kind: if reason == IssueReason::PinReset { RESET } else { ISSUE },
        // The person, not the issuance: a newer question withdraws the older one.
        reference: person.id.to_string(),
        subject: request.digest(),
        display: display(desk, person, &request, work.now),
        life: PATIENCE,
    };
    let id = IssuanceId::new(work);
    let approval = device::ask(work, &mut tx, &question).await?;
    let expires = work.now.plus(PATIENCE);
    let row = args![&id, &person.id, &key, spki, term.word(), reason.as_str(), approval.as_str(), work.now, expires];
    tx.execute(store::INSERT, row).await?;
    let facts = json!({ "issuance": id, "reason": reason, "term": term.word(), "key": key });
    audit::record(work, &mut tx, "enrolment.asked", person.id.as_str(), facts).await?;
    tx.commit().await?;
    Ok(id)
}

/// A phone that may approve, before a key is made for nothing.
pub(super) async fn phone_may_approve(work: &Work, person: &PersonId) -> Result<(), BeginError> {
    let phone = device::current(work, person).await?;
    let may = phone.is_some_and(|phone| phone.may_sign());
    if may { Ok(()) } else { Err(BeginError::NoPhone) }
}

/// A new key, and the transaction that stores it with the row it waits for. What waited is given up in the same
/// transaction: of two that are begun at once one stands, with its key. What the phone has approved is left to finish.
pub(super) async fn make(
    work: &Work,
    desk: &Desk,
    person: &PersonId,
    pin: &Pin,
) -> Result<(vault::Made, Tx), BeginError> {
    not_underway(&mut work.read().await?, person).await?;
    let made = vault::make(work, &desk.vault, person, desk.spec, pin).await?;
    let mut tx = work.write().await?;
    person::hold(&mut tx, person).await?;
    tx.execute(store::WITHDRAW, args![person, work.now]).await?;
    not_underway(&mut tx, person).await?;
    Ok((made, tx))
}

async fn not_underway(tx: &mut Tx, person: &PersonId) -> Result<(), BeginError> {
    let underway = tx.first(store::UNDERWAY, args![person]).await?;
    underway.map_or(Ok(()), |_| Err(BeginError::Underway))
}

/// What the phone shows: whom the certificate names, until when it lasts, and the key it is about.
fn display(desk: &Desk, person: &Person, request: &IssueRequest, now: Timestamp) -> Display {
    let say = |key: &str| person.lang.say(key);
    let title = if request.reason() == IssueReason::PinReset { "approve-pin-reset" } else { "approve-certificate" };
    let key = hex::encode_upper(&sha256(request.spki())[..8]);
    let key = key.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ");
    Display {
        lang: person.lang.tag().to_owned(),
        title: say(title),
        facts: vec![
            (say("approve-name"), person.name.to_string()),
            (say("approve-until"), request.term().end(now).myt()),
            (say("approve-key"), key),
        ],
        requester: desk.requester.clone(),
    }
}

/// How far the issuance `id` has come, for the page that waits.
pub async fn progress(work: &Work, id: &IssuanceId) -> Result<Option<Progress>, DbError> {
    let row = work.read().await?.first(store::BY_ID, args![id]).await?;
    let Some(one) = row.map(|row| store::issuance(&row)).transpose()? else { return Ok(None) };
    Ok(Some(Progress {
        person: one.person,
        stage: one.stage,
        reason: one.reason,
        expires_at: one.expires_at,
        ready_at: work
            .read()
            .await?
            .first(store::READY_AT, args![id])
            .await?
            .map(|row| row.time("ready_at"))
            .transpose()?,
        certificate: one.certificate,
    }))
}
