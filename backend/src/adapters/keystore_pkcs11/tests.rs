//! SoftHSM2 under the suite that every key store passes.

use std::path::Path;
use std::process::Command;

use super::*;
use crate::adapters::conformance;

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const TOKEN: &str = "mohor-test";
const PIN: &str = "481516";

/// SoftHSM reads its folder from the environment of the process, which a test must not change: the test starts
/// itself again in a process of its own, with a folder of its own.
fn in_a_process_of_its_own(test: &str) -> bool {
    if std::env::var_os("SOFTHSM2_CONF").is_some_and(|conf| Path::new(&conf).ends_with("mohor-softhsm2.conf")) {
        return true;
    }
    assert!(Path::new(MODULE).exists(), "SoftHSM2 is missing ({MODULE}): apt-get install softhsm2");
    let folder = tempfile::tempdir().expect("a folder");
    let tokens = folder.path().join("tokens");
    std::fs::create_dir(&tokens).expect("a folder");
    let conf = folder.path().join("mohor-softhsm2.conf");
    let text = format!("directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n", tokens.display());
    std::fs::write(&conf, text).expect("writes");
    let child = Command::new(std::env::current_exe().expect("a path"))
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env("SOFTHSM2_CONF", &conf)
        .output()
        .expect("starts");
    let said = format!("{}{}", String::from_utf8_lossy(&child.stdout), String::from_utf8_lossy(&child.stderr));
    assert!(child.status.success() && said.contains("1 passed"), "{said}");
    false
}

fn context() -> Pkcs11 {
    let context = Pkcs11::new(MODULE).expect("the module");
    context.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)).expect("initialises");
    context
}

/// A fresh token with its user PIN set.
fn provision(context: &Pkcs11) {
    let so_pin = AuthPin::from("123456789012".to_owned());
    let free = *context.get_slots_with_token().expect("slots").last().expect("a slot");
    context.init_token(free, &so_pin, TOKEN).expect("a token");
    let session = context.open_rw_session(slot(context, TOKEN).expect("the token")).expect("a session");
    session.login(UserType::So, Some(&so_pin)).expect("logs in");
    session.init_pin(&AuthPin::from(PIN.to_owned())).expect("a PIN");
    session.logout().expect("logs out");
}

fn settings(pin: &str, wrapping_key: &str) -> Pkcs11Settings {
    Pkcs11Settings {
        module: MODULE.into(),
        token: TOKEN.to_owned(),
        pin: Secret::new(pin.to_owned()),
        wrapping_key: wrapping_key.to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn softhsm_holds_what_every_key_store_promises() {
    if !in_a_process_of_its_own("adapters::keystore_pkcs11::tests::softhsm_holds_what_every_key_store_promises") {
        return;
    }
    let context = context();
    provision(&context);
    let refused = Pkcs11KeyStore::open(&settings("000000", "mohor-kek-1"));
    assert!(matches!(refused, Err(KeyStoreError::Login(_))), "a wrong PIN");
    looking_makes_nothing(&context);
    let store = Pkcs11KeyStore::open(&settings(PIN, "mohor-kek-1")).expect("opens");
    assert!(matches!(Pkcs11KeyStore::look(&settings(PIN, "mohor-kek-2")), Err(KeyStoreError::Missing)), "the next one");
    Pkcs11KeyStore::look(&settings(PIN, "mohor-kek-1")).expect("what is there is seen");
    conformance::holds(&store).await;
    private_values_cannot_be_read(&store).await;
    let store = Arc::new(store);
    parallel_use_is_safe(Arc::clone(&store)).await;
    an_authority_lives_in_the_token(store).await;

    // The operator names the next wrapping key: old blobs still open, and move.
    let store = Pkcs11KeyStore::open(&settings(PIN, "mohor-kek-1")).expect("opens again");
    let made = store.generate(KeySpec::P256, Custody::Session).await.expect("a key");
    let old = store.wrap(&made.handle).await.expect("wrapped");
    let newer = Pkcs11KeyStore::open(&settings(PIN, "mohor-kek-2")).expect("opens");
    let moved = newer.rewrap(&old).await.expect("moved");
    assert_eq!(moved.kek, "mohor-kek-2");
    assert!(newer.unwrap(&old).await.is_ok());
    assert!(newer.unwrap(&moved).await.is_ok());
    assert!(Pkcs11KeyStore::open(&settings(PIN, "root")).is_err());
    let nowhere = Pkcs11Settings { token: "nobody".to_owned(), ..settings(PIN, "mohor-kek-1") };
    assert!(matches!(Pkcs11KeyStore::open(&nowhere), Err(KeyStoreError::Unavailable(_))));
}

/// Whoever only looks into an empty token leaves it empty.
fn looking_makes_nothing(context: &Pkcs11) {
    let refused = Pkcs11KeyStore::look(&settings(PIN, "mohor-kek-1"));
    assert!(matches!(refused, Err(KeyStoreError::Missing)), "an empty token");
    let session = login(context, slot(context, TOKEN).expect("the token"), &Secret::new(PIN.to_owned()));
    let objects = session.expect("logs in").find_objects(&[Attribute::Token(true)]).expect("looks");
    assert_eq!(objects.len(), 0, "nothing was made");
}

/// SoftHSM answers with an empty list instead of an error when a sensitive value is asked for.
async fn private_values_cannot_be_read(store: &Pkcs11KeyStore) {
    use cryptoki::object::AttributeType;
    for (spec, attribute) in [(KeySpec::P256, AttributeType::Value), (KeySpec::Rsa2048, AttributeType::PrivateExponent)]
    {
        let made = store.generate(spec, Custody::Session).await.expect("a key");
        let id = made.handle.id();
        let read = store
            .run(move |inner, session| Ok(session.get_attributes(inner.object(id)?, &[attribute])))
            .await
            .expect("runs");
        assert!(read.map_or(true, |values| values.is_empty()));
        store.destroy(made.handle).await.expect("destroyed");
    }
    let (kek, mac) = (store.inner.kek, store.inner.mac);
    for secret in [kek, mac] {
        let read = store
            .run(move |_, session| Ok(session.get_attributes(secret, &[AttributeType::Value])))
            .await
            .expect("runs");
        assert!(read.map_or(true, |values| values.is_empty()));
    }
}

async fn parallel_use_is_safe(store: Arc<Pkcs11KeyStore>) {
    let before = store.object_count().await.expect("a count");
    let mut workers = tokio::task::JoinSet::new();
    for worker in 0..16u8 {
        let store = Arc::clone(&store);
        workers.spawn(async move {
            let made = store.generate(KeySpec::P256, Custody::Session).await.expect("a key");
            let wrapped = store.wrap(&made.handle).await.expect("wrapped");
            store.destroy(made.handle).await.expect("destroyed");
            for round in 0..10u8 {
                let message = [worker, round];
                let key = store.unwrap(&wrapped).await.expect("unwrapped");
                let digest = mohor_shared::transcript::sha256(&message);
                let signature = store.sign(&key, SignAlgorithm::EcdsaSha256, &digest).await.expect("signed");
                assert!(crate::certificate::verifies(&made.spki, &message, &signature));
                store.destroy(key).await.expect("destroyed");
            }
        });
    }
    workers.join_all().await;
    assert_eq!(store.object_count().await.expect("a count"), before);
}

/// Root, issuing CA, seal, TSA and OCSP in the token: made once, found again by another login.
async fn an_authority_lives_in_the_token(store: Arc<Pkcs11KeyStore>) {
    let bench = crate::testkit::bench().await;
    let settings = crate::certificate::CaSettings::default();
    let made = crate::certificate::ceremony(&bench.work(), store, &settings).await.expect("the ceremony");
    let again = Arc::new(Pkcs11KeyStore::open(&self::settings(PIN, "mohor-kek-1")).expect("opens again"));
    let found = crate::certificate::ceremony(&bench.work(), again, &settings).await.expect("loads");
    assert_eq!(found.root().der(), made.root().der());
    assert_eq!(found.tsa().der(), made.tsa().der());
}

/// SoftHSM counts no tries, so the decision is tested without a token.
#[test]
fn a_token_with_one_try_left_is_not_tried() {
    assert!(may_try(false, false).is_ok());
    assert!(matches!(may_try(false, true), Err(KeyStoreError::Login(_))));
    assert!(matches!(may_try(true, false), Err(KeyStoreError::Login(_))));
}
