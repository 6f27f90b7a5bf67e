//! The list of accounts, and ending one.

use serde_json::json;

use super::model::{AccountId, Admin, Fresh, NotYours, Officer, Role};
use super::{session, store};
use crate::kernel::clock::Timestamp;
use crate::kernel::db::DbError;
use crate::kernel::work::Work;
use crate::organisation::DeveloperId;
use crate::{args, audit};

/// One line of the list.
#[derive(Clone, Debug)]
pub struct AccountRow {
    /// The account.
    pub id: AccountId,
    /// The address it signs in with.
    pub email: String,
    /// The name shown.
    pub name: String,
    /// `INVITED`, `ENROLLING`, `ACTIVE` or `DISABLED`.
    pub state: String,
    /// What it may do.
    pub roles: Vec<Role>,
    /// The developer it acts for.
    pub developer: Option<DeveloperId>,
    /// Since when it is active.
    pub active_at: Option<Timestamp>,
    /// Nobody recorded whose account it is, and its holder should decide about people.
    pub unnamed: bool,
    /// The administrator who asks to reset it and waits for another one.
    pub reset_asked_by: Option<AccountId>,
}

/// Every account by name.
pub async fn accounts(work: &Work, _by: &Officer<Admin>) -> Result<Vec<AccountRow>, DbError> {
    let mut tx = work.read().await?;
    let mut list = Vec::new();
    for row in tx.all(store::LIST, args![work.now]).await? {
        let id: AccountId = row.id("id")?;
        let roles = session::roles(&mut tx, &id).await?;
        list.push(AccountRow {
            email: row.text("email")?,
            name: row.text("name")?,
            state: row.text("state")?,
            unnamed: row.opt_text("id_index")?.is_none() && roles.iter().any(|role| role.decides()),
            roles,
            developer: row.opt_id("developer")?,
            active_at: row.opt_time("active_at")?,
            reset_asked_by: row.opt_id("asked_by")?,
            id,
        });
    }
    Ok(list)
}

/// Ends an account and every session of it. Nobody ends their own: the last administrator would lock the door.
pub async fn disable(
    work: &Work,
    by: &Officer<Admin>,
    _proof: Fresh,
    account: &AccountId,
) -> Result<Result<(), NotYours>, DbError> {
    if by.account() == account {
        return Ok(Err(NotYours::Role(Role::Admin)));
    }
    let mut tx = work.write().await?;
    if tx.first(store::DISABLE, args![account]).await?.is_some() {
        tx.execute(store::CLOSE_ALL, args![account]).await?;
        audit::record(work, &mut tx, "account.disabled", account.as_str(), json!({ "by": by.account() })).await?;
    }
    tx.commit().await?;
    Ok(Ok(()))
}
