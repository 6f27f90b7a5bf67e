//! Register → bind → pictures → status → codes → signature, in the window, with Malay in front of the person.

use std::time::Duration;

use async_trait::async_trait;
use mohor::demo::office;
use mohor::demo::world::{PASSWORD, SIGNEES, Signee};
use mohor::kernel::words::Lang;
use mohor_tests::chromium::{Chromium, InHand, Look, Signer};
use mohor_tests::ground::Ground;
use mohor_tests::scene::Scene;

use crate::camera::{self, views};
use crate::rig::{Rig, Window};
use crate::steps::{APP_PIN, invited};

/// Registers with e-mail, number and phone (APP-13), follows the mailed link in the app and binds it.
async fn bind(window: &Window, scene: &Scene) {
    let [aina, ..] = &SIGNEES;
    window.screen("welcome").await;
    window.press("register").await;
    window.screen("register").await;
    assert!(window.text().await.contains("Sila masukkan maklumat berikut untuk meneruskan proses pendaftaran"));
    window.fill("email", aina.email).await;
    window.fill("mykad", aina.ic).await;
    window.fill("phone", aina.phone).await;
    window.press("send").await;
    window.screen("registered").await;
    let link = scene.world.mailbox.wait(aina.email, "the enrolment link", |letter| {
        let asked = letter.text.contains("Pendaftaran aplikasi");
        letter.links.iter().find(|link| asked && link.contains("/daftar/")).cloned()
    });
    let link = link.await.expect("the letter");

    window.press("have-link").await;
    window.screen("link").await;
    window.fill("link", "https://example.com/daftar/01JABCDEFGHJKMNPQRSTVWXYZ0.AAAA").await;
    window.press("send").await;
    window.see("[data-code=\"link\"]").await;
    window.fill("link", &link).await;
    window.press("send").await;
    window.screen("password").await;
    window.fill("password", PASSWORD).await;
    window.fill("again", PASSWORD).await;
    window.press("send").await;
    window.screen("bind").await;
    let code = scene.world.mailbox.code(aina.email, 8).await.expect("the verification code");
    window.fill("mykad", aina.ic).await;
    window.fill("code", "00000000").await;
    window.press("send").await;
    window.see("[data-code=\"enrol-mismatch\"]").await;
    window.fill("code", &code).await;
    window.press("send").await;
    window.screen("lock").await;
    window.fill("digits", APP_PIN).await;
    window.fill("again", APP_PIN).await;
    window.press("set").await;
    window.screen("home").await;
}

/// The three pictures: one in the dark is refused with its reason before it leaves; the app is closed after the first
/// good one and goes on where it was.
async fn show_identity(rig: &Rig, window: Window, scene: &Scene) -> Window {
    let [aina, ..] = &SIGNEES;
    let seen = views(aina.name, aina.ic);
    window.see("[data-state=\"TIADA\"]").await;
    camera::see(&window, &seen.dark).await;
    window.next("Mulakan eKYC").await;
    window.screen("ekyc").await;
    let consent = window.says("[data-name=\"consent\"]").await;
    assert!(consent.contains("bersetuju secara nyata"), "the text in force: {consent}");
    window.see("input[name=\"consent\"]").await.click().await.expect("ticks");
    window.press("begin").await;
    window.press("shoot").await;
    window.see("[data-reason=\"too-dark\"]").await;
    window.judge("ekyc-dark").await;
    camera::see(&window, &seen.slots[0].1).await;
    window.press("shoot").await;
    window.see("progress[value=\"1\"]").await;
    window.close().await;

    let window = rig.open(&scene.server.base).await;
    unlock(&window).await;
    for (done, (slot, picture)) in seen.slots.iter().enumerate().skip(1) {
        camera::see(&window, picture).await;
        if done == 1 {
            window.next("Sambung eKYC (1 daripada 3)").await;
        }
        if *slot == "selfie" {
            let asked = window.says("[data-name=\"prompt\"]").await;
            assert!(["toleh", "dongak", "dekat"].iter().any(|movement| asked.contains(movement)), "{asked}");
        }
        window.press("shoot").await;
        window.picture(&format!("ekyc-{slot}")).await;
        if done < 2 {
            window.see(&format!("progress[value=\"{}\"]", done + 1)).await;
        }
    }
    window.press("hand-in").await;
    window.press("home").await;
    window.see("[data-state=\"DALAM_SEMAKAN\"]").await;
    window
}

/// Whatever a page asks for behind the lock.
const PEEK: &str = r#"
const done = arguments[arguments.length - 1];
const ask = (command, args) => window.__TAURI_INTERNALS__.invoke(command, args).then(() => "granted", (no) => no.code);
Promise.all([ask("home"), ask("turns"), ask("totp"), ask("history"), ask("show_code", { turn: "01J" }), ask("leave")])
  .then(done);
"#;

async fn unlock(window: &Window) {
    window.screen("locked").await;
    let answers = window.driver.execute_async(PEEK, vec![]).await.expect("answers");
    assert_eq!(answers.json(), &serde_json::json!(vec!["locked"; 6]), "the shell keeps the lock, not the page");
    window.fill("digits", "111222").await;
    window.press("unlock").await;
    window.see("[data-code=\"lock-wrong\"]").await;
    window.fill("digits", APP_PIN).await;
    window.press("unlock").await;
    window.screen("home").await;
}

/// The mark of the code beside its field on the signing page.
const MARK: &str = "return document.querySelector('#tanda strong')?.textContent ?? null;";

/// The window as the signer's phone: whatever it shows is read off its screen.
struct Held<'a> {
    window: &'a Window,
}

#[async_trait]
impl InHand for Held<'_> {
    fn who(&self) -> &'static Signee {
        &SIGNEES[0]
    }

    async fn approve(&self) {
        // Whatever arrives is seen from every screen.
        self.window.see("[data-name=\"nav-home\"] .badge").await;
        self.window.press("nav-home").await;
        self.window.next("Lihat permintaan").await;
        self.window.screen("approvals").await;
        assert!(self.window.says("[data-name=\"approval\"]").await.contains("Aina binti Rahman"));
        self.window.press("approve").await;
    }

    /// Facts first; the code only after it is asked for.
    async fn code(&self) -> String {
        self.window.press("nav-home").await;
        self.window.next("Lihat dokumen").await;
        self.window.screen("turn").await;
        let facts = self.window.says("[data-name=\"facts\"]").await;
        for fact in ["PARKLAND AVENUE SDN. BHD.", "Perjanjian Jual Beli (eSPA)", "Muka surat", "pertama kali digunakan"]
        {
            assert!(facts.contains(fact), "{fact} is not among: {facts}");
        }
        assert!(!self.window.shows("[data-name=\"code\"]").await, "no code before it is asked for");
        self.window.press("show-code").await;
        let code = self.window.digits("[data-name=\"turn-code\"]").await;
        self.window.judge("turn-code").await;
        code
    }
}

/// Issue 3: one person, the phone's window in one hand and a browser in the other, from the first screen to the signed
/// agreement.
#[tokio::test(flavor = "multi_thread")]
async fn a_person_registers_proves_who_they_are_and_signs_in_chromium_with_the_code_of_the_window() {
    let ground = Ground::new();
    let scene = invited(&ground, Duration::ZERO).await;
    let rig = Rig::new("pembeli");
    let window = rig.open(&scene.server.base).await;
    bind(&window, &scene).await;
    let window = show_identity(&rig, window, &scene).await;

    office::approve_identity(&scene.world.reviewer, &SIGNEES[0]).await.expect("the reviewer approves");
    window.see("[data-state=\"DILULUSKAN\"]").await;
    window.press("nav-totp").await;
    window.screen("totp").await;
    window.press("set-up").await;
    window.digits("[data-name=\"totp\"]").await;
    window.judge("totp-code").await;

    let phone = Held { window: &window };
    let browser = Chromium::open(&scene.server.base, Look::desk(Lang::Ms)).await;
    let mut signer = Signer { browser, phone: &phone, scene: &scene, judged: false };
    let link = signer.link().await;
    signer.prove(&link).await;
    signer.certify().await;
    let link = signer.link().await;
    signer.browser.visit(&link).await;
    signer.review().await;
    signer.browser.draw().await;
    assert!(signer.browser.ask(MARK).await.is_null(), "no code is shown yet");
    let code = signer.code().await;
    // The same mark beside the code and beside the field that it is typed into, without loading the page anew.
    let tag = window.says("[data-name=\"turn-code\"] .tag-small").await;
    assert_eq!(signer.browser.until("the mark of the code", MARK).await, tag);
    signer.send(SIGNEES[0].pin, &code).await;
    signer.signed().await;
    signer.browser.close().await;
    assert_eq!(scene.signatures().await, 2, "the certification and the buyer's");

    window.press("nav-notices").await;
    window.screen("notices").await;
    window.press("nav-security").await;
    window.screen("security").await;
    window.press("help").await;
    window.screen("help").await;
    assert!(window.says("[data-name=\"help-line\"]").await.contains("03-8891 4797"), "CON-1");
    window.press("nav-security").await;
    window.press("history").await;
    window.screen("history").await;
    let history = window.text().await;
    for done in ["Kod dokumen ditunjukkan", "Permintaan diluluskan", "Gambar eKYC dihantar", "Telefon didaftarkan"] {
        assert!(history.contains(done), "{done} is not in: {history}");
    }
    window.close().await;
    scene.end().await;
}
