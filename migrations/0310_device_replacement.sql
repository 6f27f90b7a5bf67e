-- A phone that takes the place of a lost one is vouched for before it may sign.
ALTER TABLE device ADD COLUMN vouching TEXT CHECK (vouching IN ('NEEDED', 'TRANSFER', 'PICTURES', 'DESK'));
ALTER TABLE device ADD COLUMN vouched_by TEXT;
ALTER TABLE device ADD COLUMN vouched_at BIGINT;

-- A new phone asks, the old one signs, the new one is bound.
CREATE TABLE device_transfer (
    id         TEXT   NOT NULL PRIMARY KEY,
    jkt        TEXT   NOT NULL,
    model      TEXT   NOT NULL,
    challenge  BYTEA  NOT NULL,
    state      TEXT   NOT NULL CHECK (state IN ('OPEN', 'SIGNED', 'SPENT')),
    person     TEXT,
    device     TEXT,
    evidence   TEXT,
    asked_at   BIGINT NOT NULL,
    signed_at  BIGINT,
    expires_at BIGINT NOT NULL
);

CREATE INDEX device_transfer_end ON device_transfer (expires_at);

-- "Bukan saya": nobody signs in this person's name before `until`; while `held`, not before staff have looked.
CREATE TABLE device_freeze (
    person TEXT   NOT NULL PRIMARY KEY,
    until  BIGINT NOT NULL,
    held   BIGINT NOT NULL CHECK (held IN (0, 1))
);

-- Staff end a phone in twos.
CREATE TABLE device_revocation (
    id         TEXT   NOT NULL PRIMARY KEY,
    device     TEXT   NOT NULL,
    person     TEXT   NOT NULL,
    reason     TEXT   NOT NULL CHECK (reason IN ('lost', 'stolen', 'owner-asked', 'misuse')),
    state      TEXT   NOT NULL CHECK (state IN ('OPEN', 'DONE', 'WITHDRAWN')),
    asked_by   TEXT   NOT NULL,
    asked_at   BIGINT NOT NULL,
    decided_by TEXT,
    decided_at BIGINT,
    expires_at BIGINT NOT NULL
);

CREATE UNIQUE INDEX device_revocation_open ON device_revocation (device) WHERE state = 'OPEN';
