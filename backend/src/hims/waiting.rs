//! The signatures that wait for a person, for the phone that shows what a code is for.

use super::browser::{self, OpenIn};
use super::model::{Head, Header, Title, TurnId, TurnState, VersionState};
use super::read::state_now;
use super::record::{Agreement, Party, Turn, Version};
use super::store;
use crate::args;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::DbError;
use crate::kernel::work::Work;
use crate::person::PersonId;

/// A turn that its person can sign now.
#[derive(Clone, Debug)]
pub struct WaitingSignature {
    /// The turn.
    pub turn: TurnId,
    /// Development, unit and developer.
    pub header: Header,
    /// The part of the person.
    pub title: Title,
    /// The version.
    pub version: u32,
    /// The bytes a code is bound to.
    pub head: Head,
    /// Pages of the document.
    pub pages: u32,
    /// Until when.
    pub deadline: Timestamp,
    /// Where the turn is open now.
    pub browsers: Vec<OpenIn>,
}

/// The turns of `person` whose window is open, oldest first.
pub async fn waiting_signatures(work: &Work, person: &PersonId) -> Result<Vec<WaitingSignature>, DbError> {
    let mut tx = work.read().await?;
    let mut waiting = Vec::new();
    for row in tx.all(store::TURNS_OF, args![person]).await? {
        let turn = Turn::read(&row)?;
        let open = matches!(state_now(&turn, work.now), TurnState::Reviewing | TurnState::Ready)
            && turn.version_state == VersionState::Current;
        let (true, Some(deadline)) = (open, turn.deadline) else { continue };
        let version = Version::get(&mut tx, &turn.agreement, turn.version).await?;
        waiting.push(WaitingSignature {
            header: Agreement::get(&mut tx, &turn.agreement).await?.header,
            title: Party::get(&mut tx, &turn.party).await?.title,
            version: turn.version,
            head: version.head,
            pages: version.pages,
            browsers: browser::open_in(work, &mut tx, &turn.id).await?,
            deadline,
            turn: turn.id,
        });
    }
    Ok(waiting)
}
