//! What a payment document says: to whom, from which lines, how much.

use serde::{Deserialize, Serialize};

use super::amount::Amount;
use super::input::IgfmasInput;
use crate::person::printable_line;

/// More lines than any one document has; larger runs are batches (FIN-31).
const MOST_LINES: usize = 200;

/// The payment data of one version of a document, complete and in order.
///
/// Canonical bytes: JSON (RFC 8259) in UTF-8 without white space, members in the order of these declarations, texts in
/// Unicode normal form C, amounts as integers in sen. The same data are the same bytes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payload {
    purpose: String,
    payee: Payee,
    lines: Vec<Line>,
}

/// Who is paid.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payee {
    /// The name.
    pub name: String,
    /// The bank.
    pub bank: String,
    /// The number of the account: 5 to 20 digits.
    pub account: String,
}

/// One line: what it is for, which account it is charged to, how much.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// What it is for.
    pub text: String,
    /// The code of the account: 1 to 20 letters, digits, dots and hyphens.
    pub code: String,
    /// Hundredths of a ringgit.
    pub sen: i64,
}

impl Payload {
    /// Payment data of 1 to 200 lines. Texts are brought into normal form.
    ///
    /// # Errors
    /// [`IgfmasInput::Payload`] when a text is empty, too long or not printable or a code is none;
    /// [`IgfmasInput::Amount`] when a line or the sum is no amount.
    pub fn new(purpose: &str, payee: &Payee, lines: &[Line]) -> Result<Self, IgfmasInput> {
        let text = |text: &str| printable_line(text, 120).ok_or(IgfmasInput::Payload);
        let digits = payee.account.bytes().all(|byte| byte.is_ascii_digit());
        if !digits || !(5..=20).contains(&payee.account.len()) || !(1..=MOST_LINES).contains(&lines.len()) {
            return Err(IgfmasInput::Payload);
        }
        let payee = Payee { name: text(&payee.name)?, bank: text(&payee.bank)?, account: payee.account.clone() };
        let line = |line: &Line| {
            let ok = line.code.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
            if !ok || !(1..=20).contains(&line.code.len()) {
                return Err(IgfmasInput::Payload);
            }
            Amount::new(line.sen)?;
            Ok(Line { text: text(&line.text)?, code: line.code.clone(), sen: line.sen })
        };
        let lines = lines.iter().map(line).collect::<Result<Vec<_>, _>>()?;
        Amount::new(sum(&lines))?;
        Ok(Self { purpose: text(purpose)?, payee, lines })
    }

    /// The canonical bytes.
    pub fn bytes(&self) -> Vec<u8> {
        // Texts and integers: there is nothing that JSON could refuse.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads [`bytes`](Self::bytes) back; `None` for anything else, also for the same data in other bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let read: Self = serde_json::from_slice(bytes).ok()?;
        let again = Self::new(&read.purpose, &read.payee, &read.lines).ok()?;
        (again.bytes() == bytes).then_some(again)
    }

    /// What is paid for.
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// Who is paid.
    pub const fn payee(&self) -> &Payee {
        &self.payee
    }

    /// The lines in order.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The sum of the lines.
    ///
    /// # Errors
    /// [`IgfmasInput::Amount`], never for what [`new`](Self::new) accepted.
    pub fn total(&self) -> Result<Amount, IgfmasInput> {
        Amount::new(sum(&self.lines))
    }
}

fn sum(lines: &[Line]) -> i64 {
    lines.iter().fold(0, |sum: i64, line| sum.saturating_add(line.sen))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The payment of TV-7 in two lines.
    pub(in super::super) fn payload() -> Payload {
        let payee = Payee {
            name: "SYARIKAT CONTOH (SPESIMEN) SDN. BHD.".to_owned(),
            bank: "Bank Contoh".to_owned(),
            account: "0000123456".to_owned(),
        };
        let line = |text: &str, sen| Line { text: text.to_owned(), code: "B.27-101".to_owned(), sen };
        Payload::new("Bekalan alat tulis", &payee, &[line("Kertas", 2_000_000), line("Pen", 991_135)])
            .expect("a payload")
    }

    #[test]
    fn the_same_payment_is_the_same_bytes() {
        let bytes = payload().bytes();
        assert_eq!(Payload::from_bytes(&bytes), Some(payload()));
        assert_eq!(payload().total().expect("a sum").plain(), "29911.35");
        let text = String::from_utf8(bytes).expect("UTF-8");
        assert!(text.starts_with(r#"{"purpose":"Bekalan alat tulis","payee":{"name":"SYARIKAT"#), "{text}");
        assert_eq!(Payload::from_bytes(text.replace("\":", "\": ").as_bytes()), None, "white space");
        assert_eq!(Payload::from_bytes(text.replace("{\"text", "{\"x\":1,\"text").as_bytes()), None, "a stranger");
        assert_eq!(Payload::from_bytes(text.replace("Kertas", "e\u{301}").as_bytes()), None, "another normal form");
    }

    #[test]
    fn what_cannot_be_paid_is_refused() {
        let good = payload();
        let made = |payee: &Payee, lines: &[Line]| Payload::new("Bekalan", payee, lines).expect_err("refused");
        let payee = good.payee();
        assert_eq!(made(payee, &[]), IgfmasInput::Payload);
        assert_eq!(
            made(&Payee { account: "12-34567".to_owned(), ..payee.clone() }, good.lines()),
            IgfmasInput::Payload
        );
        assert_eq!(made(&Payee { name: "A\u{202e}B".to_owned(), ..payee.clone() }, good.lines()), IgfmasInput::Payload);
        let line = good.lines()[0].clone();
        for sen in [0, -1, i64::MAX] {
            assert_eq!(made(payee, &[Line { sen, ..line.clone() }]), IgfmasInput::Amount, "{sen}");
        }
        let most = Line { sen: Amount::MAX.sen(), ..line.clone() };
        assert_eq!(made(payee, &[most.clone(), most]), IgfmasInput::Amount);
        assert_eq!(made(payee, &[Line { code: "B 27".to_owned(), ..line.clone() }]), IgfmasInput::Payload);
        assert_eq!(made(payee, &vec![line; 201]), IgfmasInput::Payload);
    }
}
