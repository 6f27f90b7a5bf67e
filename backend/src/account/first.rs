//! The first administrator: whoever can read the console of the server.

use std::time::Duration;

use serde_json::json;

use super::invite::{self, InviteError, NewAccount};
use super::model::Role;
use super::store;
use crate::attempt::{self, TooMany};
use crate::kernel::db::DbError;
use crate::kernel::secret::{Secret, digest};
use crate::kernel::words::Lang;
use crate::kernel::work::Work;
use crate::keystore::KeyStore;
use crate::person::{Email, PersonName};
use crate::{args, audit, fault};

/// How long a console code counts.
const VALID: Duration = Duration::from_secs(3600);

/// Why the first administrator was not made.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// The code is wrong, used or over.
    #[error("the console code is not valid")]
    Code,
    /// Too many codes were tried.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The account could not be made.
    #[error(transparent)]
    Invite(#[from] InviteError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    ClaimError {
        Code => "console-code-wrong", Unproven;
    } transparent { TooMany, Invite, Db }
}

/// A one-time code for the console, or `None` when there is an active administrator. An earlier code dies.
/// It has 32 random bytes, is valid for an hour, and only its hash is stored.
pub async fn first_admin_code(work: &Work) -> Result<Option<Secret<String>>, DbError> {
    let mut tx = work.write().await?;
    if tx.first(store::ANY_ADMIN, args![]).await?.is_some() {
        return Ok(None);
    }
    let code = work.rng().token();
    tx.execute(store::FIRST_CODE, args![digest(&code), work.now.plus(VALID)]).await?;
    audit::record(work, &mut tx, "account.first-code", "console", json!({})).await?;
    tx.commit().await?;
    Ok(Some(Secret::new(code)))
}

/// Spends the console code: makes the administrator's account and returns the token of its invitation, which
/// the page follows at once ([`accept`](super::accept), [`confirm`](super::confirm)).
///
/// # Errors
/// [`ClaimError::Code`]; the code is kept when the account could not be made.
pub async fn claim_first_admin(
    work: &Work,
    keys: &dyn KeyStore,
    code: &str,
    email: Email,
    name: PersonName,
    lang: Lang,
) -> Result<Secret<String>, ClaimError> {
    attempt::limit(work, "console-code", 20, Duration::from_secs(900)).await?;
    let (id, token) = invite::first_token(work, keys).await.map_err(InviteError::Keys)?;
    let new = NewAccount { email, name, lang, roles: vec![Role::Admin], developer: None, number: None };
    let mut tx = work.write().await?;
    if tx.first(store::SPEND_FIRST_CODE, args![digest(code.trim()), work.now]).await?.is_none() {
        return Err(ClaimError::Code);
    }
    if tx.first(store::ANY_ADMIN, args![]).await?.is_some() {
        return Err(ClaimError::Code);
    }
    invite::add(work, &mut tx, &id, &token, &new, None).await?;
    audit::record(work, &mut tx, "account.first-admin", id.as_str(), json!({})).await?;
    tx.commit().await?;
    Ok(Secret::new(token))
}
