//! Bad input through the doors: each gets a clear answer, and nothing is lost or signed by it.

use std::time::Duration;

use mohor::demo::Form;
use mohor::demo::journey::CodeFrom;
use mohor::demo::signee::{AtBrowser, Entry};
use mohor::demo::world::SIGNEES;
use mohor_tests::ground::Ground;
use mohor_tests::scene::{Scene, attempt, refused, refused_in_both, signed, with_pin};

/// Sends the same form twice at once: both clicks hear that it is signed.
async fn double_click(at: &AtBrowser, code: &str) {
    let page = at.review().await.expect("the signing page");
    let entry = at.entry(code);
    let (one, two) = tokio::join!(at.send(&page, &entry), at.send(&page, &entry));
    signed(&one.expect("an answer"));
    signed(&two.expect("an answer"));
}

#[tokio::test]
async fn links_scanners_wrong_codes_wrong_pins_and_double_clicks() {
    let ground = Ground::new();
    let (scene, phones) = Scene::issued(&ground, Duration::ZERO).await;
    let world = &scene.world;
    let buyer = &phones[0];

    // A mail scanner opens every link, more than once, and sends every form that it finds without the token that
    // only the page in a person's browser carries: nothing changes.
    let mut links = Vec::new();
    // MAIL-2 leaves in the background, a moment after the identity check.
    for _ in 0..600 {
        links = scene.links(buyer.who, "/").await;
        if links.iter().any(|link| link.contains("/t/")) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(links.iter().any(|link| link.contains("/t/")) && links.iter().any(|link| link.contains("/daftar/")));
    for link in links.iter().chain(&links) {
        let scanner = scene.stranger();
        let page = scanner.get(link).await.expect("an answer");
        let bare = Form { method: "post".to_owned(), ..Form::default() };
        let stripped = page.forms().into_iter().map(|form| form.with("csrf", ""));
        for form in stripped.chain([bare]).filter(|form| form.method == "post") {
            let answer = scanner.submit(&page, &form).await.expect("an answer");
            assert!((400..500).contains(&answer.status), "{link} answered {}: {}", answer.status, answer.text());
        }
    }
    // Nobody else is asked yet: one turn is open at a time.
    assert!(phones[1].phone.turns().await.expect("turns").is_empty());

    let at = world.certify(buyer).await.expect("the buyer makes a certificate after all that");
    assert_eq!(scene.signatures().await, 1, "the certification only");

    // The right PIN and a wrong code, then the reverse.
    let code = buyer.turn_code().await.expect("a code");
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let answer = attempt(&at, &at.entry(wrong)).await;
    let english = ["The code is wrong or has expired"];
    refused_in_both(&at.browser, &answer, &["Kod tidak betul atau telah tamat tempoh"], &english).await;
    let answer = attempt(&at, &with_pin(&at, &code, "Wrong-Pin-1")).await;
    refused_in_both(&at.browser, &answer, &["Baki percubaan: 2"], &["Tries left: 2"]).await;
    refused(&attempt(&at, &Entry { drawing: "{\"strokes\":[]}".to_owned(), ..at.entry(&code) }).await);
    assert_eq!(scene.signatures().await, 1);

    double_click(&at, &code).await;
    assert_eq!(scene.signatures().await, 2);

    // The link of a signed turn signs nothing more, and the code is used up.
    let again = at.browser.get(&format!("{}/tandatangan", at.turn)).await.expect("an answer");
    assert!(again.form_with(&["lukisan", "pin", "kod"]).is_none(), "{}", again.text());
    scene.end().await;
}

#[tokio::test]
async fn fifty_wrong_pins_at_once_count_three_and_block() {
    let ground = Ground::new();
    let (scene, phones) = Scene::issued(&ground, Duration::ZERO).await;
    let world = &scene.world;
    let buyer = &phones[0];
    let at = world.certify(buyer).await.expect("a certificate");
    let page = at.review().await.expect("the signing page");
    let code = buyer.turn_code().await.expect("a code");
    let entry = with_pin(&at, &code, "Wrong-Pin-1");
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (browser, turn, page, entry) = (at.browser.clone(), at.turn.clone(), page.clone(), entry.clone());
        tries.spawn(async move { AtBrowser { who: &SIGNEES[0], browser, turn }.send(&page, &entry).await });
    }
    while let Some(answer) = tries.join_next().await {
        let answer = answer.expect("no panic").expect("an answer");
        assert!(answer.status >= 400 && !answer.path.ends_with("/berjaya"), "{}", answer.text());
    }
    assert_eq!(scene.audited("signing.pin-wrong").await, 3, "exactly three reached the seal");
    // The right PIN comes too late.
    let code = buyer.turn_code().await.unwrap_or(code);
    let late = attempt(&at, &at.entry(&code)).await;
    refused_in_both(&at.browser, &late, &["PIN sijil digital disekat"], &["The certificate PIN is blocked"]).await;
    assert_eq!(scene.signatures().await, 1);
    scene.end().await;
}

#[tokio::test]
async fn two_wrong_pins_block_nothing_and_a_used_code_of_another_turn_signs_nothing() {
    let ground = Ground::new();
    let (scene, phones) = Scene::issued(&ground, Duration::ZERO).await;
    let world = &scene.world;
    let (buyer, witness) = (&phones[0], &phones[1]);
    let at = world.certify(buyer).await.expect("a certificate");
    let code = buyer.turn_code().await.expect("a code");
    // Two wrong PINs block nothing: the third, right, signs, though it is clicked twice.
    refused(&attempt(&at, &with_pin(&at, &code, "Wrong-Pin-1")).await);
    refused(&attempt(&at, &with_pin(&at, &code, "Wrong-Pin-2")).await);
    double_click(&at, &code).await;
    assert_eq!(scene.signatures().await, 2);
    // The buyer's code is good for the buyer's document only, and was used besides.
    let second = world.certify(witness).await.expect("the witness makes a certificate");
    refused(&attempt(&second, &second.entry(&code)).await);
    assert_eq!(scene.signatures().await, 2);
    // The witness is not harmed by it.
    world.sign(&second, witness, CodeFrom::Mail).await.expect("the witness signs");
    assert_eq!(scene.signatures().await, 3);
    scene.end().await;
}
