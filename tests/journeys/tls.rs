//! The listener with TLS, opened for real with a throw-away certificate (SEC-6).

use std::fs;
use std::time::Duration;

use mohor_tests::ground::Ground;
use mohor_tests::judges;
use reqwest::{Certificate, Client, redirect};

use crate::commands::{Wishes, configuration};
use crate::program::{Serving, free_port, run};

/// A client that trusts nothing but `root`.
fn client(root: &[u8]) -> Client {
    let root = Certificate::from_pem(root).expect("a certificate");
    let client = Client::builder().tls_certs_only([root]).timeout(Duration::from_secs(60));
    client.redirect(redirect::Policy::none()).build().expect("a client")
}

#[tokio::test]
async fn people_are_served_by_tls_and_by_nothing_else() {
    let ground = Ground::new();
    let (chain, key) = judges::throw_away_certificate(ground.path(), "listener", "localhost");
    let port = free_port();
    let config = configuration(ground.path(), &Wishes { port, tls: Some((&chain, &key)), ..Wishes::default() });
    let serving = Serving::open(&config, port).await;
    let base = format!("https://localhost:{port}");

    let root = fs::read(&chain).expect("the certificate");
    let health = client(&root).get(format!("{base}/sihat")).send().await.expect("an answer by TLS");
    let header = |name: &str| health.headers().get(name).map_or("", |value| value.to_str().expect("ASCII")).to_owned();
    assert_eq!(health.status(), 200);
    assert!(header("strict-transport-security").starts_with("max-age="), "{health:?}");
    let page = client(&root).get(format!("{base}/masuk")).send().await.expect("an answer by TLS");
    let cookie = page.headers().get("set-cookie").expect("a cookie").to_str().expect("ASCII");
    assert!(cookie.starts_with("__Host-") && cookie.contains("; Secure"), "{cookie}");

    // Whoever trusts others, or does not speak TLS, gets nothing.
    let (other, _) = judges::throw_away_certificate(ground.path(), "other", "localhost");
    let other = fs::read(&other).expect("another certificate");
    assert!(client(&other).get(format!("{base}/sihat")).send().await.is_err(), "another root is trusted");
    assert!(client(&root).get(format!("http://localhost:{port}/sihat")).send().await.is_err(), "plain HTTP is served");

    // OpenSSL shakes hands by the two newest versions, and is refused by the older ones.
    for version in ["-tls1_2", "-tls1_3"] {
        let said = judges::openssl_handshake(port, version, &chain);
        assert!(said.fine() && said.out.contains("Verify return code: 0 (ok)"), "{version}: {said:#?}");
    }
    for version in ["-tls1", "-tls1_1"] {
        let said = judges::openssl_handshake(port, version, &chain);
        let refused = said.err.contains("SSL alert number") && said.out.contains("no peer certificate available");
        assert!(!said.fine() && refused, "{version}: {said:#?}");
    }
    assert_eq!(serving.interrupt().await.code(), Some(0));
}

#[tokio::test]
async fn a_listener_without_its_key_does_not_open() {
    let ground = Ground::new();
    let folder = ground.path();
    let (chain, key) = judges::throw_away_certificate(folder, "listener", "localhost");
    let (_, foreign) = judges::throw_away_certificate(folder, "foreign", "localhost");
    let config = configuration(folder, &Wishes { tls: Some((&chain, &key)), ..Wishes::default() });
    let made = run(&["ceremony", "--config", config.to_str().expect("UTF-8")]);
    assert_eq!(made.code, 0, "{made:#?}");
    let [empty, missing] = ["empty.pem", "missing.pem"].map(|name| folder.join(name));
    fs::write(&empty, "").expect("written");
    for (chain, key, named) in [
        (&chain, &missing, &missing),
        (&missing, &key, &missing),
        (&chain, &empty, &empty),
        (&empty, &key, &empty),
        (&chain, &foreign, &foreign),
    ] {
        let config = configuration(folder, &Wishes { tls: Some((chain, key)), ..Wishes::default() });
        let said = run(&["serve", "--config", config.to_str().expect("UTF-8")]);
        let name = named.file_name().and_then(|name| name.to_str()).expect("UTF-8");
        assert!(said.code > 0 && said.err.contains(name), "{name}: {said:#?}");
    }
}

/// Without following and without trusting: what a verifier's library does.
async fn plainly(url: &str) -> reqwest::Response {
    let client = Client::builder().timeout(Duration::from_secs(60)).redirect(redirect::Policy::none());
    client.build().expect("a client").get(url).send().await.expect("an answer by plain HTTP")
}

#[tokio::test]
async fn what_certificates_point_to_is_fetched_by_plain_http_and_nothing_else_is() {
    let ground = Ground::new();
    let (chain, key) = judges::throw_away_certificate(ground.path(), "listener", "localhost");
    let (port, pki) = (free_port(), free_port());
    let server = format!("pki_listen = \"127.0.0.1:{pki}\"\n");
    let wishes = Wishes { port, tls: Some((&chain, &key)), server: &server, ..Wishes::default() };
    let serving = Serving::open(&configuration(ground.path(), &wishes), port).await;
    let plain = format!("http://127.0.0.1:{pki}");
    for (path, media) in [
        ("/pki/root.cer", "application/pkix-cert"),
        ("/pki/issuing.cer", "application/pkix-cert"),
        ("/pki/root.crl", "application/pkix-crl"),
        ("/pki/issuing.crl", "application/pkix-crl"),
    ] {
        let answer = plainly(&format!("{plain}{path}")).await;
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(answer.headers()["content-type"], media, "{path}");
        assert!(!answer.headers().contains_key("strict-transport-security"), "{path}: said in the clear");
        // The same bytes as by TLS.
        let root = fs::read(&chain).expect("the certificate");
        let other = client(&root).get(format!("https://localhost:{port}{path}")).send().await.expect("by TLS");
        assert_eq!(answer.bytes().await.expect("bytes"), other.bytes().await.expect("bytes"), "{path}");
    }
    for path in ["/", "/masuk", "/sihat", "/t/x", "/kakitangan", "/m/v1/me", "/semak", "/aset/mohor.css"] {
        let answer = plainly(&format!("{plain}{path}")).await;
        assert_eq!(answer.status().as_u16(), 404, "{path} is served in the clear");
        assert!(!answer.headers().contains_key("set-cookie"), "{path}: a cookie in the clear");
    }
    assert_eq!(serving.interrupt().await.code(), Some(0));
}
