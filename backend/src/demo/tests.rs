//! The journey on a real server.

use super::evidence::Evidence;
use super::journey;
use super::server::{Plot, Server};
use crate::app::Parts;

#[tokio::test]
async fn four_parties_sign_one_agreement() {
    _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    tracing_subscriber::fmt().with_env_filter("mohor=info").init();
    let folder = tempfile::tempdir().expect("a folder");
    let out = std::env::var_os("MOHOR_OUT").map_or_else(|| folder.path().join("out"), std::path::PathBuf::from);
    let server = Server::open(&folder.path().join("world"), &Plot::default(), Parts::default()).await.expect("opens");
    let code = server.console_code().await.expect("a code");
    let mut evidence = Evidence::begin(&out).expect("a folder");
    let lived = journey::live(&server, &code, &mut evidence).await;
    evidence.conclude(&server).await.map(|_| ()).unwrap_or_else(|error| println!("{error}"));
    lived.map(|_| ()).expect("lives");
}
