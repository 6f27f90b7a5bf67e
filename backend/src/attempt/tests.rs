use std::time::Duration;

use super::*;
use crate::kernel::error::Fault as _;
use crate::testkit::bench;

#[tokio::test]
async fn three_tries_and_no_fourth() {
    let bench = bench().await;
    let work = bench.work();
    for left in [2, 1, 0] {
        assert_eq!(spend(&work, "pin:a", 3).await.expect("a try").left(), left);
    }
    let refused = spend(&work, "pin:a", 3).await.expect_err("blocked");
    assert_eq!(refused.code(), "tries-spent");
    assert!(spend(&work, "pin:b", 3).await.is_ok(), "another counter is another matter");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_at_once_spend_exactly_three() {
    let bench = bench().await;
    let work = bench.work();
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let work = work.clone();
        racers.spawn(async move { spend(&work, "pin:a", 3).await.is_ok() });
    }
    let winners = racers.join_all().await.into_iter().filter(|won| *won).count();
    assert_eq!(winners, 3);
    assert_eq!(tries(&mut work.read().await.expect("reads"), "pin:a").await.expect("counts"), 3);
}

#[tokio::test]
async fn a_rolled_back_caller_does_not_get_the_try_back() {
    let bench = bench().await;
    let work = bench.work();
    let spent = spend(&work, "pin:a", 3).await.expect("a try");
    let mut tx = work.write().await.expect("begins");
    refund(&work, &mut tx, spent).await.expect("refunds");
    drop(tx);
    assert_eq!(tries(&mut work.read().await.expect("reads"), "pin:a").await.expect("counts"), 1);
}

#[tokio::test]
async fn success_forgets_the_wrong_tries_before_it() {
    let bench = bench().await;
    let work = bench.work();
    let _wrong = spend(&work, "pin:a", 3).await.expect("a try");
    let _wrong = spend(&work, "pin:a", 3).await.expect("a try");
    let right = spend(&work, "pin:a", 3).await.expect("a try");
    let mut tx = work.write().await.expect("begins");
    refund_all(&work, &mut tx, right).await.expect("clears");
    tx.commit().await.expect("commits");
    assert_eq!(spend(&work, "pin:a", 3).await.expect("a try").left(), 2);
}

#[tokio::test]
async fn a_late_refund_does_not_pay_into_a_new_round() {
    let bench = bench().await;
    let work = bench.work();
    let late = spend(&work, "pin:a", 3).await.expect("a try");
    let right = spend(&work, "pin:a", 3).await.expect("a try");
    let mut tx = work.write().await.expect("begins");
    refund_all(&work, &mut tx, right).await.expect("clears");
    tx.commit().await.expect("commits");
    let _wrong = spend(&work, "pin:a", 3).await.expect("a try");
    let mut tx = work.write().await.expect("begins");
    refund(&work, &mut tx, Spent::unfinished("pin:a".to_owned(), late.round())).await.expect("runs");
    tx.commit().await.expect("commits");
    assert_eq!(tries(&mut work.read().await.expect("reads"), "pin:a").await.expect("counts"), 1);
}

#[tokio::test]
async fn a_window_holds_five_and_opens_again_when_it_ends() {
    let bench = bench().await;
    let hour = Duration::from_secs(3600);
    for _ in 0..5 {
        limit(&bench.work(), "resend:a", 5, hour).await.expect("room");
    }
    bench.clock.advance(hour - Duration::from_millis(1));
    let refused = limit(&bench.work(), "resend:a", 5, hour).await.expect_err("full");
    assert!(matches!(refused, TooMany::Later { .. }));
    bench.clock.advance(Duration::from_millis(1));
    limit(&bench.work(), "resend:a", 5, hour).await.expect("a new window");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_window_raced_by_fifty_lets_five_through() {
    let bench = bench().await;
    let work = bench.work();
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let work = work.clone();
        racers.spawn(async move { limit(&work, "resend:a", 5, Duration::from_secs(60)).await.is_ok() });
    }
    assert_eq!(racers.join_all().await.into_iter().filter(|won| *won).count(), 5);
}

#[tokio::test]
async fn a_hold_is_made_longer_but_never_shorter() {
    let bench = bench().await;
    let work = bench.work();
    let day = Duration::from_secs(86_400);
    let mut tx = work.write().await.expect("begins");
    hold(&mut tx, "mail-code:a", work.now.plus(day)).await.expect("holds");
    hold(&mut tx, "mail-code:a", work.now).await.expect("changes nothing");
    assert!(held(&work, &mut tx, "mail-code:a").await.is_err());
    assert!(held(&work, &mut tx, "mail-code:b").await.is_ok());
    tx.commit().await.expect("commits");
    bench.clock.advance(day);
    let later = bench.work();
    assert!(held(&later, &mut later.read().await.expect("reads"), "mail-code:a").await.is_ok());
    bench.clock.advance(day);
    let work = bench.work();
    assert_eq!(sweep(&work, work.now).await.expect("sweeps"), 1);
}
