//! Nothing stands in here but the workflow: a certificate that was enrolled signs under the platform's own authority,
//! with its time stamps, a mailed code and the PIN.

use std::sync::Arc;

use mohor_shared::transcript::sha256;

use super::*;
use crate::blob::BlobStore as _;
use crate::document::verify::{Trust, verify};
use crate::signing::tests::stage::{Shelf, Turns, set_turns};
use crate::signing::{AnyCode, IssuedHere, NoSteps, Outcome, SignError, Spine, Submission, Tools, authorise};
use crate::timestamp::LocalStamper;

async fn spine(world: &World, shelf: &Arc<Shelf>) -> Spine {
    let base = crate::document::testing::base(false);
    shelf.append("doc", 0, &base).await.expect("stores");
    let work = world.work();
    let mut tx = work.write().await.expect("begins");
    set_turns(&mut tx, &base).await;
    tx.commit().await.expect("commits");
    let tools = Tools {
        vault: world.desk.vault.clone(),
        blobs: shelf.clone(),
        stamper: Arc::new(LocalStamper::new(world.desk.authority.clone())),
        factor: Arc::new(AnyCode(world.keys.clone())),
        credentials: Arc::new(IssuedHere(world.desk.authority.clone())),
        steps: Arc::new(NoSteps),
    };
    Spine::new(tools, vec![Arc::new(Turns)])
}

async fn sign(world: &World, spine: &Spine, turn: &str, text: &str) -> Result<Outcome, SignError> {
    let work = world.work();
    let sql = "SELECT sha256 FROM t_turn WHERE id = $1";
    let row = work.read().await.expect("reads").one(sql, args![turn]).await.expect("a turn");
    let shown: [u8; 32] = row.bytes("sha256").expect("a digest").try_into().expect("32 bytes");
    world.told().await;
    factor::send(&work, &world.person, &Target::turn(turn, 1, &shown)).await.expect("mails");
    let submission = Submission {
        purpose: "ujian".to_owned(),
        subject: turn.to_owned(),
        person: world.person.clone(),
        key: format!("hantar-{turn}-{text}"),
        shown,
        drawing: None,
        pin: pin(text),
        code: Secret::new(world.told().await.1.expect("a code")),
    };
    authorise(&work, spine, &submission).await
}

#[tokio::test]
async fn an_enrolled_certificate_signs_and_our_verdict_is_valid_for_both_turns() {
    let world = world().await.identified().await;
    let shelf = Arc::new(Shelf::default());
    let leaf = world.certified("Abcdef1#").await;
    let spine = spine(&world, &shelf).await;
    assert!(matches!(sign(&world, &spine, "Party1", "Abcdef1#").await.expect("signs"), Outcome::Signed(_)));
    let Outcome::Signed(receipt) = sign(&world, &spine, "Party2", "Abcdef1#").await.expect("signs") else {
        panic!("waits")
    };
    let bytes = shelf.read("doc", receipt.length).await.expect("reads");
    assert_eq!(sha256(&bytes), receipt.sha256);
    let roots = vec![world.desk.authority.root().der().to_vec()];
    // Long after the certificate has ended: the time stamp and the stored lists carry it.
    for at in [world.work().now, leaf.not_after.plus(Duration::from_secs(86_400))] {
        let report = verify(&bytes, &Trust { roots: roots.clone(), crls: Vec::new(), at: Some(at) });
        let verdicts: Vec<_> = report.signatures.iter().map(|one| one.status.is_valid()).collect();
        assert_eq!(verdicts, [true; 3], "two signatures and a document time stamp: {report:?}");
    }
}

#[tokio::test]
async fn a_certificate_revoked_between_page_and_submit_signs_nothing_and_costs_nothing() {
    let world = world().await.identified().await;
    let shelf = Arc::new(Shelf::default());
    let leaf = world.certified("Abcdef1#").await;
    let spine = spine(&world, &shelf).await;
    let reason = certificate::RevocationReason::KeyCompromise;
    certificate::revoke(&world.work(), &world.desk.authority, &leaf.serial, reason).await.expect("revokes");
    let refused = sign(&world, &spine, "Party1", "Abcdef1#").await.expect_err("revoked");
    assert_eq!(refused.code(), "certificate-revoked");
    assert_eq!(world.pin().await, PinState::Active { left: 3 });
}

#[tokio::test]
async fn a_certificate_that_has_ended_signs_nothing_and_a_renewal_brings_a_new_pin() {
    let world = world().await.identified().await;
    let shelf = Arc::new(Shelf::default());
    world.certified("Abcdef1#").await;
    let spine = spine(&world, &shelf).await;
    world.bench.clock.advance(Duration::from_secs(364 * 86_400));
    let leaf = world.certified("Newpin1#").await;
    // A new PIN blocks the mailed code, which this test signs with, for a day (ADR 19).
    world.bench.clock.advance(Duration::from_secs(86_400));
    assert!(matches!(sign(&world, &spine, "Party1", "Newpin1#").await.expect("signs"), Outcome::Signed(_)));
    world.bench.clock.set(leaf.not_after.plus(Duration::from_secs(1)));
    assert_eq!(sign(&world, &spine, "Party2", "Newpin1#").await.expect_err("ended").code(), "certificate-ended");
}

#[tokio::test]
async fn an_agreement_signed_before_a_reset_stays_valid_after_it() {
    let world = world().await.identified().await;
    let shelf = Arc::new(Shelf::default());
    world.certified("Abcdef1#").await;
    let spine = spine(&world, &shelf).await;
    sign(&world, &spine, "Party1", "Abcdef1#").await.expect("signs");
    let id = world.reset().await.expect("asks the phone");
    let approval = world.answer(&id, Decision::Approve).await;
    approved(&world.work(), &world.desk, &approval).await.expect("issues");
    let sql = "SELECT length FROM t_turn WHERE id = 'Party2'";
    let row = world.work().read().await.expect("reads").one(sql, args![]).await.expect("a turn");
    let bytes = shelf.read("doc", row.int("length").expect("a length") as u64).await.expect("reads");
    let roots = vec![world.desk.authority.root().der().to_vec()];
    let report = verify(&bytes, &Trust { roots, crls: Vec::new(), at: Some(world.work().now) });
    assert!(report.signatures.iter().all(|one| one.status.is_valid()), "{report:?}");
}
