//! Every counted door, knocked at until it closes: 429, when to come back, and the reason in both languages;
//! whoever comes from elsewhere is let in all the time.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;

use super::HTTPS;
use crate::account::Role;
use crate::account::testing::signed_in;
use crate::web::testing::{Answer, Browser, doors, form};

/// How long knocks at a door are counted.
fn window(door: &str) -> Duration {
    Duration::from_secs(if ["enrol", "register"].contains(&door) { 3600 } else { 600 })
}

/// A door, how many knocks it bears, and every way to knock at it.
const DOORS: [(&str, usize, &[&str]); 12] = [
    ("v", 300, &["GET /v/ESPA-2026-0000001"]),
    ("daftar", 60, &["POST /daftar/x", "POST /daftar/x/kod"]),
    ("bukan-saya", 60, &["POST /bukan-saya/x", "POST /set-semula-pin/batal/x"]),
    ("set-semula-pin", 60, &["POST /set-semula-pin", "POST /set-semula-pin/borang"]),
    ("semak", 60, &["UPLOAD /semak"]),
    ("pautan-saya", 60, &["POST /pautan-saya"]),
    ("bukti", 120, &["POST /t/x/bukti", "POST /t/x/kod"]),
    ("masuk", 60, &["POST /masuk", "POST /masuk/pertama"]),
    ("enrol", 20, &["JSON /m/v1/enrol/start", "JSON /m/v1/transfers"]),
    (
        "register",
        60,
        &["JSON /m/v1/register", "JSON /m/v1/enrol/link", "JSON /m/v1/enrol/password", "JSON /m/v1/enrol/code"],
    ),
    ("masuk-semula", 60, &["POST /masuk/semula"]),
    // Behind the proof of a turn: `tests/journeys/permissions.rs` knocks.
    ("tandatangan", 120, &["POST /t/x/tandatangan"]),
];

/// One knock, from `address`.
async fn knock(browser: &mut Browser, how: &str, address: [u8; 4]) -> Answer {
    let (way, path) = how.split_once(' ').expect("a way and a path");
    let token = browser.token.clone();
    let sent =
        |media: &str, body: &'static str| Request::post(path).header("content-type", media).body(Body::from(body));
    let mut request = match way {
        "GET" => Request::get(path).body(Body::empty()).expect("a request"),
        "POST" => form(path, &[("csrf", &token)]),
        "JSON" => sent("application/json", "{}").expect("a request"),
        _ => sent("multipart/form-data; boundary=b", "--b--\r\n").expect("a request"),
    };
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from((address, 50_000))));
    browser.send(request).await
}

#[tokio::test]
async fn every_counted_door_closes_for_whoever_knocks_too_often_and_for_nobody_else() {
    let (bench, doors) = doors(HTTPS).await;
    for (door, count, ways) in DOORS.into_iter().filter(|(door, ..)| *door != "tandatangan") {
        let session = signed_in(&bench.work(), Role::Admin, None).await;
        let mut browser = Browser::at(&doors);
        browser.cookies.insert("__Host-sesi".to_owned(), session.expose().clone());
        browser.get("/set-semula-pin?lang=ms").await;
        let (flood, somebody) = ([192, 0, 2, 1], [192, 0, 2, 2]);
        for time in 1..=count {
            // Every way counts at the same door.
            let how = ways[time % ways.len()];
            let answer = knock(&mut browser, how, flood).await;
            assert_ne!(answer.status, 429, "{door}: {how} for the {time}. time");
            assert!(!answer.status.is_server_error(), "{how}: {}", answer.body);
        }
        for how in ways {
            for (lang, words) in [("en", "Too many tries"), ("ms", "Terlalu banyak percubaan")] {
                browser.get(&format!("/set-semula-pin?lang={lang}")).await;
                let closed = knock(&mut browser, how, flood).await;
                assert_eq!(closed.status, 429, "{door}: {how}: {}", closed.body);
                let left: u64 = closed.header("retry-after").parse().expect("seconds");
                assert_eq!(left, window(door).as_secs(), "{how}: the clock of the bench stands still");
                assert!(closed.body.contains(words), "{how} in {lang}: {}", closed.body);
            }
            assert_ne!(knock(&mut browser, how, somebody).await.status, 429, "{door}: {how} from elsewhere");
        }
        // Who comes back when told to is let in again.
        bench.clock.advance(window(door) - Duration::from_secs(1));
        let closed = knock(&mut browser, ways[0], flood).await;
        assert_eq!((closed.status.as_u16(), closed.header("retry-after")), (429, "1"), "{door}");
        bench.clock.advance(Duration::from_secs(1));
        assert_ne!(knock(&mut browser, ways[0], flood).await.status, 429, "{door}: the window is over");
    }
}

#[test]
fn no_counted_door_is_forgotten() {
    let code = code_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web"));
    let uses = code.matches("visit, &address, RATE)").count();
    assert_eq!(uses, code.matches("limit(&").count(), "a door is counted in another way");
    assert_eq!(uses, DOORS.iter().map(|(_, _, ways)| ways.len()).sum::<usize>(), "a way to a counted door is not here");
    let rates = code.matches("const RATE: Rate = ").count();
    assert_eq!(rates, DOORS.len(), "a counted door is not here");
    for (door, count, _) in DOORS {
        let said = [format!("ten_minutes(\"{door}\", {count})"), format!("door: \"{door}\", count: {count},")];
        assert!(said.iter().any(|said| code.contains(said)), "{door} bears another number than {count}");
    }
}

/// The code of a folder, without its tests.
fn code_below(folder: &Path) -> String {
    let mut code = String::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if path.is_dir() && name != "tests" {
            code.push_str(&code_below(&path));
        } else if path.is_file() && !["tests", "limit"].contains(&&*name) {
            code.push_str(&std::fs::read_to_string(&path).expect("readable"));
        }
    }
    code
}
