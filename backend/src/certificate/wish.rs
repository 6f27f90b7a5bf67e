//! Staff revoke a certificate, in twos: one asks, another confirms (GAP-13). Nobody decides about themselves.

use std::time::Duration;

use serde_json::json;

use super::authority::Authority;
use super::model::{Leaf, RevocationReason};
use super::revoke::{self, Published, RevokeError};
use super::{read, store};
use crate::account::{AccountId, Fresh, Officer, RegistrationOfficer};
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Row};
use crate::kernel::work::Work;
use crate::person::PersonId;
use crate::{args, audit, fault};

crate::typed_id! {
    /// A wish to revoke.
    RevocationId
}

/// How long a second officer may take.
const LIFE: Duration = Duration::from_secs(7 * 86_400);

/// Why staff do not revoke.
#[derive(Debug, thiserror::Error)]
pub enum WishRefused {
    /// Nobody decides about themselves.
    #[error("this is the officer's own certificate")]
    Own,
    /// The officer who asked does not confirm.
    #[error("another officer must confirm")]
    SameOfficer,
    /// A colleague has asked already.
    #[error("asked already")]
    Asked,
    /// No such certificate of a person, or it is revoked or has ended, or the wish is over.
    #[error("there is nothing to revoke")]
    Over,
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    WishRefused {
        Own => "certificate-own", Denied;
        SameOfficer => "certificate-second-officer", Denied;
        Asked => "certificate-revocation-asked", Conflict;
        Over => "certificate-revocation-over", Conflict;
    } transparent { Db }
}

impl From<RevokeError> for WishRefused {
    fn from(error: RevokeError) -> Self {
        match error {
            RevokeError::Unknown | RevokeError::Already => Self::Over,
            RevokeError::Db(error) => Self::Db(error),
        }
    }
}

/// What waits for the second officer.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Its name.
    pub id: RevocationId,
    /// Why.
    pub reason: RevocationReason,
    /// Who asked.
    pub by: AccountId,
    /// When.
    pub at: Timestamp,
}

fn wish(row: &Row) -> Result<Wish, DbError> {
    let reason = RevocationReason::from_code(row.int("reason")?);
    let reason = reason.ok_or_else(|| DbError::Inconsistent("reason of a revocation".to_owned()))?;
    Ok(Wish { id: row.id("id")?, reason, by: row.id("asked_by")?, at: row.time("asked_at")? })
}

/// The wish to revoke `serial` that waits for a second officer.
///
/// # Errors
/// [`DbError`] of the database.
pub async fn revocation_asked(work: &Work, serial: &str) -> Result<Option<Wish>, DbError> {
    let row = work.read().await?.first(store::WISH, args![serial, work.now]).await?;
    row.as_ref().map(wish).transpose()
}

/// A certificate of a person that can be revoked, and whose it is.
async fn revocable(
    work: &Work,
    officer: &Officer<RegistrationOfficer>,
    serial: &str,
) -> Result<(Leaf, PersonId), WishRefused> {
    let leaf = read::by_serial(work, serial).await?.filter(|leaf| leaf.is_good(work.now)).ok_or(WishRefused::Over)?;
    let person = leaf.person.clone().ok_or(WishRefused::Over)?;
    if officer.is(&person) { Err(WishRefused::Own) } else { Ok((leaf, person)) }
}

/// The first officer asks to revoke the certificate `serial`.
///
/// # Errors
/// [`WishRefused`].
pub async fn ask_revocation(
    work: &Work,
    officer: &Officer<RegistrationOfficer>,
    serial: &str,
    reason: RevocationReason,
) -> Result<RevocationId, WishRefused> {
    let (leaf, person) = revocable(work, officer, serial).await?;
    let id = RevocationId::new(work);
    let mut tx = work.write().await?;
    tx.execute(store::END_OLD_WISH, args![&leaf.serial, work.now]).await?;
    let code = u32::from(reason.code());
    let row = args![&id, &leaf.serial, &person, code, officer.account(), work.now, work.now.plus(LIFE)];
    match tx.execute(store::ASK, row).await {
        Err(DbError::Conflict { .. }) => return Err(WishRefused::Asked),
        other => other?,
    };
    let facts = json!({ "revocation": id, "reason": code, "by": officer.account(), "person": person });
    audit::record(work, &mut tx, "certificate.revocation-asked", &leaf.serial, facts).await?;
    tx.commit().await?;
    Ok(id)
}

/// The second officer, freshly proved, confirms: the certificate is revoked, in OCSP at once and in a new list before this returns.
///
/// # Errors
/// [`WishRefused`].
pub async fn confirm_revocation(
    work: &Work,
    authority: &Authority,
    officer: &Officer<RegistrationOfficer>,
    _: Fresh,
    serial: &str,
) -> Result<Published, WishRefused> {
    let (leaf, _) = revocable(work, officer, serial).await?;
    let wish = revocation_asked(work, &leaf.serial).await?.ok_or(WishRefused::Over)?;
    if wish.by == *officer.account() {
        return Err(WishRefused::SameOfficer);
    }
    let mut tx = work.write().await?;
    let row = args![&wish.id, officer.account(), work.now];
    tx.first(store::CONFIRM, row).await?.ok_or(WishRefused::Over)?;
    let facts = json!({ "revocation": wish.id, "asked_by": wish.by, "by": officer.account() });
    audit::record(work, &mut tx, "certificate.revocation-confirmed", &leaf.serial, facts).await?;
    let ca = revoke::within(work, &mut tx, &leaf.serial, wish.reason).await?;
    tx.commit().await?;
    Ok(revoke::publish(work, authority, ca).await)
}

/// Either officer takes the wish back.
///
/// # Errors
/// [`WishRefused::Over`].
pub async fn withdraw_revocation(
    work: &Work,
    officer: &Officer<RegistrationOfficer>,
    serial: &str,
) -> Result<(), WishRefused> {
    let wish = revocation_asked(work, serial).await?.ok_or(WishRefused::Over)?;
    let mut tx = work.write().await?;
    tx.first(store::WITHDRAW, args![&wish.id, officer.account(), work.now]).await?.ok_or(WishRefused::Over)?;
    let facts = json!({ "revocation": wish.id, "by": officer.account() });
    audit::record(work, &mut tx, "certificate.revocation-withdrawn", serial, facts).await?;
    Ok(tx.commit().await?)
}
