//! `/t/{token}`: names the turn and changes nothing; then the proof: identity number and a mailed code.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};

use crate::hims::{self, TurnStep};
use crate::kernel::error::Kind;
use crate::outbox;
use crate::web::Doors;
use crate::web::guard::{Address, AtTurn, Filled, Rate, Visit, keep_proof, limit};
use crate::web::pages::form::{Form, id_number, six_digits};
use crate::web::pages::{Again, Page, see_other};
use crate::web::problem::Problem;

use super::views::{CodePage, Landing};
use super::{facts, head, standing};

const RATE: Rate = Rate::ten_minutes("bukti", 120);

/// Shows what to do now to the signer, and what the link is about to everybody else.
pub async fn show(visit: Visit, Path(token): Path<String>, at: Result<AtTurn, Response>) -> Result<Response, Problem> {
    let Ok(at) = at else {
        let form = Form::new(visit.lang);
        return Ok(Page(landing(&visit, &token, form).await?).into_response());
    };
    let (facts, _) = facts(&at).await?;
    Ok(match facts.step {
        TurnStep::Certificate => see_other(&at.path("sijil")),
        TurnStep::Review | TurnStep::Sign => see_other(&at.path("semak")),
        _ => Page(standing::modal(&at, &facts).await?).into_response(),
    })
}

async fn landing(visit: &Visit, token: &str, form: Form) -> Result<Landing, Problem> {
    let facts = hims::link_facts(&visit.work, token).await?;
    let head = head(token, &facts.header, facts.title, facts.deadline, visit.work.now, visit.lang);
    Ok(Landing { f: visit.frame(), head, form })
}

/// Takes the identity number and mails a code; says the same whether or not the number fits.
pub async fn ask(
    visit: Visit,
    address: Address,
    Path(token): Path<String>,
    Filled(mut form): Filled,
) -> Result<Response, Problem> {
    limit(&visit, &address, RATE).await?;
    if form.parse("ic", id_number).is_some() {
        match hims::send_proof(&visit.work, &token).await {
            Ok(()) => return Ok(Page(code_page(&visit, &token, form).await?).into_response()),
            Err(refused) => form.refuse_or_fail(refused, &[Kind::TooMany, Kind::Invalid])?,
        }
    }
    Ok(Again(landing(&visit, &token, form).await?).into_response())
}

/// The answers to the two forms have no address of their own: back to the link.
pub async fn again(Path(token): Path<String>) -> Response {
    see_other(&format!("/t/{token}"))
}

/// Says the same to whoever holds the link: nothing of one person's mails.
async fn code_page(visit: &Visit, token: &str, form: Form) -> Result<CodePage, Problem> {
    let (action, back) = (format!("/t/{token}/kod"), format!("/t/{token}"));
    let mails_wait = outbox::mails_wait(&visit.work, None).await?;
    Ok(CodePage { f: visit.frame(), form, action, back, mails_wait })
}

/// Takes number and code; the browser may act for the turn from then on.
pub async fn prove(
    State(doors): State<Arc<Doors>>,
    visit: Visit,
    address: Address,
    Path(token): Path<String>,
    Filled(mut form): Filled,
) -> Result<Response, Problem> {
    limit(&visit, &address, RATE).await?;
    let number = form.parse("ic", id_number);
    let code = form.parse("kod", six_digits);
    if let (Some(number), Some(code)) = (number, code) {
        match hims::prove(&visit.work, &*doors.keystore, &token, &number, &code, &visit.browser).await {
            Ok(proof) => return Ok(keep_proof(see_other(&format!("/t/{token}")), &proof, &visit)),
            Err(refused) => form.refuse_or_fail(refused, &[Kind::Unproven, Kind::TooMany, Kind::Gone])?,
        }
    }
    Ok(Again(code_page(&visit, &token, form).await?).into_response())
}
