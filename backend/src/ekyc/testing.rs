//! What tests of other rooms need of this one: specimen pictures, and a reviewer who approves.

use std::sync::Arc;

use async_trait::async_trait;
use image::GrayImage;
use mohor_shared::specimen::{Bearer, Studio};

use super::port::{Print, ReadError, Reader, ReviewerOnly};
pub(crate) use super::tests::fixture::identified;
use super::{
    Checklist, Consent, Decision, Examiner, Settled, Slot, Source, SubmissionId, Upload, decide, examine, next,
};
use crate::account::{EkycReviewer, Officer};
use crate::blob::BlobStore;
use crate::kernel::settings;
use crate::kernel::words::Lang;
use crate::kernel::work::Work;
use crate::keystore::KeyStore;

/// The number of TV-4, as a card prints it.
pub(crate) const NUMBER: &str = "900423-10-5484";

/// A studio with the fonts of the program.
pub(crate) fn studio() -> Studio<'static> {
    Studio::new(
        include_bytes!("../../assets/fonts/NotoSans-Regular.ttf"),
        include_bytes!("../../assets/fonts/NotoSans-Bold.ttf"),
    )
    .expect("fonts")
}

/// An invented person on a card.
pub(crate) fn bearer(name: &str, number: &str) -> Bearer {
    let address = ["12, JALAN CONTOH 3", "40000 SHAH ALAM", "SELANGOR"].map(str::to_owned).to_vec();
    Bearer { name: name.to_owned(), number: number.to_owned(), address, citizen: true }
}

/// Front, back and face of one specimen person, as a phone sends them.
pub(crate) fn specimens() -> [Vec<u8>; 3] {
    studio().pictures(&bearer("Ane Lim", NUMBER))
}

/// A server without a text reader.
pub(crate) struct Unread;

#[async_trait]
impl Reader for Unread {
    async fn read(&self, _page: GrayImage, _print: Print) -> Result<String, ReadError> {
        Err(ReadError::NotInstalled)
    }
}

/// An examiner that draws no sample.
pub(crate) fn examiner(keys: Arc<dyn KeyStore>, blobs: Arc<dyn BlobStore>, reader: Arc<dyn Reader>) -> Examiner {
    Examiner { keys, blobs, reader, faces: Arc::new(ReviewerOnly), second_review_percent: 0 }
}

/// A picture as the app's camera sends it.
pub(crate) fn upload<'a>(submission: &'a SubmissionId, nonce: &'a str, slot: Slot, sent: &[u8]) -> Upload<'a> {
    Upload { submission, nonce, slot, source: Source::Camera, anyway: false, sent: sent.to_vec() }
}

/// Every item ticked.
pub(crate) fn approval() -> Decision {
    Decision::Approve(Checklist::complete(|_| true).expect("everything is ticked"))
}

/// The consent in force.
pub(crate) fn consent() -> Consent {
    Consent::in_force(Lang::Ms, &settings::Settings::default())
}

/// The program examines what waits, and a reviewer approves the first of it.
pub(crate) async fn approve(work: &Work, keys: Arc<dyn KeyStore>, blobs: Arc<dyn BlobStore>) {
    let examiner = examiner(keys, blobs, Arc::new(Unread));
    while examine(work, &examiner).await.expect("examines") {}
    let reviewer = Officer::<EkycReviewer>::for_test(work, None);
    let id = next(work, &reviewer).await.expect("reads").expect("a case waits");
    assert_eq!(
        decide(work, &settings::Ekyc::default(), &reviewer, &id, &approval()).await.expect("decides"),
        Settled::Final
    );
}
