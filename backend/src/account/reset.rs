//! Password or authenticator lost: administrators give the holder a new beginning, staff in twos.

use std::time::Duration;

use serde_json::json;

use super::invite::{VALID, token};
use super::model::{AccountId, Admin, Fresh, Officer, Role};
use super::session;
use super::store;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::secret::digest;
use crate::kernel::work::Work;
use crate::keystore::{KeyStore, KeyStoreError};
use crate::outbox::Recipient;
use crate::{args, audit, fault, outbox};

/// How long a second administrator may take.
const LIFE: Duration = Duration::from_secs(24 * 3600);

/// Why an account was not reset.
#[derive(Debug, thiserror::Error)]
pub enum ResetError {
    /// Nobody resets their own account.
    #[error("this is the administrator's own account")]
    Own,
    /// It was never active; an invitation is sent again instead.
    #[error("the account is not active")]
    NotActive,
    /// Whoever asked does not confirm.
    #[error("another administrator must confirm")]
    SameOfficer,
    /// Somebody else was quicker.
    #[error("the account has moved on")]
    Raced,
    /// The holder has another account by now; nobody has two (ADR 0046).
    #[error("the holder has another account")]
    NumberExists,
    /// The key store refused.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    ResetError {
        Own => "account-own", Denied;
        NotActive => "account-not-active", Conflict;
        SameOfficer => "account-reset-same", Denied;
        Raced => "account-moved-on", Conflict;
        NumberExists => "account-number-exists", Conflict;
    } transparent { Keys, Db }
}

/// What became of a wish to reset an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reset {
    /// Another administrator has to confirm within a day.
    Asked,
    /// Password, authenticator, recovery codes and sessions are gone; the holder has a new invitation.
    Done,
}

/// Resets the account of somebody who lost password or authenticator, or opens an ended account again: everything that
/// signs in is forgotten, and a new invitation goes to the address of the account, never to the administrator. For a
/// developer's clerk one administrator is enough; staff are reset by two, as long as there are two.
///
/// # Errors
/// [`ResetError`]: one's own account, one that never was active, or the same administrator twice.
pub async fn reset(
    work: &Work,
    keys: &dyn KeyStore,
    by: &Officer<Admin>,
    _proof: Fresh,
    account: &AccountId,
) -> Result<Reset, ResetError> {
    if by.account() == account {
        return Err(ResetError::Own);
    }
    let row = work.read().await?.first(store::RESETTABLE, args![account]).await?.ok_or(ResetError::NotActive)?;
    let generation = row.int("generation")?;
    let hash = digest(&token(keys, account, generation + 1).await?);
    let mut tx = work.write().await?;
    if needs_two(&mut tx, by, account).await? && !confirmed(work, &mut tx, by, account).await? {
        tx.commit().await?;
        return Ok(Reset::Asked);
    }
    let values = args![account, generation, hash, work.now.plus(VALID)];
    let reset = tx.first(store::RESET, values).await.map_err(|error| match error {
        DbError::Conflict { .. } => ResetError::NumberExists,
        other => other.into(),
    })?;
    reset.ok_or(ResetError::Raced)?;
    for text in [store::CLOSE_ALL, store::FORGET_RECOVERY, store::FORGET_RESET] {
        tx.execute(text, args![account]).await?;
    }
    audit::record(work, &mut tx, "account.reset", account.as_str(), json!({ "by": by.account() })).await?;
    let to = Recipient::Account(account.to_string());
    outbox::mail(work, &mut tx, "account.reset", &to, json!({ "account": account })).await?;
    tx.commit().await?;
    Ok(Reset::Done)
}

/// Staff in twos, unless nobody else could be the second.
async fn needs_two(tx: &mut Tx, by: &Officer<Admin>, account: &AccountId) -> Result<bool, DbError> {
    if session::roles(tx, account).await?.as_slice() == [Role::Pemaju] {
        return Ok(false);
    }
    Ok(tx.first(store::OTHER_ADMIN, args![account, by.account()]).await?.is_some())
}

/// Whether another administrator asked within the last day; else this one has asked from now on.
async fn confirmed(work: &Work, tx: &mut Tx, by: &Officer<Admin>, account: &AccountId) -> Result<bool, ResetError> {
    if tx.first(store::TAKE_RESET, args![account, by.account(), work.now]).await?.is_some() {
        return Ok(true);
    }
    let values = args![account, by.account(), work.now, work.now.plus(LIFE)];
    if tx.first(store::ASK_RESET, values).await?.is_none() {
        return Err(ResetError::SameOfficer);
    }
    audit::record(work, tx, "account.reset-asked", account.as_str(), json!({ "by": by.account() })).await?;
    Ok(false)
}
