//! The steps of a signer, each done by hand in a browser.

use mohor::demo::clerk;
use mohor::demo::handset::Handset;
use mohor::demo::world::Signee;
use mohor_tests::chromium::Chromium;
use mohor_tests::scene::Scene;

/// Somebody who signs: their browser, their phone.
pub(crate) struct Signer<'a> {
    pub(crate) browser: Chromium,
    pub(crate) phone: &'a Handset,
    pub(crate) scene: &'a Scene,
    /// Whether every page on the way is put before the judges.
    pub(crate) judged: bool,
}

/// An issued agreement and the phone of this one signer.
pub(crate) async fn issued_for(scene: &Scene, who: &'static Signee) -> Handset {
    clerk::generate(&scene.world.clerk, &scene.world.agreement).await.expect("Jana eSPA");
    scene.world.equip_one(who).await.expect("a phone")
}

impl Signer<'_> {
    /// The next mailed link of a turn.
    pub(crate) async fn link(&self) -> String {
        self.scene.world.mailbox.link(self.phone.who.email, "/t/").await.expect("the mail with the link")
    }

    async fn show(&mut self, page: &str) {
        if self.judged {
            self.browser.demand_quality(page).await;
        }
    }

    /// Opens the link and proves who is sitting there: identity number, mailed code.
    pub(crate) async fn prove(&mut self, link: &str) {
        self.browser.visit(link).await;
        self.show("bukti").await;
        self.browser.fill("ic", self.phone.who.ic).await;
        self.browser.send_form_with("ic").await;
        self.browser.wait_for_path("/bukti").await;
        self.show("bukti-kod").await;
        let code = self.scene.world.mailbox.code(self.phone.who.email, 6).await.expect("the mailed code");
        self.browser.fill("kod", &code).await;
        self.browser.send_form_with("kod").await;
    }

    /// Fills in the certificate page, approves on the phone and waits for the page to tell (SCR-1).
    pub(crate) async fn certify(&mut self) {
        self.browser.wait_for_path("/sijil").await;
        self.show("sijil").await;
        self.browser.choose("kerakyatan", "MY").await;
        for (field, value) in [("alamat", self.phone.who.address), ("poskod", self.phone.who.postcode)] {
            if self.browser.shows_field(field).await {
                self.browser.fill(field, value).await;
            }
        }
        self.browser.fill("pin", self.phone.who.pin).await;
        self.browser.fill("pin_lagi", self.phone.who.pin).await;
        self.browser.send_form_with("pin").await;
        let waiting = self.browser.wait("the page that waits", |seen| seen.path.contains("/sijil/")).await;
        self.show("sijil-menunggu").await;
        self.phone.approve().await.expect("approved on the phone");
        // Nobody presses anything: the page looks again by itself.
        let title = self.browser.lang().say("web-cert-done-title");
        let done = self.browser.wait("the certificate", |seen| seen.heading == title).await;
        assert_eq!(waiting.path, done.path);
        self.show("sijil-siap").await;
    }

    /// Reads, ticks and confirms: the pad stands there afterwards (SIGN-2 to SIGN-6).
    pub(crate) async fn review(&mut self) {
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

    /// Makes the certificate elsewhere, then comes with a new browser as far as the pad.
    pub(crate) async fn reach_the_pad(&mut self) {
        let at = self.scene.world.certify(self.phone).await.expect("a certificate");
        self.prove(&at.turn).await;
        self.review().await;
    }

    /// Types PIN and code and presses "Hantar".
    pub(crate) async fn send(&self, pin: &str, code: &str) {
        self.type_factors(pin, code).await;
        self.browser.press_value("aksi", "hantar").await;
    }

    /// Types PIN and code.
    pub(crate) async fn type_factors(&self, pin: &str, code: &str) {
        self.browser.fill("pin", pin).await;
        self.browser.fill("kod", code).await;
    }

    /// "Tunjuk kod".
    pub(crate) async fn code(&self) -> String {
        self.phone.turn_code().await.expect("a code for this turn")
    }

    /// The page that says it is signed.
    pub(crate) async fn signed(&mut self) {
        let seen = self.browser.wait_for_path("/berjaya").await;
        assert_eq!(seen.heading, self.browser.lang().say("web-signed-title"));
        self.show("berjaya").await;
    }
}
