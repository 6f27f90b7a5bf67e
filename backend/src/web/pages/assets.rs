//! Style sheets and scripts: part of the program, cached for ever under the mark of their content.

use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use include_dir::{Dir, include_dir};
use sha2::{Digest as _, Sha256};

use crate::web::problem::{DoorFault, Problem};

static CSS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets/css");
static JS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets/js");

fn find(name: &str) -> Option<(&'static [u8], &'static str)> {
    let (dir, kind) = match name.rsplit_once('.')?.1 {
        "css" => (&CSS, "text/css; charset=utf-8"),
        "js" => (&JS, "text/javascript; charset=utf-8"),
        _ => return None,
    };
    Some((dir.get_file(name)?.contents(), kind))
}

/// The address of an asset: a new content has a new address.
pub fn address(name: &str) -> String {
    let digest = find(name).map(|(bytes, _)| hex::encode(Sha256::digest(bytes))).unwrap_or_default();
    format!("/aset/{name}?v={}", digest.get(..12).unwrap_or_default())
}

/// Serves one asset.
pub async fn show(Path(name): Path<String>) -> Result<Response, Problem> {
    let (bytes, kind) = find(&name).ok_or(DoorFault::Missing)?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    Ok(response)
}
