//! Samples of the pages for anybody.

use super::{Sample, frame, show, wrong};
use crate::document::verify::Report;
use crate::hims::{Head, Header, PublicFacts, PublicParty, PublicVersion, Recognised, Role, Title, VersionState};
use crate::kernel::clock::Timestamp;
use crate::kernel::qr;
use crate::kernel::words::Lang;
use crate::web::pages::form::Form;
use crate::web::pages::public::article::{app_page, guide_page, privacy_page};
use crate::web::pages::public::check::CheckPage;
use crate::web::pages::public::enrol::EnrolPage;
use crate::web::pages::public::links::LinksPage;
use crate::web::pages::public::mailbox::{KeptMail, Letter, MailboxPage};
use crate::web::pages::public::serial::SerialPage;
use crate::web::pages::public::verdict::{Checked, judgement, samples};
use crate::web::pages::turn::views::Modal;

pub(super) fn all(lang: Lang) -> Vec<Sample> {
    vec![
        ("panduan-ekyc", show(&guide_page(frame(lang)))),
        ("app", show(&app_page(frame(lang), None))),
        ("app-lain", show(&app_page(frame(lang), Some("https://app.example.test".to_owned())))),
        ("privasi", show(&privacy_page(frame(lang), 90))),
        ("pautan-saya", show(&LinksPage { f: frame(lang), form: wrong(lang, "ic") })),
        ("pautan-saya-dihantar", show(&Modal::of(frame(lang), "wait", "web-links-sent").ok("/"))),
        ("semak", show(&CheckPage { f: frame(lang), form: wrong(lang, "fail"), verdict: None })),
        ("semak-keputusan", show(&verdict(lang, None))),
        ("semak-tidak-dikenali", show(&judged(lang, samples::of_strangers(), None))),
        ("semak-berdaftar", show(&verdict(lang, Some((VersionState::Completed, true))))),
        ("semak-lama", show(&verdict(lang, Some((VersionState::Superseded, false))))),
        ("mel", show(&mailbox(lang))),
        ("mel-kosong", show(&MailboxPage { f: frame(lang), mails: Vec::new() })),
        ("v", show(&serial(lang, VersionState::Current))),
        ("v-lengkap", show(&serial(lang, VersionState::Completed))),
        ("v-diganti", show(&serial(lang, VersionState::Superseded))),
        ("daftar", show(&enrol(lang, false))),
        ("daftar-sedia", show(&enrol(lang, true))),
        ("daftar-e-mel-tergendala", show(&EnrolPage { mails_wait: true, ..enrol(lang, true) })),
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
    let link = "http://127.0.0.1:8080/daftar/x".to_owned();
    EnrolPage {
        f: frame(lang),
        token: "x".to_owned(),
        ready: ready.then(|| (link.clone(), qr::svg(&link, "QR"))),
        code_until: ready.then(|| "21/11/2026 09:00 MYT".to_owned()),
        mails_wait: false,
        app_url: "https://app.example.test".to_owned(),
        form: wrong(lang, "kata_laluan"),
    }
}

pub(super) fn serial(lang: Lang, state: VersionState) -> SerialPage {
    let at = Timestamp::from_seconds(1_795_136_400);
    let party = |role, name: &str, signed: bool| PublicParty {
        title: Title { role, witnessed: (role == Role::Saksi).then_some(Role::Pembeli) },
        name: name.to_owned(),
        signed_at: signed.then_some(at),
    };
    let version = |number, state| PublicVersion { number, state, issued_at: at, ended_at: None };
    let facts = PublicFacts {
        serial: "ESPA-2026-0000001".to_owned(),
        header: header(),
        state,
        version: (1, if state == VersionState::Superseded { 2 } else { 1 }),
        versions: vec![version(2, VersionState::Current), version(1, state)],
        parties: vec![
            party(Role::Pembeli, "A***** b**** S*****", true),
            party(Role::Saksi, "T** M** L***", state == VersionState::Completed),
        ],
        head: Head { document: "01".to_owned(), length: 1, sha256: [0; 32] },
        sha256: samples::report().sha256,
        issued_at: at,
        ended_at: (state != VersionState::Current).then_some(at),
    };
    SerialPage::of(frame(lang), facts, Some(&samples::report()))
}

fn header() -> Header {
    Header {
        code: "20165-9".to_owned(),
        name: "PARKLAND AVENUE".to_owned(),
        unit: "B-10-02".to_owned(),
        developer: "PARKLAND AVENUE SDN. BHD.".to_owned(),
    }
}

fn verdict(lang: Lang, known: Option<(VersionState, bool)>) -> CheckPage {
    let at = Timestamp::from_seconds(1_795_136_400);
    let known = known.map(|(state, newest)| Recognised {
        facts: PublicFacts {
            serial: "ESPA-2026-0000001".to_owned(),
            header: header(),
            state,
            version: (1, 2),
            versions: Vec::new(),
            parties: Vec::new(),
            head: Head { document: "01".to_owned(), length: 1, sha256: [0; 32] },
            sha256: samples::report().sha256,
            issued_at: at,
            ended_at: None,
        },
        signatures: 2,
        newest,
    });
    judged(lang, samples::report(), known.as_ref())
}

fn judged(lang: Lang, report: Report, known: Option<&Recognised>) -> CheckPage {
    let checked = Checked::of(report, known, Timestamp::from_seconds(1_795_136_400));
    let verdict = Some(judgement(&checked, known, &frame(lang)));
    CheckPage { f: frame(lang), form: Form::new(lang), verdict }
}
