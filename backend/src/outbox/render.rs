//! A letter as the bytes of a mail: the same content as plain text and as HTML.

use async_trait::async_trait;

use super::letter::{Block, Letter};

/// A mail ready to go.
#[derive(Clone)]
pub struct Mail {
    /// Sender, with a display name.
    pub from: String,
    /// Address.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// HTML with the same content.
    pub html: String,
    /// Names the mail across retries, so that a server can recognise a repetition.
    pub message_id: String,
}

/// Why a mail was not taken.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// The server did not take it now; try again.
    #[error("the mail server did not take the mail: {0}")]
    Later(String),
    /// The server will never take it (no such address).
    #[error("the mail server refused the mail: {0}")]
    Never(String),
}

/// Whoever carries mails.
#[async_trait]
pub trait Postman: Send + Sync {
    /// Hands the mail over.
    async fn deliver(&self, mail: &Mail) -> Result<(), PostError>;
}

/// Renders `letter` as a mail from `from`, named by the outbox row `id`.
pub fn render(letter: &Letter, from: &str, id: &str) -> Mail {
    let domain = from.rsplit_once('@').map_or("localhost", |(_, domain)| domain.trim_end_matches('>'));
    Mail {
        from: from.to_owned(),
        to: letter.to.clone(),
        subject: letter.subject.clone(),
        text: letter.blocks.iter().map(text).collect::<Vec<_>>().join("\n\n") + "\n",
        html: html(letter),
        message_id: format!("<{id}@{domain}>"),
    }
}

fn text(block: &Block) -> String {
    match block {
        Block::Text(text) => text.clone(),
        Block::Lines(lines) => lines.join("\n"),
        Block::Code(code) => format!("    {code}"),
        Block::Link { label, url } => format!("{label}:\n{url}"),
    }
}

fn html(letter: &Letter) -> String {
    let body: String = letter
        .blocks
        .iter()
        .map(|block| match block {
            Block::Text(text) => format!("<p>{}</p>", escape(text)),
            Block::Lines(lines) => {
                let lines: Vec<_> = lines.iter().map(|line| escape(line)).collect();
                format!("<p>{}</p>", lines.join("<br>"))
            }
            Block::Code(code) => format!("<p style=\"font:700 28px/1.4 monospace;letter-spacing:6px\">{}</p>", escape(code)),
            Block::Link { label, url } => format!(
                "<p><a href=\"{url}\" style=\"display:inline-block;padding:12px 20px;border-radius:8px;background:#2563eb;\
                 color:#ffffff;text-decoration:none\">{label}</a><br><span style=\"font-size:12px;color:#6b6b74\">{url}</span></p>",
                url = escape(url),
                label = escape(label)
            ),
        })
        .collect();
    format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title></head>\
         <body style=\"font:16px/1.5 system-ui,sans-serif;color:#18181b;max-width:40em;margin:0 auto;padding:16px\">{body}</body></html>",
        letter.lang,
        escape(&letter.subject)
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::words::Lang;

    #[test]
    fn text_and_html_say_the_same_and_html_is_escaped() {
        let letter = Letter {
            to: "aina@example.test".to_owned(),
            lang: Lang::Ms,
            subject: "Kod <Verifikasi>".to_owned(),
            blocks: vec![
                Block::Text("Tuan/Puan & <b>".to_owned()),
                Block::Code("876644".to_owned()),
                Block::Link { label: "Teruskan".to_owned(), url: "https://example.test/t/x?a=1&b=2".to_owned() },
            ],
        };
        let mail = render(&letter, "HIMS ADMIN <hims@example.test>", "01J");
        assert_eq!(mail.text, "Tuan/Puan & <b>\n\n    876644\n\nTeruskan:\nhttps://example.test/t/x?a=1&b=2\n");
        assert!(mail.html.contains("Tuan/Puan &amp; &lt;b&gt;") && mail.html.contains("a=1&amp;b=2"));
        assert!(mail.html.contains("<title>Kod &lt;Verifikasi&gt;</title>") && mail.html.contains("lang=\"ms\""));
        assert_eq!(mail.message_id, "<01J@example.test>");
    }
}
