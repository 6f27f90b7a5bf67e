//! What a reviewer sees: how much waits, the case they were given, its pictures.

use std::time::Duration;

use serde_json::json;

use super::casekey::CaseKey;
use super::checks::Finding;
use super::decide::DecideError;
use super::model::{Document, LEASE, Slot, Source, SubmissionId};
use super::{store, watermark};
use crate::account::{EkycReviewer, Officer};
use crate::blob::BlobStore;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Row, Tx};
use crate::kernel::work::Work;
use crate::keystore::KeyStore;
use crate::person::{self, Person, PersonId};
use crate::{args, audit};

/// A day, for "today" on the desk.
const DAY: Duration = Duration::from_secs(24 * 3600);

/// The desk of one reviewer.
#[derive(Clone, Debug)]
pub struct DeskView {
    /// Cases that wait for a decision.
    pub waiting: i64,
    /// Of these, with a reviewer.
    pub held: i64,
    /// Of these, not yet read by the program.
    pub unread: i64,
    /// Since when the oldest waits.
    pub oldest: Option<Timestamp>,
    /// The case the reviewer holds.
    pub mine: Option<SubmissionId>,
    /// What the reviewer decided in the last day, newest first.
    pub decided: Vec<Decided>,
}

/// One decision of the reviewer.
#[derive(Clone, Debug)]
pub struct Decided {
    /// The name as registered.
    pub name: String,
    /// Stored word of the decision.
    pub decision: String,
    /// When.
    pub at: Timestamp,
}

/// One picture of a case.
#[derive(Clone, Debug)]
pub struct Shown {
    /// What it shows.
    pub slot: Slot,
    /// Codes of what the program found wrong and took all the same.
    pub faults: Vec<String>,
    /// What the person had been asked to do.
    pub prompts: Vec<String>,
    /// Where it is from.
    pub source: Source,
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
    /// The document.
    pub document: Document,
    /// Since when it waits.
    pub since: Timestamp,
    /// Until when it is with this reviewer.
    pub until: Timestamp,
    /// Which attempt of the person this is.
    pub attempt: i64,
    /// The pictures there are: front, back, face.
    pub pictures: Vec<Shown>,
    /// What the program compared; empty when it could not.
    pub findings: Vec<Finding>,
    /// The consent and when it was given.
    pub consent: Option<(String, Timestamp)>,
}

/// Which picture is looked at, and the words that mark it: who looks, and when.
pub struct Look<'a> {
    /// The case.
    pub id: &'a SubmissionId,
    /// The picture.
    pub slot: Slot,
    /// Written across it.
    pub mark: &'a str,
    /// The document alone, laid flat, where its outline is found; the whole picture else.
    pub flat: bool,
}

/// How much waits, and what the reviewer has done.
pub async fn desk(work: &Work, by: &Officer<EkycReviewer>) -> Result<DeskView, DbError> {
    let mut tx = work.read().await?;
    let counts = tx.one(store::COUNTS, args![work.now]).await?;
    let mine = tx.first(store::HELD, args![by.account(), work.now]).await?;
    let mut decided = Vec::new();
    for row in tx.all(store::MINE, args![by.account(), work.now.minus(DAY)]).await? {
        let known = person::by_id_in(&mut tx, &row.id("person")?).await?;
        let name = known.map_or(String::new(), |person| person.name.to_string());
        decided.push(Decided { name, decision: row.text("decision")?, at: row.time("at")? });
    }
    Ok(DeskView {
        waiting: counts.int("waiting")?,
        held: counts.int("held")?,
        unread: counts.int("unread")?,
        oldest: counts.opt_time("oldest")?,
        mine: mine.map(|row| row.id("id")).transpose()?,
        decided,
    })
}

/// Gives the reviewer the case they hold already, or else the longest waiting one. Nobody picks.
pub async fn next(work: &Work, by: &Officer<EkycReviewer>) -> Result<Option<SubmissionId>, DbError> {
    // When two reviewers reach for one case, one of them misses it and reaches again.
    for _ in 0..5 {
        let mut tx = work.write().await?;
        if let Some(row) = tx.first(store::HELD, args![by.account(), work.now]).await? {
            return row.id("id").map(Some);
        }
        let [one, other] = [0, 1].map(|at| by.own().get(at).map_or("", PersonId::as_str));
        let values = args![by.account(), work.now, work.now.plus(LEASE), one, other];
        let given = tx.first(store::ASSIGN, values).await?;
        tx.commit().await?;
        if let Some(row) = given {
            return row.id("id").map(Some);
        }
    }
    Ok(None)
}

/// Keeps the case with the reviewer who still looks at it: the time begins anew.
///
/// # Errors
/// [`DecideError::NotHeld`]: the time was over, or the case was decided meanwhile.
pub async fn renew(work: &Work, by: &Officer<EkycReviewer>, id: &SubmissionId) -> Result<(), DecideError> {
    let mut tx = work.write().await?;
    let values = args![id, by.account(), work.now.plus(LEASE), work.now];
    tx.first(store::HOLD_ON, values).await?.ok_or(DecideError::NotHeld)?;
    Ok(tx.commit().await?)
}

/// Gives a case back undecided.
///
/// # Errors
/// [`DecideError::NotHeld`].
pub async fn release(work: &Work, by: &Officer<EkycReviewer>, id: &SubmissionId) -> Result<(), DecideError> {
    let mut tx = work.write().await?;
    let row = tx.first(store::RELEASE, args![id, by.account()]).await?.ok_or(DecideError::NotHeld)?;
    let person: PersonId = row.id("person")?;
    let facts = json!({ "by": by.account(), "submission": id });
    audit::record(work, &mut tx, "ekyc.released", person.as_str(), facts).await?;
    Ok(tx.commit().await?)
}

/// The row of a case that this reviewer holds now.
async fn held(work: &Work, tx: &mut Tx, by: &Officer<EkycReviewer>, id: &SubmissionId) -> Result<Row, DecideError> {
    let row = tx.first(store::CASE, args![id]).await?.ok_or(DecideError::Unknown)?;
    if by.is(&row.id("person")?) {
        return Err(DecideError::Own);
    }
    let with = row.opt_text("holder")?.as_deref() == Some(by.account().as_str());
    if !with || row.time("held_until")? <= work.now || row.text("state")? != "SUBMITTED" {
        return Err(DecideError::NotHeld);
    }
    Ok(row)
}

/// The case the reviewer holds, with everything to compare. Looking is written to the audit trail.
///
/// # Errors
/// [`DecideError::Unknown`], [`DecideError::Own`], [`DecideError::NotHeld`].
pub async fn case(
    work: &Work,
    keys: &dyn KeyStore,
    by: &Officer<EkycReviewer>,
    id: &SubmissionId,
) -> Result<Case, DecideError> {
    let mut tx = work.read().await?;
    let row = held(work, &mut tx, by, id).await?;
    let person: PersonId = row.id("person")?;
    let since = row.opt_time("submitted_at")?.ok_or(DecideError::Unknown)?;
    let person = person::by_id_in(&mut tx, &person).await?.ok_or(DecideError::Unknown)?;
    let rows = tx.all(store::PICTURES, args![id]).await?;
    drop(tx);
    let mut pictures: Vec<_> = rows.iter().map(shown).collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
    pictures.sort_by_key(|one| one.slot);
    let number = person.identity(keys).await?.expose().to_owned();
    let facts = json!({ "by": by.account(), "submission": id });
    audit::refused(work, "ekyc.viewed", person.id.as_str(), facts).await?;
    Ok(Case {
        id: id.clone(),
        number,
        document: person.id_kind,
        person,
        since,
        until: row.time("held_until")?,
        attempt: row.int("attempt")?,
        pictures,
        findings: findings(work, keys, id, &row).await?,
        consent: row.opt_text("consent")?.zip(row.opt_time("consented_at")?),
    })
}

fn shown(row: &Row) -> Result<Option<Shown>, DbError> {
    let words = |text: String| text.split_whitespace().map(str::to_owned).collect();
    let Some(slot) = Slot::parse(&row.text("slot")?) else { return Ok(None) };
    let (faults, prompts) = (words(row.text("quality")?), words(row.text("prompts")?));
    Ok(Some(Shown { slot, faults, prompts, source: Source::parse(&row.text("source")?) }))
}

async fn findings(work: &Work, keys: &dyn KeyStore, id: &SubmissionId, row: &Row) -> Result<Vec<Finding>, DecideError> {
    let Some(sealed) = row.opt_bytes("findings")? else { return Ok(Vec::new()) };
    let text = CaseKey::of(work, keys, id).await?.open("findings", &sealed)?;
    Ok(serde_json::from_slice(&text).unwrap_or_default())
}

/// One picture (JPEG) of a case that the reviewer holds. Every look is in the audit trail.
///
/// # Errors
/// [`DecideError::Unknown`], [`DecideError::Own`], [`DecideError::NotHeld`].
pub async fn picture(
    work: &Work,
    keys: &dyn KeyStore,
    blobs: &dyn BlobStore,
    by: &Officer<EkycReviewer>,
    look: Look<'_>,
) -> Result<Vec<u8>, DecideError> {
    let Look { id, slot, mark, flat } = look;
    let mut tx = work.read().await?;
    let row = held(work, &mut tx, by, id).await?;
    let person: PersonId = row.id("person")?;
    let document = Document::from_stored(&row.text("document")?).unwrap_or(Document::Ic);
    let row = tx.first(store::PICTURE, args![id, slot.as_str()]).await?.ok_or(DecideError::Unknown)?;
    drop(tx);
    let (blob, length) = (row.text("blob")?, u64::try_from(row.int("length")?).unwrap_or(0));
    let sealed = blobs.read(&blob, length).await?;
    let jpeg = CaseKey::of(work, keys, id).await?.open(&blob, &sealed)?;
    let facts = json!({ "by": by.account(), "submission": id, "slot": slot.as_str() });
    audit::refused(work, "ekyc.picture-viewed", person.as_str(), facts).await?;
    let (mark, kind) = (mark.to_owned(), flat.then(|| slot.kind(document)));
    let marked = tokio::task::spawn_blocking(move || watermark::mark(&jpeg, &mark, kind)).await;
    marked.ok().flatten().ok_or(DecideError::Unknown)
}
