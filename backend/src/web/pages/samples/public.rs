//! Samples of the pages for anybody.

use super::{Sample, frame, show, wrong};
use crate::kernel::words::Lang;
use crate::web::pages::form::Form;
use crate::web::pages::public::check::CheckPage;
use crate::web::pages::public::enrol::EnrolPage;
use crate::web::pages::public::mailbox::{KeptMail, Letter, MailboxPage};
use crate::web::pages::public::reset::{AskPage, FormPage};
use crate::web::pages::public::serial::SerialPage;
use crate::web::pages::public::verdict::{judgement, samples};
use crate::web::pages::qr;

pub(super) fn all(lang: Lang) -> Vec<Sample> {
    let verdict = Some(judgement(&samples::report(), lang));
    vec![
        ("semak", show(&CheckPage { f: frame(lang), form: wrong(lang, "fail"), verdict: None })),
        ("semak-keputusan", show(&CheckPage { f: frame(lang), form: Form::new(lang), verdict })),
        ("mel", show(&mailbox(lang))),
        ("mel-kosong", show(&MailboxPage { f: frame(lang), mails: Vec::new() })),
        ("set-semula-pin", show(&AskPage { f: frame(lang), form: wrong(lang, "emel") })),
        ("set-semula-pin-borang", show(&FormPage { f: frame(lang), form: wrong(lang, "pin") })),
        ("v", show(&serial(lang))),
        ("daftar", show(&enrol(lang, false))),
        ("daftar-sedia", show(&enrol(lang, true))),
    ]
}

fn mailbox(lang: Lang) -> MailboxPage {
    let mail = KeptMail {
        id: "01KA0000000000000000000000".to_owned(),
        html: String::new(),
        to: "aina@example.test".to_owned(),
        subject: "Kod Verifikasi Perjanjian Jual Beli (eSPA)".to_owned(),
        text: "Tuan/Puan,\n\nKod Verifikasi: 876644\nhttp://127.0.0.1:8080/t/x".to_owned(),
    };
    MailboxPage { f: frame(lang), mails: vec![Letter::from(mail)] }
}

fn enrol(lang: Lang, ready: bool) -> EnrolPage {
    let server = "http://127.0.0.1:8080".to_owned();
    EnrolPage {
        f: frame(lang),
        token: "x".to_owned(),
        ready: ready.then(|| (server.clone(), qr::svg(&server, "QR"))),
        code_until: ready.then(|| "21/11/2026 09:00".to_owned()),
        app_url: "https://app.example.test".to_owned(),
        form: wrong(lang, "kata_laluan"),
    }
}

fn serial(lang: Lang) -> SerialPage {
    let party = |role: &str, name: &str, at: Option<&str>| (role.to_owned(), name.to_owned(), at.map(str::to_owned));
    SerialPage {
        f: frame(lang),
        serial: "SPA-2026-000001".to_owned(),
        code: "20165-9".to_owned(),
        name: "PARKLAND AVENUE".to_owned(),
        unit: "B-10-02".to_owned(),
        state: "CURRENT".to_owned(),
        version: "1".to_owned(),
        issued: "20/11/2026 09:00".to_owned(),
        sha256: samples::report().sha256,
        parties: vec![
            party("Pembeli", "A***** b**** S*****", Some("20/11/2026 10:00")),
            party("Saksi Pembeli", "T** M** L***", None),
        ],
    }
}
