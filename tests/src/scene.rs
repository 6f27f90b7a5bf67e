//! A world at work, and what the journeys ask of it again and again.

use std::sync::Arc;
use std::time::Duration;

use mohor::app::Parts;
use mohor::demo::clerk;
use mohor::demo::handset::Handset;
use mohor::demo::journey::World;
use mohor::demo::server::{Plot, Server};
use mohor::demo::signee::{AtBrowser, Entry};
use mohor::demo::world::{PEMAJU, Signee};
use mohor::demo::{Browser, Page};
use mohor::kernel::clock::{Clock as _, Timestamp};
use mohor::kernel::work::{Actor, Work};

use crate::clock::JourneyClock;
use crate::ground::Ground;
use crate::judges;

/// A server with its world and a clock of its own.
pub struct Scene {
    /// The server.
    pub server: Server,
    /// The people at work.
    pub world: World,
    /// The time they all go by.
    pub clock: Arc<JourneyClock>,
}

impl Scene {
    /// An office with a drafted agreement, `ago` before our time.
    pub async fn drafted(ground: &Ground, ago: Duration) -> Self {
        Self::on(ground, ago, Plot::default()).await
    }

    /// The same on a plot of one's own.
    pub async fn on(ground: &Ground, ago: Duration, plot: Plot) -> Self {
        let clock = Arc::new(JourneyClock::behind(ago));
        let server = ground.server_on(plot, Parts { clock: clock.clone(), ..Parts::default() }).await;
        let code = server.console_code().await.expect("a console code");
        let world = World::prepare(&server, &code).await.expect("the office opens");
        Self { server, world, clock }
    }

    /// An office with an issued agreement, whose four people have phones and approved identities.
    pub async fn issued(ground: &Ground, ago: Duration) -> (Self, Vec<Handset>) {
        let scene = Self::drafted(ground, ago).await;
        let phones = scene.issue().await;
        (scene, phones)
    }

    /// Jana eSPA, and everybody's phone.
    pub async fn issue(&self) -> Vec<Handset> {
        clerk::generate(&self.world.clerk, &self.world.agreement).await.expect("Jana eSPA");
        self.world.equip().await.expect("four phones")
    }

    /// Whatever happens without anybody asking happens now, not a little later.
    pub async fn jobs(&self) {
        self.server.running.app.jobs.once().await;
    }

    /// Work by the platform itself, for what has no door.
    pub fn work(&self) -> Work {
        self.server.running.app.doors.means.work(Actor::System)
    }

    /// How many entries of this kind the audit trail has.
    pub async fn audited(&self, kind: &str) -> usize {
        let trail = mohor::audit::recent(&self.work(), "").await.expect("the trail");
        trail.iter().filter(|entry| entry.kind == kind).count()
    }

    /// How many signatures version 1 holds; the certification is one of them.
    pub async fn signatures(&self) -> usize {
        judges::embedded_signatures(&self.world.document().await.expect("the document")).len()
    }

    /// The address of every link that was mailed to `who`.
    pub async fn links(&self, who: &Signee, part: &str) -> Vec<String> {
        let letters = self.world.mailbox.letters(who.email).await.expect("mails");
        let links = letters.into_iter().flat_map(|letter| letter.links);
        links.filter(|link| link.starts_with(&self.server.base) && link.contains(part)).collect()
    }

    /// The newest mail to `address` that says all of `words`.
    pub async fn letter(&self, address: &str, words: &[&str]) -> String {
        let wanted = words.join(", ");
        let fits = |text: &str| words.iter().all(|word| text.contains(word));
        let mailbox = &self.world.mailbox;
        let found = mailbox.wait(address, &wanted, |letter| fits(&letter.text).then(|| letter.text.clone()));
        found.await.expect("the mail")
    }

    /// The newest mail to `address` that says `word`, read or not.
    pub async fn newest(&self, address: &str, word: &str) -> String {
        let letters = self.world.mailbox.letters(address).await.expect("mails");
        letters.into_iter().rev().map(|letter| letter.text).find(|text| text.contains(word)).expect("the mail")
    }

    /// A browser that nobody has used.
    pub fn stranger(&self) -> Browser {
        Browser::open(&self.server.base).expect("a browser")
    }

    /// Lets the clock run on from `at`. Sessions of the office have ended by then, so the clerk signs in again.
    pub async fn arrive(&self, at: Timestamp) {
        self.clock.run_from(at);
        self.world.clerk.sign_in(&PEMAJU).await.expect("the clerk signs in");
    }

    /// The time of the journey.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Ends the server.
    pub async fn end(self) {
        self.server.running.stop().await.expect("the server stops");
    }
}

/// Stands before the turn that the next unread mail to somebody with a certificate leads to.
pub async fn follow(scene: &Scene, handset: &Handset) -> AtBrowser {
    let mailbox = &scene.world.mailbox;
    let link = mailbox.link(handset.who.email, "/t/").await.expect("MAIL-3");
    let (at, _) = AtBrowser::follow(&scene.server.base, mailbox, handset.who, &link).await.expect("the turn");
    at
}

/// Sends a form of a page, filled with `values`.
pub async fn fill(browser: &Browser, page: &Page, values: &[(&str, &str)]) -> Page {
    let names: Vec<_> = values.iter().map(|(name, _)| *name).collect();
    let form = page.need_form(&names).expect("the form");
    let form = values.iter().fold(form, |form, (name, value)| form.with(name, value));
    browser.submit(page, &form).await.expect("an answer")
}

/// "Lupa PIN" from the first page to the phone's approval: afterwards `pin` opens a new key (PIN-7 to PIN-10).
pub async fn reset_pin(scene: &Scene, handset: &Handset, pin: &str) {
    let (who, browser) = (handset.who, scene.stranger());
    let page = browser.visit("/set-semula-pin").await.expect("SCR-7");
    fill(&browser, &page, &[("emel", who.email)]).await.expect_fine().expect("the same words for everybody");
    let code = scene.world.mailbox.code(who.email, 6).await.expect("a code");
    let page = browser.visit("/set-semula-pin/borang").await.expect("SCR-8");
    let typed = [("ic", who.ic), ("emel", who.email), ("kod", &*code)];
    let page = fill(&browser, &page, &typed).await.expect_fine().expect("the new PIN is asked for");
    let waiting = fill(&browser, &page, &[("pin", pin), ("pin_lagi", pin)])
        .await
        .expect_fine()
        .expect("the page that waits for the phone");
    handset.approve().await.expect("the phone approves");
    for _ in 0..100 {
        let page = browser.visit(&waiting.path).await.expect("the page that waits");
        if page.text().contains("Set Semula PIN Sijil Digital Berjaya") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("the PIN of {} was not reset", who.name);
}

/// Reviews and sends `entry`: whatever the server answers.
pub async fn attempt(at: &AtBrowser, entry: &Entry) -> Page {
    let page = at.review().await.expect("the signing page");
    at.send(&page, entry).await.expect("an answer")
}

/// What somebody types who has the PIN wrong.
pub fn with_pin(at: &AtBrowser, code: &str, pin: &str) -> Entry {
    Entry { pin: pin.to_owned(), ..at.entry(code) }
}

/// Refused, in the language of the reader, with a way on.
#[track_caller]
pub fn refused(page: &Page) {
    assert!((400..500).contains(&page.status), "{} answered {}: {}", page.path, page.status, page.text());
    assert!(!page.text().contains('⟦'), "a message is missing: {}", page.text());
    assert!(!page.links().is_empty());
}

/// Refused, and the page says all of `words`.
#[track_caller]
pub fn refused_saying(page: &Page, words: &[&str]) {
    refused(page);
    let text = page.text();
    let missing: Vec<_> = words.iter().filter(|word| !text.contains(**word)).collect();
    assert!(missing.is_empty(), "{missing:?} is not said: {text}");
}

/// Refused in both languages. What a form of the signing pages answers has an address (ADR 0026): opened again in
/// English, it says all of `english` with the same status.
pub async fn refused_in_both(browser: &Browser, page: &Page, malay: &[&str], english: &[&str]) {
    refused_saying(page, malay);
    assert!(page.path.contains('?'), "the refusal has no address of its own: {}", page.path);
    let again = browser.get(&format!("{}&lang=en", page.path)).await.expect("the same refusal");
    assert_eq!(again.status, page.status, "{}", again.text());
    refused_saying(&again, english);
    browser.get("/?lang=ms").await.expect("Malay again");
}

/// Signed.
#[track_caller]
pub fn signed(page: &Page) {
    assert!(page.status == 200 && page.path.ends_with("/berjaya"), "{} {}: {}", page.path, page.status, page.text());
}
