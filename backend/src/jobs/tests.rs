//! How jobs run.

use super::*;

#[tokio::test]
async fn a_tick_that_panics_ends_itself_alone() {
    let mut after = false;
    alone(Job::Audit, async { panic!("ujian") }).await;
    alone(Job::Audit, async {}).await;
    for _ in 0..3 {
        alone(Job::Outbox, async { panic!("ujian") }).await;
        after = true;
    }
    assert!(after);
}
