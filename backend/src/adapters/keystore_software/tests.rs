//! The software store under the suite that every key store passes, and at rest.

use super::*;
use crate::adapters::conformance;
use crate::kernel::rng::OsRng;

#[tokio::test]
async fn the_software_store_holds_what_every_key_store_promises() {
    conformance::holds(&SoftwareKeyStore::in_memory(&MasterKey::new([3; 32])).expect("opens")).await;
    let folder = tempfile::tempdir().expect("a folder");
    conformance::holds(&SoftwareKeyStore::open(folder.path(), &MasterKey::new([3; 32])).expect("opens")).await;
}

#[tokio::test]
async fn a_token_key_outlives_the_process_and_only_under_its_master_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let master = MasterKey::new([3; 32]);
    let store = SoftwareKeyStore::open(folder.path(), &master).expect("opens");
    let custody = Custody::Token { label: "ca-root".to_owned() };
    let made = store.generate(KeySpec::P256, custody).await.expect("a key");
    drop(store);
    let again = SoftwareKeyStore::open(folder.path(), &master).expect("opens");
    assert_eq!(again.find("ca-root").await.expect("searched").expect("found").spki, made.spki);
    let other = SoftwareKeyStore::open(folder.path(), &MasterKey::new([4; 32]));
    assert!(matches!(other.err(), Some(KeyStoreError::Integrity)));
    let file = folder.path().join("ca-root.key");
    assert_eq!(fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
    fs::rename(&file, folder.path().join("ca-tsa.key")).expect("renames");
    let swapped = SoftwareKeyStore::open(folder.path(), &master);
    assert!(matches!(swapped.err(), Some(KeyStoreError::Integrity)), "a key under another label");
}

#[test]
fn a_master_key_that_others_may_read_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("master");
    let made = MasterKey::read_or_create(&path, &OsRng).expect("made");
    assert_eq!(MasterKey::read_or_create(&path, &OsRng).expect("read").expose(), made.expose());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("changes");
    assert!(matches!(MasterKey::read(&path).err(), Some(KeyStoreError::Login(_))));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("changes");
    fs::write(&path, [1; 31]).expect("writes");
    assert!(matches!(MasterKey::read(&path).err(), Some(KeyStoreError::Login(_))));
}

#[tokio::test]
async fn nothing_of_a_key_is_printed() {
    let master = MasterKey::new([0xab; 32]);
    let store = SoftwareKeyStore::in_memory(&master).expect("opens");
    let made = store.generate(KeySpec::P256, Custody::Session).await.expect("a key");
    let wrapped = store.wrap(&made.handle).await.expect("wrapped");
    let printed = format!("{master:?} {:?} {wrapped:?}", made.handle);
    assert!(!printed.contains("171") && !printed.contains("ab, ab"), "{printed}");
    assert!(!printed.contains(&hex::encode(&wrapped.blob)));
}
