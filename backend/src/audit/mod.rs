//! # Audit: what happened, in a tree that shows every change
//!
//! A verb inserts its entry in its own transaction ([`record`]); a refusal gets a transaction of its own
//! ([`refused`]). Entries have no number yet, so nothing waits for a lock on the hot path. Once a second one
//! job numbers what is there, hangs it into a Merkle tree (RFC 9162 section 2.1 hashing) and signs the head
//! ([`sequence`]). The signed head is also written outside the database, and every completion mail carries it:
//! whoever deletes, alters, reorders or cuts off rows afterwards contradicts a head that others hold
//! ([`verify`](verify::verify)).
//!
//! Leaves are salted hashes: a leaf that is published tells nothing of its entry. Entries hold identifiers,
//! never names, IC numbers, addresses, codes or links.

mod model;
mod record;
mod sequence;
pub mod store;
pub mod tree;
pub mod verify;

pub use model::{CheckpointLog, Entry, Head, Kept, Notary, NotaryError};
pub use record::{recent, record, refused, trail};
pub use sequence::{SequenceError, covering, head, sequence};

#[cfg(test)]
mod tests;
