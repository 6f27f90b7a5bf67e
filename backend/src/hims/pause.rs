//! The window of a turn stands still while its signer cannot sign by our own rules: a new phone cools, a new PIN
//! waits (ADR 18). Once for each window, so that nobody holds an agreement up by losing phone after phone.

use serde_json::json;

use super::model::TurnId;
use super::record::{Agreement, Turn};
use super::store;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;
use crate::outbox::Recipient;
use crate::person::PersonId;
use crate::{args, audit, device, enrolment, outbox};

/// News: `person` cannot sign from `since` to `until`. Every window of theirs that runs is extended by that time; the
/// signer and the developer are told.
pub async fn on_signer_held_up(
    work: &Work,
    person: &PersonId,
    since: Timestamp,
    until: Timestamp,
) -> Result<(), DbError> {
    let rows = work.read().await?.all(store::TURNS_OF, args![person]).await?;
    for row in rows {
        let turn = Turn::read(&row)?;
        if turn.deadline.is_some_and(|deadline| since < deadline) {
            extend(work, &turn, since, until).await?;
        }
    }
    Ok(())
}

async fn extend(work: &Work, turn: &Turn, since: Timestamp, until: Timestamp) -> Result<(), DbError> {
    let by = until.since(since);
    let mut tx = work.write().await?;
    if !paused(&mut tx, &turn.id, turn.generation, since, until).await? {
        return Ok(());
    }
    let by_millis = i64::try_from(by.as_millis()).unwrap_or(0);
    let row = tx.first(store::EXTEND, args![&turn.id, turn.generation, by_millis, since]).await?;
    let Some(row) = row else { return Ok(()) };
    let deadline = row.time("deadline")?;
    let ids = json!({ "turn": turn.id, "deadline": deadline.millis(), "until": deadline.myt() });
    let pemaju = Agreement::get(&mut tx, &turn.agreement).await?.created_by;
    for to in [Recipient::Person(turn.person.to_string()), Recipient::Account(pemaju.to_string())] {
        outbox::mail(work, &mut tx, "hims.window-extended", &to, ids.clone()).await?;
    }
    outbox::notice(work, &mut tx, turn.person.as_str(), "espa-window-extended", ids).await?;
    let facts = json!({ "agreement": turn.agreement, "deadline": deadline.rfc3339(), "by_seconds": by.as_secs() });
    audit::record(work, &mut tx, "espa.window-extended", turn.id.as_str(), facts).await?;
    tx.commit().await
}

/// Notes the one pause of a window; `false` when it has had it.
pub(super) async fn paused(
    tx: &mut Tx,
    turn: &TurnId,
    generation: i64,
    since: Timestamp,
    until: Timestamp,
) -> Result<bool, DbError> {
    Ok(tx.first(store::PAUSE, args![turn, generation, since, until]).await?.is_some())
}

/// From when on `person` can sign: now, or when the phone has cooled and the new PIN has waited.
pub(super) async fn ready(work: &Work, person: &PersonId) -> Result<Timestamp, DbError> {
    let cooled = device::cooling(work, person).await?;
    let waited = enrolment::waiting_for(work, person).await?.map(|wait| wait.ready_at);
    Ok([cooled, waited].into_iter().flatten().fold(work.now, Timestamp::max))
}
