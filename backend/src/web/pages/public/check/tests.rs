//! Uploads by people and by programs, kind and hostile.

use axum::body::Body;
use axum::http::Request;

use super::*;
use crate::document::testing::{World, base};
use crate::web::testing::{Answer, Browser, doors};

const HOME: &str = "http://127.0.0.1:8080";

fn upload(name: &str, bytes: &[u8], accept: &str) -> Request<Body> {
    let mut body =
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"x.pdf\"\r\n\r\n").into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--b--\r\n");
    let request = Request::post("/semak").header(header::CONTENT_TYPE, "multipart/form-data; boundary=b");
    request.header(header::ACCEPT, accept).body(Body::from(body)).expect("a request")
}

async fn send(bytes: &[u8], accept: &str) -> Answer {
    let (_bench, doors) = doors(HOME).await;
    Browser::at(&doors).send(upload("fail", bytes, accept)).await
}

#[tokio::test]
async fn the_three_questions_are_answered_for_each_signature_and_a_strange_authority_is_explained() {
    let bytes = World::new().agreement(&base(false)).pop().expect("signed by three");
    let answer = send(&bytes, "text/html").await;
    assert_eq!(answer.status, 200);
    for words in [
        "Cap masa daripada pihak berkuasa yang tidak dikenali di sini",
        "Ini tidak bermakna dokumen itu palsu",
        "Tandatangan ini tidak dapat dikaitkan dengan sesiapa yang dikenali.",
        "tiada pihak berkuasa yang dikenali menjamin sijil ini",
        "mohor verify FAIL --trust AKAR",
        "Tambahan kemudian yang dibenarkan: tandatangan, nombor siri, kod QR atau data pengesahan (11)",
        "Fail ini tidak sama sepenuhnya dengan mana-mana versi yang didaftarkan di sini.",
        "href=\"data:application/json;base64,",
    ] {
        assert!(answer.body.contains(words), "{words} in {}", answer.body);
    }
    assert!(!answer.body.contains('⟦'));
}

#[tokio::test]
async fn a_program_gets_the_report_and_problems_as_json() {
    let bytes = World::new().agreement(&base(false)).pop().expect("signed by three");
    let answer = send(&bytes, "application/json").await;
    let report: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
    assert_eq!(report["signatures"].as_array().map(Vec::len), Some(4), "{report}");
    assert_eq!((&report["registered"], &report["status"]), (&serde_json::Value::Null, &"INDETERMINATE".into()));
    assert_eq!(report["length"], bytes.len());
    let answer = send(b"", "application/json").await;
    let problem: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
    assert_eq!((answer.status.as_u16(), &problem["code"]), (422, &"field-file".into()));
}

#[tokio::test]
async fn what_is_no_pdf_is_told_so_and_nothing_of_it_is_shown() {
    let nested = [b"%PDF-1.7\n1 0 obj\n".to_vec(), b"[".repeat(200_000), b"\nendobj\n%%EOF".to_vec()].concat();
    let xref = b"%PDF-1.7\nxref\n0 99999999\ntrailer<</Size 99999999/Root 1 0 R>>\nstartxref\n9\n%%EOF\n".to_vec();
    let picture = b"\x89PNG\r\n\x1a\n<script>alert(1)</script>".to_vec();
    for bytes in [nested, xref, picture, b"%PDF-".to_vec(), vec![0; 100_000]] {
        let answer = send(&bytes, "text/html").await;
        assert_eq!(answer.status, 200);
        assert!(answer.body.contains("Fail ini tidak dapat dibaca sebagai dokumen PDF"), "{}", answer.body);
        assert!(!answer.body.contains("<script>alert"));
    }
}

#[tokio::test]
async fn no_file_an_empty_one_and_one_too_large_are_asked_for_again() {
    let (_bench, doors) = doors(HOME).await;
    let mut browser = Browser::at(&doors);
    for (request, status, words) in [
        (upload("lain", b"x", "text/html"), 422, "Tiada fail dipilih"),
        (upload("fail", b"", "text/html"), 422, "Tiada fail dipilih"),
        (upload("fail", &vec![b'x'; 33 * 1024 * 1024], "text/html"), 413, "Fail terlalu besar"),
    ] {
        let answer = browser.send(request).await;
        assert_eq!(answer.status, status, "{words}");
        assert!(answer.body.contains(words) && answer.body.contains("name=\"fail\""), "{words}");
    }
}

#[tokio::test]
async fn a_serial_number_is_not_found_by_guessing() {
    let (_bench, doors) = doors(HOME).await;
    let mut browser = Browser::at(&doors);
    let mut seen = std::collections::BTreeSet::new();
    for path in ["/v/ESPA-2026-0000001", "/v/ESPA-2026-0000001?t=guess", "/v/x?t=", "/v/%2e%2e?t=a&t=b"] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.body.contains("name=\"robots\" content=\"noindex\""));
        // The frame around it repeats the address, to say the same in the other language.
        let told = answer.body.split_once("<main").expect("a page").1;
        seen.insert(told.split("Nombor rujukan").next().unwrap_or_default().to_owned());
    }
    assert_eq!(seen.len(), 1, "every guess gets the same answer");
    for _ in 0..300 {
        browser.get("/v/ESPA-2026-0000002?t=guess").await;
    }
    assert_eq!(browser.get("/v/ESPA-2026-0000002?t=guess").await.status, 429, "floods are stopped");
}
