//! The layout of specimen cards.

use ab_glyph::{FontRef, PxScale};
use image::{Rgb, RgbImage};
use imageproc::drawing::{draw_filled_rect_mut, draw_text_mut, text_size};
use imageproc::rect::Rect;

use super::{Bearer, Page, Studio, face};

const CARD: (u32, u32) = (1012, 638);
const PAGE: (u32, u32) = (1250, 880);
const INK: Rgb<u8> = Rgb([24, 28, 44]);
const RED: Rgb<u8> = Rgb([172, 24, 36]);
const GROUND: [u8; 3] = [203, 219, 232];

/// A text that is written where told.
struct Pen<'a, 'f> {
    paper: &'a mut RgbImage,
    font: &'a FontRef<'f>,
}

impl Pen<'_, '_> {
    fn write(&mut self, text: &str, (x, y): (i32, i32), size: f32, ink: Rgb<u8>) {
        draw_text_mut(self.paper, ink, x, y, PxScale::from(size), self.font, text);
    }

    /// Writes `text` in lines no wider than `width`; the height used.
    fn fill(&mut self, text: &str, (x, y): (i32, i32), size: f32, width: u32) -> i32 {
        let (mut line, mut top) = (String::new(), y);
        for word in text.split_whitespace() {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if text_size(PxScale::from(size), self.font, &longer).0 > width && !line.is_empty() {
                self.write(&line, (x, top), size, INK);
                top += (size * 1.1) as i32;
                word.clone_into(&mut line);
            } else {
                line = longer;
            }
        }
        self.write(&line, (x, top), size, INK);
        top + (size * 1.1) as i32 - y
    }
}

/// A blank card with everything on it that says it is none.
fn blank(studio: &Studio, bearer: &Bearer) -> RgbImage {
    let tint = if bearer.citizen { GROUND } else { [232, 208, 208] };
    let mut card = RgbImage::from_fn(CARD.0, CARD.1, |x, y| {
        let wave = ((x as f32 / 37.0).sin() + (y as f32 / 23.0 + x as f32 / 90.0).sin()) * 3.0;
        Rgb(tint.map(|level| (f32::from(level) + wave) as u8))
    });
    let pale = Rgb(tint.map(|level| level.saturating_sub(16)));
    let mut pen = Pen { paper: &mut card, font: &studio.bold };
    for (row, shift) in [(86, -40), (250, 120), (414, -40)] {
        for column in 0..3 {
            pen.write("SPESIMEN", (shift + column * 420, row), 84.0, pale);
        }
    }
    draw_filled_rect_mut(&mut card, Rect::at(0, 0).of_size(CARD.0, 74), Rgb([62, 104, 168]));
    draw_filled_rect_mut(&mut card, Rect::at(0, 584).of_size(CARD.0, 54), RED);
    let mut pen = Pen { paper: &mut card, font: &studio.bold };
    pen.write("KAD CONTOH", (36, 12), 48.0, Rgb([240, 244, 250]));
    pen.write("SPESIMEN  -  SPESIMEN  -  SPESIMEN", (110, 588), 46.0, Rgb([255, 236, 236]));
    card
}

pub(super) fn front(studio: &Studio, bearer: &Bearer) -> RgbImage {
    let mut card = blank(studio, bearer);
    let mut pen = Pen { paper: &mut card, font: &studio.bold };
    pen.write(&bearer.number, (40, 96), 64.0, INK);
    let used = pen.fill(&bearer.name.to_uppercase(), (40, 196), 38.0, 590);
    let mut pen = Pen { paper: &mut card, font: &studio.regular };
    let mut top = 196 + used.max(84) + 14;
    for line in &bearer.address {
        pen.write(&line.to_uppercase(), (40, top), 30.0, INK);
        top += 38;
    }
    let standing = if bearer.citizen { "WARGANEGARA" } else { "PEMASTAUTIN TETAP" };
    let mut pen = Pen { paper: &mut card, font: &studio.bold };
    pen.write(standing, (40, 536), 34.0, INK);
    face::portrait(&mut card, &bearer.number, (690, 120), (280, 380));
    card
}

pub(super) fn back(studio: &Studio, bearer: &Bearer) -> RgbImage {
    let mut card = blank(studio, bearer);
    let mut pen = Pen { paper: &mut card, font: &studio.regular };
    pen.write("BELAKANG", (40, 110), 34.0, INK);
    pen.write("Kad ini direka untuk ujian dan bukan pengenalan diri.", (40, 180), 28.0, INK);
    pen.write("This card was made up for tests and identifies nobody.", (40, 222), 28.0, INK);
    let mut pen = Pen { paper: &mut card, font: &studio.bold };
    pen.write(&format!("{}-01-01", bearer.number), (40, 470), 54.0, INK);
    card
}

/// The left edge and the pitch of the zone: 2.54 mm a letter (ICAO Doc 9303 part 3 section 4.3), ten pixels a
/// millimetre.
const ZONE: (i32, f32) = (66, 25.4);

pub(super) fn passport(studio: &Studio, page: &Page) -> RgbImage {
    let mut paper = RgbImage::from_fn(PAGE.0, PAGE.1, |x, y| {
        let wave = ((x as f32 / 41.0).sin() + (y as f32 / 29.0 + x as f32 / 80.0).sin()) * 3.0;
        Rgb(GROUND.map(|level| (f32::from(level) + 8.0 + wave) as u8))
    });
    let mut pen = Pen { paper: &mut paper, font: &studio.bold };
    for row in [130, 300, 470] {
        pen.write("SPESIMEN  SPESIMEN", (430, row), 84.0, Rgb(GROUND.map(|level| level.saturating_sub(10))));
    }
    draw_filled_rect_mut(&mut paper, Rect::at(0, 0).of_size(PAGE.0, 64), RED);
    let mut pen = Pen { paper: &mut paper, font: &studio.bold };
    pen.write("PASPORT CONTOH  -  SPESIMEN  -  SPESIMEN", (60, 8), 46.0, Rgb([255, 236, 236]));
    face::portrait(&mut paper, &page.zone.number, (60, 110), (330, 440));
    let date = |short: &str| format!("{}/{}/{}", &short[4..6], &short[2..4], &short[..2]);
    let mut top = 100;
    for (label, text) in [
        ("Nama / Name", page.name.to_uppercase()),
        ("No. Pasport / Passport No.", page.zone.number.clone()),
        ("Warganegara / Nationality", page.zone.nationality.clone()),
        ("Tarikh Lahir / Date of Birth", date(&page.zone.birth)),
        ("Tarikh Tamat / Date of Expiry", date(&page.zone.expires)),
    ] {
        let mut pen = Pen { paper: &mut paper, font: &studio.regular };
        pen.write(label, (440, top), 24.0, INK);
        let mut pen = Pen { paper: &mut paper, font: &studio.bold };
        top += 28 + pen.fill(&text, (440, top + 28), 36.0, 760) + 12;
    }
    draw_filled_rect_mut(&mut paper, Rect::at(0, 640).of_size(PAGE.0, 240), Rgb([226, 232, 238]));
    for (line, top) in page.zone.lines().iter().zip([690, 772]) {
        let mut pen = Pen { paper: &mut paper, font: &studio.regular };
        for (at, letter) in line.chars().enumerate() {
            let letter = letter.to_string();
            let wide = text_size(PxScale::from(40.0), pen.font, &letter).0 as f32;
            let left = at as f32 * ZONE.1 + (ZONE.1 - wide) / 2.0;
            pen.write(&letter, (ZONE.0 + left as i32, top), 40.0, INK);
        }
    }
    paper
}

pub(super) fn selfie(studio: &Studio, bearer: &Bearer) -> RgbImage {
    let mut picture = RgbImage::from_fn(720, 960, |x, y| {
        let shade = (x / 6 + y / 9) as u8;
        Rgb([150 + shade / 8, 160 + shade / 8, 148 + shade / 10])
    });
    face::portrait(&mut picture, &bearer.number, (90, 120), (540, 780));
    let mut pen = Pen { paper: &mut picture, font: &studio.bold };
    pen.write("SPESIMEN", (150, 30), 90.0, RED);
    picture
}
