//! The authority: made once, resumed, renewed, and never twice.

use super::*;

#[tokio::test]
async fn the_ceremony_runs_once_however_often_it_is_started() {
    let bench = testkit::bench().await;
    let keys: Arc<dyn KeyStore> = Arc::new(testkit::keys());
    let settings = CaSettings::default();
    let first = ceremony(&bench.work(), Arc::clone(&keys), &settings).await.expect("made");
    bench.clock.advance(DAY);
    let again = ceremony(&bench.work(), Arc::clone(&keys), &settings).await.expect("loaded");
    for (one, two) in [
        (first.root(), again.root()),
        (first.issuing(), again.issuing()),
        (&first.seal(), &again.seal()),
        (&first.tsa(), &again.tsa()),
        (&first.ocsp(), &again.ocsp()),
    ] {
        assert_eq!(one.der(), two.der());
    }
    // Near its end a service gets its next certificate over the same key; root and issuing CA stay.
    bench.clock.advance(DAY * 340);
    let later = ceremony(&bench.work(), Arc::clone(&keys), &settings).await.expect("renewed");
    assert_ne!(later.ocsp().der(), first.ocsp().der());
    assert_eq!(later.ocsp().spki(), first.ocsp().spki());
    assert_eq!(later.root().der(), first.root().der());
    assert_eq!(later.tsa().der(), first.tsa().der());
}

/// Days until the issuing CA ends: 72 months.
const CA_ENDS: u32 = 365 * 6 + 1;

#[tokio::test]
async fn a_running_authority_renews_its_services_before_they_end() {
    let bench = testkit::bench().await;
    let authority = testkit::authority(&bench).await;
    assert_eq!(renew(&bench.work(), &authority).await.expect("nothing is due"), 0);
    let (root, first) = (authority.root().der().to_vec(), authority.ocsp());
    bench.clock.advance(DAY * 340);
    assert_eq!(renew(&bench.work(), &authority).await.expect("renewed"), 1);
    assert_eq!(renew(&bench.work(), &authority).await.expect("nothing is due"), 0);
    assert!(authority.ocsp().leaf().not_after > first.leaf().not_after);
    assert_eq!(authority.ocsp().spki(), first.spki());
    // Nobody looked for years: the server is right again with one tick.
    bench.clock.advance(DAY * 800);
    assert_eq!(renew(&bench.work(), &authority).await.expect("renewed"), 3);
    for service in [authority.seal(), authority.tsa(), authority.ocsp()] {
        assert!(service.leaf().is_good(bench.work().now), "{service:?}");
    }
    assert_eq!(authority.root().der(), root, "the root is a decision of people");
}

#[tokio::test]
async fn services_that_end_with_their_authority_are_not_renewed_again_and_again() {
    let bench = testkit::bench().await;
    let authority = testkit::authority(&bench).await;
    bench.clock.advance(DAY * (CA_ENDS - 10));
    assert_eq!(renew(&bench.work(), &authority).await.expect("renewed"), 3);
    assert_eq!(authority.tsa().leaf().not_after, authority.issuing().leaf().not_after);
    for _ in 0..3 {
        bench.clock.advance(DAY);
        assert_eq!(renew(&bench.work(), &authority).await.expect("nothing to gain"), 0);
    }
}

#[tokio::test]
async fn two_servers_renew_a_service_once_and_put_the_same_certificate_in_office() {
    let bench = testkit::bench().await;
    let keys: Arc<dyn KeyStore> = Arc::new(testkit::keys());
    let settings = CaSettings::default();
    let one = ceremony(&bench.work(), Arc::clone(&keys), &settings).await.expect("made");
    let two = ceremony(&bench.work(), Arc::clone(&keys), &settings).await.expect("loaded");
    bench.clock.advance(DAY * 340);
    let (first, second) = (bench.work(), bench.work());
    let (renewed, again) = tokio::join!(renew(&first, &one), renew(&second, &two));
    assert_eq!((renewed.expect("renewed"), again.expect("renewed")), (1, 1));
    assert_eq!(one.ocsp().der(), two.ocsp().der());
    let mut tx = bench.work().read().await.expect("begins");
    let made = tx.all(store::OF_PROFILE, crate::args!["ocsp"]).await.expect("reads");
    assert_eq!(made.len(), 2, "the first and its successor");
}

#[tokio::test]
async fn a_service_whose_certificate_is_revoked_gets_another_without_a_start() {
    let bench = testkit::bench().await;
    let authority = testkit::authority(&bench).await;
    let revoked = authority.tsa();
    revoke(&bench.work(), &authority, &revoked.leaf().serial, RevocationReason::Superseded).await.expect("revoked");
    assert_eq!(renew(&bench.work(), &authority).await.expect("renewed"), 1);
    assert_ne!(authority.tsa().leaf().serial, revoked.leaf().serial);
}

#[tokio::test]
async fn a_key_store_without_the_authoritys_keys_is_refused() {
    let bench = testkit::bench().await;
    let settings = CaSettings::default();
    ceremony(&bench.work(), Arc::new(testkit::keys()), &settings).await.expect("made");
    let empty = SoftwareKeyStore::in_memory(&MasterKey::new([1; 32])).expect("a key store");
    let refused = ceremony(&bench.work(), Arc::new(empty), &settings).await;
    assert!(matches!(refused, Err(CeremonyError::KeyLost("root"))));
}

#[tokio::test]
async fn two_ceremonies_at_once_make_one_authority() {
    let bench = testkit::bench().await;
    let keys: Arc<dyn KeyStore> = Arc::new(testkit::keys());
    let settings = CaSettings::default();
    let (first, second) = (bench.work(), bench.work());
    let (one, two) =
        tokio::join!(ceremony(&first, Arc::clone(&keys), &settings), ceremony(&second, Arc::clone(&keys), &settings),);
    let (one, two) = (one.expect("made"), two.expect("made"));
    assert_eq!(one.root().der(), two.root().der());
    assert_eq!(one.issuing().der(), two.issuing().der());
    assert_eq!(one.tsa().der(), two.tsa().der());
}

#[tokio::test]
async fn an_authority_that_ends_first_issues_nothing_longer() {
    let bench = testkit::bench().await;
    let authority = testkit::authority(&bench).await;
    bench.clock.advance(DAY * 365 * 5 + DAY * 200);
    let year = request(&bench).await;
    let refused = prepare(&bench.work(), &authority, &year).expect_err("refused");
    assert!(refused.to_string().contains("cps-within-the-authority"));
    let month = request_for(&bench, "A", KeySpec::P256, Term::Month).await;
    assert!(prepare(&bench.work(), &authority, &month).is_ok());
    bench.clock.advance(DAY * 365);
    assert!(prepare(&bench.work(), &authority, &month).is_err(), "an authority that has ended");
}

/// Whether `text` stands in the bytes.
fn says(der: &[u8], text: &str) -> bool {
    der.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn pointers_and_names_are_the_operator_s() {
    let bench = testkit::bench().await;
    let settings = CaSettings {
        host: "pki.lain.example.test".to_owned(),
        organisation: "Agensi Contoh SPESIMEN".to_owned(),
        ..CaSettings::default()
    };
    let authority = ceremony(&bench.work(), Arc::new(testkit::keys()), &settings).await.expect("made");
    let leaf = issued(&bench.work(), &authority, &request(&bench).await).await.expect("issued");
    for pointer in ["/pki/issuing.crl", "/pki/ocsp", "/pki/issuing.cer"] {
        assert!(says(&leaf.der, &format!("http://pki.lain.example.test{pointer}")), "{pointer}");
    }
    assert!(says(&leaf.der, "Agensi Contoh SPESIMEN"), "the issuer's name");
    let default = CaSettings::default();
    for der in [&leaf.der[..], authority.root().der(), authority.issuing().der(), authority.tsa().der()] {
        assert!(!says(der, &default.host) && !says(der, &default.organisation), "a default is left");
    }
}

#[tokio::test]
async fn an_authority_with_rsa_keys_issues_as_well() {
    let bench = testkit::bench().await;
    let settings = CaSettings { keys: KeySpec::Rsa2048, ..CaSettings::default() };
    let authority = ceremony(&bench.work(), Arc::new(testkit::keys()), &settings).await.expect("made");
    let leaf = issued(&bench.work(), &authority, &request(&bench).await).await.expect("issued");
    let parsed = Certificate::from_der(&leaf.der).expect("a certificate");
    let oid = parsed.signature_algorithm().oid;
    assert_eq!(oid, const_oid::db::rfc5912::SHA_256_WITH_RSA_ENCRYPTION);
    assert!(crl(&bench.work(), &authority, Ca::Issuing).await.is_ok());
}
