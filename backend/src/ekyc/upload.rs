//! One picture arrives: decoded and written anew, judged, sealed, kept.

use mohor_shared::picture::{Picture, PictureError, Reason as Quality, assess};
use serde_json::json;

use super::capture::CaptureError;
use super::casekey::CaseKey;
use super::model::{Document, Slot, Source, SubmissionId};
use super::store;
use crate::attempt::{self, TooMany};
use crate::blob::BlobStore;
use crate::kernel::secret::digest;
use crate::kernel::work::Work;
use crate::keystore::KeyStore;
use crate::person::PersonId;
use crate::{args, audit};

/// So many pictures of one side are sent back; the next is taken with its faults noted. A limit of a program keeps
/// nobody out: the reviewer decides.
const PATIENCE: u32 = 2;

/// One picture on its way in.
pub struct Upload<'a> {
    /// The capture.
    pub submission: &'a SubmissionId,
    /// Its nonce.
    pub nonce: &'a str,
    /// What the picture shows.
    pub slot: Slot,
    /// Where it is from.
    pub source: Source,
    /// The person was told twice what is wrong with it and sends it all the same.
    pub anyway: bool,
    /// The file.
    pub sent: Vec<u8>,
}

/// A picture that this program wrote, and what it thinks of it.
struct Judged {
    jpeg: Vec<u8>,
    original: [u8; 32],
    size: (u32, u32),
    faults: Vec<Quality>,
}

/// Takes one picture; sent again it replaces the one before.
///
/// # Errors
/// [`CaptureError::Picture`] and [`CaptureError::Quality`] with what to do better; [`CaptureError::Over`];
/// [`CaptureError::Stale`].
pub async fn put_image(
    work: &Work,
    keys: &dyn KeyStore,
    blobs: &dyn BlobStore,
    person: &PersonId,
    upload: Upload<'_>,
) -> Result<(), CaptureError> {
    let Upload { submission, nonce, slot, source, anyway, sent } = upload;
    let document = standing(work, person, submission, nonce).await?;
    let judged = tokio::task::spawn_blocking(move || judge(&sent, slot, document)).await;
    let judged = judged.map_err(|_| PictureError::Unreadable)??;
    if !anyway {
        patience(work, submission, slot, &judged.faults).await?;
    }
    let key = CaseKey::make(work, keys, submission).await?;
    // A name of its own: a picture sent again never writes over one that is being read.
    let blob = format!("ekyc-{}", crate::kernel::id::fresh(work.now, work.rng()));
    let sealed = key.seal(work.rng(), &blob, &judged.jpeg)?;
    blobs.append(&blob, 0, &sealed).await?;
    let mut tx = work.write().await?;
    let length = i64::try_from(sealed.len()).unwrap_or(i64::MAX);
    let (faults, (width, height)) = (words(&judged.faults), judged.size);
    let original = judged.original.to_vec();
    let Some(open) = tx.first(store::PUTTING, args![submission, digest(nonce), work.now]).await? else {
        drop(tx);
        blobs.remove(&blob).await?;
        return Err(CaptureError::Stale);
    };
    let prompts = open.text("prompts")?;
    // Under the row that is held: of two pictures at once, the second replaces the first.
    let before = tx.first(store::BEFORE, args![submission, slot.as_str()]).await?;
    let before = before.map(|row| row.text("blob")).transpose()?;
    let (named, from) = (slot.as_str(), source.as_str());
    let values = args![submission, named, &blob, length, original, width, height, &faults, prompts, work.now, from];
    tx.execute(store::PUT, values).await?;
    let sha256 = hex::encode(judged.original);
    let facts = json!({ "submission": submission, "slot": named, "sha256": sha256, "faults": faults, "source": from });
    audit::record(work, &mut tx, "ekyc.picture", person.as_str(), facts).await?;
    tx.commit().await?;
    if let Some(before) = before {
        blobs.remove(&before).await?;
    }
    Ok(())
}

/// The document of an open capture whose challenge still counts.
async fn standing(
    work: &Work,
    person: &PersonId,
    submission: &SubmissionId,
    nonce: &str,
) -> Result<Document, CaptureError> {
    let row = work.read().await?.first(store::STANDING, args![submission, person, work.now]).await?;
    let row = row.ok_or(CaptureError::Over)?;
    if row.text("nonce_hash")? != digest(nonce) || row.time("challenge_until")? <= work.now {
        return Err(CaptureError::Stale);
    }
    Ok(Document::from_stored(&row.text("document")?).unwrap_or(Document::Ic))
}

fn judge(sent: &[u8], slot: Slot, document: Document) -> Result<Judged, PictureError> {
    let picture = Picture::open(sent)?;
    let faults = assess(picture.pixels(), slot.kind(document)).reasons;
    let size = picture.pixels().dimensions();
    Ok(Judged { jpeg: picture.to_jpeg(), original: *picture.original(), size, faults })
}

async fn patience(work: &Work, submission: &SubmissionId, slot: Slot, faults: &[Quality]) -> Result<(), CaptureError> {
    let Some(first) = faults.first() else { return Ok(()) };
    match attempt::spend(work, &format!("ekyc-gate:{submission}:{}", slot.as_str()), PATIENCE).await {
        Ok(_counted) => Err(CaptureError::Quality(*first)),
        Err(TooMany::Database(error)) => Err(error.into()),
        Err(_) => Ok(()),
    }
}

fn words(faults: &[Quality]) -> String {
    faults.iter().map(|fault| fault.as_str()).collect::<Vec<_>>().join(" ")
}
