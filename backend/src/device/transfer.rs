//! Moving to a new phone while the old one is there: the new phone asks and shows a ticket, the old one signs what
//! it has read, the new one is bound ([`finish`](super::finish::finish)) and the old one ends in the same breath.

use mohor_shared::jws::{self, JwsRefusal, b64, unb64};
use mohor_shared::wire::{EnrolChallenge, TRANSFER, Transfer, TransferFacts, TransferStart, mykad_hash};
use serde_json::json;

use super::challenge::{self, FinishRefused, Ground, Spent, number_mac};
use super::freeze::{Frozen, frozen};
use super::model::{BoundDevice, TransferId};
use super::store;
use crate::kernel::db::{DbError, Row};
use crate::kernel::work::{Actor, Work};
use crate::keystore::{KeyStore, KeyStoreError};
use crate::person::{self, PersonId};
use crate::{args, audit, fault, outbox};

/// How far the clock of the old phone may be off, in seconds.
const SKEW: i64 = 60;

/// Why a phone is not moved.
#[derive(Debug, thiserror::Error)]
pub enum TransferRefused {
    /// The thumbprint is none.
    #[error("the request does not fit")]
    Request,
    /// There is no such request, or its ten minutes are over, or another phone signed it.
    #[error("the move is over")]
    Over,
    /// The signature is not one of this phone over this request.
    #[error("the signature does not fit the request")]
    Mismatch,
    /// The phone that would sign is itself new, replaced or not vouched for.
    #[error("this phone may not sign for another")]
    MayNot,
    /// The person froze signing ("not me").
    #[error(transparent)]
    Frozen(#[from] Frozen),
    /// The key store refused.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<JwsRefusal> for TransferRefused {
    fn from(_: JwsRefusal) -> Self {
        Self::Mismatch
    }
}

fault! {
    TransferRefused {
        Request => "transfer-request-invalid", Invalid;
        Over => "transfer-over", Gone;
        Mismatch => "transfer-mismatch", Unproven;
        MayNot => "phone-cooling", Denied;
    } transparent { Frozen, Keys, Db }
}

/// A new phone asks to take the place of an old one. It proves nothing yet and learns nothing of anybody.
///
/// # Errors
/// [`TransferRefused::Request`] when the thumbprint is none.
pub async fn request(
    work: &Work,
    keys: &dyn KeyStore,
    request: &TransferStart,
) -> Result<EnrolChallenge, TransferRefused> {
    let thumbprint = unb64(&request.jkt).map_err(|_| TransferRefused::Request)?;
    if thumbprint.len() != 32 || request.app.model.chars().count() > 80 {
        return Err(TransferRefused::Request);
    }
    let id = TransferId::new(work);
    let nonce: [u8; 32] = work.rng().bytes();
    let expires = work.now.plus(challenge::LIFE);
    let mut tx = work.write().await?;
    let row = args![&id, &request.jkt, &request.app.model, nonce.to_vec(), work.now, expires];
    tx.execute(store::TRANSFER, row).await?;
    tx.commit().await?;
    Ok(challenge::sent(work, keys, id.to_string(), &nonce).await?)
}

/// What the old phone shows before it signs.
///
/// # Errors
/// [`TransferRefused::Over`].
pub async fn transfer_facts(work: &Work, id: &TransferId) -> Result<TransferFacts, TransferRefused> {
    let row = open(work, id).await?;
    Ok(TransferFacts {
        jkt: row.text("jkt")?,
        challenge: b64(&row.bytes("challenge")?),
        model: row.text("model")?,
        iat: row.time("asked_at")?.seconds(),
        exp: row.time("expires_at")?.seconds(),
    })
}

async fn open(work: &Work, id: &TransferId) -> Result<Row, TransferRefused> {
    let row = work.read().await?.first(store::TRANSFER_FACTS, args![id]).await?.ok_or(TransferRefused::Over)?;
    let live = row.text("state")? == "OPEN" && row.time("expires_at")? > work.now;
    if live { Ok(row) } else { Err(TransferRefused::Over) }
}

/// Takes the old phone's signature for the new one. The first counts.
///
/// # Errors
/// [`TransferRefused`].
pub async fn sign_transfer(
    work: &Work,
    origin: &str,
    device: &BoundDevice,
    id: &TransferId,
    token: &str,
) -> Result<(), TransferRefused> {
    let work = &work.acting_as(Actor::Device(device.id().to_string()));
    let said: Transfer = jws::verify(token, TRANSFER, &device.device().key()?)?;
    if !is_for(&said, origin, device, id, work.now.seconds()) {
        return Err(TransferRefused::Mismatch);
    }
    if !device.may_sign() {
        return Err(TransferRefused::MayNot);
    }
    let challenge = unb64(&said.challenge)?;
    let mut tx = work.write().await?;
    frozen(work, &mut tx, device.person()).await?;
    let row = args![id, device.person(), device.id(), token, work.now, &said.new_jkt, challenge];
    if tx.first(store::SIGN_TRANSFER, row).await?.is_none() {
        drop(tx);
        open(work, id).await?;
        // It is open, so what was read is not what the new phone asked.
        return Err(TransferRefused::Mismatch);
    }
    let person = device.person().as_str();
    let facts = json!({ "transfer": id, "device": device.id(), "new_jkt": said.new_jkt });
    audit::record(work, &mut tx, "device.transfer-signed", person, facts).await?;
    outbox::notice(work, &mut tx, person, "transfer-signed", json!({ "at": work.now.myt() })).await?;
    Ok(tx.commit().await?)
}

fn is_for(said: &Transfer, origin: &str, device: &BoundDevice, id: &TransferId, now: i64) -> bool {
    said.aud == origin
        && said.device_id == device.id().as_str()
        && said.transfer_id == id.as_str()
        && said.exp - said.iat <= 60
        && said.iat <= now + SKEW
        && said.exp >= now - SKEW
}

/// Spends what the old phone signed, for the key it signed for. The number that the new phone's proof names must be
/// the one of the old phone's person: nobody pulls a stranger's new phone to their own account.
pub(super) async fn spend(work: &Work, keys: &dyn KeyStore, id: &str, jkt: &str) -> Result<Spent, FinishRefused> {
    let id = TransferId::parse(id).ok_or(FinishRefused::Over)?;
    let mut tx = work.write().await?;
    let Some(row) = tx.first(store::SPEND_TRANSFER, args![&id, jkt, work.now]).await? else {
        drop(tx);
        let waits = open(work, &id).await.is_ok_and(|row| row.text("jkt").is_ok_and(|asked| asked == jkt));
        return Err(if waits { FinishRefused::Waiting } else { FinishRefused::Over });
    };
    tx.commit().await?;
    let person: PersonId = row.id("person")?;
    let known = person::by_id(work, &person).await?.ok_or(FinishRefused::Over)?;
    let number = known.identity(keys).await?;
    let mac = number_mac(keys, &mykad_hash(id.as_str(), number.expose())).await?;
    let (ground, nonce) = (Ground::Transfer { old: row.id("device")? }, row.bytes("challenge")?);
    Ok(Spent { person, ground, nonce, number_mac: mac.to_vec() })
}
