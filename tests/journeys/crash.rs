//! The server is a process of its own that dies by a signal, at each step of a signature and in between: nothing is lost,
//! nothing is done twice, and nobody but the one who had not signed yet has to do anything again.

use std::fs::File;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{Child, ExitStatus, Stdio};
use std::time::Duration;

use mohor::app::Parts;
use mohor::demo::clerk::{self, Agreement};
use mohor::demo::evidence::Evidence;
use mohor::demo::handset::Handset;
use mohor::demo::home::Home;
use mohor::demo::journey::World;
use mohor::demo::server::Server;
use mohor::demo::signee::AtBrowser;
use mohor::demo::{Browser, BrowserError};
use mohor::signing::Step;
use mohor_tests::court::Court;
use mohor_tests::ground::{Ground, fresh_database};
use mohor_tests::judges;
use mohor_tests::scene::{attempt, refused_saying, with_pin};

use crate::program;

const SIGABRT: i32 = 6;
const GLANCE: Duration = Duration::from_millis(50);
const GLANCES: u32 = 4800;

/// One world and its lives.
struct Lives {
    home: Home,
    database: Option<String>,
    base: String,
    process: Option<Child>,
}

impl Lives {
    fn log(&self) -> PathBuf {
        self.home.path().join("server.log")
    }

    /// Starts a process on the world; it dies at `step`.
    fn start(&mut self, step: Option<Step>) {
        self.kill();
        let folder = self.home.path().to_str().expect("UTF-8").to_owned();
        let mut arguments = vec!["demo", "--folder", &folder];
        arguments.extend(self.database.iter().flat_map(|url| ["--database", url.as_str()]));
        let mut command = program::mohor(&arguments);
        if let Some(step) = step {
            command.env("MOHOR_CRASH_AT", step.as_str());
        }
        let log = File::options().create(true).append(true).open(self.log()).expect("a log");
        command.stdin(Stdio::null()).stdout(log.try_clone().expect("the log")).stderr(log);
        self.process = Some(command.spawn().expect("a process"));
    }

    /// Kills the process that lives (SIGKILL), if one does.
    fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().expect("it is killed");
            process.wait().expect("it is gone");
        }
    }

    /// A new life, until its doors are open.
    async fn live(&mut self, step: Option<Step>) {
        self.start(step);
        for _ in 0..GLANCES {
            if Browser::open(&self.base).expect("a browser").visit("/sihat").await.is_ok() {
                return;
            }
            if let Some(status) = self.ended() {
                panic!("the server did not start: {status:?}\n{}", self.last_words());
            }
            tokio::time::sleep(GLANCE).await;
        }
        panic!("the server does not answer\n{}", self.last_words());
    }

    fn ended(&mut self) -> Option<ExitStatus> {
        self.process.as_mut().expect("a process").try_wait().expect("its status")
    }

    /// The process dies, or has died, by a signal and not by an exit.
    async fn died(&mut self, step: Step) {
        for _ in 0..GLANCES {
            if let Some(status) = self.ended() {
                assert_eq!(status.signal(), Some(SIGABRT), "{step:?}: {status:?}\n{}", self.last_words());
                self.process = None;
                return;
            }
            tokio::time::sleep(GLANCE).await;
        }
        panic!("{step:?} was not reached\n{}", self.last_words());
    }

    fn last_words(&self) -> String {
        let log = std::fs::read_to_string(self.log()).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }
}

impl Drop for Lives {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A kept world whose agreement is issued and whose people have phones; its first process has ended in peace.
async fn world(ground: &Ground) -> (Lives, World, Vec<Handset>) {
    let home = Home::kept(&ground.path().join("world")).expect("a folder");
    let database = fresh_database().await;
    let plot = home.plot(database.clone(), 0).expect("a new world");
    let parts = Parts { mailbox: Some(home.mailbox().expect("a mailbox")), ..Parts::default() };
    let server = Server::open(home.path(), &plot, parts).await.expect("the server opens");
    let code = server.console_code().await.expect("a console code");
    let world = World::prepare(&server, &code).await.expect("the office opens");
    home.remember(&plot, &server, &world).expect("the world is kept");
    clerk::generate(&world.clerk, &world.agreement).await.expect("Jana eSPA");
    let phones = world.equip().await.expect("four phones");
    server.running.stop().await.expect("the first process ends");
    (Lives { home, database, base: world.base.clone(), process: None }, world, phones)
}

/// Sends PIN and code; the process dies at `step`, and no answer comes.
async fn sign_and_die(lives: &mut Lives, at: &AtBrowser, phone: &Handset, step: Step) {
    let page = at.review().await.expect("the signing page");
    let code = phone.turn_code().await.expect("a code");
    let answer = at.send(&page, &at.entry(&code)).await;
    assert!(matches!(answer, Err(BrowserError::Silent { .. })), "{step:?}: {answer:?}");
    lives.died(step).await;
}

async fn document(world: &World, agreement: &Agreement) -> Vec<u8> {
    clerk::document(&world.clerk, agreement, 1).await.expect("the document")
}

/// The parties' signatures: the certification is one more.
async fn signatures(world: &World, agreement: &Agreement) -> usize {
    judges::embedded_signatures(&document(world, agreement).await).len() - 1
}

/// The serial number that the developer's page shows.
async fn serial(world: &World, agreement: &Agreement) -> Option<String> {
    let text = world.clerk.browser.visit(&agreement.path).await.expect("the page").text();
    let from = text.find("ESPA-")?;
    text[from..].split_whitespace().next().map(str::to_owned)
}

#[tokio::test]
async fn killed_at_each_step_a_signature_is_released_or_finished_and_nothing_is_lost() {
    let ground = Ground::new();
    let (mut lives, world, phones) = world(&ground).await;
    let agreement = world.agreement.clone();
    let mut revisions = Vec::new();
    lives.live(None).await;
    let at = world.certify(&phones[0]).await.expect("a certificate");

    // Before the key has signed: the turn is open again, and the person signs again.
    for step in [Step::TrySpent, Step::Opened, Step::Prepared, Step::Intended, Step::Signed] {
        lives.live(Some(step)).await;
        assert_eq!(signatures(&world, &agreement).await, 0, "before {step:?}");
        sign_and_die(&mut lives, &at, &phones[0], step).await;
    }
    lives.live(Some(Step::Valued)).await;
    let number = serial(&world, &agreement).await.expect("a serial number was given");
    // Five ceremonies died with a right PIN, and no try is lost: after a wrong one two are left.
    let code = phones[0].turn_code().await.expect("a code");
    refused_saying(&attempt(&at, &with_pin(&at, &code, "Wrong-Pin-1")).await, &["Baki percubaan: 2"]);

    // Behind the signature value nobody is needed: the next life finishes, though it dies on the way as well.
    sign_and_die(&mut lives, &at, &phones[0], Step::Valued).await;
    for step in [Step::Stamped, Step::Kept, Step::Appended, Step::Done] {
        lives.start(Some(step));
        lives.died(step).await;
    }
    lives.live(None).await;
    assert_eq!(signatures(&world, &agreement).await, 1, "one signature for one turn");
    revisions.push(document(&world, &agreement).await);

    // The same steps in ceremonies that a person began.
    for (phone, step) in phones[1..].iter().zip([Step::Stamped, Step::Kept, Step::Appended]) {
        let at = world.certify(phone).await.expect("a certificate");
        lives.live(Some(step)).await;
        sign_and_die(&mut lives, &at, phone, step).await;
        lives.live(None).await;
        revisions.push(document(&world, &agreement).await);
        assert_eq!(signatures(&world, &agreement).await, revisions.len(), "{step:?}");
    }
    world.completion().await.expect("everybody hears that it is complete");
    assert_eq!(serial(&world, &agreement).await.as_ref(), Some(&number));

    // A second agreement: its number is the next one, so none was wasted.
    let second = clerk::draft(&world.clerk, "B-10-03").await.expect("a draft");
    clerk::generate(&world.clerk, &second).await.expect("Jana eSPA");
    let link = world.mailbox.link(phones[0].who.email, "/t/").await.expect("the mail");
    let (at, _) = AtBrowser::follow(&world.base, &world.mailbox, phones[0].who, &link).await.expect("the turn");
    lives.live(Some(Step::Done)).await;
    let code = phones[0].turn_code().await.expect("a code");
    refused_saying(&attempt(&at, &with_pin(&at, &code, "Wrong-Pin-1")).await, &["Baki percubaan: 2"]);
    sign_and_die(&mut lives, &at, &phones[0], Step::Done).await;
    lives.live(None).await;
    assert_eq!(signatures(&world, &second).await, 1);
    let next = serial(&world, &second).await.expect("a serial number");
    assert_eq!((&number[number.len() - 7..], &next[next.len() - 7..]), ("0000001", "0000002"));
    let second = document(&world, &second).await;
    lives.kill();

    trail_is_intact(&lives);
    let out = ground.path().join("out");
    conclude(&lives, &out, revisions, &second).await;
}

/// `mohor audit verify` on the dead world.
fn trail_is_intact(lives: &Lives) {
    let config = lives.home.path().join("mohor.toml");
    let said = program::mohor(&["audit", "verify", "--config", config.to_str().expect("UTF-8")]).output();
    let said = said.expect("a process");
    let text = String::from_utf8_lossy(&said.stdout);
    assert!(said.status.success() && text.contains("intact: "), "{said:?}");
}

/// Every judge on what the dead left.
async fn conclude(lives: &Lives, out: &std::path::Path, revisions: Vec<Vec<u8>>, second: &[u8]) {
    let mut evidence = Evidence::begin(out).expect("a folder");
    let names: Vec<_> = (1..=revisions.len()).map(|number| format!("espa-{number}.pdf")).collect();
    for revision in revisions {
        evidence.revision(revision).expect("is kept");
    }
    let plot = lives.home.plot(lives.database.clone(), 0).expect("the world");
    let parts = Parts { mailbox: Some(lives.home.mailbox().expect("a mailbox")), ..Parts::default() };
    let server = Server::open(lives.home.path(), &plot, parts).await.expect("one more life");
    evidence.conclude(&server).await.expect("our verifier accepts every revision");
    server.running.stop().await.expect("it ends in peace");
    std::fs::write(out.join("second.pdf"), second).expect("writes");
    let court = Court::of(out);
    court.hear_revision("espa-4.pdf", 5);
    court.hear_revision("second.pdf", 2);
    court.hear_growth(&names);
}
