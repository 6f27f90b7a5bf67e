-- vault: one sealed roaming key per row. `sealed` is the byte format of backend/src/vault/seal.rs; nothing else here checks a PIN.
CREATE TABLE vault_key (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL,
    spec TEXT NOT NULL CHECK (spec IN ('p256', 'rsa2048', 'rsa3072')),
    spki BYTEA NOT NULL,
    sealed BYTEA,
    state TEXT NOT NULL CHECK (state IN ('PENDING', 'ACTIVE', 'DESTROYED')),
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    CHECK ((state = 'DESTROYED') = (sealed IS NULL))
);

-- A person signs with one key; a new one waits beside it until its certificate is there.
CREATE UNIQUE INDEX vault_key_active ON vault_key (person_id) WHERE state = 'ACTIVE';
CREATE UNIQUE INDEX vault_key_pending ON vault_key (person_id) WHERE state = 'PENDING';
CREATE UNIQUE INDEX vault_key_spki ON vault_key (spki);
