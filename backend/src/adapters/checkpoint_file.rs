//! Signed audit heads in a text file, a line each: outside the database, easy to copy elsewhere.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use async_trait::async_trait;

use crate::audit::{CheckpointLog, Head, NotaryError};

/// Appends heads to one file.
pub struct CheckpointFile(PathBuf);

impl CheckpointFile {
    /// Heads in `path`; the file is made with the first.
    pub fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }
}

#[async_trait]
impl CheckpointLog for CheckpointFile {
    async fn append(&self, head: &Head) -> Result<(), NotaryError> {
        let write = || -> std::io::Result<()> {
            let mut file = std::fs::OpenOptions::new().create(true).append(true).open(&self.0)?;
            writeln!(file, "{}", head.line())?;
            file.sync_data()
        };
        write().map_err(|error| NotaryError(format!("checkpoint file: {error}")))
    }

    async fn all(&self) -> Result<Vec<Head>, NotaryError> {
        let text = match std::fs::read_to_string(&self.0) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(NotaryError(format!("checkpoint file: {error}"))),
        };
        // A crash may leave half a last line; half a line anywhere else was written by somebody else.
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        whole
            .lines()
            .map(|line| Head::parse(line).ok_or_else(|| NotaryError(format!("checkpoint file: {line}"))))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::clock::Timestamp;

    fn head(size: u64) -> Head {
        Head { size, root: [7; 32], at: Timestamp::from_millis(5), signature: vec![1, 2] }
    }

    #[tokio::test]
    async fn heads_come_back_in_order_and_half_a_line_is_ignored() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("heads");
        let log = CheckpointFile::at(&path);
        assert_eq!(log.all().await.expect("reads"), []);
        log.append(&head(1)).await.expect("appends");
        log.append(&head(2)).await.expect("appends");
        let whole = std::fs::read_to_string(&path).expect("reads");
        std::fs::write(&path, whole + "3 0707").expect("a crash in the middle of a line");
        assert_eq!(log.all().await.expect("reads"), [head(1), head(2)]);
    }

    #[tokio::test]
    async fn a_foreign_line_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("heads");
        std::fs::write(&path, "hello\n").expect("writes");
        assert!(CheckpointFile::at(&path).all().await.is_err());
    }
}
