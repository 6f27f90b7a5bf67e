-- certificate: staff revoke in twos. One wish at a time for a certificate; the second officer is never the first.
CREATE TABLE certificate_revocation (
    id         TEXT   NOT NULL PRIMARY KEY,
    serial     TEXT   NOT NULL,
    person     TEXT   NOT NULL,
    reason     BIGINT NOT NULL,
    state      TEXT   NOT NULL CHECK (state IN ('OPEN', 'DONE', 'WITHDRAWN')),
    asked_by   TEXT   NOT NULL,
    asked_at   BIGINT NOT NULL,
    decided_by TEXT,
    decided_at BIGINT,
    expires_at BIGINT NOT NULL
);

CREATE UNIQUE INDEX certificate_revocation_open ON certificate_revocation (serial) WHERE state = 'OPEN';
