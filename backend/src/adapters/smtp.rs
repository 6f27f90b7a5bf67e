//! Mail over SMTP.

use std::time::Duration;

use async_trait::async_trait;
use lettre::message::{Mailbox, MultiPart, header};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};

use crate::outbox::{Mail, PostError, Postman};

/// Hands mails to an SMTP server.
pub struct Smtp(AsyncSmtpTransport<Tokio1Executor>);

impl Smtp {
    /// A transport for `url`: `smtp://host:25`, `smtp://user:password@host:587?tls=required`, `smtps://…`.
    pub fn new(url: &str) -> Result<Self, PostError> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|error| PostError::Never(error.to_string()))?
            .timeout(Some(Duration::from_secs(20)))
            .build();
        Ok(Self(transport))
    }
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
        .multipart(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone()))
        .map_err(|error| PostError::Never(error.to_string()))
}

/// `Name <address>` or `address`. The name is taken as it is (`[JPN-KPKT] HIMS ADMIN`): lettre quotes it.
fn mailbox(text: &str) -> Result<Mailbox, PostError> {
    let (name, address) = match text.split_once('<') {
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
            message_id: "<01J@example.test>".to_owned(),
        }
    }

    /// A server that speaks just enough SMTP; answers `rcpt` to the recipient and returns what it was given.
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
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("smtp://{}", listener.local_addr().expect("an address"));
        let smtp = Smtp::new(&url).expect("a transport");
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
    async fn a_refusal_is_told_apart_from_a_delay() {
        assert!(matches!(deliver_to("550 no such user").await.0, Err(PostError::Never(_))));
        assert!(matches!(deliver_to("451 later").await.0, Err(PostError::Later(_))));
    }

    #[tokio::test]
    async fn a_server_that_is_down_is_tried_again_later() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("smtp://{}", listener.local_addr().expect("an address"));
        drop(listener);
        let outcome = Smtp::new(&url).expect("a transport").deliver(&mail()).await;
        assert!(matches!(outcome, Err(PostError::Later(_))));
    }
}
