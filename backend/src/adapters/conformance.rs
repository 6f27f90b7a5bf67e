//! What every key store must do: one suite, run on both adapters.

use mohor_shared::transcript::sha256;

use crate::certificate::verifies;
use crate::kernel::rng::OsRng;
use crate::keystore::{Custody, KeySpec, KeyStore, KeyStoreError, WrappedKey, open, seal};

/// Runs the whole suite. The store must be empty of keys but its own.
pub(super) async fn holds(store: &dyn KeyStore) {
    for spec in [KeySpec::P256, KeySpec::Rsa2048] {
        a_key_is_wrapped_destroyed_unwrapped_used_and_destroyed(store, spec).await;
    }
    a_tampered_blob_is_an_integrity_error(store).await;
    nothing_is_exported(store).await;
    a_token_key_is_found_by_its_label_and_only_made_once(store).await;
    the_number_of_objects_stays_constant(store).await;
    the_wrong_algorithm_is_refused(store).await;
    a_blob_moves_under_the_newest_wrapping_key(store).await;
    an_hmac_depends_on_label_and_data(store).await;
    a_sealed_value_opens_only_where_it_belongs(store).await;
}

async fn wrapped(store: &dyn KeyStore, spec: KeySpec) -> (WrappedKey, Vec<u8>) {
    let made = store.generate(spec, Custody::Session).await.expect("a key");
    let wrapped = store.wrap(&made.handle).await.expect("wrapped");
    store.destroy(made.handle).await.expect("destroyed");
    (wrapped, made.spki)
}

async fn a_key_is_wrapped_destroyed_unwrapped_used_and_destroyed(store: &dyn KeyStore, spec: KeySpec) {
    let before = store.object_count().await.expect("a count");
    let (wrapped, spki) = wrapped(store, spec).await;
    assert_eq!(wrapped.kek, store.wrapping_key());
    assert_eq!(wrapped.spec, spec);
    let key = store.unwrap(&wrapped).await.expect("unwrapped");
    let signature = store.sign(&key, spec.algorithm(), &sha256(b"SPESIMEN")).await.expect("signed");
    assert!(verifies(&spki, b"SPESIMEN", &signature));
    assert!(!verifies(&spki, b"specimen", &signature));
    store.destroy(key).await.expect("destroyed");
    assert_eq!(store.object_count().await.expect("a count"), before);
}

async fn a_tampered_blob_is_an_integrity_error(store: &dyn KeyStore) {
    let (wrapped, _) = wrapped(store, KeySpec::P256).await;
    for at in [0, 7, 8, wrapped.blob.len() / 2, wrapped.blob.len() - 1] {
        let mut changed = wrapped.clone();
        changed.blob[at] ^= 1;
        assert!(matches!(store.unwrap(&changed).await, Err(KeyStoreError::Integrity)), "byte {at}");
    }
    let mut short = wrapped.clone();
    short.blob.truncate(short.blob.len() - 8);
    assert!(matches!(store.unwrap(&short).await, Err(KeyStoreError::Integrity)));
    let elsewhere = WrappedKey { kek: "another-1".to_owned(), ..wrapped.clone() };
    assert!(matches!(store.unwrap(&elsewhere).await, Err(KeyStoreError::Missing)));
    // The store is still of use.
    let key = store.unwrap(&wrapped).await.expect("unwrapped");
    store.destroy(key).await.expect("destroyed");
}

async fn nothing_is_exported(store: &dyn KeyStore) {
    let (wrapped, _) = wrapped(store, KeySpec::P256).await;
    let unwrapped = store.unwrap(&wrapped).await.expect("unwrapped");
    assert!(matches!(store.wrap(&unwrapped).await, Err(KeyStoreError::NotExtractable)));
    store.destroy(unwrapped).await.expect("destroyed");
    let custody = Custody::Token { label: "conformance-export".to_owned() };
    let token = store.generate(KeySpec::P256, custody).await.expect("a key").handle;
    assert!(matches!(store.wrap(&token).await, Err(KeyStoreError::NotExtractable)));
    store.destroy(token).await.expect("destroyed");
}

async fn a_token_key_is_found_by_its_label_and_only_made_once(store: &dyn KeyStore) {
    let custody = || Custody::Token { label: "conformance-label".to_owned() };
    assert!(store.find("conformance-label").await.expect("searched").is_none());
    for spec in [KeySpec::P256, KeySpec::Rsa2048] {
        let made = store.generate(spec, custody()).await.expect("a key");
        assert!(matches!(store.generate(spec, custody()).await, Err(KeyStoreError::LabelTaken(_))));
        let found = store.find("conformance-label").await.expect("searched").expect("found");
        assert_eq!(found.spki, made.spki);
        assert_eq!(found.handle.spec(), spec);
        let signature = store.sign(&found.handle, spec.algorithm(), &sha256(b"x")).await.expect("signed");
        assert!(verifies(&made.spki, b"x", &signature));
        // Dropping the handle of a token key destroys nothing.
        drop(found.handle);
        store.destroy(made.handle).await.expect("destroyed");
        assert!(store.find("conformance-label").await.expect("searched").is_none());
    }
    let (one, two) = tokio::join!(store.generate(KeySpec::P256, custody()), store.generate(KeySpec::P256, custody()));
    assert_eq!([&one, &two].iter().filter(|outcome| outcome.is_ok()).count(), 1, "one label, one key");
    let made = one.or(two).expect("a key");
    store.destroy(made.handle).await.expect("destroyed");
}

async fn the_number_of_objects_stays_constant(store: &dyn KeyStore) {
    let before = store.object_count().await.expect("a count");
    let (wrapped, spki) = wrapped(store, KeySpec::P256).await;
    for round in 0..200u32 {
        let key = store.unwrap(&wrapped).await.expect("unwrapped");
        let signature = store.sign(&key, key.spec().algorithm(), &sha256(&round.to_be_bytes())).await;
        assert!(verifies(&spki, &round.to_be_bytes(), &signature.expect("signed")));
        // A cancelled request drops its handle: the store sweeps it.
        if round % 2 == 0 { drop(key) } else { store.destroy(key).await.expect("destroyed") }
    }
    assert_eq!(store.object_count().await.expect("a count"), before);
}

async fn the_wrong_algorithm_is_refused(store: &dyn KeyStore) {
    let key = store.generate(KeySpec::P256, Custody::Session).await.expect("a key").handle;
    let refused = store.sign(&key, KeySpec::Rsa2048.algorithm(), &[0; 32]).await;
    assert!(matches!(refused, Err(KeyStoreError::WrongAlgorithm)));
    store.destroy(key).await.expect("destroyed");
}

async fn a_blob_moves_under_the_newest_wrapping_key(store: &dyn KeyStore) {
    let before = store.object_count().await.expect("a count");
    let (wrapped, spki) = wrapped(store, KeySpec::P256).await;
    let moved = store.rewrap(&wrapped).await.expect("moved");
    assert_eq!(moved.kek, store.wrapping_key());
    let key = store.unwrap(&moved).await.expect("unwrapped");
    let signature = store.sign(&key, key.spec().algorithm(), &sha256(b"x")).await.expect("signed");
    assert!(verifies(&spki, b"x", &signature));
    store.destroy(key).await.expect("destroyed");
    assert_eq!(store.object_count().await.expect("a count"), before);
}

async fn an_hmac_depends_on_label_and_data(store: &dyn KeyStore) {
    let one = store.hmac("a", b"bc").await.expect("a mac");
    assert_eq!(store.hmac("a", b"bc").await.expect("a mac"), one);
    assert_ne!(store.hmac("ab", b"c").await.expect("a mac"), one, "moving the boundary");
    assert_ne!(store.hmac("a", b"bd").await.expect("a mac"), one);
    assert!(store.hmac(&"x".repeat(256), b"").await.is_err());
}

async fn a_sealed_value_opens_only_where_it_belongs(store: &dyn KeyStore) {
    let sealed = seal(store, &OsRng, "ic", b"row 1", b"SPESIMEN").await.expect("sealed");
    let opened = open(store, "ic", b"row 1", &sealed).await.expect("opened");
    assert_eq!(opened.expose(), b"SPESIMEN");
    assert_ne!(seal(store, &OsRng, "ic", b"row 1", b"SPESIMEN").await.expect("sealed"), sealed);
    for (label, aad) in [("ic", b"row 2".as_slice()), ("phone", b"row 1")] {
        assert!(matches!(open(store, label, aad, &sealed).await, Err(KeyStoreError::Integrity)));
    }
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(matches!(open(store, "ic", b"row 1", &changed).await, Err(KeyStoreError::Integrity)), "byte {at}");
    }
    assert!(matches!(open(store, "ic", b"row 1", &sealed[..40]).await, Err(KeyStoreError::Integrity)));
}
