//! Checking the trail against every head ever signed.

use std::collections::BTreeSet;

use super::tree::{Frontier, Hash};
use super::{CheckpointLog, Entry, Head, Kept, Notary, SequenceError, store};
use crate::args;
use crate::kernel::db::DbError;
use crate::kernel::work::Work;

/// Sizes and roots.
type Heads = BTreeSet<(u64, Hash)>;

/// What a check of the whole trail found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Finding {
    /// Every head is the notary's and agrees with the rows.
    Intact {
        /// Entries checked.
        entries: u64,
        /// Heads checked.
        heads: usize,
        /// Lines of heads that a crash cut off: the heads behind them were signed again.
        torn: usize,
    },
    /// Nobody holds a head: not the file, not the database, not a copy. Whoever took all of them away may have changed
    /// every entry, so nothing can be said of them.
    Unwitnessed {
        /// Entries counted.
        entries: u64,
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
    /// A line outside the database is nothing that a server of ours writes, whole or cut off.
    ForeignLine {
        /// Its number, from 1.
        line: usize,
    },
    /// A head that was written outside the database before it was stored is not there any more: lines were cut off or
    /// changed, or the log was replaced by an older one.
    MissingHead {
        /// Its size.
        size: u64,
    },
    /// The rows no longer give the root that was signed: an entry was altered, swapped or cut off.
    Contradiction {
        /// The size of the head that is contradicted.
        size: u64,
    },
}

/// Recomputes the tree from the rows and compares it with every head kept outside the database: by this server, and by
/// whoever has copies (`copies`).
pub async fn verify(
    work: &Work,
    notary: &dyn Notary,
    log: &dyn CheckpointLog,
    copies: &[&dyn CheckpointLog],
) -> Result<Finding, SequenceError> {
    // In the order opposite to that of writing, because a server may be writing meanwhile: a head goes outside before it
    // is stored, and its entries are numbered before both.
    let stored = stored(work).await?;
    let own = log.all().await?;
    let torn = own.torn.len();
    let mut expected = match signed(notary, own) {
        Ok(heads) => heads,
        Err(finding) => return Ok(finding),
    };
    if let Some((size, _)) = stored.difference(&expected).next() {
        return Ok(Finding::MissingHead { size: *size });
    }
    for copy in copies {
        match signed(notary, copy.all().await?) {
            Ok(heads) => expected.extend(heads),
            Err(finding) => return Ok(finding),
        }
    }
    let heads = expected.len();
    recomputed(work, expected).await.map(|outcome| match outcome {
        Ok(entries) if heads == 0 => Finding::Unwitnessed { entries },
        Ok(entries) => Finding::Intact { entries, heads, torn },
        Err(finding) => finding,
    })
}

/// The heads of a log, each of them the notary's. A line that looks torn and yet is a whole signed head counts as one:
/// nobody unsigns a head by breaking its line.
fn signed(notary: &dyn Notary, kept: Kept) -> Result<Heads, Finding> {
    if let Some(line) = kept.foreign.first() {
        return Err(Finding::ForeignLine { line: *line });
    }
    if let Some(forged) = kept.heads.iter().find(|head| !is_signed(notary, head)) {
        return Err(Finding::ForgedHead { size: forged.size });
    }
    let whole = kept.torn.iter().filter_map(|line| Head::parse(line)).filter(|head| is_signed(notary, head));
    Ok(whole.chain(kept.heads.iter().cloned()).map(|head| (head.size, head.root)).collect())
}

/// The heads that this server stored.
async fn stored(work: &Work) -> Result<Heads, DbError> {
    let mut tx = work.read().await?;
    let inconsistent = |_| DbError::Inconsistent("audit root".to_owned());
    let rows = tx.all(store::HEADS, args![work.server()]).await?;
    rows.iter().map(|row| Ok((row.int("size")? as u64, row.bytes("root")?.try_into().map_err(inconsistent)?))).collect()
}

/// How many entries there are, if each head is met on the way.
async fn recomputed(work: &Work, expected: Heads) -> Result<Result<u64, Finding>, SequenceError> {
    let mut tx = work.read().await?;
    let mut expected = expected.into_iter().peekable();
    let mut frontier = Frontier::default();
    loop {
        let rows = tx.all(store::NUMBERED, args![frontier.size() as i64]).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            if row.int("seq")? as u64 != frontier.size() {
                return Ok(Err(Finding::Gap { at: frontier.size() }));
            }
            frontier.push(Entry::from_row(&row)?.leaf());
            while let Some((size, root)) = expected.next_if(|&(size, _)| size == frontier.size()) {
                if root != frontier.root() {
                    return Ok(Err(Finding::Contradiction { size }));
                }
            }
        }
    }
    Ok(match expected.next() {
        Some((size, _)) => Err(Finding::Contradiction { size }),
        None => Ok(frontier.size()),
    })
}

fn is_signed(notary: &dyn Notary, head: &Head) -> bool {
    notary.verify(Head::note(head.size, &head.root, head.at).as_bytes(), &head.signature)
}
