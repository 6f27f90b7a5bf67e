//! Mails to account holders.

use super::model::AccountId;
use super::{invite, store};
use crate::args;
use crate::kernel::db::DbError;
use crate::kernel::words::Lang;
use crate::kernel::work::Work;
use crate::keystore::KeyStore;
use crate::outbox::{ComposeError, DueMail, Letter, Recipient, Stationery};

/// Composes `account.invite`, `account.reset` and `account.recovery-used`.
///
/// # Errors
/// [`ComposeError::Obsolete`] when the invitation was used.
pub async fn compose(due: &DueMail<'_>, keys: &dyn KeyStore) -> Result<Letter, ComposeError> {
    let DueMail { work, stationery, template, .. } = *due;
    let Recipient::Account(id) = due.recipient else { return Err(due.unknown()) };
    let id = AccountId::parse(id).ok_or_else(|| due.unknown())?;
    let row = work.read().await?.first(store::MAILBOX, args![&id]).await?.ok_or(ComposeError::Obsolete)?;
    let to = (Lang::from_tag(&row.text("lang")?), row.text("email")?);
    if template == "account.recovery-used" {
        return Ok(recovery_used(stationery, to));
    }
    let later = |error: invite::InviteError| ComposeError::Later(error.to_string());
    let token = invite::link(work, keys, &id).await.map_err(later)?.ok_or(ComposeError::Obsolete)?;
    match template {
        "account.invite" => Ok(invitation(stationery, to, token.expose())),
        "account.reset" => Ok(reset(stationery, to, token.expose())),
        _ => Err(due.unknown()),
    }
}

fn invitation(stationery: &Stationery, to: (Lang, String), token: &str) -> Letter {
    let path = format!("/jemputan/{token}");
    stationery.letter(to, "mail-invite-subject", &[], |pen| {
        vec![pen.text("mail-salutation"), pen.text("mail-invite-body"), pen.link("mail-invite-link", &path)]
    })
}

/// To the holder of an account that administrators reset: the news and the new beginning in one.
fn reset(stationery: &Stationery, to: (Lang, String), token: &str) -> Letter {
    let path = format!("/jemputan/{token}");
    stationery.letter(to, "mail-account-reset-subject", &[], |pen| {
        let body = [pen.text("mail-salutation"), pen.text("mail-account-reset-body")];
        body.into_iter().chain([pen.link("mail-invite-link", &path), pen.text("mail-account-reset-help")]).collect()
    })
}

fn recovery_used(stationery: &Stationery, to: (Lang, String)) -> Letter {
    stationery.letter(to, "mail-recovery-used-subject", &[], |pen| {
        ["mail-salutation", "mail-recovery-used-body", "mail-recovery-used-help"].map(|key| pen.text(key)).to_vec()
    })
}

/// One of each letter, for the test that reads them all.
#[cfg(test)]
pub(crate) fn samples(stationery: &Stationery, lang: Lang) -> Vec<(&'static str, Letter)> {
    let to = || (lang, "siti@example.test".to_owned());
    vec![
        ("account.invite", invitation(stationery, to(), "x")),
        ("account.reset", reset(stationery, to(), "x")),
        ("account.recovery-used", recovery_used(stationery, to())),
    ]
}

/// The language and the address that a mail to an account goes to; `None` for other recipients and for accounts
/// that were disabled.
pub async fn mailbox(work: &Work, recipient: &Recipient) -> Result<Option<(Lang, String)>, DbError> {
    let Recipient::Account(id) = recipient else { return Ok(None) };
    let row = work.read().await?.first(store::MAILBOX, args![id]).await?;
    let Some(row) = row.filter(|row| row.text("state").is_ok_and(|state| state != "DISABLED")) else {
        return Ok(None);
    };
    Ok(Some((Lang::from_tag(&row.text("lang")?), row.text("email")?)))
}
