//! The doors as verifiers meet them.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tower::ServiceExt as _;

use super::*;
use crate::adapters::timestamper_http::HttpStamper;
use crate::testkit::{self, Bench};
use crate::timestamp::{StampError, TimeStamper as _, ask};

async fn office(bench: &Bench) -> Office {
    let authority = Arc::new(testkit::authority(bench).await);
    let stamper = Arc::new(LocalStamper::new(Arc::clone(&authority)));
    Office { means: bench.means.clone(), authority, stamper, flood: Arc::default() }
}

async fn send(office: &Office, request: Request<Body>) -> Response<Body> {
    let doors: Router = routes(office.clone());
    doors.oneshot(request).await.expect("answers")
}

fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).expect("a request")
}

fn post(path: &str, media: &str, body: Vec<u8>) -> Request<Body> {
    Request::post(path).header(header::CONTENT_TYPE, media).body(Body::from(body)).expect("a request")
}

async fn body(response: Response<Body>) -> Vec<u8> {
    to_bytes(response.into_body(), 1 << 20).await.expect("a body").to_vec()
}

#[tokio::test]
async fn certificates_and_lists_are_served_with_their_media_types() {
    let bench = testkit::bench().await;
    let office = office(&bench).await;
    let root = send(&office, get("/pki/root.cer")).await;
    assert_eq!(root.headers()[header::CONTENT_TYPE], "application/pkix-cert");
    assert_eq!(body(root).await, office.authority.root().der());
    assert_eq!(body(send(&office, get("/pki/issuing.cer")).await).await, office.authority.issuing().der());
    for path in ["/pki/root.crl", "/pki/issuing.crl"] {
        let list = send(&office, get(path)).await;
        assert_eq!(list.status(), StatusCode::OK);
        assert_eq!(list.headers()[header::CONTENT_TYPE], "application/pkix-crl");
        assert_eq!(list.headers()[header::CACHE_CONTROL], "public, max-age=900");
        let tag = list.headers()[header::ETAG].clone();
        let mut again = get(path);
        again.headers_mut().insert(header::IF_NONE_MATCH, tag);
        assert_eq!(send(&office, again).await.status(), StatusCode::NOT_MODIFIED);
    }
}

#[tokio::test]
async fn ocsp_answers_get_and_post_and_never_caches_a_refusal() {
    let bench = testkit::bench().await;
    let office = office(&bench).await;
    let serial = office.authority.tsa().leaf().serial.clone();
    let request = crate::certificate::ocsp_request(&office.authority, &serial, None);
    let asked = send(&office, get(&format!("/pki/ocsp/{}", STANDARD.encode(&request)))).await;
    assert_eq!(asked.headers()[header::CONTENT_TYPE], "application/ocsp-response");
    assert_eq!(asked.headers()[header::CACHE_CONTROL], "public, no-transform, must-revalidate, max-age=900");
    let escaped: String = STANDARD.encode(&request).bytes().map(|byte| format!("%{byte:02X}")).collect();
    let escaped = send(&office, get(&format!("/pki/ocsp/{escaped}"))).await;
    // A refusal is a handful of bytes, a signed answer some hundred.
    assert!(body(escaped).await.len() > 500 && body(asked).await.len() > 500);
    let posted = send(&office, post("/pki/ocsp", "application/ocsp-request", request.clone())).await;
    assert_eq!(posted.headers()[header::CACHE_CONTROL], "no-store");
    let wrong = send(&office, post("/pki/ocsp", "text/plain", request)).await;
    assert_eq!(wrong.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let nonsense = send(&office, get("/pki/ocsp/%00%01")).await;
    assert_eq!(nonsense.headers()[header::CACHE_CONTROL], "no-store");
    let huge = send(&office, post("/pki/ocsp", "application/ocsp-request", vec![0; 5000])).await;
    assert_eq!(huge.status(), StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_time_stamp_is_had_by_http_and_its_absence_is_told() {
    let bench = testkit::bench().await;
    let office = office(&bench).await;
    let work = bench.work();
    let question = ask::question(&work, [1; 32]).expect("a request");
    let answer = send(&office, post("/pki/tsa", "application/timestamp-query", question.der.clone())).await;
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/timestamp-reply");
    assert!(ask::check(&question, &body(answer).await, office.authority.tsa().spki()).is_ok());

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/pki/tsa", listener.local_addr().expect("an address"));
    let client = HttpStamper::new(&url, office.authority.tsa().spki().to_vec()).expect("a client");
    let doors: Router = routes(office.clone());
    let mut server = tokio::task::JoinSet::new();
    server.spawn(async move { axum::serve(listener, doors).await });
    assert!(client.token(&work, [1; 32]).await.is_ok());
    let stranger = HttpStamper::new(&url, office.authority.root().spki().to_vec()).expect("a client");
    assert!(matches!(stranger.token(&work, [1; 32]).await, Err(StampError::Refused(_))));
    server.shutdown().await;
    assert!(matches!(client.token(&work, [1; 32]).await, Err(StampError::Unavailable(_))));
}

#[tokio::test]
async fn a_flood_of_questions_is_told_to_wait_while_certificates_are_served() {
    let bench = testkit::bench().await;
    let office = office(&bench).await;
    let mut refused = None;
    for _ in 0..=600 {
        // A wrong media type costs no signature and is counted all the same.
        let answer = send(&office, post("/pki/tsa", "text/plain", Vec::new())).await;
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            refused = Some(answer);
        }
    }
    let refused = refused.expect("the 601st is refused");
    assert_eq!(refused.headers()[header::RETRY_AFTER], "60", "the rest of the minute");
    assert_eq!(send(&office, get("/pki/ocsp/AAAA")).await.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(send(&office, get("/pki/root.cer")).await.status(), StatusCode::OK);
    bench.clock.advance(std::time::Duration::from_secs(60));
    let answer = send(&office, post("/pki/tsa", "text/plain", Vec::new())).await;
    assert_eq!(answer.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
}
