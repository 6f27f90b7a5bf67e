//! Taking pictures: a capture is opened, filled and submitted by the phone of the person.

use std::time::Duration;

use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::image::{self, PictureError};
use super::model::{CAPTURE, Document, Slot, SubmissionId};
use super::store;
use crate::attempt::{self, TooMany};
use crate::blob::{BlobError, BlobStore};
use crate::kernel::db::DbError;
use crate::kernel::error::{Fault, Kind};
use crate::kernel::secret::Secret;
use crate::kernel::work::Work;
use crate::person::{self, PersonId, Phone};
use crate::{args, audit};

/// Captures a day (phone-and-factors 3.8).
const A_DAY: u32 = 5;

/// Why a capture was refused.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// There is no such person.
    #[error("no such person")]
    Nobody,
    /// A reviewer is looking at an earlier submission.
    #[error("a submission is being reviewed")]
    InReview,
    /// The registered phone number is of a country that this path does not serve: the developer applies manually
    /// (EKYC-11).
    #[error("this phone number is served by the manual path")]
    Manual,
    /// The capture is not open: unknown, another phone's, submitted, or over after an hour.
    #[error("the capture is not open")]
    Over,
    /// A picture is missing.
    #[error("a picture is missing: {}", .0.as_str())]
    Missing(Slot),
    /// The picture was not taken.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// Too many captures today.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The picture could not be stored.
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Fault for CaptureError {
    fn code(&self) -> &'static str {
        match self {
            Self::Nobody => "person-unknown",
            Self::InReview => "ekyc-in-review",
            Self::Manual => "ekyc-manual-path",
            Self::Over => "ekyc-capture-over",
            Self::Missing(_) => "ekyc-picture-missing",
            Self::Picture(error) => error.code(),
            Self::TooMany(error) => error.code(),
            Self::Blob(error) => error.code(),
            Self::Db(error) => error.code(),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Nobody => Kind::Missing,
            Self::InReview => Kind::Conflict,
            Self::Manual => Kind::Denied,
            Self::Over => Kind::Gone,
            Self::Missing(_) => Kind::Invalid,
            Self::Picture(error) => error.kind(),
            Self::TooMany(error) => error.kind(),
            Self::Blob(error) => error.kind(),
            Self::Db(error) => error.kind(),
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Missing(slot) => vec![("slot", slot.as_str().to_owned())],
            Self::TooMany(error) => error.facts(),
            _ => Vec::new(),
        }
    }
}

/// An open capture, as the phone is told of it.
#[derive(Debug)]
pub struct Capture {
    /// Names it.
    pub id: SubmissionId,
    /// Sent back with every picture: only the phone that asked knows it.
    pub nonce: Secret<String>,
    /// The pictures that are needed.
    pub slots: &'static [Slot],
    /// Seconds until it is over.
    pub seconds: u64,
}

fn digest(nonce: &str) -> String {
    hex::encode(Sha256::digest(nonce.as_bytes()))
}

/// Opens a capture for `person`. An unfinished one before it lapses.
///
/// # Errors
/// [`CaptureError::InReview`] while a reviewer looks at an earlier one; [`CaptureError::TooMany`] after five a day;
/// [`CaptureError::Manual`] for phone numbers outside Malaysia, China, Taiwan and Japan.
pub async fn start(work: &Work, person: &PersonId) -> Result<Capture, CaptureError> {
    let known = person::by_id(work, person).await?.ok_or(CaptureError::Nobody)?;
    let phone = known.phone.as_ref().and_then(|contact| Phone::parse(contact.value()).ok());
    if phone.is_some_and(|phone| !phone.suits_ekyc()) {
        return Err(CaptureError::Manual);
    }
    attempt::limit(work, &format!("ekyc:{person}"), A_DAY, Duration::from_secs(24 * 3600)).await?;
    let (id, nonce) = (SubmissionId::new(work), work.rng().token());
    let mut tx = work.write().await?;
    tx.execute(store::GIVE_WAY, args![person]).await?;
    let lapses = work.now.plus(CAPTURE);
    let values = args![&id, person, known.id_kind.as_str(), digest(&nonce), work.now, lapses];
    match tx.execute(store::START, values).await {
        Ok(_) => {}
        Err(DbError::Conflict { .. }) => return Err(CaptureError::InReview),
        Err(error) => return Err(error.into()),
    }
    audit::record(work, &mut tx, "ekyc.started", person.as_str(), json!({ "submission": id })).await?;
    tx.commit().await?;
    Ok(Capture { id, nonce: Secret::new(nonce), slots: Slot::needed(known.id_kind), seconds: CAPTURE.as_secs() })
}

/// Takes one picture; sent again it replaces the one before.
///
/// # Errors
/// [`CaptureError::Picture`] with what to do better; [`CaptureError::Over`].
pub async fn put_image(
    work: &Work,
    blobs: &dyn BlobStore,
    person: &PersonId,
    submission: &SubmissionId,
    nonce: &str,
    slot: Slot,
    sent: Vec<u8>,
) -> Result<(), CaptureError> {
    let open = args![submission, person, digest(nonce), work.now];
    work.read().await?.first(store::OPEN, open.clone()).await?.ok_or(CaptureError::Over)?;
    let cleaned = tokio::task::spawn_blocking(move || image::clean(&sent)).await;
    let cleaned = cleaned.map_err(|_| PictureError::Unreadable)??;
    // A name of its own: a picture sent again never writes over one that a reviewer may be reading.
    let blob = format!("ekyc-{}", crate::kernel::id::fresh(work.now, work.rng()));
    blobs.append(&blob, 0, &cleaned.jpeg).await?;
    let mut tx = work.write().await?;
    tx.first(store::OPEN, open).await?.ok_or(CaptureError::Over)?;
    let length = i64::try_from(cleaned.jpeg.len()).unwrap_or(i64::MAX);
    let (original, width, height) = (cleaned.original.to_vec(), cleaned.width, cleaned.height);
    let values = args![submission, slot.as_str(), blob, length, original, width, height, work.now];
    tx.execute(store::PUT, values).await?;
    let facts = json!({ "submission": submission, "slot": slot.as_str(), "sha256": hex::encode(cleaned.original) });
    audit::record(work, &mut tx, "ekyc.picture", person.as_str(), facts).await?;
    Ok(tx.commit().await?)
}

/// Hands the pictures to the reviewers. Submitting again what was submitted is no error.
///
/// # Errors
/// [`CaptureError::Missing`] names the picture; [`CaptureError::Over`].
pub async fn submit(
    work: &Work,
    person: &PersonId,
    submission: &SubmissionId,
    nonce: &str,
) -> Result<(), CaptureError> {
    let nonce = digest(nonce);
    let mut tx = work.write().await?;
    if tx.first(store::SUBMITTED, args![submission, person, &nonce]).await?.is_some() {
        return Ok(());
    }
    let open = tx.first(store::OPEN, args![submission, person, &nonce, work.now]).await?.ok_or(CaptureError::Over)?;
    let document = Document::from_stored(&open.text("document")?).unwrap_or(Document::Ic);
    let rows = tx.all(store::SLOTS, args![submission]).await?;
    let taken = rows.iter().map(|row| row.text("slot")).collect::<Result<Vec<_>, _>>()?;
    for slot in Slot::needed(document) {
        if !taken.iter().any(|word| word == slot.as_str()) {
            return Err(CaptureError::Missing(*slot));
        }
    }
    let swapped = tx.first(store::SUBMIT, args![submission, person, &nonce, work.now]).await?;
    swapped.ok_or(CaptureError::Over)?;
    audit::record(work, &mut tx, "ekyc.submitted", person.as_str(), json!({ "submission": submission })).await?;
    Ok(tx.commit().await?)
}
