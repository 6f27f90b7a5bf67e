//! The Roaming OTP server: happy, refused, replayed, raced, killed.

mod batch;
mod stage;

use std::time::Duration;

use stage::{IGFMAS, PIN, Stage, digests, stage};

use super::*;
use crate::device;
use crate::kernel::error::Fault as _;
use crate::vault::{self, PinState};

const FULL: PinState = PinState::Active { left: 3 };

/// GPKI-16 to GPKI-19, FIN-5 to FIN-10.
#[tokio::test]
async fn what_a_system_asks_is_shown_on_the_phone_and_signed_once() {
    let stage = stage().await;
    let asked = stage.ask(&digests(3)).await.expect("asks");
    assert_eq!((asked.channel, asked.expires_at), (Channel::App, stage.now().plus(Duration::from_secs(180))));
    let waiting = waiting(&stage.work(), &stage.phone.person).await.expect("reads");
    let [shown] = &waiting[..] else { panic!("one request waits: {waiting:?}") };
    assert_eq!((shown.requester.as_str(), shown.count, shown.amount), (IGFMAS.1, 3, Some(2_991_135)));
    let code = stage.shown(&asked).await.expect("a code");
    let redeem = stage.redeem(&asked, &digests(3), PIN, &code);
    let receipt = stage.authorise(redeem.clone()).await.expect("signs");
    stage.demand_signatures(&receipt, &digests(3));
    assert_eq!(receipt.factor, "turn-code");
    assert!(super::waiting(&stage.work(), &stage.phone.person).await.expect("reads").is_empty());
    assert_eq!(stage.authorise(redeem.clone()).await.expect("the same submission"), receipt);
    let twice = Redeem { key: "another".to_owned(), ..redeem };
    assert_eq!(stage.refused(twice).await, "roaming-over", "a nonce is used once");
    let known = outcome(&stage.work(), IGFMAS.0, &asked.id, &asked.nonce).await.expect("is told");
    assert_eq!(known, Some(receipt));
    assert_eq!(stage.pin().await, FULL);
}

/// GPKI-16: the right code with another nonce, or none; SEC-3.
#[tokio::test]
async fn a_right_code_under_another_nonce_system_document_or_order_is_refused() {
    let stage = stage().await;
    let asked = stage.ask(&digests(2)).await.expect("asks");
    let code = stage.shown(&asked).await.expect("a code");
    let right = stage.redeem(&asked, &digests(2), PIN, &code);
    let mut turned = digests(2);
    turned.reverse();
    let wrong = [
        (Redeem { nonce: [0; 32], ..right.clone() }, "roaming-over"),
        (Redeem { requester: "lain".to_owned(), ..right.clone() }, "roaming-over"),
        (Redeem { id: RequestId::new(&stage.work()), ..right.clone() }, "roaming-over"),
        (Redeem { digests: digests(1), ..right.clone() }, "roaming-digests-changed"),
        (Redeem { digests: digests(3), ..right.clone() }, "roaming-digests-changed"),
        (Redeem { digests: turned, ..right.clone() }, "roaming-digests-changed"),
    ];
    for (redeem, code) in wrong {
        assert_eq!(stage.refused(redeem).await, code);
    }
    assert_eq!(stage.pin().await, FULL, "no try is spent on any of them");
    // Their answers about a request tell nothing either.
    for (system, nonce) in [("lain", asked.nonce), (IGFMAS.0, [0; 32])] {
        let refused = outcome(&stage.work(), system, &asked.id, &nonce).await.expect_err("not theirs");
        assert_eq!(refused.code(), "roaming-over");
    }
    stage.authorise(right).await.expect("the right one signs after all of that");
}

#[tokio::test]
async fn a_code_for_one_request_is_worth_nothing_for_another() {
    let stage = stage().await;
    let first = stage.ask(&digests(1)).await.expect("asks");
    let code = stage.shown(&first).await.expect("a code");
    assert!(cancel(&stage.work(), &first.id, &first.nonce).await.expect("ends"));
    let second = stage.ask(&digests(1)).await.expect("asks anew for the same digest");
    assert_eq!(stage.refused(stage.redeem(&second, &digests(1), PIN, &code)).await, "code-wrong");
    assert_eq!(stage.refused(stage.redeem(&first, &digests(1), PIN, &code)).await, "roaming-over");
    assert_eq!(stage.pin().await, FULL);
}

/// GPKI-17: PIN and code are judged apart; each has its own tries.
#[tokio::test]
async fn a_wrong_pin_uses_up_no_code_and_a_wrong_code_no_pin() {
    let stage = stage().await;
    let asked = stage.ask(&digests(1)).await.expect("asks");
    let code = stage.shown(&asked).await.expect("a code");
    assert_eq!(stage.refused(stage.redeem(&asked, &digests(1), "Wrong#11", &code)).await, "pin-wrong");
    assert_eq!(stage.pin().await, PinState::Active { left: 2 });
    let other = if code == "000000" { "000001" } else { "000000" };
    assert_eq!(stage.refused(stage.redeem(&asked, &digests(1), PIN, other)).await, "code-wrong");
    assert_eq!(stage.pin().await, PinState::Active { left: 2 });
    stage.authorise(stage.redeem(&asked, &digests(1), PIN, &code)).await.expect("both right");
    assert_eq!(stage.pin().await, FULL);
}

#[tokio::test]
async fn a_time_based_code_is_bound_to_nothing_and_does_not_count() {
    let stage = stage().await;
    let asked = stage.ask(&digests(1)).await.expect("asks");
    let totp = stage.totp().await;
    assert_eq!(stage.refused(stage.redeem(&asked, &digests(1), PIN, &totp)).await, "code-wrong");
    // The same code is right where time-based codes count: it was refused for what it is, not for being wrong.
    let target = crate::factor::Target::turn("T1", 1, &[7; 32]);
    let held = crate::factor::check(&stage.work(), &*stage.keys, &stage.phone.person, &target, &totp).await;
    assert_eq!(held.expect("right").kind(), crate::factor::Kind::Totp);
}

/// GPKI-15, GAP-12: single use, and over after its time.
#[tokio::test]
async fn a_request_is_over_after_three_minutes_however_late_the_code_was_shown() {
    let stage = stage().await;
    let asked = stage.ask(&digests(1)).await.expect("asks");
    stage.bench.clock.advance(Duration::from_secs(170));
    let code = stage.shown(&asked).await.expect("a code");
    let redeem = stage.redeem(&asked, &digests(1), PIN, &code);
    stage.bench.clock.advance(Duration::from_secs(10));
    assert_eq!(stage.refused(redeem).await, "roaming-over");
    assert_eq!(stage.shown(&asked).await.expect_err("over"), "roaming-over");
    assert!(waiting(&stage.work(), &stage.phone.person).await.expect("reads").is_empty());
    stage.ask(&digests(1)).await.expect("what ran out stands in nobody's way");
}

/// CON-20: after 20 seconds of silence the code goes to the mailbox, and the phone's is void.
#[tokio::test]
async fn without_coverage_the_code_is_mailed_and_the_one_of_the_phone_is_void() {
    let stage = stage().await;
    stage.bench.clock.advance(Duration::from_secs(25 * 3600));
    let asked = stage.ask(&digests(2)).await.expect("asks");
    let shown = stage.shown(&asked).await.expect("a code");
    let early = to_mail(&stage.work(), &asked.id, &asked.nonce).await.expect_err("the phone has its time");
    assert_eq!(early.code(), "roaming-mail-early");
    assert!(early.facts().iter().any(|(name, _)| *name == "retry_after"));
    stage.bench.clock.advance(Duration::from_secs(20));
    let stranger = to_mail(&stage.work(), &asked.id, &[1; 32]).await.expect_err("another nonce");
    assert_eq!(stranger.code(), "roaming-over");
    to_mail(&stage.work(), &asked.id, &asked.nonce).await.expect("mails");
    let mailed = stage.mailed().await;
    assert_eq!(stage.shown(&asked).await.expect_err("mailed"), "roaming-mailed");
    if shown != mailed {
        assert_eq!(stage.refused(stage.redeem(&asked, &digests(2), PIN, &shown)).await, "code-wrong");
    }
    stage.bench.clock.advance(Duration::from_secs(599));
    let receipt = stage.authorise(stage.redeem(&asked, &digests(2), PIN, &mailed)).await.expect("signs");
    stage.demand_signatures(&receipt, &digests(2));
    assert_eq!(receipt.factor, "mail-code");
}

/// APP-10: without a phone the code is mailed at once.
#[tokio::test]
async fn who_has_no_phone_is_mailed_at_once() {
    let stage = stage().await;
    stage.bench.clock.advance(Duration::from_secs(25 * 3600));
    let device = stage.phone.call(&stage.work(), &*stage.keys).await;
    device::leave(&stage.work(), &device).await.expect("the phone leaves");
    stage.bench.clock.advance(Duration::from_secs(25 * 3600));
    let asked = stage.ask(&digests(1)).await.expect("asks");
    assert_eq!((asked.channel, asked.expires_at), (Channel::Mail, stage.now().plus(Duration::from_secs(600))));
    let mailed = stage.mailed().await;
    stage.authorise(stage.redeem(&asked, &digests(1), PIN, &mailed)).await.expect("signs");
}

#[tokio::test]
async fn one_request_stands_at_a_time_and_a_newer_one_ends_it_when_told_to() {
    let stage = stage().await;
    let first = stage.ask(&digests(1)).await.expect("asks");
    let code = stage.shown(&first).await.expect("a code");
    assert_eq!(stage.ask(&digests(2)).await.expect_err("one stands").code(), "roaming-standing");
    let second = stage.ask_instead(&digests(2)).await.expect("in its place");
    assert_eq!(stage.refused(stage.redeem(&first, &digests(1), PIN, &code)).await, "roaming-over");
    let code = stage.shown(&second).await.expect("a code");
    stage.authorise(stage.redeem(&second, &digests(2), PIN, &code)).await.expect("signs");
}

#[tokio::test]
async fn not_me_ends_the_request_and_freezes_signing() {
    let stage = stage().await;
    let asked = stage.ask(&digests(1)).await.expect("asks");
    let code = stage.shown(&asked).await.expect("a code");
    let device = stage.phone.call(&stage.work(), &*stage.keys).await;
    assert!(deny(&stage.work(), &device, &asked.id).await.expect("is heard"));
    assert_eq!(stage.refused(stage.redeem(&asked, &digests(1), PIN, &code)).await, "roaming-over");
    assert!(
        device::frozen(&stage.work(), &mut stage.work().read().await.expect("reads"), &stage.phone.person)
            .await
            .is_err()
    );
    let next = stage.ask(&digests(1)).await.expect("may be asked");
    assert_eq!(stage.shown(&next).await.expect_err("frozen"), "signing-frozen");
}

/// GAP-17; "1,001 items", "a duplicate".
#[tokio::test]
async fn sizes_duplicates_titles_and_strangers_are_refused_before_anybody_is_asked() {
    let stage = stage().await;
    let twice = [digests(2), digests(1)].concat();
    for (wrong, code) in
        [(Vec::new(), "roaming-batch-size"), (digests(1001), "roaming-batch-size"), (twice, "roaming-duplicate")]
    {
        assert_eq!(stage.ask(&wrong).await.expect_err("refused").code(), code);
    }
    for title in ["", "  ", "a\u{7}b", &"x".repeat(201)] {
        let mut one = stage.request(&digests(1));
        title.clone_into(&mut one.title);
        assert_eq!(ask(&stage.work(), &one).await.expect_err("refused").code(), "roaming-title");
    }
    let mut nobody = stage.request(&digests(1));
    nobody.person = crate::person::PersonId::new(&stage.work());
    assert_eq!(ask(&stage.work(), &nobody).await.expect_err("refused").code(), "roaming-no-key");
    assert!(waiting(&stage.work(), &stage.phone.person).await.expect("reads").is_empty());
}

/// Design 3.9: nobody's phone is rung without end.
#[tokio::test]
async fn a_fourth_request_in_five_minutes_without_a_signature_waits() {
    let stage = stage().await;
    for _ in 0..3 {
        stage.ask_instead(&digests(1)).await.expect("asks");
    }
    let refused = stage.ask_instead(&digests(1)).await.expect_err("too many");
    assert_eq!(refused.kind(), crate::kernel::error::Kind::TooMany);
    stage.bench.clock.advance(Duration::from_secs(301));
    stage.ask_instead(&digests(1)).await.expect("later");
}

#[tokio::test]
async fn of_many_submissions_at_once_exactly_one_signs() {
    let stage = stage().await;
    let asked = stage.ask(&digests(4)).await.expect("asks");
    let code = stage.shown(&asked).await.expect("a code");
    let mut crowd = tokio::task::JoinSet::new();
    for number in 0..6 {
        let redeem = Redeem { key: format!("k{number}"), ..stage.redeem(&asked, &digests(4), PIN, &code) };
        let (work, spine) = (stage.work(), stage.spine.clone());
        crowd.spawn(async move { authorise(&work, &spine, redeem).await });
    }
    let done = crowd.join_all().await;
    let signed: Vec<_> = done.iter().flatten().collect();
    let [receipt] = &signed[..] else { panic!("{} sign", signed.len()) };
    stage.demand_signatures(receipt, &digests(4));
    assert_eq!(stage.pin().await, FULL);
    assert_eq!(stage.open_keys().await, 0, "no key stays open");
}

impl Stage {
    pub(super) async fn pin(&self) -> PinState {
        let work = self.work();
        vault::pin_state(&mut work.read().await.expect("reads"), &self.phone.person).await.expect("a state")
    }
}
