//! A picture that a reviewer looks at says who looked and when: a copy that leaves the desk tells where from.

use ab_glyph::{FontRef, PxScale};
use image::Luma;
use imageproc::drawing::{draw_text_mut, text_size};
use mohor_shared::picture::{Kind, Picture, assess, rectify};

const FONT: &[u8] = include_bytes!("../../assets/fonts/NotoSans-Bold.ttf");
/// How much the words cover, of 255.
const STRENGTH: f32 = 56.0;

/// The picture with `words` across it, as JPEG; `None` when it is no picture. Of a document of kind `flat` only the
/// document, laid flat, where it is found.
pub(super) fn mark(jpeg: &[u8], words: &str, flat: Option<Kind>) -> Option<Vec<u8>> {
    let mut pixels = Picture::open(jpeg).ok()?.into_pixels();
    if let Some(kind) = flat
        && let (Some(corners), Some(size)) = (assess(&pixels, kind).corners, kind.flat())
    {
        pixels = rectify(&pixels, &corners, size);
    }
    let font = FontRef::try_from_slice(FONT).ok()?;
    let (width, height) = pixels.dimensions();
    let size = PxScale::from((width as f32 / 34.0).max(14.0));
    let (long, tall) = text_size(size, &font, words);
    let mut layer = image::GrayImage::new(width, height);
    for (row, top) in (tall..height).step_by(usize::try_from(tall).unwrap_or(1).max(1) * 6).enumerate() {
        let shift = if row % 2 == 0 { 0 } else { long / 2 };
        for left in (0..width + shift).step_by(usize::try_from(long + long / 3).unwrap_or(1).max(1)) {
            let (x, y) = (i64::from(left) - i64::from(shift), i64::from(top));
            draw_text_mut(&mut layer, Luma([255]), x as i32, y as i32, size, &font, words);
        }
    }
    for (x, y, pixel) in pixels.enumerate_pixels_mut() {
        let cover = f32::from(layer.get_pixel(x, y).0[0]) / 255.0 * STRENGTH / 255.0;
        // Light words on dark ground and dark ones on light: readable everywhere, hiding nothing.
        pixel.0 = pixel.0.map(|level| {
            let ink = if level > 127 { 0.0 } else { 255.0 };
            (f32::from(level) * (1.0 - cover) + ink * cover) as u8
        });
    }
    let mut marked = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut marked, 88).encode_image(&pixels).ok()?;
    Some(marked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marked_picture_differs_a_little_everywhere() {
        let plain = image::RgbImage::from_pixel(1200, 800, image::Rgb([200; 3]));
        let mut jpeg = Vec::new();
        image::codecs::jpeg::JpegEncoder::new(&mut jpeg).encode_image(&plain).expect("encodes");
        let marked = mark(&jpeg, "Penyemak Contoh 20/11/2026 09:00", None).expect("marks");
        let marked = Picture::open(&marked).expect("a picture").into_pixels();
        for quarter in [(0, 0), (600, 0), (0, 400), (600, 400)] {
            let part = image::imageops::crop_imm(&marked, quarter.0, quarter.1, 600, 400).to_image();
            let touched = part.pixels().filter(|pixel| pixel.0[0] < 190).count();
            assert!((300..80_000).contains(&touched), "{touched} pixels at {quarter:?}");
        }
        assert!(mark(b"no picture", "x", None).is_none());
    }
}
