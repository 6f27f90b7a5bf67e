//! Pure types of an identity check.

use std::time::Duration;

use crate::kernel::clock::Timestamp;
use crate::person::IdKind;
use crate::typed_id;

typed_id! {
    /// Names one identity check of one person.
    SubmissionId
}

/// How long an approval counts (GAP-8: twelve months).
pub(super) const VALID: Duration = Duration::from_secs(365 * 24 * 3600);
/// How long a capture may take.
pub(super) const CAPTURE: Duration = Duration::from_secs(3600);

/// The identity document that is photographed.
pub type Document = IdKind;

/// What a picture shows.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
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
}

/// Why pictures were not enough. The code is stored; the words stand in the message files.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// A picture is blurred, dark or glaring.
    Unreadable,
    /// A corner or a side is missing.
    Incomplete,
    /// The document and the registered particulars do not say the same.
    Mismatch,
    /// The face and the document do not belong together.
    Face,
    /// The document has expired.
    Expired,
    /// The document looks altered or is a copy.
    Suspect,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 6] =
        [Self::Unreadable, Self::Incomplete, Self::Mismatch, Self::Face, Self::Expired, Self::Suspect];

    /// The stored word; `ekyc-reason-<word>` is its message.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Incomplete => "incomplete",
            Self::Mismatch => "mismatch",
            Self::Face => "face",
            Self::Expired => "expired",
            Self::Suspect => "suspect",
        }
    }

    /// Reads the stored word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}

/// How the identity check of a person stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// Nothing was submitted yet, or the last capture or approval is over.
    Missing,
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
            Self::InReview => "in-review",
            Self::Approved { .. } => "approved",
            Self::Rejected(_) => "rejected",
            Self::Retake(_) => "retake",
        }
    }
}
