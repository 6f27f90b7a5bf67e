//! Verification before anything is posted, and posting (FIN-11 to FIN-14, FIN-17, SEC-9).

use std::time::Duration;

use mohor_shared::transcript::{lp_hash, sha256};
use serde_json::json;

use super::crl::{self, Held, RevocationLists, Verdict};
use super::model::{DocumentId, DocumentState, Role};
use super::record::{Document, DocumentStep};
use super::refused::ActRefused;
use super::run::{self, Fin};
use super::store;
use crate::certificate;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;
use crate::person::PersonId;
use crate::{args, audit};

/// How long one verification may take before another one begins, and how long a held document waits.
const PATIENCE: Duration = Duration::from_secs(60);

/// How many documents one tick of the job takes.
const AT_ONCE: i64 = 100;

/// A signature that was made, with what is needed to judge it.
struct Made {
    step: DocumentStep,
    person: PersonId,
    certificate: Vec<u8>,
}

/// Verifies whatever waits for it. Run often: what is held is tried again each minute.
///
/// # Errors
/// [`ActRefused`] of the database, or of events out of their order.
pub async fn verify_due(work: &Work, lists: &dyn RevocationLists) -> Result<u64, ActRefused> {
    let due = work.read().await?.all(store::UNVERIFIED, args![work.now, AT_ONCE]).await?;
    let mut verified = 0;
    for row in due {
        let id = row.id("id")?;
        match verify(work, lists, &id).await {
            Ok(DocumentState::VerifyHeld) | Err(ActRefused::State(_)) => {}
            Ok(_) => verified += 1,
            // One broken document ends nobody else's turn. It is tried again with the next round, first in line.
            Err(error) => tracing::error!(document = %id, %error, "a document cannot be verified"),
        }
    }
    Ok(verified)
}

/// Verifies the certificate of every signature of a document that waits for it against the list as published; the file
/// itself was judged when it was signed. Good: the document goes to
/// the next signer, or is posted. Revoked: it stops. Nothing certain: it is held, and tried again. Gives its state.
///
/// # Errors
/// [`ActRefused::State`] when there is nothing to verify, or somebody is at it.
pub async fn verify(work: &Work, lists: &dyn RevocationLists, id: &DocumentId) -> Result<DocumentState, ActRefused> {
    let claim = crate::kernel::id::fresh(work.now, work.rng());
    let (document, made) = begin(work, id, &claim).await?;
    let list = lists.newest(work).await;
    let now = work.later().now;
    let verdict = match &list {
        Ok(list) => {
            let certificates: Vec<_> = made.iter().map(|made| made.certificate.clone()).collect();
            crl::judge(list, &lists.issuer(), &certificates, now)
        }
        Err(error) => {
            tracing::warn!(document = %id, %error, "a document waits for a revocation list");
            Verdict::Held(Held::Unreachable)
        }
    };
    let mut tx = work.write().await?;
    let state = match verdict {
        Verdict::Good { this_update } => {
            let list = (sha256(&list.unwrap_or_default()), this_update);
            good(work, &mut tx, &document, &claim, &made, list).await?
        }
        Verdict::Revoked { at } => stopped(work, &mut tx, &document, &claim, made.get(at)).await?,
        Verdict::Held(held) => hold(work, &mut tx, &document, &claim, held).await?,
    };
    tx.commit().await?;
    Ok(state)
}

/// Takes the document, and reads what was signed. FIN-11, once for a signature.
async fn begin(work: &Work, id: &DocumentId, claim: &str) -> Result<(Document, Vec<Made>), ActRefused> {
    let mut tx = work.write().await?;
    let document = Document::find(&mut tx, id).await?.ok_or(ActRefused::Unknown)?;
    let values = args![id, claim, work.now.plus(PATIENCE), work.now];
    tx.first(store::BEGIN_VERIFY, values).await?.ok_or(ActRefused::State(document.state))?;
    let mut made = Vec::new();
    for step in DocumentStep::all(&mut tx, id, document.version).await? {
        let Some(row) = tx.first(store::SIGNATURE, args![&step.id]).await? else { continue };
        let serial = row.text("certificate")?;
        let leaf = certificate::by_serial_in(&mut tx, &serial).await?;
        let leaf = leaf.ok_or_else(|| DbError::Inconsistent(format!("certificate {serial}")))?;
        made.push(Made { step, person: row.id("person")?, certificate: leaf.der });
    }
    let last = made.last().ok_or_else(|| DbError::Inconsistent(format!("no signature of {id}")))?;
    if run::reached(&mut tx, &last.step, &last.person).await? == Some(Fin::StatusKnown as i64) {
        run::advance(work, &mut tx, &last.step, &last.person, Fin::VerificationShown).await?;
    }
    tx.commit().await?;
    Ok((document, made))
}

/// Every signature holds: FIN-12 and FIN-13, the record, and on it goes; FIN-14.
async fn good(
    work: &Work,
    tx: &mut Tx,
    document: &Document,
    claim: &str,
    made: &[Made],
    (list, this_update): ([u8; 32], Timestamp),
) -> Result<DocumentState, ActRefused> {
    let last = made.len() == document.steps as usize;
    let state = if last { DocumentState::Posted } else { DocumentState::Submitted };
    let next = if last {
        None
    } else {
        let steps = DocumentStep::all(tx, &document.id, document.version).await?;
        steps.into_iter().nth(made.len()).map(|step| (step.role, document.desk(step.role)))
    };
    let (role, office, desk) = match &next {
        Some((role, (office, desk))) => (Some(role.as_str()), Some(office), Some(desk.as_str())),
        None => (None, None, None),
    };
    let values =
        args![&document.id, claim, state.as_str(), role, office, desk, work.now, document.step + u32::from(!last)];
    tx.first(store::GO_ON, values).await?.ok_or(ActRefused::State(document.state))?;
    for made in made {
        let values = args![&made.step.id, "VERIFIED", work.now, list.to_vec(), this_update];
        tx.execute(store::JUDGE, values).await?;
    }
    if last {
        post(work, tx, document).await?;
    }
    if let Some(newest) = made.last() {
        for event in [Fin::Verified, Fin::Accepted, Fin::Posted] {
            run::advance(work, tx, &newest.step, &newest.person, event).await?;
        }
    }
    Ok(state)
}

/// The posting: its key is that of the document's version, so that it is made once however often it is tried.
async fn post(work: &Work, tx: &mut Tx, document: &Document) -> Result<(), DbError> {
    let parts = [document.id.as_str().as_bytes(), &document.version.to_be_bytes()];
    let key = hex::encode(lp_hash("mohor/igfmas/post/v1", &parts));
    let sen = document.amount.sen();
    let values = args![&key, &document.id, document.version, document.hash.to_vec(), sen, work.now];
    tx.execute(store::POST, values).await?;
    let facts = json!({ "version": document.version, "hash": hex::encode(document.hash), "key": key });
    audit::record(work, tx, "igfmas.posted", document.id.as_str(), facts).await
}

/// A certificate is revoked: nothing is posted, and the preparer may make the next version (FIN-17).
async fn stopped(
    work: &Work,
    tx: &mut Tx,
    document: &Document,
    claim: &str,
    revoked: Option<&Made>,
) -> Result<DocumentState, ActRefused> {
    let (office, desk) = document.desk(Role::Penyedia);
    let values =
        args![&document.id, claim, work.now, "igfmas-certificate-revoked", Role::Penyedia.as_str(), &office, desk];
    tx.first(store::STOP, values).await?.ok_or(ActRefused::State(document.state))?;
    if let Some(made) = revoked {
        let values = args![&made.step.id, "REVOKED", work.now, None::<Vec<u8>>, None::<Timestamp>];
        tx.execute(store::JUDGE, values).await?;
        let facts = json!({ "version": document.version, "seq": made.step.seq, "person": made.person });
        audit::record(work, tx, "igfmas.verification-failed", document.id.as_str(), facts).await?;
    }
    Ok(DocumentState::PostFailed)
}

/// Nothing certain is known: fail closed, and try again (SEC-9).
async fn hold(
    work: &Work,
    tx: &mut Tx,
    document: &Document,
    claim: &str,
    held: Held,
) -> Result<DocumentState, ActRefused> {
    let reason = format!("igfmas-held-{}", held.as_str());
    let values = args![&document.id, claim, work.now.plus(PATIENCE), reason];
    tx.first(store::HOLD, values).await?.ok_or(ActRefused::State(document.state))?;
    let facts = json!({ "version": document.version, "step": document.step, "why": held.as_str() });
    audit::record(work, tx, "igfmas.verification-held", document.id.as_str(), facts).await?;
    Ok(DocumentState::VerifyHeld)
}
