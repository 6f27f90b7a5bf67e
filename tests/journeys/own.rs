//! Nobody decides about themselves (ADR 0046), tried through the doors alone: a reviewer signs up as a person and reaches
//! for the own case.

use std::time::Duration;

use mohor::demo::handset::Handset;
use mohor::demo::office::{self, Desk};
use mohor::demo::world::{SIGNEES, Staff};
use mohor::demo::{Form, Page, clerk};
use mohor::ekyc::Checklist;
use mohor_tests::ground::Ground;
use mohor_tests::scene::Scene;

const DESK: &str = "/kakitangan/ekyc";

/// The buyer, who also works here: invited with the number of the own card.
const BY_CARD: Staff = Staff {
    name: "Penyemak Pertama Contoh",
    email: "penyemak.satu@example.test",
    role: "ekyc-reviewer",
    ic: SIGNEES[0].ic,
};
/// The same under another card's number, but the own mailbox.
const BY_MAILBOX: Staff =
    Staff { name: "Penyemak Kedua Contoh", email: SIGNEES[0].email, role: "ekyc-reviewer", ic: "840404-14-0012" };

async fn appoint(scene: &Scene, staff: &Staff) -> Desk {
    let world = &scene.world;
    office::appoint(&scene.server.base, &world.admin, &world.mailbox, staff).await.expect("an account")
}

/// The next case, once a card has been read: whoever asks is given it.
async fn next_case(reviewer: &Desk) -> Page {
    for _ in 0..600 {
        let page = ask_for_a_case(reviewer).await;
        if page.form_with(&["keputusan"]).is_some() {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("no case came")
}

async fn ask_for_a_case(reviewer: &Desk) -> Page {
    let desk = reviewer.browser.visit(DESK).await.expect("the desk");
    match desk.form_to("/seterusnya") {
        Some(next) => reviewer.browser.submit(&desk, &next).await.expect("an answer"),
        None => desk,
    }
}

/// Approves `case`, with everything ticked, whether or not it was given.
async fn approve(reviewer: &Desk, case: &str) -> Page {
    let page = reviewer.browser.visit("/set-semula-pin").await.expect("a page with a form");
    let token = page.need_form(&["csrf", "emel"]).expect("a form");
    let csrf = token.fields.iter().find(|(name, _)| name == "csrf").expect("a token").1.clone();
    let form = Form { action: case.to_owned(), method: "post".to_owned(), ..Form::default() };
    let mut form = form.with("csrf", &csrf).with("keputusan", "lulus");
    for tick in Checklist::ITEMS {
        form = form.with(&format!("semak_{tick}"), "ya");
    }
    reviewer.browser.submit(&page, &form).await.expect("an answer")
}

#[tokio::test]
async fn a_reviewer_neither_gets_nor_opens_nor_decides_the_own_case() {
    let ground = Ground::new();
    let scene = Scene::drafted(&ground, Duration::from_secs(3600)).await;
    let world = &scene.world;
    // One is an officer before the person is known here, the other afterwards.
    let by_card = appoint(&scene, &BY_CARD).await;
    clerk::generate(&world.clerk, &world.agreement).await.expect("Jana eSPA");
    let phone = Handset::bind(&world.base, &world.mailbox, &SIGNEES[0], world.clock.clone()).await.expect("binds");
    let by_mailbox = appoint(&scene, &BY_MAILBOX).await;
    phone.show_identity().await.expect("pictures");

    // A colleague is given the case, so that its address is known.
    let case = next_case(&world.reviewer).await;
    for own in [&by_card, &by_mailbox] {
        let shown = own.browser.get(&case.path).await.expect("an answer");
        assert_eq!(shown.status, 403, "{}", shown.text());
        assert!(shown.text().contains("eKYC anda sendiri"), "{}", shown.text());
        let decided = approve(own, &case.path).await;
        assert_eq!(decided.status, 403, "{}", decided.text());
    }
    // Given back, it waits for anybody else.
    let release = case.form_to("/lepas").expect("a way to give it back");
    world.reviewer.browser.submit(&case, &release).await.expect("is given back");
    for own in [&by_card, &by_mailbox] {
        let page = ask_for_a_case(own).await;
        assert!(page.form_with(&["keputusan"]).is_none(), "{}", page.text());
    }
    office::approve_identity(&world.reviewer, &SIGNEES[0]).await.expect("a colleague decides");
    scene.end().await;
}
