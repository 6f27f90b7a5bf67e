//! Vouching for a phone that took the place of a lost one: somebody has seen its holder.

use serde_json::json;

use super::model::{Device, DeviceId};
use super::{end, store};
use crate::account::{Fresh, Officer, RegistrationOfficer};
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;
use crate::person::PersonId;
use crate::{args, audit, fault, outbox};

/// Why an officer's word does not count.
#[derive(Debug, thiserror::Error)]
pub enum VouchRefused {
    /// Nobody decides about themselves.
    #[error("this is the officer's own phone")]
    Own,
    /// The phone needs nobody, or is gone.
    #[error("there is nothing to vouch for")]
    Over,
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    VouchRefused {
        Own => "phone-own", Denied;
        Over => "phone-nothing-to-vouch", Conflict;
    } transparent { Db }
}

/// News: a reviewer approved pictures that `person` began to take at `taken`. They vouch for the phone in use when
/// they were taken after it was bound; older ones say nothing about who holds it now.
pub async fn vouched_by_pictures(work: &Work, person: &PersonId, taken: Timestamp) -> Result<bool, DbError> {
    match end::current(work, person).await? {
        Some(phone) if phone.vouching && phone.bound_at <= taken => {
            let mut tx = work.write().await?;
            let done = vouch(work, &mut tx, &phone, "PICTURES", "ekyc").await?;
            tx.commit().await?;
            Ok(done)
        }
        _ => Ok(false),
    }
}

/// An officer, freshly proved, has the person and the identity document in front of them.
///
/// # Errors
/// [`VouchRefused::Own`], [`VouchRefused::Over`].
pub async fn vouch_at_desk(
    work: &Work,
    officer: &Officer<RegistrationOfficer>,
    _: Fresh,
    id: &DeviceId,
) -> Result<(), VouchRefused> {
    let phone = end::by_id(work, id).await?.ok_or(VouchRefused::Over)?;
    if officer.is(&phone.person) {
        return Err(VouchRefused::Own);
    }
    let mut tx = work.write().await?;
    if !vouch(work, &mut tx, &phone, "DESK", officer.account().as_str()).await? {
        return Err(VouchRefused::Over);
    }
    Ok(tx.commit().await?)
}

async fn vouch(work: &Work, tx: &mut Tx, phone: &Device, how: &str, by: &str) -> Result<bool, DbError> {
    if tx.first(store::VOUCH, args![&phone.id, how, by, work.now]).await?.is_none() {
        return Ok(false);
    }
    let person = phone.person.as_str();
    audit::record(work, tx, "device.vouched", person, json!({ "device": phone.id, "how": how, "by": by })).await?;
    outbox::notice(work, tx, person, "device-vouched", json!({ "at": work.now.myt() })).await?;
    Ok(true)
}
