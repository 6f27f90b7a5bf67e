//! The old phone is lost: the new one waits and is vouched for, and can be sent away until then.

use super::*;
use crate::account::{Fresh, Officer, RegistrationOfficer};

fn officer(work: &Work) -> Officer<RegistrationOfficer> {
    Officer::for_test(work, None)
}

/// A person whose phone was lost: the old phone and the new one.
async fn lost() -> (Bench, SoftwareKeyStore, PersonId, TestPhone, TestPhone) {
    let (bench, keys, person, old) = bound().await;
    bench.clock.advance(Duration::from_secs(60));
    let new = bind(&bench, &keys, &person, IC).await;
    (bench, keys, person, old, new)
}

async fn state(bench: &Bench, phone: &TestPhone) -> State {
    let id = phone.device();
    by_id(&bench.work(), &id).await.expect("reads").expect("a phone").state
}

#[tokio::test]
async fn a_replacement_waits_a_day_and_for_somebody_who_has_seen_its_holder() {
    let (bench, keys, person, old, new) = lost().await;
    assert_eq!((new.done.state.as_str(), new.done.vouching), ("cooling", true));
    let call = new.call(&bench.work(), &keys).await;
    assert!(!call.may_sign(), "it may log in, not sign");
    let call = old.call(&bench.work(), &keys).await;
    assert_eq!((call.device().state, call.may_sign()), (State::Replaced, false));
    let mut tx = bench.work().read().await.expect("begins");
    assert_eq!(changed_at(&mut tx, &person).await.expect("reads"), Some(bench.work().now));
    drop(tx);
    let told = crate::outbox::notices_for(&bench.work(), person.as_str()).await.expect("reads");
    assert!(told.iter().any(|notice| notice.template == "device-replaced"), "the old phone reads it too");

    bench.clock.advance(DAY);
    assert_eq!(state(&bench, &new).await, State::Unvouched, "time alone is not enough");
    let id = new.device();
    vouch_at_desk(&bench.work(), &officer(&bench.work()), Fresh::for_test(), &id).await.expect("vouches");
    assert!(new.call(&bench.work(), &keys).await.may_sign());
    let again = vouch_at_desk(&bench.work(), &officer(&bench.work()), Fresh::for_test(), &id).await.expect_err("once");
    assert_eq!(again.code(), "phone-nothing-to-vouch");
}

#[tokio::test]
async fn a_vouched_replacement_still_waits_its_day() {
    let (bench, _, _, _, new) = lost().await;
    let id = new.device();
    vouch_at_desk(&bench.work(), &officer(&bench.work()), Fresh::for_test(), &id).await.expect("vouches");
    bench.clock.advance(DAY - Duration::from_millis(1));
    assert!(matches!(state(&bench, &new).await, State::Cooling(_)));
    bench.clock.advance(Duration::from_millis(1));
    assert_eq!(state(&bench, &new).await, State::Active);
}

#[tokio::test]
async fn only_pictures_taken_after_it_was_bound_vouch_for_a_phone() {
    let (bench, _, person, _, new) = lost().await;
    let work = bench.work();
    let before = work.now.minus(Duration::from_secs(30));
    assert!(!vouched_by_pictures(&work, &person, before).await.expect("looks"), "they show who held the old phone");
    assert!(vouched_by_pictures(&work, &person, work.now).await.expect("looks"));
    assert!(!vouched_by_pictures(&work, &person, work.now).await.expect("looks"), "once");
    bench.clock.advance(DAY);
    assert_eq!(state(&bench, &new).await, State::Active);
}

#[tokio::test]
async fn an_officer_does_not_vouch_for_themselves() {
    let (bench, _, person, _, new) = lost().await;
    let work = bench.work();
    let own = Officer::<RegistrationOfficer>::for_test(&work, Some(person));
    let id = new.device();
    assert_eq!(vouch_at_desk(&work, &own, Fresh::for_test(), &id).await.expect_err("refused").code(), "phone-own");
    assert_eq!(
        ask_revocation(&work, &own, &id, RevocationReason::Lost).await.expect_err("refused").code(),
        "phone-own"
    );
}

#[tokio::test]
async fn the_old_phone_sends_a_stranger_s_away_and_is_in_use_again() {
    let (bench, keys, person, old, new) = lost().await;
    let work = bench.work();
    let done = not_me(&work, &old.call(&work, &keys).await).await.expect("is heard");
    assert_eq!(done.sent_away.map(|id| id.to_string()), Some(new.id.clone()));
    assert!(matches!(new.try_call(&work, &keys).await, Err(ProofRefused::Unbound)));
    assert!(old.call(&work, &keys).await.may_sign());
    let refused = frozen(&work, &mut work.read().await.expect("reads"), &person).await.expect_err("frozen");
    assert_eq!(refused.code(), "signing-frozen");
    bench.clock.advance(Duration::from_secs(900));
    frozen(&bench.work(), &mut bench.work().read().await.expect("reads"), &person).await.expect("thawed");
}

#[tokio::test]
async fn a_phone_that_may_sign_is_not_sent_away_and_only_by_the_one_it_replaced() {
    let (bench, keys, _, old, new) = lost().await;
    let id = new.device();
    let other = person(&bench.work(), &keys, "850101145555", "badrul@example.test").await;
    let stranger = bind(&bench, &keys, &other, "850101145555").await;
    let done = not_me(&bench.work(), &stranger.call(&bench.work(), &keys).await).await.expect("is heard");
    assert_eq!(done.sent_away, None, "a stranger speaks for themselves");
    vouch_at_desk(&bench.work(), &officer(&bench.work()), Fresh::for_test(), &id).await.expect("vouches");
    bench.clock.advance(DAY);
    let done = not_me(&bench.work(), &old.call(&bench.work(), &keys).await).await.expect("is heard");
    assert_eq!(done.sent_away, None, "too late: it freezes, staff decide");
    assert_eq!(state(&bench, &new).await, State::Active);
}

#[tokio::test]
async fn the_link_in_the_mail_sends_the_new_phone_away_once() {
    let (bench, keys, person, old, new) = lost().await;
    let work = bench.work();
    let token = deny_link(&keys, &new.device()).await.expect("derives");
    for _ in 0..3 {
        deniable(&work, &keys, &token).await.expect("looking changes nothing");
    }
    assert!(matches!(state(&bench, &new).await, State::Cooling(_)));
    let forged = format!("{}.{}", old.id, token.split_once('.').expect("a MAC").1);
    assert_eq!(deny(&work, &keys, &forged).await.expect_err("forged").code(), "deny-link-unknown");
    deny(&work, &keys, &token).await.expect("is heard");
    assert_eq!((state(&bench, &old).await, state(&bench, &new).await), (State::Active, State::Revoked));
    assert_eq!(deny(&work, &keys, &token).await.expect_err("once").code(), "deny-over");
    let first = deny_link(&keys, &old.device()).await.expect("derives");
    assert_eq!(deny(&work, &keys, &first).await.expect_err("a phone in use").code(), "deny-over");
    assert!(current(&work, &person).await.expect("reads").is_some());
}

#[tokio::test]
async fn a_second_replacement_does_not_take_the_old_phone_s_voice() {
    let (bench, keys, person, old, second) = lost().await;
    let third = bind(&bench, &keys, &person, IC).await;
    assert_eq!(state(&bench, &second).await, State::Revoked);
    let work = bench.work();
    let done = not_me(&work, &old.call(&work, &keys).await).await.expect("is heard");
    assert_eq!(done.sent_away.map(|id| id.to_string()), Some(third.id.clone()));
    assert!(old.call(&work, &keys).await.may_sign());
}

#[tokio::test]
async fn not_me_three_times_in_a_day_holds_until_staff_have_looked() {
    let (bench, keys, person, phone) = bound().await;
    for left in [true, true, false] {
        let done = not_me(&bench.work(), &phone.call(&bench.work(), &keys).await).await.expect("is heard");
        assert_eq!(done.until.is_some(), left);
    }
    bench.clock.advance(DAY * 30);
    let work = bench.work();
    let held = frozen(&work, &mut work.read().await.expect("reads"), &person).await.expect_err("held");
    assert_eq!(held.code(), "signing-held");
    assert!(thaw(&work, &officer(&work), Fresh::for_test(), &person).await.expect("thaws"));
    assert!(!thaw(&work, &officer(&work), Fresh::for_test(), &person).await.expect("nothing to thaw"));
    frozen(&work, &mut work.read().await.expect("reads"), &person).await.expect("free");
    let done = not_me(&work, &phone.call(&work, &keys).await).await.expect("is heard");
    assert!(done.until.is_some(), "counted anew");
}

#[tokio::test]
async fn staff_end_a_phone_in_twos_and_the_next_one_is_a_replacement() {
    let (bench, keys, person, phone) = bound().await;
    let work = bench.work();
    let (one, two) = (officer(&work), officer(&work));
    let id = phone.device();
    assert_eq!(
        confirm_revocation(&work, &two, Fresh::for_test(), &id).await.expect_err("nobody asked").code(),
        "phone-revocation-over"
    );
    ask_revocation(&work, &one, &id, RevocationReason::Stolen).await.expect("asks");
    let twice = ask_revocation(&work, &two, &id, RevocationReason::Lost).await.expect_err("asked already");
    assert_eq!(twice.code(), "phone-revocation-asked");
    assert_eq!(
        confirm_revocation(&work, &one, Fresh::for_test(), &id).await.expect_err("alone").code(),
        "phone-second-officer"
    );
    assert!(phone.try_call(&work, &keys).await.is_ok());
    let (a, b) = tokio::join!(
        confirm_revocation(&work, &two, Fresh::for_test(), &id),
        confirm_revocation(&work, &two, Fresh::for_test(), &id)
    );
    assert!(a.is_ok() ^ b.is_ok(), "a double click ends it once");
    assert!(matches!(phone.try_call(&work, &keys).await, Err(ProofRefused::Unbound)));

    let next = bind(&bench, &keys, &person, IC).await;
    assert_eq!((next.done.state.as_str(), next.done.vouching), ("cooling", true), "staff do not open a way round");
}

#[tokio::test]
async fn a_wish_that_was_withdrawn_or_is_old_ends_nothing() {
    let (bench, _, _, phone) = bound().await;
    let id = phone.device();
    let (one, two) = (officer(&bench.work()), officer(&bench.work()));
    ask_revocation(&bench.work(), &one, &id, RevocationReason::Misuse).await.expect("asks");
    withdraw_revocation(&bench.work(), &two, &id).await.expect("takes back");
    confirm_revocation(&bench.work(), &two, Fresh::for_test(), &id).await.expect_err("withdrawn");
    ask_revocation(&bench.work(), &one, &id, RevocationReason::OwnerAsked).await.expect("asks again");
    bench.clock.advance(DAY * 7);
    confirm_revocation(&bench.work(), &two, Fresh::for_test(), &id).await.expect_err("too old");
    ask_revocation(&bench.work(), &two, &id, RevocationReason::Lost).await.expect("asks anew");
    confirm_revocation(&bench.work(), &one, Fresh::for_test(), &id).await.expect("the other way round");
}

/// Who holds a mailbox and a number binds a phone, leaves with it and binds another: the owner's phone is still heard.
#[tokio::test]
async fn a_stranger_s_phone_that_leaves_does_not_take_the_old_phone_s_voice() {
    let (bench, keys, person, old, stranger) = lost().await;
    let work = bench.work();
    leave(&work, &stranger.call(&work, &keys).await).await.expect("leaves");
    assert_eq!((state(&bench, &old).await, state(&bench, &stranger).await), (State::Active, State::Revoked));
    let second = bind(&bench, &keys, &person, IC).await;
    let done = not_me(&work, &old.call(&work, &keys).await).await.expect("is heard");
    assert_eq!(done.sent_away.map(|id| id.to_string()), Some(second.id.clone()));
    assert!(old.call(&work, &keys).await.may_sign());
}

/// Staff ended both: what comes next takes the place of the phone that was the person's, not of the stranger's.
#[tokio::test]
async fn a_phone_that_never_could_sign_is_not_what_the_next_one_replaces() {
    let (bench, keys, person, old, stranger) = lost().await;
    bench.clock.advance(DAY * 2);
    let work = bench.work();
    let mut tx = work.write().await.expect("begins");
    revoke(&work, &mut tx, &stranger.device()).await.expect("ends");
    tx.commit().await.expect("commits");
    let second = bind(&bench, &keys, &person, IC).await;
    let next = by_id(&work, &second.device()).await.expect("reads").expect("a phone");
    assert_eq!(next.replaces, Some(old.device()));
    let done = not_me(&work, &old.call(&work, &keys).await).await.expect("is heard");
    assert_eq!(done.sent_away.map(|id| id.to_string()), Some(second.id.clone()));
}

#[tokio::test]
async fn a_phone_that_may_sign_leaves_for_good() {
    let (bench, keys, person, phone) = bound().await;
    let work = bench.work();
    leave(&work, &phone.call(&work, &keys).await).await.expect("leaves");
    assert_eq!(state(&bench, &phone).await, State::Revoked);
    assert!(current(&work, &person).await.expect("reads").is_none());
}
