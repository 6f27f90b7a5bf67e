//! The box is ticked, or a correction is asked for (SIGN-3 to SIGN-5, HIMS-23).

use serde_json::json;

use super::draft;
use super::link::TurnSession;
use super::model::{AgreementId, AgreementState, CorrectionId, Remark};
use super::record::{Agreement, Turn};
use super::store;
use super::turn::{TurnRefused, refusal};
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;
use crate::outbox::Recipient;
use crate::{args, audit, outbox};

/// The signer ticked the box and confirms these very bytes (`shown` is their SHA-256). Doing it again is no error.
///
/// # Errors
/// [`TurnRefused`]: not this person's turn, the window is over, or the document has moved on.
pub async fn review(work: &Work, by: &TurnSession, shown: &[u8; 32]) -> Result<(), TurnRefused> {
    let mut tx = work.write().await?;
    let values = args![by.turn(), by.person(), shown.to_vec(), work.now];
    if let Some(row) = tx.first(store::REVIEW, values).await? {
        let facts = json!({ "agreement": row.text("agreement")?, "sha256": hex::encode(shown) });
        audit::record(work, &mut tx, "espa.reviewed", by.turn().as_str(), facts).await?;
        return Ok(tx.commit().await?);
    }
    Err(refuse(work, &mut tx, by).await?)
}

async fn refuse(work: &Work, tx: &mut Tx, by: &TurnSession) -> Result<TurnRefused, DbError> {
    match Turn::find(tx, by.turn()).await?.filter(|turn| turn.person == *by.person()) {
        Some(turn) => Ok(match refusal(work, tx, &turn).await? {
            // The turn is open, so it was the document that did not fit.
            TurnRefused::NotReviewed => TurnRefused::HeadChanged,
            refused => refused,
        }),
        None => Ok(TurnRefused::Unknown),
    }
}

/// Sends the agreement back to the developer with a remark instead of signing it. The version is closed with
/// every signature in it; the developer edits the next one, and everybody signs anew (GAP-4).
///
/// # Errors
/// [`TurnRefused`].
pub async fn request_correction(work: &Work, by: &TurnSession, remark: &Remark) -> Result<CorrectionId, TurnRefused> {
    let mut tx = work.write().await?;
    let returned = tx.first(store::RETURN_TURN, args![by.turn(), by.person(), work.now]).await?;
    let Some(row) = returned else { return Err(refuse(work, &mut tx, by).await?) };
    let agreement: AgreementId = row.id("agreement")?;
    let version = u32::try_from(row.int("version")?).unwrap_or(0);
    tx.execute(store::RETURN_VERSION, args![&agreement, version, work.now]).await?;
    tx.execute(store::CLOSE_TURNS, args![&agreement, version]).await?;
    tx.execute(store::SET_STATE, args![&agreement, AgreementState::Returned.as_str(), work.now]).await?;
    draft::copy_parties(work, &mut tx, &agreement, version).await?;
    let id = CorrectionId::new(work);
    let values = args![&id, &agreement, version, by.turn(), remark.as_str(), work.now];
    tx.execute(store::ADD_CORRECTION, values).await?;
    tell(work, &mut tx, &agreement, version, &id).await?;
    let facts = json!({ "agreement": agreement, "version": version, "correction": id });
    audit::record(work, &mut tx, "espa.correction-asked", by.turn().as_str(), facts).await?;
    tx.commit().await?;
    Ok(id)
}

/// The developer gets the remark; whoever has signed learns that the signature will be asked for again.
async fn tell(
    work: &Work,
    tx: &mut Tx,
    agreement: &AgreementId,
    version: u32,
    id: &CorrectionId,
) -> Result<(), DbError> {
    let pemaju = Agreement::get(tx, agreement).await?.created_by;
    let ids = json!({ "correction": id });
    outbox::mail(work, tx, "hims.correction", &Recipient::Account(pemaju.to_string()), ids.clone()).await?;
    for turn in Turn::all(tx, agreement, version).await? {
        if turn.signed_at.is_some() {
            outbox::notice(work, tx, turn.person.as_str(), "espa-returned", ids.clone()).await?;
        }
    }
    Ok(())
}
