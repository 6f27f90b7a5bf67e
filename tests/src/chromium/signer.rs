//! The steps of a signer, each done by hand in a browser, with the phone in the other hand.

use async_trait::async_trait;
use mohor::demo::handset::Handset;
use mohor::demo::world::Signee;

use super::{Chromium, Look};
use crate::scene::Scene;

/// A phone in somebody's hand: the program without a window, or the window.
#[async_trait]
pub trait InHand: Sync {
    /// Whose.
    fn who(&self) -> &'static Signee;

    /// Approves what is asked.
    async fn approve(&self);

    /// "Tunjuk kod".
    async fn code(&self) -> String;
}

#[async_trait]
impl InHand for Handset {
    fn who(&self) -> &'static Signee {
        self.who
    }

    async fn approve(&self) {
        Self::approve(self).await.expect("approved on the phone");
    }

    async fn code(&self) -> String {
        self.turn_code().await.expect("a code for this turn")
    }
}

/// Somebody who signs: their browser, their phone.
pub struct Signer<'a, P = Handset> {
    /// The browser.
    pub browser: Chromium,
    /// The phone.
    pub phone: &'a P,
    /// Where they live.
    pub scene: &'a Scene,
    /// Whether every page on the way is put before the judges.
    pub judged: bool,
}

impl<'a> Signer<'a> {
    /// Makes the certificate elsewhere, then comes with a new browser as far as the pad.
    pub async fn at_the_pad(scene: &'a Scene, phone: &'a Handset, look: Look) -> Self {
        let mut signer = Self::open(scene, phone, look).await;
        let at = scene.world.certify(phone).await.expect("a certificate");
        signer.prove(&at.turn).await;
        signer.review().await;
        signer
    }
}

impl<'a, P: InHand> Signer<'a, P> {
    /// Opens a new browser. No page on the way is put before the judges.
    pub async fn open(scene: &'a Scene, phone: &'a P, look: Look) -> Self {
        let browser = Chromium::open(&scene.server.base, look).await;
        Self { browser, phone, scene, judged: false }
    }

    /// The next mailed link of a turn.
    pub async fn link(&self) -> String {
        self.scene.world.mailbox.link(self.phone.who().email, "/t/").await.expect("the mail with the link")
    }

    async fn show(&mut self, page: &str) {
        if self.judged {
            self.browser.demand_quality(page).await;
        }
    }

    /// Opens the link and proves who is sitting there: identity number, mailed code.
    pub async fn prove(&mut self, link: &str) {
        self.browser.visit(link).await;
        self.show("bukti").await;
        self.browser.fill("ic", self.phone.who().ic).await;
        self.browser.send_form_with("ic").await;
        self.browser.wait_for_path("/bukti").await;
        self.show("bukti-kod").await;
        let code = self.scene.world.mailbox.code(self.phone.who().email, 6).await.expect("the mailed code");
        self.browser.fill("kod", &code).await;
        self.browser.send_form_with("kod").await;
    }

    /// Fills in the certificate page, approves on the phone and waits for the page to tell (SCR-1).
    pub async fn certify(&mut self) {
        self.browser.wait_for_path("/sijil").await;
        self.show("sijil").await;
        self.browser.choose("kerakyatan", "MY").await;
        for (field, value) in [("alamat", self.phone.who().address), ("poskod", self.phone.who().postcode)] {
            if self.browser.shows_field(field).await {
                self.browser.fill(field, value).await;
            }
        }
        self.browser.fill("pin", self.phone.who().pin).await;
        self.browser.fill("pin_lagi", self.phone.who().pin).await;
        self.browser.send_form_with("pin").await;
        let waiting = self.browser.wait("the page that waits", |seen| seen.path.contains("/sijil/")).await;
        self.show("sijil-menunggu").await;
        self.phone.approve().await;
        // Nobody presses anything: the page looks again by itself.
        let title = self.browser.lang().say("web-cert-done-title");
        let done = self.browser.wait("the certificate", |seen| seen.heading == title).await;
        assert_eq!(waiting.path, done.path);
        self.show("sijil-siap").await;
    }

    /// From the first mail to the document: proves who is there, makes the certificate and follows MAIL-3, which finds
    /// this browser proved already. The link of the turn.
    pub async fn arrive(&mut self) -> String {
        let first = self.link().await;
        self.prove(&first).await;
        self.certify().await;
        let link = self.link().await;
        self.browser.visit(&link).await;
        link
    }

    /// Reads, ticks and confirms: the pad stands there afterwards (SIGN-2 to SIGN-6).
    pub async fn review(&mut self) {
        self.browser.wait_for_path("/semak").await;
        self.show("semak").await;
        self.browser.tick("setuju").await;
        self.browser.send_form_with("setuju").await;
        let title = self.browser.lang().say("web-confirm-title");
        self.browser.wait("the confirmation", |seen| seen.heading == title).await;
        self.show("sahkan").await;
        self.browser.send_form_to("/sah").await;
        self.browser.wait_for_path("/tandatangan").await;
    }

    /// Reads, draws, types PIN and code and sends them: signed.
    pub async fn sign(&mut self) {
        self.review().await;
        self.browser.draw().await;
        self.show("tandatangan").await;
        let code = self.code().await;
        self.send(self.phone.who().pin, &code).await;
        self.signed().await;
    }

    /// Types PIN and code and presses "Hantar".
    pub async fn send(&self, pin: &str, code: &str) {
        self.type_factors(pin, code).await;
        self.browser.press_value("aksi", "hantar").await;
    }

    /// Types PIN and code.
    pub async fn type_factors(&self, pin: &str, code: &str) {
        self.browser.fill("pin", pin).await;
        self.browser.fill("kod", code).await;
    }

    /// "Tunjuk kod".
    pub async fn code(&self) -> String {
        self.phone.code().await
    }

    /// The page that says it is signed.
    pub async fn signed(&mut self) {
        let seen = self.browser.wait_for_path("/berjaya").await;
        assert_eq!(seen.heading, self.browser.lang().say("web-signed-title"));
        self.show("berjaya").await;
    }
}
