//! Mails about phones.

use super::deny::deny_link;
use super::model::{DeviceId, InvitationId};
use super::{invite, store};
use crate::args;
use crate::kernel::words::Lang;
use crate::keystore::KeyStore;
use crate::outbox::{Block, ComposeError, DueMail, Letter, Pen, Stationery};
use crate::person;

/// Composes `device.registration`, `device.verification-code`, `device.bound`, `device.frozen` and `device.revoked`.
///
/// # Errors
/// [`ComposeError::Obsolete`] when a newer code was mailed, the time is over, or a phone is bound already.
pub async fn compose(due: &DueMail<'_>, keys: &dyn KeyStore) -> Result<Letter, ComposeError> {
    let to = person::addressee(due).await?;
    let news = match due.template {
        "device.verification-code" => News::Code(code(due, keys).await?),
        "device.bound" => match due.text("how") {
            "replaced" => News::Replaced { deny: deny_path(due, keys).await? },
            "transferred" => News::Transferred,
            _ => News::Bound,
        },
        "device.frozen" => {
            News::Frozen { held: due.ids["held"].as_bool() == Some(true), sent_away: due.ids["sent_away"].is_string() }
        }
        "device.revoked" => News::Revoked,
        "device.registration" => News::Registration { link: link_path(due, keys).await? },
        _ => return Err(due.unknown()),
    };
    Ok(letter(due.stationery, to, due.text("until"), &news))
}

/// What a mail tells.
enum News {
    Code(String),
    /// An enrolment link was asked for; where it leads, below our address.
    Registration {
        link: String,
    },
    Bound,
    /// A lost phone was replaced; the address below ours sends the new one away.
    Replaced {
        deny: String,
    },
    Transferred,
    Frozen {
        held: bool,
        sent_away: bool,
    },
    Revoked,
}

impl News {
    const fn subject(&self) -> &'static str {
        match self {
            Self::Code(_) => "mail-verification-code-subject",
            Self::Registration { .. } => "mail-registration-subject",
            Self::Bound => "mail-device-bound-subject",
            Self::Replaced { .. } => "mail-device-replaced-subject",
            Self::Transferred => "mail-device-transferred-subject",
            Self::Frozen { .. } => "mail-device-frozen-subject",
            Self::Revoked => "mail-device-revoked-subject",
        }
    }

    fn body(&self, pen: &Pen<'_>) -> Vec<Block> {
        let texts = |keys: &[&str]| keys.iter().map(|key| pen.text(key)).collect::<Vec<_>>();
        match self {
            Self::Code(code) => vec![pen.text("mail-verification-code-body"), Block::Code(code.clone())],
            Self::Registration { link } => vec![
                pen.text("mail-registration-body"),
                pen.link("mail-registration-link", link),
                pen.qr(link),
                pen.text("mail-registration-ignore"),
            ],
            Self::Bound => texts(&["mail-device-bound-body", "mail-device-not-me"]),
            Self::Replaced { deny } => {
                let mut body = texts(&["mail-device-replaced-body", "mail-device-replaced-then", "mail-device-not-me"]);
                body.push(pen.link("mail-device-deny", deny));
                body
            }
            Self::Transferred => texts(&["mail-device-transferred-body", "mail-device-not-me"]),
            Self::Frozen { held, sent_away } => {
                let mut keys = vec![if *held { "mail-device-frozen-held-body" } else { "mail-device-frozen-body" }];
                keys.extend(sent_away.then_some("mail-device-frozen-sent-away"));
                texts(&keys)
            }
            Self::Revoked => texts(&["mail-device-revoked-body", "mail-device-not-me"]),
        }
    }
}

fn letter(stationery: &Stationery, to: (Lang, String), until: &str, news: &News) -> Letter {
    stationery.letter(to, news.subject(), &[("until", until)], |pen| {
        let mut blocks = vec![pen.text("mail-salutation")];
        blocks.extend(news.body(pen));
        blocks
    })
}

/// One of each letter, for the test that reads them all.
#[cfg(test)]
pub(crate) fn samples(stationery: &Stationery, lang: Lang) -> Vec<(&'static str, Letter)> {
    let letter = |news| letter(stationery, (lang, "aina@example.test".to_owned()), "21/11/2026 09:00 MYT", &news);
    vec![
        ("device.verification-code", letter(News::Code("1234 5678".to_owned()))),
        ("device.registration", letter(News::Registration { link: "/daftar/x".to_owned() })),
        ("device.bound", letter(News::Bound)),
        ("device.bound (replaced)", letter(News::Replaced { deny: "/bukan-saya/x".to_owned() })),
        ("device.bound (transferred)", letter(News::Transferred)),
        ("device.frozen", letter(News::Frozen { held: false, sent_away: true })),
        ("device.frozen (held)", letter(News::Frozen { held: true, sent_away: false })),
        ("device.revoked", letter(News::Revoked)),
    ]
}

/// The path by which the new phone is sent away.
async fn deny_path(due: &DueMail<'_>, keys: &dyn KeyStore) -> Result<String, ComposeError> {
    let token = deny_link(keys, &due.id("device", DeviceId::parse)?).await?;
    Ok(format!("/bukan-saya/{token}"))
}

/// Where an enrolment link leads, below our address.
async fn link_path(due: &DueMail<'_>, keys: &dyn KeyStore) -> Result<String, ComposeError> {
    let token = invite::link(keys, &due.id("invitation", InvitationId::parse)?).await?;
    Ok(format!("/daftar/{token}"))
}

async fn code(due: &DueMail<'_>, keys: &dyn KeyStore) -> Result<String, ComposeError> {
    let (work, id, generation) = (due.work, due.id("invitation", InvitationId::parse)?, due.generation()?);
    let row = work.read().await?.first(store::INVITATION, args![&id]).await?.ok_or(ComposeError::Obsolete)?;
    let over = row.opt_time("code_until")?.is_none_or(|until| until <= work.now);
    if row.text("state")? != "OPEN" || row.int("generation")? != generation || over {
        return Err(ComposeError::Obsolete);
    }
    let code = invite::verification_code(keys, id.as_str(), generation).await?;
    let (left, right) = code.expose().split_at(4);
    Ok(format!("{left} {right}"))
}
