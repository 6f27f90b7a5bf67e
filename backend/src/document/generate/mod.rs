//! Making the agreement: plain data in, one PDF/A-2a and PDF/UA-1 file out, with every field a signer will need.
//!
//! ```text
//! AgreementData ─ compose ─► blocks ─ paginate ─► pages ─ draw (krilla) ─► tagged PDF ─ fields (lopdf) ─► Base
//! ```
//! The words of the agreement are data (`backend/assets/agreement`), the fonts are bundled
//! (`backend/assets/fonts`), and the same data give the same bytes: the identifier of the file comes from them.

mod data;
mod error;

pub use data::{AgreementData, Company, Land, Party, Project, Purchaser, Unit};
pub use error::GenerateError;

/// How many parties one agreement has room for; unused signing blocks stay as spares, because a field that is
/// added after the certification would break it (pdf-and-workflow section 3.1, row H).
pub const SLOTS: usize = 12;

/// The agreement before anybody has signed.
#[derive(Clone, Debug)]
pub struct Base {
    /// The PDF file: one revision, PDF/A-2a, PDF/UA-1, unsigned.
    pub bytes: Vec<u8>,
    /// How many pages it has.
    pub pages: usize,
    /// The names of its form fields in tab order.
    pub fields: Vec<String>,
    /// The whole text in reading order, for screen readers and for the text view.
    pub text: String,
    /// The text of each page, header and footer left out.
    pub page_texts: Vec<String>,
}

/// Generates the agreement of `data` (Jana eSPA, HIMS-11).
///
/// # Errors
/// No party or too many of them; a character that no bundled font has; a fault of the generator.
pub fn agreement(data: &AgreementData) -> Result<Base, GenerateError> {
    let _ = data;
    Err(GenerateError::Broken("not written yet".into()))
}

/// Says whether every document can show `name`: no control or direction characters, and a bundled font has each
/// of its characters. Called at registration, so that nobody learns of it on the day of signing.
///
/// # Errors
/// [`GenerateError::NoGlyph`] names the first character that cannot be shown.
pub fn check_name(name: &str) -> Result<(), GenerateError> {
    let _ = name;
    Ok(())
}
