//! Pictures on their way: agreed to, taken up again, cut off by the network.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use mohor_phone::{SecureStore, Source};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;
use crate::audit;

#[tokio::test]
async fn what_is_agreed_to_is_the_text_that_was_read() {
    let world = world().await;
    let person = world.person().await;
    let phone = world.bound(&person).await;
    let read = phone.consent().await.expect("the text");
    assert_eq!(read.version, phone.consent().await.expect("the same text").version);
    assert!(read.text.contains("bersetuju secara nyata"), "{}", read.text);
    for other in ["", "2001-01"] {
        let refused = phone.capture(other).await.expect_err("another text");
        assert_eq!(refused.code(), Some("ekyc-consent-missing"), "{other}");
        assert!(phone.open_capture().expect("reads").is_none());
    }
    let phone = phone.speaking("en");
    let english = phone.consent().await.expect("the text");
    assert_ne!(read.version, english.version, "the version names the very words");
    assert!(english.text.contains("you explicitly agree"), "in the language of the app: {}", english.text);
    phone.capture(&english.version).await.expect("opens");
    let trail = audit::recent(&world.work(), "").await.expect("the trail");
    let started = trail.iter().find(|entry| entry.kind == "ekyc.started").expect("noted");
    assert!(started.facts.contains(&format!("\"consent\":\"{}\"", english.version)), "{}", started.facts);
}

#[tokio::test]
async fn a_capture_is_taken_up_again_and_one_that_is_over_begins_anew() {
    let world = world().await;
    let person = world.person().await;
    let phone = world.bound(&person).await;
    phone.me().await.expect("learns the time");
    let agreed = phone.consent().await.expect("the text").version;
    let first = phone.capture(&agreed).await.expect("opens");
    let [front, back, selfie] = specimens();
    phone.send_picture("front", Source::Camera, front.clone()).await.expect("sends");
    let again = phone.capture("").await.expect("takes up, agreed to already");
    assert_eq!((&again.id, again.sent.as_slice()), (&first.id, ["front".to_owned()].as_slice()));
    assert_eq!(phone.hand_in().await.expect_err("not all").code(), Some("ekyc-picture-missing"));
    assert!(matches!(phone.send_picture("passport", Source::Camera, front).await, Err(PhoneError::NoCapture)));
    for (slot, sent) in [("back", back), ("selfie", selfie)] {
        phone.send_picture(slot, Source::Camera, sent).await.expect("sends");
    }
    phone.hand_in().await.expect("hands in");
    assert!(phone.open_capture().expect("reads").is_none());
}

/// "Sambung eKYC (1 daripada 3)": an hour later the pictures are still there, and what was agreed to is not asked again.
#[tokio::test]
async fn a_capture_goes_on_after_its_challenge_with_what_was_agreed_to() {
    let world = world().await;
    let person = world.person().await;
    let phone = world.bound(&person).await;
    let clock = Arc::new(PhoneAt(AtomicI64::new(world.work().now.seconds())));
    let phone = phone.with_clock(clock.clone());
    phone.me().await.expect("learns the time");
    assert_eq!(phone.standing().await.expect("answers").ekyc_open, None);
    let agreed = phone.consent().await.expect("the text").version;
    let first = phone.capture(&agreed).await.expect("opens");
    assert_eq!(first.prompts.len(), 1, "one movement for one picture");
    let [front, back, _] = specimens();
    phone.send_picture("front", Source::Camera, front).await.expect("sends");
    let open = phone.standing().await.expect("answers").ekyc_open.expect("it is open");
    assert_eq!((open.taken, open.needed), (1, 3));
    world.bench.clock.advance(Duration::from_secs(3600));
    clock.0.fetch_add(3600, Ordering::SeqCst);
    let late = phone.send_picture("back", Source::Camera, back.clone()).await.expect_err("the challenge has ended");
    assert!(matches!(late, PhoneError::NoCapture), "{late:?}");
    let again = phone.capture("").await.expect("goes on");
    assert_eq!((&again.id, again.sent.as_slice()), (&first.id, ["front".to_owned()].as_slice()));
    phone.send_picture("back", Source::File, back).await.expect("sends");
    let trail = audit::recent(&world.work(), "").await.expect("the trail");
    let noted = |kind: &str| trail.iter().filter(|entry| entry.kind == kind).count();
    assert_eq!((noted("ekyc.started"), noted("ekyc.resumed")), (1, 1));
}

/// A clock in somebody's hand.
struct PhoneAt(AtomicI64);

impl PhoneClock for PhoneAt {
    fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// Everything passes.
const WHOLE: usize = usize::MAX;

/// The line between phones and server: after so many bytes of what the phone says it breaks, once.
#[derive(Clone)]
struct Line(Arc<AtomicUsize>);

impl Line {
    /// Listens in front of the server at `to`.
    #[expect(clippy::disallowed_methods, reason = "the line ends with the test")]
    fn lay(listener: TcpListener, to: std::net::SocketAddr) -> Self {
        let line = Self(Arc::new(AtomicUsize::new(WHOLE)));
        let laid = line.clone();
        tokio::spawn(async move {
            while let Ok((phone, _)) = listener.accept().await {
                let line = laid.clone();
                tokio::spawn(async move { line.carry(phone, to).await });
            }
        });
        line
    }

    async fn carry(&self, phone: TcpStream, to: std::net::SocketAddr) {
        let server = TcpStream::connect(to).await.expect("the server listens");
        let (mut said, mut heard) = phone.into_split();
        let (mut answers, mut asked) = server.into_split();
        let out = async {
            let mut buffer = [0; 1024];
            while let Ok(read) = said.read(&mut buffer).await
                && read > 0
            {
                match self.0.load(Ordering::SeqCst) {
                    WHOLE => {}
                    left if left > read => self.0.store(left - read, Ordering::SeqCst),
                    _ => return self.0.store(WHOLE, Ordering::SeqCst),
                }
                asked.write_all(&buffer[..read]).await.expect("the server hears");
            }
        };
        tokio::select! {
            () = out => {}
            _ = tokio::io::copy(&mut answers, &mut heard) => {}
        }
    }
}

/// EKYC-4: the network goes in the middle of the second picture, then the app is closed. Nothing is taken anew.
#[tokio::test]
async fn a_picture_cut_off_on_its_way_is_sent_again_after_the_app_was_closed() {
    let (front_door, listener) = (
        TcpListener::bind("127.0.0.1:0").await.expect("a port"),
        TcpListener::bind("127.0.0.1:0").await.expect("a port"),
    );
    let origin = format!("http://{}", front_door.local_addr().expect("an address"));
    let line = Line::lay(front_door, listener.local_addr().expect("an address"));
    let world = world_at(listener, origin).await;
    let person = world.person().await;
    let (_, code) = invited(&world.work(), &*world.doors.keystore, &person).await;

    let folder = tempfile::tempdir().expect("a folder");
    let keyring: Arc<dyn SecureStore> = Arc::new(MemoryStore::default());
    let open = || {
        let records = Records::open(&folder.path().join("records.db")).expect("records");
        Phone::new(&world.origin, keyring.clone(), records).expect("a phone")
    };
    let phone = open();
    phone.enrol(IC, PASSWORD, &code).await.expect("binds");
    let consent = phone.consent().await.expect("the text");
    let first = phone.capture(&consent.version).await.expect("opens");
    let [front, back, selfie] = specimens();
    phone.send_picture("front", Source::Camera, front).await.expect("sends");

    assert!(back.len() > 12_000, "a picture of {} bytes is no test", back.len());
    line.0.store(10_000, Ordering::SeqCst);
    let lost = phone.send_picture("back", Source::Camera, back.clone()).await.expect_err("cut off");
    assert!(matches!(lost, PhoneError::Network(_)), "{lost:?}");
    assert_eq!(line.0.load(Ordering::SeqCst), WHOLE, "the line broke and was mended");
    drop(phone);

    let phone = open();
    let again = phone.capture("").await.expect("takes up");
    assert_eq!((&again.id, again.sent.as_slice()), (&first.id, ["front".to_owned()].as_slice()));
    for (slot, bytes) in [("back", back), ("selfie", selfie)] {
        phone.send_picture(slot, Source::Camera, bytes).await.expect("sends");
    }
    phone.hand_in().await.expect("hands in");
    assert_eq!(phone.me().await.expect("answers").ekyc, "DALAM_SEMAKAN");
}
