//! Pure types of agreements, parties and turns.

use std::fmt;

use crate::kernel::words::Lang;
use crate::person::printable_line;
use crate::{fault, stored_words, typed_id};

typed_id! {
    /// Names a housing sale agreement (eSPA).
    AgreementId
    /// Names one party of one version of an agreement.
    PartyId
    /// Names the turn of one party to sign.
    TurnId
    /// Names a request for a correction.
    CorrectionId
}

/// How an agreement stands (STM-1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AgreementState {
    /// Parties are being entered; nothing was generated.
    Draft,
    /// "Jana eSPA" is at work.
    Generating,
    /// Generated, certified and issued; nobody has signed.
    Issued,
    /// Some have signed.
    Signing,
    /// A signer asked for a correction; the developer edits the next version (HIMS-23).
    Returned,
    /// A review window ended; the developer may open it again (GAP-3).
    Expired,
    /// Everybody has signed (HIMS-9).
    Completed,
}

stored_words!(AgreementState: Draft = "DRAFT", Generating = "GENERATING", Issued = "ISSUED", Signing = "SIGNING",
    Returned = "RETURNED", Expired = "EXPIRED", Completed = "COMPLETED");

/// The swim lanes of the process chart in its order (HIMS-1): who is at work in which system, or "End".
pub(super) const LANES: [&str; 8] = [
    "HIMS | Pemaju",
    "HIMS | Signee",
    "Pemaju | POS Digicert",
    "POS Digicert | Signee",
    "MYCRS | Signee",
    "POS Digicert",
    "HIMS | Signee",
    "End",
];

impl AgreementState {
    /// The lane of the process chart that the agreement stands in (HIMS-1); those in between belong to the manual path.
    pub const fn lane(self) -> &'static str {
        match self {
            Self::Draft | Self::Generating | Self::Returned | Self::Expired => LANES[0],
            Self::Issued => LANES[1],
            Self::Signing => LANES[6],
            Self::Completed => LANES[7],
        }
    }
}

/// How one version of an agreement stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VersionState {
    /// The one to be signed.
    Current,
    /// Sent back for correction: nobody signs it any more.
    Returned,
    /// A newer version has taken its place (GAP-4).
    Superseded,
    /// Signed by everybody.
    Completed,
}

stored_words!(VersionState: Current = "CURRENT", Returned = "RETURNED", Superseded = "SUPERSEDED",
    Completed = "COMPLETED");

/// How a turn stands (STM-2, from the arrival of the turn).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TurnState {
    /// Others come first.
    Waiting,
    /// It has arrived; the identity check or the certificate is missing.
    Invited,
    /// The window runs.
    Reviewing,
    /// The box is ticked and the bytes are confirmed (SIGN-3 to SIGN-5).
    Ready,
    /// A signature is being made; nothing else moves the turn.
    Signing,
    /// Signed.
    Signed,
    /// The window ended.
    Expired,
    /// This signer asked for a correction.
    Returned,
    /// The version was sent back or superseded before this turn was signed.
    Closed,
}

stored_words!(TurnState: Waiting = "WAITING", Invited = "INVITED", Reviewing = "REVIEWING", Ready = "READY",
    Signing = "SIGNING", Signed = "SIGNED", Expired = "EXPIRED", Returned = "RETURNED", Closed = "CLOSED");

/// The role of a party (ACT-2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// Buyer.
    Pembeli,
    /// Witness of another party.
    Saksi,
    /// Landowner.
    TuanTanah,
    /// Developer.
    Pemaju,
}

stored_words!(Role: Pembeli = "pembeli", Saksi = "saksi", TuanTanah = "tuan-tanah", Pemaju = "pemaju");

impl Role {
    /// The default order of signing (HIMS-15).
    pub const ORDER: [Self; 4] = [Self::Pembeli, Self::Saksi, Self::TuanTanah, Self::Pemaju];
}

/// A role as people say it: `Pembeli`, `Saksi Tuan Tanah` (ACT-3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Title {
    /// The role.
    pub role: Role,
    /// For a witness: the role of the party witnessed.
    pub witnessed: Option<Role>,
}

impl Title {
    /// The words in `lang`.
    pub fn say(self, lang: Lang) -> String {
        lang.say_term(&self.term())
    }

    /// What `Lang::say_term` says in any language.
    pub fn term(self) -> String {
        match (self.role, self.witnessed) {
            (Role::Saksi, Some(of)) => format!("espa-role-witness of=espa-role-{}", of.as_str()),
            (role, _) => format!("espa-role-{}", role.as_str()),
        }
    }
}

/// What a signer writes when asking for a correction: 3 to 1,000 printable characters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Remark(String);

/// The remark is empty, too long, or not printable.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the remark cannot be accepted")]
pub struct RemarkError;

fault! { RemarkError => "remark-unacceptable", Invalid }

impl Remark {
    /// Parses a remark; line breaks become spaces.
    ///
    /// # Errors
    /// [`RemarkError`] when nothing, too little or too much is written.
    pub fn parse(text: &str) -> Result<Self, RemarkError> {
        printable_line(text, 1_000).filter(|line| line.chars().count() >= 3).map(Self).ok_or(RemarkError)
    }

    /// The remark.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The three lines that head every mail and page of an agreement (HIMS-19), and who sells (HIMS-20).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Header {
    /// Kod Pemajuan.
    pub code: String,
    /// Nama Pemajuan.
    pub name: String,
    /// Unit.
    pub unit: String,
    /// The developer company.
    pub developer: String,
}

impl fmt::Display for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.code, self.name, self.unit)
    }
}

/// The newest revision of a version: what is shown and what is signed next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    /// Its name in the blob store.
    pub document: String,
    /// Its length in bytes.
    pub length: u64,
    /// SHA-256 of these bytes.
    pub sha256: [u8; 32],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agreement_goes_through_the_lanes_of_the_chart_and_never_back_but_to_the_developer() {
        use AgreementState::{Completed, Draft, Expired, Generating, Issued, Returned, Signing};
        let lanes = [Draft, Generating, Issued, Signing, Completed].map(AgreementState::lane);
        assert_eq!(lanes, ["HIMS | Pemaju", "HIMS | Pemaju", "HIMS | Signee", "HIMS | Signee", "End"]);
        assert!([Returned, Expired].iter().all(|state| state.lane() == "HIMS | Pemaju"));
    }
}
