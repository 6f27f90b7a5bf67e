//! Who signs, and in which order: the rules, without a database.

use std::collections::BTreeSet;

use mohor_shared::ic::IdNumber;

use super::model::{Role, Title};
use crate::document::generate::{self, GenerateError};
use crate::kernel::error::{Fault, Kind};
use crate::kernel::words::Lang;
use crate::organisation::Title as CompanyName;
use crate::person::{Email, PersonName, Phone, PostalAddress};

/// A party as the developer enters it.
#[derive(Clone, Debug)]
pub struct NewParty {
    /// The name on the identity document.
    pub name: PersonName,
    /// The number of the identity document.
    pub id: IdNumber,
    /// Where mails go.
    pub email: Email,
    /// The phone number.
    pub phone: Phone,
    /// Postal address, where known: it stands in the agreement.
    pub address: Option<PostalAddress>,
    /// The language of mails and pages.
    pub lang: Lang,
    /// The role.
    pub role: Role,
    /// For a witness: the place in the list (from 0) of the party witnessed.
    pub witness_of: Option<usize>,
    /// For a representative: the company signed for (GAP-15).
    pub on_behalf_of: Option<CompanyName>,
}

/// Why these parties do not make an agreement. Places count from 1, as the list on the page does.
#[derive(Debug, thiserror::Error)]
pub enum PartyError {
    /// More parties than the document has signing blocks.
    #[error("too many parties")]
    TooMany,
    /// A sale has a buyer and a developer.
    #[error("no party has the role {}", .0.as_str())]
    RoleMissing(Role),
    /// The first to sign is the first-named buyer (HIMS-14).
    #[error("the first-named buyer signs first")]
    FirstBuyer,
    /// The order does not name every party once.
    #[error("the order does not name every party once")]
    Order,
    /// A witness must name the party witnessed, and nobody else may; a witness witnesses no witness.
    #[error("party {0}: whom does this witness attest?")]
    Witness(usize),
    /// A witness is another person than the one witnessed, and no contracting party (SEC-5).
    #[error("party {0}: a witness cannot be a contracting party")]
    WitnessIsParty(usize),
    /// The same person stands in the list twice in roles that conflict.
    #[error("party {0} is in the list already")]
    Twice(usize),
    /// Two people share an e-mail address or a phone number.
    #[error("party {0} has the address or number of somebody else")]
    Contact(usize),
    /// The same number is entered with different names or contacts.
    #[error("party {0} is entered differently elsewhere in the list")]
    Differs(usize),
    /// A company is signed for by landowner or developer only.
    #[error("party {0} cannot sign for a company")]
    Company(usize),
    /// No document can show this name.
    #[error(transparent)]
    Name(#[from] GenerateError),
}

impl Fault for PartyError {
    fn code(&self) -> &'static str {
        match self {
            Self::TooMany => "parties-too-many",
            Self::RoleMissing(_) => "parties-role-missing",
            Self::FirstBuyer => "parties-first-buyer",
            Self::Order => "parties-order",
            Self::Witness(_) => "party-witness",
            Self::WitnessIsParty(_) => "party-witness-is-party",
            Self::Twice(_) => "party-twice",
            Self::Contact(_) => "party-contact",
            Self::Differs(_) => "party-differs",
            Self::Company(_) => "party-company",
            Self::Name(error) => error.code(),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Name(error) => error.kind(),
            _ => Kind::Invalid,
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::RoleMissing(role) => vec![("@role", Title { role: *role, witnessed: None }.term())],
            Self::Witness(at)
            | Self::WitnessIsParty(at)
            | Self::Twice(at)
            | Self::Contact(at)
            | Self::Differs(at)
            | Self::Company(at) => vec![("at", at.to_string())],
            Self::Name(error) => error.facts(),
            Self::TooMany | Self::FirstBuyer | Self::Order => Vec::new(),
        }
    }
}

/// The order of signing as places in the list: by role (HIMS-15) unless the developer gives one.
///
/// # Errors
/// [`PartyError`] with the place of the party that does not fit.
pub(super) fn arrange(parties: &[NewParty], order: Option<&[usize]>) -> Result<Vec<usize>, PartyError> {
    if parties.len() > generate::SLOTS {
        return Err(PartyError::TooMany);
    }
    for role in [Role::Pembeli, Role::Pemaju] {
        if !parties.iter().any(|party| party.role == role) {
            return Err(PartyError::RoleMissing(role));
        }
    }
    for (at, party) in parties.iter().enumerate() {
        fits(parties, at, party)?;
    }
    let order = match order {
        Some(order) => order.to_vec(),
        None => by_role(parties),
    };
    let named: BTreeSet<usize> = order.iter().copied().collect();
    if order.len() != parties.len() || named != (0..parties.len()).collect() {
        return Err(PartyError::Order);
    }
    let first_named = parties.iter().position(|party| party.role == Role::Pembeli);
    if order.first().copied() == first_named { Ok(order) } else { Err(PartyError::FirstBuyer) }
}

fn by_role(parties: &[NewParty]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..parties.len()).collect();
    // Stable: within a role the order of entry stays.
    order.sort_by_key(|at| parties[*at].role);
    order
}

fn fits(parties: &[NewParty], at: usize, party: &NewParty) -> Result<(), PartyError> {
    generate::check_name(party.name.as_str())?;
    let place = at + 1;
    match (party.role, party.witness_of.map(|of| parties.get(of))) {
        (Role::Saksi, Some(Some(witnessed))) if witnessed.role != Role::Saksi => {}
        (Role::Saksi, _) | (_, Some(_)) => return Err(PartyError::Witness(place)),
        (_, None) => {}
    }
    if party.on_behalf_of.is_some() && !matches!(party.role, Role::TuanTanah | Role::Pemaju) {
        return Err(PartyError::Company(place));
    }
    for other in &parties[..at] {
        if other.id == party.id {
            same_person(other, party, place)?;
        } else if other.email == party.email || other.phone == party.phone {
            return Err(PartyError::Contact(place));
        }
    }
    Ok(())
}

/// One person may witness two parties, or sign for landowner and developer (a power of attorney is common);
/// everything else is acting on two sides of one case.
fn same_person(other: &NewParty, party: &NewParty, place: usize) -> Result<(), PartyError> {
    if other.name != party.name || other.email != party.email || other.phone != party.phone {
        return Err(PartyError::Differs(place));
    }
    match (other.role, party.role) {
        (Role::Saksi, Role::Saksi) if other.witness_of != party.witness_of => Ok(()),
        (Role::TuanTanah, Role::Pemaju) | (Role::Pemaju, Role::TuanTanah) => Ok(()),
        (Role::Saksi, role) | (role, Role::Saksi) if role != Role::Saksi => Err(PartyError::WitnessIsParty(place)),
        _ => Err(PartyError::Twice(place)),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A party of the tests: everything follows from `number`.
    pub(crate) fn party(number: u32, role: Role, witness_of: Option<usize>) -> NewParty {
        NewParty {
            name: PersonName::parse(&format!("Penandatangan {}", ["A", "B", "C", "D", "E", "F"][number as usize % 6]))
                .expect("a name"),
            id: IdNumber::parse(&format!("90042{}105484", number % 10)).expect("an IC"),
            email: Email::parse(&format!("p{number}@example.test")).expect("an address"),
            phone: Phone::parse(&format!("01234567{number:02}")).expect("a number"),
            address: None,
            lang: Lang::Ms,
            role,
            witness_of,
            on_behalf_of: None,
        }
    }

    fn four() -> Vec<NewParty> {
        vec![
            party(4, Role::Pemaju, None),
            party(1, Role::Pembeli, None),
            party(2, Role::Saksi, Some(1)),
            party(3, Role::TuanTanah, None),
        ]
    }

    fn refusal(parties: &[NewParty], order: Option<&[usize]>) -> &'static str {
        arrange(parties, order).expect_err("refused").code()
    }

    #[test]
    fn the_default_order_is_by_role_and_any_other_begins_with_the_first_buyer() {
        let parties = four();
        assert_eq!(arrange(&parties, None).expect("arranges"), [1, 2, 3, 0]);
        assert_eq!(arrange(&parties, Some(&[1, 0, 3, 2])).expect("arranges"), [1, 0, 3, 2]);
        assert_eq!(refusal(&parties, Some(&[2, 1, 3, 0])), "parties-first-buyer");
        assert_eq!(refusal(&parties, Some(&[1, 1, 3, 0])), "parties-order");
        let mut two = four();
        two.push(party(5, Role::Pembeli, None));
        assert_eq!(arrange(&two, None).expect("arranges"), [1, 4, 2, 3, 0]);
        assert_eq!(refusal(&two, Some(&[4, 1, 2, 3, 0])), "parties-first-buyer");
    }

    #[test]
    fn a_sale_has_a_buyer_and_a_developer() {
        assert_eq!(refusal(&[], None), "parties-role-missing");
        assert_eq!(refusal(&[party(1, Role::Pembeli, None)], None), "parties-role-missing");
    }

    #[test]
    fn a_witness_attests_somebody_else_who_contracts() {
        let mut parties = four();
        parties[2].witness_of = None;
        assert_eq!(refusal(&parties, None), "party-witness");
        parties[2].witness_of = Some(2);
        assert_eq!(refusal(&parties, None), "party-witness");
        parties[2].witness_of = Some(9);
        assert_eq!(refusal(&parties, None), "party-witness");
        let mut own = four();
        own[2] = NewParty { role: Role::Saksi, witness_of: Some(1), ..own[1].clone() };
        assert_eq!(refusal(&own, None), "party-witness-is-party");
        let mut interested = four();
        interested[2] = NewParty { role: Role::Saksi, witness_of: Some(1), ..interested[0].clone() };
        assert_eq!(refusal(&interested, None), "party-witness-is-party");
        let mut buyer = four();
        buyer[1].witness_of = Some(0);
        assert_eq!(refusal(&buyer, None), "party-witness");
    }

    #[test]
    fn nobody_stands_twice_in_conflict_but_may_witness_two_or_act_for_two_companies() {
        let mut twice = four();
        twice.push(NewParty { role: Role::Pembeli, ..twice[1].clone() });
        assert_eq!(refusal(&twice, None), "party-twice");
        let mut sides = four();
        sides.push(NewParty { role: Role::Pemaju, ..sides[1].clone() });
        assert_eq!(refusal(&sides, None), "party-twice");
        let mut witness = four();
        witness.push(NewParty { witness_of: Some(3), ..witness[2].clone() });
        assert!(arrange(&witness, None).is_ok());
        let mut attorney = four();
        attorney[3] = NewParty { role: Role::TuanTanah, ..attorney[0].clone() };
        assert!(arrange(&attorney, None).is_ok());
    }

    #[test]
    fn contacts_belong_to_one_person() {
        let mut parties = four();
        parties[2].email = parties[1].email.clone();
        assert_eq!(refusal(&parties, None), "party-contact");
        let mut parties = four();
        parties[2].phone = parties[1].phone.clone();
        assert_eq!(refusal(&parties, None), "party-contact");
        let mut differs = four();
        differs[3] = NewParty { role: Role::TuanTanah, email: differs[3].email.clone(), ..differs[0].clone() };
        assert_eq!(refusal(&differs, None), "party-differs");
    }
}
