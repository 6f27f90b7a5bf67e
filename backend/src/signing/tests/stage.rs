//! A stage for ceremonies: stand-ins for the rooms to the left, and one workflow of two turns.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use der::Decode as _;
use mohor_shared::pin::Pin;
use mohor_shared::transcript::sha256;

use super::super::*;
use super::killer::Killer;
use crate::adapters::keystore_software::{MasterKey, SoftwareKeyStore};
use crate::args;
use crate::blob::BlobError;
use crate::document::appearance::Drawing;
use crate::document::cms::Algorithm;
use crate::document::testing::{self, NOW, Use};
use crate::document::{RevocationData, SignatureRole};
use crate::factor::Target;
use crate::kernel::db::Tx;
use crate::kernel::error::{Fault, Kind};
use crate::kernel::secret::Secret;
use crate::kernel::work::Work;
use crate::keystore::KeySpec;
use crate::person::PersonId;
use crate::testkit::{Bench, bench};
use crate::timestamp::StampError;
use crate::vault::{self, Cost, PinState, VaultKey};

pub(super) const PIN: &str = "Abcdef1#";

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct No(&'static str);

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
pub(crate) struct Shelf {
    pub(super) documents: Mutex<HashMap<String, Vec<u8>>>,
    pub(crate) full: AtomicBool,
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

/// A time-stamp authority that may be silent, from now on or after some more answers.
pub(super) struct Stamps {
    pub(super) world: testing::World,
    pub(super) silent: AtomicBool,
    pub(super) answers: AtomicUsize,
    pub(super) asked: AtomicUsize,
}

#[async_trait]
impl TimeStamper for Stamps {
    async fn token(&self, work: &Work, sha256: [u8; 32]) -> Result<Vec<u8>, StampError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let more = self.answers.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if self.silent.load(Ordering::SeqCst) || more.is_err() {
            return Err(StampError::Unavailable("ujian".to_owned()));
        }
        Ok(self.world.stamp(&sha256, work.now))
    }
}

/// Codes that are good once; `used` is a table, so that a rolled-back ceremony gives a code back. As in the factor
/// room the newest reservation holds.
pub(super) struct Codes;

#[async_trait]
impl SecondFactor for Codes {
    async fn check(
        &self,
        work: &Work,
        _person: &PersonId,
        _target: &Target,
        code: &str,
    ) -> Result<Box<dyn ReservedCode>, Refusal> {
        let reservation = crate::kernel::id::fresh(work.now, work.rng());
        let mut tx = work.write().await?;
        let sql = "UPDATE t_code SET held = $2 WHERE code = $1 AND used = 0 RETURNING code";
        tx.first(sql, args![code, &reservation]).await?.ok_or(No("code-wrong"))?;
        tx.commit().await?;
        Ok(Box::new(Code { code: code.to_owned(), reservation }))
    }
}

pub(super) struct Code {
    code: String,
    reservation: String,
}

#[async_trait]
impl ReservedCode for Code {
    fn kind(&self) -> &'static str {
        "totp"
    }

    async fn consume(self: Box<Self>, _work: &Work, tx: &mut Tx) -> Result<(), Refusal> {
        let sql = "UPDATE t_code SET used = 1 WHERE code = $1 AND held = $2 AND used = 0";
        let used = tx.execute(sql, args![&self.code, &self.reservation]).await?;
        if used == 1 { Ok(()) } else { Err(No("code-used").into()) }
    }
}

/// One certificate, of an authority made for the test.
pub(super) struct Papers {
    pub(super) world: Arc<testing::World>,
    pub(super) issued: Mutex<HashMap<Vec<u8>, Credential>>,
    pub(super) ended: AtomicBool,
    /// The issuing authority has revoked it since.
    pub(super) revoked: AtomicBool,
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

    async fn validation_data(&self, work: &Work, credential: &Credential) -> Result<RevocationData, SignError> {
        let revoked = if self.revoked.load(Ordering::SeqCst) { vec![(77, NOW)] } else { Vec::new() };
        let mut data = self.world.revocation_at(&self.world.issuing, work.now, &revoked);
        data.certs.push(credential.chain[0].clone());
        Ok(data)
    }

    async fn roots(&self, _work: &Work) -> Result<Vec<Vec<u8>>, SignError> {
        Ok(vec![self.world.root.der()])
    }
}

/// A workflow of turns: `Party1` first, then `Party2`, which closes the document.
pub(crate) struct Turns;

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

    fn archives(&self) -> bool {
        true
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
        let role = if first { SignatureRole::First { locks: testing::locks() } } else { SignatureRole::Last };
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

    async fn void(&self, work: &Work, tx: &mut Tx, order: &Order, _person: &PersonId) -> Result<(), Refusal> {
        self.release(work, tx, order).await
    }

    async fn commit(&self, _work: &Work, tx: &mut Tx, signed: &Signed) -> Result<(), Refusal> {
        let sql = "UPDATE t_turn SET state = 'SIGNED' WHERE id = $1 AND state = 'SIGNING'";
        assert_eq!(tx.execute(sql, args![&signed.order.subject]).await?, 1);
        let next = args![signed.length as i64, signed.sha256.to_vec()];
        tx.execute("UPDATE t_turn SET state = 'OPEN', length = $1, sha256 = $2 WHERE state = 'LATER'", next).await?;
        Ok(())
    }
}

/// Two turns on the base document: the first is open.
pub(crate) async fn set_turns(tx: &mut Tx, base: &[u8]) {
    let sql = "CREATE TABLE t_turn (id TEXT PRIMARY KEY, state TEXT, length BIGINT, sha256 BYTEA)";
    tx.execute(sql, args![]).await.expect("creates");
    for (id, state) in [("Party1", "OPEN"), ("Party2", "LATER")] {
        let row = args![id, state, base.len() as i64, sha256(base).to_vec()];
        tx.execute("INSERT INTO t_turn VALUES ($1, $2, $3, $4)", row).await.expect("inserts");
    }
}

pub(super) struct Stage {
    pub(super) bench: Bench,
    pub(super) spine: Spine,
    pub(super) person: PersonId,
    pub(super) shelf: Arc<Shelf>,
    pub(super) stamps: Arc<Stamps>,
    pub(super) papers: Arc<Papers>,
    pub(super) killer: Arc<Killer>,
    pub(super) clicks: AtomicUsize,
}

pub(super) async fn stage() -> Arc<Stage> {
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
    set_turns(&mut tx, &base).await;
    tx.execute("CREATE TABLE t_code (code TEXT PRIMARY KEY, used BIGINT, held TEXT)", args![]).await.expect("creates");
    for code in 0..20 {
        let row = args![format!("{code:06}")];
        tx.execute("INSERT INTO t_code VALUES ($1, 0, NULL)", row).await.expect("inserts");
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
        revoked: AtomicBool::new(false),
    });
    let stamps = Arc::new(Stamps {
        world: testing::World::new(),
        silent: AtomicBool::new(false),
        answers: AtomicUsize::new(usize::MAX),
        asked: AtomicUsize::new(0),
    });
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
    pub(super) async fn head(&self, turn: &str) -> [u8; 32] {
        let mut tx = self.bench.work().read().await.expect("reads");
        let row = tx.one("SELECT sha256 FROM t_turn WHERE id = $1", args![turn]).await.expect("a turn");
        row.bytes("sha256").expect("a digest").try_into().expect("32 bytes")
    }

    pub(super) async fn submission(&self, turn: &str, pin: &str, code: u32) -> Submission {
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

    pub(super) async fn sign(&self, turn: &str, pin: &str, code: u32) -> Result<Outcome, SignError> {
        let submission = self.submission(turn, pin, code).await;
        authorise(&self.bench.work(), &self.spine, &submission).await
    }

    /// A new key under a new PIN.
    pub(super) async fn set_pin(&self, pin: &str) {
        let (work, pin) = (self.bench.work(), Pin::parse(pin).expect("a PIN"));
        let key = vault::generate(&work, self.spine.vault(), &self.person, KeySpec::P256, &pin).await;
        let mut tx = work.write().await.expect("begins");
        vault::activate(&work, &mut tx, &key.expect("a key").id).await.expect("activates");
        tx.commit().await.expect("commits");
    }

    pub(super) async fn recover(&self) -> Recovered {
        recover(&self.bench.work(), &self.spine, Left::ByUs).await.expect("recovers")
    }

    pub(super) async fn pin(&self) -> PinState {
        vault::pin_state(&mut self.bench.work().read().await.expect("reads"), &self.person).await.expect("a state")
    }

    pub(super) async fn turn(&self, turn: &str) -> String {
        let mut tx = self.bench.work().read().await.expect("reads");
        let row = tx.one("SELECT state FROM t_turn WHERE id = $1", args![turn]).await.expect("a turn");
        row.text("state").expect("a state")
    }

    pub(super) async fn unused(&self, code: u32) -> bool {
        let mut tx = self.bench.work().read().await.expect("reads");
        let code = format!("{code:06}");
        let row = tx.one("SELECT used FROM t_code WHERE code = $1", args![code]).await.expect("a code");
        !row.flag("used").expect("a flag")
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        self.shelf.documents.lock().expect("a lock").get("doc").cloned().expect("the document")
    }

    pub(super) fn verdicts(&self) -> Vec<bool> {
        let trust = crate::document::verify::Trust {
            roots: vec![self.papers.world.root.der()],
            crls: Vec::new(),
            at: Some(self.bench.work().now),
        };
        let report = crate::document::verify::verify(&self.bytes(), &trust);
        report.signatures.iter().map(|one| one.status.is_valid()).collect()
    }
}
