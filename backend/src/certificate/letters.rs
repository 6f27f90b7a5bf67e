//! The mail about a certificate that was revoked.

use crate::kernel::words::Lang;
use crate::outbox::{ComposeError, DueMail, Letter, Stationery};
use crate::person;

/// Composes `certificate.revoked`.
///
/// # Errors
/// [`ComposeError::Obsolete`] when the person has no address (any more).
pub async fn compose(due: &DueMail<'_>) -> Result<Letter, ComposeError> {
    if due.template != "certificate.revoked" {
        return Err(due.unknown());
    }
    let to = person::addressee(due).await?;
    let reason = due.ids["reason"].as_str().unwrap_or("unspecified");
    Ok(revoked(due.stationery, to, due.text("at"), reason))
}

fn revoked(stationery: &Stationery, to: (Lang, String), at: &str, reason: &str) -> Letter {
    stationery.letter(to, "mail-certificate-revoked-subject", &[("at", at)], |pen| {
        let reason = format!("mail-certificate-revoked-{reason}");
        ["mail-salutation", "mail-certificate-revoked-body", &reason, "mail-certificate-revoked-then"]
            .map(|key| pen.text(key))
            .to_vec()
    })
}

/// One of each letter, for the test that reads them all.
#[cfg(test)]
pub(crate) fn samples(stationery: &Stationery, lang: Lang) -> Vec<(&'static str, Letter)> {
    let to = || (lang, "aina@example.test".to_owned());
    vec![("certificate.revoked", revoked(stationery, to(), "20/11/2026 09:00", "key-compromise"))]
}
