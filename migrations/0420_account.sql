-- Who signs in. Passwords are Argon2id PHC strings, TOTP secrets are sealed, links and sessions are hashes.
CREATE TABLE account (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    lang TEXT NOT NULL CHECK (lang IN ('ms', 'en')),
    state TEXT NOT NULL CHECK (state IN ('INVITED', 'ENROLLING', 'ACTIVE', 'DISABLED')),
    developer TEXT REFERENCES developer (id),
    person TEXT REFERENCES person (id),
    password TEXT,
    totp BYTEA,
    totp_step BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    invite_hash TEXT UNIQUE,
    invite_until BIGINT,
    created_at BIGINT NOT NULL,
    active_at BIGINT,
    CHECK (state <> 'ACTIVE' OR (password IS NOT NULL AND totp IS NOT NULL))
);

CREATE TABLE account_role (
    account TEXT NOT NULL REFERENCES account (id),
    role TEXT NOT NULL CHECK (role IN ('admin', 'pemaju', 'ekyc-reviewer', 'verification-specialist',
        'registration-officer', 'qc-officer')),
    PRIMARY KEY (account, role)
);

CREATE TABLE account_session (
    hash TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (id),
    opened_at BIGINT NOT NULL,
    proven_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE INDEX account_session_of ON account_session (account);

-- The one-time code for the first administrator: at most one row.
CREATE TABLE account_first (
    only_row BIGINT PRIMARY KEY CHECK (only_row = 1),
    hash TEXT NOT NULL,
    until BIGINT NOT NULL
);
