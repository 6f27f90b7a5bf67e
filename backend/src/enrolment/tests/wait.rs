//! A new PIN without a phone: a day in which everybody can stop it, or an officer.

use super::*;
use crate::account::{Fresh, Officer, RegistrationOfficer};
use crate::factor::CodeRefused;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// A person with a certificate whose phone has gone.
async fn phoneless() -> World {
    let world = world().await.identified().await;
    world.certified("Abcdef1#").await;
    let work = world.work();
    let mut tx = work.write().await.expect("begins");
    device::revoke(&work, &mut tx, &world.phone.device()).await.expect("revokes");
    tx.commit().await.expect("commits");
    world.told().await;
    world
}

async fn waits(world: &World) -> (IssuanceId, Wait) {
    let id = world.reset().await.expect("waits");
    let wait = waiting_for(&world.work(), &world.person).await.expect("reads").expect("waits");
    assert_eq!(wait.issuance, id);
    (id, wait)
}

fn officer(work: &Work) -> Officer<RegistrationOfficer> {
    Officer::for_test(work, None)
}

async fn sign_code(world: &World) -> Result<(), String> {
    let target = Target::turn("t", 1, &[0; 32]);
    let sent = factor::send(&world.work(), &world.person, &target).await;
    sent.map(|_| ()).map_err(|refused| refused.code().to_owned())
}

#[tokio::test]
async fn without_a_phone_a_new_pin_waits_a_day_and_then_counts() {
    let world = phoneless().await;
    let (id, wait) = waits(&world).await;
    assert_eq!(wait.ready_at, world.work().now.plus(DAY));
    let (told, _) = world.told().await;
    for expected in ["enrolment.reset-waits", "enrolment.reset-waits"] {
        assert!(told.iter().any(|one| one == expected), "{told:?}");
    }
    let notices = outbox::notices_for(&world.work(), world.person.as_str()).await.expect("reads");
    assert!(notices.iter().any(|notice| notice.template == "pin-reset-waits"), "every phone is told");
    world.bench.clock.advance(DAY - Duration::from_millis(1));
    recover(&world.work(), &world.desk).await.expect("looks");
    assert_eq!(world.stage(&id).await, Stage::Waiting);
    assert!(world.opens("Abcdef1#").await, "the old PIN works on");
    world.bench.clock.advance(Duration::from_millis(1));
    recover(&world.work(), &world.desk).await.expect("releases");
    recover(&world.work(), &world.desk).await.expect("once");
    assert_eq!(world.stage(&id).await, Stage::Issued);
    assert!(!world.opens("Abcdef1#").await && world.opens("Newpin1#").await);
    assert!(sign_code(&world).await.is_ok(), "it has had its day: no second one");
    let (told, _) = world.told().await;
    assert!(told.iter().any(|one| one == "enrolment.pin-reset"), "{told:?}");
    assert!(told.iter().all(|one| one != "mailed codes are blocked"), "the mail says what is true: {told:?}");
    assert_eq!(certificate::all_for(&world.work(), &world.person).await.expect("reads").len(), 2);
}

#[tokio::test]
async fn the_link_in_the_mail_stops_it_once_and_looking_does_not() {
    let world = phoneless().await;
    let (id, _) = waits(&world).await;
    let token = cancel_link(&*world.keys, &id).await.expect("derives");
    for _ in 0..3 {
        cancellable(&world.work(), &*world.keys, &token).await.expect("looks");
    }
    assert_eq!(world.stage(&id).await, Stage::Waiting);
    let mut forged = token.clone();
    forged.pop();
    forged.push('!');
    for wrong in [forged.as_str(), "", "01J.x"] {
        let refused = cancel(&world.work(), &*world.keys, wrong).await.expect_err("not ours");
        assert_eq!(refused.code(), "pin-reset-link-unknown", "{wrong}");
    }
    cancel(&world.work(), &*world.keys, &token).await.expect("stops");
    assert_eq!(cancel(&world.work(), &*world.keys, &token).await.expect_err("once").code(), "pin-reset-not-waiting");
    world.bench.clock.advance(DAY * 2);
    recover(&world.work(), &world.desk).await.expect("nothing to release");
    assert_eq!(world.stage(&id).await, Stage::Declined);
    assert!(world.opens("Abcdef1#").await);
    let sql = "SELECT id FROM vault_key WHERE sealed IS NOT NULL";
    assert_eq!(world.work().read().await.expect("reads").all(sql, args![]).await.expect("rows").len(), 1);
    assert!(world.told().await.0.iter().any(|one| one == "enrolment.reset-cancelled"));
}

#[tokio::test]
async fn not_me_on_a_phone_stops_it() {
    let world = phoneless().await;
    let (id, _) = waits(&world).await;
    on_not_me(&world.work(), &world.person).await.expect("stops");
    on_not_me(&world.work(), &world.person).await.expect("nothing waits any more");
    assert_eq!(world.stage(&id).await, Stage::Declined);
}

#[tokio::test]
async fn an_officer_releases_it_at_once_but_never_their_own() {
    let world = phoneless().await;
    let (id, _) = waits(&world).await;
    let work = world.work();
    let own = Officer::<RegistrationOfficer>::for_test(&work, Some(world.person.clone()));
    let refused = approve_at_desk(&work, &world.desk, &own, Fresh::for_test(), &id).await.expect_err("refused");
    assert_eq!(refused.code(), "pin-reset-own");
    world.bench.clock.advance(Duration::from_secs(3600));
    approve_at_desk(&world.work(), &world.desk, &officer(&work), Fresh::for_test(), &id).await.expect("releases");
    assert_eq!(world.stage(&id).await, Stage::Issued);
    assert!(world.opens("Newpin1#").await);
    let again =
        approve_at_desk(&world.work(), &world.desk, &officer(&work), Fresh::for_test(), &id).await.expect_err("once");
    assert_eq!(again.code(), "pin-reset-not-waiting");
    assert_eq!(sign_code(&world).await, Err("mail-code-blocked".to_owned()), "told an hour ago");
    world.bench.clock.advance(Duration::from_secs(23 * 3600));
    assert!(sign_code(&world).await.is_ok(), "told a day ago");
}

#[tokio::test]
async fn of_the_link_and_the_officer_one_wins() {
    let world = phoneless().await;
    let (id, _) = waits(&world).await;
    let token = cancel_link(&*world.keys, &id).await.expect("derives");
    let (work, officer) = (world.work(), officer(&world.work()));
    let (stopped, released) = tokio::join!(
        cancel(&work, &*world.keys, &token),
        approve_at_desk(&work, &world.desk, &officer, Fresh::for_test(), &id)
    );
    assert!(stopped.is_ok() ^ released.is_ok(), "{stopped:?} {released:?}");
    assert_eq!(world.opens("Newpin1#").await, released.is_ok());
}

#[tokio::test]
async fn a_phone_bound_meanwhile_takes_the_question() {
    let world = phoneless().await;
    let (old, _) = waits(&world).await;
    let phone = phones::bind(&world.bench, &*world.keys, &world.person, NUMBER).await;
    let id = phone.device();
    device::vouch_at_desk(&world.work(), &officer(&world.work()), Fresh::for_test(), &id).await.expect("vouches");
    world.bench.clock.advance(DAY - Duration::from_secs(1));
    world.told().await;
    let still = world.reset().await.expect("the new phone still cools");
    assert!(waiting_for(&world.work(), &world.person).await.expect("reads").is_some_and(|wait| wait.issuance == still));
    assert_eq!(world.stage(&old).await, Stage::Withdrawn, "the newest PIN typed is the one that counts");
    world.bench.clock.advance(Duration::from_secs(600));
    let asked = world.reset().await.expect("asks the phone");
    assert_eq!(waiting_for(&world.work(), &world.person).await.expect("reads"), None);
    assert_eq!(progress(&world.work(), &asked).await.expect("reads").expect("is there").ready_at, None);
}

#[tokio::test]
async fn a_proof_lets_one_pin_be_chosen_and_not_for_long() {
    let world = world().await.identified().await;
    world.certified("Abcdef1#").await;
    let proof = world.prove().await.expect("proven");
    let (work, desk) = (world.work(), &world.desk);
    let pin = pin("Newpin1#");
    let both = tokio::join!(submit_reset(&work, desk, &proof, &pin), submit_reset(&work, desk, &proof, &pin));
    assert!(both.0.is_ok() ^ both.1.is_ok(), "a double click asks once");
    let proof = world.prove().await.expect("proven");
    world.bench.clock.advance(Duration::from_secs(15 * 60));
    let late = submit_reset(&world.work(), desk, &proof, &pin).await.expect_err("too late");
    assert_eq!(late.code(), "pin-reset-over");
    assert!(proved(&world.work(), &proof).await.expect("reads").is_none());
}

#[tokio::test]
async fn a_reset_voids_the_codes_on_their_way() {
    let world = world().await.identified().await;
    world.certified("Abcdef1#").await;
    let target = Target::turn("t", 1, &[0; 32]);
    factor::send(&world.work(), &world.person, &target).await.expect("sends");
    let code = world.told().await.1.expect("a code");
    let held = factor::check(&world.work(), &*world.keys, &world.person, &target, &code).await.expect("right");
    // Asking for a new PIN sends a code of its own; it is the new PIN that voids the rest.
    let id = world.reset().await.expect("asks");
    let approval = world.answer(&id, Decision::Approve).await;
    approved(&world.work(), &world.desk, &approval).await.expect("issues");
    let work = world.work();
    let mut tx = work.write().await.expect("begins");
    assert!(matches!(held.consume(&work, &mut tx).await, Err(CodeRefused::Used)), "GAP-5");
    drop(tx);
    let again = factor::check(&world.work(), &*world.keys, &world.person, &target, &code).await;
    assert!(matches!(again, Err(CodeRefused::Wrong)));
}

#[tokio::test]
async fn a_renewal_that_replaces_a_pin_blocks_the_mailed_code_too() {
    let world = world().await.identified().await;
    world.certified("Abcdef1#").await;
    assert!(sign_code(&world).await.is_ok(), "a first PIN blocks nothing");
    world.bench.clock.advance(Duration::from_secs(360 * 86_400));
    // The identity check lasts a year; it is renewed as well.
    let world = world.identified().await;
    world.certified("Newpin1#").await;
    assert_eq!(sign_code(&world).await, Err("mail-code-blocked".to_owned()));
    world.bench.clock.advance(DAY);
    assert!(sign_code(&world).await.is_ok());
}

#[tokio::test]
async fn known_and_unknown_addresses_leave_the_same_rows() {
    let world = world().await.identified().await;
    world.certified("Abcdef1#").await;
    let count = async |table: &str| {
        let sql: &'static str = match table {
            "outbox" => "SELECT id FROM outbox",
            "audit" => "SELECT id FROM audit_entry",
            _ => "SELECT name FROM attempt_window",
        };
        world.work().read().await.expect("reads").all(sql, args![]).await.expect("rows").len()
    };
    let mut grown = Vec::new();
    for address in [ADDRESS, "tiada@example.test"] {
        let mut before = Vec::new();
        for table in ["outbox", "audit", "window"] {
            before.push(count(table).await);
        }
        start_reset(&world.work(), &Email::parse(address).expect("an address")).await.expect("the same answer");
        for (table, before) in ["outbox", "audit", "window"].iter().zip(before) {
            grown.push(count(table).await - before);
        }
    }
    assert_eq!(grown[..3], grown[3..], "what is done for one is done for the other");
}
