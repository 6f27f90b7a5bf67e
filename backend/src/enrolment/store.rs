//! SQL of the enrolment room.

use super::model::{Issuance, Stage, Wait};
use crate::certificate::{IssueReason, Term};
use crate::kernel::db::{DbError, Row};

crate::sql! {
    /// A certificate that waits for the phone.
    INSERT = "INSERT INTO enrolment_issuance (id, person_id, vault_key_id, spki, term, reason, state, approval_id, \
        created_at, changed_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, 'WAITING', $7, $8, $8, $9)";
    /// What waits for a person's phone is given up: it is begun again.
    WITHDRAW = "UPDATE enrolment_issuance SET state = 'WITHDRAWN', changed_at = $2 \
        WHERE person_id = $1 AND state = 'WAITING'";
    /// Whether a certificate of a person is being made.
    UNDERWAY = "SELECT id FROM enrolment_issuance WHERE person_id = $1 AND state = 'APPROVED'";
    /// The phone approved.
    APPROVE = "UPDATE enrolment_issuance SET state = 'APPROVED', device_id = $2, evidence = $3, changed_at = $4 \
        WHERE approval_id = $1 AND state = 'WAITING' RETURNING id";
    /// The phone declined.
    DECLINE = "UPDATE enrolment_issuance SET state = 'DECLINED', changed_at = $2 \
        WHERE approval_id = $1 AND state = 'WAITING' RETURNING person_id, vault_key_id, reason";
    /// The approval cannot be used any more.
    FAIL = "UPDATE enrolment_issuance SET state = 'FAILED', changed_at = $2 \
        WHERE id = $1 AND state = 'APPROVED' RETURNING vault_key_id";
    /// The certificate is there.
    ISSUED = "UPDATE enrolment_issuance SET state = 'ISSUED', certificate = $2, changed_at = $3 \
        WHERE id = $1 AND state = 'APPROVED' RETURNING id";
    /// Nobody answered in time.
    EXPIRE = "UPDATE enrolment_issuance SET state = 'WITHDRAWN', changed_at = $1 \
        WHERE state = 'WAITING' AND expires_at <= $1 RETURNING vault_key_id";
    /// Somebody may choose a new PIN, once.
    RESET = "INSERT INTO enrolment_reset (id, person_id, state, proven_at, expires_at) VALUES ($1, $2, 'PROVEN', $3, $4)";
    RESET_OF = "SELECT person_id FROM enrolment_reset WHERE id = $1 AND state = 'PROVEN' AND expires_at > $2";
    USE_RESET = "UPDATE enrolment_reset SET state = 'USED' WHERE id = $1 AND state = 'PROVEN' AND expires_at > $2 \
        RETURNING person_id";
    UNUSE_RESET = "UPDATE enrolment_reset SET state = 'PROVEN' WHERE id = $1 AND state = 'USED'";
    /// A new PIN that waits.
    WAIT = "INSERT INTO enrolment_wait (issuance, person_id, state, since, ready_at) VALUES ($1, $2, 'WAITING', $3, $4)";
    /// What waits, unless its issuance was begun again or has ended.
    WAITING_FOR = "SELECT w.issuance, w.person_id, w.since, w.ready_at FROM enrolment_wait w \
        JOIN enrolment_issuance i ON i.id = w.issuance \
        WHERE w.person_id = $1 AND w.state = 'WAITING' AND i.state = 'WAITING'";
    WAIT_OF = "SELECT w.issuance, w.person_id, w.since, w.ready_at FROM enrolment_wait w \
        JOIN enrolment_issuance i ON i.id = w.issuance \
        WHERE w.issuance = $1 AND w.state = 'WAITING' AND i.state = 'WAITING'";
    WAITS_DUE = "SELECT w.issuance, w.person_id, w.since, w.ready_at FROM enrolment_wait w \
        JOIN enrolment_issuance i ON i.id = w.issuance \
        WHERE w.state = 'WAITING' AND i.state = 'WAITING' AND w.ready_at <= $1 ORDER BY w.ready_at LIMIT 100";
    CANCEL_WAIT = "UPDATE enrolment_wait SET state = 'CANCELLED', released_by = $2, released_at = $3 \
        WHERE issuance = $1 AND state = 'WAITING' RETURNING issuance";
    RELEASE_WAIT = "UPDATE enrolment_wait SET state = 'RELEASED', released_by = $2, released_at = $3 \
        WHERE issuance = $1 AND state = 'WAITING' RETURNING issuance";
    RELEASED = "SELECT since, released_by FROM enrolment_wait WHERE issuance = $1 AND state = 'RELEASED'";
    READY_AT = "SELECT ready_at FROM enrolment_wait WHERE issuance = $1";
    /// One issuance.
    BY_ID = "SELECT id, person_id, vault_key_id, spki, term, reason, state, device_id, evidence, certificate, expires_at \
        FROM enrolment_issuance WHERE id = $1";
    /// The issuance of an approval.
    BY_APPROVAL = "SELECT id, person_id, vault_key_id, spki, term, reason, state, device_id, evidence, certificate, \
        expires_at FROM enrolment_issuance WHERE approval_id = $1";
    /// Approved, not issued: a crash or a fault of the authority.
    APPROVED = "SELECT id FROM enrolment_issuance WHERE state = 'APPROVED' ORDER BY changed_at LIMIT 100";
}

pub(super) fn wait(row: &Row) -> Result<Wait, DbError> {
    Ok(Wait {
        issuance: row.id("issuance")?,
        person: row.id("person_id")?,
        since: row.time("since")?,
        ready_at: row.time("ready_at")?,
    })
}

pub(super) fn issuance(row: &Row) -> Result<Issuance, DbError> {
    let odd = |what: &str| DbError::Inconsistent(format!("{what} of an issuance"));
    Ok(Issuance {
        id: row.id("id")?,
        person: row.id("person_id")?,
        key: row.id("vault_key_id")?,
        spki: row.bytes("spki")?,
        term: Term::parse(&row.text("term")?).ok_or_else(|| odd("term"))?,
        reason: IssueReason::parse(&row.text("reason")?).ok_or_else(|| odd("reason"))?,
        stage: Stage::parse(&row.text("state")?)?,
        device: row.opt_id("device_id")?,
        evidence: row.opt_text("evidence")?,
        certificate: row.opt_text("certificate")?,
        expires_at: row.time("expires_at")?,
    })
}
