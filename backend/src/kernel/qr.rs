//! QR codes (ISO/IEC 18004) as pictures: inline SVG for pages, sharp at any size, and PNG for mails.

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder as _};
use qrcode::{Color, EcLevel, QrCode};

/// Quiet zone on each side, in modules (ISO/IEC 18004 asks for four).
const QUIET: usize = 4;

/// Width of a module of a PNG, in pixels.
const SCALE: usize = 6;

/// The width of the code of `text` in modules, with its quiet zone, and where it is dark: column and row. `None` when
/// `text` is too long.
fn modules(text: &str) -> Option<(usize, Vec<(usize, usize)>)> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let colors = code.to_colors().into_iter().enumerate();
    let dark = colors.filter(|(_, color)| *color == Color::Dark);
    Some((width + 2 * QUIET, dark.map(|(at, _)| (at % width + QUIET, at / width + QUIET)).collect()))
}

/// `text` as an SVG element with `label` for those who do not see it; empty when `text` is too long.
/// `label` must need no escaping: it comes from the words files.
pub fn svg(text: &str, label: &str) -> String {
    let Some((size, dark)) = modules(text) else { return String::new() };
    let path: String = dark.iter().map(|(x, y)| format!("M{x} {y}h1v1h-1z")).collect();
    format!(
        "<svg viewBox=\"0 0 {size} {size}\" role=\"img\" aria-label=\"{label}\" shape-rendering=\"crispEdges\">\
         <rect width=\"{size}\" height=\"{size}\" fill=\"#fff\"/><path d=\"{path}\" fill=\"#000\"/></svg>"
    )
}

/// `text` as a PNG, black on white; `None` when `text` is too long.
pub fn png(text: &str) -> Option<Vec<u8>> {
    let (size, dark) = modules(text)?;
    let width = size * SCALE;
    let mut pixels = vec![0xff; width * width];
    for (x, y) in dark {
        for row in y * SCALE..(y + 1) * SCALE {
            pixels[row * width + x * SCALE..][..SCALE].fill(0);
        }
    }
    let side = u32::try_from(width).ok()?;
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes).write_image(&pixels, side, side, ExtendedColorType::L8).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    const TEXT: &str = "HTTPS://EXAMPLE.TEST/V/1";

    #[test]
    fn a_code_has_a_quiet_zone_of_four_modules() {
        let svg = super::svg(TEXT, "QR");
        assert!(svg.starts_with("<svg viewBox=\"0 0 33 33\""), "{svg}");
        assert!(svg.contains("M4 4h1v1h-1z"));
    }

    #[test]
    fn a_picture_is_what_the_page_shows() {
        let png = image::load_from_memory(&super::png(TEXT).expect("a code")).expect("PNG").into_luma8();
        assert_eq!(png.dimensions(), (33 * 6, 33 * 6));
        let svg = super::svg(TEXT, "QR");
        for (x, y) in (0..33).flat_map(|y| (0..33).map(move |x| (x, y))) {
            let dark = svg.contains(&format!("M{x} {y}h1"));
            let corners = [(0, 0), (5, 5)].map(|(right, down)| png.get_pixel(x * 6 + right, y * 6 + down).0[0]);
            assert_eq!(corners, [if dark { 0 } else { 255 }; 2], "{x} {y}");
        }
        assert_eq!(super::png(&"a".repeat(4_000)), None);
    }
}
