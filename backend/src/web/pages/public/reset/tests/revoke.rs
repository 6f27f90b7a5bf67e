//! The end of a certificate: by the person with the proof of a reset, and by two officers at the counter.

use super::*;
use crate::account::Role;
use crate::account::testing::signed_in;
use crate::certificate::{self, RevocationReason, Status};

async fn standing(world: &World) -> Status {
    let work = world.bench.work();
    let leaf = certificate::all_for(&work, &world.phone.person).await.expect("reads").pop().expect("a certificate");
    certificate::status(&work, &leaf.serial).await.expect("reads")
}

async fn is_revoked_for(world: &World, reason: RevocationReason) {
    let Status::Revoked(revoked) = standing(world).await else { panic!("it is not revoked") };
    assert_eq!(revoked.reason, reason);
}

#[tokio::test]
async fn the_proof_of_a_reset_ends_the_certificate_once_and_only_when_it_is_meant() {
    let mut world = world().await;
    let path = world.proven().await;
    let door = format!("{path}/sijil");
    for (fields, words) in [
        (&[("faham", "ya")][..], "Sila pilih"),
        (&[("sebab", "key-compromise")], "Sila tandakan"),
        (&[("sebab", "superseded"), ("faham", "ya")], "Sila pilih"),
    ] {
        world.browser.get(&path).await;
        let refused = world.browser.post(&door, fields).await;
        assert!(refused.status == 422 && refused.body.contains(words), "{}: {}", refused.status, refused.body);
        assert_eq!(standing(&world).await, Status::Good);
    }
    // The address of the proof is worth nothing in another browser.
    let mut stranger = Browser::at(&world.doors);
    stranger.get(ASK).await;
    let meant = [("sebab", "key-compromise"), ("faham", "ya")];
    assert_eq!(stranger.post(&door, &meant).await.status, 404);
    assert_eq!(standing(&world).await, Status::Good);

    world.browser.get(&path).await;
    let done = world.browser.post(&door, &meant).await;
    assert_eq!((done.status.as_u16(), done.header(LOCATION.as_str())), (303, "/set-semula-pin/sijil-dibatalkan"));
    is_revoked_for(&world, RevocationReason::KeyCompromise).await;
    let told = world.browser.get("/set-semula-pin/sijil-dibatalkan").await;
    assert!(told.body.contains("Sijil digital anda telah dibatalkan"), "{}", told.body);
    // The proof is used up: for a second revocation and for a new PIN alike.
    for path in [&door, &path] {
        let again = world.browser.post(path, &meant).await;
        assert_ne!(again.status, 303, "{path}");
    }
    let trail = crate::audit::recent(&world.bench.work(), "").await.expect("the trail");
    let entry = trail.iter().find(|entry| entry.kind == "certificate.revoked").expect("an entry");
    assert_eq!(entry.actor, format!("person:{}", world.phone.person));
}

#[tokio::test]
async fn two_officers_end_a_certificate_at_the_counter_and_nobody_else() {
    let world = world().await;
    let desk = format!("/kakitangan/kaunter/{}", world.phone.person);
    let work = world.bench.work();
    let serial = certificate::all_for(&work, &world.phone.person).await.expect("reads").remove(0).serial;
    let mut officers = Vec::new();
    for role in [Role::RegistrationOfficer, Role::RegistrationOfficer, Role::EkycReviewer] {
        let mut browser = Browser::at(&world.doors);
        browser.get("/").await;
        let token = signed_in(&work, role, None).await;
        browser.cookies.insert("__Host-sesi".to_owned(), token.expose().clone());
        officers.push(browser);
    }
    let [one, two, reviewer] = officers.as_mut_slice() else { panic!("three") };
    let sijil = ("sijil", serial.as_str());
    let page = one.get(&desk).await;
    assert!(page.body.contains(&serial) && page.body.contains("Batalkan sijil"), "{}", page.body);
    let unreasoned = one.post(&desk, &[("aksi", "minta-batal"), sijil]).await;
    assert_eq!(unreasoned.status, 422, "{}", unreasoned.body);
    one.get(&desk).await;
    let asked = one.post(&desk, &[("aksi", "minta-batal"), sijil, ("sebab", "affiliation-changed")]).await;
    assert_eq!(asked.status, 303, "{}", asked.body);
    let page = one.get(&desk).await;
    assert!(page.body.contains("Pembatalan diminta pada"), "{}", page.body);
    let alone = one.post(&desk, &[("aksi", "sahkan-batal"), sijil]).await;
    assert!(alone.status == 422 && alone.body.contains("Pegawai kedua mesti mengesahkan"), "{}", alone.body);
    assert_eq!(reviewer.get(&desk).await.status, 403);
    assert_eq!(standing(&world).await, Status::Good);
    two.get(&desk).await;
    // A serial number of somebody else, or of the authority itself, is not at this desk.
    let foreign = world.doors.desk.authority.tsa().leaf().serial.clone();
    for stray in [foreign.as_str(), "00ff", ""] {
        two.get(&desk).await;
        assert_eq!(two.post(&desk, &[("aksi", "sahkan-batal"), ("sijil", stray)]).await.status, 404, "{stray}");
    }
    two.get(&desk).await;
    assert_eq!(two.post(&desk, &[("aksi", "sahkan-batal"), sijil]).await.status, 303);
    is_revoked_for(&world, RevocationReason::AffiliationChanged).await;
    let page = two.get(&desk).await;
    assert!(page.body.contains("Dibatalkan pada") && !page.body.contains("Sahkan pembatalan"), "{}", page.body);
}
