//! Documents as encrypted, append-only files.
//!
//! A file is a row of segments, one for each append: `length (u32 big endian) ‖ nonce (12) ‖ AES-256-GCM(plain)`.
//! The key of a document is HKDF-SHA-256(master, info = its name); the additional data of a segment is its
//! offset in the plain text, so segments cannot be moved inside a document or between documents.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};

use crate::blob::{BlobError, BlobStore};
use crate::kernel::rng::Rng;
use crate::kernel::secret::Secret;

const TAG: u64 = 16;
const FRAME: u64 = 4 + NONCE_LEN as u64 + TAG;

/// Keeps documents under one folder.
pub struct BlobFiles {
    folder: PathBuf,
    master: Arc<Secret<[u8; 32]>>,
    rng: Arc<dyn Rng>,
}

impl BlobFiles {
    /// Documents under `folder` (made if it is missing), encrypted under keys derived from `master`.
    pub fn open(folder: &Path, master: [u8; 32], rng: Arc<dyn Rng>) -> Result<Self, BlobError> {
        std::fs::create_dir_all(folder).map_err(|source| disk("folder", source))?;
        entered(folder).map_err(|source| disk("folder", source))?;
        Ok(Self { folder: folder.to_owned(), master: Arc::new(Secret::new(master)), rng })
    }

    fn document(&self, name: &str) -> Result<Document, BlobError> {
        let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !plain {
            return Err(BlobError::Missing(name.to_owned()));
        }
        let info = [name.as_bytes()];
        let prk = Salt::new(HKDF_SHA256, b"mohor/blob/v1").extract(self.master.expose());
        let key = prk.expand(&info, &AES_256_GCM).map(UnboundKey::from);
        let key = key.map_err(|_| BlobError::Tampered(name.to_owned()))?;
        let (folder, rest) = name.split_at(name.len().saturating_sub(2));
        let path = self.folder.join(rest).join(format!("{folder}{rest}.seg"));
        Ok(Document { name: name.to_owned(), path, key: LessSafeKey::new(key) })
    }
}

#[async_trait]
impl BlobStore for BlobFiles {
    async fn append(&self, name: &str, offset: u64, bytes: &[u8]) -> Result<(), BlobError> {
        let (document, nonce, bytes) = (self.document(name)?, self.rng.bytes(), bytes.to_vec());
        blocking(name, move || document.append(offset, nonce, bytes)).await
    }

    async fn read(&self, name: &str, length: u64) -> Result<Vec<u8>, BlobError> {
        let document = self.document(name)?;
        blocking(name, move || document.read(length)).await
    }

    async fn remove(&self, name: &str) -> Result<(), BlobError> {
        let document = self.document(name)?;
        blocking(name, move || document.remove()).await
    }
}

async fn blocking<T: Send + 'static>(
    name: &str,
    task: impl FnOnce() -> Result<T, BlobError> + Send + 'static,
) -> Result<T, BlobError> {
    match tokio::task::spawn_blocking(task).await {
        Ok(outcome) => outcome,
        Err(_) => Err(BlobError::Tampered(name.to_owned())),
    }
}

struct Document {
    name: String,
    path: PathBuf,
    key: LessSafeKey,
}

impl Document {
    fn append(&self, offset: u64, nonce: [u8; NONCE_LEN], mut bytes: Vec<u8>) -> Result<(), BlobError> {
        let length = u32::try_from(bytes.len()).map_err(|_| BlobError::Full(self.name.clone()))?;
        self.key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(offset.to_be_bytes()), &mut bytes)
            .map_err(|_| self.tampered())?;
        let folder = self.path.parent().unwrap_or(&self.path);
        std::fs::create_dir_all(folder).map_err(|source| self.disk(source))?;
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&self.path);
        let file = file.as_mut().map_err(|source| disk(&self.name, std::io::Error::from(source.kind())))?;
        let end = self.boundary(file, offset)?;
        let written = write_segment(file, end, length, &nonce, &bytes);
        if written.is_err() {
            // Half a segment belongs to nobody; dropping it now keeps the next append simple.
            let _ = file.set_len(end);
        }
        written.map_err(|source| self.disk(source))?;
        // A row will own these bytes: after a power loss the way to the first of them must be there too.
        if end == 0 {
            entered(&self.path).and_then(|()| entered(folder)).map_err(|source| self.disk(source))?;
        }
        Ok(())
    }

    /// The place in the file where the plain text reaches `offset`.
    fn boundary(&self, file: &mut File, offset: u64) -> Result<u64, BlobError> {
        let size = file.metadata().map_err(|source| self.disk(source))?.len();
        let (mut plain, mut place) = (0, 0);
        while plain < offset {
            if place >= size {
                return Err(BlobError::Offset(self.name.clone()));
            }
            let mut length = [0; 4];
            file.seek(SeekFrom::Start(place)).map_err(|source| self.disk(source))?;
            file.read_exact(&mut length).map_err(|source| self.disk(source))?;
            let length = u64::from(u32::from_be_bytes(length));
            plain += length;
            place += FRAME + length;
        }
        if plain == offset { Ok(place) } else { Err(BlobError::Offset(self.name.clone())) }
    }

    fn read(&self, length: u64) -> Result<Vec<u8>, BlobError> {
        let mut file = File::open(&self.path).map_err(|source| match source.kind() {
            ErrorKind::NotFound => BlobError::Missing(self.name.clone()),
            _ => self.disk(source),
        })?;
        let mut plain = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
        while (plain.len() as u64) < length {
            let offset = plain.len() as u64;
            let segment = self.read_segment(&mut file, offset)?;
            plain.extend_from_slice(&segment);
        }
        if plain.len() as u64 == length { Ok(plain) } else { Err(BlobError::Missing(self.name.clone())) }
    }

    fn read_segment(&self, file: &mut File, offset: u64) -> Result<Vec<u8>, BlobError> {
        let missing = |_| BlobError::Missing(self.name.clone());
        let (mut length, mut nonce) = ([0; 4], [0; NONCE_LEN]);
        file.read_exact(&mut length).map_err(missing)?;
        file.read_exact(&mut nonce).map_err(missing)?;
        let sealed_length = u64::from(u32::from_be_bytes(length)) + TAG;
        let mut sealed = Vec::new();
        file.take(sealed_length).read_to_end(&mut sealed).map_err(|source| self.disk(source))?;
        if sealed.len() as u64 != sealed_length {
            return Err(BlobError::Missing(self.name.clone()));
        }
        let (nonce, aad) = (Nonce::assume_unique_for_key(nonce), Aad::from(offset.to_be_bytes()));
        let opened = self.key.open_in_place(nonce, aad, &mut sealed).map_err(|_| self.tampered())?.len();
        sealed.truncate(opened);
        Ok(sealed)
    }

    fn remove(&self) -> Result<(), BlobError> {
        match std::fs::remove_file(&self.path) {
            Err(source) if source.kind() != ErrorKind::NotFound => Err(self.disk(source)),
            _ => Ok(()),
        }
    }

    fn tampered(&self) -> BlobError {
        BlobError::Tampered(self.name.clone())
    }

    fn disk(&self, source: std::io::Error) -> BlobError {
        disk(&self.name, source)
    }
}

fn write_segment(
    file: &mut File,
    place: u64,
    length: u32,
    nonce: &[u8; NONCE_LEN],
    sealed: &[u8],
) -> std::io::Result<()> {
    file.set_len(place)?;
    file.seek(SeekFrom::Start(place))?;
    file.write_all(&length.to_be_bytes())?;
    file.write_all(nonce)?;
    file.write_all(sealed)?;
    file.sync_data()
}

/// The entry of `path`, a new file or folder, is on the disk.
fn entered(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    #[cfg(test)]
    tests::SYNCED.with_borrow_mut(|synced| synced.push(folder.to_owned()));
    File::open(folder)?.sync_all()
}

fn disk(name: &str, source: std::io::Error) -> BlobError {
    match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => BlobError::Full(name.to_owned()),
        _ => BlobError::Disk { name: name.to_owned(), source },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::rng::SeededRng;

    thread_local! {
        /// The folders whose entries were synced on this thread.
        pub(super) static SYNCED: std::cell::RefCell<Vec<PathBuf>> = const { std::cell::RefCell::new(Vec::new()) };
    }

    /// A power loss keeps what was synced alone.
    #[test]
    fn a_new_document_is_found_again_after_a_power_loss() {
        let (folder, files) = store();
        let document = files.document("doc-1").expect("a name");
        let home = document.path.parent().expect("a folder").to_owned();
        let synced = || SYNCED.with_borrow_mut(std::mem::take);
        assert_eq!(synced(), [folder.path().parent().expect("a folder")], "the folder of all documents");
        document.append(0, [1; NONCE_LEN], b"first".to_vec()).expect("appends");
        assert_eq!(synced(), [home.clone(), folder.path().to_owned()], "its entry, and that of its folder");
        document.append(5, [2; NONCE_LEN], b"more".to_vec()).expect("appends");
        assert_eq!(synced(), [] as [PathBuf; 0], "nothing new");
        document.remove().expect("removes");
        document.append(0, [3; NONCE_LEN], b"again".to_vec()).expect("appends");
        assert_eq!(synced().first(), Some(&home), "a new file again");
    }

    fn store() -> (tempfile::TempDir, BlobFiles) {
        let folder = tempfile::tempdir().expect("a folder");
        let files = BlobFiles::open(folder.path(), [7; 32], Arc::new(SeededRng::new(1))).expect("opens");
        (folder, files)
    }

    #[tokio::test]
    async fn a_revision_is_a_length() {
        let (_folder, files) = store();
        files.append("doc-1", 0, b"first").await.expect("appends");
        files.append("doc-1", 5, b" second").await.expect("appends");
        assert_eq!(files.read("doc-1", 5).await.expect("reads"), b"first");
        assert_eq!(files.read("doc-1", 12).await.expect("reads"), b"first second");
        assert!(matches!(files.read("doc-1", 13).await, Err(BlobError::Missing(_))));
        assert!(matches!(files.read("doc-1", 7).await, Err(BlobError::Missing(_))));
    }

    #[tokio::test]
    async fn what_no_row_owns_is_overwritten() {
        let (_folder, files) = store();
        files.append("doc-1", 0, b"first").await.expect("appends");
        files.append("doc-1", 5, b"an orphan of a crash").await.expect("appends");
        files.append("doc-1", 5, b"!").await.expect("appends");
        assert_eq!(files.read("doc-1", 6).await.expect("reads"), b"first!");
        assert!(matches!(files.read("doc-1", 7).await, Err(BlobError::Missing(_))));
    }

    #[tokio::test]
    async fn an_offset_between_boundaries_is_refused() {
        let (_folder, files) = store();
        files.append("doc-1", 0, b"first").await.expect("appends");
        assert!(matches!(files.append("doc-1", 3, b"x").await, Err(BlobError::Offset(_))));
        assert!(matches!(files.append("doc-1", 9, b"x").await, Err(BlobError::Offset(_))));
    }

    #[tokio::test]
    async fn the_disk_shows_nothing_and_a_changed_byte_is_found() {
        let (folder, files) = store();
        files.append("doc-1", 0, b"a secret agreement").await.expect("appends");
        let path = folder.path().join("-1").join("doc-1.seg");
        let mut stored = std::fs::read(&path).expect("the file");
        assert!(!stored.windows(6).any(|window| window == b"secret"));
        stored[20] ^= 1;
        std::fs::write(&path, stored).expect("writes");
        assert!(matches!(files.read("doc-1", 18).await, Err(BlobError::Tampered(_))));
    }

    #[tokio::test]
    async fn a_document_under_another_name_does_not_open() {
        let (folder, files) = store();
        files.append("doc-11", 0, b"one").await.expect("appends");
        files.append("doc-21", 0, b"two").await.expect("appends");
        let (one, two) = (folder.path().join("11/doc-11.seg"), folder.path().join("21/doc-21.seg"));
        std::fs::copy(one, two).expect("the attacker swaps files");
        assert!(matches!(files.read("doc-21", 3).await, Err(BlobError::Tampered(_))));
    }

    #[tokio::test]
    async fn a_name_cannot_leave_the_folder() {
        let (_folder, files) = store();
        assert!(files.append("../x", 0, b"x").await.is_err());
        assert!(files.read("", 0).await.is_err());
    }
}
