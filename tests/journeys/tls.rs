//! The listener with TLS, opened for real with a throw-away certificate (SEC-6).

use std::fs;

use mohor_tests::ground::Ground;
use mohor_tests::judges;

use crate::commands::{Wishes, configuration};
use crate::program::run;

#[tokio::test]
async fn a_listener_without_its_key_does_not_open() {
    let ground = Ground::new();
    let folder = ground.path();
    let (chain, key) = judges::throw_away_certificate(folder, "listener", "localhost");
    let (_, foreign) = judges::throw_away_certificate(folder, "foreign", "localhost");
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
