//! The model of a document: blocks in reading order. What a block is decides its tag in the structure tree.

use parley::Alignment;

use super::fonts::{Family, Ink, Look, Span, Voice};

/// The paper, in points: A4 with the margins of the text.
pub(super) const PAGE: (f32, f32) = (595.28, 841.89);
pub(super) const LEFT: f32 = 62.0;
pub(super) const TOP: f32 = 88.0;
pub(super) const BOTTOM: f32 = 68.0;
pub(super) const WIDTH: f32 = PAGE.0 - 2.0 * LEFT;

/// One part of the document.
#[derive(Clone, Debug)]
pub(super) enum Block {
    Text(Text),
    Table(Table),
    /// Boxes side by side: a label and a value each.
    Facts(Vec<(String, String)>),
    /// The table of contents, from the anchors of all text blocks.
    Contents,
    /// The place of the QR code at the foot of the page, with a title and a note beside it.
    Qr {
        title: String,
        note: String,
        tooltip: String,
    },
    /// The signing blocks, two in a row.
    Slots(Vec<Slot>),
    /// A short rule in the middle.
    Ornament {
        before: f32,
        after: f32,
    },
    Gap(f32),
    PageBreak,
}

/// A paragraph, heading or numbered item.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub(super) role: Role,
    /// A number that hangs to the left of the text.
    pub(super) label: Option<Span>,
    pub(super) spans: Vec<Span>,
    /// Left edge of the label, and of the text, from the left margin.
    pub(super) hang: f32,
    pub(super) indent: f32,
    pub(super) before: f32,
    pub(super) after: f32,
    /// Not left alone at the foot of a page.
    pub(super) keep: bool,
    /// Shown in the contents and in the outline.
    pub(super) anchor: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// Heading of level 1 to 6.
    Heading(u8),
    Paragraph,
    /// An item of a numbered list, 1 or 2 deep.
    Item(u8),
}

#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) summary: String,
    /// Widths in points.
    pub(super) columns: Vec<f32>,
    pub(super) aligns: Vec<Alignment>,
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
    /// The first column names the row.
    pub(super) row_heads: bool,
    /// The last row is a sum.
    pub(super) total: bool,
}

/// One signing block.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) number: usize,
    pub(super) role: String,
    pub(super) lines: Vec<String>,
    pub(super) tooltip: String,
    pub(super) spare: bool,
}

impl Block {
    /// The words of the block, for the text version.
    pub(super) fn plain(&self) -> String {
        let joined = |spans: &[Span]| spans.iter().map(|span| span.text.as_str()).collect::<String>();
        match self {
            Self::Text(text) => match &text.label {
                Some(label) => format!("{} {}\n", label.text, joined(&text.spans)),
                None => format!("{}\n", joined(&text.spans)),
            },
            Self::Table(table) => {
                let rows = std::iter::once(&table.head).chain(&table.rows);
                rows.map(|row| row.join(" · ") + "\n").collect::<String>() + "\n"
            }
            Self::Facts(facts) => facts.iter().map(|(label, value)| format!("{label}: {value}\n")).collect(),
            Self::Qr { title, note, .. } => format!("{title}\n{note}\n"),
            Self::Slots(slots) => slots
                .iter()
                .map(|slot| format!("{}. {}\n{}\n\n", slot.number, slot.role, slot.lines.join("\n")))
                .collect(),
            Self::PageBreak => "\n".into(),
            Self::Contents | Self::Ornament { .. } | Self::Gap(_) => String::new(),
        }
    }
}

/// A look of the document: the few that there are, so that everything agrees.
pub(super) const fn look(family: Family, size: f32, leading: f32, ink: Ink) -> Look {
    Look {
        family,
        size,
        bold: false,
        italic: false,
        leading,
        align: Alignment::Start,
        voice: Voice { ink, foreign: false },
    }
}

pub(super) const BODY: Look = Look { align: Alignment::Justify, ..look(Family::Serif, 9.8, 14.4, Ink::Body) };
pub(super) const HEADING: Look = Look { bold: true, ..look(Family::Sans, 14.0, 19.0, Ink::Accent) };
pub(super) const CLAUSE: Look = Look { bold: true, ..look(Family::Sans, 10.2, 14.4, Ink::Accent) };
pub(super) const GLOSS: Look = Look {
    italic: true,
    voice: Voice { ink: Ink::Muted, foreign: true },
    ..look(Family::Serif, 9.4, 14.4, Ink::Muted)
};
pub(super) const TITLE: Look =
    Look { bold: true, align: Alignment::Center, ..look(Family::Serif, 27.0, 34.0, Ink::Accent) };
pub(super) const CENTRE: Look = Look { align: Alignment::Center, ..look(Family::Sans, 10.0, 15.0, Ink::Muted) };
pub(super) const CELL: Look = look(Family::Sans, 8.8, 12.4, Ink::Body);
pub(super) const CELL_HEAD: Look = Look { bold: true, ..look(Family::Sans, 8.6, 12.4, Ink::Accent) };
pub(super) const SMALL: Look = look(Family::Sans, 7.6, 10.6, Ink::Muted);

/// A span of text in a look.
pub(super) fn span(text: impl Into<String>, look: Look) -> Span {
    Span { text: text.into(), look }
}

/// A block of text in one look, without number or indent.
pub(super) fn text(role: Role, spans: Vec<Span>, before: f32, after: f32) -> Text {
    let keep = matches!(role, Role::Heading(_));
    Text { role, label: None, spans, hang: 0.0, indent: 0.0, before, after, keep, anchor: false }
}
