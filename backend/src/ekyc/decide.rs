//! The reviewer's decision.

use serde_json::json;

use super::model::{Reason, SubmissionId};
use super::store;
use crate::account::{EkycReviewer, Officer};
use crate::blob::BlobError;
use crate::kernel::db::DbError;
use crate::kernel::error::{Fault, Kind};
use crate::kernel::work::Work;
use crate::keystore::KeyStoreError;
use crate::outbox::Recipient;
use crate::person::PersonId;
use crate::{args, audit, outbox};

/// What the reviewer decides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decision {
    /// The person is who the document says: DILULUSKAN.
    Approve,
    /// They are not, or the document is not acceptable: DITOLAK.
    Reject(Reason),
    /// Nobody can tell from these pictures: new ones, please.
    Retake(Reason),
}

impl Decision {
    const fn state(self) -> &'static str {
        match self {
            Self::Approve => "APPROVED",
            Self::Reject(_) => "REJECTED",
            Self::Retake(_) => "RETAKE",
        }
    }

    const fn reason(self) -> Option<&'static str> {
        match self {
            Self::Approve => None,
            Self::Reject(reason) | Self::Retake(reason) => Some(reason.as_str()),
        }
    }
}

/// Why a check was not shown or not decided.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// There is no such check or picture.
    #[error("no such identity check")]
    Unknown,
    /// Nobody decides about themselves.
    #[error("this is the reviewer's own check")]
    Own,
    /// Somebody else decided meanwhile.
    #[error("already decided")]
    Decided,
    /// The key store refused.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The picture could not be read.
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Fault for DecideError {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "ekyc-unknown",
            Self::Own => "ekyc-own-check",
            Self::Decided => "ekyc-decided",
            Self::Keys(error) => error.code(),
            Self::Blob(error) => error.code(),
            Self::Db(error) => error.code(),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Unknown => Kind::Missing,
            Self::Own => Kind::Denied,
            Self::Decided => Kind::Conflict,
            Self::Keys(error) => error.kind(),
            Self::Blob(error) => error.kind(),
            Self::Db(error) => error.kind(),
        }
    }
}

/// Decides a submitted check. The person is told by mail (MAIL-5) and in the app (EKYC-5); an approval is news
/// for the rooms that wait for it.
///
/// # Errors
/// [`DecideError::Own`] when the reviewer is the person, [`DecideError::Decided`] when somebody was faster.
pub async fn decide(
    work: &Work,
    by: &Officer<EkycReviewer>,
    id: &SubmissionId,
    decision: Decision,
) -> Result<PersonId, DecideError> {
    let mut tx = work.write().await?;
    let row = tx.first(store::CASE, args![id]).await?.ok_or(DecideError::Unknown)?;
    let person: PersonId = row.id("person")?;
    if by.is(&person) {
        return Err(DecideError::Own);
    }
    let values = args![id, decision.state(), decision.reason(), by.account(), work.now];
    tx.first(store::DECIDE, values).await?.ok_or(DecideError::Decided)?;
    let ids = json!({ "submission": id, "reason": decision.reason() });
    let facts = json!({ "by": by.account(), "submission": id, "decision": decision.state() });
    audit::record(work, &mut tx, "ekyc.decided", person.as_str(), facts).await?;
    let to = Recipient::Person(person.to_string());
    let (mail, notice) = match decision {
        Decision::Approve => ("ekyc.mail-5", "ekyc-approved"),
        Decision::Reject(_) => ("ekyc.rejected", "ekyc-rejected"),
        Decision::Retake(_) => ("ekyc.retake", "ekyc-retake"),
    };
    outbox::mail(work, &mut tx, mail, &to, ids.clone()).await?;
    outbox::notice(work, &mut tx, person.as_str(), notice, ids).await?;
    if decision == Decision::Approve {
        outbox::event(work, &mut tx, "ekyc.approved", json!({ "person": person, "submission": id })).await?;
    }
    tx.commit().await?;
    Ok(person)
}
