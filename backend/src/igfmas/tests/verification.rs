//! Verified before it counts, posted once, held when nothing is certain.

use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;

use super::*;
use crate::certificate::{Ca, RevocationReason};

/// A server of revocation lists that answers what it was told to.
struct Server<'a> {
    authority: &'a Authority,
    says: Mutex<Result<Vec<u8>, Unreachable>>,
}

#[async_trait]
impl RevocationLists for Server<'_> {
    async fn newest(&self, _work: &Work) -> Result<Vec<u8>, Unreachable> {
        self.says.lock().expect("a server").clone()
    }

    fn issuer(&self) -> Vec<u8> {
        self.authority.issuer()
    }
}

/// Both have signed; the second signature is not verified yet. The serial numbers of their certificates.
async fn certified(world: &World) -> (DocumentId, Team, [String; 2]) {
    let team = world.team().await;
    let id = world.submitted(22, "07022411247A").await;
    let [one, two] = world.steps(&id).await.try_into().expect("two steps");
    world.claim(&team.first, &one).await.expect("claims");
    let first = world.record(&team.first, &one).await;
    world.verified(&one).await;
    world.claim(&team.second, &two).await.expect("claims");
    let second = world.record(&team.second, &two).await;
    (id, team, [first, second])
}

async fn list(world: &World) -> Vec<u8> {
    certificate::crl(&world.work(), &world.authority, Ca::Issuing).await.expect("a list").der
}

async fn postings(world: &World, id: &DocumentId) -> usize {
    usize::from(posting(&world.work(), id).await.expect("reads").is_some())
}

#[tokio::test]
async fn a_posted_document_keeps_who_when_certificate_digest_and_result() {
    let world = world().await;
    let (id, team, serials) = certified(&world).await;
    assert_eq!(verify_due(&world.work(), &world.authority).await.expect("verifies"), 1);
    assert_eq!(verify_due(&world.work(), &world.authority).await.expect("nothing is left"), 0);
    let document = world.document(&id).await;
    let posted = posting(&world.work(), &id).await.expect("reads").expect("posted");
    assert_eq!((document.state, posted.hash, posted.amount), (DocumentState::Posted, document.hash, document.amount));
    let records = signing_records(&world.work(), &id).await.expect("reads");
    let told: Vec<_> = records.iter().map(|record| (record.person.clone(), record.certificate.clone())).collect();
    assert_eq!(told, [(team.first, serials[0].clone()), (team.second, serials[1].clone())]);
    for record in records {
        assert_eq!((record.hash, record.result), (document.hash, SigningResult::Verified), "FIN-14");
        assert!(record.judged_at > Some(record.signed_at) || record.judged_at == Some(world.work().now));
    }
    let again = verify(&world.work(), &world.authority, &id).await.expect_err("posted already");
    assert_eq!(again.code(), "igfmas-document-state");
}

#[tokio::test]
async fn whatever_is_not_certain_holds_the_document_until_it_is() {
    let world = world().await;
    let (id, _, _) = certified(&world).await;
    let good = list(&world).await;
    let root = certificate::crl(&world.work(), &world.authority, Ca::Root).await.expect("a list").der;
    let mut forged = good.clone();
    *forged.last_mut().expect("bytes") ^= 1;
    let server = Server { authority: &world.authority, says: Mutex::new(Ok(good.clone())) };
    for (says, why) in [
        (Err(Unreachable("refused".to_owned())), "igfmas-held-unreachable"),
        (Ok(good[..good.len() - 1].to_vec()), "igfmas-held-unreadable"),
        (Ok(root), "igfmas-held-foreign"),
        (Ok(forged), "igfmas-held-forged"),
    ] {
        *server.says.lock().expect("a server") = says;
        assert_eq!(verify(&world.work(), &server, &id).await.expect("holds"), DocumentState::VerifyHeld);
        let held = world.document(&id).await;
        assert_eq!((held.state, held.reason.as_deref()), (DocumentState::VerifyHeld, Some(why)));
        assert_eq!(postings(&world, &id).await, 0);
        assert_eq!(verify_due(&world.work(), &server).await.expect("waits"), 0, "not before its minute");
    }
    // The same list, a week later.
    world.bench.clock.advance(Duration::from_secs(7 * 86_400));
    *server.says.lock().expect("a server") = Ok(good);
    assert_eq!(verify_due(&world.work(), &server).await.expect("tries again"), 0);
    assert_eq!(world.document(&id).await.reason.as_deref(), Some("igfmas-held-stale"));
    *server.says.lock().expect("a server") = Ok(list(&world).await);
    world.bench.clock.advance(Duration::from_secs(61));
    assert_eq!(verify_due(&world.work(), &server).await.expect("and again"), 1);
    assert_eq!((world.document(&id).await.state, postings(&world, &id).await), (DocumentState::Posted, 1));
    let kinds = world.kinds(&id).await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "igfmas.verification-held").count(), 5);
    assert_eq!(
        kinds.iter().filter(|kind| *kind == Fin::VerificationShown.kind()).count(),
        2,
        "once for each signature"
    );
    assert_eq!(kinds[kinds.len() - 2..], [Fin::Posted.kind(), "igfmas.posted"]);
}

#[tokio::test]
async fn a_certificate_revoked_meanwhile_stops_the_document_and_everybody_signs_the_next_version() {
    let world = world().await;
    let (id, team, [first, _]) = certified(&world).await;
    let reason = RevocationReason::KeyCompromise;
    world.moment();
    certificate::revoke(&world.work(), &world.authority, &first, reason).await.expect("revokes");
    assert_eq!(verify(&world.work(), &world.authority, &id).await.expect("judges"), DocumentState::PostFailed);
    assert_eq!(postings(&world, &id).await, 0, "FIN-17");
    let kinds = world.kinds(&id).await;
    assert_eq!(kinds.last().map(String::as_str), Some("igfmas.verification-failed"));
    assert_eq!(kinds.iter().filter(|kind| *kind == Fin::Posted.kind()).count(), 1, "of the first signature");
    let records = signing_records(&world.work(), &id).await.expect("reads");
    let results: Vec<_> = records.iter().map(|record| record.result).collect();
    assert_eq!(results, [SigningResult::Revoked, SigningResult::Made]);
    let again = verify(&world.work(), &world.authority, &id).await.expect_err("stopped");
    assert_eq!(again.code(), "igfmas-document-state");
    assert_eq!(world.tasks(&team.preparer).await.lines.len(), 1, "back in the list of the preparer");
    amend(&world.work(), &team.preparer, &id, 1, &payload_of(100)).await.expect("amends");
    world.submit(&team.preparer, &id, 2).await.expect("submits");
    let [one, two] = world.steps(&id).await.try_into().expect("two steps");
    assert_eq!(world.signed(&team.first, &one).await, DocumentState::Submitted);
    assert_eq!(world.signed(&team.second, &two).await, DocumentState::Posted);
}

#[tokio::test]
async fn of_many_verifiers_one_posts() {
    let world = Arc::new(world().await);
    let (id, _, _) = certified(&world).await;
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (world, id) = (world.clone(), id.clone());
        racers.spawn(async move { verify(&world.work(), &world.authority, &id).await });
    }
    let ended = racers.join_all().await;
    let posted = ended.iter().filter(|end| matches!(end, Ok(DocumentState::Posted))).count();
    assert_eq!(posted, 1, "{ended:?}");
    assert_eq!(postings(&world, &id).await, 1);
}

#[tokio::test]
async fn a_verifier_that_died_is_relieved() {
    let world = world().await;
    let (id, _, _) = certified(&world).await;
    let work = world.work();
    let mut tx = work.write().await.expect("begins");
    let values = args![&id, "dead", work.now.plus(Duration::from_secs(60)), work.now];
    tx.first(store::BEGIN_VERIFY, values).await.expect("takes").expect("takes");
    tx.commit().await.expect("commits");
    let busy = verify(&world.work(), &world.authority, &id).await.expect_err("somebody is at it");
    assert_eq!(busy.code(), "igfmas-document-state");
    world.bench.clock.advance(Duration::from_secs(60));
    assert_eq!(verify_due(&world.work(), &world.authority).await.expect("relieves"), 1);
    assert_eq!(world.document(&id).await.state, DocumentState::Posted);
}
