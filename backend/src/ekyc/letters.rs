//! Mails about an identity check: MAIL-5 and its less happy sisters.

use serde_json::Value as Json;

use super::model::{Reason, Slot};
use crate::kernel::words::Lang;
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
    let word = match template {
        "ekyc.mail-5" => "approved",
        "ekyc.rejected" => "rejected",
        "ekyc.retake" => "retake",
        _ => return Err(ComposeError::Unknown(template.to_owned())),
    };
    let reason = ids["reason"].as_str().and_then(Reason::from_stored);
    let slots = Slot::list(ids["slots"].as_str().unwrap_or_default());
    Ok(letter(stationery, (person.lang, to), word, (reason, &slots)))
}

fn letter(
    stationery: &Stationery,
    to: (Lang, String),
    word: &str,
    (reason, slots): (Option<Reason>, &[Slot]),
) -> Letter {
    // Of pictures that are lost, none is kept.
    let some_kept = reason != Some(Reason::Lost) && slots.len() < Slot::ALL.len();
    stationery.letter(to, &format!("mail-ekyc-{word}-subject"), &[], |pen| {
        let reason = reason.map(|reason| pen.say(&format!("ekyc-reason-{}", reason.as_str()))).unwrap_or_default();
        let slots: Vec<_> = slots.iter().map(|slot| pen.say(&format!("ekyc-slot-{}", slot.as_str()))).collect();
        let values = [("reason", reason.as_str()), ("slots", &slots.join(", "))];
        let body = pen.say_with(&format!("mail-ekyc-{word}-body"), &values);
        let kept = (word == "retake" && some_kept).then(|| pen.text("mail-ekyc-kept"));
        let blocks = [pen.text("mail-salutation"), Block::Text(body)].into_iter().chain(kept);
        blocks.chain([pen.text("mail-ekyc-help")]).collect()
    })
}

/// One of each letter, for the test that reads them all.
#[cfg(test)]
pub(crate) fn samples(stationery: &Stationery, lang: Lang) -> Vec<(&'static str, Letter)> {
    let to = || (lang, "aina@example.test".to_owned());
    vec![
        ("ekyc.mail-5", letter(stationery, to(), "approved", (None, &[]))),
        ("ekyc.rejected", letter(stationery, to(), "rejected", (Some(Reason::Mismatch), &[]))),
        ("ekyc.retake", letter(stationery, to(), "retake", (Some(Reason::Unreadable), &[Slot::Front, Slot::Selfie]))),
        ("ekyc.retake", letter(stationery, to(), "retake", (Some(Reason::Lost), &Slot::ALL))),
    ]
}
