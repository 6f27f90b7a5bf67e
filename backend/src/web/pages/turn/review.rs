//! SCR-2: the document, the tick, and the modal that shows which bytes will be signed.

use axum::response::{IntoResponse as _, Response};

use crate::hims::{self, TurnFacts, TurnRefused, TurnStep};
use crate::web::guard::{AtTurn, Filled};
use crate::web::pages::form::{FieldFault, Form};
use crate::web::pages::{Again, Page, see_other};
use crate::web::problem::Problem;

use super::views::{ConfirmPage, Head, ReviewPage};
use super::{facts, standing};

/// Shows the document.
pub async fn show(at: AtTurn) -> Result<Response, Problem> {
    let (facts, head) = facts(&at).await?;
    let form = Form::new(at.visit.lang);
    Ok(match facts.step {
        TurnStep::Review | TurnStep::Sign => Page(page(&at, &facts, head, form)).into_response(),
        TurnStep::Certificate => see_other(&at.path("sijil")),
        _ => Page(standing::modal(&at, &facts)).into_response(),
    })
}

fn page(at: &AtTurn, facts: &TurnFacts, head: Head, form: Form) -> ReviewPage {
    let digest = hex::encode(facts.head.sha256);
    ReviewPage { f: at.frame(), head, digest, has_serial: facts.serial.is_some(), form }
}

/// "Jana & Tandatangan": ticked, so the modal shows the exact bytes (SIGN-3 to SIGN-5).
pub async fn agree(at: AtTurn, Filled(mut form): Filled) -> Result<Response, Problem> {
    let (facts, head) = facts(&at).await?;
    if !form.ticked("setuju") {
        form.refuse("setuju", FieldFault::Tick);
        return Ok(Again(page(&at, &facts, head, form)).into_response());
    }
    let digest = hex::encode(facts.head.sha256);
    if form.value("dilihat") != digest {
        return Err(TurnRefused::HeadChanged.into());
    }
    Ok(Page(ConfirmPage { f: at.frame(), head, digest, size: size(facts.head.length) }).into_response())
}

/// `412 KB`, `1.3 MB`.
fn size(bytes: u64) -> String {
    if bytes < 1_000_000 { format!("{} KB", bytes.div_ceil(1000)) } else { format!("{:.1} MB", bytes as f64 / 1e6) }
}

/// "Tandatangan": these bytes were reviewed and confirmed; next comes the pad.
pub async fn confirm(at: AtTurn, Filled(form): Filled) -> Result<Response, Problem> {
    let shown = digest_of(&form)?;
    hims::review(&at.work, &at.session, &shown).await?;
    Ok(see_other(&at.path("tandatangan")))
}

/// The digest that the page carried.
pub(super) fn digest_of(form: &Form) -> Result<[u8; 32], TurnRefused> {
    let mut digest = [0; 32];
    hex::decode_to_slice(form.value("dilihat"), &mut digest).map_err(|_| TurnRefused::HeadChanged)?;
    Ok(digest)
}

/// The modal has no address of its own: back to the document.
pub async fn back(at: AtTurn) -> Response {
    see_other(&at.path("semak"))
}
