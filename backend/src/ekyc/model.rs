//! Pure types of an identity check.

use std::time::Duration;

use mohor_shared::picture::Kind;

use crate::kernel::clock::Timestamp;
use crate::person::IdKind;
use crate::typed_id;

typed_id! {
    /// Names one identity check of one person.
    SubmissionId
}

/// How long a capture may be taken up again: the pictures taken so far are kept.
pub(super) const CAPTURE: Duration = Duration::from_secs(7 * 24 * 3600);
/// How long the nonce and the prompt of one challenge count.
pub(super) const CHALLENGE: Duration = Duration::from_secs(600);
/// How long a case stays with a reviewer who does not decide.
pub(super) const LEASE: Duration = Duration::from_secs(20 * 60);
/// What a person may be asked to do in front of the camera. A challenge asks for one: a picture that does not move
/// shows one movement, and what nobody can see nobody can tick.
pub(super) const PROMPTS: [&str; 4] = ["turn-left", "turn-right", "closer", "look-up"];

/// The identity document that is photographed.
pub type Document = IdKind;

/// What a picture shows, in the order in which it is taken and looked at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Slot {
    /// The front of the card, or the data page of the passport.
    Front,
    /// The back of the card.
    Back,
    /// The person.
    Selfie,
}

impl Slot {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Front, Self::Back, Self::Selfie];

    /// The pictures that a document needs: a passport has no back.
    pub const fn needed(document: Document) -> &'static [Self] {
        match document {
            IdKind::Ic => &Self::ALL,
            IdKind::Passport => &[Self::Front, Self::Selfie],
        }
    }

    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Front => "front",
            Self::Back => "back",
            Self::Selfie => "selfie",
        }
    }

    /// Reads the stored word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|slot| slot.as_str() == word)
    }

    /// What the picture must show.
    pub const fn kind(self, document: Document) -> Kind {
        match (self, document) {
            (Self::Front, IdKind::Ic) => Kind::MyKadFront,
            (Self::Front | Self::Back, IdKind::Passport) => Kind::PassportPage,
            (Self::Back, IdKind::Ic) => Kind::MyKadBack,
            (Self::Selfie, _) => Kind::Selfie,
        }
    }

    /// Reads a stored list.
    pub(super) fn list(words: &str) -> Vec<Self> {
        words.split_whitespace().filter_map(Self::parse).collect()
    }

    /// A list to store.
    pub(super) fn words(slots: &[Self]) -> String {
        slots.iter().map(|slot| slot.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// Where a picture is from, as the phone says: for the eyes of the reviewer, no proof.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// Taken by the app itself.
    Camera,
    /// Chosen among the files of the device.
    File,
    /// Not said.
    Unknown,
}

impl Source {
    /// The stored word; empty for one that was not said.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Camera => "camera",
            Self::File => "file",
            Self::Unknown => "",
        }
    }

    /// Reads the word of a phone or of a row.
    pub fn parse(word: &str) -> Self {
        [Self::Camera, Self::File].into_iter().find(|source| source.as_str() == word).unwrap_or(Self::Unknown)
    }
}

/// Why pictures were not enough. The code is stored; the words stand in the message files.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// A picture is blurred, dark or glaring.
    Unreadable,
    /// A corner or a side is missing.
    Incomplete,
    /// A picture shows the other side, or something else.
    WrongSide,
    /// The document and the registered particulars do not say the same.
    Mismatch,
    /// The face and the document do not belong together.
    Face,
    /// The document has expired.
    Expired,
    /// The document looks altered or is a copy.
    Suspect,
    /// The pictures that were sent can no longer be opened. The program says so, no reviewer can.
    Lost,
}

impl Reason {
    /// Every reason that a reviewer may give.
    pub const ALL: [Self; 7] =
        [Self::Unreadable, Self::Incomplete, Self::WrongSide, Self::Mismatch, Self::Face, Self::Expired, Self::Suspect];

    /// The stored word; `ekyc-reason-<word>` is its message.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Incomplete => "incomplete",
            Self::WrongSide => "wrong-side",
            Self::Mismatch => "mismatch",
            Self::Face => "face",
            Self::Expired => "expired",
            Self::Suspect => "suspect",
            Self::Lost => "lost",
        }
    }

    /// Reads what a reviewer chose.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }

    /// Reads the stored word.
    pub fn from_stored(word: &str) -> Option<Self> {
        Self::parse(word).or_else(|| (word == Self::Lost.as_str()).then_some(Self::Lost))
    }
}

/// How the identity check of a person stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// Nothing was submitted yet, or the last capture is over.
    Missing,
    /// An approval has ended, and nothing was submitted since.
    Ended {
        /// When it did.
        at: Timestamp,
    },
    /// A reviewer is looking: DALAM SEMAKAN.
    InReview,
    /// DILULUSKAN (EKYC-6).
    Approved {
        /// Until when it counts.
        until: Timestamp,
    },
    /// DITOLAK.
    Rejected(Reason),
    /// The reviewer asks for new pictures.
    Retake(Reason),
}

impl Status {
    /// The name of the status, for messages (`ekyc-status-<word>`) and wire formats.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Ended { .. } => "ended",
            Self::InReview => "in-review",
            Self::Approved { .. } => "approved",
            Self::Rejected(_) => "rejected",
            Self::Retake(_) => "retake",
        }
    }
}
