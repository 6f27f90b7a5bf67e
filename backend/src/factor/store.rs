//! SQL of the factor room. Each guard is one statement: on PostgreSQL a value that is read and written back
//! loses updates, and a lost count is a free guess.

crate::sql! {
    /// A waiting secret gives way to a newer one.
    OFFER = "INSERT INTO factor_totp (id, person, device, state, secret, shift, last_step, made_at, not_after) \
        VALUES ($1, $2, $3, 'PENDING', $4, 0, 0, $5, $6) \
        ON CONFLICT (device) WHERE state = 'PENDING' \
        DO UPDATE SET id = $1, secret = $4, made_at = $5, not_after = $6";
    PENDING = "SELECT id, secret FROM factor_totp WHERE id = $1 AND device = $2 AND state = 'PENDING'";
    END_ACTIVE = "UPDATE factor_totp SET state = 'ENDED' WHERE device = $1 AND state = 'ACTIVE'";
    ACTIVATE = "UPDATE factor_totp SET state = 'ACTIVE', shift = $2, last_step = $3, activated_at = $4 \
        WHERE id = $1 AND state = 'PENDING' RETURNING id";
    ACTIVE = "SELECT id, secret, shift, last_step FROM factor_totp \
        WHERE device = $1 AND state = 'ACTIVE' AND not_after > $2";
    STATES = "SELECT state FROM factor_totp WHERE device = $1 AND state IN ('PENDING', 'ACTIVE') ORDER BY state";
    /// A step that was used is never reserved again.
    RESERVE_STEP = "UPDATE factor_totp SET reservation = $2, reserved_step = $3 \
        WHERE id = $1 AND state = 'ACTIVE' AND last_step < $3 RETURNING id";
    USE_STEP = "UPDATE factor_totp SET last_step = reserved_step, shift = $3, reservation = NULL \
        WHERE id = $1 AND reservation = $2 AND state = 'ACTIVE' AND last_step < reserved_step RETURNING id";

    LIVE = "SELECT id, person, target, subject, device, nonce, generation, issued_at, expires_at FROM factor_code \
        WHERE person = $1 AND kind = $2 AND state = 'LIVE'";
    BY_ID = "SELECT id, person, target, subject, device, nonce, generation, issued_at, expires_at FROM factor_code \
        WHERE id = $1 AND generation = $2 AND state = 'LIVE' AND expires_at > $3";
    SUPERSEDE = "UPDATE factor_code SET state = 'SUPERSEDED' WHERE person = $1 AND kind = $2 AND state = 'LIVE'";
    /// A newer mail ends the older one for the same purpose only: anybody can ask for a new PIN.
    SUPERSEDE_MAIL = "UPDATE factor_code SET state = 'SUPERSEDED' \
        WHERE person = $1 AND kind = 'mail' AND purpose = $2 AND state = 'LIVE'";
    ISSUE = "INSERT INTO factor_code (id, person, kind, target, subject, device, nonce, generation, tries, state, \
        issued_at, expires_at, purpose) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, 'LIVE', $8, $9, $10)";
    /// The next code of the same session; its tries go on counting.
    AGAIN = "UPDATE factor_code SET generation = generation + 1, issued_at = $3, expires_at = $4, reservation = NULL \
        WHERE id = $1 AND generation = $2 AND state = 'LIVE' RETURNING id";
    /// One try more, while there is one and the code lives.
    TRY = "UPDATE factor_code SET tries = tries + 1 WHERE person = $1 AND kind = $2 AND target = $3 \
        AND state = 'LIVE' AND expires_at > $4 AND tries < $5 \
        RETURNING id, person, target, subject, device, nonce, generation, issued_at, expires_at";
    /// The code was right: its try is given back, and this ceremony holds it now.
    RESERVE = "UPDATE factor_code SET reservation = $3, tries = tries - 1 \
        WHERE id = $1 AND generation = $2 AND state = 'LIVE' RETURNING id";
    USE = "UPDATE factor_code SET state = 'CONSUMED', reservation = NULL \
        WHERE id = $1 AND reservation = $2 AND state = 'LIVE' RETURNING id";
}
