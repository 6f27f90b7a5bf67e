//! The people with accounts: the first administrator, the developer's clerk, the identity reviewer.

use std::sync::Arc;

use totp_rs::{Algorithm, Builder};

use super::browser::Browser;
use super::error::DemoError;
use super::mailbox::Mailbox;
use super::page::Page;
use super::patience::Waiting;
use super::world::{ADMIN, DEVELOPER, Developer, PASSWORD, PEMAJU, Signee, Staff};
use crate::ekyc::Checklist;
use crate::kernel::clock::Clock;

const DESK: &str = "/kakitangan/ekyc";

/// An authenticator app: TOTP with SHA-1, as common apps speak it.
#[derive(Clone)]
pub struct Authenticator {
    secret: Vec<u8>,
    clock: Arc<dyn Clock>,
}

impl Authenticator {
    /// Takes the secret that the page shows beside its QR code.
    pub fn scan(page: &Page, clock: Arc<dyn Clock>) -> Result<Self, DemoError> {
        let shown = page.attribute("data-secret").map(|grouped| grouped.replace(' ', ""));
        let secret = shown.and_then(|base32| totp_rs::Secret::try_from_base32(&base32).ok());
        let secret = secret.ok_or_else(|| page.unexpected("a secret for the authenticator app"))?;
        Ok(Self { secret: secret.as_bytes().to_vec(), clock })
    }

    /// An app that scanned `secret` (hexadecimal) before.
    pub(super) fn of(secret: &str, clock: Arc<dyn Clock>) -> Result<Self, DemoError> {
        let secret = hex::decode(secret).map_err(|error| DemoError::Wrong(error.to_string()))?;
        Ok(Self { secret, clock })
    }

    /// The secret, hexadecimal.
    pub(super) fn secret(&self) -> String {
        hex::encode(&self.secret)
    }

    /// The code of this moment.
    pub fn code(&self) -> String {
        let totp = Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_step_duration(30)
            .with_secret(self.secret.as_slice())
            .build_noncompliant();
        totp.generate(u64::try_from(self.clock.now().seconds()).unwrap_or(0)).to_string()
    }
}

/// Somebody signed in.
pub struct Desk {
    /// Their browser.
    pub browser: Browser,
    /// Their authenticator app.
    pub authenticator: Authenticator,
}

impl Desk {
    /// Signs in again: a session ends after half an hour of nothing.
    pub async fn sign_in(&self, staff: &Staff) -> Result<(), DemoError> {
        let page = self.browser.visit("/masuk").await?;
        let form = page
            .need_form(&["emel", "kata_laluan", "kod"])?
            .with("emel", staff.email)
            .with("kata_laluan", PASSWORD)
            .with("kod", &self.authenticator.code());
        self.browser.submit(&page, &form).await?.expect_fine()?;
        Ok(())
    }
}

/// The first administrator claims the console code and is signed in.
pub async fn first_administrator(base: &str, console_code: &str, clock: Arc<dyn Clock>) -> Result<Desk, DemoError> {
    let browser = Browser::open(base)?;
    let page = browser.visit("/masuk/pertama").await?;
    let form = page
        .need_form(&["kod_konsol", "emel", "nama"])?
        .with("kod_konsol", console_code)
        .with("emel", ADMIN.email)
        .with("nama", ADMIN.name);
    let page = browser.submit(&page, &form).await?.expect_fine()?;
    settle_in(browser, page, clock).await
}

/// The administrator registers the housing developer of TV-1.
pub async fn register_developer(admin: &Desk) -> Result<(), DemoError> {
    register(admin, &DEVELOPER).await
}

/// The administrator registers a housing developer.
pub async fn register(admin: &Desk, developer: &Developer) -> Result<(), DemoError> {
    let page = admin.browser.visit("/kakitangan/pemaju").await?;
    let form = page
        .need_form(&["kod_pemaju", "nama", "no_pendaftaran", "alamat"])?
        .with("kod_pemaju", developer.code)
        .with("nama", developer.name)
        .with("no_pendaftaran", developer.registration)
        .with("alamat", developer.address);
    let page = admin.browser.submit(&page, &form).await?.expect_fine()?;
    if page.text().contains(developer.name) { Ok(()) } else { Err(page.unexpected(developer.name).into()) }
}

/// The administrator makes an account; its holder follows the mailed invitation and is signed in. Clerks act for the
/// developer of TV-1.
pub async fn appoint(base: &str, admin: &Desk, mailbox: &Mailbox, staff: &Staff) -> Result<Desk, DemoError> {
    appoint_for(base, admin, mailbox, staff, &DEVELOPER).await
}

/// The same, with the developer that a clerk acts for.
pub async fn appoint_for(
    base: &str,
    admin: &Desk,
    mailbox: &Mailbox,
    staff: &Staff,
    developer: &Developer,
) -> Result<Desk, DemoError> {
    let page = admin.browser.visit("/kakitangan").await?;
    let mut form = page
        .need_form(&["emel", "nama", "peranan", "pemaju", "ic"])?
        .with("emel", staff.email)
        .with("nama", staff.name)
        .with("peranan", staff.role)
        .with("ic", staff.ic);
    if staff.role == PEMAJU.role {
        let acts_for = page.option("pemaju", developer.name).ok_or_else(|| page.unexpected(developer.name))?;
        form = form.with("pemaju", &acts_for);
    }
    admin.browser.submit(&page, &form).await?.expect_fine()?;
    let link = mailbox.link(staff.email, "/jemputan/").await?;
    let browser = Browser::open(base)?;
    let page = browser.visit(&link).await?;
    settle_in(browser, page, admin.authenticator.clock.clone()).await
}

/// The reviewer takes the cases as they are handed out, until the one of `who` is among the decided.
pub async fn approve_identity(reviewer: &Desk, who: &Signee) -> Result<(), DemoError> {
    // Cards are read before they are handed out.
    let mut waiting = Waiting::of(format!("the pictures of {}", who.name));
    loop {
        let desk = reviewer.browser.visit(DESK).await?;
        if desk.row_says(who.name) {
            return Ok(());
        }
        if let Some(next) = desk.form_to("/seterusnya") {
            approve_shown(reviewer, &reviewer.browser.submit(&desk, &next).await?).await?;
        } else if let Some(mine) = desk.links().into_iter().find(|link| is_case(link)) {
            approve_shown(reviewer, &reviewer.browser.get(&mine).await?).await?;
        } else {
            waiting.a_little().await?;
        }
    }
}

fn is_case(link: &str) -> bool {
    link.strip_prefix("/kakitangan/ekyc/").is_some_and(|id| id != "laporan")
}

/// Looks at every picture, ticks everything, approves. When the four are equipped at once, somebody else's turn of the
/// loop may have decided the case meanwhile: then the server says so, and there is nothing to do.
async fn approve_shown(reviewer: &Desk, case: &Page) -> Result<(), DemoError> {
    let Some(mut form) = case.form_with(&["keputusan"]) else { return Ok(()) };
    for slot in ["front", "back", "selfie"] {
        // Gone when the case was decided meanwhile.
        let _ = reviewer.browser.download(&format!("{}/imej/{slot}", form.action)).await;
    }
    for tick in Checklist::ITEMS {
        form = form.with(&format!("semak_{tick}"), "ya");
    }
    reviewer.browser.submit(case, &form.with("keputusan", "lulus")).await?;
    Ok(())
}

/// Password, authenticator app, signed in.
async fn settle_in(browser: Browser, page: Page, clock: Arc<dyn Clock>) -> Result<Desk, DemoError> {
    let form = page
        .need_form(&["kata_laluan", "kata_laluan_lagi"])?
        .with("kata_laluan", PASSWORD)
        .with("kata_laluan_lagi", PASSWORD);
    let page = browser.submit(&page, &form).await?.expect_fine()?;
    let authenticator = Authenticator::scan(&page, clock)?;
    let form = page.need_form_to("/kod")?.with("kod", &authenticator.code());
    browser.submit(&page, &form).await?.expect_fine()?;
    Ok(Desk { browser, authenticator })
}
