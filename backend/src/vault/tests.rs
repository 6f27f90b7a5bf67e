mod renewal;

use std::sync::Arc;

use mohor_shared::pin::Pin;

use super::model::Subject;
use super::seal::Header;
use super::*;
use crate::adapters::keystore_software::{MasterKey, SoftwareKeyStore};
use crate::args;
use crate::attempt;
use crate::kernel::error::Fault as _;
use crate::kernel::work::Work;
use crate::keystore::{KeySpec, WrappedKey};
use crate::person::PersonId;
use crate::testkit::{Bench, bench};

fn pin(text: &str) -> Pin {
    Pin::parse(text).expect("a PIN")
}

fn vault_at(master: u8, cost: Cost) -> Vault {
    let keystore = SoftwareKeyStore::in_memory(&MasterKey::new([master; 32])).expect("a key store");
    Vault::new(Arc::new(keystore), cost, 2)
}

struct World {
    bench: Bench,
    vault: Vault,
    person: PersonId,
}

impl World {
    fn work(&self) -> Work {
        self.bench.work()
    }

    async fn set(&self, person: &PersonId, text: &str, spec: KeySpec) -> NewKey {
        let work = self.work();
        let key = generate(&work, &self.vault, person, spec, &pin(text)).await.expect("a key");
        let mut tx = work.write().await.expect("begins");
        activate(&work, &mut tx, &key.id).await.expect("activates");
        tx.commit().await.expect("commits");
        key
    }

    async fn open(&self, text: &str) -> Result<Opened, PinRefused> {
        let work = self.work();
        let pin_try = take_try(&work, &self.person).await?;
        match open(&work, &self.vault, pin_try, &pin(text)).await {
            Ok(opened) => Ok(opened),
            Err(unopened) => Err(unopened.settle(&work).await),
        }
    }

    /// Opens, signs and forgives the try, as a finished ceremony does.
    async fn sign(&self, text: &str) -> Result<Vec<u8>, PinRefused> {
        let Opened { key, spent } = self.open(text).await?;
        let signature = key.sign(&[7; 32]).await?;
        let work = self.work();
        let mut tx = work.write().await?;
        attempt::refund_all(&work, &mut tx, spent).await?;
        tx.commit().await?;
        Ok(signature)
    }

    /// The one seal that there is.
    async fn sealed(&self) -> Vec<u8> {
        let row = self.work().read().await.expect("reads").one("SELECT sealed FROM vault_key", args![]).await;
        row.expect("a row").bytes("sealed").expect("a seal")
    }

    async fn header(&self) -> Header {
        Header::decode(&self.sealed().await).expect("a header").0
    }

    async fn state(&self) -> PinState {
        pin_state(&mut self.work().read().await.expect("reads"), &self.person).await.expect("a state")
    }
}

async fn world() -> World {
    let bench = bench().await;
    let person = PersonId::new(&bench.work());
    World { bench, vault: vault_at(1, Cost::FLOOR), person }
}

fn verifies(spec: KeySpec, spki: &[u8], signature: &[u8]) -> bool {
    use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
    use p256::pkcs8::DecodePublicKey as _;
    if spec != KeySpec::P256 {
        let key = rsa::RsaPublicKey::from_public_key_der(spki).expect("a key");
        return key.verify(rsa::Pkcs1v15Sign::new::<sha2::Sha256>(), &[7; 32], signature).is_ok();
    }
    let key = p256::ecdsa::VerifyingKey::from_public_key_der(spki).expect("a key");
    p256::ecdsa::Signature::from_der(signature).is_ok_and(|signature| key.verify_prehash(&[7; 32], &signature).is_ok())
}

#[test]
fn the_published_seal_is_reproduced_to_the_byte() {
    // Computed with Python's cryptography (Argon2id, HKDF, AESGCM) and hmac, from the layout in seal.rs.
    let sealed = "01010a736f6674776172652d31146d6f686f722f7661756c742f7065707065722f3100004c0000000002000000010001020304\
        05060708090a0b0c0d0e0f202122232425262728292a2b3b47f22dcff044292f9c44d1b41cfd1a92715977c83c01d29309d39a8bfb325e5f76\
        bd18";
    let header = Header {
        spec: KeySpec::P256,
        kek: "software-1".to_owned(),
        pepper: seal::PEPPER.to_owned(),
        cost: Cost::FLOOR,
        salt: std::array::from_fn(|at| at as u8),
        nonce: std::array::from_fn(|at| 0x20 + at as u8),
    };
    let subject = Subject::new(&PersonId::parse("01JD4Q0ZZZ0000000000000001").expect("an id"), b"SPESIMEN SPKI");
    let stretched = Cost::FLOOR.stretch("Abcdef1#", &header.salt).expect("stretches");
    let mac = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &[0x5a; 32]);
    let pepper = aws_lc_rs::hmac::sign(&mac, &header.pepper_input(&subject, &stretched));
    let pepper = pepper.as_ref().try_into().expect("32 bytes");
    let wrapped = WrappedKey { kek: header.kek.clone(), spec: header.spec, blob: b"SPESIMEN wrapped key".to_vec() };
    let made = seal::close(&header, &subject, &stretched, &pepper, &wrapped).expect("seals");
    assert_eq!(hex::encode(&made), sealed);
    assert_eq!(seal::open(&made, &subject, &stretched, &pepper).expect("reads"), Some(wrapped));
}

#[test]
fn a_seal_with_any_bit_changed_does_not_open() {
    let header = Header {
        spec: KeySpec::P256,
        kek: "k".to_owned(),
        pepper: "p".to_owned(),
        cost: Cost::FLOOR,
        salt: [1; 16],
        nonce: [2; 12],
    };
    let person = PersonId::parse("01JD4Q0ZZZ0000000000000001").expect("an id");
    let subject = Subject::new(&person, b"SPKI");
    let wrapped = WrappedKey { kek: "k".to_owned(), spec: KeySpec::P256, blob: vec![9; 40] };
    let sealed = seal::close(&header, &subject, &[3; 32], &[4; 32], &wrapped).expect("seals");
    for bit in 0..sealed.len() * 8 {
        let mut changed = sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(!matches!(seal::open(&changed, &subject, &[3; 32], &[4; 32]), Ok(Some(_))), "bit {bit}");
    }
    for length in 0..sealed.len() {
        assert!(!matches!(seal::open(&sealed[..length], &subject, &[3; 32], &[4; 32]), Ok(Some(_))));
    }
    let other = Subject::new(&person, b"another SPKI");
    assert_eq!(seal::open(&sealed, &other, &[3; 32], &[4; 32]).expect("reads"), None);
}

#[test]
fn a_work_factor_below_the_floor_or_beyond_the_machine_is_refused() {
    for (memory, passes, lanes) in [(19_455, 2, 1), (19_456, 1, 1), (19_456, 2, 0), (1 << 21, 2, 1), (65_536, 99, 1)] {
        assert!(Cost::new(memory, passes, lanes).is_err(), "{memory} {passes} {lanes}");
    }
    assert!(Cost::DEFAULT > Cost::FLOOR);
}

#[tokio::test]
async fn the_right_pin_signs_and_the_key_store_holds_no_more_objects_than_before() {
    for spec in [KeySpec::P256, KeySpec::Rsa2048] {
        let world = world().await;
        let before = world.vault.keystore.object_count().await.expect("counts");
        let key = world.set(&world.person, "Abcdef1#", spec).await;
        for _ in 0..3 {
            let signature = world.sign("Abcdef1#").await.expect("signs");
            assert!(verifies(spec, &key.spki, &signature), "{spec:?}");
            assert!(!verifies(spec, &key.spki, &signature[1..]), "{spec:?}");
        }
        let dropped = world.open("Abcdef1#").await.expect("opens");
        drop(dropped);
        assert_eq!(world.vault.keystore.object_count().await.expect("counts"), before, "{spec:?}");
    }
}

#[tokio::test]
async fn two_wrong_and_one_right_forgets_the_wrong_ones() {
    let world = world().await;
    assert_eq!(world.state().await, PinState::Unset);
    assert_eq!(world.open("Abcdef1#").await.expect_err("no key").code(), "pin-unset");
    world.set(&world.person, "Abcdef1#", KeySpec::P256).await;
    for left in [2, 1] {
        assert!(matches!(world.open("Wrong#11").await, Err(PinRefused::Wrong { left: l }) if l == left));
        assert_eq!(world.state().await, PinState::Active { left });
    }
    world.sign("Abcdef1#").await.expect("signs");
    assert_eq!(world.state().await, PinState::Active { left: 3 });
}

#[tokio::test]
async fn three_wrong_block_and_then_the_right_pin_is_refused_until_a_reset() {
    let world = world().await;
    world.set(&world.person, "Abcdef1#", KeySpec::P256).await;
    for code in ["pin-wrong", "pin-wrong", "pin-wrong-now-blocked"] {
        assert_eq!(world.open("Wrong#11").await.expect_err("wrong").code(), code);
    }
    assert_eq!(world.state().await, PinState::Blocked);
    assert_eq!(world.open("Abcdef1#").await.expect_err("blocked").code(), "pin-blocked");
    world.set(&world.person, "Newpin1#", KeySpec::P256).await;
    assert_eq!(world.state().await, PinState::Active { left: 3 });
    assert!(matches!(world.open("Abcdef1#").await, Err(PinRefused::Wrong { .. })), "the old PIN is gone");
    world.sign("Newpin1#").await.expect("the new PIN signs");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_wrong_pins_at_once_count_exactly_three() {
    let world = Arc::new(world().await);
    world.set(&world.person, "Abcdef1#", KeySpec::P256).await;
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let world = world.clone();
        racers.spawn(async move { world.open("Wrong#11").await.expect_err("refused").code() });
    }
    let codes = racers.join_all().await;
    assert_eq!(codes.iter().filter(|code| **code == "pin-blocked").count(), 47);
    assert_eq!(codes.iter().filter(|code| **code == "pin-wrong-now-blocked").count(), 1);
    assert_eq!(world.state().await, PinState::Blocked);
}

#[tokio::test]
async fn a_try_counts_before_the_seal_is_touched() {
    let world = world().await;
    world.set(&world.person, "Abcdef1#", KeySpec::P256).await;
    // The process dies between spending and opening: the try is forgotten in memory, not in the database.
    let _lost = take_try(&world.work(), &world.person).await.expect("a try").into_spent();
    assert_eq!(world.state().await, PinState::Active { left: 2 });
}

#[tokio::test]
async fn a_fault_of_the_key_store_costs_no_try() {
    let world = world().await;
    world.set(&world.person, "Abcdef1#", KeySpec::P256).await;
    let work = world.work();
    let mut tx = work.write().await.expect("begins");
    tx.execute("UPDATE vault_key SET sealed = $1", args![vec![9_u8; 80]]).await.expect("damages");
    tx.commit().await.expect("commits");
    assert_eq!(world.open("Abcdef1#").await.expect_err("damaged").code(), "sealed-key-damaged");
    assert_eq!(world.state().await, PinState::Active { left: 3 });
}

#[tokio::test]
async fn the_database_alone_opens_nothing() {
    let world = world().await;
    world.set(&world.person, "Abcdef1#", KeySpec::P256).await;
    // A thief with every row and the right PIN, but another key store.
    let thief = vault_at(2, Cost::FLOOR);
    let work = world.work();
    let pin_try = take_try(&work, &world.person).await.expect("a try");
    let unopened = open(&work, &thief, pin_try, &pin("Abcdef1#")).await.expect_err("does not open");
    assert!(matches!(unopened.refused, PinRefused::Wrong { .. }));
}

#[tokio::test]
async fn a_seal_moved_to_another_persons_row_does_not_open() {
    let world = world().await;
    let thief = PersonId::new(&world.work());
    world.set(&world.person, "Abcdef1#", KeySpec::P256).await;
    world.set(&thief, "Thief11#", KeySpec::P256).await;
    let work = world.work();
    let mut tx = work.write().await.expect("begins");
    // The thief writes their own seal, and then their public key too, into the victim's row.
    tx.execute(
        "UPDATE vault_key SET sealed = (SELECT sealed FROM vault_key WHERE person_id = $1) WHERE person_id = $2",
        args![&thief, &world.person],
    )
    .await
    .expect("swaps");
    tx.commit().await.expect("commits");
    assert!(matches!(world.open("Thief11#").await, Err(PinRefused::Wrong { .. })));
    let mut tx = work.write().await.expect("begins");
    tx.execute("DROP INDEX vault_key_spki", args![]).await.expect("drops");
    tx.execute(
        "UPDATE vault_key SET spki = (SELECT spki FROM vault_key WHERE person_id = $1) WHERE person_id = $2",
        args![&thief, &world.person],
    )
    .await
    .expect("swaps");
    tx.commit().await.expect("commits");
    assert!(matches!(world.open("Thief11#").await, Err(PinRefused::Wrong { .. })));
}

#[tokio::test]
async fn an_old_seal_is_made_anew_when_it_is_used() {
    let world = world().await;
    world.set(&world.person, "Abcdef1#", KeySpec::P256).await;
    let dearer = Cost::new(20_480, 2, 1).expect("a cost");
    let world = World { vault: Vault::new(world.vault.keystore.clone(), dearer, 2), ..world };
    world.sign("Abcdef1#").await.expect("the old seal opens");
    assert_eq!(world.header().await.cost, dearer);
    world.sign("Abcdef1#").await.expect("the new seal opens");
}

#[tokio::test]
async fn a_new_key_destroys_the_seal_of_the_old_one_only_when_it_begins_its_service() {
    let world = world().await;
    world.set(&world.person, "Abcdef1#", KeySpec::P256).await;
    let work = world.work();
    let new = generate(&work, &world.vault, &world.person, KeySpec::P256, &pin("Newpin1#")).await.expect("a key");
    world.sign("Abcdef1#").await.expect("the old key still signs");
    let mut tx = work.write().await.expect("begins");
    assert!(activate(&work, &mut tx, &new.id).await.expect("activates").is_some());
    assert!(activate(&work, &mut tx, &new.id).await.is_err(), "only once");
    tx.commit().await.expect("commits");
    let rows = world.work().read().await.expect("reads").all("SELECT state, sealed FROM vault_key", args![]).await;
    let kept = rows.expect("rows").iter().filter(|row| row.opt_bytes("sealed").expect("a column").is_some()).count();
    assert_eq!(kept, 1);
}

#[tokio::test]
async fn a_waiting_key_that_is_begun_again_or_given_up_leaves_no_seal() {
    let world = world().await;
    let work = world.work();
    generate(&work, &world.vault, &world.person, KeySpec::P256, &pin("Abcdef1#")).await.expect("a key");
    let second = generate(&work, &world.vault, &world.person, KeySpec::P256, &pin("Abcdef1#")).await.expect("a key");
    let mut tx = work.write().await.expect("begins");
    discard(&work, &mut tx, &second.id).await.expect("discards");
    tx.commit().await.expect("commits");
    let rows = work.read().await.expect("reads").all("SELECT state FROM vault_key WHERE sealed IS NULL", args![]).await;
    assert_eq!(rows.expect("rows").len(), 2);
}

#[test]
fn a_vault_and_an_open_key_do_not_print_secrets() {
    assert_eq!(format!("{:?}", vault_at(1, Cost::FLOOR)), "Vault(…)");
}
