//! Doors on a bench, and a browser without a window, for the tests of the doors.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use tower::ServiceExt as _;

use super::pki::Office;
use super::{DoorKey, Doors, routes};
use crate::blob::{BlobError, BlobStore};
use crate::enrolment::Desk;
use crate::hims::{Press, Seal};
use crate::kernel::settings::Settings;
use crate::keystore::KeySpec;
use crate::signing::{AnyCode, IssuedHere, NoSteps, Spine, Tools};
use crate::testkit::{self, Bench};
use crate::timestamp::LocalStamper;
use crate::vault::{Cost, Vault};

/// A store without room: nothing here writes documents.
struct NoBlobs;

#[async_trait::async_trait]
impl BlobStore for NoBlobs {
    async fn append(&self, name: &str, _: u64, _: &[u8]) -> Result<(), BlobError> {
        Err(BlobError::Full(name.to_owned()))
    }

    async fn read(&self, name: &str, _: u64) -> Result<Vec<u8>, BlobError> {
        Err(BlobError::Missing(name.to_owned()))
    }

    async fn remove(&self, _: &str) -> Result<(), BlobError> {
        Ok(())
    }
}

/// Doors as `public_url` shows them.
pub(crate) async fn doors(public_url: &str) -> (Bench, Arc<Doors>) {
    let bench = testkit::bench().await;
    let settings = Settings { public_url: public_url.to_owned(), ..Settings::default() };
    let authority = Arc::new(testkit::authority(&bench).await);
    let stamper = Arc::new(LocalStamper::new(authority.clone()));
    let keystore = Arc::new(testkit::keys());
    let vault = Vault::new(keystore.clone(), Cost::FLOOR, 1);
    let desk =
        Desk { vault: vault.clone(), authority: authority.clone(), spec: KeySpec::P256, requester: "HIMS".to_owned() };
    let tools = Tools {
        vault,
        blobs: Arc::new(NoBlobs),
        stamper: stamper.clone(),
        factor: Arc::new(AnyCode(keystore.clone())),
        credentials: Arc::new(IssuedHere(authority.clone())),
        steps: Arc::new(NoSteps),
    };
    let press = Press {
        keys: keystore.clone(),
        blobs: Arc::new(NoBlobs),
        certifier: Arc::new(Seal { authority: authority.clone(), stamper: stamper.clone() }),
        settings: settings.hims.clone(),
    };
    let doors = Doors {
        press,
        spine: Arc::new(Spine::new(tools, Vec::new())),
        desk: Arc::new(desk),
        gallery: super::Gallery::default(),
        office: Office { means: bench.means.clone(), authority, stamper, flood: Arc::default() },
        mailbox: None,
        proxy: None,
        means: bench.means.clone(),
        settings: Arc::new(settings),
        keystore,
        blobs: Arc::new(NoBlobs),
        key: DoorKey::for_tests(),
    };
    (bench, Arc::new(doors))
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    /// The value of the first field `name` of the page.
    pub(crate) fn field(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        let tail = self.body.split_once(&mark).map_or("", |(_, tail)| tail);
        tail.split('"').next().unwrap_or_default().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"))
    }
}

/// Keeps cookies and sends forms with the token of the last page, as a person's browser does.
pub(crate) struct Browser {
    app: Router,
    pub(crate) cookies: BTreeMap<String, String>,
    pub(crate) token: String,
}

impl Browser {
    pub(crate) fn at(doors: &Arc<Doors>) -> Self {
        Self { app: routes(doors.clone()), cookies: BTreeMap::new(), token: String::new() }
    }

    /// Follows a link.
    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        let answer = self.send(Request::get(path).body(Body::empty()).expect("a request")).await;
        let token = answer.field("csrf");
        if !token.is_empty() {
            self.token = token;
        }
        answer
    }

    /// Sends a form with the token.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token.clone();
        let all: Vec<_> = fields.iter().copied().chain([("csrf", token.as_str())]).collect();
        self.send(form(path, &all)).await
    }

    /// Sends any request with the cookies.
    pub(crate) async fn send(&mut self, mut request: Request<Body>) -> Answer {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request.headers_mut().insert(header::COOKIE, cookies.join("; ").parse().expect("a header"));
        }
        let response = self.app.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        for line in parts.headers.get_all(header::SET_COOKIE) {
            let pair = line.to_str().expect("ASCII").split(';').next().expect("a pair");
            let (name, value) = pair.split_once('=').expect("a cookie");
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let body = to_bytes(body, 10_000_000).await.expect("a body");
        let body = String::from_utf8_lossy(&body).into_owned();
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

/// A form on its way.
pub(crate) fn form(path: &str, fields: &[(&str, &str)]) -> Request<Body> {
    let encode = |text: &str| {
        text.bytes()
            .map(
                |byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") },
            )
            .collect::<String>()
    };
    let body: Vec<_> = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body.join("&")))
        .expect("a request")
}
