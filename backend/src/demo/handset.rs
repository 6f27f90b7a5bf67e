//! A signee's phone: `mohor_phone`, with memory or a file where a real phone has its keyring.

use std::sync::Arc;
use std::time::Duration;

use mohor_phone::{MemoryStore, Phone, PhoneClock, PhoneError, Picture, Records, SecureStore};

use super::browser::Browser;
use super::error::DemoError;
use super::mailbox::Mailbox;
use super::patience::Waiting;
use super::world::{PASSWORD, Signee, pictures};
use crate::kernel::clock::Clock;

/// Somebody's phone.
pub struct Handset {
    /// Whose.
    pub who: &'static Signee,
    /// The phone.
    pub phone: Phone,
    /// Where it keeps its secrets.
    pub store: Arc<dyn SecureStore>,
}

/// The clock of the world, as the phone reads it.
struct WallClock(Arc<dyn Clock>);

impl PhoneClock for WallClock {
    fn now(&self) -> i64 {
        self.0.now().seconds()
    }
}

impl Handset {
    /// Follows the mailed enrolment link, chooses an activation password there, and binds a new phone with it and
    /// the mailed verification code.
    pub async fn bind(
        base: &str,
        mailbox: &Mailbox,
        who: &'static Signee,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, DemoError> {
        let handset = Self::new(base, who, clock)?;
        handset.enrol(base, mailbox).await?;
        Ok(handset)
    }

    /// [`bind`](Self::bind) for a phone that is there.
    pub async fn enrol(&self, base: &str, mailbox: &Mailbox) -> Result<(), DemoError> {
        let code = Self::claim(base, mailbox, self.who).await?;
        self.phone.enrol(self.who.ic, PASSWORD, &code).await.map_err(|error| self.failed(&error))?;
        Ok(())
    }

    /// Follows the mailed enrolment link and chooses the activation password: the verification code of the mail.
    pub async fn claim(base: &str, mailbox: &Mailbox, who: &Signee) -> Result<String, DemoError> {
        let link = mailbox.link(who.email, "/daftar/").await?;
        let browser = Browser::open(base)?;
        let page = browser.visit(&link).await?;
        let form = page
            .need_form(&["kata_laluan", "kata_laluan_lagi"])?
            .with("kata_laluan", PASSWORD)
            .with("kata_laluan_lagi", PASSWORD);
        browser.submit(&page, &form).await?.expect_fine()?;
        mailbox.code(who.email, 8).await
    }

    /// A phone that is not bound yet, and is forgotten at the end.
    pub fn new(base: &str, who: &'static Signee, clock: Arc<dyn Clock>) -> Result<Self, DemoError> {
        let records = Records::in_memory().map_err(|error| DemoError::Phone(who.name, error.to_string()))?;
        Self::with(base, who, clock, Arc::new(MemoryStore::default()), records)
    }

    /// A phone that is what `store` and `records` hold.
    pub fn with(
        base: &str,
        who: &'static Signee,
        clock: Arc<dyn Clock>,
        store: Arc<dyn SecureStore>,
        records: Records,
    ) -> Result<Self, DemoError> {
        let phone = Phone::new(base, store.clone(), records);
        let phone = phone.map_err(|error| DemoError::Phone(who.name, error.to_string()))?;
        let phone = phone.with_clock(Arc::new(WallClock(clock))).named(&format!("Telefon {}", who.name));
        Ok(Self { who, phone, store })
    }

    /// Whether it is bound.
    pub fn is_bound(&self) -> Result<bool, DemoError> {
        Ok(self.phone.device_id().map_err(|error| self.failed(&error))?.is_some())
    }

    /// Sends the pictures of card and face for review.
    pub async fn show_identity(&self) -> Result<(), DemoError> {
        let drawn = pictures(self.who).map_err(|error| DemoError::Phone(self.who.name, error.to_string()))?;
        let named = ["front", "back", "selfie"].into_iter().zip(drawn);
        let pictures: Vec<_> = named.map(|(slot, bytes)| Picture { slot: slot.to_owned(), bytes }).collect();
        self.phone.submit_identity(&pictures).await.map_err(|error| self.failed(&error))
    }

    /// Waits for the approval of the identity, then sets up the codes.
    pub async fn set_up_codes(&self) -> Result<(), DemoError> {
        let mut waiting = Waiting::of(format!("the approval of the identity of {}", self.who.name));
        while self.phone.me().await.map_err(|error| self.failed(&error))?.ekyc != "DILULUSKAN" {
            waiting.a_little().await?;
        }
        self.phone.set_up_totp().await.map_err(|error| self.failed(&error))
    }

    /// Waits for a question and approves it.
    pub async fn approve(&self) -> Result<(), DemoError> {
        let mut waiting = Waiting::of(format!("a question to the phone of {}", self.who.name));
        loop {
            let questions = self.phone.approvals().await.map_err(|error| self.failed(&error))?;
            if let Some(question) = questions.first() {
                return self.phone.approve(question).await.map_err(|error| self.failed(&error));
            }
            waiting.a_little().await?;
        }
    }

    /// "Tunjuk kod" for the agreement that waits.
    pub async fn turn_code(&self) -> Result<String, DemoError> {
        Ok(self.marked_code().await?.0)
    }

    /// The same with the mark that the signing page shows beside its field.
    pub async fn marked_code(&self) -> Result<(String, String), DemoError> {
        let turns = self.phone.turns().await.map_err(|error| self.failed(&error))?;
        let turn = turns.first().ok_or_else(|| DemoError::Phone(self.who.name, "no agreement waits".to_owned()))?;
        let shown = self.phone.show_code(&turn.id).await.map_err(|error| self.failed(&error))?;
        Ok((shown.code.expose().to_owned(), shown.tag))
    }

    /// The next TOTP code: the one of this step may have been used to set up the codes, and each counts once.
    pub async fn next_totp(&self) -> Result<String, DemoError> {
        let seconds = self.phone.totp().map_err(|error| self.failed(&error))?.seconds_left;
        tokio::time::sleep(Duration::from_secs(u64::try_from(seconds).unwrap_or(0) + 1)).await;
        let shown = self.phone.totp().map_err(|error| self.failed(&error))?;
        Ok(shown.code.expose().to_owned())
    }

    fn failed(&self, error: &PhoneError) -> DemoError {
        DemoError::Phone(self.who.name, error.to_string())
    }
}
