//! The system is told that something waits while nobody looks at the window, and nothing of what it is.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use mohor::demo::signee::AtBrowser;
use mohor::demo::world::SIGNEES;
use mohor_tests::ground::Ground;
use mohor_tests::scene::Scene;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::OwnedValue;

use crate::rig::{GLANCE, PATIENCE, Rig, Window};
use crate::session::Session;
use crate::steps::{invited, move_in};

/// What a notification says, and everything that came with it.
#[derive(Clone, Debug)]
struct Told {
    summary: String,
    body: String,
    all: String,
}

/// Stands where a desktop shows its notifications.
#[derive(Clone, Default)]
struct Board(Arc<Mutex<Vec<Told>>>);

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Board {
    #[expect(clippy::too_many_arguments, reason = "the method of the specification")]
    fn notify(
        &self,
        app_name: String,
        replaces_id: u32,
        app_icon: String,
        summary: String,
        body: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedValue>,
        expire_timeout: i32,
    ) -> u32 {
        let all =
            format!("{app_name} {replaces_id} {app_icon} {summary} {body} {actions:?} {hints:?} {expire_timeout}");
        let mut told = self.0.lock().expect("a lock");
        told.push(Told { summary, body, all });
        u32::try_from(told.len()).expect("few")
    }

    fn get_capabilities(&self) -> Vec<String> {
        vec!["body".to_owned(), "actions".to_owned()]
    }

    fn get_server_information(&self) -> (String, String, String, String) {
        let word = |word: &str| word.to_owned();
        (word("papan"), word("ujian"), word("1"), word("1.2"))
    }

    fn close_notification(&self, _id: u32) {}

    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, action_key: &str) -> zbus::Result<()>;
}

const PATH: &str = "/org/freedesktop/Notifications";

impl Board {
    async fn hang(address: &str) -> (Self, zbus::Connection) {
        let board = Self::default();
        let builder = zbus::connection::Builder::address(address).expect("an address");
        let builder = builder.name("org.freedesktop.Notifications").expect("a name");
        let builder = builder.serve_at(PATH, board.clone()).expect("a path");
        (board, builder.build().await.expect("the bus"))
    }

    fn told(&self) -> Vec<Told> {
        self.0.lock().expect("a lock").clone()
    }

    async fn wait_for(&self, count: usize) -> Vec<Told> {
        let began = Instant::now();
        while self.told().len() < count {
            assert!(began.elapsed() < PATIENCE, "told so far: {:?}", self.told());
            tokio::time::sleep(GLANCE).await;
        }
        self.told()
    }
}

async fn attended(window: &Window) -> bool {
    let answer = window.driver.execute("return document.hasFocus();", vec![]).await.expect("an answer");
    answer.json().as_bool().expect("yes or no")
}

/// Nobody looks: told once, without a name, a document or a code. Pressed, the window comes to the front; what arrives
/// before the person's eyes is told by nobody else.
#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_told_once_while_nobody_looks_and_names_nothing() {
    let ground = Ground::new();
    let scene: Scene = invited(&ground, std::time::Duration::ZERO).await;
    let [aina, ..] = &SIGNEES;
    let session = Session::begin(tempfile::tempdir().expect("a folder"));
    session.open_keyring();
    let (board, bus) = Board::hang(&session.address).await;
    let records = tempfile::tempdir().expect("a folder");
    let rig: Rig = session.rig("papan", &records);
    let old = scene.world.equip_one(aina).await.expect("a phone with codes");
    let window = rig.open(&scene.server.base).await;
    move_in(&window, &old).await;
    assert!(!attended(&window).await, "a window that nobody chose has no focus");
    assert!(board.told().is_empty(), "nothing waits yet: {:?}", board.told());

    let mailbox = &scene.world.mailbox;
    let link = mailbox.link(aina.email, "/t/").await.expect("MAIL-2");
    let (at, _) = AtBrowser::follow(&scene.server.base, mailbox, aina, &link).await.expect("the turn");
    let progress = at.ask_for_certificate().await.expect("the phone is asked");
    let told = board.wait_for(1).await.remove(0);
    assert_eq!((told.summary.as_str(), told.body.as_str()), ("Mohor", "Permintaan tandatangan menunggu"));
    for secret in [aina.name, aina.ic, aina.email, "PARKLAND", "Aina"] {
        assert!(!told.all.contains(secret), "{secret} is for the person's eyes: {}", told.all);
    }

    let emitter = SignalEmitter::new(&bus, PATH).expect("a path");
    Board::action_invoked(&emitter, 1, "default").await.expect("pressed");
    let began = Instant::now();
    while !attended(&window).await {
        assert!(began.elapsed() < PATIENCE, "the window does not come to the front");
        tokio::time::sleep(GLANCE).await;
    }
    window.next("Lihat permintaan").await;
    window.screen("approvals").await;
    window.press("approve").await;
    at.await_certificate(&progress).await.expect("a certificate");
    window.press("nav-home").await;
    let (mut at, link) = (at, mailbox.link(aina.email, "/t/").await.expect("MAIL-3"));
    at.enter(mailbox, &link).await.expect("the turn");
    at.review().await.expect("the signing page");
    window.next("Lihat dokumen").await;
    window.screen("turn").await;
    assert_eq!(board.told().len(), 1, "seen, so not told: {:?}", board.told());
    window.close().await;
    drop(rig);
    session.end();
    scene.end().await;
}
