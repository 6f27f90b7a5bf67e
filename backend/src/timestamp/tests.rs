//! Stamps that are granted, refused, tampered with, and asked for by a client.

use std::sync::Arc;
use std::time::Duration;

use der::asn1::ObjectIdentifier;
use der::{Decode as _, Encode as _};

use super::model::{PkiStatus, TimeStampReq, TimeStampResp};
use super::*;
use crate::{audit, testkit};

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
async fn a_restart_or_another_server_does_not_forget_how_late_it_is() {
    let bench = testkit::bench().await;
    let authority = Arc::new(testkit::authority(&bench).await);
    let start = bench.work().now;
    bench.clock.advance(Duration::from_secs(60));
    let (one, two) = (LocalStamper::new(authority.clone()), LocalStamper::new(authority.clone()));
    one.token(&bench.work(), DIGEST).await.expect("a token");
    // The server is started anew, or is another one on the same database; its clock is a minute behind.
    bench.clock.set(start);
    for stamper in [&LocalStamper::new(authority), &two] {
        let question = ask::question(&bench.elsewhere(), DIGEST).expect("a request");
        let answer = stamper.stamp(&bench.elsewhere(), &question.der).await;
        assert_eq!(failure(&answer), (PkiStatus::Rejection, vec![14]), "timeNotAvailable");
    }
    let issued = audit::recent(&bench.work(), "").await.expect("the trail");
    assert_eq!(issued.iter().filter(|entry| entry.kind == "timestamp.issued").count(), 1, "a refusal is no stamp");
    // Half a second is no clock gone back.
    bench.clock.set(start.plus(Duration::from_millis(59_500)));
    two.token(&bench.elsewhere(), DIGEST).await.expect("within what clocks differ by");
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

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_certificate_changes_under_load_and_no_stamp_is_lost() {
    const DAY: Duration = Duration::from_secs(86_400);
    let bench = testkit::bench().await;
    let authority = Arc::new(testkit::authority(&bench).await);
    let stamper = Arc::new(LocalStamper::new(authority.clone()));
    let first = authority.tsa();
    bench.clock.advance(first.leaf().not_after.since(bench.work().now) - DAY * 32);
    let over = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let mut askers = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let (means, stamper, over) = (bench.means.clone(), stamper.clone(), over.clone());
        askers.spawn(async move {
            let mut tokens = Vec::new();
            while !over.load(std::sync::atomic::Ordering::SeqCst) {
                let work = means.work(crate::kernel::work::Actor::Anonymous);
                tokens.push(stamper.token(&work, DIGEST).await.expect("a stamp, whoever is in office"));
            }
            tokens
        });
    }
    // A day at a time, past the end of the first certificate; the job looks once a day.
    for _ in 0..40 {
        bench.clock.advance(DAY);
        crate::certificate::renew(&bench.work(), &authority).await.expect("renews");
        tokio::task::yield_now().await;
    }
    over.store(true, std::sync::atomic::Ordering::SeqCst);
    let tokens: Vec<_> = askers.join_all().await.into_iter().flatten().collect();
    let last = authority.tsa();
    assert_ne!(first.der(), last.der());
    assert!(last.leaf().is_good(bench.work().now) && !first.leaf().is_good(bench.work().now));
    // Each token carries the certificate that made it, and only that one.
    let holds = |token: &[u8], der: &[u8]| token.windows(der.len()).any(|part| part == der);
    assert!(tokens.iter().all(|token| holds(token, first.der()) != holds(token, last.der())));
    assert!(tokens.iter().any(|token| holds(token, first.der())), "of {}", tokens.len());
    assert!(stamper.token(&bench.work(), DIGEST).await.is_ok_and(|token| holds(&token, last.der())));
}

/// The entries about stamps, as the trail has them.
async fn entered(bench: &testkit::Bench) -> Vec<audit::Entry> {
    let all = audit::recent(&bench.work(), "").await.expect("the trail");
    all.into_iter().filter(|entry| entry.kind == "timestamp.issued").collect()
}

#[tokio::test]
async fn a_stamp_is_in_the_trail_with_serial_policy_digest_and_whoever_asked() {
    let bench = testkit::bench().await;
    let (stamper, _) = stamper(&bench).await;
    let work = bench.means.work(crate::kernel::work::Actor::Person("01JPERSON".to_owned()));
    let token = stamper.token(&work, DIGEST).await.expect("a token");
    let entries = entered(&bench).await;
    let [entry] = entries.as_slice() else { panic!("{entries:?}") };
    let serial = hex::decode(&entry.subject).expect("hexadecimal");
    assert!(token.windows(serial.len()).any(|part| part == serial), "the serial number of this token");
    let facts: serde_json::Value = serde_json::from_str(&entry.facts).expect("facts");
    assert_eq!(facts["digest"], hex::encode(DIGEST));
    assert_eq!(facts["algorithm"], "2.16.840.1.101.3.4.2.1");
    assert_eq!(facts["policy"], stamper.authority().stamp_policy());
    assert_eq!(facts["certificate"], stamper.authority().tsa().leaf().serial);
    assert_eq!((entry.actor.as_str(), &entry.request), ("person:01JPERSON", &work.request));
    // A refusal is no stamp.
    assert_eq!(failure(&stamper.stamp(&work, b"nonsense").await), (PkiStatus::Rejection, vec![5]));
    assert_eq!(entered(&bench).await.len(), 1);
}

#[tokio::test]
async fn no_token_leaves_when_its_entry_cannot_be_written() {
    let bench = testkit::bench().await;
    let (stamper, _) = stamper(&bench).await;
    let work = bench.work();
    let question = ask::question(&work, DIGEST).expect("a request");
    bench.means.db.close().await;
    assert_eq!(failure(&stamper.stamp(&work, &question.der).await), (PkiStatus::Rejection, vec![25]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn stamps_at_once_each_have_their_entry_and_those_who_hang_up_lose_nothing_for_others() {
    let bench = testkit::bench().await;
    let (stamper, _) = stamper(&bench).await;
    let stamper = Arc::new(stamper);
    let mut askers = tokio::task::JoinSet::new();
    for number in 0..60u8 {
        let (work, stamper) = (bench.work(), stamper.clone());
        askers.spawn(async move {
            let stamp = stamper.token(&work, [number; 32]);
            // Every third one hangs up at some point on the way.
            if number % 3 == 0 {
                _ = tokio::time::timeout(Duration::from_millis(u64::from(number) / 3), stamp).await;
                return None;
            }
            Some((number, stamp.await.expect("a token")))
        });
    }
    let tokens: Vec<_> = askers.join_all().await.into_iter().flatten().collect();
    assert_eq!(tokens.len(), 40);
    let entries = entered(&bench).await;
    for (number, token) in tokens {
        let digest = hex::encode([number; 32]);
        let known = entries.iter().filter(|entry| entry.facts.contains(&digest)).any(|entry| {
            let serial = hex::decode(&entry.subject).expect("hexadecimal");
            token.windows(serial.len()).any(|part| part == serial)
        });
        assert!(known, "the stamp over {number} is not in the trail");
    }
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
