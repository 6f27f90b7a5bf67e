//! SCR-2: the document, the tick, and the modal that shows which bytes will be signed.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse as _, Response};

use crate::device;
use crate::factor::{self, Target};
use crate::hims::{self, TurnFacts, TurnRefused, TurnStep};
use crate::web::Doors;
use crate::web::guard::{AtTurn, Filled};
use crate::web::pages::form::{FieldFault, Form};
use crate::web::pages::{Again, Page, see_other};
use crate::web::problem::Problem;

use super::views::{ConfirmPage, Head, ReviewPage};
use super::{facts, standing, subject};

/// The purpose of the mark that says: ticked, on these bytes.
const AGREED: &str = "setuju";

/// Shows the document.
pub async fn show(at: AtTurn) -> Result<Response, Problem> {
    let (facts, head) = facts(&at).await?;
    let form = Form::new(at.visit.lang);
    Ok(match facts.step {
        TurnStep::Review | TurnStep::Sign => Page(page(&at, &facts, head, form)).into_response(),
        TurnStep::Certificate => see_other(&at.path("sijil")),
        _ => Page(standing::modal(&at, &facts).await?).into_response(),
    })
}

fn page(at: &AtTurn, facts: &TurnFacts, head: Head, form: Form) -> ReviewPage {
    let progress = (facts.signed.0.to_string(), facts.signed.1.to_string());
    ReviewPage { f: at.frame(), head, subject: subject(facts), progress, form }
}

/// "Jana & Tandatangan": ticked, so the modal shows the exact bytes (SIGN-3 to SIGN-5).
pub async fn agree(State(doors): State<Arc<Doors>>, at: AtTurn, Filled(mut form): Filled) -> Result<Response, Problem> {
    let (facts, head) = facts(&at).await?;
    if !form.ticked("setuju") {
        form.refuse("setuju", FieldFault::Tick);
        return Ok(Again(page(&at, &facts, head, form)).into_response());
    }
    if digest_of(&form)? != facts.head.sha256 {
        return Err(TurnRefused::HeadChanged.into());
    }
    Ok(see_other(&at.path(&format!("sah?setuju={}", agreed(&doors, &at, &facts.head.sha256)))))
}

/// The mark of a tick: nobody comes to the pad without one.
fn agreed(doors: &Doors, at: &AtTurn, digest: &[u8; 32]) -> String {
    doors.key.token(AGREED, &[at.session.turn().as_str(), &hex::encode(digest)])
}

/// The modal: shows unmistakably and in advance what will be signed (PUB-LAW-10). Without the tick, or when the
/// document has changed since, back to the document.
pub async fn confirming(
    State(doors): State<Arc<Doors>>,
    at: AtTurn,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let (facts, head) = facts(&at).await?;
    let query = Form::decode(query.unwrap_or_default().as_bytes(), at.visit.lang);
    let mark = agreed(&doors, &at, &facts.head.sha256);
    if !matches!(facts.step, TurnStep::Review | TurnStep::Sign) || !query.holds("setuju", &mark) {
        return Ok(see_other(&at.path("semak")));
    }
    let first = facts.serial.is_none();
    Ok(Page(ConfirmPage { f: at.frame(), head, subject: subject(&facts), agreed: mark, first }).into_response())
}

/// "Tandatangan": these bytes were reviewed and confirmed; next comes the pad. A signer without the app is mailed
/// a code at once (SIGN-15).
pub async fn confirm(State(doors): State<Arc<Doors>>, at: AtTurn, Filled(form): Filled) -> Result<Response, Problem> {
    let shown = digest_of(&form)?;
    if !form.holds("setuju", &agreed(&doors, &at, &shown)) {
        return Err(TurnRefused::NotReviewed.into());
    }
    hims::review(&at.work, &at.session, &shown).await?;
    if device::current(&at.work, at.session.person()).await?.is_some() {
        return Ok(see_other(&at.path("tandatangan")));
    }
    let (facts, _) = facts(&at).await?;
    let target = Target::turn(facts.turn.as_str(), facts.version, &facts.head.sha256);
    // A mail that cannot go out now can be asked for again on the page itself.
    let sent = factor::send(&at.work, at.session.person(), &target).await.is_ok();
    Ok(see_other(&at.path(if sent { "tandatangan?dihantar=ya" } else { "tandatangan" })))
}

/// The digest that the page carried.
pub(super) fn digest_of(form: &Form) -> Result<[u8; 32], TurnRefused> {
    let mut digest = [0; 32];
    hex::decode_to_slice(form.value("dilihat"), &mut digest).map_err(|_| TurnRefused::HeadChanged)?;
    Ok(digest)
}
