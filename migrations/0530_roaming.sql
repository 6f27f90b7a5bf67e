-- roaming: what a system of an agency asks a person to sign. The nonce goes to that system alone and comes back with the
-- code; `items` are the digests in their order, 32 bytes each.
CREATE TABLE roaming_request (
    id TEXT PRIMARY KEY,
    requester TEXT NOT NULL,
    person_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('OPEN', 'CONSUMED', 'CANCELLED', 'DENIED')),
    channel TEXT NOT NULL CHECK (channel IN ('app', 'mail')),
    facts TEXT NOT NULL,
    nonce BYTEA NOT NULL,
    items BYTEA NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);

-- One at a time for a person: a newer one ends the older one explicitly.
CREATE UNIQUE INDEX roaming_request_open ON roaming_request (person_id) WHERE state = 'OPEN';
