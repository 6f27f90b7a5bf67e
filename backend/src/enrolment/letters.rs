//! Mails about certificates and PINs.

use super::model::IssuanceId;
use super::wait::cancel_link;
use crate::kernel::clock::Timestamp;
use crate::kernel::words::Lang;
use crate::keystore::KeyStore;
use crate::outbox::{Block, ComposeError, DueMail, Letter, Pen, Stationery};
use crate::person;

/// Composes `enrolment.certificate`, `enrolment.pin-reset`, `enrolment.reset-waits` and `enrolment.reset-cancelled`.
///
/// # Errors
/// [`ComposeError::Obsolete`] when the person has no address (any more).
pub async fn compose(due: &DueMail<'_>, keys: &dyn KeyStore) -> Result<Letter, ComposeError> {
    let to = person::addressee(due).await?;
    let until = || due.time("until").ok_or(ComposeError::Obsolete);
    let news = match due.template {
        "enrolment.certificate" => News::Certificate { until: until()? },
        "enrolment.pin-reset" => News::PinReset { until: until()?, blocked: due.time("blocked") },
        "enrolment.reset-waits" => {
            News::Waits { ready: due.text("ready").to_owned(), cancel: cancel_path(due, keys).await? }
        }
        "enrolment.reset-cancelled" => News::Cancelled,
        _ => return Err(due.unknown()),
    };
    Ok(letter(due.stationery, to, &news))
}

/// What a mail tells.
enum News {
    Certificate {
        until: Timestamp,
    },
    /// Until `blocked` no mailed code signs; a PIN that waited a day has had its day.
    PinReset {
        until: Timestamp,
        blocked: Option<Timestamp>,
    },
    /// A new PIN waits until `ready`; the address below ours stops it.
    Waits {
        ready: String,
        cancel: String,
    },
    Cancelled,
}

impl News {
    const fn word(&self) -> &'static str {
        match self {
            Self::Certificate { .. } => "certificate",
            Self::PinReset { .. } => "pin-reset",
            Self::Waits { .. } => "reset-waits",
            Self::Cancelled => "reset-cancelled",
        }
    }

    /// When the certificate ends, or the new PIN begins.
    fn when(&self) -> String {
        match self {
            Self::Certificate { until } | Self::PinReset { until, .. } => until.myt(),
            Self::Waits { ready, .. } => ready.clone(),
            Self::Cancelled => String::new(),
        }
    }

    fn body(&self, pen: &Pen<'_>) -> Vec<Block> {
        let text = |part: &str| pen.text(&format!("mail-{}-{part}", self.word()));
        match self {
            Self::Waits { cancel, .. } => {
                vec![text("body"), text("desk"), text("not-me"), pen.link("mail-reset-waits-cancel", cancel)]
            }
            Self::PinReset { blocked: Some(_), .. } => vec![text("body"), text("codes"), text("not-me")],
            _ => vec![text("body"), text("not-me")],
        }
    }
}

fn letter(stationery: &Stationery, to: (Lang, String), news: &News) -> Letter {
    let when = news.when();
    let blocked = if let News::PinReset { blocked: Some(until), .. } = news { until.myt() } else { String::new() };
    let subject = format!("mail-{}-subject", news.word());
    stationery.letter(to, &subject, &[("until", &when), ("ready", &when), ("blocked", &blocked)], |pen| {
        let mut blocks = vec![pen.text("mail-salutation")];
        blocks.extend(news.body(pen));
        blocks
    })
}

/// The path by which a new PIN is stopped.
async fn cancel_path(due: &DueMail<'_>, keys: &dyn KeyStore) -> Result<String, ComposeError> {
    let token = cancel_link(keys, &due.id("issuance", IssuanceId::parse)?).await?;
    Ok(format!("/set-semula-pin/batal/{token}"))
}

/// One of each letter, for the test that reads them all.
#[cfg(test)]
pub(crate) fn samples(stationery: &Stationery, lang: Lang) -> Vec<(&'static str, Letter)> {
    let until = Timestamp::from_seconds(1_795_136_400);
    let letter = |news| letter(stationery, (lang, "aina@example.test".to_owned()), &news);
    let waits = News::Waits { ready: until.myt(), cancel: "/set-semula-pin/batal/x".to_owned() };
    vec![
        ("enrolment.certificate", letter(News::Certificate { until })),
        ("enrolment.pin-reset", letter(News::PinReset { until, blocked: Some(until) })),
        ("enrolment.pin-reset (waited)", letter(News::PinReset { until, blocked: None })),
        ("enrolment.reset-waits", letter(waits)),
        ("enrolment.reset-cancelled", letter(News::Cancelled)),
    ]
}
