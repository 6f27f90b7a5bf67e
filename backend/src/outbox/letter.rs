//! A composed mail, before an adapter turns it into text and HTML.

use serde_json::Value as Json;

use super::Recipient;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::DbError;
use crate::kernel::settings::{Brand, Hims, Settings};
use crate::kernel::words::Lang;
use crate::kernel::work::Work;

/// What every letter is written on: the operator's names and addresses.
#[derive(Clone, Debug)]
pub struct Stationery {
    /// The origin links start with, without a trailing slash.
    pub public_url: String,
    /// Names shown to people.
    pub brand: Brand,
    /// Help line and address.
    pub hims: Hims,
}

impl From<&Settings> for Stationery {
    fn from(settings: &Settings) -> Self {
        let Settings { public_url, brand, hims, .. } = settings.clone();
        Self { public_url, brand, hims }
    }
}

impl Stationery {
    /// A letter to `to`, whose language is `lang`: what `body` writes in that language, the same in the other one
    /// below it, then the lines that close every mail (MAIL-0, LEG-6). `subject` names a message; `values` fill it
    /// and every message that the pen says.
    pub fn letter(
        &self,
        (lang, to): (Lang, String),
        subject: &str,
        values: &[(&str, &str)],
        body: impl Fn(&Pen<'_>) -> Vec<Block>,
    ) -> Letter {
        let pen = |lang| Pen { lang, stationery: self, values };
        let (own, other) = (pen(lang), pen(lang.other()));
        let mut blocks = vec![Block::Aside(other.lang, other.say("mail-below"))];
        blocks.extend(body(&own));
        blocks.push(Block::Also(other.lang, body(&other)));
        blocks.push(Block::Lines(self.brand.hims_signature.clone()));
        blocks.extend([own.text("mail-automatic"), Block::Aside(other.lang, other.say("mail-automatic"))]);
        if !self.brand.mail_footer.is_empty() {
            blocks.push(Block::Lines(self.brand.mail_footer.clone()));
        }
        let chosen = self.brand.mail_subjects.get(subject).cloned();
        Letter { subject: chosen.unwrap_or_else(|| own.say(subject)), to, lang, blocks }
    }
}

/// Writes one language on one stationery. It knows the operator's names and addresses as the values `platform`,
/// `app`, `app_url`, `guide_url`, `hims`, `line` and `mail`, and those that the letter was given.
#[derive(Clone, Copy)]
pub struct Pen<'a> {
    /// The language.
    pub lang: Lang,
    stationery: &'a Stationery,
    values: &'a [(&'a str, &'a str)],
}

impl Pen<'_> {
    /// The message `key` with the values of the letter filled in.
    pub fn say(&self, key: &str) -> String {
        self.say_with(key, &[])
    }

    /// The message `key` with values that depend on the language.
    pub fn say_with(&self, key: &str, more: &[(&str, &str)]) -> String {
        let (brand, hims) = (&self.stationery.brand, &self.stationery.hims);
        let public = &self.stationery.public_url;
        let (app_url, guide_url) = (brand.app_page(public), brand.guide_page(public));
        let mut values = vec![
            ("platform", brand.platform.as_str()),
            ("app", brand.app.as_str()),
            ("app_url", app_url.as_str()),
            ("guide_url", guide_url.as_str()),
            ("hims", brand.hims_full.as_str()),
            ("line", hims.help_line.as_str()),
            ("mail", hims.help_mail.as_str()),
        ];
        values.extend_from_slice(self.values);
        values.extend_from_slice(more);
        self.lang.say_with(key, &values)
    }

    /// A paragraph.
    pub fn text(&self, key: &str) -> Block {
        Block::Text(self.say(key))
    }

    /// A link below the public address, labelled with the message `key`.
    pub fn link(&self, key: &str, path: &str) -> Block {
        Block::Link { label: self.say(key), url: format!("{}{path}", self.stationery.public_url) }
    }

    /// The same link once more as a QR code, for whoever reads the mail away from the phone that it is for.
    pub fn qr(&self, path: &str) -> Block {
        let url = format!("{}{path}", self.stationery.public_url);
        Block::Qr { url, note: self.say("mail-qr-note"), alt: self.say("mail-qr-alt") }
    }
}

/// One part of a mail's body.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Block {
    /// A paragraph.
    Text(String),
    /// Short lines kept together.
    Lines(Vec<String>),
    /// The identification header of HIMS-19.
    Facts(Vec<String>),
    /// What somebody else wrote, marked so that nobody takes it for our words.
    Quote(String),
    /// A paragraph in the other language.
    Aside(Lang, String),
    /// The same once more in the other language.
    Also(Lang, Vec<Block>),
    /// A one-time code, shown large. Never logged.
    Code(String),
    /// A link with its label. Never logged.
    Link {
        /// What the button says.
        label: String,
        /// Where it leads.
        url: String,
    },
    /// The link above it once more as a picture, in the HTML alone. Never logged.
    Qr {
        /// Where it leads.
        url: String,
        /// What to do with it.
        note: String,
        /// What it is, to those who do not see it.
        alt: String,
    },
}

/// A composed mail. `Debug` shows neither address nor body.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// The address.
    pub to: String,
    /// The language of the body.
    pub lang: Lang,
    /// The subject, exact where the requirements give one.
    pub subject: String,
    /// The body.
    pub blocks: Vec<Block>,
}

impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Letter").field("subject", &self.subject).finish_non_exhaustive()
    }
}

/// A mail that is due: what was queued, and what its letter is written on. The room that owns the template looks the
/// rest up.
#[derive(Clone, Copy)]
pub struct DueMail<'a> {
    /// The instant of composing.
    pub work: &'a Work,
    /// The operator's names and addresses.
    pub stationery: &'a Stationery,
    /// The name of the letter: room, dot, template.
    pub template: &'a str,
    /// Whom it is for.
    pub recipient: &'a Recipient,
    /// Identifiers of what it is about.
    pub ids: &'a Json,
}

impl DueMail<'_> {
    /// The identifier `name`, as `parse` reads it.
    ///
    /// # Errors
    /// [`ComposeError::Unknown`] when there is none.
    pub fn id<I>(&self, name: &str, parse: fn(&str) -> Option<I>) -> Result<I, ComposeError> {
        self.ids[name].as_str().and_then(parse).ok_or_else(|| self.unknown())
    }

    /// Which sending of a code it carries.
    ///
    /// # Errors
    /// [`ComposeError::Unknown`] when none is named.
    pub fn generation(&self) -> Result<i64, ComposeError> {
        self.ids["generation"].as_i64().ok_or_else(|| self.unknown())
    }

    /// The instant `name`, queued in milliseconds.
    pub fn time(&self, name: &str) -> Option<Timestamp> {
        self.ids[name].as_i64().map(Timestamp::from_millis)
    }

    /// The text `name`, empty when there is none.
    pub fn text(&self, name: &str) -> &str {
        self.ids[name].as_str().unwrap_or_default()
    }

    /// That no letter comes of this template and these identifiers.
    pub fn unknown(&self) -> ComposeError {
        ComposeError::Unknown(self.template.to_owned())
    }
}

/// Why a letter could not be composed.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// The reason for the mail is gone (turn signed, code superseded, contact removed): drop it.
    #[error("the reason for this mail is gone")]
    Obsolete,
    /// No room knows this template, or its identifiers do not fit.
    #[error("template {0} cannot be composed from these identifiers")]
    Unknown(String),
    /// Something needed did not answer; try again later.
    #[error("not now: {0}")]
    Later(String),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}
