//! Mails about an identity check: MAIL-5 and its less happy sisters.

use super::model::{Reason, Slot};
use crate::kernel::words::Lang;
use crate::outbox::{Block, ComposeError, DueMail, Letter, Stationery};
use crate::person;

/// Composes `ekyc.mail-5`, `ekyc.rejected` and `ekyc.retake`.
///
/// # Errors
/// [`ComposeError::Obsolete`] when the person has no address.
pub async fn compose(due: &DueMail<'_>) -> Result<Letter, ComposeError> {
    let to = person::addressee(due).await?;
    let word = match due.template {
        "ekyc.mail-5" => "approved",
        "ekyc.rejected" => "rejected",
        "ekyc.retake" => "retake",
        _ => return Err(due.unknown()),
    };
    let reason = due.ids["reason"].as_str().and_then(Reason::from_stored);
    let slots = Slot::list(due.text("slots"));
    Ok(letter(due.stationery, to, word, (reason, &slots)))
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
