//! Style sheets and scripts: part of the program, packed once, cached for ever under the mark of their content.
//!
//! Pages themselves are never packed: they carry secrets beside what was typed (BREACH).

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::LazyLock;

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use include_dir::{Dir, File, include_dir};
use sha2::{Digest as _, Sha256};

use crate::web::problem::{DoorFault, Problem};

static CSS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets/css");
static JS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets/js");

static ASSETS: LazyLock<BTreeMap<&'static str, Asset>> =
    LazyLock::new(|| CSS.files().chain(JS.files()).filter_map(Asset::of).collect());

struct Asset {
    kind: &'static str,
    plain: Bytes,
    gzip: Option<Bytes>,
    address: String,
}

impl Asset {
    fn of(file: &'static File) -> Option<(&'static str, Self)> {
        let (name, plain) = (file.path().to_str()?, file.contents());
        let kind = match name.rsplit_once('.')?.1 {
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            _ => return None,
        };
        let mark = hex::encode(&Sha256::digest(plain)[..6]);
        let address = format!("/aset/{name}?v={mark}");
        Some((name, Self { kind, plain: Bytes::from_static(plain), gzip: pack(plain).ok(), address }))
    }
}

fn pack(plain: &[u8]) -> std::io::Result<Bytes> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(plain)?;
    Ok(packer.finish()?.into())
}

/// The address of an asset: a new content has a new address.
pub fn address(name: &str) -> String {
    ASSETS.get(name).map(|asset| asset.address.clone()).unwrap_or_default()
}

/// Serves one asset, packed for who can unpack it.
pub async fn show(Path(name): Path<String>, asked: HeaderMap) -> Result<Response, Problem> {
    let asset = ASSETS.get(name.as_str()).ok_or(DoorFault::Missing)?;
    let gzip = asset.gzip.as_ref().filter(|_| unpacks(&asked));
    let mut response = gzip.unwrap_or(&asset.plain).clone().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if gzip.is_some() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(response)
}

/// Whether `Accept-Encoding` names gzip and does not refuse it (RFC 9110, section 12.5.3).
fn unpacks(asked: &HeaderMap) -> bool {
    let listed = asked.get(header::ACCEPT_ENCODING).and_then(|list| list.to_str().ok()).unwrap_or_default();
    listed.split(',').any(|one| {
        let (coding, weight) = one.split_once(';').unwrap_or((one, "q=1"));
        let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok());
        coding.trim().eq_ignore_ascii_case("gzip") && weight.is_some_and(|weight| weight > 0.0)
    })
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use axum::body::to_bytes;

    use super::*;

    async fn sent(accepted: &'static str) -> (bool, Bytes) {
        let asked = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted))]);
        let response = show(Path("mohor.css".to_owned()), asked).await.expect("an asset");
        let packed = response.headers().contains_key(header::CONTENT_ENCODING);
        (packed, to_bytes(response.into_body(), 1 << 20).await.expect("a body"))
    }

    #[tokio::test]
    async fn an_asset_is_packed_for_who_asks_for_it() {
        let plain = CSS.get_file("mohor.css").expect("a file").contents();
        for refused in ["", "br", "identity", "gzip;q=0", "gzip; q=0.0", "xgzip"] {
            assert_eq!(sent(refused).await, (false, Bytes::from_static(plain)), "{refused}");
        }
        for accepted in ["gzip", "br, GZIP ; q=0.5", "deflate, gzip, br, zstd"] {
            let (packed, bytes) = sent(accepted).await;
            assert!(packed && bytes.len() * 2 < plain.len(), "{accepted}");
            let mut unpacked = Vec::new();
            flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut unpacked).expect("gzip");
            assert_eq!(unpacked, plain);
        }
    }
}
