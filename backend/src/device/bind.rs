//! The rows of a phone that is bound, and of the one it takes the place of.

use std::time::Duration;

use mohor_shared::jws::unb64;
use mohor_shared::wire::EnrolFinish;
use serde_json::json;

use super::challenge::{Candidate, FinishRefused, Ground, Spent};
use super::end::revoke;
use super::freeze::frozen;
use super::model::{Assurance, Device, DeviceId, NEEDED, State};
use super::store;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::{Actor, Work};
use crate::outbox::Recipient;
use crate::person::{self, PersonId};
use crate::{args, audit, outbox};

/// How long a phone that replaces a lost one waits before it may sign.
const COOLING: Duration = Duration::from_secs(24 * 3600);

/// A phone as it is bound.
pub(super) struct Bound {
    pub(super) id: DeviceId,
    pub(super) state: State,
    replaces: Option<DeviceId>,
    how: How,
}

/// How a phone came to be the person's.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    /// The first one.
    First,
    /// The old one signed for it.
    Transfer,
    /// The old one is lost.
    Replacement,
}

impl How {
    /// Names notice and mail: `device-bound`, `device-transferred`, `device-replaced`.
    const fn word(self) -> &'static str {
        match self {
            Self::First => "bound",
            Self::Transfer => "transferred",
            Self::Replacement => "replaced",
        }
    }

    const fn notice(self) -> &'static str {
        match self {
            Self::First => "device-bound",
            Self::Transfer => "device-transferred",
            Self::Replacement => "device-replaced",
        }
    }

    const fn vouching(self) -> Option<&'static str> {
        match self {
            Self::First => None,
            Self::Transfer => Some("TRANSFER"),
            Self::Replacement => Some(NEEDED),
        }
    }
}

impl Bound {
    pub(super) fn vouching(&self) -> bool {
        self.how == How::Replacement
    }
}

/// Binds `phone` in one transaction with whatever it replaces.
pub(super) async fn bind(work: &Work, phone: &Candidate<'_>) -> Result<Bound, FinishRefused> {
    let spent = &phone.spent;
    let work = &work.acting_as(Actor::Person(spent.person.to_string()));
    let mut tx = work.write().await?;
    let bound = match &spent.ground {
        Ground::Invitation { id, contact } => {
            tx.first(store::CLAIM, args![id]).await?.ok_or(FinishRefused::Claimed)?;
            let row = person::contact_in(&mut tx, contact).await?;
            if row.is_some_and(|contact| contact.proven_at.is_none()) {
                person::confirm_contact(work, &mut tx, contact).await?;
            }
            in_place_of_any(work, &mut tx, &spent.person).await?
        }
        Ground::Transfer { old } => in_place_of(work, &mut tx, &spent.person, old).await?,
    };
    match insert(work, &mut tx, phone, &bound).await {
        Err(DbError::Conflict { .. }) => return Err(FinishRefused::KeyBound),
        other => other?,
    }
    tell(work, &mut tx, spent, &bound).await?;
    tx.commit().await?;
    Ok(bound)
}

/// The phone in use by the rows, if any.
async fn in_use(work: &Work, tx: &mut Tx, person: &PersonId) -> Result<Option<Device>, DbError> {
    tx.first(store::CURRENT, args![person]).await?.map(|row| Device::from_row(&row, work.now)).transpose()
}

/// The phone of a person who does not have the old one at hand. Only the very first is free at once. The old phone
/// keeps its voice ("not me"); a new one that could not sign yet was never the person's phone and ends.
async fn in_place_of_any(work: &Work, tx: &mut Tx, person: &PersonId) -> Result<Bound, FinishRefused> {
    let latest = tx.first(store::LATEST, args![person]).await?.map(|row| row.id("id")).transpose()?;
    let replaces = match in_use(work, tx, person).await? {
        Some(phone) if phone.may_sign() => {
            tx.first(store::REPLACE, args![&phone.id, work.now]).await?.ok_or(FinishRefused::Claimed)?;
            Some(phone.id)
        }
        Some(phone) => {
            revoke(work, tx, &phone.id).await?;
            phone.replaces
        }
        // The one before was ended by staff: its owner is no more known for that.
        None => latest,
    };
    let how = if replaces.is_some() { How::Replacement } else { How::First };
    let state = if how == How::Replacement { State::Cooling(work.now.plus(COOLING)) } else { State::Active };
    Ok(Bound { id: DeviceId::new(work), state, replaces, how })
}

/// The phone that `old` signed for: active at once, and the old one ends. Nothing of it holds when the old phone was
/// replaced, revoked or frozen since it signed.
async fn in_place_of(work: &Work, tx: &mut Tx, person: &PersonId, old: &DeviceId) -> Result<Bound, FinishRefused> {
    frozen(work, tx, person).await?;
    let phone = in_use(work, tx, person).await?.filter(|phone| phone.id == *old && phone.may_sign());
    let phone = phone.ok_or(FinishRefused::Claimed)?;
    if !revoke(work, tx, &phone.id).await? {
        return Err(FinishRefused::Claimed);
    }
    Ok(Bound { id: DeviceId::new(work), state: State::Active, replaces: Some(phone.id), how: How::Transfer })
}

async fn insert(work: &Work, tx: &mut Tx, phone: &Candidate<'_>, bound: &Bound) -> Result<(), DbError> {
    let Candidate { request, jwk, proof, spent } = phone;
    let json = |value: Result<String, serde_json::Error>| value.map_err(|e| DbError::Inconsistent(e.to_string()));
    let state = if bound.state.cool_until().is_some() { "COOLING" } else { "ACTIVE" };
    let assurance = Assurance::judge(&proof.storage, false, proof.unlock == "bio");
    let attestation = unb64(&request.attestation.data).unwrap_or_default();
    let row = args![
        &bound.id,
        &spent.person,
        jwk.thumbprint(),
        json(serde_json::to_string(jwk))?,
        state,
        assurance.as_str(),
        &proof.storage,
        &proof.unlock,
        json(serde_json::to_string(&proof.app))?,
        &request.attestation.fmt,
        attestation,
        attestation_result(request),
        &request.push.kind,
        &request.push.token,
        &request.push.sender,
        bound.replaces.as_ref(),
        work.now,
        bound.state.cool_until(),
        bound.how.vouching(),
    ];
    tx.execute(store::BIND, row).await?;
    Ok(())
}

/// Audit, notice, mail, and news for the rooms that hold something of the old phone.
async fn tell(work: &Work, tx: &mut Tx, spent: &Spent, bound: &Bound) -> Result<(), DbError> {
    let person = spent.person.as_str();
    let how = bound.how.word();
    let facts = match &spent.ground {
        Ground::Invitation { id, .. } => {
            json!({ "device": bound.id, "replaces": bound.replaces, "how": how, "invitation": id })
        }
        Ground::Transfer { .. } => json!({ "device": bound.id, "replaces": bound.replaces, "how": how }),
    };
    audit::record(work, tx, "device.bound", person, facts).await?;
    let until = bound.state.cool_until();
    let ids = json!({
        "device": bound.id, "how": how, "at": work.now.myt(), "until": until.map(|until| until.myt()),
    });
    outbox::notice(work, tx, person, bound.how.notice(), ids.clone()).await?;
    outbox::mail(work, tx, "device.bound", &Recipient::Person(person.to_owned()), ids).await?;
    let news = json!({
        "person": person, "device": bound.id, "since": work.now.millis(), "until": until.map(|until| until.millis()),
    });
    outbox::event(work, tx, "device.bound", news).await
}

/// `absent` or `unverified`: roots of the makers are not configured in this release, and nothing is said to be
/// verified that was not.
pub(super) fn attestation_result(request: &EnrolFinish) -> &'static str {
    if request.attestation.fmt == "none" { "absent" } else { "unverified" }
}
