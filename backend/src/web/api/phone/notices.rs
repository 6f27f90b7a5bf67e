//! Notices inside the app.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use mohor_shared::wire::Notice;

use super::Caller;
use crate::kernel::words::Lang;
use crate::outbox::{self, NoticeId};
use crate::web::problem::{DoorFault, Problem};

/// `GET /m/v1/notices`
pub(super) async fn list(caller: Caller) -> Result<Json<Vec<Notice>>, Problem> {
    let person = caller.device.person();
    let notices = outbox::notices_for(&caller.work, person.as_str()).await?;
    Ok(Json(notices.iter().map(|notice| worded(notice, caller.lang)).collect()))
}

/// The notice in words: `notice-<template>` with its plain facts.
fn worded(notice: &outbox::Notice, lang: Lang) -> Notice {
    let facts = notice.ids.as_object().cloned().unwrap_or_default();
    let facts: Vec<(String, String)> = facts
        .into_iter()
        .map(|(name, value)| (name, value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
        .collect();
    let values: Vec<_> = facts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Notice {
        id: notice.id.to_string(),
        template: notice.template.clone(),
        text: lang.say_with(&format!("notice-{}", notice.template), &values),
        at: notice.at.seconds(),
        read: notice.read_at.is_some(),
    }
}

/// `POST /m/v1/notices/{id}/read`
pub(super) async fn read(Path(id): Path<String>, caller: Caller) -> Result<StatusCode, Problem> {
    let id = NoticeId::parse(&id).ok_or(DoorFault::Missing)?;
    outbox::read_notice(&caller.work, caller.device.person().as_str(), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
