//! A composed mail, before an adapter turns it into text and HTML.

use crate::kernel::db::DbError;
use crate::kernel::settings::{Brand, Hims};
use crate::kernel::words::Lang;

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

/// One part of a mail's body.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Block {
    /// A paragraph.
    Text(String),
    /// Short lines kept together, such as the identification header of HIMS-19.
    Lines(Vec<String>),
    /// A one-time code, shown large. Never logged.
    Code(String),
    /// A link with its label. Never logged.
    Link {
        /// What the button says.
        label: String,
        /// Where it leads.
        url: String,
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
