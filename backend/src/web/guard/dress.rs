//! A refusal puts on the clothes that the asker can read, and is logged: once, here.

use std::any::Any;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse as _, Response};
use mohor_shared::dpop::NONCE_HEADER;

use crate::kernel::error::Kind;
use crate::web::Doors;
use crate::web::pages::missing::ProblemPage;
use crate::web::problem::{DoorFault, Problem};

use super::Visit;

/// Turns a [`Problem`] in the answer into a page or into problem+json with a reference.
pub(super) async fn dress(State(_): State<Arc<Doors>>, visit: Visit, request: Request, next: Next) -> Response {
    let for_program = is_for_program(&visit.path, &request);
    let mut response = next.run(request).await;
    let problem = response.extensions_mut().remove::<Problem>().or_else(|| bare_refusal(&response));
    let Some(problem) = problem else { return response };
    log(&problem, &visit);
    let cookies: Vec<_> = response.headers().get_all(header::SET_COOKIE).iter().cloned().collect();
    let mut dressed = match for_program {
        true => problem.json(visit.lang, &visit.work.request),
        false => page(&problem, &visit),
    };
    for cookie in cookies {
        dressed.headers_mut().append(header::SET_COOKIE, cookie);
    }
    // A phone that is refused needs the nonce for its next try more than anybody.
    if let Some(nonce) = response.headers().get(NONCE_HEADER) {
        dressed.headers_mut().insert(NONCE_HEADER, nonce.clone());
    }
    dressed
}

fn is_for_program(path: &str, request: &Request) -> bool {
    let accepts = request.headers().get(header::ACCEPT).and_then(|line| line.to_str().ok()).unwrap_or_default();
    let api = ["/m/", "/pki/", "/api/"].iter().any(|prefix| path.starts_with(prefix));
    api || (accepts.contains("json") && !accepts.contains("text/html"))
}

/// Answers of the framework itself (wrong method, unreadable path) that no verb spoke.
fn bare_refusal(response: &Response) -> Option<Problem> {
    let own = response.headers().contains_key(header::CONTENT_TYPE);
    match response.status() {
        StatusCode::METHOD_NOT_ALLOWED => Some(DoorFault::Method.into()),
        StatusCode::PAYLOAD_TOO_LARGE => Some(DoorFault::TooLarge.into()),
        status if status.is_client_error() && !own => Some(DoorFault::Body.into()),
        _ => None,
    }
}

fn page(problem: &Problem, visit: &Visit) -> Response {
    let page = ProblemPage::new(problem, visit.frame());
    let body = page.render().unwrap_or_else(|_| format!("{} · {}", problem.code, visit.work.request));
    let mut response = (problem.status(), Html(body)).into_response();
    problem.add_headers(&mut response);
    if let Ok(lang) = HeaderValue::from_str(visit.lang.tag()) {
        response.headers_mut().insert(header::CONTENT_LANGUAGE, lang);
    }
    response
}

fn log(problem: &Problem, visit: &Visit) {
    let (code, cause, reference) = (problem.code, problem.cause.as_str(), visit.work.request.as_str());
    match problem.kind {
        Kind::Broken => tracing::error!(code, cause, reference, "refused"),
        Kind::Unavailable => tracing::warn!(code, cause, reference, "refused"),
        _ => tracing::info!(code, reference, "refused"),
    }
}

/// A handler panicked: the message stays in the log of the panic hook, the asker gets a reference.
pub(super) fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    Problem::from(DoorFault::Failed).into_response()
}
