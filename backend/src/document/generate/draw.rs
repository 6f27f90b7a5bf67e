//! From pages to a tagged PDF/A-2a and PDF/UA-1 file (krilla). A form field is drawn as a link to a name of ours:
//! krilla places and tags it, and `fields` turns it into a widget.

use std::collections::HashMap;

use krilla::action::{Action, LinkAction};
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect, Transform};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, LineCap, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, SpanTag};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use krilla::{Document, SerializeSettings};

use super::GenerateError;
use super::block::{Block, PAGE};
use super::fonts::{Face, Ink, Line, Shaped};
use super::paginate::{Anchor, Key, Mark, Pages};
use super::sheet::Sheet;
use super::tags::{self, Drawn};
use crate::kernel::words::Lang;

/// The scheme of the links that stand for form fields.
pub(super) const FIELD: &str = "mohor-field:";

/// Draws the pages.
pub(super) fn draw(pages: &Pages, blocks: &[Block], sheet: &Sheet) -> Result<Vec<u8>, GenerateError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| GenerateError::Broken(format!("{error:?}")))?;
    let settings = SerializeSettings { configuration, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    let mut pen = Pen { fonts: HashMap::new(), drawn: Drawn::new(), foreign: foreign(sheet.lang) };
    for marks in &pages.pages {
        pen.page(&mut document, marks, &pages.anchors)?;
    }
    document.set_metadata(metadata(sheet));
    document.set_outline(outline(&pages.anchors));
    document.set_tag_tree(tags::tree(blocks, pages, pen.drawn, sheet.lang));
    document.finish().map_err(|error| GenerateError::Broken(format!("{error:?}")))
}

const fn foreign(lang: Lang) -> &'static str {
    match lang {
        Lang::Ms => "en",
        Lang::En => "ms",
    }
}

struct Pen {
    fonts: HashMap<Face, Font>,
    drawn: Drawn,
    foreign: &'static str,
}

impl Pen {
    fn page(&mut self, document: &mut Document, marks: &[Mark], anchors: &[Anchor]) -> Result<(), GenerateError> {
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1);
        let settings = settings.ok_or_else(|| GenerateError::Broken("the size of the page".into()))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for mark in marks {
            self.mark(&mut surface, mark)?;
        }
        surface.finish();
        for mark in marks {
            let (rect, target, alt, key) = match mark {
                Mark::Field { name, rect, tooltip, key } => {
                    let action = Action::Link(LinkAction::new(format!("{FIELD}{name}")));
                    (rect, Target::Action(action), tooltip.clone(), *key)
                }
                Mark::Link { rect, anchor, key } => {
                    let Some(anchor) = anchors.get(*anchor) else { continue };
                    let target = Target::Destination(krilla::destination::Destination::Xyz(place(anchor)));
                    (rect, target, anchor.title.clone(), *key)
                }
                _ => continue,
            };
            let link = LinkAnnotation::new(area(rect)?, target);
            let id = page.add_tagged_annotation(Annotation::new_link(link, Some(alt)));
            self.drawn.entry(key).or_default().push(id);
        }
        page.finish();
        Ok(())
    }

    fn mark(&mut self, surface: &mut Surface<'_>, mark: &Mark) -> Result<(), GenerateError> {
        match mark {
            Mark::Text { shaped, lines, x, y, key } => {
                let Some(first) = shaped.lines.get(lines.start) else { return Ok(()) };
                let top = y - first.top;
                for line in &shaped.lines[lines.clone()] {
                    self.line(surface, shaped, line, (*x, top), *key)?;
                }
            }
            Mark::Box { rect, fill, stroke } => artifact(surface, |surface| {
                let mut path = PathBuilder::new();
                path.push_rect(area(rect)?);
                surface.set_fill(fill.map(paint));
                surface.set_stroke(stroke.map(|ink| pen(ink, 0.8, false)));
                draw_path(surface, path);
                surface.set_stroke(None);
                Ok(())
            })?,
            Mark::Line { from, to, ink, width, dotted } => artifact(surface, |surface| {
                let mut path = PathBuilder::new();
                path.move_to(from.0, from.1);
                path.line_to(to.0, to.1);
                surface.set_fill(None);
                surface.set_stroke(Some(pen(*ink, *width, *dotted)));
                draw_path(surface, path);
                surface.set_stroke(None);
                Ok(())
            })?,
            Mark::Watermark { shaped } => {
                surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Watermark)));
                let turn = Transform::from_rotate_at(-54.0, PAGE.0 / 2.0, PAGE.1 / 2.0);
                surface.push_transform(&turn);
                let (x, y) = (PAGE.0 / 2.0 - 350.0, PAGE.1 / 2.0 - shaped.height() / 2.0);
                for line in &shaped.lines {
                    self.runs(surface, shaped, line, (x, y), 0..line.runs.len(), true)?;
                }
                surface.pop();
                surface.end_tagged();
            }
            Mark::Field { .. } | Mark::Link { .. } => {}
        }
        Ok(())
    }

    /// One line: a tagged span for each stretch of one language, or one artifact.
    fn line(
        &mut self,
        surface: &mut Surface<'_>,
        shaped: &Shaped,
        line: &Line,
        at: (f32, f32),
        key: Option<Key>,
    ) -> Result<(), GenerateError> {
        let mut start = 0;
        while start < line.runs.len() {
            let foreign = line.runs[start].voice.foreign;
            let same = line.runs[start..].iter().take_while(|run| run.voice.foreign == foreign).count();
            let tag = match key {
                Some(_) => ContentTag::Span(SpanTag::empty().with_lang(foreign.then_some(self.foreign))),
                None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::PaginationOther)),
            };
            let id = surface.start_tagged(tag);
            self.runs(surface, shaped, line, at, start..start + same, false)?;
            surface.end_tagged();
            if let Some(key) = key {
                self.drawn.entry(key).or_default().push(id);
            }
            start += same;
        }
        Ok(())
    }

    fn runs(
        &mut self,
        surface: &mut Surface<'_>,
        shaped: &Shaped,
        line: &Line,
        at: (f32, f32),
        range: std::ops::Range<usize>,
        outlined: bool,
    ) -> Result<(), GenerateError> {
        for run in &line.runs[range] {
            let font = self.font(run.face)?;
            let glyphs: Vec<KrillaGlyph> = run
                .glyphs
                .iter()
                .map(|glyph| {
                    let id = GlyphId::new(glyph.id);
                    let [advance, dx, dy] = [glyph.advance, glyph.dx, glyph.dy].map(|length| length / run.size);
                    KrillaGlyph::new(id, advance, dx, dy, 0.0, glyph.range.clone(), None)
                })
                .collect();
            surface.set_stroke(None);
            surface.set_fill(Some(paint(run.voice.ink)));
            let start = Point::from_xy(at.0 + run.x, at.1 + line.baseline);
            surface.draw_glyphs(start, &glyphs, font, &shaped.text, run.size, outlined);
        }
        Ok(())
    }

    fn font(&mut self, face: Face) -> Result<Font, GenerateError> {
        if let Some(font) = self.fonts.get(&face) {
            return Ok(font.clone());
        }
        let font = Font::new(face.data().into(), 0);
        let font = font.ok_or_else(|| GenerateError::Broken(format!("the font {}", face.name())))?;
        self.fonts.insert(face, font.clone());
        Ok(font)
    }
}

fn artifact(
    surface: &mut Surface<'_>,
    draw: impl FnOnce(&mut Surface<'_>) -> Result<(), GenerateError>,
) -> Result<(), GenerateError> {
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
    let result = draw(surface);
    surface.end_tagged();
    result
}

fn draw_path(surface: &mut Surface<'_>, path: PathBuilder) {
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

fn paint(ink: Ink) -> Fill {
    Fill { paint: colour(ink).into(), opacity: NormalizedF32::ONE, ..Fill::default() }
}

fn pen(ink: Ink, width: f32, dotted: bool) -> Stroke {
    Stroke {
        paint: colour(ink).into(),
        width,
        line_cap: if dotted { LineCap::Round } else { LineCap::Butt },
        dash: dotted.then(|| StrokeDash { array: vec![0.0, 3.4], offset: 0.0 }),
        ..Stroke::default()
    }
}

fn colour(ink: Ink) -> rgb::Color {
    let [red, green, blue] = ink.rgb();
    rgb::Color::new(red, green, blue)
}

fn area(rect: &[f32; 4]) -> Result<Rect, GenerateError> {
    let [x, y, width, height] = *rect;
    Rect::from_xywh(x, y, width, height).ok_or_else(|| GenerateError::Broken("an empty box".into()))
}

fn place(anchor: &Anchor) -> XyzDestination {
    XyzDestination::new(anchor.page, Point::from_xy(0.0, (anchor.y - 14.0).max(0.0)))
}

fn outline(anchors: &[Anchor]) -> Outline {
    let mut outline = Outline::new();
    for anchor in anchors {
        let text = format!("{} {}", anchor.label, anchor.title);
        outline.push_child(OutlineNode::new(text.trim_start().to_owned(), place(anchor)));
    }
    outline
}

fn metadata(sheet: &Sheet) -> Metadata {
    let (year, month, day) = sheet.issued.myt_ymd();
    let small = |number: i8| u8::try_from(number).unwrap_or(1);
    let seconds = sheet.issued.plus(std::time::Duration::from_hours(8)).seconds().rem_euclid(86_400);
    let clock = |unit: i64, size: i64| u8::try_from(seconds / unit % size).unwrap_or(0);
    let created = DateTime::new(u16::try_from(year).unwrap_or(1970))
        .month(small(month))
        .day(small(day))
        .hour(clock(3_600, 24))
        .minute(clock(60, 60))
        .second(clock(1, 60))
        .utc_offset_hour(8)
        .utc_offset_minute(0);
    Metadata::new()
        .title(sheet.about.clone())
        .description(sheet.footer.clone())
        .authors(vec![sheet.author.clone()])
        .creator("Mohor".into())
        .producer("Mohor".into())
        .language(sheet.lang.tag().into())
        .creation_date(created)
        .document_id(sheet.id.clone())
}
