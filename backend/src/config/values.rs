//! What is in force, where it comes from, and what is wrong with it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use toml::Value;
use toml::de::{DeTable, DeValue};

use super::{Config, keys};
use crate::kernel::words::Lang;

/// A value in force.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The dotted path of its key.
    pub path: String,
    /// The value.
    pub value: Value,
    /// The line of the file that says so; `None`: the default.
    pub line: Option<usize>,
}

impl Shown {
    /// As TOML; passwords in addresses are left out.
    pub fn text(&self) -> String {
        match &self.value {
            Value::String(text) => Value::String(without_password(text)).to_string(),
            other => other.to_string(),
        }
    }
}

fn without_password(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    match rest.rsplit_once('@') {
        Some((user, host)) => format!("{scheme}://{}:…@{host}", user.split(':').next().unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// A value that cannot be.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The file.
    pub file: PathBuf,
    /// The value and its key.
    pub shown: Shown,
}

impl Fault {
    fn remedy(&self, lang: Lang) -> String {
        keys::at(&self.shown.path).map_or_else(String::new, |key| key.rule.say(lang))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.shown.line {
            write!(f, ":{line}")?;
        }
        let (ms, en) = (self.remedy(Lang::Ms), self.remedy(Lang::En));
        write!(f, ": {} = {}: {ms} · {en}", self.shown.path, self.shown.text())
    }
}

/// Every value in force, in the order of the reference; `text` is the file that `config` was read from.
pub(super) fn effective(config: &Config, text: &str) -> Vec<Shown> {
    let lines = lines(text);
    let mut found = Vec::new();
    if let Ok(table) = Value::try_from(config) {
        leaves("", table, &mut found);
    }
    let order = |path: &str| keys::KEYS.iter().position(|key| keys::at(path).is_some_and(|at| at.path == key.path));
    found.sort_by_key(|(path, _)| order(path));
    let shown = |(path, value): (String, Value)| Shown { line: lines.get(&path).copied(), path, value };
    found.into_iter().map(shown).collect()
}

/// What is wrong with the values, one by one.
pub(super) fn faults(config: &Config, text: &str, file: &Path) -> Vec<Fault> {
    let wrong = |shown: &Shown| keys::at(&shown.path).is_some_and(|key| !key.rule.allows(&shown.value));
    let values = effective(config, text).into_iter().filter(wrong);
    values.map(|shown| Fault { file: file.to_owned(), shown }).collect()
}

pub(super) fn leaves(path: &str, value: Value, found: &mut Vec<(String, Value)>) {
    match value {
        Value::Table(table) if !table.is_empty() => {
            for (name, value) in table {
                let below = if path.is_empty() { name } else { format!("{path}.{name}") };
                leaves(&below, value, found);
            }
        }
        other => found.push((path.to_owned(), other)),
    }
}

/// The line of each key that the file names, from 1.
fn lines(text: &str) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    if let Ok(table) = DeTable::parse(text) {
        note(text, "", table.get_ref(), &mut found);
    }
    found
}

fn note(text: &str, path: &str, table: &DeTable<'_>, found: &mut BTreeMap<String, usize>) {
    for (name, value) in table {
        let below = if path.is_empty() { name.get_ref().to_string() } else { format!("{path}.{}", name.get_ref()) };
        if let DeValue::Table(inner) = value.get_ref() {
            note(text, &below, inner, found);
        }
        found.insert(below, line_at(text, name.span().start));
    }
}

/// The line, from 1, in which the byte `at` stands.
pub(super) fn line_at(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// The reference of the documents.
pub fn reference() -> String {
    let mut defaults = Vec::new();
    if let Ok(table) = Value::try_from(Config::default()) {
        leaves("", table, &mut defaults);
    }
    let mut text = "# The configuration file\n\n\
        `mohor config --config mohor.toml` prints every value in force, with the line it comes from, and checks all of \
        them; `serve` refuses a file with a fault. A key that is not in this list is refused. This page is written by \
        `mohor config --reference`, and a test compares the two.\n\n\
        | key | default | may be | meaning |\n|---|---|---|---|\n"
        .to_owned();
    for key in keys::KEYS {
        let default = defaults.iter().find(|(path, _)| path == key.path);
        let default = default.map_or_else(|| "–".to_owned(), |(_, value)| format!("`{value}`"));
        let may = key.rule.say(Lang::En);
        let cells = [format!("`{}`", key.path), default, may, key.says.to_owned()].map(|cell| cell.replace('|', "\\|"));
        text += &format!("| {} |\n", cells.join(" | ").replace('\n', " "));
    }
    text
}
