//! Somebody who knows no more than an address asks for a new PIN in its owner's name, again and again.

use super::*;

#[tokio::test]
async fn a_mail_about_a_new_pin_ends_no_code_for_signing_and_counts_for_none() {
    let (bench, keys) = (bench().await, keys());
    let phone = someone(&bench, &keys).await;
    let reset = Target::pin_reset(&phone.person);
    let code = mailed(&bench, &keys, &phone.person, &target()).await;
    for _ in 0..6 {
        send(&bench.work(), &phone.person, &reset).await.expect("sends");
    }
    assert_eq!(send(&bench.work(), &phone.person, &reset).await.expect_err("the seventh").code(), "too-many-tries");
    let held = check(&bench.work(), &keys, &phone.person, &target(), &code).await.expect("it signs all the same");
    assert_eq!(consume(&bench.work(), held).await.expect("used"), Kind::MailCode);
    send(&bench.work(), &phone.person, &target()).await.expect("and there are sendings left");
}

#[tokio::test]
async fn guesses_at_a_new_pin_keep_nobody_from_signing() {
    let (bench, keys) = (bench().await, keys());
    let phone = someone(&bench, &keys).await;
    let reset = Target::pin_reset(&phone.person);
    let mut seen = Vec::new();
    for _ in 0..30 {
        seen.push(code_of(check(&bench.work(), &keys, &phone.person, &reset, "000000").await).await);
        bench.clock.advance(Duration::from_secs(16 * 60));
    }
    assert_eq!(seen.iter().filter(|code| **code == "code-wrong").count(), 20, "{seen:?}");
    assert_eq!(seen.last(), Some(&"too-many-tries"));
    let (code, _) = shown(&bench.work(), &keys, &phone, &target()).await;
    let held = check(&bench.work(), &keys, &phone.person, &target(), &code).await.expect("right");
    assert_eq!(consume(&bench.work(), held).await.expect("used"), Kind::TurnCode);
}
