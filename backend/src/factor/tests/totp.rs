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

#[tokio::test]
async fn the_trail_says_what_a_code_was_bound_to() {
    let (bench, keys) = (bench().await, keys());
    let phone = someone(&bench, &keys).await;
    let (id, secret) = offered(&bench.work(), &keys, &phone).await;
    let device = phone.call(&bench.work(), &keys).await;
    let step = |work: &Work| clock::step_at(work.now.seconds());
    confirm(&bench.work(), &keys, &device, &two(&id, &secret, step(&bench.work()))).await.expect("activates");
    bench.clock.advance(Duration::from_secs(120));
    let spend = async |code: &str| {
        let reserved = check(&bench.work(), &keys, &phone.person, &target(), code).await.expect("right");
        consume(&bench.work(), reserved).await.expect("first use");
        bench.clock.advance(Duration::from_secs(1));
    };
    spend(clock::code(&secret, step(&bench.work())).expose()).await;
    spend(&shown(&bench.work(), &keys, &phone, &target()).await.0).await;
    spend(&mailed(&bench, &keys, &phone.person, &target()).await).await;
    let trail = crate::audit::trail(&bench.work(), phone.person.as_str()).await.expect("reads");
    let used = trail.iter().filter(|entry| entry.kind == "factor.used");
    let used: Vec<serde_json::Value> = used.map(|entry| serde_json::from_str(&entry.facts).expect("JSON")).collect();
    let tags: Vec<_> = used.iter().map(|facts| (facts["kind"].as_str(), facts["loa"].as_str())).collect();
    let expected = [("totp", "unbound"), ("turn-code", "bound"), ("mail-code", "low")];
    assert_eq!(tags, expected.map(|(kind, loa)| (Some(kind), Some(loa))));
}
