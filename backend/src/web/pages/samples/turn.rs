//! Samples of the signer's pages.

use super::{Sample, frame, show, wrong};
use crate::kernel::words::Lang;
use crate::web::pages::form::Form;
use crate::web::pages::turn::views::*;

/// Every modal that only tells, by the key of its words.
const TELLING: [&str; 24] = [
    "web-signed",
    "web-state-not-yet",
    "web-state-needs-ekyc",
    "web-waiting-stamp",
    "web-state-completed",
    "web-state-signed",
    "web-state-expired",
    "web-state-replaced",
    "web-your-turn-now",
    "web-correction-done",
    "web-cert-wait",
    "web-cert-making",
    "web-cert-done",
    "web-cert-declined",
    "web-cert-over",
    "web-enrol-claimed",
    "web-reset-checked",
    "web-reset-wait",
    "web-reset-making",
    "web-reset-done",
    "web-reset-declined",
    "web-reset-expired",
    "web-reset-replaced",
    "web-reset-failed",
];

pub(super) fn all(lang: Lang) -> Vec<Sample> {
    let mut all = pages(lang);
    all.extend(TELLING.iter().map(|key| (*key, show(&Modal::of(frame(lang).waiting(4), "wait", key).ok("/")))));
    all
}

fn pages(lang: Lang) -> Vec<Sample> {
    vec![
        ("t", show(&Landing { f: frame(lang), head: head(lang), form: wrong(lang, "ic") })),
        (
            "t-kod",
            show(&CodePage {
                f: frame(lang),
                form: wrong(lang, "kod"),
                action: "/t/x/kod".to_owned(),
                back: "/t/x".to_owned(),
            }),
        ),
        ("t-sijil", show(&certificate(lang))),
        (
            "t-semak",
            show(&ReviewPage {
                f: frame(lang),
                head: head(lang),
                digest: DIGEST.to_owned(),
                has_serial: false,
                form: Form::new(lang),
            }),
        ),
        (
            "t-sah",
            show(&ConfirmPage {
                f: frame(lang),
                head: head(lang),
                digest: DIGEST.to_owned(),
                size: "412 KB".to_owned(),
            }),
        ),
        ("t-tandatangan", show(&sign(lang, false))),
        ("t-tandatangan-emel", show(&sign(lang, true))),
        ("t-pembetulan", show(&CorrectionPage { f: frame(lang), head: head(lang), form: wrong(lang, "catatan") })),
        (
            "t-teks",
            show(&TextPage {
                f: frame(lang),
                back: "/t/x/semak".to_owned(),
                text: "PERJANJIAN JUAL BELI\n\n1. SPESIMEN".to_owned(),
            }),
        ),
        (
            "t-berjaya",
            show(&Modal { digest: DIGEST.to_owned(), ..Modal::of(frame(lang), "good", "web-signed").ok("/t/x") }),
        ),
    ]
}

const DIGEST: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

fn head(lang: Lang) -> Head {
    Head {
        token: "x".to_owned(),
        code: "20165-9".to_owned(),
        name: "PARKLAND AVENUE".to_owned(),
        unit: "B-10-02".to_owned(),
        developer: "PARKLAND AVENUE SDN. BHD.".to_owned(),
        role: if lang == Lang::Ms { "Pembeli" } else { "Buyer" }.to_owned(),
        deadline: Some("22/11/2026 09:00".to_owned()),
        version: "1".to_owned(),
    }
}

fn certificate(lang: Lang) -> CertificatePage {
    let person = Particulars {
        name: "Nur A'ishah binti Omar".to_owned(),
        id_masked: "900423-**-**84".to_owned(),
        email: "a***@example.test".to_owned(),
        address: None,
        postcode: Some("63000".to_owned()),
    };
    let countries = vec![("MY".to_owned(), "Malaysia".to_owned()), ("JP".to_owned(), "Jepun".to_owned())];
    CertificatePage { f: frame(lang), head: head(lang), person, countries, form: wrong(lang, "alamat") }
}

fn sign(lang: Lang, by_mail: bool) -> SignPage {
    SignPage {
        f: frame(lang),
        head: head(lang),
        digest: DIGEST.to_owned(),
        key: "k".to_owned(),
        name: "Nur A'ishah binti Omar".to_owned(),
        by_mail,
        mail_sent: by_mail,
        mail: "a***@example.test".to_owned(),
        form: if by_mail { wrong(lang, "lukisan") } else { Form::new(lang) },
    }
}
