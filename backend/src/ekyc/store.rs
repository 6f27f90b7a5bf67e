//! SQL of the eKYC room.

crate::sql! {
    /// The oldest picture in force: a case may be older than the phone that all of its pictures were taken with.
    TAKEN_AT = "SELECT MIN(at) AS taken_at FROM ekyc_picture WHERE submission = $1 AND replaced = 0";
    START = "INSERT INTO ekyc_submission (id, person, document, state, nonce_hash, opened_at, lapses_at,
            challenge_until, prompts, consent, consented_at, consent_text)
        VALUES ($1, $2, $3, 'OPEN', $4, $5, $6, $7, $8, $9, $5, $10)";
    KEEP_CONSENT = "INSERT INTO ekyc_consent (sha256, version, lang, text, first_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (sha256) DO NOTHING";
    /// A capture that lapsed gives way to a new one; a submitted one does not.
    GIVE_WAY = "UPDATE ekyc_submission SET state = 'LAPSED' WHERE person = $1 AND state = 'OPEN' AND lapses_at <= $2";
    /// The challenge of an open capture is renewed; its pictures stay.
    RENEW = "UPDATE ekyc_submission SET nonce_hash = $2, challenge_until = $3, prompts = $4, consent = $5,
            consented_at = CASE WHEN consent_text = $7 THEN consented_at ELSE $6 END, consent_text = $7
        WHERE person = $1 AND state = 'OPEN' AND lapses_at > $6 RETURNING id, document, lapses_at";
    /// A retake: the same check, the next attempt. The pictures that are not asked for again stay.
    REOPEN = "UPDATE ekyc_submission SET state = 'OPEN', attempt = attempt + 1, round = 1, nonce_hash = $3,
            lapses_at = $4, challenge_until = $5, prompts = $6, consent = $7, consented_at = $8, consent_text = $9,
            checked_at = NULL, check_tries = 0, check_after = 0, findings = NULL, risk = 0, sampled = 0,
            holder = NULL, held_until = 0
        WHERE id = $1 AND person = $2 AND state = 'RETAKE' AND case_key IS NOT NULL RETURNING document";
    TO_RETAKE = "SELECT id, retake FROM ekyc_submission WHERE person = $1 AND state = 'RETAKE' AND retake <> ''
        AND case_key IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ekyc_submission later
            WHERE later.person = $1 AND later.submitted_at > ekyc_submission.submitted_at)
        ORDER BY submitted_at DESC LIMIT 1";
    REPLACE_PICTURE = "UPDATE ekyc_picture SET replaced = 1 WHERE submission = $1 AND slot = $2";
    /// Pictures from before cases had keys: nobody can open them.
    DROP_LOST = "DELETE FROM ekyc_picture WHERE submission = $1 AND EXISTS (SELECT 1 FROM ekyc_submission s
        WHERE s.id = $1 AND s.case_key IS NULL) RETURNING blob";
    STANDING = "SELECT document, nonce_hash, challenge_until, prompts FROM ekyc_submission
        WHERE id = $1 AND person = $2 AND state = 'OPEN' AND lapses_at > $3";
    KEY = "SELECT case_key FROM ekyc_submission WHERE id = $1";
    GIVE_KEY = "UPDATE ekyc_submission SET case_key = $2 WHERE id = $1 AND case_key IS NULL AND state = 'OPEN'";
    /// Holds the row while a picture is put: the challenge must still count then.
    PUTTING = "UPDATE ekyc_submission SET nonce_hash = nonce_hash WHERE id = $1 AND state = 'OPEN' AND nonce_hash = $2
        AND challenge_until > $3 RETURNING prompts";
    PUT = "INSERT INTO ekyc_picture (submission, slot, blob, length, original, width, height, quality, prompts, at,
            source)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (submission, slot) DO UPDATE SET blob = $3, length = $4, original = $5, width = $6, height = $7,
            quality = $8, prompts = $9, at = $10, source = $11, replaced = 0";
    BEFORE = "SELECT blob FROM ekyc_picture WHERE submission = $1 AND slot = $2";
    SLOTS = "SELECT slot FROM ekyc_picture WHERE submission = $1 AND replaced = 0 ORDER BY slot";
    /// How far the capture has come that may be taken up again.
    PROGRESS = "SELECT s.document, COUNT(p.slot) AS taken FROM ekyc_submission s
        LEFT JOIN ekyc_picture p ON p.submission = s.id AND p.replaced = 0
        WHERE s.person = $1 AND s.state = 'OPEN' AND s.lapses_at > $2 GROUP BY s.id, s.document";
    PICTURES = "SELECT slot, blob, length, original, quality, prompts, source FROM ekyc_picture
        WHERE submission = $1 AND replaced = 0 ORDER BY slot";
    SUBMIT = "UPDATE ekyc_submission SET state = 'SUBMITTED', submitted_at = $4, reason = NULL, decided_at = NULL,
            decided_by = NULL, retake = ''
        WHERE id = $1 AND person = $2 AND nonce_hash = $3 AND state = 'OPEN' AND challenge_until > $4 RETURNING id";
    SUBMITTED = "SELECT id FROM ekyc_submission WHERE id = $1 AND person = $2 AND nonce_hash = $3
        AND state IN ('SUBMITTED', 'APPROVED', 'REJECTED', 'RETAKE')";

    /// Whoever claims a case examines it; when nothing comes of it, somebody may try again after the lease.
    CLAIM = "UPDATE ekyc_submission SET check_after = $2, check_tries = check_tries + 1
        WHERE id = (SELECT id FROM ekyc_submission WHERE state = 'SUBMITTED' AND checked_at IS NULL
            AND check_after <= $1 ORDER BY submitted_at, id LIMIT 1)
        AND check_after <= $1 AND checked_at IS NULL RETURNING id, person, document, check_tries, attempt";
    /// No key, no pictures: the person is asked for new ones.
    LOST = "UPDATE ekyc_submission SET state = 'RETAKE', reason = $2, retake = $3, decided_at = $4, case_key = NULL,
            findings = NULL, erased_at = $4
        WHERE id = $1 AND state = 'SUBMITTED' AND case_key IS NULL RETURNING id";
    EXAMINED = "UPDATE ekyc_submission SET checked_at = $3, findings = $4, risk = $5, sampled = $6
        WHERE id = $1 AND attempt = $2 AND state = 'SUBMITTED' AND checked_at IS NULL RETURNING id";

    HELD = "SELECT id FROM ekyc_submission WHERE holder = $1 AND held_until > $2 AND state = 'SUBMITTED'
        ORDER BY submitted_at, id LIMIT 1";
    /// Nobody picks: the longest waiting case that the reviewer may decide and has not looked at before.
    ASSIGN = "UPDATE ekyc_submission SET holder = $1, held_until = $3
        WHERE id = (SELECT s.id FROM ekyc_submission s WHERE s.state = 'SUBMITTED' AND s.checked_at IS NOT NULL
            AND s.held_until <= $2 AND s.person NOT IN ($4, $5) AND NOT EXISTS (SELECT 1 FROM ekyc_review r
                WHERE r.submission = s.id AND r.attempt = s.attempt AND r.reviewer = $1)
            ORDER BY s.submitted_at, s.id LIMIT 1)
        AND held_until <= $2 AND state = 'SUBMITTED' RETURNING id";
    HOLD_ON = "UPDATE ekyc_submission SET held_until = $3 WHERE id = $1 AND holder = $2 AND held_until > $4
        AND state = 'SUBMITTED' RETURNING id";
    RELEASE = "UPDATE ekyc_submission SET holder = NULL, held_until = 0 WHERE id = $1 AND holder = $2
        AND state = 'SUBMITTED' RETURNING person";
    COUNTS = "SELECT COUNT(*) AS waiting, MIN(submitted_at) AS oldest,
            COALESCE(CAST(SUM(CASE WHEN held_until > $1 THEN 1 ELSE 0 END) AS BIGINT), 0) AS held,
            COALESCE(CAST(SUM(CASE WHEN checked_at IS NULL THEN 1 ELSE 0 END) AS BIGINT), 0) AS unread
        FROM ekyc_submission WHERE state = 'SUBMITTED'";
    MINE = "SELECT r.submission, r.decision, r.at, s.person FROM ekyc_review r
        JOIN ekyc_submission s ON s.id = r.submission WHERE r.reviewer = $1 AND r.at > $2 ORDER BY r.at DESC LIMIT 50";
    CASE = "SELECT id, person, document, state, submitted_at, checked_at, holder, held_until, attempt, round, risk,
            sampled, findings, consent, consented_at FROM ekyc_submission WHERE id = $1";
    PICTURE = "SELECT blob, length FROM ekyc_picture WHERE submission = $1 AND slot = $2";
    REVIEW = "INSERT INTO ekyc_review (submission, attempt, round, reviewer, decision, reason, slots, checklist, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    REVIEWS = "SELECT decision FROM ekyc_review WHERE submission = $1 AND attempt = $2 ORDER BY round";
    NEXT_ROUND = "UPDATE ekyc_submission SET round = round + 1, holder = NULL, held_until = 0
        WHERE id = $1 AND state = 'SUBMITTED' AND holder = $2 AND held_until > $3 RETURNING round";
    DECIDE = "UPDATE ekyc_submission SET state = $2, reason = $3, retake = $4, decided_by = $5, decided_at = $6,
            valid_until = $7, held_until = 0
        WHERE id = $1 AND state = 'SUBMITTED' AND holder = $5 AND held_until > $6 RETURNING person";
    MONTH = "SELECT r.submission, r.attempt, r.round, r.decision, s.sampled FROM ekyc_review r
        JOIN ekyc_submission s ON s.id = r.submission WHERE r.at >= $1 AND r.at < $2
        ORDER BY r.submission, r.attempt, r.round";
    ERASURES = "SELECT COUNT(*) AS erased, COUNT(withdrawn_at) AS withdrawn FROM ekyc_submission
        WHERE erased_at >= $1 AND erased_at < $2";

    /// A retake that was begun is still a retake to the person.
    NEWEST = "SELECT state, reason, valid_until FROM ekyc_submission WHERE person = $1
        AND (state IN ('SUBMITTED', 'APPROVED', 'REJECTED', 'RETAKE') OR (state = 'OPEN' AND reason IS NOT NULL))
        ORDER BY submitted_at DESC, id DESC LIMIT 1";
    STANDS_ON_NAME = "SELECT id FROM ekyc_submission WHERE person = $1 AND state IN ('SUBMITTED', 'APPROVED') LIMIT 1";
    APPROVED = "SELECT id, valid_until FROM ekyc_submission WHERE person = $1 AND state = 'APPROVED'
        AND valid_until > $2 ORDER BY valid_until DESC LIMIT 1";
    /// The first certificate on an approval decides how long it counts, once.
    CERTIFIED = "UPDATE ekyc_submission SET valid_until = $2, certified = 1
        WHERE person = $1 AND state = 'APPROVED' AND certified = 0 AND valid_until > $3 RETURNING id";
    ENDED = "UPDATE ekyc_submission SET end_told = 1
        WHERE state = 'APPROVED' AND valid_until <= $1 AND end_told = 0 RETURNING id, person";

    /// Whatever of the person's is open, waits or is kept.
    WITHDRAW = "UPDATE ekyc_submission
        SET state = CASE WHEN state IN ('OPEN', 'SUBMITTED') THEN 'LAPSED' ELSE state END, holder = NULL,
            held_until = 0, case_key = NULL, findings = NULL, withdrawn_at = $2, erased_at = COALESCE(erased_at, $2)
        WHERE person = $1 AND withdrawn_at IS NULL AND (state IN ('OPEN', 'SUBMITTED') OR case_key IS NOT NULL)
        RETURNING id";

    /// What taking the consent back would erase.
    KEPT = "SELECT COUNT(*) AS kept FROM ekyc_submission
        WHERE person = $1 AND withdrawn_at IS NULL AND (state IN ('OPEN', 'SUBMITTED') OR case_key IS NOT NULL)";

    LAPSE = "UPDATE ekyc_submission SET state = 'LAPSED' WHERE state = 'OPEN' AND lapses_at <= $1";
    TO_ERASE = "SELECT id, person FROM ekyc_submission WHERE case_key IS NOT NULL AND erased_at IS NULL
        AND (state = 'LAPSED' OR (state IN ('APPROVED', 'REJECTED', 'RETAKE') AND decided_at <= $1))
        ORDER BY id LIMIT 100";
    ERASE = "UPDATE ekyc_submission SET case_key = NULL, findings = NULL, erased_at = $2
        WHERE id = $1 AND erased_at IS NULL AND state <> 'OPEN' AND state <> 'SUBMITTED' RETURNING id";
    FORGET_PICTURES = "DELETE FROM ekyc_picture WHERE submission = $1 RETURNING blob";
}
