//! Signing in with password and code.

use std::time::Duration;

use mohor_shared::code::SixDigits;
use serde_json::json;

use super::model::{AccountId, Session};
use super::password::{self, Password};
use super::recovery::{self, RecoveryCode};
use super::session::{self, SessionToken};
use super::{store, totp};
use crate::attempt::{self, TooMany};
use crate::kernel::db::{DbError, Row};
use crate::kernel::secret::digest;
use crate::kernel::work::Work;
use crate::keystore::{KeyStore, KeyStoreError};
use crate::person::Email;
use crate::{args, audit, fault};

/// Tries for one address in a quarter of an hour.
const TRIES: u32 = 10;
const WINDOW: Duration = Duration::from_secs(15 * 60);

/// Why a sign-in was refused. The three ways to be wrong are one answer.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Address, password or code is wrong, the code was used, or the account is not active.
    #[error("sign-in refused")]
    Refused,
    /// Too many tries for this address.
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
    SignInError {
        Refused => "sign-in-refused", Unproven;
    } transparent { TooMany, Keys, Db }
}

/// Signs in. `previous` is the session token the browser brought, if any; it ends.
///
/// # Errors
/// [`SignInError::Refused`] without saying what was wrong; [`SignInError::TooMany`] after ten tries in fifteen
/// minutes for one address.
pub async fn sign_in(
    work: &Work,
    keys: &dyn KeyStore,
    email: &Email,
    typed: &Password,
    code: &SixDigits,
    previous: Option<&str>,
) -> Result<SessionToken, SignInError> {
    attempt::limit(work, &format!("sign-in:{}", digest(email.as_str())), TRIES, WINDOW).await?;
    let row = work.read().await?.first(store::BY_EMAIL, args![email.as_str()]).await?;
    let proved = prove(work, keys, row, typed, code).await?;
    enter(work, proved, previous).await
}

/// Signs in with a recovery code in the place of the authenticator's: the phone is at home, or lost. The holder is told.
///
/// # Errors
/// As [`sign_in`].
pub async fn sign_in_recovered(
    work: &Work,
    keys: &dyn KeyStore,
    email: &Email,
    typed: &Password,
    code: &RecoveryCode,
    previous: Option<&str>,
) -> Result<SessionToken, SignInError> {
    attempt::limit(work, &format!("sign-in:{}", digest(email.as_str())), TRIES, WINDOW).await?;
    let row = work.read().await?.first(store::BY_EMAIL, args![email.as_str()]).await?;
    let row = row.filter(|row| row.text("state").is_ok_and(|state| state == "ACTIVE"));
    let phc = row.as_ref().map(|row| row.opt_text("password")).transpose()?.flatten();
    let right = password::verify(phc, typed).await;
    let Some(row) = row else { return refuse(work, None).await };
    let account: AccountId = row.id("id")?;
    let hash = recovery::hash_of(keys, &account, code).await?;
    if !right {
        return refuse(work, Some(&account)).await;
    }
    let mut tx = work.write().await?;
    if !recovery::spend(work, &mut tx, &account, &hash).await? {
        drop(tx);
        return refuse(work, Some(&account)).await;
    }
    let token = session::open(work, &mut tx, &account, previous).await?;
    audit::record(work, &mut tx, "account.signed-in", account.as_str(), json!({ "by": "recovery-code" })).await?;
    tx.commit().await?;
    Ok(token)
}

/// Proves the holder of `session` again before a step that matters; the session token changes.
///
/// # Errors
/// As [`sign_in`].
pub async fn prove_again(
    work: &Work,
    keys: &dyn KeyStore,
    session: &Session,
    token: &str,
    typed: &Password,
    code: &SixDigits,
) -> Result<SessionToken, SignInError> {
    attempt::limit(work, &format!("sign-in:{}", session.account), TRIES, WINDOW).await?;
    let row = work.read().await?.first(store::SECRETS, args![&session.account]).await?;
    let proved = prove(work, keys, row, typed, code).await?;
    enter(work, proved, Some(token)).await
}

/// An account whose password and code were right, and the step of the code.
struct Proved {
    account: AccountId,
    step: i64,
}

/// Checks password and code with the same work whoever asks.
async fn prove(
    work: &Work,
    keys: &dyn KeyStore,
    row: Option<Row>,
    typed: &Password,
    code: &SixDigits,
) -> Result<Proved, SignInError> {
    let row = row.filter(|row| row.text("state").is_ok_and(|state| state == "ACTIVE"));
    let phc = row.as_ref().map(|row| row.opt_text("password")).transpose()?.flatten();
    let right = password::verify(phc, typed).await;
    let Some(row) = row else { return refuse(work, None).await };
    let account: AccountId = row.id("id")?;
    let sealed = row.opt_bytes("totp")?.unwrap_or_default();
    let secret = totp::open(keys, &account, &sealed).await?;
    match totp::matching_step(&secret, work.now, code) {
        Some(step) if right => Ok(Proved { account, step }),
        _ => refuse(work, Some(&account)).await,
    }
}

async fn refuse<T>(work: &Work, account: Option<&AccountId>) -> Result<T, SignInError> {
    let subject = account.map_or("unknown", AccountId::as_str);
    audit::refused(work, "account.sign-in-refused", subject, json!({})).await?;
    Err(SignInError::Refused)
}

async fn enter(work: &Work, proved: Proved, previous: Option<&str>) -> Result<SessionToken, SignInError> {
    let mut tx = work.write().await?;
    if tx.first(store::USE_STEP, args![&proved.account, proved.step]).await?.is_none() {
        drop(tx);
        return refuse(work, Some(&proved.account)).await;
    }
    let token = session::open(work, &mut tx, &proved.account, previous).await?;
    audit::record(work, &mut tx, "account.signed-in", proved.account.as_str(), json!({})).await?;
    tx.commit().await?;
    Ok(token)
}
