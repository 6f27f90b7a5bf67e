//! What the certificate page accepts (CERT-4 to CERT-7).

use super::*;
use crate::device::testing as phones;
use crate::testkit::{bench, keys};

/// Somebody whose address is not known yet.
async fn somebody() -> Person {
    let bench = bench().await;
    let id = phones::person(&bench.work(), &keys(), "900423105484", "aina@example.test").await;
    person::by_id(&bench.work(), &id).await.expect("reads").expect("is there")
}

fn filled(without: &str) -> Form {
    let fields = [
        ("alamat", "8-3A-02 Jalan Contoh, Petaling Jaya"),
        ("poskod", "63000"),
        ("kerakyatan", "MY"),
        ("pin", "Abcdef1#"),
        ("pin_lagi", "Abcdef1#"),
    ];
    let fields = fields.into_iter().filter(|(name, _)| *name != without);
    fields.fold(Form::new(Lang::Ms), |form, (name, value)| form.with(name, value))
}

#[tokio::test]
async fn every_field_is_needed_and_says_so_where_it_is_missing() {
    let person = somebody().await;
    assert!(parsed(&mut filled(""), &person, Term::Year, &PinPolicy::default()).is_some());
    for (missing, marked) in [
        ("alamat", "alamat"),
        ("poskod", "poskod"),
        ("kerakyatan", "kerakyatan"),
        ("pin", "pin"),
        ("pin_lagi", "pin_lagi"),
    ] {
        let mut form = filled(missing);
        assert!(parsed(&mut form, &person, Term::Year, &PinPolicy::default()).is_none(), "{missing}");
        assert!(form.wrong_with(marked).is_some(), "{missing}: {:?}", form.wrong());
    }
}

#[tokio::test]
async fn pin_and_confirmation_must_agree_and_fulfil_the_rules() {
    let person = somebody().await;
    let mut differing = filled("pin_lagi").with("pin_lagi", "Abcdef2#");
    assert!(parsed(&mut differing, &person, Term::Year, &PinPolicy::default()).is_none());
    assert!(differing.wrong_with("pin_lagi").is_some_and(|wrong| wrong.title.contains("tidak sepadan")), "CERT-7");
    let mut weak = filled("pin").with("pin", "abcdefgh").with("pin_lagi", "abcdefgh");
    assert!(parsed(&mut weak, &person, Term::Year, &PinPolicy::default()).is_none());
    assert!(weak.wrong_with("pin").is_some_and(|wrong| wrong.title.contains("tidak memenuhi syarat")), "CERT-6");
}
