//! From data and words to blocks.

use std::collections::BTreeMap;

use parley::Alignment;

use super::block::{
    BODY, Block, CENTRE, CLAUSE, GLOSS, HEADING, Role, SMALL, Slot, TITLE, Table, Text, WIDTH, span, text,
};
use super::fonts::{Ink, Look, Span, Voice};
use super::money::{figures, hundredths, ringgit, words};
use super::template::{Schedule, Section, Template, fill, say, text as word};
use super::{AgreementData, Company, GenerateError, SLOTS};

/// The values the words may name.
type Values<'a> = Vec<(&'static str, &'a str)>;

/// The blocks of the agreement in reading order.
pub(super) fn compose(data: &AgreementData, template: &Template) -> Result<Vec<Block>, GenerateError> {
    let price = ringgit(data.price_sen);
    let price_words = words(data.price_sen, data.lang);
    let (year, month, day) = data.issued.myt_ymd();
    let date = format!("{day:02}/{month:02}/{year}");
    let values: Values<'_> = vec![
        ("project", &data.project.name),
        ("code", &data.project.code),
        ("unit", &data.unit.number),
        ("price", &price),
        ("price_words", &price_words),
        ("date", &date),
    ];
    let mut blocks = cover(data, template, &values)?;
    let contents = (word(&template.labels, "contents")?, word(&template.labels, "contents_gloss")?);
    blocks.push(heading(contents.0, contents.1, false));
    blocks.push(Block::Contents);
    blocks.push(Block::PageBreak);
    particulars(data, template, &mut blocks)?;
    blocks.push(Block::PageBreak);
    recitals(&template.recitals, &values, &mut blocks)?;
    for (index, section) in template.clauses.iter().enumerate() {
        clause(index + 1, section, &values, &mut blocks)?;
    }
    payment(data, template, &values, &mut blocks)?;
    schedule(&template.fittings, &[118.0, WIDTH - 188.0, 70.0], false, &mut blocks);
    schedule(&template.common, &[36.0, WIDTH - 176.0, 140.0], true, &mut blocks);
    signing(data, template, &mut blocks)?;
    Ok(blocks)
}

fn heading(title: &str, gloss: &str, anchor: bool) -> Block {
    let spans = vec![span(title, HEADING), span(format!("\n{gloss}"), GLOSS)];
    Block::Text(Text { anchor, ..text(Role::Heading(2), spans, 0.0, 10.0) })
}

fn paragraph(words: &str, before: f32, after: f32) -> Block {
    Block::Text(text(Role::Paragraph, vec![span(words, BODY)], before, after))
}

fn cover(data: &AgreementData, template: &Template, values: &Values<'_>) -> Result<Vec<Block>, GenerateError> {
    let cover = &template.cover;
    let centred = |words: &str, look: Look, before: f32, after: f32| {
        Block::Text(text(Role::Paragraph, vec![span(words, look)], before, after))
    };
    let strong = Look { bold: true, size: 13.0, leading: 19.0, voice: ink(Ink::Body), ..CENTRE };
    let foreign = Look { align: Alignment::Center, size: 13.0, leading: 19.0, ..GLOSS };
    let name = |name: &str, what: &str, blocks: &mut Vec<Block>| {
        blocks.push(centred(name, strong, 0.0, 0.0));
        blocks.push(centred(what, CENTRE, 0.0, 0.0));
    };
    let mut blocks = vec![
        Block::Gap(34.0),
        centred(
            &format!("{}  ·  {}", data.project.name, data.project.code),
            Look { bold: true, size: 10.5, voice: ink(Ink::Muted), ..CENTRE },
            0.0,
            16.0,
        ),
        Block::Text(text(Role::Heading(1), vec![span(word(cover, "title")?, TITLE)], 0.0, 2.0)),
        centred(word(cover, "gloss")?, foreign, 0.0, 6.0),
        centred(word(cover, "subtitle")?, CENTRE, 0.0, 0.0),
        Block::Ornament { before: 18.0, after: 18.0 },
        centred(word(cover, "between")?, SMALL_CENTRE, 0.0, 8.0),
    ];
    name(&data.developer.name, word(cover, "developer")?, &mut blocks);
    if let Some(landowner) = &data.landowner {
        blocks.push(centred(word(cover, "landowner_and")?, SMALL_CENTRE, 10.0, 8.0));
        name(&landowner.name, word(cover, "landowner")?, &mut blocks);
    }
    blocks.push(centred(word(cover, "and")?, SMALL_CENTRE, 10.0, 8.0));
    for purchaser in &data.purchasers {
        name(&purchaser.name, word(cover, "purchaser")?, &mut blocks);
    }
    blocks.push(Block::Ornament { before: 18.0, after: 14.0 });
    blocks.push(centred(&say(word(cover, "dated")?, values)?, CENTRE, 0.0, 20.0));
    let rows = &template.particulars.rows;
    blocks.push(Block::Facts(vec![
        (word(rows, "unit")?.into(), data.unit.number.clone()),
        (word(rows, "code")?.into(), data.project.code.clone()),
        (word(rows, "price")?.into(), ringgit(data.price_sen)),
    ]));
    blocks.push(Block::Qr {
        title: word(cover, "qr_title")?.into(),
        note: word(cover, "qr_note")?.into(),
        tooltip: word(cover, "qr_tooltip")?.into(),
    });
    blocks.push(Block::PageBreak);
    Ok(blocks)
}

const SMALL_CENTRE: Look = Look { align: Alignment::Center, size: 8.4, ..SMALL };

const fn ink(ink: Ink) -> Voice {
    Voice { ink, foreign: false }
}

fn particulars(data: &AgreementData, template: &Template, blocks: &mut Vec<Block>) -> Result<(), GenerateError> {
    let part = &template.particulars;
    let rows = &part.rows;
    let mut table: Vec<Vec<String>> = Vec::new();
    let mut row = |key: &str, value: &str| -> Result<(), GenerateError> {
        table.push(vec![word(rows, key)?.to_owned(), value.to_owned()]);
        Ok(())
    };
    row("project", &data.project.name)?;
    row("code", &data.project.code)?;
    row("site", &data.project.address)?;
    row("permit", &data.project.permit)?;
    row("account", &data.project.account)?;
    row("developer", &company(&data.developer))?;
    if let Some(licence) = &data.developer.licence {
        row("licence", licence)?;
    }
    if let Some(representative) = &data.developer.representative {
        row("representative", representative)?;
    }
    match &data.landowner {
        Some(landowner) => row("landowner", &company(landowner))?,
        None => row("landowner", word(rows, "landowner_self")?)?,
    }
    for purchaser in &data.purchasers {
        row("purchaser", &format!("{} ({})\n{}", purchaser.name, purchaser.ic_masked, purchaser.address))?;
    }
    row("unit", &data.unit.number)?;
    row("kind", &data.unit.kind)?;
    row("place", &data.unit.place)?;
    row("area", &format!("{} m²", hundredths(data.unit.area_centi_sqm)))?;
    row("parking", &data.unit.parking)?;
    row("title", &data.land.title)?;
    row("lot", &data.land.lot)?;
    row("land_place", &data.land.place)?;
    row("tenure", &data.land.tenure)?;
    row("encumbrance", &data.land.encumbrance)?;
    row("price", &format!("{}\n{}", ringgit(data.price_sen), words(data.price_sen, data.lang)))?;
    blocks.push(heading(&part.title, &part.gloss, true));
    blocks.push(paragraph(&part.intro, 0.0, 8.0));
    blocks.push(Block::Table(Table {
        summary: part.title.clone(),
        columns: vec![132.0, WIDTH - 132.0],
        aligns: vec![Alignment::Start, Alignment::Start],
        head: vec![part.head_item.clone(), part.head_value.clone()],
        rows: table,
        row_heads: true,
        total: false,
    }));
    Ok(())
}

fn company(company: &Company) -> String {
    format!("{} ({})\n{}", company.name, company.number, company.address)
}

fn recitals(section: &Section, values: &Values<'_>, blocks: &mut Vec<Block>) -> Result<(), GenerateError> {
    blocks.push(heading(&section.title, &section.gloss, true));
    for (index, line) in section.text.lines().enumerate() {
        blocks.push(item(1, format!("{}.", letter(index).to_ascii_uppercase()), line, values)?);
    }
    Ok(())
}

fn clause(number: usize, section: &Section, values: &Values<'_>, blocks: &mut Vec<Block>) -> Result<(), GenerateError> {
    let spans = vec![span(&*section.title, CLAUSE), span("\u{2003}", CLAUSE), span(&*section.gloss, GLOSS)];
    blocks.push(Block::Text(Text {
        label: Some(span(format!("{number}."), CLAUSE)),
        indent: 30.0,
        anchor: true,
        ..text(Role::Heading(2), spans, 11.0, 3.0)
    }));
    let (mut sub, mut point) = (0, 0);
    for line in section.text.lines() {
        if let Some(line) = line.strip_prefix("- ") {
            blocks.push(item(2, format!("({})", letter(point)), line, values)?);
            point += 1;
        } else {
            (sub, point) = (sub + 1, 0);
            blocks.push(item(1, format!("{number}.{sub}"), line, values)?);
        }
    }
    Ok(())
}

fn letter(index: usize) -> char {
    u8::try_from(index).map_or('?', |index| char::from(b'a' + index % 26))
}

fn item(depth: u8, label: String, line: &str, values: &Values<'_>) -> Result<Block, GenerateError> {
    let spans: Vec<Span> =
        fill(line, values)?.into_iter().map(|(text, bold)| span(text, Look { bold, ..BODY })).collect();
    let (hang, indent) = if depth == 1 { (0.0, 30.0) } else { (30.0, 52.0) };
    let label = Some(span(label, Look { align: Alignment::Start, ..BODY }));
    Ok(Block::Text(Text { label, hang, indent, ..text(Role::Item(depth), spans, 0.0, 3.6) }))
}

fn payment(
    data: &AgreementData,
    template: &Template,
    values: &Values<'_>,
    blocks: &mut Vec<Block>,
) -> Result<(), GenerateError> {
    let part = &template.payment;
    blocks.push(Block::PageBreak);
    blocks.push(heading(&part.title, &part.gloss, true));
    blocks.push(paragraph(&say(&part.intro, values)?, 0.0, 8.0));
    let mut rows = Vec::new();
    let mut paid = 0;
    for (index, (percent, stage)) in part.stages.iter().enumerate() {
        let last = index + 1 == part.stages.len();
        let amount = if last { data.price_sen - paid } else { share(data.price_sen, *percent) };
        paid += amount;
        rows.push(vec![(index + 1).to_string(), stage.clone(), percentage(*percent), figures(amount)]);
    }
    rows.push(vec![String::new(), part.total.clone(), percentage(10_000), figures(paid)]);
    blocks.push(Block::Table(Table {
        summary: part.title.clone(),
        columns: vec![36.0, WIDTH - 206.0, 70.0, 100.0],
        aligns: vec![Alignment::Start, Alignment::Start, Alignment::End, Alignment::End],
        head: part.head.clone(),
        rows,
        row_heads: false,
        total: true,
    }));
    Ok(())
}

/// `percent` hundredths of a percent of `sen`, rounded half up.
fn share(sen: i64, percent: i64) -> i64 {
    let exact = i128::from(sen) * i128::from(percent);
    i64::try_from((exact + 5_000) / 10_000).unwrap_or(i64::MAX)
}

fn percentage(percent: i64) -> String {
    format!("{} %", hundredths(percent))
}

fn schedule(part: &Schedule, columns: &[f32], numbered: bool, blocks: &mut Vec<Block>) {
    blocks.push(Block::PageBreak);
    blocks.push(heading(&part.title, &part.gloss, true));
    blocks.push(paragraph(&part.intro, 0.0, 8.0));
    let rows = part.rows.iter().enumerate().map(|(index, row)| {
        let number = numbered.then(|| (index + 1).to_string());
        number.into_iter().chain(row.iter().cloned()).collect()
    });
    blocks.push(Block::Table(Table {
        summary: part.title.clone(),
        columns: columns.to_vec(),
        aligns: vec![Alignment::Start; columns.len()],
        head: part.head.clone(),
        rows: rows.collect(),
        row_heads: !numbered,
        total: false,
    }));
}

fn signing(data: &AgreementData, template: &Template, blocks: &mut Vec<Block>) -> Result<(), GenerateError> {
    let part = &template.signing;
    blocks.push(Block::PageBreak);
    blocks.push(heading(word(part, "title")?, word(part, "gloss")?, true));
    blocks.push(paragraph(word(part, "intro")?, 0.0, 12.0));
    let mut slots = Vec::with_capacity(SLOTS);
    for number in 1..=SLOTS {
        slots.push(slot(number, data, part)?);
    }
    blocks.push(Block::Slots(slots));
    let end = Look { align: Alignment::Center, ..SMALL };
    blocks.push(Block::Text(text(Role::Paragraph, vec![span(word(part, "end")?, end)], 6.0, 0.0)));
    Ok(())
}

fn slot(number: usize, data: &AgreementData, part: &BTreeMap<String, String>) -> Result<Slot, GenerateError> {
    let digits = number.to_string();
    let Some(party) = data.parties.get(number - 1) else {
        let tooltip = say(word(part, "spare_tooltip")?, &[("number", &digits)])?;
        let lines = vec![word(part, "spare_note")?.to_owned()];
        return Ok(Slot { number, role: word(part, "spare")?.to_owned(), lines, tooltip, spare: true });
    };
    let mut lines = vec![format!("{} ({})", party.name, party.ic_masked)];
    if let Some(company) = &party.on_behalf_of {
        lines.push(say(word(part, "on_behalf_of")?, &[("name", company)])?);
    }
    if let Some(other) = party.witness_of {
        let witnessed = (other + 1).to_string();
        lines.push(say(word(part, "witness_of")?, &[("number", &witnessed)])?);
    }
    let values = [("number", &*digits), ("role", &*party.role), ("name", &*party.name)];
    let tooltip = say(word(part, "tooltip")?, &values)?;
    Ok(Slot { number, role: party.role.clone(), lines, tooltip, spare: false })
}
