mod own;

use std::time::Duration;

use mohor_shared::code::SixDigits;
use mohor_shared::ic::IdNumber;

use super::*;
use crate::kernel::error::Fault as _;
use crate::kernel::secret::Secret;
use crate::kernel::words::Lang;
use crate::keystore::KeyStore;
use crate::organisation::DeveloperId;
use crate::person::{Email, PersonName};
use crate::testkit::{Bench, bench, keys};

const PASSWORD: &str = "betul kuda bateri ruji";

fn email(text: &str) -> Email {
    Email::parse(text).expect("an address")
}

/// The number of an officer's identity card.
const OFFICER: &str = "850101145555";

fn number(text: &str) -> IdNumber {
    IdNumber::parse(text).expect("a number")
}

fn name() -> PersonName {
    PersonName::parse("Pentadbir Contoh").expect("a name")
}

/// The secret back from what was shown, and the code of `steps` from now.
fn code(bench: &Bench, setup: &Setup, steps: i64) -> SixDigits {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0u32, 0);
    for letter in setup.base32.expose().chars() {
        bits = (bits << 5) | alphabet.find(letter).expect("base32") as u32;
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    totp::code_at(&Secret::new(bytes), bench.work().now.seconds() / 30 + steps).expect("a code")
}

/// The first administrator, signed in.
async fn first(bench: &Bench, keys: &dyn KeyStore) -> (Setup, SessionToken) {
    let work = bench.work();
    let console = first_admin_code(&work).await.expect("writes").expect("no administrator yet");
    let address = email("admin@example.test");
    let claimed = claim_first_admin(&work, keys, console.expose(), address, name(), Lang::Ms).await.expect("claims");
    activate(bench, keys, claimed.expose()).await
}

async fn activate(bench: &Bench, keys: &dyn KeyStore, invitation: &str) -> (Setup, SessionToken) {
    let work = bench.work();
    let password = Password::parse_new(PASSWORD).expect("long");
    let setup = accept(&work, keys, invitation, &password, "Mohor").await.expect("accepts");
    let token = confirm(&work, keys, invitation, &code(bench, &setup, 0), None).await.expect("confirms");
    (setup, token)
}

async fn enter(
    bench: &Bench,
    keys: &dyn KeyStore,
    address: &str,
    password: &str,
    code: &SixDigits,
) -> Result<SessionToken, SignInError> {
    sign_in(&bench.work(), keys, &email(address), &Password::typed(password), &SecondFactor::App(code.clone()), None)
        .await
}

#[tokio::test]
async fn the_console_code_makes_one_administrator_and_then_no_more() {
    let (bench, keys) = (bench().await, keys());
    let (_, token) = first(&bench, &keys).await;
    let session = session(&bench.work(), token.expose()).await.expect("reads").expect("open");
    assert!(session.officer::<Admin>().is_ok());
    assert_eq!(session.officer::<EkycReviewer>().expect_err("no such role").code(), "not-your-desk");
    assert!(session.developer().is_err());
    assert!(first_admin_code(&bench.work()).await.expect("reads").is_none());
}

#[tokio::test]
async fn a_console_code_counts_once_and_for_an_hour() {
    let (bench, keys) = (bench().await, keys());
    let console = first_admin_code(&bench.work()).await.expect("writes").expect("a code");
    let claim = async |address: &str, code: &str| {
        claim_first_admin(&bench.work(), &keys, code, email(address), name(), Lang::Ms).await
    };
    assert_eq!(claim("a@example.test", "wrong").await.expect_err("wrong").code(), "console-code-wrong");
    claim("a@example.test", console.expose()).await.expect("claims");
    assert_eq!(claim("b@example.test", console.expose()).await.expect_err("used").code(), "console-code-wrong");
    let console = first_admin_code(&bench.work()).await.expect("writes").expect("nobody is active yet");
    bench.clock.advance(Duration::from_secs(3600));
    assert_eq!(claim("b@example.test", console.expose()).await.expect_err("over").code(), "console-code-wrong");
}

#[tokio::test]
async fn password_and_code_are_both_needed_and_refused_alike() {
    let (bench, keys) = (bench().await, keys());
    let (setup, _) = first(&bench, &keys).await;
    bench.clock.advance(Duration::from_secs(60));
    let good = code(&bench, &setup, 0);
    for (address, password, typed) in [
        ("nobody@example.test", PASSWORD, good.clone()),
        ("admin@example.test", "wrong", good.clone()),
        ("admin@example.test", PASSWORD, code(&bench, &setup, 5)),
    ] {
        let refused = enter(&bench, &keys, address, password, &typed).await.expect_err("refused");
        assert_eq!(refused.code(), "sign-in-refused");
    }
    enter(&bench, &keys, "ADMIN@example.test", PASSWORD, &good).await.expect("signs in");
}

#[tokio::test]
async fn a_code_signs_in_once_even_when_two_try_at_once() {
    let (bench, keys) = (bench().await, keys());
    let (setup, _) = first(&bench, &keys).await;
    let used = code(&bench, &setup, 0);
    assert!(enter(&bench, &keys, "admin@example.test", PASSWORD, &used).await.is_err(), "used to confirm");
    bench.clock.advance(Duration::from_secs(60));
    let next = code(&bench, &setup, 0);
    let both = tokio::join!(
        enter(&bench, &keys, "admin@example.test", PASSWORD, &next),
        enter(&bench, &keys, "admin@example.test", PASSWORD, &next)
    );
    assert_eq!([both.0.is_ok(), both.1.is_ok()].into_iter().filter(|won| *won).count(), 1);
}

#[tokio::test]
async fn the_eleventh_try_in_a_quarter_of_an_hour_waits() {
    let (bench, keys) = (bench().await, keys());
    let wrong = SixDigits::parse("000000").expect("digits");
    for _ in 0..10 {
        let refused = enter(&bench, &keys, "nobody@example.test", "wrong", &wrong).await.expect_err("refused");
        assert_eq!(refused.code(), "sign-in-refused");
    }
    let refused = enter(&bench, &keys, "nobody@example.test", "wrong", &wrong).await.expect_err("waits");
    assert_eq!(refused.code(), "too-many-tries");
}

#[tokio::test]
async fn a_session_ends_when_idle_when_old_and_when_signed_out() {
    let (bench, keys) = (bench().await, keys());
    let (setup, token) = first(&bench, &keys).await;
    bench.clock.advance(Duration::from_secs(29 * 60));
    assert!(is_open(&bench, &token).await, "used in time");
    bench.clock.advance(Duration::from_secs(29 * 60));
    assert!(is_open(&bench, &token).await, "use is noted");
    bench.clock.advance(Duration::from_secs(30 * 60));
    assert!(!is_open(&bench, &token).await, "idle for half an hour");
    assert_eq!(sweep(&bench.work()).await.expect("sweeps"), 1);

    // Used all the time, it ends after twelve hours.
    let token = enter_again(&bench, &keys, &setup, None).await;
    for _ in 1..36 {
        bench.clock.advance(Duration::from_secs(20 * 60));
        assert!(is_open(&bench, &token).await, "used every twenty minutes");
    }
    bench.clock.advance(Duration::from_secs(20 * 60));
    assert!(!is_open(&bench, &token).await, "twelve hours");

    // Signed out, it is over at once, and another one is not.
    let token = enter_again(&bench, &keys, &setup, None).await;
    let other = enter_again(&bench, &keys, &setup, None).await;
    sign_out(&bench.work(), token.expose()).await.expect("signs out");
    assert!(!is_open(&bench, &token).await && is_open(&bench, &other).await);
    sign_out(&bench.work(), token.expose()).await.expect("once more is no error");
}

/// The first administrator signs in with the next code; the browser brings `previous`.
async fn enter_again(bench: &Bench, keys: &dyn KeyStore, setup: &Setup, previous: Option<&str>) -> SessionToken {
    bench.clock.advance(Duration::from_secs(60));
    let (address, typed) = (email("admin@example.test"), Password::typed(PASSWORD));
    let code = SecondFactor::App(code(bench, setup, 0));
    sign_in(&bench.work(), keys, &address, &typed, &code, previous).await.expect("signs in")
}

async fn is_open(bench: &Bench, token: &SessionToken) -> bool {
    session(&bench.work(), token.expose()).await.expect("reads").is_some()
}

#[tokio::test]
async fn signing_in_again_ends_the_token_the_browser_brought() {
    let (bench, keys) = (bench().await, keys());
    let (setup, token) = first(&bench, &keys).await;
    bench.clock.advance(Duration::from_secs(601));
    let held = session(&bench.work(), token.expose()).await.expect("reads").expect("open");
    assert_eq!(held.fresh(bench.work().now).expect_err("stale").code(), "prove-again");
    let (typed, now) = (Password::typed(PASSWORD), code(&bench, &setup, 0));
    let renewed = prove_again(&bench.work(), &keys, &held, token.expose(), &typed, now).await.expect("proves");
    assert!(session(&bench.work(), token.expose()).await.expect("reads").is_none());
    let held = session(&bench.work(), renewed.expose()).await.expect("reads").expect("open");
    assert!(held.fresh(bench.work().now).is_ok());

    // The same by the front door: a token that was planted in the browser before is worth nothing afterwards.
    let entered = enter_again(&bench, &keys, &setup, Some(renewed.expose())).await;
    assert!(!is_open(&bench, &renewed).await && is_open(&bench, &entered).await);
}

#[tokio::test]
async fn a_developer_is_nothing_else_and_an_invitation_is_used_once() {
    let (bench, keys) = (bench().await, keys());
    let (_, token) = first(&bench, &keys).await;
    let work = bench.work();
    let admin = session(&work, token.expose()).await.expect("reads").expect("open");
    let officer = admin.officer::<Admin>().expect("an administrator");
    let mut new = NewAccount {
        email: email("pemaju@example.test"),
        name: name(),
        lang: Lang::Ms,
        roles: vec![Role::Pemaju, Role::EkycReviewer],
        developer: None,
        number: Some(number(OFFICER)),
    };
    assert_eq!(invite(&work, &keys, &officer, &new).await.expect_err("both sides").code(), "account-roles");
    new.roles = vec![Role::Pemaju];
    assert_eq!(invite(&work, &keys, &officer, &new).await.expect_err("for whom?").code(), "account-roles");
    new.roles = vec![Role::EkycReviewer];
    let account = invite(&work, &keys, &officer, &new).await.expect("invites");
    assert_eq!(invite(&work, &keys, &officer, &new).await.expect_err("twice").code(), "account-exists");
    let old = link(&work, &keys, &account).await.expect("derives").expect("open");
    invite_again(&work, &keys, &officer, &account).await.expect("invites again");
    assert_eq!(invitation(&work, old.expose()).await.expect_err("replaced").code(), "invitation-over");
    let newest = link(&work, &keys, &account).await.expect("derives").expect("open");
    let (_, token) = activate(&bench, &keys, newest.expose()).await;
    assert_eq!(invitation(&work, newest.expose()).await.expect_err("used").code(), "invitation-over");
    let fresh = admin.fresh(work.now).expect("fresh");
    disable(&work, &officer, fresh, &account).await.expect("writes").expect("allowed");
    assert!(session(&work, token.expose()).await.expect("reads").is_none(), "its sessions are over");
    let _: Option<DeveloperId> = new.developer;
}

/// A colleague with `role`, signed in.
async fn colleague(
    bench: &Bench,
    keys: &dyn KeyStore,
    by: &Session,
    address: &str,
    role: Role,
) -> (AccountId, Setup, SessionToken) {
    let (work, officer) = (bench.work(), by.officer::<Admin>().expect("an administrator"));
    let (email, roles) = (email(address), vec![role]);
    let decides = role.decides().then(|| number(OFFICER));
    let new = NewAccount { email, name: name(), lang: Lang::Ms, roles, developer: None, number: decides };
    let account = invite(&work, keys, &officer, &new).await.expect("invites");
    let link = link(&work, keys, &account).await.expect("derives").expect("open");
    let (setup, token) = activate(bench, keys, link.expose()).await;
    (account, setup, token)
}

async fn opened(bench: &Bench, token: &SessionToken) -> Session {
    session(&bench.work(), token.expose()).await.expect("reads").expect("open")
}

async fn reset_by(
    bench: &Bench,
    keys: &dyn KeyStore,
    by: &Session,
    account: &AccountId,
) -> Result<Reset, &'static str> {
    let officer = by.officer::<Admin>().expect("an administrator");
    let done = reset(&bench.work(), keys, &officer, by.fresh(bench.work().now).expect("fresh"), account).await;
    done.map_err(|refused| refused.code())
}

#[tokio::test]
async fn staff_are_reset_by_two_administrators_and_begin_anew() {
    let (bench, keys) = (bench().await, keys());
    let (_, token) = first(&bench, &keys).await;
    let one = opened(&bench, &token).await;
    let (_, _, two) = colleague(&bench, &keys, &one, "dua@example.test", Role::Admin).await;
    let two = opened(&bench, &two).await;
    let (lost, setup, open) = colleague(&bench, &keys, &one, "penyemak@example.test", Role::EkycReviewer).await;
    let open = opened(&bench, &open).await;
    let codes = make_recovery_codes(&bench.work(), &keys, &open, open.fresh(bench.work().now).expect("fresh")).await;
    let code_on_paper = RecoveryCode::parse(codes.expect("makes")[0].expose()).expect("a code");

    assert_eq!(reset_by(&bench, &keys, &one, &lost).await, Ok(Reset::Asked));
    assert_eq!(reset_by(&bench, &keys, &one, &lost).await, Err("account-reset-same"));
    assert_eq!(reset_by(&bench, &keys, &one, &one.account).await, Err("account-own"));
    assert_eq!(recovery_codes_left(&bench.work(), &lost).await.expect("counts"), 8, "asking alone changes nothing");
    assert_eq!(reset_by(&bench, &keys, &two, &lost).await, Ok(Reset::Done));
    assert_eq!(reset_by(&bench, &keys, &two, &lost).await, Err("account-not-active"), "once");

    bench.clock.advance(Duration::from_secs(60));
    let refused = enter(&bench, &keys, "penyemak@example.test", PASSWORD, &code(&bench, &setup, 0)).await;
    assert_eq!(refused.expect_err("the old secrets").code(), "sign-in-refused");
    let (work, typed) = (bench.work(), Password::typed(PASSWORD));
    let paper = SecondFactor::Recovery(code_on_paper);
    let refused = sign_in(&work, &keys, &email("penyemak@example.test"), &typed, &paper, None).await;
    assert_eq!(refused.expect_err("the old paper").code(), "sign-in-refused");
    let invitation = link(&work, &keys, &lost).await.expect("derives").expect("open");
    let (_, token) = activate(&bench, &keys, invitation.expose()).await;
    assert!(session(&work, token.expose()).await.expect("reads").expect("open").officer::<EkycReviewer>().is_ok());
}

#[tokio::test]
async fn two_administrators_who_confirm_at_once_reset_once_and_a_wish_ends_after_a_day() {
    let (bench, keys) = (bench().await, keys());
    let (_, token) = first(&bench, &keys).await;
    let one = opened(&bench, &token).await;
    let (_, _, two) = colleague(&bench, &keys, &one, "dua@example.test", Role::Admin).await;
    let two = opened(&bench, &two).await;
    let (_, _, three) = colleague(&bench, &keys, &one, "tiga@example.test", Role::Admin).await;
    let three = opened(&bench, &three).await;
    let (lost, ..) = colleague(&bench, &keys, &one, "penyemak@example.test", Role::EkycReviewer).await;
    assert_eq!(reset_by(&bench, &keys, &one, &lost).await, Ok(Reset::Asked));
    let both = tokio::join!(reset_by(&bench, &keys, &two, &lost), reset_by(&bench, &keys, &three, &lost));
    let done = [both.0, both.1].into_iter().filter(|done| *done == Ok(Reset::Done)).count();
    assert_eq!(done, 1, "{both:?}");
}

#[tokio::test]
async fn the_only_administrator_left_helps_a_colleague_alone() {
    let (bench, keys) = (bench().await, keys());
    let (_, token) = first(&bench, &keys).await;
    let one = opened(&bench, &token).await;
    let (lost, _, open) = colleague(&bench, &keys, &one, "dua@example.test", Role::Admin).await;
    assert_eq!(reset_by(&bench, &keys, &one, &lost).await, Ok(Reset::Done));
    assert!(session(&bench.work(), open.expose()).await.expect("reads").is_none(), "its sessions are over");
    let again = link(&bench.work(), &keys, &lost).await.expect("derives").expect("open");
    let (_, token) = activate(&bench, &keys, again.expose()).await;
    assert!(session(&bench.work(), token.expose()).await.expect("reads").is_some());
}

#[tokio::test]
async fn a_recovery_code_stands_in_for_the_phone_once() {
    let (bench, keys) = (bench().await, keys());
    let (_, token) = first(&bench, &keys).await;
    let work = bench.work();
    let open = session(&work, token.expose()).await.expect("reads").expect("open");
    let codes = make_recovery_codes(&work, &keys, &open, open.fresh(work.now).expect("fresh")).await.expect("makes");
    let paper = |at: usize| RecoveryCode::parse(&codes[at].expose().to_lowercase()).expect("a code, however typed");
    let enter = async |password: &str, code: &RecoveryCode| {
        let (typed, paper) = (Password::typed(password), SecondFactor::Recovery(code.clone()));
        sign_in(&bench.work(), &keys, &email("admin@example.test"), &typed, &paper, None).await
    };
    assert_eq!(enter("wrong", &paper(0)).await.expect_err("no password").code(), "sign-in-refused");
    assert_eq!(recovery_codes_left(&work, &open.account).await.expect("counts"), 8, "a wrong password spends none");
    let one = paper(0);
    let both = tokio::join!(enter(PASSWORD, &one), enter(PASSWORD, &one));
    assert_eq!([both.0.is_ok(), both.1.is_ok()].into_iter().filter(|won| *won).count(), 1, "once");
    assert_eq!(enter(PASSWORD, &one).await.expect_err("used").code(), "sign-in-refused");
    let invented = RecoveryCode::parse("AAAA-BBBB-CCCC").expect("a form");
    assert_eq!(enter(PASSWORD, &invented).await.expect_err("invented").code(), "sign-in-refused");
    let newer = make_recovery_codes(&work, &keys, &open, open.fresh(work.now).expect("fresh")).await.expect("makes");
    assert_eq!(enter(PASSWORD, &paper(1)).await.expect_err("replaced").code(), "sign-in-refused");
    let newest = RecoveryCode::parse(newer[1].expose()).expect("a code");
    enter(PASSWORD, &newest).await.expect("signs in");
    assert!(RecoveryCode::parse("ABCD-EFGH").is_none() && RecoveryCode::parse("ABCD-EFGH-JKL0").is_none());
}
