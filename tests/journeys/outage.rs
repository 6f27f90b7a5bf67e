//! Something that the platform leans on is down: people are told in their language, nothing is lost, and it goes on by
//! itself when the thing is back.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use mohor::adapters::mailbox::Mailbox;
use mohor::app::Parts;
use mohor::demo::evidence::Evidence;
use mohor::demo::handset::Handset;
use mohor::demo::journey::World;
use mohor::demo::server::Plot;
use mohor::demo::signee::AtBrowser;
use mohor::demo::world::SIGNEES;
use mohor::demo::{BrowserError, Page, clerk, office};
use mohor::kernel::db::{Db, Engine, Tx};
use mohor::outbox::{Mail, PostError, Postman, dead_letters};
use mohor_tests::clock::JourneyClock;
use mohor_tests::court::Court;
use mohor_tests::gate::Gate;
use mohor_tests::ground::{Ground, fresh_database};
use mohor_tests::scene::{Scene, signed};
use mohor_tests::shelf::{Fate, Shelf};

/// Longer than recovery leaves a ceremony alone.
const STUCK: Duration = Duration::from_secs(61);

/// An office with a drafted agreement, an hour ago: there is room to move the clock.
async fn drafted(ground: &Ground, plot: Plot, parts: Parts) -> Scene {
    let clock = Arc::new(JourneyClock::behind(Duration::from_secs(3600)));
    let server = ground.server_on(plot, Parts { clock: clock.clone(), ..parts }).await;
    let code = server.console_code().await.expect("a console code");
    let world = World::prepare(&server, &code).await.expect("the office opens");
    Scene { server, world, clock }
}

/// The buyer before the signing page.
async fn buyer(world: &World) -> (Handset, AtBrowser) {
    let phone = world.equip_one(&SIGNEES[0]).await.expect("a phone");
    let at = world.certify(&phone).await.expect("a certificate");
    (phone, at)
}

/// Jana eSPA is refused for now, with these words.
async fn cannot_generate(scene: &Scene, words: &str) {
    let refused = clerk::generate(&scene.world.clerk, &scene.world.agreement).await;
    let Err(BrowserError::Unexpected { status, text, .. }) = refused else { panic!("it was generated") };
    assert!(status == 503 && text.contains(words), "{status}: {text}");
}

async fn generate(scene: &Scene) {
    clerk::generate(&scene.world.clerk, &scene.world.agreement).await.expect("Jana eSPA");
}

/// The turn, in Malay and in English.
async fn told(at: &AtBrowser, malay: &str, english: &str) {
    for (lang, words) in [("en", english), ("ms", malay)] {
        let page = at.browser.visit(&format!("{}?lang={lang}", at.turn)).await.expect("the turn");
        assert!(page.text().contains(words), "{lang}: {}", page.text());
    }
}

/// Refused because something is down, in Malay, with a way on.
#[track_caller]
fn unavailable(page: &Page, words: &str) {
    let text = page.text();
    assert!(page.status == 503 && text.contains(words) && !text.contains('⟦'), "{}: {text}", page.status);
    assert!(!page.links().is_empty());
}

/// Every judge on the document with this many signatures.
async fn judged(scene: &Scene, out: &Path, signatures: usize) {
    let mut evidence = Evidence::begin(out).expect("a folder");
    evidence.revision(scene.world.document().await.expect("the document")).expect("is kept");
    evidence.conclude(&scene.server).await.expect("our verifier accepts it");
    Court::of(out).hear_revision("espa-1.pdf", signatures);
}

#[tokio::test]
async fn without_a_time_stamp_authority_a_signature_waits_and_is_never_lower() {
    let ground = Ground::new();
    let gate = Gate::shut_one().await;
    let plot = Plot { tsa_url: Some(format!("http://{}/pki/tsa", gate.address)), ..Plot::default() };
    let scene = drafted(&ground, plot, Parts::default()).await;

    // Nothing is issued without a stamp either; the draft is still there.
    cannot_generate(&scene, "Perkhidmatan cap masa").await;
    gate.open_to(scene.server.running.address);
    generate(&scene).await;
    let (phone, at) = buyer(&scene.world).await;

    gate.shut();
    let page = at.review().await.expect("the signing page");
    let code = phone.turn_code().await.expect("a code");
    let answer = at.send(&page, &at.entry(&code)).await.expect("an answer");
    assert_eq!((answer.status, answer.path.as_str()), (200, at.turn.as_str()));
    told(&at, "Tandatangan anda telah diterima", "Your signature has been received").await;
    for _ in 0..2 {
        scene.clock.advance(STUCK);
        scene.jobs().await;
        assert_eq!(scene.signatures().await, 1, "the certification only: never without a stamp");
    }
    // The same page sent again changes nothing.
    let again = at.send(&page, &at.entry(&code)).await.expect("an answer");
    assert_eq!(again.path, at.turn);

    gate.open_to(scene.server.running.address);
    scene.clock.advance(STUCK);
    scene.jobs().await;
    assert_eq!(scene.signatures().await, 2, "finished without the person");
    let done = at.browser.visit(&format!("{}/berjaya", at.turn)).await.expect("the result");
    signed(&done);
    judged(&scene, &ground.path().join("out"), 2).await;
    scene.end().await;
}

/// A road to the mailbox that may be closed; keeps what went over it, in order.
struct Road {
    mailbox: Arc<Mailbox>,
    closed: AtomicBool,
    carried: Mutex<Vec<Mail>>,
}

#[async_trait::async_trait]
impl Postman for Road {
    async fn deliver(&self, mail: &Mail) -> Result<(), PostError> {
        if self.closed.load(Ordering::SeqCst) {
            return Err(PostError::Later("no answer".to_owned()));
        }
        self.carried.lock().unwrap_or_else(PoisonError::into_inner).push(mail.clone());
        self.mailbox.deliver(mail).await
    }
}

impl Road {
    /// How many mails went to `address`; each person's mails went in the order in which they were written.
    fn carried_in_order(&self, address: &str) -> usize {
        let carried = self.carried.lock().unwrap_or_else(PoisonError::into_inner);
        let ids: Vec<_> = carried.iter().filter(|mail| mail.to == address).map(|mail| &mail.message_id).collect();
        assert!(ids.is_sorted(), "{address}: {ids:?}");
        ids.len()
    }
}

#[tokio::test]
async fn a_mail_server_that_is_down_loses_no_mail_and_no_order() {
    let ground = Ground::new();
    let mailbox = Arc::new(Mailbox::default());
    let road = Arc::new(Road { mailbox: mailbox.clone(), closed: AtomicBool::new(false), carried: Mutex::default() });
    let parts = Parts { mailbox: Some(mailbox), postman: Some(road.clone()), ..Parts::default() };
    let scene = drafted(&ground, Plot::default(), parts).await;
    generate(&scene).await;
    let world = &scene.world;
    let who = &SIGNEES[0];
    let phone = Handset::bind(&world.base, &world.mailbox, who, world.clock.clone()).await.expect("a phone");
    let before = road.carried_in_order(who.email);

    road.closed.store(true, Ordering::SeqCst);
    phone.show_identity().await.expect("pictures");
    office::approve_identity(&world.reviewer, who).await.expect("is approved");
    phone.set_up_codes().await.expect("codes");
    // Every mail is tried again and again.
    for _ in 0..6 {
        scene.clock.advance(Duration::from_secs(240));
        scene.jobs().await;
    }
    assert_eq!(road.carried_in_order(who.email), before);
    assert_eq!(dead_letters(&scene.work()).await.expect("counts"), 0);

    road.closed.store(false, Ordering::SeqCst);
    // The reviewer's next decision mails somebody else; with that the road is known to be open.
    let other = world.equip_one(&SIGNEES[1]);
    let at = world.certify(&phone);
    let (other, at) = tokio::join!(other, at);
    other.expect("the witness has a phone");
    let at = at.expect("the buyer goes on from the mail that waited");
    assert!(road.carried_in_order(who.email) >= before + 2, "{}", road.carried_in_order(who.email));
    road.carried_in_order(SIGNEES[1].email);
    assert_eq!(dead_letters(&scene.work()).await.expect("counts"), 0);

    // Who asks for a code by mail is told on the page that it does not come, and that the app needs no mail.
    let pad = format!("{}/tandatangan?cara=emel&dihantar=ya", at.turn);
    let down = ["Pelayan e-mel tidak menjawab sekarang", "The mail server is not answering"];
    let fine = ["Kod verifikasi telah dihantar ke", "A verification code has been sent to"];
    road.closed.store(true, Ordering::SeqCst);
    let page = at.review().await.expect("the signing page");
    at.ask_for_mailed_code(&page).await.expect("the page that says so");
    shows_soon(&at, &pad, down).await;
    road.closed.store(false, Ordering::SeqCst);
    scene.clock.advance(Duration::from_secs(300));
    shows_soon(&at, &pad, fine).await;
    road.closed.store(true, Ordering::SeqCst);
    let page = at.review().await.expect("the signing page");
    let code = phone.turn_code().await.expect("a code");
    signed(&at.send(&page, &at.entry(&code)).await.expect("signs without any mail"));
    road.closed.store(false, Ordering::SeqCst);
    scene.end().await;
}

/// A page that the outbox has its say in, soon: in Malay and in English.
async fn shows_soon(at: &AtBrowser, path: &str, [malay, english]: [&str; 2]) {
    for (lang, words) in [("en", english), ("ms", malay)] {
        let path = format!("{path}&lang={lang}");
        let mut shown = String::new();
        for _ in 0..600 {
            shown = at.browser.visit(&path).await.expect("the page").text();
            if shown.contains(words) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert!(shown.contains(words), "{words}: {shown}");
    }
}

/// Somebody else holds the lock that every request needs.
async fn lock(url: &str) -> (Db, Tx) {
    let db = Db::open(url).await.expect("the database");
    let mut tx = db.begin_write().await.expect("the lock of SQLite");
    if db.engine() == Engine::Postgres {
        tx.execute("LOCK TABLE attempt_window IN ACCESS EXCLUSIVE MODE", Vec::new()).await.expect("the lock");
    }
    (db, tx)
}

/// What a program is told that asks in English.
async fn asked_by_a_program(base: &str) -> (u16, Option<String>, String) {
    let form = reqwest::multipart::Form::new().text("fail", "");
    let client = reqwest::Client::builder().timeout(Duration::from_secs(60)).build().expect("a client");
    let request = client.post(format!("{base}/semak")).header("origin", base).header("accept", "application/json");
    let answer = request.header("accept-language", "en").multipart(form).send().await.expect("an answer");
    let retry = answer.headers().get("retry-after").map(|value| value.to_str().expect("ASCII").to_owned());
    (answer.status().as_u16(), retry, answer.text().await.expect("a body"))
}

#[tokio::test]
async fn a_locked_database_is_a_clear_answer_and_nothing_is_lost() {
    let ground = Ground::new();
    let database = fresh_database().await;
    let url = database.clone().unwrap_or_else(|| format!("sqlite://{}/world/mohor.db", ground.path().display()));
    let plot = Plot { database, again: true, ..Plot::default() };
    let scene = drafted(&ground, plot, Parts::default()).await;
    generate(&scene).await;
    let (phone, at) = buyer(&scene.world).await;
    let page = at.review().await.expect("the signing page");
    let code = phone.turn_code().await.expect("a code");

    let (db, lock) = lock(&url).await;
    let entry = at.entry(&code);
    let (answer, program) = tokio::join!(at.send(&page, &entry), asked_by_a_program(&scene.server.base));
    unavailable(&answer.expect("an answer"), "Sistem sedang sibuk");
    let (status, retry, body) = program;
    assert!(status == 503 && retry.is_some(), "{status} {retry:?} {body}");
    assert!(body.contains("database-busy") && body.contains("The system is busy"), "{body}");
    // Who only looks is not disturbed.
    scene.stranger().visit("/sihat").await.expect("the server answers");
    drop(lock);
    db.close().await;

    signed(&at.send(&page, &at.entry(&code)).await.expect("the same page again"));
    assert_eq!(scene.signatures().await, 2);
    scene.end().await;
}

#[tokio::test]
async fn a_full_disk_of_documents_keeps_the_signature_until_there_is_room() {
    let ground = Ground::new();
    let shelf = Shelf::of(ground.path(), Fate::Full);
    let scene = drafted(&ground, Plot::default(), Parts { blobs: Some(shelf.clone()), ..Parts::default() }).await;
    cannot_generate(&scene, "Ruang simpanan penuh").await;
    shelf.turn(Fate::Kept);
    generate(&scene).await;
    let (phone, at) = buyer(&scene.world).await;

    shelf.turn(Fate::Full);
    let page = at.review().await.expect("the signing page");
    let code = phone.turn_code().await.expect("a code");
    let answer = at.send(&page, &at.entry(&code)).await.expect("an answer");
    assert_eq!((answer.status, answer.path.as_str()), (200, at.turn.as_str()));
    told(&at, "Tandatangan anda telah diterima", "Your signature has been received").await;
    scene.clock.advance(STUCK);
    scene.jobs().await;
    assert_eq!(scene.signatures().await, 1, "nothing is half written");

    shelf.turn(Fate::Kept);
    scene.clock.advance(STUCK);
    scene.jobs().await;
    assert_eq!(scene.signatures().await, 2);
    judged(&scene, &ground.path().join("out"), 2).await;
    scene.end().await;
}

#[tokio::test]
async fn a_full_disk_of_the_database_is_a_clear_answer_and_loses_nothing() {
    let ground = Ground::new();
    let scene = drafted(&ground, Plot::default(), Parts::default()).await;
    generate(&scene).await;
    let (phone, at) = buyer(&scene.world).await;
    let page = at.review().await.expect("the signing page");
    let code = phone.turn_code().await.expect("a code");

    let before = scene.audited("signing.intended").await;
    let db = scene.work().db().clone();
    run(&db, fill(db.engine())).await;
    unavailable(&at.send(&page, &at.entry(&code)).await.expect("an answer"), "Ruang simpanan penuh");
    assert_eq!(scene.audited("signing.intended").await, before);
    run(&db, empty(db.engine())).await;

    signed(&at.send(&page, &at.entry(&code)).await.expect("the same page again"));
    assert_eq!(scene.signatures().await, 2);
    scene.end().await;
}

/// SQLite: the one writing connection may use no page more than there are, and says SQLITE_FULL as on a full disk.
/// PostgreSQL: what a ceremony writes is answered with `disk_full`, since a disk of its own is not to be had here.
const fn fill(engine: Engine) -> &'static [&'static str] {
    match engine {
        Engine::Sqlite => &["PRAGMA max_page_count = 1"],
        Engine::Postgres => &[
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$",
            "CREATE TRIGGER full_disk BEFORE UPDATE ON signing_ceremony EXECUTE FUNCTION full_disk()",
        ],
    }
}

const fn empty(engine: Engine) -> &'static [&'static str] {
    match engine {
        Engine::Sqlite => &["PRAGMA max_page_count = 1073741823"],
        Engine::Postgres => &["DROP TRIGGER full_disk ON signing_ceremony"],
    }
}

async fn run(db: &Db, texts: &'static [&'static str]) {
    let mut tx = db.begin_write().await.expect("the writer");
    for text in texts {
        tx.first(text, Vec::new()).await.expect("is done");
    }
    tx.commit().await.expect("commits");
}
