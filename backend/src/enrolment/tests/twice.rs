//! Begun twice, and keys that went missing: whatever happens, the person comes to a certificate whose PIN opens.

use super::super::complete::issue;
use super::*;
use crate::kernel::db::Value;

async fn sql(world: &World, text: &'static str, values: Vec<Value>) {
    let work = world.work();
    let mut tx = work.write().await.expect("begins");
    tx.execute(text, values).await.expect("writes");
    tx.commit().await.expect("commits");
}

/// What was approved on the phone, read as the recovery reads it.
async fn approved_row(world: &World, id: &IssuanceId) -> model::Issuance {
    let row = world.work().read().await.expect("reads").one(store::BY_ID, args![id]).await.expect("a row");
    store::issuance(&row).expect("an issuance")
}

async fn seals(world: &World) -> usize {
    let sql = "SELECT id FROM vault_key WHERE sealed IS NOT NULL";
    world.work().read().await.expect("reads").all(sql, args![]).await.expect("rows").len()
}

async fn approved_on_the_phone(world: &World, text: &str) -> IssuanceId {
    let id = world.begin(text).await.expect("begins");
    let approval = world.answer(&id, Decision::Approve).await;
    take(&world.work(), &approval).await.expect("takes");
    id
}

/// CERT-3: a double click, two windows, a proxy that asks again.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_begun_at_once_one_stands_and_its_pin_opens() {
    for _ in 0..4 {
        let world = world().await.identified().await;
        let pins = ["Abcdef1#", "Newpin1#"];
        let (one, two) = tokio::join!(world.begin(pins[0]), world.begin(pins[1]));
        let ids = [one.expect("begins"), two.expect("begins")];
        let mut stand = Vec::new();
        for (id, pin) in ids.iter().zip(pins) {
            if world.stage(id).await == Stage::Waiting {
                stand.push((id, pin));
            }
        }
        assert_eq!((stand.len(), seals(&world).await), (1, 1), "one question, with its key");
        let (id, pin) = stand.remove(0);
        let approval = world.answer(id, Decision::Approve).await;
        approved(&world.work(), &world.desk, &approval).await.expect("issues");
        assert_eq!((world.stage(id).await, world.pin().await), (Stage::Issued, PinState::Active { left: 3 }));
        assert!(world.opens(pin).await);
    }
}

#[tokio::test]
async fn a_certificate_whose_key_is_gone_fails_and_is_begun_again() {
    let world = world().await.identified().await;
    let id = approved_on_the_phone(&world, "Abcdef1#").await;
    sql(&world, "UPDATE vault_key SET state = 'DESTROYED', sealed = NULL", args![]).await;
    recover(&world.work(), &world.desk).await.expect("recovers");
    assert_eq!((world.stage(&id).await, world.current().await), (Stage::Failed, None));
    world.certified("Newpin1#").await;
    assert!(world.opens("Newpin1#").await);
}

#[tokio::test]
async fn a_certificate_that_was_issued_for_a_key_that_is_gone_is_revoked_and_begun_again() {
    let world = world().await.identified().await;
    let id = approved_on_the_phone(&world, "Abcdef1#").await;
    let leaf = issue(&world.work(), &world.desk, &approved_row(&world, &id).await).await.expect("issues");
    let leaf = leaf.expect("a certificate");
    sql(&world, "UPDATE vault_key SET state = 'DESTROYED', sealed = NULL", args![]).await;
    recover(&world.work(), &world.desk).await.expect("recovers");
    assert_eq!((world.stage(&id).await, world.current().await), (Stage::Failed, None));
    let ended = certificate::by_serial(&world.work(), &leaf.serial).await.expect("reads").expect("a certificate");
    assert!(ended.revoked.is_some());
    world.certified("Newpin1#").await;
    assert!(world.opens("Newpin1#").await);
}

/// The key store was down while the authority should have signed, for longer than the approval holds.
#[tokio::test]
async fn an_approval_that_ran_out_leaves_nothing_for_the_authority_to_sign() {
    let world = world().await.identified().await;
    let id = approved_on_the_phone(&world, "Abcdef1#").await;
    issue(&world.work(), &world.desk, &approved_row(&world, &id).await).await.expect("issues").expect("a certificate");
    let unsigned = "UPDATE certificate SET state = 'intended', der = NULL, issued_at = NULL WHERE person = $1";
    sql(&world, unsigned, args![&world.person]).await;
    world.bench.clock.advance(Duration::from_secs(3700));
    recover(&world.work(), &world.desk).await.expect("recovers");
    assert_eq!(world.stage(&id).await, Stage::Failed);
    let finished = certificate::recover(&world.work(), &world.desk.authority).await.expect("recovers");
    assert_eq!(finished, vec![]);
    assert_eq!(certificate::all_for(&world.work(), &world.person).await.expect("reads"), vec![]);
    world.certified("Newpin1#").await;
}
