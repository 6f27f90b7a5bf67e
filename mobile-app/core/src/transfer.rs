//! Moving to a new phone while the old one is at hand (`phone-and-factors` 3.7).

use mohor_shared::ic::IdNumber;
use mohor_shared::jws::{self, Header, KeyPair as _, b64};
use mohor_shared::wire::{EnrolChallenge, Signed, TRANSFER, Ticket, Transfer, TransferFacts, TransferStart};
use p256::ecdsa::SigningKey;
use reqwest::Method;

use crate::bind::unfit;
use crate::error::PhoneError;
use crate::key::{self, random};
use crate::phone::Phone;
use crate::server::Body;

/// On the new phone: what it shows while it waits for the old one. Gone with the process; then it is asked anew.
pub struct Move {
    key: SigningKey,
    challenge: EnrolChallenge,
    ticket: Ticket,
}

impl Move {
    /// The text of the QR code, which may also be copied by hand.
    pub fn ticket(&self) -> String {
        self.ticket.to_string()
    }

    /// Until when, in seconds since 1970 UTC by the server's clock.
    pub const fn exp(&self) -> i64 {
        self.challenge.exp
    }

    /// See [`NewPhone::tag`].
    pub fn tag(&self) -> String {
        tag(&self.ticket.jkt)
    }
}

/// On the old phone: the new phone it is asked to sign for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewPhone {
    /// The model, as the new phone says.
    pub model: String,
    /// Until when it can be signed, in seconds since 1970 UTC.
    pub exp: i64,
    ticket: Ticket,
}

impl NewPhone {
    /// Six characters that both phones show: the person sees that the two are about the same key.
    pub fn tag(&self) -> String {
        tag(&self.ticket.jkt)
    }
}

fn tag(jkt: &str) -> String {
    jkt.chars().filter(char::is_ascii_alphanumeric).take(6).collect::<String>().to_uppercase()
}

impl Phone {
    /// The new phone asks to take the place of an old one.
    ///
    /// # Errors
    /// [`PhoneError`]; the phone stays as it was.
    pub async fn ask_to_move(&self) -> Result<Move, PhoneError> {
        let key = key::fresh(&*self.store)?;
        let jkt = key.public().thumbprint();
        let request = TransferStart { jkt: jkt.clone(), app: self.app.clone() };
        let challenge: EnrolChallenge = self.server.open("/m/v1/transfers", &Body::json(&request)?).await?;
        let ticket = Ticket { id: challenge.enrol_id.clone(), jkt, challenge: challenge.challenge.clone() };
        Ok(Move { key, challenge, ticket })
    }

    /// The old phone reads the ticket and learns from the server what it would sign for.
    ///
    /// # Errors
    /// [`PhoneError::Ticket`] when the text is no ticket; [`PhoneError::Untrusted`] when the server tells of another
    /// key than the new phone shows.
    pub async fn read_ticket(&self, text: &str) -> Result<NewPhone, PhoneError> {
        let ticket: Ticket = text.parse()?;
        let facts: TransferFacts =
            self.call(Method::GET, &format!("/m/v1/transfers/{}", ticket.id), &Body::none()).await?;
        if facts.jkt != ticket.jkt || facts.challenge != ticket.challenge {
            return Err(PhoneError::Untrusted);
        }
        Ok(NewPhone { model: facts.model, exp: facts.exp, ticket })
    }

    /// The old phone signs for the new one. Once the new one has finished, this one is bound to nobody.
    ///
    /// # Errors
    /// [`PhoneError`].
    pub async fn sign_for(&self, new: &NewPhone) -> Result<(), PhoneError> {
        let (device_id, jkt) = self.binding()?;
        let iat = self.now()?;
        let claims = Transfer {
            aud: self.server.origin().to_owned(),
            device_id,
            transfer_id: new.ticket.id.clone(),
            new_jkt: new.ticket.jkt.clone(),
            challenge: new.ticket.challenge.clone(),
            iat,
            exp: iat + 60,
            jti: b64(random::<16>()?.as_slice()),
        };
        let jws = jws::sign(&self.key()?, &Header::by(TRANSFER, &jkt), &claims)?;
        let path = format!("/m/v1/transfers/{}", new.ticket.id);
        self.call::<()>(Method::POST, &path, &Body::json(&Signed { jws })?).await?;
        self.records.note(iat, "transfer-signed", &new.ticket.id)
    }

    /// The new phone finishes with the identity number of its person, the same that the old phone is bound to.
    /// `None` while the old phone has not signed: ask again. `active` when it has.
    ///
    /// # Errors
    /// [`PhoneError::Refused`]; the move is then over and asked anew.
    pub async fn finish_move(&self, waiting: &Move, number: &str) -> Result<Option<String>, PhoneError> {
        let number = IdNumber::parse(number).map_err(|_| unfit())?;
        match self.finish(&waiting.key, &waiting.challenge, &number).await {
            Ok(done) => self.keep(&waiting.key, &waiting.challenge, &done).map(Some),
            Err(PhoneError::Refused(problem)) if problem.code == "transfer-waiting" => Ok(None),
            Err(other) => Err(other),
        }
    }
}
