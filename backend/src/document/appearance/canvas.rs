//! Writing the content stream of a form XObject. Callers count y from the top; the stream counts from the bottom.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Object, dictionary};

use super::drawing::Drawing;
use super::font::Subset;
use crate::document::generate::GenerateError;
use crate::document::generate::fonts::{Face, Run, Shaped};
use crate::document::model::Appearance;

/// The colour of a pen.
const PEN: [u8; 3] = [0x16, 0x2a, 0x63];
/// Points nearer than this add nothing that can be seen, in points.
const NEAR: f32 = 0.4;

pub(super) struct Canvas {
    width: f32,
    height: f32,
    content: Vec<u8>,
    fonts: BTreeMap<Face, Subset>,
}

/// A number with two decimals at most, without the cost of general formatting: a drawing has thousands of them.
fn n(value: f32) -> String {
    let hundredths = (value * 100.0).round() as i32;
    let (whole, part) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
    let mut out = String::with_capacity(8);
    if hundredths < 0 {
        out.push('-');
    }
    out.push_str(itoa(whole, &mut [0; 10]));
    if part > 0 {
        out.push('.');
        out.push(char::from(b'0' + (part / 10) as u8));
        if part % 10 > 0 {
            out.push(char::from(b'0' + (part % 10) as u8));
        }
    }
    out
}

fn itoa(mut value: u32, digits: &mut [u8; 10]) -> &str {
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 {
            return std::str::from_utf8(&digits[start..]).unwrap_or("0");
        }
    }
}

fn colour(rgb: [u8; 3]) -> String {
    rgb.map(|part| format!("{:.3}", f32::from(part) / 255.0)).join(" ")
}

impl Canvas {
    pub(super) fn new(width: f32, height: f32) -> Self {
        Self { width, height, content: Vec::with_capacity(4096), fonts: BTreeMap::new() }
    }

    fn push(&mut self, text: &str) {
        self.content.extend_from_slice(text.as_bytes());
    }

    fn rectangle(&self, [x, y, width, height]: [f32; 4]) -> String {
        format!("{} {} {} {} re", n(x), n(self.height - y - height), n(width), n(height))
    }

    pub(super) fn fill(&mut self, rect: [f32; 4], rgb: [u8; 3]) {
        let line = format!("{} rg {} f\n", colour(rgb), self.rectangle(rect));
        self.push(&line);
    }

    pub(super) fn frame(&mut self, rect: [f32; 4], rgb: [u8; 3], width: f32) {
        let line = format!("{} RG {} w {} S\n", colour(rgb), n(width), self.rectangle(rect));
        self.push(&line);
    }

    /// The strokes of a drawing as smooth curves (Catmull-Rom, written as Bézier curves).
    pub(super) fn strokes(&mut self, drawing: &Drawing, rect: [f32; 4]) {
        let start = format!("q {} RG 1.35 w 1 J 1 j\n", colour(PEN));
        self.push(&start);
        for stroke in drawing.placed(rect) {
            let mut points: Vec<(f32, f32)> = Vec::with_capacity(stroke.len());
            for (x, y) in stroke {
                let point = (x, self.height - y);
                let near = |last: &(f32, f32)| (last.0 - point.0).hypot(last.1 - point.1) < NEAR;
                if !points.last().is_some_and(near) {
                    points.push(point);
                }
            }
            let curve = curve(&points);
            self.push(&curve);
        }
        self.push("Q\n");
    }

    /// A paragraph with its top left corner at `x`, `y`.
    pub(super) fn text(&mut self, shaped: &Shaped, x: f32, y: f32) -> Result<(), GenerateError> {
        for line in &shaped.lines {
            for run in &line.runs {
                self.run(run, &shaped.text, x + run.x, self.height - y - line.baseline)?;
            }
        }
        Ok(())
    }

    fn run(&mut self, run: &Run, text: &str, x: f32, y: f32) -> Result<(), GenerateError> {
        let subset = self.fonts.entry(run.face).or_insert_with(|| Subset::new(run.face));
        let mut plain = true;
        let mut body = String::new();
        let mut open = false;
        let mut owed = 0.0;
        let mut rise = 0.0;
        let mut covered: Option<std::ops::Range<usize>> = None;
        for glyph in &run.glyphs {
            let words = text.get(glyph.range.clone()).unwrap_or_default();
            plain &= covered.as_ref() != Some(&glyph.range);
            covered = Some(glyph.range.clone());
            let (id, faithful) = subset.add(glyph.id, words)?;
            plain &= faithful;
            if (glyph.dy - rise).abs() > 0.005 {
                if open {
                    body.push_str("] TJ ");
                    open = false;
                }
                rise = glyph.dy;
                body.push_str(&format!("{} Ts ", n(rise)));
            }
            if !open {
                body.push('[');
                open = true;
            }
            let shift = owed - glyph.dx;
            if shift.abs() > 0.01 {
                body.push_str(&n(shift * 1000.0 / run.size));
                body.push(' ');
            }
            body.push_str(&format!("<{id:04x}>"));
            owed = glyph.dx + subset.advance(id, run.size) - glyph.advance;
        }
        if open {
            body.push_str("] TJ ");
        }
        if rise != 0.0 {
            body.push_str("0 Ts ");
        }
        let body = body.replace("><", "");
        let whole = covered_text(run, text).filter(|_| !plain && !run.rtl);
        if let Some(whole) = &whole {
            let words: String = whole.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
            self.push(&format!("/Span <</ActualText <FEFF{words}>>> BDC\n"));
        }
        let head = format!(
            "BT {} rg /{} {} Tf {} {} Td ",
            colour(run.voice.ink.rgb()),
            run.face.name(),
            n(run.size),
            n(x),
            n(y)
        );
        self.push(&head);
        self.push(&body);
        self.push("ET\n");
        if whole.is_some() {
            self.push("EMC\n");
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<Appearance, GenerateError> {
        let mut objects = BTreeMap::new();
        let mut fonts = Dictionary::new();
        for (face, subset) in self.fonts {
            let first = u32::try_from(objects.len()).unwrap_or(0) + 1;
            subset.write(first, &mut objects)?;
            fonts.set(face.name(), Object::Reference((first, 0)));
        }
        let resources = if fonts.is_empty() {
            Dictionary::new()
        } else {
            dictionary! { "Font" => fonts }
        };
        Ok(Appearance { width: self.width, height: self.height, content: self.content, resources, objects })
    }
}

fn covered_text<'a>(run: &Run, text: &'a str) -> Option<&'a str> {
    let start = run.glyphs.iter().map(|glyph| glyph.range.start).min()?;
    let end = run.glyphs.iter().map(|glyph| glyph.range.end).max()?;
    text.get(start..end)
}

fn curve(points: &[(f32, f32)]) -> String {
    let mut out = String::with_capacity(40 * points.len() + 16);
    let mut put = |numbers: &[f32], operator: &str| {
        for number in numbers {
            out.push_str(&n(*number));
            out.push(' ');
        }
        out.push_str(operator);
    };
    let Some(&(x, y)) = points.first() else { return String::new() };
    put(&[x, y], "m ");
    if points.len() == 1 {
        put(&[x + 0.01, y], "l ");
    }
    for index in 1..points.len() {
        let at = |index: usize| points[index.min(points.len() - 1)];
        let (before, from, to, after) = (at(index.saturating_sub(2)), at(index - 1), at(index), at(index + 1));
        let one = (from.0 + (to.0 - before.0) / 6.0, from.1 + (to.1 - before.1) / 6.0);
        let two = (to.0 - (after.0 - from.0) / 6.0, to.1 - (after.1 - from.1) / 6.0);
        put(&[one.0, one.1, two.0, two.1, to.0, to.1], "c ");
    }
    put(&[], "S\n");
    out
}
