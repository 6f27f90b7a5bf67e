//! A signer's certificate was revoked: their turns keep their place, and whoever waits for the signature is told.

use serde_json::json;

use super::record::{Agreement, Turn};
use super::store;
use crate::kernel::db::DbError;
use crate::kernel::work::Work;
use crate::outbox::Recipient;
use crate::person::PersonId;
use crate::{args, outbox};

/// News: a certificate of `person` was revoked. The developer of each agreement that still waits for their signature
/// is told; they sign with a new certificate.
pub async fn on_certificate_revoked(work: &Work, person: &PersonId) -> Result<(), DbError> {
    let mut tx = work.write().await?;
    for row in tx.all(store::TURNS_OF, args![person]).await? {
        let turn = Turn::read(&row)?;
        let pemaju = Agreement::get(&mut tx, &turn.agreement).await?.created_by;
        let to = Recipient::Account(pemaju.to_string());
        outbox::mail(work, &mut tx, "hims.certificate-revoked", &to, json!({ "turn": turn.id })).await?;
    }
    tx.commit().await
}
