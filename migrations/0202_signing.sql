-- signing: one row per ceremony, from the PIN try to the stored revision. `increment` is what the revision adds to
-- its head, kept only until the blob has it.
CREATE TABLE signing_ceremony (
    id TEXT PRIMARY KEY,
    purpose TEXT NOT NULL,
    subject TEXT NOT NULL,
    person_id TEXT NOT NULL,
    submission TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN
        ('TRYING', 'REFUSED', 'RELEASED', 'INTENDED', 'WAITING_TIMESTAMP', 'STAMPED', 'DONE')),
    document TEXT NOT NULL,
    version BIGINT NOT NULL,
    head_length BIGINT NOT NULL,
    head_sha256 BYTEA NOT NULL,
    field TEXT NOT NULL,
    pin_counter TEXT NOT NULL,
    pin_round BIGINT NOT NULL,
    certificate TEXT NOT NULL,
    factor TEXT NOT NULL,
    increment BYTEA,
    contents_start BIGINT,
    contents_end BIGINT,
    digest BYTEA,
    signature BYTEA,
    cms BYTEA,
    length BIGINT,
    sha256 BYTEA,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);

-- One signature for one turn, and one for one head: whoever comes second loses here.
CREATE UNIQUE INDEX signing_ceremony_subject ON signing_ceremony (purpose, subject)
    WHERE state IN ('INTENDED', 'WAITING_TIMESTAMP', 'STAMPED', 'DONE');
CREATE UNIQUE INDEX signing_ceremony_head ON signing_ceremony (document, head_length)
    WHERE state IN ('INTENDED', 'WAITING_TIMESTAMP', 'STAMPED', 'DONE');
CREATE INDEX signing_ceremony_open ON signing_ceremony (changed_at)
    WHERE state IN ('TRYING', 'INTENDED', 'WAITING_TIMESTAMP', 'STAMPED');
