//! A letter as the bytes of a mail: the same content as plain text and as HTML.
//!
//! The HTML is plain prose that survives a mail client which strips styles: no tables, nothing from elsewhere, one
//! `<style>` element for light and dark. Its only pictures are QR codes of links that stand beside them; they travel in
//! the mail itself and are named by their Content-ID (RFC 2392).

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::letter::{Block, Letter};
use crate::kernel::qr;

/// A mail ready to go.
#[derive(Clone, Serialize, Deserialize)]
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
    /// The pictures that the HTML names.
    #[serde(default)]
    pub pictures: Vec<Picture>,
    /// Names the mail across retries, so that a server can recognise a repetition.
    pub message_id: String,
}

/// A picture inside a mail.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// Its Content-ID, without angle brackets.
    pub id: String,
    /// The picture.
    pub png: Vec<u8>,
}

impl Mail {
    /// The HTML with its pictures in it, for a page that shows the mail.
    pub fn standalone_html(&self) -> String {
        self.pictures.iter().fold(self.html.clone(), |html, picture| {
            let data = format!("data:image/png;base64,{}", STANDARD.encode(&picture.png));
            html.replace(&format!("cid:{}", picture.id), &data)
        })
    }
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
    let codes = codes(&letter.blocks, &format!("{id}@{domain}"));
    Mail {
        from: from.to_owned(),
        to: letter.to.clone(),
        subject: one_line(&letter.subject),
        text: text(&letter.blocks) + "\n",
        html: html(letter, &codes),
        pictures: codes.into_iter().map(|code| code.picture).collect(),
        message_id: format!("<{id}@{domain}>"),
    }
}

/// A link and its QR code.
struct Code<'a> {
    url: &'a str,
    picture: Picture,
}

/// The QR codes of a letter, each link once: both languages show the same picture. `name` is the mail's.
fn codes<'a>(blocks: &'a [Block], name: &str) -> Vec<Code<'a>> {
    let mut links = Vec::new();
    links_in(blocks, &mut links);
    let code = |(n, url): (usize, &'a str)| {
        Some(Code { url, picture: Picture { id: format!("qr{n}.{name}"), png: qr::png(url)? } })
    };
    links.into_iter().enumerate().filter_map(code).collect()
}

fn links_in<'a>(blocks: &'a [Block], links: &mut Vec<&'a str>) {
    for block in blocks {
        match block {
            Block::Qr { url, .. } if !links.contains(&url.as_str()) => links.push(url),
            Block::Also(_, blocks) => links_in(blocks, links),
            _ => {}
        }
    }
}

/// A value on one line that looks the way it is spelt: no line break that could begin a header or fake a line, no
/// mark that turns the writing direction of what follows. Joiners stay: Tamil and Arabic names need them.
fn one_line(text: &str) -> String {
    const TURNING: [char; 12] = [
        '\u{61c}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}',
        '\u{2067}', '\u{2068}', '\u{2069}',
    ];
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let kept = text.chars().filter(|c| !TURNING.contains(c));
    kept.map(|c| if breaks(c) { ' ' } else { c }).collect()
}

fn text(blocks: &[Block]) -> String {
    let shown = blocks.iter().filter(|block| !matches!(block, Block::Qr { .. }));
    let parts = shown.map(|block| match block {
        Block::Text(text) | Block::Aside(_, text) => one_line(text),
        Block::Lines(lines) | Block::Facts(lines) => joined(lines, "\n", one_line),
        Block::Quote(text) => joined(text.lines(), "\n", |line| format!("> {}", one_line(line))),
        Block::Code(code) => format!("    {}", one_line(code)),
        Block::Link { label, url } => format!("{}:\n{}", one_line(label), one_line(url)),
        Block::Qr { .. } => String::new(),
        Block::Also(_, blocks) => format!("{RULE}\n\n{}\n\n{RULE}", text(blocks)),
    });
    parts.collect::<Vec<_>>().join("\n\n")
}

const RULE: &str = "----------------------------------------";

fn joined<S: AsRef<str>>(lines: impl IntoIterator<Item = S>, with: &str, each: impl Fn(&str) -> String) -> String {
    lines.into_iter().map(|line| each(line.as_ref())).collect::<Vec<_>>().join(with)
}

/// The style of every mail. A page that shows a mail allows exactly this and nothing else.
pub const STYLE: &str = "body{margin:0;padding:24px 16px;background:#f4f4f5;color:#18181b;font:16px/1.5 system-ui,\
    -apple-system,'Segoe UI',Roboto,sans-serif}main{max-width:36em;margin:0 auto;padding:24px;border-radius:12px;\
    background:#fff}p{margin:0 0 16px;overflow-wrap:anywhere}.facts{padding-left:12px;border-left:4px solid #2563eb}\
    .code{font:700 28px/1.4 ui-monospace,monospace;letter-spacing:4px}.go a{display:inline-block;padding:12px 20px;\
    border-radius:8px;background:#1d4ed8;color:#fff;font-weight:600;text-decoration:none}.small,aside{font-size:14px;\
    color:#52525b}.qr img{display:block;\
    width:200px;height:200px}blockquote{margin:0 0 16px;padding-left:12px;border-left:4px solid #a1a1aa}hr{margin:24px 0;border:0;\
    border-top:1px solid #d4d4d8}@media (prefers-color-scheme:dark){body{background:#09090b;color:#f4f4f5}\
    main{background:#18181b}.small,aside{color:#a1a1aa}.facts{border-color:#60a5fa}hr{border-color:#3f3f46}\
    .small a{color:#93c5fd}}";

fn html(letter: &Letter, codes: &[Code<'_>]) -> String {
    format!(
        "<!doctype html>\n<html lang=\"{lang}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">\
         <title>{title}</title><style>{STYLE}</style></head>\n<body><main>\n{body}</main></body></html>\n",
        lang = letter.lang,
        title = escape(&letter.subject),
        body = elements(&letter.blocks, codes),
    )
}

fn elements(blocks: &[Block], codes: &[Code<'_>]) -> String {
    let each = |block: &Block| match block {
        Block::Text(text) => format!("<p>{}</p>\n", escape(text)),
        Block::Lines(lines) => format!("<p>{}</p>\n", joined(lines, "<br>", escape)),
        Block::Facts(lines) => format!("<p class=\"facts\">{}</p>\n", joined(lines, "<br>", escape)),
        Block::Quote(text) => {
            format!("<blockquote dir=\"auto\">{}</blockquote>\n", joined(text.lines(), "<br>", escape))
        }
        Block::Aside(lang, text) => format!("<aside lang=\"{lang}\"><p>{}</p></aside>\n", escape(text)),
        Block::Code(code) => format!("<p class=\"code\">{}</p>\n", escape(code)),
        Block::Link { label, url } => {
            let (url, label) = (escape(url), escape(label));
            let link = |text: &str| format!("<a href=\"{url}\" target=\"_blank\" rel=\"noopener\">{text}</a>");
            format!("<p class=\"go\">{}</p>\n<p class=\"small\">{}</p>\n", link(&label), link(&url))
        }
        Block::Qr { url, note, alt } => match codes.iter().find(|code| code.url == url) {
            Some(Code { picture: Picture { id, .. }, .. }) => format!(
                "<p class=\"small\">{}</p>\n<p class=\"qr\"><img src=\"cid:{id}\" width=\"200\" height=\"200\" \
                 alt=\"{}\"></p>\n",
                escape(note),
                escape(alt)
            ),
            None => String::new(),
        },
        Block::Also(lang, blocks) => format!("<hr>\n<div lang=\"{lang}\">\n{}</div>\n<hr>\n", elements(blocks, codes)),
    };
    blocks.iter().map(each).collect()
}

fn escape(text: &str) -> String {
    let text = one_line(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::words::Lang;

    fn mail(subject: &str, blocks: Vec<Block>) -> Mail {
        let (to, subject) = ("aina@example.test".to_owned(), subject.to_owned());
        let letter = Letter { to, lang: Lang::Ms, subject, blocks };
        render(&letter, "HIMS ADMIN <hims@example.test>", "01J")
    }

    #[test]
    fn text_and_html_say_the_same_and_html_is_escaped() {
        let blocks = vec![
            Block::Text("Tuan/Puan & <b>".to_owned()),
            Block::Code("876644".to_owned()),
            Block::Link { label: "Teruskan".to_owned(), url: "https://example.test/t/x?a=1&b=2".to_owned() },
            Block::Also(Lang::En, vec![Block::Text("Dear Sir/Madam,".to_owned())]),
        ];
        let mail = mail("Kod <Verifikasi>", blocks);
        let text = "Tuan/Puan & <b>\n\n    876644\n\nTeruskan:\nhttps://example.test/t/x?a=1&b=2\n\n";
        let rule = "----------------------------------------";
        assert_eq!(mail.text, format!("{text}{rule}\n\nDear Sir/Madam,\n\n{rule}\n"));
        assert!(mail.html.contains("Tuan/Puan &amp; &lt;b&gt;") && mail.html.contains("a=1&amp;b=2"));
        assert!(mail.html.contains("<title>Kod &lt;Verifikasi&gt;</title>") && mail.html.contains("<html lang=\"ms\""));
        assert!(mail.html.contains("<div lang=\"en\">") && !mail.html.contains(" style="));
        assert_eq!(mail.message_id, "<01J@example.test>");
    }

    #[test]
    fn no_value_adds_a_line_or_turns_the_writing_around() {
        let evil = "PARKLAND\r\nBcc: mallory@example.com\u{2028}<img src=x>\u{202e}'\"";
        let blocks = vec![
            Block::Facts(vec![format!("Nama Pemajuan : {evil}")]),
            Block::Text(evil.to_owned()),
            Block::Link { label: evil.to_owned(), url: "https://example.test/t/x".to_owned() },
            Block::Quote(format!("Poskod salah.\n{evil}")),
        ];
        let mail = mail(evil, blocks);
        assert!(!mail.subject.contains(['\r', '\n']));
        let begins_a_line = |line: &str| line.starts_with("Bcc:");
        assert!(!mail.text.lines().any(begins_a_line) && !mail.html.lines().any(begins_a_line), "{}", mail.text);
        for turned in ['\u{202e}', '\u{2028}', '\r'] {
            assert!(!mail.text.contains(turned) && !mail.html.contains(turned));
        }
        assert!(!mail.html.contains("<img") && mail.html.contains("&#39;&quot;"));
        assert!(mail.text.contains("> Poskod salah.\n> PARKLAND"), "{}", mail.text);
    }

    #[test]
    fn names_of_every_script_stay_as_they_are() {
        for name in ["நூர் க்ஷமா", "陳美玲", "عبد\u{200d}الله", "D'Cruz a/l O'Brien", &"ன".repeat(80)]
        {
            let mail = mail(name, vec![Block::Text(name.to_owned())]);
            assert_eq!((mail.subject.as_str(), mail.text.trim_end()), (name, name));
        }
    }
}
