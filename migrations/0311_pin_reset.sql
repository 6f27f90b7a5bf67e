-- Somebody has proved address, document number and mailed code, and may now choose a new PIN, once.
CREATE TABLE enrolment_reset (
    id         TEXT   NOT NULL PRIMARY KEY,
    person_id  TEXT   NOT NULL,
    state      TEXT   NOT NULL CHECK (state IN ('PROVEN', 'USED')),
    proven_at  BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- A new PIN without a phone waits a day in which it can be cancelled, or for an officer.
CREATE TABLE enrolment_wait (
    issuance    TEXT   NOT NULL PRIMARY KEY REFERENCES enrolment_issuance (id),
    person_id   TEXT   NOT NULL,
    state       TEXT   NOT NULL CHECK (state IN ('WAITING', 'RELEASED', 'CANCELLED')),
    since       BIGINT NOT NULL,
    ready_at    BIGINT NOT NULL,
    released_by TEXT,
    released_at BIGINT
);

CREATE INDEX enrolment_wait_ready ON enrolment_wait (ready_at) WHERE state = 'WAITING';
CREATE INDEX enrolment_wait_person ON enrolment_wait (person_id) WHERE state = 'WAITING';
