//! Payment documents on both engines.

mod appointments;
mod processes;

use mohor_shared::ic::IdNumber;

use super::*;
use crate::account::{Admin, Officer};
use crate::adapters::keystore_software::SoftwareKeyStore;
use crate::kernel::error::Fault as _;
use crate::kernel::words::Lang;
use crate::kernel::work::Work;
use crate::organisation::{CompanyCode, NewOffice, OfficeCode, OfficeId, Title, register_office};
use crate::person::{self, NewPerson, PersonId, PersonName};
use crate::testkit::{self, Bench};

/// An office with nobody in it.
pub(super) struct World {
    pub(super) bench: Bench,
    pub(super) keys: SoftwareKeyStore,
    pub(super) admin: Officer<Admin>,
    pub(super) office: OfficeId,
}

pub(super) async fn world() -> World {
    let bench = testkit::bench().await;
    let work = bench.work();
    let office = open_office(&work, "PTJ-0702").await;
    World { admin: Officer::for_test(&work, None), keys: testkit::keys(), bench, office }
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
}
