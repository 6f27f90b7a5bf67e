CREATE TABLE factor_totp (
    id            TEXT   NOT NULL PRIMARY KEY,
    person        TEXT   NOT NULL,
    device        TEXT   NOT NULL,
    state         TEXT   NOT NULL CHECK (state IN ('PENDING', 'ACTIVE', 'ENDED')),
    secret        BYTEA  NOT NULL,
    shift         BIGINT NOT NULL CHECK (shift BETWEEN -10 AND 10),
    last_step     BIGINT NOT NULL,
    reservation   TEXT,
    reserved_step BIGINT,
    made_at       BIGINT NOT NULL,
    activated_at  BIGINT,
    not_after     BIGINT NOT NULL
);

CREATE UNIQUE INDEX factor_totp_pending ON factor_totp (device) WHERE state = 'PENDING';
CREATE UNIQUE INDEX factor_totp_active ON factor_totp (device) WHERE state = 'ACTIVE';

-- No code stands here: a code follows from these columns and a key in the key store.
CREATE TABLE factor_code (
    id          TEXT   NOT NULL PRIMARY KEY,
    person      TEXT   NOT NULL,
    kind        TEXT   NOT NULL CHECK (kind IN ('turn', 'mail')),
    target      TEXT   NOT NULL,
    subject     BYTEA  NOT NULL,
    device      TEXT   NOT NULL,
    nonce       BYTEA  NOT NULL,
    generation  BIGINT NOT NULL CHECK (generation BETWEEN 0 AND 255),
    tries       BIGINT NOT NULL,
    state       TEXT   NOT NULL CHECK (state IN ('LIVE', 'CONSUMED', 'SUPERSEDED')),
    reservation TEXT,
    issued_at   BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL
);

-- One live code of each kind for a person: a new one supersedes the old explicitly.
CREATE UNIQUE INDEX factor_code_live ON factor_code (person, kind) WHERE state = 'LIVE';
