CREATE TABLE device_invitation (
    id         TEXT   NOT NULL PRIMARY KEY,
    person     TEXT   NOT NULL,
    state      TEXT   NOT NULL CHECK (state IN ('OPEN', 'CLAIMED')),
    salt       BYTEA,
    password   BYTEA,
    contact    TEXT,
    generation BIGINT NOT NULL,
    code_until BIGINT,
    made_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- One open invitation for a person: two phones that claim it meet in one row.
CREATE UNIQUE INDEX device_invitation_open ON device_invitation (person) WHERE state = 'OPEN';

CREATE TABLE device_challenge (
    id         TEXT   NOT NULL PRIMARY KEY,
    invitation TEXT   NOT NULL,
    person     TEXT   NOT NULL,
    contact    TEXT   NOT NULL,
    challenge  BYTEA  NOT NULL,
    number_mac BYTEA  NOT NULL,
    state      TEXT   NOT NULL CHECK (state IN ('OPEN', 'SPENT')),
    expires_at BIGINT NOT NULL
);

CREATE TABLE device (
    id          TEXT   NOT NULL PRIMARY KEY,
    person      TEXT   NOT NULL,
    jkt         TEXT   NOT NULL UNIQUE,
    jwk         TEXT   NOT NULL,
    state       TEXT   NOT NULL CHECK (state IN ('ACTIVE', 'COOLING', 'REPLACED', 'REVOKED')),
    assurance   TEXT   NOT NULL CHECK (assurance IN ('A0', 'A1', 'A2', 'A3')),
    storage     TEXT   NOT NULL CHECK (storage IN ('software', 'tee', 'strongbox', 'se')),
    unlock      TEXT   NOT NULL CHECK (unlock IN ('pin6', 'bio')),
    app         TEXT   NOT NULL,
    att_fmt     TEXT   NOT NULL,
    att_data    BYTEA  NOT NULL,
    att_result  TEXT   NOT NULL CHECK (att_result IN ('verified', 'unverified', 'failed', 'absent')),
    push_kind   TEXT   NOT NULL CHECK (push_kind IN ('fcm', 'apns', 'none')),
    push_token  TEXT   NOT NULL,
    push_sender TEXT   NOT NULL,
    replaces    TEXT,
    bound_at    BIGINT NOT NULL,
    cool_until  BIGINT,
    ended_at    BIGINT
);

CREATE UNIQUE INDEX device_current ON device (person) WHERE state IN ('ACTIVE', 'COOLING');
CREATE INDEX device_person ON device (person, bound_at);

CREATE TABLE device_proof (
    jkt        TEXT   NOT NULL,
    jti        TEXT   NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (jkt, jti)
);

CREATE INDEX device_proof_end ON device_proof (expires_at);

CREATE TABLE device_approval (
    id          TEXT   NOT NULL PRIMARY KEY,
    person      TEXT   NOT NULL,
    kind        TEXT   NOT NULL,
    reference   TEXT   NOT NULL,
    subject     BYTEA  NOT NULL,
    display     BYTEA  NOT NULL,
    nonce       BYTEA  NOT NULL,
    state       TEXT   NOT NULL CHECK (state IN ('WAITING', 'APPROVED', 'DECLINED', 'USED', 'WITHDRAWN')),
    asked_at    BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    device      TEXT,
    reason      TEXT,
    evidence    TEXT,
    answered_at BIGINT
);

CREATE INDEX device_approval_waiting ON device_approval (person, asked_at) WHERE state = 'WAITING';
