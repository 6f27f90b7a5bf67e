//! The signing records of a document, for whoever asks who certified it (FIN-14).

use super::amount::Amount;
use super::model::{DocumentId, Role};
use super::record::Document;
use super::refused::ActRefused;
use super::store;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Row};
use crate::kernel::work::Work;
use crate::person::PersonId;
use crate::{args, stored_words};

/// What became of a signature.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SigningResult {
    /// Made, and not judged yet.
    Made,
    /// The revocation list said nothing against it.
    Verified,
    /// Its certificate was revoked before it counted.
    Revoked,
}

stored_words!(SigningResult: Made = "MADE", Verified = "VERIFIED", Revoked = "REVOKED");

/// One signature: who, when, under which certificate, over what, and what the verification said.
#[derive(Clone, Debug)]
pub struct SigningRecord {
    /// Its place, from 1.
    pub seq: u32,
    /// As what.
    pub role: Role,
    /// Who.
    pub person: PersonId,
    /// The ceremony.
    pub ceremony: String,
    /// Serial number of the certificate, lower-case hexadecimal.
    pub certificate: String,
    /// The factor beside the PIN.
    pub factor: String,
    /// The hash of the document (FIN-26).
    pub hash: [u8; 32],
    /// When it was made.
    pub signed_at: Timestamp,
    /// What became of it.
    pub result: SigningResult,
    /// When it was judged.
    pub judged_at: Option<Timestamp>,
}

/// The signatures of the newest version, in order.
///
/// # Errors
/// [`ActRefused::Unknown`].
pub async fn signing_records(work: &Work, id: &DocumentId) -> Result<Vec<SigningRecord>, ActRefused> {
    let mut tx = work.read().await?;
    let document = Document::find(&mut tx, id).await?.ok_or(ActRefused::Unknown)?;
    let rows = tx.all(store::RECORDS, args![id, document.version]).await?;
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

/// A document that was posted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Posting {
    /// The same for every try to post this version.
    pub key: String,
    /// Which version.
    pub version: u32,
    /// Its hash (FIN-26).
    pub hash: [u8; 32],
    /// Its sum.
    pub amount: Amount,
    /// When.
    pub at: Timestamp,
}

/// The posting of a document, if it was posted.
///
/// # Errors
/// [`DbError`] of the database.
pub async fn posting(work: &Work, id: &DocumentId) -> Result<Option<Posting>, DbError> {
    let odd = |what: &str| DbError::Inconsistent(format!("igfmas posting {what}"));
    let Some(row) = work.read().await?.first(store::POSTING, args![id]).await? else { return Ok(None) };
    Ok(Some(Posting {
        key: row.text("key")?,
        version: u32::try_from(row.int("version")?).map_err(|_| odd("version"))?,
        hash: row.bytes("hash")?.try_into().map_err(|_| odd("hash"))?,
        amount: Amount::new(row.int("amount_sen")?).map_err(|_| odd("amount"))?,
        at: row.time("at")?,
    }))
}

fn read(row: &Row) -> Result<SigningRecord, DbError> {
    let odd = |what: &str| DbError::Inconsistent(format!("igfmas signature {what}"));
    Ok(SigningRecord {
        seq: u32::try_from(row.int("seq")?).map_err(|_| odd("seq"))?,
        role: Role::from_stored(&row.text("role")?).ok_or_else(|| odd("role"))?,
        person: row.id("person")?,
        ceremony: row.text("ceremony")?,
        certificate: row.text("certificate")?,
        factor: row.text("factor")?,
        hash: row.bytes("hash")?.try_into().map_err(|_| odd("hash"))?,
        signed_at: row.time("signed_at")?,
        result: SigningResult::from_stored(&row.text("result")?).ok_or_else(|| odd("result"))?,
        judged_at: row.opt_time("judged_at")?,
    })
}
