//! SQL of the eKYC room.

crate::sql! {
    TAKEN_AT = "SELECT opened_at FROM ekyc_submission WHERE id = $1";
    START = "INSERT INTO ekyc_submission (id, person, document, state, nonce_hash, opened_at, lapses_at)
        VALUES ($1, $2, $3, 'OPEN', $4, $5, $6)";
    /// An unfinished capture gives way to a new one; a submitted one does not.
    GIVE_WAY = "UPDATE ekyc_submission SET state = 'LAPSED' WHERE person = $1 AND state = 'OPEN'";
    OPEN = "SELECT document FROM ekyc_submission
        WHERE id = $1 AND person = $2 AND nonce_hash = $3 AND state = 'OPEN' AND lapses_at > $4";
    PUT = "INSERT INTO ekyc_picture (submission, slot, blob, length, original, width, height, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (submission, slot) DO UPDATE SET blob = $3, length = $4, original = $5, width = $6, height = $7,
            at = $8";
    SLOTS = "SELECT slot FROM ekyc_picture WHERE submission = $1 ORDER BY slot";
    SUBMIT = "UPDATE ekyc_submission SET state = 'SUBMITTED', submitted_at = $4
        WHERE id = $1 AND person = $2 AND nonce_hash = $3 AND state = 'OPEN' AND lapses_at > $4 RETURNING id";
    SUBMITTED = "SELECT id FROM ekyc_submission WHERE id = $1 AND person = $2 AND nonce_hash = $3
        AND submitted_at IS NOT NULL";
    QUEUE = "SELECT id, person, document, submitted_at FROM ekyc_submission WHERE state = 'SUBMITTED'
        ORDER BY submitted_at, id LIMIT 200";
    CASE = "SELECT id, person, document, state, submitted_at, decided_at, reason FROM ekyc_submission WHERE id = $1";
    PICTURE = "SELECT blob, length, width, height FROM ekyc_picture WHERE submission = $1 AND slot = $2";
    DECIDE = "UPDATE ekyc_submission SET state = $2, reason = $3, decided_by = $4, decided_at = $5
        WHERE id = $1 AND state = 'SUBMITTED' RETURNING person";
    NEWEST = "SELECT state, reason, decided_at FROM ekyc_submission WHERE person = $1 AND state IN
        ('SUBMITTED', 'APPROVED', 'REJECTED', 'RETAKE') ORDER BY submitted_at DESC, id DESC LIMIT 1";
    APPROVED = "SELECT id, decided_at FROM ekyc_submission WHERE person = $1 AND state = 'APPROVED'
        AND decided_at > $2 ORDER BY decided_at DESC LIMIT 1";
}
