//! Certificates and resets, with a real phone, real codes and a real authority.

mod ceremony;
mod killed;
mod outsider;
mod twice;
mod wait;

use std::sync::Arc;
use std::time::Duration;

use mohor_shared::approve::{Ask, Decision};
use mohor_shared::ic::IdNumber;
use mohor_shared::jws;
use mohor_shared::pin::Pin;

use super::complete::take;
use super::*;
use crate::adapters::keystore_software::{MasterKey, SoftwareKeyStore};
use crate::args;
use crate::certificate::{self, CaSettings, Leaf, Term};
use crate::device::testing::{self as phones, ORIGIN, TestPhone};
use crate::device::{self, ApprovalId};
use crate::factor::{self, Target};
use crate::kernel::error::Fault as _;
use crate::kernel::secret::Secret;
use crate::kernel::settings::Settings;
use crate::kernel::work::Work;
use crate::keystore::{KeySpec, KeyStore};
use crate::outbox::{self, Block, DueMail, Job, Stationery};
use crate::person::{Country, Email, PersonId, PostalAddress, Postcode, Residence};
use crate::testkit::{Bench, bench};
use crate::vault::{self, Cost, PinState, Vault};

const NUMBER: &str = "900423105484";
const ADDRESS: &str = "aina@example.test";

fn pin(text: &str) -> Pin {
    Pin::parse(text).expect("a PIN")
}

struct World {
    bench: Bench,
    keys: Arc<dyn KeyStore>,
    desk: Desk,
    person: PersonId,
    phone: TestPhone,
}

async fn world() -> World {
    let bench = bench().await;
    let keys: Arc<dyn KeyStore> = Arc::new(SoftwareKeyStore::in_memory(&MasterKey::new([5; 32])).expect("a key store"));
    let work = bench.work();
    let authority = certificate::ceremony(&work, keys.clone(), &CaSettings::default()).await.expect("a ceremony");
    let person = phones::person(&work, &*keys, NUMBER, ADDRESS).await;
    let phone = phones::bind(&bench, &*keys, &person, NUMBER).await;
    let desk = Desk {
        vault: Vault::new(keys.clone(), Cost::FLOOR, 2),
        authority: Arc::new(authority),
        spec: KeySpec::P256,
        requester: "HIMS".to_owned(),
    };
    World { bench, keys, desk, person, phone }
}

impl World {
    fn work(&self) -> Work {
        self.bench.work()
    }

    /// The reviewer's decision, as the ekyc room stores it.
    async fn identified(self) -> Self {
        crate::ekyc::testing::identified(&self.work(), &self.person).await;
        self
    }

    fn application(&self, text: &str) -> Application {
        Application {
            person: self.person.clone(),
            term: Term::Year,
            residence: Residence {
                nationality: Some(Country::parse("MY").expect("a country")),
                address: Some(PostalAddress::parse("8-3A-02 Jalan Contoh, Petaling Jaya").expect("an address")),
                postcode: Some(Postcode::parse("63000").expect("a postcode")),
            },
            pin: pin(text),
        }
    }

    async fn begin(&self, text: &str) -> Result<IssuanceId, BeginError> {
        begin(&self.work(), &self.desk, &self.application(text)).await
    }

    async fn approval(&self, id: &IssuanceId) -> ApprovalId {
        let mut tx = self.work().read().await.expect("reads");
        let row = tx.one("SELECT approval_id FROM enrolment_issuance WHERE id = $1", args![id]).await.expect("a row");
        row.id("approval_id").expect("an approval")
    }

    /// What the phone does: fetch, show, sign.
    async fn answer(&self, id: &IssuanceId, decision: Decision) -> ApprovalId {
        let work = self.work();
        let approval = self.approval(id).await;
        let device = self.phone.call(&work, &*self.keys).await;
        let question = device::question(&work, &*self.keys, ORIGIN, &device, &approval).await.expect("a question");
        let payload = question.split('.').nth(1).expect("a payload");
        let asked: Ask = serde_json::from_slice(&jws::unb64(payload).expect("base64")).expect("claims");
        let jws = self.phone.answer(&work, &asked, decision, None);
        device::answer(&work, ORIGIN, &device, &approval, &jws).await.expect("is taken");
        approval
    }

    async fn certified(&self, text: &str) -> Leaf {
        let id = self.begin(text).await.expect("begins");
        let approval = self.answer(&id, Decision::Approve).await;
        approved(&self.work(), &self.desk, &approval).await.expect("issues");
        self.current().await.expect("a certificate")
    }

    async fn current(&self) -> Option<Leaf> {
        certificate::current_for(&self.work(), &self.person).await.expect("reads")
    }

    async fn pin(&self) -> PinState {
        vault::pin_state(&mut self.work().read().await.expect("reads"), &self.person).await.expect("a state")
    }

    async fn stage(&self, id: &IssuanceId) -> Stage {
        progress(&self.work(), id).await.expect("reads").expect("an issuance").stage
    }

    async fn opens(&self, text: &str) -> bool {
        let work = self.work();
        let pin_try = vault::take_try(&work, &self.person).await.expect("a try");
        vault::open(&work, &self.desk.vault, pin_try, &pin(text)).await.is_ok()
    }

    /// Everything queued since the last look: templates of mails and kinds of events, and the last code mailed.
    async fn told(&self) -> (Vec<String>, Option<String>) {
        let (work, mut told, mut code) = (self.work(), Vec::new(), None);
        let stationery = Stationery::from(&Settings::default());
        while let Some(claimed) = outbox::claim(&work).await.expect("claims") {
            match &claimed.job {
                Job::Mail { template, to, ids } => {
                    told.push(template.clone());
                    if ids["blocked"].is_number() {
                        told.push("mailed codes are blocked".to_owned());
                    }
                    let due = DueMail { work: &work, stationery: &stationery, template, recipient: to, ids };
                    let letter = if template.starts_with("factor.") {
                        factor::letters::compose(&due, &*self.keys).await.ok()
                    } else if template.starts_with("enrolment.") {
                        Some(letters::compose(&due, &*self.keys).await.expect("composes"))
                    } else {
                        None
                    };
                    let blocks = letter.map(|letter| letter.blocks).unwrap_or_default();
                    assert!(!format!("{blocks:?}").contains('⟦'), "{template} has all its words");
                    let mailed = blocks.iter().find_map(|block| match block {
                        Block::Code(code) => Some(code.clone()),
                        _ => None,
                    });
                    code = mailed.or(code);
                }
                Job::Event { kind, ids } => {
                    told.push(kind.clone());
                    if let ("enrolment.reset-asked", Some(person)) = (kind.as_str(), ids["person"].as_str()) {
                        let person = PersonId::parse(person).expect("an id");
                        mail_reset_code(&work, &person).await.expect("mails");
                    }
                }
            }
            outbox::done(&work, &claimed).await.expect("done");
        }
        (told, code)
    }

    fn proof(&self, code: &str) -> ResetProof {
        ResetProof {
            email: Email::parse(ADDRESS).expect("an address"),
            number: IdNumber::parse(NUMBER).expect("a number"),
            code: Secret::new(code.to_owned()),
        }
    }

    /// Asks for a code, reads it from the mail and proves with it.
    async fn prove(&self) -> Result<ResetId, ResetRefused> {
        self.told().await;
        start_reset(&self.work(), &Email::parse(ADDRESS).expect("an address")).await.expect("is taken");
        let code = self.told().await.1.expect("a mailed code");
        prove_reset(&self.work(), &self.desk, &self.proof(&code)).await
    }

    /// Proves, and chooses `Newpin1#`.
    async fn reset(&self) -> Result<IssuanceId, ResetRefused> {
        let proof = self.prove().await?;
        submit_reset(&self.work(), &self.desk, &proof, &pin("Newpin1#")).await
    }
}

#[tokio::test]
async fn no_certificate_without_an_approved_identity_check() {
    let world = world().await;
    assert_eq!(world.begin("Abcdef1#").await.expect_err("refused").code(), "ekyc-not-approved");
    assert_eq!(world.pin().await, PinState::Unset);
}

#[tokio::test]
async fn a_certificate_is_issued_when_the_phone_has_approved_exactly_it() {
    let world = world().await.identified().await;
    world.told().await;
    let id = world.begin("Abcdef1#").await.expect("begins");
    assert_eq!((world.stage(&id).await, world.pin().await), (Stage::Waiting, PinState::Unset));
    let approval = world.answer(&id, Decision::Approve).await;
    let work = world.work();
    let again = tokio::join!(approved(&work, &world.desk, &approval), approved(&work, &world.desk, &approval));
    assert!(again.0.is_ok() || again.1.is_ok());
    approved(&world.work(), &world.desk, &approval).await.expect("a third time changes nothing");
    assert_eq!((world.stage(&id).await, world.pin().await), (Stage::Issued, PinState::Active { left: 3 }));
    assert!(world.opens("Abcdef1#").await);
    assert_eq!(certificate::all_for(&world.work(), &world.person).await.expect("reads").len(), 1);
    let (told, _) = world.told().await;
    for expected in ["enrolment.certificate", "enrolment.certificate-active", "certificate.issued"] {
        assert_eq!(told.iter().filter(|one| *one == expected).count(), 1, "{expected} in {told:?}");
    }
    assert_eq!(world.begin("Abcdef1#").await.expect_err("it lasts").code(), "certificate-not-needed");
}

#[tokio::test]
async fn without_address_or_phone_no_key_is_made() {
    let world = world().await.identified().await;
    let bare = Application { residence: Residence::default(), ..world.application("Abcdef1#") };
    let refused = begin(&world.work(), &world.desk, &bare).await.expect_err("no address");
    assert_eq!(refused.code(), "residence-missing");
    let work = world.work();
    let mut tx = work.write().await.expect("begins");
    device::revoke(&work, &mut tx, &world.phone.device()).await.expect("revokes");
    tx.commit().await.expect("commits");
    assert_eq!(world.begin("Abcdef1#").await.expect_err("no phone").code(), "phone-needed");
    let keys = world.work().read().await.expect("reads").all("SELECT id FROM vault_key", args![]).await;
    assert!(keys.expect("rows").is_empty());
}

#[tokio::test]
async fn a_declined_or_unanswered_certificate_leaves_no_seal() {
    let world = world().await.identified().await;
    let id = world.begin("Abcdef1#").await.expect("begins");
    let approval = world.answer(&id, Decision::Decline).await;
    declined(&world.work(), &approval).await.expect("ends it");
    approved(&world.work(), &world.desk, &approval).await.expect("nothing to take");
    assert_eq!(world.stage(&id).await, Stage::Declined);
    let id = world.begin("Abcdef1#").await.expect("begins again");
    world.bench.clock.advance(Duration::from_secs(15 * 60));
    recover(&world.work(), &world.desk).await.expect("recovers");
    assert_eq!(world.stage(&id).await, Stage::Withdrawn);
    let sql = "SELECT id FROM vault_key WHERE sealed IS NOT NULL";
    assert!(world.work().read().await.expect("reads").all(sql, args![]).await.expect("rows").is_empty());
}

#[tokio::test]
async fn beginning_again_withdraws_the_older_question_and_its_key() {
    let world = world().await.identified().await;
    let old = world.begin("Abcdef1#").await.expect("begins");
    let new = world.begin("Newpin1#").await.expect("begins again");
    assert_eq!((world.stage(&old).await, world.stage(&new).await), (Stage::Withdrawn, Stage::Waiting));
    let approval = world.answer(&new, Decision::Approve).await;
    approved(&world.work(), &world.desk, &approval).await.expect("issues");
    assert!(world.opens("Newpin1#").await);
}

#[tokio::test]
async fn a_crash_between_approval_and_certificate_is_finished_without_the_person() {
    let world = world().await.identified().await;
    let id = world.begin("Abcdef1#").await.expect("begins");
    let approval = world.answer(&id, Decision::Approve).await;
    take(&world.work(), &approval).await.expect("the process dies behind this");
    assert_eq!(world.stage(&id).await, Stage::Approved);
    assert_eq!(world.begin("Newpin1#").await.expect_err("not beside it").code(), "certificate-underway");
    recover(&world.work(), &world.desk).await.expect("recovers");
    assert_eq!(world.stage(&id).await, Stage::Issued);
    assert!(world.opens("Abcdef1#").await);
}

#[tokio::test]
async fn an_approval_dies_with_its_phone_and_with_its_hour() {
    let world = world().await.identified().await;
    let id = world.begin("Abcdef1#").await.expect("begins");
    let approval = world.answer(&id, Decision::Approve).await;
    take(&world.work(), &approval).await.expect("takes");
    let work = world.work();
    let mut tx = work.write().await.expect("begins");
    device::revoke(&work, &mut tx, &world.phone.device()).await.expect("revokes");
    tx.commit().await.expect("commits");
    recover(&world.work(), &world.desk).await.expect("recovers");
    assert_eq!((world.stage(&id).await, world.current().await), (Stage::Failed, None));
    let world = self::world().await.identified().await;
    let id = world.begin("Abcdef1#").await.expect("begins");
    let approval = world.answer(&id, Decision::Approve).await;
    take(&world.work(), &approval).await.expect("takes");
    world.bench.clock.advance(Duration::from_secs(3700));
    recover(&world.work(), &world.desk).await.expect("recovers");
    assert_eq!((world.stage(&id).await, world.pin().await), (Stage::Failed, PinState::Unset));
}

#[tokio::test]
async fn a_blocked_pin_is_reset_by_address_code_number_and_phone() {
    let world = world().await.identified().await;
    let old = world.certified("Abcdef1#").await;
    for _ in 0..3 {
        assert!(!world.opens("Wrong#11").await);
    }
    assert_eq!(world.pin().await, PinState::Blocked);
    world.told().await;
    start_reset(&world.work(), &Email::parse(ADDRESS).expect("an address")).await.expect("is taken");
    let code = world.told().await.1.expect("a mailed code");
    let proof = prove_reset(&world.work(), &world.desk, &world.proof(&code)).await.expect("proven");
    let replay = prove_reset(&world.work(), &world.desk, &world.proof(&code)).await.expect_err("used");
    assert_eq!(replay.code(), "pin-reset-mismatch");
    let id = submit_reset(&world.work(), &world.desk, &proof, &pin("Newpin1#")).await.expect("asks the phone");
    assert_eq!(world.pin().await, PinState::Blocked, "the phone has not answered");
    world.bench.clock.advance(Duration::from_secs(60));
    let approval = world.answer(&id, Decision::Approve).await;
    approved(&world.work(), &world.desk, &approval).await.expect("issues");
    assert_eq!(world.pin().await, PinState::Active { left: 3 });
    assert!(!world.opens("Abcdef1#").await, "the old PIN is gone");
    assert!(world.opens("Newpin1#").await);
    let new = world.current().await.expect("a certificate");
    assert_ne!(new.serial, old.serial);
    assert_eq!(new.not_after, old.not_after, "the remaining term");
    let kept = certificate::by_serial(&world.work(), &old.serial).await.expect("reads").expect("the old one");
    assert_eq!(kept.revoked, None, "what was signed stays valid");
    let (told, _) = world.told().await;
    for expected in ["enrolment.pin-reset", "mailed codes are blocked"] {
        assert!(told.iter().any(|one| one == expected), "{told:?}");
    }
    let target = Target::turn("t", 1, &[0; 32]);
    let blocked = factor::send(&world.work(), &world.person, &target).await.expect_err("for 24 hours");
    assert_eq!(blocked.code(), "mail-code-blocked");
}

#[tokio::test]
async fn a_declined_reset_changes_nothing() {
    let world = world().await.identified().await;
    let old = world.certified("Abcdef1#").await;
    let id = world.reset().await.expect("asks the phone");
    let approval = world.answer(&id, Decision::Decline).await;
    declined(&world.work(), &approval).await.expect("ends it");
    assert!(world.opens("Abcdef1#").await);
    assert_eq!(world.current().await.map(|leaf| leaf.serial), Some(old.serial));
}

#[tokio::test]
async fn an_unknown_address_a_wrong_number_and_a_wrong_code_get_the_same_answer() {
    let world = world().await.identified().await;
    world.certified("Abcdef1#").await;
    world.told().await;
    let stranger = Email::parse("tiada@example.test").expect("an address");
    start_reset(&world.work(), &stranger).await.expect("the same answer");
    assert_eq!(world.told().await.1, None, "but no mail");
    start_reset(&world.work(), &Email::parse(ADDRESS).expect("an address")).await.expect("the same answer");
    let code = world.told().await.1.expect("a mailed code");
    let right = world.proof(&code);
    let wrong_code = if code.ends_with('0') { "000001" } else { "000000" };
    let forms = [
        ResetProof { email: stranger, ..right.clone() },
        ResetProof { number: IdNumber::parse("880101145555").expect("a number"), ..right.clone() },
        ResetProof { code: Secret::new(wrong_code.to_owned()), ..right.clone() },
        ResetProof { code: Secret::new("bukan kod".to_owned()), ..right.clone() },
    ];
    for form in &forms {
        let refused = prove_reset(&world.work(), &world.desk, form).await.expect_err("refused");
        assert_eq!(refused.code(), "pin-reset-mismatch");
    }
    prove_reset(&world.work(), &world.desk, &right).await.expect("the right one still counts");
}

#[tokio::test]
async fn tries_and_mails_are_limited_for_known_and_unknown_addresses_alike() {
    let world = world().await.identified().await;
    world.certified("Abcdef1#").await;
    for address in [ADDRESS, "tiada@example.test"] {
        let email = Email::parse(address).expect("an address");
        for _ in 0..5 {
            start_reset(&world.work(), &email).await.expect("is taken");
            let form = ResetProof { email: email.clone(), ..world.proof("000000") };
            let refused = prove_reset(&world.work(), &world.desk, &form).await.expect_err("refused");
            assert_eq!(refused.code(), "pin-reset-mismatch", "{address}");
        }
        assert_eq!(start_reset(&world.work(), &email).await.expect_err("six").code(), "too-many-tries");
        let form = ResetProof { email, ..world.proof("000000") };
        let refused = prove_reset(&world.work(), &world.desk, &form).await.expect_err("six");
        assert_eq!(refused.code(), "too-many-tries", "{address}");
    }
}
