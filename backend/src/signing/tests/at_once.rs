//! Many at once: double clicks, impatient people, a guesser, a browser that goes away.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use tokio::task::JoinSet;

use super::super::lease;
use super::super::*;
use super::FULL;
use super::killer::Hold;
use super::stage::{PIN, Stage, stage};
use crate::kernel::error::{Fault as _, Kind};
use crate::vault::{PinState, active_key};

/// Sends all of them at the same time.
async fn at_once(stage: &Arc<Stage>, submissions: Vec<Submission>) -> Vec<Result<Outcome, SignError>> {
    let mut racers = JoinSet::new();
    for submission in submissions {
        let stage = stage.clone();
        racers.spawn(async move { authorise(&stage.bench.work(), &stage.spine, &submission).await });
    }
    racers.join_all().await
}

/// Exactly one of the answers is a signature, and every other one says that there is one.
#[track_caller]
fn one_signature(answers: &[Result<Outcome, SignError>]) {
    let (signed, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.is_ok());
    assert_eq!(signed.len(), 1, "{answers:?}");
    for refusal in refused {
        let refusal = refusal.as_ref().expect_err("a refusal");
        assert_eq!((refusal.code(), refusal.kind()), ("already-signed", Kind::Conflict), "{answers:?}");
    }
}

async fn two_wrong_pins(stage: &Stage) {
    for left in [2, 1] {
        assert_eq!(stage.sign("Party1", "Wrong#11", 1).await.expect_err("wrong").code(), "pin-wrong");
        assert_eq!(stage.pin().await, PinState::Active { left });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_double_click_signs_once_and_both_clicks_hear_of_it() {
    let stage = stage().await;
    let submission = stage.submission("Party1", PIN, 1).await;
    let answers = at_once(&stage, vec![submission.clone(), submission]).await;
    let receipts: Vec<_> = answers.into_iter().map(|answer| answer.expect("signs")).collect();
    assert_eq!(receipts[0], receipts[1]);
    assert_eq!((stage.verdicts(), stage.pin().await), (vec![true], FULL));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_two_wrong_pins_a_double_click_with_the_right_one_signs() {
    let stage = stage().await;
    two_wrong_pins(&stage).await;
    let submission = stage.submission("Party1", PIN, 1).await;
    let answers = at_once(&stage, vec![submission.clone(), submission]).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!((stage.verdicts(), stage.pin().await), (vec![true], FULL));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_two_wrong_pins_two_windows_with_one_code_make_one_signature() {
    let stage = stage().await;
    two_wrong_pins(&stage).await;
    let submissions = vec![stage.submission("Party1", PIN, 1).await, stage.submission("Party1", PIN, 1).await];
    one_signature(&at_once(&stage, submissions).await);
    assert_eq!((stage.verdicts(), stage.pin().await), (vec![true], FULL));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_right_submissions_at_once_make_one_signature_and_block_nothing() {
    let stage = stage().await;
    two_wrong_pins(&stage).await;
    let mut submissions = Vec::new();
    for code in 0..10 {
        submissions.push(stage.submission("Party1", PIN, code).await);
    }
    one_signature(&at_once(&stage, submissions).await);
    assert_eq!((stage.verdicts(), stage.pin().await), (vec![true], FULL));
    let mut used = 0;
    for code in 0..10 {
        used += u32::from(!stage.unused(code).await);
    }
    assert_eq!(used, 1, "one code is used up");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_wrong_pins_at_once_are_looked_at_three_times() {
    let stage = stage().await;
    let mut submissions = Vec::new();
    for _ in 0..50 {
        submissions.push(stage.submission("Party1", "Wrong#11", 1).await);
    }
    let answers = at_once(&stage, submissions).await;
    let codes: Vec<_> = answers.iter().map(|answer| answer.as_ref().expect_err("wrong").code()).collect();
    let count = |wanted: &str| codes.iter().filter(|code| **code == wanted).count();
    assert_eq!((count("pin-wrong"), count("pin-wrong-now-blocked")), (2, 1), "{codes:?}");
    assert_eq!(count("pin-blocked") + count("signing-underway"), 47, "{codes:?}");
    assert_eq!((stage.pin().await, stage.turn("Party1").await.as_str()), (PinState::Blocked, "OPEN"));
    assert!(stage.unused(1).await);
}

/// A submission of the first turn is held at `step` until `meanwhile` is over; what became of it.
pub(super) async fn held(
    stage: &Arc<Stage>,
    step: Step,
    (pin, code): (&str, u32),
    meanwhile: impl Future<Output = ()>,
) -> Result<Outcome, SignError> {
    let ((there, is_there), (let_go, go)) = (mpsc::channel(), mpsc::channel());
    *stage.killer.1.lock().expect("a lock") = Some(Hold { at: step, there, go });
    let (racer, submission) = (stage.clone(), stage.submission("Party1", pin, code).await);
    let mut ceremony = JoinSet::new();
    ceremony.spawn(async move { authorise(&racer.bench.work(), &racer.spine, &submission).await });
    tokio::task::block_in_place(|| is_there.recv()).expect("it comes so far");
    meanwhile.await;
    let_go.send(()).expect("it waits");
    ceremony.join_all().await.remove(0)
}

/// A clock that jumps makes a live ceremony look dead: recovery releases it and ends its lease, and another one signs.
/// The first comes too late for everything, and takes nothing with it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_clock_that_jumps_forward_lets_one_of_two_ceremonies_sign() {
    for step in [Step::TrySpent, Step::Opened, Step::Prepared, Step::Intended, Step::Signed] {
        let stage = stage().await;
        let before = stage.spine.vault().keystore().object_count().await.expect("counts");
        let jump = async {
            stage.bench.clock.advance(Duration::from_secs(3600));
            let idle = Left::For(Duration::from_secs(60));
            let done = recover(&stage.bench.work(), &stage.spine, idle).await.expect("recovers");
            assert_eq!(done.released, 1, "{step:?}");
            stage.sign("Party1", PIN, 2).await.expect("signs in its place");
        };
        let late = held(&stage, step, (PIN, 1), jump).await.expect_err("signs nothing");
        assert_eq!((late.code(), stage.pin().await), ("signing-underway", FULL), "{step:?}");
        assert_eq!((stage.turn("Party1").await.as_str(), stage.verdicts()), ("SIGNED", vec![true]), "{step:?}");
        assert_eq!(stage.spine.vault().keystore().object_count().await.expect("counts"), before, "{step:?}");
        assert_eq!(stage.recover().await, Recovered::default(), "{step:?}");
    }
}

/// GAP-5: whoever has the old PIN is late by as much as one ceremony takes.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_new_pin_stops_a_signature_whose_old_pin_was_right() {
    for step in [Step::TrySpent, Step::Opened, Step::Prepared] {
        let stage = stage().await;
        let before = stage.spine.vault().keystore().object_count().await.expect("counts");
        let refused = held(&stage, step, (PIN, 1), stage.set_pin("Newpin1#")).await.expect_err("signs nothing");
        assert!(matches!(refused.kind(), Kind::Conflict | Kind::Unavailable | Kind::Broken), "{step:?}: {refused}");
        assert_eq!((stage.turn("Party1").await.as_str(), stage.pin().await), ("OPEN", FULL), "{step:?}");
        assert!(stage.unused(1).await, "{step:?}");
        assert_eq!(stage.spine.vault().keystore().object_count().await.expect("counts"), before, "{step:?}");
        assert_eq!(stage.recover().await, Recovered::default(), "{step:?}: nothing is left behind");
    }
}

/// PIN-6: a ceremony that was released because it took too long has its try back; a verdict on top would be a guess for
/// nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_verdict_is_told_of_a_try_that_was_given_back() {
    let stage = stage().await;
    for code in 0..5 {
        let recovery = async { _ = stage.recover().await };
        let refused = held(&stage, Step::TrySpent, ("Wrong#11", code), recovery).await.expect_err("signs nothing");
        assert_eq!((refused.code(), stage.pin().await), ("signing-underway", FULL));
    }
    assert_eq!(stage.sign("Party1", "Wrong#11", 9).await.expect_err("wrong").code(), "pin-wrong");
    assert_eq!(stage.pin().await, PinState::Active { left: 2 });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_browser_that_goes_away_does_not_end_its_ceremony() {
    let stage = stage().await;
    let submission = stage.submission("Party1", PIN, 1).await;
    let work = stage.bench.work();
    tokio::select! {
        biased;
        _ = authorise(&work, &stage.spine, &submission) => panic!("nobody signs that fast"),
        () = std::future::ready(()) => {}
    }
    // The second click of the same page finds the ceremony of the first.
    let again = authorise(&work, &stage.spine, &submission).await.expect("signs");
    assert!(matches!(again, Outcome::Signed(_)));
    assert_eq!((stage.verdicts(), stage.pin().await), (vec![true], FULL));
}

#[tokio::test]
async fn a_lease_is_one_ceremony_s_until_it_is_given_back_or_runs_out() {
    let stage = stage().await;
    let work = stage.bench.work();
    let key = active_key(&mut work.read().await.expect("reads"), &stage.person).await.expect("reads").expect("a key");
    let dead = lease::take(&work, &key.id).await.expect("a lease");
    let other = CeremonyId::new(&work);
    assert!(!lease::taken(&work, &key.id, &other).await.expect("looks"), "somebody else has it");
    stage.bench.clock.advance(lease::LASTS);
    assert!(lease::taken(&work, &key.id, &other).await.expect("takes"), "it ran out");
    dead.give_back(&work).await;
    assert!(!lease::taken(&work, &key.id, &CeremonyId::new(&work)).await.expect("looks"), "what ran out ends nothing");
    stage.recover().await;
    lease::take(&work, &key.id).await.expect("what the dead left is ended").give_back(&work).await;
    stage.bench.clock.advance(Duration::from_millis(1));
    stage.sign("Party1", PIN, 1).await.expect("signs");
}
