//! Seals that were made under what has been replaced since.

use super::*;
use crate::keystore::{Custody, Generated, KeyHandle, KeyStore, KeyStoreError, SignAlgorithm, TokenKey};

#[tokio::test]
async fn a_seal_under_an_older_wrapping_key_or_pepper_is_made_anew_when_it_is_used() {
    let world = world().await;
    world.set(&world.person, "Abcdef1#", KeySpec::P256).await;
    let keystore = Arc::new(Newer(world.vault.keystore.clone()));
    let world = World { vault: Vault::new(keystore, Cost::FLOOR, 2), ..world };
    assert_eq!(world.header().await.kek, "software-1");
    world.sign("Abcdef1#").await.expect("the old seal opens");
    assert_eq!(world.header().await.kek, "software-2");
    world.sign("Abcdef1#").await.expect("the new seal opens");

    // Sealed under the label before today's: the seal is opened by hand and closed again as it was made then.
    let sealed = world.sealed().await;
    let header = Header { pepper: "mohor/vault/pepper/0".to_owned(), ..world.header().await };
    let row = world.work().read().await.expect("reads").one("SELECT spki FROM vault_key", args![]).await;
    let subject = Subject::new(&world.person, &row.expect("a row").bytes("spki").expect("a key"));
    let stretched = Cost::FLOOR.stretch("Abcdef1#", &header.salt).expect("stretches");
    let input = header.pepper_input(&subject, &stretched);
    let [now, then] = [seal::PEPPER, &header.pepper].map(|label| world.vault.keystore.hmac(label, &input));
    let (now, then) = (now.await.expect("a mac"), then.await.expect("a mac"));
    let wrapped = seal::open(&sealed, &subject, &stretched, &now).expect("reads").expect("opens");
    let old = seal::close(&header, &subject, &stretched, &then, &wrapped).expect("seals");
    let work = world.work();
    let mut tx = work.write().await.expect("begins");
    tx.execute("UPDATE vault_key SET sealed = $1", args![old]).await.expect("writes");
    tx.commit().await.expect("commits");
    assert!(matches!(world.open("Wrong#11").await, Err(PinRefused::Wrong { .. })));
    assert_eq!(world.header().await.pepper, "mohor/vault/pepper/0", "a wrong PIN renews nothing");
    world.sign("Abcdef1#").await.expect("the old seal opens");
    assert_eq!(world.header().await.pepper, seal::PEPPER);
    world.sign("Abcdef1#").await.expect("the new seal opens");
}

/// The same store after its operator has made a newer wrapping key.
struct Newer(Arc<dyn KeyStore>);

impl Newer {
    fn older(wrapped: &WrappedKey) -> WrappedKey {
        WrappedKey { kek: "software-1".to_owned(), ..wrapped.clone() }
    }
}

#[async_trait::async_trait]
impl KeyStore for Newer {
    async fn generate(&self, spec: KeySpec, custody: Custody) -> Result<Generated, KeyStoreError> {
        self.0.generate(spec, custody).await
    }

    async fn wrap(&self, key: &KeyHandle) -> Result<WrappedKey, KeyStoreError> {
        Ok(WrappedKey { kek: self.wrapping_key(), ..self.0.wrap(key).await? })
    }

    async fn unwrap(&self, wrapped: &WrappedKey) -> Result<KeyHandle, KeyStoreError> {
        self.0.unwrap(&Self::older(wrapped)).await
    }

    async fn rewrap(&self, wrapped: &WrappedKey) -> Result<WrappedKey, KeyStoreError> {
        Ok(WrappedKey { kek: self.wrapping_key(), ..self.0.rewrap(&Self::older(wrapped)).await? })
    }

    fn wrapping_key(&self) -> String {
        "software-2".to_owned()
    }

    async fn sign(&self, key: &KeyHandle, how: SignAlgorithm, digest: &[u8; 32]) -> Result<Vec<u8>, KeyStoreError> {
        self.0.sign(key, how, digest).await
    }

    async fn hmac(&self, label: &str, data: &[u8]) -> Result<[u8; 32], KeyStoreError> {
        self.0.hmac(label, data).await
    }

    async fn find(&self, label: &str) -> Result<Option<TokenKey>, KeyStoreError> {
        self.0.find(label).await
    }

    async fn destroy(&self, key: KeyHandle) -> Result<(), KeyStoreError> {
        self.0.destroy(key).await
    }

    async fn object_count(&self) -> Result<usize, KeyStoreError> {
        self.0.object_count().await
    }
}
