//! "Not me", revocation, and what other rooms ask about a person's phone.

use std::time::Duration;

use serde_json::json;

use super::model::{BoundDevice, Device, DeviceId};
use super::store;
use crate::attempt::{self, TooMany};
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::{Actor, Work};
use crate::person::PersonId;
use crate::{args, audit, outbox};

/// The first "not me" freezes signing for this long.
const FREEZE: Duration = Duration::from_secs(15 * 60);
/// The third within a day freezes it for this long.
const LONG_FREEZE: Duration = Duration::from_secs(24 * 3600);

/// What "not me" did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotMe {
    /// Until when nobody can sign in this person's name.
    pub frozen_until: Timestamp,
}

/// The person says that somebody else acts in their name: signing is frozen, everybody concerned is told. A
/// replaced phone may say so too: that is how the owner of a stolen identity is heard.
pub async fn not_me(work: &Work, device: &BoundDevice) -> Result<NotMe, DbError> {
    let work = &work.acting_as(Actor::Device(device.id().to_string()));
    let person = device.person();
    let often = match attempt::limit(work, &format!("not-me:{person}"), 2, LONG_FREEZE).await {
        Ok(()) => false,
        Err(TooMany::Database(error)) => return Err(error),
        Err(_) => true,
    };
    let frozen_until = work.now.plus(if often { LONG_FREEZE } else { FREEZE });
    let mut tx = work.write().await?;
    attempt::hold(&mut tx, &freeze_name(person), frozen_until).await?;
    let facts = json!({ "device": device.id(), "until": frozen_until.seconds() });
    audit::record(work, &mut tx, "device.not-me", person.as_str(), facts).await?;
    outbox::notice(work, &mut tx, person.as_str(), "signing-frozen", json!({ "until": frozen_until.myt() })).await?;
    outbox::event(work, &mut tx, "device.not-me", json!({ "person": person })).await?;
    tx.commit().await?;
    Ok(NotMe { frozen_until })
}

/// Passes unless signing in this person's name is frozen.
///
/// # Errors
/// [`TooMany::Later`] with the end of the freeze.
pub async fn frozen(work: &Work, tx: &mut Tx, person: &PersonId) -> Result<(), TooMany> {
    attempt::held(work, tx, &freeze_name(person)).await
}

fn freeze_name(person: &PersonId) -> String {
    format!("signing-frozen:{person}")
}

/// The person's phone, if one is bound.
pub async fn current(work: &Work, person: &PersonId) -> Result<Option<Device>, DbError> {
    let row = work.read().await?.first(store::CURRENT, args![person]).await?;
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
    tx.commit().await?;
    Ok(proofs + challenges)
}
