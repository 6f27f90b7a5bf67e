//! MAIL-4: the verification code.

use mohor_shared::otp;
use serde_json::Value as Json;

use super::model::{CodeId, Issued, Purpose};
use super::store;
use crate::args;
use crate::kernel::words::Lang;
use crate::kernel::work::Work;
use crate::keystore::KeyStore;
use crate::outbox::{Block, ComposeError, Letter, Recipient, Stationery};
use crate::person;

/// Composes `factor.mail-4`. The code is derived here and nowhere earlier.
///
/// # Errors
/// [`ComposeError::Obsolete`] when the code is over, used or superseded.
pub async fn compose(
    work: &Work,
    stationery: &Stationery,
    keys: &dyn KeyStore,
    template: &str,
    recipient: &Recipient,
    ids: &Json,
) -> Result<Letter, ComposeError> {
    let unknown = || ComposeError::Unknown(template.to_owned());
    if template != "factor.mail-4" {
        return Err(unknown());
    }
    let id = ids["code"].as_str().and_then(CodeId::parse).ok_or_else(unknown)?;
    let row = work.read().await?.first(store::BY_ID, args![&id, 0, work.now]).await?;
    let issued = Issued::from_row(&row.ok_or(ComposeError::Obsolete)?)?;
    let (person, to) = person::mailbox(work, recipient).await?.ok_or(ComposeError::Obsolete)?;
    let code = issued.digits(keys, otp::EMAIL, &issued.subject).await;
    let code = code.map_err(|error| ComposeError::Later(error.to_string()))?;
    let purpose = Purpose::of_label(&issued.target).ok_or_else(unknown)?;
    Ok(letter(stationery, (person.lang, to), purpose, code.expose()))
}

/// The words of MAIL-4 for a signature; close ones for the other purposes.
fn letter(stationery: &Stationery, to: (Lang, String), purpose: Purpose, code: &str) -> Letter {
    let [subject, body] = ["subject", "body"].map(|part| format!("mail-code-{}-{part}", purpose.word()));
    stationery.letter(to, &subject, &[], |pen| {
        vec![
            pen.text("mail-salutation"),
            pen.text(&body),
            pen.text("mail-code-label"),
            Block::Code(code.to_owned()),
            pen.text("mail-code-warning"),
        ]
    })
}

/// One of each letter, for the test that reads them all.
#[cfg(test)]
pub(crate) fn samples(stationery: &Stationery, lang: Lang) -> Vec<(&'static str, Letter)> {
    let letter = |purpose| letter(stationery, (lang, "aina@example.test".to_owned()), purpose, "876644");
    vec![
        ("factor.mail-4", letter(Purpose::Sign)),
        ("factor.mail-4 (browser)", letter(Purpose::Browser)),
        ("factor.mail-4 (PIN)", letter(Purpose::PinReset)),
    ]
}
