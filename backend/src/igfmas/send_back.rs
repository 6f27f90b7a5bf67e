//! A signer asks the preparer (kuiri) or rejects the document for good (PUB-FIN-3).

use serde_json::json;

use super::model::{DocumentState, Role, StepId};
use super::record::{Document, DocumentStep};
use super::refused::ActRefused;
use super::{run, store};
use crate::hims::Remark;
use crate::kernel::work::Work;
use crate::person::PersonId;
use crate::{args, audit};

/// Where a document goes that is not signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sent {
    /// Back to the preparer with a question; what comes again is the next version.
    Kuiri,
    /// Nowhere.
    Rejected,
}

/// Sends the document back instead of signing its awaited step. Whoever does so has had a hand in it.
///
/// # Errors
/// [`ActRefused`], by the same guard as the signature.
pub async fn send_back(
    work: &Work,
    officer: &PersonId,
    step: &StepId,
    sent: Sent,
    reason: &Remark,
) -> Result<(), ActRefused> {
    let mut tx = work.write().await?;
    let step = DocumentStep::find(&mut tx, step).await?.ok_or(ActRefused::Unknown)?;
    let document = Document::get(&mut tx, &step.document).await?;
    let (state, awaits, desk, kind) = match sent {
        Sent::Kuiri => {
            let (_, desk) = document.desk(Role::Penyedia);
            (DocumentState::Returned, Some(Role::Penyedia.as_str()), Some(desk), "igfmas.kuiri")
        }
        Sent::Rejected => (DocumentState::Rejected, None, None, "igfmas.rejected"),
    };
    let id = &step.document;
    let values = args![id, officer, work.now, step.version, step.seq, state.as_str(), awaits, desk, reason.as_str()];
    if tx.first(store::SEND_BACK, values).await?.is_none() {
        return Err(run::not_now(work, &mut tx, officer, &step).await?);
    }
    let values = args![id, step.version, officer, reason.as_str(), work.now];
    tx.execute(store::END_VERSION, values).await?;
    tx.execute(store::ADD_HAND, args![id, step.version, officer, step.role.as_str(), work.now]).await?;
    // What was written is in the document's row: the trail has no text that people typed.
    let facts = json!({ "version": step.version, "seq": step.seq, "role": step.role.as_str() });
    audit::record(work, &mut tx, kind, id.as_str(), facts).await?;
    Ok(tx.commit().await?)
}
