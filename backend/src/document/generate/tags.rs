//! The structure tree: what a screen reader reads, in reading order (PDF/UA-1).

use std::collections::HashMap;
use std::num::NonZeroU16;

use krilla::tagging::{Identifier, ListNumbering, Node, TableHeaderScope, Tag, TagGroup, TagTree};

use super::block::{Block, Role, Slot, Table, Text};
use super::paginate::{Key, Pages, SEAL, SERIALS};
use crate::kernel::words::Lang;

/// What was drawn, by block and part.
pub(super) type Drawn = HashMap<Key, Vec<Identifier>>;

/// The tree of `blocks`, over what was drawn of them. The serial numbers of all pages come last, so that they do
/// not interrupt the reading.
pub(super) fn tree(blocks: &[Block], pages: &Pages, drawn: Drawn, lang: Lang) -> TagTree {
    let mut builder = Builder { drawn, nodes: Vec::new(), items: Vec::new() };
    for (index, block) in blocks.iter().enumerate() {
        builder.block(index, block, pages);
    }
    builder.close_list();
    let mut fields = TagGroup::new(Tag::Div);
    for part in std::iter::once(SEAL).chain(0..pages.pages.len()) {
        fields.push(TagGroup::with_children(Tag::Form, builder.take(SERIALS, part)));
    }
    builder.nodes.push(fields.into());
    let mut tree = TagTree::new().with_lang(Some(lang.tag().to_owned()));
    for node in builder.nodes {
        tree.push(node);
    }
    tree
}

/// A list item: label, words, and the items below it.
type Item = (Vec<Node>, Vec<Node>, Vec<Node>);

struct Builder {
    drawn: Drawn,
    nodes: Vec<Node>,
    items: Vec<Item>,
}

impl Builder {
    fn take(&mut self, block: usize, part: usize) -> Vec<Node> {
        self.drawn.remove(&Key { block, part }).unwrap_or_default().into_iter().map(Node::from).collect()
    }

    fn paragraph(&mut self, block: usize, part: usize) -> Node {
        TagGroup::with_children(Tag::P, self.take(block, part)).into()
    }

    fn block(&mut self, index: usize, block: &Block, pages: &Pages) {
        if let Block::Text(Text { role: Role::Item(depth), .. }) = block {
            return self.item(index, *depth);
        }
        self.close_list();
        match block {
            Block::Text(text) => self.text(index, text),
            Block::Table(table) => self.table(index, table),
            Block::Facts(facts) => {
                for part in 0..2 * facts.len() {
                    let node = self.paragraph(index, part);
                    self.nodes.push(node);
                }
            }
            Block::Contents => self.contents(index, pages.anchors.len()),
            Block::Qr { .. } => {
                let children = vec![self.paragraph(index, 0), self.paragraph(index, 1), self.form(index, 2)];
                self.nodes.push(TagGroup::with_children(Tag::Div, children).into());
            }
            Block::Slots(slots) => slots.iter().for_each(|slot| self.slot(index, slot)),
            Block::Ornament { .. } | Block::Gap(_) | Block::PageBreak => {}
        }
    }

    fn form(&mut self, block: usize, part: usize) -> Node {
        TagGroup::with_children(Tag::Form, self.take(block, part)).into()
    }

    fn text(&mut self, index: usize, text: &Text) {
        let mut children = self.take(index, 0);
        children.extend(self.take(index, 1));
        let title = text.spans.first().map(|span| span.text.clone());
        let level = match text.role {
            Role::Heading(level) => NonZeroU16::new(u16::from(level)),
            Role::Paragraph | Role::Item(_) => None,
        };
        let group = match level {
            Some(level) => TagGroup::with_children(Tag::Hn(level, title), children),
            None => TagGroup::with_children(Tag::P, children),
        };
        self.nodes.push(group.into());
    }

    fn item(&mut self, index: usize, depth: u8) {
        let label = self.take(index, 0);
        let words = vec![self.paragraph(index, 1)];
        match self.items.last_mut() {
            Some((_, _, below)) if depth > 1 => below.push(list_item(label, words)),
            _ => self.items.push((label, words, Vec::new())),
        }
    }

    fn close_list(&mut self) {
        if self.items.is_empty() {
            return;
        }
        let mut list = TagGroup::new(Tag::L(ListNumbering::Decimal));
        for (label, mut words, below) in std::mem::take(&mut self.items) {
            if !below.is_empty() {
                words.push(TagGroup::with_children(Tag::L(ListNumbering::LowerAlpha), below).into());
            }
            list.push(list_item(label, words));
        }
        self.nodes.push(list.into());
    }

    fn contents(&mut self, index: usize, entries: usize) {
        let mut contents = TagGroup::new(Tag::TOC);
        for entry in 0..entries {
            let mut children = self.take(index, 2 * entry + 1);
            children.extend(self.take(index, 2 * entry));
            let link = TagGroup::with_children(Tag::Link, children);
            let reference = TagGroup::with_children(Tag::Reference, vec![link.into()]);
            contents.push(TagGroup::with_children(Tag::TOCI, vec![reference.into()]));
        }
        self.nodes.push(contents.into());
    }

    fn table(&mut self, index: usize, table: &Table) {
        let columns = table.columns.len();
        let mut head = TagGroup::new(Tag::TR);
        for column in 0..columns {
            let cell = vec![self.paragraph(index, column)];
            head.push(TagGroup::with_children(Tag::TH(TableHeaderScope::Column), cell));
        }
        let mut body = TagGroup::new(Tag::TBody);
        for row in 1..=table.rows.len() {
            let mut group = TagGroup::new(Tag::TR);
            for column in 0..columns {
                let cell = vec![self.paragraph(index, row * columns + column)];
                group.push(if column == 0 && table.row_heads {
                    TagGroup::with_children(Tag::TH(TableHeaderScope::Row), cell)
                } else {
                    TagGroup::with_children(Tag::TD, cell)
                });
            }
            body.push(group);
        }
        let head = TagGroup::with_children(Tag::THead, vec![head.into()]);
        let tag = Tag::Table.with_summary(Some(table.summary.clone()));
        self.nodes.push(TagGroup::with_children(tag, vec![head.into(), body.into()]).into());
    }

    fn slot(&mut self, index: usize, slot: &Slot) {
        let part = 2 * (slot.number - 1);
        let children = vec![self.paragraph(index, part), self.form(index, part + 1)];
        self.nodes.push(TagGroup::with_children(Tag::Div, children).into());
    }
}

fn list_item(label: Vec<Node>, words: Vec<Node>) -> Node {
    let label = TagGroup::with_children(Tag::Lbl, label);
    let body = TagGroup::with_children(Tag::LBody, words);
    TagGroup::with_children(Tag::LI, vec![label.into(), body.into()]).into()
}
