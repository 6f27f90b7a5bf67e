//! The words of an agreement, read from `backend/assets/agreement`, and filling in what the data say.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::GenerateError;
use crate::kernel::words::Lang;

/// One agreement in one language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Template {
    pub(super) labels: BTreeMap<String, String>,
    pub(super) cover: BTreeMap<String, String>,
    pub(super) particulars: Particulars,
    pub(super) recitals: Section,
    pub(super) clauses: Vec<Section>,
    pub(super) payment: Payment,
    pub(super) fittings: Schedule,
    pub(super) common: Schedule,
    pub(super) signing: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Particulars {
    pub(super) title: String,
    pub(super) gloss: String,
    pub(super) intro: String,
    pub(super) head_item: String,
    pub(super) head_value: String,
    pub(super) rows: BTreeMap<String, String>,
}

/// A heading and its numbered text: a line is a sub-clause, a line that begins with `- ` an item of the one above.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Section {
    pub(super) title: String,
    pub(super) gloss: String,
    pub(super) text: String,
}

/// The instalments: hundredths of a percent, and the stage of work.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Payment {
    pub(super) title: String,
    pub(super) gloss: String,
    pub(super) intro: String,
    pub(super) head: Vec<String>,
    pub(super) total: String,
    pub(super) stages: Vec<(i64, String)>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Schedule {
    pub(super) title: String,
    pub(super) gloss: String,
    pub(super) intro: String,
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

impl Template {
    /// The agreement in `lang`.
    pub(super) fn of(lang: Lang) -> Result<&'static Self, GenerateError> {
        static BOTH: OnceLock<[Result<Template, String>; 2]> = OnceLock::new();
        let both = BOTH.get_or_init(|| {
            Lang::ALL.map(|lang| {
                let text = match lang {
                    Lang::Ms => include_str!("../../../assets/agreement/ms.toml"),
                    Lang::En => include_str!("../../../assets/agreement/en.toml"),
                };
                toml::from_str(text).map_err(|error| format!("agreement/{lang}.toml: {error}"))
            })
        });
        both[lang as usize].as_ref().map_err(|error| GenerateError::Broken(error.clone()))
    }
}

/// The text of `map` under `key`.
pub(super) fn text<'a>(map: &'a BTreeMap<String, String>, key: &str) -> Result<&'a str, GenerateError> {
    map.get(key).map(String::as_str).ok_or_else(|| GenerateError::Broken(format!("no words for {key}")))
}

/// A piece of a filled text: what it says and whether it is bold.
pub(super) type Piece = (String, bool);

/// Fills `{name}` from `values` and splits at `**`; a value is taken as it is, whatever characters it has.
pub(super) fn fill(text: &str, values: &[(&str, &str)]) -> Result<Vec<Piece>, GenerateError> {
    let mut pieces = Vec::new();
    for (index, part) in text.split("**").enumerate() {
        let mut out = String::with_capacity(part.len());
        let mut rest = part;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) =
                after.split_once('}').ok_or_else(|| GenerateError::Broken(format!("unclosed brace: {text}")))?;
            let value = values.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
            out.push_str(before);
            out.push_str(value.ok_or_else(|| GenerateError::Broken(format!("no value for {{{name}}}")))?);
            rest = after;
        }
        out.push_str(rest);
        if !out.is_empty() {
            pieces.push((out, index % 2 == 1));
        }
    }
    Ok(pieces)
}

/// [`fill`] for text without bold parts.
pub(super) fn say(text: &str, values: &[(&str, &str)]) -> Result<String, GenerateError> {
    Ok(fill(text, values)?.into_iter().map(|(text, _)| text).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_agreements_are_well_formed_and_alike() {
        let both = Lang::ALL.map(|lang| Template::of(lang).unwrap());
        assert_eq!(both[0].clauses.len(), both[1].clauses.len());
        for (malay, english) in both[0].clauses.iter().zip(&both[1].clauses) {
            assert_eq!(malay.text.lines().count(), english.text.lines().count(), "{}", malay.title);
        }
        for template in both {
            assert_eq!(template.payment.stages.iter().map(|(percent, _)| percent).sum::<i64>(), 10_000);
        }
        assert_eq!(both[0].labels.keys().collect::<Vec<_>>(), both[1].labels.keys().collect::<Vec<_>>());
        assert_eq!(both[0].signing.keys().collect::<Vec<_>>(), both[1].signing.keys().collect::<Vec<_>>());
        assert_eq!(both[0].cover.keys().collect::<Vec<_>>(), both[1].cover.keys().collect::<Vec<_>>());
    }

    #[test]
    fn a_value_is_never_read_as_markup() {
        let pieces = fill("Pembeli **{name}** setuju", &[("name", "A {kod} ** B")]).unwrap();
        assert_eq!(pieces, [("Pembeli ".into(), false), ("A {kod} ** B".into(), true), (" setuju".into(), false)]);
        assert!(fill("{lain}", &[]).is_err());
    }
}
