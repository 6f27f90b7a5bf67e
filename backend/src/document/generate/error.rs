//! Why a document or an appearance could not be made.

use crate::fault;
use crate::kernel::error::{Fault, Kind};

/// Why a document or an appearance could not be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum GenerateError {
    /// No bundled font has this character, or it is a control character that would change how a name reads.
    #[error("no bundled font shows U+{:04X}", *.0 as u32)]
    NoGlyph(char),
    /// An agreement needs at least one party.
    #[error("an agreement without parties")]
    NoParties,
    /// More parties than signing blocks.
    #[error("{0} parties, but only {max} signing blocks", max = super::SLOTS)]
    TooManyParties(usize),
    /// A value is longer than its place on the paper.
    #[error("{0} is too long for the document")]
    TooLong(&'static str),
    /// The drawn signature cannot be used.
    #[error(transparent)]
    Drawing(#[from] DrawingError),
    /// A fault of the generator: a template or a bundled font is wrong.
    #[error("the document could not be generated: {0}")]
    Broken(String),
}

/// Why a drawn signature cannot be used (SIGN-7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DrawingError {
    /// Not the format the pad sends.
    #[error("the drawing cannot be read")]
    Unreadable,
    /// Nothing, or next to nothing, was drawn.
    #[error("the drawing is empty or too small")]
    TooLittle,
    /// More strokes or points than a hand makes.
    #[error("the drawing has too many strokes or points")]
    TooMuch,
}

impl Fault for GenerateError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoGlyph(_) => "character-not-printable",
            Self::NoParties => "agreement-without-parties",
            Self::TooManyParties(_) => "agreement-too-many-parties",
            Self::TooLong(_) => "agreement-value-too-long",
            Self::Drawing(error) => error.code(),
            Self::Broken(_) => "document-not-generated",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Broken(_) => Kind::Broken,
            _ => Kind::Invalid,
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NoGlyph(character) if character.is_control() => {
                vec![("character", format!("U+{:04X}", u32::from(*character)))]
            }
            Self::NoGlyph(character) => {
                vec![("character", format!("“{character}” (U+{:04X})", u32::from(*character)))]
            }
            Self::TooManyParties(count) => vec![("count", count.to_string()), ("max", super::SLOTS.to_string())],
            Self::TooLong(what) => vec![("what", (*what).to_owned())],
            Self::NoParties | Self::Drawing(_) | Self::Broken(_) => Vec::new(),
        }
    }
}

fault! {
    DrawingError {
        Unreadable => "drawing-unreadable", Invalid;
        TooLittle => "drawing-too-little", Invalid;
        TooMuch => "drawing-too-much", Invalid;
    }
}
