//! The certificates of the person at the counter, and their end in twos (GAP-13).

use crate::account::RegistrationOfficer;
use crate::certificate::{self, Leaf, Published, RevocationReason};
use crate::kernel::error::Kind;
use crate::person::Person;
use crate::web::Doors;
use crate::web::guard::At;
use crate::web::pages::form::{FieldFault, Form};
use crate::web::pages::frame::Frame;
use crate::web::problem::{DoorFault, Problem};

/// A certificate of the person.
#[derive(Clone, Debug)]
pub(in crate::web) struct CertificateLine {
    /// Its serial number, hexadecimal.
    pub serial: String,
    /// Word of its state: `good`, `ended` or `revoked`.
    pub state: &'static str,
    /// From when until when.
    pub term: [String; 2],
    /// When it was revoked and the word of the reason.
    pub revoked: Option<(String, &'static str)>,
    /// A colleague wants to revoke it: word of the reason, since when.
    pub wish: Option<(&'static str, String)>,
}

impl CertificateLine {
    /// What a colleague wants, in words.
    pub(super) fn wish_said(&self, f: &Frame) -> String {
        said(f, "web-counter-certificate-wish", self.wish.as_ref().map(|(reason, at)| (*reason, at)))
    }

    /// When it ended and why, in words.
    pub(super) fn revoked_said(&self, f: &Frame) -> String {
        said(f, "web-counter-certificate-revoked", self.revoked.as_ref().map(|(at, reason)| (*reason, at)))
    }
}

fn said(f: &Frame, key: &str, why: Option<(&'static str, &String)>) -> String {
    why.map_or_else(String::new, |(reason, at)| f.say2(key, "reason", &f.term("web-revocation", reason), "at", at))
}

/// The certificates of `person`, newest first.
pub(super) async fn lines(at: &At<RegistrationOfficer>, person: &Person) -> Result<Vec<CertificateLine>, Problem> {
    let work = &at.who.work;
    let mut lines = Vec::new();
    for leaf in certificate::all_for(work, &person.id).await?.into_iter().rev() {
        let wish = certificate::revocation_asked(work, &leaf.serial).await?;
        lines.push(CertificateLine {
            state: match &leaf.revoked {
                Some(_) => "revoked",
                None if leaf.is_good(work.now) => "good",
                None => "ended",
            },
            term: [leaf.not_before.myt(), leaf.not_after.myt()],
            revoked: leaf.revoked.map(|revoked| (revoked.at.myt(), revoked.reason.word())),
            wish: wish.map(|wish| (wish.reason.word(), wish.at.myt())),
            serial: leaf.serial,
        });
    }
    Ok(lines)
}

/// The certificate must be one of the person who was looked up.
async fn of_person(at: &At<RegistrationOfficer>, person: &Person, form: &Form) -> Result<Leaf, Problem> {
    let leaf = certificate::by_serial(&at.who.work, form.value("sijil")).await?;
    Ok(leaf.filter(|leaf| leaf.person.as_ref() == Some(&person.id)).ok_or(DoorFault::Missing)?)
}

/// Asks, confirms or withdraws.
pub(super) async fn act(
    doors: &Doors,
    at: &At<RegistrationOfficer>,
    person: &Person,
    act: &str,
    form: &Form,
) -> Result<Result<(), Problem>, Problem> {
    let (work, officer) = (&at.who.work, &at.officer);
    let serial = of_person(at, person, form).await?.serial;
    Ok(match act {
        "minta-batal" => match RevocationReason::parse(form.value("sebab")) {
            Some(reason) => certificate::ask_revocation(work, officer, &serial, reason).await.map(drop),
            None => return Ok(Err(Problem { kind: Kind::Conflict, ..FieldFault::Choice.into() })),
        },
        // Whether the list is out or the job makes it: OCSP says it from now on.
        "sahkan-batal" => {
            certificate::confirm_revocation(work, &doors.desk.authority, officer, at.who.fresh()?, &serial)
                .await
                .map(|_: Published| ())
        }
        "tarik-batal" => certificate::withdraw_revocation(work, officer, &serial).await,
        _ => return Err(DoorFault::Missing.into()),
    }
    .map_err(Problem::from))
}
