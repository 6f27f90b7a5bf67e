//! SQL of the outbox.

crate::sql! {
    QUEUE = "INSERT INTO outbox (id, kind, name, recipient, ids, state, attempts, due_at, queued_at)
             VALUES ($1, $2, $3, $4, $5, 'QUEUED', 0, $6, $6)";
    /// The job that has waited longest; one that was never tried is due whatever the clock says, which may have gone
    /// back since it was queued. A mail stays behind an older one that the mail server did not take: each
    /// person gets their mails in the order in which they were written.
    CLAIM = "UPDATE outbox SET state = 'CLAIMED', attempts = attempts + 1, due_at = $2, server = $3
             WHERE id = (SELECT id FROM outbox AS next WHERE state IN ('QUEUED', 'CLAIMED')
                           AND (due_at <= $1 OR attempts = 0)
                           AND NOT EXISTS (SELECT 1 FROM outbox AS older WHERE older.state = 'QUEUED'
                             AND older.reason LIKE 'mail-server%'
                             AND older.recipient = next.recipient AND older.id < next.id AND next.kind = 'mail')
                         ORDER BY due_at, id LIMIT 1)
               AND state IN ('QUEUED', 'CLAIMED') AND (due_at <= $1 OR attempts = 0)
             RETURNING id, kind, name, recipient, ids, attempts";
    DONE = "UPDATE outbox SET state = 'DONE', done_at = $2 WHERE id = $1 AND state = 'CLAIMED'";
    FAILED = "UPDATE outbox SET state = CASE WHEN attempts >= 12 THEN 'DEAD' ELSE 'QUEUED' END,
                     due_at = $2, reason = $3
              WHERE id = $1 AND state = 'CLAIMED'";
    /// The mail server did not take it: given up only when it was queued before `$4`.
    DELAYED = "UPDATE outbox SET state = CASE WHEN queued_at < $4 THEN 'DEAD' ELSE 'QUEUED' END,
                     due_at = $2, reason = $3
               WHERE id = $1 AND state = 'CLAIMED'";
    /// The mail server is back.
    WAKE = "UPDATE outbox SET due_at = queued_at WHERE state = 'QUEUED' AND due_at > $1 AND reason LIKE 'mail-server%'";
    /// Mails that the mail server did not take: those to `$1`, and everybody's while it took none since `$2`.
    WAITING = "SELECT COUNT(*) AS waiting FROM outbox AS late
               WHERE late.kind = 'mail' AND late.state IN ('QUEUED', 'CLAIMED') AND late.reason LIKE 'mail-server%'
                 AND (late.recipient = $1 OR NOT EXISTS (SELECT 1 FROM outbox AS taken
                       WHERE taken.kind = 'mail' AND taken.state = 'DONE' AND taken.done_at > $2))";
    /// The last life of server `$2` claimed them.
    UNCLAIM = "UPDATE outbox SET due_at = $1 WHERE state = 'CLAIMED' AND due_at > $1 AND server = $2";
    DEAD = "SELECT COUNT(*) AS dead FROM outbox WHERE state = 'DEAD'";
    NOTICE = "INSERT INTO notice (id, person, template, ids, at) VALUES ($1, $2, $3, $4, $5)";
    NOTICES_FOR = "SELECT id, template, ids, at, read_at FROM notice WHERE person = $1 ORDER BY id DESC LIMIT 100";
    READ_NOTICE = "UPDATE notice SET read_at = $3 WHERE id = $1 AND person = $2 AND read_at IS NULL";
}
