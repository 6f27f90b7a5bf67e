//! The mails as a mail program shows them: HTML that stands alone, without our styles, scripts or policy.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mohor::demo::journey::CodeFrom;
use mohor::kernel::words::Lang;
use mohor_tests::chromium::{Chromium, Look};
use mohor_tests::ground::Ground;
use mohor_tests::scene::{Scene, reset_pin};

use crate::steps::first_turn;

/// One mail of each subject that the world has sent: where its HTML stands, and the HTML.
async fn one_of_each(scene: &Scene) -> BTreeMap<String, (String, Vec<u8>)> {
    let reader = scene.stranger();
    let page = reader.visit("/mel").await.expect("the mailbox");
    let mut mails = BTreeMap::new();
    for letter in page.body.split("<article").skip(1) {
        let between = |from: &str, to: &str| letter.split_once(from).and_then(|(_, rest)| rest.split_once(to));
        let (subject, _) = between("<h2>", "</h2>").expect("a subject");
        let (address, _) = between("src=\"", "\"").expect("its HTML");
        if !mails.contains_key(subject) {
            let html = reader.download(address).await.expect("the HTML");
            mails.insert(subject.to_owned(), (address.to_owned(), html));
        }
    }
    mails
}

/// MAIL-1, MAIL-5, issue 3 "E-mails in HTML and text": on a phone and at a desk, light and dark, and in 320 pixels
/// with text twice as large.
#[tokio::test]
async fn every_mail_can_be_read_by_everybody() {
    let ground = Ground::new();
    let (scene, phone) = first_turn(&ground).await;
    let at = scene.world.certify(&phone).await.expect("a certificate");
    scene.world.sign(&at, &phone, CodeFrom::Mail).await.expect("signed with the code of MAIL-4");
    reset_pin(&scene, &phone, "Pin-Baharu-7").await;
    scene.jobs().await;
    let mails = one_of_each(&scene).await;
    assert!(mails.len() >= 7, "{:?}", mails.keys());
    let phone = Look::phone(Lang::Ms);
    let mut found = Vec::new();
    for looks in [&[phone, phone.dark(), Look::desk(Lang::Ms)][..], &[phone.wide(320).large()]] {
        let mut browser = Chromium::open(&scene.server.base, looks[0]).await;
        let mut pictures = 0;
        for (n, (subject, (address, html))) in mails.iter().enumerate() {
            browser.visit(&format!("data:text/html;base64,{}", STANDARD.encode(html))).await;
            for look in looks {
                browser.hold(*look).await;
                browser.photograph(&format!("mel-{n}")).await;
                let faults = browser.violations_of_wcag().await;
                found.extend(faults.iter().map(|fault| format!("{subject} {look:?}: {fault}")));
                let over = browser.overflow().await;
                if over > 0 {
                    found.push(format!("{subject} {look:?}: {over} px too wide"));
                }
            }
            let drawn = "return [...document.images].map((one) => one.complete && one.naturalWidth > 0);";
            let drawn = browser.ask(drawn).await;
            let drawn = drawn.as_array().expect("a list");
            assert!(drawn.iter().all(|one| one == true), "{subject}: {drawn:?}");
            pictures += drawn.len();
            // The policy of the demo's own page refuses nothing of it: the browser would complain.
            browser.visit(address).await;
        }
        assert!(pictures > 0, "the QR code of the enrolment link is in no mail");
        browser.close().await;
    }
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
    scene.end().await;
}
