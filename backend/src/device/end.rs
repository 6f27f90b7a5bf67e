//! The end of a phone, and what other rooms ask about a person's phones.

use std::time::Duration;

use serde_json::json;

use super::model::{Device, DeviceId};
use super::store;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;
use crate::person::PersonId;
use crate::{args, audit, outbox};

/// The person's phone, if one is bound.
pub async fn current(work: &Work, person: &PersonId) -> Result<Option<Device>, DbError> {
    current_in(work, &mut work.read().await?, person).await
}

/// [`current`] inside the caller's transaction.
pub async fn current_in(work: &Work, tx: &mut Tx, person: &PersonId) -> Result<Option<Device>, DbError> {
    let row = tx.first(store::CURRENT, args![person]).await?;
    row.map(|row| Device::from_row(&row, work.now)).transpose()
}

/// The phone `id`, bound or not any more.
pub async fn by_id(work: &Work, id: &DeviceId) -> Result<Option<Device>, DbError> {
    let row = work.read().await?.first(store::BY_ID, args![id]).await?;
    row.map(|row| Device::from_row(&row, work.now)).transpose()
}

/// When another phone last took the place of one; `None` while the first is in use.
pub async fn changed_at(tx: &mut Tx, person: &PersonId) -> Result<Option<Timestamp>, DbError> {
    tx.one(store::CHANGED_AT, args![person]).await?.opt_time("changed_at")
}

/// The phones of `person`, newest first.
pub async fn phones(work: &Work, person: &PersonId) -> Result<Vec<Device>, DbError> {
    let rows = work.read().await?.all(store::PHONES, args![person]).await?;
    rows.iter().map(|row| Device::from_row(row, work.now)).collect()
}

/// From when on the person's new phone may sign, while it cools.
pub async fn cooling(work: &Work, person: &PersonId) -> Result<Option<Timestamp>, DbError> {
    Ok(current(work, person).await?.and_then(|phone| phone.state.cool_until()))
}

/// Ends a phone. Done twice, it was done once.
pub async fn revoke(work: &Work, tx: &mut Tx, id: &DeviceId) -> Result<bool, DbError> {
    let Some(row) = tx.first(store::REVOKE, args![id, work.now]).await? else { return Ok(false) };
    let person: PersonId = row.id("person")?;
    audit::record(work, tx, "device.revoked", person.as_str(), json!({ "device": id })).await?;
    outbox::event(work, tx, "device.revoked", json!({ "person": person, "device": id })).await?;
    Ok(true)
}

/// Forgets proofs and challenges that decide nothing any more (a job).
pub async fn sweep(work: &Work) -> Result<u64, DbError> {
    let mut tx = work.write().await?;
    let proofs = tx.execute(store::SWEEP_PROOFS, args![work.now]).await?;
    let day_ago = work.now.minus(Duration::from_secs(24 * 3600));
    let challenges = tx.execute(store::SWEEP_CHALLENGES, args![day_ago]).await?;
    let transfers = tx.execute(store::SWEEP_TRANSFERS, args![day_ago]).await?;
    tx.commit().await?;
    Ok(proofs + challenges + transfers)
}
