//! Making documents: plain data in, one PDF/A-2a and PDF/UA-1 file out, with every field a signer will need.
//!
//! ```text
//! AgreementData ─ compose ─► blocks ─ paginate ─► pages ─ dress, draw (krilla) ─► tagged PDF ─ fields (lopdf) ─► Base
//! ```
//! A payment instruction (`payment`) goes the same way from its own blocks.
//!
//! The words of the agreement are data (`backend/assets/agreement`), the fonts are bundled
//! (`backend/assets/fonts`), and the same data give the same bytes: the identifier of the file comes from them.

mod block;
mod chrome;
mod compose;
mod data;
mod draw;
mod error;
mod fields;
pub(super) mod fonts;
mod money;
mod paginate;
mod payment;
mod sheet;
mod tags;
mod template;
#[cfg(test)]
mod tests;

pub use data::{AgreementData, Company, Land, Party, Project, Purchaser, Unit};
pub use error::{DrawingError, GenerateError};
pub(crate) use money::ringgit;
pub use payment::{PaymentData, PaymentLine, payment};

use block::Block;
use sheet::Sheet;
use template::Template;

/// How many parties one agreement has room for; unused signing blocks stay as spares, because a field that is
/// added after the certification would break it (pdf-and-workflow section 3.1, row H).
pub const SLOTS: usize = 12;

/// Width and height of a signing block, in points.
pub(super) const SLOT_SIZE: (f32, f32) = (227.0, 120.0);
/// Width and height of the place of a serial number.
pub(super) const SERIAL_SIZE: (f32, f32) = (152.0, 13.0);
/// Width and height of the place of the QR code.
pub(super) const QR_SIZE: (f32, f32) = (96.0, 96.0);

/// The agreement before anybody has signed.
#[derive(Clone, Debug)]
pub struct Base {
    /// The PDF file: one revision, PDF/A-2a, PDF/UA-1, unsigned.
    pub bytes: Vec<u8>,
    /// How many pages it has.
    pub pages: usize,
    /// The names of its form fields: `Cert0`, `Party1`…, `Serial1`…, `QR`.
    pub fields: Vec<String>,
    /// The whole text in reading order, for screen readers and for the text view.
    pub text: String,
    /// The text of each page, header and footer included.
    pub page_texts: Vec<String>,
}

/// Generates the agreement of `data` (Jana eSPA, HIMS-11).
///
/// # Errors
/// No party or too many of them; a character that no bundled font has; a fault of the generator.
pub fn agreement(data: &AgreementData) -> Result<Base, GenerateError> {
    match data.parties.len() {
        0 => return Err(GenerateError::NoParties),
        count if count > SLOTS => return Err(GenerateError::TooManyParties(count)),
        _ => {}
    }
    let template = Template::of(data.lang)?;
    let blocks = compose::compose(data, template)?;
    print(&blocks, &Sheet::of_agreement(data, template)?, data.parties.len())
}

/// From blocks to the file; `last` is the number of the party who signs last.
fn print(blocks: &[Block], sheet: &Sheet, last: usize) -> Result<Base, GenerateError> {
    let mut setter = fonts::Typesetter::new();
    let mut pages = paginate::paginate(blocks, &mut setter)?;
    chrome::dress(&mut pages, sheet, &mut setter)?;
    let pdf = draw::draw(&pages, blocks, sheet)?;
    let (bytes, fields) = fields::inject(&pdf, last)?;
    Ok(Base {
        bytes,
        pages: pages.pages.len(),
        fields,
        text: blocks.iter().map(Block::plain).collect(),
        page_texts: pages.pages.iter().map(|page| paginate::plain(page)).collect(),
    })
}

/// Says whether every document can show `name`: no control or direction characters, and a bundled font has each
/// of its characters. Called at registration, so that nobody learns of it on the day of signing.
///
/// # Errors
/// [`GenerateError::NoGlyph`] names the first character that cannot be shown.
pub fn check_name(name: &str) -> Result<(), GenerateError> {
    fonts::check(name)
}
