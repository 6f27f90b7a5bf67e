//! What a signature, the serial number and the QR code look like on the page: small form XObjects with their own
//! subset fonts, so that PDF/A stays true after every signature.
//!
//! Everything here depends on facts known before the PIN is asked for, except the time of signing: an appearance
//! may be made early, and made again for the same result.

mod canvas;
mod drawing;
mod font;

use parley::Alignment;
use qrcode::{Color, EcLevel, QrCode};

use super::generate::fonts::{Family, Ink, Look, Shaped, Span, Typesetter, Voice};
use super::generate::{GenerateError, QR_SIZE, SERIAL_SIZE, SLOT_SIZE};
use super::model::Appearance;
use crate::kernel::clock::Timestamp;
use canvas::Canvas;
pub use drawing::Drawing;

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

/// Left and right edge of what a block shows.
const INSET: f32 = 12.0;
/// Top and height of the drawing, and of the name.
const DRAWING: (f32, f32) = (8.0, 52.0);
const NAME: (f32, f32) = (66.0, 26.0);

/// The appearance of a filled signing block.
///
/// # Errors
/// A character that no bundled font has; a name, role or number that its place cannot hold at any legible size.
pub fn party_block(block: &PartyBlock<'_>) -> Result<Appearance, GenerateError> {
    let (width, height) = SLOT_SIZE;
    let room = width - 2.0 * INSET;
    let mut canvas = Canvas::new(width, height);
    canvas.fill([0.0, 0.0, width, height], [0xff; 3]);
    canvas.frame([0.4, 0.4, width - 0.8, height - 0.8], Ink::Line.rgb(), 0.8);
    canvas.fill([0.0, 0.0, 3.0, height], Ink::Accent.rgb());

    let mut setter = Typesetter::shared();
    match block.drawing.words() {
        Some(name) => {
            let look = Look { italic: true, ..look(Family::Serif, 24.0, Ink::Accent) };
            let shaped = fit(&mut setter, name, look, (room, DRAWING.1), 8.0, "name")?;
            canvas.text(&shaped, INSET, DRAWING.0 + DRAWING.1 - shaped.height())?;
        }
        None => canvas.strokes(block.drawing, [INSET, DRAWING.0, room, DRAWING.1]),
    }
    canvas.fill([INSET, NAME.0 - 3.5, room, 0.6], Ink::Line.rgb());
    let name = fit(&mut setter, block.name, look(Family::Sans, 9.6, Ink::Body), (room, NAME.1), 5.6, "name")?;
    canvas.text(&name, INSET, NAME.0)?;
    let below = NAME.0 + NAME.1 + 1.0;
    let role = format!("{} · {}", block.role, block.ic_masked);
    let role = fit(&mut setter, &role, look(Family::Sans, 7.8, Ink::Muted), (room, 11.5), 5.2, "role")?;
    canvas.text(&role, INSET, below)?;
    let time = block.time.myt();
    let time = fit(&mut setter, &time, look(Family::Sans, 7.8, Ink::Accent), (room, 11.5), 5.2, "time")?;
    canvas.text(&time, INSET, below + 11.0)?;
    drop(setter);
    canvas.finish()
}

/// The appearance of the serial number in the header of a page (HIMS-17).
///
/// # Errors
/// A character that no bundled font has; a number longer than its place.
pub fn serial(text: &str) -> Result<Appearance, GenerateError> {
    let (width, height) = SERIAL_SIZE;
    let mut canvas = Canvas::new(width, height);
    let look = Look { bold: true, ..look(Family::Sans, 8.6, Ink::Accent) };
    let shaped = fit(&mut Typesetter::shared(), text, look, (width - 4.0, height), 5.2, "serial")?;
    canvas.text(&shaped, 2.0, (height - shaped.height()) / 2.0)?;
    canvas.finish()
}

/// The appearance of the QR code that leads to the public verification page (HIMS-17): vector modules, a quiet
/// zone of four modules, error correction Q when it fits and M otherwise.
///
/// # Errors
/// An address too long for a QR code.
pub fn qr(url: &str) -> Result<Appearance, GenerateError> {
    let (width, height) = QR_SIZE;
    let code = QrCode::with_error_correction_level(url, EcLevel::Q)
        .or_else(|_| QrCode::with_error_correction_level(url, EcLevel::M))
        .map_err(|_| GenerateError::TooLong("url"))?;
    let modules = code.width();
    let size = width / (modules + 8) as f32;
    let mut canvas = Canvas::new(width, height);
    canvas.fill([0.0, 0.0, width, height], [0xff; 3]);
    for (row, colors) in code.to_colors().chunks(modules).enumerate() {
        let mut column = 0;
        while column < modules {
            let dark = colors[column..].iter().take_while(|color| **color == Color::Dark).count();
            if dark > 0 {
                let (x, y) = ((column + 4) as f32 * size, (row + 4) as f32 * size);
                canvas.fill([x, y, dark as f32 * size, size], [0; 3]);
            }
            column += dark.max(1);
        }
    }
    canvas.finish()
}

fn look(family: Family, size: f32, ink: Ink) -> Look {
    Look {
        family,
        size,
        bold: false,
        italic: false,
        leading: size * 1.3,
        align: Alignment::Start,
        voice: Voice { ink, foreign: false },
    }
}

/// `text` as large as fits into `room`, down to `least` points.
fn fit(
    setter: &mut Typesetter,
    text: &str,
    look: Look,
    room: (f32, f32),
    least: f32,
    what: &'static str,
) -> Result<Shaped, GenerateError> {
    let mut size = look.size;
    while size >= least {
        let look = Look { size, leading: size * 1.3, ..look };
        let shaped = setter.set(&[Span { text: text.to_owned(), look }], room.0)?;
        if shaped.height() <= room.1 && shaped.width <= room.0 + 0.5 {
            return Ok(shaped);
        }
        size *= 0.86;
    }
    Err(GenerateError::TooLong(what))
}

#[cfg(test)]
mod tests;
