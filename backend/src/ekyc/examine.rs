//! A submitted case is examined by the program before a person looks: flatten, read, compare.
//!
//! A job calls [`examine`] until nothing is left. A crash leaves the case with an expired lease, and the next call
//! begins again; the result is stored once. After three tries the case goes to the reviewer unread.

use std::sync::Arc;
use std::time::Duration;

use image::RgbImage;
use mohor_shared::picture::{Picture, assess, rectify};
use serde_json::json;

use super::casekey::{CaseKey, CaseKeyError};
use super::checks::{self, Check, Compared, Finding, Outcome};
use super::decide::{Decision, tell};
use super::model::{Document, Reason, Slot, SubmissionId};
use super::port::{FaceVerifier, ReadError, Reader};
use super::{reading, store};
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
    let key = match CaseKey::of(work, &*with.keys, &id).await {
        Err(CaseKeyError::Erased) => return ask_again(work, &id, &person, &row).await,
        key => key?,
    };
    let found = findings(work, with, &key, &person, &row).await;
    let findings = match found {
        Err(error) if row.int("check_tries")? < TRIES => return Err(error),
        Err(error) => {
            tracing::warn!(%error, submission = %id, "a case goes to the reviewer unread");
            Vec::new()
        }
        Ok(findings) => findings,
    };
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

/// Pictures from before cases had keys of their own cannot be opened by anybody: the person is told so, and asked for
/// new ones. No reviewer is given such a case.
async fn ask_again(work: &Work, id: &SubmissionId, person: &PersonId, row: &Row) -> Result<bool, ExamineError> {
    let document = Document::from_stored(&row.text("document")?).unwrap_or(Document::Ic);
    let lost = Decision::Retake(Reason::Lost, Vec::new());
    let slots = lost.slots(document);
    let mut tx = work.write().await?;
    if tx.first(store::LOST, args![id, lost.reason(), &slots, work.now]).await?.is_some() {
        tell(work, &mut tx, person, id, (&lost, &slots)).await?;
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
    key: &CaseKey,
    person: &PersonId,
    row: &Row,
) -> Result<Vec<Finding>, ExamineError> {
    let document = Document::from_stored(&row.text("document")?).unwrap_or(Document::Ic);
    let known = person::by_id(work, person).await?.ok_or(ExamineError::Nobody)?;
    let number = known.identity(&*with.keys).await?;
    let opened = open(work, with, key, &row.id("id")?).await?;
    let (front, back) = (flat(&opened, Slot::Front, document).await?, flat(&opened, Slot::Back, document).await?);
    let mut texts = [None, None, None];
    for (page, text) in [&front, &back].into_iter().zip(&mut texts) {
        if let Some(page) = page {
            *text = reading::card(&*with.reader, page).await?;
        }
    }
    if let (Some(front), Document::Passport) = (&front, document) {
        texts[2] = reading::zone(&*with.reader, front).await?;
    }
    let name = known.name.to_string();
    let mut findings = checks::compare(&Compared {
        document,
        name: &name,
        number: number.expose(),
        front: texts[0].as_deref(),
        back: texts[1].as_deref(),
        zone: texts[2].as_deref(),
        same_file: same_file(&opened),
        today: work.now.myt_ymd(),
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

async fn open(work: &Work, with: &Examiner, key: &CaseKey, id: &SubmissionId) -> Result<Vec<Opened>, ExamineError> {
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

fn same_file(opened: &[Opened]) -> bool {
    let of = |slot| opened.iter().find(|one| one.slot == slot).map(|one| &one.original);
    matches!((of(Slot::Front), of(Slot::Back)), (Some(front), Some(back)) if front == back)
}
