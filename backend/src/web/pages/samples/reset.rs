//! Samples of the pages of a PIN reset, and of the links that stop one.

use super::{Sample, frame, show, wrong};
use crate::certificate::IssueReason;
use crate::enrolment::{Progress, Stage};
use crate::kernel::clock::Timestamp;
use crate::kernel::words::Lang;
use crate::person::PersonId;
use crate::web::pages::public::reset::{AskPage, FormPage, NewPinPage, told};
use crate::web::pages::public::stop::StopPage;
use crate::web::pages::turn::views::Modal;

/// How a reset stands; `day`: without a phone.
fn progress(stage: Stage, expires_at: Timestamp, day: bool) -> Progress {
    let person = PersonId::parse("01KA0000000000000000000000").expect("an id");
    let ready_at = day.then_some(expires_at);
    Progress { person, stage, reason: IssueReason::PinReset, expires_at, ready_at, certificate: None }
}

pub(super) fn all(lang: Lang) -> Vec<Sample> {
    let (now, until) = (Timestamp::from_seconds(1_795_136_400), Timestamp::from_seconds(1_795_137_300));
    let wait = |stage, until, day| show(&told(frame(lang), &progress(stage, until, day), now));
    vec![
        ("set-semula-pin", show(&AskPage { f: frame(lang), form: wrong(lang, "emel") })),
        ("set-semula-pin-disemak", show(&Modal::of(frame(lang), "wait", "web-reset-checked").ok("/"))),
        ("set-semula-pin-borang", show(&FormPage { f: frame(lang), form: wrong(lang, "ic") })),
        (
            "set-semula-pin-baharu",
            show(&NewPinPage {
                f: frame(lang),
                named: "x.y".to_owned(),
                number: "900423-**-**84".to_owned(),
                email: "a***@example.test".to_owned(),
                form: wrong(lang, "pin"),
            }),
        ),
        ("sijil-dibatalkan", show(&Modal::of(frame(lang), "good", "web-revoked").ok("/"))),
        ("set-semula-pin-tunggu", wait(Stage::Waiting, until, false)),
        ("set-semula-pin-sehari", wait(Stage::Waiting, until, true)),
        ("set-semula-pin-dibatalkan", wait(Stage::Declined, until, true)),
        ("set-semula-pin-sedia", wait(Stage::Approved, until, false)),
        ("set-semula-pin-berjaya", wait(Stage::Issued, until, false)),
        ("set-semula-pin-ditolak", wait(Stage::Declined, until, false)),
        ("set-semula-pin-tamat", wait(Stage::Waiting, now, false)),
        ("set-semula-pin-diganti", wait(Stage::Withdrawn, until, false)),
        ("set-semula-pin-gagal", wait(Stage::Failed, until, false)),
        ("bukan-saya", show(&StopPage::phone(frame(lang), "x.y", "Telefon <Contoh>"))),
        ("set-semula-pin-batal", show(&StopPage::pin(frame(lang), "x.y", &until.myt()))),
    ]
}
