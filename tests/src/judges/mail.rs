//! A mail as the library of another language takes it apart.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::tool::{Tool, arg};

/// A part of a mail that has content of its own.
#[derive(Clone, Debug, Deserialize)]
pub struct MailPart {
    /// `text/html`.
    pub kind: String,
    /// What encloses it, from the outside: `multipart/alternative`, `multipart/related`.
    pub inside: Vec<String>,
    /// Its Content-ID, without angle brackets.
    pub id: Option<String>,
    /// `inline`, `attachment`.
    pub disposition: Option<String>,
    /// Its content, base64.
    content: String,
}

impl MailPart {
    /// Its bytes.
    pub fn bytes(&self) -> Vec<u8> {
        STANDARD.decode(&self.content).expect("base64")
    }

    /// Its words.
    pub fn text(&self) -> String {
        String::from_utf8(self.bytes()).expect("UTF-8")
    }
}

/// The parts of a mail (RFC 5322, with MIME), in order.
#[track_caller]
pub fn mail_parts(mail: &str) -> Vec<MailPart> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("mel.eml");
    std::fs::write(&file, mail).expect("written");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("judges/parts.py");
    let said = Tool::system("python3").ask(&[arg(&script), arg(&file)]).demand();
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {}", said.out))
}
