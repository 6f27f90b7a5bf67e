//! What the agreement says, gathered from the rooms that know it.

use super::model::{AgreementId, Role};
use super::record::{Agreement, Party};
use crate::document::generate;
use crate::kernel::db::DbError;
use crate::kernel::work::Work;
use crate::keystore::KeyStore;
use crate::organisation;
use crate::person::{self, FindError, Person};

/// A party with the person behind it.
#[derive(Clone, Debug)]
pub(super) struct Signer {
    pub(super) party: Party,
    pub(super) person: Person,
    pub(super) masked: String,
}

/// The parties of a version with the people behind them, in the order of signing.
pub(super) async fn signers(
    work: &Work,
    keys: &dyn KeyStore,
    agreement: &AgreementId,
    version: u32,
) -> Result<Vec<Signer>, FindError> {
    let parties = Party::all(&mut work.read().await?, agreement, version).await?;
    let mut signers = Vec::new();
    for party in parties {
        let person = person::by_id(work, &party.person).await?;
        let person = person.ok_or_else(|| DbError::Inconsistent("party without a person".to_owned()))?;
        let masked = person.masked_id(keys).await?;
        signers.push(Signer { party, person, masked });
    }
    Ok(signers)
}

/// The data of `version` of the agreement. What no room knows yet (permit, account, land) is that of the
/// specimen, marked as such.
pub(super) async fn gather(
    work: &Work,
    agreement: &Agreement,
    version: u32,
    signers: &[Signer],
) -> Result<generate::AgreementData, DbError> {
    let gone = |what: &str| DbError::Inconsistent(format!("{what} of an agreement"));
    let developer = organisation::developer(work, &agreement.developer).await?.ok_or_else(|| gone("developer"))?;
    let development = organisation::development(work, &agreement.development).await?;
    let development = development.ok_or_else(|| gone("development"))?;
    let unit = organisation::unit(work, &agreement.unit).await?.ok_or_else(|| gone("unit"))?;
    let specimen = generate::AgreementData::specimen();
    let represented = signers.iter().any(|signer| signer.party.title.role == Role::Pemaju);
    Ok(generate::AgreementData {
        id: format!("{}/{version}", agreement.id),
        lang: agreement.lang,
        version,
        issued: work.now,
        project: generate::Project {
            code: development.code.to_string(),
            name: development.name.to_string(),
            address: development.location.to_string(),
            ..specimen.project
        },
        unit: generate::Unit {
            number: unit.number.as_str().to_owned(),
            kind: unit.kind.to_string(),
            place: unit.place.to_string(),
            area_centi_sqm: unit.area.centi(),
            ..specimen.unit
        },
        developer: generate::Company {
            name: developer.name.to_string(),
            number: developer.registration.to_string(),
            address: developer.address.to_string(),
            representative: specimen.developer.representative.filter(|_| represented),
            licence: specimen.developer.licence,
        },
        landowner: landowner(agreement, signers),
        purchasers: signers.iter().filter(|signer| signer.party.title.role == Role::Pembeli).map(purchaser).collect(),
        land: generate::Land { title: unit.title.to_string(), ..specimen.land },
        price_sen: unit.price.get(),
        parties: parties(agreement, &developer, signers),
    })
}

fn purchaser(signer: &Signer) -> generate::Purchaser {
    let address = match (&signer.person.address, &signer.person.postcode) {
        (Some(address), Some(postcode)) => format!("{}, {}", address.as_str(), postcode.as_str()),
        (Some(address), None) => address.as_str().to_owned(),
        (None, _) => "—".to_owned(),
    };
    generate::Purchaser { name: signer.person.name.to_string(), ic_masked: signer.masked.clone(), address }
}

/// The landowner, when it is a company or a person other than the developer.
fn landowner(agreement: &Agreement, signers: &[Signer]) -> Option<generate::Company> {
    let signer = signers.iter().find(|signer| signer.party.title.role == Role::TuanTanah)?;
    let company = signer.party.on_behalf_of.clone();
    let name = company.clone().unwrap_or_else(|| signer.person.name.to_string());
    (name != agreement.header.developer).then(|| generate::Company {
        name,
        number: if company.is_some() { "—".to_owned() } else { signer.masked.clone() },
        address: signer.person.address.as_ref().map_or_else(|| "—".to_owned(), |line| line.as_str().to_owned()),
        licence: None,
        representative: company.map(|_| signer.person.name.to_string()),
    })
}

fn parties(agreement: &Agreement, developer: &organisation::Developer, signers: &[Signer]) -> Vec<generate::Party> {
    let index = |signer: &Signer| {
        let of = signer.party.witness_of.as_ref()?;
        signers.iter().position(|other| other.party.id == *of)
    };
    let company = |signer: &Signer| match signer.party.title.role {
        Role::Pemaju => signer.party.on_behalf_of.clone().or_else(|| Some(developer.name.to_string())),
        _ => signer.party.on_behalf_of.clone(),
    };
    let party = |signer: &Signer| generate::Party {
        role: signer.party.title.say(agreement.lang),
        name: signer.person.name.to_string(),
        ic_masked: signer.masked.clone(),
        on_behalf_of: company(signer),
        witness_of: index(signer),
    };
    signers.iter().map(party).collect()
}
