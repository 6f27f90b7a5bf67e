//! Staff end a phone, in twos: one asks, another confirms.

use std::time::Duration;

use serde_json::json;

use super::model::{DeviceId, RevocationId};
use super::{end, store};
use crate::account::{AccountId, Fresh, Officer, RegistrationOfficer};
use crate::kernel::clock::Timestamp;
use crate::kernel::db::DbError;
use crate::kernel::work::Work;
use crate::outbox::Recipient;
use crate::{args, audit, fault, outbox};

/// How long a second officer may take.
const LIFE: Duration = Duration::from_secs(7 * 86_400);

/// Why staff end a phone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// The owner has lost it.
    Lost,
    /// It was stolen.
    Stolen,
    /// The owner asks for it.
    OwnerAsked,
    /// Somebody else uses it.
    Misuse,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::Lost, Self::Stolen, Self::OwnerAsked, Self::Misuse];

    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Stolen => "stolen",
            Self::OwnerAsked => "owner-asked",
            Self::Misuse => "misuse",
        }
    }

    /// Reads the stored word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}

/// Why a phone is not ended.
#[derive(Debug, thiserror::Error)]
pub enum RevokeRefused {
    /// Nobody decides about themselves.
    #[error("this is the officer's own phone")]
    Own,
    /// The officer who asked does not confirm.
    #[error("another officer must confirm")]
    SameOfficer,
    /// A colleague has asked already.
    #[error("asked already")]
    Asked,
    /// There is no such phone, or it has ended, or the wish is over.
    #[error("there is nothing to end")]
    Over,
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    RevokeRefused {
        Own => "phone-own", Denied;
        SameOfficer => "phone-second-officer", Denied;
        Asked => "phone-revocation-asked", Conflict;
        Over => "phone-revocation-over", Conflict;
    } transparent { Db }
}

/// What waits for the second officer.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Its name.
    pub id: RevocationId,
    /// Why.
    pub reason: Reason,
    /// Who asked.
    pub by: AccountId,
    /// When.
    pub at: Timestamp,
}

/// The wish to end `device` that waits for a second officer.
pub async fn revocation_asked(work: &Work, device: &DeviceId) -> Result<Option<Wish>, DbError> {
    let row = work.read().await?.first(store::REVOCATION, args![device, work.now]).await?;
    row.map(|row| {
        let reason = Reason::parse(&row.text("reason")?).ok_or_else(|| DbError::Inconsistent("reason".to_owned()))?;
        Ok(Wish { id: row.id("id")?, reason, by: row.id("asked_by")?, at: row.time("asked_at")? })
    })
    .transpose()
}

/// The first officer asks to end `device`.
///
/// # Errors
/// [`RevokeRefused`].
pub async fn ask_revocation(
    work: &Work,
    officer: &Officer<RegistrationOfficer>,
    device: &DeviceId,
    reason: Reason,
) -> Result<RevocationId, RevokeRefused> {
    let phone = end::by_id(work, device).await?.filter(|phone| !phone.is_over()).ok_or(RevokeRefused::Over)?;
    if officer.is(&phone.person) {
        return Err(RevokeRefused::Own);
    }
    let id = RevocationId::new(work);
    let mut tx = work.write().await?;
    tx.execute(store::END_OLD_REVOCATION, args![device, work.now]).await?;
    let expires = work.now.plus(LIFE);
    let row = args![&id, device, &phone.person, reason.as_str(), officer.account(), work.now, expires];
    match tx.execute(store::ASK_REVOCATION, row).await {
        Err(DbError::Conflict { .. }) => return Err(RevokeRefused::Asked),
        other => other?,
    };
    let facts = json!({ "device": device, "revocation": id, "reason": reason.as_str(), "by": officer.account() });
    audit::record(work, &mut tx, "device.revocation-asked", phone.person.as_str(), facts).await?;
    tx.commit().await?;
    Ok(id)
}

/// The second officer, freshly proved, confirms: the phone ends, and its owner is told.
///
/// # Errors
/// [`RevokeRefused`].
pub async fn confirm_revocation(
    work: &Work,
    officer: &Officer<RegistrationOfficer>,
    _: Fresh,
    device: &DeviceId,
) -> Result<(), RevokeRefused> {
    let phone = end::by_id(work, device).await?.ok_or(RevokeRefused::Over)?;
    if officer.is(&phone.person) {
        return Err(RevokeRefused::Own);
    }
    let wish = revocation_asked(work, device).await?.ok_or(RevokeRefused::Over)?;
    if wish.by == *officer.account() {
        return Err(RevokeRefused::SameOfficer);
    }
    let mut tx = work.write().await?;
    let row = args![&wish.id, officer.account(), work.now];
    tx.first(store::CONFIRM_REVOCATION, row).await?.ok_or(RevokeRefused::Over)?;
    if !end::revoke(work, &mut tx, device).await? {
        return Err(RevokeRefused::Over);
    }
    let person = phone.person.as_str();
    let facts = json!({ "device": device, "revocation": wish.id, "asked_by": wish.by, "by": officer.account() });
    audit::record(work, &mut tx, "device.revoked-by-staff", person, facts).await?;
    let ids = json!({ "device": device, "at": work.now.myt() });
    outbox::notice(work, &mut tx, person, "device-revoked", ids.clone()).await?;
    outbox::mail(work, &mut tx, "device.revoked", &Recipient::Person(person.to_owned()), ids).await?;
    Ok(tx.commit().await?)
}

/// Either officer takes the wish back.
///
/// # Errors
/// [`RevokeRefused::Over`].
pub async fn withdraw_revocation(
    work: &Work,
    officer: &Officer<RegistrationOfficer>,
    device: &DeviceId,
) -> Result<(), RevokeRefused> {
    let wish = revocation_asked(work, device).await?.ok_or(RevokeRefused::Over)?;
    let mut tx = work.write().await?;
    let row = args![&wish.id, officer.account(), work.now];
    tx.first(store::WITHDRAW_REVOCATION, row).await?.ok_or(RevokeRefused::Over)?;
    let facts = json!({ "revocation": wish.id, "by": officer.account() });
    audit::record(work, &mut tx, "device.revocation-withdrawn", device.as_str(), facts).await?;
    Ok(tx.commit().await?)
}
