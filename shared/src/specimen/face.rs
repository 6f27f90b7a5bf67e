//! Drawn faces: ellipses, a different set for each seed.

use image::{Rgb, RgbImage};
use imageproc::drawing::{
    draw_filled_circle_mut, draw_filled_ellipse_mut, draw_filled_rect_mut, draw_line_segment_mut,
};
use imageproc::rect::Rect;

use super::Dice;

const SKINS: [[u8; 3]; 5] = [[241, 205, 170], [224, 178, 136], [196, 144, 104], [158, 108, 74], [112, 74, 52]];
const CLOTHS: [[u8; 3]; 4] = [[40, 62, 98], [98, 40, 58], [52, 84, 62], [70, 60, 86]];

/// Draws a head and shoulders into a frame at `at` of `size`; the same for the same `seed`.
pub(super) fn portrait(paper: &mut RgbImage, seed: &str, at: (i32, i32), size: (u32, u32)) {
    let mut dice = Dice::of(seed);
    let skin = Rgb(SKINS[dice.roll(5) as usize]);
    let cloth = Rgb(CLOTHS[dice.roll(4) as usize]);
    let hair = Rgb([30 + dice.roll(30) as u8, 24, 22]);
    draw_filled_rect_mut(paper, Rect::at(at.0, at.1).of_size(size.0, size.1), Rgb([126, 150, 176]));
    let (width, height) = (size.0 as f32, size.1 as f32);
    let place = |x: f32, y: f32| (at.0 + (x * width) as i32, at.1 + (y * height) as i32);
    let wide = |share: f32| (share * width) as i32;
    let tall = |share: f32| (share * height) as i32;
    // Shoulders end at the frame.
    for row in 0..tall(0.24) {
        let reach = 0.20 + 0.26 * (row as f32 / tall(0.24) as f32).sqrt();
        let (left, right) = (place(0.5 - reach, 0.76), place(0.5 + reach, 0.76));
        let y = (left.1 + row) as f32;
        draw_line_segment_mut(paper, (left.0 as f32, y), (right.0 as f32, y), cloth);
    }
    let scarf = dice.roll(3) == 0;
    let around = if scarf { cloth } else { hair };
    draw_filled_ellipse_mut(paper, place(0.5, 0.42), wide(0.29), tall(0.33), around);
    draw_filled_ellipse_mut(paper, place(0.5, 0.47), wide(0.225), tall(0.27), skin);
    for x in [0.41, 0.59] {
        draw_filled_ellipse_mut(paper, place(x, 0.43), wide(0.045), tall(0.018), Rgb([248, 248, 246]));
        draw_filled_circle_mut(paper, place(x, 0.43), wide(0.02), Rgb([36, 26, 22]));
        draw_filled_rect_mut(paper, line(place(x - 0.055, 0.385), wide(0.11), tall(0.012)), hair);
    }
    let shade = Rgb(skin.0.map(|level| level.saturating_sub(36)));
    draw_filled_ellipse_mut(paper, place(0.5, 0.52), wide(0.03), tall(0.04), shade);
    draw_filled_ellipse_mut(paper, place(0.5, 0.615), wide(0.075), tall(0.016), Rgb([150, 62, 60]));
    if dice.roll(3) == 0 {
        for x in [0.345, 0.53] {
            let (left, top) = place(x, 0.40);
            let frame = Rect::at(left, top).of_size(wide(0.13).unsigned_abs().max(1), tall(0.06).unsigned_abs().max(1));
            imageproc::drawing::draw_hollow_rect_mut(paper, frame, Rgb([20, 20, 24]));
        }
    }
}

fn line((left, top): (i32, i32), wide: i32, tall: i32) -> Rect {
    Rect::at(left, top).of_size(wide.unsigned_abs().max(1), tall.unsigned_abs().max(1))
}
