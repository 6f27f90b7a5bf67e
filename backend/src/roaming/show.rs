//! The phone: what is asked, and the code for it.

use mohor_shared::jws::Jwk;
use mohor_shared::wire::WaitingRequest;

use super::model::{Channel, Request, RequestId};
use super::store::{self, load};
use crate::device::BoundDevice;
use crate::factor::{self, ShowRefused};
use crate::kernel::db::DbError;
use crate::kernel::work::Work;
use crate::keystore::KeyStore;
use crate::person::PersonId;
use crate::{args, fault};

/// Why no code is shown.
#[derive(Debug, thiserror::Error)]
pub enum NotShown {
    /// There is no such request of this person, or it is over.
    #[error("the request is over")]
    Over,
    /// The code went to the mailbox.
    #[error("the code was mailed")]
    Mailed,
    /// The factor room refused.
    #[error(transparent)]
    Refused(#[from] ShowRefused),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    NotShown {
        Over => "roaming-over", Gone;
        Mailed => "roaming-mailed", Conflict;
    } transparent { Refused, Db }
}

/// What waits for this person's code on the phone.
///
/// # Errors
/// [`DbError`].
pub async fn waiting(work: &Work, person: &PersonId) -> Result<Vec<WaitingRequest>, DbError> {
    let rows = work.read().await?.all(store::WAITING, args![person, work.now]).await?;
    let requests = rows.iter().map(Request::from_row).collect::<Result<Vec<_>, _>>()?;
    Ok(requests.iter().filter(|request| request.channel == Channel::App).map(Request::shown).collect())
}

/// "Tunjuk kod": the code with the facts it is for, signed by the platform and sealed to `reader`.
///
/// # Errors
/// [`NotShown`].
pub async fn code(
    work: &Work,
    keys: &dyn KeyStore,
    device: &BoundDevice,
    id: &RequestId,
    reader: &Jwk,
) -> Result<String, NotShown> {
    let request = load(work, id).await?;
    let request = request.filter(|request| request.person == *device.person() && request.stands(work.now));
    let request = request.ok_or(NotShown::Over)?;
    if request.channel == Channel::Mail {
        return Err(NotShown::Mailed);
    }
    Ok(factor::show(work, keys, device, &request.own_target(), request.shown(), reader).await?)
}
