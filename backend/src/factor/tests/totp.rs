//! TOTP: given, activated, used once.

use super::*;

#[tokio::test]
async fn totp_needs_an_approved_identity_and_two_consecutive_codes() {
    let (bench, keys) = (bench().await, keys());
    let phone = someone(&bench, &keys).await;
    let work = bench.work();
    let device = phone.call(&work, &keys).await;
    let stranger = IdentityApproved::of(PersonId::new(&work));
    let refused = provision(&work, &keys, &device, &stranger, "").await.expect_err("somebody else's identity");
    assert_eq!(refused.code(), "totp-identity-missing");

    assert_eq!(status(&work, &device).await.expect("reads"), "none");
    let (id, secret) = offered(&work, &keys, &phone).await;
    assert_eq!(status(&work, &device).await.expect("reads"), "pending");
    let step = clock::step_at(work.now.seconds());
    let code = clock::code(&secret, step).expose().to_owned();
    assert_eq!(code_of(check(&work, &keys, &phone.person, &target(), &code).await).await, "code-wrong");
    let mut apart = two(&id, &secret, step);
    apart.first.clone_from(&apart.second);
    assert_eq!(confirm(&work, &keys, &device, &apart).await.expect_err("apart").code(), "totp-codes-wrong");
    confirm(&work, &keys, &device, &two(&id, &secret, step)).await.expect("activates");
    assert_eq!(status(&work, &device).await.expect("reads"), "active");
    let replayed = confirm(&work, &keys, &device, &two(&id, &secret, step)).await.expect_err("once");
    assert_eq!(replayed.code(), "totp-request-invalid");
}

#[tokio::test]
async fn a_totp_code_counts_once_and_its_clock_is_learned() {
    let (bench, keys) = (bench().await, keys());
    let phone = someone(&bench, &keys).await;
    let (id, secret) = offered(&bench.work(), &keys, &phone).await;
    let work = bench.work();
    // The phone's clock is four steps (two minutes) behind.
    let theirs = |work: &Work| clock::step_at(work.now.seconds()) - 4;
    let device = phone.call(&work, &keys).await;
    confirm(&work, &keys, &device, &two(&id, &secret, theirs(&work))).await.expect("activates");
    let used = clock::code(&secret, theirs(&work)).expose().to_owned();
    assert_eq!(code_of(check(&work, &keys, &phone.person, &target(), &used).await).await, "code-used");

    bench.clock.advance(Duration::from_secs(60));
    let work = bench.work();
    let code = clock::code(&secret, theirs(&work)).expose().to_owned();
    let reserved = check(&work, &keys, &phone.person, &target(), &code).await.expect("right");
    assert_eq!(consume(&work, reserved).await.expect("first use"), Kind::Totp);
    assert_eq!(code_of(check(&work, &keys, &phone.person, &target(), &code).await).await, "code-used");
    let earlier = clock::code(&secret, theirs(&work) - 1).expose().to_owned();
    assert_eq!(code_of(check(&work, &keys, &phone.person, &target(), &earlier).await).await, "code-used");
}
