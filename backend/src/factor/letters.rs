//! MAIL-4: the verification code.

use mohor_shared::otp;

use super::model::{CodeId, Issued, Purpose};
use super::store;
use crate::args;
use crate::kernel::words::Lang;
use crate::keystore::KeyStore;
use crate::outbox::{Block, ComposeError, DueMail, Letter, Stationery};
use crate::person;

/// Composes `factor.mail-4`. The code is derived here and nowhere earlier.
///
/// # Errors
/// [`ComposeError::Obsolete`] when the code is over, used or superseded.
pub async fn compose(due: &DueMail<'_>, keys: &dyn KeyStore) -> Result<Letter, ComposeError> {
    if due.template != "factor.mail-4" {
        return Err(due.unknown());
    }
    let (work, id) = (due.work, due.id("code", CodeId::parse)?);
    let row = work.read().await?.first(store::BY_ID, args![&id, 0, work.now]).await?;
    let issued = Issued::from_row(&row.ok_or(ComposeError::Obsolete)?)?;
    let to = person::addressee(due).await?;
    let code = issued.digits(keys, otp::EMAIL).await?;
    let purpose = Purpose::of_label(&issued.target).ok_or_else(|| due.unknown())?;
    Ok(letter(due.stationery, to, purpose, code.expose()))
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
        ("factor.mail-4 (MAIL-16)", letter(Purpose::Request)),
        ("factor.mail-4 (browser)", letter(Purpose::Browser)),
        ("factor.mail-4 (PIN)", letter(Purpose::PinReset)),
    ]
}
