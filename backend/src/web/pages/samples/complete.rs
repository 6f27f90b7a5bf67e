//! Nothing is left out: every template has a sample, and every address that answers with a page is shown by one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::all;
use crate::kernel::words::Lang;

/// Addresses that answer with a page, and a sample of each.
const PAGES: [(&str, &str); 60] = [
    ("/", "utama"),
    ("/sihat", "sihat"),
    ("/semak", "semak-keputusan"),
    ("/daftar/{token}", "daftar-sedia"),
    ("/v/{serial}", "v"),
    ("/set-semula-pin", "set-semula-pin"),
    ("/set-semula-pin/semakan", "set-semula-pin-disemak"),
    ("/set-semula-pin/borang", "set-semula-pin-borang"),
    ("/set-semula-pin/baharu/{proof}", "set-semula-pin-baharu"),
    ("/set-semula-pin/baharu/{proof}/sijil", "set-semula-pin-baharu"),
    ("/set-semula-pin/sijil-dibatalkan", "sijil-dibatalkan"),
    ("/set-semula-pin/batal/{token}", "set-semula-pin-batal"),
    ("/set-semula-pin/{issuance}", "set-semula-pin-tunggu"),
    ("/bukan-saya/{token}", "bukan-saya"),
    ("/mel", "mel"),
    ("/panduan-ekyc", "panduan-ekyc"),
    ("/app", "app"),
    ("/privasi", "privasi"),
    ("/pautan-saya", "pautan-saya"),
    ("/pautan-saya/dihantar", "pautan-saya-dihantar"),
    ("/masuk", "masuk"),
    ("/masuk/pertama", "masuk-pertama"),
    ("/masuk/semula", "masuk-semula"),
    ("/jemputan/{token}", "jemputan"),
    ("/kakitangan", "akaun"),
    ("/kakitangan/akaun/{id}/tamat", "akaun"),
    ("/kakitangan/akaun/{id}/nombor", "akaun-nombor"),
    ("/kakitangan/akaun/{id}/set-semula", "akaun-set-semula"),
    ("/akaun", "akaun-saya"),
    ("/kakitangan/ekyc", "ekyc"),
    ("/kakitangan/ekyc/laporan", "ekyc-laporan"),
    ("/kakitangan/ekyc/{id}", "ekyc-kes"),
    ("/kakitangan/ekyc/{id}/sambung", "ekyc-kes"),
    ("/kakitangan/kaunter", "kaunter"),
    ("/kakitangan/kaunter/{id}", "kaunter-orang"),
    ("/kakitangan/pemaju", "pemaju"),
    ("/hims", "hims"),
    ("/hims/pembangunan", "pembangunan"),
    ("/hims/pembangunan/{id}", "pembangunan-unit"),
    ("/hims/pembangunan/{id}/butiran", "pembangunan-pinda"),
    ("/hims/unit/{id}", "unit-pinda"),
    ("/hims/perjanjian/{id}", "perjanjian-giliran"),
    ("/hims/perjanjian/{id}/pihak", "perjanjian-draf"),
    ("/hims/perjanjian/{id}/jana", "perjanjian-draf"),
    ("/hims/perjanjian/{id}/dihantar", "perjanjian-dihantar"),
    ("/hims/perjanjian/{id}/hubungan/{turn}", "perjanjian-hubungan"),
    ("/hims/perjanjian/{id}/tarik-balik", "perjanjian-tarik-balik"),
    ("/t/{token}", "t"),
    ("/t/{token}/dihantar", "web-mailed-to-you"),
    ("/t/{token}/sijil", "t-sijil"),
    ("/t/{token}/sijil/{issuance}", "web-cert-wait"),
    ("/t/{token}/semak", "t-semak"),
    ("/t/{token}/sah", "t-sah"),
    ("/t/{token}/tandatangan", "t-tandatangan"),
    ("/t/{token}/tandatangan/keputusan", "t-pin-salah"),
    ("/t/{token}/berjaya", "t-berjaya"),
    ("/t/{token}/persetujuan", "t-persetujuan"),
    ("/t/{token}/pembetulan", "t-pembetulan"),
    ("/t/{token}/teks", "t-teks"),
    // The answers to the two forms of the proof: opened again they lead to the link.
    ("/t/{token}/bukti", "t-kod"),
];

/// Addresses that answer with something else: a style sheet, a mail, a picture, a PDF, a way back.
const OTHERS: [&str; 7] = [
    "/aset/{name}",
    "/mel/{id}",
    "/kakitangan/ekyc/{id}/imej/{slot}",
    "/hims/perjanjian/{id}/versi/{file}",
    "/t/{token}/halaman/{number}",
    "/t/{token}/dokumen.pdf",
    "/t/{token}/kod",
];

/// Every address that may be opened, as the one table of addresses has it.
fn opened() -> BTreeSet<&'static str> {
    let table = include_str!("../../mod.rs");
    let routes = table.split(".route(\"").skip(1).filter_map(|route| route.split_once("\", "));
    routes.filter(|(_, answer)| answer.starts_with("get(")).map(|(address, _)| address).collect()
}

#[test]
fn every_address_that_answers_with_a_page_has_a_sample() {
    let known: BTreeSet<_> = PAGES.iter().map(|(address, _)| *address).chain(OTHERS).collect();
    assert_eq!(opened(), known);
    let samples: BTreeSet<_> = all(Lang::Ms).into_iter().map(|(name, _)| name).collect();
    for (address, sample) in PAGES {
        assert!(samples.contains(sample), "{address} is not shown: there is no {sample}");
    }
}

/// The files under `folder` with this ending, and what they say.
fn texts(folder: &Path, ending: &str) -> Vec<(PathBuf, String)> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut found = Vec::new();
    for path in entries {
        if path.is_dir() {
            found.extend(texts(&path, ending));
        } else if path.extension().is_some_and(|is| is == ending) {
            let text = std::fs::read_to_string(&path).expect("UTF-8");
            found.push((path, text));
        }
    }
    found
}

#[test]
fn every_template_is_seen_in_a_sample() {
    let house = Path::new(env!("CARGO_MANIFEST_DIR"));
    let templates = texts(&house.join("templates"), "html");
    let sources = texts(&house.join("src/web/pages"), "rs");
    let samples: String = sources
        .iter()
        .filter(|(path, _)| path.parent().is_some_and(|is| is.ends_with("samples")))
        .map(|(_, text)| text.as_str())
        .collect();
    for (path, _) in &templates {
        let name = path.strip_prefix(house.join("templates")).expect("below").to_str().expect("UTF-8");
        if templates.iter().any(|(_, text)| text.contains(&format!("\"{name}\""))) {
            continue; // Part of another template.
        }
        let mark = format!("#[template(path = \"{name}\")]");
        let home = sources.iter().find(|(_, text)| text.contains(&mark));
        let (_, home) = home.unwrap_or_else(|| panic!("{name} belongs to no page"));
        let page = home.split_once(&mark).and_then(|(_, rest)| rest.split_once("struct "));
        let page = page.and_then(|(_, rest)| rest.split([' ', '<']).next()).expect("its name");
        // Built by itself, or by a function beside it.
        let makers = home
            .split("fn ")
            .filter(|rest| rest.lines().next().is_some_and(|line| line.contains(&format!("-> {page}"))));
        let makers = makers.filter_map(|rest| rest.split('(').next());
        let shown = makers.chain([page]).any(|known| samples.contains(known));
        assert!(shown, "{name} ({page}) has no sample");
    }
}
