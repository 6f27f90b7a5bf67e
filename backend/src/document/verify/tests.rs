//! The verifier against its own kind: genuine documents, and tampered copies.

use super::super::testing::*;
use super::*;

#[test]
fn every_step_of_the_golden_flow_is_valid() {
    let world = World::new();
    for modern in [false, true] {
        for (step, bytes) in world.agreement(&base(modern)).iter().enumerate() {
            let report = verify(bytes, &world.trust());
            assert!(report.status.is_valid(), "modern {modern}, step {step}: {report:#?}");
            assert_eq!(report.signatures.len(), step + 1);
            assert!(report.signatures.iter().all(|verdict| verdict.level == "B-LT"), "{report:#?}");
        }
    }
}
