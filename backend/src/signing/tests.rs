use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use der::Decode as _;
use mohor_shared::pin::Pin;
use mohor_shared::transcript::sha256;

use super::*;
use crate::adapters::keystore_software::{MasterKey, SoftwareKeyStore};
use crate::args;
use crate::blob::BlobError;
use crate::document::appearance::Drawing;
use crate::document::cms::Algorithm;
use crate::document::testing::{self, NOW, Use};
use crate::document::{RevocationData, SignatureRole};
use crate::factor::Target;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::error::{Fault, Kind};
use crate::kernel::secret::Secret;
use crate::kernel::work::Work;
use crate::keystore::KeySpec;
use crate::person::PersonId;
use crate::testkit::{Bench, bench};
use crate::timestamp::StampError;
use crate::vault::{self, Cost, PinState, VaultKey};

const PIN: &str = "Abcdef1#";

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct No(&'static str);

impl Fault for No {
    fn code(&self) -> &'static str {
        self.0
    }

    fn kind(&self) -> Kind {
        Kind::Conflict
    }
}

/// Documents in memory, with a disk that may be full.
#[derive(Default)]
struct Shelf {
    documents: Mutex<HashMap<String, Vec<u8>>>,
    full: AtomicBool,
}

#[async_trait]
impl BlobStore for Shelf {
    async fn append(&self, name: &str, offset: u64, bytes: &[u8]) -> Result<(), BlobError> {
        if self.full.load(Ordering::SeqCst) {
            return Err(BlobError::Full(name.to_owned()));
        }
        let mut documents = self.documents.lock().expect("a lock");
        let document = documents.entry(name.to_owned()).or_default();
        document.truncate(offset as usize);
        document.extend_from_slice(bytes);
        Ok(())
    }

    async fn read(&self, name: &str, length: u64) -> Result<Vec<u8>, BlobError> {
        let documents = self.documents.lock().expect("a lock");
        let bytes = documents.get(name).and_then(|document| document.get(..length as usize));
        bytes.map(<[u8]>::to_vec).ok_or_else(|| BlobError::Missing(name.to_owned()))
    }

    async fn remove(&self, name: &str) -> Result<(), BlobError> {
        self.documents.lock().expect("a lock").remove(name);
        Ok(())
    }
}

/// A time-stamp authority that may be silent.
struct Stamps {
    world: testing::World,
    silent: AtomicBool,
}

#[async_trait]
impl TimeStamper for Stamps {
    async fn token(&self, _work: &Work, sha256: [u8; 32]) -> Result<Vec<u8>, StampError> {
        if self.silent.load(Ordering::SeqCst) {
            return Err(StampError::Unavailable("ujian".to_owned()));
        }
        Ok(self.world.stamp(&sha256, NOW))
    }
}

/// Codes that are good once; `used` is a table, so that a rolled-back ceremony gives a code back.
struct Codes;

#[async_trait]
impl SecondFactor for Codes {
    async fn check(
        &self,
        work: &Work,
        _person: &PersonId,
        _target: &Target,
        code: &str,
    ) -> Result<Box<dyn ReservedCode>, Refusal> {
        let row = work.read().await?.first("SELECT code FROM t_code WHERE code = $1 AND used = 0", args![code]).await?;
        row.ok_or(No("code-wrong"))?;
        Ok(Box::new(Code(code.to_owned())))
    }
}

struct Code(String);

#[async_trait]
impl ReservedCode for Code {
    fn kind(&self) -> &'static str {
        "totp"
    }

    async fn consume(self: Box<Self>, _work: &Work, tx: &mut Tx) -> Result<(), Refusal> {
        let used = tx.execute("UPDATE t_code SET used = 1 WHERE code = $1 AND used = 0", args![&self.0]).await?;
        if used == 1 { Ok(()) } else { Err(No("code-used").into()) }
    }
}

/// One certificate, of an authority made for the test.
struct Papers {
    world: Arc<testing::World>,
    issued: Mutex<HashMap<Vec<u8>, Credential>>,
    ended: AtomicBool,
}

#[async_trait]
impl Credentials for Papers {
    async fn current(&self, _work: &Work, key: &VaultKey) -> Result<Credential, SignError> {
        if self.ended.load(Ordering::SeqCst) {
            return Err(SignError::CertificateEnded);
        }
        self.issued.lock().expect("a lock").get(&key.spki).cloned().ok_or(SignError::NoCertificate)
    }

    async fn by_serial(&self, _work: &Work, serial: &str) -> Result<Credential, SignError> {
        let issued = self.issued.lock().expect("a lock");
        issued.values().find(|one| one.serial == serial).cloned().ok_or(SignError::NoCertificate)
    }

    async fn validation_data(&self, _work: &Work, credential: &Credential) -> Result<RevocationData, SignError> {
        let mut data = self.world.revocation(&self.world.issuing);
        data.certs.push(credential.chain[0].clone());
        Ok(data)
    }

    async fn roots(&self, _work: &Work) -> Result<Vec<Vec<u8>>, SignError> {
        Ok(vec![self.world.root.der()])
    }
}

/// A workflow of turns: `Party1` first, one after the other.
struct Turns;

impl Turns {
    async fn order(tx: &mut Tx, subject: &str, state: &str) -> Result<Order, Refusal> {
        let row = tx
            .first("SELECT length, sha256 FROM t_turn WHERE id = $1 AND state = $2", args![subject, state])
            .await?
            .ok_or(No("not-your-turn"))?;
        Ok(Order {
            subject: subject.to_owned(),
            version: 1,
            document: "doc".to_owned(),
            head_length: row.int("length")? as u64,
            head_sha256: row.bytes("sha256")?.try_into().expect("32 bytes"),
        })
    }
}

#[async_trait]
impl Purpose for Turns {
    fn name(&self) -> &'static str {
        "ujian"
    }

    async fn open(&self, work: &Work, subject: &str, _person: &PersonId) -> Result<Order, Refusal> {
        Self::order(&mut work.read().await?, subject, "OPEN").await
    }

    async fn prepare(
        &self,
        _work: &Work,
        order: &Order,
        _person: &PersonId,
        _drawing: Option<&Drawing>,
    ) -> Result<Draft, Refusal> {
        let first = order.subject == "Party1";
        let role = if first { SignatureRole::First { locks: testing::locks() } } else { SignatureRole::Middle };
        Ok(Draft {
            field: order.subject.clone(),
            role,
            name: "Siti binti Ahmad".to_owned(),
            reason: "Setuju".to_owned(),
            fills: if first { testing::fills() } else { Vec::new() },
            appearance: Some(testing::appearance("SPESIMEN")),
        })
    }

    async fn claim(&self, _work: &Work, tx: &mut Tx, order: &Order, _person: &PersonId) -> Result<(), Refusal> {
        let taken = tx
            .execute(
                "UPDATE t_turn SET state = 'SIGNING' WHERE id = $1 AND state = 'OPEN' AND sha256 = $2",
                args![&order.subject, order.head_sha256.to_vec()],
            )
            .await?;
        if taken == 1 { Ok(()) } else { Err(No("not-your-turn").into()) }
    }

    async fn release(&self, _work: &Work, tx: &mut Tx, order: &Order) -> Result<(), Refusal> {
        let sql = "UPDATE t_turn SET state = 'OPEN' WHERE id = $1 AND state = 'SIGNING'";
        tx.execute(sql, args![&order.subject]).await?;
        Ok(())
    }

    async fn commit(&self, _work: &Work, tx: &mut Tx, signed: &Signed) -> Result<(), Refusal> {
        let sql = "UPDATE t_turn SET state = 'SIGNED' WHERE id = $1 AND state = 'SIGNING'";
        assert_eq!(tx.execute(sql, args![&signed.order.subject]).await?, 1);
        let next = args![signed.length as i64, signed.sha256.to_vec()];
        tx.execute("UPDATE t_turn SET state = 'OPEN', length = $1, sha256 = $2 WHERE state = 'LATER'", next).await?;
        Ok(())
    }
}

/// Ends the task at one step, as kill -9 ends the process: nothing behind it runs.
#[derive(Default)]
struct Killer(Mutex<Option<Step>>);

impl Steps for Killer {
    fn reached(&self, step: Step) {
        let mut at = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if *at == Some(step) {
            *at = None;
            drop(at);
            panic!("killed at {}", step.as_str());
        }
    }
}

struct Stage {
    bench: Bench,
    spine: Spine,
    person: PersonId,
    shelf: Arc<Shelf>,
    stamps: Arc<Stamps>,
    papers: Arc<Papers>,
    killer: Arc<Killer>,
    clicks: AtomicUsize,
}

async fn stage() -> Arc<Stage> {
    let bench = bench().await;
    bench.clock.set(NOW);
    let keystore = SoftwareKeyStore::in_memory(&MasterKey::new([3; 32])).expect("a key store");
    let vault = Vault::new(Arc::new(keystore), Cost::FLOOR, 2);
    let work = bench.work();
    let person = PersonId::new(&work);
    let key = vault::generate(&work, &vault, &person, KeySpec::P256, &Pin::parse(PIN).expect("a PIN")).await;
    let key = key.expect("a key");
    let shelf = Arc::new(Shelf::default());
    shelf.append("doc", 0, &testing::base(false)).await.expect("stores");
    let base = testing::base(false);
    let mut tx = work.write().await.expect("begins");
    vault::activate(&work, &mut tx, &key.id).await.expect("activates");
    for sql in [
        "CREATE TABLE t_turn (id TEXT PRIMARY KEY, state TEXT, length BIGINT, sha256 BYTEA)",
        "CREATE TABLE t_code (code TEXT PRIMARY KEY, used BIGINT)",
    ] {
        tx.execute(sql, args![]).await.expect("creates");
    }
    for (id, state) in [("Party1", "OPEN"), ("Party2", "LATER")] {
        let row = args![id, state, base.len() as i64, sha256(&base).to_vec()];
        tx.execute("INSERT INTO t_turn VALUES ($1, $2, $3, $4)", row).await.expect("inserts");
    }
    for code in 0..20 {
        let row = args![format!("{code:06}")];
        tx.execute("INSERT INTO t_code VALUES ($1, 0)", row).await.expect("inserts");
    }
    tx.commit().await.expect("commits");
    let world = Arc::new(testing::World::new());
    let spki = spki::SubjectPublicKeyInfoOwned::from_der(&key.spki).expect("a key");
    let leaf = world.issuing.issue("Siti binti Ahmad", 77, Use::Person, spki, NOW.minus(testing::DAY), 30);
    let credential = Credential {
        serial: "4d".to_owned(),
        chain: vec![der::Encode::to_der(&leaf).expect("DER"), world.issuing.der()],
        algorithm: Algorithm::EcdsaP256Sha256,
        not_after: NOW.plus(testing::DAY * 29),
    };
    let papers = Arc::new(Papers {
        world: world.clone(),
        issued: Mutex::new(HashMap::from([(key.spki, credential)])),
        ended: AtomicBool::new(false),
    });
    let stamps = Arc::new(Stamps { world: testing::World::new(), silent: AtomicBool::new(false) });
    let killer = Arc::new(Killer::default());
    let tools = Tools {
        vault,
        blobs: shelf.clone(),
        stamper: stamps.clone(),
        factor: Arc::new(Codes),
        credentials: papers.clone(),
        steps: killer.clone(),
    };
    let spine = Spine::new(tools, vec![Arc::new(Turns)]);
    Arc::new(Stage { bench, spine, person, shelf, stamps, papers, killer, clicks: AtomicUsize::new(0) })
}

impl Stage {
    async fn head(&self, turn: &str) -> [u8; 32] {
        let mut tx = self.bench.work().read().await.expect("reads");
        let row = tx.one("SELECT sha256 FROM t_turn WHERE id = $1", args![turn]).await.expect("a turn");
        row.bytes("sha256").expect("a digest").try_into().expect("32 bytes")
    }

    async fn submission(&self, turn: &str, pin: &str, code: u32) -> Submission {
        Submission {
            purpose: "ujian".to_owned(),
            subject: turn.to_owned(),
            person: self.person.clone(),
            key: format!("hantar-{}", self.clicks.fetch_add(1, Ordering::SeqCst)),
            shown: self.head(turn).await,
            drawing: None,
            pin: Pin::parse(pin).expect("a PIN"),
            code: Secret::new(format!("{code:06}")),
        }
    }

    async fn sign(&self, turn: &str, pin: &str, code: u32) -> Result<Outcome, SignError> {
        let submission = self.submission(turn, pin, code).await;
        authorise(&self.bench.work(), &self.spine, &submission).await
    }

    async fn recover(&self) -> Recovered {
        recover(&self.bench.work(), &self.spine, Duration::ZERO).await.expect("recovers")
    }

    async fn pin(&self) -> PinState {
        vault::pin_state(&mut self.bench.work().read().await.expect("reads"), &self.person).await.expect("a state")
    }

    async fn turn(&self, turn: &str) -> String {
        let mut tx = self.bench.work().read().await.expect("reads");
        let row = tx.one("SELECT state FROM t_turn WHERE id = $1", args![turn]).await.expect("a turn");
        row.text("state").expect("a state")
    }

    async fn unused(&self, code: u32) -> bool {
        let mut tx = self.bench.work().read().await.expect("reads");
        let code = format!("{code:06}");
        let row = tx.one("SELECT used FROM t_code WHERE code = $1", args![code]).await.expect("a code");
        !row.flag("used").expect("a flag")
    }

    fn bytes(&self) -> Vec<u8> {
        self.shelf.documents.lock().expect("a lock").get("doc").cloned().expect("the document")
    }

    fn verdicts(&self) -> Vec<bool> {
        let trust = crate::document::verify::Trust {
            roots: vec![self.papers.world.root.der()],
            crls: Vec::new(),
            at: Some(NOW),
        };
        let report = crate::document::verify::verify(&self.bytes(), &trust);
        report.signatures.iter().map(|one| one.status.is_valid()).collect()
    }
}

const FULL: PinState = PinState::Active { left: 3 };

#[tokio::test]
async fn a_turn_is_signed_and_the_next_one_opens_on_the_new_head() {
    let stage = stage().await;
    let before = stage.spine.vault().keystore().object_count().await.expect("counts");
    let Outcome::Signed(receipt) = stage.sign("Party1", PIN, 1).await.expect("signs") else { panic!("waits") };
    assert_eq!(stage.turn("Party1").await, "SIGNED");
    assert_eq!((receipt.length, receipt.sha256), (stage.bytes().len() as u64, sha256(&stage.bytes())));
    stage.sign("Party2", PIN, 2).await.expect("signs on top");
    assert_eq!(stage.verdicts(), [true, true]);
    assert_eq!(stage.pin().await, FULL);
    assert_eq!(stage.spine.vault().keystore().object_count().await.expect("counts"), before);
}

#[tokio::test]
async fn a_wrong_code_spends_no_pin_try_and_a_wrong_pin_uses_up_no_code() {
    let stage = stage().await;
    assert_eq!(stage.sign("Party1", PIN, 99).await.expect_err("a wrong code").code(), "code-wrong");
    assert_eq!(stage.pin().await, FULL);
    assert_eq!(stage.sign("Party1", "Wrong#11", 1).await.expect_err("a wrong PIN").code(), "pin-wrong");
    assert!(stage.unused(1).await);
    assert_eq!(stage.pin().await, PinState::Active { left: 2 });
    stage.sign("Party1", PIN, 1).await.expect("the same code with the right PIN");
    assert_eq!(stage.pin().await, FULL);
}

#[tokio::test]
async fn three_wrong_pins_block_and_the_right_one_is_refused() {
    let stage = stage().await;
    for code in ["pin-wrong", "pin-wrong", "pin-wrong-now-blocked", "pin-blocked"] {
        assert_eq!(stage.sign("Party1", "Wrong#11", 1).await.expect_err("wrong").code(), code);
    }
    assert_eq!(stage.sign("Party1", PIN, 1).await.expect_err("blocked").code(), "pin-blocked");
    assert_eq!(stage.turn("Party1").await, "OPEN");
    assert!(stage.unused(1).await);
}

#[tokio::test]
async fn the_same_submission_again_gives_the_same_answer_and_another_one_a_refusal() {
    let stage = stage().await;
    let submission = stage.submission("Party1", PIN, 1).await;
    let first = authorise(&stage.bench.work(), &stage.spine, &submission).await.expect("signs");
    let bytes = stage.bytes();
    let again = authorise(&stage.bench.work(), &stage.spine, &submission).await.expect("answers");
    assert_eq!((first, bytes), (again, stage.bytes()));
    assert_eq!(stage.sign("Party1", PIN, 2).await.expect_err("a second one").code(), "already-signed");
    assert!(stage.unused(2).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_double_click_signs_once() {
    let stage = stage().await;
    let submission = stage.submission("Party1", PIN, 1).await;
    let mut clicks = tokio::task::JoinSet::new();
    for _ in 0..2 {
        let (stage, submission) = (stage.clone(), submission.clone());
        clicks.spawn(async move { authorise(&stage.bench.work(), &stage.spine, &submission).await });
    }
    let mut signed = 0;
    for answer in clicks.join_all().await {
        match answer {
            Ok(Outcome::Signed(_)) => signed += 1,
            Ok(Outcome::Waiting(_)) => {}
            Err(error) => assert_eq!(error.kind(), Kind::Conflict, "{error}"),
        }
    }
    assert!(signed >= 1);
    assert_eq!(stage.verdicts(), [true]);
    assert_eq!(stage.pin().await, FULL);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_submissions_at_once_with_ten_codes_make_one_signature() {
    let stage = stage().await;
    let mut racers = tokio::task::JoinSet::new();
    for code in 0..10 {
        let stage = stage.clone();
        let submission = stage.submission("Party1", PIN, code).await;
        racers.spawn(async move { authorise(&stage.bench.work(), &stage.spine, &submission).await.is_ok() });
    }
    assert_eq!(racers.join_all().await.into_iter().filter(|won| *won).count(), 1);
    assert_eq!(stage.verdicts(), [true]);
    assert_eq!(stage.pin().await, FULL);
    let mut spent = 0;
    for code in 0..10 {
        spent += u32::from(!stage.unused(code).await);
    }
    assert_eq!(spent, 1, "one code is used up");
}

#[tokio::test]
async fn out_of_turn_changed_or_ended_is_refused_before_anything_is_spent() {
    let stage = stage().await;
    assert_eq!(stage.sign("Party2", PIN, 1).await.expect_err("out of turn").code(), "not-your-turn");
    let mut stale = stage.submission("Party1", PIN, 1).await;
    stale.shown = [0; 32];
    let refused = authorise(&stage.bench.work(), &stage.spine, &stale).await.expect_err("another head");
    assert_eq!(refused.code(), "document-changed");
    stage.papers.ended.store(true, Ordering::SeqCst);
    assert_eq!(stage.sign("Party1", PIN, 1).await.expect_err("ended").code(), "certificate-ended");
    assert!(stage.unused(1).await);
    assert_eq!(stage.pin().await, FULL);
}

#[tokio::test]
async fn a_silent_time_stamp_authority_makes_the_signature_wait_and_not_the_person() {
    let stage = stage().await;
    stage.stamps.silent.store(true, Ordering::SeqCst);
    let submission = stage.submission("Party1", PIN, 1).await;
    let base = stage.bytes();
    let waits = authorise(&stage.bench.work(), &stage.spine, &submission).await.expect("is taken");
    assert!(matches!(waits, Outcome::Waiting(_)));
    assert_eq!((stage.turn("Party1").await.as_str(), stage.bytes()), ("SIGNING", base), "never silently lower");
    assert_eq!(stage.recover().await, Recovered { waiting: 1, ..Recovered::default() });
    let again = authorise(&stage.bench.work(), &stage.spine, &submission).await.expect("still waits");
    assert_eq!(again, waits);
    stage.stamps.silent.store(false, Ordering::SeqCst);
    assert_eq!(stage.recover().await, Recovered { finished: 1, ..Recovered::default() });
    assert_eq!((stage.turn("Party1").await.as_str(), stage.verdicts()), ("SIGNED", vec![true]));
}

#[tokio::test]
async fn a_full_disk_at_the_commit_loses_nothing() {
    let stage = stage().await;
    stage.shelf.full.store(true, Ordering::SeqCst);
    assert_eq!(stage.sign("Party1", PIN, 1).await.expect_err("no room").code(), "storage-full");
    assert_eq!(stage.recover().await.waiting, 1);
    stage.shelf.full.store(false, Ordering::SeqCst);
    assert_eq!(stage.recover().await.finished, 1);
    assert_eq!((stage.turn("Party1").await.as_str(), stage.verdicts()), ("SIGNED", vec![true]));
}

#[tokio::test]
async fn killed_at_any_step_the_ceremony_is_released_or_finished_and_no_try_is_lost() {
    for (number, step) in (0_u32..).zip(Step::ALL) {
        let stage = stage().await;
        *stage.killer.0.lock().expect("a lock") = Some(step);
        let victim = stage.clone();
        let killed = tokio::spawn(async move { victim.sign("Party1", PIN, 1).await }).await;
        assert!(killed.is_err(), "{step:?} is reached");
        stage.recover().await;
        assert_eq!(stage.pin().await, FULL, "{step:?}");
        let valued = Step::ALL.iter().position(|one| *one == Step::Valued).expect("a step");
        if number < u32::try_from(valued).expect("small") {
            assert_eq!(stage.turn("Party1").await, "OPEN", "{step:?}");
            stage.sign("Party1", PIN, 2).await.expect("the retry signs");
        }
        assert_eq!(stage.turn("Party1").await, "SIGNED", "{step:?}");
        assert_eq!(stage.recover().await, Recovered::default(), "nothing is left: {step:?}");
        assert_eq!(stage.verdicts(), [true], "{step:?}");
        stage.sign("Party2", PIN, 3).await.expect("the next turn signs");
        assert_eq!(stage.verdicts(), [true, true], "{step:?}");
    }
}

#[tokio::test]
async fn a_recovery_beside_a_live_ceremony_makes_it_lose_its_swap_and_nothing_else() -> Result<(), DbError> {
    let stage = stage().await;
    stage.stamps.silent.store(true, Ordering::SeqCst);
    stage.sign("Party1", PIN, 1).await.expect("waits");
    stage.stamps.silent.store(false, Ordering::SeqCst);
    let (one, two) = (stage.recover(), stage.recover());
    let (one, two) = tokio::join!(one, two);
    assert_eq!((one.finished + two.finished >= 1, stage.verdicts()), (true, vec![true]));
    assert_eq!(stage.recover().await, Recovered::default());
    Ok(())
}
