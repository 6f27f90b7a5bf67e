//! Handing a TOTP secret to a phone, sealed to a key of one use (`phone-and-factors` 3.5).

use std::time::Duration;

use mohor_shared::card::TotpCard;
use mohor_shared::code::{NotACode, SixDigits};
use mohor_shared::jws::{self, JwsRefusal, b64, unb64};
use mohor_shared::sealed::{self, SealFailed};
use mohor_shared::transcript::sha256;
use mohor_shared::wire::{
    TOTP_REQUEST, TOTP_SEALED, TotpConfirm, TotpProvisioned, TotpRequest, TotpStatement, totp_info,
};
use serde_json::json;
use zeroize::Zeroizing;

use super::model::{IdentityApproved, TotpId};
use super::{check, store, totp};
use crate::attempt::{self, TooMany};
use crate::device::{BoundDevice, platform};
use crate::kernel::db::DbError;
use crate::kernel::work::Work;
use crate::keystore::{self, KeyStore, KeyStoreError};
use crate::{args, audit, fault, outbox};

/// How long a secret serves.
const LIFE: Duration = Duration::from_secs(3 * 365 * 24 * 3600);

/// Why TOTP is not set up.
#[derive(Debug, thiserror::Error)]
pub enum ProvisionRefused {
    /// The request is not one of this phone, or not a young one.
    #[error("the request does not fit the phone")]
    Request,
    /// The identity of another person was approved.
    #[error("the identity of the person is not approved")]
    Identity,
    /// The phone is new or replaced and may not make codes.
    #[error("this phone may not make codes yet")]
    MayNot,
    /// The two codes are not consecutive codes of this secret.
    #[error("the two codes do not follow each other")]
    Codes,
    /// Too many tries.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The key store refused.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<JwsRefusal> for ProvisionRefused {
    fn from(_: JwsRefusal) -> Self {
        Self::Request
    }
}

impl From<SealFailed> for ProvisionRefused {
    fn from(_: SealFailed) -> Self {
        Self::Request
    }
}

impl From<NotACode> for ProvisionRefused {
    fn from(_: NotACode) -> Self {
        Self::Codes
    }
}

fault! {
    ProvisionRefused {
        Request => "totp-request-invalid", Unproven;
        Identity => "totp-identity-missing", Denied;
        MayNot => "phone-cooling", Denied;
        Codes => "totp-codes-wrong", Invalid;
    } transparent { TooMany, Keys, Db }
}

/// Makes a secret for this phone, keeps it sealed, and gives it sealed to the key of the request. It counts for
/// nothing until [`confirm`].
///
/// # Errors
/// [`ProvisionRefused`].
pub async fn provision(
    work: &Work,
    keys: &dyn KeyStore,
    device: &BoundDevice,
    identity: &IdentityApproved,
    request: &str,
) -> Result<TotpProvisioned, ProvisionRefused> {
    if identity.person() != device.person() {
        return Err(ProvisionRefused::Identity);
    }
    if !device.may_sign() {
        return Err(ProvisionRefused::MayNot);
    }
    let request: TotpRequest = jws::verify(request, TOTP_REQUEST, &device.device().key()?)?;
    let now = work.now.seconds();
    let young = request.exp - request.iat <= 60 && request.iat <= now + 60 && request.exp >= now - 60;
    if request.device_id != device.id().as_str() || !young {
        return Err(ProvisionRefused::Request);
    }
    let id = TotpId::new(work);
    let secret = Zeroizing::new(work.rng().bytes::<32>());
    let not_after = work.now.plus(LIFE);
    let at_rest = keystore::seal(keys, work.rng(), check::SEAL, id.as_str().as_bytes(), secret.as_slice()).await?;
    let card = TotpCard { secret, not_after: u32::try_from(not_after.seconds()).unwrap_or(u32::MAX) };
    let (device_id, jkt) = (device.id().as_str(), &device.device().jkt);
    let info = totp_info(device_id, jkt);
    let sealed = sealed::seal(&request.epk, &info, id.as_str().as_bytes(), &card.to_bytes(), work.rng().bytes())?;
    let ct_h = b64(&sha256(&unb64(&sealed.ct)?));
    let statement =
        TotpStatement { device_id: device_id.into(), jkt: jkt.clone(), totp_id: id.to_string(), ct_h, iat: now };
    let srv = platform::sign(keys, TOTP_SEALED, &statement).await?;

    let mut tx = work.write().await?;
    tx.execute(store::OFFER, args![&id, device.person(), device.id(), at_rest, work.now, not_after]).await?;
    let facts = json!({ "totp": id, "device": device.id() });
    audit::record(work, &mut tx, "factor.totp-offered", device.person().as_str(), facts).await?;
    tx.commit().await?;
    Ok(TotpProvisioned { sealed, srv })
}

/// Activates the secret after two consecutive codes: the phone has it, and its clock is known. The codes are
/// used up by it.
///
/// # Errors
/// [`ProvisionRefused::Codes`]; five tries in an hour.
pub async fn confirm(
    work: &Work,
    keys: &dyn KeyStore,
    device: &BoundDevice,
    confirm: &TotpConfirm,
) -> Result<(), ProvisionRefused> {
    if !device.may_sign() {
        return Err(ProvisionRefused::MayNot);
    }
    let (first, second) = (SixDigits::parse(&confirm.first)?, SixDigits::parse(&confirm.second)?);
    let id = TotpId::parse(&confirm.totp_id).ok_or(ProvisionRefused::Request)?;
    attempt::limit(work, &format!("totp-confirm:{}", device.id()), 5, Duration::from_secs(3600)).await?;
    let row = work.read().await?.first(store::PENDING, args![&id, device.id()]).await?;
    let secret = check::open(keys, &id, &row.ok_or(ProvisionRefused::Request)?.bytes("secret")?).await?;
    let now = work.now.seconds();
    let step = totp::consecutive(&secret, &first, &second, now).ok_or(ProvisionRefused::Codes)?;

    let mut tx = work.write().await?;
    tx.execute(store::END_ACTIVE, args![device.id()]).await?;
    tx.first(store::ACTIVATE, args![&id, totp::shift(step, now), step, work.now])
        .await?
        .ok_or(ProvisionRefused::Request)?;
    let person = device.person().as_str();
    let facts = json!({ "totp": id, "device": device.id() });
    audit::record(work, &mut tx, "factor.totp-active", person, facts.clone()).await?;
    outbox::notice(work, &mut tx, person, "totp-active", json!({ "at": work.now.myt() })).await?;
    Ok(tx.commit().await?)
}

/// How far TOTP of this phone has come: `none`, `pending` or `active`.
pub async fn status(work: &Work, device: &BoundDevice) -> Result<&'static str, DbError> {
    // 'ACTIVE' sorts before 'PENDING'.
    let row = work.read().await?.first(store::STATES, args![device.id()]).await?;
    Ok(match row.map(|row| row.text("state")).transpose()?.as_deref() {
        Some("ACTIVE") => "active",
        Some(_) => "pending",
        None => "none",
    })
}
