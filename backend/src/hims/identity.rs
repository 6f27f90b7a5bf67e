//! Asking a signer for an identity check: MAIL-1, once for each turn.

use serde_json::json;

use super::model::{AgreementId, TurnId};
use super::record::Turn;
use super::store;
use crate::ekyc::Status;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;
use crate::outbox::Recipient;
use crate::person::PersonId;
use crate::{args, device, outbox};

/// MAIL-1 to `person` for their turns in one agreement; a turn that asked before does not ask again.
pub(super) async fn ask(
    work: &Work,
    tx: &mut Tx,
    agreement: &AgreementId,
    person: &PersonId,
    turns: &[&TurnId],
) -> Result<(), DbError> {
    let mut fresh = false;
    for turn in turns {
        fresh |= tx.first(store::IDENTITY_ASKED, args![*turn, work.now]).await?.is_some();
    }
    if !fresh {
        return Ok(());
    }
    let invitation = device::invite(work, tx, person).await?;
    let ids = json!({ "agreement": agreement, "invitation": invitation });
    outbox::mail(work, tx, "hims.mail-1", &Recipient::Person(person.to_string()), ids).await
}

/// A turn that has come, of a signer who was identified when the agreement was issued and is not any more (EKYC-9).
pub(super) async fn ask_again(work: &Work, turn: &Turn, standing: Status) -> Result<(), DbError> {
    if standing == Status::InReview {
        return Ok(());
    }
    let mut tx = work.write().await?;
    ask(work, &mut tx, &turn.agreement, &turn.person, &[&turn.id]).await?;
    tx.commit().await
}
