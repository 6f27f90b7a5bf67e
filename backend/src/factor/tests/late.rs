//! What happens between the look at a code and its use, while a PIN is hashed: the owner says "not me", or another
//! phone takes the place of the one that showed the code.

use super::*;
use crate::device::revoke;

/// A reserved code of each kind, each of a person of its own.
async fn reserved(bench: &Bench, keys: &dyn KeyStore) -> Vec<(TestPhone, Reserved)> {
    let mut all = Vec::new();
    for (number, kind) in [("900423105484", "turn"), ("900423105485", "totp"), ("900423105486", "mail")] {
        let address = format!("{kind}@example.test");
        let owner = person(&bench.work(), keys, number, &address).await;
        let phone = bind(bench, keys, &owner, number).await;
        let work = bench.work();
        let code = match kind {
            "turn" => shown(&work, keys, &phone, &target()).await.0,
            "totp" => {
                let secret = totp_of(&work, keys, &phone).await;
                bench.clock.advance(Duration::from_secs(60));
                clock::code(&secret, clock::step_at(bench.work().now.seconds())).expose().to_owned()
            }
            _ => mailed(bench, keys, &phone.person, &target()).await,
        };
        let held = check(&bench.work(), keys, &phone.person, &target(), &code).await.expect("right");
        all.push((phone, held));
    }
    all
}

#[tokio::test]
async fn not_me_stops_a_signature_whose_code_was_looked_at_already() {
    let (bench, keys) = (bench().await, keys());
    for (phone, held) in reserved(&bench, &keys).await {
        let (work, kind) = (bench.work(), held.kind());
        not_me(&work, &phone.call(&work, &keys).await).await.expect("freezes");
        assert_eq!(consume(&work, held).await.expect_err("frozen").code(), "signing-frozen", "{kind:?}");
    }
}

#[tokio::test]
async fn a_phone_that_ends_takes_along_the_code_that_was_looked_at_already() {
    let (bench, keys) = (bench().await, keys());
    for (phone, held) in reserved(&bench, &keys).await {
        let (work, kind) = (bench.work(), held.kind());
        let device = crate::device::current(&work, &phone.person).await.expect("reads").expect("a phone");
        let mut tx = work.write().await.expect("begins");
        assert!(revoke(&work, &mut tx, &device.id).await.expect("ends"));
        tx.commit().await.expect("commits");
        let used = consume(&bench.work(), held).await;
        // A mailed code is no phone's.
        let fate = used.map_err(|refused| refused.code());
        assert_eq!(fate, if kind == Kind::MailCode { Ok(kind) } else { Err("code-wrong") }, "{kind:?}");
    }
}
