//! A window and the driver behind it.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use mohor_tests::chromium::violations;
use tempfile::TempDir;
use thirtyfour::prelude::*;

pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
pub(crate) const GLANCE: Duration = Duration::from_millis(100);

/// What sticks out of the window at the right when letters have this size.
const OVERFLOW: &str = r#"
document.documentElement.style.fontSize = arguments[0];
const right = document.documentElement.clientWidth + 1;
return [...document.querySelectorAll("main *, header *, nav *")]
  .filter((part) => !part.closest(".hidden-text, svg, .camera") && part.getBoundingClientRect().right > right)
  .map((part) => part.outerHTML.slice(0, 120));
"#;

/// A small phone, in CSS pixels.
const WIDTH: u32 = 360;
const HEIGHT: u32 = 740;

const DRAWN: &str = "const done = arguments[0];
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 100)));";

/// The program under test.
pub(crate) fn program() -> PathBuf {
    let path = std::env::var_os("MOHOR_APP").expect("MOHOR_APP names the program: run `bash tests/run`");
    std::fs::canonicalize(path).expect("the program is built")
}

/// One phone: WebKit's driver and the folder that the app keeps its records in.
pub(crate) struct Rig {
    driver: Child,
    port: u16,
    profile: String,
    home: TempDir,
}

impl Rig {
    /// A phone that nobody has used.
    pub(crate) fn new(profile: &str) -> Self {
        Self::with(profile, |_| {})
    }

    /// The same on a desk that is set to dark.
    pub(crate) fn in_the_dark(profile: &str) -> Self {
        Self::with(profile, |command| {
            command.env("GTK_THEME", "Adwaita:dark");
        })
    }

    /// The same, with changes to what the program finds around it.
    pub(crate) fn with(profile: &str, change: impl FnOnce(&mut Command)) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let port = free_port();
        let mut command = Command::new("WebKitWebDriver");
        command
            .arg(format!("--port={port}"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("XDG_DATA_HOME", home.path())
            .env("XDG_CACHE_HOME", home.path().join("cache"))
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        change(&mut command);
        let driver = command.spawn().expect("WebKitWebDriver: run `bash tests/run`");
        let began = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(began.elapsed() < PATIENCE, "the driver does not listen");
            std::thread::sleep(GLANCE);
        }
        Self { driver, port, profile: profile.to_owned(), home }
    }

    /// Opens the window against the server at `address`.
    pub(crate) async fn open(&self, address: &str) -> Window {
        self.open_with(address, None).await
    }

    /// The same, with a link that the system hands over.
    pub(crate) async fn open_with(&self, address: &str, link: Option<&str>) -> Window {
        let window = self.open_unready(address, link).await;
        window.see(".phone[data-screen]").await;
        window
    }

    /// A window that need not have a screen yet.
    pub(crate) async fn open_unready(&self, address: &str, link: Option<&str>) -> Window {
        let args: Vec<_> = ["--server", address, "--profile", &self.profile].into_iter().chain(link).collect();
        let mut wanted = Capabilities::new();
        wanted.set("browserName", "wry").expect("a name");
        let options = serde_json::json!({ "binary": program(), "args": args });
        wanted.set("webkitgtk:browserOptions", options).expect("options");
        let driver = WebDriver::new(format!("http://127.0.0.1:{}", self.port), wanted).await.expect("the window opens");
        let window = Window { driver, profile: self.profile.clone() };
        window.driver.set_window_rect(0, 0, WIDTH, HEIGHT).await.expect("the size of a small phone");
        window
    }
}

impl Rig {
    /// Starts the program once more for the same phone, as a system does that hands a link over; waits for its end.
    pub(crate) fn start_again(&self, address: &str, link: &str) -> bool {
        let mut command = Command::new(program());
        command.args(["--server", address, "--profile", &self.profile, link]).env("XDG_DATA_HOME", self.home.path());
        let mut again = command.spawn().expect("starts");
        let began = Instant::now();
        loop {
            if let Some(status) = again.try_wait().expect("a state") {
                return status.success();
            }
            if began.elapsed() > PATIENCE {
                _ = again.kill();
                panic!("a second window opened");
            }
            std::thread::sleep(GLANCE);
        }
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        _ = self.driver.kill();
        _ = self.driver.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("its address").port()
}

/// The open window.
pub(crate) struct Window {
    pub(crate) driver: WebDriver,
    profile: String,
}

impl Window {
    /// Waits until `selector` is on the screen.
    #[track_caller]
    pub(crate) fn see(&self, selector: &str) -> impl Future<Output = WebElement> {
        let selector = selector.to_owned();
        async move {
            let began = Instant::now();
            loop {
                if let Ok(found) = self.driver.find(By::Css(selector.as_str())).await
                    && found.is_displayed().await.unwrap_or(false)
                {
                    return found;
                }
                if began.elapsed() > PATIENCE {
                    self.picture("late").await;
                    panic!("{selector} did not appear on: {}", self.text().await);
                }
                tokio::time::sleep(GLANCE).await;
            }
        }
    }

    /// Waits until `selector` is on the screen no more.
    pub(crate) async fn gone(&self, selector: &str) {
        let began = Instant::now();
        while self.shows(selector).await {
            assert!(began.elapsed() < PATIENCE, "{selector} stays on: {}", self.text().await);
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Whether `selector` is on the screen now.
    pub(crate) async fn shows(&self, selector: &str) -> bool {
        self.driver.find(By::Css(selector)).await.is_ok()
    }

    /// Waits until the screen is `name`, and judges it.
    pub(crate) async fn screen(&self, name: &str) {
        self.see(&format!(".phone[data-screen=\"{name}\"] h1")).await;
        self.judge(name).await;
    }

    /// Presses the button that the face calls `name`: scrolls to it first, as a person does, and tries again when the
    /// screen has moved under the finger.
    pub(crate) async fn press(&self, name: &str) {
        let began = Instant::now();
        loop {
            let button = self.see(&format!("button[data-name=\"{name}\"]:not([aria-disabled=\"true\"])")).await;
            _ = button.scroll_into_view().await;
            match button.click().await {
                Ok(()) => return,
                Err(error) if began.elapsed() > PATIENCE => {
                    self.picture("late").await;
                    panic!("{name} cannot be pressed ({error}) on: {}", self.text().await);
                }
                Err(_) => tokio::time::sleep(GLANCE).await,
            }
        }
    }

    /// Types into the field `name`.
    pub(crate) async fn fill(&self, name: &str, text: &str) {
        let field = self.see(&format!("input[name=\"{name}\"]")).await;
        field.clear().await.expect("clears");
        field.send_keys(text).await.expect("types");
    }

    /// Chooses the file at `path` for the field `name`, as the system's own dialogue would hand it over.
    pub(crate) async fn choose(&self, name: &str, path: &Path) {
        let began = Instant::now();
        // The field lies unseen under the words of its button.
        let field = By::Css(format!("input[name=\"{name}\"]:not(:disabled)"));
        while self.driver.find(field.clone()).await.is_err() {
            assert!(began.elapsed() < PATIENCE, "{name} is not offered on: {}", self.text().await);
            tokio::time::sleep(GLANCE).await;
        }
        let found = self.driver.find(field).await.expect("the field");
        found.send_keys(path.to_str().expect("a path")).await.expect("chooses");
    }

    /// What `selector` says, once it is there.
    pub(crate) async fn says(&self, selector: &str) -> String {
        self.see(selector).await.text().await.expect("text")
    }

    /// Waits until the first screen offers `what` as the next step, and takes it.
    pub(crate) async fn next(&self, what: &str) {
        let began = Instant::now();
        while self.says("button[data-name=\"next\"]").await != what {
            assert!(began.elapsed() < PATIENCE, "{what} is not offered on: {}", self.text().await);
            tokio::time::sleep(GLANCE).await;
        }
        self.press("next").await;
    }

    /// Everything on the screen.
    pub(crate) async fn text(&self) -> String {
        match self.driver.find(By::Css("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(error) => error.to_string(),
        }
    }

    /// The six digits on the screen, as a person reads them.
    pub(crate) async fn digits(&self, inside: &str) -> String {
        let shown = self.see(&format!("{inside} [data-name=\"code\"]")).await;
        let spoken = shown.find(By::Css(".hidden-text")).await.expect("the spoken digits");
        let spoken = spoken.prop("textContent").await.expect("text").unwrap_or_default();
        let digits: String = spoken.chars().filter(char::is_ascii_digit).collect();
        assert_eq!(digits.len(), 6, "{spoken}");
        digits
    }

    /// Demands of this screen what every screen owes everybody: no finding of axe-core, a heading that a screen reader
    /// begins at, no sideways scrolling, not even with letters of twice the size (WCAG 1.4.4, 1.4.10).
    pub(crate) async fn judge(&self, name: &str) {
        self.picture(name).await;
        let found = violations(&self.driver).await;
        let found: Vec<_> = found.iter().map(ToString::to_string).collect();
        assert!(found.is_empty(), "{name}:\n{}", found.join("\n"));
        for size in ["", "200%"] {
            let answer = self.driver.execute(OVERFLOW, vec![size.into()]).await.expect("a width");
            assert_eq!(answer.json().as_array().map(Vec::len), Some(0), "{name} at {size}: {}", answer.json());
        }
        _ = self.driver.execute(OVERFLOW, vec!["".into()]).await;
    }

    /// Keeps a picture of the window where `MOHOR_SHOTS` says.
    pub(crate) async fn picture(&self, name: &str) {
        let Some(folder) = std::env::var_os("MOHOR_SHOTS") else { return };
        let lang = match self.driver.find(By::Css(".phone")).await {
            Ok(phone) => phone.attr("data-lang").await.ok().flatten().unwrap_or_default(),
            Err(_) => String::new(),
        };
        let path = PathBuf::from(folder).join(format!("{}-{name}-{lang}.png", self.profile));
        // What was drawn last may still be the screen before.
        _ = self.driver.execute_async(DRAWN, vec![]).await;
        _ = self.driver.screenshot(&path).await;
    }

    /// Closes the window; the phone keeps what it knows.
    pub(crate) async fn close(self) {
        self.driver.quit().await.expect("closes");
    }
}
