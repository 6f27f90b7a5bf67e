//! What a page costs the server, without the network: the router is asked directly, on the demo world, by people who
//! are signed in. A route that does nothing stands beside them in the same run as the yardstick.
//!
//! `cargo bench -p mohor --bench pages`
#![expect(clippy::expect_used, clippy::print_stdout, reason = "a bench may fail loudly and says what it measured")]

use std::hint::black_box;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderValue, Request, StatusCode, header};
use axum::routing::get;
use criterion::{Criterion, criterion_group, criterion_main};
use mohor::app::Parts;
use mohor::demo::journey::World;
use mohor::demo::server::{Plot, Server};
use mohor::demo::signee::AtBrowser;
use mohor::demo::world::SIGNEES;
use mohor::demo::{Browser, clerk};
use mohor::web;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

use table::{Table, Target, medians};

mod table;

/// Larger than any page and any document of the demo.
const MOST: usize = 20_000_000;

/// A page and who looks at it.
struct Visit {
    name: &'static str,
    path: String,
    cookies: Option<HeaderValue>,
}

impl Visit {
    fn new(name: &'static str, path: &str, by: &Browser) -> Self {
        Self { name, path: path.to_owned(), cookies: by.cookies() }
    }
}

/// Opens the demo world as far as the first signer's pad.
async fn world(folder: &std::path::Path) -> (Server, World, AtBrowser) {
    let server = Server::open(folder, &Plot::default(), Parts::default()).await.expect("the server opens");
    let code = server.console_code().await.expect("a console code");
    let world = World::prepare(&server, &code).await.expect("the office opens");
    clerk::generate(&world.clerk, &world.agreement).await.expect("Jana eSPA");
    let phone = world.equip_one(&SIGNEES[0]).await.expect("a phone");
    let at = world.certify(&phone).await.expect("a certificate");
    at.review().await.expect("the pad");
    (server, world, at)
}

fn visits(world: &World, at: &AtBrowser) -> Vec<Visit> {
    let stranger = Browser::open(&world.base).expect("a browser");
    let (admin, clerk, reviewer) = (&world.admin.browser, &world.clerk.browser, &world.reviewer.browser);
    let turn = |step: &str| format!("{}{step}", at.turn);
    vec![
        Visit::new("utama", "/", &stranger),
        Visit::new("semak dokumen", "/semak", &stranger),
        Visit::new("log masuk", "/masuk", &stranger),
        Visit::new("peti mel", "/mel", &stranger),
        Visit::new("set semula PIN", "/set-semula-pin", &stranger),
        Visit::new("pautan giliran, orang lain", &at.turn, &stranger),
        Visit::new("semakan eSPA", &turn("/semak"), &at.browser),
        Visit::new("teks eSPA", &turn("/teks"), &at.browser),
        Visit::new("tandatangan", &turn("/tandatangan"), &at.browser),
        Visit::new("pembetulan", &turn("/pembetulan"), &at.browser),
        Visit::new("dokumen PDF", &turn("/dokumen.pdf"), &at.browser),
        Visit::new("papan pemuka", "/hims", clerk),
        Visit::new("pembangunan", "/hims/pembangunan", clerk),
        Visit::new("perjanjian", &world.agreement.path, clerk),
        Visit::new("akaun", "/kakitangan", admin),
        Visit::new("pemaju", "/kakitangan/pemaju", admin),
        Visit::new("baris eKYC", "/kakitangan/ekyc", reviewer),
    ]
}

/// Asks the router and reads the whole answer.
async fn ask(router: &Router, visit: &Visit) -> usize {
    let mut request = Request::get(&visit.path).body(Body::empty()).expect("a request");
    if let Some(cookies) = &visit.cookies {
        request.headers_mut().insert(header::COOKIE, cookies.clone());
    }
    let answer = router.clone().oneshot(request).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK, "{}", visit.path);
    to_bytes(answer.into_body(), MOST).await.expect("a body").len()
}

fn pages(criterion: &mut Criterion) {
    _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let runtime = Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let (server, world, at) = runtime.block_on(world(folder.path()));
    let visits = visits(&world, &at);
    let router = web::routes(server.running.app.doors.clone());
    let nothing = Router::new().route("/", get(|| async { "" }));
    let mut group = criterion.benchmark_group("pages");
    let yardstick = Visit { name: "a route that does nothing", path: "/".to_owned(), cookies: None };
    group.bench_function(yardstick.name, |b| b.iter(|| black_box(runtime.block_on(ask(&nothing, &yardstick)))));
    for visit in &visits {
        group.bench_function(visit.name, |b| b.iter(|| black_box(runtime.block_on(ask(&router, visit)))));
    }
    group.finish();
    let mut table = Table::default();
    for visit in &visits {
        let [page, idle] = medians([&mut || _ = black_box(runtime.block_on(ask(&router, visit))), &mut || {
            _ = black_box(runtime.block_on(ask(&nothing, &yardstick)));
        }]);
        table.add(visit.name, page, yardstick.name, Some(idle), Target::Seconds(0.020));
    }
    table.print();
    runtime.block_on(server.running.stop()).expect("the server stops");
}

criterion_group!(benches, pages);
criterion_main!(benches);
