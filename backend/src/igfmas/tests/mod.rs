//! Payment documents on both engines.

mod appointments;
mod documents;
mod events;
mod lists;
mod processes;
mod signing;
mod tasks;
mod verification;

use std::sync::Arc;

use async_trait::async_trait;
use mohor_shared::ic::IdNumber;

use super::*;
use crate::account::{Admin, Officer};
use crate::adapters::keystore_software::SoftwareKeyStore;
use crate::args;
use crate::certificate::{self, Authority, IssueReason, IssueRequest, Subject, Term};
use crate::document::testing::World as Court;
use crate::document::{self, SignatureRole};
use crate::hims::{Certifier, CertifyError};
use crate::kernel::error::Fault as _;
use crate::kernel::words::Lang;
use crate::kernel::work::Work;
use crate::keystore::{Custody, KeySpec, KeyStore as _};
use crate::organisation::{CompanyCode, NewOffice, OfficeCode, OfficeId, Title, register_office};
use crate::person::{self, NewPerson, PersonId, PersonName};
use crate::signing::tests::stage::Shelf;
use crate::testkit::{self, Bench};

/// An office, an authority and an administrator.
pub(super) struct World {
    pub(super) bench: Bench,
    pub(super) keys: SoftwareKeyStore,
    pub(super) admin: Officer<Admin>,
    pub(super) office: OfficeId,
    pub(super) authority: Authority,
    pub(super) shelf: Arc<Shelf>,
    pub(super) printer: Printer,
}

/// Officers of the office: invented people 1, 2 and 3.
pub(super) struct Team {
    pub(super) preparer: PersonId,
    pub(super) first: PersonId,
    pub(super) second: PersonId,
}

pub(super) async fn world() -> World {
    let bench = testkit::bench().await;
    let work = bench.work();
    let office = open_office(&work, "PTJ-0702").await;
    let authority = testkit::authority(&bench).await;
    let shelf = Arc::new(Shelf::default());
    let printer = Printer { blobs: shelf.clone(), certifier: Arc::new(Sealed(Court::new())) };
    World { admin: Officer::for_test(&work, None), keys: testkit::keys(), bench, office, authority, shelf, printer }
}

/// Certifies with the seal of an authority made for the test.
struct Sealed(Court);

#[async_trait]
impl Certifier for Sealed {
    async fn certify(&self, _work: &Work, base: &[u8]) -> Result<Vec<u8>, CertifyError> {
        let request = document::testing::request("Cert0", SignatureRole::Certify);
        Ok(self.0.sign(base, &request, &self.0.person("Meterai", 10)))
    }
}

/// Payment data of one line.
pub(super) fn payload_of(sen: i64) -> Payload {
    let given = payload::tests::payload();
    let line = Line { sen, ..given.lines()[0].clone() };
    Payload::new(given.purpose(), given.payee(), &[line]).expect("a payload")
}

/// An office in the books of FGOM (FIN-25).
pub(super) async fn open_office(work: &Work, code: &str) -> OfficeId {
    let new = NewOffice {
        code: OfficeCode::parse(code).expect("a code"),
        company: CompanyCode::parse("FGOM").expect("FIN-25"),
        name: Title::parse("Pejabat Contoh SPESIMEN").expect("a name"),
    };
    let mut tx = work.write().await.expect("begins");
    let office = register_office(work, &mut tx, &new).await.expect("registers");
    tx.commit().await.expect("commits");
    office
}

impl World {
    pub(super) fn work(&self) -> Work {
        self.bench.work()
    }

    /// The invented officer number `nth`, 1 to 9.
    pub(super) async fn person(&self, nth: u8) -> PersonId {
        let work = self.work();
        let id = IdNumber::parse(&format!("85010114555{nth}")).expect("a number");
        let name = PersonName::parse(&format!("Pegawai Contoh {}", char::from(b'A' + nth - 1))).expect("a name");
        let registration = person::prepare(&work, &self.keys, NewPerson { name, id, lang: Lang::Ms }).await;
        let mut tx = work.write().await.expect("begins");
        let person = person::register(&work, &mut tx, &registration.expect("seals")).await.expect("registers");
        tx.commit().await.expect("commits");
        person
    }

    /// An appointment for a year, everywhere in the office, up to `limit` ringgit.
    pub(super) fn for_a_year(&self, person: &PersonId, role: Role, limit: i64) -> NewAppointment {
        let now = self.work().now;
        NewAppointment {
            person: person.clone(),
            office: self.office.clone(),
            role,
            module: None,
            limit: Amount::new(limit * 100).expect("an amount"),
            from: now,
            until: now.plus_months(12),
        }
    }

    /// Preparer, Perakuan 1 and Perakuan 2 of this office, up to RM50,000.
    pub(super) async fn team(&self) -> Team {
        let [preparer, first, second] = [self.person(1).await, self.person(2).await, self.person(3).await];
        let roles = [(&preparer, Role::Penyedia), (&first, Role::Perakuan1), (&second, Role::Perakuan2)];
        for (person, role) in roles {
            let new = self.for_a_year(person, role, 50_000);
            appoint(&self.work(), &self.admin, &new).await.expect("appoints");
        }
        Team { preparer, first, second }
    }

    /// The payment of TV-7.
    pub(super) fn new_document(&self, process: u32, reference: &str) -> NewDocument {
        NewDocument {
            process,
            office: self.office.clone(),
            receiver: None,
            reference: Reference::parse(reference).expect("a reference"),
            payload: payload::tests::payload(),
        }
    }

    /// A draft of person 1.
    pub(super) async fn prepared(&self, process: u32, reference: &str) -> DocumentId {
        self.moment();
        let preparer = self.person(1).await;
        let new = self.new_document(process, reference);
        prepare_document(&self.work(), &preparer, &new).await.expect("prepares")
    }

    /// The same, submitted.
    pub(super) async fn submitted(&self, process: u32, reference: &str) -> DocumentId {
        let id = self.prepared(process, reference).await;
        self.moment();
        self.submit(&self.person(1).await, &id, 1).await.expect("submits");
        id
    }

    pub(super) async fn submit(&self, preparer: &PersonId, id: &DocumentId, seen: u32) -> Result<(), SubmitError> {
        submit(&self.work(), &self.printer, preparer, id, seen).await
    }

    pub(super) async fn document(&self, id: &DocumentId) -> Document {
        Document::get(&mut self.work().read().await.expect("begins"), id).await.expect("reads")
    }

    /// The signatures of the newest version, in order.
    pub(super) async fn steps(&self, id: &DocumentId) -> Vec<StepId> {
        let version = self.document(id).await.version;
        let mut tx = self.work().read().await.expect("begins");
        let steps = DocumentStep::all(&mut tx, id, version).await.expect("reads");
        steps.into_iter().map(|step| step.id).collect()
    }

    /// The officer goes from the task list to the signing screen: FIN-1 to FIN-8.
    pub(super) async fn screen(&self, officer: &PersonId, step: &StepId) -> Result<(), &'static str> {
        self.moment();
        open_step(&self.work(), officer, step).await.map_err(|refused| refused.code())?;
        for event in &Fin::ALL[2..8] {
            self.moment();
            proceed(&self.work(), officer, step, *event).await.map_err(|refused| refused.code())?;
        }
        Ok(())
    }

    /// Tx B of the ceremony.
    pub(super) async fn claim_at_screen(&self, officer: &PersonId, step: &StepId) -> Result<(), &'static str> {
        let work = self.work();
        let mut tx = work.write().await.expect("begins");
        let known = DocumentStep::find(&mut tx, step).await.expect("reads").expect("known");
        let hash = Document::get(&mut tx, &known.document).await.expect("reads").hash;
        claim_step(&work, &mut tx, officer, step, &hash).await.map_err(|refused| refused.code())?;
        tx.commit().await.expect("commits");
        Ok(())
    }

    pub(super) async fn claim(&self, officer: &PersonId, step: &StepId) -> Result<(), &'static str> {
        self.screen(officer, step).await?;
        self.claim_at_screen(officer, step).await
    }

    /// Tx D of the ceremony, under a certificate of the officer's own; its serial number.
    pub(super) async fn record(&self, officer: &PersonId, step: &StepId) -> String {
        self.moment();
        let work = self.work();
        let certificate = self.certified(officer).await;
        let made = NewSignature {
            officer,
            ceremony: step.as_str(),
            certificate: &certificate,
            factor: "turn-code",
            revision: [7; 32],
            at: work.now,
        };
        let mut tx = work.write().await.expect("begins");
        record_signature(&work, &mut tx, step, &made).await.expect("records");
        tx.commit().await.expect("commits");
        certificate
    }

    /// The officer gets a certificate for a year.
    async fn certified(&self, officer: &PersonId) -> String {
        let work = self.work();
        let name = person::by_id(&work, officer).await.expect("reads").expect("known").name;
        let spki = self.keys.generate(KeySpec::P256, Custody::Session).await.expect("a key").spki;
        let subject = Subject { person: officer.clone(), name };
        let request = IssueRequest::new(subject, spki, Term::Year, IssueReason::First).expect("a request");
        certificate::testing::issued(&work, &self.authority, &request).await.expect("issued").serial
    }

    /// What waits for verification is verified against our own authority's list.
    pub(super) async fn verified(&self, step: &StepId) -> DocumentState {
        let mut tx = self.work().read().await.expect("begins");
        let step = DocumentStep::find(&mut tx, step).await.expect("reads").expect("known");
        drop(tx);
        self.moment();
        verify(&self.work(), &self.authority, &step.document).await.expect("verifies")
    }

    /// Screen, signature and verification of one step.
    pub(super) async fn signed(&self, officer: &PersonId, step: &StepId) -> DocumentState {
        self.claim(officer, step).await.expect("claims");
        self.record(officer, step).await;
        self.verified(step).await
    }

    pub(super) async fn tasks(&self, officer: &PersonId) -> Tasks {
        tasks(&self.work(), officer, None).await.expect("reads")
    }

    /// A moment passes, so that the trail tells what came first; within one instant its names do.
    fn moment(&self) {
        self.bench.clock.advance(std::time::Duration::from_millis(1));
    }

    /// What the trail says of the document, in order.
    pub(super) async fn kinds(&self, id: &DocumentId) -> Vec<String> {
        let mut trail = crate::audit::trail(&self.work(), id.as_str()).await.expect("reads");
        trail.sort_by(|one, other| (one.at, &one.kind).cmp(&(other.at, &other.kind)));
        trail.into_iter().map(|entry| entry.kind).collect()
    }

    /// How many officers have had a hand in it.
    pub(super) async fn hands(&self, id: &DocumentId) -> usize {
        let mut tx = self.work().read().await.expect("begins");
        tx.all(store::HANDS, args![id]).await.expect("reads").len()
    }
}
