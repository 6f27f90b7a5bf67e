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
        (first.seal(), again.seal()),
        (first.tsa(), again.tsa()),
        (first.ocsp(), again.ocsp()),
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

#[tokio::test]
async fn an_authority_with_rsa_keys_issues_as_well() {
    let bench = testkit::bench().await;
    let settings = CaSettings { keys: KeySpec::Rsa2048, ..CaSettings::default() };
    let authority = ceremony(&bench.work(), Arc::new(testkit::keys()), &settings).await.expect("made");
    let leaf = issued(&bench, &authority, &request(&bench).await).await.expect("issued");
    let parsed = Certificate::from_der(&leaf.der).expect("a certificate");
    let oid = parsed.signature_algorithm().oid;
    assert_eq!(oid, const_oid::db::rfc5912::SHA_256_WITH_RSA_ENCRYPTION);
    assert!(crl(&bench.work(), &authority, Ca::Issuing).await.is_ok());
}
