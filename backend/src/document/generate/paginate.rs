//! From blocks to pages: line and page breaking. Every mark knows which block and part of it it shows, so that the
//! structure tree can be built afterwards, also for what runs over two pages.

use std::ops::Range;
use std::rc::Rc;

use super::block::{BOTTOM, Block, CELL, CENTRE, LEFT, PAGE, SMALL, Slot, TOP, Table, Text, WIDTH, span};
use super::block::{CELL_HEAD, look};
use super::fonts::{Family, Ink, Look, Shaped, Span, Typesetter, Voice};
use super::{GenerateError, QR_SIZE, SLOT_SIZE};

/// A block, and a part of it: the label or the words, a cell, a signing block.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Key {
    pub(super) block: usize,
    pub(super) part: usize,
}

/// The fields that belong to no block: serial numbers by page, and the certification.
pub(super) const SERIALS: usize = usize::MAX;
/// The part of [`SERIALS`] that is the certification.
pub(super) const SEAL: usize = usize::MAX;

/// Something on a page; points from the left and the top. Without a key it is an artifact.
#[derive(Clone, Debug)]
pub(super) enum Mark {
    Text { shaped: Rc<Shaped>, lines: Range<usize>, x: f32, y: f32, key: Option<Key> },
    Box { rect: [f32; 4], fill: Option<Ink>, stroke: Option<Ink> },
    Line { from: (f32, f32), to: (f32, f32), ink: Ink, width: f32, dotted: bool },
    Field { name: String, rect: [f32; 4], tooltip: String, key: Key },
    Link { rect: [f32; 4], anchor: usize, key: Key },
    Watermark { shaped: Rc<Shaped> },
}

/// A heading that the contents and the outline point to.
#[derive(Clone, Debug)]
pub(super) struct Anchor {
    pub(super) label: String,
    pub(super) title: String,
    pub(super) page: usize,
    pub(super) y: f32,
}

/// The pages of the document.
#[derive(Debug, Default)]
pub(super) struct Pages {
    pub(super) pages: Vec<Vec<Mark>>,
    pub(super) anchors: Vec<Anchor>,
}

/// Breaks `blocks` into pages.
pub(super) fn paginate(blocks: &[Block], setter: &mut Typesetter) -> Result<Pages, GenerateError> {
    let mut press = Press { setter, out: Pages::default(), y: TOP, entries: Vec::new() };
    press.out.pages.push(Vec::new());
    for (index, block) in blocks.iter().enumerate() {
        press.block(index, block, blocks)?;
    }
    press.number_contents()?;
    Ok(press.out)
}

struct Press<'a> {
    setter: &'a mut Typesetter,
    out: Pages,
    y: f32,
    /// Where the contents left room: page, y, key.
    entries: Vec<(usize, f32, Key)>,
}

const FLOOR: f32 = PAGE.1 - BOTTOM;
const PAD: (f32, f32) = (6.0, 4.2);
const ROW: f32 = 17.2;

impl Press<'_> {
    fn block(&mut self, index: usize, block: &Block, all: &[Block]) -> Result<(), GenerateError> {
        match block {
            Block::Text(text) => self.text(index, text),
            Block::Table(table) => self.table(index, table),
            Block::Facts(facts) => self.facts(index, facts),
            Block::Contents => {
                self.contents(index, all);
                Ok(())
            }
            Block::Qr { title, note, tooltip } => self.qr(index, title, note, tooltip),
            Block::Slots(slots) => slots.chunks(2).try_for_each(|pair| self.slots(index, pair)),
            Block::Ornament { before, after } => {
                let (y, middle) = (self.y + before, PAGE.0 / 2.0);
                self.rule((middle - 32.0, y), (middle + 32.0, y), Ink::Accent, 1.2);
                self.y = y + after;
                Ok(())
            }
            Block::Gap(gap) => {
                self.y += gap;
                Ok(())
            }
            Block::PageBreak => {
                self.turn();
                Ok(())
            }
        }
    }

    fn set(&mut self, words: &str, look: Look, width: f32) -> Result<Rc<Shaped>, GenerateError> {
        self.setter.set(&[span(words, look)], width).map(Rc::new)
    }

    fn put(&mut self, mark: Mark) {
        if let Some(page) = self.out.pages.last_mut() {
            page.push(mark);
        }
    }

    fn write(&mut self, shaped: &Rc<Shaped>, x: f32, y: f32, key: Option<Key>) {
        self.put(Mark::Text { shaped: Rc::clone(shaped), lines: 0..shaped.lines.len(), x, y, key });
    }

    fn rule(&mut self, from: (f32, f32), to: (f32, f32), ink: Ink, width: f32) {
        self.put(Mark::Line { from, to, ink, width, dotted: false });
    }

    fn turn(&mut self) {
        self.out.pages.push(Vec::new());
        self.y = TOP;
    }

    fn text(&mut self, block: usize, text: &Text) -> Result<(), GenerateError> {
        let shaped = Rc::new(self.setter.set(&text.spans, WIDTH - text.indent)?);
        let label = match &text.label {
            Some(label) => Some(Rc::new(self.setter.set(std::slice::from_ref(label), text.indent - text.hang)?)),
            None => None,
        };
        if self.y > TOP {
            self.y += text.before;
        }
        let follow = if text.keep { 46.0 } else { 0.0 };
        if text.keep && self.y + shaped.height() + follow > FLOOR {
            self.turn();
        }
        if text.anchor {
            let title = text.spans.first().map(|span| span.text.clone()).unwrap_or_default();
            let label = text.label.as_ref().map(|label| label.text.clone()).unwrap_or_default();
            let page = self.out.pages.len() - 1;
            self.out.anchors.push(Anchor { label, title, page, y: self.y });
        }
        let mut first = 0;
        while first < shaped.lines.len() {
            let count = self.fitting(&shaped, first);
            if count == 0 {
                self.turn();
                continue;
            }
            if let (0, Some(label)) = (first, &label) {
                self.write(label, LEFT + text.hang, self.y, Some(Key { block, part: 0 }));
            }
            let lines = first..first + count;
            let height = shaped.lines[lines.end - 1].bottom - shaped.lines[first].top;
            let key = Some(Key { block, part: 1 });
            self.put(Mark::Text { shaped: Rc::clone(&shaped), lines, x: LEFT + text.indent, y: self.y, key });
            self.y += height;
            first += count;
        }
        self.y += text.after;
        Ok(())
    }

    /// How many lines from `first` go onto this page, never leaving a single line of a longer paragraph alone.
    fn fitting(&self, shaped: &Shaped, first: usize) -> usize {
        let rest = shaped.lines.len() - first;
        let top = shaped.lines[first].top;
        let fits = shaped.lines[first..].iter().take_while(|line| self.y + line.bottom - top <= FLOOR).count();
        if fits >= rest || self.y <= TOP {
            return fits.clamp(1, rest);
        }
        let fits = if rest - fits == 1 { fits.saturating_sub(1) } else { fits };
        if fits < 2 { 0 } else { fits }
    }

    fn table(&mut self, block: usize, table: &Table) -> Result<(), GenerateError> {
        self.row(block, table, 0, &table.head, false)?;
        for (index, row) in table.rows.iter().enumerate() {
            self.row(block, table, index + 1, row, false)?;
        }
        self.y += 8.0;
        Ok(())
    }

    fn row(
        &mut self,
        block: usize,
        table: &Table,
        number: usize,
        cells: &[String],
        again: bool,
    ) -> Result<(), GenerateError> {
        let strong = number == 0 || (table.total && number == table.rows.len());
        let mut shaped = Vec::with_capacity(cells.len());
        for (column, cell) in cells.iter().enumerate() {
            let base = if strong || (column == 0 && table.row_heads) { CELL_HEAD } else { CELL };
            let align = table.aligns.get(column).copied().unwrap_or_default();
            let width = table.columns.get(column).copied().unwrap_or_default() - 2.0 * PAD.0;
            shaped.push(self.set(cell, Look { align, ..base }, width)?);
        }
        let height = shaped.iter().map(|cell| cell.height()).fold(0.0, f32::max) + 2.0 * PAD.1;
        if height > FLOOR - TOP - 60.0 {
            return Err(GenerateError::TooLong("table"));
        }
        if self.y + height > FLOOR && !again {
            self.turn();
            if number > 0 {
                self.row(block, table, 0, &table.head, true)?;
            }
        }
        if strong {
            let rect = [LEFT, self.y, WIDTH, height];
            self.put(Mark::Box { rect, fill: Some(Ink::Wash), stroke: None });
        }
        let mut x = LEFT;
        for (column, cell) in shaped.iter().enumerate() {
            let key = Key { block, part: number * table.columns.len() + column };
            self.write(cell, x + PAD.0, self.y + PAD.1, (!again).then_some(key));
            x += table.columns.get(column).copied().unwrap_or_default();
        }
        self.y += height;
        let (ink, width) = if number == 0 { (Ink::Accent, 0.9) } else { (Ink::Line, 0.5) };
        self.rule((LEFT, self.y), (LEFT + WIDTH, self.y), ink, width);
        Ok(())
    }

    fn facts(&mut self, block: usize, facts: &[(String, String)]) -> Result<(), GenerateError> {
        let gap = 10.0;
        let count = facts.len().max(1) as f32;
        let width = (WIDTH - gap * (count - 1.0)) / count;
        let value_look = Look { bold: true, size: 11.5, leading: 16.0, voice: voice(Ink::Body), ..CENTRE };
        let mut cells = Vec::new();
        for (label, value) in facts {
            let label = self.set(label, Look { align: CENTRE.align, ..SMALL }, width - 12.0)?;
            cells.push((label, self.set(value, value_look, width - 12.0)?));
        }
        let height = cells.iter().map(|(label, value)| label.height() + value.height()).fold(0.0, f32::max) + 18.0;
        if self.y + height > FLOOR {
            self.turn();
        }
        for (index, (label, value)) in cells.iter().enumerate() {
            let x = LEFT + index as f32 * (width + gap);
            let rect = [x, self.y, width, height];
            self.put(Mark::Box { rect, fill: Some(Ink::Wash), stroke: None });
            self.write(label, x + 6.0, self.y + 8.0, Some(Key { block, part: 2 * index }));
            let below = self.y + 9.0 + label.height();
            self.write(value, x + 6.0, below, Some(Key { block, part: 2 * index + 1 }));
        }
        self.y += height;
        Ok(())
    }

    fn qr(&mut self, block: usize, title: &str, note: &str, tooltip: &str) -> Result<(), GenerateError> {
        let (width, height) = QR_SIZE;
        let y = FLOOR - height - 6.0;
        if self.y > y {
            self.turn();
        }
        let rect = [LEFT, y, width, height];
        let key = Key { block, part: 2 };
        self.put(Mark::Field { name: "QR".into(), rect, tooltip: tooltip.into(), key });
        let x = LEFT + width + 16.0;
        let room = WIDTH - width - 16.0 - 90.0;
        let title = self.set(title, Look { size: 9.4, leading: 13.0, ..CELL_HEAD }, room)?;
        let note = self.set(note, SMALL, room)?;
        let top = y + (height - title.height() - note.height() - 3.0) / 2.0;
        self.write(&title, x, top, Some(Key { block, part: 0 }));
        self.write(&note, x, top + title.height() + 3.0, Some(Key { block, part: 1 }));
        self.y = FLOOR;
        Ok(())
    }

    fn slots(&mut self, block: usize, pair: &[Slot]) -> Result<(), GenerateError> {
        let (width, height) = SLOT_SIZE;
        let mut captions = Vec::new();
        for slot in pair {
            let ink = if slot.spare { Ink::Muted } else { Ink::Accent };
            let head = Look { bold: true, ..look(Family::Sans, 8.6, 12.4, ink) };
            let mut spans: Vec<Span> = vec![span(format!("{}.  {}", slot.number, slot.role), head)];
            for line in &slot.lines {
                spans.push(span(format!("\n{line}"), Look { size: 7.8, leading: 12.4, ..SMALL }));
            }
            captions.push(Rc::new(self.setter.set(&spans, width)?));
        }
        let caption = captions.iter().map(|caption| caption.height()).fold(0.0, f32::max);
        if caption + 3.0 + height > FLOOR - TOP {
            return Err(GenerateError::TooLong("party"));
        }
        if self.y + caption + 3.0 + height > FLOOR {
            self.turn();
        }
        for (column, (slot, shaped)) in pair.iter().zip(&captions).enumerate() {
            let x = LEFT + column as f32 * (WIDTH - width);
            let part = 2 * (slot.number - 1);
            self.write(shaped, x, self.y, Some(Key { block, part }));
            let rect = [x, self.y + caption + 3.0, width, height];
            let name = format!("Party{}", slot.number);
            self.put(Mark::Field { name, rect, tooltip: slot.tooltip.clone(), key: Key { block, part: part + 1 } });
        }
        self.y += caption + 3.0 + height + 18.0;
        Ok(())
    }

    fn contents(&mut self, block: usize, all: &[Block]) {
        let count = all.iter().filter(|block| matches!(block, Block::Text(Text { anchor: true, .. }))).count();
        for entry in 0..count {
            if self.y + ROW > FLOOR {
                self.turn();
            }
            self.entries.push((self.out.pages.len() - 1, self.y, Key { block, part: 2 * entry }));
            self.y += ROW;
        }
    }

    fn number_contents(&mut self) -> Result<(), GenerateError> {
        let plain = Look { size: 9.6, ..CELL };
        for (index, (page, y, key)) in std::mem::take(&mut self.entries).into_iter().enumerate() {
            let Some(anchor) = self.out.anchors.get(index).cloned() else { continue };
            let words = match anchor.label.is_empty() {
                true => anchor.title.clone(),
                false => format!("{}  {}", anchor.label, anchor.title),
            };
            let number = (anchor.page + 1).to_string();
            let title = self.set(&words, plain, WIDTH - 60.0)?;
            let number = self.set(&number, Look { align: parley::Alignment::End, ..plain }, 30.0)?;
            let (from, to) = (LEFT + title.width + 6.0, LEFT + WIDTH - number.width - 6.0);
            let Some(marks) = self.out.pages.get_mut(page) else { continue };
            let whole = |shaped: &Rc<Shaped>| 0..shaped.lines.len();
            marks.push(Mark::Text { lines: whole(&title), shaped: title, x: LEFT, y, key: Some(key) });
            let base = y + 9.4;
            marks.push(Mark::Line { from: (from, base), to: (to, base), ink: Ink::Line, width: 0.8, dotted: true });
            let x = LEFT + WIDTH - 30.0;
            marks.push(Mark::Text { lines: whole(&number), shaped: number, x, y, key: Some(key) });
            let key = Key { part: key.part + 1, ..key };
            marks.push(Mark::Link { rect: [LEFT, y - 1.0, WIDTH, ROW - 2.0], anchor: index, key });
        }
        Ok(())
    }
}

const fn voice(ink: Ink) -> Voice {
    Voice { ink, foreign: false }
}

/// The words of a page, a line each.
pub(super) fn plain(marks: &[Mark]) -> String {
    let mut out = String::new();
    for mark in marks {
        if let Mark::Text { shaped, lines, .. } = mark {
            for line in &shaped.lines[lines.clone()] {
                out.push_str(shaped.text.get(line.range.clone()).unwrap_or_default().trim_end());
                out.push('\n');
            }
        }
    }
    out
}
