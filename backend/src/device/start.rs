//! `enrol/start`: what the person knows, against a challenge for the phone.

use std::time::Duration;

use mohor_shared::ic::IdNumber;
use mohor_shared::wire::{EnrolChallenge, EnrolStart, mykad_hash};
use subtle::ConstantTimeEq as _;

use super::challenge::{self, number_mac};
use super::invite::{stretch, verification_code};
use super::model::EnrolId;
use super::store;
use crate::attempt::{self, TooMany};
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Row};
use crate::kernel::secret::Secret;
use crate::kernel::work::Work;
use crate::keystore::{KeyStore, KeyStoreError};
use crate::person::{FindError, PersonId};
use crate::{args, audit, fault, person};

/// Tries in an hour for one identity number.
const TRIES: u32 = 5;

/// Why an enrolment does not begin.
#[derive(Debug, thiserror::Error)]
pub enum StartRefused {
    /// The number is no MyKad and no passport number.
    #[error("not an identity number")]
    Number,
    /// Unknown number, wrong password, wrong or old code: one answer for all, so that nobody learns which.
    #[error("number, activation password and verification code do not belong together")]
    Mismatch,
    /// Too many tries for this number.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// Nobody could be looked up.
    #[error(transparent)]
    Find(#[from] FindError),
    /// The key store refused.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    StartRefused {
        Number => "enrol-number-unfit", Invalid;
        Mismatch => "enrol-mismatch", Unproven;
    } transparent { TooMany, Find, Keys, Db }
}

/// Checks what the person typed and gives the phone a challenge. The same work is done for a number we do
/// not know, and the answer is the same.
///
/// # Errors
/// [`StartRefused`].
pub async fn start(work: &Work, keys: &dyn KeyStore, request: &EnrolStart) -> Result<EnrolChallenge, StartRefused> {
    let number = IdNumber::parse(&request.mykad).map_err(|_| StartRefused::Number)?;
    let label = person::number_label(keys, "mohor/enrol-limit", &number).await?;
    attempt::limit(work, &format!("enrol:{label}"), TRIES, Duration::from_secs(3600)).await?;

    let found = person::by_id_number(work, keys, &number).await?;
    // Nobody has this identifier: the question is asked all the same.
    let person = found.map_or_else(|| PersonId::new(work), |found| found.id);
    let open = work.read().await?.first(store::OPEN_INVITATION, args![&person, work.now]).await?;
    let Some(row) = matching(work, keys, request, open).await? else {
        audit::refused(work, "device.enrol-refused", &label, serde_json::json!({})).await?;
        return Err(StartRefused::Mismatch);
    };
    open_challenge(work, keys, &number, &row).await
}

/// The invitation, when password and code belong to it. Does the same work without one.
async fn matching(
    work: &Work,
    keys: &dyn KeyStore,
    request: &EnrolStart,
    open: Option<Row>,
) -> Result<Option<Row>, StartRefused> {
    let (id, salt, hash, generation, until) = match &open {
        Some(row) => (
            row.text("id")?,
            row.opt_bytes("salt")?.unwrap_or_else(|| vec![0; 16]),
            row.opt_bytes("password")?.unwrap_or_default(),
            row.int("generation")?,
            row.opt_time("code_until")?,
        ),
        None => (String::new(), vec![0; 16], Vec::new(), 0, None),
    };
    let offered = stretch(Secret::new(request.activation_password.clone()), salt).await?;
    let code = verification_code(keys, &id, generation).await?;
    let digits: String = request.verification_code.chars().filter(char::is_ascii_digit).collect();
    let password_fits = bool::from(offered.as_slice().ct_eq(&hash));
    let code_fits = bool::from(code.expose().as_bytes().ct_eq(digits.as_bytes()));
    let in_time = until.is_some_and(|until: Timestamp| work.now < until);
    Ok(open.filter(|_| password_fits & code_fits & in_time))
}

/// Opens a challenge on the invitation.
async fn open_challenge(
    work: &Work,
    keys: &dyn KeyStore,
    number: &IdNumber,
    invitation: &Row,
) -> Result<EnrolChallenge, StartRefused> {
    let id = EnrolId::new(work);
    let nonce: [u8; 32] = work.rng().bytes();
    let number_mac = number_mac(keys, &mykad_hash(id.as_str(), number.expose())).await?;
    let expires = work.now.plus(challenge::LIFE);
    let contact = invitation.opt_text("contact")?.ok_or(StartRefused::Mismatch)?;
    let (invitation, person) = (invitation.text("id")?, invitation.text("person")?);
    let mut tx = work.write().await?;
    let row = args![&id, invitation, person, contact, nonce.to_vec(), number_mac.to_vec(), expires];
    tx.execute(store::CHALLENGE, row).await?;
    tx.commit().await?;
    Ok(challenge::sent(work, keys, id.to_string(), &nonce).await?)
}
