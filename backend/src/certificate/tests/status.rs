//! Lists and OCSP.

use super::*;
use crate::kernel::db::Engine;

#[tokio::test]
async fn a_revocation_is_in_the_next_list_and_final() {
    let bench = testkit::bench().await;
    let authority = testkit::authority(&bench).await;
    let leaf = issued(&bench.work(), &authority, &request(&bench).await).await.expect("issued");
    let before = crl(&bench.work(), &authority, Ca::Issuing).await.expect("a list");
    bench.clock.advance(Duration::from_secs(5));
    let outcome = revoke(&bench.work(), &authority, &leaf.serial, RevocationReason::KeyCompromise).await;
    assert!(matches!(outcome, Ok(Published::Now)));
    let after = crl(&bench.work(), &authority, Ca::Issuing).await.expect("a list");
    assert!(after.number > before.number);
    let list = CertificateList::<x509_cert::certificate::Rfc5280>::from_der(&after.der).expect("a list");
    let entries = list.tbs_cert_list.revoked_certificates.expect("entries");
    assert_eq!(entries.len(), 1);
    assert_eq!(hex::encode(entries[0].serial_number.as_bytes()), leaf.serial);
    assert_eq!(current_for(&bench.work(), &leaf.person.clone().expect("a person")).await.expect("reads"), None);
    let again = revoke(&bench.work(), &authority, &leaf.serial, RevocationReason::Superseded).await;
    assert!(matches!(again, Err(RevokeError::Already)));
    let unknown = revoke(&bench.work(), &authority, "00ff", RevocationReason::Superseded).await;
    assert!(matches!(unknown, Err(RevokeError::Unknown)));
    let root = crl(&bench.work(), &authority, Ca::Root).await.expect("a list");
    let list = CertificateList::<x509_cert::certificate::Rfc5280>::from_der(&root.der).expect("a list");
    assert!(list.tbs_cert_list.revoked_certificates.is_none());
}

#[tokio::test]
async fn a_list_is_kept_while_fresh_and_replaced_when_old_or_incomplete() {
    let bench = testkit::bench().await;
    let authority = testkit::authority(&bench).await;
    let first = refresh(&bench.work(), &authority, Ca::Issuing).await.expect("a list");
    assert_eq!(refresh(&bench.work(), &authority, Ca::Issuing).await.expect("a list"), first);
    bench.clock.advance(DAY);
    let second = refresh(&bench.work(), &authority, Ca::Issuing).await.expect("a list");
    assert_eq!(second.number, first.number + 1);
    // A crash between row and list: the row is revoked, the list does not know.
    let leaf = issued(&bench.work(), &authority, &request(&bench).await).await.expect("issued");
    let mut tx = bench.work().write().await.expect("begins");
    tx.execute(store::REVOKE, crate::args![&leaf.serial, bench.work().now, 1i64]).await.expect("revokes");
    tx.commit().await.expect("commits");
    let third = refresh(&bench.work(), &authority, Ca::Issuing).await.expect("a list");
    assert_eq!(third.number, second.number + 1);
    bench.clock.advance(DAY * 8);
    let fourth = crl(&bench.work(), &authority, Ca::Issuing).await.expect("a list");
    assert_eq!(fourth.number, third.number + 1, "an ended list is not served");
}

/// A disk that takes no list.
const fn fill(engine: Engine) -> &'static [&'static str] {
    match engine {
        Engine::Sqlite => &["CREATE TRIGGER crl_full BEFORE UPDATE ON crl BEGIN SELECT RAISE(ABORT, 'full'); END"],
        Engine::Postgres => &[
            "CREATE FUNCTION crl_full() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$",
            "CREATE TRIGGER crl_full BEFORE UPDATE ON crl FOR EACH ROW EXECUTE FUNCTION crl_full()",
        ],
    }
}

const fn empty(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "DROP TRIGGER crl_full",
        Engine::Postgres => "DROP TRIGGER crl_full ON crl",
    }
}

async fn run(bench: &Bench, texts: &[&'static str]) {
    let mut tx = bench.work().write().await.expect("begins");
    for text in texts {
        tx.execute(text, crate::args![]).await.expect("runs");
    }
    tx.commit().await.expect("commits");
}

#[tokio::test]
async fn a_disk_too_full_for_a_list_undoes_no_revocation_and_the_list_follows() {
    let bench = testkit::bench().await;
    let authority = testkit::authority(&bench).await;
    let leaf = issued(&bench.work(), &authority, &request(&bench).await).await.expect("issued");
    let before = crl(&bench.work(), &authority, Ca::Issuing).await.expect("a list");
    let engine = bench.means.db.engine();
    run(&bench, fill(engine)).await;
    let outcome = revoke(&bench.work(), &authority, &leaf.serial, RevocationReason::KeyCompromise).await;
    assert!(matches!(outcome, Ok(Published::Later(_))), "{outcome:?}");
    assert!(matches!(status(&bench.work(), &leaf.serial).await.expect("reads"), Status::Revoked(_)), "OCSP says so");
    assert!(refresh(&bench.work(), &authority, Ca::Issuing).await.is_err(), "still no room");
    assert_eq!(crl(&bench.work(), &authority, Ca::Issuing).await.expect("a list"), before, "the old one is served");
    run(&bench, &[empty(engine)]).await;
    let after = refresh(&bench.work(), &authority, Ca::Issuing).await.expect("a list");
    assert!(after.number > before.number);
    let list = CertificateList::<x509_cert::certificate::Rfc5280>::from_der(&after.der).expect("a list");
    assert_eq!(list.tbs_cert_list.revoked_certificates.map(|all| all.len()), Some(1));
}

#[tokio::test]
async fn ocsp_says_good_revoked_unknown_and_repeats_the_nonce() {
    use crate::certificate::ocsp::client::{read, request as ask};
    use crate::certificate::ocsp_model::{CertStatus, Reason};
    let bench = testkit::bench().await;
    let authority = testkit::authority(&bench).await;
    let leaf = issued(&bench.work(), &authority, &request(&bench).await).await.expect("issued");
    let work = bench.work();

    let answer = ocsp(&work, &authority, &ask(&authority, &leaf.serial, None)).await;
    assert!(answer.cacheable);
    assert!(matches!(read(&authority, &answer.der), Ok((CertStatus::Good(_), None))));
    let answer = ocsp(&work, &authority, &ask(&authority, &leaf.serial, Some(&[7; 32]))).await;
    assert!(!answer.cacheable);
    assert!(matches!(read(&authority, &answer.der), Ok((CertStatus::Good(_), Some(nonce))) if nonce == [7; 32]));
    let answer = ocsp(&work, &authority, &ask(&authority, "01ffffffffffffffff", None)).await;
    assert!(matches!(read(&authority, &answer.der), Ok((CertStatus::Unknown(_), None))));

    revoke(&work, &authority, &leaf.serial, RevocationReason::KeyCompromise).await.expect("revoked");
    let answer = ocsp(&work, &authority, &ask(&authority, &leaf.serial, None)).await;
    let Ok((CertStatus::Revoked(revoked), None)) = read(&authority, &answer.der) else { panic!("revoked") };
    assert_eq!(revoked.reason, Some(Reason::KeyCompromise));
}

#[tokio::test]
async fn ocsp_refuses_what_it_cannot_read_or_may_not_answer() {
    use crate::certificate::ocsp::client::{read, request as ask};
    let bench = testkit::bench().await;
    let authority = testkit::authority(&bench).await;
    let work = bench.work();
    let other = testkit::authority(&testkit::bench().await).await;
    for (request, refusal) in [
        (b"nonsense".to_vec(), 1),
        (vec![0x30; 5000], 1),
        (ask(&authority, "01", Some(&[])), 1),
        (ask(&authority, "01", Some(&[0; 129])), 1),
        (ask(&other, "01", None), 6),
    ] {
        assert_eq!(read(&authority, &ocsp(&work, &authority, &request).await.der).err(), Some(refusal));
    }
}
