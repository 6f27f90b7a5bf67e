//! The window stands still while its signer cannot sign by our own rules (ADR 18).

use super::*;

const DAY: Duration = Duration::from_secs(24 * 3600);

async fn deadline(world: &World, by: &TurnSession) -> Timestamp {
    turn_facts(&world.work(), by).await.expect("reads").deadline.expect("runs")
}

#[tokio::test]
async fn a_window_is_extended_by_as_long_as_the_new_phone_cools_once() {
    let world = world().await;
    let id = world.issued().await;
    let by = world.browser(&id, 0).await;
    let buyer = world.detail(&id).await.parties[0].person.clone();
    let before = deadline(&world, &by).await;
    world.wait(40);
    world.news().await;
    let since = world.work().now;
    for _ in 0..3 {
        on_signer_held_up(&world.work(), &buyer, since, since.plus(DAY)).await.expect("extends");
    }
    assert_eq!(deadline(&world, &by).await, before.plus(DAY), "once, however often the news comes");
    assert_eq!(world.templates().await, ["hims.window-extended", "hims.window-extended"], "signer and developer");
    world.wait(1);
    let since = world.work().now;
    on_signer_held_up(&world.work(), &buyer, since, since.plus(DAY)).await.expect("is heard");
    assert_eq!(deadline(&world, &by).await, before.plus(DAY), "nobody holds an agreement up phone after phone");
    world.wait(30);
    assert_eq!(expire_windows(&world.work()).await.expect("looks"), 0, "the day before yesterday it would have ended");
    world.sign(&id, 0).await;
}

#[tokio::test]
async fn a_reopened_window_has_its_own_pause_and_an_ended_one_has_none() {
    let world = world().await;
    let id = world.issued().await;
    let buyer = world.detail(&id).await.parties[0].person.clone();
    let by = world.browser(&id, 0).await;
    world.wait(48);
    let now = world.work().now;
    on_signer_held_up(&world.work(), &buyer, now, now.plus(DAY)).await.expect("too late");
    assert!(matches!(turn_facts(&world.work(), &by).await.expect("reads").step, TurnStep::Over));
    assert_eq!(expire_windows(&world.work()).await.expect("expires"), 1);
    reopen(&world.work(), &*world.keys, &world.press.settings, &world.desk, by.turn()).await.expect("reopens");
    let by = world.browser(&id, 0).await;
    let before = deadline(&world, &by).await;
    on_signer_held_up(&world.work(), &buyer, now, now.plus(DAY)).await.expect("extends");
    assert_eq!(deadline(&world, &by).await, before.plus(DAY));
}

#[tokio::test]
async fn somebody_else_s_window_does_not_stand_still() {
    let world = world().await;
    let id = world.issued().await;
    let by = world.browser(&id, 0).await;
    let witness = world.detail(&id).await.parties[1].person.clone();
    let before = deadline(&world, &by).await;
    let now = world.work().now;
    on_signer_held_up(&world.work(), &witness, now, now.plus(DAY)).await.expect("is heard");
    assert_eq!(deadline(&world, &by).await, before);
}

#[tokio::test]
async fn a_letter_about_an_older_deadline_is_not_sent() {
    let world = world().await;
    let id = world.issued().await;
    let buyer = world.detail(&id).await.parties[0].person.clone();
    world.news().await;
    let now = world.work().now;
    on_signer_held_up(&world.work(), &buyer, now, now.plus(DAY)).await.expect("extends");
    let to_signer =
        |(name, to, _): &(String, Recipient, _)| name == "hims.window-extended" && matches!(to, Recipient::Person(_));
    let (_, to, ids) = world.news().await.into_iter().find(to_signer).expect("sent");
    let compose = async |ids: &serde_json::Value| world.letter("hims.window-extended", &to, ids).await;
    let letter = compose(&ids).await.expect("composes");
    assert_eq!(letter.subject, "Tempoh semakan eSPA dilanjutkan");
    assert!(!format!("{:?}", letter.blocks).contains('⟦'));
    let mut older = ids.clone();
    older["deadline"] = serde_json::json!(1);
    assert!(compose(&older).await.is_err());
}
