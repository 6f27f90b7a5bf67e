//! "Tunjuk kod": the turn-bound code, sealed to the phone that asks (`phone-and-factors` 3.2 and 3.3).

use std::time::Duration;

use mohor_shared::jws::Jwk;
use mohor_shared::otp;
use mohor_shared::sealed::{self, SealFailed};
use mohor_shared::wire::{Facts, ShownCode, code_info};
use serde_json::json;

use super::model::{CodeId, Issued, Target};
use super::store;
use crate::attempt::{self, TooMany};
use crate::device::{self, BoundDevice, Frozen, platform};
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::{Actor, Work};
use crate::keystore::{KeyStore, KeyStoreError};
use crate::person::PersonId;
use crate::{args, audit, fault};

/// How long a code counts.
const LIFE: Duration = Duration::from_secs(180);
/// Pressing again within this time shows the same code.
const SAME: Duration = Duration::from_secs(60);
/// New codes of one session after the first.
const RESENDS: u8 = 3;

/// Why no code is shown.
#[derive(Debug, thiserror::Error)]
pub enum ShowRefused {
    /// The phone is new or replaced and may not make codes.
    #[error("this phone may not make codes yet")]
    MayNot,
    /// The key of the request is no key.
    #[error("the request does not fit")]
    Request,
    /// The person froze signing ("not me").
    #[error("signing is frozen")]
    Frozen(#[from] Frozen),
    /// Too many codes were asked for.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The key store refused.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<SealFailed> for ShowRefused {
    fn from(_: SealFailed) -> Self {
        Self::Request
    }
}

fault! {
    ShowRefused {
        MayNot => "phone-cooling", Denied;
        Request => "code-request-invalid", Invalid;
    } transparent { Frozen, TooMany, Keys, Db }
}

/// The code for `target`, as a message of the platform with the `facts` that the phone shows beside it; the digits in it are sealed to `reader`, a key of this request.
///
/// # Errors
/// [`ShowRefused`].
pub async fn show<F: Facts>(
    work: &Work,
    keys: &dyn KeyStore,
    device: &BoundDevice,
    target: &Target,
    facts: F,
    reader: &Jwk,
) -> Result<String, ShowRefused> {
    let work = &work.acting_as(Actor::Device(device.id().to_string()));
    if !device.may_sign() {
        return Err(ShowRefused::MayNot);
    }
    device::frozen(work, &mut work.read().await?, device.person()).await?;
    let issued = issue(work, device, target).await?;
    let digits = issued.digits_for(keys, otp::PHONE, target).await?;
    let session = issued.id.to_string();
    let info = code_info(device.id().as_str(), &device.device().jkt);
    let otp_enc = sealed::seal(reader, &info, session.as_bytes(), digits.expose().as_bytes(), work.rng().bytes())?;
    let claims = ShownCode {
        tag: issued.tag(),
        session,
        facts,
        iat: issued.issued_at.seconds(),
        exp: issued.expires_at.seconds(),
        otp_enc,
    };
    Ok(platform::sign(keys, F::CODE, &claims).await?)
}

/// Voids what the phone shows: the code goes another way.
pub async fn void_shown(tx: &mut Tx, person: &PersonId) -> Result<(), DbError> {
    tx.execute(store::SUPERSEDE, args![person, "turn"]).await?;
    Ok(())
}

/// The tag of the code that a phone of `person` shows for `target` now, for the page that the code is typed into: two
/// screens with the same tag are about the same document. Says nothing of the code itself.
pub async fn shown_tag(work: &Work, person: &PersonId, target: &Target) -> Result<Option<String>, DbError> {
    let live = work.read().await?.first(store::LIVE, args![person, "turn"]).await?;
    let live = live.map(|row| Issued::from_row(&row)).transpose()?;
    let fits = |live: &Issued| live.is_for(target) && live.expires_at > work.now;
    Ok(live.filter(fits).map(|live| live.tag()))
}

/// The live code of this target: the same within a minute, the next of the session after it, a new session
/// for another target, document state or phone.
async fn issue(work: &Work, device: &BoundDevice, target: &Target) -> Result<Issued, ShowRefused> {
    let mut tx = work.write().await?;
    let live = tx.first(store::LIVE, args![device.person(), "turn"]).await?;
    let live = live
        .map(|row| Issued::from_row(&row))
        .transpose()?
        .filter(|live| live.is_for(target) && live.device.as_ref() == Some(device.id()) && live.expires_at > work.now);
    match live {
        Some(live) if work.now.since(live.issued_at) < SAME => Ok(live),
        Some(live) if live.generation >= RESENDS => {
            Err(ShowRefused::TooMany(TooMany::Later { until: live.expires_at, now: work.now }))
        }
        Some(live) => {
            let generation = u32::from(live.generation);
            let (issued_at, expires_at) = (work.now, target.end(work.now.plus(LIFE)));
            let moved = tx.first(store::AGAIN, args![&live.id, generation, issued_at, expires_at]).await?;
            moved.ok_or_else(|| DbError::Conflict { constraint: "factor_code_live".to_owned() })?;
            note(work, &mut tx, device, target, &live.id, generation + 1).await?;
            tx.commit().await?;
            Ok(Issued { generation: live.generation + 1, issued_at, expires_at, ..live })
        }
        None => {
            drop(tx);
            // Outside of the transaction: a window counts in one of its own.
            attempt::limit(work, &format!("turn-code:{}", device.person()), 10, Duration::from_secs(900)).await?;
            fresh(work, device, target).await
        }
    }
}

async fn fresh(work: &Work, device: &BoundDevice, target: &Target) -> Result<Issued, ShowRefused> {
    let mut tx = work.write().await?;
    tx.execute(store::SUPERSEDE, args![device.person(), "turn"]).await?;
    let id = CodeId::new(work);
    let nonce = target.nonce().unwrap_or_else(|| work.rng().bytes());
    let (label, subject, until) = (target.label(), target.subject().to_vec(), target.end(work.now.plus(LIFE)));
    let purpose = target.purpose().shelf();
    let row =
        args![&id, device.person(), "turn", label, subject, device.id(), nonce.to_vec(), work.now, until, purpose];
    tx.execute(store::ISSUE, row).await?;
    let row = tx.one(store::LIVE, args![device.person(), "turn"]).await?;
    note(work, &mut tx, device, target, &id, 0).await?;
    tx.commit().await?;
    Ok(Issued::from_row(&row)?)
}

async fn note(
    work: &Work,
    tx: &mut Tx,
    device: &BoundDevice,
    target: &Target,
    id: &CodeId,
    generation: u32,
) -> Result<(), DbError> {
    let facts = json!({ "code": id, "target": target.label(), "generation": generation, "device": device.id(),
        "assurance": device.device().assurance.as_str() });
    audit::record(work, tx, "factor.code-shown", device.person().as_str(), facts).await
}
