//! Mails about a person's own contacts.

use serde_json::Value as Json;

use super::contact::ContactId;
use super::{find, prove, store};
use crate::args;
use crate::kernel::words::Lang;
use crate::kernel::work::Work;
use crate::keystore::KeyStore;
use crate::outbox::{Block, ComposeError, Letter, Recipient, Stationery};

/// Composes `person.contact-code`, `person.contact-changed` and `person.contact-corrected`.
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
    let to = (person.lang, to);
    match template {
        "person.contact-code" => Ok(confirm(stationery, to, &code(work, keys, ids).await?)),
        "person.contact-changed" => Ok(changed(stationery, to)),
        "person.contact-corrected" => Ok(corrected(stationery, to)),
        _ => Err(ComposeError::Unknown(template.to_owned())),
    }
}

fn confirm(stationery: &Stationery, to: (Lang, String), code: &str) -> Letter {
    stationery.letter(to, "mail-contact-code-subject", &[], |pen| {
        vec![pen.text("mail-salutation"), pen.text("mail-contact-code-body"), Block::Code(code.to_owned())]
    })
}

fn changed(stationery: &Stationery, to: (Lang, String)) -> Letter {
    stationery.letter(to, "mail-contact-changed-subject", &[], |pen| {
        ["mail-salutation", "mail-contact-changed-body", "mail-contact-changed-help"].map(|key| pen.text(key)).to_vec()
    })
}

/// To an address that nobody has proved and that was entered by mistake. It may be a stranger's, so it names nobody.
fn corrected(stationery: &Stationery, to: (Lang, String)) -> Letter {
    stationery.letter(to, "mail-contact-corrected-subject", &[], |pen| {
        let lines = ["mail-salutation", "mail-contact-corrected-body", "mail-contact-corrected-help"];
        lines.map(|key| pen.text(key)).to_vec()
    })
}

/// One of each letter, for the test that reads them all.
#[cfg(test)]
pub(crate) fn samples(stationery: &Stationery, lang: Lang) -> Vec<(&'static str, Letter)> {
    let to = || (lang, "aina@example.test".to_owned());
    vec![
        ("person.contact-code", confirm(stationery, to(), "876644")),
        ("person.contact-changed", changed(stationery, to())),
        ("person.contact-corrected", corrected(stationery, to())),
    ]
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
