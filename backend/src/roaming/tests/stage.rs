//! A person with a phone, a roaming key and a certificate; a system that asks.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use mohor_shared::jws::{self, Header};
use mohor_shared::pin::Pin;
use mohor_shared::sealed::OneTimeKey;
use mohor_shared::totp as clock;
use mohor_shared::transcript::sha256;
use mohor_shared::wire::{
    REQUEST_CODE, ShownCode, TOTP_REQUEST, TOTP_SEALED, TotpConfirm, TotpRequest, TotpStatement, WaitingRequest,
    code_info, totp_info,
};
use p256::ecdsa::VerifyingKey;
use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use p256::pkcs8::DecodePublicKey as _;

use super::super::*;
use crate::adapters::keystore_software::SoftwareKeyStore;
use crate::device::platform;
use crate::device::testing::{TestPhone, bind, person};
use crate::document::RevocationData;
use crate::document::cms::Algorithm;
use crate::factor::{self, IdentityApproved};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault as _;
use crate::kernel::secret::Secret;
use crate::kernel::settings::Settings;
use crate::kernel::work::Work;
use crate::keystore::{KeySpec, KeyStore as _};
use crate::outbox::{Block, DueMail, Job, Stationery};
use crate::signing::tests::stage::Shelf;
use crate::signing::{AnyCode, BatchReceipt, Credential, Credentials, NoSteps, SignError, Spine, Tools};
use crate::testkit::{Bench, bench, keys};
use crate::timestamp::{StampError, TimeStamper};
use crate::vault::{self, Cost, Vault, VaultKey};

pub(super) const PIN: &str = "Abcdef1#";
/// Id and name of the system that asks.
pub(super) const IGFMAS: (&str, &str) = ("igfmas", "iGFMAS · Jabatan Ujian");
const IC: &str = "900423105484";

/// One certificate, revoked after so many questions.
pub(super) struct Papers {
    pub(super) good_for: AtomicUsize,
}

#[async_trait]
impl Credentials for Papers {
    async fn current(&self, work: &Work, _key: &VaultKey) -> Result<Credential, SignError> {
        let good = self.good_for.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        good.map_err(|_| SignError::CertificateRevoked)?;
        let not_after = work.now;
        Ok(Credential { serial: "4d".to_owned(), chain: Vec::new(), algorithm: Algorithm::EcdsaP256Sha256, not_after })
    }

    async fn by_serial(&self, _work: &Work, _serial: &str) -> Result<Credential, SignError> {
        Err(SignError::NoCertificate)
    }

    async fn validation_data(&self, _work: &Work, _credential: &Credential) -> Result<RevocationData, SignError> {
        Err(SignError::NoCertificate)
    }

    async fn roots(&self, _work: &Work) -> Result<Vec<Vec<u8>>, SignError> {
        Ok(Vec::new())
    }
}

struct NoStamps;

#[async_trait]
impl TimeStamper for NoStamps {
    async fn token(&self, _work: &Work, _sha256: [u8; 32]) -> Result<Vec<u8>, StampError> {
        Err(StampError::Unavailable("ujian".to_owned()))
    }
}

pub(super) struct Stage {
    pub(super) bench: Bench,
    pub(super) keys: Arc<SoftwareKeyStore>,
    pub(super) phone: TestPhone,
    pub(super) spine: Spine,
    pub(super) papers: Arc<Papers>,
    pub(super) redeemed: Mutex<Option<Redeem>>,
    spki: Vec<u8>,
    /// Keys of the server itself.
    resting: usize,
}

/// `n` different digests.
pub(super) fn digests(n: u32) -> Vec<[u8; 32]> {
    (0..n).map(|number| sha256(&number.to_be_bytes())).collect()
}

pub(super) async fn stage() -> Stage {
    stage_with(KeySpec::P256).await
}

pub(super) async fn stage_with(spec: KeySpec) -> Stage {
    let (bench, keys) = (bench().await, Arc::new(keys()));
    let person = person(&bench.work(), &*keys, IC, "aina@example.test").await;
    let phone = bind(&bench, &*keys, &person, IC).await;
    let vault = Vault::new(keys.clone(), Cost::FLOOR, 2);
    let work = bench.work();
    let pin = Pin::parse(PIN).expect("a PIN");
    let key = vault::generate(&work, &vault, &person, spec, &pin).await.expect("a key");
    let mut tx = work.write().await.expect("begins");
    vault::activate(&work, &mut tx, &key.id).await.expect("activates");
    tx.commit().await.expect("commits");
    let papers = Arc::new(Papers { good_for: AtomicUsize::new(usize::MAX) });
    let tools = Tools {
        vault,
        blobs: Arc::new(Shelf::default()),
        stamper: Arc::new(NoStamps),
        factor: Arc::new(AnyCode(keys.clone())),
        credentials: papers.clone(),
        steps: Arc::new(NoSteps),
    };
    let spine = Spine::new(tools, Vec::new());
    let resting = keys.object_count().await.expect("counts");
    Stage { bench, keys, phone, spine, papers, redeemed: Mutex::new(None), spki: key.spki, resting }
}

impl Stage {
    pub(super) fn work(&self) -> Work {
        self.bench.work()
    }

    pub(super) fn now(&self) -> Timestamp {
        self.work().now
    }

    pub(super) fn request(&self, digests: &[[u8; 32]]) -> Ask {
        Ask {
            requester: Requester { id: IGFMAS.0.to_owned(), name: IGFMAS.1.to_owned() },
            person: self.phone.person.clone(),
            title: "Arahan Bayaran SPESIMEN".to_owned(),
            amount: Some(2_991_135),
            seen: true,
            digests: digests.to_vec(),
            supersede: false,
        }
    }

    pub(super) async fn ask(&self, digests: &[[u8; 32]]) -> Result<Asked, AskRefused> {
        ask(&self.work(), &self.request(digests)).await
    }

    pub(super) async fn ask_instead(&self, digests: &[[u8; 32]]) -> Result<Asked, AskRefused> {
        ask(&self.work(), &Ask { supersede: true, ..self.request(digests) }).await
    }

    /// Presses "Tunjuk kod" and opens the answer as the phone does.
    pub(super) async fn shown(&self, asked: &Asked) -> Result<String, &'static str> {
        let (work, keys) = (self.work(), &*self.keys);
        let device = self.phone.try_call(&work, keys).await.map_err(|refused| refused.code())?;
        let key = OneTimeKey::from_random(work.rng().bytes()).expect("a key");
        let jws = code(&work, keys, &device, &asked.id, key.public()).await.map_err(|refused| refused.code())?;
        let platform = platform::keys(keys).await.expect("keys")[0].key().expect("a key");
        let said: ShownCode<WaitingRequest> = jws::verify(&jws, REQUEST_CODE, &platform).expect("signed");
        assert_eq!((said.facts.id.as_str(), said.exp), (asked.id.as_str(), said.exp.min(asked.expires_at.seconds())));
        let info = code_info(&self.phone.id, &self.phone.done.jkt);
        let digits = key.open(&info, said.session.as_bytes(), &said.otp_enc).expect("opens");
        Ok(String::from_utf8(digits.to_vec()).expect("digits"))
    }

    /// The code in the mail that is due, composed as the job does.
    pub(super) async fn mailed(&self) -> String {
        let stationery = Stationery::from(&Settings::default());
        loop {
            let work = self.work();
            let claimed = crate::outbox::claim(&work).await.expect("claims").expect("a mail is due");
            crate::outbox::done(&work, &claimed).await.expect("done");
            if let Job::Mail { template, to: recipient, ids } = &claimed.job
                && template == "factor.mail-4"
            {
                let due = DueMail { work: &work, stationery: &stationery, template, recipient, ids };
                let letter = factor::letters::compose(&due, &*self.keys).await.expect("composes");
                let code = |block| if let Block::Code(code) = block { Some(code) } else { None };
                return letter.blocks.into_iter().find_map(code).expect("a code");
            }
        }
    }

    /// Sets the time-based code up; the one of this moment.
    pub(super) async fn totp(&self) -> String {
        let (work, keys) = (self.work(), &*self.keys);
        let (id, jkt) = (&self.phone.id, &self.phone.done.jkt);
        let device = self.phone.call(&work, keys).await;
        let key = OneTimeKey::from_random(work.rng().bytes()).expect("a key");
        let iat = work.now.seconds();
        let wish =
            TotpRequest { device_id: id.clone(), epk: key.public().clone(), jti: "j".into(), iat, exp: iat + 60 };
        let wish = jws::sign(&self.phone.key, &Header::by(TOTP_REQUEST, jkt), &wish).expect("signs");
        let identity = IdentityApproved::of(self.phone.person.clone());
        let answer = factor::provision(&work, keys, &device, &identity, &wish).await.expect("provisions");
        let platform = platform::keys(keys).await.expect("keys")[0].key().expect("a key");
        let said: TotpStatement = jws::verify(&answer.srv, TOTP_SEALED, &platform).expect("signed");
        let plain = key.open(&totp_info(id, jkt), said.totp_id.as_bytes(), &answer.sealed).expect("opens");
        let secret = mohor_shared::card::TotpCard::from_bytes(&plain).expect("a card").secret;
        let digits = |step| clock::code(&secret, step).expose().to_owned();
        let step = clock::step_at(iat);
        let two = TotpConfirm { totp_id: said.totp_id, first: digits(step - 1), second: digits(step) };
        let device = self.phone.call(&work, keys).await;
        factor::confirm(&work, keys, &device, &two).await.expect("activates");
        self.bench.clock.advance(std::time::Duration::from_secs(30));
        digits(step + 1)
    }

    pub(super) fn redeem(&self, asked: &Asked, digests: &[[u8; 32]], pin: &str, code: &str) -> Redeem {
        Redeem {
            id: asked.id.clone(),
            requester: IGFMAS.0.to_owned(),
            nonce: asked.nonce,
            digests: digests.to_vec(),
            pin: Pin::parse(pin).expect("a PIN"),
            code: Secret::new(code.to_owned()),
            key: "k".to_owned(),
        }
    }

    pub(super) async fn authorise(&self, redeem: Redeem) -> Result<BatchReceipt, RedeemRefused> {
        authorise(&self.work(), &self.spine, redeem).await
    }

    pub(super) async fn refused(&self, redeem: Redeem) -> &'static str {
        self.authorise(redeem).await.expect_err("refused").code()
    }

    /// Every digest has a signature of this person's key.
    pub(super) fn demand_signatures(&self, receipt: &BatchReceipt, digests: &[[u8; 32]]) {
        assert!(receipt.signatures.iter().all(Option::is_some), "some are missing");
        self.demand_signatures_in(receipt, digests);
    }

    /// Whatever is signed is signed rightly.
    pub(super) fn demand_signatures_in(&self, receipt: &BatchReceipt, digests: &[[u8; 32]]) {
        assert_eq!(receipt.signatures.len(), digests.len());
        for (digest, signature) in digests.iter().zip(&receipt.signatures) {
            if let Some(signature) = signature {
                self.demand_signature(digest, signature);
            }
        }
    }

    fn demand_signature(&self, digest: &[u8; 32], signature: &[u8]) {
        if let Ok(key) = VerifyingKey::from_public_key_der(&self.spki) {
            let signature = p256::ecdsa::Signature::from_der(signature).expect("DER");
            key.verify_prehash(digest, &signature).expect("a signature over this digest");
        } else {
            let key = rsa::RsaPublicKey::from_public_key_der(&self.spki).expect("a key");
            let scheme = rsa::Pkcs1v15Sign::new::<sha2::Sha256>();
            key.verify(scheme, digest, signature).expect("a signature over this digest");
        }
    }

    /// Keys of persons that are open in the key store.
    pub(super) async fn open_keys(&self) -> usize {
        self.keys.object_count().await.expect("counts") - self.resting
    }
}
