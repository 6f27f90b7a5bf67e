//! SQL of the signing room.

use super::model::CeremonyId;
use super::purpose::Order;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Row};
use crate::person::PersonId;

crate::sql! {
    /// Whether somebody is at work with the key at `$2`.
    LEASED = "SELECT ceremony FROM signing_lease WHERE key_id = $1 AND ends_at > $2";
    /// The key is this ceremony's until `$3`, unless it is somebody else's at `$4`.
    LEASE = "INSERT INTO signing_lease (key_id, ceremony, ends_at, server) VALUES ($1, $2, $3, $5) \
        ON CONFLICT (key_id) DO UPDATE SET ceremony = $2, ends_at = $3, server = $5 \
        WHERE signing_lease.ends_at <= $4 \
        RETURNING ceremony";
    /// Given back, unless it has run out and is somebody else's now.
    END_LEASE = "DELETE FROM signing_lease WHERE ceremony = $1";
    /// Left by the dead.
    END_LEASES = "DELETE FROM signing_lease WHERE ends_at <= $1";
    /// Left by the last life of a server.
    END_OWN_LEASES = "DELETE FROM signing_lease WHERE server = $1";
    /// Tx A.
    BEGIN = "INSERT INTO signing_ceremony (id, purpose, subject, person_id, submission, state, document, version, \
        head_length, head_sha256, field, pin_counter, pin_round, certificate, factor, created_at, changed_at, server) \
        VALUES ($1, $2, $3, $4, $5, 'TRYING', $6, $7, $8, $9, '', $10, $11, $12, $13, $14, $14, $15)";
    /// The PIN was wrong.
    REFUSE = "UPDATE signing_ceremony SET state = 'REFUSED', changed_at = $2 WHERE id = $1 AND state = 'TRYING'";
    /// Nothing came of it; only before the key has signed.
    RELEASE = "UPDATE signing_ceremony SET state = 'RELEASED', increment = NULL, changed_at = $3 \
        WHERE id = $1 AND state = $2 RETURNING pin_counter, pin_round";
    /// The key has signed, but too late for its certificate: what it made is worth nothing.
    VOID = "UPDATE signing_ceremony SET state = 'RELEASED', increment = NULL, signature = NULL, cms = NULL, \
        changed_at = $2 WHERE id = $1 AND state = 'STAMPED' RETURNING id";
    /// Tx B.
    INTEND = "UPDATE signing_ceremony SET state = 'INTENDED', field = $2, increment = $3, contents_start = $4, \
        contents_end = $5, digest = $6, changed_at = $7 WHERE id = $1 AND state = 'TRYING' RETURNING id";
    /// The key has signed.
    VALUE = "UPDATE signing_ceremony SET state = 'WAITING_TIMESTAMP', signature = $2, changed_at = $3 \
        WHERE id = $1 AND state = 'INTENDED' RETURNING id";
    /// Tx C. The instant stays that of the signature value, so that recovery asks for the oldest first.
    KEEP = "UPDATE signing_ceremony SET state = 'STAMPED', cms = $2, changed_at = $3 \
        WHERE id = $1 AND state = 'WAITING_TIMESTAMP' RETURNING id";
    /// Tx D. What the blob has now is not kept twice.
    FINISH = "UPDATE signing_ceremony SET state = 'DONE', increment = NULL, length = $2, sha256 = $3, changed_at = $4 \
        WHERE id = $1 AND state = 'STAMPED' RETURNING id";
    /// One ceremony.
    BY_ID = "SELECT id, purpose, subject, person_id, submission, state, document, version, head_length, head_sha256, \
        field, certificate, factor, increment, contents_start, contents_end, digest, signature, cms, length, sha256, \
        changed_at, created_at FROM signing_ceremony WHERE id = $1";
    /// The ceremony that holds a turn.
    HOLDER = "SELECT id, purpose, subject, person_id, submission, state, document, version, head_length, head_sha256, \
        field, certificate, factor, increment, contents_start, contents_end, digest, signature, cms, length, sha256, \
        changed_at, created_at FROM signing_ceremony WHERE purpose = $1 AND subject = $2 \
        AND state IN ('INTENDED', 'WAITING_TIMESTAMP', 'STAMPED', 'DONE')";
    /// What was left behind before `$1`: what only has to be released, what has its stamp, and then what waits for one,
    /// however much that is; the oldest first.
    LEFT = "SELECT id, state FROM signing_ceremony \
        WHERE state IN ('TRYING', 'INTENDED', 'WAITING_TIMESTAMP', 'STAMPED') AND changed_at <= $1 \
        ORDER BY CASE state WHEN 'WAITING_TIMESTAMP' THEN 2 WHEN 'STAMPED' THEN 1 ELSE 0 END, changed_at LIMIT 200";
    /// What the last life of a server left behind, in the same order.
    OWN_LEFT = "SELECT id, state FROM signing_ceremony \
        WHERE state IN ('TRYING', 'INTENDED', 'WAITING_TIMESTAMP', 'STAMPED') AND server = $1 \
        ORDER BY CASE state WHEN 'WAITING_TIMESTAMP' THEN 2 WHEN 'STAMPED' THEN 1 ELSE 0 END, changed_at LIMIT 200";
    /// Tx A of a batch.
    BATCH_BEGIN = "INSERT INTO signing_batch (id, purpose, subject, person_id, submission, state, items, pin_counter, \
        pin_round, certificate, factor, server, created_at, changed_at) \
        VALUES ($1, $2, $3, $4, $5, 'TRYING', $6, $7, $8, $9, $10, $11, $12, $12)";
    BATCH_REFUSE = "UPDATE signing_batch SET state = 'REFUSED', changed_at = $2 WHERE id = $1 AND state = 'TRYING'";
    BATCH_RELEASE = "UPDATE signing_batch SET state = 'RELEASED', changed_at = $2 WHERE id = $1 AND state = 'TRYING' \
        RETURNING subject, pin_counter, pin_round";
    /// Tx B of a batch.
    BATCH_INTEND = "UPDATE signing_batch SET state = 'INTENDED', changed_at = $2 \
        WHERE id = $1 AND state = 'TRYING' RETURNING id";
    /// The batch lives, and goes on.
    BATCH_MOVE = "UPDATE signing_batch SET changed_at = $2 WHERE id = $1 AND state = 'INTENDED' RETURNING id";
    BATCH_CLOSE = "UPDATE signing_batch SET state = $2, changed_at = $3 WHERE id = $1 AND state = 'INTENDED' RETURNING id";
    BATCH = "SELECT id, subject, person_id, submission, state, items, certificate, factor, created_at \
        FROM signing_batch WHERE id = $1";
    /// The batch that holds a request.
    BATCH_HOLDER = "SELECT id, subject, person_id, submission, state, items, certificate, factor, created_at \
        FROM signing_batch WHERE purpose = $1 AND subject = $2 AND state IN ('INTENDED', 'DONE', 'CUT')";
    GROUP = "INSERT INTO signing_batch_group (batch, first, signatures) VALUES ($1, $2, $3)";
    GROUPS = "SELECT first, signatures FROM signing_batch_group WHERE batch = $1 ORDER BY first";
    BATCHES_LEFT = "SELECT id, state FROM signing_batch WHERE state IN ('TRYING', 'INTENDED') AND changed_at <= $1 \
        ORDER BY changed_at LIMIT 200";
    BATCHES_OWN_LEFT = "SELECT id, state FROM signing_batch WHERE state IN ('TRYING', 'INTENDED') AND server = $1 \
        ORDER BY changed_at LIMIT 200";
}

/// Where a ceremony stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    Trying,
    Intended,
    WaitingTimestamp,
    Stamped,
    Done,
    /// REFUSED or RELEASED.
    Over,
}

impl State {
    pub(super) fn parse(word: &str) -> Result<Self, DbError> {
        Ok(match word {
            "TRYING" => Self::Trying,
            "INTENDED" => Self::Intended,
            "WAITING_TIMESTAMP" => Self::WaitingTimestamp,
            "STAMPED" => Self::Stamped,
            "DONE" => Self::Done,
            "REFUSED" | "RELEASED" => Self::Over,
            _ => return Err(DbError::Inconsistent(format!("state of a ceremony {word}"))),
        })
    }
}

/// Where a batch stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum BatchState {
    Trying,
    Intended,
    /// DONE or CUT.
    Over,
}

impl BatchState {
    pub(super) fn parse(word: &str) -> Result<Self, DbError> {
        Ok(match word {
            "TRYING" => Self::Trying,
            "INTENDED" => Self::Intended,
            "DONE" | "CUT" => Self::Over,
            _ => return Err(DbError::Inconsistent(format!("state of a batch {word}"))),
        })
    }

    pub(super) const fn is_over(self) -> bool {
        matches!(self, Self::Over)
    }
}

/// A stored batch.
pub(super) struct Batch {
    pub(super) id: CeremonyId,
    pub(super) subject: String,
    pub(super) person: PersonId,
    pub(super) submission: String,
    pub(super) state: BatchState,
    /// How many digests.
    pub(super) count: usize,
    pub(super) certificate: String,
    pub(super) factor: String,
    pub(super) at: Timestamp,
}

impl Batch {
    pub(super) fn from_row(row: Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.id("id")?,
            subject: row.text("subject")?,
            person: row.id("person_id")?,
            submission: row.text("submission")?,
            state: BatchState::parse(&row.text("state")?)?,
            count: row.bytes("items")?.len() / 32,
            certificate: row.text("certificate")?,
            factor: row.text("factor")?,
            at: row.time("created_at")?,
        })
    }
}

/// A stored ceremony.
pub(super) struct Ceremony {
    pub(super) id: CeremonyId,
    pub(super) purpose: String,
    pub(super) person: PersonId,
    pub(super) submission: String,
    pub(super) state: State,
    pub(super) order: Order,
    pub(super) field: String,
    pub(super) certificate: String,
    pub(super) factor: String,
    pub(super) at: Timestamp,
    row: Row,
}

impl Ceremony {
    pub(super) fn from_row(row: Row) -> Result<Self, DbError> {
        let order = Order {
            subject: row.text("subject")?,
            version: number(&row, "version")?,
            document: row.text("document")?,
            head_length: number(&row, "head_length")?,
            head_sha256: digest(&row, "head_sha256")?,
        };
        Ok(Self {
            id: row.id("id")?,
            purpose: row.text("purpose")?,
            person: row.id("person_id")?,
            submission: row.text("submission")?,
            state: State::parse(&row.text("state")?)?,
            order,
            field: row.text("field")?,
            certificate: row.text("certificate")?,
            factor: row.text("factor")?,
            at: row.time("created_at")?,
            row,
        })
    }

    /// A `BYTEA` that is there in this state.
    pub(super) fn bytes(&self, column: &str) -> Result<Vec<u8>, DbError> {
        self.row.bytes(column)
    }

    /// A digest that is there in this state.
    pub(super) fn digest(&self, column: &str) -> Result<[u8; 32], DbError> {
        digest(&self.row, column)
    }

    /// A number that is there in this state.
    pub(super) fn number<N: TryFrom<i64>>(&self, column: &str) -> Result<N, DbError> {
        number(&self.row, column)
    }
}

fn number<N: TryFrom<i64>>(row: &Row, column: &str) -> Result<N, DbError> {
    N::try_from(row.int(column)?).map_err(|_| DbError::Inconsistent(format!("{column} of a ceremony")))
}

fn digest(row: &Row, column: &str) -> Result<[u8; 32], DbError> {
    row.bytes(column)?.try_into().map_err(|_| DbError::Inconsistent(format!("{column} of a ceremony")))
}
