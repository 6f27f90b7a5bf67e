//! Mails about phones.

use serde_json::Value as Json;

use super::deny::deny_link;
use super::model::{DeviceId, InvitationId};
use super::{invite, store};
use crate::args;
use crate::kernel::work::Work;
use crate::keystore::KeyStore;
use crate::outbox::{Block, ComposeError, Letter, Recipient, Stationery};
use crate::person;

/// Composes `device.verification-code`, `device.bound`, `device.frozen` and `device.revoked`.
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
        ("until", ids["until"].as_str().unwrap_or_default()),
    ];
    let say = |key: &str| lang.say_with(key, &values);
    let text = |key: &str| Block::Text(say(key));
    let (subject, mut blocks) = match template {
        "device.verification-code" => {
            let code = code(work, keys, ids).await?;
            ("mail-verification-code-subject", vec![text("mail-verification-code-body"), Block::Code(code)])
        }
        "device.bound" => match ids["how"].as_str() {
            Some("replaced") => {
                let url = deny_url(stationery, keys, ids).await?;
                let deny = Block::Link { label: say("mail-device-deny"), url };
                let body = ["mail-device-replaced-body", "mail-device-replaced-then", "mail-device-not-me"].map(text);
                ("mail-device-replaced-subject", body.into_iter().chain([deny]).collect())
            }
            Some("transferred") => (
                "mail-device-transferred-subject",
                ["mail-device-transferred-body", "mail-device-not-me"].map(text).into(),
            ),
            _ => ("mail-device-bound-subject", ["mail-device-bound-body", "mail-device-not-me"].map(text).into()),
        },
        "device.frozen" => {
            let held = ids["held"].as_bool() == Some(true);
            let body = text(if held { "mail-device-frozen-held-body" } else { "mail-device-frozen-body" });
            let sent_away = ids["sent_away"].as_str().map(|_| text("mail-device-frozen-sent-away"));
            ("mail-device-frozen-subject", [body].into_iter().chain(sent_away).collect())
        }
        "device.revoked" => {
            ("mail-device-revoked-subject", ["mail-device-revoked-body", "mail-device-not-me"].map(text).into())
        }
        _ => return Err(ComposeError::Unknown(template.to_owned())),
    };
    blocks.insert(0, Block::Text(lang.say("mail-salutation")));
    blocks.push(Block::Text(lang.say("mail-automatic")));
    Ok(Letter { to, lang, subject: say(subject), blocks })
}

/// The link by which the new phone is sent away.
async fn deny_url(stationery: &Stationery, keys: &dyn KeyStore, ids: &Json) -> Result<String, ComposeError> {
    let unknown = || ComposeError::Unknown("device.bound".to_owned());
    let id = ids["device"].as_str().and_then(DeviceId::parse).ok_or_else(unknown)?;
    let token = deny_link(keys, &id).await.map_err(|error| ComposeError::Later(error.to_string()))?;
    Ok(format!("{}/bukan-saya/{token}", stationery.public_url))
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
