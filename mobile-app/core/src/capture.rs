//! Pictures for an identity check, one at a time: judged before they are sent, and taken up again after the app was
//! closed or the network was lost. No picture rests on the phone.

use std::collections::BTreeMap;

use mohor_shared::picture::{self, Kind};
use mohor_shared::wire::{EKYC_ANYWAY, EKYC_NONCE, EKYC_SOURCE, EkycConsent, EkycStart, EkycStarted, EkycSubmit};
use reqwest::Method;
use serde::{Deserialize, Serialize};

use crate::error::PhoneError;
use crate::phone::Phone;
use crate::server::Body;

/// The nonce of the open capture: whoever has it may add pictures.
pub(crate) const NONCE: &str = "capture";
const OPEN: &str = "capture";
/// So many pictures of one side are sent back; from then on the person may insist, and the reviewer decides.
const PATIENCE: u32 = 2;

/// An open capture.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Capture {
    /// The capture's name at the server.
    pub id: String,
    /// The pictures that are wanted: `front`, `back`, `selfie`.
    pub slots: Vec<String>,
    /// Those that have arrived.
    pub sent: Vec<String>,
    /// Until when, in seconds since 1970 UTC.
    pub exp: i64,
    /// What the person is asked to do while the face is taken.
    #[serde(default)]
    pub prompts: Vec<String>,
    /// The version of the consent that it was opened with.
    #[serde(default)]
    pub agreed: String,
    /// How many pictures of each side this phone has sent back.
    #[serde(default)]
    pub sent_back: BTreeMap<String, u32>,
}

/// Where a picture is from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// The app's own camera.
    Camera,
    /// A file that was chosen.
    File,
}

impl Capture {
    /// Whether a picture of `slot` may be sent although something is wrong with it: a rule of a program keeps nobody
    /// out who has tried.
    pub fn may_insist(&self, slot: &str) -> bool {
        self.sent_back.get(slot).is_some_and(|times| *times >= PATIENCE)
    }

    /// What a picture of `slot` has to show. A document without a back is a passport.
    fn kind(&self, slot: &str) -> Kind {
        let has_back = self.slots.iter().any(|wanted| wanted == "back");
        match slot {
            "front" if has_back => Kind::MyKadFront,
            "front" => Kind::PassportPage,
            "back" => Kind::MyKadBack,
            _ => Kind::Selfie,
        }
    }
}

impl Phone {
    /// The capture that is open, as far as this phone knows.
    ///
    /// # Errors
    /// [`PhoneError::Records`].
    pub fn open_capture(&self) -> Result<Option<Capture>, PhoneError> {
        let now = self.now()?;
        Ok(self.last_capture()?.filter(|capture| now < capture.exp))
    }

    /// The same, whether its challenge still counts or not.
    fn last_capture(&self) -> Result<Option<Capture>, PhoneError> {
        Ok(self.records.get(OPEN)?.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// What the person has to agree to before the first picture, in the language of the app (EKYC-4).
    ///
    /// # Errors
    /// [`PhoneError`].
    pub async fn consent(&self) -> Result<EkycConsent, PhoneError> {
        self.call(Method::GET, "/m/v1/ekyc", &Body::none()).await
    }

    /// Takes the open capture up again, or opens one. `agreed` is the version of the consent that the person saw and
    /// agreed to; a capture that this phone has begun needs none: what was agreed to then is said again.
    ///
    /// # Errors
    /// [`PhoneError::Refused`]: another consent is in force by now (`ekyc-consent-missing`), in review already, too
    /// many today, or served by the manual path.
    pub async fn capture(&self, agreed: &str) -> Result<Capture, PhoneError> {
        if let Some(open) = self.open_capture()?
            && self.store.get(NONCE)?.is_some()
        {
            return Ok(open);
        }
        let before = self.last_capture()?.map(|capture| capture.agreed).unwrap_or_default();
        let agreed = if agreed.is_empty() { before } else { agreed.to_owned() };
        let start = Body::json(&EkycStart { consent: agreed.clone() })?;
        let EkycStarted { id, nonce, slots, taken, prompts, exp } =
            self.call(Method::POST, "/m/v1/ekyc", &start).await?;
        self.store.set(NONCE, nonce.as_bytes())?;
        let capture = Capture { id, slots, sent: taken, exp, prompts, agreed, sent_back: BTreeMap::new() };
        self.keep_capture(&capture)?;
        Ok(capture)
    }

    /// What is wrong with a picture of `slot`, the most helpful first; empty when it may be sent. Works for tens of
    /// milliseconds: keep it off the thread that draws.
    ///
    /// # Errors
    /// [`PhoneError::Picture`] when it is no picture.
    pub fn judge_picture(&self, slot: &str, bytes: &[u8]) -> Result<Vec<&'static str>, PhoneError> {
        let mut capture = self.open_capture()?.ok_or(PhoneError::NoCapture)?;
        let pixels = picture::Picture::open(bytes)?;
        let reasons = picture::assess(pixels.pixels(), capture.kind(slot)).reasons;
        if !reasons.is_empty() {
            *capture.sent_back.entry(slot.to_owned()).or_default() += 1;
            self.keep_capture(&capture)?;
        }
        Ok(reasons.into_iter().map(picture::Reason::as_str).collect())
    }

    /// Sends one picture. Sent again it replaces the one before. The server is told when the person insists on it
    /// ([`Capture::may_insist`]).
    ///
    /// # Errors
    /// [`PhoneError::Network`]: send it again. [`PhoneError::Refused`] with `ekyc-capture-over`: open another capture.
    pub async fn send_picture(&self, slot: &str, source: Source, bytes: Vec<u8>) -> Result<Capture, PhoneError> {
        let mut capture = self.open_capture()?.ok_or(PhoneError::NoCapture)?;
        if !capture.slots.iter().any(|wanted| wanted == slot) {
            return Err(PhoneError::NoCapture);
        }
        let path = format!("/m/v1/ekyc/{}/{slot}", capture.id);
        let source = if source == Source::Camera { "camera" } else { "file" };
        let mut headers = vec![(EKYC_NONCE, self.capture_nonce()?), (EKYC_SOURCE, source.to_owned())];
        if capture.may_insist(slot) {
            headers.push((EKYC_ANYWAY, "yes".to_owned()));
        }
        let body = Body::picture(bytes, headers);
        self.unless_over(self.call::<()>(Method::PUT, &path, &body).await)?;
        if !capture.sent.iter().any(|sent| sent == slot) {
            capture.sent.push(slot.to_owned());
        }
        self.keep_capture(&capture)?;
        Ok(capture)
    }

    /// Hands the pictures to the reviewers.
    ///
    /// # Errors
    /// [`PhoneError::Refused`] with `ekyc-picture-missing`.
    pub async fn hand_in(&self) -> Result<(), PhoneError> {
        let capture = self.open_capture()?.ok_or(PhoneError::NoCapture)?;
        let submit = Body::json(&EkycSubmit { nonce: self.capture_nonce()? })?;
        let path = format!("/m/v1/ekyc/{}/submit", capture.id);
        self.unless_over(self.call::<()>(Method::POST, &path, &submit).await)?;
        self.drop_capture()?;
        self.records.note(self.now()?, "identity-submitted", &capture.id)
    }

    fn capture_nonce(&self) -> Result<String, PhoneError> {
        let nonce = self.store.get(NONCE)?.ok_or(PhoneError::NoCapture)?;
        String::from_utf8(nonce.to_vec()).map_err(|_| PhoneError::NoCapture)
    }

    fn keep_capture(&self, capture: &Capture) -> Result<(), PhoneError> {
        self.records.set(OPEN, &serde_json::to_string(capture)?)
    }

    fn drop_capture(&self) -> Result<(), PhoneError> {
        self.store.delete(NONCE)?;
        self.records.set(OPEN, "null")
    }

    /// A challenge that the server calls over is over here too, and so is a capture; the server still has the pictures.
    fn unless_over<T>(&self, result: Result<T, PhoneError>) -> Result<T, PhoneError> {
        match result.as_ref().err().and_then(PhoneError::code) {
            Some("ekyc-capture-over") => self.drop_capture()?,
            Some("ekyc-challenge-over") => self.store.delete(NONCE)?,
            _ => {}
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_without_a_back_is_a_passport() {
        let capture = |slots: &[&str]| Capture {
            id: "01J".to_owned(),
            slots: slots.iter().map(|slot| (*slot).to_owned()).collect(),
            sent: Vec::new(),
            exp: 0,
            prompts: Vec::new(),
            agreed: String::new(),
            sent_back: BTreeMap::new(),
        };
        assert_eq!(capture(&["front", "back", "selfie"]).kind("front"), Kind::MyKadFront);
        assert_eq!(capture(&["front", "selfie"]).kind("front"), Kind::PassportPage);
        assert_eq!(capture(&["front", "selfie"]).kind("selfie"), Kind::Selfie);
    }
}
