-- Identity checks. Pictures are blobs; a row owns the length and the hash of what was sent.
CREATE TABLE ekyc_submission (
    id TEXT PRIMARY KEY,
    person TEXT NOT NULL REFERENCES person (id),
    document TEXT NOT NULL CHECK (document IN ('ic', 'passport')),
    state TEXT NOT NULL CHECK (state IN ('OPEN', 'LAPSED', 'SUBMITTED', 'APPROVED', 'REJECTED', 'RETAKE')),
    nonce_hash TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    lapses_at BIGINT NOT NULL,
    submitted_at BIGINT,
    decided_at BIGINT,
    decided_by TEXT,
    reason TEXT
);
CREATE UNIQUE INDEX ekyc_submission_one ON ekyc_submission (person) WHERE state IN ('OPEN', 'SUBMITTED');
CREATE INDEX ekyc_submission_of ON ekyc_submission (person, state);

CREATE TABLE ekyc_picture (
    submission TEXT NOT NULL REFERENCES ekyc_submission (id),
    slot TEXT NOT NULL CHECK (slot IN ('front', 'back', 'selfie')),
    blob TEXT NOT NULL,
    length BIGINT NOT NULL,
    original BYTEA NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (submission, slot)
);
