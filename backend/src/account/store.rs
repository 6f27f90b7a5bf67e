//! SQL of the account room.

crate::sql! {
    ADD = "INSERT INTO account (id, email, name, lang, state, developer, id_index, generation, invite_hash, invite_until,
            totp_step, created_at)
        VALUES ($1, $2, $3, $4, 'INVITED', $5, $6, 1, $7, $8, 0, $9) ON CONFLICT (email) DO NOTHING";
    ADD_ROLE = "INSERT INTO account_role (account, role) VALUES ($1, $2)";
    ROLES = "SELECT role FROM account_role WHERE account = $1 ORDER BY role";
    GENERATION = "SELECT generation FROM account WHERE id = $1 AND state IN ('INVITED', 'ENROLLING')";
    INVITE_AGAIN = "UPDATE account SET state = 'INVITED', generation = generation + 1, invite_hash = $3,
            invite_until = $4, password = NULL, totp = NULL
        WHERE id = $1 AND generation = $2 AND state IN ('INVITED', 'ENROLLING') RETURNING id";
    INVITED = "SELECT id, email, name, lang, totp, invite_until FROM account
        WHERE invite_hash = $1 AND state IN ('INVITED', 'ENROLLING')";
    ENROL = "UPDATE account SET state = 'ENROLLING', password = $2, totp = $3, totp_step = 0
        WHERE id = $1 AND invite_hash = $4 AND state IN ('INVITED', 'ENROLLING') RETURNING id";
    ACTIVATE = "UPDATE account SET state = 'ACTIVE', totp_step = $2, invite_hash = NULL, invite_until = NULL,
            active_at = $3
        WHERE id = $1 AND invite_hash = $4 AND state = 'ENROLLING' AND totp_step < $2 RETURNING id";
    BY_EMAIL = "SELECT id, password, totp, state FROM account WHERE email = $1";
    SECRETS = "SELECT id, password, totp, state FROM account WHERE id = $1";
    /// One winner for one step.
    USE_STEP = "UPDATE account SET totp_step = $2 WHERE id = $1 AND totp_step < $2 AND state = 'ACTIVE' RETURNING id";
    MAILBOX = "SELECT email, name, lang, generation, state FROM account WHERE id = $1";
    /// Once: whose account it is does not change.
    TELL_NUMBER = "UPDATE account SET id_index = $2 WHERE id = $1 AND id_index IS NULL RETURNING id";
    LIST = "SELECT a.id, a.email, a.name, a.state, a.developer, a.active_at, a.id_index, r.asked_by FROM account a
        LEFT JOIN account_reset r ON r.account = a.id AND r.expires_at > $1 ORDER BY a.name, a.id";
    RESETTABLE = "SELECT generation FROM account WHERE id = $1 AND state IN ('ACTIVE', 'DISABLED')";
    RESET = "UPDATE account SET state = 'INVITED', generation = generation + 1, invite_hash = $3, invite_until = $4,
            password = NULL, totp = NULL, active_at = NULL
        WHERE id = $1 AND generation = $2 AND state IN ('ACTIVE', 'DISABLED') RETURNING id";
    /// An administrator who could be the second: neither the holder nor the one who asks.
    OTHER_ADMIN = "SELECT r.account FROM account_role r JOIN account a ON a.id = r.account
        WHERE r.role = 'admin' AND a.state = 'ACTIVE' AND r.account <> $1 AND r.account <> $2 LIMIT 1";
    /// The second pair of eyes is never the first.
    TAKE_RESET = "DELETE FROM account_reset WHERE account = $1 AND asked_by <> $2 AND expires_at > $3 RETURNING asked_by";
    /// A wish that is over gives way; an open one of the same administrator does not.
    ASK_RESET = "INSERT INTO account_reset (account, asked_by, asked_at, expires_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (account) DO UPDATE SET asked_by = $2, asked_at = $3, expires_at = $4
        WHERE account_reset.expires_at <= $3 RETURNING account";
    FORGET_RESET = "DELETE FROM account_reset WHERE account = $1";
    ADD_RECOVERY = "INSERT INTO account_recovery (account, hash, made_at) VALUES ($1, $2, $3)";
    RECOVERY_LEFT = "SELECT COUNT(*) AS codes FROM account_recovery WHERE account = $1 AND used_at IS NULL";
    USE_RECOVERY = "UPDATE account_recovery SET used_at = $3 WHERE account = $1 AND hash = $2 AND used_at IS NULL
        RETURNING hash";
    FORGET_RECOVERY = "DELETE FROM account_recovery WHERE account = $1";
    DISABLE = "UPDATE account SET state = 'DISABLED', invite_hash = NULL WHERE id = $1 AND state <> 'DISABLED'
        RETURNING id";
    ANY_ADMIN = "SELECT account FROM account_role JOIN account ON account.id = account_role.account
        WHERE role = 'admin' AND state = 'ACTIVE' LIMIT 1";
    OPEN_SESSION = "INSERT INTO account_session (hash, account, opened_at, proven_at, seen_at, ends_at)
        VALUES ($1, $2, $3, $3, $3, $4)";
    SESSION = "SELECT s.account, s.proven_at, s.seen_at, s.ends_at, a.email, a.name, a.lang, a.developer, a.id_index
        FROM account_session s JOIN account a ON a.id = s.account
        WHERE s.hash = $1 AND s.ends_at > $2 AND s.seen_at > $3 AND a.state = 'ACTIVE'";
    SEEN = "UPDATE account_session SET seen_at = $2 WHERE hash = $1 AND seen_at < $2";
    CLOSE = "DELETE FROM account_session WHERE hash = $1 RETURNING account";
    CLOSE_ALL = "DELETE FROM account_session WHERE account = $1";
    SWEEP = "DELETE FROM account_session WHERE ends_at <= $1 OR seen_at <= $2";
    FIRST_CODE = "INSERT INTO account_first (only_row, hash, until) VALUES (1, $1, $2)
        ON CONFLICT (only_row) DO UPDATE SET hash = $1, until = $2";
    /// The code is spent by the one who deletes it.
    SPEND_FIRST_CODE = "DELETE FROM account_first WHERE hash = $1 AND until > $2 RETURNING only_row";
}
