//! # Blob: big bytes outside the rows
//!
//! One append-only sequence of bytes per document. A revision of a PDF is a *length*: the row owns it, the
//! bytes stay. What no row owns (a crash between the append and the commit) is overwritten by the next append
//! at the same offset, so an interrupted signature leaves no trace and loses none.

use crate::fault;
use async_trait::async_trait;

/// Why the store refused.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// There is no such document, or it is shorter than asked.
    #[error("blob {0} is missing or too short")]
    Missing(String),
    /// The offset is no boundary that an earlier append left.
    #[error("blob {0} cannot be appended at this offset")]
    Offset(String),
    /// The bytes on disk are not those that were written.
    #[error("blob {0} fails its integrity check")]
    Tampered(String),
    /// No room left; nothing was changed.
    #[error("no room left for blob {0}")]
    Full(String),
    /// The disk refused.
    #[error("blob {name}: {source}")]
    Disk {
        /// The document.
        name: String,
        /// What the disk said.
        source: std::io::Error,
    },
}

fault! {
    BlobError {
        Full => "storage-full", Unavailable;
        Missing => "storage-failed", Broken;
        Offset => "storage-failed", Broken;
        Tampered => "storage-failed", Broken;
        Disk => "storage-failed", Broken;
    }
}

/// A store of append-only documents. Names are identifiers of ours: letters, digits and `-`.
#[async_trait]
pub trait BlobStore: Send + Sync {
    /// Makes the document be its first `offset` bytes followed by `bytes`, durably. Bytes beyond `offset`
    /// belonged to nobody and are dropped. `offset` must be 0 or the end of an earlier append.
    async fn append(&self, name: &str, offset: u64, bytes: &[u8]) -> Result<(), BlobError>;

    /// The first `length` bytes of the document.
    async fn read(&self, name: &str, length: u64) -> Result<Vec<u8>, BlobError>;

    /// Removes the document (retention, erasure). Removing what is not there is no error.
    async fn remove(&self, name: &str) -> Result<(), BlobError>;
}
