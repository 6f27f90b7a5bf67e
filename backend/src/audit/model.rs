//! Entries and heads.

use async_trait::async_trait;
use sha2::{Digest as _, Sha256};

use super::tree::{self, Hash};
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Row};

/// One line of the trail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The row.
    pub id: String,
    /// When it happened.
    pub at: Timestamp,
    /// The request it belongs to.
    pub request: String,
    /// Who acted: `person:01J…`.
    pub actor: String,
    /// What happened: `signing.signed`.
    pub kind: String,
    /// What it happened to: an identifier.
    pub subject: String,
    /// Facts as JSON text; no personal data.
    pub facts: String,
    /// Makes the leaf say nothing to whoever does not hold the row.
    pub salt: Vec<u8>,
}

impl Entry {
    /// Columns as [`store`](super::store) selects them.
    pub(super) fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.text("id")?,
            at: row.time("at")?,
            request: row.text("request")?,
            actor: row.text("actor")?,
            kind: row.text("kind")?,
            subject: row.text("subject")?,
            facts: row.text("facts")?,
            salt: row.bytes("salt")?,
        })
    }

    /// The leaf: `SHA-256(0x00 ‖ SHA-256(transcript))`, the transcript being every field behind its length
    /// (u32, big endian), salt first.
    pub fn leaf(&self) -> Hash {
        let at = self.at.millis().to_be_bytes();
        let fields: [&[u8]; 9] = [
            b"mohor/audit/v1",
            &self.salt,
            self.id.as_bytes(),
            &at,
            self.request.as_bytes(),
            self.actor.as_bytes(),
            self.kind.as_bytes(),
            self.subject.as_bytes(),
            self.facts.as_bytes(),
        ];
        let mut transcript = Sha256::new();
        for field in fields {
            transcript.update((field.len() as u32).to_be_bytes());
            transcript.update(field);
        }
        tree::leaf(&transcript.finalize())
    }
}

/// A signed state of the tree.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    /// How many entries it covers.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// When it was signed.
    pub at: Timestamp,
    /// The notary's signature over [`note`](Self::note).
    pub signature: Vec<u8>,
}

impl Head {
    /// What is signed: origin, size, root and instant, a line each.
    pub fn note(size: u64, root: &Hash, at: Timestamp) -> String {
        format!("mohor/audit/v1\n{size}\n{}\n{}\n", hex::encode(root), at.millis())
    }

    /// One line for the log outside the database: `size root millis signature`.
    pub fn line(&self) -> String {
        let (root, signature) = (hex::encode(self.root), hex::encode(&self.signature));
        format!("{} {root} {} {signature}", self.size, self.at.millis())
    }

    /// Whether `line` may be the beginning of a [`line`](Self::line), and nothing else.
    pub fn may_begin(line: &str) -> bool {
        let words: Vec<_> = line.split(' ').collect();
        let hex = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        let number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        match words.as_slice() {
            [size] => number(size),
            [size, root] => number(size) && hex(root) && root.len() <= 64,
            [size, root, at] => number(size) && hex(root) && root.len() == 64 && number(at),
            [size, root, at, signature] => {
                number(size) && hex(root) && root.len() == 64 && number(at) && hex(signature)
            }
            _ => false,
        }
    }

    /// Reads [`line`](Self::line) back.
    pub fn parse(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let head = Self {
            size: words.next()?.parse().ok()?,
            root: hex::decode(words.next()?).ok()?.try_into().ok()?,
            at: Timestamp::from_millis(words.next()?.parse().ok()?),
            signature: hex::decode(words.next()?).ok()?,
        };
        words.next().is_none().then_some(head)
    }
}

/// Why a head could not be signed or kept.
#[derive(Debug, thiserror::Error)]
#[error("audit notary: {0}")]
pub struct NotaryError(pub String);

/// Signs heads with the audit key.
#[async_trait]
pub trait Notary: Send + Sync {
    /// The signature over `note`.
    async fn sign(&self, note: &[u8]) -> Result<Vec<u8>, NotaryError>;

    /// Whether `signature` over `note` is the notary's.
    fn verify(&self, note: &[u8], signature: &[u8]) -> bool;
}

/// Keeps signed heads outside the database.
#[async_trait]
pub trait CheckpointLog: Send + Sync {
    /// Adds a head at the end, durably.
    async fn append(&self, head: &Head) -> Result<(), NotaryError>;

    /// Everything kept so far.
    async fn all(&self) -> Result<Kept, NotaryError>;
}

/// What a log outside the database holds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Kept {
    /// Heads, oldest first.
    pub heads: Vec<Head>,
    /// Lines that a crash cut off while they were written.
    pub torn: Vec<String>,
    /// Numbers, from 1, of lines that no server of ours wrote.
    pub foreign: Vec<usize>,
}
