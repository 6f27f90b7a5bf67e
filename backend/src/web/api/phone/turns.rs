//! Agreements that wait, and the code for one of them.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use mohor_shared::wire::{CodeRequest, Signed, WaitingTurn};

use super::Caller;
use crate::factor::{self, Target};
use crate::kernel::db::DbError;
use crate::kernel::work::Work;
use crate::person::PersonId;
use crate::web::Doors;
use crate::web::problem::{DoorFault, Problem};

/// A turn that waits for its person, and the document state a code for it is bound to.
struct Open {
    facts: WaitingTurn,
    version: u32,
    head: [u8; 32],
}

/// The turns that wait for `person`.
async fn open(_work: &Work, _person: &PersonId) -> Result<Vec<Open>, DbError> {
    Ok(Vec::new())
}

/// `GET /m/v1/turns`
pub(super) async fn list(caller: Caller) -> Result<Json<Vec<WaitingTurn>>, Problem> {
    let turns = open(&caller.work, caller.device.person()).await?;
    Ok(Json(turns.into_iter().map(|turn| turn.facts).collect()))
}

/// `POST /m/v1/turns/{id}/code`: pressed "Tunjuk kod".
pub(super) async fn code(
    State(doors): State<Arc<Doors>>,
    Path(id): Path<String>,
    caller: Caller,
) -> Result<Json<Signed>, Problem> {
    let CodeRequest { epk } = caller.message()?;
    let turns = open(&caller.work, caller.device.person()).await?;
    let turn = turns.into_iter().find(|turn| turn.facts.id == id).ok_or(DoorFault::Missing)?;
    let target = Target::turn(&turn.facts.id, turn.version, &turn.head);
    let jws = factor::show(&caller.work, &*doors.keystore, &caller.device, &target, turn.facts, &epk).await?;
    Ok(Json(Signed { jws }))
}
