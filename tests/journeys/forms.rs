//! What people type wrongly: said at the field, with what to do, in both languages, and nothing typed is lost
//! (SEC-5, TV-4, PUB-ID-1 to PUB-ID-3).

use std::time::Duration;

use mohor::demo::world::SIGNEES;
use mohor::demo::{Browser, Form, Page, clerk};
use mohor_tests::ground::Ground;
use mohor_tests::scene::{Scene, refused_saying};

/// 30 February; a place code that was never assigned; a month 13; eleven digits.
const IMPOSSIBLE: [&str; 4] = ["900230-10-5484", "900423-00-5484", "901323-10-5484", "90042310548"];

/// The parties of the demo, typed into the editor of `page`, with `changes`.
fn parties(page: &Page, changes: &[(&str, &str)]) -> Form {
    let mut form = page.need_form_to("/pihak").expect("the editor").with("aksi", "simpan").with("susunan", "senarai");
    for (who, n) in SIGNEES.iter().zip(1..) {
        let witness = who.witness_of.map_or_else(String::new, |place| place.to_string());
        for (column, value) in [
            ("nama", who.name),
            ("ic", who.ic),
            ("emel", who.email),
            ("telefon", who.phone),
            ("peranan", who.role),
            ("saksi_kepada", &witness),
        ] {
            form = form.with(&format!("{column}.{n}"), value);
        }
    }
    changes.iter().fold(form, |form, (name, value)| form.with(name, value))
}

/// Sends the form in Malay, then the same in English.
async fn in_both(browser: &Browser, page: &Page, form: &Form, malay: &[&str], english: &[&str]) {
    let answer = browser.submit(page, form).await.expect("an answer");
    refused_saying(&answer, malay);
    let action = format!("{}?lang=en", form.action);
    let answer = browser.submit(page, &Form { action, ..form.clone() }).await.expect("an answer");
    refused_saying(&answer, english);
    browser.get("/?lang=ms").await.expect("Malay again");
}

#[tokio::test]
async fn a_number_that_cannot_exist_is_refused_at_its_field_and_everything_typed_stays() {
    let ground = Ground::new();
    let scene = Scene::drafted(&ground, Duration::ZERO).await;
    let (world, desk) = (&scene.world, &scene.world.clerk);
    let page = desk.browser.visit(&world.agreement.path).await.expect("the agreement");
    for number in IMPOSSIBLE {
        let answer = desk.browser.submit(&page, &parties(&page, &[("ic.2", number)])).await.expect("an answer");
        refused_saying(&answer, &["Nombor kad pengenalan", "kod tempat"]);
        let form = answer.need_form_to("/pihak").expect("the editor again");
        let typed = |name: &str| form.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        assert_eq!(typed("ic.2").as_deref(), Some(number), "what was typed is there to be mended");
        assert_eq!(typed("nama.4").as_deref(), Some(SIGNEES[3].name));
    }
    let form = parties(&page, &[("ic.1", IMPOSSIBLE[0])]);
    in_both(&desk.browser, &page, &form, &["tarikh lahir"], &["date of birth", "place code"]).await;

    // The signer who mistypes the number at the link, and whoever resets a PIN.
    clerk::generate(&world.clerk, &world.agreement).await.expect("Jana eSPA");
    let browser = scene.stranger();
    let page = browser.visit("/set-semula-pin/borang").await.expect("SCR-8");
    let form = page.need_form(&["ic", "emel", "kod"]).expect("the form");
    let form = form.with("emel", SIGNEES[0].email).with("kod", "123456").with("ic", IMPOSSIBLE[1]);
    in_both(&browser, &page, &form, &["tarikh lahir"], &["date of birth"]).await;
    scene.end().await;
}

#[tokio::test]
async fn nobody_witnesses_themselves_or_stands_on_two_sides() {
    let ground = Ground::new();
    let scene = Scene::drafted(&ground, Duration::ZERO).await;
    let desk = &scene.world.clerk;
    let page = desk.browser.visit(&scene.world.agreement.path).await.expect("the agreement");
    let [buyer, witness, owner, _] = &SIGNEES;
    let same = |who: &'static mohor::demo::world::Signee, n: &str| {
        let columns = [("nama", who.name), ("ic", who.ic), ("emel", who.email), ("telefon", who.phone)];
        columns.map(|(column, value)| (format!("{column}.{n}"), value))
    };
    let cases = [
        // The buyer is entered as the witness of the buyer; the row points at itself; a witness of a witness.
        (same(buyer, "2").to_vec(), "saksi tidak boleh menjadi pihak"),
        (vec![("saksi_kepada.2".to_owned(), "2")], "saksi bagi siapa?"),
        (vec![("peranan.3".to_owned(), "saksi"), ("saksi_kepada.3".to_owned(), "2")], "saksi bagi siapa?"),
        // The landowner is the buyer too, under the same number; or lends another one's telephone.
        (same(buyer, "3").to_vec(), "telah ada dalam senarai"),
        (vec![("telefon.3".to_owned(), witness.phone)], "menggunakan e-mel atau telefon orang lain"),
        (vec![("ic.3".to_owned(), buyer.ic), ("nama.3".to_owned(), owner.name)], "maklumat yang berlainan"),
    ];
    for (changes, said) in cases {
        let changes: Vec<_> = changes.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        let answer = desk.browser.submit(&page, &parties(&page, &changes)).await.expect("an answer");
        refused_saying(&answer, &[said]);
    }
    // Nothing of all that was taken: the parties are those entered first.
    let page = desk.browser.visit(&scene.world.agreement.path).await.expect("the agreement");
    assert!(SIGNEES.iter().all(|who| page.text().contains(who.name)), "{}", page.text());
    scene.end().await;
}
