//! A batch that is cut: revoked, killed, out of order.

use std::sync::atomic::Ordering;

use super::stage::{PIN, digests, stage, stage_with};
use crate::keystore::KeySpec;
use crate::signing::{Left, recover};
use crate::testkit::killed_at_every_commit;
use crate::vault::PinState;

/// FIN-31: kill -9 in the middle loses and doubles nothing.
#[tokio::test]
async fn killed_between_any_two_commits_what_is_signed_counts_and_the_rest_is_asked_anew() {
    let deaths = killed_at_every_commit(
        stage,
        |stage| &stage.bench,
        async |stage| {
            let Ok(asked) = stage.ask(&digests(250)).await else { return };
            let Ok(code) = stage.shown(&asked).await else { return };
            *stage.redeemed.lock().expect("a lock") = Some(stage.redeem(&asked, &digests(250), PIN, &code));
            let redeem = stage.redeem(&asked, &digests(250), PIN, &code);
            _ = stage.authorise(redeem).await;
        },
        async |stage, cut| {
            recover(&stage.work(), &stage.spine, Left::ByUs).await.expect("recovers");
            assert_eq!(stage.pin().await, PinState::Active { left: 3 }, "no try is lost: {cut}");
            let Some(redeem) = stage.redeemed.lock().expect("a lock").take() else { return };
            // The caller did not hear the answer and asks again: the same submission.
            let Ok(receipt) = stage.authorise(redeem).await else { return };
            let signed = receipt.signatures.iter().flatten().count();
            assert!([0, 100, 200, 250].contains(&signed), "{signed} after {cut}");
            stage.demand_signatures_in(&receipt, &digests(250));
            let rest: Vec<_> = (digests(250).into_iter().zip(&receipt.signatures))
                .filter_map(|(digest, signature)| signature.is_none().then_some(digest))
                .collect();
            if rest.is_empty() {
                return;
            }
            let asked = stage.ask_instead(&rest).await.expect("asks for the rest");
            let code = stage.shown(&asked).await.expect("a code");
            let second = stage.authorise(stage.redeem(&asked, &rest, PIN, &code)).await.expect("signs the rest");
            stage.demand_signatures(&second, &rest);
        },
    )
    .await;
    assert!(deaths > 8, "only {deaths} deaths: the story was not cut where it matters");
}

/// "One item revoked meanwhile": what was signed before stands, nothing after it.
#[tokio::test]
async fn a_certificate_revoked_in_the_middle_signs_no_further_group() {
    let stage = stage().await;
    let asked = stage.ask(&digests(250)).await.expect("asks");
    let code = stage.shown(&asked).await.expect("a code");
    stage.papers.good_for.store(3, Ordering::SeqCst);
    let receipt = stage.authorise(stage.redeem(&asked, &digests(250), PIN, &code)).await.expect("is cut");
    assert_eq!(receipt.signatures.iter().flatten().count(), 200);
    stage.demand_signatures_in(&receipt, &digests(250));
    assert_eq!(stage.open_keys().await, 0);
    stage.papers.good_for.store(0, Ordering::SeqCst);
    let next = stage.ask(&digests(1)).await.expect("asks");
    let code = stage.shown(&next).await.expect("a code");
    assert_eq!(stage.refused(stage.redeem(&next, &digests(1), PIN, &code)).await, "certificate-revoked");
}

/// GPKI-8: a batch of a thousand under one PIN and one code.
#[tokio::test]
async fn a_thousand_digests_take_one_pin_and_one_code() {
    let stage = stage().await;
    let asked = stage.ask(&digests(1000)).await.expect("asks");
    let code = stage.shown(&asked).await.expect("a code");
    let receipt = stage.authorise(stage.redeem(&asked, &digests(1000), PIN, &code)).await.expect("signs");
    stage.demand_signatures(&receipt, &digests(1000));
    assert_eq!(stage.open_keys().await, 0);
}

/// GPKI-8: "Menyokong Multi Algorithm RSA/ECC".
#[tokio::test]
async fn a_batch_is_signed_by_an_rsa_key_as_well() {
    let stage = stage_with(KeySpec::Rsa2048).await;
    let asked = stage.ask(&digests(12)).await.expect("asks");
    let code = stage.shown(&asked).await.expect("a code");
    let receipt = stage.authorise(stage.redeem(&asked, &digests(12), PIN, &code)).await.expect("signs");
    stage.demand_signatures(&receipt, &digests(12));
    assert_eq!(stage.open_keys().await, 0);
}
