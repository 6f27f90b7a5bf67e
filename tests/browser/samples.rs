//! A sample of every page, in every state it has, before axe-core: quicker than living through all of them.

use mohor::kernel::words::Lang;
use mohor::web::pages::samples;
use mohor_tests::chromium::{Chromium, Look};

/// What is wrong with one page in one look.
async fn faults(browser: &Chromium, name: &str) -> Vec<String> {
    let (look, mut faults) = (browser.look(), Vec::new());
    // Colours alone change in the dark.
    let found = if look.dark { browser.violations_of_rule("color-contrast").await } else { browser.violations().await };
    faults.extend(found.iter().map(|one| one.to_string()));
    let over = browser.overflow().await;
    if over > 0 {
        faults.push(format!("{over} px too wide"));
    }
    faults.extend(browser.complaints().await);
    faults.into_iter().map(|fault| format!("{name} {look:?}: {fault}")).collect()
}

/// Does something while the samples are served.
pub(crate) async fn beside_samples(act: impl AsyncFnOnce(&str)) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::select! {
        () = act(&base) => {}
        ended = samples::serve(listener) => panic!("the samples are gone: {ended:?}"),
    }
}

/// Every sample in `lang`, held in each of `looks`; all findings at once.
async fn walk(lang: Lang, looks: &[Look]) {
    beside_samples(async |base: &str| {
        let mut browser = Chromium::open(base, looks[0]).await;
        let mut found = Vec::new();
        for (name, html) in samples::all(lang) {
            assert!(!html.contains('⟦'), "{name} lacks words");
            browser.visit(&format!("/contoh/{lang}/{name}")).await;
            for look in looks {
                browser.hold(*look).await;
                browser.photograph(&format!("contoh-{name}")).await;
                found.extend(faults(&browser, name).await);
            }
        }
        browser.close().await;
        assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
    })
    .await;
}

/// CERT-6, PIN-2: the rules of a PIN answer while it is typed, and what was typed can be shown (SCR-1, SCR-8).
#[tokio::test]
async fn the_rules_of_a_pin_answer_while_it_is_typed() {
    beside_samples(async |base: &str| {
        let browser = Chromium::open(base, Look::phone(Lang::Ms)).await;
        for page in ["t-sijil", "set-semula-pin-baharu"] {
            browser.visit(&format!("/contoh/ms/{page}")).await;
            let unmet = "return [...document.querySelectorAll('[data-rule]')]
                .filter((one) => one.dataset.met !== 'ya').map((one) => one.dataset.rule).join(' ');";
            for (pin, again, left) in [
                ("abc", "", "length upper digit symbol same"),
                ("Abcdef12", "", "symbol same"),
                ("Abc-ef12", "Abc-ef1", "same"),
                ("Abc-ef1é", "Abc-ef1é", "alphabet"),
                ("Abc-ef12", "Abc-ef12", ""),
            ] {
                browser.fill("pin", pin).await;
                browser.fill("pin_lagi", again).await;
                assert_eq!(browser.ask(unmet).await, left, "{page}: {pin}");
            }
            let states = "const b = document.querySelector('[data-reveal=pin]'), i = document.getElementById('pin');
                return [0, 1].flatMap(() => { b.click(); return [i.type, b.textContent.trim()]; });";
            let words = ["text", &Lang::Ms.say("web-hide"), "password", &Lang::Ms.say("web-show")];
            assert_eq!(browser.ask(states).await, serde_json::json!(words), "{page}");
        }
        browser.close().await;
    })
    .await;
}

/// Phone and desk, light and dark.
fn looks(lang: Lang) -> [Look; 4] {
    [Look::phone(lang), Look::phone(lang).dark(), Look::desk(lang), Look::desk(lang).dark()]
}

/// PUB-UI, WCAG 2.2 AA.
#[tokio::test]
async fn every_page_in_malay_is_fit_for_everybody() {
    walk(Lang::Ms, &looks(Lang::Ms)).await;
}

/// The same in English.
#[tokio::test]
async fn every_page_in_english_is_fit_for_everybody() {
    walk(Lang::En, &looks(Lang::En)).await;
}

/// WCAG 1.4.4 and 1.4.10: 320 pixels and text twice as large, in the language with the longer words.
#[tokio::test]
async fn every_page_fits_320_pixels_with_text_twice_as_large() {
    walk(Lang::Ms, &[Look::phone(Lang::Ms).wide(320).large()]).await;
}
