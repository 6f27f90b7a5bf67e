//! The review window: it ends to the minute of the mail, locks the turn, and the developer opens it again
//! (HIMS-21, HIMS-22, GAP-3).

use std::time::Duration;

use mohor::demo::journey::CodeFrom;
use mohor::demo::world::PEMAJU;
use mohor::kernel::clock::Timestamp;
use mohor_tests::court::Court;
use mohor_tests::ground::Ground;
use mohor_tests::scene::{Scene, attempt, refused_in_both, signed};

const HOUR: Duration = Duration::from_secs(3600);
const MINUTE: Duration = Duration::from_secs(60);

/// `DD/MM/YYYY HH:MM` in Malaysian time, as the mail prints it.
fn minute_in(text: &str) -> Timestamp {
    let at = text.find("sehingga ").expect("a deadline") + "sehingga ".len();
    let number = |from: usize, length: usize| text[at + from..at + from + length].parse::<i8>().expect("digits");
    let year: i16 = text[at + 6..at + 10].parse().expect("a year");
    let date = jiff::civil::date(year, number(3, 2), number(0, 2));
    let civil = date.at(number(11, 2), number(14, 2), 0, 0);
    Timestamp::from_seconds(jiff::tz::offset(8).to_timestamp(civil).expect("an instant").as_second())
}

#[tokio::test]
async fn a_signature_counts_at_the_minute_of_the_mail_and_the_next_minute_locks_the_turn() {
    let ground = Ground::new();
    let (scene, phones) = Scene::issued(&ground, 5 * 24 * HOUR).await;
    let world = &scene.world;
    let (buyer, witness) = (&phones[0], &phones[1]);

    // The first party signs in the very minute that MAIL-3 names.
    let mut at = world.certify(buyer).await.expect("a certificate");
    let deadline = minute_in(&scene.newest(buyer.who.email, "sehingga ").await);
    assert!(deadline > scene.now().plus(47 * HOUR) && deadline <= scene.now().plus(48 * HOUR), "48 h (HIMS-22)");
    scene.arrive(deadline.minus(MINUTE)).await;
    let turn = at.turn.clone();
    at.enter(&world.mailbox, &turn).await.expect("the two hours of the browser were over");
    let page = at.review().await.expect("the signing page");
    let code = buyer.turn_code().await.expect("a code");
    scene.clock.hold(deadline);
    signed(&at.send(&page, &at.entry(&code)).await.expect("an answer"));
    assert_eq!(scene.signatures().await, 2);
    let after_first = world.document().await.expect("the document");

    // The second one is a minute late, with the page open, the right PIN and a right code.
    scene.clock.run_from(deadline);
    let mut late = world.certify(witness).await.expect("a certificate");
    let old_link = late.turn.clone();
    let deadline = minute_in(&scene.newest(witness.who.email, "sehingga ").await);
    scene.arrive(deadline.minus(MINUTE)).await;
    late.enter(&world.mailbox, &old_link).await.expect("the link still opens");
    let page = late.review().await.expect("the signing page");
    let code = witness.turn_code().await.expect("a code");
    scene.clock.hold(deadline.plus(MINUTE));
    let answer = late.send(&page, &late.entry(&code)).await.expect("an answer");
    let malay = ["Tempoh semakan telah tamat pada", &deadline.myt(), "Minta pemaju membuka semula"];
    let english = ["The review period ended at", &deadline.myt(), "Ask the developer to open your turn again"];
    refused_in_both(&late.browser, &answer, &malay, &english).await;
    assert_eq!(scene.signatures().await, 2, "nothing was signed");
    assert_eq!(scene.audited("signing.pin-wrong").await, 0, "and no try was lost");

    // The page says so too, and the phone shows no code any more.
    scene.clock.run_from(deadline.plus(MINUTE));
    scene.jobs().await;
    let page = late.browser.get(&format!("{old_link}/tandatangan")).await.expect("an answer");
    assert!(page.form_with(&["lukisan", "pin", "kod"]).is_none(), "{}", page.text());
    assert!(page.text().contains("Tempoh"), "{}", page.text());
    assert!(witness.phone.turns().await.expect("turns").is_empty());

    // The developer is told, opens the turn again: a new link, a new 48 hours.
    scene.letter(PEMAJU.email, &["Tempoh"]).await;
    let agreement = world.clerk.browser.visit(&world.agreement.path).await.expect("the agreement");
    assert!(agreement.text().contains("Tempoh semakan tamat"), "{}", agreement.text());
    let form = agreement.forms().into_iter().find(|form| form.action.contains("/buka-semula/")).expect("the button");
    let answer = world.clerk.browser.submit(&agreement, &form).await.expect("an answer").expect_fine();
    assert!(!answer.expect("the agreement").forms().iter().any(|form| form.action.contains("/buka-semula/")));
    let gone = late.browser.get(&old_link).await.expect("an answer");
    assert_eq!(gone.status, 404, "the old link leads nowhere: {}", gone.text());
    let link = world.mailbox.link(witness.who.email, "/t/").await.expect("MAIL-3 again");
    let again = minute_in(&scene.newest(witness.who.email, "sehingga ").await);
    assert!(again > scene.now().plus(47 * HOUR) && again <= scene.now().plus(48 * HOUR), "a new 48 h (GAP-3)");

    // The signature of the first party was kept, byte for byte, and the others go on.
    late.enter(&world.mailbox, &link).await.expect("the new link opens");
    let code = witness.turn_code().await.expect("a code");
    signed(&attempt(&late, &late.entry(&code)).await);
    for phone in &phones[2..] {
        let at = world.certify(phone).await.expect("a certificate");
        world.sign(&at, phone, CodeFrom::Phone).await.expect("signs");
    }
    world.completion().await.expect("everybody hears that it is complete");
    let complete = world.document().await.expect("the document");
    assert!(complete.starts_with(&after_first), "earlier bytes never change");

    let then = scene.now().seconds();
    scene.clock.be_present();
    let court = Court::summon(&ground.path().join("out"), &scene.server, vec![after_first, complete]).await;
    court.hear_revision_later("espa-1.pdf", 2, then);
    court.hear_revision_later("espa-2.pdf", 5, then);
    scene.end().await;
}
