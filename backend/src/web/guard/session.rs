//! Signed-in people, as values that a handler must hold.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::Response;

use crate::account::{self, Desk, DeveloperDesk, Fresh, NotYours, Officer, Session, SessionToken};
use crate::kernel::work::Work;
use crate::web::Doors;
use crate::web::pages::frame::Frame;
use crate::web::problem::{DoorFault, Problem};

use super::Visit;
use super::cookie::Jar;

/// Somebody who is signed in.
pub struct SignedIn {
    /// The session.
    pub session: Session,
    /// The work, acting as the account.
    pub work: Work,
    /// The visit.
    pub visit: Visit,
}

impl SignedIn {
    /// The proof that the holder proved password and code in the last ten minutes.
    ///
    /// # Errors
    /// [`NotYours::Stale`]: `/masuk/semula` mends it.
    pub fn fresh(&self) -> Result<Fresh, NotYours> {
        self.session.fresh(self.work.now)
    }

    /// The frame of a page for this person.
    pub fn frame(&self) -> Frame {
        self.visit.frame().for_account(&self.session)
    }
}

impl FromRequestParts<Arc<Doors>> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, doors: &Arc<Doors>) -> Result<Self, Problem> {
        let Ok(visit) = Visit::from_request_parts(parts, doors).await;
        let token = visit.session.as_deref().ok_or(DoorFault::SignIn)?;
        let session = account::session(&visit.work, token).await?.ok_or(DoorFault::SignIn)?;
        let work = visit.acting_as(session.actor());
        Ok(Self { session, work, visit })
    }
}

/// Somebody who may sit at the desk `D`, signed in.
pub struct At<D: Desk> {
    /// The permission.
    pub officer: Officer<D>,
    /// Who.
    pub who: SignedIn,
}

impl<D: Desk> FromRequestParts<Arc<Doors>> for At<D> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, doors: &Arc<Doors>) -> Result<Self, Problem> {
        let who = SignedIn::from_request_parts(parts, doors).await?;
        Ok(Self { officer: who.session.officer::<D>()?, who })
    }
}

/// Somebody who may act for a housing developer, signed in.
pub struct Pemaju {
    /// The permission.
    pub desk: DeveloperDesk,
    /// Who.
    pub who: SignedIn,
}

impl FromRequestParts<Arc<Doors>> for Pemaju {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, doors: &Arc<Doors>) -> Result<Self, Problem> {
        let who = SignedIn::from_request_parts(parts, doors).await?;
        Ok(Self { desk: who.session.developer()?, who })
    }
}

/// Puts a fresh session into the browser; it ends with the browser, or earlier on the server.
pub fn remember(mut response: Response, token: &SessionToken, doors: &Doors) -> Response {
    append(&mut response, Jar::Session.set(token.expose(), None, doors.tls()));
    response
}

/// Takes the session out of the browser.
pub fn forget(mut response: Response, doors: &Doors) -> Response {
    append(&mut response, Jar::Session.forget(doors.tls()));
    response
}

fn append(response: &mut Response, line: Option<HeaderValue>) {
    if let Some(line) = line {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
}
