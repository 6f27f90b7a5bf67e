//! `/semak`: anybody uploads a document and learns of each signature, and whether the file is one that was registered
//! here. The file is judged in memory and forgotten. A program that asks for JSON gets the report.

use std::sync::Arc;

use askama::Template;
use axum::Json;
use axum::extract::State;
use axum::extract::multipart::{Multipart, MultipartError, MultipartRejection};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use crate::hims;
use crate::web::Doors;
use crate::web::guard::{Address, Rate, Visit, limit};
use crate::web::pages::form::{FieldFault, Form};
use crate::web::pages::frame::Frame;
use crate::web::pages::{Again, Page};
use crate::web::problem::{DoorFault, Problem};

use super::judge::{judge, seat};
use super::verdict::{Checked, Judgement, judgement};

const RATE: Rate = Rate::ten_minutes("semak", 60);

/// The upload form and, after it, the verdict.
#[derive(Template)]
#[template(path = "public/check.html")]
pub struct CheckPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) form: Form,
    pub(in crate::web) verdict: Option<Judgement>,
}

/// Asks for a file.
pub async fn show(visit: Visit) -> Response {
    Page(CheckPage { form: Form::new(visit.lang), f: visit.frame(), verdict: None }).into_response()
}

/// Judges a file.
pub async fn check(
    State(doors): State<Arc<Doors>>,
    visit: Visit,
    address: Address,
    headers: HeaderMap,
    upload: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    limit(&visit, &address, RATE).await?;
    let seat = seat().await?;
    let bytes = match uploaded(upload).await {
        Ok(bytes) => bytes,
        Err(fault) if for_program(&headers) => return Err(fault),
        Err(fault) => return Ok(again(&visit, &fault)),
    };
    let report = judge(&doors, &visit, seat, bytes).await?;
    let digest = hex::decode(&report.sha256).ok().and_then(|bytes| bytes.try_into().ok()).unwrap_or([0; 32]);
    let known = hims::recognise(&visit.work, &digest).await?;
    let checked = Checked::of(report, known.as_ref(), visit.work.now);
    if for_program(&headers) {
        return Ok(Json(checked).into_response());
    }
    let f = visit.frame();
    let verdict = Some(judgement(&checked, known.as_ref(), &f));
    Ok(Page(CheckPage { f, form: Form::new(visit.lang), verdict }).into_response())
}

/// The form once more, with what was wrong with the file.
fn again(visit: &Visit, fault: &Problem) -> Response {
    let mut form = Form::new(visit.lang);
    form.refuse_as("fail", fault);
    (fault.status(), Again(CheckPage { f: visit.frame(), form, verdict: None })).into_response()
}

fn for_program(headers: &HeaderMap) -> bool {
    let accepts = headers.get(header::ACCEPT).and_then(|line| line.to_str().ok()).unwrap_or_default();
    accepts.contains("json") && !accepts.contains("text/html")
}

fn unread(error: &MultipartError) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => FieldFault::FileTooLarge.into(),
        _ => DoorFault::Body.into(),
    }
}

async fn uploaded(upload: Result<Multipart, MultipartRejection>) -> Result<Vec<u8>, Problem> {
    let mut upload = upload.map_err(|_| DoorFault::Media)?;
    while let Some(field) = upload.next_field().await.map_err(|error| unread(&error))? {
        if field.name() == Some("fail") {
            let bytes = field.bytes().await.map_err(|error| unread(&error))?;
            return if bytes.is_empty() { Err(FieldFault::File.into()) } else { Ok(bytes.to_vec()) };
        }
    }
    Err(FieldFault::File.into())
}

#[cfg(test)]
mod tests;
