//! Words that the sources fix, on the pages that carry them.

use super::all;
use crate::kernel::words::Lang;

/// The page `name` in `lang` says each of `words`.
fn says(lang: Lang, name: &str, words: &[&str]) {
    let pages = all(lang);
    let (_, html) = pages.iter().find(|(page, _)| *page == name).expect("a sample");
    for word in words {
        assert!(html.contains(word), "{name} in {lang} does not say {word}");
    }
}

#[test]
fn the_certificate_page_has_the_labels_of_scr_1() {
    says(Lang::Ms, "t-sijil", &["Jana Sijil Digital", "Seksyen A", "Seksyen B", "PIN", "Sahkan PIN", ">Hantar<"]);
    says(Lang::Ms, "t-sijil", &["Negara kerakyatan", "Sila pastikan memenuhi syarat ketika set PIN tersebut"]);
    // Section A shows the individual (CERT-2); the number is masked.
    says(Lang::Ms, "t-sijil", &["No. Kad Pengenalan / No. Pasport", "E-mel"]);
    says(Lang::En, "t-sijil", &["PIN", "Confirm PIN", ">Submit<"]);
}

#[test]
fn the_rules_of_a_pin_stand_where_one_is_set() {
    let rules = ["length", "upper", "lower", "digit", "symbol", "alphabet", "same"];
    for lang in Lang::ALL {
        for page in ["t-sijil", "set-semula-pin-baharu"] {
            for rule in rules {
                says(lang, page, &[&format!("data-rule=\"{rule}\"")]);
            }
            says(lang, page, &["data-rules-for=\"pin\" data-again=\"pin_lagi\""]);
        }
    }
    let script = include_str!("../../../../assets/js/mohor.js");
    for rule in &rules[..6] {
        assert!(script.contains(&format!("  {rule}: (pin) =>")), "{rule} is checked while typing");
    }
}

#[test]
fn the_signing_modal_leads_to_the_reset() {
    says(Lang::Ms, "t-tandatangan", &["Lupa Pin Sijil Digital?", "href=\"/set-semula-pin\"", "target=\"_blank\""]);
    says(Lang::Ms, "set-semula-pin", &["Set Semula PIN Sijil Digital", ">Semak<"]);
    says(Lang::En, "set-semula-pin-berjaya", &["Digital Certificate PIN Reset Successful", ">OK<"]);
}
