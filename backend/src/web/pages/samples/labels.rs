//! Words that the sources fix, on the pages that carry them, in their order.

use super::text::text_of;
use super::{Sample, all};
use crate::kernel::words::Lang;

fn html(pages: &[Sample], name: &str) -> String {
    let (_, html) = pages.iter().find(|(page, _)| *page == name).expect("a sample");
    html.replace("&#38;", "&").replace("&#34;", "\"")
}

/// The page `name` shows each of `labels`, one after the other.
fn reads(lang: Lang, name: &str, labels: &[&str]) {
    let text = text_of(&html(&all(lang), name)).replace('\n', " ");
    let mut rest = text.as_str();
    for label in labels {
        let at = rest.find(label).unwrap_or_else(|| panic!("{name} in {lang}: {label} does not follow in\n{text}"));
        rest = &rest[at + label.len()..];
    }
}

/// The page `name` contains each of `parts` somewhere in its HTML.
fn has(lang: Lang, name: &str, parts: &[&str]) {
    let html = html(&all(lang), name);
    for part in parts {
        assert!(html.contains(part), "{name} in {lang} lacks {part}");
    }
}

#[test]
fn the_certificate_page_has_the_labels_of_scr_1() {
    let known = ["Seksyen A", "Nama", "No. Kad Pengenalan / No. Pasport", "900423-**-**84", "E-mel", "Poskod"];
    let asked = ["Alamat*", "Negara kerakyatan*", "Seksyen B", "Sila pastikan memenuhi syarat", "PIN*", "Sahkan PIN*"];
    reads(Lang::Ms, "t-sijil", &[&["Jana Sijil Digital"][..], &known, &asked, &["Hantar"]].concat());
    reads(Lang::Ms, "web-cert-done", &["Sijil digital anda telah berjaya dijana", "OK"]);
    reads(Lang::En, "t-sijil", &["Section A", "Address*", "Country of citizenship*", "Section B", "PIN*", "Submit"]);
}

#[test]
fn the_review_page_has_the_labels_of_scr_2() {
    reads(Lang::Ms, "t-semak", &["bersetuju dengan kandungannya", "Jana & Tandatangan"]);
    has(Lang::Ms, "t-semak", &["type=\"checkbox\" value=\"ya\" required", "class=\"sheets\""]);
    reads(Lang::Ms, "t-sah", &["Pengesahan tandatangan digital", "Kembali", "Tandatangan"]);
    has(Lang::Ms, "t-sah", &["<dialog class=\"modal wide\" open", "type=\"submit\">Tandatangan<"]);
}

#[test]
fn the_modal_of_the_app_has_the_labels_of_scr_3_and_its_pad_the_tools_of_sign_21() {
    let pad = ["Tandatangan Digital", "Lukis tanda tangan di dalam ruang yang disediakan.", "Undur", "Buat semula"];
    let rest = ["Nombor Pin Sijil Digital*", "Lupa Pin Sijil Digital?", "Kod TOTP (Sila semak aplikasi iDsaya)*"];
    let end = ["Masalah untuk dapatkan No. TOTP?", "Hantar"];
    reads(Lang::Ms, "t-tandatangan", &[&pad[..], &["Padam", "Skrin penuh"], &rest, &end].concat());
    // PIN-11 and the close mark of the header.
    has(Lang::Ms, "t-tandatangan", &["placeholder=\"Nombor PIN Sijil Digital\"", "aria-label=\"Tutup\">×</a>"]);
    has(Lang::Ms, "t-tandatangan", &["href=\"/set-semula-pin\"", "target=\"_blank\""]);
}

#[test]
fn the_modal_without_an_app_has_the_labels_of_scr_4_and_asks_for_no_totp() {
    let labels = ["Tandatangan Digital", "No. Kad Pengenalan / Pasport*", "Nombor PIN Sijil Digital*"];
    let code = ["Lupa PIN Sijil Digital?", "Kod Verifikasi*", "Sila semak emel kod verifikasi"];
    reads(
        Lang::Ms,
        "t-tandatangan-manual",
        &[&labels[..], &code, &["Hantar Semula Kod Verifikasi", "Hantar"]].concat(),
    );
    has(Lang::Ms, "t-tandatangan-manual", &["value=\"900423-**-**84\" readonly", "aria-label=\"Tutup\">×</a>"]);
    for lang in Lang::ALL {
        assert!(!html(&all(lang), "t-tandatangan-manual").contains("TOTP"), "CON-7: the code only");
    }
}

#[test]
fn the_totp_problem_has_the_ok_of_scr_5_and_leads_to_the_mailed_code() {
    let text = ["Masalah untuk dapatkan No. TOTP?", "E-mel kod verifikasi akan dihantar", "OK"];
    reads(Lang::Ms, "t-tandatangan", &text);
    reads(Lang::Ms, "t-tandatangan-emel", &["Kod Verifikasi*", "Sila semak emel kod verifikasi", "Hantar"]);
}

#[test]
fn every_result_has_the_words_of_scr_6_and_an_ok() {
    reads(Lang::Ms, "t-pin-salah", &["engesahan & tandatangan digital eSPA tidak berjaya", "Baki percubaan", "OK"]);
    reads(Lang::Ms, "t-pin-disekat", &["engesahan & tandatangan digital eSPA tidak Berjaya & pin disekat", "OK"]);
    reads(Lang::Ms, "t-kod-salah", &["Tidak berjaya", "OK"]);
    reads(Lang::Ms, "t-berjaya", &["engesahan & tandatangan eSPA Berjaya", "OK"]);
}

#[test]
fn the_reset_has_the_labels_of_scr_7_to_9() {
    reads(Lang::Ms, "set-semula-pin", &["Set Semula PIN Sijil Digital", "E-mel*", "Semak"]);
    reads(Lang::Ms, "web-reset-checked", &["Semakan selesai", "OK"]);
    let facts = ["Reset Digital Certificate PIN", "Identification Card No. / Passport No.*", "Email*", "New PIN*"];
    let rules = [
        "PIN must be between 8-16 characters.",
        "PIN must contain at least one uppercase.",
        "PIN must contain at least one lowercase.",
        "PIN must contain at least one symbol.",
    ];
    reads(Lang::En, "set-semula-pin-baharu", &[&facts[..], &rules, &["Confirm PIN*", "Submit"]].concat());
    has(Lang::En, "set-semula-pin-baharu", &["placeholder=\"New PIN\"", "placeholder=\"Confirm PIN\""]);
    let done = ["Digital Certificate PIN Reset Successful"];
    let then = ["Please go to the Signature page and use the newly reset PIN.", "OK"];
    reads(Lang::En, "set-semula-pin-berjaya", &[&done[..], &then].concat());
    has(Lang::En, "set-semula-pin-berjaya", &["data-close-tab"]);
}

#[test]
fn a_signature_that_cannot_be_confirmed_outweighs_the_register() {
    reads(Lang::Ms, "v-lengkap", &["Jangan bergantung pada dokumen ini dahulu", "Tandatangan tidak sah"]);
    reads(Lang::Ms, "v", &["Versi ini sedang ditandatangani", "Tandatangan sah"]);
}

#[test]
fn the_rules_of_a_pin_stand_where_one_is_set() {
    let rules = ["length", "upper", "lower", "digit", "symbol", "alphabet", "same"];
    for lang in Lang::ALL {
        for page in ["t-sijil", "set-semula-pin-baharu"] {
            let rows = rules.map(|rule| format!("data-rule=\"{rule}\""));
            has(lang, page, &rows.each_ref().map(String::as_str));
            has(lang, page, &["data-rules-for=\"pin\" data-again=\"pin_lagi\""]);
        }
    }
    let script = include_str!("../../../../assets/js/mohor.js");
    for rule in &rules[..6] {
        assert!(script.contains(&format!("  {rule}: (pin")), "{rule} is checked while typing");
    }
}

#[test]
fn the_developer_reads_in_which_lane_of_the_chart_an_agreement_stands() {
    for lang in Lang::ALL {
        for (page, lane) in [("draf", "HIMS | Pemaju"), ("giliran", "HIMS | Signee"), ("selesai", "End")] {
            let page = format!("perjanjian-{page}");
            has(lang, &page, &[&format!("<span class=\"fine\">{lane}</span>")]);
        }
    }
}
