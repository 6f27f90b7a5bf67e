//! Words that nobody says, and values that only one language mentions.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::Source;
use crate::{files, sources, top};

fn read(folder: &str, ending: &str) -> Vec<String> {
    let mut found = Vec::new();
    files(&top().join(folder), ending, &mut found);
    assert!(found.len() > 10, "{folder}: the test looks at the wrong place");
    found.iter().map(|path| std::fs::read_to_string(path).expect("readable")).collect()
}

fn said_in(lang: &str) -> BTreeMap<String, BTreeSet<String>> {
    read(&format!("backend/words/{lang}"), "ftl").iter().flat_map(|text| messages(text)).collect()
}

#[test]
fn every_word_is_said_by_somebody() {
    let mut spoken = Spoken::default();
    for source in
        sources().iter().filter(|source| !source.path.starts_with("tests/") && !source.path.contains("/samples/"))
    {
        spoken.hear(source);
    }
    read("backend/templates", "html").iter().for_each(|text| spoken.hear_template(text));
    let silent: Vec<_> = said_in("ms").into_keys().filter(|key| !key.contains('.') && !spoken.says(key)).collect();
    assert!(silent.is_empty(), "nobody says {silent:?}");
}

#[test]
fn both_languages_mention_the_same_values() {
    let (malay, english) = (said_in("ms"), said_in("en"));
    let differing: Vec<_> = malay.iter().filter(|(key, values)| english.get(*key) != Some(values)).collect();
    assert!(differing.is_empty(), "{differing:?}");
}

/// What the program can say: literals, and the beginnings of keys that are put together at run time.
#[derive(Debug, Default)]
pub(crate) struct Spoken {
    /// Whole words of literals and templates; states as the words spell them (`IN_REVIEW` is `in-review`).
    words: BTreeSet<String>,
    /// `problem-` of `format!("problem-{code}")`, `espa-turn-` of `term("espa-turn", state)`.
    heads: BTreeSet<String>,
}

impl Spoken {
    /// Listens to the program of `source`, not to its tests.
    pub(crate) fn hear(&mut self, source: &Source) {
        for (at, token) in source.program().filter(|(_, token)| token.literal) {
            if at > 1 && source.reads(at - 2, &["term", "("]) {
                self.heads.insert(format!("{}-", token.text));
            }
            self.hear_literal(&token.text);
        }
    }

    /// Listens to a template.
    pub(crate) fn hear_template(&mut self, text: &str) {
        // `term("role", x)`, and the macro that is told the beginning of its words.
        for (call, literal) in [("term(", 1), ("pinrules(", 5)] {
            let heads = text.split(call).skip(1).filter_map(|tail| tail.split('"').nth(literal));
            self.heads.extend(heads.map(|head| format!("{head}-")));
        }
        self.hear_words(text);
    }

    fn hear_literal(&mut self, text: &str) {
        if let Some((head, _)) = text.split_once('{')
            && head.ends_with('-')
        {
            self.heads.insert(head.to_owned());
        }
        self.hear_words(text);
    }

    fn hear_words(&mut self, text: &str) {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
        let words = words.map(|word| word.trim_matches('-').to_ascii_lowercase().replace('_', "-"));
        self.words.extend(words.filter(|word| !word.is_empty()));
    }

    /// Whether some path of the program ends at `key`. A modal says `<key>-title` and `<key>-text`.
    pub(crate) fn says(&self, key: &str) -> bool {
        let modal = key.strip_suffix("-title").or_else(|| key.strip_suffix("-text"));
        self.words.contains(key)
            || modal.is_some_and(|base| self.words.contains(base))
            || self.heads.iter().any(|head| key.strip_prefix(head.as_str()).is_some_and(|rest| self.spells(rest)))
    }

    /// Whether `rest` is one word of the program, or several with hyphens between them.
    fn spells(&self, rest: &str) -> bool {
        let cuts = rest.match_indices('-').map(|(at, _)| at);
        self.words.contains(rest)
            || cuts.into_iter().any(|at| self.words.contains(&rest[..at]) && self.spells(&rest[at + 1..]))
    }
}

/// Every message of a Fluent file with the values it mentions; an attribute as `key.attribute`.
pub(crate) fn messages(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let (mut message, mut now) = (String::new(), String::new());
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        if let Some((name, _)) = line.split_once(" =") {
            if let Some(attribute) = name.trim_start().strip_prefix('.') {
                now = format!("{message}.{attribute}");
            } else if !name.starts_with(' ') {
                name.clone_into(&mut message);
                name.clone_into(&mut now);
            }
        }
        let values = line
            .split('$')
            .skip(1)
            .map(|tail| tail.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>());
        all.entry(now.clone()).or_default().extend(values);
    }
    all.remove("");
    all
}

#[test]
fn a_word_that_nobody_says_is_caught() {
    let mut spoken = Spoken::default();
    let program =
        "fn f() { say(\"web-ok\"); term(\"espa-turn\", x); format!(\"problem-{code}\"); g(\"pin-wrong\", \"READY\") }
        #[cfg(test)] mod tests { fn f() { say(\"web-test\"); } }";
    spoken.hear(&Source::new("backend/src/web/x.rs", program));
    spoken
        .hear_template("{{ f.say(\"web-hello\") }}{{ f.term(\"web-phone\", x) }} Modal::of(\"web-signed\") IN_REVIEW");
    for key in
        ["web-ok", "espa-turn-ready", "problem-pin-wrong", "web-hello", "web-signed-title", "web-phone-in-review"]
    {
        assert!(spoken.says(key), "{key}");
    }
    for key in ["web-test", "espa-turn-lost", "problem-pin-lost", "web-hello-again", "web-ready"] {
        assert!(!spoken.says(key), "{key}");
    }
}

#[test]
fn values_of_a_message_are_read_with_those_of_its_attributes_apart() {
    let found = messages("# $no\na = { $x } and { $y }\n    .remedy = see { $z }\nb = plain\n");
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(found["a"], set(&["x", "y"]));
    assert_eq!(found["a.remedy"], set(&["z"]));
    assert_eq!(found["b"], set(&[]));
    assert_eq!(found.len(), 3);
}
