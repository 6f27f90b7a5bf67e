//! SQL of the vault room.

use super::model::VaultKey;
use crate::kernel::db::{DbError, Row};
use crate::keystore::KeySpec;

crate::sql! {
    /// A new key, not yet in use.
    INSERT = "INSERT INTO vault_key (id, person_id, spec, spki, sealed, state, created_at, changed_at) \
        VALUES ($1, $2, $3, $4, $5, 'PENDING', $6, $6)";
    /// The key a person signs with.
    ACTIVE = "SELECT id, person_id, spec, spki FROM vault_key WHERE person_id = $1 AND state = 'ACTIVE'";
    /// The seal of a key in use.
    SEALED = "SELECT sealed FROM vault_key WHERE id = $1 AND state = 'ACTIVE'";
    /// A new seal in place of the one that was opened, unless somebody was faster.
    RESEAL = "UPDATE vault_key SET sealed = $3, changed_at = $4 WHERE id = $1 AND sealed = $2 AND state = 'ACTIVE'";
    /// A waiting key begins its service.
    ACTIVATE = "UPDATE vault_key SET state = 'ACTIVE', changed_at = $2 \
        WHERE id = $1 AND state = 'PENDING' RETURNING person_id";
    /// Whose a waiting key is.
    PENDING_OWNER = "SELECT person_id FROM vault_key WHERE id = $1 AND state = 'PENDING'";
    /// The key in use ends: its seal is overwritten with nothing.
    RETIRE_ACTIVE = "UPDATE vault_key SET state = 'DESTROYED', sealed = NULL, changed_at = $2 \
        WHERE person_id = $1 AND state = 'ACTIVE' RETURNING id";
    /// A waiting key of a person is given up.
    RETIRE_PENDING = "UPDATE vault_key SET state = 'DESTROYED', sealed = NULL, changed_at = $2 \
        WHERE person_id = $1 AND state = 'PENDING'";
    /// One waiting key is given up.
    DISCARD = "UPDATE vault_key SET state = 'DESTROYED', sealed = NULL, changed_at = $2 \
        WHERE id = $1 AND state = 'PENDING'";
}

pub(super) fn key(row: &Row) -> Result<VaultKey, DbError> {
    let word = row.text("spec")?;
    let spec = KeySpec::parse(&word).ok_or_else(|| DbError::Inconsistent(format!("kind of key {word}")))?;
    Ok(VaultKey { id: row.id("id")?, person: row.id("person_id")?, spec, spki: row.bytes("spki")? })
}
