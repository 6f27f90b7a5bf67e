//! The reviewer's decision, and what follows from several.

use serde_json::json;

use super::casekey::CaseKeyError;
use super::model::{Document, Reason, Slot, SubmissionId};
use super::store;
use crate::account::{EkycReviewer, Officer};
use crate::blob::BlobError;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::settings;
use crate::kernel::work::Work;
use crate::keystore::KeyStoreError;
use crate::outbox::Recipient;
use crate::person::PersonId;
use crate::{args, audit, fault, outbox};

/// Everything a reviewer must have looked at before an approval. Only a complete list makes one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checklist(());

impl Checklist {
    /// What has to be ticked; `ekyc-tick-<word>` is its message.
    pub const ITEMS: [&str; 5] = ["number", "name", "portrait", "prompts", "genuine"];

    /// The list, if every item of [`Checklist::ITEMS`] is ticked.
    pub fn complete(ticked: impl Fn(&str) -> bool) -> Option<Self> {
        Self::ITEMS.iter().all(|item| ticked(item)).then_some(Self(()))
    }
}

/// What the reviewer decides.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Decision {
    /// The person is who the document says: DILULUSKAN.
    Approve(Checklist),
    /// They are not, or the document is not acceptable: DITOLAK.
    Reject(Reason),
    /// Nobody can tell from these pictures: new ones of these sides, please. No side means all.
    Retake(Reason, Vec<Slot>),
}

impl Decision {
    const fn state(&self) -> &'static str {
        match self {
            Self::Approve(_) => "APPROVED",
            Self::Reject(_) => "REJECTED",
            Self::Retake(..) => "RETAKE",
        }
    }

    pub(super) const fn reason(&self) -> Option<&'static str> {
        match self {
            Self::Approve(_) => None,
            Self::Reject(reason) | Self::Retake(reason, _) => Some(reason.as_str()),
        }
    }

    pub(super) fn slots(&self, document: Document) -> String {
        match self {
            Self::Retake(_, slots) if slots.is_empty() => Slot::words(Slot::needed(document)),
            Self::Retake(_, slots) => Slot::words(slots),
            _ => String::new(),
        }
    }

    fn ticked(&self) -> String {
        if matches!(self, Self::Approve(_)) { Checklist::ITEMS.join(" ") } else { String::new() }
    }
}

/// What became of a decision.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Settled {
    /// The person is told.
    Final,
    /// Another reviewer looks, who is not told of this one.
    AnotherLook,
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
    /// The case was not given to this reviewer, or the time for it is over.
    #[error("the case is not with this reviewer")]
    NotHeld,
    /// Somebody else decided meanwhile.
    #[error("already decided")]
    Decided,
    /// The person took the consent back meanwhile.
    #[error("the consent was withdrawn")]
    Withdrawn,
    /// The pictures cannot be opened.
    #[error(transparent)]
    Key(#[from] CaseKeyError),
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

fault! {
    DecideError {
        Unknown => "ekyc-unknown", Missing;
        Own => "ekyc-own-check", Denied;
        NotHeld => "ekyc-not-held", Conflict;
        Decided => "ekyc-decided", Conflict;
        Withdrawn => "ekyc-withdrawn", Conflict;
    } transparent { Key, Keys, Blob, Db }
}

/// Whether the looks so far settle a case. `doubtful`: drawn for the sample, or approved against a finding.
/// Two that agree settle it; after two that do not, the third decides.
fn settles(looks: &[String], doubtful: bool) -> bool {
    match looks {
        [_] => !doubtful,
        [first, second] => first == second,
        _ => true,
    }
}

/// Decides a case that the reviewer holds. When that settles it, the person is told by mail (MAIL-5) and in the app
/// (EKYC-5), and an approval is news for the rooms that wait for it.
///
/// # Errors
/// [`DecideError::Own`] when the reviewer is the person, [`DecideError::NotHeld`] when the case went to somebody
/// else, [`DecideError::Decided`] when it is settled, [`DecideError::Withdrawn`]. `policy` says how long an approval
/// counts (GAP-8).
pub async fn decide(
    work: &Work,
    policy: &settings::Ekyc,
    by: &Officer<EkycReviewer>,
    id: &SubmissionId,
    decision: &Decision,
) -> Result<Settled, DecideError> {
    let mut tx = work.write().await?;
    let row = tx.first(store::CASE, args![id]).await?.ok_or(DecideError::Unknown)?;
    let person: PersonId = row.id("person")?;
    if by.is(&person) {
        return Err(DecideError::Own);
    }
    match row.text("state")?.as_str() {
        "SUBMITTED" => {}
        "LAPSED" => return Err(DecideError::Withdrawn),
        _ => return Err(DecideError::Decided),
    }
    let (attempt, round) = (row.int("attempt")?, row.int("round")?);
    let document = Document::from_stored(&row.text("document")?).unwrap_or(Document::Ic);
    let (slots, ticked) = (decision.slots(document), decision.ticked());
    let values = args![id, attempt, round, by.account(), decision.state(), decision.reason(), &slots, ticked, work.now];
    match tx.execute(store::REVIEW, values).await {
        Err(DbError::Conflict { .. }) => return Err(DecideError::NotHeld),
        stored => stored?,
    };
    let facts = json!({ "by": by.account(), "submission": id, "round": round, "decision": decision.state() });
    audit::record(work, &mut tx, "ekyc.reviewed", person.as_str(), facts).await?;
    let looks = tx.all(store::REVIEWS, args![id, attempt]).await?;
    let looks = looks.iter().map(|row| row.text("decision")).collect::<Result<Vec<_>, _>>()?;
    let against = row.flag("risk")? && matches!(decision, Decision::Approve(_));
    if !settles(&looks, row.flag("sampled")? || against) {
        let next = tx.first(store::NEXT_ROUND, args![id, by.account(), work.now]).await?;
        next.ok_or(DecideError::NotHeld)?;
        tx.commit().await?;
        return Ok(Settled::AnotherLook);
    }
    let until = matches!(decision, Decision::Approve(_)).then(|| policy.valid_until(work.now));
    let values = args![id, decision.state(), decision.reason(), &slots, by.account(), work.now, until];
    tx.first(store::DECIDE, values).await?.ok_or(DecideError::NotHeld)?;
    tell(work, &mut tx, &person, id, (decision, &slots)).await?;
    tx.commit().await?;
    Ok(Settled::Final)
}

/// The person hears of it by mail and in the app.
pub(super) async fn tell(
    work: &Work,
    tx: &mut Tx,
    person: &PersonId,
    id: &SubmissionId,
    (decision, slots): (&Decision, &str),
) -> Result<(), DbError> {
    let facts = json!({ "submission": id, "decision": decision.state() });
    audit::record(work, tx, "ekyc.decided", person.as_str(), facts).await?;
    let ids = json!({ "submission": id, "reason": decision.reason(), "slots": slots });
    let to = Recipient::Person(person.to_string());
    let (mail, notice) = match decision {
        Decision::Approve(_) => ("ekyc.mail-5", "ekyc-approved"),
        Decision::Reject(_) => ("ekyc.rejected", "ekyc-rejected"),
        Decision::Retake(..) => ("ekyc.retake", "ekyc-retake"),
    };
    outbox::mail(work, tx, mail, &to, ids.clone()).await?;
    outbox::notice(work, tx, person.as_str(), notice, ids).await?;
    if matches!(decision, Decision::Approve(_)) {
        outbox::event(work, tx, "ekyc.approved", json!({ "person": person, "submission": id })).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_settle_a_case_when_they_agree_or_when_there_are_three() {
        let looks = |words: &str| words.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert!(settles(&looks("APPROVED"), false));
        assert!(!settles(&looks("APPROVED"), true));
        assert!(settles(&looks("APPROVED APPROVED"), true));
        assert!(!settles(&looks("APPROVED REJECTED"), true));
        assert!(settles(&looks("APPROVED REJECTED RETAKE"), true));
    }

    #[test]
    fn an_approval_needs_every_tick() {
        assert!(Checklist::complete(|_| true).is_some());
        for missing in Checklist::ITEMS {
            assert!(Checklist::complete(|item| item != missing).is_none(), "{missing}");
        }
    }
}
