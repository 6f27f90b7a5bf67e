//! Samples of the pages of those who sign in.

use super::{Sample, frame, show, wrong};
use crate::account::Role;
use crate::device::RevocationReason;
use crate::kernel::words::Lang;
use crate::web::pages::form::Form;
use crate::web::pages::frame::Frame;
use crate::web::pages::qr;
use crate::web::pages::staff::accounts::{AccountLine, AccountsPage};
use crate::web::pages::staff::counter::{CounterPage, PersonPage, PhoneLine};
use crate::web::pages::staff::developers::DevelopersPage;
use crate::web::pages::staff::ekyc::{CasePage, QueuePage, Waiting};
use crate::web::pages::staff::invitation::{AuthenticatorPage, InvitationPage};
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
        ("ekyc", show(&queue(lang))),
        ("ekyc-kosong", show(&QueuePage { f: office(lang), count: "0".to_owned(), queue: Vec::new() })),
        ("ekyc-kes", show(&case(lang))),
    ]
}

fn at_counter(lang: Lang) -> PersonPage {
    let line = |n: u32, state, vouching, wish| PhoneLine {
        id: format!("T{n}"),
        model: "Telefon <Contoh>".to_owned(),
        state,
        bound: "20/11/2026 09:00".to_owned(),
        vouching,
        live: state != "revoked",
        wish,
    };
    let states = ["active", "unvouched", "replaced", "revoked"].into_iter().zip(1..);
    let mut phones: Vec<_> = states.map(|(state, n)| line(n, state, false, None)).collect();
    phones.push(line(5, "cooling", true, Some(("stolen", "20/11/2026 10:00".to_owned()))));
    PersonPage {
        f: office(lang),
        id: "P1".to_owned(),
        name: "Aina binti Omar".to_owned(),
        number: "900423-**-**84".to_owned(),
        phones,
        pin_waits: Some("21/11/2026 09:00".to_owned()),
        frozen: true,
        reasons: RevocationReason::ALL.iter().map(|reason| reason.as_str()).collect(),
        form: wrong(lang, ""),
    }
}

fn authenticator(lang: Lang, first: bool) -> AuthenticatorPage {
    let uri = "otpauth://totp/Mohor:siti@example.test?secret=AAAABBBBCCCCDDDD";
    let setup = first.then(|| ("AAAA BBBB CCCC DDDD".to_owned(), qr::svg(uri, "QR")));
    AuthenticatorPage { f: frame(lang), token: "x".to_owned(), setup, form: Form::new(lang) }
}

fn accounts(lang: Lang) -> AccountsPage {
    let line = |name: &str, state: &str, role: Role| AccountLine {
        id: "01".to_owned(),
        name: name.to_owned(),
        email: "a@example.test".to_owned(),
        state: state.to_owned(),
        roles: vec![role.as_str()],
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
        roles: Role::ALL.iter().map(|role| role.as_str()).collect(),
        form: wrong(lang, "peranan"),
    }
}

fn queue(lang: Lang) -> QueuePage {
    let waiting = |own| Waiting {
        id: "01".to_owned(),
        name: "Nur A'ishah binti Omar".to_owned(),
        document: "ic",
        since: "20/11/2026 08:15".to_owned(),
        own,
    };
    QueuePage { f: office(lang), count: "2".to_owned(), queue: vec![waiting(false), waiting(true)] }
}

fn case(lang: Lang) -> CasePage {
    CasePage {
        f: office(lang),
        id: "01".to_owned(),
        name: "Nur A'ishah binti Omar".to_owned(),
        number: "900423105484".to_owned(),
        document: "passport",
        since: "20/11/2026 08:15".to_owned(),
        slots: vec!["front", "back", "selfie"],
        open: true,
        reasons: crate::ekyc::Reason::ALL.iter().map(|reason| reason.as_str()).collect(),
        form: wrong(lang, "sebab"),
    }
}
