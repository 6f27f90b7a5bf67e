-- signing: digests signed under one PIN and one code. What is signed is kept in groups, so that a crash loses at most one
-- and doubles none; `signatures` is each value behind its length.
CREATE TABLE signing_batch (
    id TEXT PRIMARY KEY,
    purpose TEXT NOT NULL,
    subject TEXT NOT NULL,
    person_id TEXT NOT NULL,
    submission TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('TRYING', 'REFUSED', 'RELEASED', 'INTENDED', 'DONE', 'CUT')),
    items BYTEA NOT NULL,
    pin_counter TEXT NOT NULL,
    pin_round BIGINT NOT NULL,
    certificate TEXT NOT NULL,
    factor TEXT NOT NULL,
    server TEXT,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE UNIQUE INDEX signing_batch_subject ON signing_batch (purpose, subject)
    WHERE state IN ('INTENDED', 'DONE', 'CUT');
CREATE INDEX signing_batch_open ON signing_batch (changed_at) WHERE state IN ('TRYING', 'INTENDED');

CREATE TABLE signing_batch_group (
    batch TEXT NOT NULL,
    first BIGINT NOT NULL,
    signatures BYTEA NOT NULL,
    PRIMARY KEY (batch, first)
);
