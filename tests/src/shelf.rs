//! Documents on a shelf that fails when it is told to.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mohor::adapters::blob_files::BlobFiles;
use mohor::blob::{BlobError, BlobStore};
use mohor::kernel::rng::OsRng;

/// What becomes of the next document that is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It is kept.
    Kept,
    /// There is no room, until there is.
    Full,
    /// A fault of ours, once, that says a number nobody may read.
    Panics,
}

/// A folder of documents with a fate.
pub struct Shelf {
    files: BlobFiles,
    fate: Mutex<Fate>,
}

impl Shelf {
    /// A folder in `ground`.
    pub fn of(ground: &Path, fate: Fate) -> Arc<Self> {
        let files = BlobFiles::open(&ground.join("documents"), [7; 32], Arc::new(OsRng)).expect("a folder");
        Arc::new(Self { files, fate: Mutex::new(fate) })
    }

    /// From now on.
    pub fn turn(&self, fate: Fate) {
        *self.fate() = fate;
    }

    fn fate(&self) -> MutexGuard<'_, Fate> {
        self.fate.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> Fate {
        let mut fate = self.fate();
        let next = *fate;
        if next == Fate::Panics {
            *fate = Fate::Kept;
        }
        next
    }
}

#[async_trait::async_trait]
impl BlobStore for Shelf {
    async fn append(&self, name: &str, offset: u64, bytes: &[u8]) -> Result<(), BlobError> {
        match self.next() {
            Fate::Kept => self.files.append(name, offset, bytes).await,
            Fate::Full => Err(BlobError::Full(name.to_owned())),
            Fate::Panics => panic!("a fault of ours, with the number 900423105484 in it"),
        }
    }

    async fn read(&self, name: &str, length: u64) -> Result<Vec<u8>, BlobError> {
        self.files.read(name, length).await
    }

    async fn remove(&self, name: &str) -> Result<(), BlobError> {
        self.files.remove(name).await
    }
}
