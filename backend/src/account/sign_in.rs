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

/// What stands beside the password.
#[derive(Clone, Debug)]
pub enum SecondFactor {
    /// What the authenticator app shows.
    App(SixDigits),
    /// A code from paper: the phone is at home, or lost. The holder is told.
    Recovery(RecoveryCode),
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
    second: &SecondFactor,
    previous: Option<&str>,
) -> Result<SessionToken, SignInError> {
    attempt::limit(work, &format!("sign-in:{}", digest(email.as_str())), TRIES, WINDOW).await?;
    let row = work.read().await?.first(store::BY_EMAIL, args![email.as_str()]).await?;
    let holder = holder(work, row, typed).await?;
    enter(work, keys, &holder, second, previous).await
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
    code: SixDigits,
) -> Result<SessionToken, SignInError> {
    attempt::limit(work, &format!("sign-in:{}", session.account), TRIES, WINDOW).await?;
    let row = work.read().await?.first(store::SECRETS, args![&session.account]).await?;
    let holder = holder(work, row, typed).await?;
    enter(work, keys, &holder, &SecondFactor::App(code), Some(token)).await
}

/// An active account that somebody says is theirs.
struct Holder {
    account: AccountId,
    /// The sealed secret of the authenticator.
    totp: Vec<u8>,
    /// Whether the password was its own.
    right: bool,
}

/// Checks the password with the same work whoever asks.
async fn holder(work: &Work, row: Option<Row>, typed: &Password) -> Result<Holder, SignInError> {
    let row = row.filter(|row| row.text("state").is_ok_and(|state| state == "ACTIVE"));
    let phc = row.as_ref().map(|row| row.opt_text("password")).transpose()?.flatten();
    let right = password::verify(phc, typed).await;
    let Some(row) = row else { return refuse(work, None).await };
    Ok(Holder { account: row.id("id")?, totp: row.opt_bytes("totp")?.unwrap_or_default(), right })
}

async fn enter(
    work: &Work,
    keys: &dyn KeyStore,
    holder: &Holder,
    second: &SecondFactor,
    previous: Option<&str>,
) -> Result<SessionToken, SignInError> {
    let account = &holder.account;
    // The key store is asked whether the password was right or not: the time says nothing.
    let shown = match second {
        SecondFactor::App(code) => {
            let secret = totp::open(keys, account, &holder.totp).await?;
            totp::matching_step(&secret, work.now, code).map(Shown::Step)
        }
        SecondFactor::Recovery(code) => Some(Shown::Paper(recovery::hash_of(keys, account, code).await?)),
    };
    let Some(shown) = shown.filter(|_| holder.right) else { return refuse(work, Some(account)).await };
    let mut tx = work.write().await?;
    let (spent, facts) = match &shown {
        Shown::Step(step) => (tx.first(store::USE_STEP, args![account, *step]).await?.is_some(), json!({})),
        Shown::Paper(hash) => (recovery::spend(work, &mut tx, account, hash).await?, json!({ "by": "recovery-code" })),
    };
    if !spent {
        drop(tx);
        return refuse(work, Some(account)).await;
    }
    let token = session::open(work, &mut tx, account, previous).await?;
    audit::record(work, &mut tx, "account.signed-in", account.as_str(), facts).await?;
    tx.commit().await?;
    Ok(token)
}

/// What is spent by a sign-in.
enum Shown {
    /// The step of the app's code.
    Step(i64),
    /// The hash of the paper's code.
    Paper(String),
}

async fn refuse<T>(work: &Work, account: Option<&AccountId>) -> Result<T, SignInError> {
    let subject = account.map_or("unknown", AccountId::as_str);
    audit::refused(work, "account.sign-in-refused", subject, json!({})).await?;
    Err(SignInError::Refused)
}
