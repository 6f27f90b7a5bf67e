//! The built-in mailbox of the demo: the newest mails, for the page `/mel`. In memory, or in a file of a line each.

use std::collections::VecDeque;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use async_trait::async_trait;

use crate::outbox::{Mail, PostError, Postman};

const KEPT: usize = 500;

/// Keeps mails instead of sending them.
#[derive(Default)]
pub struct Mailbox {
    mails: Mutex<VecDeque<Mail>>,
    file: Option<PathBuf>,
}

impl Mailbox {
    /// The mailbox in the file at `path`, which is made with its first mail. Half a line, which a dead process left, is
    /// dropped: the mail was not handed over, and comes again.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn at(path: &Path) -> std::io::Result<Self> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        let whole = text.rfind('\n').map_or("", |end| &text[..=end]);
        if whole.len() < text.len() {
            std::fs::write(path, whole)?;
        }
        let mails = whole.lines().map(serde_json::from_str).collect::<Result<VecDeque<_>, _>>()?;
        Ok(Self { mails: Mutex::new(mails), file: Some(path.to_owned()) })
    }

    /// Every mail kept, newest first.
    pub fn mails(&self) -> Vec<Mail> {
        self.kept().iter().rev().cloned().collect()
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, VecDeque<Mail>> {
        self.mails.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn write_down(&self, mail: &Mail) -> std::io::Result<()> {
        let Some(path) = &self.file else { return Ok(()) };
        let line = serde_json::to_string(mail)? + "\n";
        std::fs::OpenOptions::new().create(true).append(true).open(path)?.write_all(line.as_bytes())
    }
}

#[async_trait]
impl Postman for Mailbox {
    async fn deliver(&self, mail: &Mail) -> Result<(), PostError> {
        let mut kept = self.kept();
        // A job that was done but not marked comes again: the same mail is not shown twice.
        if kept.iter().all(|known| known.message_id != mail.message_id) {
            self.write_down(mail).map_err(|error| PostError::Later(format!("mailbox: {error}")))?;
            kept.push_back(mail.clone());
            if kept.len() > KEPT {
                kept.pop_front();
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(id: &str) -> Mail {
        let text = |text: &str| text.to_owned();
        let (from, to) = (text("HIMS <hims.admin@example.test>"), text("aina@example.test"));
        let (subject, message_id, pictures) = (text("eSPA"), text(id), Vec::new());
        Mail { from, to, subject, text: text("Tuan,\nPuan"), html: text("<p>"), pictures, message_id }
    }

    #[tokio::test]
    async fn a_mailbox_in_a_file_survives_its_process_and_shows_no_mail_twice() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("mel.jsonl");
        let mailbox = Mailbox::at(&path).expect("a new one");
        for id in ["<1@x>", "<2@x>", "<1@x>"] {
            mailbox.deliver(&mail(id)).await.expect("is kept");
        }
        let half = std::fs::read_to_string(&path).expect("reads") + "{\"from\":\"HI";
        std::fs::write(&path, half).expect("a crash in the middle of a line");
        let again = Mailbox::at(&path).expect("opens again");
        again.deliver(&mail("<2@x>")).await.expect("is known");
        again.deliver(&mail("<3@x>")).await.expect("is kept");
        let ids: Vec<_> = Mailbox::at(&path).expect("opens").mails().into_iter().map(|mail| mail.message_id).collect();
        assert_eq!(ids, ["<3@x>", "<2@x>", "<1@x>"]);
    }
}
