//! What a person sees of a page, and does with it.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use mohor::kernel::words::Lang;
use serde_json::{Value, json};
use thirtyfour::error::WebDriverErrorInner;
use thirtyfour::prelude::*;

use super::{Chromium, GLANCE, Look, PATIENCE};

/// A page as it stands.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Path and query.
    pub path: String,
    /// What the first heading says.
    pub heading: String,
    /// What can be read, white space folded.
    pub text: String,
}

impl Chromium {
    /// Types an address: a path of the server, or a whole link out of a mail.
    pub async fn visit(&self, address: &str) -> Seen {
        let whole = if address.starts_with('/') { format!("{}{address}", self.base) } else { address.to_owned() };
        self.web.goto(&whole).await.unwrap_or_else(|error| panic!("{whole} does not open: {error}"));
        self.see().await
    }

    /// Looks at the page.
    pub async fn see(&self) -> Seen {
        let url = self.insist("an address", || self.web.current_url()).await;
        let path = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        let text = self.words_of(By::Tag("body")).await;
        let heading = self.words_of(By::Tag("h1")).await;
        Seen { path, heading, text }
    }

    /// Asks until the browser answers: it may lose a question that meets a change of page.
    async fn insist<T>(&self, what: &str, ask: impl AsyncFn() -> WebDriverResult<T>) -> T {
        let begun = tokio::time::Instant::now();
        loop {
            match ask().await {
                Ok(answer) => return answer,
                Err(error) if begun.elapsed() > PATIENCE => panic!("{what}: {error}"),
                Err(_) => tokio::time::sleep(GLANCE).await,
            }
        }
    }

    async fn words_of(&self, by: By) -> String {
        // The page may be replaced between finding and reading.
        for _ in 0..20 {
            let Ok(element) = self.web.find(by.clone()).await else { return String::new() };
            if let Ok(text) = element.text().await {
                return text.split_whitespace().collect::<Vec<_>>().join(" ");
            }
        }
        String::new()
    }

    /// Looks until the page is as wished.
    pub async fn wait(&self, what: &str, wished: impl Fn(&Seen) -> bool) -> Seen {
        let begun = tokio::time::Instant::now();
        loop {
            let seen = self.see().await;
            if wished(&seen) {
                return seen;
            }
            if begun.elapsed() > PATIENCE {
                self.stuck(&format!("{what} never came")).await;
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Looks until the path ends so, whatever stands behind a question mark.
    pub async fn wait_for_path(&self, ending: &str) -> Seen {
        let there = |seen: &Seen| seen.path.split('?').next().is_some_and(|path| path.ends_with(ending));
        self.wait(&format!("a page at …{ending}"), there).await
    }

    /// Ends the test with the page as it stands.
    pub async fn stuck(&self, why: &str) -> ! {
        let seen = self.see().await;
        let shot = self.photograph("stuck").await;
        panic!("{why}. {} «{}» says: {}{shot}", seen.path, seen.heading, seen.text);
    }

    /// The field that is sent as `name`: the one that shows.
    pub async fn field(&self, name: &str) -> WebElement {
        self.shown(sent_as(name), &format!("a field `{name}`")).await
    }

    /// Whether a field that is sent as `name` shows.
    pub async fn shows_field(&self, name: &str) -> bool {
        self.first_shown(sent_as(name)).await.expect("the page can be looked at").is_some()
    }

    /// The first element that `css` selects, shown or not, as soon as there is one.
    pub async fn find(&self, css: &str) -> WebElement {
        self.insist(css, || self.web.find(By::Css(css))).await
    }

    /// The first of these elements that shows, as soon as one does: the page of the last press may still be coming.
    async fn shown(&self, by: By, what: &str) -> WebElement {
        let begun = tokio::time::Instant::now();
        loop {
            // A page on its way out answers with an error, or not at all until the driver gives up.
            if let Ok(Some(element)) = self.first_shown(by.clone()).await {
                return element;
            }
            if begun.elapsed() > PATIENCE {
                self.stuck(&format!("{what} does not show")).await;
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    async fn first_shown(&self, by: By) -> WebDriverResult<Option<WebElement>> {
        for element in self.web.find_all(by).await? {
            if element.is_displayed().await? {
                return Ok(Some(element));
            }
        }
        Ok(None)
    }

    /// Chooses a file.
    pub async fn choose_file(&self, name: &str, file: &Path) {
        self.field(name).await.send_keys(file.to_str().expect("UTF-8")).await.expect("a file");
    }

    /// Presses what says the message `key` and waits until the file that it saves is whole, in an empty `folder`.
    pub async fn download(&self, key: &str, folder: &Path) -> PathBuf {
        let behaviour = json!({"behavior": "allow", "downloadPath": folder});
        self.devtools("Browser.setDownloadBehavior", behaviour).await;
        self.press_key(key).await;
        let begun = tokio::time::Instant::now();
        loop {
            // A file that is still coming has another ending.
            let files: Vec<_> = std::fs::read_dir(folder).expect("a folder").flatten().map(|one| one.path()).collect();
            match &files[..] {
                [file] if file.extension().is_some_and(|ending| ending == "pdf") => return file.clone(),
                _ if begun.elapsed() > PATIENCE => self.stuck(&format!("no file came, but {files:?}")).await,
                _ => tokio::time::sleep(GLANCE).await,
            }
        }
    }

    /// Replaces what a field holds by typing.
    pub async fn fill(&self, name: &str, text: &str) {
        let field = self.field(name).await;
        field.clear().await.expect("an empty field");
        field.send_keys(text).await.expect("typed");
        let held = field.prop("value").await.expect("a value").unwrap_or_default();
        assert_eq!(held, text, "the field `{name}` took something else");
    }

    /// Chooses the option with this value.
    pub async fn choose(&self, name: &str, value: &str) {
        let field = self.field(name).await;
        let option = field.find(By::Css(format!("option[value=\"{value}\"]"))).await;
        let Ok(option) = option else { self.stuck(&format!("`{name}` has no choice {value}")).await };
        option.click().await.expect("chosen");
    }

    /// Chooses the option whose words contain `label`.
    pub async fn choose_words(&self, name: &str, label: &str) {
        let field = self.field(name).await;
        for option in field.find_all(By::Tag("option")).await.unwrap_or_default() {
            if option.text().await.unwrap_or_default().contains(label) {
                return option.click().await.expect("chosen");
            }
        }
        self.stuck(&format!("`{name}` has no choice {label}")).await;
    }

    /// Ticks a box by its label, as a finger does.
    pub async fn tick(&self, id: &str) {
        let label = self.shown(By::Css(format!("label[for=\"{id}\"]")), &format!("a box `{id}`")).await;
        self.press(&label).await;
    }

    /// Presses the button that sends the form with the field `name`.
    pub async fn send_form_with(&self, name: &str) {
        let form = format!("//form[.//*[@name='{name}']]");
        self.press_first(&format!("({form}//button[@type='submit'])[last()]"), &format!("a form with `{name}`")).await;
    }

    /// Presses the button that sends the form to an address with this ending.
    pub async fn send_form_to(&self, ending: &str) {
        let n = ending.len() - 1;
        let form = format!("//form[substring(@action, string-length(@action) - {n}) = '{ending}']");
        self.press_first(&format!("({form}//button[@type='submit'])[last()]"), &format!("a form to …{ending}")).await;
    }

    /// Presses the button with this name and value.
    pub async fn press_value(&self, name: &str, value: &str) {
        let button = format!("//button[@name='{name}' and @value='{value}' and not(@aria-hidden='true')]");
        self.press_first(&button, &format!("a button {name}={value}")).await;
    }

    /// Presses a link or button that says exactly this.
    pub async fn press_words(&self, words: &str) {
        let words_path = format!("//*[self::a or self::button or self::summary][normalize-space()=\"{words}\"]");
        self.press_first(&words_path, &format!("a button or link “{words}”")).await;
    }

    /// Presses what says the message `key` in the language of this browser's owner.
    pub async fn press_key(&self, key: &str) {
        self.press_words(&self.look.lang.say(key)).await;
    }

    /// Presses the link whose target contains `part`.
    pub async fn follow(&self, part: &str) {
        self.press_first(&format!("//a[contains(@href, '{part}')]"), &format!("a link with {part}")).await;
    }

    async fn press_first(&self, path: &str, what: &str) {
        loop {
            let element = self.shown(By::XPath(path), what).await;
            // An element of the page before: the page of the last press has come in between.
            if self.try_press(&element).await {
                return;
            }
        }
    }

    /// Presses an element after scrolling to it: WebDriver refuses when something else lies over it, as a finger
    /// would hit that.
    pub async fn press(&self, element: &WebElement) {
        if !self.try_press(element).await {
            self.stuck("what was to be pressed is gone").await;
        }
    }

    /// Whether the element was still there to be pressed.
    async fn try_press(&self, element: &WebElement) -> bool {
        _ = element.scroll_into_view().await;
        match element.click().await {
            Ok(()) => true,
            Err(error) if matches!(error.as_inner(), WebDriverErrorInner::StaleElementReference(_)) => false,
            Err(error) => self.stuck(&format!("cannot be pressed ({error})")).await,
        }
    }

    /// Runs a script in the page and takes what it returns.
    pub async fn ask(&self, script: &str) -> Value {
        self.ask_with(script, Vec::new()).await
    }

    /// Runs a script with arguments.
    pub async fn ask_with(&self, script: &str, arguments: Vec<Value>) -> Value {
        let answer = self.web.execute(script, arguments).await;
        answer.unwrap_or_else(|error| panic!("{script}: {error}")).json().clone()
    }

    /// Asks until the answer is not empty, null or false. A page on its way out may answer with an error.
    pub async fn until(&self, what: &str, script: &str) -> Value {
        let begun = tokio::time::Instant::now();
        loop {
            let answer = self.web.execute(script, Vec::new()).await;
            let answer = answer.map(|answer| answer.json().clone()).map_err(|error| error.to_string());
            match &answer {
                Ok(Value::Null | Value::Bool(false)) | Err(_) => {}
                Ok(Value::String(text)) if text.is_empty() => {}
                Ok(answer) => return answer.clone(),
            }
            if begun.elapsed() > PATIENCE {
                self.stuck(&format!("{what} never came: {answer:?}")).await;
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Which element has the keyboard: its id, name or words.
    pub async fn focus(&self) -> String {
        let script = "const e = document.activeElement; return [e.id || e.name || e.textContent.trim()];";
        self.until("somebody who has the keyboard", script).await[0].as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the keyboard is there: at an id, a name or words.
    pub async fn wait_for_focus(&self, at: &str) {
        let begun = tokio::time::Instant::now();
        while self.focus().await != at {
            if begun.elapsed() > PATIENCE {
                self.stuck(&format!("the focus never came to `{at}`")).await;
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Waits until everything of the page is there and its scripts have run.
    pub async fn wait_for_page(&self) {
        self.until("the whole page", "return document.readyState === 'complete';").await;
    }

    /// Waits until the page is in this language.
    pub async fn wait_for_lang(&self, lang: Lang) {
        self.until("the other language", &format!("return document.documentElement.lang === '{lang}';")).await;
    }

    /// Waits for the summary of what lacks in a form.
    pub async fn wait_for_alert(&self) {
        self.find("main [role=alert]").await;
        self.wait_for_page().await;
    }

    /// How far the page is wider than the window, in CSS pixels.
    pub async fn overflow(&self) -> i64 {
        let script = "const r = document.documentElement; return Math.ceil(r.scrollWidth - r.clientWidth);";
        self.ask(script).await.as_i64().unwrap_or(i64::MAX)
    }

    /// The language that the page says it is in.
    pub async fn page_lang(&self) -> Lang {
        let tag = self.find("html").await.attr("lang").await.expect("an attribute");
        Lang::from_tag(tag.as_deref().unwrap_or_default())
    }

    /// Waits until an element shows paper: a third of what can be seen of it is white.
    pub async fn wait_for_paper(&self, element: &WebElement) {
        let begun = tokio::time::Instant::now();
        loop {
            let shot = element.screenshot_as_png().await.expect("a picture");
            let shot = image::load_from_memory(&shot).expect("PNG").into_luma8();
            let white = shot.pixels().filter(|pixel| pixel.0[0] > 250).count();
            if white * 3 > shot.pixels().len() {
                return;
            }
            if begun.elapsed() > PATIENCE {
                self.stuck("the document stays dark").await;
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Keeps a picture of the whole page in the folder that `MOHOR_SHOTS` names, to be looked at.
    pub async fn photograph(&self, name: &str) -> String {
        let Ok(folder) = std::env::var("MOHOR_SHOTS") else { return String::new() };
        let parameters = json!({"format": "png", "captureBeyondViewport": true});
        let answer = self.devtools("Page.captureScreenshot", parameters).await;
        let text = answer["data"].as_str().unwrap_or_default();
        let Look { lang, width, dark, large, .. } = self.look;
        let dress = format!("{}{}", if dark { ".gelap" } else { "" }, if large { ".besar" } else { "" });
        let file = format!("{folder}/{name}.{lang}.{width}{dress}.png");
        let bytes = base64::engine::general_purpose::STANDARD.decode(text).unwrap_or_default();
        _ = std::fs::write(&file, bytes);
        format!(" ({file})")
    }
}

fn sent_as(name: &str) -> By {
    By::Css(format!("[name=\"{name}\"]"))
}
