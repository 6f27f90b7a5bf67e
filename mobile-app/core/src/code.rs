//! Codes: TOTP, and the codes of one turn or one request.

use mohor_shared::card::TotpCard;
use mohor_shared::code::SixDigits;
use mohor_shared::jws::{self, Header, b64, unb64};
use mohor_shared::sealed::OneTimeKey;
use mohor_shared::totp;
use mohor_shared::transcript::sha256;
use mohor_shared::wire::{
    CodeRequest, Facts, ShownCode, TOTP_REQUEST, TOTP_SEALED, TotpConfirm, TotpProvision, TotpProvisioned, TotpRequest,
    TotpStatement, WaitingRequest, WaitingTurn, code_info, totp_info,
};
use reqwest::Method;
use serde::de::DeserializeOwned;

use crate::clock;
use crate::error::PhoneError;
use crate::key::random;
use crate::phone::Phone;
use crate::server::Body;

pub(crate) const SECRET: &str = "totp";

/// A TOTP code on the screen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    /// The code of this step.
    pub code: SixDigits,
    /// The code of the next step, for the last seconds of this one.
    pub next: SixDigits,
    /// Seconds that the code stays.
    pub seconds_left: i64,
    /// How far the phone's clock is off; the code is adjusted already.
    pub clock_off_by: i64,
}

/// The code for one document on the screen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShownForTurn {
    /// The code.
    pub code: SixDigits,
    /// The tag that the browser shows too.
    pub tag: String,
    /// What the code is for.
    pub turn: WaitingTurn,
    /// When it ends, in seconds since 1970 UTC.
    pub exp: i64,
}

/// The code for one request of an agency's system on the screen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShownForRequest {
    /// The code.
    pub code: SixDigits,
    /// The tag that the system may show too.
    pub tag: String,
    /// What the code is for.
    pub request: WaitingRequest,
    /// When it ends, in seconds since 1970 UTC.
    pub exp: i64,
}

impl Phone {
    /// Fetches a TOTP secret, sealed to a key of one use, and activates it with two consecutive codes.
    ///
    /// # Errors
    /// [`PhoneError::Refused`] with `ekyc-not-approved` before the identity was approved.
    pub async fn set_up_totp(&self) -> Result<(), PhoneError> {
        let (device_id, jkt) = self.binding()?;
        let reader = OneTimeKey::from_random(*random()?)?;
        let iat = self.now()?;
        let request = TotpRequest {
            device_id: device_id.clone(),
            epk: reader.public().clone(),
            jti: b64(random::<16>()?.as_slice()),
            iat,
            exp: iat + 60,
        };
        let request = jws::sign(&self.key()?, &Header::by(TOTP_REQUEST, &jkt), &request)?;
        let body = Body::json(&TotpProvision { request })?;
        let answer: TotpProvisioned = self.call(Method::POST, "/m/v1/totp/provision", &body).await?;
        let said: TotpStatement = self.trusted(&answer.srv, TOTP_SEALED)?;
        let ct_h = b64(&sha256(&unb64(&answer.sealed.ct)?));
        if said.device_id != device_id || said.jkt != jkt || said.ct_h != ct_h {
            return Err(PhoneError::Untrusted);
        }
        let card = reader.open(&totp_info(&device_id, &jkt), said.totp_id.as_bytes(), &answer.sealed)?;
        let secret = TotpCard::from_bytes(&card).map_err(|_| PhoneError::Untrusted)?.secret;

        let step = totp::step_at(self.now()?);
        let digits = |step| totp::code(&secret, step).expose().to_owned();
        let confirm = TotpConfirm { totp_id: said.totp_id, first: digits(step - 1), second: digits(step) };
        self.call::<()>(Method::POST, "/m/v1/totp/confirm", &Body::json(&confirm)?).await?;
        self.store.set(SECRET, &card)?;
        self.records.note(self.now()?, "totp-active", "")
    }

    /// The TOTP code of this moment. Needs no network.
    ///
    /// # Errors
    /// [`PhoneError::NoTotp`] before [`set_up_totp`](Self::set_up_totp) or after the secret has ended.
    pub fn totp(&self) -> Result<Shown, PhoneError> {
        let card = self.store.get(SECRET)?.ok_or(PhoneError::NoTotp)?;
        let card = TotpCard::from_bytes(&card).map_err(|_| PhoneError::NoTotp)?;
        let now = self.now()?;
        if now > i64::from(card.not_after) {
            return Err(PhoneError::NoTotp);
        }
        let step = totp::step_at(now);
        let period = i64::try_from(totp::PERIOD).unwrap_or(30);
        Ok(Shown {
            code: totp::code(&card.secret, step),
            next: totp::code(&card.secret, step + 1),
            seconds_left: (step + 1) * period - now,
            clock_off_by: clock::offset(&self.records)?,
        })
    }

    /// The agreements that wait for this person.
    ///
    /// # Errors
    /// [`PhoneError`].
    pub async fn turns(&self) -> Result<Vec<WaitingTurn>, PhoneError> {
        self.call(Method::GET, "/m/v1/turns", &Body::none()).await
    }

    /// "Tunjuk kod": the code for one agreement, after the person has seen what it is for.
    ///
    /// # Errors
    /// [`PhoneError`].
    pub async fn show_code(&self, turn: &str) -> Result<ShownForTurn, PhoneError> {
        let (code, said) = self.opened::<WaitingTurn>(&format!("/m/v1/turns/{turn}/code")).await?;
        if said.facts.id != turn {
            return Err(PhoneError::Untrusted);
        }
        self.records.note(self.now()?, "code-shown", turn)?;
        Ok(ShownForTurn { code, tag: said.tag, turn: said.facts, exp: said.exp })
    }

    /// What systems of agencies ask this person to sign now.
    ///
    /// # Errors
    /// [`PhoneError`].
    pub async fn requests(&self) -> Result<Vec<WaitingRequest>, PhoneError> {
        self.call(Method::GET, "/m/v1/requests", &Body::none()).await
    }

    /// "Tunjuk kod": the code for one request, after the person has seen what it is for.
    ///
    /// # Errors
    /// [`PhoneError`].
    pub async fn show_request_code(&self, request: &str) -> Result<ShownForRequest, PhoneError> {
        let (code, said) = self.opened::<WaitingRequest>(&format!("/m/v1/requests/{request}/code")).await?;
        if said.facts.id != request {
            return Err(PhoneError::Untrusted);
        }
        self.records.note(self.now()?, "request-code-shown", request)?;
        Ok(ShownForRequest { code, tag: said.tag, request: said.facts, exp: said.exp })
    }

    /// "Bukan saya": ends a request, and freezes signing.
    ///
    /// # Errors
    /// [`PhoneError`].
    pub async fn deny_request(&self, request: &str) -> Result<(), PhoneError> {
        self.call(Method::POST, &format!("/m/v1/requests/{request}/not-me"), &Body::none()).await
    }

    /// Asks for a code under a key of one use, and opens it.
    async fn opened<F: Facts + DeserializeOwned>(&self, path: &str) -> Result<(SixDigits, ShownCode<F>), PhoneError> {
        let (device_id, jkt) = self.binding()?;
        let reader = OneTimeKey::from_random(*random()?)?;
        let body = Body::json(&CodeRequest { epk: reader.public().clone() })?;
        let answer: mohor_shared::wire::Signed = self.call(Method::POST, path, &body).await?;
        let said: ShownCode<F> = self.trusted(&answer.jws, F::CODE)?;
        let digits = reader.open(&code_info(&device_id, &jkt), said.session.as_bytes(), &said.otp_enc)?;
        let digits = std::str::from_utf8(&digits).map_err(|_| PhoneError::Untrusted)?;
        Ok((SixDigits::parse(digits).map_err(|_| PhoneError::Untrusted)?, said))
    }
}
