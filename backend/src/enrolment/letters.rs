//! Mails about certificates and PINs.

use serde_json::Value as Json;

use crate::kernel::clock::Timestamp;
use crate::kernel::words::Lang;
use crate::kernel::work::Work;
use crate::keystore::KeyStore;
use crate::outbox::{ComposeError, Letter, Recipient, Stationery};
use crate::person;

/// Composes `enrolment.certificate` and `enrolment.pin-reset`.
///
/// # Errors
/// [`ComposeError::Obsolete`] when the person has no address (any more).
pub async fn compose(
    work: &Work,
    stationery: &Stationery,
    _keys: &dyn KeyStore,
    template: &str,
    recipient: &Recipient,
    ids: &Json,
) -> Result<Letter, ComposeError> {
    let (person, to) = person::mailbox(work, recipient).await?.ok_or(ComposeError::Obsolete)?;
    let word = match template {
        "enrolment.certificate" => "certificate",
        "enrolment.pin-reset" => "pin-reset",
        _ => return Err(ComposeError::Unknown(template.to_owned())),
    };
    let until = ids["until"].as_i64().map(Timestamp::from_millis).ok_or(ComposeError::Obsolete)?;
    Ok(letter(stationery, (person.lang, to), word, until))
}

fn letter(stationery: &Stationery, to: (Lang, String), word: &str, until: Timestamp) -> Letter {
    let until = until.myt_date();
    let [subject, body, not_me] = ["subject", "body", "not-me"].map(|part| format!("mail-{word}-{part}"));
    stationery.letter(to, &subject, &[("until", &until)], |pen| {
        vec![pen.text("mail-salutation"), pen.text(&body), pen.text(&not_me)]
    })
}

/// One of each letter, for the test that reads them all.
#[cfg(test)]
pub(crate) fn samples(stationery: &Stationery, lang: Lang) -> Vec<(&'static str, Letter)> {
    let letter =
        |word| letter(stationery, (lang, "aina@example.test".to_owned()), word, Timestamp::from_seconds(1_795_136_400));
    vec![("enrolment.certificate", letter("certificate")), ("enrolment.pin-reset", letter("pin-reset"))]
}
