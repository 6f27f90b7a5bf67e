//! A form as typed: parsed field by field into the house's types, shown again with what was typed and what
//! to mend. Secrets are never shown again.

use std::collections::{BTreeMap, BTreeSet};

use mohor_shared::code::SixDigits;
use mohor_shared::ic::IdNumber;
use mohor_shared::pin::Pin;

use crate::factor::CodeRefused;
use crate::kernel::error::{Fault, Kind};
use crate::kernel::settings::PinPolicy;
use crate::kernel::words::Lang;
use crate::person::ParticularError;
use crate::web::problem::Problem;

/// Fields that are never echoed.
const SECRETS: [&str; 10] = [
    "kod_pemulihan",
    "csrf",
    "kata_laluan",
    "kata_laluan_lagi",
    "pin",
    "pin_lagi",
    "kod",
    "kod_totp",
    "kod_konsol",
    "lukisan",
];

/// What a field of a page may lack, beyond what the rooms say of their own types.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FieldFault {
    /// The PIN breaks a rule of PIN-5.
    #[error("the PIN breaks a rule")]
    PinRules,
    /// PIN and Sahkan PIN differ (CERT-7).
    #[error("the two PINs differ")]
    PinsDiffer,
    /// The two passwords differ.
    #[error("the two passwords differ")]
    PasswordsDiffer,
    /// The box was not ticked (SIGN-3).
    #[error("not ticked")]
    Tick,
    /// Nothing was drawn or typed (SIGN-7).
    #[error("no signature drawn or typed")]
    Drawing,
    /// Nothing was chosen.
    #[error("nothing chosen")]
    Choice,
    /// Not everything on the list was ticked.
    #[error("the checklist is not complete")]
    Checklist,
    /// No file was sent.
    #[error("no file")]
    File,
    /// The file is larger than an agreement can be.
    #[error("file too large")]
    FileTooLarge,
    /// Nothing was written.
    #[error("nothing written")]
    Empty,
    /// No recovery code looks like this.
    #[error("not a recovery code")]
    Recovery,
    /// Nobody is registered with this number.
    #[error("nobody with this number")]
    Nobody,
}

impl FieldFault {
    /// All of them, for the test of the words.
    pub const ALL: [Self; 12] = [
        Self::PinRules,
        Self::PinsDiffer,
        Self::PasswordsDiffer,
        Self::Tick,
        Self::Drawing,
        Self::Choice,
        Self::Checklist,
        Self::File,
        Self::FileTooLarge,
        Self::Empty,
        Self::Recovery,
        Self::Nobody,
    ];
}

impl Fault for FieldFault {
    fn code(&self) -> &'static str {
        match self {
            Self::PinRules => "field-pin-rules",
            Self::PinsDiffer => "field-pins-differ",
            Self::PasswordsDiffer => "field-passwords-differ",
            Self::Tick => "field-tick",
            Self::Drawing => "field-drawing",
            Self::Choice => "field-choice",
            Self::Checklist => "field-checklist",
            Self::File => "field-file",
            Self::FileTooLarge => "field-file-too-large",
            Self::Empty => "field-empty",
            Self::Recovery => "field-recovery",
            Self::Nobody => "field-nobody",
        }
    }

    fn kind(&self) -> Kind {
        if *self == Self::FileTooLarge { Kind::TooLarge } else { Kind::Invalid }
    }
}

/// Six digits as typed.
///
/// # Errors
/// [`CodeRefused::Form`].
pub fn six_digits(text: &str) -> Result<SixDigits, CodeRefused> {
    Ok(SixDigits::parse(text)?)
}

/// A MyKad number, else a passport number.
///
/// # Errors
/// [`ParticularError::Ic`].
pub fn id_number(text: &str) -> Result<IdNumber, ParticularError> {
    IdNumber::parse(text).map_err(|_| ParticularError::Ic)
}

/// The PIN of somebody who has one, whatever symbols a new one may use.
///
/// # Errors
/// [`FieldFault::PinRules`].
pub fn pin(text: &str) -> Result<Pin, FieldFault> {
    Pin::parse(text).map_err(|_| FieldFault::PinRules)
}

/// What is wrong with one field.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wrong {
    /// The field; empty for the form as a whole.
    pub field: String,
    /// What happened.
    pub title: String,
    /// What to do.
    pub remedy: String,
}

/// The values of a form and what is wrong with them.
#[derive(Clone, Debug, Default)]
pub struct Form {
    values: BTreeMap<String, String>,
    wrong: Vec<Wrong>,
    lang: Lang,
}

impl Form {
    /// An empty form.
    pub fn new(lang: Lang) -> Self {
        Self { lang, ..Self::default() }
    }

    /// Reads `application/x-www-form-urlencoded`. A field given twice keeps its first value.
    pub fn decode(bytes: &[u8], lang: Lang) -> Self {
        let mut form = Self::new(lang);
        for pair in bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            let name = decode_part(&pair[..at]);
            let value = decode_part(pair.get(at + 1..).unwrap_or_default());
            form.values.entry(name).or_insert(value);
        }
        form
    }

    /// Fills a field before the first showing.
    #[must_use]
    pub fn with(mut self, field: &str, value: &str) -> Self {
        self.values.insert(field.to_owned(), value.to_owned());
        self
    }

    /// The text of `field` as sent, for parsing.
    pub fn value(&self, field: &str) -> &str {
        self.values.get(field).map_or("", String::as_str)
    }

    /// The text of `field` for showing it again: secrets are empty.
    pub fn shown(&self, field: &str) -> &str {
        if SECRETS.contains(&field) { "" } else { self.value(field) }
    }

    /// Whether a check box was ticked.
    pub fn ticked(&self, field: &str) -> bool {
        !self.value(field).is_empty()
    }

    /// Whether the check box named `prefix` and `word` was ticked.
    pub fn ticked_as(&self, prefix: &str, word: &str) -> bool {
        self.ticked(&format!("{prefix}{word}"))
    }

    /// Whether `field` holds `value`: for options.
    pub fn holds(&self, field: &str, value: &str) -> bool {
        self.value(field) == value
    }

    /// Parses a field; a refusal is kept to be shown at the field.
    pub fn parse<T, F: Fault>(&mut self, field: &str, parse: impl FnOnce(&str) -> Result<T, F>) -> Option<T> {
        match parse(self.values.get(field).map_or("", String::as_str)) {
            Ok(value) => Some(value),
            Err(fault) => {
                self.refuse(field, fault);
                None
            }
        }
    }

    /// A new PIN, typed twice (PIN-5, CERT-6).
    pub fn new_pin(&mut self, policy: &PinPolicy) -> Option<Pin> {
        let pin = self.parse("pin", |text| Pin::parse_with(text, &policy.symbols).map_err(|_| FieldFault::PinRules));
        if self.value("pin") != self.value("pin_lagi") {
            self.refuse("pin_lagi", FieldFault::PinsDiffer);
            return None;
        }
        pin
    }

    /// Parses a field that may stay empty.
    pub fn parse_optional<T, F: Fault>(
        &mut self,
        field: &str,
        parse: impl FnOnce(&str) -> Result<T, F>,
    ) -> Option<Option<T>> {
        if self.value(field).trim().is_empty() { Some(None) } else { self.parse(field, parse).map(Some) }
    }

    /// Marks a field as wrong (`""`: the form as a whole).
    pub fn refuse(&mut self, field: &str, fault: impl Fault) {
        self.refuse_as(field, &Problem::from(fault));
    }

    /// Marks a field as wrong in the words of `problem`.
    pub fn refuse_as(&mut self, field: &str, problem: &Problem) {
        let (title, remedy) = (problem.title(self.lang), problem.remedy(self.lang));
        self.wrong.push(Wrong { field: field.to_owned(), title, remedy });
    }

    /// A refusal that the person can mend in this form is shown above it; any other ends the request.
    ///
    /// # Errors
    /// The refusal, when its kind is not among `mendable`.
    pub fn refuse_or_fail(&mut self, fault: impl Fault, mendable: &[Kind]) -> Result<(), Problem> {
        let problem = Problem::from(fault);
        if !mendable.contains(&problem.kind) {
            return Err(problem);
        }
        self.refuse_as("", &problem);
        Ok(())
    }

    /// Everything wrong, in the order found: the summary above the form.
    pub fn wrong(&self) -> &[Wrong] {
        &self.wrong
    }

    /// What is wrong with `field`.
    pub fn wrong_with(&self, field: &str) -> Option<&Wrong> {
        self.wrong.iter().find(|wrong| wrong.field == field)
    }

    /// The numbers `n` of fields `<prefix>.n`, in order: rows of a table that grows.
    pub fn rows(&self, prefix: &str) -> Vec<usize> {
        let numbers = self.values.keys().filter_map(|name| name.strip_prefix(prefix)?.strip_prefix('.')?.parse().ok());
        numbers.collect::<BTreeSet<usize>>().into_iter().collect()
    }
}

/// `+` and `%XX` of one part; what is no UTF-8 becomes the replacement character, which no parser accepts.
fn decode_part(part: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part;
    while let [first, tail @ ..] = rest {
        let hex = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match (first, hex.and_then(|two| u8::from_str_radix(two, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
                continue;
            }
            (b'+', _) => bytes.push(b' '),
            _ => bytes.push(*first),
        }
        rest = tail;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::Email;

    #[test]
    fn the_operator_says_which_symbols_a_new_pin_may_use() {
        let few = PinPolicy { symbols: "#$%".to_owned() };
        let chosen = |typed: &str, policy: &PinPolicy| {
            Form::new(Lang::Ms).with("pin", typed).with("pin_lagi", typed).new_pin(policy).is_some()
        };
        assert!(chosen("Abcdef1#", &few) && chosen("Abcdef1!", &PinPolicy::default()));
        assert!(!chosen("Abcdef1!", &few) && !chosen("Abcdef1#!", &few));
        assert!(pin("Abcdef1!").is_ok(), "a PIN of before opens its key");
        let mut differ = Form::new(Lang::Ms).with("pin", "Abcdef1#").with("pin_lagi", "Abcdef1$");
        assert!(differ.new_pin(&few).is_none() && differ.wrong()[0].field == "pin_lagi");
    }

    #[test]
    fn a_form_keeps_what_was_typed_but_no_secret() {
        let mut form = Form::decode(b"emel=aina%40exam+ple&pin=Abcdef1%23&kosong", Lang::Ms);
        assert_eq!(form.value("emel"), "aina@exam ple");
        assert_eq!(form.value("pin"), "Abcdef1#");
        assert_eq!(form.shown("pin"), "");
        assert!(form.parse("emel", Email::parse).is_none());
        assert_eq!(form.shown("emel"), "aina@exam ple");
        assert_eq!(form.wrong().len(), 1);
        assert!(!form.ticked("kosong"));
    }

    #[test]
    fn every_fault_of_a_field_has_words() {
        for lang in Lang::ALL {
            for fault in FieldFault::ALL {
                let problem = Problem::from(fault);
                assert!(!format!("{}{}", problem.title(lang), problem.remedy(lang)).contains('⟦'), "{fault:?}");
            }
        }
    }

    #[test]
    fn rows_come_in_their_order() {
        let form = Form::decode(b"nama.10=a&nama.2=b&nama.x=c&peranan.3=d", Lang::Ms);
        assert_eq!(form.rows("nama"), vec![2, 10]);
    }

    #[test]
    fn broken_escapes_stay_as_they_are() {
        assert_eq!(decode_part(b"100%"), "100%");
        assert_eq!(decode_part(b"%zz%41"), "%zzA");
        assert_eq!(decode_part(b"%ff"), "\u{FFFD}");
    }
}
