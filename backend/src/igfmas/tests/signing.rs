//! The file of a document: made once, signed by everybody, valid for whoever looks.

use super::*;
use crate::blob::BlobStore as _;
use crate::document::verify::{Trust, verify as judge_file};
use crate::document::{SignatureRequest, testing};
use crate::signing::{CeremonyId, Order, Purpose as _, Signed};

/// What the spine does with the plug of this room, with a key of the test's own authority.
struct Ceremony<'a> {
    world: &'a World,
    plug: Payments,
    court: Court,
}

impl Ceremony<'_> {
    async fn open(&self, officer: &PersonId, step: &StepId) -> Result<Order, &'static str> {
        let opened = self.plug.open(&self.world.work(), step.as_str(), officer).await;
        opened.map_err(|refusal| refusal.0.code())
    }

    async fn claim(&self, officer: &PersonId, order: &Order) -> Result<(), &'static str> {
        let work = self.world.work();
        let mut tx = work.write().await.expect("begins");
        self.plug.claim(&work, &mut tx, order, officer).await.map_err(|refusal| refusal.0.code())?;
        tx.commit().await.expect("commits");
        Ok(())
    }

    /// Prepares, signs and stores; the new file.
    async fn sign(&self, officer: &PersonId, order: &Order) -> Vec<u8> {
        self.world.moment();
        let work = self.world.work();
        let head = self.world.shelf.read(&order.document, order.head_length).await.expect("reads");
        let draft = self.plug.prepare(&work, order, officer, None).await.expect("prepares");
        let request = SignatureRequest {
            field: &draft.field,
            role: draft.role,
            name: &draft.name,
            reason: &draft.reason,
            time: testing::NOW,
            fills: draft.fills,
            appearance: draft.appearance,
        };
        let file = self.court.sign(&head, &request, &self.court.person(&draft.name, 11));
        let certificate = self.world.certified(officer).await;
        let signed = Signed {
            ceremony: CeremonyId::new(&work),
            order: order.clone(),
            person: officer.clone(),
            field: draft.field,
            certificate,
            factor: "turn-code".to_owned(),
            length: file.len() as u64,
            sha256: mohor_shared::transcript::sha256(&file),
            at: work.now,
        };
        let tail = &file[head.len()..];
        self.world.shelf.append(&order.document, order.head_length, tail).await.expect("appends");
        let mut tx = work.write().await.expect("begins");
        self.plug.commit(&work, &mut tx, &signed).await.expect("commits");
        tx.commit().await.expect("commits");
        file
    }
}

#[tokio::test]
async fn everybody_signs_the_file_of_a_payment_and_every_signature_is_valid() {
    let world = world().await;
    let team = world.team().await;
    let id = world.submitted(22, "07022411247A").await;
    let [one, two] = world.steps(&id).await.try_into().expect("two steps");
    let plug = Payments { keys: Arc::new(testkit::keys()) };
    let ceremony = Ceremony { world: &world, plug, court: Court::new() };
    assert_eq!(ceremony.open(&team.first, &one).await.expect_err("unseen"), "igfmas-out-of-order");
    assert_eq!(ceremony.open(&team.second, &two).await.expect_err("too early"), "igfmas-not-your-turn");
    let mut file = Vec::new();
    for (officer, step) in [(&team.first, &one), (&team.second, &two)] {
        world.screen(officer, step).await.expect("at the screen");
        let order = ceremony.open(officer, step).await.expect("opens");
        let elsewhere = Order { head_sha256: [0; 32], ..order.clone() };
        assert_eq!(ceremony.claim(officer, &elsewhere).await, Err("igfmas-document-changed"), "other bytes");
        assert_eq!(ceremony.claim(officer, &order).await, Ok(()));
        assert_eq!(ceremony.claim(officer, &order).await, Err("igfmas-document-state"), "a double click");
        file = ceremony.sign(officer, &order).await;
        world.verified(step).await;
    }
    assert_eq!(world.document(&id).await.state, DocumentState::Posted);
    let trust = Trust { roots: vec![ceremony.court.root.der()], crls: Vec::new(), at: Some(testing::NOW) };
    let report = judge_file(&file, &trust);
    let valid: Vec<_> = report.signatures.iter().map(|verdict| verdict.status.is_valid()).collect();
    assert_eq!(valid, [true; 3], "{report:#?}");
    if let Ok(folder) = std::env::var("MOHOR_KEEP") {
        std::fs::write(std::path::Path::new(&folder).join("payment-signed.pdf"), &file).expect("keeps");
    }
}

#[tokio::test]
async fn a_ceremony_that_ends_without_a_signature_gives_the_document_back() {
    let world = world().await;
    let team = world.team().await;
    let id = world.submitted(22, "07022411247A").await;
    let step = world.steps(&id).await.remove(0);
    let plug = Payments { keys: Arc::new(testkit::keys()) };
    let ceremony = Ceremony { world: &world, plug, court: Court::new() };
    for void in [false, true] {
        world.screen(&team.first, &step).await.expect("at the screen");
        let order = ceremony.open(&team.first, &step).await.expect("opens");
        ceremony.claim(&team.first, &order).await.expect("claims");
        let work = world.work();
        let mut tx = work.write().await.expect("begins");
        if void {
            ceremony.plug.void(&work, &mut tx, &order, &team.first).await.expect("voids");
        } else {
            ceremony.plug.release(&work, &mut tx, &order).await.expect("releases");
        }
        tx.commit().await.expect("commits");
        assert_eq!((world.document(&id).await.state, world.hands(&id).await), (DocumentState::Submitted, 1));
        assert_eq!(ceremony.open(&team.first, &step).await.expect_err("begins anew"), "igfmas-out-of-order");
    }
    assert!(world.kinds(&id).await.contains(&"igfmas.signature-void".to_owned()));
}

#[tokio::test]
async fn of_two_submissions_one_is_taken_and_a_full_disk_loses_nothing() {
    let world = Arc::new(world().await);
    let team = world.team().await;
    let id = world.prepared(22, "07022411247A").await;
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..2 {
        let (world, preparer, id) = (world.clone(), team.preparer.clone(), id.clone());
        racers.spawn(async move { world.submit(&preparer, &id, 1).await.map_err(|refused| refused.code()) });
    }
    let ended = racers.join_all().await;
    assert_eq!(ended.iter().filter(|end| end.is_ok()).count(), 1, "{ended:?}");
    assert_eq!(world.steps(&id).await.len(), 2);
    let other = world.prepared(22, "07022411247B").await;
    world.shelf.full.store(true, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(world.submit(&team.preparer, &other, 1).await.expect_err("full").code(), "storage-full");
    assert_eq!(world.document(&other).await.state, DocumentState::Draft);
    world.shelf.full.store(false, std::sync::atomic::Ordering::SeqCst);
    world.submit(&team.preparer, &other, 1).await.expect("submits");
}
