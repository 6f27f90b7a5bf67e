//! Files made to be hard work.

use lopdf::{Dictionary, ObjectId, Stream, dictionary};

use super::super::increment::Increment;
use super::tampered::{Scene, alter};
use super::*;

fn root(change: &Increment<'_, '_>) -> (ObjectId, Dictionary) {
    change.head().catalog().unwrap()
}

fn store(change: &Increment<'_, '_>) -> ObjectId {
    root(change).1.get(b"DSS").unwrap().as_reference().unwrap()
}

/// The newest revision brings a chain of a hundred thousand objects, each naming the next, by way of `place`.
fn chain(head: &[u8], place: impl FnOnce(&mut Increment<'_, '_>, ObjectId)) -> Vec<u8> {
    alter(head, |change| {
        let first = change.number();
        (1..100_000).fold(first, |from, _| {
            let to = change.number();
            change.put(from, dictionary! { "Next" => to });
            to
        });
        place(change, first);
    })
}

#[test]
fn a_hundred_thousand_links_are_followed_on_a_small_stack() {
    let scene = Scene::new();
    let stamp = chain(scene.last(), |change, first| {
        let stamp = change.add(Stream::new(dictionary! { "Next" => first }, Vec::new()));
        let store = store(change);
        let index = change.change(store).unwrap().get_mut(b"VRI").unwrap().as_dict_mut().unwrap();
        index.set("A".repeat(40), dictionary! { "TS" => stamp });
    });
    let extensions = chain(scene.last(), |change, first| {
        let (root, _) = root(change);
        change.change(root).unwrap().set("Extensions", first);
    });
    for (forged, status) in [(stamp, Status::ValidExtended), (extensions, Status::Modified)] {
        let trust = scene.world.trust();
        let judging = std::thread::Builder::new().stack_size(2 << 20).spawn(move || verify(&forged, &trust)).unwrap();
        assert_eq!(judging.join().unwrap().status, status);
    }
}
