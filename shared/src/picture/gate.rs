//! The quality gate: can a person and a program read this picture?
//!
//! Light, focus and glare are measured on the flattened card (or the middle of a face picture) at a fixed size, so
//! that the same picture gives the same answer whatever the camera. The limits come from the table that
//! `shared/tests/picture.rs` prints, which degrades specimen documents step by step.

use image::{GrayImage, RgbImage, imageops};
use imageproc::filter::laplacian_filter;

use super::card::{self, Corners, rectify};
use super::{Kind, Reason};

/// The least mean level, of 255.
const DARK: f32 = 62.0;
/// Variance of the Laplacian through variance of the levels: does not change with exposure.
const SHARP_CARD: f32 = 0.030;
const SHARP_FACE: f32 = 0.010;
/// Share of the area that is burnt out: everywhere is too much light, in places a mirrored lamp.
const BURNT: f32 = 0.35;
const GLARE_CARD: f32 = 0.02;
const GLARE_FACE: f32 = 0.15;
/// Degrees from horizontal.
const TURNED: f32 = 12.0;
/// An edge through the one opposite.
const SQUEEZED: f32 = 1.25;
/// The least length of a card in the picture, in pixels: letters of 2 mm are 14 pixels high.
const CARD_PIXELS: f32 = 600.0;
/// The least side of a face picture.
const FACE_PIXELS: u32 = 480;
/// A portrait covers its corner more than text does: how much more the other end must be covered.
const UPSIDE_DOWN: f32 = 1.3;

/// What was measured.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Measures {
    /// Mean level, 0 to 255.
    pub light: f32,
    /// Focus: variance of the Laplacian through variance of the levels.
    pub sharpness: f32,
    /// Share of the area that is burnt out, 0 to 1.
    pub glare: f32,
    /// Degrees from horizontal.
    pub turned: f32,
    /// The largest ratio of opposite edges, from 1.
    pub squeezed: f32,
    /// Length of the document in pixels of the picture.
    pub pixels: f32,
}

/// What the gate says.
#[derive(Clone, PartialEq, Debug)]
pub struct Assessment {
    /// Everything that is wrong, the most helpful first. Empty: the picture is fine.
    pub reasons: Vec<Reason>,
    /// What was measured.
    pub measures: Measures,
    /// Where the document lies, if one was found.
    pub corners: Option<Corners>,
}

impl Assessment {
    /// Whether the picture may be sent.
    pub const fn is_fine(&self) -> bool {
        self.reasons.is_empty()
    }
}

/// Judges a picture of `kind`. Takes tens of milliseconds.
pub fn assess(picture: &RgbImage, kind: Kind) -> Assessment {
    match kind.flat() {
        Some(size) => document(picture, kind, size),
        None => face(picture),
    }
}

fn face(picture: &RgbImage) -> Assessment {
    let side = picture.width().min(picture.height());
    let size = |length: u32| (u64::from(length) * u64::from(FACE_PIXELS) / u64::from(side.max(1))) as u32;
    let small = imageops::thumbnail(picture, size(picture.width()).max(1), size(picture.height()).max(1));
    let mut measures = measure(&small);
    measures.pixels = side as f32;
    let mut reasons = light(&measures, GLARE_FACE);
    push(&mut reasons, measures.sharpness < SHARP_FACE, Reason::Blurred);
    push(&mut reasons, side < FACE_PIXELS, Reason::TooSmall);
    Assessment { reasons, measures, corners: None }
}

fn document(picture: &RgbImage, kind: Kind, size: (u32, u32)) -> Assessment {
    let corners = match card::find(picture, size.0 as f32 / size.1 as f32) {
        Ok(corners) => corners,
        Err(reason) => return not_found(picture, reason),
    };
    let flat = rectify(picture, &corners, size);
    let (turned, squeezed) = corners.pose();
    let measures = Measures { turned, squeezed, pixels: corners.longest(), ..measure(&flat) };
    let mut reasons = light(&measures, GLARE_CARD);
    push(&mut reasons, measures.pixels < CARD_PIXELS, Reason::TooSmall);
    push(&mut reasons, turned > TURNED || squeezed > SQUEEZED, Reason::Tilted);
    push(&mut reasons, measures.sharpness < SHARP_CARD, Reason::Blurred);
    push(&mut reasons, stands_on_its_head(&flat, kind), Reason::UpsideDown);
    Assessment { reasons, measures, corners: Some(corners) }
}

/// Without a card the light of the whole picture is what helps.
fn not_found(picture: &RgbImage, reason: Reason) -> Assessment {
    let measures = measure(&imageops::thumbnail(picture, 400, 300));
    let mut reasons: Vec<_> = light(&measures, 1.0)
        .into_iter()
        .filter(|light| *light == Reason::TooDark || *light == Reason::TooBright)
        .collect();
    reasons.push(reason);
    Assessment { reasons, measures, corners: None }
}

fn push(reasons: &mut Vec<Reason>, wrong: bool, reason: Reason) {
    if wrong {
        reasons.push(reason);
    }
}

fn light(measures: &Measures, glare: f32) -> Vec<Reason> {
    let mut reasons = Vec::new();
    push(&mut reasons, measures.light < DARK, Reason::TooDark);
    let bright = measures.glare > BURNT;
    push(&mut reasons, bright, Reason::TooBright);
    push(&mut reasons, measures.glare > glare && !bright, Reason::Glare);
    reasons
}

/// Light, focus and glare of what lies inside the margin.
fn measure(picture: &RgbImage) -> Measures {
    let (width, height) = picture.dimensions();
    let (side, top) = (width / 25, height / 25);
    let inner = imageops::crop_imm(picture, side, top, width - 2 * side, height - 2 * top).to_image();
    let burnt = inner.pixels().filter(|pixel| pixel.0.iter().all(|level| *level >= 250)).count();
    // At half the size the grain of the sensor counts less than what is drawn.
    let grey: GrayImage = imageops::grayscale(&imageops::thumbnail(&inner, inner.width() / 2, inner.height() / 2));
    let (light, spread) = moments(grey.iter().map(|level| f32::from(*level)));
    let (_, edges) = moments(laplacian_filter(&grey).iter().map(|level| f32::from(*level)));
    Measures {
        light,
        sharpness: edges / spread.max(1.0),
        glare: burnt as f32 / (inner.width() * inner.height()).max(1) as f32,
        ..Measures::default()
    }
}

/// Mean and variance.
fn moments(values: impl Iterator<Item = f32>) -> (f32, f32) {
    let (mut count, mut sum, mut squares) = (0_u32, 0.0_f64, 0.0_f64);
    for value in values.map(f64::from) {
        count += 1;
        sum += value;
        squares += value * value;
    }
    let count = f64::from(count.max(1));
    let mean = sum / count;
    (mean as f32, (squares / count - mean * mean) as f32)
}

/// The portrait of a card is at its right, that of a passport at its left; text covers less of the ground than a portrait
/// does. The back of a card has none: nobody can tell.
fn stands_on_its_head(flat: &RgbImage, kind: Kind) -> bool {
    let ground = ground(flat);
    let (width, height) = flat.dimensions();
    let cover = |left: u32| {
        let (top, bottom) = (height * 25 / 100, height * 75 / 100);
        let columns = left..left + width * 26 / 100;
        let pixels = (top..bottom).step_by(2).flat_map(|y| columns.clone().step_by(2).map(move |x| (x, y)));
        let (mut sum, mut count) = (0.0, 0.0);
        for (x, y) in pixels {
            let pixel = flat.get_pixel(x, y).0;
            let off = pixel.iter().zip(ground).map(|(level, ground)| (f32::from(*level) - ground).abs()).sum::<f32>();
            sum += off.min(120.0);
            count += 1.0;
        }
        sum / f32::max(count, 1.0)
    };
    let (left, right) = (cover(width * 6 / 100), cover(width * 68 / 100));
    match kind {
        Kind::MyKadFront => left > UPSIDE_DOWN * right,
        Kind::PassportPage => right > UPSIDE_DOWN * left,
        Kind::MyKadBack | Kind::Selfie => false,
    }
}

/// The colour a card is printed on: the median of each channel.
fn ground(flat: &RgbImage) -> [f32; 3] {
    let mut counts = [[0_u32; 256]; 3];
    for pixel in flat.pixels() {
        for (channel, level) in pixel.0.iter().enumerate() {
            counts[channel][usize::from(*level)] += 1;
        }
    }
    let half = flat.width() * flat.height() / 2;
    counts.map(|counts| {
        let mut seen = 0;
        let median = counts.iter().position(|count| {
            seen += count;
            seen >= half
        });
        median.unwrap_or(128) as f32
    })
}
