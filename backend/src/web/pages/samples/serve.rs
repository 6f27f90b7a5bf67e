//! The samples on a port of their own, with the real assets under the real policy. No person, no database.

use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;
use tokio::net::TcpListener;

use super::all;
use crate::kernel::words::Lang;
use crate::web::guard::fortify;
use crate::web::pages::assets;

/// Stands wherever a page shows a picture that its server would draw.
const PICTURE: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"900\" height=\"1273\">\
    <rect width=\"900\" height=\"1273\" fill=\"#fff\"/>\
    <text x=\"450\" y=\"640\" font-size=\"96\" text-anchor=\"middle\" fill=\"#b0b0b0\">SPESIMEN</text></svg>";

/// Serves `/contoh/{lang}/{name}` until it is dropped.
///
/// # Errors
/// What the listener says.
pub async fn serve(listener: TcpListener) -> std::io::Result<()> {
    let doors = Router::new()
        .route("/contoh/{lang}/{name}", get(sample))
        .route("/aset/{name}", get(assets::show))
        .fallback(get(beside))
        .layer(axum::middleware::map_response(|mut response: Response| async {
            fortify(response.headers_mut());
            response
        }));
    axum::serve(listener, doors).await
}

async fn sample(Path((lang, name)): Path<(String, String)>) -> Response {
    match all(Lang::from_tag(&lang)).into_iter().find(|(known, _)| *known == name) {
        Some((_, html)) => Html(html).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Pictures, and the pages in frames.
async fn beside(address: axum::http::Uri) -> Response {
    let path = address.path();
    if path.contains("/imej/") || path.contains("/halaman/") {
        return ([(header::CONTENT_TYPE, "image/svg+xml")], PICTURE).into_response();
    }
    StatusCode::NOT_FOUND.into_response()
}
