//! From consent to submission, and everything that goes wrong on the way.

use mohor_shared::specimen::{Shot, jpeg};

use super::*;
use crate::ekyc::testing::{NUMBER, bearer, studio, upload};
use crate::kernel::error::Fault as _;

const DAY: u64 = 24 * 3600;

#[tokio::test]
async fn a_capture_is_taken_up_where_it_was_left() {
    let world = world().await;
    let person = world.someone().await;
    let [front, back, selfie] = specimens();
    let capture = world.start(&person).await.expect("opens");
    assert_eq!((capture.prompts.len(), capture.taken.len()), (1, 0));
    assert_eq!(progress(&world.work(), &person).await.expect("reads"), Some((0, 3)));
    world.put(&person, &capture, Slot::Front, &front).await.expect("takes");
    // The network was lost after the server had it: the same picture again is no error.
    world.put(&person, &capture, Slot::Front, &front).await.expect("takes it again");
    world.later(601);
    let refused = world.put(&person, &capture, Slot::Back, &back).await.expect_err("ten minutes are over");
    assert_eq!(refused.code(), "ekyc-challenge-over");
    let again = world.start(&person).await.expect("goes on");
    assert_eq!((&again.id, again.taken.as_slice()), (&capture.id, [Slot::Front].as_slice()));
    assert_ne!(again.nonce.expose(), capture.nonce.expose());
    world.put(&person, &again, Slot::Back, &back).await.expect("takes");
    assert_eq!(progress(&world.work(), &person).await.expect("reads"), Some((2, 3)));
    let refused = world.submit(&person, &again).await.expect_err("incomplete");
    assert!(matches!(refused, CaptureError::Missing(Slot::Selfie)));
    world.put(&person, &again, Slot::Selfie, &selfie).await.expect("takes");
    world.submit(&person, &again).await.expect("submits");
    assert_eq!(world.status(&person).await, Status::InReview);
    assert_eq!(world.shelf.names().len(), 3, "the picture that was replaced is gone");
    assert_eq!(progress(&world.work(), &person).await.expect("reads"), None, "nothing is open");
}

/// One picture shows one movement: the person is asked for one, whichever comes, and each of them comes.
#[tokio::test]
async fn a_challenge_asks_for_one_movement_that_a_picture_can_show() {
    let world = world().await;
    let person = world.someone().await;
    let mut asked = std::collections::BTreeSet::new();
    for _ in 0..64 {
        let capture = world.start(&person).await.expect("goes on");
        let [prompt] = capture.prompts[..] else { panic!("{:?}", capture.prompts) };
        asked.insert(prompt);
    }
    assert_eq!(asked.into_iter().collect::<Vec<_>>(), ["closer", "look-up", "turn-left", "turn-right"]);
}

/// The reviewer sees where a picture is from, and what the person sent although they were told.
#[tokio::test]
async fn a_picture_from_a_file_and_one_that_was_sent_anyway_are_told_to_the_reviewer() {
    let world = world().await;
    let person = world.someone().await;
    let capture = world.start(&person).await.expect("opens");
    let dark = jpeg(&Shot { exposure: 0.1, ..Shot::default() }.of(&studio().front(&bearer("Ane Lim", NUMBER))));
    let nonce = capture.nonce.expose();
    let anyway = Upload { anyway: true, ..upload(&capture.id, nonce, Slot::Front, &dark) };
    put_image(&world.work(), &keys(), &*world.shelf, &person, anyway).await.expect("the reviewer decides");
    let [_, back, selfie] = specimens();
    world.put(&person, &capture, Slot::Back, &back).await.expect("takes");
    let file = Upload { source: Source::File, ..upload(&capture.id, nonce, Slot::Selfie, &selfie) };
    put_image(&world.work(), &keys(), &*world.shelf, &person, file).await.expect("takes");
    world.submit(&person, &capture).await.expect("submits");
    world.examine(0).await;
    let reviewer = world.reviewer();
    let id = next(&world.work(), &reviewer).await.expect("reads").expect("a case");
    let case = case(&world.work(), &keys(), &reviewer, &id).await.expect("shows");
    let told: Vec<_> = case.pictures.iter().map(|one| (one.slot, one.source, one.faults.is_empty())).collect();
    let expected =
        [(Slot::Front, Source::Camera, false), (Slot::Back, Source::Camera, true), (Slot::Selfie, Source::File, true)];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn yesterday_s_challenge_and_another_person_s_are_refused() {
    let world = world().await;
    let (person, other) = (world.someone().await, world.person("Tan Mei Ling", "880930140004").await);
    let [front, ..] = specimens();
    let capture = world.start(&person).await.expect("opens");
    let refused = world.put(&other, &capture, Slot::Front, &front).await.expect_err("not theirs");
    assert_eq!(refused.code(), "ekyc-capture-over");
    let guessed = upload(&capture.id, "guess", Slot::Front, &front);
    let refused = put_image(&world.work(), &keys(), &*world.shelf, &person, guessed).await.expect_err("guessed");
    assert_eq!(refused.code(), "ekyc-challenge-over");
    world.later(DAY);
    let refused = world.put(&person, &capture, Slot::Front, &front).await.expect_err("yesterday's");
    assert_eq!(refused.code(), "ekyc-challenge-over");
    let refused = world.submit(&person, &capture).await.expect_err("yesterday's and empty");
    assert_eq!(refused.code(), "ekyc-picture-missing");
    world.later(7 * DAY);
    let refused = world.put(&person, &capture, Slot::Front, &front).await.expect_err("a week later");
    assert_eq!(refused.code(), "ekyc-capture-over");
    assert_ne!(world.start(&person).await.expect("a new one").id, capture.id);
    assert!(world.shelf.names().is_empty(), "nothing that was refused is kept");
}

#[tokio::test]
async fn without_consent_there_is_no_capture() {
    let world = world().await;
    let person = world.someone().await;
    for version in ["", "2001-01"] {
        let refused = start(&world.work(), &person, &consent(), version).await.expect_err("no consent");
        assert_eq!(refused.code(), "ekyc-consent-missing");
    }
}

#[tokio::test]
async fn five_captures_a_day_and_going_on_counts_nothing() {
    let world = world().await;
    let person = world.someone().await;
    let reviewer = world.reviewer();
    for _ in 0..5 {
        world.start(&person).await.expect("opens");
        world.start(&person).await.expect("goes on");
        world.waiting(&person).await;
        world.decide(&reviewer, &Decision::Reject(Reason::Expired)).await.expect("decides");
        world.later(1);
    }
    assert_eq!(world.start(&person).await.expect_err("the sixth").code(), "too-many-tries");
    world.later(DAY);
    world.start(&person).await.expect("tomorrow");
}

#[tokio::test]
async fn what_is_no_picture_is_refused_and_nothing_is_kept() {
    let world = world().await;
    let person = world.someone().await;
    let capture = world.start(&person).await.expect("opens");
    let [front, ..] = specimens();
    let huge = vec![0xFF; mohor_shared::picture::MAX_BYTES + 1];
    for (sent, code) in [
        (b"%PDF-1.7 not a picture".as_slice(), "picture-unreadable"),
        (b"GIF89a", "picture-unreadable"),
        (&front[..front.len() / 3], "picture-unreadable"),
        (&huge, "picture-too-large"),
        (b"", "picture-unreadable"),
    ] {
        let refused = world.put(&person, &capture, Slot::Front, sent).await.expect_err(code);
        assert_eq!(refused.code(), code);
    }
    assert!(world.shelf.names().is_empty());
}

#[tokio::test]
async fn a_bad_picture_is_sent_back_twice_and_then_left_to_the_reviewer() {
    let world = world().await;
    let person = world.someone().await;
    let capture = world.start(&person).await.expect("opens");
    let card = studio().front(&bearer("Ane Lim", NUMBER));
    let good = Shot::default();
    let blurred = jpeg(&Shot { blur: 6.0, ..good }.of(&card));
    for (shot, code) in [
        (Shot { exposure: 0.1, ..good }, "picture-too-dark"),
        (Shot { upside_down: true, ..good }, "picture-upside-down"),
    ] {
        let refused = world.put(&person, &capture, Slot::Front, &jpeg(&shot.of(&card))).await.expect_err(code);
        assert_eq!(refused.code(), code);
    }
    world.put(&person, &capture, Slot::Front, &blurred).await.expect("a program keeps nobody out");
    let [_, back, selfie] = specimens();
    world.put(&person, &capture, Slot::Back, &back).await.expect("takes");
    world.put(&person, &capture, Slot::Selfie, &selfie).await.expect("takes");
    world.submit(&person, &capture).await.expect("submits");
    world.examine(0).await;
    let reviewer = world.reviewer();
    let id = next(&world.work(), &reviewer).await.expect("reads").expect("a case");
    let case = case(&world.work(), &keys(), &reviewer, &id).await.expect("shows");
    let front = case.pictures.iter().find(|one| one.slot == Slot::Front).expect("the front");
    assert!(front.faults.contains(&"blurred".to_owned()), "{:?}", front.faults);
    let selfie = case.pictures.iter().find(|one| one.slot == Slot::Selfie).expect("the face");
    assert_eq!(selfie.prompts, capture.prompts, "the reviewer sees what was asked");
}

#[tokio::test]
async fn two_submissions_at_once_are_one() {
    let world = world().await;
    let person = world.someone().await;
    let capture = world.start(&person).await.expect("opens");
    for (slot, sent) in Slot::ALL.into_iter().zip(specimens()) {
        world.put(&person, &capture, slot, &sent).await.expect("takes");
    }
    let both = tokio::join!(world.submit(&person, &capture), world.submit(&person, &capture));
    assert!(both.0.is_ok() && both.1.is_ok(), "whoever comes second is not told that anything is over: {both:?}");
    let desk = desk(&world.work(), &world.reviewer()).await.expect("reads");
    assert_eq!(desk.waiting, 1);
    assert_eq!(world.start(&person).await.expect_err("under review").code(), "ekyc-in-review");
}

#[tokio::test]
async fn of_two_pictures_of_one_side_at_once_one_is_kept() {
    let world = world().await;
    let person = world.someone().await;
    let capture = world.start(&person).await.expect("opens");
    let [front, ..] = specimens();
    let put = || world.put(&person, &capture, Slot::Front, &front);
    let all = tokio::join!(put(), put(), put());
    assert!(all.0.is_ok() && all.1.is_ok() && all.2.is_ok(), "{all:?}");
    assert_eq!(world.shelf.names().len(), 1, "no file is left that no row owns");
}

#[tokio::test]
async fn a_picture_that_is_asked_for_again_is_kept_until_the_new_one_has_come() {
    let world = world().await;
    let person = world.someone().await;
    world.waiting(&person).await;
    let retake = Decision::Retake(Reason::Unreadable, vec![Slot::Front]);
    world.decide(&world.reviewer(), &retake).await.expect("decides");
    let capture = world.start(&person).await.expect("opens again");
    assert_eq!((capture.taken.len(), world.shelf.names().len()), (2, 3));
    let [front, ..] = specimens();
    world.put(&person, &capture, Slot::Front, &front).await.expect("takes");
    assert_eq!(world.shelf.names().len(), 3, "the new one instead of the old one");
}

#[tokio::test]
async fn what_hides_in_a_picture_is_not_kept() {
    let world = world().await;
    let person = world.someone().await;
    let capture = world.start(&person).await.expect("opens");
    let [mut front, ..] = specimens();
    front.extend_from_slice(b"%PDF-1.7 PK\x03\x04 <script>alert(1)</script>");
    world.put(&person, &capture, Slot::Front, &front).await.expect("the picture itself is fine");
    for (slot, sent) in Slot::ALL.into_iter().zip(specimens()).skip(1) {
        world.put(&person, &capture, slot, &sent).await.expect("takes");
    }
    world.submit(&person, &capture).await.expect("submits");
    world.examine(0).await;
    let reviewer = world.reviewer();
    let id = next(&world.work(), &reviewer).await.expect("reads").expect("a case");
    let look = Look { id: &id, slot: Slot::Front, mark: "Penyemak", flat: false };
    let seen = picture(&world.work(), &keys(), &*world.shelf, &reviewer, look).await.expect("opens");
    assert!(seen.starts_with(JPEG), "how the pictures that we write begin");
    for hidden in [b"%PDF".as_slice(), b"PK\x03\x04", b"<script"] {
        assert!(!seen.windows(hidden.len()).any(|window| window == hidden));
    }
}

/// Ten bytes: noise of any length does not hold them by chance.
const JPEG: &[u8] = b"\xFF\xD8\xFF\xE0\0\x10JFIF";

#[tokio::test]
async fn pictures_at_rest_are_noise_and_belong_to_one_case() {
    let world = world().await;
    let person = world.someone().await;
    let id = world.waiting(&person).await;
    let names = world.shelf.names();
    for name in &names {
        let raw = world.shelf.raw(name);
        assert!(!raw.windows(JPEG.len()).any(|window| window == JPEG), "no JPEG lies open");
    }
    // Somebody with the disk swaps the pictures of two slots: neither opens.
    let (one, other) = (world.shelf.raw(&names[0]), world.shelf.raw(&names[1]));
    world.shelf.set(&names[0], other);
    world.shelf.set(&names[1], one);
    let (work, reviewer) = (world.work(), world.reviewer());
    assert_eq!(next(&work, &reviewer).await.expect("reads").as_ref(), Some(&id));
    let mut opened = 0;
    for slot in Slot::ALL {
        let look = Look { id: &id, slot, mark: "Penyemak", flat: false };
        opened += usize::from(picture(&work, &keys(), &*world.shelf, &reviewer, look).await.is_ok());
    }
    assert_eq!(opened, 1, "the two that were swapped stay closed, the third opens");
}

#[tokio::test]
async fn pictures_end_when_their_time_is_over() {
    let world = world().await;
    let person = world.someone().await;
    world.waiting(&person).await;
    world.decide(&world.reviewer(), &approval()).await.expect("decides");
    let abandoned = world.person("Tan Mei Ling", "880930140004").await;
    let capture = world.start(&abandoned).await.expect("opens");
    let [front, ..] = specimens();
    world.put(&abandoned, &capture, Slot::Front, &front).await.expect("takes");
    let keep = Duration::from_secs(90 * DAY);
    assert_eq!(sweep(&world.work(), &*world.shelf, keep).await.expect("sweeps"), 0);
    assert_eq!(world.shelf.names().len(), 4);
    world.later(8 * DAY);
    assert_eq!(sweep(&world.work(), &*world.shelf, keep).await.expect("sweeps"), 1, "the abandoned one");
    assert_eq!(world.shelf.names().len(), 3);
    world.later(90 * DAY);
    assert_eq!(sweep(&world.work(), &*world.shelf, keep).await.expect("sweeps"), 1);
    assert_eq!(sweep(&world.work(), &*world.shelf, keep).await.expect("sweeps"), 0);
    assert!(world.shelf.names().is_empty());
    assert!(matches!(world.status(&person).await, Status::Approved { .. }), "the decision stays");
}

#[tokio::test]
async fn a_phone_number_of_another_country_leads_to_the_manual_path() {
    let world = world().await;
    let work = world.work();
    let person = world.someone().await;
    for (number, served) in [("+6591234567", false), ("+8613800138000", true)] {
        let mut tx = work.write().await.expect("begins");
        let phone = person::Phone::parse(number).expect("a number");
        person::propose_contact(&work, &mut tx, &person, phone).await.expect("proposes");
        tx.commit().await.expect("commits");
        match world.start(&person).await {
            Ok(_) => assert!(served, "{number}"),
            Err(refused) => assert_eq!((refused.code(), served), ("ekyc-manual-path", false), "{number}"),
        }
    }
}
