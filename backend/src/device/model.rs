//! Pure types: phones, their states and how much their key is worth.

use mohor_shared::jws::{Jwk, JwsRefusal};
use mohor_shared::wire::App;
use p256::ecdsa::VerifyingKey;

use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Row};
use crate::person::PersonId;
use crate::{fault, typed_id};

typed_id! {
    /// Names a bound phone.
    DeviceId
    /// Names an invitation to bind a phone.
    InvitationId
    /// Names one attempt to bind a phone.
    EnrolId
    /// Names a move to a new phone.
    TransferId
    /// Names a question put to a phone.
    ApprovalId
    /// Names the wish of an officer to end a phone.
    RevocationId
}

/// The stored word for a phone that nobody has vouched for yet.
pub(super) const NEEDED: &str = "NEEDED";

/// Where a phone stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// The person's phone.
    Active,
    /// The person's new phone, which may not sign before the instant given.
    Cooling(Timestamp),
    /// The person's new phone, which has waited long enough, but nobody has vouched for it.
    Unvouched,
    /// Another phone took its place; it may still read notices and say "not me".
    Replaced,
    /// Over.
    Revoked,
}

impl State {
    /// Reads the stored state; a phone that has cooled and is vouched for is active.
    fn from_row(row: &Row, now: Timestamp) -> Result<Self, DbError> {
        match (row.text("state")?.as_str(), row.opt_time("cool_until")?) {
            ("ACTIVE", _) => Ok(Self::Active),
            ("COOLING", Some(until)) if until > now => Ok(Self::Cooling(until)),
            ("COOLING", _) if row.opt_text("vouching")?.as_deref() == Some(NEEDED) => Ok(Self::Unvouched),
            ("COOLING", _) => Ok(Self::Active),
            ("REPLACED", _) => Ok(Self::Replaced),
            ("REVOKED", _) => Ok(Self::Revoked),
            (other, _) => Err(DbError::Inconsistent(format!("device state {other}"))),
        }
    }

    /// Until when a new phone waits.
    pub const fn cool_until(self) -> Option<Timestamp> {
        if let Self::Cooling(until) = self { Some(until) } else { None }
    }

    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Cooling(_) => "cooling",
            Self::Unvouched => "unvouched",
            Self::Replaced => "replaced",
            Self::Revoked => "revoked",
        }
    }
}

/// How much the key of a phone is worth. Nothing upgrades it silently.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Assurance {
    /// The key rests in software.
    A0,
    /// The phone says the key rests in hardware; nothing proves it.
    A1,
    /// Hardware, and its attestation was verified.
    A2,
    /// A2, and the key works only after the person was recognised.
    A3,
}

impl Assurance {
    /// What a phone gets for what it said and what was verified of it.
    pub fn judge(storage: &str, attested: bool, user_bound: bool) -> Self {
        match (storage, attested, user_bound) {
            ("software", ..) => Self::A0,
            (_, false, _) => Self::A1,
            (_, true, false) => Self::A2,
            (_, true, true) => Self::A3,
        }
    }

    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::A0 => "A0",
            Self::A1 => "A1",
            Self::A2 => "A2",
            Self::A3 => "A3",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::A0, Self::A1, Self::A2, Self::A3].into_iter().find(|level| level.as_str() == word)
    }
}

/// A phone as stored.
#[derive(Clone, Debug)]
pub struct Device {
    /// Its name.
    pub id: DeviceId,
    /// Whose it is.
    pub person: PersonId,
    /// The thumbprint of its key.
    pub jkt: String,
    /// Where it stands.
    pub state: State,
    /// What its key is worth.
    pub assurance: Assurance,
    /// The model, as the phone says.
    pub model: String,
    /// Whether somebody must still vouch for it: see [`vouch`](super::vouch).
    pub vouching: bool,
    /// The phone it replaced.
    pub replaces: Option<DeviceId>,
    /// When it was bound.
    pub bound_at: Timestamp,
    jwk: Jwk,
}

impl Device {
    pub(super) fn from_row(row: &Row, now: Timestamp) -> Result<Self, DbError> {
        let broken = |what: &str| DbError::Inconsistent(format!("device {what}"));
        Ok(Self {
            id: row.id("id")?,
            person: row.id("person")?,
            jkt: row.text("jkt")?,
            state: State::from_row(row, now)?,
            assurance: Assurance::parse(&row.text("assurance")?).ok_or_else(|| broken("assurance"))?,
            model: serde_json::from_str::<App>(&row.text("app")?).map_err(|_| broken("app"))?.model,
            vouching: row.opt_text("vouching")?.as_deref() == Some(NEEDED),
            replaces: row.opt_id("replaces")?,
            bound_at: row.time("bound_at")?,
            jwk: serde_json::from_str(&row.text("jwk")?).map_err(|_| broken("key"))?,
        })
    }

    /// The public key.
    ///
    /// # Errors
    /// [`JwsRefusal`] when what is stored is no key of P-256.
    pub fn key(&self) -> Result<VerifyingKey, JwsRefusal> {
        self.jwk.key()
    }

    /// Whether it may make codes and approve: it is the person's phone, has cooled, and is vouched for.
    pub fn may_sign(&self) -> bool {
        self.state == State::Active
    }

    /// Whether it is the person's phone, though it may have to wait.
    pub fn is_in_use(&self) -> bool {
        matches!(self.state, State::Active | State::Cooling(_) | State::Unvouched)
    }

    /// Whether it has been revoked.
    pub fn is_over(&self) -> bool {
        self.state == State::Revoked
    }

    /// The identifier as it enters a binding.
    pub fn id_bytes(&self) -> [u8; 16] {
        id_bytes(self.id.as_str())
    }
}

/// A phone that proved its key for the call being answered. Only [`prove`](super::prove::prove) makes one.
#[derive(Debug)]
pub struct BoundDevice {
    pub(super) device: Device,
}

impl BoundDevice {
    /// The phone.
    pub const fn device(&self) -> &Device {
        &self.device
    }

    /// Its name.
    pub const fn id(&self) -> &DeviceId {
        &self.device.id
    }

    /// Whose it is.
    pub const fn person(&self) -> &PersonId {
        &self.device.person
    }

    /// Passes when it is the person's phone, though it may have to wait: pictures taken with it speak for its holder.
    ///
    /// # Errors
    /// [`Replaced`] when another phone has taken its place.
    pub fn in_use(&self) -> Result<(), Replaced> {
        if self.device.state == State::Replaced { Err(Replaced) } else { Ok(()) }
    }

    /// See [`Device::may_sign`].
    pub fn may_sign(&self) -> bool {
        self.device.may_sign()
    }
}

/// Another phone has taken the place of this one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("another phone has taken the place of this one")]
pub struct Replaced;

fault! { Replaced => "phone-replaced", Denied }

/// The sixteen bytes of a stored ULID; zeros for anything else, which then matches nothing.
pub(crate) fn id_bytes(id: &str) -> [u8; 16] {
    ulid::Ulid::from_string(id).map(|id| id.to_bytes()).unwrap_or_default()
}
