//! Samples of the pages of those who sign in.

use super::{Sample, frame, show, wrong};
use crate::account::Role;
use crate::device::RevocationReason;
use crate::ekyc;
use crate::kernel::qr;
use crate::kernel::words::Lang;
use crate::web::pages::form::Form;
use crate::web::pages::frame::{Frame, appointable};
use crate::web::pages::staff::accounts::{AccountLine, AccountsPage, NumberPage, reset_page};
use crate::web::pages::staff::counter::certificates::CertificateLine;
use crate::web::pages::staff::counter::{CounterPage, PersonPage, PhoneLine};
use crate::web::pages::staff::developers::DevelopersPage;
use crate::web::pages::staff::ekyc::{CasePage, Compared, DeskPage, Done, Shown};
use crate::web::pages::staff::ekyc_report::{self, ReportPage};
use crate::web::pages::staff::invitation::{AuthenticatorPage, InvitationPage};
use crate::web::pages::staff::my_account::MyAccountPage;
use crate::web::pages::staff::prove_again::ProveAgainPage;
use crate::web::pages::staff::sign_in::{FirstPage, SignInPage};

fn office(lang: Lang) -> Frame {
    let mut frame = frame(lang);
    frame.signed_in = Some("Siti Pentadbir".to_owned());
    frame.menu = vec![("/kakitangan", "web-menu-accounts"), ("/kakitangan/pemaju", "web-menu-developers")];
    frame.path = "/kakitangan".to_owned();
    frame
}

pub(super) fn all(lang: Lang) -> Vec<Sample> {
    let token = || "x".to_owned();
    vec![
        ("masuk", show(&SignInPage { f: frame(lang), form: wrong(lang, "") })),
        ("masuk-semula", show(&ProveAgainPage { f: office(lang), form: wrong(lang, "").with("balik", "/kakitangan") })),
        ("masuk-pertama", show(&FirstPage { f: frame(lang), form: Form::new(lang) })),
        (
            "jemputan",
            show(&InvitationPage {
                f: frame(lang),
                token: token(),
                name: "Siti".to_owned(),
                email: "siti@example.test".to_owned(),
                form: wrong(lang, "kata_laluan"),
            }),
        ),
        ("pengesah", show(&authenticator(lang, true))),
        ("pengesah-lagi", show(&authenticator(lang, false))),
        ("akaun", show(&accounts(lang))),
        ("akaun-set-semula", show(&reset_page(office(lang), &accounts(lang).accounts[0]))),
        ("akaun-nombor", show(&number(lang))),
        ("akaun-saya", show(&my_account(lang, &[]))),
        ("akaun-kod-pemulihan", show(&my_account(lang, &["ABCD-EFGH-JKLM", "NPQR-STUV-WXYZ"]))),
        (
            "pemaju",
            show(&DevelopersPage {
                f: office(lang),
                developers: vec![(
                    "20165".to_owned(),
                    "PARKLAND AVENUE SDN. BHD.".to_owned(),
                    "202501000000".to_owned(),
                )],
                form: wrong(lang, "nama"),
            }),
        ),
        ("kaunter", show(&CounterPage { f: office(lang), form: wrong(lang, "ic") })),
        ("kaunter-orang", show(&at_counter(lang))),
        ("ekyc", show(&desk(lang, 7, None))),
        ("ekyc-kosong", show(&desk(lang, 0, None))),
        ("ekyc-teruskan", show(&desk(lang, 3, Some("01")))),
        ("ekyc-kes", show(&case(lang))),
        ("ekyc-laporan", show(&report(lang))),
    ]
}

pub(super) fn at_counter(lang: Lang) -> PersonPage {
    let line = |n: u32, state, vouching, wish| PhoneLine {
        id: format!("T{n}"),
        model: "Telefon <Contoh>".to_owned(),
        state,
        bound: "20/11/2026 09:00 MYT".to_owned(),
        vouching,
        live: state != "revoked",
        wish,
    };
    let states = ["active", "unvouched", "replaced", "revoked"].into_iter().zip(1..);
    let mut phones: Vec<_> = states.map(|(state, n)| line(n, state, false, None)).collect();
    phones.push(line(5, "cooling", true, Some(("stolen", "20/11/2026 10:00 MYT".to_owned()))));
    PersonPage {
        f: office(lang),
        id: "P1".to_owned(),
        name: "Aina binti Omar".to_owned(),
        number: "900423-**-**84".to_owned(),
        phones,
        pin_waits: Some("21/11/2026 09:00 MYT".to_owned()),
        frozen: true,
        reasons: RevocationReason::ALL.iter().map(|reason| reason.as_str()).collect(),
        certificates: certificates(),
        why: crate::certificate::RevocationReason::ALL.iter().map(|reason| reason.word()).collect(),
        form: wrong(lang, ""),
    }
}

fn certificates() -> Vec<CertificateLine> {
    let at = || "20/11/2026 10:00".to_owned();
    let line = |serial: &str, state, revoked, wish| CertificateLine {
        serial: serial.to_owned(),
        state,
        term: ["20/11/2026".to_owned(), "20/11/2027".to_owned()],
        revoked,
        wish,
    };
    vec![
        line("4f01", "good", None, None),
        line("4f02", "good", None, Some(("key-compromise", at()))),
        line("4f03", "ended", None, None),
        line("4f04", "revoked", Some((at(), "superseded")), None),
    ]
}

fn number(lang: Lang) -> NumberPage {
    let (name, email) = ("Penyemak".to_owned(), "a@example.test".to_owned());
    NumberPage { f: office(lang), id: "01".to_owned(), name, email, form: wrong(lang, "ic") }
}

fn authenticator(lang: Lang, first: bool) -> AuthenticatorPage {
    let uri = "otpauth://totp/Mohor:siti@example.test?secret=AAAABBBBCCCCDDDD";
    let setup = first.then(|| ("AAAA BBBB CCCC DDDD".to_owned(), qr::svg(uri, "QR")));
    AuthenticatorPage { f: frame(lang), token: "x".to_owned(), setup, form: Form::new(lang) }
}

fn my_account(lang: Lang, codes: &[&str]) -> MyAccountPage {
    let codes = codes.iter().map(|code| (*code).to_owned()).collect();
    MyAccountPage { f: office(lang), left: "7".to_owned(), codes }
}

pub(super) fn accounts(lang: Lang) -> AccountsPage {
    let line = |name: &str, state: &str, role: Role| AccountLine {
        id: "01".to_owned(),
        name: name.to_owned(),
        email: "a@example.test".to_owned(),
        state: state.to_owned(),
        roles: vec![role.as_str()],
        unnamed: role == Role::EkycReviewer,
        reset_asked: (role == Role::EkycReviewer).then_some(false),
    };
    AccountsPage {
        f: office(lang),
        accounts: vec![
            line("Siti Pentadbir", "ACTIVE", Role::Admin),
            line("Pemaju Parkland", "INVITED", Role::Pemaju),
            line("Penyemak", "ENROLLING", Role::EkycReviewer),
            line("Bekas", "DISABLED", Role::QcOfficer),
        ],
        developers: vec![("01".to_owned(), "PARKLAND AVENUE SDN. BHD.".to_owned())],
        roles: appointable().map(Role::as_str).collect(),
        form: wrong(lang, "peranan"),
    }
}

pub(super) fn done(name: &str, decision: &str) -> Done {
    Done { name: name.to_owned(), decision: decision.to_owned(), at: "20/11/2026 08:55 MYT".to_owned() }
}

pub(super) fn desk(lang: Lang, waiting: u32, mine: Option<&str>) -> DeskPage {
    DeskPage {
        f: office(lang),
        counts: [
            ("web-ekyc-waiting", waiting.to_string()),
            ("web-ekyc-held", "1".to_owned()),
            ("web-ekyc-unread", "0".to_owned()),
        ],
        oldest: (waiting > 0).then(|| ("20/11/2026 06:15 MYT".to_owned(), ("2".to_owned(), "web-ekyc-hours"))),
        ready: waiting > 0,
        mine: mine.map(str::to_owned),
        done: if waiting > 0 {
            vec![
                done("Tan Mei Ling 陈美玲", "RETAKE"),
                done("Nur A'ishah binti Omar", "APPROVED"),
                done("Lim", "REJECTED"),
            ]
        } else {
            Vec::new()
        },
    }
}

fn report(lang: Lang) -> ReportPage {
    let numbers = ekyc::Report {
        cases: 140,
        approved: 120,
        rejected: 4,
        retaken: 16,
        sampled: 9,
        looked_twice: 8,
        disagreed: 1,
        wrongly_approved: 1,
        erased: 96,
        withdrawn: 2,
    };
    let around = ["/kakitangan/ekyc/laporan?bulan=2026-10", "/kakitangan/ekyc/laporan?bulan=2026-12"];
    ReportPage {
        f: office(lang),
        month: "11/2026".to_owned(),
        around: around.map(str::to_owned),
        lines: ekyc_report::lines(&numbers),
    }
}

pub(super) fn case(lang: Lang) -> CasePage {
    let shown = |slot, faults: &[&str], prompts: &[&str], source| Shown {
        slot,
        source,
        faults: faults.iter().map(|word| (*word).to_owned()).collect(),
        prompts: prompts.iter().map(|word| (*word).to_owned()).collect(),
    };
    let compared = |check, outcome, read: &str| Compared { check, outcome, read: read.to_owned() };
    CasePage {
        f: office(lang),
        id: "01".to_owned(),
        name: "Nur A'ishah binti Omar".to_owned(),
        number: "900423-10-5484".to_owned(),
        document: "ic",
        since: "20/11/2026 08:15 MYT".to_owned(),
        until: "20/11/2026 09:20 MYT".to_owned(),
        left: 1200,
        attempt: "2".to_owned(),
        consent: Some(("2026-11".to_owned(), "20/11/2026 08:05 MYT".to_owned())),
        pictures: vec![
            shown("front", &[], &[], "camera"),
            shown("back", &["blurred", "glare", "too-dark"], &[], ""),
            shown("selfie", &[], &["turn-left"], "file"),
        ],
        checks: vec![
            compared("sides", "match", ""),
            compared("number", "differs", "900423-10-5486"),
            compared("back-number", "not-read", ""),
            compared("name", "unsure", "NUR AISYAH BINTI OSMAN"),
            compared("birth", "match", ""),
            compared("sex", "not-run", ""),
            compared("face", "not-assessed", ""),
            compared("liveness", "not-assessed", ""),
        ],
        ticks: ekyc::Checklist::ITEMS,
        reasons: ekyc::Reason::ALL.iter().map(|reason| reason.as_str()).collect(),
        form: wrong(lang, "sebab"),
    }
}
