//! A picture of one page, drawn from the very bytes that are signed: for reading where no PDF viewer is (SCR-2).
//!
//! The picture is for reading only. What is signed are the bytes; their digest stands beside the pictures.

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{RenderCache, RenderSettings};
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder as _};

/// The widths, in pixels, that pictures are drawn in: a phone held upright, and everything larger.
pub const WIDTHS: [u16; 2] = [900, 1600];

/// The tallest picture, in pixels: a page of any sensible shape fits.
const TALLEST: f32 = 8000.0;

/// Why there is no picture.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PictureError {
    /// The bytes are no PDF that can be drawn.
    #[error("the document cannot be drawn")]
    Unreadable,
    /// The document has no such page.
    #[error("no page {0}")]
    NoPage(usize),
    /// The picture could not be written.
    #[error("the picture could not be written: {0}")]
    Unwritten(String),
}

/// Page `number` (from 1) of the document `pdf` as a PNG, `width` pixels wide, on white.
///
/// # Errors
/// [`PictureError`].
pub fn page(pdf: Vec<u8>, number: usize, width: u16) -> Result<Vec<u8>, PictureError> {
    let pdf = Pdf::new(pdf).map_err(|_| PictureError::Unreadable)?;
    let pages = pdf.pages();
    let page = number.checked_sub(1).and_then(|at| pages.get(at)).ok_or(PictureError::NoPage(number))?;
    let (wide, tall) = page.render_dimensions();
    let scale = f32::from(width) / wide.max(1.0);
    if !scale.is_finite() || tall * scale > TALLEST {
        return Err(PictureError::Unreadable);
    }
    let settings = RenderSettings { x_scale: scale, y_scale: scale, bg_color: WHITE, ..RenderSettings::default() };
    let drawn = hayro::render(page, &RenderCache::new(), &InterpreterSettings::default(), &settings);
    let (width, height) = (u32::from(drawn.width()), u32::from(drawn.height()));
    // White lies under everything, so no pixel is transparent and the first three bytes are the colour.
    let colours: Vec<u8> = drawn.data().iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]).collect();
    let mut png = Vec::new();
    PngEncoder::new_with_quality(&mut png, CompressionType::Default, FilterType::Up)
        .write_image(&colours, width, height, ExtendedColorType::Rgb8)
        .map_err(|error| PictureError::Unwritten(error.to_string()))?;
    Ok(png)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::generate::{AgreementData, agreement};

    #[test]
    fn every_page_of_an_agreement_is_drawn_with_ink_on_white() {
        let base = agreement(&AgreementData::specimen()).expect("generates");
        for number in 1..=base.pages {
            let png = page(base.bytes.clone(), number, 450).expect("draws");
            let picture = image::load_from_memory(&png).expect("a picture").into_luma8();
            assert_eq!(picture.width(), 450);
            assert!((630..=640).contains(&picture.height()), "A4 stays A4: {}", picture.height());
            let dark = picture.pixels().filter(|pixel| pixel.0[0] < 200).count() * 1000 / picture.len();
            assert!((1..400).contains(&dark), "page {number}: {dark} of 1000 pixels are dark");
            assert_eq!(picture.get_pixel(0, 0).0[0], 255, "the margin is white");
        }
    }

    #[test]
    fn what_is_no_document_and_pages_that_are_not_there_are_refused() {
        assert_eq!(page(b"%PDF-1.7 nothing".to_vec(), 1, 900), Err(PictureError::Unreadable));
        let base = agreement(&AgreementData::specimen()).expect("generates");
        for number in [0, base.pages + 1] {
            assert_eq!(page(base.bytes.clone(), number, 900), Err(PictureError::NoPage(number)));
        }
    }
}
