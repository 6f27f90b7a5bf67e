//! Notices inside the app: pulled by the phone, never pushed with content.

use serde_json::Value as Json;

use super::store;
use crate::args;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;

crate::typed_id! {
    /// A notice.
    NoticeId
}

/// A notice for one person. Its text is the message `notice-<template>` in the person's language.
#[derive(Clone, PartialEq, Debug)]
pub struct Notice {
    /// The row.
    pub id: NoticeId,
    /// Names the message: `ekyc-approved`.
    pub template: String,
    /// Values for the message; identifiers and plain facts, never a code.
    pub ids: Json,
    /// When it was written.
    pub at: Timestamp,
    /// When the person opened it.
    pub read_at: Option<Timestamp>,
}

/// Writes a notice for `person` (the identifier) in the caller's transaction.
pub async fn notice(work: &Work, tx: &mut Tx, person: &str, template: &'static str, ids: Json) -> Result<(), DbError> {
    let id = NoticeId::new(work);
    tx.execute(store::NOTICE, args![&id, person, template, ids.to_string(), work.now]).await?;
    Ok(())
}

/// The newest hundred notices of `person`.
pub async fn notices_for(work: &Work, person: &str) -> Result<Vec<Notice>, DbError> {
    let mut tx = work.read().await?;
    let rows = tx.all(store::NOTICES_FOR, args![person]).await?;
    rows.iter()
        .map(|row| {
            Ok(Notice {
                id: row.id("id")?,
                template: row.text("template")?,
                ids: serde_json::from_str(&row.text("ids")?).unwrap_or(Json::Null),
                at: row.time("at")?,
                read_at: row.opt_time("read_at")?,
            })
        })
        .collect()
}

/// Marks a notice of `person` as read; reading it twice keeps the first instant.
pub async fn read_notice(work: &Work, person: &str, id: &NoticeId) -> Result<(), DbError> {
    let mut tx = work.write().await?;
    tx.execute(store::READ_NOTICE, args![id, person, work.now]).await?;
    tx.commit().await
}
