//! Looking certificates up.

use der::{Decode as _, Encode as _};
use x509_cert::Certificate;

use super::authority::Authority;
use super::crl::{self, CrlError};
use super::model::{Ca, Leaf, RevocationData, Status};
use super::store;
use crate::args;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;
use crate::person::PersonId;

/// The certificate `serial` (hexadecimal, any case), if it was issued here.
///
/// # Errors
/// [`DbError`] of the database.
pub async fn by_serial(work: &Work, serial: &str) -> Result<Option<Leaf>, DbError> {
    by_serial_in(&mut work.read().await?, serial).await
}

/// As [`by_serial`], in the caller's transaction.
///
/// # Errors
/// [`DbError`] of the database.
pub async fn by_serial_in(tx: &mut Tx, serial: &str) -> Result<Option<Leaf>, DbError> {
    let row = tx.first(store::BY_SERIAL, args![serial.to_ascii_lowercase()]).await?;
    row.as_ref().map(store::leaf).transpose()
}

/// The certificate that `person` signs with now: the newest one that has begun, has not ended and is not revoked.
///
/// # Errors
/// [`DbError`] of the database.
pub async fn current_for(work: &Work, person: &PersonId) -> Result<Option<Leaf>, DbError> {
    current_in(&mut work.read().await?, person, work.now).await
}

/// As [`current_for`], in the caller's transaction.
///
/// # Errors
/// [`DbError`] of the database.
pub async fn current_in(tx: &mut Tx, person: &PersonId, now: Timestamp) -> Result<Option<Leaf>, DbError> {
    let row = tx.first(store::CURRENT_FOR, args![person, now]).await?;
    row.as_ref().map(store::leaf).transpose()
}

/// Every certificate of `person`, oldest first.
///
/// # Errors
/// [`DbError`] of the database.
pub async fn all_for(work: &Work, person: &PersonId) -> Result<Vec<Leaf>, DbError> {
    let mut tx = work.read().await?;
    tx.all(store::ALL_FOR, args![person]).await?.iter().map(store::leaf).collect()
}

/// The certificate of `person` over the public key `spki` (DER), whatever became of it; the newest of several.
///
/// # Errors
/// [`DbError`] of the database.
pub async fn of_key(work: &Work, person: &PersonId, spki: &[u8]) -> Result<Option<Leaf>, DbError> {
    for leaf in all_for(work, person).await?.into_iter().rev() {
        if public_key(&leaf).map_err(|_| DbError::Inconsistent(format!("certificate {}", leaf.serial)))? == spki {
            return Ok(Some(leaf));
        }
    }
    Ok(None)
}

fn public_key(leaf: &Leaf) -> der::Result<Vec<u8>> {
    Certificate::from_der(&leaf.der)?.tbs_certificate().subject_public_key_info().to_der()
}

/// What is known of a serial number of the issuing CA (SEC-9).
///
/// # Errors
/// [`DbError`] of the database.
pub async fn status(work: &Work, serial: &str) -> Result<Status, DbError> {
    status_under(work, Ca::Issuing, serial).await
}

pub(super) async fn status_under(work: &Work, ca: Ca, serial: &str) -> Result<Status, DbError> {
    let mut tx = work.read().await?;
    let Some(row) = tx.first(store::STATUS, args![serial.to_ascii_lowercase(), ca.as_str()]).await? else {
        return Ok(Status::Unknown);
    };
    Ok(match (row.text("state")?.as_str(), store::revoked(&row)?) {
        (_, Some(revoked)) => Status::Revoked(revoked),
        ("issued", None) => Status::Good,
        // Stored, not yet signed: nobody can hold it.
        _ => Status::Unknown,
    })
}

/// What proves, long after, that `certs` (leaves of this authority: signee, seal, TSA) held when they were used: the
/// leaves, the chain above them and the CRLs of both authorities.
///
/// # Errors
/// [`CrlError`] when a CRL is due and cannot be made.
pub async fn revocation_data(
    work: &Work,
    authority: &Authority,
    certs: &[Vec<u8>],
) -> Result<RevocationData, CrlError> {
    let mut all: Vec<Vec<u8>> = Vec::new();
    for cert in certs.iter().chain(&authority.chain()) {
        if !all.contains(cert) {
            all.push(cert.clone());
        }
    }
    let mut crls = Vec::new();
    for ca in [Ca::Issuing, Ca::Root] {
        crls.push(crl::crl(work, authority, ca).await?.der);
    }
    Ok(RevocationData { certs: all, crls, ocsps: Vec::new() })
}
