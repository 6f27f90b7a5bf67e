//! Mails about certificates and PINs.

use serde_json::Value as Json;

use crate::kernel::clock::Timestamp;
use crate::kernel::work::Work;
use crate::keystore::KeyStore;
use crate::outbox::{Block, ComposeError, Letter, Recipient, Stationery};
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
    let lang = person.lang;
    let until = ids["until"].as_i64().map(Timestamp::from_millis).map(Timestamp::myt_date).unwrap_or_default();
    let values = [
        ("until", until.as_str()),
        ("line", stationery.hims.help_line.as_str()),
        ("mail", stationery.hims.help_mail.as_str()),
    ];
    let say = |key: &str| lang.say_with(key, &values);
    let (subject, body) = match template {
        "enrolment.certificate" => ("mail-certificate-subject", vec![Block::Text(say("mail-certificate-body"))]),
        "enrolment.pin-reset" => {
            let not_me = Block::Text(say("mail-pin-reset-not-me"));
            ("mail-pin-reset-subject", vec![Block::Text(say("mail-pin-reset-body")), not_me])
        }
        _ => return Err(ComposeError::Unknown(template.to_owned())),
    };
    let mut blocks = vec![Block::Text(lang.say("mail-salutation"))];
    blocks.extend(body);
    blocks.push(Block::Text(lang.say("mail-automatic")));
    Ok(Letter { to, lang, subject: say(subject), blocks })
}
