//! Sessions: a random token in the browser, its hash in the database.

use std::time::Duration;

use super::model::{AccountId, Role, Session};
use super::store;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Row, Tx};
use crate::kernel::secret::{Secret, digest};
use crate::kernel::words::Lang;
use crate::kernel::work::Work;
use crate::{args, audit, person};

/// A session ends when it was not used for this long.
const IDLE: Duration = Duration::from_secs(30 * 60);
/// A session ends after this long whatever happens.
const LIFE: Duration = Duration::from_secs(12 * 3600);
/// Use is noted once a minute, so that reading a page is seldom a write.
const NOTED: Duration = Duration::from_secs(60);

/// What the browser keeps.
pub type SessionToken = Secret<String>;

/// Opens a session in the caller's transaction. `previous` is the token the browser brought: it dies, so that
/// a token planted before sign-in is worth nothing (session fixation).
pub(super) async fn open(
    work: &Work,
    tx: &mut Tx,
    account: &AccountId,
    previous: Option<&str>,
) -> Result<SessionToken, DbError> {
    if let Some(previous) = previous {
        tx.execute(store::CLOSE, args![digest(previous)]).await?;
    }
    let token = work.rng().token();
    tx.execute(store::OPEN_SESSION, args![digest(&token), account, work.now, work.now.plus(LIFE)]).await?;
    Ok(Secret::new(token))
}

/// The session of `token`, if it is open. Its use is noted.
pub async fn session(work: &Work, token: &str) -> Result<Option<Session>, DbError> {
    let key = digest(token);
    let mut tx = work.read().await?;
    let Some(row) = tx.first(store::SESSION, args![&key, work.now, work.now.minus(IDLE)]).await? else {
        return Ok(None);
    };
    let session = read(&mut tx, &row, key).await?;
    drop(tx);
    let seen = row.time("seen_at")?;
    if work.now.since(seen) >= NOTED {
        let mut tx = work.write().await?;
        tx.execute(store::SEEN, args![&session.key, work.now]).await?;
        tx.commit().await?;
    }
    Ok(Some(session))
}

async fn read(tx: &mut Tx, row: &Row, key: String) -> Result<Session, DbError> {
    let account: AccountId = row.id("account")?;
    let number = row.opt_text("id_index")?;
    Ok(Session {
        roles: roles(tx, &account).await?,
        name: row.text("name")?,
        lang: Lang::from_tag(&row.text("lang")?),
        proven_at: row.time("proven_at")?,
        ends_at: row.time("ends_at")?,
        developer: row.opt_id("developer")?,
        named: number.is_some(),
        // Looked up each time: an officer may become a person of the platform at any moment.
        own: person::same_human(tx, number.as_deref(), &row.text("email")?).await?,
        account,
        key,
    })
}

pub(super) async fn roles(tx: &mut Tx, account: &AccountId) -> Result<Vec<Role>, DbError> {
    let rows = tx.all(store::ROLES, args![account]).await?;
    rows.iter().map(|row| row.text("role")).map(|word| Ok(Role::parse(&word?))).filter_map(Result::transpose).collect()
}

/// Ends the session of `token`; a token without a session is no error.
pub async fn sign_out(work: &Work, token: &str) -> Result<(), DbError> {
    let mut tx = work.write().await?;
    if let Some(row) = tx.first(store::CLOSE, args![digest(token)]).await? {
        let account = row.text("account")?;
        audit::record(work, &mut tx, "account.signed-out", &account, serde_json::json!({})).await?;
    }
    tx.commit().await
}

/// Forgets sessions that are over (a job).
pub async fn sweep(work: &Work) -> Result<u64, DbError> {
    let mut tx = work.write().await?;
    let idle: Timestamp = work.now.minus(IDLE);
    let swept = tx.execute(store::SWEEP, args![work.now, idle]).await?;
    tx.commit().await?;
    Ok(swept)
}
