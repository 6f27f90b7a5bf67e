//! Revocation lists, honest and otherwise, as the pure judge sees them.

use std::time::Duration;

use super::*;
use crate::certificate::{Ca, RevocationReason};
use crate::kernel::clock::Timestamp;

/// A certificate of an officer, its serial number, and the list of the day.
async fn certified(world: &World) -> (Vec<u8>, String, Vec<u8>) {
    let officer = world.person(2).await;
    let serial = world.certified(&officer).await;
    let leaf = certificate::by_serial(&world.work(), &serial).await.expect("reads").expect("issued");
    (leaf.der, serial, list(world).await)
}

async fn list(world: &World) -> Vec<u8> {
    certificate::crl(&world.work(), &world.authority, Ca::Issuing).await.expect("a list").der
}

fn says(world: &World, list: &[u8], certificate: &[u8], now: Timestamp) -> Verdict {
    judge(list, &world.authority.issuer(), &[certificate.to_vec()], now)
}

#[tokio::test]
async fn a_list_counts_from_its_first_to_its_last_millisecond() {
    let world = world().await;
    let (certificate, _, list) = certified(&world).await;
    let made = world.work().now;
    let held = |at| says(&world, &list, &certificate, at);
    assert_eq!(held(made), Verdict::Good { this_update: made });
    assert_eq!(held(made.minus(Duration::from_millis(1))), Verdict::Held(Held::Early));
    let week = made.plus(Duration::from_secs(7 * 86_400));
    assert_eq!(held(week.minus(Duration::from_millis(1))), Verdict::Good { this_update: made });
    assert_eq!(held(week), Verdict::Held(Held::Stale));
}

#[tokio::test]
async fn a_forged_cut_or_foreign_list_decides_nothing() {
    let world = world().await;
    let (certificate, _, list) = certified(&world).await;
    let now = world.work().now;
    for cut in [0, 1, list.len() / 2, list.len() - 1] {
        assert_eq!(says(&world, &list[..cut], &certificate, now), Verdict::Held(Held::Unreadable), "{cut}");
    }
    let longer = [list.as_slice(), &[0]].concat();
    assert_eq!(says(&world, &longer, &certificate, now), Verdict::Held(Held::Unreadable));
    let mut unknown = 0;
    for at in 0..list.len() {
        let mut forged = list.clone();
        forged[at] ^= 1;
        let verdict = says(&world, &forged, &certificate, now);
        assert!(matches!(verdict, Verdict::Held(_)), "byte {at}: {verdict:?}");
        unknown += usize::from(verdict == Verdict::Held(Held::Forged));
    }
    assert!(unknown > 64, "most of it is held by the signature alone: {unknown}");
    let root = certificate::crl(&world.work(), &world.authority, Ca::Root).await.expect("a list").der;
    assert_eq!(says(&world, &root, &certificate, now), Verdict::Held(Held::Foreign), "of the root");
    assert_eq!(says(&world, b"<html>503</html>", &certificate, now), Verdict::Held(Held::Unreadable));
    // Another authority of the very same name: its list is signed by another key, and so are its certificates.
    let other = super::world().await;
    let (theirs, _, their_list) = certified(&other).await;
    assert_eq!(says(&world, &list, &theirs, now), Verdict::Held(Held::Foreign));
    assert_eq!(says(&world, &their_list, &certificate, now), Verdict::Held(Held::Forged));
    assert_eq!(says(&world, &list, b"none", now), Verdict::Held(Held::Foreign));
}

#[tokio::test]
async fn a_revoked_certificate_is_found_whatever_its_place_among_the_signers() {
    let world = world().await;
    let (good, _, _) = certified(&world).await;
    let (bad, serial, _) = certified(&world).await;
    let reason = RevocationReason::KeyCompromise;
    certificate::revoke(&world.work(), &world.authority, &serial, reason).await.expect("revokes");
    let list = list(&world).await;
    let now = world.work().now;
    let judged = |signers: &[&Vec<u8>]| {
        let signers: Vec<_> = signers.iter().map(|der| (*der).clone()).collect();
        judge(&list, &world.authority.issuer(), &signers, now)
    };
    assert_eq!(judged(&[&good]), Verdict::Good { this_update: now });
    assert_eq!(judged(&[&bad]), Verdict::Revoked { at: 0 });
    assert_eq!(judged(&[&good, &bad]), Verdict::Revoked { at: 1 });
    assert_eq!(judged(&[&bad, &good]), Verdict::Revoked { at: 0 });
}
