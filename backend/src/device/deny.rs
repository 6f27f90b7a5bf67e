//! "Bukan saya": on a phone, or by the link in the mail about a new phone.

use std::time::Duration;

use serde_json::json;

use super::freeze::{counter, freeze};
use super::model::{BoundDevice, Device, DeviceId, State};
use super::{end, store};
use crate::attempt::{self, TooMany};
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::{Actor, Work};
use crate::keystore::{self, KeyStore, KeyStoreError};
use crate::outbox::Recipient;
use crate::person::PersonId;
use crate::{args, audit, fault, outbox};

/// Sets these links apart from others.
const LINK_PURPOSE: &str = "mohor/not-me-link";
/// The first "not me" freezes signing for this long.
const FREEZE: Duration = Duration::from_secs(15 * 60);
/// The third within this time freezes it until staff have looked.
const WATCH: Duration = Duration::from_secs(24 * 3600);

/// What "not me" did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotMe {
    /// Until when nobody can sign in this person's name; `None`: until staff have looked.
    pub until: Option<Timestamp>,
    /// The new phone that was sent away; the one before is in use again.
    pub sent_away: Option<DeviceId>,
}

/// Why a mailed "not me" is not taken.
#[derive(Debug, thiserror::Error)]
pub enum DenyRefused {
    /// The link is none of ours.
    #[error("the link leads nowhere")]
    Link,
    /// The phone may sign already, or is gone: the link has no power any more.
    #[error("the phone cannot be sent away any more")]
    Over,
    /// The key store refused.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    DenyRefused {
        Link => "deny-link-unknown", Missing;
        Over => "deny-over", Gone;
    } transparent { Keys, Db }
}

/// The person says on a phone that somebody else acts in their name: signing is frozen, everybody concerned is told.
/// A phone that was replaced may say so too: it sends the new one away while that one cannot sign yet, and is in use
/// again. That is how the owner of a stolen identity is heard.
pub async fn not_me(work: &Work, device: &BoundDevice) -> Result<NotMe, DbError> {
    let work = &work.acting_as(Actor::Device(device.id().to_string()));
    let newer = match end::current(work, device.person()).await? {
        Some(newer) if device.device().state == State::Replaced && newer.replaces.as_ref() == Some(device.id()) => {
            Some(newer.id)
        }
        _ => None,
    };
    denied(work, device.person(), newer.as_ref()).await
}

/// Freezes, sends `newer` away, tells.
async fn denied(work: &Work, person: &PersonId, newer: Option<&DeviceId>) -> Result<NotMe, DbError> {
    let held = match attempt::limit(work, &counter(person), 2, WATCH).await {
        Ok(()) => false,
        Err(TooMany::Database(error)) => return Err(error),
        Err(_) => true,
    };
    let until = work.now.plus(FREEZE);
    let mut tx = work.write().await?;
    freeze(&mut tx, person, until, held).await?;
    let sent_away = match newer {
        Some(newer) => send_away(work, &mut tx, newer).await?,
        None => None,
    };
    let shown = (!held).then_some(until);
    let facts = json!({ "until": shown.map(Timestamp::seconds), "sent_away": sent_away });
    audit::record(work, &mut tx, "device.not-me", person.as_str(), facts).await?;
    let notice = if held { "signing-held" } else { "signing-frozen" };
    outbox::notice(work, &mut tx, person.as_str(), notice, json!({ "until": until.myt() })).await?;
    let ids = json!({ "held": held, "until": until.myt(), "sent_away": sent_away });
    outbox::mail(work, &mut tx, "device.frozen", &Recipient::Person(person.to_string()), ids).await?;
    outbox::event(work, &mut tx, "device.not-me", json!({ "person": person })).await?;
    tx.commit().await?;
    Ok(NotMe { until: shown, sent_away })
}

/// The holder takes this phone out of use (APP-10). One that could not sign yet was never the person's phone: it is sent
/// away, and the one whose place it took is in use again.
///
/// # Errors
/// [`DbError`] of the database.
pub async fn leave(work: &Work, device: &BoundDevice) -> Result<(), DbError> {
    let mut tx = work.write().await?;
    if send_away(work, &mut tx, device.id()).await?.is_none() {
        end::revoke(work, &mut tx, device.id()).await?;
    }
    tx.commit().await
}

async fn send_away(work: &Work, tx: &mut Tx, newer: &DeviceId) -> Result<Option<DeviceId>, DbError> {
    let Some(row) = tx.first(store::SEND_AWAY, args![newer, work.now]).await? else { return Ok(None) };
    let person: PersonId = row.id("person")?;
    let old: Option<DeviceId> = row.opt_id("replaces")?;
    let back = match &old {
        Some(old) => tx.first(store::REINSTATE, args![old]).await?.is_some(),
        None => false,
    };
    let facts = json!({ "device": newer, "reinstated": old.filter(|_| back) });
    audit::record(work, tx, "device.sent-away", person.as_str(), facts).await?;
    outbox::event(work, tx, "device.revoked", json!({ "person": person, "device": newer })).await?;
    Ok(Some(newer.clone()))
}

/// The token of the link `/bukan-saya/{token}` in the mail about a new phone: the phone and a MAC.
///
/// # Errors
/// [`KeyStoreError`] when the key store refuses.
pub async fn deny_link(keys: &dyn KeyStore, id: &DeviceId) -> Result<String, KeyStoreError> {
    keystore::link_token(keys, LINK_PURPOSE, id.as_str()).await
}

/// The phone that a mailed link is about, while it can still be sent away. Looking changes nothing.
///
/// # Errors
/// [`DenyRefused`].
pub async fn deniable(work: &Work, keys: &dyn KeyStore, token: &str) -> Result<Device, DenyRefused> {
    let id: DeviceId = keystore::linked(keys, LINK_PURPOSE, token).await?.ok_or(DenyRefused::Link)?;
    let device = end::by_id(work, &id).await?.ok_or(DenyRefused::Link)?;
    match device.state {
        State::Cooling(_) | State::Unvouched => Ok(device),
        _ => Err(DenyRefused::Over),
    }
}

/// "Bukan saya" by the mailed link: sends the new phone away and freezes signing. It counts once.
///
/// # Errors
/// [`DenyRefused`].
pub async fn deny(work: &Work, keys: &dyn KeyStore, token: &str) -> Result<NotMe, DenyRefused> {
    let device = deniable(work, keys, token).await?;
    let work = &work.acting_as(Actor::Person(device.person.to_string()));
    Ok(denied(work, &device.person, Some(&device.id)).await?)
}
