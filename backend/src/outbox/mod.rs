//! # Outbox: what must reach somebody, written in the caller's transaction
//!
//! A row says *that* a mail, an event or a notice is due, never what a code or a link is: rows hold
//! identifiers, and codes and links are derived when the mail is composed. Nothing is sent inside a
//! transaction. A job claims a row under a lease, does it, and marks it; a lost lease is claimed again, a
//! failure backs off, and twelve failures make a dead letter that an administrator sees. A mail server that is down is
//! no failure of the mail: mails wait up to five days, in order, and go as soon as one is taken.
//!
//! ```text
//! QUEUED ──claim──▶ CLAIMED ──done──▶ DONE
//!    ▲                 │ failed (back-off 2ⁿ s, at most 1 h)
//!    └─────────────────┤ delayed (the mail server; at most 5 min, until one mail is taken)
//!                      └── 12th failure ──▶ DEAD
//! ```
//!
//! **Letters.** A room that sends mail exports
//! `letters::compose(&DueMail, &dyn KeyStore) -> Result<Letter, ComposeError>`
//! for its own templates (`"hims.mail-3"`, `"factor.mail-4"`: the room's name, a dot, the template);
//! `jobs/mail.rs` picks the room by that prefix.
//!
//! **Events** are news for rooms further right (`"ekyc.approved"`); `jobs/events.rs` hands each to a verb,
//! which must be idempotent.

mod letter;
mod notice;
mod queue;
mod render;
pub mod store;

pub use letter::{Block, ComposeError, DueMail, Letter, Pen, Stationery};
pub use notice::{Notice, NoticeId, notice, notices_for, read_notice};
pub use queue::{
    Claimed, Job, OutboxId, claim, dead_letters, delayed, done, event, failed, mail, mails_wait, recover, wake,
};
pub use render::{Mail, Picture, PostError, Postman, STYLE, render};

use std::fmt;

/// Whom a mail is for, by identifier. The address is looked up when the mail is composed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Recipient {
    /// A person's proven e-mail contact, by person.
    Person(String),
    /// One contact, proven or not (a verification code goes to a contact still to be proven).
    Contact(String),
    /// An account holder, by account.
    Account(String),
}

impl Recipient {
    /// Parses the stored label.
    pub fn parse(label: &str) -> Option<Self> {
        let (kind, id) = label.split_once(':')?;
        match kind {
            "person" => Some(Self::Person(id.to_owned())),
            "contact" => Some(Self::Contact(id.to_owned())),
            "account" => Some(Self::Account(id.to_owned())),
            _ => None,
        }
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(id) => write!(f, "person:{id}"),
            Self::Contact(id) => write!(f, "contact:{id}"),
            Self::Account(id) => write!(f, "account:{id}"),
        }
    }
}

#[cfg(test)]
mod tests;
