//! SQL of the device room.

crate::sql! {
    /// A new invitation, or the open one of this person with a longer life.
    INVITE = "INSERT INTO device_invitation (id, person, state, generation, made_at, expires_at) \
        VALUES ($1, $2, 'OPEN', 0, $3, $4) \
        ON CONFLICT (person) WHERE state = 'OPEN' DO UPDATE SET expires_at = $4 RETURNING id";
    INVITATION = "SELECT id, person, state, password, contact, generation, code_until, expires_at \
        FROM device_invitation WHERE id = $1";
    OPEN_INVITATION = "SELECT id, person, salt, password, contact, generation, code_until \
        FROM device_invitation WHERE person = $1 AND state = 'OPEN' AND expires_at > $2";
    SET_PASSWORD = "UPDATE device_invitation SET salt = $2, password = $3 \
        WHERE id = $1 AND state = 'OPEN' AND expires_at > $4 RETURNING id";
    /// The next code; the one before is worth nothing from then on.
    NEXT_CODE = "UPDATE device_invitation SET generation = generation + 1, contact = $2, code_until = $3 \
        WHERE id = $1 AND state = 'OPEN' AND expires_at > $4 RETURNING generation";
    /// It went to a wrong address: over, and no phone can claim it.
    WITHDRAW_INVITATION = "UPDATE device_invitation SET state = 'CLAIMED', password = NULL, salt = NULL, \
        expires_at = $2 WHERE person = $1 AND state = 'OPEN' RETURNING id";
    /// One phone wins the invitation.
    CLAIM = "UPDATE device_invitation SET state = 'CLAIMED', password = NULL, salt = NULL \
        WHERE id = $1 AND state = 'OPEN' RETURNING person";

    CHALLENGE = "INSERT INTO device_challenge (id, invitation, person, contact, challenge, number_mac, state, expires_at) \
        VALUES ($1, $2, $3, $4, $5, $6, 'OPEN', $7)";
    /// Spent by whoever comes first, in time.
    SPEND = "UPDATE device_challenge SET state = 'SPENT' WHERE id = $1 AND state = 'OPEN' AND expires_at > $2 \
        RETURNING invitation, person, contact, challenge, number_mac";
    SWEEP_CHALLENGES = "DELETE FROM device_challenge WHERE expires_at < $1";

    TRANSFER = "INSERT INTO device_transfer (id, jkt, model, challenge, state, asked_at, expires_at) \
        VALUES ($1, $2, $3, $4, 'OPEN', $5, $6)";
    TRANSFER_FACTS = "SELECT jkt, model, challenge, state, asked_at, expires_at FROM device_transfer WHERE id = $1";
    /// One old phone signs, once, what it has read.
    SIGN_TRANSFER = "UPDATE device_transfer SET state = 'SIGNED', person = $2, device = $3, evidence = $4, signed_at = $5 \
        WHERE id = $1 AND state = 'OPEN' AND jkt = $6 AND challenge = $7 AND expires_at > $5 RETURNING id";
    /// Only the key that was signed for spends it.
    SPEND_TRANSFER = "UPDATE device_transfer SET state = 'SPENT' \
        WHERE id = $1 AND jkt = $2 AND state = 'SIGNED' AND expires_at > $3 RETURNING person, device, challenge";
    SWEEP_TRANSFERS = "DELETE FROM device_transfer WHERE expires_at < $1 AND state = 'OPEN'";

    /// The phone in use gives way.
    REPLACE = "UPDATE device SET state = 'REPLACED', ended_at = $2 \
        WHERE id = $1 AND state IN ('ACTIVE', 'COOLING') RETURNING id";
    BIND = "INSERT INTO device (id, person, jkt, jwk, state, assurance, storage, unlock, app, att_fmt, att_data, \
        att_result, push_kind, push_token, push_sender, replaces, bound_at, cool_until, vouching) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";
    /// The newest phone of a person that ever could sign, whatever became of it: one that could not never was theirs.
    LATEST = "SELECT id FROM device WHERE person = $1 AND (vouching IS NULL OR vouching <> 'NEEDED') \
        AND (cool_until IS NULL OR ended_at IS NULL OR ended_at >= cool_until) ORDER BY bound_at DESC, id DESC LIMIT 1";
    PHONES = "SELECT id, person, jkt, jwk, state, assurance, app, replaces, bound_at, cool_until, vouching FROM device \
        WHERE person = $1 ORDER BY bound_at DESC, id DESC LIMIT 20";
    VOUCH = "UPDATE device SET vouching = $2, vouched_by = $3, vouched_at = $4 \
        WHERE id = $1 AND vouching = 'NEEDED' AND state = 'COOLING' RETURNING person";
    /// A new phone that may not sign yet is sent away.
    SEND_AWAY = "UPDATE device SET state = 'REVOKED', ended_at = $2 \
        WHERE id = $1 AND state = 'COOLING' AND (cool_until > $2 OR vouching = 'NEEDED') RETURNING person, replaces";
    /// The phone that it had replaced is in use again.
    REINSTATE = "UPDATE device SET state = 'ACTIVE', ended_at = NULL WHERE id = $1 AND state = 'REPLACED' RETURNING id";
    BY_KEY = "SELECT id, person, jkt, jwk, state, assurance, app, replaces, bound_at, cool_until, vouching FROM device WHERE jkt = $1";
    BY_ID = "SELECT id, person, jkt, jwk, state, assurance, app, replaces, bound_at, cool_until, vouching FROM device WHERE id = $1";
    CURRENT = "SELECT id, person, jkt, jwk, state, assurance, app, replaces, bound_at, cool_until, vouching FROM device \
        WHERE person = $1 AND state IN ('ACTIVE', 'COOLING')";
    /// The last time another phone took the place of one; the first phone is no change.
    CHANGED_AT = "SELECT MAX(bound_at) AS changed_at FROM device WHERE person = $1 AND replaces IS NOT NULL";
    REVOKE = "UPDATE device SET state = 'REVOKED', ended_at = $2 \
        WHERE id = $1 AND state IN ('ACTIVE', 'COOLING', 'REPLACED') RETURNING person";

    /// A freeze is only ever made longer; one that staff must look at stays.
    FREEZE = "INSERT INTO device_freeze (person, until, held) VALUES ($1, $2, $3) ON CONFLICT (person) DO UPDATE SET \
        until = CASE WHEN device_freeze.until < $2 THEN $2 ELSE device_freeze.until END, \
        held = CASE WHEN device_freeze.held = 1 THEN 1 ELSE $3 END";
    FROZEN = "SELECT until, held FROM device_freeze WHERE person = $1";
    THAW = "DELETE FROM device_freeze WHERE person = $1 RETURNING person";

    ASK_REVOCATION = "INSERT INTO device_revocation (id, device, person, reason, state, asked_by, asked_at, expires_at) \
        VALUES ($1, $2, $3, $4, 'OPEN', $5, $6, $7)";
    END_OLD_REVOCATION = "UPDATE device_revocation SET state = 'WITHDRAWN' \
        WHERE device = $1 AND state = 'OPEN' AND expires_at <= $2";
    REVOCATION = "SELECT id, device, person, reason, asked_by, asked_at FROM device_revocation \
        WHERE device = $1 AND state = 'OPEN' AND expires_at > $2";
    /// The second pair of eyes is never the first.
    CONFIRM_REVOCATION = "UPDATE device_revocation SET state = 'DONE', decided_by = $2, decided_at = $3 \
        WHERE id = $1 AND state = 'OPEN' AND asked_by <> $2 AND expires_at > $3 RETURNING device";
    WITHDRAW_REVOCATION = "UPDATE device_revocation SET state = 'WITHDRAWN', decided_by = $2, decided_at = $3 \
        WHERE id = $1 AND state = 'OPEN' RETURNING device";

    /// No row: this proof was seen before.
    PROOF = "INSERT INTO device_proof (jkt, jti, expires_at) VALUES ($1, $2, $3) \
        ON CONFLICT (jkt, jti) DO NOTHING RETURNING jti";
    SWEEP_PROOFS = "DELETE FROM device_proof WHERE expires_at < $1";

    /// A newer question about the same thing withdraws the older.
    WITHDRAW = "UPDATE device_approval SET state = 'WITHDRAWN', answered_at = $4 \
        WHERE person = $1 AND kind = $2 AND reference = $3 AND state IN ('WAITING', 'APPROVED')";
    ASK = "INSERT INTO device_approval (id, person, kind, reference, subject, display, nonce, state, asked_at, expires_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, 'WAITING', $8, $9)";
    WAITING = "SELECT id, kind, expires_at FROM device_approval \
        WHERE person = $1 AND state = 'WAITING' AND expires_at > $2 ORDER BY asked_at LIMIT 100";
    APPROVAL = "SELECT id, person, kind, reference, subject, display, nonce, state, asked_at, expires_at, device, \
        evidence, answered_at FROM device_approval WHERE id = $1";
    ANSWER = "UPDATE device_approval SET state = $2, device = $3, reason = $4, evidence = $5, answered_at = $6 \
        WHERE id = $1 AND state = 'WAITING' AND expires_at > $6 RETURNING id";
    /// An approval serves once.
    TAKE = "UPDATE device_approval SET state = 'USED' WHERE id = $1 AND kind = $2 AND state = 'APPROVED' \
        RETURNING person, reference, subject, device, evidence, answered_at";
}
