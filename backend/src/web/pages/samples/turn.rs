//! Samples of the signer's pages.

use super::{Sample, frame, show, wrong};
use crate::ekyc::{Reason, Status};
use crate::hims::{Role, Title};
use crate::kernel::words::Lang;
use crate::vault::PinState;
use crate::web::pages::form::Form;
use crate::web::pages::frame::Frame;
use crate::web::pages::turn::standing::standing_of;
use crate::web::pages::turn::views::*;

/// Every modal that only tells, by the key of its words.
const TELLING: [&str; 27] = [
    "web-consent-none",
    "web-state-withdrawn",
    "web-signed",
    "web-state-not-yet",
    "web-mailed-to-you",
    "web-waiting-stamp",
    "web-state-completed",
    "web-state-signed",
    "web-state-expired",
    "web-state-replaced",
    "web-state-returned",
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
    all.extend(signing(lang));
    all.extend(TELLING.iter().map(|key| (*key, show(&Modal::of(frame(lang).waiting(4), "wait", key).ok("/")))));
    all.extend(identity(lang));
    all
}

/// The identity check as it stands in the way of a turn: each status with its reason and its way on.
fn identity(lang: Lang) -> Vec<Sample> {
    let of = |tone, key: &str, status| show(&standing_of(Modal::of(frame(lang), tone, key), status, "/t/x/pautan"));
    vec![
        ("t-ekyc-belum", of("wait", "web-state-ekyc-missing", Status::Missing)),
        ("t-ekyc-semakan", of("wait", "web-state-ekyc-review", Status::InReview)),
        ("t-ekyc-semula", of("wait", "web-state-ekyc-retake", Status::Retake(Reason::Unreadable))),
        ("t-ekyc-ditolak", of("bad", "web-state-ekyc-rejected", Status::Rejected(Reason::Mismatch))),
    ]
}

fn pages(lang: Lang) -> Vec<Sample> {
    vec![
        ("t", show(&Landing { f: frame(lang), head: head(lang), form: wrong(lang, "ic") })),
        ("t-kod", show(&code(lang, false))),
        ("t-kod-e-mel-tergendala", show(&code(lang, true))),
        ("t-sijil", show(&certificate(lang))),
        ("t-semak", show(&review(lang, 3))),
        ("t-semak-40", show(&review(lang, 40))),
        ("t-sah", show(&confirming(lang, true))),
        ("t-sah-seterusnya", show(&confirming(lang, false))),
        ("t-pembetulan", show(&CorrectionPage { f: frame(lang), head: head(lang), form: wrong(lang, "catatan") })),
        ("t-persetujuan", show(&consent(lang))),
        (
            "t-teks",
            show(&TextPage {
                f: frame(lang),
                back: "/t/x/semak".to_owned(),
                pages: vec!["PERJANJIAN JUAL BELI\n\n1. SPESIMEN".to_owned(), "2. SPESIMEN".to_owned()],
                lang: Lang::Ms,
            }),
        ),
        ("t-berjaya", show(&signed(lang))),
        ("t-menunggu", show(&waiting(lang))),
        ("t-dikembalikan", show(&returned(lang))),
        ("t-pin-salah", show(&refused(lang, "pin-wrong", &[("left", "1")]))),
        ("t-pin-disekat", show(&refused(lang, "pin-wrong-now-blocked", &[]))),
        ("t-kod-salah", show(&refused(lang, "code-wrong", &[]))),
    ]
}

/// SCR-3 in each of its states, and SCR-4.
fn signing(lang: Lang) -> Vec<Sample> {
    let last = SignPage { pin: PinState::Active { left: 1 }, ..sign(lang, false) };
    let tagged = SignPage { tag: Some("B7".to_owned()), ..sign(lang, false) };
    let blocked = SignPage { pin: PinState::Blocked, ..sign(lang, false) };
    let by_hand = SignPage { id_masked: Some("900423-**-**84".to_owned()), form: Form::new(lang), ..sign(lang, true) };
    vec![
        ("t-tandatangan", show(&sign(lang, false))),
        ("t-tandatangan-tanda", show(&tagged)),
        ("t-tandatangan-emel", show(&sign(lang, true))),
        ("t-tandatangan-emel-tergendala", show(&SignPage { mails_wait: true, ..sign(lang, true) })),
        ("t-tandatangan-manual", show(&by_hand)),
        ("t-tandatangan-pin-akhir", show(&last)),
        ("t-tandatangan-pin-disekat", show(&blocked)),
    ]
}

fn confirming(lang: Lang, first: bool) -> ConfirmPage {
    ConfirmPage { f: frame(lang), head: head(lang), subject: subject(), agreed: "x".to_owned(), first }
}

fn consent(lang: Lang) -> ConsentPage {
    let f = Frame { consent: Some("/t/x/persetujuan".to_owned()), ..frame(lang) };
    ConsentPage { f, token: "x".to_owned(), days: "90".to_owned(), form: wrong(lang, "faham") }
}

fn signed(lang: Lang) -> Modal {
    let modal = Modal::of(frame(lang), "good", "web-signed")
        .with("web-unit", "20165-9 · PARKLAND AVENUE · B-10-02")
        .with("web-progress", &lang.say_with("web-signed-count", &[("n", "1"), ("of", "4")]))
        .with("web-your-time", "20/11/2026 09:00 MYT")
        .with("web-serial", "SPA-2026-000001")
        .with("web-your-certificate", "5f3a0c91d2b84e67a1c0de7723b94410");
    let file = Some(("/t/x/dokumen.pdf".to_owned(), "ESPA-2026-0000001.pdf".to_owned()));
    Modal { digest: DIGEST.to_owned(), over: true, file, ..modal.ok("/t/x") }
}

pub(super) fn waiting(lang: Lang) -> Modal {
    let witness = Title { role: Role::Saksi, witnessed: Some(Role::Pembeli) };
    Modal::of(frame(lang).waiting(30), "wait", "web-state-not-yet")
        .with("web-unit", "20165-9 · PARKLAND AVENUE · B-10-02")
        .with("web-awaiting", &format!("{} · T** M** L***", witness.say(lang)))
        .with("web-progress", &lang.say_with("web-signed-count", &[("n", "1"), ("of", "4")]))
        .looking_again("/t/x")
}

fn returned(lang: Lang) -> Modal {
    Modal { over: true, ..Modal::of(frame(lang), "wait", "web-state-returned") }
        .with("web-unit", "20165-9 · PARKLAND AVENUE · B-10-02")
        .with("web-returned-by", "Saksi Pembeli · T** M** L***")
        .with("web-progress", &lang.say_with("web-signed-count", &[("n", "1"), ("of", "4")]))
}

fn refused(lang: Lang, code: &str, facts: &[(&str, &str)]) -> Modal {
    let f = frame(lang);
    let say = |part: &str| lang.say_with(&format!("problem-{code}{part}"), facts);
    let (title, lines) = match code.starts_with("code-") {
        true => (f.say("web-code-wrong-title"), vec![say(""), say(".remedy")]),
        false => (say(""), vec![say(".remedy")]),
    };
    let modal = Modal::new(f, "bad", title, lines).ok("/t/x/tandatangan");
    Modal { reference: "01KA0000000000000000000000".to_owned(), ..modal }
}

fn review(lang: Lang, pages: usize) -> ReviewPage {
    ReviewPage {
        f: frame(lang),
        head: head(lang),
        subject: Subject { pages, ..subject() },
        progress: ("1".to_owned(), "4".to_owned()),
        form: Form::new(lang),
    }
}

fn subject() -> Subject {
    Subject { serial: None, version: "1".to_owned(), pages: 3, size: "412 KB".to_owned(), digest: DIGEST.to_owned() }
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
        deadline: Some("22/11/2026 09:00 MYT".to_owned()),
        left: Some(time_left(lang)),
    }
}

fn time_left(lang: Lang) -> String {
    lang.say_with("web-left-days", &[("n", "2")])
}

pub(super) fn certificate(lang: Lang) -> CertificatePage {
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

fn code(lang: Lang, mails_wait: bool) -> CodePage {
    let (action, back) = ("/t/x/kod".to_owned(), "/t/x".to_owned());
    CodePage { f: frame(lang), form: wrong(lang, "kod"), action, back, mails_wait }
}

pub(super) fn sign(lang: Lang, by_mail: bool) -> SignPage {
    SignPage {
        f: frame(lang),
        head: head(lang),
        subject: subject(),
        key: "k".to_owned(),
        name: "Nur A'ishah binti Omar".to_owned(),
        by_mail,
        mail_sent: by_mail,
        mails_wait: false,
        mail: "a***@example.test".to_owned(),
        pin: PinState::Active { left: 3 },
        tag: None,
        id_masked: None,
        form: if by_mail { wrong(lang, "lukisan") } else { Form::new(lang) },
    }
}
