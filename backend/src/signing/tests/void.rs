//! The certificate ends or is revoked before its signature has a time stamp: nobody could ever accept that signature,
//! so it is given up, and the turn is open again.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::at_once::held;
use super::stage::{PIN, Stage, stage};
use super::*;
use crate::document::testing::{DAY, NOW};

/// The turn is open, nothing is left to be tried again for ever, and under a good certificate it is signed.
async fn open_again(stage: &Arc<Stage>, base: &[u8]) {
    assert_eq!((stage.turn("Party1").await.as_str(), &*stage.bytes()), ("OPEN", base));
    assert_eq!(stage.recover().await, Recovered::default());
    let mut tx = stage.bench.work().read().await.expect("reads");
    let kept = "SELECT COUNT(*) AS number FROM signing_ceremony WHERE signature IS NOT NULL OR cms IS NOT NULL";
    assert_eq!(tx.one(kept, args![]).await.expect("counts").int("number").expect("a number"), 0);
    drop(tx);
    stage.papers.revoked.store(false, Ordering::SeqCst);
    stage.bench.clock.set(NOW);
    stage.sign("Party1", PIN, 2).await.expect("signs");
    assert_eq!((stage.verdicts(), stage.pin().await), (vec![true], FULL));
}

#[tokio::test]
async fn a_signature_that_waits_longer_than_its_certificate_is_given_up_and_the_turn_opens_again() {
    for revoked in [true, false] {
        let stage = stage().await;
        let base = stage.bytes();
        stage.stamps.silent.store(true, Ordering::SeqCst);
        assert!(matches!(stage.sign("Party1", PIN, 1).await.expect("is taken"), Outcome::Waiting(_)));
        if revoked {
            stage.papers.revoked.store(true, Ordering::SeqCst);
        } else {
            stage.bench.clock.advance(DAY * 40);
        }
        assert_eq!(stage.recover().await.waiting, 1, "while nobody answers nothing is decided");
        stage.stamps.silent.store(false, Ordering::SeqCst);
        let (one, two) = tokio::join!(stage.recover(), stage.recover());
        assert_eq!(one.finished + two.finished, 0, "{one:?} {two:?}");
        assert!(one.released + two.released >= 1, "revoked {revoked}: {one:?} {two:?}");
        open_again(&stage, &base).await;
    }
}

/// Stamped in time, but the lists that could still be had are younger than the certificate's end.
#[tokio::test]
async fn a_signature_that_could_not_be_stored_until_its_certificate_ended_is_given_up_too() {
    let stage = stage().await;
    let base = stage.bytes();
    stage.shelf.full.store(true, Ordering::SeqCst);
    assert!(matches!(stage.sign("Party1", PIN, 1).await.expect("is taken"), Outcome::Waiting(_)));
    stage.bench.clock.advance(DAY * 40);
    stage.shelf.full.store(false, Ordering::SeqCst);
    assert_eq!(stage.recover().await, Recovered { released: 1, ..Recovered::default() });
    open_again(&stage, &base).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_revocation_in_the_middle_of_a_ceremony_is_told_and_leaves_the_turn_open() {
    for step in [Step::Opened, Step::Signed, Step::Stamped] {
        let stage = stage().await;
        let base = stage.bytes();
        let theft = async { stage.papers.revoked.store(true, Ordering::SeqCst) };
        let refused = held(&stage, step, (PIN, 1), theft).await.expect_err("signs nothing");
        assert_eq!((refused.code(), stage.pin().await), ("certificate-revoked", FULL), "{step:?}");
        assert!(!stage.unused(1).await, "{step:?}: the code was given for it");
        open_again(&stage, &base).await;
    }
}
