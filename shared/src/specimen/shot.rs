//! Taking a photograph of a card, well or badly.

use image::{Rgb, RgbImage, Rgba, RgbaImage, imageops};
use imageproc::filter::gaussian_blur_f32;
use imageproc::geometric_transformations::{Border, Interpolation, Projection, warp_into};

use super::Dice;

const FRAME: (u32, u32) = (1600, 1200);

/// How a card is photographed. [`Shot::default`] is a good picture taken by hand.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Shot {
    /// Length of the card through width of the picture.
    pub scale: f32,
    /// Where the middle of the card lies, from the middle of the picture, as a share of its size.
    pub shift: (f32, f32),
    /// Degrees, clockwise.
    pub turned: f32,
    /// The left edge through the right one, from 1.
    pub squeezed: f32,
    /// Whether the card stands on its head.
    pub upside_down: bool,
    /// Light: 1 is right.
    pub exposure: f32,
    /// Radius of a mirrored lamp as a share of the card's length; 0 for none.
    pub glare: f32,
    /// Sigma of a blur, in pixels of a card 1000 pixels long.
    pub blur: f32,
}

impl Default for Shot {
    fn default() -> Self {
        Self {
            scale: 0.76,
            shift: (0.01, -0.02),
            turned: 1.5,
            squeezed: 1.03,
            upside_down: false,
            exposure: 1.0,
            glare: 0.0,
            blur: 0.0,
        }
    }
}

impl Shot {
    /// The photograph, 1600 × 1200 pixels: the card on a dark table.
    pub fn of(&self, card: &RgbImage) -> RgbImage {
        let mut picture = table();
        let lying = self.lay(card);
        imageops::overlay(&mut picture, &lying, 0, 0);
        let mut picture: RgbImage = image::DynamicImage::ImageRgba8(picture).into_rgb8();
        self.shine(&mut picture);
        let sigma = self.blur * self.scale * FRAME.0 as f32 / 1000.0;
        if sigma > 0.0 {
            picture = gaussian_blur_f32(&picture, sigma);
        }
        self.expose(&mut picture);
        picture
    }

    fn lay(&self, card: &RgbImage) -> RgbaImage {
        let (width, height) = (card.width() as f32, card.height() as f32);
        let radius = width * 0.037;
        let solid = RgbaImage::from_fn(card.width(), card.height(), |x, y| {
            let [red, green, blue] = card.get_pixel(x, y).0;
            let inside = |at: f32, length: f32| (radius - at.min(length - 1.0 - at)).max(0.0);
            let round = inside(x as f32, width).hypot(inside(y as f32, height)) <= radius;
            Rgba([red, green, blue, if round { 255 } else { 0 }])
        });
        let solid = if self.upside_down { imageops::rotate180(&solid) } else { solid };
        let mut lying = RgbaImage::new(FRAME.0, FRAME.1);
        let from = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)];
        if let Some(projection) = Projection::from_control_points(from, self.corners(height / width)) {
            warp_into(&solid, projection, Interpolation::Bilinear, Border::Constant(Rgba([0; 4])), &mut lying);
        }
        lying
    }

    fn corners(&self, proportion: f32) -> [(f32, f32); 4] {
        let (x, y) = self.middle();
        let half = FRAME.0 as f32 * self.scale / 2.0;
        let (left, right) = (half * proportion, half * proportion / self.squeezed);
        let (sine, cosine) = self.turned.to_radians().sin_cos();
        [(-half, -left), (half, -right), (half, right), (-half, left)]
            .map(|(across, down)| (x + across * cosine - down * sine, y + across * sine + down * cosine))
    }

    fn middle(&self) -> (f32, f32) {
        (FRAME.0 as f32 * (0.5 + self.shift.0), FRAME.1 as f32 * (0.5 + self.shift.1))
    }

    fn shine(&self, picture: &mut RgbImage) {
        let (x, y) = self.middle();
        let radius = self.glare * self.scale * FRAME.0 as f32;
        for (column, row, pixel) in picture.enumerate_pixels_mut() {
            let off = (column as f32 - x).hypot(row as f32 - y) / radius.max(0.001);
            if off < 1.3 {
                let white = ((1.3 - off) / 0.3).clamp(0.0, 1.0);
                pixel.0 = pixel.0.map(|level| (f32::from(level) + (255.0 - f32::from(level)) * white) as u8);
            }
        }
    }

    /// Light, and the noise of a sensor.
    fn expose(&self, picture: &mut RgbImage) {
        let mut dice = Dice::of("sensor");
        for pixel in picture.pixels_mut() {
            let noise = dice.swing(4.0);
            pixel.0 = pixel.0.map(|level| (f32::from(level) * self.exposure + noise).clamp(0.0, 255.0) as u8);
        }
    }
}

fn table() -> RgbaImage {
    RgbaImage::from_fn(FRAME.0, FRAME.1, |x, y| {
        let grain = ((y as f32 / 11.0).sin() * 4.0 + (x as f32 / 170.0 + y as f32 / 60.0).sin() * 6.0) as i32;
        let wood = Rgb([66_i32, 48, 38]).0.map(|level| (level + grain).clamp(0, 255) as u8);
        Rgba([wood[0], wood[1], wood[2], 255])
    })
}
