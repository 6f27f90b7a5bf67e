//! Making an account: an invitation link, then a password, then a code from an authenticator app.

use std::time::Duration;

use mohor_shared::code::SixDigits;
use mohor_shared::ic::IdNumber;
use serde_json::json;

use super::model::{AccountId, Admin, Officer, Role};
use super::password::{self, Password};
use super::session::{self, SessionToken};
use super::{store, totp};
use crate::attempt::{self, TooMany};
use crate::kernel::db::{DbError, Tx};
use crate::kernel::secret::{Secret, digest};
use crate::kernel::words::Lang;
use crate::kernel::work::Work;
use crate::keystore::{self, KeyStore, KeyStoreError};
use crate::organisation::DeveloperId;
use crate::outbox::Recipient;
use crate::person::{Email, PersonName};
use crate::{args, audit, fault, outbox, person};

/// How long an invitation leads somewhere (SEC-3 gives confirmation links 24 hours).
pub(super) const VALID: Duration = Duration::from_secs(24 * 3600);

/// Why an invitation was refused.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// Somebody has an account with this address.
    #[error("the address has an account")]
    Exists,
    /// These roles do not go together: a developer's account is nothing else, and names its developer.
    #[error("these roles do not go together")]
    Roles,
    /// Whoever decides about people is known by the number of their identity document.
    #[error("the number of the identity document is missing")]
    Unnamed,
    /// Somebody with this number has an account that is in use.
    #[error("the number has an account")]
    NumberExists,
    /// It is recorded whose account this is.
    #[error("the number is recorded")]
    Told,
    /// The link is not one of ours, was used, was replaced, or is over.
    #[error("the invitation leads nowhere")]
    Over,
    /// The code is not the one the app shows now.
    #[error("wrong code")]
    WrongCode,
    /// Too many codes were tried.
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
    InviteError {
        Exists => "account-exists", Conflict;
        Roles => "account-roles", Invalid;
        Unnamed => "account-unnamed", Invalid;
        NumberExists => "account-number-exists", Conflict;
        Told => "account-number-told", Conflict;
        Over => "invitation-over", Gone;
        WrongCode => "invitation-code-wrong", Unproven;
    } transparent { TooMany, Keys, Db }
}

/// An account to be made.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Where the invitation goes, and the name to sign in with.
    pub email: Email,
    /// The name shown.
    pub name: PersonName,
    /// The language of pages and mails.
    pub lang: Lang,
    /// What the account may do.
    pub roles: Vec<Role>,
    /// For [`Role::Pemaju`]: the developer.
    pub developer: Option<DeveloperId>,
    /// For whoever decides about people: the number of their own identity document (ADR 0046).
    pub number: Option<IdNumber>,
}

impl NewAccount {
    /// Whether it is known who will decide about people.
    fn named(&self) -> bool {
        self.number.is_some() || !self.roles.iter().any(|role| role.decides())
    }

    fn roles_fit(&self) -> bool {
        match self.roles.as_slice() {
            [] => false,
            [Role::Pemaju] => self.developer.is_some(),
            roles => !roles.contains(&Role::Pemaju) && self.developer.is_none(),
        }
    }
}

/// What an open invitation says.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// The account.
    pub account: AccountId,
    /// The address it will sign in with.
    pub email: Email,
    /// The name shown.
    pub name: String,
    /// The language.
    pub lang: Lang,
}

/// What an authenticator app needs: shown once, on the page that answers the password.
#[derive(Debug)]
pub struct Setup {
    /// The secret in base32, to type by hand.
    pub base32: Secret<String>,
    /// `otpauth://totp/…`, for a QR code.
    pub uri: Secret<String>,
}

/// The token of the invitation link: derived, so that no row holds it.
pub(super) async fn token(keys: &dyn KeyStore, id: &AccountId, generation: i64) -> Result<String, KeyStoreError> {
    keystore::sent_token(keys, "account/invite", id.as_str(), generation).await
}

/// The token of the newest invitation of `account`, for the mail that carries it; `None` when it is used.
pub async fn link(
    work: &Work,
    keys: &dyn KeyStore,
    account: &AccountId,
) -> Result<Option<Secret<String>>, InviteError> {
    match work.read().await?.first(store::GENERATION, args![account]).await? {
        Some(row) => Ok(Some(Secret::new(token(keys, account, row.int("generation")?).await?))),
        None => Ok(None),
    }
}

/// Makes an account and mails its invitation.
///
/// # Errors
/// [`InviteError::Exists`], [`InviteError::Roles`].
pub async fn invite(
    work: &Work,
    keys: &dyn KeyStore,
    by: &Officer<Admin>,
    new: &NewAccount,
) -> Result<AccountId, InviteError> {
    let (id, token) = first_token(work, keys).await?;
    let index = match &new.number {
        Some(number) => Some(person::index(keys, number).await?),
        None => None,
    };
    let mut tx = work.write().await?;
    add(work, &mut tx, &id, &token, new, index.as_deref()).await?;
    let facts = json!({ "by": by.account(), "roles": words(&new.roles) });
    audit::record(work, &mut tx, "account.invited", id.as_str(), facts).await?;
    let ids = json!({ "account": id });
    outbox::mail(work, &mut tx, "account.invite", &Recipient::Account(id.to_string()), ids).await?;
    tx.commit().await?;
    Ok(id)
}

/// A new identifier and its first token, before the transaction.
pub(super) async fn first_token(work: &Work, keys: &dyn KeyStore) -> Result<(AccountId, String), KeyStoreError> {
    let id = AccountId::new(work);
    let token = token(keys, &id, 1).await?;
    Ok((id, token))
}

pub(super) fn words(roles: &[Role]) -> Vec<&'static str> {
    roles.iter().map(|role| role.as_str()).collect()
}

/// Writes the invited account and its roles.
pub(super) async fn add(
    work: &Work,
    tx: &mut Tx,
    id: &AccountId,
    token: &str,
    new: &NewAccount,
    index: Option<&str>,
) -> Result<(), InviteError> {
    if !new.roles_fit() {
        return Err(InviteError::Roles);
    }
    if !new.named() {
        return Err(InviteError::Unnamed);
    }
    let (email, name, lang) = (new.email.as_str(), new.name.as_str(), new.lang.tag());
    let until = work.now.plus(VALID);
    let values = args![id, email, name, lang, new.developer.as_ref(), index, digest(token), until, work.now];
    if tx.execute(store::ADD, values).await.map_err(taken)? == 0 {
        return Err(InviteError::Exists);
    }
    for role in &new.roles {
        tx.execute(store::ADD_ROLE, args![id, role.as_str()]).await?;
    }
    Ok(())
}

/// The address gives way by itself; the only other constraint is one account for one human.
fn taken(error: DbError) -> InviteError {
    match error {
        DbError::Conflict { .. } => InviteError::NumberExists,
        other => other.into(),
    }
}

/// Records, once, whose account it is: for accounts from before this was asked.
///
/// # Errors
/// [`InviteError::NumberExists`], [`InviteError::Told`].
pub async fn tell_number(
    work: &Work,
    keys: &dyn KeyStore,
    by: &Officer<Admin>,
    account: &AccountId,
    number: &IdNumber,
) -> Result<(), InviteError> {
    let index = person::index(keys, number).await?;
    let mut tx = work.write().await?;
    let told = tx.first(store::TELL_NUMBER, args![account, index]).await.map_err(taken)?;
    told.ok_or(InviteError::Told)?;
    audit::record(work, &mut tx, "account.number-told", account.as_str(), json!({ "by": by.account() })).await?;
    Ok(tx.commit().await?)
}

/// Sends a new invitation to an account that is not active yet; the older link dies.
///
/// # Errors
/// [`InviteError::Over`] when the account is active or disabled.
pub async fn invite_again(
    work: &Work,
    keys: &dyn KeyStore,
    by: &Officer<Admin>,
    account: &AccountId,
) -> Result<(), InviteError> {
    let row = work.read().await?.first(store::GENERATION, args![account]).await?.ok_or(InviteError::Over)?;
    let generation = row.int("generation")?;
    let hash = digest(&token(keys, account, generation + 1).await?);
    let mut tx = work.write().await?;
    let values = args![account, generation, hash, work.now.plus(VALID)];
    tx.first(store::INVITE_AGAIN, values).await?.ok_or(InviteError::Over)?;
    audit::record(work, &mut tx, "account.invited", account.as_str(), json!({ "by": by.account() })).await?;
    let ids = json!({ "account": account });
    outbox::mail(work, &mut tx, "account.invite", &Recipient::Account(account.to_string()), ids).await?;
    Ok(tx.commit().await?)
}

/// What the invitation behind `token` says. Changes nothing: a mail scanner may look.
///
/// # Errors
/// [`InviteError::Over`].
pub async fn invitation(work: &Work, token: &str) -> Result<Invitation, InviteError> {
    let row = work.read().await?.first(store::INVITED, args![digest(token)]).await?.ok_or(InviteError::Over)?;
    if row.opt_time("invite_until")?.is_none_or(|until| work.now >= until) {
        return Err(InviteError::Over);
    }
    let email = row.text("email")?;
    Ok(Invitation {
        account: row.id("id")?,
        email: Email::parse(&email).map_err(|_| DbError::Inconsistent("account email".to_owned()))?,
        name: row.text("name")?,
        lang: Lang::from_tag(&row.text("lang")?),
    })
}

/// Sets the password and makes a fresh secret for the authenticator app. Doing it again before the code is
/// confirmed replaces both.
///
/// # Errors
/// [`InviteError::Over`].
pub async fn accept(
    work: &Work,
    keys: &dyn KeyStore,
    token: &str,
    new: &Password,
    issuer: &str,
) -> Result<Setup, InviteError> {
    let invited = invitation(work, token).await?;
    let phc = password::hash(work.rng(), new).await;
    let phc = phc.ok_or_else(|| KeyStoreError::Broken("password hash".to_owned()))?;
    let secret = totp::fresh(work.rng());
    let sealed = totp::seal(keys, work.rng(), &invited.account, &secret).await?;
    let mut tx = work.write().await?;
    let values = args![&invited.account, phc, sealed, digest(token)];
    tx.first(store::ENROL, values).await?.ok_or(InviteError::Over)?;
    audit::record(work, &mut tx, "account.password-set", invited.account.as_str(), json!({})).await?;
    tx.commit().await?;
    let base32 = totp::base32(secret.expose());
    let uri = format!(
        "otpauth://totp/{0}:{1}?secret={base32}&issuer={0}&algorithm=SHA1&digits=6&period=30",
        percent(issuer),
        percent(invited.email.as_str())
    );
    Ok(Setup { base32: Secret::new(base32), uri: Secret::new(uri) })
}

/// Confirms the authenticator app with a code: the account is active, the link is used, and the holder is
/// signed in.
///
/// # Errors
/// [`InviteError::WrongCode`]; after ten codes in fifteen minutes [`InviteError::TooMany`].
pub async fn confirm(
    work: &Work,
    keys: &dyn KeyStore,
    token: &str,
    code: &SixDigits,
    previous: Option<&str>,
) -> Result<SessionToken, InviteError> {
    let invited = invitation(work, token).await?;
    attempt::limit(work, &format!("invite-code:{}", invited.account), 10, Duration::from_secs(900)).await?;
    let row = work.read().await?.first(store::INVITED, args![digest(token)]).await?.ok_or(InviteError::Over)?;
    let sealed = row.opt_bytes("totp")?.ok_or(InviteError::Over)?;
    let secret = totp::open(keys, &invited.account, &sealed).await?;
    let step = totp::matching_step(&secret, work.now, code).ok_or(InviteError::WrongCode)?;
    let mut tx = work.write().await?;
    let values = args![&invited.account, step, work.now, digest(token)];
    tx.first(store::ACTIVATE, values).await?.ok_or(InviteError::Over)?;
    let session = session::open(work, &mut tx, &invited.account, previous).await?;
    audit::record(work, &mut tx, "account.activated", invited.account.as_str(), json!({})).await?;
    tx.commit().await?;
    Ok(session)
}

/// Percent-encodes everything but letters, digits and `-._~@` (RFC 3986).
fn percent(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
