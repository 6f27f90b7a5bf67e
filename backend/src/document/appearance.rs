//! What a signature, the serial number and the QR code look like on the page: small form XObjects with their own
//! subset fonts, so that PDF/A stays true after every signature.

use super::generate::GenerateError;
use super::model::Appearance;
use crate::kernel::clock::Timestamp;

/// What a signing block shows (HIMS-18).
#[derive(Clone, Copy, Debug)]
pub struct PartyBlock<'a> {
    /// Full name in the signer's own script.
    pub name: &'a str,
    /// Role in the language of the document.
    pub role: &'a str,
    /// Masked identity card or passport number.
    pub ic_masked: &'a str,
    /// The moment of signing, shown in Malaysian time.
    pub time: Timestamp,
    /// The drawn, or typed, signature.
    pub drawing: &'a Drawing,
}

/// A signature as drawn (or typed): strokes of points in a field that is 1 wide and 1 high, y downwards.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    strokes: Vec<Vec<(f32, f32)>>,
}

impl Drawing {
    /// Reads what the signature pad sends: `{"strokes":[[[x,y],…],…]}`, all numbers within 0..=1.
    ///
    /// # Errors
    /// Unreadable, next to nothing drawn, or more strokes or points than a hand makes.
    pub fn parse(json: &str) -> Result<Self, GenerateError> {
        let _ = json;
        Err(GenerateError::Broken("not written yet".into()))
    }

    /// The typed alternative to drawing (WCAG 2.5.7): the name itself is the mark.
    ///
    /// # Errors
    /// A character that no bundled font has.
    pub fn typed(name: &str) -> Result<Self, GenerateError> {
        super::generate::check_name(name)?;
        Ok(Self { strokes: Vec::new() })
    }

    /// The strokes.
    pub fn strokes(&self) -> &[Vec<(f32, f32)>] {
        &self.strokes
    }
}

/// The appearance of a filled signing block.
///
/// # Errors
/// A character that no bundled font has.
pub fn party_block(block: &PartyBlock<'_>) -> Result<Appearance, GenerateError> {
    let _ = block;
    Err(GenerateError::Broken("not written yet".into()))
}

/// The appearance of the serial number in the header of a page (HIMS-17).
///
/// # Errors
/// A character that no bundled font has.
pub fn serial(text: &str) -> Result<Appearance, GenerateError> {
    let _ = text;
    Err(GenerateError::Broken("not written yet".into()))
}

/// The appearance of the QR code that leads to the public verification page (HIMS-17).
///
/// # Errors
/// An address too long for a QR code.
pub fn qr(url: &str) -> Result<Appearance, GenerateError> {
    let _ = url;
    Err(GenerateError::Broken("not written yet".into()))
}
