//! Samples of the pages of a PIN reset.

use super::{Sample, frame, show, wrong};
use crate::enrolment::Stage;
use crate::kernel::clock::Timestamp;
use crate::kernel::words::Lang;
use crate::web::pages::public::reset::{AskPage, FormPage, told};
use crate::web::pages::turn::views::Modal;

pub(super) fn all(lang: Lang) -> Vec<Sample> {
    let (now, until) = (Timestamp::from_seconds(1_795_136_400), Timestamp::from_seconds(1_795_137_300));
    let wait = |stage, until| show(&told(frame(lang), stage, until, now));
    vec![
        ("set-semula-pin", show(&AskPage { f: frame(lang), form: wrong(lang, "emel") })),
        ("set-semula-pin-disemak", show(&Modal::of(frame(lang), "wait", "web-reset-checked").ok("/"))),
        ("set-semula-pin-borang", show(&FormPage { f: frame(lang), form: wrong(lang, "ic") })),
        ("set-semula-pin-tunggu", wait(Stage::Waiting, until)),
        ("set-semula-pin-sedia", wait(Stage::Approved, until)),
        ("set-semula-pin-berjaya", wait(Stage::Issued, until)),
        ("set-semula-pin-ditolak", wait(Stage::Declined, until)),
        ("set-semula-pin-tamat", wait(Stage::Waiting, now)),
        ("set-semula-pin-diganti", wait(Stage::Withdrawn, until)),
        ("set-semula-pin-gagal", wait(Stage::Failed, until)),
    ]
}
