//! `/semak`: anybody uploads a document and learns of each signature. The file is judged in memory and
//! forgotten.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Multipart, State};
use axum::response::{IntoResponse as _, Response};

use crate::document::verify::{Report, Trust, verify};
use crate::web::Doors;
use crate::web::guard::{Address, Rate, Visit, limit};
use crate::web::pages::form::{FieldFault, Form};
use crate::web::pages::frame::Frame;
use crate::web::pages::{Again, Page};
use crate::web::problem::{DoorFault, Problem};

use super::verdict::{Judgement, judgement};

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
    upload: Multipart,
) -> Result<Response, Problem> {
    limit(&visit, &address, RATE).await?;
    let mut form = Form::new(visit.lang);
    let bytes = uploaded(upload).await?;
    if bytes.is_empty() {
        form.refuse("fail", FieldFault::File);
        return Ok(Again(CheckPage { f: visit.frame(), form, verdict: None }).into_response());
    }
    let report = judge(&doors, &visit, bytes).await?;
    let verdict = Some(judgement(&report, visit.lang));
    Ok(Page(CheckPage { f: visit.frame(), form, verdict }).into_response())
}

/// Judges `bytes` at the instant of the visit against our root, off the threads that answer requests.
pub async fn judge(doors: &Doors, visit: &Visit, bytes: Vec<u8>) -> Result<Report, Problem> {
    let roots = vec![doors.office.authority.root().der().to_vec()];
    let trust = Trust { roots, crls: Vec::new(), at: Some(visit.work.now) };
    let judged = tokio::task::spawn_blocking(move || verify(&bytes, &trust)).await;
    judged.map_err(|error| Problem { cause: error.to_string(), ..DoorFault::Failed.into() })
}

async fn uploaded(mut upload: Multipart) -> Result<Vec<u8>, DoorFault> {
    while let Some(field) = upload.next_field().await.map_err(|_| DoorFault::Body)? {
        if field.name() == Some("fail") {
            return Ok(field.bytes().await.map_err(|_| DoorFault::TooLarge)?.to_vec());
        }
    }
    Ok(Vec::new())
}
