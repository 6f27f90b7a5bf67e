mod late;
mod mail;
mod outsider;
mod totp;

use std::time::Duration;

use mohor_shared::card::TotpCard;
use mohor_shared::jws::{self, Header};
use mohor_shared::sealed::OneTimeKey;
use mohor_shared::totp as clock;
use mohor_shared::wire::{
    CODE, ShownCode, TOTP_REQUEST, TOTP_SEALED, TotpConfirm, TotpRequest, TotpStatement, WaitingTurn, code_info,
    totp_info,
};

use super::*;
use crate::attempt::TooMany;
use crate::device::testing::{TestPhone, bind, person};
use crate::device::{not_me, platform};
use crate::kernel::error::Fault as _;
use crate::kernel::settings::Settings;
use crate::kernel::work::Work;
use crate::keystore::KeyStore;
use crate::outbox::{Block, ComposeError, DueMail, Job, Letter, Stationery};
use crate::person::PersonId;
use crate::testkit::{Bench, bench, keys};

const IC: &str = "900423105484";

async fn someone(bench: &Bench, keys: &dyn KeyStore) -> TestPhone {
    let person = person(&bench.work(), keys, IC, "aina@example.test").await;
    bind(bench, keys, &person, IC).await
}

fn target() -> Target {
    Target::turn("T1", 1, &[7; 32])
}

fn facts() -> WaitingTurn {
    WaitingTurn {
        id: "T1".into(),
        title: "SPESIMEN Perjanjian Jual Beli".into(),
        requester: "PEMAJU UJIAN".into(),
        pages: 12,
        digest8: "07070707".into(),
        deadline: 0,
        browsers: Vec::new(),
    }
}

/// Presses "Tunjuk kod" and opens the answer as the phone does.
async fn shown(work: &Work, keys: &dyn KeyStore, phone: &TestPhone, target: &Target) -> (String, String) {
    let device = phone.call(work, keys).await;
    let key = OneTimeKey::from_random(work.rng().bytes()).expect("a key");
    let jws = show(work, keys, &device, target, facts(), key.public()).await.expect("shows");
    let platform = platform::keys(keys).await.expect("keys")[0].key().expect("a key");
    let said: ShownCode<WaitingTurn> = jws::verify(&jws, CODE, &platform).expect("signed by the platform");
    let info = code_info(&phone.id, &phone.done.jkt);
    let digits = key.open(&info, said.session.as_bytes(), &said.otp_enc).expect("opens");
    (String::from_utf8(digits.to_vec()).expect("digits"), said.tag)
}

/// Sets TOTP up and returns the secret.
async fn totp_of(work: &Work, keys: &dyn KeyStore, phone: &TestPhone) -> [u8; 32] {
    let (id, secret) = offered(work, keys, phone).await;
    let step = clock::step_at(work.now.seconds());
    let device = phone.call(work, keys).await;
    confirm(work, keys, &device, &two(&id, &secret, step)).await.expect("activates");
    secret
}

async fn offered(work: &Work, keys: &dyn KeyStore, phone: &TestPhone) -> (String, [u8; 32]) {
    let device = phone.call(work, keys).await;
    let key = OneTimeKey::from_random(work.rng().bytes()).expect("a key");
    let iat = work.now.seconds();
    let request =
        TotpRequest { device_id: phone.id.clone(), epk: key.public().clone(), jti: "j".into(), iat, exp: iat + 60 };
    let request = jws::sign(&phone.key, &Header::by(TOTP_REQUEST, &phone.done.jkt), &request).expect("signs");
    let identity = IdentityApproved::of(phone.person.clone());
    let answer = provision(work, keys, &device, &identity, &request).await.expect("provisions");
    let platform = platform::keys(keys).await.expect("keys")[0].key().expect("a key");
    let said: TotpStatement = jws::verify(&answer.srv, TOTP_SEALED, &platform).expect("signed by the platform");
    let plain =
        key.open(&totp_info(&phone.id, &phone.done.jkt), said.totp_id.as_bytes(), &answer.sealed).expect("opens");
    (said.totp_id, *TotpCard::from_bytes(&plain).expect("a card").secret)
}

fn two(id: &str, secret: &[u8; 32], step: i64) -> TotpConfirm {
    let code = |step| clock::code(secret, step).expose().to_owned();
    TotpConfirm { totp_id: id.into(), first: code(step - 1), second: code(step) }
}

/// The mail that is due, composed as the job does.
async fn letter(bench: &Bench, keys: &dyn KeyStore) -> Result<Letter, ComposeError> {
    let stationery = Stationery::from(&Settings::default());
    loop {
        let work = bench.work();
        let claimed = crate::outbox::claim(&work).await.expect("claims").expect("a mail is due");
        crate::outbox::done(&work, &claimed).await.expect("done");
        if let Job::Mail { template, to: recipient, ids } = &claimed.job
            && template == "factor.mail-4"
        {
            let due = DueMail { work: &work, stationery: &stationery, template, recipient, ids };
            return letters::compose(&due, keys).await;
        }
    }
}

async fn mailed(bench: &Bench, keys: &dyn KeyStore, person: &PersonId, target: &Target) -> String {
    send(&bench.work(), person, target).await.expect("sends");
    code_in(letter(bench, keys).await.expect("composes"))
}

fn code_in(letter: Letter) -> String {
    letter
        .blocks
        .into_iter()
        .find_map(|block| if let Block::Code(code) = block { Some(code) } else { None })
        .expect("a code")
}

async fn consume(work: &Work, reserved: Reserved) -> Result<Kind, CodeRefused> {
    let mut tx = work.write().await.expect("begins");
    let kind = reserved.consume(work, &mut tx).await?;
    tx.commit().await.expect("commits");
    Ok(kind)
}

async fn code_of(refused: Result<Reserved, CodeRefused>) -> &'static str {
    refused.expect_err("refused").code()
}

#[tokio::test]
async fn a_code_from_the_phone_signs_once() {
    let (bench, keys) = (bench().await, keys());
    let phone = someone(&bench, &keys).await;
    let work = bench.work();
    let (code, _) = shown(&work, &keys, &phone, &target()).await;
    let reserved = check(&work, &keys, &phone.person, &target(), &code).await.expect("right");
    assert_eq!(consume(&work, reserved).await.expect("first use"), Kind::TurnCode);
    assert_eq!(code_of(check(&work, &keys, &phone.person, &target(), &code).await).await, "code-wrong");
}

#[tokio::test]
async fn a_new_pin_voids_the_code_that_a_phone_shows() {
    let (bench, keys) = (bench().await, keys());
    let phone = someone(&bench, &keys).await;
    let work = bench.work();
    let (code, _) = shown(&work, &keys, &phone, &target()).await;
    let mut tx = work.write().await.expect("begins");
    note_pin_change(&work, &mut tx, &phone.person, work.now).await.expect("notes");
    tx.commit().await.expect("commits");
    assert_eq!(code_of(check(&work, &keys, &phone.person, &target(), &code).await).await, "code-wrong");
    let (next, _) = shown(&work, &keys, &phone, &target()).await;
    drop(check(&work, &keys, &phone.person, &target(), &next).await.expect("a new code counts"));
}

#[tokio::test]
async fn a_code_for_another_turn_version_or_head_is_wrong() {
    let (bench, keys) = (bench().await, keys());
    let phone = someone(&bench, &keys).await;
    let work = bench.work();
    for other in [Target::turn("T2", 1, &[7; 32]), Target::turn("T1", 2, &[7; 32]), Target::turn("T1", 1, &[8; 32])] {
        let (code, _) = shown(&work, &keys, &phone, &target()).await;
        assert_eq!(code_of(check(&work, &keys, &phone.person, &other, &code).await).await, "code-wrong");
        drop(check(&work, &keys, &phone.person, &target(), &code).await.expect("still right where it belongs"));
        bench.clock.advance(Duration::from_secs(1));
    }
}

/// Both screens show the same mark as long as the code lives, and for its own document only.
#[tokio::test]
async fn the_page_knows_the_mark_of_the_code_that_the_phone_shows() {
    let (bench, keys) = (bench().await, keys());
    let phone = someone(&bench, &keys).await;
    let tag = async |target: &Target| shown_tag(&bench.work(), &phone.person, target).await.expect("reads");
    assert_eq!(tag(&target()).await, None, "nothing is shown");
    let (_, first) = shown(&bench.work(), &keys, &phone, &target()).await;
    assert_eq!(tag(&target()).await.as_deref(), Some(&*first));
    for other in [Target::turn("T2", 1, &[7; 32]), Target::turn("T1", 2, &[7; 32]), Target::turn("T1", 1, &[8; 32])] {
        assert_eq!(tag(&other).await, None, "another document");
    }
    bench.clock.advance(Duration::from_secs(61));
    let (_, second) = shown(&bench.work(), &keys, &phone, &target()).await;
    assert_eq!(tag(&target()).await, Some(second), "of the newest code");
    bench.clock.advance(Duration::from_secs(181));
    assert_eq!(tag(&target()).await, None, "it has ended");
}

#[tokio::test]
async fn of_many_at_once_with_one_code_exactly_one_consumes() {
    let (bench, keys) = (bench().await, keys());
    let phone = someone(&bench, &keys).await;
    let work = bench.work();
    let secret = totp_of(&work, &keys, &phone).await;
    bench.clock.advance(Duration::from_secs(30));
    let work = bench.work();
    let totp = clock::code(&secret, clock::step_at(work.now.seconds())).expose().to_owned();
    let (turn, _) = shown(&work, &keys, &phone, &target()).await;
    let mail = mailed(&bench, &keys, &phone.person, &target()).await;
    for code in [totp, turn, mail] {
        let one = check(&work, &keys, &phone.person, &target(), &code).await.expect("right");
        let two = check(&work, &keys, &phone.person, &target(), &code).await.expect("taken over");
        let (one, two) = tokio::join!(consume(&work, one), consume(&work, two));
        assert!(one.is_ok() ^ two.is_ok(), "exactly one");
        assert_eq!(one.err().or(two.err()).expect("the other").code(), "code-used");
    }
}

#[tokio::test]
async fn pressing_again_shows_the_same_code_then_the_next_and_ends_after_three() {
    let (bench, keys) = (bench().await, keys());
    let phone = someone(&bench, &keys).await;
    let (first, tag) = shown(&bench.work(), &keys, &phone, &target()).await;
    bench.clock.advance(Duration::from_secs(59));
    assert_eq!(shown(&bench.work(), &keys, &phone, &target()).await, (first.clone(), tag.clone()));
    for _ in 0..3 {
        bench.clock.advance(Duration::from_secs(61));
        let (next, next_tag) = shown(&bench.work(), &keys, &phone, &target()).await;
        assert_ne!((&next, &next_tag), (&first, &tag));
    }
    assert_eq!(code_of(check(&bench.work(), &keys, &phone.person, &target(), &first).await).await, "code-wrong");
    bench.clock.advance(Duration::from_secs(61));
    let device = phone.call(&bench.work(), &keys).await;
    let key = OneTimeKey::from_random([9; 32]).expect("a key");
    let refused = show(&bench.work(), &keys, &device, &target(), facts(), key.public()).await;
    assert_eq!(refused.expect_err("too many").code(), "too-many-tries");
}

#[tokio::test]
async fn a_code_from_the_phone_ends_after_three_minutes_or_three_tries() {
    let (bench, keys) = (bench().await, keys());
    let phone = someone(&bench, &keys).await;
    let (code, _) = shown(&bench.work(), &keys, &phone, &target()).await;
    bench.clock.advance(Duration::from_secs(180));
    assert_eq!(code_of(check(&bench.work(), &keys, &phone.person, &target(), &code).await).await, "code-wrong");
    let (code, _) = shown(&bench.work(), &keys, &phone, &target()).await;
    for _ in 0..3 {
        code_of(check(&bench.work(), &keys, &phone.person, &target(), &wrong(&code)).await).await;
    }
    assert_eq!(code_of(check(&bench.work(), &keys, &phone.person, &target(), &code).await).await, "code-wrong");
}

fn wrong(code: &str) -> String {
    let last = if code.ends_with('0') { '1' } else { '0' };
    format!("{}{last}", &code[..5])
}

#[tokio::test]
async fn fifty_parallel_wrong_codes_are_not_fifty_guesses() {
    let (bench, keys) = (bench().await, keys());
    let phone = someone(&bench, &keys).await;
    let code = mailed(&bench, &keys, &phone.person, &target()).await;
    let (target, work) = (target(), bench.work());
    let bad = wrong(&code);
    let mut asked = Vec::new();
    for _ in 0..50 {
        asked.push(check(&work, &keys, &phone.person, &target, &bad));
    }
    let mut looked_at = 0;
    for refused in join_all(asked).await {
        if refused.expect_err("wrong").code() == "code-wrong" {
            looked_at += 1;
        }
    }
    assert_eq!(looked_at, 10, "ten are looked at, the rest are turned away");
    let mut tx = work.read().await.expect("begins");
    let row = tx.one("SELECT tries FROM factor_code WHERE kind = 'mail'", crate::args![]).await.expect("the code");
    assert_eq!(row.int("tries").expect("a count"), 5, "and the code itself died at the fifth");
}

async fn join_all<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut pinned: Vec<_> = futures.into_iter().map(Box::pin).collect();
    let mut done: Vec<Option<F::Output>> = pinned.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (future, slot) in pinned.iter_mut().zip(&mut done) {
            if slot.is_none()
                && let std::task::Poll::Ready(output) = future.as_mut().poll(context)
            {
                *slot = Some(output);
            }
        }
        if done.iter().all(Option::is_some) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}

#[tokio::test]
async fn a_replaced_phone_takes_its_codes_with_it_and_the_new_one_waits() {
    let (bench, keys) = (bench().await, keys());
    let phone = someone(&bench, &keys).await;
    let secret = totp_of(&bench.work(), &keys, &phone).await;
    let (code, _) = shown(&bench.work(), &keys, &phone, &target()).await;
    let second = bind(&bench, &keys, &phone.person, IC).await;
    assert_eq!(code_of(check(&bench.work(), &keys, &phone.person, &target(), &code).await).await, "code-wrong");
    bench.clock.advance(Duration::from_secs(60));
    let work = bench.work();
    let totp = clock::code(&secret, clock::step_at(work.now.seconds())).expose().to_owned();
    assert_eq!(code_of(check(&work, &keys, &phone.person, &target(), &totp).await).await, "code-wrong");
    let device = second.call(&work, &keys).await;
    let key = OneTimeKey::from_random([9; 32]).expect("a key");
    let refused = show(&work, &keys, &device, &target(), facts(), key.public()).await.expect_err("cooling");
    assert_eq!(refused.code(), "phone-cooling");
}

#[tokio::test]
async fn after_not_me_no_code_signs() {
    let (bench, keys) = (bench().await, keys());
    let phone = someone(&bench, &keys).await;
    let work = bench.work();
    let (code, _) = shown(&work, &keys, &phone, &target()).await;
    not_me(&work, &phone.call(&work, &keys).await).await.expect("freezes");
    assert_eq!(code_of(check(&work, &keys, &phone.person, &target(), &code).await).await, "signing-frozen");
}

#[tokio::test]
async fn what_is_no_code_costs_nothing() {
    let (bench, keys) = (bench().await, keys());
    let phone = someone(&bench, &keys).await;
    for _ in 0..30 {
        let refused = check(&bench.work(), &keys, &phone.person, &target(), "12345").await;
        assert_eq!(code_of(refused).await, "code-form");
    }
    let (code, _) = shown(&bench.work(), &keys, &phone, &target()).await;
    let grouped = format!("{} {}", &code[..3], &code[3..]);
    let fine = check(&bench.work(), &keys, &phone.person, &target(), &grouped).await;
    assert_eq!(fine.expect("grouped digits are fine").kind(), Kind::TurnCode);
}
