//! The mail about a certificate that was revoked.

use serde_json::Value as Json;

use crate::kernel::words::Lang;
use crate::kernel::work::Work;
use crate::outbox::{ComposeError, Letter, Recipient, Stationery};
use crate::person;

/// Composes `certificate.revoked`.
///
/// # Errors
/// [`ComposeError::Obsolete`] when the person has no address (any more).
pub async fn compose(
    work: &Work,
    stationery: &Stationery,
    template: &str,
    recipient: &Recipient,
    ids: &Json,
) -> Result<Letter, ComposeError> {
    if template != "certificate.revoked" {
        return Err(ComposeError::Unknown(template.to_owned()));
    }
    let (person, to) = person::mailbox(work, recipient).await?.ok_or(ComposeError::Obsolete)?;
    let reason = ids["reason"].as_str().unwrap_or("unspecified").to_owned();
    Ok(revoked(stationery, (person.lang, to), ids["at"].as_str().unwrap_or_default(), &reason))
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
