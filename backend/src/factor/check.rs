//! One field, three kinds of code: count, look, reserve; then, with the signature, use up.

use std::time::Duration;

use mohor_shared::code::{NotACode, SixDigits};
use mohor_shared::otp;
use serde_json::json;

use super::model::{CodeId, Issued, Kind, Purpose, Target, TotpId};
use super::{mail, store, totp};
use crate::attempt::{self, TooMany};
use crate::device::{self, DeviceId, Frozen};
use crate::kernel::db::{DbError, Tx};
use crate::kernel::error::Fault;
use crate::kernel::work::Work;
use crate::keystore::{self, KeyStore, KeyStoreError};
use crate::person::PersonId;
use crate::{args, audit, fault};

/// Wrong codes of one person for one purpose in a quarter of an hour, whatever the kind.
const BURST: u32 = 10;
/// Wrong codes of one person for one purpose in a day: with three acceptable TOTP codes of a million, 6 in 100,000.
const DAILY: u32 = 20;
/// Tries of a code shown on the phone (design 3.9).
const TURN_TRIES: u32 = 3;
/// Tries of an e-mailed code (GAP-6).
const MAIL_TRIES: u32 = 5;
/// The label TOTP secrets are sealed under.
pub(super) const SEAL: &str = "totp";

/// Why a code is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum CodeRefused {
    /// Not six digits. Nothing was counted.
    #[error(transparent)]
    Form(#[from] NotACode),
    /// No kind of code fits; a try was counted.
    #[error("the code is wrong or over")]
    Wrong,
    /// The code was right, and was used before.
    #[error("the code was used")]
    Used,
    /// An e-mailed code, within 24 hours of a change of contact, PIN or phone.
    #[error("e-mailed codes are not accepted now")]
    MailBlocked(#[source] TooMany),
    /// The person froze signing ("not me").
    #[error("signing is frozen")]
    Frozen(#[from] Frozen),
    /// Too many wrong codes.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The key store refused.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    CodeRefused {
        Form => "code-form", Invalid;
        Wrong => "code-wrong", Unproven;
        Used => "code-used", Conflict;
        MailBlocked => "mail-code-blocked", Denied;
    } transparent { Frozen, TooMany, Keys, Db }
}

/// A code that was right and is not used up yet. Not `Clone`; dropping it leaves the code as it was.
#[derive(Debug)]
#[must_use = "a reserved code proves nothing until it is consumed"]
pub struct Reserved {
    person: PersonId,
    target: String,
    purpose: Purpose,
    /// The phone that showed it or computed it.
    device: Option<DeviceId>,
    reservation: String,
    what: What,
}

#[derive(Debug)]
enum What {
    Code { id: CodeId, kind: Kind },
    Step { id: TotpId, shift: i64 },
}

impl Reserved {
    /// Which kind it was.
    pub const fn kind(&self) -> Kind {
        match &self.what {
            What::Code { kind, .. } => *kind,
            What::Step { .. } => Kind::Totp,
        }
    }

    /// Whose code it was.
    pub const fn person(&self) -> &PersonId {
        &self.person
    }

    /// Uses the code up in the caller's transaction, together with what it authorises.
    ///
    /// # Errors
    /// [`CodeRefused::Used`] when another ceremony was faster; [`CodeRefused::Frozen`] or [`CodeRefused::Wrong`] when
    /// the person said "not me" or lost the phone since the code was looked at.
    pub async fn consume(self, work: &Work, tx: &mut Tx) -> Result<Kind, CodeRefused> {
        unfrozen(work, tx, self.purpose, &self.person).await?;
        if let Some(device) = &self.device {
            let phone = device::current_in(work, tx, &self.person).await?;
            phone.filter(|phone| phone.id == *device && phone.may_sign()).ok_or(CodeRefused::Wrong)?;
        }
        let used = match &self.what {
            What::Code { id, .. } => tx.first(store::USE, args![id, &self.reservation]).await?,
            What::Step { id, shift } => tx.first(store::USE_STEP, args![id, &self.reservation, *shift]).await?,
        };
        used.ok_or(CodeRefused::Used)?;
        let kind = self.kind();
        let facts = json!({ "kind": kind.as_str(), "loa": kind.assurance(), "target": self.target });
        audit::record(work, tx, "factor.used", self.person.as_str(), facts).await?;
        Ok(kind)
    }
}

/// Checks what `person` typed against every kind of code they may have for `target`: the turn-bound code,
/// TOTP, the e-mailed code. Counted before it is looked at; reserved, not consumed.
///
/// # Errors
/// [`CodeRefused`].
pub async fn check(
    work: &Work,
    keys: &dyn KeyStore,
    person: &PersonId,
    target: &Target,
    typed: &str,
) -> Result<Reserved, CodeRefused> {
    let code = SixDigits::parse(typed)?;
    unfrozen(work, &mut work.read().await?, target.purpose(), person).await?;
    // Apart for each purpose: guesses at a new PIN, which anybody may make, keep nobody from signing.
    let purpose = target.purpose().word();
    let windows = [format!("code:{purpose}:{person}"), format!("code-day:{purpose}:{person}")];
    attempt::limit(work, &windows[0], BURST, Duration::from_secs(15 * 60)).await?;
    attempt::limit(work, &windows[1], DAILY, Duration::from_secs(24 * 3600)).await?;

    let asked = Asked { work, keys, person, target, code: &code };
    let what = match asked.any().await {
        Ok(what) => what,
        Err(refusal) => {
            let facts = json!({ "target": target.label(), "why": refusal.code() });
            audit::refused(work, "factor.refused", person.as_str(), facts).await?;
            return Err(refusal);
        }
    };
    let reservation = crate::kernel::id::fresh(work.now, work.rng());
    let mut tx = work.write().await?;
    let held = match &what {
        Found::Code(issued, _) => {
            tx.first(store::RESERVE, args![&issued.id, u32::from(issued.generation), &reservation]).await?
        }
        Found::Step { id, step, .. } => tx.first(store::RESERVE_STEP, args![id, &reservation, *step]).await?,
    };
    held.ok_or(CodeRefused::Used)?;
    for window in &windows {
        attempt::forgive(&mut tx, window).await?;
    }
    tx.commit().await?;
    let (device, what) = match what {
        Found::Code(issued, kind) => (issued.device, What::Code { id: issued.id, kind }),
        Found::Step { device, id, shift, .. } => (Some(device), What::Step { id, shift }),
    };
    let (person, label, purpose) = (person.clone(), target.label().to_owned(), target.purpose());
    Ok(Reserved { person, target: label, purpose, device, reservation, what })
}

/// Nothing is signed while the person's signing is frozen.
async fn unfrozen(work: &Work, tx: &mut Tx, purpose: Purpose, person: &PersonId) -> Result<(), Frozen> {
    if purpose.signs() { device::frozen(work, tx, person).await } else { Ok(()) }
}

enum Found {
    Code(Issued, Kind),
    Step { device: DeviceId, id: TotpId, step: i64, shift: i64 },
}

struct Asked<'a> {
    work: &'a Work,
    keys: &'a dyn KeyStore,
    person: &'a PersonId,
    target: &'a Target,
    code: &'a SixDigits,
}

impl Asked<'_> {
    async fn any(&self) -> Result<Found, CodeRefused> {
        if let Some(issued) = self.issued("turn", TURN_TRIES, otp::PHONE).await?
            && self.phone_may_sign(&issued).await?
        {
            return Ok(Found::Code(issued, Kind::TurnCode));
        }
        let totp = if self.target.is_bound() { Ok(None) } else { self.totp().await };
        if let Ok(Some(found)) = totp {
            return Ok(found);
        }
        if let Some(issued) = self.issued("mail", MAIL_TRIES, otp::EMAIL).await? {
            mail::unblocked(self.work, self.person, self.target.purpose()).await.map_err(|error| match error {
                TooMany::Database(error) => CodeRefused::Db(error),
                held => CodeRefused::MailBlocked(held),
            })?;
            return Ok(Found::Code(issued, Kind::MailCode));
        }
        totp.and(Err(CodeRefused::Wrong))
    }

    /// The live code of `kind` for this target, when the digits are its digits. Costs a try of that code.
    async fn issued(&self, kind: &str, tries: u32, domain: &str) -> Result<Option<Issued>, CodeRefused> {
        let mut tx = self.work.write().await?;
        let row = tx.first(store::TRY, args![self.person, kind, self.target.label(), self.work.now, tries]).await?;
        tx.commit().await?;
        let Some(row) = row else { return Ok(None) };
        let issued = Issued::from_row(&row)?;
        let digits = issued.digits_for(self.keys, domain, self.target).await?;
        Ok((digits == *self.code).then_some(issued))
    }

    /// A phone that was revoked or replaced since takes its code with it.
    async fn phone_may_sign(&self, issued: &Issued) -> Result<bool, CodeRefused> {
        let phone = device::current(self.work, self.person).await?;
        Ok(phone.is_some_and(|phone| Some(&phone.id) == issued.device.as_ref() && phone.may_sign()))
    }

    async fn totp(&self) -> Result<Option<Found>, CodeRefused> {
        let Some(phone) = device::current(self.work, self.person).await? else { return Ok(None) };
        if !phone.may_sign() {
            return Ok(None);
        }
        let row = self.work.read().await?.first(store::ACTIVE, args![&phone.id, self.work.now]).await?;
        let Some(row) = row else { return Ok(None) };
        let id: TotpId = row.id("id")?;
        let secret = open(self.keys, &id, &row.bytes("secret")?).await?;
        let now = self.work.now.seconds();
        match totp::step_of(&secret, self.code, now, row.int("shift")?) {
            Some(step) if step <= row.int("last_step")? => Err(CodeRefused::Used),
            Some(step) => Ok(Some(Found::Step { device: phone.id, id, step, shift: totp::shift(step, now) })),
            None => Ok(None),
        }
    }
}

/// Opens a sealed TOTP secret.
pub(super) async fn open(
    keys: &dyn KeyStore,
    id: &TotpId,
    sealed: &[u8],
) -> Result<zeroize::Zeroizing<[u8; 32]>, KeyStoreError> {
    let secret = keystore::open(keys, SEAL, id.as_str().as_bytes(), sealed).await?;
    let secret: [u8; 32] = secret.expose().as_slice().try_into().map_err(|_| KeyStoreError::Integrity)?;
    Ok(zeroize::Zeroizing::new(secret))
}
