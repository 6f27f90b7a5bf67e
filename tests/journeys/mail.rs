//! The way to the mail server, before a server that takes nothing without TLS and a password, and against one that is not
//! who it says (SEC-6, MAIL-0).

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mohor::adapters::mailbox::Mailbox;
use mohor::adapters::smtp::Smtp;
use mohor::app::Parts;
use mohor::demo::journey::World;
use mohor::demo::world::SIGNEES;
use mohor::demo::{Browser, clerk};
use mohor::outbox::{Mail, PostError, Postman as _};
use mohor_tests::ground::Ground;
use mohor_tests::judges;
use serde_json::Value as Json;

const USER: &str = "hims";
const PASSWORD: &str = "rahsia/7";

/// The mail server, written in another language by other rules; killed when it is dropped.
struct House {
    process: Child,
    lines: BufReader<ChildStdout>,
    port: u16,
}

impl House {
    fn open(how: &str, (chain, key): (&Path, &Path)) -> Self {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("judges/mail.py");
        let mut command = Command::new("python3");
        command.arg(program).args(["--how", how, "--user", USER, "--password", PASSWORD]);
        command.arg("--chain").arg(chain).arg("--key").arg(key);
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("python3");
        let mut lines = BufReader::new(process.stdout.take().expect("its words"));
        let mut first = String::new();
        lines.read_line(&mut first).expect("a line");
        let port = first.trim().parse().expect("a port");
        Self { process, lines, port }
    }

    /// What was said in the next conversation.
    fn heard(&mut self) -> Json {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("a line");
        serde_json::from_str(&line).expect("JSON")
    }

    /// Its address in the words of `settings.mail.smtp_url`.
    fn url(&self, how: &str, password: &str) -> String {
        let (scheme, asks) = if how == "smtps" { ("smtps", "") } else { ("smtp", "?tls=required") };
        format!("{scheme}://{USER}:{password}@localhost:{}{asks}", self.port)
    }
}

impl Drop for House {
    fn drop(&mut self) {
        // It may have ended by itself.
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

fn mail() -> Mail {
    Mail {
        from: "[JPN-KPKT] HIMS ADMIN <hims.admin@example.test>".to_owned(),
        to: "aina@example.test".to_owned(),
        subject: "Perjanjian Jual Beli (eSPA)".to_owned(),
        text: "Tuan/Puan,\n".to_owned(),
        html: "<p>Tuan/Puan,</p>".to_owned(),
        pictures: Vec::new(),
        message_id: "<01J@example.test>".to_owned(),
    }
}

#[tokio::test]
async fn a_mail_goes_by_tls_under_the_certificate_of_the_house_and_with_its_password() {
    let ground = Ground::new();
    let (chain, key) = judges::throw_away_certificate(ground.path(), "mel", "localhost");
    for how in ["smtps", "starttls"] {
        let mut house = House::open(how, (&chain, &key));
        let smtp = Smtp::new(&house.url(how, "rahsia%2F7"), Some(&chain)).expect("a transport");
        smtp.deliver(&mail()).await.expect("is taken");
        let heard = house.heard();
        assert_eq!(heard["user"], USER, "{how}: {heard:#}");
        let taken = heard["mail"].as_str().expect("a mail");
        assert!(
            taken.contains("Subject: Perjanjian Jual Beli (eSPA)") && taken.contains("<01J@example.test>"),
            "{taken}"
        );
        let plain = heard["plain"].to_string();
        let allowed = if how == "smtps" { "[]" } else { "STARTTLS" };
        assert!(plain.contains(allowed), "{how}: {plain}");
        assert!(!plain.contains("AUTH") && !plain.contains("MAIL"), "{how}: said in the clear: {plain}");

        // A wrong password: the mail waits, it is not lost.
        let smtp = Smtp::new(&house.url(how, "salah"), Some(&chain)).expect("a transport");
        let refused = smtp.deliver(&mail()).await.expect_err("refused");
        assert!(refused.to_string().contains("535"), "{refused}");
        let heard = house.heard();
        assert!(heard["user"].is_null() && heard["mail"].is_null(), "{heard:#}");
    }
}

#[tokio::test]
async fn who_is_not_who_it_says_hears_neither_password_nor_address() {
    let ground = Ground::new();
    let (chain, key) = judges::throw_away_certificate(ground.path(), "mel", "localhost");
    let (other, _) = judges::throw_away_certificate(ground.path(), "lain", "localhost");
    let (elsewhere, elsewhere_key) = judges::throw_away_certificate(ground.path(), "tempat-lain", "mel.example.test");
    for how in ["smtps", "starttls"] {
        // Under another root, under the public ones, and with a certificate of another host.
        let cases =
            [(&chain, &key, Some(&other)), (&chain, &key, None), (&elsewhere, &elsewhere_key, Some(&elsewhere))];
        for (chain, key, root) in cases {
            let mut house = House::open(how, (chain, key));
            let smtp = Smtp::new(&house.url(how, "rahsia%2F7"), root.map(|root| root.as_path())).expect("a transport");
            let outcome = smtp.deliver(&mail()).await;
            assert!(matches!(outcome, Err(PostError::Later(_))), "{how}: {outcome:?}");
            let heard = house.heard().to_string();
            for secret in ["AUTH", "MAIL FROM", "aina@", USER] {
                assert!(!heard.contains(secret), "{how}: {secret} in {heard}");
            }
        }
    }
}

/// MAIL-1: what the camera of a phone reads in the mail is the link of its text, in the mailbox of the demo and in what
/// goes to a mail server.
#[tokio::test]
async fn the_qr_code_of_an_enrolment_mail_is_the_link_in_its_text() {
    let ground = Ground::new();
    let mailbox = Arc::new(Mailbox::default());
    let server = ground.server(Parts { mailbox: Some(mailbox.clone()), ..Parts::default() }).await;
    let code = server.console_code().await.expect("a console code");
    let world = World::prepare(&server, &code).await.expect("the office opens");
    clerk::generate(&world.clerk, &world.agreement).await.expect("Jana eSPA");
    let who = &SIGNEES[0];
    let link = world.mailbox.link(who.email, "/daftar/").await.expect("MAIL-1");
    let mails = mailbox.mails();
    let mail = mails.iter().find(|mail| mail.to == who.email && mail.text.contains(&link)).expect("MAIL-1");
    let id = mail.message_id.trim_start_matches('<').split('@').next().expect("a name");
    let shown =
        Browser::open(&server.base).expect("a browser").download(&format!("/mel/{id}")).await.expect("its HTML");
    let shown = String::from_utf8(shown).expect("UTF-8");
    let pictures: Vec<_> = shown.split("src=\"data:image/png;base64,").skip(1).collect();
    assert_eq!(pictures.len(), 2, "one in each language: {shown}");
    for picture in pictures {
        let png = STANDARD.decode(picture.split('"').next().expect("base64")).expect("base64");
        assert_eq!(judges::qr_codes_in(&png), [link.as_str()]);
    }

    let (chain, key) = judges::throw_away_certificate(ground.path(), "mel", "localhost");
    let mut house = House::open("smtps", (&chain, &key));
    let smtp = Smtp::new(&house.url("smtps", "rahsia%2F7"), Some(&chain)).expect("a transport");
    smtp.deliver(mail).await.expect("is taken");
    let parts = judges::mail_parts(house.heard()["mail"].as_str().expect("a mail"));
    let [text, html, picture] = &parts[..] else { panic!("three parts: {parts:?}") };
    let kinds = [text, html, picture].map(|part| part.kind.as_str());
    assert_eq!(kinds, ["text/plain", "text/html", "image/png"]);
    assert_eq!(text.inside, ["multipart/alternative"]);
    for part in [html, picture] {
        assert_eq!(part.inside, ["multipart/alternative", "multipart/related"]);
    }
    assert_eq!(picture.disposition.as_deref(), Some("inline"));
    assert!(text.text().contains(&link) && html.text().contains(&link));
    let name = format!("src=\"cid:{}\"", picture.id.as_deref().expect("a Content-ID"));
    assert_eq!(html.text().matches(&name).count(), 2, "{}", html.text());
    assert_eq!(judges::qr_codes_in(&picture.bytes()), [link]);
    server.running.stop().await.expect("the server stops");
}

#[test]
fn a_root_that_is_none_or_that_nothing_asks_for_is_refused_in_words() {
    let ground = Ground::new();
    let (chain, key) = judges::throw_away_certificate(ground.path(), "mel", "localhost");
    let refused = |url: &str, root: &Path| Smtp::new(url, Some(root)).err().expect("refused").to_string();
    let said = refused("smtps://localhost", &key);
    assert!(said.contains("tiada sijil PEM") && said.contains("there is no PEM certificate"), "{said}");
    assert!(refused("smtps://localhost", &ground.path().join("nowhere.pem")).contains("nowhere.pem"));
    let said = refused("smtp://localhost", &chain);
    assert!(said.contains("tanpa TLS") && said.contains("?tls=required"), "{said}");
}
