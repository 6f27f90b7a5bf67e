//! A freeze: nobody signs in a person's name before it is over.

use super::store;
use crate::account::{Fresh, Officer, RegistrationOfficer};
use crate::args;
use crate::attempt;
use crate::audit;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::error::{Fault, Kind, until_facts};
use crate::kernel::work::Work;
use crate::outbox;
use crate::person::PersonId;

/// Why nobody may sign in a person's name.
#[derive(Debug, thiserror::Error)]
pub enum Frozen {
    /// The person said "not me" a short while ago.
    #[error("signing is frozen until {until}")]
    Until {
        /// The end.
        until: Timestamp,
        /// When it was refused.
        now: Timestamp,
    },
    /// They said so again and again: staff look first.
    #[error("signing is frozen until staff have looked")]
    Held,
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Fault for Frozen {
    fn code(&self) -> &'static str {
        match self {
            Self::Until { .. } => "signing-frozen",
            Self::Held => "signing-held",
            Self::Db(error) => error.code(),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Until { .. } => Kind::TooMany,
            Self::Held => Kind::Denied,
            Self::Db(error) => error.kind(),
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        if let Self::Until { until, now } = self { until_facts(*until, *now) } else { Vec::new() }
    }
}

/// Passes unless signing in this person's name is frozen.
///
/// # Errors
/// [`Frozen`] with its end.
pub async fn frozen(work: &Work, tx: &mut Tx, person: &PersonId) -> Result<(), Frozen> {
    match tx.first(store::FROZEN, args![person]).await? {
        Some(row) if row.flag("held")? => Err(Frozen::Held),
        Some(row) if row.time("until")? > work.now => Err(Frozen::Until { until: row.time("until")?, now: work.now }),
        _ => Ok(()),
    }
}

/// Freezes until `until`; `held`: until staff have looked.
pub(super) async fn freeze(tx: &mut Tx, person: &PersonId, until: Timestamp, held: bool) -> Result<(), DbError> {
    tx.execute(store::FREEZE, args![person, until, held]).await?;
    Ok(())
}

/// The window in which the times a person said "not me" are counted.
pub(super) fn counter(person: &PersonId) -> String {
    format!("not-me:{person}")
}

/// An officer, freshly proved, has spoken with the person: signing is free again. `false` when nothing was frozen.
pub async fn thaw(
    work: &Work,
    officer: &Officer<RegistrationOfficer>,
    _: Fresh,
    person: &PersonId,
) -> Result<bool, DbError> {
    let mut tx = work.write().await?;
    if tx.first(store::THAW, args![person]).await?.is_none() {
        return Ok(false);
    }
    attempt::forgive(&mut tx, &counter(person)).await?;
    let facts = serde_json::json!({ "by": officer.account() });
    audit::record(work, &mut tx, "device.thawed", person.as_str(), facts).await?;
    outbox::notice(work, &mut tx, person.as_str(), "signing-thawed", serde_json::json!({ "at": work.now.myt() }))
        .await?;
    tx.commit().await?;
    Ok(true)
}
