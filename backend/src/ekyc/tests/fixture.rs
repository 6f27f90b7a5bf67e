//! Rows that other rooms' tests begin with.

use crate::args;
use crate::ekyc::SubmissionId;
use crate::kernel::settings;
use crate::kernel::work::Work;
use crate::person::PersonId;

/// The reviewer's decision of now, as this room stores it; counts for a year.
pub(crate) async fn identified(work: &Work, person: &PersonId) {
    let text = "INSERT INTO ekyc_submission (id, person, document, state, nonce_hash, opened_at, lapses_at,
        submitted_at, decided_at, valid_until) VALUES ($1, $2, 'ic', 'APPROVED', '-', $3, $3, $3, $3, $4)";
    let mut tx = work.write().await.expect("begins");
    let until = settings::Ekyc::default().valid_until(work.now);
    tx.execute(text, args![&SubmissionId::new(work), person, work.now, until]).await.expect("inserts");
    tx.commit().await.expect("commits");
}
