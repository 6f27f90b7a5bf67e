//! Mail over SMTP.

use std::fmt::Display;
use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart, header};
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use reqwest::Url;

use crate::outbox::{Mail, PostError, Postman};

/// Hands mails to an SMTP server.
pub struct Smtp(AsyncSmtpTransport<Tokio1Executor>);

impl Smtp {
    /// A transport for `url`: `smtp://host:25`, `smtp://user:password@host:587?tls=required`, `smtps://…`. `root` (PEM) is
    /// trusted instead of the public authorities: a mail server of the house often has a certificate of the house.
    ///
    /// # Errors
    /// [`PostError::Never`] with what is wrong with the two.
    pub fn new(url: &str, root: Option<&Path>) -> Result<Self, PostError> {
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(never)?;
        if let Some(root) = root {
            builder = builder.tls(tls_under(url, root)?);
        }
        Ok(Self(builder.timeout(Some(Duration::from_secs(20))).build()))
    }
}

/// TLS as `url` asks for it, under `root` alone.
fn tls_under(url: &str, root: &Path) -> Result<Tls, PostError> {
    let url = Url::parse(url).map_err(never)?;
    let named = |error: &dyn Display| PostError::Never(format!("{}: {error}", root.display()));
    let pem = std::fs::read(root).map_err(|error| named(&error))?;
    if !pem.windows(17).any(|part| part == b"BEGIN CERTIFICATE") {
        return Err(named(&"tiada sijil PEM di sini · there is no PEM certificate here"));
    }
    let trusted = Certificate::from_pem(&pem).map_err(|error| named(&error))?;
    let host = url.host_str().unwrap_or_default().to_owned();
    let parameters = TlsParameters::builder(host).certificate_store(CertificateStore::None);
    let parameters = parameters.add_root_certificate(trusted).build_rustls().map_err(|error| named(&error))?;
    let asked = url.query_pairs().find(|(key, _)| key == "tls").map(|(_, value)| value.into_owned());
    match (url.scheme(), asked.as_deref()) {
        ("smtps", _) => Ok(Tls::Wrapper(parameters)),
        (_, Some("required")) => Ok(Tls::Required(parameters)),
        (_, Some("opportunistic")) => Ok(Tls::Opportunistic(parameters)),
        _ => Err(never(
            "smtp_root: tanpa TLS tiada apa-apa untuk dipercayai · without TLS nothing is to be trusted: write smtps:// or ?tls=required",
        )),
    }
}

fn never(error: impl Display) -> PostError {
    PostError::Never(error.to_string())
}

#[async_trait]
impl Postman for Smtp {
    async fn deliver(&self, mail: &Mail) -> Result<(), PostError> {
        let message = message(mail)?;
        match self.0.send(message).await {
            Ok(_) => Ok(()),
            // The text of a refusal may repeat the address: only its status is kept.
            Err(error) if error.is_permanent() => Err(PostError::Never(status(&error))),
            Err(error) => Err(PostError::Later(status(&error))),
        }
    }
}

fn status(error: &lettre::transport::smtp::Error) -> String {
    error.status().map_or_else(|| "no answer".to_owned(), |code| code.to_string())
}

fn message(mail: &Mail) -> Result<Message, PostError> {
    Message::builder()
        .from(mailbox(&mail.from)?)
        .to(mailbox(&mail.to)?)
        .subject(mail.subject.as_str())
        .message_id(Some(mail.message_id.clone()))
        .header(header::MIME_VERSION_1_0)
        .raw_header(raw("Auto-Submitted", "auto-generated"))
        .raw_header(raw("X-Auto-Response-Suppress", "All"))
        .raw_header(raw("Content-Language", "ms, en"))
        .multipart(body(mail)?)
        .map_err(|error| PostError::Never(error.to_string()))
}

/// The text, and the HTML with its pictures (RFC 2387).
fn body(mail: &Mail) -> Result<MultiPart, PostError> {
    if mail.pictures.is_empty() {
        return Ok(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone()));
    }
    let kind = header::ContentType::parse("image/png").map_err(never)?;
    let whole = MultiPart::related().singlepart(SinglePart::html(mail.html.clone()));
    let whole = mail.pictures.iter().fold(whole, |whole, picture| {
        whole.singlepart(Attachment::new_inline(picture.id.clone()).body(picture.png.clone(), kind.clone()))
    });
    Ok(MultiPart::alternative().singlepart(SinglePart::plain(mail.text.clone())).multipart(whole))
}

/// A header of ours. `Auto-Submitted` (RFC 3834 section 5) and its elder sister keep absence notes from answering a
/// sender that nobody reads; every mail speaks both languages (RFC 3282 section 2).
fn raw(name: &'static str, value: &str) -> header::HeaderValue {
    header::HeaderValue::new(header::HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// `Name <address>` or `address`. The name is taken as it is (`[JPN-KPKT] HIMS ADMIN`): lettre quotes it.
fn mailbox(text: &str) -> Result<Mailbox, PostError> {
    let (name, address) = match text.rsplit_once('<') {
        Some((name, rest)) => (Some(name.trim().to_owned()), rest.trim_end_matches('>')),
        None => (None, text),
    };
    let address = address.parse().map_err(|_| PostError::Never("address".to_owned()))?;
    Ok(Mailbox::new(name, address))
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
    use tokio::net::TcpListener;

    use super::*;

    fn mail() -> Mail {
        Mail {
            from: "[JPN-KPKT] HIMS ADMIN <hims.admin@example.test>".to_owned(),
            to: "aina@example.test".to_owned(),
            subject: "Pengesahan dan Tandatangan Perjanjian Jual Beli (eSPA)".to_owned(),
            text: "Tuan/Puan,\n".to_owned(),
            html: "<p>Tuan/Puan,</p>".to_owned(),
            pictures: Vec::new(),
            message_id: "<01J@example.test>".to_owned(),
        }
    }

    /// A server that speaks just enough SMTP, and no TLS; answers `rcpt` to the recipient and returns what it was given.
    async fn serve(listener: TcpListener, rcpt: &'static str) -> String {
        let (socket, _) = listener.accept().await.expect("a client");
        let (reader, mut writer) = socket.into_split();
        let (mut lines, mut said, mut data) = (BufReader::new(reader).lines(), String::new(), false);
        writer.write_all(b"220 example.test\r\n").await.expect("greets");
        while let Ok(Some(line)) = lines.next_line().await {
            said.push_str(&line);
            said.push('\n');
            let answer = match line.split(' ').next().unwrap_or_default() {
                "." => {
                    data = false;
                    "250 ok"
                }
                _ if data => continue,
                "DATA" => {
                    data = true;
                    "354 go on"
                }
                "RCPT" => rcpt,
                "EHLO" => "250-example.test\r\n250 AUTH PLAIN",
                "AUTH" => "235 welcome",
                "QUIT" => break,
                _ => "250 ok",
            };
            writer.write_all(format!("{answer}\r\n").as_bytes()).await.expect("answers");
            // The transport keeps its connection for the next mail: nobody says goodbye.
            if line == "." || answer.starts_with(['4', '5']) {
                break;
            }
        }
        said
    }

    async fn deliver_to(rcpt: &'static str) -> (Result<(), PostError>, String) {
        deliver_by("smtp://HOST", rcpt).await
    }

    /// Delivers by `url`, in which `HOST` stands for the server.
    async fn deliver_by(url: &str, rcpt: &'static str) -> (Result<(), PostError>, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = url.replace("HOST", &listener.local_addr().expect("an address").to_string());
        let smtp = Smtp::new(&url, None).expect("a transport");
        let mail = mail();
        let server = tokio::time::timeout(Duration::from_secs(10), serve(listener, rcpt));
        let (outcome, said) = tokio::join!(smtp.deliver(&mail), server);
        (outcome, said.expect("the client connects"))
    }

    #[tokio::test]
    async fn a_mail_reaches_the_server_in_both_forms() {
        let (outcome, said) = deliver_to("250 ok").await;
        outcome.expect("delivered");
        assert!(said.contains("Subject: Pengesahan dan Tandatangan Perjanjian Jual Beli (eSPA)"), "{said}");
        assert!(said.contains("text/plain") && said.contains("text/html") && said.contains("Message-ID: <01J@"));
    }

    #[tokio::test]
    async fn whoever_has_a_password_says_it_before_the_mail() {
        let (outcome, said) = deliver_by("smtp://hims:rahsia%2F7@HOST", "250 ok").await;
        outcome.expect("delivered");
        // RFC 4616: two NULs before name and password.
        let (auth, mail) = said.split_once("MAIL FROM").expect("a mail");
        assert!(auth.contains("AUTH PLAIN AGhpbXMAcmFoc2lhLzc="), "{auth}");
        assert!(!mail.contains("AUTH"), "{mail}");
    }

    #[tokio::test]
    async fn a_server_without_tls_gets_neither_password_nor_mail_where_tls_is_asked_for() {
        for url in ["smtp://hims:rahsia@HOST?tls=required", "smtps://hims:rahsia@HOST"] {
            let (outcome, said) = deliver_by(url, "250 ok").await;
            assert!(outcome.is_err(), "{url}");
            assert!(!said.contains("AUTH") && !said.contains("MAIL") && !said.contains("aina@"), "{url}: {said}");
        }
    }

    #[test]
    fn a_mail_says_that_a_machine_wrote_it_when_and_in_which_languages() {
        let text = String::from_utf8(message(&mail()).expect("a message").formatted()).expect("ASCII");
        for header in [
            "Auto-Submitted: auto-generated\r\n",
            "Content-Language: ms, en\r\n",
            "Message-ID: <01J@example.test>\r\n",
            " <hims.admin@example.test>\r\n",
        ] {
            assert!(text.contains(header), "{header} in {text}");
        }
        assert!(text.contains("\r\nDate: ") && !text.contains("List-Unsubscribe"), "{text}");
        assert!(text.contains("multipart/alternative"), "{text}");
    }

    #[test]
    fn nothing_in_a_name_or_an_address_becomes_a_header() {
        let evil = "eSPA\r\nBcc: mallory@example.com\r\n\r\n<script>";
        for lines in ["\r\n", "\n", "\r"] {
            let subject = evil.replace("\r\n", lines);
            let text = message(&Mail { subject, ..mail() }).map(|message| message.formatted());
            let text = String::from_utf8(text.unwrap_or_default()).expect("ASCII");
            assert!(!text.lines().any(|line| line.starts_with("Bcc:")), "{text}");
            let to = format!("aina@example.test{lines}Bcc: mallory@example.com");
            assert!(matches!(message(&Mail { to, ..mail() }), Err(PostError::Never(_))), "{lines:?}");
        }
        for name in ["陳美玲", "நூர்", "عبد الله", &"ன".repeat(80), "A\"B, C<D"] {
            let mail = Mail { from: format!("{name} <hims.admin@example.test>"), subject: name.to_owned(), ..mail() };
            let text = message(&mail).expect("a message").formatted();
            let head = text.split(|byte| *byte == b'\n').take_while(|line| line.len() > 1);
            let names: Vec<_> = head.filter(|line| !line.starts_with(b" ")).collect();
            assert!(names.iter().all(|line| line.is_ascii()), "{name} is encoded");
            let headers = 11;
            assert!(names.len() <= headers, "{name} adds no header");
        }
    }

    #[tokio::test]
    async fn a_refusal_is_told_apart_from_a_delay() {
        assert!(matches!(deliver_to("550 no such user").await.0, Err(PostError::Never(_))));
        assert!(matches!(deliver_to("451 later").await.0, Err(PostError::Later(_))));
    }

    #[tokio::test]
    async fn a_server_that_is_down_is_tried_again_later() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("smtp://{}", listener.local_addr().expect("an address"));
        drop(listener);
        let outcome = Smtp::new(&url, None).expect("a transport").deliver(&mail()).await;
        assert!(matches!(outcome, Err(PostError::Later(_))));
    }
}
