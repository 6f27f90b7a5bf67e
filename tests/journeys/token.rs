//! Keys in a token behind PKCS#11, from the configuration to a running server: SoftHSM2 stands for the device (SEC-1).

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use mohor::app::Parts;
use mohor::config::Config;
use mohor::demo::clerk;
use mohor::demo::evidence::Evidence;
use mohor::demo::journey::{CodeFrom, World};
use mohor::demo::office;
use mohor::demo::server::Plot;
use mohor::demo::world::SIGNEES;
use mohor::kernel::clock::SystemClock;
use mohor_tests::court::Court;
use mohor_tests::ground::Ground;
use mohor_tests::judges;

use crate::commands::{Wishes, configuration};
use crate::program::{Said, Serving, free_port, mohor};

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const PIN: &str = "481516";

/// Two tokens, one for the persons' keys and one for the authority's; the variable that leads to them.
fn tokens(folder: &Path) -> (String, String) {
    let (store, conf) = (folder.join("tokens"), folder.join("softhsm2.conf"));
    fs::create_dir(&store).expect("a folder");
    let text = format!("directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n", store.display());
    fs::write(&conf, text).expect("written");
    let conf = conf.to_str().expect("UTF-8").to_owned();
    for label in ["persons", "authority"] {
        let words = ["--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", "123456789012"];
        let said = Command::new("softhsm2-util").args(words).env("SOFTHSM2_CONF", &conf).output().expect("SoftHSM2");
        assert!(said.status.success(), "{said:?}");
    }
    ("SOFTHSM2_CONF".to_owned(), conf)
}

/// Every object of every token.
fn objects(folder: &Path) -> Vec<PathBuf> {
    let tokens = fs::read_dir(folder.join("tokens")).expect("the tokens").map(|token| token.expect("a token").path());
    let files = tokens.flat_map(|token| fs::read_dir(token).expect("a token")).map(|file| file.expect("a file").path());
    let mut objects: Vec<_> = files.filter(|file| file.extension().is_some_and(|kind| kind == "object")).collect();
    objects.sort();
    objects
}

/// A secret of the operator's, for nobody else to read.
fn secret(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, text).expect("written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("closed");
    path
}

/// The configuration of the other tests with the keys in the tokens.
fn in_tokens(folder: &Path, port: u16, pin: &Path) -> PathBuf {
    let path = configuration(folder, &Wishes { port, ..Wishes::default() });
    let text = fs::read_to_string(&path).expect("the configuration");
    let from = text.find("[server.keystore]").expect("the key store");
    let to = text.find("[settings]").expect("the settings");
    let token = |name: &str| format!("[server.keystore.{name}]\ntoken = {name:?}\npin = {pin:?}\n");
    let keys = format!(
        "[server.keystore]\nkind = \"pkcs11\"\nmodule = {MODULE:?}\n{}{}",
        token("persons"),
        token("authority")
    );
    fs::write(&path, format!("{}{keys}{}", &text[..from], &text[to..])).expect("written");
    path
}

#[tokio::test]
async fn a_server_with_its_keys_in_a_token_opens_and_a_wrong_pin_is_tried_once() {
    let ground = Ground::new();
    let (folder, port) = (ground.path(), free_port());
    let variable = tokens(folder);
    let pin = secret(folder, "pin", &format!("{PIN}\n"));
    let config = in_tokens(folder, port, &pin);
    let serving = Serving::open_with(&config, port, std::slice::from_ref(&variable)).await;
    let base = format!("http://127.0.0.1:{port}");

    let ask = |arguments: &[&str], config: &Path| -> Said {
        let all = [arguments, &["--config", config.to_str().expect("UTF-8")]].concat();
        mohor(&all).env(&variable.0, &variable.1).output().expect("a process").into()
    };
    let code = ask(&["first-admin"], &config);
    let at = code.out.find("/masuk/pertama").expect("the address");
    let code = code.out[at..].lines().nth(1).expect("the code").trim().to_owned();
    // The secret of the authenticator app is sealed in the token, and opened there.
    office::first_administrator(&base, &code, Arc::new(SystemClock)).await.expect("the administrator signs in");
    assert_eq!(serving.interrupt().await.code(), Some(0));
    assert!(!folder.join("served/keys").exists(), "no key lies in a file");
    let audit = ask(&["audit", "verify"], &config);
    assert!(audit.code == 0 && audit.out.contains("intact: "), "{audit:#?}");
    // Whoever only looks makes no key, whatever the configuration names.
    let text = fs::read_to_string(&config).expect("the configuration");
    let next = folder.join("next.toml");
    let renamed =
        text.replace("[server.keystore.persons]", "[server.keystore.persons]\nwrapping_key = \"mohor-kek-2\"");
    fs::write(&next, renamed).expect("written");
    let before = objects(folder);
    let refused = ask(&["audit", "verify"], &next);
    assert!(refused.code == 2 && refused.err.contains("mohor-kek-2: kunci tiada di sini"), "{refused:#?}");
    assert_eq!(objects(folder), before);

    // A wrong PIN is said in words; one try for each start, and the token is not blocked by it.
    let wrong = secret(folder, "wrong", "000000");
    let config = in_tokens(folder, port, &wrong);
    let refused = ask(&["serve"], &config);
    assert!(refused.code > 0 && refused.err.to_lowercase().contains("pin"), "{refused:#?}");
    let config = in_tokens(folder, port, &pin);
    let serving = Serving::open_with(&config, port, &[variable]).await;
    assert_eq!(serving.interrupt().await.code(), Some(0));
}

/// Names the configuration to the process that runs with the tokens.
const IN_TOKENS: &str = "MOHOR_TEST_IN_TOKENS";

/// SoftHSM2 finds its tokens by the environment of the process, so the journey gets a process of its own.
#[tokio::test]
async fn keys_in_tokens_issue_and_sign_and_every_judge_agrees() {
    if let Some(config) = std::env::var_os(IN_TOKENS) {
        return issue_and_sign(&Config::read(Path::new(&config)).expect("the configuration")).await;
    }
    let ground = Ground::new();
    let folder = ground.path();
    let variable = tokens(folder);
    let config = in_tokens(folder, 0, &secret(folder, "pin", &format!("{PIN}\n")));
    let mut again = Command::new(std::env::current_exe().expect("this binary"));
    again.args(["token::keys_in_tokens_issue_and_sign_and_every_judge_agrees", "--exact", "--nocapture"]);
    let said: Said = again.env(variable.0, variable.1).env(IN_TOKENS, &config).output().expect("a process").into();
    assert!(said.code == 0 && said.out.contains("1 passed"), "{said:#?}");
}

/// One signature with everything in the tokens that `config` names, under another host than the default.
async fn issue_and_sign(config: &Config) {
    let ground = Ground::new();
    let keystore = Some(config.server.keystore.clone());
    let plot = Plot { keystore, pki_host: Some("pki.lain.example.net".to_owned()), ..Plot::default() };
    let server = ground.server_on(plot, Parts::default()).await;
    let code = server.console_code().await.expect("a console code");
    let world = World::prepare(&server, &code).await.expect("the office opens");
    clerk::generate(&world.clerk, &world.agreement).await.expect("Jana eSPA");
    let phone = world.equip_one(&SIGNEES[0]).await.expect("a phone");
    let at = world.certify(&phone).await.expect("a certificate");
    world.sign(&at, &phone, CodeFrom::Phone).await.expect("signs");
    assert!(!ground.path().join("world/keys").exists(), "no key lies in a file");

    let out = ground.path().join("out");
    let mut evidence = Evidence::begin(&out).expect("a folder");
    evidence.revision(world.document().await.expect("the document")).expect("is kept");
    evidence.conclude(&server).await.expect("our verifier accepts it");
    let court = Court::of(&out);
    court.hear_revision("espa-1.pdf", 2);
    for name in ["party1.pem", "seal.pem", "tsa.pem"] {
        let text = judges::certificate_text(&out.join("certs").join(name));
        for pointer in ["/pki/issuing.crl", "/pki/issuing.cer"] {
            let pointer = format!("URI:http://pki.lain.example.net{pointer}");
            assert!(text.contains(&pointer), "{name}: {pointer} in {text}");
        }
    }
    server.running.stop().await.expect("the server stops");
}
