use mohor_shared::code::SixDigits;
use mohor_shared::ic::IdNumber;

use super::*;

async fn token(world: &World, by: &TurnSession) -> String {
    link::token(&*world.keys, by.turn(), 1).await.expect("derives")
}

fn number(at: u32) -> IdNumber {
    party(at, Role::Pembeli, None).id
}

#[tokio::test]
async fn a_link_names_the_turn_and_looking_changes_nothing() {
    let world = world().await;
    let id = world.issued().await;
    world.news().await;
    let by = world.browser(&id, 0).await;
    let token = token(&world, &by).await;
    for _ in 0..3 {
        let facts = link_facts(&world.work(), &token).await.expect("shows");
        assert_eq!((facts.turn, facts.title.role), (by.turn().clone(), Role::Pembeli));
        assert_eq!(facts.mail.as_deref(), Some("p***@example.test"));
    }
    assert!(world.news().await.is_empty(), "a mail scanner sends nothing");
    assert_eq!(world.detail(&id).await.parties[0].turn.clone().expect("a turn").1, TurnState::Reviewing);
    assert_eq!(link_facts(&world.work(), "guess").await.expect_err("no such link").code(), "turn-unknown");
}

#[tokio::test]
async fn a_new_browser_proves_itself_with_number_and_code_and_so_proves_the_address() {
    let world = world().await;
    let id = world.issued().await;
    world.news().await;
    let by = world.browser(&id, 0).await;
    let token = token(&world, &by).await;
    send_proof(&world.work(), &token).await.expect("sends");
    let (template, to, ids) = world.news().await.swap_remove(0);
    let letter = world.letter(&template, &to, &ids).await;
    let code = link::proof_code(&*world.keys, by.turn(), 1).await.expect("derives");
    assert!(format!("{:?}", letter.expect("composes").blocks).contains(code.expose()));

    let refused = prove(&world.work(), &*world.keys, &token, &number(2), &code, &Browser::default())
        .await
        .expect_err("another's number");
    assert_eq!(refused.code(), "turn-proof-wrong");
    let wrong = SixDigits::parse(if code.expose() == "000000" { "000001" } else { "000000" }).expect("digits");
    let refused = prove(&world.work(), &*world.keys, &token, &number(1), &wrong, &Browser::default())
        .await
        .expect_err("another code");
    assert_eq!(refused.code(), "turn-proof-wrong");
    let held =
        prove(&world.work(), &*world.keys, &token, &number(1), &code, &Browser::default()).await.expect("lets in");
    let session = turn_session(&world.work(), held.expose()).await.expect("reads").expect("open");
    assert_eq!((session.turn(), session.person()), (by.turn(), by.person()));
    let person = person::by_id(&world.work(), by.person()).await.expect("reads").expect("known");
    assert!(person.email.expect("an address").proven_at.is_some());
    let used =
        prove(&world.work(), &*world.keys, &token, &number(1), &code, &Browser::default()).await.expect_err("used");
    assert_eq!(used.code(), "turn-proof-over");
    world.wait(2);
    assert!(turn_session(&world.work(), held.expose()).await.expect("reads").is_none());
    assert_eq!(sweep_sessions(&world.work()).await.expect("sweeps"), 1);
}

#[tokio::test]
async fn five_wrong_proofs_end_the_code_and_ten_minutes_do_too() {
    let world = world().await;
    let id = world.issued().await;
    let by = world.browser(&id, 0).await;
    let token = token(&world, &by).await;
    send_proof(&world.work(), &token).await.expect("sends");
    let code = link::proof_code(&*world.keys, by.turn(), 1).await.expect("derives");
    for _ in 0..5 {
        let refused = prove(&world.work(), &*world.keys, &token, &number(2), &code, &Browser::default())
            .await
            .expect_err("wrong");
        assert_eq!(refused.code(), "turn-proof-wrong");
    }
    let refused =
        prove(&world.work(), &*world.keys, &token, &number(1), &code, &Browser::default()).await.expect_err("spent");
    assert_eq!(refused.code(), "tries-spent");
    send_proof(&world.work(), &token).await.expect("sends again");
    let code = link::proof_code(&*world.keys, by.turn(), 2).await.expect("derives");
    world.bench.clock.advance(Duration::from_secs(600));
    let refused =
        prove(&world.work(), &*world.keys, &token, &number(1), &code, &Browser::default()).await.expect_err("10:00");
    assert_eq!(refused.code(), "turn-proof-over");
}

#[tokio::test]
async fn every_letter_composes_in_both_languages() {
    let world = world().await;
    let id = world.draft().await;
    world.press(&id).await.expect("issues");
    let (template, to, ids) = world.news().await.swap_remove(0);
    let by = world.browser(&id, 0).await;
    for lang in Lang::ALL {
        let work = world.work();
        let mut tx = work.write().await.expect("begins");
        for party in world.detail(&id).await.parties {
            person::speak(&mut tx, &party.person, lang).await.expect("speaks");
        }
        tx.commit().await.expect("commits");
        let letter = world.letter(&template, &to, &ids).await;
        let letter = letter.expect("composes");
        assert_eq!(letter.subject, "Lengkapkan eKYC bagi Perjanjian Jual Beli (eSPA)");
        let body = format!("{:?}", letter.blocks);
        assert!(body.contains("https://mohor.example.test/daftar/") && !body.contains('⟦'), "{body}");
        assert!(body.contains("Pentadbir HIMS"), "MAIL-0");
        let person = Recipient::Person(by.person().to_string());
        let ids = serde_json::json!({ "turn": by.turn() });
        let letter = world.letter("hims.mail-2", &person, &ids).await;
        assert!(!format!("{:?}", letter.expect("composes").blocks).contains('⟦'));
    }
}

#[tokio::test]
async fn the_phone_is_told_in_which_browsers_the_turn_is_open_and_which_is_new() {
    let world = world().await;
    let id = world.issued().await;
    world.news().await;
    let by = world.browser(&id, 0).await;
    let token = token(&world, &by).await;
    let own = Browser { name: "Firefox · Windows".to_owned(), token: "kept".to_owned() };
    let strange = Browser { name: "Chrome · Linux".to_owned(), token: "other".to_owned() };
    for (generation, browser) in [(1, &own), (2, &own), (3, &strange)] {
        send_proof(&world.work(), &token).await.expect("sends");
        let code = link::proof_code(&*world.keys, by.turn(), generation).await.expect("derives");
        prove(&world.work(), &*world.keys, &token, &number(1), &code, browser).await.expect("lets in");
        world.bench.clock.advance(Duration::from_secs(60));
    }
    let waiting = waiting_signatures(&world.work(), by.person()).await.expect("reads").remove(0);
    let told: Vec<_> = waiting.browsers.iter().map(|one| (one.name.as_str(), one.known)).collect();
    assert_eq!(told, [("Chrome · Linux", false), ("Firefox · Windows", true), ("Firefox · Windows", false)]);
    world.wait(2);
    let waiting = waiting_signatures(&world.work(), by.person()).await.expect("reads").remove(0);
    assert_eq!(waiting.browsers, [], "their two hours are over");
}
