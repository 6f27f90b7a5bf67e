//! A picture of one page, drawn from the very bytes that are signed: for reading where no PDF viewer is (SCR-2).
//!
//! The picture is for reading only. What is signed are the bytes; their digest stands beside the pictures.

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{RenderCache, RenderSettings};
use png::{BitDepth, ColorType, Encoder, EncodingError, Filter};

/// The widths, in pixels, that pictures are drawn in: a phone held upright, and everything larger.
pub const WIDTHS: [u16; 2] = [900, 1600];

/// The tallest picture, in pixels: a page of any sensible shape fits.
const TALLEST: f32 = 8000.0;

/// Colours of a palette at most (PNG, section 11.2.2).
const INKS: usize = 256;

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
    let colours: Vec<_> = drawn.data().iter().map(|pixel| [pixel.r, pixel.g, pixel.b]).collect();
    write(&colours, width, height).map_err(|error| PictureError::Unwritten(error.to_string()))
}

/// The picture as a PNG: with a palette, which takes a third of the bytes, unless it has more colours than that holds.
fn write(colours: &[[u8; 3]], width: u32, height: u32) -> Result<Vec<u8>, EncodingError> {
    let mut png = Vec::new();
    let mut encoder = Encoder::new(&mut png, width, height);
    encoder.set_depth(BitDepth::Eight);
    if let Some((palette, places)) = inks(colours) {
        encoder.set_color(ColorType::Indexed);
        encoder.set_palette(palette);
        encoder.set_filter(Filter::NoFilter);
        encoder.write_header()?.write_image_data(&places)?;
    } else {
        encoder.set_color(ColorType::Rgb);
        encoder.set_filter(Filter::Up);
        encoder.write_header()?.write_image_data(colours.as_flattened())?;
    }
    Ok(png)
}

/// The palette, and the place of each pixel's colour in it. Each channel has 32 steps: a page is a few inks on white, and
/// their soft edges differ by less than anybody sees. `None` for a page of more colours, such as a photograph.
fn inks(colours: &[[u8; 3]]) -> Option<(Vec<u8>, Vec<u8>)> {
    let step = |channel: u8| (usize::from(channel) * 31 + 127) / 255;
    let mut known = vec![None; 1 << 15];
    let mut palette = Vec::new();
    let mut places = Vec::with_capacity(colours.len());
    for colour in colours {
        let steps = colour.map(step);
        let slot = &mut known[(steps[0] << 10) | (steps[1] << 5) | steps[2]];
        let place = match *slot {
            Some(place) => place,
            None => {
                let place = u8::try_from(palette.len() / 3).ok().filter(|_| palette.len() < 3 * INKS)?;
                palette.extend(steps.map(|step| u8::try_from((step * 255 + 15) / 31).unwrap_or(u8::MAX)));
                *slot.insert(place)
            }
        };
        places.push(place);
    }
    Some((palette, places))
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
    fn a_picture_keeps_its_colours_whether_or_not_a_palette_holds_them() {
        let few: Vec<_> = (0..100).flat_map(|n| [[255, 255, 255], [0, 0, 0], [n, 30, 200]]).collect();
        let many: Vec<[u8; 3]> =
            (0..=255).flat_map(|red| (0..16).map(move |blue| [red, 255 - red, blue * 17])).collect();
        for (colours, indexed, off) in [(few, true, 4), (many, false, 0)] {
            let width = u32::try_from(colours.len()).expect("a width");
            let png = write(&colours, width, 1).expect("a picture");
            assert_eq!(png[25] == 3, indexed, "the colour type of IHDR");
            let again = image::load_from_memory(&png).expect("PNG").into_rgb8();
            for (pixel, colour) in again.pixels().zip(&colours) {
                let worst = pixel.0.iter().zip(colour).map(|(a, b)| a.abs_diff(*b)).max();
                assert!(worst <= Some(off), "{pixel:?} for {colour:?}");
            }
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
