//! Register → bind → pictures → status → codes → signature, in the window, with Malay in front of the person.

use mohor::demo::world::{PASSWORD, SIGNEES};
use mohor::demo::{clerk, office, signee::AtBrowser};
use mohor_tests::ground::Ground;
use mohor_tests::scene::Scene;

use crate::camera::{self, views};
use crate::rig::{Rig, Window};

const APP_PIN: &str = "280519";

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
    window.see("input[name=\"consent\"]").await.click().await.expect("ticks");
    window.press("begin").await;
    window.press("shoot").await;
    window.see("[data-reason=\"too-dark\"]").await;
    window.picture("ekyc-dark").await;
    camera::see(&window, &seen.slots[0].1).await;
    window.press("shoot").await;
    window.see("progress[value=\"1\"]").await;
    window.close().await;

    let window = rig.open(&scene.server.base).await;
    unlock(&window).await;
    for (done, (slot, picture)) in seen.slots.iter().enumerate().skip(1) {
        camera::see(&window, picture).await;
        if done == 1 {
            window.next("Sambung eKYC").await;
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

async fn unlock(window: &Window) {
    window.screen("locked").await;
    window.fill("digits", "111222").await;
    window.press("unlock").await;
    window.see("[data-code=\"lock-wrong\"]").await;
    window.fill("digits", APP_PIN).await;
    window.press("unlock").await;
    window.screen("home").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_registers_proves_who_they_are_and_signs_with_the_code_of_the_window() {
    let ground = Ground::new();
    let scene = Scene::drafted(&ground, std::time::Duration::ZERO).await;
    clerk::generate(&scene.world.clerk, &scene.world.agreement).await.expect("Jana eSPA");
    let rig = Rig::new("pembeli");
    let window = rig.open(&scene.server.base).await;
    bind(&window, &scene).await;
    let window = show_identity(&rig, window, &scene).await;

    let [aina, ..] = &SIGNEES;
    office::approve_identity(&scene.world.reviewer, aina).await.expect("the reviewer approves");
    window.see("[data-state=\"DILULUSKAN\"]").await;
    window.press("nav-totp").await;
    window.screen("totp").await;
    window.press("set-up").await;
    window.digits("[data-name=\"totp\"]").await;
    window.picture("totp-code").await;

    // The certificate: asked for in the browser, approved here with what is shown.
    let link = scene.world.mailbox.link(aina.email, "/t/").await.expect("MAIL-2");
    let base = &scene.server.base;
    let (mut at, _) = AtBrowser::follow(base, &scene.world.mailbox, aina, &link).await.expect("the turn");
    let progress = at.ask_for_certificate().await.expect("the certificate page");
    window.press("nav-home").await;
    window.next("Lihat permintaan").await;
    window.screen("approvals").await;
    assert!(window.says("[data-name=\"approval\"]").await.contains("Aina binti Rahman"));
    window.press("approve").await;
    at.await_certificate(&progress).await.expect("the certificate");
    let link = scene.world.mailbox.link(aina.email, "/t/").await.expect("MAIL-3");
    at.enter(&scene.world.mailbox, &link).await.expect("the turn");
    let page = at.review().await.expect("the signing page");

    // Facts first; the code only after it is asked for.
    window.press("nav-home").await;
    window.next("Lihat dokumen").await;
    window.screen("turn").await;
    let facts = window.says("[data-name=\"facts\"]").await;
    for fact in ["PARKLAND AVENUE SDN. BHD.", "Perjanjian Jual Beli (eSPA)", "Muka surat", "pertama kali digunakan"] {
        assert!(facts.contains(fact), "{fact} is not among: {facts}");
    }
    assert!(
        window.driver.find(thirtyfour::By::Css("[data-name=\"code\"]")).await.is_err(),
        "no code before it is asked for"
    );
    window.press("show-code").await;
    let code = window.digits("[data-name=\"turn-code\"]").await;
    window.picture("turn-code").await;
    let answer = at.send(&page, &at.entry(&code)).await.expect("an answer");
    assert!(answer.status == 200 && answer.path.ends_with("/berjaya"), "{}: {}", answer.path, answer.text());

    window.press("nav-notices").await;
    window.screen("notices").await;
    window.press("nav-security").await;
    window.screen("security").await;
    window.press("history").await;
    window.screen("history").await;
    let history = window.text().await;
    for done in ["Kod dokumen ditunjukkan", "Permintaan diluluskan", "Gambar eKYC dihantar", "Telefon didaftarkan"] {
        assert!(history.contains(done), "{done} is not in: {history}");
    }
    window.close().await;
}
