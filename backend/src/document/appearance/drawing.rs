//! A signature as drawn on the pad, or typed instead (WCAG 2.5.7).

use serde::{Deserialize, Serialize};

use crate::document::generate::GenerateError;
use crate::document::generate::{DrawingError, check_name};

/// The longest message of a pad that is looked at, in bytes.
const MAX_BYTES: usize = 256 * 1024;
/// More than any hand draws.
const MAX_STROKES: usize = 200;
const MAX_POINTS: usize = 6_000;
/// The least ink, as a part of the height of the pad: a dot or a tick by accident is less.
const MIN_INK: f32 = 0.4;
/// Width by height of the pad, when it does not say.
const ASPECT: f32 = 2.5;

/// A signature: strokes of points in a field that is 1 wide and 1 high, y downwards; or typed words.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    strokes: Vec<Vec<(f32, f32)>>,
    aspect: f32,
    typed: Option<String>,
}

/// What a pad sends; a bare list of strokes is taken too.
#[derive(Deserialize, Serialize)]
#[serde(untagged)]
enum Wire {
    Typed { typed: String },
    Drawn { strokes: Vec<Vec<(f32, f32)>>, aspect: Option<f32> },
    Bare(Vec<Vec<(f32, f32)>>),
}

impl Drawing {
    /// Reads what the signature pad sends: `{"strokes":[[[x,y],…],…],"aspect":2.5}` with all numbers of the points
    /// within 0..=1 and `aspect` the width of the pad by its height, or `{"typed":"name"}`.
    ///
    /// # Errors
    /// Unreadable, next to nothing drawn, or more strokes or points than a hand makes.
    pub fn parse(json: &str) -> Result<Self, GenerateError> {
        if json.len() > MAX_BYTES {
            return Err(DrawingError::TooMuch.into());
        }
        let (strokes, aspect) = match serde_json::from_str(json).map_err(|_| DrawingError::Unreadable)? {
            Wire::Typed { typed } => return Self::typed(&typed),
            Wire::Drawn { strokes, aspect } => (strokes, aspect.unwrap_or(ASPECT)),
            Wire::Bare(strokes) => (strokes, ASPECT),
        };
        if strokes.len() > MAX_STROKES || strokes.iter().map(Vec::len).sum::<usize>() > MAX_POINTS {
            return Err(DrawingError::TooMuch.into());
        }
        let inside = |value: f32| (0.0..=1.0).contains(&value);
        if !(0.1..=10.0).contains(&aspect) || !strokes.iter().flatten().all(|&(x, y)| inside(x) && inside(y)) {
            return Err(DrawingError::Unreadable.into());
        }
        let drawing = Self { strokes, aspect, typed: None };
        if drawing.ink() < MIN_INK { Err(DrawingError::TooLittle.into()) } else { Ok(drawing) }
    }

    /// The typed alternative to drawing: the name itself is the mark.
    ///
    /// # Errors
    /// Nothing typed; a character that no bundled font has.
    pub fn typed(name: &str) -> Result<Self, GenerateError> {
        let name = name.trim();
        if name.is_empty() {
            return Err(DrawingError::TooLittle.into());
        }
        check_name(name)?;
        Ok(Self { strokes: Vec::new(), aspect: ASPECT, typed: Some(name.to_owned()) })
    }

    /// The same drawing as [`Drawing::parse`] reads it.
    pub fn to_json(&self) -> String {
        let wire = match &self.typed {
            Some(typed) => Wire::Typed { typed: typed.clone() },
            None => Wire::Drawn { strokes: self.strokes.clone(), aspect: Some(self.aspect) },
        };
        serde_json::to_string(&wire).unwrap_or_default()
    }

    /// The strokes; none when it was typed.
    pub fn strokes(&self) -> &[Vec<(f32, f32)>] {
        &self.strokes
    }

    /// What was typed instead of drawn.
    pub fn words(&self) -> Option<&str> {
        self.typed.as_deref()
    }

    /// The length of all strokes, in heights of the pad.
    fn ink(&self) -> f32 {
        let length = |(ax, ay): (f32, f32), (bx, by): (f32, f32)| ((bx - ax) * self.aspect).hypot(by - ay);
        self.strokes.iter().flat_map(|stroke| stroke.windows(2)).map(|pair| length(pair[0], pair[1])).sum()
    }

    /// The strokes placed into a box of points, as large as it allows, without being distorted.
    pub(super) fn placed(&self, [left, top, width, height]: [f32; 4]) -> Vec<Vec<(f32, f32)>> {
        let all = || self.strokes.iter().flatten().map(|&(x, y)| (x * self.aspect, y));
        let (mut low, mut high) = ((f32::MAX, f32::MAX), (f32::MIN, f32::MIN));
        for (x, y) in all() {
            low = (low.0.min(x), low.1.min(y));
            high = (high.0.max(x), high.1.max(y));
        }
        let (wide, tall) = ((high.0 - low.0).max(0.02), (high.1 - low.1).max(0.02));
        let scale = (width / wide).min(height / tall);
        let x0 = left + (width - wide * scale).min(width * 0.08) / 2.0;
        let y0 = top + (height - tall * scale) / 2.0;
        let place = |&(x, y): &(f32, f32)| (x0 + (x * self.aspect - low.0) * scale, y0 + (y - low.1) * scale);
        self.strokes.iter().map(|stroke| stroke.iter().map(place).collect()).collect()
    }
}
