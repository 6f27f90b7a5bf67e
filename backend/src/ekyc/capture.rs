//! A capture is opened, filled and submitted by the phone of the person; it can be taken up again for a week.

use std::time::Duration;

use mohor_shared::picture::{PictureError, Reason as Quality};
use serde_json::json;

use super::casekey::CaseKeyError;
use super::consent::Consent;
use super::model::{CAPTURE, CHALLENGE, Document, PROMPTS, Slot, SubmissionId};
use super::store;
use crate::attempt::{self, TooMany};
use crate::blob::BlobError;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::error::{Fault, Kind};
use crate::kernel::secret::{Secret, digest};
use crate::kernel::work::Work;
use crate::person::{self, PersonId, Phone};
use crate::{args, audit};

/// Captures a day (phone-and-factors 3.8). One that is taken up again does not count again.
const A_DAY: u32 = 5;

/// Why a capture was refused.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// There is no such person.
    #[error("no such person")]
    Nobody,
    /// The person has not agreed to the text in force (PUB-LAW-15).
    #[error("consent to the text in force is missing")]
    Consent,
    /// A reviewer is looking at an earlier submission.
    #[error("a submission is being reviewed")]
    InReview,
    /// The registered phone number is of a country that this path does not serve: the developer applies manually
    /// (EKYC-11).
    #[error("this phone number is served by the manual path")]
    Manual,
    /// The capture is not open: unknown, another phone's, submitted, or over after a week.
    #[error("the capture is not open")]
    Over,
    /// The challenge is another one or older than ten minutes: ask for a new one, the pictures are kept.
    #[error("the challenge of the capture is over")]
    Stale,
    /// A picture is missing.
    #[error("a picture is missing: {}", .0.as_str())]
    Missing(Slot),
    /// The file is no picture that can be taken.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// The picture would not be readable: the first reason is the most helpful one.
    #[error("the picture is not good enough: {}", .0.as_str())]
    Quality(Quality),
    /// Too many captures today.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The picture could not be sealed.
    #[error(transparent)]
    Key(#[from] CaseKeyError),
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
            Self::Consent => "ekyc-consent-missing",
            Self::InReview => "ekyc-in-review",
            Self::Manual => "ekyc-manual-path",
            Self::Over => "ekyc-capture-over",
            Self::Stale => "ekyc-challenge-over",
            Self::Missing(_) => "ekyc-picture-missing",
            Self::Picture(error) => error.code(),
            Self::Quality(reason) => quality_code(*reason),
            Self::TooMany(error) => error.code(),
            Self::Key(error) => error.code(),
            Self::Blob(error) => error.code(),
            Self::Db(error) => error.code(),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Nobody => Kind::Missing,
            Self::Consent | Self::Missing(_) | Self::Picture(_) | Self::Quality(_) => Kind::Invalid,
            Self::InReview => Kind::Conflict,
            Self::Manual => Kind::Denied,
            Self::Over | Self::Stale => Kind::Gone,
            Self::TooMany(error) => error.kind(),
            Self::Key(error) => error.kind(),
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

const fn quality_code(reason: Quality) -> &'static str {
    match reason {
        Quality::TooDark => "picture-too-dark",
        Quality::TooBright => "picture-too-bright",
        Quality::Blurred => "picture-blurred",
        Quality::Glare => "picture-glare",
        Quality::NoCard => "picture-no-card",
        Quality::Tilted => "picture-tilted",
        Quality::CutOff => "picture-cut-off",
        Quality::UpsideDown => "picture-upside-down",
        Quality::TooSmall => "picture-too-far",
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
    /// Those that are there already.
    pub taken: Vec<Slot>,
    /// What the person is asked to do in front of the camera.
    pub prompts: Vec<&'static str>,
    /// Until when the nonce counts.
    pub until: Timestamp,
}

/// What a new challenge consists of.
struct Challenge {
    nonce: String,
    prompts: Vec<&'static str>,
    until: Timestamp,
}

impl Challenge {
    fn new(work: &Work) -> Self {
        let drawn = work.rng().below(u32::try_from(PROMPTS.len()).unwrap_or(1));
        let prompts = PROMPTS.get(usize::try_from(drawn).unwrap_or(0)).copied().into_iter().collect();
        Self { nonce: work.rng().token(), prompts, until: work.now.plus(CHALLENGE) }
    }
}

/// Opens a capture for `person`, or takes up the open one with a new challenge. `agreed` names the version that the
/// person has agreed to; it must be that of `consent`, whose words are kept.
///
/// # Errors
/// [`CaptureError::InReview`] while a reviewer looks at an earlier one; [`CaptureError::TooMany`] after five a day;
/// [`CaptureError::Manual`] for phone numbers outside Malaysia, China, Taiwan and Japan.
pub async fn start(work: &Work, person: &PersonId, consent: &Consent, agreed: &str) -> Result<Capture, CaptureError> {
    let known = person::by_id(work, person).await?.ok_or(CaptureError::Nobody)?;
    let phone = known.phone.as_ref().and_then(|contact| Phone::parse(contact.value()).ok());
    if phone.is_some_and(|phone| !phone.suits_ekyc()) {
        return Err(CaptureError::Manual);
    }
    if agreed != consent.version {
        return Err(CaptureError::Consent);
    }
    let challenge = Challenge::new(work);
    if let Some(capture) = take_up(work, person, consent, &challenge).await? {
        return Ok(capture);
    }
    attempt::limit(work, &format!("ekyc:{person}"), A_DAY, Duration::from_secs(24 * 3600)).await?;
    let mut tx = work.write().await?;
    consent.keep(work, &mut tx).await?;
    tx.execute(store::GIVE_WAY, args![person, work.now]).await?;
    let id = match reopen(work, &mut tx, person, consent, &challenge).await? {
        Some(id) => id,
        None => open(work, &mut tx, person, known.id_kind, consent, &challenge).await?,
    };
    let facts = json!({ "submission": id, "consent": consent.version, "text": consent.digest() });
    audit::record(work, &mut tx, "ekyc.started", person.as_str(), facts).await?;
    tx.commit().await?;
    told(work, id, known.id_kind, challenge).await
}

async fn told(work: &Work, id: SubmissionId, document: Document, new: Challenge) -> Result<Capture, CaptureError> {
    let rows = work.read().await?.all(store::SLOTS, args![&id]).await?;
    let taken = rows.iter().filter_map(|row| Slot::parse(&row.text("slot").ok()?)).collect();
    let nonce = Secret::new(new.nonce);
    Ok(Capture { id, nonce, slots: Slot::needed(document), taken, prompts: new.prompts, until: new.until })
}

/// The app was closed, or the network was lost: the same capture, a new challenge.
async fn take_up(
    work: &Work,
    person: &PersonId,
    consent: &Consent,
    new: &Challenge,
) -> Result<Option<Capture>, CaptureError> {
    let mut tx = work.write().await?;
    let (nonce, prompts) = (digest(&new.nonce), new.prompts.join(" "));
    let values = args![person, nonce, new.until, prompts, &consent.version, work.now, consent.digest()];
    let Some(row) = tx.first(store::RENEW, values).await? else { return Ok(None) };
    consent.keep(work, &mut tx).await?;
    let id: SubmissionId = row.id("id")?;
    tx.execute(store::DROP_LOST, args![&id]).await?;
    let document = Document::from_stored(&row.text("document")?).unwrap_or(Document::Ic);
    audit::record(work, &mut tx, "ekyc.resumed", person.as_str(), json!({ "submission": id })).await?;
    tx.commit().await?;
    let new = Challenge { nonce: new.nonce.clone(), prompts: new.prompts.clone(), until: new.until };
    told(work, id, document, new).await.map(Some)
}

/// The reviewer asked for some pictures again: the others stay.
async fn reopen(
    work: &Work,
    tx: &mut Tx,
    person: &PersonId,
    consent: &Consent,
    new: &Challenge,
) -> Result<Option<SubmissionId>, CaptureError> {
    let Some(row) = tx.first(store::TO_RETAKE, args![person]).await? else { return Ok(None) };
    let id: SubmissionId = row.id("id")?;
    for slot in Slot::list(&row.text("retake")?) {
        tx.execute(store::REPLACE_PICTURE, args![&id, slot.as_str()]).await?;
    }
    let lapses = work.now.plus(CAPTURE);
    let (nonce, prompts) = (digest(&new.nonce), new.prompts.join(" "));
    let (version, text) = (&consent.version, consent.digest());
    let values = args![&id, person, nonce, lapses, new.until, prompts, version, work.now, text];
    match tx.first(store::REOPEN, values).await {
        Ok(reopened) => Ok(reopened.map(|_| id)),
        Err(DbError::Conflict { .. }) => Err(CaptureError::InReview),
        Err(error) => Err(error.into()),
    }
}

async fn open(
    work: &Work,
    tx: &mut Tx,
    person: &PersonId,
    document: Document,
    consent: &Consent,
    new: &Challenge,
) -> Result<SubmissionId, CaptureError> {
    let id = SubmissionId::new(work);
    let (kind, lapses) = (document.as_str(), work.now.plus(CAPTURE));
    let (nonce, prompts) = (digest(&new.nonce), new.prompts.join(" "));
    let (version, text) = (&consent.version, consent.digest());
    let values = args![&id, person, kind, nonce, work.now, lapses, new.until, prompts, version, text];
    match tx.execute(store::START, values).await {
        Ok(_) => Ok(id),
        Err(DbError::Conflict { .. }) => Err(CaptureError::InReview),
        Err(error) => Err(error.into()),
    }
}

/// Hands the pictures to the reviewers. Submitting again what was submitted is no error.
///
/// # Errors
/// [`CaptureError::Missing`] names the picture; [`CaptureError::Over`]; [`CaptureError::Stale`].
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
    let open = tx.first(store::STANDING, args![submission, person, work.now]).await?.ok_or(CaptureError::Over)?;
    let document = Document::from_stored(&open.text("document")?).unwrap_or(Document::Ic);
    let rows = tx.all(store::SLOTS, args![submission]).await?;
    let taken = rows.iter().map(|row| row.text("slot")).collect::<Result<Vec<_>, _>>()?;
    for slot in Slot::needed(document) {
        if !taken.iter().any(|word| word == slot.as_str()) {
            return Err(CaptureError::Missing(*slot));
        }
    }
    if tx.first(store::SUBMIT, args![submission, person, &nonce, work.now]).await?.is_none() {
        // Another submission of the same capture won meanwhile, or the challenge is over.
        let submitted = tx.first(store::SUBMITTED, args![submission, person, &nonce]).await?;
        return submitted.map(|_| ()).ok_or(CaptureError::Stale);
    }
    audit::record(work, &mut tx, "ekyc.submitted", person.as_str(), json!({ "submission": submission })).await?;
    Ok(tx.commit().await?)
}
