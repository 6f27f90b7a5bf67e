//! The bundled fonts, and setting text with them: shaping, bidirectional order, line breaking (parley). The fonts
//! of the machine are never looked at, so a document looks the same wherever it is made.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use parley::fontique::{Blob, Collection, CollectionOptions, SourceCache};
use parley::{
    Alignment, AlignmentOptions, FontContext, FontFamily, FontFamilyName, FontStyle, FontWeight, Layout, LayoutContext,
    LineHeight, OverflowWrap, StyleProperty,
};

use super::GenerateError;

/// One bundled font file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Face {
    Serif,
    SerifBold,
    SerifItalic,
    Sans,
    SansBold,
    Tamil,
    Naskh,
    Cjk,
}

impl Face {
    pub(crate) const ALL: [Self; 8] = [
        Self::Serif,
        Self::SerifBold,
        Self::SerifItalic,
        Self::Sans,
        Self::SansBold,
        Self::Tamil,
        Self::Naskh,
        Self::Cjk,
    ];

    /// The font file.
    pub(crate) const fn data(self) -> &'static [u8] {
        match self {
            Self::Serif => include_bytes!("../../../assets/fonts/NotoSerif-Regular.ttf"),
            Self::SerifBold => include_bytes!("../../../assets/fonts/NotoSerif-Bold.ttf"),
            Self::SerifItalic => include_bytes!("../../../assets/fonts/NotoSerif-Italic.ttf"),
            Self::Sans => include_bytes!("../../../assets/fonts/NotoSans-Regular.ttf"),
            Self::SansBold => include_bytes!("../../../assets/fonts/NotoSans-Bold.ttf"),
            Self::Tamil => include_bytes!("../../../assets/fonts/NotoSansTamil-Regular.ttf"),
            Self::Naskh => include_bytes!("../../../assets/fonts/NotoNaskhArabic-Regular.ttf"),
            Self::Cjk => include_bytes!("../../../assets/fonts/DroidSansFallbackFull.ttf"),
        }
    }

    /// The PostScript name, without the tag of a subset.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Serif => "NotoSerif",
            Self::SerifBold => "NotoSerif-Bold",
            Self::SerifItalic => "NotoSerif-Italic",
            Self::Sans => "NotoSans",
            Self::SansBold => "NotoSans-Bold",
            Self::Tamil => "NotoSansTamil",
            Self::Naskh => "NotoNaskhArabic",
            Self::Cjk => "DroidSansFallback",
        }
    }
}

/// Serif for what is agreed, sans for labels and names; both fall back to the other scripts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Family {
    Serif,
    Sans,
}

const SERIF: &[FontFamilyName<'static>] = &[
    FontFamilyName::Named(Cow::Borrowed("Noto Serif")),
    FontFamilyName::Named(Cow::Borrowed("Noto Sans")),
    FontFamilyName::Named(Cow::Borrowed("Noto Sans Tamil")),
    FontFamilyName::Named(Cow::Borrowed("Noto Naskh Arabic")),
    FontFamilyName::Named(Cow::Borrowed("Droid Sans Fallback")),
];

impl Family {
    fn stack(self) -> FontFamily<'static> {
        FontFamily::List(Cow::Borrowed(match self {
            Self::Serif => SERIF,
            Self::Sans => &SERIF[1..],
        }))
    }
}

/// How a piece of text looks.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Look {
    pub(crate) family: Family,
    pub(crate) size: f32,
    pub(crate) bold: bool,
    pub(crate) italic: bool,
    /// Distance of baselines, in points.
    pub(crate) leading: f32,
    pub(crate) align: Alignment,
    pub(crate) voice: Voice,
}

/// What distinguishes pieces of one line besides the font: colour, and the language when it is not the document's.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Voice {
    pub(crate) ink: Ink,
    pub(crate) foreign: bool,
}

/// The colours of a document.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub(crate) enum Ink {
    #[default]
    Body,
    Muted,
    Accent,
    Warning,
    Line,
    Wash,
    Ghost,
}

impl Ink {
    /// Red, green and blue of sRGB.
    pub(crate) const fn rgb(self) -> [u8; 3] {
        match self {
            Self::Body => [0x1b, 0x1f, 0x24],
            Self::Muted => [0x57, 0x60, 0x6a],
            Self::Accent => [0x12, 0x3f, 0x5e],
            Self::Warning => [0xa8, 0x24, 0x1c],
            Self::Line => [0xb9, 0xc4, 0xce],
            Self::Wash => [0xf1, 0xf5, 0xf8],
            Self::Ghost => [0xf7, 0xf5, 0xf4],
        }
    }
}

/// A piece of a paragraph with its own look.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Span {
    pub(crate) text: String,
    pub(crate) look: Look,
}

/// A paragraph broken into lines; x from the left edge, y from the top, downwards.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shaped {
    pub(crate) text: String,
    pub(crate) lines: Vec<Line>,
    pub(crate) width: f32,
}

#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) runs: Vec<Run>,
    pub(crate) top: f32,
    pub(crate) bottom: f32,
    pub(crate) baseline: f32,
    pub(crate) range: Range<usize>,
}

/// Glyphs of one font, size and voice, in visual order.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) face: Face,
    pub(crate) size: f32,
    pub(crate) x: f32,
    pub(crate) voice: Voice,
    pub(crate) rtl: bool,
    pub(crate) glyphs: Vec<Glyph>,
}

#[derive(Clone, Debug)]
pub(crate) struct Glyph {
    pub(crate) id: u32,
    pub(crate) advance: f32,
    pub(crate) dx: f32,
    pub(crate) dy: f32,
    pub(crate) range: Range<usize>,
}

impl Shaped {
    pub(crate) fn height(&self) -> f32 {
        self.lines.last().map_or(0.0, |line| line.bottom)
    }
}

/// Sets text with the bundled fonts.
pub(crate) struct Typesetter {
    fonts: FontContext,
    layouts: LayoutContext<Voice>,
    faces: HashMap<u64, Face>,
}

impl Typesetter {
    /// Reads the bundled fonts: about a millisecond.
    pub(crate) fn new() -> Self {
        let mut fonts = FontContext {
            collection: Collection::new(CollectionOptions { shared: false, system_fonts: false }),
            source_cache: SourceCache::default(),
        };
        let mut faces = HashMap::new();
        for face in Face::ALL {
            let blob = Blob::new(Arc::new(face.data()));
            faces.insert(blob.id(), face);
            fonts.collection.register_fonts(blob, None);
        }
        Self { fonts, layouts: LayoutContext::new(), faces }
    }

    /// The one that appearances share; the agreement makes its own, which it holds longer.
    pub(crate) fn shared() -> MutexGuard<'static, Self> {
        static SHARED: OnceLock<Mutex<Typesetter>> = OnceLock::new();
        SHARED.get_or_init(|| Mutex::new(Self::new())).lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Breaks `spans` into lines of `width`; a word longer than a line is broken too, so nothing overflows.
    pub(crate) fn set(&mut self, spans: &[Span], width: f32) -> Result<Shaped, GenerateError> {
        let Some(first) = spans.first() else { return Ok(Shaped::default()) };
        let text: String = spans.iter().map(|span| span.text.as_str()).collect();
        let mut builder = self.layouts.ranged_builder(&mut self.fonts, &text, 1.0, false);
        builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::Anywhere));
        builder.push_default(StyleProperty::LineHeight(LineHeight::Absolute(first.look.leading)));
        let mut start = 0;
        for span in spans {
            let range = start..start + span.text.len();
            start = range.end;
            let look = span.look;
            builder.push(StyleProperty::FontFamily(look.family.stack()), range.clone());
            builder.push(StyleProperty::FontSize(look.size), range.clone());
            builder.push(StyleProperty::Brush(look.voice), range.clone());
            if look.bold {
                builder.push(StyleProperty::FontWeight(FontWeight::BOLD), range.clone());
            }
            if look.italic {
                builder.push(StyleProperty::FontStyle(FontStyle::Italic), range);
            }
        }
        let mut layout = builder.build(&text);
        layout.break_all_lines(Some(width));
        layout.align(first.look.align, AlignmentOptions::default());
        self.read(&layout, text, (first.look.size, first.look.leading))
    }

    fn read(&self, layout: &Layout<Voice>, text: String, (size, leading): (f32, f32)) -> Result<Shaped, GenerateError> {
        let mut lines = Vec::with_capacity(layout.len());
        for line in layout.lines() {
            let mut runs = Vec::new();
            let mut x = line.metrics().offset;
            for run in line.runs() {
                let face = self.faces.get(&run.font().data.id()).copied();
                let face = face.ok_or_else(|| GenerateError::Broken("a font that is not bundled".into()))?;
                read_run(layout, &run, face, &text, &mut x, &mut runs)?;
            }
            // Lines stand on a grid of their own: the taller metrics of a fallback font do not push them apart.
            let top = leading * lines.len() as f32;
            let (bottom, baseline) = (top + leading, top + leading / 2.0 + size * 0.36);
            lines.push(Line { runs, top, bottom, baseline, range: line.text_range() });
        }
        Ok(Shaped { text, lines, width: layout.width() })
    }
}

fn read_run(
    layout: &Layout<Voice>,
    run: &parley::Run<'_, Voice>,
    face: Face,
    text: &str,
    x: &mut f32,
    runs: &mut Vec<Run>,
) -> Result<(), GenerateError> {
    let fresh = |x: f32, voice: Voice| Run { face, size: run.font_size(), x, voice, rtl: run.is_rtl(), glyphs: vec![] };
    let mut current: Option<Run> = None;
    for cluster in run.visual_clusters() {
        let range = cluster.text_range();
        let voice =
            layout.styles().get(usize::from(cluster.style_index())).map(|style| style.brush).unwrap_or_default();
        if current.as_ref().is_none_or(|run| run.voice != voice) {
            runs.extend(current.replace(fresh(*x, voice)));
        }
        let Some(open) = current.as_mut() else { continue };
        let mut any = false;
        for glyph in cluster.glyphs() {
            if glyph.id == 0 {
                return Err(missing(text, range));
            }
            any = true;
            let range = range.clone();
            open.glyphs.push(Glyph { id: glyph.id, advance: glyph.advance, dx: glyph.x, dy: glyph.y, range });
            *x += glyph.advance;
        }
        // The rest of a ligature belongs to the glyph before (left to right) or will to the one after.
        if !any && let Some(last) = open.glyphs.last_mut() {
            last.range = last.range.start.min(range.start)..last.range.end.max(range.end);
        }
    }
    runs.extend(current);
    Ok(())
}

fn missing(text: &str, range: Range<usize>) -> GenerateError {
    GenerateError::NoGlyph(text.get(range).and_then(|cluster| cluster.chars().next()).unwrap_or('\u{fffd}'))
}

/// Refuses what no document may show: control and direction characters (they change how a name reads), private
/// use, and characters that no bundled font has.
pub(super) fn check(name: &str) -> Result<(), GenerateError> {
    if let Some(character) = name.chars().find(|&character| is_forbidden(character)) {
        return Err(GenerateError::NoGlyph(character));
    }
    let look = Look {
        family: Family::Sans,
        size: 10.0,
        bold: false,
        italic: false,
        leading: 14.0,
        align: Alignment::Start,
        voice: Voice::default(),
    };
    Typesetter::shared().set(&[Span { text: name.to_owned(), look }], 10_000.0).map(|_| ())
}

fn is_forbidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{fff9}'..='\u{ffff}' | '\u{e0000}'..='\u{10ffff}')
}
