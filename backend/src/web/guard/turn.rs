//! A turn whose signer proved themselves in this browser.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};

use crate::hims::{self, TurnSession};
use crate::kernel::secret::Secret;
use crate::kernel::work::Work;
use crate::web::Doors;
use crate::web::pages::frame::Frame;
use crate::web::pages::see_other;
use crate::web::problem::{DoorFault, Problem};

use super::Visit;
use super::cookie::Jar;
use super::visit::YEAR;

/// How long the browser keeps the token (seconds); the server ends it on its own account.
const KEPT: u64 = 2 * 3600;

/// The signer of the turn that the path names, proved in this browser.
pub struct AtTurn {
    /// The proof.
    pub session: TurnSession,
    /// The link's token: `/t/{token}`.
    pub token: String,
    /// The work, acting as the person.
    pub work: Work,
    /// The visit.
    pub visit: Visit,
}

impl AtTurn {
    /// The frame of a page.
    pub fn frame(&self) -> Frame {
        Frame { consent: Some(self.path("persetujuan")), ..self.visit.frame() }
    }

    /// The path of a page of this turn.
    pub fn path(&self, page: &str) -> String {
        if page.is_empty() { format!("/t/{}", self.token) } else { format!("/t/{}/{page}", self.token) }
    }
}

impl FromRequestParts<Arc<Doors>> for AtTurn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, doors: &Arc<Doors>) -> Result<Self, Response> {
        let Ok(visit) = Visit::from_request_parts(parts, doors).await;
        let token = visit.path.split('/').nth(2).unwrap_or_default().to_owned();
        match proved(&visit, &token).await {
            Ok(Some(session)) => {
                let work = visit.acting_as(session.actor());
                Ok(Self { session, token, work, visit })
            }
            // The link itself asks for the proof.
            Ok(None) if parts.method.is_safe() && visit.path != format!("/t/{token}") => {
                Err(see_other(&format!("/t/{token}")))
            }
            Ok(None) => Err(Problem::from(DoorFault::TurnProof).into_response()),
            Err(problem) => Err(problem.into_response()),
        }
    }
}

/// The proof in the cookie, if it is one for the very turn that the link names.
async fn proved(visit: &Visit, token: &str) -> Result<Option<TurnSession>, Problem> {
    let turn = hims::turn_of_link(&visit.work, token).await?;
    let Some(cookie) = &visit.turn else { return Ok(None) };
    let session = hims::turn_session(&visit.work, cookie).await?;
    Ok(session.filter(|session| *session.turn() == turn))
}

/// Puts the proof into the browser. The link is opened from a mail, so it must travel with that first click.
pub fn keep_proof(mut response: Response, proof: &Secret<String>, visit: &Visit) -> Response {
    let tls = visit.doors().tls();
    let turn = Jar::Turn.set(proof.expose(), Some(KEPT), tls);
    let browser = Jar::Browser.set(&visit.browser.token, Some(YEAR), tls);
    for line in [turn, browser].into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    response
}
