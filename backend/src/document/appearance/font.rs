//! The part of a bundled font that one appearance needs, as a composite font with its Unicode mapping
//! (ISO 32000-1 section 9.7). Widths come from the embedded program itself, as PDF/A wants them equal.

use std::collections::BTreeMap;

use lopdf::{Object, Stream, StringFormat, dictionary};
use subsetter::GlyphRemapper;

use crate::document::generate::GenerateError;
use crate::document::generate::fonts::Face;

/// How many objects one font takes.
const OBJECTS: u32 = 5;

pub(super) struct Subset {
    face: Face,
    metrics: Metrics,
    glyphs: GlyphRemapper,
    /// Words and width (in units of the font) of each glyph of the subset.
    words: BTreeMap<u16, (String, u16)>,
}

/// What the descriptor says, in units of the font.
#[derive(Clone, Copy)]
struct Metrics {
    units: f32,
    bounds: [i16; 4],
    ascent: i16,
    descent: i16,
    long: u16,
}

impl Subset {
    pub(super) fn new(face: Face) -> Self {
        let metrics = metrics(face.data()).unwrap_or(Metrics {
            units: 1000.0,
            bounds: [0, -300, 1000, 1000],
            ascent: 1000,
            descent: -300,
            long: 0,
        });
        Self { face, metrics, glyphs: GlyphRemapper::new(), words: BTreeMap::new() }
    }

    /// The number of a glyph in the subset, and whether it always stands for the same words.
    pub(super) fn add(&mut self, id: u32, words: &str) -> Result<(u16, bool), GenerateError> {
        let old = u16::try_from(id).map_err(|_| GenerateError::Broken("a glyph number".into()))?;
        let new = self.glyphs.remap(old);
        let width = || width(self.face.data(), self.metrics.long, old).unwrap_or_default();
        let entry = self.words.entry(new).or_insert_with(|| (words.to_owned(), width()));
        Ok((new, entry.0 == words))
    }

    /// The advance of a glyph of the subset at `size`.
    pub(super) fn advance(&self, id: u16, size: f32) -> f32 {
        let width = self.words.get(&id).map_or(0, |(_, width)| *width);
        f32::from(width) * size / self.metrics.units
    }

    /// Writes the font as objects `first..first + 5`.
    pub(super) fn write(self, first: u32, objects: &mut BTreeMap<u32, Object>) -> Result<(), GenerateError> {
        let program = subsetter::subset(self.face.data(), 0, &self.glyphs)
            .map_err(|error| GenerateError::Broken(format!("{}: {error}", self.face.name())))?;
        let name = format!("{}+{}", self.tag(), self.face.name());
        let at = |index: u32| Object::Reference((first + index, 0));
        let scaled = |value: f32| (value * 1000.0 / self.metrics.units).round() as i64;
        let widths: Vec<Object> = std::iter::once(Object::Integer(1))
            .chain([Object::Array(self.words.values().map(|(_, width)| scaled(f32::from(*width)).into()).collect())])
            .collect();
        let composite = dictionary! {
            "Type" => "Font",
            "Subtype" => "Type0",
            "BaseFont" => Object::Name(name.clone().into_bytes()),
            "Encoding" => "Identity-H",
            "DescendantFonts" => vec![at(1)],
            "ToUnicode" => at(4),
        };
        let identity = |text: &str| Object::String(text.as_bytes().to_vec(), StringFormat::Literal);
        let descendant = dictionary! {
            "Type" => "Font",
            "Subtype" => "CIDFontType2",
            "BaseFont" => Object::Name(name.clone().into_bytes()),
            "CIDSystemInfo" => dictionary! {
                "Registry" => identity("Adobe"),
                "Ordering" => identity("Identity"),
                "Supplement" => 0,
            },
            "FontDescriptor" => at(2),
            "CIDToGIDMap" => "Identity",
            "DW" => 0,
            "W" => widths,
        };
        let descriptor = dictionary! {
            "Type" => "FontDescriptor",
            "FontName" => Object::Name(name.into_bytes()),
            "Flags" => 4,
            "FontBBox" => self.metrics.bounds.iter().map(|value| scaled(f32::from(*value)).into()).collect::<Vec<Object>>(),
            "ItalicAngle" => if self.face == Face::SerifItalic { -12 } else { 0 },
            "Ascent" => scaled(f32::from(self.metrics.ascent)),
            "Descent" => scaled(f32::from(self.metrics.descent)),
            "CapHeight" => 714,
            "StemV" => 80,
            "FontFile2" => at(3),
        };
        let length = program.len() as i64;
        let written = [
            Object::Dictionary(composite),
            Object::Dictionary(descendant),
            Object::Dictionary(descriptor),
            Object::Stream(Stream::new(dictionary! { "Length1" => length }, program)),
            Object::Stream(Stream::new(lopdf::Dictionary::new(), self.to_unicode().into_bytes())),
        ];
        debug_assert_eq!(written.len(), OBJECTS as usize);
        objects.extend((first..).zip(written));
        Ok(())
    }

    /// Six letters that depend on the glyphs (ISO 32000-1 section 9.6.4).
    fn tag(&self) -> String {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for gid in self.glyphs.remapped_gids() {
            hash = (hash ^ u64::from(gid)).wrapping_mul(0x0100_0000_01b3);
        }
        (0..6).map(|place| char::from(b'A' + (hash >> (8 * place)) as u8 % 26)).collect()
    }

    fn to_unicode(&self) -> String {
        let mut out = String::from(
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
             /CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n\
             /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
             1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
        );
        let entries: Vec<_> = self.words.iter().filter(|(_, (words, _))| !words.is_empty()).collect();
        for block in entries.chunks(100) {
            out.push_str(&format!("{} beginbfchar\n", block.len()));
            for (gid, (words, _)) in block {
                let hex: String = words.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
                out.push_str(&format!("<{gid:04X}> <{hex}>\n"));
            }
            out.push_str("endbfchar\n");
        }
        out.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
        out
    }
}

/// A table of a font file.
fn table<'a>(font: &'a [u8], tag: &[u8; 4]) -> Option<&'a [u8]> {
    let count = usize::from(short(font, 4)?);
    let entry = font.get(12..12 + 16 * count)?.chunks_exact(16).find(|entry| entry.starts_with(tag))?;
    let place = |at: usize| Some(usize::from(short(entry, at)?) << 16 | usize::from(short(entry, at + 2)?));
    let start = place(8)?;
    font.get(start..start.checked_add(place(12)?)?)
}

fn short(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes([*data.get(at)?, *data.get(at + 1)?]))
}

fn metrics(font: &[u8]) -> Option<Metrics> {
    let signed = |table: &[u8], at: usize| short(table, at).map(u16::cast_signed);
    let (head, hhea) = (table(font, b"head")?, table(font, b"hhea")?);
    Some(Metrics {
        units: f32::from(short(head, 18)?),
        bounds: [signed(head, 36)?, signed(head, 38)?, signed(head, 40)?, signed(head, 42)?],
        ascent: signed(hhea, 4)?,
        descent: signed(hhea, 6)?,
        long: short(hhea, 34)?,
    })
}

/// The advance of a glyph in units of the font.
fn width(font: &[u8], long: u16, glyph: u16) -> Option<u16> {
    short(table(font, b"hmtx")?, usize::from(glyph.min(long.checked_sub(1)?)) * 4)
}
