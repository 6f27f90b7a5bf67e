//! Revoking: the row first, then a new list before the verb returns. OCSP answers from the row at once. Whoever may
//! revoke proves it elsewhere: two officers (`wish.rs`), or the person (`enrolment/reset.rs`).

use mohor_shared::transcript::sha256;
use serde_json::json;

use super::authority::Authority;
use super::crl::{self, CrlError};
use super::model::{Ca, RevocationReason};
use super::{issue, store};
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;
use crate::outbox::{self, Recipient};
use crate::{args, audit, fault};

/// Why nothing was revoked.
#[derive(Debug, thiserror::Error)]
pub enum RevokeError {
    /// No such certificate, or the authorities' own root.
    #[error("there is no such certificate")]
    Unknown,
    /// It is revoked.
    #[error("the certificate is revoked already")]
    Already,
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    RevokeError {
        Unknown => "certificate-unknown", Missing;
        Already => "certificate-revoked-already", Conflict;
    } transparent { Db }
}

/// Revokes `serial`, for good. The answer says whether the new list is out; if not (the key store is down), the job makes
/// it, and OCSP says "revoked" already.
///
/// # Errors
/// [`RevokeError`].
pub async fn revoke(
    work: &Work,
    authority: &Authority,
    serial: &str,
    reason: RevocationReason,
) -> Result<Published, RevokeError> {
    let mut tx = work.write().await?;
    let ca = within(work, &mut tx, serial, reason).await?;
    tx.commit().await?;
    Ok(publish(work, authority, ca).await)
}

/// Revokes in the caller's transaction; behind it comes [`publish`]. The person is told in the app and by mail.
///
/// # Errors
/// [`RevokeError`].
pub async fn within(work: &Work, tx: &mut Tx, serial: &str, reason: RevocationReason) -> Result<Ca, RevokeError> {
    let serial = serial.to_ascii_lowercase();
    let Some(row) = tx.first(store::REVOKE, args![&serial, work.now, u32::from(reason.code())]).await? else {
        let known = tx.first(store::BY_SERIAL, args![&serial]).await?;
        return Err(if known.is_some() { RevokeError::Already } else { RevokeError::Unknown });
    };
    let ca = Ca::parse(&row.text("issuer")?).ok_or_else(|| DbError::Inconsistent("issuer".to_owned()))?;
    audit::record(work, tx, "certificate.revoked", &serial, json!({ "reason": reason.code() })).await?;
    if let Some(person) = row.opt_text("person")? {
        issue::tell(work, tx, &person, ("certificate-revoked", "certificate.revoked"), &serial).await?;
        let ids = json!({ "at": work.now.myt(), "reason": reason.word() });
        outbox::mail(work, tx, "certificate.revoked", &Recipient::Person(person), ids).await?;
    }
    Ok(ca)
}

/// Ends, in the caller's transaction, whatever certificate the public key `spki` (DER) has: its private key is gone. One
/// that was stored and not signed never will be, and nobody is told of it; one that was issued is revoked, and the
/// answer names the list to [`publish`].
///
/// # Errors
/// [`DbError`] of the database.
pub async fn abandon(work: &Work, tx: &mut Tx, spki: &[u8]) -> Result<Option<Ca>, DbError> {
    let (key, reason) = (hex::encode(sha256(spki)), RevocationReason::CessationOfOperation);
    if let Some(row) = tx.first(store::ABANDON, args![&key, work.now, u32::from(reason.code())]).await? {
        audit::record(work, tx, "certificate.abandoned", &row.text("serial")?, json!({})).await?;
    }
    let Some(row) = tx.first(store::ISSUED_FOR_KEY, args![&key]).await? else { return Ok(None) };
    match within(work, tx, &row.text("serial")?, reason).await {
        Ok(ca) => Ok(Some(ca)),
        Err(RevokeError::Db(error)) => Err(error),
        Err(RevokeError::Unknown | RevokeError::Already) => Ok(None),
    }
}

/// Makes the list that names a revocation.
pub async fn publish(work: &Work, authority: &Authority, ca: Ca) -> Published {
    match crl::generate(work, authority, ca).await {
        Ok(_) => Published::Now,
        Err(error) => {
            tracing::error!(%error, "a revocation is not in a list yet; the job makes one");
            Published::Later(error)
        }
    }
}

/// Whether the list that names the revocation is out.
#[derive(Debug)]
pub enum Published {
    /// The new list is served.
    Now,
    /// Not yet, and why; [`refresh`](super::refresh) makes it.
    Later(CrlError),
}
