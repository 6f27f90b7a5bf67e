//! Agreements that wait, and the code for one of them.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use mohor_shared::wire::{CodeRequest, Signed, TurnBrowser, WaitingTurn};

use super::Caller;
use crate::factor::{self, Target};
use crate::hims::{self, Header, OpenIn, TurnId, WaitingSignature};
use crate::kernel::db::DbError;
use crate::kernel::words::Lang;
use crate::kernel::work::Work;
use crate::person::{self, PersonId};
use crate::web::Doors;
use crate::web::problem::{DoorFault, Problem};

/// What the phone shows of a turn, in the person's language.
fn facts(turn: &WaitingSignature, lang: Lang) -> WaitingTurn {
    let Header { code, name, unit, developer } = &turn.header;
    let digest = hex::encode(turn.head.sha256);
    WaitingTurn {
        id: turn.turn.to_string(),
        title: lang.say_with("phone-turn-title", &[("code", code), ("name", name), ("unit", unit)]),
        requester: developer.clone(),
        pages: turn.pages,
        digest8: digest.get(..8).unwrap_or_default().to_owned(),
        deadline: turn.deadline.seconds(),
        browsers: turn.browsers.iter().map(browser).collect(),
    }
}

fn browser(one: &OpenIn) -> TurnBrowser {
    TurnBrowser { name: one.name.clone(), known: one.known, opened: one.opened.seconds() }
}

/// `POST /m/v1/turns/{id}/mail`: the mail with the link is lost.
pub(super) async fn mail(Path(id): Path<String>, caller: Caller) -> Result<StatusCode, Problem> {
    let turn = TurnId::parse(&id).ok_or(DoorFault::Missing)?;
    hims::remind_signer(&caller.work, caller.device.person(), &turn).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn lang_of(work: &Work, person: &PersonId) -> Result<Lang, DbError> {
    Ok(person::by_id(work, person).await?.map_or(Lang::Ms, |person| person.lang))
}

/// `GET /m/v1/turns`
pub(super) async fn list(caller: Caller) -> Result<Json<Vec<WaitingTurn>>, Problem> {
    let (work, person) = (&caller.work, caller.device.person());
    let lang = lang_of(work, person).await?;
    Ok(Json(hims::waiting_signatures(work, person).await?.iter().map(|turn| facts(turn, lang)).collect()))
}

/// `POST /m/v1/turns/{id}/code`: pressed "Tunjuk kod".
pub(super) async fn code(
    State(doors): State<Arc<Doors>>,
    Path(id): Path<String>,
    caller: Caller,
) -> Result<Json<Signed>, Problem> {
    let CodeRequest { epk } = caller.message()?;
    let (work, person) = (&caller.work, caller.device.person());
    let turns = hims::waiting_signatures(work, person).await?;
    let turn = turns.iter().find(|turn| turn.turn.as_str() == id).ok_or(DoorFault::Missing)?;
    let target = Target::turn(&id, turn.version, &turn.head.sha256);
    let shown = facts(turn, lang_of(work, person).await?);
    let jws = factor::show(work, &*doors.keystore, &caller.device, &target, shown, &epk).await?;
    Ok(Json(Signed { jws }))
}
