//! Puts the CMS into the room kept for it.

use super::prepare::Prepared;
use crate::fault;

/// Why the signature does not go into the document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmbedError {
    /// Never truncated: prepare again with more room.
    #[error("the signature takes {needed} bytes and {kept} are kept")]
    TooLarge {
        /// Bytes of the CMS.
        needed: usize,
        /// Bytes of room.
        kept: usize,
    },
}

fault! { EmbedError => "signature-too-large", Broken }

/// The finished revision: `prepared` with `cms` (DER) in `/Contents`. Nothing is copied and no other byte changes.
///
/// # Errors
/// [`EmbedError::TooLarge`].
pub fn embed(prepared: Prepared, cms: &[u8]) -> Result<Vec<u8>, EmbedError> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let Prepared { mut bytes, contents, .. } = prepared;
    let room = bytes.get_mut(contents.start + 1..contents.end.saturating_sub(1)).unwrap_or_default();
    if cms.len() * 2 > room.len() {
        return Err(EmbedError::TooLarge { needed: cms.len(), kept: room.len() / 2 });
    }
    for (pair, &byte) in room.chunks_exact_mut(2).zip(cms) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
    Ok(bytes)
}
