//! How the identity check of a person stands, and the proof of an approval.

use super::model::{Reason, Status, SubmissionId, VALID};
use super::store;
use crate::args;
use crate::factor::IdentityApproved;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::error::{Fault, Kind};
use crate::kernel::work::Work;
use crate::person::PersonId;

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
    if let Some(row) = tx.first(store::APPROVED, args![person, work.now.minus(VALID)]).await? {
        return Ok(Status::Approved { until: row.time("decided_at")?.plus(VALID) });
    }
    let Some(row) = tx.first(store::NEWEST, args![person]).await? else { return Ok(Status::Missing) };
    let reason = row.opt_text("reason")?.and_then(|word| Reason::parse(&word));
    Ok(match (row.text("state")?.as_str(), reason) {
        ("SUBMITTED", _) => Status::InReview,
        ("REJECTED", Some(reason)) => Status::Rejected(reason),
        ("RETAKE" | "OPEN", Some(reason)) => Status::Retake(reason),
        _ => Status::Missing,
    })
}

/// The proof that the check of `person` was approved and counts now (EKYC-6).
///
/// # Errors
/// [`NotApproved::Yet`] with how it stands.
pub async fn approved(work: &Work, person: &PersonId) -> Result<Approved, NotApproved> {
    let mut tx = work.read().await?;
    match tx.first(store::APPROVED, args![person, work.now.minus(VALID)]).await? {
        Some(row) => Ok(Approved {
            person: person.clone(),
            submission: row.id("id")?,
            until: row.time("decided_at")?.plus(VALID),
        }),
        None => Err(NotApproved::Yet(status_in(work, &mut tx, person).await?)),
    }
}

/// When the pictures of `submission` began to be taken.
pub async fn taken_at(work: &Work, submission: &str) -> Result<Option<Timestamp>, DbError> {
    let row = work.read().await?.first(store::TAKEN_AT, args![submission]).await?;
    row.map(|row| row.time("opened_at")).transpose()
}
