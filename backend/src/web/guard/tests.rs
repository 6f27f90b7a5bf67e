//! Attacks on the guard, and what every answer carries.

mod proxy;
mod rates;

use axum::body::Body;
use axum::http::Request;

use crate::account;
use crate::kernel::work::Actor;
use crate::web::testing::{Answer, Browser, doors, form};

const HTTPS: &str = "https://mohor.example.test";

#[tokio::test]
async fn every_answer_is_hardened() {
    let (_bench, doors) = doors(HTTPS).await;
    let mut browser = Browser::at(&doors);
    for path in ["/", "/masuk", "/no/such/page", "/sihat", "/aset/mohor.css"] {
        let answer = browser.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert!(answer.header("strict-transport-security").starts_with("max-age="), "{path}");
    }
    assert_eq!(browser.get("/masuk").await.header("cache-control"), "no-store");
}

#[tokio::test]
async fn plain_http_promises_no_tls() {
    let (_bench, doors) = doors("http://127.0.0.1:8080").await;
    let answer = Browser::at(&doors).get("/").await;
    assert_eq!(answer.header("strict-transport-security"), "");
    assert!(answer.header("set-cookie").starts_with("pelawat="));
}

#[tokio::test]
async fn a_new_browser_gets_a_name_that_scripts_cannot_read() {
    let (_bench, doors) = doors(HTTPS).await;
    let answer = Browser::at(&doors).get("/masuk").await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-pelawat="), "{cookie}");
    for flag in ["HttpOnly", "Secure", "Path=/", "SameSite=Lax"] {
        assert!(cookie.contains(flag), "{cookie}");
    }
}

async fn refused(answer: Answer, status: u16, words: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert!(answer.body.contains(words), "{}", answer.body);
    assert!(answer.body.contains("Nombor rujukan"));
}

#[tokio::test]
async fn a_form_without_this_browsers_token_is_not_heard() {
    let (_bench, doors) = doors(HTTPS).await;
    let mut browser = Browser::at(&doors);
    browser.get("/masuk").await;
    let none = browser.send(form("/masuk", &[("emel", "a@example.test")])).await;
    refused(none, 403, "Borang ini telah tamat tempoh").await;
    let mut other = Browser::at(&doors);
    other.get("/masuk").await;
    let foreign = browser.send(form("/masuk", &[("csrf", &other.token)])).await;
    refused(foreign, 403, "Borang ini telah tamat tempoh").await;
    let own = browser.post("/masuk", &[("emel", "a@example.test"), ("kod", "123456"), ("kata_laluan", "x")]).await;
    assert_eq!(own.status, 422, "heard, and refused for its content");
    assert!(own.body.contains("Log masuk tidak berjaya"));
    assert!(own.body.contains("a@example.test"), "what was typed is kept");
}

#[tokio::test]
async fn a_form_from_another_site_is_not_heard() {
    let (_bench, doors) = doors(HTTPS).await;
    let mut browser = Browser::at(&doors);
    browser.get("/masuk").await;
    let token = browser.token.clone();
    for (name, value) in [
        ("origin", "https://evil.example.test"),
        ("origin", "null"),
        ("origin", "http://mohor.example.test"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let mut request = form("/masuk", &[("csrf", &token)]);
        request.headers_mut().insert(name, value.parse().expect("a header"));
        refused(browser.send(request).await, 403, "laman lain").await;
    }
    let mut request = form("/masuk", &[("csrf", &token)]);
    request.headers_mut().insert("origin", HTTPS.parse().expect("a header"));
    assert_eq!(browser.send(request).await.status, 422);
}

#[tokio::test]
async fn only_forms_are_read_and_only_small_ones() {
    let (_bench, doors) = doors(HTTPS).await;
    let mut browser = Browser::at(&doors);
    browser.get("/masuk").await;
    let json = Request::post("/masuk").header("content-type", "application/json").body(Body::from("{}"));
    refused(browser.send(json.expect("a request")).await, 415, "Jenis kandungan ini tidak diterima").await;
    let token = browser.token.clone();
    let large = "x".repeat(super::FORM_LIMIT);
    refused(browser.send(form("/masuk", &[("csrf", &token), ("emel", &large)])).await, 413, "terlalu besar").await;
}

#[tokio::test]
async fn a_wrong_method_and_a_wrong_path_get_a_page_with_a_remedy() {
    let (_bench, doors) = doors(HTTPS).await;
    let mut browser = Browser::at(&doors);
    let wrong = browser.get("/keluar").await;
    assert_eq!(wrong.header("allow"), "POST");
    refused(wrong, 405, "tidak dibenarkan di alamat ini").await;
    refused(browser.get("/tiada").await, 404, "Halaman tidak ditemui").await;
    let english = browser.get("/tiada?lang=en").await;
    assert!(english.body.contains("Page not found") && english.body.contains("lang=\"en\""));
    let kept = browser.get("/tiada").await;
    assert!(kept.body.contains("lang=\"en\""), "the choice is kept");
}

#[tokio::test]
async fn a_program_gets_problem_json() {
    let (_bench, doors) = doors(HTTPS).await;
    let request = Request::get("/m/v1/tiada").header("accept-language", "en").body(Body::empty()).expect("a request");
    let answer = Browser::at(&doors).send(request).await;
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.header("content-language"), "en");
    assert!(answer.body.contains("\"code\":\"page-missing\""), "{}", answer.body);
}

#[tokio::test]
async fn a_wrong_method_a_flood_and_a_foreign_kind_have_their_own_status_for_programs_too() {
    let (_bench, doors) = doors(HTTPS).await;
    let mut browser = Browser::at(&doors);
    let ask = |method: &str, path: &str, media: &str, body: Vec<u8>| {
        let request = Request::builder().method(method).uri(path).header("content-type", media);
        request.header("accept-language", "en").body(Body::from(body)).expect("a request")
    };
    let large = || vec![b'x'; 64 * 1024 + 1];
    for (request, status, code, allow) in [
        (ask("PUT", "/m/v1/enrol/start", "application/json", vec![]), 405, "method-unknown", "POST"),
        (ask("DELETE", "/m/v1/approvals/x", "application/json", vec![]), 405, "method-unknown", "GET,HEAD,POST"),
        (ask("POST", "/pki/root.cer", "text/plain", vec![]), 405, "method-unknown", "GET,HEAD"),
        (ask("POST", "/m/v1/enrol/start", "application/json", large()), 413, "request-too-large", ""),
        (ask("POST", "/pki/tsa", "application/timestamp-query", large()), 413, "request-too-large", ""),
        (ask("POST", "/pki/tsa", "application/pdf", vec![]), 415, "media-unknown", ""),
        (ask("POST", "/pki/ocsp", "application/pdf", vec![]), 415, "media-unknown", ""),
    ] {
        let path = request.uri().path().to_owned();
        let answer = browser.send(request).await;
        assert_eq!((answer.status.as_u16(), answer.header("allow")), (status, allow), "{path}: {}", answer.body);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
        assert!(answer.body.contains(&format!("\"code\":\"{code}\"")), "{path}: {}", answer.body);
    }
    // An upload that is none, by a person and by a program.
    for (accept, words) in
        [("text/html", "This kind of content is not accepted here"), ("application/json", "media-unknown")]
    {
        let mut upload = ask("POST", "/semak", "application/pdf", b"%PDF-".to_vec());
        upload.headers_mut().insert("accept", accept.parse().expect("a header"));
        let answer = browser.send(upload).await;
        assert!(answer.status == 415 && answer.body.contains(words), "{}: {}", answer.status, answer.body);
    }
}

#[tokio::test]
async fn staff_pages_are_closed_to_strangers_and_to_invented_sessions() {
    let (_bench, doors) = doors(HTTPS).await;
    let mut browser = Browser::at(&doors);
    refused(browser.get("/kakitangan").await, 401, "Sila log masuk dahulu").await;
    browser.cookies.insert("__Host-sesi".to_owned(), "A".repeat(43));
    refused(browser.get("/kakitangan").await, 401, "Sila log masuk dahulu").await;
}

#[tokio::test]
async fn the_first_administrator_enters_by_the_console_code_and_is_bound_to_the_session() {
    let (bench, doors) = doors(HTTPS).await;
    let work = bench.means.work(Actor::System);
    let code = account::first_admin_code(&work).await.expect("asks").expect("no administrator yet");
    let mut browser = Browser::at(&doors);
    browser.get("/masuk/pertama").await;
    let fields = [("kod_konsol", code.expose().as_str()), ("nama", "Aina"), ("emel", "aina@example.test")];
    let claimed = browser.post("/masuk/pertama", &fields).await;
    assert_eq!(claimed.status, 303, "{}", claimed.body);
    let path = claimed.header("location").to_owned();
    let invitation = browser.get(&path).await;
    assert!(invitation.body.contains("aina@example.test"));
    let password = "empat perkataan tanpa kaitan";
    let setup = browser.post(&path, &[("kata_laluan", password), ("kata_laluan_lagi", password)]).await;
    assert_eq!(setup.status, 200, "{}", setup.body);
    assert!(setup.body.contains("<svg"), "a QR code is shown");
    let wrong = browser.post(&format!("{path}/kod"), &[("kod", "000000")]).await;
    assert!(wrong.status == 422 && !wrong.body.contains("<svg"), "the secret is shown once");
    let secret = setup.body.split_once("data-secret=\"").expect("a secret").1;
    let secret = secret.split('"').next().expect("a secret").replace(' ', "");
    let entered = browser.post(&format!("{path}/kod"), &[("kod", &totp(&secret, work.now.seconds()))]).await;
    assert_eq!(entered.status, 303, "{}", entered.body);
    let cookie = entered.header("set-cookie");
    assert!(cookie.starts_with("__Host-sesi=") && cookie.contains("SameSite=Strict"), "{cookie}");
    let before = browser.token.clone();
    assert_eq!(browser.get("/kakitangan").await.status, 200);
    assert_ne!(before, browser.token, "the form token follows the session");
    let stale = browser.send(form("/keluar", &[("csrf", &before)])).await;
    refused(stale, 403, "Borang ini telah tamat tempoh").await;
    assert_eq!(browser.post("/keluar", &[]).await.status, 303);
    assert_eq!(browser.get("/kakitangan").await.status, 401);
}

fn totp(base32: &str, seconds: i64) -> String {
    let secret = totp_rs::Secret::try_from_base32(base32).expect("base32");
    let totp = totp_rs::Builder::new().with_algorithm(totp_rs::Algorithm::SHA1).with_secret(secret).build();
    totp.expect("a TOTP").generate(u64::try_from(seconds).expect("after 1970")).to_string()
}
