//! The ceremony: happy, refused, replayed, raced, killed at every step.

mod at_once;
mod killer;
mod many;
pub(crate) mod stage;
mod void;

use std::sync::atomic::Ordering;

use mohor_shared::transcript::sha256;

use self::stage::{PIN, stage};
use super::*;
use crate::args;
use crate::kernel::error::Fault as _;
use crate::vault::PinState;

const FULL: PinState = PinState::Active { left: 3 };

#[tokio::test]
async fn a_turn_is_signed_and_the_next_one_opens_on_the_new_head() {
    let stage = stage().await;
    let before = stage.spine.vault().keystore().object_count().await.expect("counts");
    let Outcome::Signed(receipt) = stage.sign("Party1", PIN, 1).await.expect("signs") else { panic!("waits") };
    assert_eq!(stage.turn("Party1").await, "SIGNED");
    assert_eq!((receipt.length, receipt.sha256), (stage.bytes().len() as u64, sha256(&stage.bytes())));
    stage.sign("Party2", PIN, 2).await.expect("signs on top");
    assert_eq!(stage.verdicts(), [true; 3], "two signatures, and the time stamp over the complete document");
    assert_eq!(stage.pin().await, FULL);
    assert_eq!(stage.spine.vault().keystore().object_count().await.expect("counts"), before);
}

#[tokio::test]
async fn a_wrong_code_spends_no_pin_try_and_a_wrong_pin_uses_up_no_code() {
    let stage = stage().await;
    assert_eq!(stage.sign("Party1", PIN, 99).await.expect_err("a wrong code").code(), "code-wrong");
    assert_eq!(stage.pin().await, FULL);
    assert_eq!(stage.sign("Party1", "Wrong#11", 1).await.expect_err("a wrong PIN").code(), "pin-wrong");
    assert!(stage.unused(1).await);
    assert_eq!(stage.pin().await, PinState::Active { left: 2 });
    stage.sign("Party1", PIN, 1).await.expect("the same code with the right PIN");
    assert_eq!(stage.pin().await, FULL);
}

#[tokio::test]
async fn three_wrong_pins_block_and_the_right_one_is_refused() {
    let stage = stage().await;
    for code in ["pin-wrong", "pin-wrong", "pin-wrong-now-blocked", "pin-blocked"] {
        assert_eq!(stage.sign("Party1", "Wrong#11", 1).await.expect_err("wrong").code(), code);
    }
    assert_eq!(stage.sign("Party1", PIN, 1).await.expect_err("blocked").code(), "pin-blocked");
    assert_eq!(stage.turn("Party1").await, "OPEN");
    assert!(stage.unused(1).await);
}

#[tokio::test]
async fn the_same_submission_again_gives_the_same_answer_and_another_one_a_refusal() {
    let stage = stage().await;
    let submission = stage.submission("Party1", PIN, 1).await;
    let first = authorise(&stage.bench.work(), &stage.spine, &submission).await.expect("signs");
    let bytes = stage.bytes();
    let again = authorise(&stage.bench.work(), &stage.spine, &submission).await.expect("answers");
    assert_eq!((first, bytes), (again, stage.bytes()));
    assert_eq!(stage.sign("Party1", PIN, 2).await.expect_err("a second one").code(), "already-signed");
    assert!(stage.unused(2).await);
}

#[tokio::test]
async fn out_of_turn_changed_or_ended_is_refused_before_anything_is_spent() {
    let stage = stage().await;
    assert_eq!(stage.sign("Party2", PIN, 1).await.expect_err("out of turn").code(), "not-your-turn");
    let mut stale = stage.submission("Party1", PIN, 1).await;
    stale.shown = [0; 32];
    let refused = authorise(&stage.bench.work(), &stage.spine, &stale).await.expect_err("another head");
    assert_eq!(refused.code(), "document-changed");
    stage.papers.ended.store(true, Ordering::SeqCst);
    assert_eq!(stage.sign("Party1", PIN, 1).await.expect_err("ended").code(), "certificate-ended");
    assert!(stage.unused(1).await);
    assert_eq!(stage.pin().await, FULL);
}

#[tokio::test]
async fn a_silent_time_stamp_authority_makes_the_signature_wait_and_not_the_person() {
    let stage = stage().await;
    stage.stamps.silent.store(true, Ordering::SeqCst);
    let submission = stage.submission("Party1", PIN, 1).await;
    let base = stage.bytes();
    let waits = authorise(&stage.bench.work(), &stage.spine, &submission).await.expect("is taken");
    assert!(matches!(waits, Outcome::Waiting(_)));
    assert_eq!((stage.turn("Party1").await.as_str(), stage.bytes()), ("SIGNING", base), "never silently lower");
    assert_eq!(stage.recover().await, Recovered { waiting: 1, ..Recovered::default() });
    let again = authorise(&stage.bench.work(), &stage.spine, &submission).await.expect("still waits");
    assert_eq!(again, waits);
    stage.stamps.silent.store(false, Ordering::SeqCst);
    assert_eq!(stage.recover().await, Recovered { finished: 1, ..Recovered::default() });
    assert_eq!((stage.turn("Party1").await.as_str(), stage.verdicts()), ("SIGNED", vec![true]));
}

#[tokio::test]
async fn a_complete_document_waits_for_the_time_stamp_over_all_of_it() {
    let stage = stage().await;
    stage.sign("Party1", PIN, 1).await.expect("signs");
    let before = stage.bytes();
    // The authority stamps the last signature and then falls silent.
    stage.stamps.answers.store(1, Ordering::SeqCst);
    assert!(matches!(stage.sign("Party2", PIN, 2).await.expect("is taken"), Outcome::Waiting(_)));
    assert_eq!((stage.turn("Party2").await.as_str(), stage.bytes()), ("SIGNING", before), "never silently lower");
    assert_eq!(stage.recover().await, Recovered { waiting: 1, ..Recovered::default() });
    stage.stamps.answers.store(1, Ordering::SeqCst);
    assert_eq!(stage.recover().await, Recovered { finished: 1, ..Recovered::default() });
    assert_eq!((stage.turn("Party2").await.as_str(), stage.verdicts()), ("SIGNED", vec![true; 3]));
    assert_eq!(stage.recover().await, Recovered::default());
}

#[tokio::test]
async fn a_full_disk_at_the_commit_loses_nothing() {
    let stage = stage().await;
    stage.shelf.full.store(true, Ordering::SeqCst);
    // The person has signed: they are told so, not asked to come back.
    assert!(matches!(stage.sign("Party1", PIN, 1).await.expect("is taken"), Outcome::Waiting(_)));
    assert_eq!(stage.recover().await.waiting, 1);
    stage.shelf.full.store(false, Ordering::SeqCst);
    assert_eq!(stage.recover().await.finished, 1);
    assert_eq!((stage.turn("Party1").await.as_str(), stage.verdicts()), ("SIGNED", vec![true]));
}

#[tokio::test]
async fn killed_at_any_step_the_ceremony_is_released_or_finished_and_no_try_is_lost() {
    for (number, step) in (0_u32..).zip(Step::ALL) {
        let stage = stage().await;
        *stage.killer.0.lock().expect("a lock") = Some(step);
        let victim = stage.clone();
        let mut process = tokio::task::JoinSet::new();
        process.spawn(async move { victim.sign("Party1", PIN, 1).await });
        let killed = process.join_next().await.expect("a task");
        assert!(killed.is_err(), "{step:?} is reached");
        stage.recover().await;
        assert_eq!(stage.pin().await, FULL, "{step:?}");
        let valued = Step::ALL.iter().position(|one| *one == Step::Valued).expect("a step");
        if number < u32::try_from(valued).expect("small") {
            assert_eq!(stage.turn("Party1").await, "OPEN", "{step:?}");
            stage.sign("Party1", PIN, 2).await.expect("the retry signs");
        }
        assert_eq!(stage.turn("Party1").await, "SIGNED", "{step:?}");
        assert_eq!(stage.recover().await, Recovered::default(), "nothing is left: {step:?}");
        assert_eq!(stage.verdicts(), [true], "{step:?}");
        stage.sign("Party2", PIN, 3).await.expect("the next turn signs");
        assert_eq!(stage.verdicts(), [true; 3], "{step:?}");
    }
}

#[tokio::test]
async fn a_recovery_beside_a_live_ceremony_makes_it_lose_its_swap_and_nothing_else() {
    let stage = stage().await;
    stage.stamps.silent.store(true, Ordering::SeqCst);
    stage.sign("Party1", PIN, 1).await.expect("waits");
    stage.stamps.silent.store(false, Ordering::SeqCst);
    let (one, two) = (stage.recover(), stage.recover());
    let (one, two) = tokio::join!(one, two);
    assert_eq!((one.finished + two.finished >= 1, stage.verdicts()), (true, vec![true]));
    assert_eq!(stage.recover().await, Recovered::default());
}

#[tokio::test]
async fn another_server_that_starts_leaves_a_live_ceremony_and_its_lease_alone() {
    for step in [Step::TrySpent, Step::Intended, Step::Valued] {
        let stage = stage().await;
        *stage.killer.0.lock().expect("a lock") = Some(step);
        let victim = stage.clone();
        let mut process = tokio::task::JoinSet::new();
        process.spawn(async move { victim.sign("Party1", PIN, 1).await });
        assert!(process.join_next().await.expect("a task").is_err(), "{step:?} is reached");
        let before = stage.turn("Party1").await;
        let elsewhere = stage.bench.elsewhere();
        let done = recover(&elsewhere, &stage.spine, Left::ByUs).await.expect("recovers");
        assert_eq!((done, stage.turn("Party1").await), (Recovered::default(), before), "{step:?}");
        let mut tx = elsewhere.read().await.expect("reads");
        let leases = tx.one("SELECT COUNT(*) AS number FROM signing_lease", args![]).await.expect("counts");
        assert_eq!(leases.int("number").expect("a number"), 1, "{step:?}: the key is in use");
        drop(tx);
        // Its own next life takes it up at once; so would any server's job, a minute later.
        let own = stage.recover().await;
        assert_eq!((own.released, own.finished), if step == Step::Valued { (0, 1) } else { (1, 0) }, "{step:?}");
    }
}
