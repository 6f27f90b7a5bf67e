//! Pure types of processes, appointments and documents.

use super::input::IgfmasInput;
use crate::{stored_words, typed_id};

typed_id! {
    /// Names the appointment of an officer to a role.
    AppointmentId
    /// Names a payment document.
    DocumentId
    /// Names one signature that a version of a document needs.
    StepId
}

/// What an officer does with a document.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Role {
    /// Pegawai Penyedia: prepares and submits (PUB-FIN-1).
    Penyedia,
    /// Penyemak: checks, in HCM alone (FIN-P44 to FIN-P46).
    Penyemak,
    /// Perakuan 1.
    Perakuan1,
    /// Semak AO, between the two: in no process unless an administrator adds it (PUB-FIN-3).
    SemakAo,
    /// Perakuan 2.
    Perakuan2,
    /// Akuan Terima: the receiving office (FIN-30, GAP-18).
    AkuanTerima,
    /// Whoever executes a process that names no role (CON-31).
    Pelaksana,
}

stored_words!(Role: Penyedia = "penyedia", Penyemak = "penyemak", Perakuan1 = "perakuan-1", SemakAo = "semak-ao",
    Perakuan2 = "perakuan-2", AkuanTerima = "akuan-terima", Pelaksana = "pelaksana");

/// The signatures that a document needs, in order (FIN-30).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Steps(Vec<Role>);

impl Steps {
    /// Parses roles with spaces between them: `perakuan-1 perakuan-2`. Nobody signs in the same role twice. Semak AO
    /// and Perakuan 2 come after Perakuan 1, in this order, and Akuan Terima after Perakuan 2.
    ///
    /// # Errors
    /// [`IgfmasInput::Steps`].
    pub fn parse(text: &str) -> Result<Self, IgfmasInput> {
        let roles: Option<Vec<_>> = text.split_whitespace().map(Role::from_stored).collect();
        let roles = roles.ok_or(IgfmasInput::Steps)?;
        if in_order(&roles) { Ok(Self(roles)) } else { Err(IgfmasInput::Steps) }
    }

    /// The roles as the list of processes names them; none for the executing user.
    pub fn roles(&self) -> &[Role] {
        &self.0
    }

    /// Who signs, first to last: at least the executing user.
    pub fn signatures(&self) -> &[Role] {
        if self.0.is_empty() { &[Role::Pelaksana] } else { &self.0 }
    }

    /// The stored words.
    pub fn words(&self) -> String {
        self.0.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(" ")
    }
}

fn in_order(roles: &[Role]) -> bool {
    roles.iter().enumerate().all(|(at, role)| {
        let before = &roles[..at];
        let follows = |earlier: Role| before.contains(&earlier);
        !before.contains(role)
            && match role {
                Role::Penyedia | Role::Pelaksana => false,
                Role::Penyemak | Role::Perakuan1 => true,
                Role::SemakAo => follows(Role::Perakuan1) && !follows(Role::Perakuan2),
                Role::Perakuan2 => follows(Role::Perakuan1),
                Role::AkuanTerima => follows(Role::Perakuan2),
            }
    })
}

/// Where a process is worked with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum System {
    /// The portal.
    Portal,
    /// The SAP client.
    Gui,
}

stored_words!(System: Portal = "portal", Gui = "gui");

/// How sure it is that a row of the list was read right (CON-32).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Confidence {
    /// Certain.
    Certain,
    /// Very probable.
    Probable,
    /// Uncertain.
    Uncertain,
}

stored_words!(Confidence: Certain = "A", Probable = "B", Uncertain = "C");

/// The module that a process belongs to, which is also the group an appointment may be limited to: `AP`, `Treasury`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Module(String);

impl Module {
    /// Parses 2 to 12 letters and digits.
    ///
    /// # Errors
    /// [`IgfmasInput::Module`].
    pub fn parse(text: &str) -> Result<Self, IgfmasInput> {
        let text = text.trim();
        let ok = (2..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if ok { Ok(Self(text.to_owned())) } else { Err(IgfmasInput::Module) }
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How a document stands (STM-9).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DocumentState {
    /// Being prepared.
    Draft,
    /// In the task list of whoever signs next.
    Submitted,
    /// A signature is being made; nothing else moves the document.
    Signing,
    /// A signature was made and is still to be verified; others follow.
    Signed,
    /// The last signature was made; all are still to be verified.
    Certified,
    /// The revocation list is being fetched.
    Verifying,
    /// There is no revocation list to be believed: it is tried again.
    VerifyHeld,
    /// Verified and posted (FIN-14).
    Posted,
    /// A signature does not hold: the preparer makes the next version or leaves it.
    PostFailed,
    /// Sent back with a question (kuiri).
    Returned,
    /// Rejected for good.
    Rejected,
}

stored_words!(DocumentState: Draft = "DRAFT", Submitted = "SUBMITTED", Signing = "SIGNING", Signed = "SIGNED",
    Certified = "CERTIFIED", Verifying = "VERIFYING", VerifyHeld = "VERIFY_HELD", Posted = "POSTED",
    PostFailed = "POST_FAILED", Returned = "RETURNED", Rejected = "REJECTED");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_an_order_of_signatures() {
        for good in [
            "",
            "penyemak",
            "perakuan-1 perakuan-2",
            "perakuan-1 semak-ao perakuan-2",
            "penyemak perakuan-1 perakuan-2 akuan-terima",
            "perakuan-1",
        ] {
            assert_eq!(Steps::parse(good).expect("an order").words(), good);
        }
        for bad in [
            "perakuan-2",
            "perakuan-2 perakuan-1",
            "perakuan-1 perakuan-1",
            "perakuan-1 perakuan-2 semak-ao",
            "akuan-terima perakuan-1 perakuan-2",
            "perakuan-1 akuan-terima",
            "penyedia perakuan-1",
            "pelaksana",
            "perakuan-3",
        ] {
            assert_eq!(Steps::parse(bad), Err(IgfmasInput::Steps), "{bad}");
        }
        assert_eq!(Steps::parse("").expect("CON-31").signatures(), [Role::Pelaksana]);
    }

    #[test]
    fn a_module_is_a_short_code() {
        assert_eq!(Module::parse(" Treasury ").expect("a module").as_str(), "Treasury");
        for bad in ["", "A", "A-P", "1234567890123"] {
            assert_eq!(Module::parse(bad), Err(IgfmasInput::Module), "{bad}");
        }
    }
}
