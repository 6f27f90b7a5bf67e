//! Samples of the pages for anybody.

use super::{Sample, frame, show, wrong};
use crate::kernel::words::Lang;
use crate::web::pages::form::Form;
use crate::web::pages::public::check::CheckPage;
use crate::web::pages::public::enrol::EnrolPage;
use crate::web::pages::public::mailbox::{KeptMail, Letter, MailboxPage};
use crate::web::pages::public::verdict::{judgement, samples};
use crate::web::pages::qr;

pub(super) fn all(lang: Lang) -> Vec<Sample> {
    let verdict = Some(judgement(&samples::report(), lang));
    vec![
        ("semak", show(&CheckPage { f: frame(lang), form: wrong(lang, "fail"), verdict: None })),
        ("semak-keputusan", show(&CheckPage { f: frame(lang), form: Form::new(lang), verdict })),
        ("mel", show(&mailbox(lang))),
        ("mel-kosong", show(&MailboxPage { f: frame(lang), mails: Vec::new() })),
        ("daftar", show(&enrol(lang, false))),
        ("daftar-sedia", show(&enrol(lang, true))),
    ]
}

fn mailbox(lang: Lang) -> MailboxPage {
    let mail = KeptMail {
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
