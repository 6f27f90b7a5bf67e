//! A Malay page speaks Malay and an English page English: function words give the other language away.

use super::all;
use crate::kernel::words::Lang;

/// Words that sentences of the language cannot do without, and that the other one does not have.
const fn marks(lang: Lang) -> &'static [&'static str] {
    match lang {
        Lang::Ms => &[
            "adalah", "akan", "anda", "atau", "belum", "boleh", "bukan", "dan", "dalam", "daripada", "dengan", "ialah",
            "ini", "itu", "jika", "kepada", "kami", "muat", "nombor", "oleh", "pada", "perlu", "sahaja", "sedang",
            "selepas", "semak", "semula", "setiap", "sila", "telah", "tiada", "tidak", "untuk", "yang",
        ],
        Lang::En => &[
            "and", "are", "been", "by", "can", "cannot", "for", "from", "has", "have", "is", "it", "its", "must",
            "not", "of", "on", "please", "that", "the", "this", "to", "until", "was", "which", "will", "with", "you",
            "your",
        ],
    }
}

/// Pages whose text somebody else wrote, in a language of their own.
const OF_OTHERS: [&str; 1] = ["mel"];

/// Labels that the sources fix in one language: HIMS-2.
const FIXED: [&str; 1] = ["Jana eSPA"];

/// The texts of a page that are said in its own language: nodes, and the attributes that are read out.
fn texts(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    // How many elements of another language are open around here; `None` outside of them.
    let mut foreign: Option<usize> = None;
    for part in html.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap_or((part, ""));
        let empty = ["input", "br", "hr", "img", "meta", "link", "!"].iter().any(|name| tag.starts_with(name));
        if let Some(depth) = foreign {
            let depth = if tag.starts_with('/') { depth - 1 } else { depth + usize::from(!empty) };
            foreign = (depth > 0).then_some(depth);
        } else if tag.contains(" lang=\"") && !tag.starts_with("html") {
            foreign = Some(1);
        }
        if foreign.is_none() {
            let said = ["alt=\"", "aria-label=\"", "placeholder=\"", "title=\""];
            let attributes = said.iter().filter_map(|name| tag.split_once(name)?.1.split('"').next());
            found.extend(attributes.chain([text]).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()));
        }
    }
    found
}

/// Whether `text` has a word of `lang`.
fn speaks(text: &str, lang: Lang) -> bool {
    let text = text.to_lowercase();
    let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '-');
    words.any(|word| marks(lang).contains(&word))
}

#[test]
fn every_page_speaks_one_language() {
    let mut strange = Vec::new();
    for lang in Lang::ALL {
        for (name, html) in all(lang).into_iter().filter(|(name, _)| !OF_OTHERS.contains(name)) {
            let texts = texts(&html).into_iter().filter(|text| !FIXED.contains(&text.as_str()));
            strange.extend(
                texts.filter(|text| speaks(text, lang.other())).map(|text| format!("{name} in {lang}: {text}")),
            );
        }
    }
    strange.sort();
    strange.dedup();
    assert!(strange.is_empty(), "{}", strange.join("\n"));
}

#[test]
fn a_sentence_of_the_other_language_is_heard_and_one_marked_as_such_is_not() {
    let page = "<html lang=\"ms\"><p>Sila semak</p><p lang=\"en\">Please <b>check</b> the<br> box</p><i title=\"Not the end\"></i>";
    assert_eq!(texts(page), ["Sila semak", "Not the end"]);
    assert!(speaks("Please check", Lang::En) && !speaks("Please check", Lang::Ms));
    assert!(speaks("Sila semak", Lang::Ms) && !speaks("Sila semak", Lang::En));
}
