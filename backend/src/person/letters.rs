//! Mails about a person's own contacts.

use serde_json::Value as Json;

use super::contact::ContactId;
use super::{find, prove, store};
use crate::args;
use crate::kernel::work::Work;
use crate::keystore::KeyStore;
use crate::outbox::{Block, ComposeError, Letter, Recipient, Stationery};

/// Composes `person.contact-code` and `person.contact-changed`.
///
/// # Errors
/// [`ComposeError::Obsolete`] when the contact is proved already or a newer code was sent.
pub async fn compose(
    work: &Work,
    stationery: &Stationery,
    keys: &dyn KeyStore,
    template: &str,
    recipient: &Recipient,
    ids: &Json,
) -> Result<Letter, ComposeError> {
    let (person, to) = find::mailbox(work, recipient).await?.ok_or(ComposeError::Obsolete)?;
    let lang = person.lang;
    let say = |key: &str| lang.say_with(key, &[("platform", &stationery.brand.platform)]);
    let (subject, blocks) = match template {
        "person.contact-code" => {
            let code = code(work, keys, ids).await?;
            let body = say("mail-contact-code-body");
            (say("mail-contact-code-subject"), vec![Block::Text(body), Block::Code(code)])
        }
        "person.contact-changed" => {
            let help = lang.say_with(
                "mail-contact-changed-help",
                &[("line", &stationery.hims.help_line), ("mail", &stationery.hims.help_mail)],
            );
            let body = say("mail-contact-changed-body");
            (say("mail-contact-changed-subject"), vec![Block::Text(body), Block::Text(help)])
        }
        _ => return Err(ComposeError::Unknown(template.to_owned())),
    };
    let mut letter = Letter { to, lang, subject, blocks };
    letter.blocks.insert(0, Block::Text(lang.say("mail-salutation")));
    letter.blocks.push(Block::Text(lang.say("mail-automatic")));
    Ok(letter)
}

/// The code of the sending that `ids` name, as long as it is the newest and still needed.
async fn code(work: &Work, keys: &dyn KeyStore, ids: &Json) -> Result<String, ComposeError> {
    let unknown = || ComposeError::Unknown("person.contact-code".to_owned());
    let contact = ids["contact"].as_str().and_then(ContactId::parse).ok_or_else(unknown)?;
    let generation = ids["generation"].as_i64().ok_or_else(unknown)?;
    let row = work.read().await?.first(store::CODE, args![&contact]).await?.ok_or(ComposeError::Obsolete)?;
    if row.int("generation")? != generation {
        return Err(ComposeError::Obsolete);
    }
    let code = prove::code_for(keys, &contact, generation).await;
    Ok(code.map_err(|error| ComposeError::Later(error.to_string()))?.expose().to_owned())
}
