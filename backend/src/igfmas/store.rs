//! SQL of the iGFMAS room.

/// Whether the officer `$2` may act on the document at the instant `$3`: appointed to the awaited role, where it is
/// awaited, on this day, up to this amount; never in two roles (PUB-FIN-2); a draft is its preparer's. One text, so that
/// no verb forgets a part. The rows it looks at are older than the state it stands beside: nobody comes between.
macro_rules! may_act {
    () => {
        " AND (awaits NOT IN ('penyedia', 'pelaksana') OR preparer = $2)
        AND NOT EXISTS (SELECT 1 FROM igfmas_hand h WHERE h.document = igfmas_document.id AND h.person = $2
            AND h.role <> igfmas_document.awaits)
        AND amount_sen <= (SELECT MAX(a.limit_sen) FROM igfmas_appointment a
            WHERE a.person = $2 AND a.office = igfmas_document.awaits_office
            AND a.role = CASE WHEN igfmas_document.awaits = 'pelaksana' THEN 'penyedia' ELSE igfmas_document.awaits END
            AND (a.module = '' OR a.module = igfmas_document.module) AND a.starts_at <= $3 AND a.ends_at > $3)"
    };
}

crate::sql! {
    PROCESSES = "SELECT v.process, v.version, v.module, v.name, v.system, v.steps, v.batch, v.confidence, v.remark,
            v.in_use, v.changed_at
        FROM igfmas_process p JOIN igfmas_process_version v ON v.process = p.number AND v.version = p.version
        ORDER BY p.number";
    PROCESS = "SELECT v.process, v.version, v.module, v.name, v.system, v.steps, v.batch, v.confidence, v.remark,
            v.in_use, v.changed_at
        FROM igfmas_process p JOIN igfmas_process_version v ON v.process = p.number AND v.version = p.version
        WHERE p.number = $1";
    PROCESS_VERSION = "SELECT process, version, module, name, system, steps, batch, confidence, remark, in_use, changed_at
        FROM igfmas_process_version WHERE process = $1 AND version = $2";
    ADD_PROCESS = "INSERT INTO igfmas_process (number, version) VALUES ($1, 1) ON CONFLICT (number) DO NOTHING";
    /// One of two editors wins.
    NEXT_PROCESS_VERSION = "UPDATE igfmas_process SET version = version + 1 WHERE number = $1 AND version = $2
        RETURNING version";
    ADD_PROCESS_VERSION = "INSERT INTO igfmas_process_version
            (process, version, module, name, system, steps, batch, confidence, remark, in_use, changed_by, changed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    APPOINT = "INSERT INTO igfmas_appointment
            (id, person, office, role, module, limit_sen, starts_at, ends_at, appointed_by, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    APPOINTMENT = "SELECT id FROM igfmas_appointment WHERE id = $1";
    APPOINTMENTS = "SELECT id, person, office, role, module, limit_sen, starts_at, ends_at FROM igfmas_appointment
        WHERE person = $1 ORDER BY starts_at, id";
    END_APPOINTMENT = "UPDATE igfmas_appointment SET ends_at = CASE WHEN starts_at > $2 THEN starts_at ELSE $2 END
        WHERE id = $1 AND ends_at > $2 AND starts_at < ends_at RETURNING id";
    /// Nothing is prepared by whoever may not; the appointment stands in the statement.
    PREPARE = "INSERT INTO igfmas_document (id, process, process_version, module, office, receiver, company, reference,
            preparer, state, version, amount_sen, hash, step, steps, awaits, awaits_office, desk, since, created_at)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, 'DRAFT', 1, $10, $11, 0, $12, 'penyedia', $5, $9, $13, $13
        WHERE EXISTS (SELECT 1 FROM igfmas_appointment a WHERE a.person = $9 AND a.office = $5 AND a.role = 'penyedia'
            AND (a.module = '' OR a.module = $4) AND a.starts_at <= $13 AND a.ends_at > $13 AND a.limit_sen >= $10)
        ON CONFLICT (company, reference) DO NOTHING";
    REFERENCE_TAKEN = "SELECT id FROM igfmas_document WHERE company = $1 AND reference = $2";
    ADD_VERSION = "INSERT INTO igfmas_document_version (document, version, payload, hash, made_at)
        VALUES ($1, $2, $3, $4, $5)";
    /// Of a draft in place; of a document that came back, as the next version. `$4` is the version that was looked at.
    AMEND = concat!("UPDATE igfmas_document SET state = 'DRAFT', amount_sen = $5, hash = $6, since = $3, reason = NULL,
            version = version + CASE WHEN state = 'DRAFT' THEN 0 ELSE 1 END
        WHERE id = $1 AND version = $4 AND state IN ('DRAFT', 'RETURNED', 'POST_FAILED')", may_act!(),
        " RETURNING version");
    AMEND_VERSION = "UPDATE igfmas_document_version SET payload = $3, hash = $4, made_at = $5
        WHERE document = $1 AND version = $2 AND submitted_at IS NULL";
    SUBMIT = concat!("UPDATE igfmas_document SET state = 'SUBMITTED', step = 1, awaits = $5, awaits_office = $6, desk = $7,
            since = $3
        WHERE id = $1 AND version = $4 AND hash = $8 AND state = 'DRAFT'", may_act!(), " RETURNING id");
    SUBMIT_VERSION = "UPDATE igfmas_document_version SET submitted_at = $3, file = $4, head_length = $5, head_sha256 = $6
        WHERE document = $1 AND version = $2";
    HEAD = "SELECT file, head_length, head_sha256 FROM igfmas_document_version WHERE document = $1 AND version = $2";
    /// One signature for one head.
    MOVE_HEAD = "UPDATE igfmas_document_version SET head_length = $4, head_sha256 = $5
        WHERE document = $1 AND version = $2 AND head_sha256 = $3 RETURNING file";
    SIGNER = "SELECT signer FROM igfmas_document WHERE id = $1 AND version = $2 AND step = $3 AND state = 'SIGNING'";
    ADD_STEP = "INSERT INTO igfmas_step (id, document, version, seq, role, office) VALUES ($1, $2, $3, $4, $5, $6)";
    ADD_HAND = "INSERT INTO igfmas_hand (document, version, person, role, at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (document, version, person) DO NOTHING";
    DROP_HAND = "DELETE FROM igfmas_hand WHERE document = $1 AND version = $2 AND person = $3 AND role = $4";
    /// To the preparer, or for good; `$4` and `$5` are version and step that were looked at, `$6` the state it gets, `$7`
    /// and `$8` whose act is waited for then and on which desk.
    SEND_BACK = concat!("UPDATE igfmas_document SET state = $6, awaits = $7, awaits_office = CASE WHEN $6 = 'RETURNED'
            THEN office END, desk = $8, since = $3, reason = $9
        WHERE id = $1 AND version = $4 AND step = $5 AND state = 'SUBMITTED'", may_act!(), " RETURNING id");
    END_VERSION = "UPDATE igfmas_document_version SET ended_by = $3, ended_reason = $4, ended_at = $5
        WHERE document = $1 AND version = $2";
    /// Tx B of the ceremony: `$4` and `$5` are version and step of the order, `$6` the hash of the document; that it is what
    /// was shown follows from the head that the ceremony compares.
    CLAIM = concat!("UPDATE igfmas_document SET state = 'SIGNING', signer = $2
        WHERE id = $1 AND version = $4 AND step = $5 AND hash = $6 AND state = 'SUBMITTED'", may_act!(), " RETURNING id");
    RELEASE = "UPDATE igfmas_document SET state = 'SUBMITTED', signer = NULL
        WHERE id = $1 AND version = $2 AND step = $3 AND state = 'SIGNING' RETURNING id";
    SIGN = "UPDATE igfmas_document SET state = CASE WHEN step = steps THEN 'CERTIFIED' ELSE 'SIGNED' END, since = $4,
            signer = NULL, awaits = NULL, awaits_office = NULL, desk = NULL, claim_until = $4
        WHERE id = $1 AND version = $2 AND step = $3 AND state = 'SIGNING' RETURNING hash";
    ADD_SIGNATURE = "INSERT INTO igfmas_signature (step, person, ceremony, certificate, factor, hash, revision, signed_at,
            result)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'MADE')";
    SIGNATURE = "SELECT person, certificate FROM igfmas_signature WHERE step = $1";
    UNVERIFIED = "SELECT id FROM igfmas_document WHERE claim_until IS NOT NULL AND claim_until <= $1
        ORDER BY claim_until LIMIT $2";
    /// One verifier at a time; `$4` is now. A verifier that died is relieved when its time is over.
    BEGIN_VERIFY = "UPDATE igfmas_document SET state = 'VERIFYING', claim = $2, claim_until = $3
        WHERE id = $1 AND (state IN ('SIGNED', 'CERTIFIED', 'VERIFY_HELD')
            OR (state = 'VERIFYING' AND claim_until <= $4)) RETURNING id";
    GO_ON = "UPDATE igfmas_document SET state = $3, awaits = $4, awaits_office = $5, desk = $6, since = $7, step = $8,
            reason = NULL, claim = NULL, claim_until = NULL
        WHERE id = $1 AND state = 'VERIFYING' AND claim = $2 RETURNING id";
    STOP = "UPDATE igfmas_document SET state = 'POST_FAILED', since = $3, reason = $4, awaits = $5, awaits_office = $6,
            desk = $7, claim = NULL, claim_until = NULL
        WHERE id = $1 AND state = 'VERIFYING' AND claim = $2 RETURNING id";
    HOLD = "UPDATE igfmas_document SET state = 'VERIFY_HELD', claim = NULL, claim_until = $3, reason = $4
        WHERE id = $1 AND state = 'VERIFYING' AND claim = $2 RETURNING id";
    JUDGE = "UPDATE igfmas_signature SET result = $2, judged_at = $3, list_sha256 = $4, list_this_update = $5
        WHERE step = $1";
    POST = "INSERT INTO igfmas_posting (key, document, version, hash, amount_sen, at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (key) DO NOTHING";
    POSTING = "SELECT key, version, hash, amount_sen, at FROM igfmas_posting WHERE document = $1";
    RECORDS = "SELECT s.seq, s.role, g.person, g.ceremony, g.certificate, g.factor, g.hash, g.signed_at, g.result,
            g.judged_at
        FROM igfmas_step s JOIN igfmas_signature g ON g.step = s.id
        WHERE s.document = $1 AND s.version = $2 ORDER BY s.seq";
    MAY_ACT = concat!("SELECT id FROM igfmas_document
        WHERE id = $1 AND version = $4 AND step = $5 AND state = 'SUBMITTED'", may_act!());
    DOCUMENT = "SELECT id, process, process_version, module, office, receiver, company, reference, preparer, state, version,
            amount_sen, hash, step, steps, awaits, awaits_office, since, reason, created_at
        FROM igfmas_document WHERE id = $1";
    PAYLOAD = "SELECT payload FROM igfmas_document_version WHERE document = $1 AND version = $2";
    STEP = "SELECT id, document, version, seq, role, office FROM igfmas_step WHERE id = $1";
    STEPS = "SELECT id, document, version, seq, role, office FROM igfmas_step WHERE document = $1 AND version = $2
        ORDER BY seq";
    HANDS = "SELECT version, person, role, at FROM igfmas_hand WHERE document = $1 ORDER BY version, at, person";
    /// What an officer is appointed to where a document waits, whatever the day and the amount: why they were refused.
    APPOINTED = "SELECT role, limit_sen, starts_at, ends_at FROM igfmas_appointment
        WHERE person = $1 AND office = $2 AND (module = '' OR module = $3) ORDER BY limit_sen";
    /// FIN-1 and FIN-2, again as long as nothing was signed.
    BEGIN_RUN = "INSERT INTO igfmas_run (step, person, fin, at) VALUES ($1, $2, 2, $3)
        ON CONFLICT (step, person) DO UPDATE SET fin = 2, at = $3 WHERE igfmas_run.fin <= 8 RETURNING fin";
    /// The next event and no other one.
    NEXT_FIN = "UPDATE igfmas_run SET fin = $3, at = $4 WHERE step = $1 AND person = $2 AND fin = $3 - 1 RETURNING fin";
    RUN = "SELECT fin FROM igfmas_run WHERE step = $1 AND person = $2";
    END_RUN = "DELETE FROM igfmas_run WHERE step = $1 AND person = $2";
    DESKS = "SELECT DISTINCT office, role FROM igfmas_appointment
        WHERE person = $1 AND role <> 'penyedia' AND starts_at <= $2 AND ends_at > $2";
    /// A page of a desk: what the officer may act on, keyset on (since, id), in the order of its index.
    DESK = concat!("SELECT id, process, process_version, reference, company, amount_sen, state, awaits, version, step, since
        FROM igfmas_document WHERE desk = $1 AND (since, id) > ($4, $5)", may_act!(), " ORDER BY since, id LIMIT $6");
    DESK_SIZE = concat!("SELECT COUNT(*) AS waiting FROM igfmas_document WHERE desk = $1", may_act!());
}
