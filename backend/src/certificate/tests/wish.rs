//! Revocation by two officers: asked, confirmed, withdrawn, raced, and by whom not.

use super::*;
use crate::account::{Fresh, Officer, RegistrationOfficer};

fn officer(bench: &Bench) -> Officer<RegistrationOfficer> {
    Officer::for_test(&bench.work(), None)
}

async fn certified(bench: &Bench, authority: &Authority) -> Leaf {
    issued(&bench.work(), authority, &request(bench).await).await.expect("issued")
}

#[tokio::test]
async fn two_officers_revoke_and_ocsp_list_person_and_mail_say_so_at_once() {
    let bench = testkit::bench().await;
    let authority = testkit::authority(&bench).await;
    let leaf = certified(&bench, &authority).await;
    let (one, two) = (officer(&bench), officer(&bench));
    let (work, serial) = (bench.work(), &leaf.serial);
    ask_revocation(&work, &one, serial, RevocationReason::KeyCompromise).await.expect("asked");
    assert_eq!(status(&work, serial).await.expect("reads"), Status::Good, "one officer revokes nothing");
    let again = ask_revocation(&work, &two, serial, RevocationReason::Superseded).await;
    assert!(matches!(again, Err(WishRefused::Asked)));
    let alone = confirm_revocation(&work, &authority, &one, Fresh::for_test(), serial).await;
    assert!(matches!(alone, Err(WishRefused::SameOfficer)), "{alone:?}");
    let published = confirm_revocation(&work, &authority, &two, Fresh::for_test(), serial).await.expect("confirmed");
    assert!(matches!(published, Published::Now));
    let Status::Revoked(revoked) = status(&work, serial).await.expect("reads") else { panic!("revoked") };
    assert_eq!((revoked.at, revoked.reason), (work.now, RevocationReason::KeyCompromise));
    let list = crl(&work, &authority, Ca::Issuing).await.expect("a list");
    let list = CertificateList::<x509_cert::certificate::Rfc5280>::from_der(&list.der).expect("a list");
    assert_eq!(list.tbs_cert_list.revoked_certificates.map(|all| all.len()), Some(1));
    let person = leaf.person.clone().expect("a person");
    let notices = crate::outbox::notices_for(&work, person.as_str()).await.expect("reads");
    assert!(notices.iter().any(|notice| notice.template == "certificate-revoked"), "{notices:?}");
    let mut mails = Vec::new();
    while let Some(due) = crate::outbox::claim(&work).await.expect("claims") {
        mails.push(format!("{:?}", due.job));
    }
    let told = |mail: &String| mail.contains("certificate.revoked") && mail.contains("key-compromise");
    assert_eq!(mails.iter().filter(|mail| told(mail)).count(), 1, "{mails:?}");
    let kinds: Vec<_> =
        crate::audit::trail(&work, serial).await.expect("reads").into_iter().map(|entry| entry.kind).collect();
    for kind in ["certificate.revocation-asked", "certificate.revocation-confirmed", "certificate.revoked"] {
        assert!(kinds.iter().any(|found| found == kind), "{kind}: {kinds:?}");
    }
    for refused in [
        confirm_revocation(&work, &authority, &two, Fresh::for_test(), serial).await.map(drop),
        ask_revocation(&work, &one, serial, RevocationReason::Superseded).await.map(drop),
    ] {
        assert!(matches!(refused, Err(WishRefused::Over)), "for good: {refused:?}");
    }
}

#[tokio::test]
async fn nobody_revokes_their_own_nor_the_authoritys_nor_what_has_ended() {
    let bench = testkit::bench().await;
    let authority = testkit::authority(&bench).await;
    let leaf = certified(&bench, &authority).await;
    let own = Officer::<RegistrationOfficer>::for_test(&bench.work(), leaf.person.clone());
    let other = officer(&bench);
    let work = bench.work();
    let reason = RevocationReason::Unspecified;
    assert!(matches!(ask_revocation(&work, &own, &leaf.serial, reason).await, Err(WishRefused::Own)));
    ask_revocation(&work, &other, &leaf.serial, reason).await.expect("asked");
    let confirmed = confirm_revocation(&work, &authority, &own, Fresh::for_test(), &leaf.serial).await;
    assert!(matches!(confirmed, Err(WishRefused::Own)));
    for serial in [&authority.tsa().leaf().serial, &authority.issuing().leaf().serial, "00ff"] {
        let refused = ask_revocation(&work, &other, serial, reason).await;
        assert!(matches!(refused, Err(WishRefused::Over)), "{serial}: {refused:?}");
    }
    bench.clock.advance(DAY * 400);
    let ended = ask_revocation(&bench.work(), &other, &leaf.serial, reason).await;
    assert!(matches!(ended, Err(WishRefused::Over)), "{ended:?}");
}

#[tokio::test]
async fn a_wish_is_withdrawn_or_forgotten_after_a_week_and_can_be_had_again() {
    let bench = testkit::bench().await;
    let authority = testkit::authority(&bench).await;
    let leaf = certified(&bench, &authority).await;
    let (one, two) = (officer(&bench), officer(&bench));
    let reason = RevocationReason::Superseded;
    ask_revocation(&bench.work(), &one, &leaf.serial, reason).await.expect("asked");
    withdraw_revocation(&bench.work(), &two, &leaf.serial).await.expect("withdrawn");
    let late = confirm_revocation(&bench.work(), &authority, &two, Fresh::for_test(), &leaf.serial).await;
    assert!(matches!(late, Err(WishRefused::Over)), "{late:?}");
    ask_revocation(&bench.work(), &one, &leaf.serial, reason).await.expect("asked again");
    bench.clock.advance(DAY * 7);
    let late = confirm_revocation(&bench.work(), &authority, &two, Fresh::for_test(), &leaf.serial).await;
    assert!(matches!(late, Err(WishRefused::Over)), "{late:?}");
    ask_revocation(&bench.work(), &two, &leaf.serial, reason).await.expect("asked by the other");
    confirm_revocation(&bench.work(), &authority, &one, Fresh::for_test(), &leaf.serial).await.expect("confirmed");
}

#[tokio::test]
async fn of_confirmations_and_withdrawals_at_once_exactly_one_counts() {
    let bench = testkit::bench().await;
    let authority = Arc::new(testkit::authority(&bench).await);
    let leaf = certified(&bench, &authority).await;
    let one = officer(&bench);
    ask_revocation(&bench.work(), &one, &leaf.serial, RevocationReason::KeyCompromise).await.expect("asked");
    let mut race = tokio::task::JoinSet::new();
    for number in 0..6 {
        let (work, authority, serial) = (bench.work(), authority.clone(), leaf.serial.clone());
        let officer = officer(&bench);
        race.spawn(async move {
            match number % 3 {
                0 => withdraw_revocation(&work, &officer, &serial).await,
                _ => confirm_revocation(&work, &authority, &officer, Fresh::for_test(), &serial).await.map(drop),
            }
        });
    }
    let outcomes = race.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(()) | Err(WishRefused::Over))), "{outcomes:?}");
}
