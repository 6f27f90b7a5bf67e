//! Mails about a person's own contacts.

use super::id::ContactId;
use super::{find, prove, store};
use crate::args;
use crate::kernel::words::Lang;
use crate::keystore::KeyStore;
use crate::outbox::{Block, ComposeError, DueMail, Letter, Stationery};

/// Composes `person.contact-code`, `person.contact-changed` and `person.contact-corrected`.
///
/// # Errors
/// [`ComposeError::Obsolete`] when the contact is proved already or a newer code was sent.
pub async fn compose(due: &DueMail<'_>, keys: &dyn KeyStore) -> Result<Letter, ComposeError> {
    let (stationery, to) = (due.stationery, addressee(due).await?);
    match due.template {
        "person.contact-code" => Ok(confirm(stationery, to, &code(due, keys).await?)),
        "person.contact-changed" => Ok(changed(stationery, to)),
        "person.contact-corrected" => Ok(corrected(stationery, to)),
        _ => Err(due.unknown()),
    }
}

/// The language and the address that a mail to a person goes to.
///
/// # Errors
/// [`ComposeError::Obsolete`] when there is no address (any more).
pub async fn addressee(due: &DueMail<'_>) -> Result<(Lang, String), ComposeError> {
    let (person, to) = find::mailbox(due.work, due.recipient).await?.ok_or(ComposeError::Obsolete)?;
    Ok((person.lang, to))
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
async fn code(due: &DueMail<'_>, keys: &dyn KeyStore) -> Result<String, ComposeError> {
    let (contact, generation) = (due.id("contact", ContactId::parse)?, due.generation()?);
    let row = due.work.read().await?.first(store::CODE, args![&contact]).await?.ok_or(ComposeError::Obsolete)?;
    if row.int("generation")? != generation {
        return Err(ComposeError::Obsolete);
    }
    Ok(prove::code_for(keys, &contact, generation).await?.expose().to_owned())
}
