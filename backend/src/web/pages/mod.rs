//! Pages for people. A handler is guard → parse → verb → render; a page is a template with its own view
//! struct, and every view has a sample that a test renders in both languages.

pub mod assets;
pub mod form;
pub mod frame;
pub mod health;
pub mod hims;
pub mod home;
pub mod missing;
pub mod public;
pub mod staff;
pub mod turn;

#[cfg(any(test, feature = "samples"))]
pub mod samples;

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::problem::{DoorFault, Problem};

/// A view on its way out.
pub struct Page<T>(pub T);

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        with_status(StatusCode::OK, &self.0)
    }
}

/// A form that could not be accepted as it is, shown again with what was typed.
pub struct Again<T>(pub T);

impl<T: Template> IntoResponse for Again<T> {
    fn into_response(self) -> Response {
        with_status(StatusCode::UNPROCESSABLE_ENTITY, &self.0)
    }
}

fn with_status<T: Template>(status: StatusCode, view: &T) -> Response {
    match view.render() {
        Ok(body) => (status, Html(body)).into_response(),
        Err(error) => {
            let cause = error.to_string();
            Problem { cause, ..Problem::from(DoorFault::Failed) }.into_response()
        }
    }
}

/// After a POST: look at the result with a GET (303), so that a reload repeats nothing.
pub fn see_other(path: &str) -> Response {
    let location = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}
