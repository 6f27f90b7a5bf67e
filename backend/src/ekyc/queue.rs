//! What a reviewer sees: the queue, a case, its pictures.

use serde_json::json;

use super::decide::DecideError;
use super::model::{Document, Slot, SubmissionId};
use super::store;
use crate::account::{EkycReviewer, Officer};
use crate::blob::BlobStore;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::DbError;
use crate::kernel::work::Work;
use crate::keystore::KeyStore;
use crate::person::{self, Person, PersonId};
use crate::{args, audit};

/// One line of the queue.
#[derive(Clone, Debug)]
pub struct Queued {
    /// The check.
    pub id: SubmissionId,
    /// Since when it waits.
    pub since: Timestamp,
    /// The document.
    pub document: Document,
    /// The name as registered.
    pub name: String,
    /// False when the reviewer is the person: somebody else must decide.
    pub allowed: bool,
}

/// What the reviewer compares the pictures with.
#[derive(Clone, Debug)]
pub struct Case {
    /// The check.
    pub id: SubmissionId,
    /// The person as registered.
    pub person: Person,
    /// The full number of the document: the reviewer must compare it.
    pub number: String,
    /// Since when it waits.
    pub since: Timestamp,
    /// The pictures there are.
    pub slots: Vec<Slot>,
    /// Whether it still waits for a decision.
    pub open: bool,
}

/// The checks that wait, longest first.
pub async fn queue(work: &Work, by: &Officer<EkycReviewer>) -> Result<Vec<Queued>, DbError> {
    let mut tx = work.read().await?;
    let mut queue = Vec::new();
    for row in tx.all(store::QUEUE, args![]).await? {
        let person: PersonId = row.id("person")?;
        let Some(known) = person::by_id_in(&mut tx, &person).await? else { continue };
        queue.push(Queued {
            id: row.id("id")?,
            since: row.time("submitted_at")?,
            document: known.id_kind,
            name: known.name.to_string(),
            allowed: !by.is(&person),
        });
    }
    Ok(queue)
}

/// One check with everything to compare. Looking is written to the audit trail.
///
/// # Errors
/// [`DecideError::Unknown`], [`DecideError::Own`].
pub async fn case(
    work: &Work,
    keys: &dyn KeyStore,
    by: &Officer<EkycReviewer>,
    id: &SubmissionId,
) -> Result<Case, DecideError> {
    let mut tx = work.read().await?;
    let row = tx.first(store::CASE, args![id]).await?.ok_or(DecideError::Unknown)?;
    let person: PersonId = row.id("person")?;
    let since = row.opt_time("submitted_at")?.ok_or(DecideError::Unknown)?;
    if by.is(&person) {
        return Err(DecideError::Own);
    }
    let person = person::by_id_in(&mut tx, &person).await?.ok_or(DecideError::Unknown)?;
    let slots = tx.all(store::SLOTS, args![id]).await?;
    drop(tx);
    let number = person.identity(keys).await?.expose().to_owned();
    let facts = json!({ "by": by.account(), "submission": id });
    audit::refused(work, "ekyc.viewed", person.id.as_str(), facts).await?;
    Ok(Case {
        id: id.clone(),
        person,
        number,
        since,
        slots: slots.iter().filter_map(|row| Slot::parse(&row.text("slot").ok()?)).collect(),
        open: row.text("state")? == "SUBMITTED",
    })
}

/// One picture (JPEG) of a check.
///
/// # Errors
/// [`DecideError::Unknown`], [`DecideError::Own`].
pub async fn picture(
    work: &Work,
    blobs: &dyn BlobStore,
    by: &Officer<EkycReviewer>,
    id: &SubmissionId,
    slot: Slot,
) -> Result<Vec<u8>, DecideError> {
    let mut tx = work.read().await?;
    let row = tx.first(store::CASE, args![id]).await?.ok_or(DecideError::Unknown)?;
    if by.is(&row.id("person")?) {
        return Err(DecideError::Own);
    }
    let row = tx.first(store::PICTURE, args![id, slot.as_str()]).await?.ok_or(DecideError::Unknown)?;
    let length = u64::try_from(row.int("length")?).unwrap_or(0);
    Ok(blobs.read(&row.text("blob")?, length).await?)
}
