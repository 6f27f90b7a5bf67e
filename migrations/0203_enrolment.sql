-- enrolment: certificates on their way from the page, past the phone, to the authority.
CREATE TABLE enrolment_issuance (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL,
    vault_key_id TEXT NOT NULL,
    spki BYTEA NOT NULL,
    term TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('first', 'renewal', 'pin-reset')),
    state TEXT NOT NULL CHECK (state IN ('WAITING', 'APPROVED', 'ISSUED', 'DECLINED', 'WITHDRAWN', 'FAILED')),
    approval_id TEXT NOT NULL UNIQUE,
    device_id TEXT,
    evidence TEXT,
    certificate TEXT,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE UNIQUE INDEX enrolment_issuance_live ON enrolment_issuance (person_id) WHERE state IN ('WAITING', 'APPROVED');
