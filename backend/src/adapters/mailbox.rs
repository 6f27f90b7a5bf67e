//! The built-in mailbox of the demo: the newest mails, in memory, for the page `/mel`.

use std::collections::VecDeque;
use std::sync::Mutex;

use async_trait::async_trait;

use crate::outbox::{Mail, PostError, Postman};

const KEPT: usize = 500;

/// Keeps mails instead of sending them.
#[derive(Default)]
pub struct Mailbox(Mutex<VecDeque<Mail>>);

impl Mailbox {
    /// Every mail kept, newest first.
    pub fn mails(&self) -> Vec<Mail> {
        self.kept().iter().rev().cloned().collect()
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, VecDeque<Mail>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[async_trait]
impl Postman for Mailbox {
    async fn deliver(&self, mail: &Mail) -> Result<(), PostError> {
        let mut kept = self.kept();
        // A job that was done but not marked comes again: the same mail is not shown twice.
        if kept.iter().all(|known| known.message_id != mail.message_id) {
            kept.push_back(mail.clone());
            if kept.len() > KEPT {
                kept.pop_front();
            }
        }
        Ok(())
    }
}
