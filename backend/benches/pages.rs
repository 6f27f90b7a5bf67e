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
use mohor::demo::handset::Handset;
use mohor::demo::journey::{CodeFrom, World};
use mohor::demo::server::{Plot, Server};
use mohor::demo::signee::AtBrowser;
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
    /// At most so many seconds.
    limit: f64,
}

impl Visit {
    fn new(name: &'static str, path: &str, by: &Browser) -> Self {
        Self { name, path: path.to_owned(), cookies: by.cookies(), limit: 0.020 }
    }

    /// Draws a picture or judges every signature, where others read rows.
    fn heavy(self) -> Self {
        Self { limit: 0.200, ..self }
    }
}

/// The world, as far as the first signer's pad.
struct Stage {
    server: Server,
    world: World,
    phones: Vec<Handset>,
    /// The first signer, before the pad.
    pad: AtBrowser,
    /// The second signer, before the certificate.
    newcomer: AtBrowser,
    /// The address of the picture of page 1, as the review page has it.
    picture: String,
}

impl Stage {
    async fn open(folder: &std::path::Path) -> Self {
        let server = Server::open(folder, &Plot::default(), Parts::default()).await.expect("the server opens");
        let code = server.console_code().await.expect("a console code");
        let world = World::prepare(&server, &code).await.expect("the office opens");
        clerk::generate(&world.clerk, &world.agreement).await.expect("Jana eSPA");
        let phones = world.equip().await.expect("four phones");
        let pad = world.certify(&phones[0]).await.expect("a certificate");
        pad.review().await.expect("the pad");
        let review = pad.browser.visit(&format!("{}/semak", pad.turn)).await.expect("the document");
        let picture = review.body.split('"').find(|part| part.contains("/halaman/1?")).expect("a picture");
        let picture = picture.replace("&amp;", "&");
        let link = world.mailbox.link(phones[1].who.email, "/t/").await.expect("MAIL-2");
        let newcomer = AtBrowser::follow(&world.base, &world.mailbox, phones[1].who, &link).await.expect("the turn").0;
        Self { server, world, phones, pad, newcomer, picture }
    }

    /// All sign; the page that the QR code and the completion mail lead to.
    async fn complete(&self) -> Visit {
        let world = &self.world;
        world.sign(&self.pad, &self.phones[0], CodeFrom::Phone).await.expect("signs");
        for phone in &self.phones[1..] {
            let at = world.certify(phone).await.expect("a certificate");
            world.sign(&at, phone, CodeFrom::Phone).await.expect("signs");
        }
        let public = world.mailbox.link(self.phones[0].who.email, "/v/").await.expect("the completion mail");
        let path = public.strip_prefix(&world.base).expect("an address of ours");
        Visit::new("halaman kod QR", path, &Browser::open(&world.base).expect("a browser")).heavy()
    }
}

fn visits(stage: &Stage) -> Vec<Visit> {
    let Stage { world, pad: at, newcomer, .. } = stage;
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
        Visit::new("sijil digital", &format!("{}/sijil", newcomer.turn), &newcomer.browser),
        Visit::new("gambar halaman 1", &stage.picture, &at.browser).heavy(),
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

/// A route that does nothing, and who asks it.
struct Yardstick(Router, Visit);

impl Yardstick {
    fn new() -> Self {
        let visit = Visit { name: "a route that does nothing", path: "/".to_owned(), cookies: None, limit: 0.0 };
        Self(Router::new().route("/", get(|| async { "" })), visit)
    }
}

fn measure(criterion: &mut Criterion, table: &mut Table, runtime: &Runtime, router: &Router, visits: &[Visit]) {
    let Yardstick(nothing, idle) = &Yardstick::new();
    let mut group = criterion.benchmark_group("pages");
    group.bench_function(idle.name, |b| b.iter(|| black_box(runtime.block_on(ask(nothing, idle)))));
    for visit in visits {
        group.bench_function(visit.name, |b| b.iter(|| black_box(runtime.block_on(ask(router, visit)))));
    }
    group.finish();
    for visit in visits {
        let [page, took] = medians([&mut || _ = black_box(runtime.block_on(ask(router, visit))), &mut || {
            _ = black_box(runtime.block_on(ask(nothing, idle)));
        }]);
        table.add(visit.name, page, idle.name, Some(took), Target::Within(visit.limit, visit.limit * 300_000.0));
    }
}

fn pages(criterion: &mut Criterion) {
    _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let runtime = Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let stage = runtime.block_on(Stage::open(folder.path()));
    let router = web::routes(stage.server.running.app.doors.clone());
    let mut table = Table::default();
    measure(criterion, &mut table, &runtime, &router, &visits(&stage));
    let public = runtime.block_on(stage.complete());
    measure(criterion, &mut table, &runtime, &router, &[public]);
    runtime.block_on(stage.server.running.stop()).expect("the server stops");
    table.conclude();
}

criterion_group!(benches, pages);
criterion_main!(benches);
