-- Payment documents. `desk` names where the document waits: `<office>/<role>`, or the person who prepared it; NULL:
-- nowhere. `step` counts signatures from 1; 0 before the document is submitted.
CREATE TABLE igfmas_document (
    id TEXT PRIMARY KEY,
    process BIGINT NOT NULL,
    process_version BIGINT NOT NULL,
    module TEXT NOT NULL,
    office TEXT NOT NULL REFERENCES office (id),
    receiver TEXT REFERENCES office (id),
    company TEXT NOT NULL,
    reference TEXT NOT NULL,
    preparer TEXT NOT NULL REFERENCES person (id),
    state TEXT NOT NULL CHECK (state IN ('DRAFT', 'SUBMITTED', 'SIGNING', 'SIGNED', 'CERTIFIED', 'VERIFYING',
        'VERIFY_HELD', 'POSTED', 'POST_FAILED', 'RETURNED', 'REJECTED')),
    version BIGINT NOT NULL,
    amount_sen BIGINT NOT NULL CHECK (amount_sen > 0),
    hash BYTEA NOT NULL,
    step BIGINT NOT NULL,
    steps BIGINT NOT NULL,
    awaits TEXT,
    awaits_office TEXT,
    desk TEXT,
    since BIGINT NOT NULL,
    signer TEXT,
    claim TEXT,
    claim_until BIGINT,
    reason TEXT,
    created_at BIGINT NOT NULL,
    FOREIGN KEY (process, process_version) REFERENCES igfmas_process_version (process, version),
    UNIQUE (company, reference),
    CHECK ((awaits IS NULL) = (desk IS NULL)),
    CHECK (state <> 'SIGNING' OR signer IS NOT NULL)
);
-- The task list (STH): a desk, in the order in which documents came to it.
CREATE INDEX igfmas_document_desk ON igfmas_document (desk, since, id) WHERE desk IS NOT NULL;

CREATE TABLE igfmas_document_version (
    document TEXT NOT NULL REFERENCES igfmas_document (id),
    version BIGINT NOT NULL,
    payload BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    made_at BIGINT NOT NULL,
    submitted_at BIGINT,
    ended_by TEXT,
    ended_reason TEXT,
    ended_at BIGINT,
    PRIMARY KEY (document, version)
);

-- The signatures of a version, in order.
CREATE TABLE igfmas_step (
    id TEXT PRIMARY KEY,
    document TEXT NOT NULL REFERENCES igfmas_document (id),
    version BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    role TEXT NOT NULL,
    office TEXT NOT NULL REFERENCES office (id),
    UNIQUE (document, version, seq)
);

-- Who has had a hand in a version: each officer once, and in all versions in one role.
CREATE TABLE igfmas_hand (
    document TEXT NOT NULL REFERENCES igfmas_document (id),
    version BIGINT NOT NULL,
    person TEXT NOT NULL REFERENCES person (id),
    role TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (document, version, person)
);

-- How far an officer has come with a signature: the number of the last event FIN-1 to FIN-14.
CREATE TABLE igfmas_run (
    step TEXT NOT NULL REFERENCES igfmas_step (id),
    person TEXT NOT NULL REFERENCES person (id),
    fin BIGINT NOT NULL CHECK (fin BETWEEN 2 AND 14),
    at BIGINT NOT NULL,
    PRIMARY KEY (step, person)
);
