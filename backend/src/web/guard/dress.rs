//! A refusal puts on the clothes that the asker can read, and is logged: once, here.

use std::any::Any;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse as _, Response};
use mohor_shared::dpop::NONCE_HEADER;

use crate::kernel::error::Kind;
use crate::web::Doors;
use crate::web::pages::missing::ProblemPage;
use crate::web::problem::{DoorFault, Problem};

use super::Visit;

/// What a refusal keeps of the answer it replaces: cookies, what the address does take (RFC 9110 section 10.2.1), and the
/// nonce, which a phone that is refused needs for its next try more than anybody.
const KEPT: [HeaderName; 3] = [header::SET_COOKIE, header::ALLOW, HeaderName::from_static(NONCE_HEADER)];

/// Turns a [`Problem`] in the answer into a page or into problem+json with a reference.
pub(super) async fn dress(State(_): State<Arc<Doors>>, visit: Visit, request: Request, next: Next) -> Response {
    let for_program = is_for_program(&visit.path, &request);
    let looking = request.method().is_safe();
    let mut response = next.run(request).await;
    let problem = response.extensions_mut().remove::<Problem>().or_else(|| bare_refusal(&response, looking));
    let Some(problem) = problem else { return response };
    log(&problem, &visit);
    let mut dressed = match for_program {
        true => problem.json(visit.lang, &visit.work.request),
        false => page(&problem, &visit),
    };
    for name in KEPT {
        let kept = response.headers().get_all(&name).into_iter().cloned();
        kept.for_each(|value| _ = dressed.headers_mut().append(name.clone(), value));
    }
    dressed
}

fn is_for_program(path: &str, request: &Request) -> bool {
    let accepts = request.headers().get(header::ACCEPT).and_then(|line| line.to_str().ok()).unwrap_or_default();
    let api = ["/m/", "/pki/", "/api/"].iter().any(|prefix| path.starts_with(prefix));
    api || (accepts.contains("json") && !accepts.contains("text/html"))
}

/// Answers of the framework itself that no verb spoke: without a body, or with a line of plain text for programmers. Who
/// was only looking sent nothing that could be unreadable but the address.
fn bare_refusal(response: &Response, looking: bool) -> Option<Problem> {
    let own =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| !kind.as_bytes().starts_with(b"text/plain"));
    match response.status() {
        status if own || !status.is_client_error() => None,
        StatusCode::METHOD_NOT_ALLOWED => Some(DoorFault::Method.into()),
        StatusCode::PAYLOAD_TOO_LARGE => Some(DoorFault::TooLarge.into()),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Some(DoorFault::Media.into()),
        _ if looking => Some(DoorFault::Missing.into()),
        _ => Some(DoorFault::Body.into()),
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
