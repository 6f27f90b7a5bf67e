-- certificate: the intent (exact bytes to be signed) is stored before the authority signs; the result follows.
CREATE TABLE certificate (
    serial            TEXT   NOT NULL PRIMARY KEY,
    issuer            TEXT   NOT NULL CHECK (issuer IN ('root', 'issuing')),
    profile           TEXT   NOT NULL CHECK (profile IN ('root', 'issuing', 'signee', 'seal', 'tsa', 'ocsp')),
    person            TEXT,
    -- Rises with each certificate of a person: the newest one is the one in use.
    generation        BIGINT NOT NULL CHECK (generation > 0),
    state             TEXT   NOT NULL CHECK (state IN ('intended', 'issued', 'revoked')),
    tbs               BYTEA  NOT NULL,
    der               BYTEA,
    spki_sha256       TEXT   NOT NULL,
    -- What was approved, and SHA-256 of the approval: one approval, one certificate.
    request           TEXT   NOT NULL,
    evidence          TEXT   NOT NULL UNIQUE,
    approver          TEXT   NOT NULL,
    reason            TEXT   NOT NULL,
    not_before        BIGINT NOT NULL,
    not_after         BIGINT NOT NULL,
    intended_at       BIGINT NOT NULL,
    issued_at         BIGINT,
    revoked_at        BIGINT,
    revocation_reason BIGINT,
    CHECK ((profile = 'signee') = (person IS NOT NULL)),
    CHECK (state <> 'intended' OR (der IS NULL AND issued_at IS NULL)),
    CHECK (state <> 'issued' OR (der IS NOT NULL AND issued_at IS NOT NULL)),
    CHECK ((state = 'revoked') = (revoked_at IS NOT NULL AND revocation_reason IS NOT NULL))
);

CREATE INDEX certificate_person ON certificate (person, generation);
CREATE INDEX certificate_profile ON certificate (profile, issued_at);
CREATE INDEX certificate_intended ON certificate (intended_at) WHERE state = 'intended';
CREATE INDEX certificate_revoked ON certificate (issuer, revoked_at) WHERE state = 'revoked';
-- A signee's key is certified once and for one person (PUB-LAW-10: keys are unique).
CREATE UNIQUE INDEX certificate_signee_key ON certificate (spki_sha256) WHERE profile = 'signee';

-- The number is taken before the list is signed; entries tells whether a revocation is missing from it.
CREATE TABLE crl (
    issuer      TEXT   NOT NULL CHECK (issuer IN ('root', 'issuing')),
    number      BIGINT NOT NULL CHECK (number > 0),
    entries     BIGINT,
    this_update BIGINT NOT NULL,
    next_update BIGINT NOT NULL,
    der         BYTEA,
    PRIMARY KEY (issuer, number)
);
