//! Which key a person has, and what its PIN still allows.

use super::model::{PIN_TRIES, PinRefused, PinState, PinTry, VaultKey, counter};
use super::store;
use crate::args;
use crate::attempt;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;
use crate::person::PersonId;

/// The key `person` signs with.
pub async fn active_key(tx: &mut Tx, person: &PersonId) -> Result<Option<VaultKey>, DbError> {
    tx.first(store::ACTIVE, args![person]).await?.map(|row| store::key(&row)).transpose()
}

/// The state of a person's PIN, to show (STM-4).
pub async fn pin_state(tx: &mut Tx, person: &PersonId) -> Result<PinState, DbError> {
    let Some(key) = active_key(tx, person).await? else { return Ok(PinState::Unset) };
    let tries = attempt::tries(tx, &counter(&key.id)).await?;
    Ok(match PIN_TRIES.saturating_sub(tries) {
        0 => PinState::Blocked,
        left => PinState::Active { left },
    })
}

/// Spends one try at the PIN of `person`, committed before this returns.
///
/// # Errors
/// [`PinRefused::Unset`] without a key, [`PinRefused::Blocked`] without a try.
pub async fn take_try(work: &Work, person: &PersonId) -> Result<PinTry, PinRefused> {
    let mut tx = work.write().await?;
    let pin_try = take_try_in(work, &mut tx, person).await?;
    tx.commit().await?;
    Ok(pin_try)
}

/// [`take_try`] inside the caller's transaction; the caller commits before it opens anything.
///
/// # Errors
/// As [`take_try`].
pub async fn take_try_in(work: &Work, tx: &mut Tx, person: &PersonId) -> Result<PinTry, PinRefused> {
    let key = active_key(tx, person).await?.ok_or(PinRefused::Unset)?;
    let spent = attempt::spend_in(work, tx, &counter(&key.id), PIN_TRIES).await?;
    Ok(PinTry { key, spent })
}
