//! Pictures of pages on the review page, kept by the digest of the document (SCR-2).
//!
//! A picture is drawn from the bytes that the turn is about, never from anything else: the page asks for it with
//! the first digits of the digest that it shows, and a document that has changed since has no pictures under the old one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::document::picture::{self, PictureError, WIDTHS};
use crate::hims::{self, TurnRefused};
use crate::web::Doors;
use crate::web::guard::AtTurn;
use crate::web::pages::form::Form;
use crate::web::problem::{DoorFault, Problem};

use super::views::MARK;

/// Pictures at most kept, in bytes: some hundred pages.
const ROOM: usize = 48 * 1024 * 1024;
/// Pictures drawn at once: whoever signs comes before whoever scrolls.
const AT_ONCE: usize = 2;

/// Digest of the document, page, width.
type Key = ([u8; 32], usize, u16);

/// The pictures that were drawn lately.
pub struct Gallery {
    kept: Mutex<Kept>,
    drawing: Semaphore,
}

#[derive(Default)]
struct Kept {
    pictures: BTreeMap<Key, (Bytes, u64)>,
    bytes: usize,
    clock: u64,
}

impl Default for Gallery {
    fn default() -> Self {
        Self { kept: Mutex::default(), drawing: Semaphore::new(AT_ONCE) }
    }
}

impl Gallery {
    fn get(&self, key: &Key) -> Option<Bytes> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clock += 1;
        let now = kept.clock;
        kept.pictures.get_mut(key).map(|(picture, used)| {
            *used = now;
            picture.clone()
        })
    }

    fn put(&self, key: Key, picture: Bytes, room: usize) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clock += 1;
        let now = kept.clock;
        kept.bytes += picture.len();
        if let Some((before, _)) = kept.pictures.insert(key, (picture, now)) {
            kept.bytes -= before.len();
        }
        while kept.bytes > room {
            let Some(oldest) = kept.pictures.iter().min_by_key(|(_, (_, used))| *used).map(|(key, _)| *key) else {
                break;
            };
            let gone = kept.pictures.remove(&oldest).map_or(0, |(picture, _)| picture.len());
            kept.bytes -= gone;
        }
    }
}

/// `/t/{token}/halaman/{n}?lebar=900&dok=<first digits of the digest>`: one page of the document, as a PNG.
pub async fn show(
    State(doors): State<Arc<Doors>>,
    at: AtTurn,
    Path((_, number)): Path<(String, usize)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let query = Form::decode(query.unwrap_or_default().as_bytes(), at.visit.lang);
    let width = WIDTHS.into_iter().find(|width| query.holds("lebar", &width.to_string())).ok_or(DoorFault::Missing)?;
    let facts = hims::turn_facts(&at.work, &at.session).await?;
    if query.value("dok") != &hex::encode(facts.head.sha256)[..MARK] {
        return Err(TurnRefused::HeadChanged.into());
    }
    let key = (facts.head.sha256, number, width);
    let picture = match doors.gallery.get(&key) {
        Some(picture) => picture,
        None => draw(&doors, &at, key).await?,
    };
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("image/png"))], picture).into_response())
}

async fn draw(doors: &Doors, at: &AtTurn, key: Key) -> Result<Bytes, Problem> {
    let _turn = doors.gallery.drawing.acquire().await.map_err(|_| DoorFault::Failed)?;
    if let Some(picture) = doors.gallery.get(&key) {
        return Ok(picture);
    }
    let bytes = hims::turn_document(&at.work, &*doors.blobs, &at.session).await??;
    if Sha256::digest(&bytes)[..] != key.0 {
        return Err(TurnRefused::HeadChanged.into());
    }
    let drawn = spawn_blocking(move || picture::page(bytes, key.1, key.2)).await.map_err(failed)?;
    let picture = match drawn {
        Ok(picture) => Bytes::from(picture),
        Err(PictureError::NoPage(_)) => return Err(DoorFault::Missing.into()),
        Err(error) => return Err(failed(error)),
    };
    doors.gallery.put(key, picture.clone(), ROOM);
    Ok(picture)
}

fn failed(cause: impl std::error::Error) -> Problem {
    Problem { cause: cause.to_string(), ..Problem::from(DoorFault::Failed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_unused_for_longest_makes_room() {
        let (gallery, picture): (_, Bytes) = (Gallery::default(), vec![0; 10].into());
        let key = |page| ([0; 32], page, 900);
        for page in 1..=3 {
            gallery.put(key(page), picture.clone(), 30);
        }
        assert!(gallery.get(&key(1)).is_some());
        gallery.put(key(4), picture.clone(), 30);
        assert!(gallery.get(&key(2)).is_none(), "the second was unused for longest");
        assert!([1, 3, 4].iter().all(|page| gallery.get(&key(*page)).is_some()));
        gallery.put(key(4), picture.clone(), 30);
        assert_eq!(gallery.kept.lock().expect("no panic").bytes, 30, "the same picture counts once");
    }
}
