//! The serial number and the address of the QR code (HIMS-16, HIMS-17, GAP-2).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::model::AgreementId;
use super::store;
use crate::kernel::db::DbError;
use crate::kernel::work::Work;
use crate::keystore::{KeyStore, KeyStoreError};
use crate::{args, audit};

/// The number of a version and how many fields show it.
pub(super) struct Serial {
    pub(super) number: String,
    pub(super) fields: i64,
}

/// The serial number of a version: given once, in a transaction of its own, and the same ever after, also when
/// the signature it was given for never came to be.
pub(super) async fn allocate(work: &Work, agreement: &AgreementId, version: u32) -> Result<Serial, DbError> {
    let mut tx = work.write().await?;
    let held = tx.one(store::HOLD_SERIAL, args![agreement, version]).await?;
    let fields = held.int("serial_fields")?;
    if let Some(number) = held.opt_text("serial")? {
        return Ok(Serial { number, fields });
    }
    let (year, ..) = work.now.myt_ymd();
    let last = tx.one(store::NEXT_SERIAL, args![i64::from(year)]).await?.int("last")?;
    let number = format!("ESPA-{year}-{last:07}");
    tx.execute(store::GIVE_SERIAL, args![agreement, version, &number]).await?;
    let facts = json!({ "version": version, "serial": number });
    audit::record(work, &mut tx, "espa.serial-given", agreement.as_str(), facts).await?;
    tx.commit().await?;
    Ok(Serial { number, fields })
}

/// The part of the address that nobody can guess: who has it has seen the document.
pub(super) async fn token(keys: &dyn KeyStore, serial: &str) -> Result<String, KeyStoreError> {
    Ok(URL_SAFE_NO_PAD.encode(&keys.hmac("hims/verify", serial.as_bytes()).await?[..16]))
}

/// `/v/{serial}?t={token}`: the page of a document below the public address.
pub(super) async fn path(keys: &dyn KeyStore, serial: &str) -> Result<String, KeyStoreError> {
    Ok(format!("/v/{serial}?t={}", token(keys, serial).await?))
}
