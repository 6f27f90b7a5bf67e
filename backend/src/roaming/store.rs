//! SQL of the roaming room.

use super::model::{Request, RequestId};
use crate::args;
use crate::kernel::db::DbError;
use crate::kernel::work::Work;

crate::sql! {
    /// Ends what ran out, so that it stands in nobody's way.
    SWEEP = "UPDATE roaming_request SET state = 'CANCELLED', changed_at = $2 \
        WHERE person_id = $1 AND state = 'OPEN' AND expires_at <= $2";
    SUPERSEDE = "UPDATE roaming_request SET state = 'CANCELLED', changed_at = $2 \
        WHERE person_id = $1 AND state = 'OPEN'";
    ASK = "INSERT INTO roaming_request (id, requester, person_id, state, channel, facts, nonce, items, made_at, \
        expires_at, changed_at) VALUES ($1, $2, $3, 'OPEN', $4, $5, $6, $7, $8, $9, $8)";
    BY_ID = "SELECT id, requester, person_id, state, channel, facts, nonce, items, made_at, expires_at \
        FROM roaming_request WHERE id = $1";
    WAITING = "SELECT id, requester, person_id, state, channel, facts, nonce, items, made_at, expires_at \
        FROM roaming_request WHERE person_id = $1 AND state = 'OPEN' AND expires_at > $2";
    /// From the phone to the mailbox, or once more to the mailbox.
    TO_MAIL = "UPDATE roaming_request SET channel = 'mail', expires_at = $3, changed_at = $2 \
        WHERE id = $1 AND state = 'OPEN' AND expires_at > $2 RETURNING id";
    CONSUME = "UPDATE roaming_request SET state = 'CONSUMED', changed_at = $2 \
        WHERE id = $1 AND state = 'OPEN' AND expires_at > $2 RETURNING id";
    END = "UPDATE roaming_request SET state = $3, changed_at = $2 WHERE id = $1 AND state = 'OPEN' RETURNING id";
}

/// A request by its id.
pub(super) async fn load(work: &Work, id: &RequestId) -> Result<Option<Request>, DbError> {
    work.read().await?.first(BY_ID, args![id]).await?.map(|row| Request::from_row(&row)).transpose()
}
