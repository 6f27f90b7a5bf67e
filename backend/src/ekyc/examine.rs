//! A submitted case is examined by the program before a person looks: flatten, read, compare.
//!
//! A job calls [`examine`] until nothing is left. A crash leaves the case with an expired lease, and the next call
//! begins again; the result is stored once. After three tries the case goes to the reviewer unread.

use std::sync::Arc;
use std::time::Duration;

use image::{GrayImage, RgbImage, imageops};
use mohor_shared::picture::{Picture, assess, rectify};
use serde_json::json;

use super::casekey::{CaseKey, CaseKeyError};
use super::checks::{self, Check, Compared, Finding, Outcome};
use super::model::{Document, Slot, SubmissionId};
use super::port::{FaceVerifier, ReadError, Reader};
use super::store;
use crate::blob::{BlobError, BlobStore};
use crate::kernel::db::{DbError, Row};
use crate::kernel::work::Work;
use crate::keystore::{KeyStore, KeyStoreError};
use crate::person::{self, PersonId};
use crate::{args, audit};

const LEASE: Duration = Duration::from_secs(120);
const TRIES: i64 = 3;

/// What examining takes; `app.rs` builds it once.
pub struct Examiner {
    /// Opens what is sealed.
    pub keys: Arc<dyn KeyStore>,
    /// The pictures.
    pub blobs: Arc<dyn BlobStore>,
    /// Reads text.
    pub reader: Arc<dyn Reader>,
    /// Compares faces.
    pub faces: Arc<dyn FaceVerifier>,
    /// Of a hundred cases, how many are looked at by a second reviewer who does not know of the first.
    pub second_review_percent: u32,
}

/// Why a case was not examined now.
#[derive(Debug, thiserror::Error)]
pub enum ExamineError {
    /// The reader failed.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A picture of ours did not decode.
    #[error("a stored picture does not decode")]
    Broken,
    /// The person is gone.
    #[error("no such person")]
    Nobody,
    /// The case is sealed.
    #[error(transparent)]
    Key(#[from] CaseKeyError),
    /// The key store refused.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The disk refused.
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// What lies on the desk while a case is examined.
struct Opened {
    slot: Slot,
    pixels: RgbImage,
    original: Vec<u8>,
    prompts: Vec<String>,
}

/// Examines the case that waits longest; false when none waits.
///
/// # Errors
/// [`ExamineError`]: the case is tried again after the lease.
pub async fn examine(work: &Work, with: &Examiner) -> Result<bool, ExamineError> {
    let mut tx = work.write().await?;
    let claimed = tx.first(store::CLAIM, args![work.now, work.now.plus(LEASE)]).await?;
    tx.commit().await?;
    let Some(row) = claimed else { return Ok(false) };
    let (id, person): (SubmissionId, PersonId) = (row.id("id")?, row.id("person")?);
    let found = findings(work, with, &id, &person, &row).await;
    let findings = match found {
        Err(error) if row.int("check_tries")? < TRIES => return Err(error),
        Err(error) => {
            tracing::warn!(%error, submission = %id, "a case goes to the reviewer unread");
            Vec::new()
        }
        Ok(findings) => findings,
    };
    let key = CaseKey::of(work, &*with.keys, &id).await?;
    let text = serde_json::to_vec(&findings).map_err(|_| ExamineError::Broken)?;
    let sealed = key.seal(work.rng(), "findings", &text)?;
    let risk = findings.iter().any(|finding| finding.outcome == Outcome::Differs);
    let sampled = is_sampled(with, &id).await?;
    let mut tx = work.write().await?;
    let values = args![&id, row.int("attempt")?, work.now, sealed, risk, sampled];
    if tx.first(store::EXAMINED, values).await?.is_some() {
        let facts = json!({ "submission": id, "risk": risk, "sampled": sampled });
        audit::record(work, &mut tx, "ekyc.examined", person.as_str(), facts).await?;
        tx.commit().await?;
    }
    Ok(true)
}

/// The sample is drawn with a key: nobody can tell beforehand, and everybody with the key can draw it again.
async fn is_sampled(with: &Examiner, id: &SubmissionId) -> Result<bool, ExamineError> {
    let drawn = with.keys.hmac("ekyc-sample", id.as_str().as_bytes()).await?;
    Ok(u32::from_be_bytes([drawn[0], drawn[1], drawn[2], drawn[3]]) % 100 < with.second_review_percent)
}

async fn findings(
    work: &Work,
    with: &Examiner,
    id: &SubmissionId,
    person: &PersonId,
    row: &Row,
) -> Result<Vec<Finding>, ExamineError> {
    let document = Document::from_stored(&row.text("document")?).unwrap_or(Document::Ic);
    let known = person::by_id(work, person).await?.ok_or(ExamineError::Nobody)?;
    let number = known.identity(&*with.keys).await?;
    let opened = open(work, with, id).await?;
    let (front, back) = (flat(&opened, Slot::Front, document).await?, flat(&opened, Slot::Back, document).await?);
    let mut texts = [None, None];
    for (page, text) in [&front, &back].into_iter().zip(&mut texts) {
        if let Some(page) = page {
            *text = read(&*with.reader, page).await?;
        }
    }
    let name = known.name.to_string();
    let mut findings = checks::compare(&Compared {
        document,
        name: &name,
        number: number.expose(),
        front: texts[0].as_deref(),
        back: texts[1].as_deref(),
        same_file: same_file(&opened),
        year: work.now.myt_ymd().0,
    });
    findings.extend(faces(&*with.faces, front.as_ref(), &opened).await);
    Ok(findings)
}

async fn faces(verifier: &dyn FaceVerifier, front: Option<&RgbImage>, opened: &[Opened]) -> [Finding; 2] {
    let face = opened.iter().find(|one| one.slot == Slot::Selfie);
    let (mut same, mut alive) = (None, None);
    if let (Some(front), Some(face)) = (front, face) {
        same = verifier.same_person(front, &face.pixels).await;
        alive = verifier.alive(&face.pixels, &face.prompts).await;
    }
    [Finding::new(Check::Face, Outcome::of(same)), Finding::new(Check::Liveness, Outcome::of(alive))]
}

async fn open(work: &Work, with: &Examiner, id: &SubmissionId) -> Result<Vec<Opened>, ExamineError> {
    let key = CaseKey::of(work, &*with.keys, id).await?;
    let rows = work.read().await?.all(store::PICTURES, args![id]).await?;
    let mut opened = Vec::new();
    for row in rows {
        let (blob, length) = (row.text("blob")?, u64::try_from(row.int("length")?).unwrap_or(0));
        let Some(slot) = Slot::parse(&row.text("slot")?) else { continue };
        let jpeg = key.open(&blob, &with.blobs.read(&blob, length).await?)?;
        let picture = tokio::task::spawn_blocking(move || Picture::open(&jpeg)).await;
        let picture = picture.map_err(|_| ExamineError::Broken)?.map_err(|_| ExamineError::Broken)?;
        let prompts = row.text("prompts")?.split_whitespace().map(str::to_owned).collect();
        opened.push(Opened { slot, pixels: picture.into_pixels(), original: row.bytes("original")?, prompts });
    }
    Ok(opened)
}

/// The document laid flat, or the whole picture when no outline was found.
async fn flat(opened: &[Opened], slot: Slot, document: Document) -> Result<Option<RgbImage>, ExamineError> {
    let Some(one) = opened.iter().find(|one| one.slot == slot) else { return Ok(None) };
    let (pixels, kind) = (one.pixels.clone(), slot.kind(document));
    let flat = tokio::task::spawn_blocking(move || match (assess(&pixels, kind).corners, kind.flat()) {
        (Some(corners), Some(size)) => rectify(&pixels, &corners, size),
        _ => pixels,
    });
    Ok(Some(flat.await.map_err(|_| ExamineError::Broken)?))
}

/// The text of a page; once more upside down when nothing like a document came of it. `None` without a reader.
async fn read(reader: &dyn Reader, page: &RgbImage) -> Result<Option<String>, ExamineError> {
    let grey: GrayImage = imageops::grayscale(page);
    let text = match reader.read(grey.clone()).await {
        Err(ReadError::NotInstalled) => return Ok(None),
        text => text?,
    };
    if checks::has_number(&text) {
        return Ok(Some(text));
    }
    let turned = reader.read(imageops::rotate180(&grey)).await?;
    // Upside down, a reader sees few letters.
    let letters = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).count();
    let better = checks::has_number(&turned) || letters(&turned) > 2 * letters(&text);
    Ok(Some(if better { turned } else { text }))
}

fn same_file(opened: &[Opened]) -> bool {
    let of = |slot| opened.iter().find(|one| one.slot == slot).map(|one| &one.original);
    matches!((of(Slot::Front), of(Slot::Back)), (Some(front), Some(back)) if front == back)
}
