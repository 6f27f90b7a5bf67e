//! Stamps that are granted, refused, tampered with, and asked for by a client.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use der::asn1::ObjectIdentifier;
use der::{Decode as _, Encode as _};

use super::model::{PkiStatus, TimeStampReq, TimeStampResp};
use super::*;
use crate::testkit;

const DIGEST: [u8; 32] = [5; 32];

async fn stamper(bench: &testkit::Bench) -> (LocalStamper, Vec<u8>) {
    let authority = Arc::new(testkit::authority(bench).await);
    let spki = authority.tsa().spki().to_vec();
    (LocalStamper::new(authority), spki)
}

fn failure(answer: &[u8]) -> (PkiStatus, Vec<usize>) {
    let answer = TimeStampResp::from_der(answer).expect("an answer");
    let bits =
        answer.status.fail_info.map(|info| info.bits().enumerate().filter(|(_, set)| *set).map(|(at, _)| at).collect());
    (answer.status.status, bits.unwrap_or_default())
}

#[tokio::test]
async fn a_digest_is_stamped_with_the_time_of_the_work() {
    let bench = testkit::bench().await;
    let (stamper, spki) = stamper(&bench).await;
    let work = bench.work();
    let token = stamper.token(&work, DIGEST).await.expect("a token");
    let question = ask::question(&work, DIGEST).expect("a request");
    let answer = stamper.stamp(&work, &question.der).await;
    assert_ne!(ask::check(&question, &answer, &spki).expect("a token"), token, "serial and nonce differ");
    // genTime 2026-11-20 01:00:00 UTC, as GeneralizedTime.
    assert!(token.windows(15).any(|part| part == b"20261120010000Z"));
}

#[tokio::test]
async fn what_cannot_be_stamped_is_refused_with_its_reason() {
    let bench = testkit::bench().await;
    let (stamper, _) = stamper(&bench).await;
    let work = bench.work();
    let good = TimeStampReq::from_der(&ask::question(&work, DIGEST).expect("a request").der).expect("reads");
    let change = |edit: &dyn Fn(&mut TimeStampReq)| {
        let mut request = good.clone();
        edit(&mut request);
        request.to_der().expect("encodes")
    };
    let sha1 = ObjectIdentifier::new_unwrap("1.3.14.3.2.26");
    let cases: [(Vec<u8>, usize); 5] = [
        (b"nonsense".to_vec(), 5),
        (change(&|request| request.message_imprint.hash_algorithm.oid = sha1), 0),
        (
            change(&|request| {
                request.message_imprint.hashed_message = der::asn1::OctetString::new(*b"short").expect("octets");
            }),
            5,
        ),
        (change(&|request| request.req_policy = Some(sha1)), 15),
        (change(&|request| request.version = 2), 2),
    ];
    for (request, bit) in cases {
        assert_eq!(failure(&stamper.stamp(&work, &request).await), (PkiStatus::Rejection, vec![bit]));
    }
}

#[tokio::test]
async fn a_clock_that_went_back_stamps_nothing() {
    let bench = testkit::bench().await;
    let (stamper, _) = stamper(&bench).await;
    let start = bench.work().now;
    bench.clock.advance(Duration::from_secs(60));
    stamper.token(&bench.work(), DIGEST).await.expect("a token");
    bench.clock.set(start);
    assert!(matches!(stamper.token(&bench.work(), DIGEST).await, Err(StampError::Refused(_))));
    bench.clock.advance(Duration::from_secs(61));
    stamper.token(&bench.work(), DIGEST).await.expect("it has caught up");
}

#[tokio::test]
async fn a_slow_request_is_stamped_with_the_time_of_its_stamp() {
    let bench = testkit::bench().await;
    let (stamper, _) = stamper(&bench).await;
    let slow = bench.work();
    bench.clock.advance(Duration::from_secs(9));
    stamper.token(&bench.work(), DIGEST).await.expect("a quick one is stamped meanwhile");
    let token = stamper.token(&slow, DIGEST).await.expect("and it stands in nobody's way");
    assert!(token.windows(15).any(|part| part == b"20261120010009Z"));
}

#[tokio::test]
async fn an_ended_certificate_stamps_nothing() {
    let bench = testkit::bench().await;
    let (stamper, _) = stamper(&bench).await;
    bench.clock.advance(Duration::from_secs(86_400 * 366 * 3));
    assert!(stamper.token(&bench.work(), DIGEST).await.is_err());
}

#[tokio::test]
async fn an_answer_that_does_not_fit_is_not_believed() {
    let bench = testkit::bench().await;
    let (stamper, spki) = stamper(&bench).await;
    let work = bench.work();
    let question = ask::question(&work, DIGEST).expect("a request");
    let answer = stamper.stamp(&work, &question.der).await;
    assert!(ask::check(&question, &answer, &spki).is_ok());

    let other_nonce = ask::question(&work, DIGEST).expect("a request");
    assert!(ask::check(&other_nonce, &answer, &spki).is_err(), "a replayed answer");
    let other_digest = ask::question(&work, [6; 32]).expect("a request");
    assert!(ask::check(&other_digest, &answer, &spki).is_err());
    let stranger = testkit::authority(&testkit::bench().await).await;
    assert!(ask::check(&question, &answer, stranger.tsa().spki()).is_err(), "another authority's key");
    // Whatever bit of the token changes, it is refused. Only the CA certificate beside it is not covered by the
    // signature: path validation judges that one.
    let issuing = stamper.authority().issuing().der();
    let beside = answer.windows(issuing.len()).position(|part| part == issuing).expect("the chain is there");
    let believed: Vec<_> = (0..answer.len())
        .filter(|at| !(beside..beside + issuing.len()).contains(at))
        .filter(|at| {
            let mut changed = answer.clone();
            changed[*at] ^= 1;
            ask::check(&question, &changed, &spki).is_ok()
        })
        .collect();
    assert_eq!(believed, Vec::<usize>::new(), "of {}", answer.len());
}

/// Writes a request and its answer where `MOHOR_SAMPLES` says, for `openssl ts -verify`.
#[tokio::test]
async fn a_sample_for_the_judges() {
    let bench = testkit::bench().await;
    let (stamper, _) = stamper(&bench).await;
    let work = bench.work();
    let question = ask::question(&work, mohor_shared::transcript::sha256(b"SPESIMEN")).expect("a request");
    let answer = stamper.stamp(&work, &question.der).await;
    assert_eq!(failure(&answer), (PkiStatus::Granted, vec![]));
    if let Some(folder) = std::env::var_os("MOHOR_SAMPLES").map(PathBuf::from) {
        std::fs::write(folder.join("stamp.tsq"), &question.der).expect("writes");
        std::fs::write(folder.join("stamp.tsr"), &answer).expect("writes");
        std::fs::write(folder.join("stamp-root.cer"), stamper.authority().root().der()).expect("writes");
        std::fs::write(folder.join("stamp-issuing.cer"), stamper.authority().issuing().der()).expect("writes");
    }
}
