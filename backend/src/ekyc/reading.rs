//! How the text of a flat document is read, whichever way up it lies.

use image::{GrayImage, RgbImage, imageops};
use imageproc::filter::sharpen_gaussian;
use mohor_shared::mrz::Zone;

use super::checks;
use super::port::{Print, ReadError, Reader};

/// The zone is the lower 23.2 mm of 88 (ICAO Doc 9303 part 4 section 3.1); a little more, for a page that was not laid
/// quite flat.
const ZONE: (u32, u32) = (29, 100);

/// The text of a card or a page; once more upside down when nothing like a document came of it. `None` without a
/// reader.
pub(super) async fn card(reader: &dyn Reader, page: &RgbImage) -> Result<Option<String>, ReadError> {
    let grey: GrayImage = imageops::grayscale(page);
    let text = match reader.read(grey.clone(), Print::Card).await {
        Err(ReadError::NotInstalled) => return Ok(None),
        text => text?,
    };
    if checks::has_number(&text) {
        return Ok(Some(text));
    }
    let turned = reader.read(imageops::rotate180(&grey), Print::Card).await?;
    // Upside down, a reader sees few letters.
    let letters = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).count();
    let better = checks::has_number(&turned) || letters(&turned) > 2 * letters(&text);
    Ok(Some(if better { turned } else { text }))
}

/// The machine readable zone of a passport's page: the first reading whose check digits hold, else the best there was.
/// `None` without a reader.
pub(super) async fn zone(reader: &dyn Reader, page: &RgbImage) -> Result<Option<String>, ReadError> {
    let upright = lower(&imageops::grayscale(page));
    let turned = lower(&imageops::rotate180(&imageops::grayscale(page)));
    let mut best: (Belief, String) = (None, String::new());
    for zone in [upright, turned] {
        for zone in [zone.clone(), sharpen_gaussian(&zone, 2.0, 2.0)] {
            let text = match reader.read(zone, Print::Zone).await {
                Err(ReadError::NotInstalled) => return Ok(None),
                text => text?,
            };
            let belief = Zone::find(&text).map(|read| (read.holds, read.number_holds, read.dates_hold));
            if belief.is_some_and(|(holds, ..)| holds) {
                return Ok(Some(text));
            }
            if belief >= best.0 {
                best = (belief, text);
            }
        }
        if best.0.is_some() {
            break;
        }
    }
    Ok(Some(best.1))
}

/// Whether everything, the number, and the dates agree with their check digits; `None` for no zone.
type Belief = Option<(bool, bool, bool)>;

/// Letters of 24 pixels: larger ones are read no better.
fn lower(page: &GrayImage) -> GrayImage {
    let (width, height) = page.dimensions();
    let tall = height * ZONE.0 / ZONE.1;
    imageops::crop_imm(page, 0, height - tall, width, tall).to_image()
}
