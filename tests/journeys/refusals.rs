//! Bad input through the doors: each gets a clear answer, and nothing is lost or signed by it.

use mohor::app::Parts;
use mohor::demo::clerk;
use mohor::demo::handset::Handset;
use mohor::demo::journey::{CodeFrom, World};
use mohor::demo::server::Server;
use mohor::demo::signee::{AtBrowser, Entry};
use mohor::demo::world::SIGNEES;
use mohor::demo::{Browser, Page};
use mohor::kernel::work::Actor;
use mohor_tests::ground::Ground;
use mohor_tests::judges;

/// A world whose agreement is issued and whose people have their phones.
async fn issued(ground: &Ground) -> (Server, World, Vec<Handset>) {
    let server = ground.server(Parts::default()).await;
    let code = server.console_code().await.expect("a console code");
    let world = World::prepare(&server.base, &code).await.expect("the office opens");
    clerk::generate(&world.clerk, &world.agreement).await.expect("Jana eSPA");
    let phones = world.equip().await.expect("four phones");
    (server, world, phones)
}

async fn signatures(world: &World) -> usize {
    judges::embedded_signatures(&world.document().await.expect("the document")).len()
}

async fn attempt(at: &AtBrowser, entry: &Entry) -> Page {
    let page = at.review().await.expect("the signing page");
    at.send(&page, entry).await.expect("an answer")
}

fn with_pin(at: &AtBrowser, code: &str, pin: &str) -> Entry {
    Entry { pin: pin.to_owned(), ..at.entry(code) }
}

/// How often the audit trail says that a PIN was wrong.
async fn wrong_pins(server: &Server) -> usize {
    let work = server.running.app.doors.means.work(Actor::System);
    let trail = mohor::audit::recent(&work, "").await.expect("the trail");
    trail.iter().filter(|entry| entry.kind == "signing.pin-wrong").count()
}

/// Refused, in the language of the reader, with a way on.
#[track_caller]
fn refused(page: &Page) {
    assert!((400..500).contains(&page.status), "{} answered {}: {}", page.path, page.status, page.text());
    assert!(!page.text().contains('⟦'), "a message is missing: {}", page.text());
    assert!(!page.links().is_empty());
}

#[tokio::test]
async fn links_scanners_wrong_codes_wrong_pins_and_double_clicks() {
    let ground = Ground::new();
    let (server, world, phones) = issued(&ground).await;
    let buyer = &phones[0];

    // A mail scanner opens every link, more than once: nothing changes.
    for letter in world.mailbox.letters(buyer.who.email).await.expect("mails") {
        for link in letter.links.iter().chain(&letter.links).filter(|link| link.starts_with(&server.base)) {
            Browser::open(&server.base).expect("a browser").get(link).await.expect("an answer");
        }
    }
    // Nobody else is asked yet: one turn is open at a time.
    assert!(phones[1].phone.turns().await.expect("turns").is_empty());

    let at = world.certify(buyer).await.expect("the buyer makes a certificate after all that");
    assert_eq!(signatures(&world).await, 1, "the certification only");

    // The right PIN and a wrong code, then the reverse.
    let code = buyer.turn_code().await.expect("a code");
    let wrong = if code == "000000" { "000001" } else { "000000" };
    refused(&attempt(&at, &at.entry(wrong)).await);
    refused(&attempt(&at, &with_pin(&at, &code, "Wrong-Pin-1")).await);
    refused(&attempt(&at, &Entry { drawing: "{\"strokes\":[]}".to_owned(), ..at.entry(&code) }).await);
    assert_eq!(signatures(&world).await, 1);

    // A double click signs once.
    let page = at.review().await.expect("the signing page");
    let entry = at.entry(&code);
    let (one, two) = tokio::join!(at.send(&page, &entry), at.send(&page, &entry));
    let answers = [one.expect("an answer"), two.expect("an answer")];
    let signed = answers.iter().filter(|answer| answer.path.ends_with("/berjaya")).count();
    assert!(signed >= 1, "{:?}", answers.each_ref().map(Page::text));
    assert_eq!(signatures(&world).await, 2);

    // The link of a signed turn signs nothing more, and the code is used up.
    let again = at.browser.get(&format!("{}/tandatangan", at.turn)).await.expect("an answer");
    assert!(again.form_with(&["lukisan", "pin", "kod"]).is_none(), "{}", again.text());
    server.running.stop().await.expect("stops");
}

#[tokio::test]
async fn fifty_wrong_pins_at_once_count_three_and_block() {
    let ground = Ground::new();
    let (server, world, phones) = issued(&ground).await;
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
    assert_eq!(wrong_pins(&server).await, 3, "exactly three reached the seal");
    // The right PIN comes too late.
    let code = buyer.turn_code().await.unwrap_or(code);
    let late = attempt(&at, &at.entry(&code)).await;
    refused(&late);
    assert_eq!(signatures(&world).await, 1);
    server.running.stop().await.expect("stops");
}

#[tokio::test]
async fn two_wrong_pins_block_nothing_and_a_used_code_of_another_turn_signs_nothing() {
    let ground = Ground::new();
    let (server, world, phones) = issued(&ground).await;
    let (buyer, witness) = (&phones[0], &phones[1]);
    let at = world.certify(buyer).await.expect("a certificate");
    let code = buyer.turn_code().await.expect("a code");
    // Two wrong PINs block nothing: the third, right, signs.
    refused(&attempt(&at, &with_pin(&at, &code, "Wrong-Pin-1")).await);
    refused(&attempt(&at, &with_pin(&at, &code, "Wrong-Pin-2")).await);
    assert!(attempt(&at, &at.entry(&code)).await.path.ends_with("/berjaya"));
    // The buyer's code is good for the buyer's document only, and was used besides.
    let second = world.certify(witness).await.expect("the witness makes a certificate");
    refused(&attempt(&second, &second.entry(&code)).await);
    assert_eq!(signatures(&world).await, 2);
    // The witness is not harmed by it.
    world.sign(&second, witness, CodeFrom::Mail).await.expect("the witness signs");
    assert_eq!(signatures(&world).await, 3);
    server.running.stop().await.expect("stops");
}
