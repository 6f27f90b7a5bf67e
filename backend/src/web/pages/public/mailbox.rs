//! `/mel`: the mailbox of a demo world, where every mail is kept instead of sent: the text, and the HTML in a sandboxed
//! frame. Elsewhere there is no such page.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{Html, IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::outbox::STYLE;
use crate::web::Doors;
use crate::web::guard::Visit;
use crate::web::pages::Page;
use crate::web::pages::frame::Frame;
use crate::web::problem::{DoorFault, Problem};

/// A mail as kept, newest first.
#[derive(Clone, Debug)]
pub struct KeptMail {
    /// Names it in an address.
    pub id: String,
    /// Address.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// HTML, with its pictures in it.
    pub html: String,
}

/// Whoever can show the mails kept; `app.rs` hands it in.
pub type Mailbox = dyn Fn() -> Vec<KeptMail> + Send + Sync;

/// A piece of a line: text, or the address of a link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Piece {
    /// Words.
    Text(String),
    /// An address.
    Link(String),
}

/// A mail as shown.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Names it in an address.
    pub id: String,
    /// Address.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Lines of pieces.
    pub lines: Vec<Vec<Piece>>,
}

impl From<KeptMail> for Letter {
    fn from(mail: KeptMail) -> Self {
        let lines = mail.text.lines().map(pieces).collect();
        Self { id: mail.id, to: mail.to, subject: mail.subject, lines }
    }
}

/// Words, and links where a word is an address.
fn pieces(line: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for word in line.split_inclusive(' ') {
        let address = word.trim_end().trim_end_matches(['.', ',', ')']);
        if address.starts_with("http://") || address.starts_with("https://") {
            pieces.push(Piece::Link(address.to_owned()));
            pieces.push(Piece::Text(word.get(address.len()..).unwrap_or_default().to_owned()));
        } else {
            pieces.push(Piece::Text(word.to_owned()));
        }
    }
    pieces
}

/// The mailbox.
#[derive(Template)]
#[template(path = "public/mailbox.html")]
pub struct MailboxPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) mails: Vec<Letter>,
}

/// Shows every mail, newest first.
pub async fn show(State(doors): State<Arc<Doors>>, visit: Visit) -> Result<Response, Problem> {
    let mailbox = doors.mailbox.as_ref().filter(|_| doors.settings.demo).ok_or(DoorFault::Missing)?;
    let mails = mailbox().into_iter().map(Letter::from).collect();
    Ok(Page(MailboxPage { f: visit.frame(), mails }).into_response())
}

/// The HTML of a mail, for the frame on the page: nothing in it runs, loads or posts, and it is nobody's origin.
pub async fn html(State(doors): State<Arc<Doors>>, Path(id): Path<String>) -> Result<Response, Problem> {
    let mailbox = doors.mailbox.as_ref().filter(|_| doors.settings.demo).ok_or(DoorFault::Missing)?;
    let mail = mailbox().into_iter().find(|mail| mail.id == id).ok_or(DoorFault::Missing)?;
    let style = STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; img-src data:; sandbox allow-popups allow-popups-to-escape-sandbox; \
         frame-ancestors 'self'; form-action 'none'; base-uri 'none'"
    );
    Ok(([(header::CONTENT_SECURITY_POLICY, policy)], Html(mail.html)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_a_mail_are_links() {
        let text = |text: &str| Piece::Text(text.to_owned());
        let expected =
            vec![text("Buka "), Piece::Link("http://127.0.0.1:8080/t/x".to_owned()), text(". "), text("Terima")];
        assert_eq!(pieces("Buka http://127.0.0.1:8080/t/x. Terima"), expected);
        assert_eq!(pieces("javascript:alert(1)"), vec![text("javascript:alert(1)")]);
    }
}
