//! Chromium at a person's hand: opened fresh, driven by what a person sees, and asked afterwards what it complained of.
//!
//! A test speaks W3C WebDriver to a `chromedriver` of its own. Fields are found by the name they are sent under,
//! buttons by their form or their words, never by a class: pages may change their looks. Whatever cannot be found
//! ends the test with the page as it stood. A missing browser ends it too.

mod axe;
mod driver;
mod hand;
mod keys;
mod page;
mod quality;
mod signer;
mod speed;

pub use axe::{Violation, violations};
pub use page::Seen;
pub use signer::{InHand, Signer};
pub use speed::Figures;

use std::time::Duration;

use mohor::demo::Browser;
use mohor::kernel::words::Lang;
use serde_json::{Value, json};
use thirtyfour::prelude::*;
use thirtyfour::{Capabilities, ChromeCapabilities, Cookie};

use driver::Driver;

/// How long anything may take on a loaded machine before the test gives up. No test expects it to be reached.
pub(crate) const PATIENCE: Duration = Duration::from_secs(150);
/// How long one question to the browser may take. It sometimes loses one that meets a change of page, and answers the
/// next: a test that waits has to ask again before its patience ends.
const QUESTION: Duration = Duration::from_secs(60);
/// How often a test looks again.
pub const GLANCE: Duration = Duration::from_millis(100);

/// How a browser is held and set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// What its owner reads.
    pub lang: Lang,
    /// Width of the page in CSS pixels.
    pub width: u32,
    /// Height of the page in CSS pixels.
    pub height: u32,
    /// A phone: touched, and two device pixels to a CSS pixel.
    pub phone: bool,
    /// Whether its owner prefers a dark page.
    pub dark: bool,
    /// Whether its owner has set text twice as large as usual. Counts when the browser is opened.
    pub large: bool,
}

impl Look {
    /// A small phone, upright.
    pub fn phone(lang: Lang) -> Self {
        Self { lang, width: 360, height: 740, phone: true, dark: false, large: false }
    }

    /// A window on a desk.
    pub fn desk(lang: Lang) -> Self {
        Self { lang, width: 1280, height: 900, phone: false, dark: false, large: false }
    }

    /// The same in the dark.
    #[must_use]
    pub fn dark(self) -> Self {
        Self { dark: true, ..self }
    }

    /// The same with another width (WCAG 1.4.10: 320 CSS pixels).
    #[must_use]
    pub fn wide(self, width: u32) -> Self {
        Self { width, ..self }
    }

    /// The same with text at 200 % (WCAG 1.4.4).
    #[must_use]
    pub fn large(self) -> Self {
        Self { large: true, ..self }
    }

    /// The phone turned by a quarter.
    #[must_use]
    pub fn turned(self) -> Self {
        Self { width: self.height, height: self.width, ..self }
    }
}

/// A browser with one person's cookies.
pub struct Chromium {
    // The order matters: the session ends before its driver does.
    web: WebDriver,
    _driver: Driver,
    base: String,
    look: Look,
    scripts: bool,
}

impl Chromium {
    /// A new browser with an empty profile, for the server at `base`.
    pub async fn open(base: &str, look: Look) -> Self {
        let driver = Driver::start();
        let opened = WebDriver::builder(driver.address(), wishes(look)).request_timeout(QUESTION).await;
        let web = opened.expect("Chromium opens");
        let mut new = Self { web, _driver: driver, base: base.to_owned(), look, scripts: true };
        new.hold(look).await;
        new
    }

    /// A new browser that runs no scripts.
    pub async fn without_scripts(base: &str, look: Look) -> Self {
        let mut new = Self::open(base, look).await;
        new.scripts = false;
        new.hold(look).await;
        new
    }

    /// Takes over the session of somebody who signed in without a browser's window.
    pub async fn sign_in_as(&self, session: &Browser) {
        self.visit("/").await;
        let cookies = session.cookies().expect("a session");
        for cookie in cookies.to_str().expect("ASCII").split("; ") {
            let (name, value) = cookie.split_once('=').expect("a name and a value");
            self.web.add_cookie(Cookie::new(name, value)).await.expect("a cookie");
        }
    }

    /// The session itself, for what only one test needs.
    pub fn web(&self) -> &WebDriver {
        &self.web
    }

    /// Which language its owner reads.
    pub fn lang(&self) -> Lang {
        self.look.lang
    }

    /// How it is held now.
    pub fn look(&self) -> Look {
        self.look
    }

    /// Holds the browser in another way: turned, wider, dark. The page stays.
    pub async fn hold(&mut self, look: Look) {
        self.look = look;
        let scheme = if look.dark { "dark" } else { "light" };
        // Without motion: a colour in the middle of its change is nobody's colour.
        let features = [
            json!({"name": "prefers-color-scheme", "value": scheme}),
            json!({"name": "prefers-reduced-motion", "value": "reduce"}),
        ];
        let (width, height) = (look.width, look.height);
        let angle = if width > height { 90 } else { 0 };
        let kind = if width > height { "landscapePrimary" } else { "portraitPrimary" };
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": if look.phone { 2 } else { 1 },
            "mobile": look.phone, "screenOrientation": {"type": kind, "angle": angle},
        });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
        let touch = json!({"enabled": look.phone, "maxTouchPoints": 5});
        self.devtools("Emulation.setTouchEmulationEnabled", touch).await;
        self.devtools("Emulation.setEmulatedMedia", json!({"features": features})).await;
        self.devtools("Emulation.setScriptExecutionDisabled", json!({"value": !self.scripts})).await;
    }

    /// A second tab of the same browser, in front; the answer is the tab that was left.
    pub async fn new_tab(&mut self) -> WindowHandle {
        let left = self.web.window().await.expect("this tab");
        let tab = self.web.new_tab().await.expect("a new tab");
        self.to_tab(tab).await;
        left
    }

    /// Brings a tab to the front.
    pub async fn to_tab(&mut self, tab: WindowHandle) {
        self.web.switch_to_window(tab).await.expect("that tab");
        self.hold(self.look).await;
    }

    /// Asks Chromium itself, by its DevTools protocol.
    pub(crate) async fn devtools(&self, method: &str, parameters: Value) -> Value {
        self.web.cdp().send_raw(method, parameters).await.unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// Ends the session and demands that nothing was complained of: no script failed, nothing was refused by the
    /// content security policy, nothing was missing.
    pub async fn close(self) {
        self.demand_silence().await;
        self.web.quit().await.expect("Chromium closes");
    }

    /// Closes the front tab and goes back to another.
    pub async fn close_tab(&mut self, back_to: WindowHandle) {
        self.web.close_window().await.expect("the tab closes");
        self.to_tab(back_to).await;
    }

    /// Fails on every complaint since the last time.
    ///
    /// A page that answers with 4xx on purpose (a refused form) is reported by Chromium as a failed load of the
    /// page itself; what is wrong with such a page its test says.
    pub async fn demand_silence(&self) {
        let bad = self.complaints().await;
        assert!(bad.is_empty(), "Chromium complains:\n{}", bad.join("\n"));
    }

    /// What the browser complained of since the last time.
    pub async fn complaints(&self) -> Vec<String> {
        let complaints = self.web.browser_log().await.expect("the log of the browser");
        complaints
            .iter()
            .filter(|entry| matches!(entry.level.as_str(), "SEVERE" | "WARNING"))
            .filter(|entry| !refused_on_purpose(&entry.message))
            .map(|entry| format!("{}: {}", entry.level, entry.message))
            .collect()
    }
}

/// "Failed to load resource" names the document of a refused form; a missing style sheet or script looks the same,
/// so only addresses of pages are excused.
fn refused_on_purpose(message: &str) -> bool {
    let asset = message.contains("/aset/") || message.contains(".pdf") || message.contains("/imej/");
    let statuses = [400, 401, 403, 404, 409, 410, 422, 429];
    !asset && statuses.iter().any(|status| message.contains(&format!("status of {status} ")))
}

fn wishes(look: Look) -> Capabilities {
    let mut wishes = ChromeCapabilities::new();
    // Headless and as root; nothing that speaks to anybody but the server under test.
    for flag in [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-search-engine-choice-screen",
        "--force-color-profile=srgb",
    ] {
        wishes.add_arg(flag).expect("a flag");
    }
    let languages = match look.lang {
        Lang::Ms => "ms,en",
        Lang::En => "en,ms",
    };
    let preferences = json!({
        "intl.accept_languages": languages,
        "webkit.webprefs.default_font_size": if look.large { 32 } else { 16 },
        "credentials_enable_service": false,
        "profile.password_manager_enabled": false,
        "profile.password_manager_leak_detection": false,
    });
    wishes.add_experimental_option("prefs", preferences).expect("preferences");
    wishes.set_browser_log_level(thirtyfour::LoggingPrefsLogLevel::All).expect("a log");
    wishes.set_binary("/usr/bin/chromium").expect("a program");
    Capabilities::from(wishes)
}
