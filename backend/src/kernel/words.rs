//! Words: Malay first, English second, from the Fluent files in `backend/words`.

use std::fmt;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use include_dir::{Dir, include_dir};

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/words");

/// The two languages. Malay is the default everywhere (GAP-16, CON-28).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Bahasa Melayu.
    #[default]
    Ms,
    /// English.
    En,
}

impl Lang {
    /// Both, Malay first.
    pub const ALL: [Self; 2] = [Self::Ms, Self::En];

    /// The BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Ms => "ms",
            Self::En => "en",
        }
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Ms => Self::En,
            Self::En => Self::Ms,
        }
    }

    /// Parses a BCP 47 tag; anything but English is Malay.
    pub fn from_tag(tag: &str) -> Self {
        if tag.get(..2).is_some_and(|two| two.eq_ignore_ascii_case("en")) { Self::En } else { Self::Ms }
    }

    /// The message `key`.
    pub fn say(self, key: &str) -> String {
        self.say_with(key, &[])
    }

    /// The message `key` with values filled in. `key` may name an attribute: `problem-pin-wrong.remedy`. A value whose
    /// name begins with `@` is a [term](Self::say_term): what is written down before the reader's language is known.
    /// A missing key is shown as `⟦key⟧`; `words::missing` and a test keep that from happening.
    pub fn say_with(self, key: &str, values: &[(&str, &str)]) -> String {
        self.try_say(key, values).unwrap_or_else(|| format!("⟦{key}⟧"))
    }

    /// The words of a term: a key, and behind it values that are keys themselves:
    /// `espa-role-witness of=espa-role-pembeli`.
    pub fn say_term(self, term: &str) -> String {
        let mut parts = term.split(' ');
        let key = parts.next().unwrap_or_default();
        let values = parts.filter_map(|part| part.split_once('=')).map(|(name, key)| (name, self.say(key)));
        let values: Vec<_> = values.collect();
        self.say_with(key, &values.iter().map(|(name, words)| (*name, words.as_str())).collect::<Vec<_>>())
    }

    /// The message `key`, or `None` when there is none.
    pub fn try_say(self, key: &str, values: &[(&str, &str)]) -> Option<String> {
        let bundle = bundle(self);
        let (id, attribute) = key.split_once('.').map_or((key, None), |(id, attribute)| (id, Some(attribute)));
        let message = bundle.get_message(id)?;
        let pattern = match attribute {
            Some(name) => message.get_attribute(name)?.value(),
            None => message.value()?,
        };
        let mut args = FluentArgs::new();
        for &(name, value) in values {
            match name.strip_prefix('@') {
                Some(name) => args.set(name.to_owned(), self.say_term(value)),
                None => args.set(name.to_owned(), isolated(value)),
            }
        }
        Some(bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned())
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

fn bundle(lang: Lang) -> &'static FluentBundle<FluentResource> {
    static BUNDLES: OnceLock<[FluentBundle<FluentResource>; 2]> = OnceLock::new();
    let both = BUNDLES.get_or_init(|| Lang::ALL.map(load));
    &both[lang as usize]
}

#[expect(clippy::panic, reason = "the files are part of the program; a test loads them")]
fn load(lang: Lang) -> FluentBundle<FluentResource> {
    let locale = match lang {
        Lang::Ms => unic_langid::langid!("ms"),
        Lang::En => unic_langid::langid!("en"),
    };
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    bundle.set_use_isolating(false);
    for file in FILES.get_dir(lang.tag()).into_iter().flat_map(Dir::files) {
        let name = file.path().display();
        let Ok(resource) = FluentResource::try_new(file.contents_utf8().unwrap_or_default().to_owned()) else {
            panic!("{name} is not a Fluent file")
        };
        if let Err(errors) = bundle.add_resource(resource) {
            panic!("{name}: {errors:?}")
        }
    }
    bundle
}

/// A value with right-to-left writing is set apart (UAX #9: FSI and PDI), so that it does not turn the sentence.
fn isolated(value: &str) -> String {
    let turns = |c| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}');
    if value.contains(turns) { format!("\u{2068}{value}\u{2069}") } else { value.to_owned() }
}

/// Every message and attribute name of `lang`, sorted: the parity test compares the two lists.
pub fn keys(lang: Lang) -> Vec<String> {
    let mut keys = Vec::new();
    for file in FILES.get_dir(lang.tag()).into_iter().flat_map(Dir::files) {
        let mut message = String::new();
        for line in file.contents_utf8().unwrap_or_default().lines() {
            if let Some((name, _)) = line.split_once(" =") {
                if let Some(attribute) = name.trim_start().strip_prefix('.') {
                    keys.push(format!("{message}.{attribute}"));
                } else if !name.starts_with([' ', '#', '-']) {
                    name.clone_into(&mut message);
                    keys.push(message.clone());
                }
            }
        }
    }
    keys.sort();
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_say_the_same_things() {
        assert_eq!(keys(Lang::Ms), keys(Lang::En));
    }

    #[test]
    fn no_key_is_said_twice() {
        let mut keys = keys(Lang::Ms);
        let all = keys.len();
        keys.dedup();
        assert_eq!(keys.len(), all);
    }
}
