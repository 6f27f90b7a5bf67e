//! Specimen documents: invented people on an invented layout, for tests and the demo.
//!
//! No real document looks like these, and every one says SPESIMEN across its face: the drawing functions have no
//! way to leave it out. Results on them say nothing about real cards or cameras.

mod draw;
mod face;
mod shot;

use std::io::Cursor;

use ab_glyph::{FontRef, InvalidFont};
use image::{ImageFormat, RgbImage};

use crate::mrz::Zone;

pub use shot::Shot;

/// An invented person, as a card names them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bearer {
    /// The name, in Latin letters.
    pub name: String,
    /// The number, `900423-10-5484`.
    pub number: String,
    /// The lines of the address.
    pub address: Vec<String>,
    /// A citizen (MyKad) or a permanent resident (MyPR).
    pub citizen: bool,
}

/// The page of an invented passport.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page {
    /// What its zone says; the rest of the page says the same.
    pub zone: Zone,
    /// The name as the page prints it, in Latin letters.
    pub name: String,
}

/// Draws the documents of specimen people. Holds the fonts.
pub struct Studio<'a> {
    regular: FontRef<'a>,
    bold: FontRef<'a>,
}

impl<'a> Studio<'a> {
    /// A studio with two TrueType fonts.
    ///
    /// # Errors
    /// [`InvalidFont`] when the bytes are no font.
    pub fn new(regular: &'a [u8], bold: &'a [u8]) -> Result<Self, InvalidFont> {
        Ok(Self { regular: FontRef::try_from_slice(regular)?, bold: FontRef::try_from_slice(bold)? })
    }

    /// The flat front of a card, 1012 × 638 pixels.
    pub fn front(&self, bearer: &Bearer) -> RgbImage {
        draw::front(self, bearer)
    }

    /// The flat back of a card: the number again, with two groups behind it.
    pub fn back(&self, bearer: &Bearer) -> RgbImage {
        draw::back(self, bearer)
    }

    /// The flat data page of a passport, 1250 × 880 pixels, with its machine readable zone.
    pub fn passport(&self, page: &Page) -> RgbImage {
        draw::passport(self, page)
    }

    /// A drawn face. Nobody looks like this.
    pub fn selfie(&self, bearer: &Bearer) -> RgbImage {
        draw::selfie(self, bearer)
    }

    /// The three pictures a phone sends, as JPEG files: front and back lying on a table, and the face.
    pub fn pictures(&self, bearer: &Bearer) -> [Vec<u8>; 3] {
        let shot = Shot::default();
        [jpeg(&shot.of(&self.front(bearer))), jpeg(&shot.of(&self.back(bearer))), jpeg(&self.selfie(bearer))]
    }
}

/// A PNG file.
pub fn png(pixels: &RgbImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    // Writing to memory cannot fail.
    match pixels.write_to(&mut bytes, ImageFormat::Png) {
        Ok(()) => bytes.into_inner(),
        Err(_) => Vec::new(),
    }
}

/// A JPEG file as cameras write it.
pub fn jpeg(pixels: &RgbImage) -> Vec<u8> {
    crate::picture::jpeg_of(pixels)
}

/// Numbers that look random and are the same for the same text.
#[derive(Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn of(text: &str) -> Self {
        // FNV-1a: spreads texts that differ little.
        Self(
            text.bytes()
                .fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)),
        )
    }

    /// From 0 to `sides` − 1.
    pub(crate) fn roll(&mut self, sides: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as u32) % sides.max(1)
    }

    /// From −`most` to `most`.
    pub(crate) fn swing(&mut self, most: f32) -> f32 {
        (self.roll(2001) as f32 / 1000.0 - 1.0) * most
    }
}
