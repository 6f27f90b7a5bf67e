//! The payment instruction (arahan bayaran): what officers certify, one signing block for each of them.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use parley::Alignment;

use super::block::{BODY, Block, CENTRE, HEADING, Role, SMALL, Slot, TITLE, Table, Text, WIDTH, span, text};
use super::fonts::Look;
use super::money::{figures, ringgit, words as in_words};
use super::sheet::Sheet;
use super::template::{say, text as word};
use super::{Base, GenerateError, SLOTS, print};
use crate::kernel::clock::Timestamp;
use crate::kernel::words::Lang;

/// A payment instruction.
#[derive(Clone, Debug)]
pub struct PaymentData {
    /// Names the file: document and version.
    pub id: String,
    /// The version, from 1.
    pub version: u32,
    /// When it was submitted.
    pub issued: Timestamp,
    /// Number, module and name of the work process.
    pub process: String,
    /// The office that pays, with its code.
    pub office: String,
    /// The office that receives, where there is one.
    pub receiver: Option<String>,
    /// Company code.
    pub company: String,
    /// The reference.
    pub reference: String,
    /// The "Data Hash To Sign" as it is shown.
    pub hash: String,
    /// What is paid for.
    pub purpose: String,
    /// Who is paid.
    pub payee: String,
    /// Their bank.
    pub bank: String,
    /// The number of their account.
    pub account: String,
    /// The lines in order.
    pub lines: Vec<PaymentLine>,
    /// Who certifies, in order: the names of the roles.
    pub certifiers: Vec<String>,
}

/// One line of a payment.
#[derive(Clone, Debug)]
pub struct PaymentLine {
    /// What it is for.
    pub text: String,
    /// The code of the account.
    pub code: String,
    /// Hundredths of a ringgit.
    pub sen: i64,
}

/// The words, read from `backend/assets/payment`.
type Words = BTreeMap<String, String>;

fn words() -> Result<&'static Words, GenerateError> {
    static MALAY: OnceLock<Result<Words, String>> = OnceLock::new();
    let read = || toml::from_str(include_str!("../../../assets/payment/ms.toml"));
    let malay = MALAY.get_or_init(|| read().map_err(|error| format!("payment/ms.toml: {error}")));
    malay.as_ref().map_err(|error| GenerateError::Broken(error.clone()))
}

/// Generates a payment instruction in Malay, marked SPESIMEN; its fields are `Cert0` and `Party1`, `Party2`, ….
///
/// # Errors
/// No certifier or too many of them; a character that no bundled font has; a fault of the generator.
pub fn payment(data: &PaymentData) -> Result<Base, GenerateError> {
    match data.certifiers.len() {
        0 => return Err(GenerateError::NoParties),
        count if count > SLOTS => return Err(GenerateError::TooManyParties(count)),
        _ => {}
    }
    let malay = words()?;
    let sheet = Sheet {
        lang: Lang::Ms,
        mark: word(malay, "mark")?.to_owned(),
        about: format!("{} · {} · {}", word(malay, "short")?, data.company, data.reference),
        footer: word(malay, "footer")?.to_owned(),
        version: say(word(malay, "version")?, &[("version", &data.version.to_string())])?,
        numbered: word(malay, "page")?.to_owned(),
        seal: word(malay, "seal_tooltip")?.to_owned(),
        serial: None,
        author: data.office.clone(),
        issued: data.issued,
        id: data.id.clone(),
    };
    print(&compose(data, malay)?, &sheet, data.certifiers.len())
}

fn compose(data: &PaymentData, malay: &Words) -> Result<Vec<Block>, GenerateError> {
    let total = data.lines.iter().fold(0, |sum: i64, line| sum.saturating_add(line.sen));
    let paragraph = |words: &str, look: Look, before: f32, after: f32| {
        Block::Text(text(Role::Paragraph, vec![span(words, look)], before, after))
    };
    let title = Look { size: 20.0, leading: 26.0, ..TITLE };
    let mut blocks = vec![
        Block::Text(text(Role::Heading(1), vec![span(word(malay, "title")?, title)], 0.0, 2.0)),
        paragraph(&data.process, CENTRE, 0.0, 12.0),
        Block::Facts(vec![
            (word(malay, "reference")?.into(), data.reference.clone()),
            (word(malay, "company")?.into(), data.company.clone()),
            (word(malay, "total")?.into(), ringgit(total)),
        ]),
        heading(word(malay, "facts")?),
        Block::Table(facts(data, malay, total)?),
        heading(word(malay, "lines")?),
        Block::Table(lines(data, malay, total)?),
        heading(word(malay, "signing")?),
        paragraph(word(malay, "intro")?, BODY, 0.0, 8.0),
    ];
    let slots = (1..).zip(&data.certifiers).map(|(number, role)| slot(number, role, malay));
    blocks.push(Block::Slots(slots.collect::<Result<_, _>>()?));
    blocks.push(paragraph(word(malay, "end")?, Look { align: Alignment::Center, ..SMALL }, 6.0, 0.0));
    Ok(blocks)
}

fn heading(title: &str) -> Block {
    let look = Look { size: 11.5, leading: 16.0, ..HEADING };
    Block::Text(Text { anchor: true, ..text(Role::Heading(2), vec![span(title, look)], 10.0, 5.0) })
}

fn facts(data: &PaymentData, malay: &Words, total: i64) -> Result<Table, GenerateError> {
    let mut rows = Vec::new();
    let mut row = |key: &str, value: &str| -> Result<(), GenerateError> {
        rows.push(vec![word(malay, key)?.to_owned(), value.to_owned()]);
        Ok(())
    };
    row("office", &data.office)?;
    if let Some(receiver) = &data.receiver {
        row("receiver", receiver)?;
    }
    row("issued", &data.issued.myt())?;
    row("purpose", &data.purpose)?;
    row("payee", &data.payee)?;
    row("bank", &data.bank)?;
    row("account", &data.account)?;
    row("hash", &data.hash)?;
    row("total", &format!("{}\n{}", ringgit(total), in_words(total, Lang::Ms)))?;
    Ok(Table {
        summary: word(malay, "facts")?.to_owned(),
        columns: vec![132.0, WIDTH - 132.0],
        aligns: vec![Alignment::Start; 2],
        head: vec![word(malay, "item")?.to_owned(), word(malay, "facts")?.to_owned()],
        rows,
        row_heads: true,
        total: false,
    })
}

fn lines(data: &PaymentData, malay: &Words, total: i64) -> Result<Table, GenerateError> {
    let line = |(number, line): (usize, &PaymentLine)| {
        vec![number.to_string(), line.text.clone(), line.code.clone(), figures(line.sen)]
    };
    let mut rows: Vec<Vec<String>> = (1..).zip(&data.lines).map(line).collect();
    rows.push(vec![String::new(), word(malay, "total")?.to_owned(), String::new(), figures(total)]);
    let head = ["number", "text", "code", "amount"].map(|key| word(malay, key).map(str::to_owned));
    Ok(Table {
        summary: word(malay, "lines")?.to_owned(),
        columns: vec![30.0, WIDTH - 240.0, 105.0, 105.0],
        aligns: vec![Alignment::Start, Alignment::Start, Alignment::Start, Alignment::End],
        head: head.into_iter().collect::<Result<_, _>>()?,
        rows,
        row_heads: false,
        total: true,
    })
}

fn slot(number: usize, role: &str, malay: &Words) -> Result<Slot, GenerateError> {
    let values = [("number", &*number.to_string()), ("role", role)];
    Ok(Slot {
        number,
        role: role.to_owned(),
        lines: vec![word(malay, "officer")?.to_owned()],
        tooltip: say(word(malay, "slot_tooltip")?, &values)?,
        spare: false,
    })
}
