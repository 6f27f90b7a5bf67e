//! Samples of the developer's pages.

use super::{Sample, frame, show, wrong};
use crate::hims::{Role, Title};
use crate::kernel::clock::Timestamp;
use crate::kernel::words::Lang;
use crate::web::pages::form::{FieldFault, Form};
use crate::web::pages::frame::Frame;
use crate::web::pages::hims::agreement::{AgreementPage, Event, Next, PartyView, VersionView};
use crate::web::pages::hims::amend::{DetailsPage, UnitPage};
use crate::web::pages::hims::dashboard::{DashboardPage, Line};
use crate::web::pages::hims::development::{self, DevelopmentPage, DevelopmentsPage, UnitLine};
use crate::web::pages::hims::mend::{ContactPage, WithdrawPage};
use crate::web::pages::hims::parties;
use crate::web::pages::turn::views::Modal;

fn desk(lang: Lang) -> Frame {
    let mut frame = frame(lang);
    frame.signed_in = Some("Puan Lim (Parkland)".to_owned());
    frame.menu = vec![("/hims", "web-menu-agreements"), ("/hims/pembangunan", "web-menu-developments")];
    frame.path = "/hims".to_owned();
    frame
}

pub(super) fn all(lang: Lang) -> Vec<Sample> {
    vec![
        ("hims", show(&dashboard(lang))),
        ("hims-kosong", show(&DashboardPage { lines: Vec::new(), total: 0, ..dashboard(lang) })),
        ("hims-tiada", show(&DashboardPage { lines: Vec::new(), ..dashboard(lang) })),
        ("pembangunan", show(&developments(lang))),
        ("pembangunan-unit", show(&units(lang))),
        ("unit-pinda", show(&unit(lang))),
        ("pembangunan-pinda", show(&details(lang))),
        ("perjanjian-draf", show(&agreement(lang, "DRAFT"))),
        ("perjanjian-giliran", show(&agreement(lang, "SIGNING"))),
        ("perjanjian-kembali", show(&agreement(lang, "RETURNED"))),
        ("perjanjian-tamat", show(&agreement(lang, "EXPIRED"))),
        ("perjanjian-selesai", show(&agreement(lang, "COMPLETED"))),
        ("perjanjian-hubungan", show(&contact(lang))),
        ("perjanjian-tarik-balik", show(&withdrawing(lang))),
        ("perjanjian-dihantar", show(&Modal::of(desk(lang), "good", "web-mailed-again").ok("/hims/perjanjian/01"))),
    ]
}

fn unit(lang: Lang) -> UnitPage {
    let development = ("01".to_owned(), "PARKLAND AVENUE".to_owned());
    UnitPage { f: desk(lang), id: "02".to_owned(), development, form: wrong(lang, "harga").with("no_unit", "B-10-02") }
}

fn details(lang: Lang) -> DetailsPage {
    let form = wrong(lang, "lokasi").with("nama_pemajuan", "PARKLAND AVENUE");
    DetailsPage { f: desk(lang), id: "01".to_owned(), code: "20165-9".to_owned(), form }
}

fn contact(lang: Lang) -> ContactPage {
    ContactPage {
        f: desk(lang),
        id: "01".to_owned(),
        turn: "02".to_owned(),
        unit: "B-10-02".to_owned(),
        name: "Aminah binti Salleh".to_owned(),
        role: "Pembeli".to_owned(),
        email: "a***@example.test".to_owned(),
        form: wrong(lang, "emel"),
    }
}

fn withdrawing(lang: Lang) -> WithdrawPage {
    let (id, unit) = ("01".to_owned(), "B-10-02".to_owned());
    WithdrawPage { f: desk(lang), id, unit, signed: (1, 3), form: wrong(lang, "sebab") }
}

pub(super) fn dashboard(lang: Lang) -> DashboardPage {
    let line = |unit: &str, state: &str, waits: bool| Line {
        id: "01".to_owned(),
        development: "20165-9 · PARKLAND AVENUE".to_owned(),
        unit: unit.to_owned(),
        state: state.to_owned(),
        trouble: matches!(state, "RETURNED" | "EXPIRED"),
        signed: if state == "DRAFT" { (0, 0) } else { (1, 4) },
        awaited: waits.then(|| (said(lang, Role::Saksi), "Tan Mei Ling".to_owned(), "REVIEWING".to_owned())),
        deadline: waits
            .then(|| ("22/11/2026 09:00 MYT".to_owned(), lang.say_with("web-left-hours", &[("n", "5")]), "warn")),
    };
    let states = ["DRAFT", "GENERATING", "ISSUED", "SIGNING", "RETURNED", "EXPIRED", "COMPLETED"];
    let lines = states.into_iter().map(|state| line("B-10-02", state, state == "SIGNING")).collect();
    let next = Some("/hims?selepas=x".to_owned());
    let piles = vec![("tindakan", 2, false), ("menunggu", 2, false), ("draf", 2, false), ("selesai", 1, false)];
    DashboardPage { f: desk(lang), piles, total: 7, form: Form::new(lang).with("cari", "B-10"), lines, next }
}

fn one() -> development::Line {
    development::Line {
        id: "01".to_owned(),
        code: "20165-9".to_owned(),
        name: "PARKLAND AVENUE".to_owned(),
        jadual: "H",
        location: "Mukim Kajang, Selangor".to_owned(),
        term: "year",
    }
}

/// What a role is called; a witness is the buyer's.
fn said(lang: Lang, role: Role) -> String {
    Title { role, witnessed: (role == Role::Saksi).then_some(Role::Pembeli) }.say(lang)
}

fn developments(lang: Lang) -> DevelopmentsPage {
    DevelopmentsPage { f: desk(lang), developments: vec![one()], form: wrong(lang, "jadual") }
}

fn units(lang: Lang) -> DevelopmentPage {
    let unit = UnitLine {
        id: "01".to_owned(),
        number: "B-10-02".to_owned(),
        kind: "Pangsapuri".to_owned(),
        area: "92.90 m²".to_owned(),
        price: "RM 528,000.00".to_owned(),
        agreement: None,
    };
    let drafted = UnitLine {
        number: "B-10-03".to_owned(),
        agreement: Some(("01".to_owned(), "SIGNING".to_owned())),
        ..unit.clone()
    };
    DevelopmentPage { f: desk(lang), one: one(), units: vec![unit, drafted], form: wrong(lang, "harga") }
}

pub(super) fn party(lang: Lang, name: &str, role: Role, turn: Option<&str>) -> PartyView {
    PartyView {
        role: said(lang, role),
        name: name.to_owned(),
        email: Some(("a***@example.test".to_owned(), true)),
        company: (role == Role::Pemaju).then(|| "PARKLAND AVENUE SDN. BHD.".to_owned()),
        witness_of: (role == Role::Saksi).then_some(1),
        ekyc: "approved",
        turn: turn.map(str::to_owned),
        time: turn.filter(|state| *state != "WAITING").map(|_| "22/11/2026 09:00 MYT".to_owned()),
        remind: turn.filter(|state| *state == "WAITING").map(str::to_owned),
        correct: turn.filter(|state| *state == "WAITING").map(str::to_owned),
    }
}

fn next(lang: Lang, state: &str) -> Next {
    let (role, name) = (said(lang, Role::Saksi), "Tan Mei Ling".to_owned());
    match state {
        "DRAFT" => Next::Parties,
        "RETURNED" => Next::Generate,
        "EXPIRED" => Next::Reopen("01".to_owned(), role, name),
        "COMPLETED" => Next::Done("1".to_owned(), "ESPA-2026-0000001".to_owned()),
        _ => Next::Waiting(role, name, "REVIEWING".to_owned(), Some(lang.say_with("web-left-hours", &[("n", "5")]))),
    }
}

fn history(lang: Lang) -> Vec<Event> {
    let event = |seconds: i64, tone, text: &str| {
        let at = Timestamp::from_seconds(1_795_050_000 + seconds);
        Event { at, tone, text: text.to_owned() }
    };
    let signed =
        lang.say_with("web-event-signed", &[("role", &said(lang, Role::Pembeli)), ("name", "Aminah binti Salleh")]);
    vec![
        event(0, "", &lang.say("web-event-drafted")),
        event(3600, "info", &lang.say_with("web-event-issued", &[("n", "1")])),
        event(90_000, "good", &signed),
    ]
}

pub(super) fn agreement(lang: Lang, state: &str) -> AgreementPage {
    let editable = matches!(state, "DRAFT" | "RETURNED");
    let issued = !editable;
    let mut form = parties::fresh(lang);
    if state == "DRAFT" {
        form.refuse("nama.1", FieldFault::Empty);
    }
    let turn = |turn: &'static str| issued.then_some(turn);
    let (second, third) = match state {
        "COMPLETED" => ("SIGNED", "SIGNED"),
        "EXPIRED" => ("EXPIRED", "WAITING"),
        _ => ("REVIEWING", "WAITING"),
    };
    let people = vec![
        party(lang, "Aminah binti Salleh", Role::Pembeli, turn("SIGNED")),
        party(lang, "Tan Mei Ling", Role::Saksi, turn(second)),
        party(lang, "Ravi a/l Kumar", Role::Pemaju, turn(third)),
    ];
    let version = VersionView {
        number: "1".to_owned(),
        state: if state == "COMPLETED" { state } else { "CURRENT" }.to_owned(),
        serial: Some("SPA-2026-000001".to_owned()),
        issued: "20/11/2026 09:00 MYT".to_owned(),
    };
    let told = desk(lang).say2("web-correction-asked", "role", &said(lang, Role::Pembeli), "n", "1");
    let remark = (told, "Poskod tidak betul.".to_owned(), "20/11/2026 10:00 MYT".to_owned());
    AgreementPage {
        f: desk(lang),
        id: "01".to_owned(),
        development: "20165-9 · PARKLAND AVENUE".to_owned(),
        unit: "B-10-02".to_owned(),
        state: state.to_owned(),
        editable,
        next: next(lang, state),
        history: history(lang),
        parties: if state == "DRAFT" { Vec::new() } else { people },
        versions: if state == "DRAFT" { Vec::new() } else { vec![version] },
        corrections: if state == "RETURNED" { vec![remark] } else { Vec::new() },
        withdrawable: matches!(state, "SIGNING" | "EXPIRED"),
        rows: if editable { parties::rows(&form) } else { Vec::new() },
        roles: Role::ORDER.iter().map(|role| role.as_str()).collect(),
        form,
    }
}
