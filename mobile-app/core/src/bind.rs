//! Binding the phone to a person (`phone-and-factors` 3.1).

use mohor_shared::ic::IdNumber;
use mohor_shared::jws::{self, Header, KeyPair as _, b64};
use mohor_shared::transcript::sha256;
use mohor_shared::wire::{
    Attestation, ENROL, ENROLLED, EnrolChallenge, EnrolDone, EnrolFinish, EnrolProof, EnrolStart, Enrolled, Problem,
    Push, mykad_hash,
};

use crate::clock;
use crate::error::PhoneError;
use crate::key::{self, DeviceKey as _, random};
use crate::phone::Phone;
use crate::server::Body;

impl Phone {
    /// Binds this phone with what the person types: identity number, the activation password chosen on the
    /// enrolment page, the verification code of the mail. `active`, or `cooling` when it replaces another.
    ///
    /// # Errors
    /// [`PhoneError::Refused`] says what to mend; the phone stays as it was. [`PhoneError::Store`] before anything is
    /// sent.
    pub async fn enrol(&self, number: &str, password: &str, code: &str) -> Result<String, PhoneError> {
        let number = IdNumber::parse(number).map_err(|_| unfit())?;
        let request = EnrolStart {
            mykad: number.expose().to_owned(),
            activation_password: password.to_owned(),
            verification_code: code.to_owned(),
            app: self.app.clone(),
        };
        let key = key::fresh(&*self.store)?;
        let challenge: EnrolChallenge = self.server.open("/m/v1/enrol/start", &Body::json(&request)?).await?;
        let done = self.finish(&key, &challenge, &number).await?;
        self.keep(&key, &challenge, &done)
    }

    /// Proves that this phone holds `key`, to the server that gave the challenge.
    pub(crate) async fn finish(
        &self,
        key: &p256::ecdsa::SigningKey,
        challenge: &EnrolChallenge,
        number: &IdNumber,
    ) -> Result<EnrolDone, PhoneError> {
        let finish = EnrolFinish {
            proof: self.proof(key, challenge, number)?,
            attestation: Attestation { fmt: "none".into(), data: String::new() },
            push: Push { kind: "none".into(), token: String::new(), sender: String::new() },
        };
        self.server.open("/m/v1/enrol/finish", &Body::json(&finish)?).await
    }

    fn proof(
        &self,
        key: &p256::ecdsa::SigningKey,
        challenge: &EnrolChallenge,
        number: &IdNumber,
    ) -> Result<String, PhoneError> {
        // The server's own clock: the phone's may be wrong by any amount before it has heard anything else.
        let iat = challenge.srv_time;
        let claims = EnrolProof {
            iss: "device".into(),
            aud: self.server.origin().to_owned(),
            enrol_id: challenge.enrol_id.clone(),
            challenge: challenge.challenge.clone(),
            jti: b64(random::<16>()?.as_slice()),
            iat,
            exp: iat + 120,
            mykad_h: b64(&mykad_hash(&challenge.enrol_id, number.expose())),
            storage: key.storage().into(),
            unlock: "pin6".into(),
            app: self.app.clone(),
            att_h: b64(&sha256(b"")),
        };
        Ok(jws::sign(key, &Header::with_key(ENROL, key.public()), &claims)?)
    }

    /// Keeps key and binding once the platform has confirmed them under the key it told us to pin.
    pub(crate) fn keep(
        &self,
        key: &p256::ecdsa::SigningKey,
        challenge: &EnrolChallenge,
        done: &EnrolDone,
    ) -> Result<String, PhoneError> {
        let platform = challenge.server_jwks.first().ok_or(PhoneError::Untrusted)?.key()?;
        let said: Enrolled = jws::verify(&done.srv, ENROLLED, &platform)?;
        if said.device_id != done.device_id || said.jkt != key.public().thumbprint() {
            return Err(PhoneError::Untrusted);
        }
        self.store.delete(crate::code::SECRET)?;
        self.records.clear()?;
        key::keep(&*self.store, key)?;
        self.records.set("server_jwks", &serde_json::to_string(&challenge.server_jwks)?)?;
        clock::learn(&self.records, challenge.srv_time, self.clock.now())?;
        self.records.set("device_id", &done.device_id)?;
        self.records.note(self.now()?, "bound", &done.device_id)?;
        Ok(done.state.clone())
    }
}

/// Said here without asking the server: a number that cannot exist is a slip of the finger.
pub(crate) fn unfit() -> PhoneError {
    PhoneError::Refused(Problem { code: "enrol-number-unfit".into(), status: 422, ..Problem::default() })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use zeroize::Zeroizing;

    use super::*;
    use crate::records::Records;
    use crate::secure::{SecureStore, StoreError};

    /// A keyring that was locked after the app was opened.
    struct Locked;

    impl SecureStore for Locked {
        fn get(&self, _: &str) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
            Ok(None)
        }

        fn set(&self, _: &str, _: &[u8]) -> Result<(), StoreError> {
            Err(StoreError::Locked)
        }

        fn delete(&self, _: &str) -> Result<(), StoreError> {
            Err(StoreError::Locked)
        }
    }

    /// Nobody listens at the server's port: whoever speaks first gets an error of the network.
    #[test]
    fn a_phone_that_cannot_keep_its_key_asks_no_server_to_bind_it() {
        let records = Records::in_memory().expect("opens");
        let phone = Phone::new("http://127.0.0.1:9", Arc::new(Locked), records).expect("a phone");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let refused = runtime.block_on(phone.enrol("900423105484", "kata laluan", "12345678")).expect_err("refused");
        assert!(matches!(refused, PhoneError::Store(StoreError::Locked)), "{refused:?}");
        let refused = runtime.block_on(phone.ask_to_move()).map(|_| ()).expect_err("refused");
        assert!(matches!(refused, PhoneError::Store(StoreError::Locked)), "{refused:?}");
    }
}
