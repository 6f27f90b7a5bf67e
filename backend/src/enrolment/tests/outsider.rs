//! Somebody who knows an address, and not the number of its owner, asks for a new PIN again and again.

use super::*;

#[tokio::test]
async fn proofs_with_another_number_use_up_nothing_of_the_owner() {
    let world = world().await.identified().await;
    world.certified("Abcdef1#").await;
    let stranger = ResetProof { number: IdNumber::parse("880101145555").expect("a number"), ..world.proof("000000") };
    for _ in 0..8 {
        for _ in 0..4 {
            let refused = prove_reset(&world.work(), &world.desk, &stranger).await.expect_err("a stranger");
            assert_eq!(refused.code(), "pin-reset-mismatch");
        }
        world.bench.clock.advance(Duration::from_secs(11 * 60));
    }
    // 32 guesses in an hour and a half; and the owner is asked as if there had been none.
    world.prove().await.expect("proves");
}
