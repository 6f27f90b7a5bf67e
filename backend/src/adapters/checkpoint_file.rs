//! Signed audit heads in a text file, a line each: outside the database, easy to copy elsewhere.
//!
//! The file only ever grows, so it may be marked append-only (`chattr +a`). A crash may leave half a line at its end; the
//! next append closes that line with the word `torn` and goes on below it. What was torn stays readable, and a line that
//! is a whole signed head counts as one whatever stands behind it (`audit/verify.rs`).

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use async_trait::async_trait;

use crate::audit::{CheckpointLog, Head, Kept, NotaryError};

/// Closes a line that a crash cut off.
const TORN: &str = " torn";

/// Appends heads to one file.
pub struct CheckpointFile(PathBuf);

impl CheckpointFile {
    /// Heads in `path`; the file is made with the first.
    pub fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }

    fn write(&self, line: &str) -> std::io::Result<()> {
        let new = !self.0.exists();
        let mut file = OpenOptions::new().create(true).read(true).append(true).open(&self.0)?;
        // Two writers in one process or two: the end that is looked at is the end that is written to.
        file.lock()?;
        let close = if ends_whole(&mut file)? { String::new() } else { format!("{TORN}\n") };
        file.write_all(format!("{close}{line}\n").as_bytes())?;
        file.sync_data()?;
        if new && let Some(folder) = self.0.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }
}

/// Whether the file is empty or ends with a line break.
fn ends_whole(file: &mut File) -> std::io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

#[async_trait]
impl CheckpointLog for CheckpointFile {
    async fn append(&self, head: &Head) -> Result<(), NotaryError> {
        self.write(&head.line()).map_err(failed)
    }

    async fn all(&self) -> Result<Kept, NotaryError> {
        match std::fs::read(&self.0) {
            Ok(bytes) => Ok(read(&String::from_utf8_lossy(&bytes))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Kept::default()),
            Err(error) => Err(failed(error)),
        }
    }
}

/// Heads that somebody else holds, as they hold them: a copy of the file, a completion mail, or the one line of it.
pub struct HeldHeads(Kept);

impl HeldHeads {
    /// Reads what a mail program or a person put around the heads: other lines, quotation marks, spaces. A line that
    /// has the shape of a head and is none counts as foreign. `None` when there is no head.
    pub fn of(text: &str) -> Option<Self> {
        let mut kept = Kept::default();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim_start_matches(['>', ' ', '\t']).split_whitespace().collect::<Vec<_>>().join(" ");
            match (Head::parse(&line), torn(&line, true)) {
                (Some(head), _) => kept.heads.push(head),
                (None, Some(begun)) => kept.torn.push(begun.to_owned()),
                (None, None) if has_the_shape_of_a_head(&line) => kept.foreign.push(number),
                (None, None) => {}
            }
        }
        (!kept.heads.is_empty() || !kept.foreign.is_empty()).then_some(Self(kept))
    }
}

/// A number and a root: a mail says other digests as well, but none behind a number.
fn has_the_shape_of_a_head(line: &str) -> bool {
    let mut words = line.split(' ');
    let size = words.next().is_some_and(|size| size.parse::<u64>().is_ok());
    size && words.next().is_some_and(|root| root.len() == 64 && root.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[async_trait]
impl CheckpointLog for HeldHeads {
    async fn append(&self, _: &Head) -> Result<(), NotaryError> {
        Err(NotaryError("heads that others hold are only read".to_owned()))
    }

    async fn all(&self) -> Result<Kept, NotaryError> {
        Ok(self.0.clone())
    }
}

fn failed(error: std::io::Error) -> NotaryError {
    NotaryError(format!("checkpoint file: {error}"))
}

fn read(text: &str) -> Kept {
    let mut kept = Kept::default();
    let whole = text.rfind('\n').map_or(0, |end| end + 1);
    for (number, line) in (1..).zip(text.split_terminator('\n')) {
        let ended = !(text.len() > whole && line.as_ptr() == text[whole..].as_ptr());
        match Head::parse(line) {
            Some(head) if ended => kept.heads.push(head),
            _ => match torn(line, ended) {
                Some(begun) => kept.torn.push(begun.to_owned()),
                None => kept.foreign.push(number),
            },
        }
    }
    kept
}

/// What was written of a line before a crash; `None` for a line that no crash explains. Blocks that the disk had taken
/// but not filled read as zeros.
fn torn(line: &str, ended: bool) -> Option<&str> {
    let mut begun = line;
    if ended {
        begun = begun.strip_suffix(TORN)?;
    }
    // A crash may have cut off the closing of a torn line as well.
    while let Some(at) = begun.rfind(' ').filter(|at| TORN.starts_with(&begun[*at..])) {
        begun = &begun[..at];
    }
    let begun = begun.trim_end_matches('\0');
    Head::may_begin(begun).then_some(begun)
}

#[cfg(test)]
mod tests;
