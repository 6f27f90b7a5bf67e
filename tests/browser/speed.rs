//! How soon a long agreement can be read and ticked on a phone.
//!
//! The figures are printed, not judged: a loaded machine is no phone. What makes them good is judged: few bytes,
//! pictures that wait until somebody comes to them, nothing that moves.

use mohor::kernel::words::Lang;
use mohor_tests::chromium::{Chromium, Look};

use crate::samples::beside_samples;

/// SCR-2, issue 3 "Speed": the review page of a 40-page agreement.
#[tokio::test]
async fn a_long_agreement_arrives_lightly_on_a_slow_phone() {
    beside_samples(async |base: &str| {
        let browser = Chromium::open(base, Look::phone(Lang::Ms)).await;
        browser.visit("/contoh/ms/utama").await;
        browser.slow_down().await;
        let figures = browser.arrival("/contoh/ms/t-semak-40").await;
        println!("40 pages on a slow phone: {figures}");
        assert_eq!((figures.pages, figures.loose), (40, 0), "{figures:?}");
        assert!((1..=8).contains(&figures.pictures), "pages nobody looks at are fetched: {figures:?}");
        assert!(figures.bytes < 90_000, "{figures:?}");
        assert!(figures.shift < 0.01, "things move: {figures:?}");
        // It listens: the tick opens the way on.
        browser.tick("setuju").await;
        let gate = "return document.querySelector('form.gated button[type=submit]').disabled;";
        assert_eq!(browser.ask(gate).await, serde_json::Value::Bool(false));
        browser.close().await;
    })
    .await;
}
