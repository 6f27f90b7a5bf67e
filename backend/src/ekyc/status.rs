//! How the identity check of a person stands, and the proof of an approval.

use serde_json::json;

use super::model::{Document, Reason, Slot, Status, SubmissionId};
use super::store;
use crate::factor::IdentityApproved;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::error::{Fault, Kind};
use crate::kernel::settings;
use crate::kernel::work::Work;
use crate::person::PersonId;
use crate::{args, audit, outbox};

/// Proof that the identity check of a person was approved and still counts.
#[derive(Debug)]
pub struct Approved {
    person: PersonId,
    submission: SubmissionId,
    until: Timestamp,
}

impl Approved {
    /// Whose.
    pub const fn person(&self) -> &PersonId {
        &self.person
    }

    /// The fact that the factor room asks for before a secret is given to a phone.
    pub fn vouch(&self) -> IdentityApproved {
        IdentityApproved::of(self.person.clone())
    }

    /// Which check.
    pub const fn submission(&self) -> &SubmissionId {
        &self.submission
    }

    /// Until when it counts.
    pub const fn until(&self) -> Timestamp {
        self.until
    }
}

/// Why there is no proof.
#[derive(Debug, thiserror::Error)]
pub enum NotApproved {
    /// The check is missing, under review, rejected or over.
    #[error("the identity check is not approved")]
    Yet(Status),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Fault for NotApproved {
    fn code(&self) -> &'static str {
        match self {
            Self::Yet(_) => "ekyc-not-approved",
            Self::Db(error) => error.code(),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Yet(_) => Kind::Denied,
            Self::Db(error) => error.kind(),
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Yet(status) => vec![("status", status.as_str().to_owned())],
            Self::Db(_) => Vec::new(),
        }
    }
}

/// How the newest check of `person` stands. An approval that still counts stands above anything newer: new
/// pictures do not lock out somebody whose identity is known.
pub async fn status(work: &Work, person: &PersonId) -> Result<Status, DbError> {
    status_in(work, &mut work.read().await?, person).await
}

async fn status_in(work: &Work, tx: &mut Tx, person: &PersonId) -> Result<Status, DbError> {
    if let Some(row) = tx.first(store::APPROVED, args![person, work.now]).await? {
        return Ok(Status::Approved { until: row.time("valid_until")? });
    }
    let Some(row) = tx.first(store::NEWEST, args![person]).await? else { return Ok(Status::Missing) };
    let reason = row.opt_text("reason")?.and_then(|word| Reason::from_stored(&word));
    Ok(match (row.text("state")?.as_str(), reason) {
        ("SUBMITTED", _) => Status::InReview,
        ("APPROVED", _) => Status::Ended { at: row.opt_time("valid_until")?.unwrap_or(work.now) },
        ("REJECTED", Some(reason)) => Status::Rejected(reason),
        ("RETAKE" | "OPEN", Some(reason)) => Status::Retake(reason),
        _ => Status::Missing,
    })
}

/// Whether a check of `person` waits for its decision or was ever passed: what the card says was compared with the
/// name, or is about to be.
pub async fn stands_on_name(tx: &mut Tx, person: &PersonId) -> Result<bool, DbError> {
    Ok(tx.first(store::STANDS_ON_NAME, args![person]).await?.is_some())
}

/// The proof that the check of `person` was approved and counts now (EKYC-6).
///
/// # Errors
/// [`NotApproved::Yet`] with how it stands.
pub async fn approved(work: &Work, person: &PersonId) -> Result<Approved, NotApproved> {
    let mut tx = work.read().await?;
    match tx.first(store::APPROVED, args![person, work.now]).await? {
        Some(row) => {
            Ok(Approved { person: person.clone(), submission: row.id("id")?, until: row.time("valid_until")? })
        }
        None => Err(NotApproved::Yet(status_in(work, &mut tx, person).await?)),
    }
}

/// News: a certificate that lasts until `until` was issued to `person`. Where the operator has it so, the first one on
/// an approval decides how long the approval counts (GAP-8); renewals do not prolong it.
pub async fn on_certificate(
    work: &Work,
    policy: &settings::Ekyc,
    person: &PersonId,
    until: Timestamp,
) -> Result<(), DbError> {
    if !policy.ends_with_certificate {
        return Ok(());
    }
    let mut tx = work.write().await?;
    let Some(row) = tx.first(store::CERTIFIED, args![person, until, work.now]).await? else { return Ok(()) };
    let id: SubmissionId = row.id("id")?;
    let facts = json!({ "submission": id, "until": until.rfc3339() });
    audit::record(work, &mut tx, "ekyc.certified", person.as_str(), facts).await?;
    tx.commit().await
}

/// Approvals that have ended are news for whoever waits with them (`ekyc.ended`), once each.
pub(super) async fn end(work: &Work) -> Result<(), DbError> {
    let mut tx = work.write().await?;
    for row in tx.all(store::ENDED, args![work.now]).await? {
        let (id, person): (SubmissionId, PersonId) = (row.id("id")?, row.id("person")?);
        outbox::event(work, &mut tx, "ekyc.ended", json!({ "person": person, "submission": id })).await?;
    }
    tx.commit().await
}

/// How many pictures of the capture that may be taken up again have arrived, of how many; none when none is open.
pub async fn progress(work: &Work, person: &PersonId) -> Result<Option<(u32, u32)>, DbError> {
    let Some(row) = work.read().await?.first(store::PROGRESS, args![person, work.now]).await? else { return Ok(None) };
    let document = Document::from_stored(&row.text("document")?).unwrap_or(Document::Ic);
    let needed = u32::try_from(Slot::needed(document).len()).unwrap_or(0);
    Ok(Some((u32::try_from(row.int("taken")?).unwrap_or(0), needed)))
}

/// When the pictures of `submission` began to be taken.
pub async fn taken_at(work: &Work, submission: &str) -> Result<Option<Timestamp>, DbError> {
    work.read().await?.one(store::TAKEN_AT, args![submission]).await?.opt_time("taken_at")
}
