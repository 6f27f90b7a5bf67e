//! QR codes as inline SVG: no picture to load, sharp at any size.

use qrcode::{Color, EcLevel, QrCode};

/// Quiet zone on each side, in modules (ISO/IEC 18004 asks for four).
const QUIET: usize = 4;

/// `text` as an SVG element with `label` for those who do not see it; empty when `text` is too long.
/// `label` must need no escaping: it comes from the words files.
pub fn svg(text: &str, label: &str) -> String {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::M) else { return String::new() };
    let width = code.width();
    let size = width + 2 * QUIET;
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            path.push_str(&format!("M{} {}h1v1h-1z", at % width + QUIET, at / width + QUIET));
        }
    }
    format!(
        "<svg viewBox=\"0 0 {size} {size}\" role=\"img\" aria-label=\"{label}\" shape-rendering=\"crispEdges\">\
         <rect width=\"{size}\" height=\"{size}\" fill=\"#fff\"/><path d=\"{path}\" fill=\"#000\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_code_has_a_quiet_zone_of_four_modules() {
        let svg = super::svg("HTTPS://EXAMPLE.TEST/V/1", "QR");
        assert!(svg.starts_with("<svg viewBox=\"0 0 33 33\""), "{svg}");
        assert!(svg.contains("M4 4h1v1h-1z"));
    }
}
