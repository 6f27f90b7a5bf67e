//! Agreements on both engines: issued, signed in turns, expired, reopened, corrected, raced.

mod amend;
mod correction;
mod door;
mod killed;
mod list;
mod pause;
mod press;
mod stuck;
mod turns;
mod window;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::party::tests::party;
use super::*;
use crate::account::DeveloperDesk;
use crate::adapters::keystore_software::SoftwareKeyStore;
use crate::args;
use crate::blob::{BlobError, BlobStore};
use crate::certificate::{self, Authority, IssueReason, IssueRequest, Subject, Term};
use crate::document::appearance::Drawing;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault as _;
use crate::kernel::settings::{Brand, Hims};
use crate::kernel::words::Lang;
use crate::kernel::work::Work;
use crate::keystore::{Custody, KeySpec, KeyStore};
use crate::organisation::{
    self, Area, CertificateTerm, DeveloperCode, DevelopmentCode, Jadual, NewDeveloper, NewDevelopment, NewUnit, Sen,
    UnitId, UnitNumber,
};
use crate::outbox::{self, ComposeError, DueMail, Job, Letter, Recipient, Stationery};
use crate::person::{self, PersonId};
use crate::signing::{CeremonyId, Order, Purpose as _, Signed};
use crate::testkit::{self, Bench};
use async_trait::async_trait;

/// Documents in memory.
#[derive(Default)]
pub(super) struct Shelf(Mutex<HashMap<String, Vec<u8>>>);

#[async_trait]
impl BlobStore for Shelf {
    async fn append(&self, name: &str, offset: u64, bytes: &[u8]) -> Result<(), BlobError> {
        let mut shelf = self.0.lock().expect("a shelf");
        let document = shelf.entry(name.to_owned()).or_default();
        document.truncate(offset as usize);
        document.extend_from_slice(bytes);
        Ok(())
    }

    async fn read(&self, name: &str, length: u64) -> Result<Vec<u8>, BlobError> {
        let shelf = self.0.lock().expect("a shelf");
        let bytes = shelf.get(name).and_then(|document| document.get(..length as usize));
        bytes.map(<[u8]>::to_vec).ok_or_else(|| BlobError::Missing(name.to_owned()))
    }

    async fn remove(&self, name: &str) -> Result<(), BlobError> {
        self.0.lock().expect("a shelf").remove(name);
        Ok(())
    }
}

/// Certifies nothing: what a certification is worth is tested where it is made.
struct Plain;

#[async_trait]
impl Certifier for Plain {
    async fn certify(&self, _work: &Work, base: &[u8]) -> Result<Vec<u8>, CertifyError> {
        Ok(base.to_vec())
    }
}

/// A developer with one unit, and everything needed to sell it.
pub(super) struct World {
    pub(super) bench: Bench,
    pub(super) keys: Arc<SoftwareKeyStore>,
    pub(super) shelf: Arc<Shelf>,
    pub(super) authority: Arc<Authority>,
    pub(super) press: Press,
    pub(super) desk: DeveloperDesk,
    pub(super) unit: UnitId,
    pub(super) espa: Espa,
}

/// An apartment of this number: TV-1 has B-10-02.
fn unit(number: &str) -> NewUnit {
    NewUnit {
        number: UnitNumber::parse(number).expect("a number"),
        kind: title("Pangsapuri"),
        place: title("Blok B, tingkat 10"),
        title: title("Geran 00000 (SPESIMEN)"),
        area: Area::parse("92.9").expect("an area"),
        price: Sen::parse_ringgit("528,000").expect("a price"),
    }
}

fn title(text: &str) -> organisation::Title {
    organisation::Title::parse(text).expect("a line")
}

/// What whoever sends an agreement back says.
fn remark() -> Remark {
    Remark::parse("Alamat pembeli salah eja.").expect("a remark")
}

pub(super) async fn world() -> World {
    world_on(testkit::bench().await).await
}

/// A world that begins at the instant the bench shows.
pub(super) async fn world_on(bench: Bench) -> World {
    let authority = Arc::new(testkit::authority(&bench).await);
    let (keys, shelf) = (Arc::new(testkit::keys()), Arc::new(Shelf::default()));
    let press =
        Press { keys: keys.clone(), blobs: shelf.clone(), certifier: Arc::new(Plain), settings: Hims::default() };
    let espa = Espa { keys: keys.clone(), public_url: "https://mohor.example.test".to_owned(), archive: false };
    let (desk, unit) = seller(&bench.work()).await;
    World { bench, keys, shelf, authority, press, desk, unit, espa }
}

/// The developer of TV-1.
async fn seller(work: &Work) -> (DeveloperDesk, UnitId) {
    let mut tx = work.write().await.expect("begins");
    let developer = NewDeveloper {
        code: DeveloperCode::parse("20165").expect("a code"),
        name: title("PARKLAND AVENUE SDN. BHD."),
        registration: title("202501000000 (SPESIMEN-X)"),
        address: title("Aras 12, Menara Contoh, 50450 Kuala Lumpur"),
    };
    let developer = organisation::register_developer(work, &mut tx, &developer).await.expect("registers");
    let development = NewDevelopment {
        code: DevelopmentCode::parse("20165-9").expect("TV-1"),
        name: title("PARKLAND AVENUE"),
        jadual: Jadual::H,
        location: title("Jalan Taman Contoh 3, 43000 Kajang, Selangor"),
        term: CertificateTerm::Year,
    };
    let development = organisation::register_development(work, &mut tx, &developer, &development).await;
    let development = development.expect("registers");
    let unit = organisation::add_unit(work, &mut tx, &developer, &development, &unit("B-10-02")).await.expect("adds");
    tx.commit().await.expect("commits");
    (DeveloperDesk::for_test(work, developer), unit)
}

impl World {
    pub(super) fn work(&self) -> Work {
        self.bench.work()
    }

    /// A draft with buyer, the buyer's witness and a developer's representative.
    pub(super) async fn draft(&self) -> AgreementId {
        let work = self.work();
        let id = draft_agreement(&work, &self.desk, &self.unit, Lang::Ms).await.expect("drafts");
        let parties = [party(1, Role::Pembeli, None), party(2, Role::Saksi, Some(0)), party(3, Role::Pemaju, None)];
        set_parties(&work, &*self.keys, &self.desk, &id, &parties, None).await.expect("enters");
        id
    }

    pub(super) async fn press(&self, id: &AgreementId) -> Result<u32, PressError> {
        generate_agreement(&self.work(), &self.press, &self.desk, id).await
    }

    pub(super) async fn detail(&self, id: &AgreementId) -> AgreementDetail {
        agreement(&self.work(), &self.desk, id).await.expect("reads")
    }

    /// The proven browser of the party in place `at` (from 0).
    pub(super) async fn browser(&self, id: &AgreementId, at: usize) -> TurnSession {
        let party = self.detail(id).await.parties.swap_remove(at);
        TurnSession::for_test(party.turn.expect("issued").0, party.person)
    }

    /// An issued agreement whose parties have passed eKYC and hold certificates.
    pub(super) async fn issued(&self) -> AgreementId {
        let id = self.draft().await;
        for party in self.detail(&id).await.parties {
            self.identify(&party.person).await;
            self.certify(&party.person).await;
        }
        self.press(&id).await.expect("issues");
        id
    }

    /// The reviewer has approved the person.
    pub(super) async fn identify(&self, person: &PersonId) {
        crate::ekyc::testing::identified(&self.work(), person).await;
    }

    /// The person holds a certificate for a year.
    pub(super) async fn certify(&self, person: &PersonId) {
        let work = self.work();
        let name = person::by_id(&work, person).await.expect("reads").expect("known").name;
        let spki = self.keys.generate(KeySpec::P256, Custody::Session).await.expect("a key").spki;
        let subject = Subject { person: person.clone(), name };
        let request = IssueRequest::new(subject, spki, Term::Year, IssueReason::First).expect("a request");
        certificate::testing::issued(&work, &self.authority, &request).await.expect("issued");
    }

    /// The signer has reviewed what lies there; what they are about to sign.
    pub(super) async fn reviewed(&self, by: &TurnSession) -> Order {
        let head = turn_facts(&self.work(), by).await.expect("reads").head;
        review(&self.work(), by, &head.sha256).await.expect("reviews");
        self.order(by).await.expect("open")
    }

    /// The spine's work, without keys: reviews, claims and commits one signature.
    pub(super) async fn sign(&self, id: &AgreementId, at: usize) {
        let by = self.browser(id, at).await;
        let order = self.reviewed(&by).await;
        self.claim(&order, &by).await.expect("claims");
        self.commit(&order, &by).await.expect("commits");
        self.news().await;
    }

    pub(super) async fn order(&self, by: &TurnSession) -> Result<Order, &'static str> {
        let opened = self.espa.open(&self.work(), by.turn().as_str(), by.person()).await;
        opened.map_err(|refusal| refusal.0.code())
    }

    pub(super) async fn claim(&self, order: &Order, by: &TurnSession) -> Result<(), &'static str> {
        let work = self.work();
        let mut tx = work.write().await.expect("begins");
        let claimed = self.espa.claim(&work, &mut tx, order, by.person()).await;
        claimed.map_err(|refusal| refusal.0.code())?;
        tx.commit().await.expect("commits");
        Ok(())
    }

    pub(super) async fn commit(&self, order: &Order, by: &TurnSession) -> Result<(), &'static str> {
        let work = self.work();
        let signed = Signed {
            ceremony: CeremonyId::new(&work),
            order: order.clone(),
            person: by.person().clone(),
            field: "Party1".to_owned(),
            certificate: "0a".to_owned(),
            factor: "totp".to_owned(),
            length: order.head_length + 10,
            sha256: mohor_shared::transcript::sha256(by.turn().as_str().as_bytes()),
            at: work.now,
        };
        let mut tx = work.write().await.expect("begins");
        self.espa.commit(&work, &mut tx, &signed).await.map_err(|refusal| refusal.0.code())?;
        let tail = b"0123456789";
        self.shelf.append(&order.document, order.head_length, tail).await.expect("appends");
        tx.commit().await.expect("commits");
        Ok(())
    }

    /// Empties the outbox as the jobs do; the templates of the mails with their recipients, in order.
    pub(super) async fn news(&self) -> Vec<(String, Recipient, serde_json::Value)> {
        let mut mails = Vec::new();
        while let Some(claimed) = outbox::claim(&self.work()).await.expect("claims") {
            match claimed.job.clone() {
                Job::Mail { template, to, ids } => mails.push((template, to, ids)),
                Job::Event { kind, ids } if kind == "hims.turn-arrived" => {
                    let turn = TurnId::parse(ids["turn"].as_str().expect("a turn")).expect("an id");
                    on_turn_arrived(&self.work(), &self.press.settings, &turn).await.expect("advances");
                }
                Job::Event { .. } => {}
            }
            outbox::done(&self.work(), &claimed).await.expect("done");
        }
        mails
    }

    /// The names of the mails that went out.
    pub(super) async fn templates(&self) -> Vec<String> {
        let mut names: Vec<String> = self.news().await.into_iter().map(|(template, ..)| template).collect();
        names.retain(|name| name.starts_with("hims."));
        names.sort();
        names
    }

    /// The mail as it would leave now.
    pub(super) async fn letter(
        &self,
        template: &str,
        recipient: &Recipient,
        ids: &serde_json::Value,
    ) -> Result<Letter, ComposeError> {
        let public_url = "https://mohor.example.test".to_owned();
        let stationery = Stationery { public_url, brand: Brand::default(), hims: Hims::default() };
        let due = DueMail { work: &self.work(), stationery: &stationery, template, recipient, ids };
        letters::compose(&due, &*self.keys).await
    }

    pub(super) fn wait(&self, hours: u64) {
        self.bench.clock.advance(Duration::from_secs(hours * 3600));
    }
}
