//! Checking the trail against every head ever signed.

use super::tree::{Frontier, Hash};
use super::{CheckpointLog, Entry, Head, Notary, SequenceError, store};
use crate::args;
use crate::kernel::work::Work;

/// What a check of the whole trail found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Finding {
    /// Every head is the notary's and agrees with the rows.
    Intact {
        /// Entries checked.
        entries: u64,
        /// Heads checked.
        heads: usize,
    },
    /// A number is missing or out of order: an entry was deleted or moved.
    Gap {
        /// The number that is missing.
        at: u64,
    },
    /// A head outside the database is not the notary's.
    ForgedHead {
        /// Its size.
        size: u64,
    },
    /// The rows no longer give the root that was signed: an entry was altered, swapped or cut off.
    Contradiction {
        /// The size of the head that is contradicted.
        size: u64,
    },
}

/// Recomputes the tree from the rows and compares it with every head kept outside the database.
pub async fn verify(work: &Work, notary: &dyn Notary, log: &dyn CheckpointLog) -> Result<Finding, SequenceError> {
    let heads = log.all().await?;
    if let Some(forged) = heads.iter().find(|head| !is_signed(notary, head)) {
        return Ok(Finding::ForgedHead { size: forged.size });
    }
    let mut expected = heads.iter().map(|head| (head.size, head.root)).collect::<Vec<(u64, Hash)>>();
    expected.sort_unstable();
    let mut expected = expected.into_iter().peekable();
    let mut frontier = Frontier::default();
    let mut tx = work.read().await?;
    loop {
        let rows = tx.all(store::NUMBERED, args![frontier.size() as i64]).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            if row.int("seq")? as u64 != frontier.size() {
                return Ok(Finding::Gap { at: frontier.size() });
            }
            frontier.push(Entry::from_row(&row)?.leaf());
            while let Some((size, root)) = expected.next_if(|&(size, _)| size == frontier.size()) {
                if root != frontier.root() {
                    return Ok(Finding::Contradiction { size });
                }
            }
        }
    }
    Ok(match expected.next() {
        Some((size, _)) => Finding::Contradiction { size },
        None => Finding::Intact { entries: frontier.size(), heads: heads.len() },
    })
}

fn is_signed(notary: &dyn Notary, head: &Head) -> bool {
    notary.verify(Head::note(head.size, &head.root, head.at).as_bytes(), &head.signature)
}
