//! Pure types: a request as its asker and its signer see it.

use std::time::Duration;

use mohor_shared::wire::WaitingRequest;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use crate::factor::Target;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Row};
use crate::person::PersonId;
use crate::typed_id;

typed_id! {
    /// Names a request.
    RequestId
}

/// How many digests one PIN and one code may sign (GAP-17).
pub const BATCH_LIMIT: usize = 1000;
/// How long a code on the phone may be used (GAP-12).
pub(super) const ON_PHONE: Duration = Duration::from_secs(180);
/// How long a mailed code may be used.
pub(super) const BY_MAIL: Duration = Duration::from_secs(600);
/// How long the phone has before "Tiada liputan" is offered.
pub(super) const SILENCE: Duration = Duration::from_secs(20);

/// The system that asks: registered, and recognised by the door.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Requester {
    /// Its id.
    pub id: String,
    /// Its name as the person sees it: "iGFMAS · Jabatan Ujian".
    pub name: String,
}

/// What the person is shown before the code.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Facts {
    /// Name of the system.
    pub requester: String,
    /// What is signed, in its words.
    pub title: String,
    /// The sum over all of it, in sen.
    pub amount: Option<i64>,
    /// Whether the documents are known here; of a mere digest nobody can say what it stands for.
    pub seen: bool,
}

/// Where the code goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Channel {
    /// Shown by the phone.
    App,
    /// Mailed: lower assurance.
    Mail,
}

impl Channel {
    /// The word in the database and the API: `app`, `mail`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Mail => "mail",
        }
    }

    fn parse(word: &str) -> Result<Self, DbError> {
        match word {
            "app" => Ok(Self::App),
            "mail" => Ok(Self::Mail),
            _ => Err(DbError::Inconsistent(format!("channel of a request {word}"))),
        }
    }
}

/// A request as stored.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) id: RequestId,
    pub(super) requester: String,
    pub(super) person: PersonId,
    pub(super) open: bool,
    pub(super) channel: Channel,
    pub(super) facts: Facts,
    pub(super) nonce: [u8; 32],
    pub(super) digests: Vec<[u8; 32]>,
    pub(super) made_at: Timestamp,
    pub(super) expires_at: Timestamp,
}

impl Request {
    pub(super) fn from_row(row: &Row) -> Result<Self, DbError> {
        let damaged = |what: &str| DbError::Inconsistent(format!("{what} of a request"));
        Ok(Self {
            id: row.id("id")?,
            requester: row.text("requester")?,
            person: row.id("person_id")?,
            open: row.text("state")? == "OPEN",
            channel: Channel::parse(&row.text("channel")?)?,
            facts: serde_json::from_str(&row.text("facts")?).map_err(|_| damaged("facts"))?,
            nonce: row.bytes("nonce")?.try_into().map_err(|_| damaged("nonce"))?,
            digests: row.bytes("items")?.as_chunks::<32>().0.to_vec(),
            made_at: row.time("made_at")?,
            expires_at: row.time("expires_at")?,
        })
    }

    /// Whether it can still be answered.
    pub(super) fn stands(&self, now: Timestamp) -> bool {
        self.open && self.expires_at > now
    }

    /// Whether this is the nonce that its asker was given.
    pub(super) fn is_held_by(&self, nonce: &[u8; 32]) -> bool {
        self.nonce.ct_eq(nonce).into()
    }

    /// What a code for `digests` under `nonce` has to be for.
    pub(super) fn target(&self, nonce: [u8; 32], digests: &[[u8; 32]]) -> Target {
        Target::request(self.id.as_str(), nonce, digests, self.expires_at)
    }

    /// As noted, for the phone and the mail.
    pub(super) fn own_target(&self) -> Target {
        self.target(self.nonce, &self.digests)
    }

    pub(super) fn shown(&self) -> WaitingRequest {
        let bound = hex::encode(mohor_shared::binding::digests(&self.digests));
        WaitingRequest {
            id: self.id.to_string(),
            requester: self.facts.requester.clone(),
            title: self.facts.title.clone(),
            count: u32::try_from(self.digests.len()).unwrap_or(u32::MAX),
            amount: self.facts.amount,
            seen: self.facts.seen,
            digest8: bound.get(..8).unwrap_or_default().to_owned(),
            exp: self.expires_at.seconds(),
        }
    }
}
