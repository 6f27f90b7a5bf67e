//! Pages that show names as people have them: apostrophes and graves, three other scripts, eighty characters.

use super::{Sample, hims, public, show, staff, turn};
use crate::hims::VersionState;
use crate::kernel::words::Lang;
use crate::web::pages::hims::agreement::{AgreementPage, Next};
use crate::web::pages::hims::dashboard::DashboardPage;
use crate::web::pages::public::serial::{SerialPage, Signer};
use crate::web::pages::staff::accounts::AccountsPage;
use crate::web::pages::staff::counter::PersonPage;
use crate::web::pages::staff::ekyc::{CasePage, DeskPage};
use crate::web::pages::turn::views::{CertificatePage, Modal, Particulars, SignPage};

/// Apostrophe, grave, Tamil, Chinese, Jawi; the last is eighty characters long.
pub(super) const NAMES: [&str; 6] = [
    "Nur A'ishah O'Neil binti Dato' Seri",
    "D`Souza a/l Xavier",
    "செல்வி கமலா சுப்பிரமணியம்",
    "陈美玲",
    "محمد فيصل بن عبدالرحمن",
    "Tengku Puteri Nur Ain Batrisyia Safiyyah Humaira binti Tengku Aladdin Shah Putra",
];

pub(super) fn all(lang: Lang) -> Vec<Sample> {
    let [quote, _, _, _, jawi, long] = NAMES;
    let person = Particulars { name: long.to_owned(), ..turn::certificate(lang).person };
    let waiting = turn::waiting(lang);
    vec![
        ("nama-hims", show(&dashboard(lang))),
        ("nama-perjanjian", show(&agreement(lang))),
        ("nama-sijil", show(&CertificatePage { person, ..turn::certificate(lang) })),
        ("nama-tandatangan", show(&SignPage { name: quote.to_owned(), ..turn::sign(lang, false) })),
        (
            "nama-menunggu",
            show(&Modal { facts: Vec::new(), ..waiting }.with("web-awaiting", &format!("Saksi · {jawi}"))),
        ),
        ("nama-v", show(&serial(lang))),
        ("nama-akaun", show(&accounts(lang))),
        ("nama-kaunter", show(&PersonPage { name: jawi.to_owned(), ..staff::at_counter(lang) })),
        ("nama-ekyc", show(&desk(lang))),
        ("nama-ekyc-kes", show(&CasePage { name: long.to_owned(), ..staff::case(lang) })),
    ]
}

fn serial(lang: Lang) -> SerialPage {
    let page = public::serial(lang, VersionState::Current);
    let signed = page.signers[0].clone();
    let signers = NAMES.map(|name| Signer { name: name.to_owned(), ..signed.clone() }).to_vec();
    SerialPage { signers, ..page }
}

fn dashboard(lang: Lang) -> DashboardPage {
    let mut page = hims::dashboard(lang);
    for (line, name) in page.lines.iter_mut().zip(NAMES) {
        line.awaited = Some(("Saksi".to_owned(), name.to_owned(), "REVIEWING".to_owned()));
    }
    page
}

fn agreement(lang: Lang) -> AgreementPage {
    let people = NAMES.map(|name| hims::party(lang, name, crate::hims::Role::Pembeli, Some("WAITING")));
    let next = Next::Waiting("Saksi".to_owned(), NAMES[4].to_owned(), "REVIEWING".to_owned(), None);
    AgreementPage { parties: people.to_vec(), next, ..hims::agreement(lang, "SIGNING") }
}

fn accounts(lang: Lang) -> AccountsPage {
    let mut page = staff::accounts(lang);
    for (line, name) in page.accounts.iter_mut().zip(NAMES.into_iter().rev()) {
        name.clone_into(&mut line.name);
    }
    page
}

fn desk(lang: Lang) -> DeskPage {
    let mut page = staff::desk(lang, 7, None);
    let first = page.done.remove(0);
    page.done = NAMES.map(|name| staff::done(name, &first.decision)).to_vec();
    page
}

#[test]
fn every_name_is_shown_as_it_is_and_set_apart_from_the_words_around_it() {
    assert_eq!(NAMES[5].chars().count(), 80, "as long as a name on a card can be");
    for lang in Lang::ALL {
        let pages = all(lang);
        for name in NAMES {
            let escaped = name.replace('\'', "&#39;");
            for page in ["nama-hims", "nama-perjanjian", "nama-v", "nama-ekyc"] {
                let (_, html) = pages.iter().find(|(one, _)| *one == page).expect("a sample");
                let inside = html.split("<bdi").filter_map(|part| part.split_once('>')?.1.split('<').next());
                assert!(inside.into_iter().any(|text| text == escaped), "{page} in {lang} does not show {name}");
            }
        }
        let (_, html) = pages.iter().find(|(one, _)| *one == "nama-perjanjian").expect("a sample");
        assert!(html.contains(&format!(": \u{2068}{}\u{2069}", NAMES[4])), "a name inside a sentence is set apart");
    }
}
