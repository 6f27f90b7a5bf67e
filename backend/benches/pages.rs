//! What a page costs the server, without the network: the router is asked directly, on the demo world, by people who
//! are signed in. A route that does nothing stands beside them in the same run as the yardstick.
//!
//! `cargo bench -p mohor --bench pages`
#![expect(clippy::expect_used, clippy::print_stdout, reason = "a bench may fail loudly and says what it measured")]

use std::hint::black_box;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderValue, Request, StatusCode, header};
use axum::routing::get;
use mohor::app::Parts;
use mohor::demo::handset::Handset;
use mohor::demo::journey::{CodeFrom, World};
use mohor::demo::server::{Plot, Server};
use mohor::demo::signee::AtBrowser;
use mohor::demo::world::SIGNEES;
use mohor::demo::{Browser, clerk};
use mohor::web;
use mohor_shared::jws;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

use table::{Table, Target, medians_in};

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
    buyer: Handset,
    /// The first signer, before the pad.
    pad: AtBrowser,
    /// The address of the picture of page 1, as the review page has it.
    picture: String,
}

impl Stage {
    async fn open(folder: &std::path::Path) -> Self {
        let server = Server::open(folder, &Plot::default(), Parts::default()).await.expect("the server opens");
        let code = server.console_code().await.expect("a console code");
        let world = World::prepare(&server, &code).await.expect("the office opens");
        clerk::generate(&world.clerk, &world.agreement).await.expect("Jana eSPA");
        let buyer = world.equip_one(&SIGNEES[0]).await.expect("a phone");
        let pad = world.certify(&buyer).await.expect("a certificate");
        pad.review().await.expect("the pad");
        let review = pad.browser.visit(&format!("{}/semak", pad.turn)).await.expect("the document");
        let picture = review.body.split('"').find(|part| part.starts_with("halaman/1?")).expect("a picture");
        let picture = format!("{}/{}", pad.turn, picture.replace("&amp;", "&"));
        Self { server, world, buyer, pad, picture }
    }

    /// The first signs: the page that the QR code leads to, which judges certification and signature, and the second
    /// signer before the certificate.
    async fn signed(&self) -> Vec<Visit> {
        let Self { server, world, .. } = self;
        world.sign(&self.pad, &self.buyer, CodeFrom::Phone).await.expect("signs");
        let witness = world.equip_one(&SIGNEES[1]).await.expect("a phone");
        let link = world.mailbox.link(witness.who.email, "/t/").await.expect("MAIL-2");
        let at = AtBrowser::follow(&world.base, &world.mailbox, witness.who, &link).await.expect("the turn").0;
        let (year, ..) = server.clock.now().myt_ymd();
        // As the QR code says it: with the part that nobody can guess.
        let serial = format!("ESPA-{year}-0000001");
        let mac = server.running.app.doors.keystore.hmac("hims/verify", serial.as_bytes()).await.expect("an HMAC");
        let public = format!("/v/{serial}?t={}", jws::b64(&mac[..16]));
        let stranger = Browser::open(&world.base).expect("a browser");
        vec![
            Visit::new("sijil digital", &format!("{}/sijil", at.turn), &at.browser),
            Visit::new("halaman kod QR", &public, &stranger).heavy(),
        ]
    }
}

fn visits(stage: &Stage) -> Vec<Visit> {
    let Stage { world, pad: at, .. } = stage;
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

fn measure(table: &mut Table, runtime: &Runtime, router: &Router, visits: &[Visit]) {
    let Yardstick(nothing, idle) = &Yardstick::new();
    for visit in visits {
        let mut page = || _ = black_box(runtime.block_on(ask(router, visit)));
        let mut yardstick = || _ = black_box(runtime.block_on(ask(nothing, idle)));
        // The first visit fills what is kept: a picture that was drawn, a statement that was prepared.
        page();
        let [page, took] = medians_in(Duration::from_millis(500), [&mut page, &mut yardstick]);
        table.add(visit.name, page, idle.name, Some(took), Target::Within(visit.limit, visit.limit * 300_000.0));
    }
}

fn main() {
    _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let runtime = Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let stage = runtime.block_on(Stage::open(folder.path()));
    let router = web::routes(stage.server.running.app.doors.clone());
    let mut table = Table::default();
    measure(&mut table, &runtime, &router, &visits(&stage));
    let later = runtime.block_on(stage.signed());
    measure(&mut table, &runtime, &router, &later);
    runtime.block_on(stage.server.running.stop()).expect("the server stops");
    table.conclude();
}
