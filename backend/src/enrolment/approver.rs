//! Who approves in the place of a phone: the rule of time, or an officer.

use super::model::{CompleteError, Desk, IssuanceId};
use super::store;
use crate::args;
use crate::certificate::Approver;
use crate::device::platform;
use crate::kernel::clock::Timestamp;
use crate::kernel::work::Work;
use crate::keystore::KeyStoreError;

/// Who released a wait when nobody did.
pub(super) const TIME: &str = "time";

/// One key for the rule of time, one for each officer: it signs only through this verb, which wants the officer's
/// permission.
pub(super) fn label(by: &str) -> String {
    if by == TIME { "approver-time".to_owned() } else { format!("approver-{}", by.to_ascii_lowercase()) }
}

/// Who released `issuance` and with which key, in the words of the authority.
pub(super) struct Released {
    by: String,
    key: Vec<u8>,
    /// Since when the person was told.
    pub(super) since: Timestamp,
}

impl Released {
    pub(super) fn approver(&self) -> Approver<'_> {
        if self.by == TIME {
            Approver::Waited { key: &self.key }
        } else {
            Approver::Officer { account: &self.by, key: &self.key }
        }
    }
}

/// The release of an issuance that had no phone; `None` for one that has.
pub(super) async fn released(work: &Work, desk: &Desk, id: &IssuanceId) -> Result<Option<Released>, CompleteError> {
    let Some(row) = work.read().await?.first(store::RELEASED, args![id]).await? else { return Ok(None) };
    let by = row.text("released_by")?;
    let key = platform::public(desk.vault.keystore(), &label(&by)).await?;
    Ok(Some(Released {
        by,
        key: key.sec1().map_err(|_| KeyStoreError::Integrity)?.to_vec(),
        since: row.time("since")?,
    }))
}
