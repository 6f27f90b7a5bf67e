//! Mails about phones.

use serde_json::Value as Json;

use super::model::InvitationId;
use super::{invite, store};
use crate::args;
use crate::kernel::work::Work;
use crate::keystore::KeyStore;
use crate::outbox::{Block, ComposeError, Letter, Recipient, Stationery};
use crate::person;

/// Composes `device.verification-code` and `device.bound`.
///
/// # Errors
/// [`ComposeError::Obsolete`] when a newer code was mailed, the time is over, or a phone is bound already.
pub async fn compose(
    work: &Work,
    stationery: &Stationery,
    keys: &dyn KeyStore,
    template: &str,
    recipient: &Recipient,
    ids: &Json,
) -> Result<Letter, ComposeError> {
    let (person, to) = person::mailbox(work, recipient).await?.ok_or(ComposeError::Obsolete)?;
    let lang = person.lang;
    let values = [
        ("app", stationery.brand.app.as_str()),
        ("line", stationery.hims.help_line.as_str()),
        ("mail", stationery.hims.help_mail.as_str()),
    ];
    let say = |key: &str| lang.say_with(key, &values);
    let (subject, mut blocks) = match template {
        "device.verification-code" => {
            let code = code(work, keys, ids).await?;
            let text = Block::Text(say("mail-verification-code-body"));
            (say("mail-verification-code-subject"), vec![text, Block::Code(code)])
        }
        "device.bound" => {
            let key = if ids["replaced"].as_bool() == Some(true) { "replaced" } else { "bound" };
            let text = Block::Text(say(&format!("mail-device-{key}-body")));
            (say(&format!("mail-device-{key}-subject")), vec![text, Block::Text(say("mail-device-not-me"))])
        }
        _ => return Err(ComposeError::Unknown(template.to_owned())),
    };
    blocks.insert(0, Block::Text(lang.say("mail-salutation")));
    blocks.push(Block::Text(lang.say("mail-automatic")));
    Ok(Letter { to, lang, subject, blocks })
}

async fn code(work: &Work, keys: &dyn KeyStore, ids: &Json) -> Result<String, ComposeError> {
    let unknown = || ComposeError::Unknown("device.verification-code".to_owned());
    let id = ids["invitation"].as_str().and_then(InvitationId::parse).ok_or_else(unknown)?;
    let generation = ids["generation"].as_i64().ok_or_else(unknown)?;
    let row = work.read().await?.first(store::INVITATION, args![&id]).await?.ok_or(ComposeError::Obsolete)?;
    let over = row.opt_time("code_until")?.is_none_or(|until| until <= work.now);
    if row.text("state")? != "OPEN" || row.int("generation")? != generation || over {
        return Err(ComposeError::Obsolete);
    }
    let code = invite::verification_code(keys, id.as_str(), generation).await;
    let code = code.map_err(|error| ComposeError::Later(error.to_string()))?;
    let (left, right) = code.expose().split_at(4);
    Ok(format!("{left} {right}"))
}
