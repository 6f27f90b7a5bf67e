//! What a finished signature can be known by, to show it to its signer.

use super::finish;
use super::model::{Receipt, SignError};
use super::store::{self, Ceremony, State};
use crate::args;
use crate::kernel::work::Work;

/// The receipt of the signature that `subject` of `purpose` got; `None` before there is one.
///
/// # Errors
/// [`SignError`] of the store.
pub async fn proof(work: &Work, purpose: &str, subject: &str) -> Result<Option<Receipt>, SignError> {
    let row = work.read().await?.first(store::HOLDER, args![purpose, subject]).await?;
    let ceremony = row.map(Ceremony::from_row).transpose()?.filter(|ceremony| ceremony.state == State::Done);
    ceremony.as_ref().map(finish::receipt).transpose()
}
