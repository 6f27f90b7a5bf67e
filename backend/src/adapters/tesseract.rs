//! Reads text with tesseract, by its command line: a crash in it is a failed read, not a crash of ours.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use async_trait::async_trait;
use image::GrayImage;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::ekyc::port::{Print, ReadError, Reader};

/// Languages of the cards: Malay and English.
const LANGUAGES: &str = "msa+eng";
/// The letters of a machine readable zone.
const ZONE_LETTERS: &str = "tessedit_char_whitelist=ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<";
/// A page takes half a second; what takes this long hangs.
const PATIENCE: Duration = Duration::from_secs(30);

/// The program, found and known to speak both languages.
#[derive(Clone, Debug)]
pub struct Tesseract {
    program: PathBuf,
}

impl Tesseract {
    /// Asks `program` for its languages. `None`: not installed, or without Malay or English.
    pub async fn find(program: &Path) -> Option<Self> {
        let listed = Command::new(program).arg("--list-langs").stdin(Stdio::null()).output().await.ok()?;
        let known = String::from_utf8_lossy(&listed.stdout).into_owned();
        let speaks = LANGUAGES.split('+').all(|language| known.lines().any(|line| line.trim() == language));
        speaks.then(|| Self { program: program.to_owned() })
    }

    async fn run(&self, page: GrayImage, print: Print) -> std::io::Result<std::process::Output> {
        let how: &[&str] = match print {
            // Sparse text: a card has columns and a portrait.
            Print::Card => &["-l", LANGUAGES, "--psm", "11"],
            // One block; no word of any language stands in it.
            Print::Zone => &["-l", "eng", "--psm", "6", "-c", ZONE_LETTERS],
        };
        let mut reading = Command::new(&self.program)
            .args(["stdin", "stdout"])
            .args(how)
            // One thread: cases are read side by side.
            .env("OMP_THREAD_LIMIT", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let mut sending = reading.stdin.take();
        let (width, height) = page.dimensions();
        let send = async move {
            if let Some(pipe) = &mut sending {
                pipe.write_all(format!("P5\n{width} {height}\n255\n").as_bytes()).await?;
                pipe.write_all(&page.into_raw()).await?;
            }
            // The pipe closes here: tesseract reads to the end.
            drop(sending);
            Ok::<_, std::io::Error>(())
        };
        let (_, output) = tokio::try_join!(send, reading.wait_with_output())?;
        Ok(output)
    }
}

#[async_trait]
impl Reader for Tesseract {
    async fn read(&self, page: GrayImage, print: Print) -> Result<String, ReadError> {
        let failed = |what: &dyn std::fmt::Display| ReadError::Failed(what.to_string());
        let output = tokio::time::timeout(PATIENCE, self.run(page, print)).await.map_err(|late| failed(&late))?;
        let output = output.map_err(|error| failed(&error))?;
        if !output.status.success() {
            return Err(failed(&output.status));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

/// No reader on this machine: cases say "OCR tidak dijalankan".
#[derive(Clone, Copy, Debug, Default)]
pub struct NoReader;

#[async_trait]
impl Reader for NoReader {
    async fn read(&self, _page: GrayImage, _print: Print) -> Result<String, ReadError> {
        Err(ReadError::NotInstalled)
    }
}
