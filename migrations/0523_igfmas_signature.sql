-- The signing record (FIN-14): who, when, under which certificate, over what, and what the verification said.
CREATE TABLE igfmas_signature (
    step TEXT PRIMARY KEY REFERENCES igfmas_step (id),
    person TEXT NOT NULL REFERENCES person (id),
    ceremony TEXT NOT NULL UNIQUE,
    certificate TEXT NOT NULL,
    factor TEXT NOT NULL,
    hash BYTEA NOT NULL,
    revision BYTEA NOT NULL,
    signed_at BIGINT NOT NULL,
    result TEXT NOT NULL CHECK (result IN ('MADE', 'VERIFIED', 'REVOKED')),
    judged_at BIGINT,
    list_sha256 BYTEA,
    list_this_update BIGINT
);

-- Posted documents, each once however often it is tried.
CREATE TABLE igfmas_posting (
    key TEXT PRIMARY KEY,
    document TEXT NOT NULL UNIQUE REFERENCES igfmas_document (id),
    version BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    amount_sen BIGINT NOT NULL,
    at BIGINT NOT NULL
);

-- What the verifying job looks for.
CREATE INDEX igfmas_document_unverified ON igfmas_document (claim_until) WHERE claim_until IS NOT NULL;
