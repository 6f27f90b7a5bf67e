//! SQL of the hims room.

crate::sql! {
    DRAFT = "INSERT INTO espa (id, developer, development, unit, lang, jadual, state, version, created_by, created_at,
            changed_at) VALUES ($1, $2, $3, $4, $5, $6, 'DRAFT', 0, $7, $8, $8)";
    AGREEMENT = "SELECT e.id, e.developer, e.development, e.unit, e.lang, e.jadual, e.state, e.version, e.created_by,
            e.created_at, e.changed_at, e.completed_at, d.code, d.name, u.number, p.name AS company
        FROM espa e JOIN development d ON d.id = e.development JOIN unit u ON u.id = e.unit
            JOIN developer p ON p.id = e.developer WHERE e.id = $1";
    /// A page of the list: by pile, then what ends first, then the newest news.
    LIST = "SELECT q.id, q.changed_at, q.ends, q.pile
        FROM (SELECT id, changed_at, found_by, COALESCE(deadline, 9223372036854775807) AS ends,
            CAST(CASE WHEN state IN ('RETURNED', 'EXPIRED') OR turn = 'EXPIRED'
                    OR (turn IN ('REVIEWING', 'READY') AND deadline <= $2) THEN 0
                WHEN state IN ('ISSUED', 'SIGNING') THEN 1
                WHEN state IN ('DRAFT', 'GENERATING') THEN 2 ELSE 3 END AS BIGINT) AS pile
            FROM espa_desk WHERE developer = $1) q
        WHERE q.pile >= $3 AND q.pile <= $4 AND q.found_by LIKE $5 ESCAPE '\\'
            AND (q.pile, q.ends, -q.changed_at, q.id) > ($6, $7, $8, $9)
        ORDER BY q.pile, q.ends, -q.changed_at, q.id LIMIT $10";
    PILES = "SELECT q.pile, COUNT(*) AS size
        FROM (SELECT CAST(CASE WHEN state IN ('RETURNED', 'EXPIRED') OR turn = 'EXPIRED'
                    OR (turn IN ('REVIEWING', 'READY') AND deadline <= $2) THEN 0
                WHEN state IN ('ISSUED', 'SIGNING') THEN 1
                WHEN state IN ('DRAFT', 'GENERATING') THEN 2 ELSE 3 END AS BIGINT) AS pile
            FROM espa_desk WHERE developer = $1) q GROUP BY q.pile";
    IN_DEVELOPMENT = "SELECT unit, id, state FROM espa WHERE developer = $1 AND development = $2
        ORDER BY changed_at DESC, id DESC";
    /// The draft is editable while nothing is being generated from it.
    TOUCH_DRAFT = "UPDATE espa SET changed_at = $3 WHERE id = $1 AND developer = $2
        AND state IN ('DRAFT', 'RETURNED') RETURNING version";
    CLEAR_PARTIES = "DELETE FROM espa_party WHERE agreement = $1 AND version = $2";
    ADD_PARTY = "INSERT INTO espa_party (id, agreement, version, seq, entered, person, role, witness_of, on_behalf_of)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    PARTIES = "SELECT p.id, p.seq, p.entered, p.person, p.role, p.witness_of, p.on_behalf_of, w.role AS witnessed
        FROM espa_party p LEFT JOIN espa_party w ON w.id = p.witness_of
        WHERE p.agreement = $1 AND p.version = $2 ORDER BY p.seq";
    /// A document is being made, is signed or was signed that names the person.
    NAMED_IN_FORCE = "SELECT p.id FROM espa_party p JOIN espa e ON e.id = p.agreement
        WHERE p.person = $1 AND (e.state = 'GENERATING' OR EXISTS (SELECT 1 FROM espa_version v
            WHERE v.agreement = p.agreement AND v.version = p.version AND v.state IN ('CURRENT', 'COMPLETED'))) LIMIT 1";
    PARTY = "SELECT p.id, p.seq, p.entered, p.person, p.role, p.witness_of, p.on_behalf_of, w.role AS witnessed
        FROM espa_party p LEFT JOIN espa_party w ON w.id = p.witness_of WHERE p.id = $1";

    /// The drafts about a unit stay drafts until what is sold has been changed.
    HOLD_UNIT_DRAFTS = "UPDATE espa SET changed_at = $2 WHERE unit = $1 AND state IN ('DRAFT', 'RETURNED')";
    ISSUED_OF_UNIT = "SELECT id FROM espa WHERE unit = $1 AND state NOT IN ('DRAFT', 'RETURNED') LIMIT 1";
    HOLD_DEVELOPMENT_DRAFTS = "UPDATE espa SET changed_at = $2
        WHERE development = $1 AND state IN ('DRAFT', 'RETURNED')";
    ISSUED_OF_DEVELOPMENT = "SELECT id FROM espa
        WHERE development = $1 AND state NOT IN ('DRAFT', 'RETURNED') LIMIT 1";

    /// Two who press the button: one wins. A generation that died gives way after its lease.
    CLAIM = "UPDATE espa SET came_from = CASE state WHEN 'GENERATING' THEN came_from ELSE state END,
            state = 'GENERATING', claim = $3, claim_until = $4
        WHERE id = $1 AND developer = $2
            AND (state IN ('DRAFT', 'RETURNED') OR (state = 'GENERATING' AND claim_until <= $5)) RETURNING version";
    UNCLAIM = "UPDATE espa SET state = came_from, came_from = NULL, claim = NULL, claim_until = NULL
        WHERE id = $1 AND state = 'GENERATING' AND claim = $2";
    ISSUE = "UPDATE espa SET state = 'ISSUED', version = version + 1, came_from = NULL, claim = NULL,
            claim_until = NULL, changed_at = $3
        WHERE id = $1 AND state = 'GENERATING' AND claim = $2 RETURNING version";
    SUPERSEDE = "UPDATE espa_version SET state = 'SUPERSEDED' WHERE agreement = $1 AND state = 'RETURNED'";
    ADD_VERSION = "INSERT INTO espa_version (agreement, version, state, document, head_seq, head_length, head_sha256,
            serial_fields, pages, page_texts, issued_at) VALUES ($1, $2, 'CURRENT', $3, 0, $4, $5, $6, $7, $8, $9)";
    ADD_REVISION = "INSERT INTO espa_revision (agreement, version, seq, length, sha256, turn, ceremony, certificate,
            factor, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    ADD_TURN = "INSERT INTO espa_turn (id, agreement, version, party, person, seq, state, generation, link_hash)
        VALUES ($1, $2, $3, $4, $5, $6, 'WAITING', 1, $7)";
    VERSION = "SELECT agreement, version, state, document, head_seq, head_length, head_sha256, serial, serial_fields,
            pages, page_texts, issued_at, ended_at FROM espa_version WHERE agreement = $1 AND version = $2";
    VERSIONS = "SELECT agreement, version, state, document, head_seq, head_length, head_sha256, serial, serial_fields,
            pages, page_texts, issued_at, ended_at FROM espa_version WHERE agreement = $1 ORDER BY version DESC";
    BY_SERIAL = "SELECT agreement, version, state, document, head_seq, head_length, head_sha256, serial, serial_fields,
            pages, page_texts, issued_at, ended_at FROM espa_version WHERE serial = $1";
    BY_DIGEST = "SELECT agreement, version, seq FROM espa_revision WHERE sha256 = $1";

    /// The next in line; the index on open turns lets one through.
    OPEN_NEXT = "UPDATE espa_turn SET state = 'INVITED', arrived_at = $3
        WHERE agreement = $1 AND version = $2 AND state = 'WAITING'
            AND seq = (SELECT MIN(seq) FROM espa_turn WHERE agreement = $1 AND version = $2 AND state = 'WAITING')
        RETURNING id, person";
    /// One pause for each window.
    PAUSE = "INSERT INTO espa_pause (turn, generation, since, until) VALUES ($1, $2, $3, $4)
        ON CONFLICT (turn, generation) DO NOTHING RETURNING turn";
    EXTEND = "UPDATE espa_turn SET deadline = deadline + $3
        WHERE id = $1 AND generation = $2 AND state IN ('REVIEWING', 'READY', 'SIGNING') AND deadline > $4
        RETURNING deadline";
    START_WINDOW = "UPDATE espa_turn SET state = 'REVIEWING', opened_at = $2, deadline = $3, reviewed_sha256 = NULL,
            reviewed_at = NULL WHERE id = $1 AND state = 'INVITED' RETURNING person, agreement";
    /// MAIL-1 once for each turn.
    IDENTITY_ASKED = "INSERT INTO espa_identity_asked (turn, asked_at) VALUES ($1, $2)
        ON CONFLICT (turn) DO NOTHING RETURNING turn";
    ASK_CERTIFICATE = "UPDATE espa_turn SET asked_at = $2
        WHERE id = $1 AND state IN ('INVITED', 'WAITING') AND asked_at IS NULL RETURNING person";
    TURN = "SELECT t.id, t.agreement, t.version, t.party, t.person, t.seq, t.state, t.generation, t.deadline,
            t.reviewed_sha256, t.signed_at, t.arrived_at, v.state AS version_state
        FROM espa_turn t JOIN espa_version v ON v.agreement = t.agreement AND v.version = t.version WHERE t.id = $1";
    TURN_BY_LINK = "SELECT t.id, t.agreement, t.version, t.party, t.person, t.seq, t.state, t.generation, t.deadline,
            t.reviewed_sha256, t.signed_at, t.arrived_at, v.state AS version_state
        FROM espa_turn t JOIN espa_version v ON v.agreement = t.agreement AND v.version = t.version
        WHERE t.link_hash = $1";
    TURNS = "SELECT t.id, t.agreement, t.version, t.party, t.person, t.seq, t.state, t.generation, t.deadline,
            t.reviewed_sha256, t.signed_at, t.arrived_at, v.state AS version_state
        FROM espa_turn t JOIN espa_version v ON v.agreement = t.agreement AND v.version = t.version
        WHERE t.agreement = $1 AND t.version = $2 ORDER BY t.seq";
    TURNS_OF = "SELECT t.id, t.agreement, t.version, t.party, t.person, t.seq, t.state, t.generation, t.deadline,
            t.reviewed_sha256, t.signed_at, t.arrived_at, v.state AS version_state
        FROM espa_turn t JOIN espa_version v ON v.agreement = t.agreement AND v.version = t.version
        WHERE t.person = $1 AND t.state IN ('WAITING', 'INVITED', 'REVIEWING', 'READY', 'SIGNING', 'EXPIRED')
        ORDER BY t.id";
    OPEN_TURN = "SELECT party, person, state FROM espa_turn WHERE agreement = $1 AND version = $2
        AND state IN ('INVITED', 'REVIEWING', 'READY', 'SIGNING', 'EXPIRED')";
    /// The box is ticked on these very bytes.
    REVIEW = "UPDATE espa_turn SET state = 'READY', reviewed_sha256 = $3, reviewed_at = $4
        WHERE id = $1 AND person = $2 AND state IN ('REVIEWING', 'READY') AND deadline > $4
            AND EXISTS (SELECT 1 FROM espa_version v WHERE v.agreement = espa_turn.agreement
                AND v.version = espa_turn.version AND v.state = 'CURRENT' AND v.head_sha256 = $3)
        RETURNING agreement";
    CLAIM_TURN = "UPDATE espa_turn SET state = 'SIGNING'
        WHERE id = $1 AND person = $2 AND version = $3 AND state = 'READY' AND deadline > $5 AND reviewed_sha256 = $4
            AND EXISTS (SELECT 1 FROM espa_version v WHERE v.agreement = espa_turn.agreement
                AND v.version = espa_turn.version AND v.state = 'CURRENT' AND v.head_sha256 = $4)
        RETURNING agreement";
    RELEASE_TURN = "UPDATE espa_turn SET state = 'READY' WHERE id = $1 AND state = 'SIGNING'";
    SIGN_TURN = "UPDATE espa_turn SET state = 'SIGNED', signed_at = $2 WHERE id = $1 AND state = 'SIGNING'
        RETURNING agreement, version, seq";
    MOVE_HEAD = "UPDATE espa_version SET head_seq = head_seq + 1, head_length = $4, head_sha256 = $5
        WHERE agreement = $1 AND version = $2 AND head_sha256 = $3 RETURNING head_seq";
    SET_STATE = "UPDATE espa SET state = $2, changed_at = $3 WHERE id = $1";
    COMPLETE = "UPDATE espa SET state = 'COMPLETED', changed_at = $2, completed_at = $2 WHERE id = $1";
    COMPLETE_VERSION = "UPDATE espa_version SET state = 'COMPLETED', ended_at = $3 WHERE agreement = $1 AND version = $2";
    UNSIGNED = "SELECT COUNT(*) AS unsigned FROM espa_turn WHERE agreement = $1 AND version = $2 AND state <> 'SIGNED'";

    EXPIRE = "UPDATE espa_turn SET state = 'EXPIRED' WHERE state IN ('REVIEWING', 'READY') AND deadline <= $1
        RETURNING id, agreement, person";
    REOPEN = "UPDATE espa_turn SET state = 'INVITED', generation = generation + 1, link_hash = $4, deadline = NULL,
            reviewed_sha256 = NULL, reviewed_at = NULL
        WHERE id = $1 AND generation = $2 AND (state = 'EXPIRED' OR (state IN ('REVIEWING', 'READY') AND deadline <= $3))
        RETURNING agreement, version";
    CLOSE_SESSIONS = "DELETE FROM espa_session WHERE turn = $1";
    SIGNED = "SELECT COUNT(*) AS signed FROM espa_turn WHERE agreement = $1 AND version = $2 AND state = 'SIGNED'";

    RETURN_TURN = "UPDATE espa_turn SET state = 'RETURNED'
        WHERE id = $1 AND person = $2 AND state IN ('REVIEWING', 'READY') AND deadline > $3
        RETURNING agreement, version";
    RETURN_VERSION = "UPDATE espa_version SET state = 'RETURNED', ended_at = $3
        WHERE agreement = $1 AND version = $2 AND state = 'CURRENT'";
    CLOSE_TURNS = "UPDATE espa_turn SET state = 'CLOSED' WHERE agreement = $1 AND version = $2 AND state = 'WAITING'";
    ADD_CORRECTION = "INSERT INTO espa_correction (id, agreement, version, turn, remark, at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    ADD_WITHDRAWAL = "INSERT INTO espa_correction (id, agreement, version, turn, remark, at, account)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    /// The version is taken back: the open turn closes, unless a signature is being made in it.
    CLOSE_OPEN_TURN = "UPDATE espa_turn SET state = 'CLOSED' WHERE agreement = $1 AND version = $2
        AND state IN ('INVITED', 'REVIEWING', 'READY', 'EXPIRED')
        AND EXISTS (SELECT 1 FROM espa_version v WHERE v.agreement = espa_turn.agreement
            AND v.version = espa_turn.version AND v.state = 'CURRENT')
        RETURNING id";
    CORRECTION = "SELECT c.id, c.agreement, c.version, c.remark, c.at, c.account, t.party FROM espa_correction c
        JOIN espa_turn t ON t.id = c.turn WHERE c.id = $1";
    CORRECTIONS = "SELECT c.id, c.agreement, c.version, c.remark, c.at, c.account, t.party FROM espa_correction c
        JOIN espa_turn t ON t.id = c.turn WHERE c.agreement = $1 ORDER BY c.id DESC";

    /// Holds the version while the serial number is given: the update is the lock.
    HOLD_SERIAL = "UPDATE espa_version SET serial_fields = serial_fields WHERE agreement = $1 AND version = $2
        RETURNING serial, serial_fields";
    NEXT_SERIAL = "INSERT INTO espa_serial (year, last) VALUES ($1, 1)
        ON CONFLICT (year) DO UPDATE SET last = espa_serial.last + 1 RETURNING last";
    GIVE_SERIAL = "UPDATE espa_version SET serial = $3 WHERE agreement = $1 AND version = $2 AND serial IS NULL";

    SEND_PROOF = "INSERT INTO espa_proof (turn, generation, contact, until) VALUES ($1, 1, $2, $3)
        ON CONFLICT (turn) DO UPDATE SET generation = espa_proof.generation + 1, contact = $2, until = $3
        RETURNING generation";
    PROOF = "SELECT generation, contact, until FROM espa_proof WHERE turn = $1";
    SPEND_PROOF = "UPDATE espa_proof SET until = 0 WHERE turn = $1 AND generation = $2 AND until > $3 RETURNING turn";
    OPEN_SESSION = "INSERT INTO espa_session (hash, turn, person, opened_at, ends_at, browser, known)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    /// No row: the person proved themselves in this browser before.
    NEW_BROWSER = "INSERT INTO espa_browser (person, hash, first_at) VALUES ($1, $2, $3)
        ON CONFLICT (person, hash) DO NOTHING RETURNING hash";
    OPEN_IN = "SELECT browser, known, opened_at FROM espa_session WHERE turn = $1 AND ends_at > $2
        ORDER BY opened_at DESC, hash LIMIT 5";
    SESSION = "SELECT turn, person FROM espa_session WHERE hash = $1 AND ends_at > $2";
    SWEEP_SESSIONS = "DELETE FROM espa_session WHERE ends_at <= $1";
}
