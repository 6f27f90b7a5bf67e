//! The invitation to bind a phone: a link that names it, a password the person chooses on the page behind the
//! link, and a code mailed to the contact that is proved by it (APP-13). Whoever holds the old phone needs neither: it signs
//! for the new one (`transfer.rs`, ADR 0048).

use std::time::Duration;

use argon2::Argon2;
use mohor_shared::otp;
use serde_json::json;
use zeroize::Zeroizing;

use super::model::InvitationId;
use super::store;
use crate::attempt::{self, TooMany};
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::heavy::heavy;
use crate::kernel::secret::Secret;
use crate::kernel::work::Work;
use crate::keystore::{self, KeyStore, KeyStoreError};
use crate::outbox::Recipient;
use crate::person::PersonId;
use crate::{args, audit, fault, outbox, person};

/// Sets the links of invitations apart from others.
const LINK_PURPOSE: &str = "mohor/enrol-link";
/// How long a link leads somewhere.
const LINK: Duration = Duration::from_secs(14 * 24 * 3600);
/// How long a verification code counts (NIST SP 800-63A: at most 24 hours by e-mail).
pub(super) const CODE: Duration = Duration::from_secs(24 * 3600);
/// Codes mailed in an hour (GAP-6).
const SENDS: u32 = 5;

/// Why the enrolment page refuses.
#[derive(Debug, thiserror::Error)]
pub enum InviteRefused {
    /// The link is not one of ours, was used, or is over.
    #[error("the enrolment link leads nowhere")]
    Link,
    /// The password is shorter than 8 or longer than 64 characters.
    #[error("the activation password does not fit")]
    Password,
    /// There is no address to mail the code to.
    #[error("the person has no e-mail address")]
    NoAddress,
    /// No password yet: a code alone would activate nothing.
    #[error("no activation password is set")]
    NoPassword,
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

fault! {
    InviteRefused {
        Link => "enrol-link-over", Gone;
        Password => "activation-password-unfit", Invalid;
        NoAddress => "enrol-no-address", Invalid;
        NoPassword => "activation-password-missing", Conflict;
    } transparent { TooMany, Keys, Db }
}

/// An invitation as the page behind the link sees it.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// Its name.
    pub id: InvitationId,
    /// Who is invited.
    pub person: PersonId,
    /// Whether the password was chosen.
    pub password_set: bool,
    /// Until when the newest mailed code counts.
    pub code_until: Option<Timestamp>,
    /// Whether a phone has been bound by it.
    pub claimed: bool,
}

/// Invites `person` to bind a phone; the mail with the [`link`] is the caller's. A person has one open
/// invitation: inviting again makes it live longer and keeps the password.
pub async fn invite(work: &Work, tx: &mut Tx, person: &PersonId) -> Result<InvitationId, DbError> {
    let fresh = InvitationId::new(work);
    let row = tx.one(store::INVITE, args![&fresh, person, work.now, work.now.plus(LINK)]).await?;
    let id: InvitationId = row.id("id")?;
    if id == fresh {
        audit::record(work, tx, "device.invited", person.as_str(), json!({ "invitation": id })).await?;
    }
    Ok(id)
}

/// Ends the open invitation of `person`: its link, password and code are worth nothing from then on. Whether there
/// was one.
pub async fn withdraw_invitation(work: &Work, tx: &mut Tx, person: &PersonId) -> Result<bool, DbError> {
    let Some(row) = tx.first(store::WITHDRAW_INVITATION, args![person, work.now]).await? else { return Ok(false) };
    let facts = json!({ "invitation": row.text("id")? });
    audit::record(work, tx, "device.invitation-withdrawn", person.as_str(), facts).await?;
    Ok(true)
}

/// The token of the link `/daftar/{token}`: the invitation and a MAC, so that no row holds it.
///
/// # Errors
/// [`KeyStoreError`] when the key store refuses.
pub async fn link(keys: &dyn KeyStore, id: &InvitationId) -> Result<String, KeyStoreError> {
    keystore::link_token(keys, LINK_PURPOSE, id.as_str()).await
}

/// The invitation a link names. Looking changes nothing.
///
/// # Errors
/// [`InviteRefused::Link`] unless the link is ours and its time has not passed.
pub async fn invitation(work: &Work, keys: &dyn KeyStore, token: &str) -> Result<Invitation, InviteRefused> {
    let id: InvitationId = keystore::linked(keys, LINK_PURPOSE, token).await?.ok_or(InviteRefused::Link)?;
    let row = work.read().await?.first(store::INVITATION, args![&id]).await?.ok_or(InviteRefused::Link)?;
    if row.time("expires_at")? <= work.now {
        return Err(InviteRefused::Link);
    }
    Ok(Invitation {
        id,
        person: row.id("person")?,
        password_set: row.opt_bytes("password")?.is_some(),
        code_until: row.opt_time("code_until")?,
        claimed: row.text("state")? == "CLAIMED",
    })
}

/// Sets the activation password and mails the verification code. May be done again until a phone is bound.
///
/// # Errors
/// [`InviteRefused`].
pub async fn set_password(
    work: &Work,
    keys: &dyn KeyStore,
    token: &str,
    password: &str,
) -> Result<Invitation, InviteRefused> {
    if !(8..=64).contains(&password.chars().count()) {
        return Err(InviteRefused::Password);
    }
    let invitation = invitation(work, keys, token).await?;
    let salt: [u8; 16] = work.rng().bytes();
    let hash = stretch(Secret::new(password.to_owned()), salt.to_vec()).await?;
    let mut tx = work.write().await?;
    let id = &invitation.id;
    tx.first(store::SET_PASSWORD, args![id, salt.to_vec(), hash.to_vec(), work.now])
        .await?
        .ok_or(InviteRefused::Link)?;
    audit::record(work, &mut tx, "device.password-set", invitation.person.as_str(), json!({ "invitation": id }))
        .await?;
    tx.commit().await?;
    send_code(work, &invitation).await?;
    Ok(invitation)
}

/// Mails a fresh verification code; the one before is worth nothing from then on.
///
/// # Errors
/// [`InviteRefused::TooMany`] after five in an hour.
pub async fn resend_code(work: &Work, keys: &dyn KeyStore, token: &str) -> Result<(), InviteRefused> {
    let invitation = invitation(work, keys, token).await?;
    if !invitation.password_set {
        return Err(InviteRefused::NoPassword);
    }
    send_code(work, &invitation).await
}

async fn send_code(work: &Work, invitation: &Invitation) -> Result<(), InviteRefused> {
    let Invitation { id, person, .. } = invitation;
    attempt::limit(work, &format!("enrol-code:{id}"), SENDS, Duration::from_secs(3600)).await?;
    let found = person::by_id(work, person).await?.ok_or(InviteRefused::Link)?;
    let contact = found.email.ok_or(InviteRefused::NoAddress)?.id;
    let mut tx = work.write().await?;
    let row = tx
        .first(store::NEXT_CODE, args![id, &contact, work.now.plus(CODE), work.now])
        .await?
        .ok_or(InviteRefused::Link)?;
    let ids = json!({ "invitation": id, "generation": row.int("generation")? });
    outbox::mail(work, &mut tx, "device.verification-code", &Recipient::Contact(contact.to_string()), ids).await?;
    Ok(tx.commit().await?)
}

/// The eight digits of one sending, derived so that no row holds them.
pub(super) async fn verification_code(
    keys: &dyn KeyStore,
    id: &str,
    generation: i64,
) -> Result<Secret<String>, KeyStoreError> {
    let mac = keys.hmac("mohor/enrol-code", format!("{id}:{generation}").as_bytes()).await?;
    Ok(Secret::new(otp::truncate(&mac, 8)))
}

/// Argon2id (19 MiB, two passes, one lane: OWASP's floor), off the async threads.
pub(super) async fn stretch(password: Secret<String>, salt: Vec<u8>) -> Result<Zeroizing<[u8; 32]>, KeyStoreError> {
    let broken = |what: String| KeyStoreError::Broken(format!("password hash: {what}"));
    let stretched = heavy(move || {
        let mut hash = Zeroizing::new([0; 32]);
        let done = Argon2::default().hash_password_into(password.expose().as_bytes(), &salt, hash.as_mut_slice());
        done.map(|()| hash).map_err(|error| broken(error.to_string()))
    });
    stretched.await.unwrap_or_else(|| Err(broken("interrupted".to_owned())))
}
