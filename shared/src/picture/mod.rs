//! Pictures of a person and of an identity document: decoded within limits, judged, flattened.
//!
//! The phone calls [`assess`] before it sends a picture, the server before it takes one: the same rule with the
//! same words, so nobody learns days later that a picture was too dark. Nothing here says who a person is or
//! whether a document is genuine.

mod card;
mod decode;
mod gate;

pub use card::{Corners, rectify};
#[cfg(feature = "specimen")]
pub(crate) use decode::jpeg_of;
pub use decode::{MAX_BYTES, MAX_PIXELS, Picture, PictureError};
pub use gate::{Assessment, Measures, assess};

/// What a picture is meant to show.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// The side of a MyKad or MyPR with the portrait.
    MyKadFront,
    /// The other side.
    MyKadBack,
    /// The page of a passport with the portrait.
    PassportPage,
    /// The person.
    Selfie,
}

impl Kind {
    /// Width and height of the flattened document in pixels; `None` for a face. Cards are ID-1 (ISO/IEC 7810),
    /// 85.60 × 53.98 mm; a passport page is TD3 (ICAO 9303-4), 125 × 88 mm.
    pub const fn flat(self) -> Option<(u32, u32)> {
        match self {
            Self::MyKadFront | Self::MyKadBack => Some((1000, 630)),
            Self::PassportPage => Some((1250, 880)),
            Self::Selfie => None,
        }
    }
}

/// What is wrong with a picture. The code is what travels and is stored; words stand in the message files.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Reason {
    /// Too little light.
    TooDark,
    /// Too much light.
    TooBright,
    /// Out of focus, or the hand moved.
    Blurred,
    /// A lamp is mirrored in the card.
    Glare,
    /// No document stands out from what it lies on.
    NoCard,
    /// The document is turned or seen from the side.
    Tilted,
    /// The document is not whole in the picture.
    CutOff,
    /// The document stands on its head.
    UpsideDown,
    /// Too far away: too few pixels to read.
    TooSmall,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 9] = [
        Self::TooDark,
        Self::TooBright,
        Self::Blurred,
        Self::Glare,
        Self::NoCard,
        Self::Tilted,
        Self::CutOff,
        Self::UpsideDown,
        Self::TooSmall,
    ];

    /// The code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooDark => "too-dark",
            Self::TooBright => "too-bright",
            Self::Blurred => "blurred",
            Self::Glare => "glare",
            Self::NoCard => "no-card",
            Self::Tilted => "tilted",
            Self::CutOff => "cut-off",
            Self::UpsideDown => "upside-down",
            Self::TooSmall => "too-small",
        }
    }

    /// Reads a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == code)
    }
}
