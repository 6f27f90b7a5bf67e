//! Sending the pictures of an identity check.

use mohor_shared::wire::{EKYC_NONCE, EKYC_SOURCE, EkycStart, EkycStarted, EkycSubmit};
use reqwest::Method;

use crate::error::PhoneError;
use crate::phone::Phone;
use crate::server::Body;

/// A picture and what it shows.
#[derive(Clone)]
pub struct Picture {
    /// `front`, `back` or `selfie`.
    pub slot: String,
    /// JPEG or PNG.
    pub bytes: Vec<u8>,
}

impl Phone {
    /// Sends pictures as the camera took them, and hands them in for review. Slots the server does not want (a passport has no back)
    /// are left out. Agrees to the consent in force: for people in front of a screen there is
    /// [`capture`](Self::capture).
    ///
    /// # Errors
    /// [`PhoneError::Refused`] with the reason for a picture that cannot be used.
    pub async fn submit_identity(&self, pictures: &[Picture]) -> Result<(), PhoneError> {
        let start = Body::json(&EkycStart { consent: self.consent().await?.version })?;
        let capture: EkycStarted = self.call(Method::POST, "/m/v1/ekyc", &start).await?;
        for picture in pictures.iter().filter(|picture| capture.slots.contains(&picture.slot)) {
            let path = format!("/m/v1/ekyc/{}/{}", capture.id, picture.slot);
            let headers = vec![(EKYC_NONCE, capture.nonce.clone()), (EKYC_SOURCE, "camera".to_owned())];
            let body = Body::picture(picture.bytes.clone(), headers);
            self.call::<()>(Method::PUT, &path, &body).await?;
        }
        let submit = Body::json(&EkycSubmit { nonce: capture.nonce })?;
        self.call::<()>(Method::POST, &format!("/m/v1/ekyc/{}/submit", capture.id), &submit).await?;
        self.records.note(self.now()?, "identity-submitted", &capture.id)
    }

    /// Takes the consent back: what is open or waits is over, and every picture is erased at the server.
    ///
    /// # Errors
    /// [`PhoneError`].
    pub async fn withdraw_consent(&self) -> Result<(), PhoneError> {
        self.call(Method::DELETE, "/m/v1/ekyc", &Body::none()).await
    }
}
