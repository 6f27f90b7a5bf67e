//! Mails about an identity check: MAIL-5 and its less happy sisters.

use serde_json::Value as Json;

use super::model::Reason;
use crate::kernel::work::Work;
use crate::keystore::KeyStore;
use crate::outbox::{Block, ComposeError, Letter, Recipient, Stationery};
use crate::person;

/// Composes `ekyc.mail-5`, `ekyc.rejected` and `ekyc.retake`.
///
/// # Errors
/// [`ComposeError::Obsolete`] when the person has no address.
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
    let word = match template {
        "ekyc.mail-5" => "approved",
        "ekyc.rejected" => "rejected",
        "ekyc.retake" => "retake",
        _ => return Err(ComposeError::Unknown(template.to_owned())),
    };
    let reason = ids["reason"].as_str().and_then(Reason::parse);
    let reason = reason.map_or(String::new(), |reason| lang.say(&format!("ekyc-reason-{}", reason.as_str())));
    let values = [
        ("app", stationery.brand.app.as_str()),
        ("reason", reason.as_str()),
        ("line", stationery.hims.help_line.as_str()),
        ("mail", stationery.hims.help_mail.as_str()),
    ];
    Ok(Letter {
        to,
        lang,
        subject: lang.say(&format!("mail-ekyc-{word}-subject")),
        blocks: vec![
            Block::Text(lang.say("mail-salutation")),
            Block::Text(lang.say_with(&format!("mail-ekyc-{word}-body"), &values)),
            Block::Text(lang.say_with("mail-ekyc-help", &values)),
            Block::Text(lang.say("mail-automatic")),
        ],
    })
}
