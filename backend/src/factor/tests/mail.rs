//! The e-mailed code: its words, its life, its limits.

use super::*;

#[tokio::test]
async fn a_mailed_code_counts_at_9_59_and_not_at_10_01() {
    let (bench, keys) = (bench().await, keys());
    let phone = someone(&bench, &keys).await;
    let code = mailed(&bench, &keys, &phone.person, &target()).await;
    bench.clock.advance(Duration::from_secs(599));
    let reserved = check(&bench.work(), &keys, &phone.person, &target(), &code).await.expect("9:59");
    assert_eq!((reserved.kind(), reserved.kind().assurance()), (Kind::MailCode, "low"));
    bench.clock.advance(Duration::from_secs(2));
    assert_eq!(code_of(check(&bench.work(), &keys, &phone.person, &target(), &code).await).await, "code-wrong");
    let told = crate::outbox::notices_for(&bench.work(), phone.person.as_str()).await.expect("reads");
    assert!(told.iter().any(|notice| notice.template == "mail-code-sent"), "the phone is told");
}

#[tokio::test]
async fn a_newer_mail_ends_the_older_and_five_wrong_tries_end_any() {
    let (bench, keys) = (bench().await, keys());
    let phone = someone(&bench, &keys).await;
    send(&bench.work(), &phone.person, &target()).await.expect("sends");
    let newest = mailed_second(&bench, &keys, &phone.person).await;
    for _ in 0..5 {
        let refused = check(&bench.work(), &keys, &phone.person, &target(), &wrong(&newest)).await;
        assert_eq!(code_of(refused).await, "code-wrong");
    }
    assert_eq!(code_of(check(&bench.work(), &keys, &phone.person, &target(), &newest).await).await, "code-wrong");
}

#[tokio::test]
async fn one_code_and_five_resends_an_hour() {
    let (bench, keys) = (bench().await, keys());
    let phone = someone(&bench, &keys).await;
    for _ in 0..6 {
        send(&bench.work(), &phone.person, &target()).await.expect("sends");
    }
    let refused = send(&bench.work(), &phone.person, &target()).await.expect_err("too many");
    assert!(matches!(refused, MailRefused::TooMany(TooMany::Later { .. })));
}

#[tokio::test]
async fn a_change_of_pin_phone_or_contact_blocks_the_mailed_code_for_a_day() {
    let (bench, keys) = (bench().await, keys());
    let phone = someone(&bench, &keys).await;
    let sent = mailed(&bench, &keys, &phone.person, &target()).await;
    let work = bench.work();
    let mut tx = work.write().await.expect("begins");
    note_pin_change(&work, &mut tx, &phone.person, work.now).await.expect("notes");
    tx.commit().await.expect("commits");
    let refused = check(&work, &keys, &phone.person, &target(), &sent).await;
    assert_eq!(code_of(refused).await, "code-wrong", "one sent before is void (GAP-5)");
    assert_eq!(send(&work, &phone.person, &target()).await.expect_err("blocked").code(), "mail-code-blocked");
    send(&work, &phone.person, &Target::browser("T1")).await.expect("looking is not signing");
    bench.clock.advance(Duration::from_secs(24 * 3600));
    send(&bench.work(), &phone.person, &target()).await.expect("a day later");

    bind(&bench, &keys, &phone.person, IC).await;
    let refused = send(&bench.work(), &phone.person, &target()).await.expect_err("a new phone");
    assert_eq!(refused.code(), "mail-code-blocked");
}

#[tokio::test]
async fn the_mail_says_what_mail_4_says() {
    let (bench, keys) = (bench().await, keys());
    let phone = someone(&bench, &keys).await;
    send(&bench.work(), &phone.person, &target()).await.expect("sends");
    let letter = letter(&bench, &keys).await.expect("composes");
    assert_eq!(letter.subject, "Kod Verifikasi Perjanjian Jual Beli (eSPA)");
    assert!(
        letter.blocks.contains(&Block::Text(
            "Berikut kod verifikasi untuk pengesahan Perjanjian Jual Beli (eSPA). \
         Kod verifikasi ini akan tamat tempoh dalam masa 10 minit."
                .to_owned()
        ))
    );
    assert_eq!(code_in(letter).len(), 6);
}

async fn mailed_second(bench: &Bench, keys: &dyn KeyStore, person: &PersonId) -> String {
    bench.clock.advance(Duration::from_secs(1));
    send(&bench.work(), person, &target()).await.expect("sends again");
    assert!(matches!(letter(bench, keys).await, Err(ComposeError::Obsolete)), "the first is not even composed");
    code_in(letter(bench, keys).await.expect("composes"))
}
