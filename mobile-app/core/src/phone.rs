//! The phone: what its screens ask of it.

use std::sync::Arc;

use mohor_shared::jws::{self, Jwk, KeyPair as _};
use mohor_shared::wire::{App, Frozen, HelpLine, Me, Notice, ServerTime, Standing, TIME};
use p256::ecdsa::SigningKey;
use reqwest::Method;
use serde::de::DeserializeOwned;

use crate::clock::{self, PhoneClock, SystemClock};
use crate::error::PhoneError;
use crate::key;
use crate::records::Records;
use crate::secure::SecureStore;
use crate::server::{Body, Server};

/// One person's phone.
pub struct Phone {
    pub(crate) server: Server,
    pub(crate) store: Arc<dyn SecureStore>,
    pub(crate) records: Records,
    pub(crate) clock: Arc<dyn PhoneClock>,
    pub(crate) app: App,
}

impl Phone {
    /// A phone that talks to the server at `origin`. It may be bound already, by what `store` and `records` hold.
    ///
    /// # Errors
    /// [`PhoneError::Address`] when the address is neither https nor on this machine.
    pub fn new(origin: &str, store: Arc<dyn SecureStore>, records: Records) -> Result<Self, PhoneError> {
        let app = App {
            ver: env!("CARGO_PKG_VERSION").to_owned(),
            build: "1".to_owned(),
            platform: std::env::consts::OS.to_owned(),
            os: String::new(),
            model: "Mohor".to_owned(),
            lang: "ms".to_owned(),
        };
        Ok(Self { server: Server::new(origin)?, store, records, clock: Arc::new(SystemClock), app })
    }

    /// The same phone with another clock (tests; a phone whose clock is wrong).
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn PhoneClock>) -> Self {
        Self { clock, ..self }
    }

    /// The same phone under another model name, as the person will see it among their devices.
    #[must_use]
    pub fn named(mut self, model: &str) -> Self {
        model.clone_into(&mut self.app.model);
        self
    }

    /// The same phone in another language: `ms` or `en`.
    #[must_use]
    pub fn speaking(mut self, lang: &str) -> Self {
        lang.clone_into(&mut self.app.lang);
        self.server.speak(lang);
        self
    }

    /// The name of this phone at the server, once it is bound.
    ///
    /// # Errors
    /// [`PhoneError::Records`].
    pub fn device_id(&self) -> Result<Option<String>, PhoneError> {
        self.records.get("device_id")
    }

    /// What was done on this phone.
    pub const fn records(&self) -> &Records {
        &self.records
    }

    /// How the phone stands: bound, identity checked, codes set up. Sets the clock by the way.
    ///
    /// # Errors
    /// [`PhoneError`].
    pub async fn me(&self) -> Result<Me, PhoneError> {
        let me: Me = self.call(Method::GET, "/m/v1/me", &Body::none()).await?;
        let time: ServerTime = self.trusted(&me.time, TIME)?;
        clock::learn(&self.records, time.srv_time, self.clock.now())?;
        Ok(me)
    }

    /// How the person stands: name, identity check with reason, certificate.
    ///
    /// # Errors
    /// [`PhoneError`].
    pub async fn standing(&self) -> Result<Standing, PhoneError> {
        self.call(Method::GET, "/m/v1/standing", &Body::none()).await
    }

    /// Whom to ask. Without a network, what was said before.
    ///
    /// # Errors
    /// [`PhoneError::Network`] when nobody was ever asked.
    pub async fn help(&self) -> Result<HelpLine, PhoneError> {
        match self.server.public::<HelpLine>("/m/v1/help").await {
            Ok(help) => {
                self.records.set("help", &serde_json::to_string(&help)?)?;
                Ok(help)
            }
            Err(error) => self.records.get("help")?.and_then(|text| serde_json::from_str(&text).ok()).ok_or(error),
        }
    }

    /// The notices of the person, newest first.
    ///
    /// # Errors
    /// [`PhoneError`].
    pub async fn notices(&self) -> Result<Vec<Notice>, PhoneError> {
        self.call(Method::GET, "/m/v1/notices", &Body::none()).await
    }

    /// Marks a notice as read.
    ///
    /// # Errors
    /// [`PhoneError`].
    pub async fn read_notice(&self, id: &str) -> Result<(), PhoneError> {
        self.call(Method::POST, &format!("/m/v1/notices/{id}/read"), &Body::none()).await
    }

    /// "Bukan saya": somebody else acts in this person's name. Freezes signing, and on a phone that was replaced sends
    /// the new one away while it cannot sign yet. Says until when, or that staff must look first.
    ///
    /// # Errors
    /// [`PhoneError`].
    pub async fn not_me(&self) -> Result<Frozen, PhoneError> {
        let frozen: Frozen = self.call(Method::POST, "/m/v1/not-me", &Body::none()).await?;
        self.records.note(self.now()?, "not-me", "")?;
        Ok(frozen)
    }

    /// Whether this phone is bound to a person.
    ///
    /// # Errors
    /// [`PhoneError::Store`], [`PhoneError::Records`].
    pub fn is_bound(&self) -> Result<bool, PhoneError> {
        match self.binding() {
            Ok(_) => Ok(true),
            Err(PhoneError::NotBound) => Ok(false),
            Err(other) => Err(other),
        }
    }

    /// Seconds since 1970 UTC by the server's clock, as far as it is known.
    ///
    /// # Errors
    /// [`PhoneError::Records`].
    pub fn server_time(&self) -> Result<i64, PhoneError> {
        self.now()
    }

    /// Ends the binding at the server, then forgets everything here (APP-10).
    ///
    /// # Errors
    /// [`PhoneError`]; nothing is forgotten then.
    pub async fn leave(&self) -> Result<(), PhoneError> {
        self.call::<()>(Method::POST, "/m/v1/leave", &Body::none()).await?;
        self.forget()
    }

    /// Forgets the binding and every secret. The server is not told: a phone that is given away is revoked there.
    ///
    /// # Errors
    /// [`PhoneError`].
    pub fn forget(&self) -> Result<(), PhoneError> {
        key::forget(&*self.store)?;
        for secret in [crate::code::SECRET, crate::capture::NONCE, crate::lock::SECRET] {
            self.store.delete(secret)?;
        }
        self.records.clear()
    }

    /// Seconds since 1970 UTC by the server's clock, as far as it is known.
    pub(crate) fn now(&self) -> Result<i64, PhoneError> {
        Ok(self.clock.now() + clock::offset(&self.records)?)
    }

    pub(crate) fn key(&self) -> Result<SigningKey, PhoneError> {
        key::load(&*self.store)
    }

    /// The binding: device and key thumbprint.
    pub(crate) fn binding(&self) -> Result<(String, String), PhoneError> {
        let device = self.device_id()?.ok_or(PhoneError::NotBound)?;
        Ok((device, self.key()?.public().thumbprint()))
    }

    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &Body,
    ) -> Result<T, PhoneError> {
        self.server.call(&self.key()?, self.now()?, method, path, body).await
    }

    /// The claims of a message of the platform, checked with the pinned key that it names.
    pub(crate) fn trusted<T: DeserializeOwned>(&self, token: &str, typ: &str) -> Result<T, PhoneError> {
        let pinned: Vec<Jwk> = match self.records.get("server_jwks")? {
            Some(text) => serde_json::from_str(&text)?,
            None => return Err(PhoneError::NotBound),
        };
        let kid = jws::claimed_kid(token, typ)?.ok_or(PhoneError::Untrusted)?;
        let key = pinned.iter().find(|key| key.thumbprint() == kid).ok_or(PhoneError::Untrusted)?;
        Ok(jws::verify(token, typ, &key.key()?)?)
    }
}
