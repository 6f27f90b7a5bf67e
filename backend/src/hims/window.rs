//! The review window ends, and the developer opens it again (HIMS-21, GAP-3).

use serde_json::json;

use super::model::{AgreementId, AgreementState, TurnId};
use super::record::{Agreement, Turn};
use super::turn::{self, TurnRefused};
use super::{link, store};
use crate::account::DeveloperDesk;
use crate::kernel::db::DbError;
use crate::kernel::secret::digest;
use crate::kernel::settings::Hims;
use crate::kernel::work::Work;
use crate::keystore::{KeyStore, KeyStoreError};
use crate::outbox::Recipient;
use crate::person::PersonId;
use crate::{args, audit, fault, outbox};

/// Ends every window that is over (a job): the turn holds its place, the developer and the signer are told,
/// signatures already made are kept. How many ended.
pub async fn expire_windows(work: &Work) -> Result<usize, DbError> {
    let mut tx = work.write().await?;
    let rows = tx.all(store::EXPIRE, args![work.now]).await?;
    for row in &rows {
        let (turn, id): (TurnId, AgreementId) = (row.id("id")?, row.id("agreement")?);
        let person: PersonId = row.id("person")?;
        tx.execute(store::SET_STATE, args![&id, AgreementState::Expired.as_str(), work.now]).await?;
        let agreement = Agreement::get(&mut tx, &id).await?;
        let ids = json!({ "turn": turn });
        let pemaju = Recipient::Account(agreement.created_by.to_string());
        outbox::mail(work, &mut tx, "hims.window-over", &pemaju, ids.clone()).await?;
        outbox::notice(work, &mut tx, person.as_str(), "espa-window-over", ids).await?;
        audit::record(work, &mut tx, "espa.window-over", turn.as_str(), json!({ "agreement": id })).await?;
    }
    tx.commit().await?;
    Ok(rows.len())
}

/// Why a window was not opened again.
#[derive(Debug, thiserror::Error)]
pub enum ReopenError {
    /// The turn is not one of the developer's, or its window is not over.
    #[error(transparent)]
    Turn(#[from] TurnRefused),
    /// The window still runs.
    #[error("the window is not over")]
    NotOver,
    /// The key store refused.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    ReopenError {
        NotOver => "window-not-over", Conflict;
    } transparent { Turn, Keys, Db }
}

/// Opens the window of a turn again: a new link (the old one leads nowhere), a new window, the same signatures.
///
/// # Errors
/// [`ReopenError::NotOver`] when the window still runs.
pub async fn reopen(
    work: &Work,
    keys: &dyn KeyStore,
    settings: &Hims,
    desk: &DeveloperDesk,
    id: &TurnId,
) -> Result<(), ReopenError> {
    let turn = Turn::of(&mut work.read().await?, desk, id).await?.ok_or(TurnRefused::Unknown)?;
    let hash = digest(&link::token(keys, id, turn.generation + 1).await?);
    let mut tx = work.write().await?;
    let reopened = tx.first(store::REOPEN, args![id, turn.generation, work.now, hash]).await?;
    reopened.ok_or(ReopenError::NotOver)?;
    let signed = tx.one(store::SIGNED, args![&turn.agreement, turn.version]).await?.int("signed")?;
    let state = if signed == 0 { AgreementState::Issued } else { AgreementState::Signing };
    tx.execute(store::SET_STATE, args![&turn.agreement, state.as_str(), work.now]).await?;
    tx.execute(store::CLOSE_SESSIONS, args![id]).await?;
    let facts = json!({ "agreement": turn.agreement, "by": desk.account() });
    audit::record(work, &mut tx, "espa.window-reopened", id.as_str(), facts).await?;
    outbox::event(work, &mut tx, "hims.turn-arrived", json!({ "turn": id })).await?;
    tx.commit().await?;
    Ok(turn::advance(work, settings, id).await?)
}
