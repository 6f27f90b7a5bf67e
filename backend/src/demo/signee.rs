//! Somebody who signs, with a browser and a phone of their own.

use super::browser::Browser;
use super::error::{BrowserError, DemoError};
use super::mailbox::Mailbox;
use super::page::Page;
use super::patience::Waiting;
use super::world::{Signee, drawing};

/// What somebody types into the signing form.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The PIN.
    pub pin: String,
    /// The code, from the phone or the mail.
    pub code: String,
    /// The signature as drawn.
    pub drawing: String,
}

/// A signee at their browser, following the link of one turn.
pub struct AtBrowser {
    /// Who.
    pub who: &'static Signee,
    /// Their browser.
    pub browser: Browser,
    /// The path of their turn: `/t/{token}`.
    pub turn: String,
}

impl AtBrowser {
    /// Opens a mailed link in a new browser.
    pub async fn follow(
        base: &str,
        mailbox: &Mailbox,
        who: &'static Signee,
        link: &str,
    ) -> Result<(Self, Page), DemoError> {
        let mut at = Self { who, browser: Browser::open(base)?, turn: String::new() };
        let page = at.enter(mailbox, link).await?;
        Ok((at, page))
    }

    /// Opens a mailed link here. A browser that the turn does not know proves who is sitting there: identity
    /// number, then the code that is mailed to the proven address.
    pub async fn enter(&mut self, mailbox: &Mailbox, link: &str) -> Result<Page, DemoError> {
        let path = link.find("/t/").map_or(link, |at| &link[at..]);
        path.clone_into(&mut self.turn);
        let landing = self.browser.visit(link).await?;
        let Some(form) = landing.form_to("/bukti") else { return Ok(landing) };
        let asked = self.browser.submit(&landing, &form.with("ic", self.who.ic)).await?.expect_fine()?;
        let code = mailbox.code(self.who.email, 6).await?;
        let form = asked.need_form(&["kod"])?.with("ic", self.who.ic).with("kod", &code);
        Ok(self.browser.submit(&asked, &form).await?.expect_fine()?)
    }

    /// Fills in the certificate page: sections A and B (CERT-2 to CERT-7). The answer waits for the phone.
    pub async fn ask_for_certificate(&self) -> Result<Page, DemoError> {
        let page = self.browser.visit(&format!("{}/sijil", self.turn)).await?;
        let mut form = page
            .need_form(&["kerakyatan", "pin", "pin_lagi"])?
            .with("kerakyatan", "MY")
            .with("pin", self.who.pin)
            .with("pin_lagi", self.who.pin);
        // Asked only when the register does not know them (CERT-4).
        for (field, value) in [("alamat", self.who.address), ("poskod", self.who.postcode)] {
            if form.has(field) {
                form = form.with(field, value);
            }
        }
        Ok(self.browser.submit(&page, &form).await?.expect_fine()?)
    }

    /// Waits on the page that watches the phone until the certificate is there.
    pub async fn await_certificate(&self, progress: &Page) -> Result<(), DemoError> {
        let mut waiting = Waiting::of(format!("the certificate of {}", self.who.name));
        // The OK button of the finished modal leads back to the turn.
        while !self.browser.visit(&progress.path).await?.links().contains(&self.turn) {
            waiting.a_little().await?;
        }
        Ok(())
    }

    /// Reads, ticks, confirms: the page with the pad, PIN and code (SIGN-2 to SIGN-6).
    pub async fn review(&self) -> Result<Page, DemoError> {
        let page = self.browser.visit(&format!("{}/semak", self.turn)).await?;
        let form = page.need_form(&["setuju"])?.with("setuju", "ya");
        let page = self.browser.submit(&page, &form).await?.expect_fine()?;
        let form = page.need_form_to("/sah")?;
        let page = self.browser.submit(&page, &form).await?.expect_fine()?;
        page.need_form(&["lukisan", "pin", "kod"])?;
        Ok(page)
    }

    /// Draws, types PIN and code, sends: whatever the server answers.
    pub async fn send(&self, page: &Page, entry: &Entry) -> Result<Page, BrowserError> {
        let form = page
            .need_form(&["lukisan", "pin", "kod"])?
            .with("lukisan", &entry.drawing)
            .with("pin", &entry.pin)
            .with("kod", &entry.code)
            .with("aksi", "hantar");
        self.browser.submit(page, &form).await
    }

    /// Asks for the code by mail instead (SIGN-11): the page with the field for it.
    pub async fn ask_for_mailed_code(&self, page: &Page) -> Result<Page, BrowserError> {
        let form = page.need_form(&["lukisan", "pin", "kod"])?.with("aksi", "kod-emel");
        self.browser.submit(page, &form).await?.expect_fine()
    }

    /// The document as this signee sees it now.
    pub async fn document(&self) -> Result<Vec<u8>, BrowserError> {
        self.browser.download(&format!("{}/dokumen.pdf", self.turn)).await
    }

    /// What this signee types when nothing goes wrong.
    pub fn entry(&self, code: &str) -> Entry {
        Entry { pin: self.who.pin.to_owned(), code: code.to_owned(), drawing: drawing(self.who.name.len()) }
    }
}
