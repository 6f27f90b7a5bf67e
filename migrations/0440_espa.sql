-- Housing sale agreements. A version is a document in the blob store; a revision is a length of it.
CREATE TABLE espa (
    id TEXT PRIMARY KEY,
    developer TEXT NOT NULL REFERENCES developer (id),
    development TEXT NOT NULL REFERENCES development (id),
    unit TEXT NOT NULL REFERENCES unit (id),
    lang TEXT NOT NULL CHECK (lang IN ('ms', 'en')),
    jadual TEXT NOT NULL CHECK (jadual IN ('G', 'H', 'I', 'J')),
    state TEXT NOT NULL CHECK (state IN ('DRAFT', 'GENERATING', 'ISSUED', 'SIGNING', 'RETURNED', 'EXPIRED',
        'COMPLETED')),
    came_from TEXT,
    claim TEXT,
    claim_until BIGINT,
    version BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    completed_at BIGINT
);
CREATE INDEX espa_of ON espa (developer, changed_at);

CREATE TABLE espa_version (
    agreement TEXT NOT NULL REFERENCES espa (id),
    version BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('CURRENT', 'RETURNED', 'SUPERSEDED', 'COMPLETED')),
    document TEXT NOT NULL UNIQUE,
    head_seq BIGINT NOT NULL,
    head_length BIGINT NOT NULL,
    head_sha256 BYTEA NOT NULL,
    serial TEXT UNIQUE,
    serial_fields BIGINT NOT NULL,
    pages BIGINT NOT NULL,
    page_texts TEXT NOT NULL,
    issued_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (agreement, version)
);
CREATE UNIQUE INDEX espa_version_current ON espa_version (agreement) WHERE state = 'CURRENT';

CREATE TABLE espa_revision (
    agreement TEXT NOT NULL REFERENCES espa (id),
    version BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    length BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    turn TEXT,
    ceremony TEXT,
    certificate TEXT,
    factor TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (agreement, version, seq)
);
CREATE INDEX espa_revision_digest ON espa_revision (sha256);

-- Parties of a version; those of version + 1 are the draft that the developer edits.
CREATE TABLE espa_party (
    id TEXT PRIMARY KEY,
    agreement TEXT NOT NULL REFERENCES espa (id),
    version BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    entered BIGINT NOT NULL,
    person TEXT NOT NULL REFERENCES person (id),
    role TEXT NOT NULL CHECK (role IN ('pembeli', 'saksi', 'tuan-tanah', 'pemaju')),
    witness_of TEXT,
    on_behalf_of TEXT,
    CHECK (role <> 'saksi' OR witness_of IS NOT NULL),
    UNIQUE (agreement, version, seq)
);
CREATE INDEX espa_party_person ON espa_party (person);

CREATE TABLE espa_turn (
    id TEXT PRIMARY KEY,
    agreement TEXT NOT NULL REFERENCES espa (id),
    version BIGINT NOT NULL,
    party TEXT NOT NULL REFERENCES espa_party (id),
    person TEXT NOT NULL REFERENCES person (id),
    seq BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('WAITING', 'INVITED', 'REVIEWING', 'READY', 'SIGNING', 'SIGNED', 'EXPIRED',
        'RETURNED', 'CLOSED')),
    generation BIGINT NOT NULL,
    link_hash TEXT NOT NULL UNIQUE,
    arrived_at BIGINT,
    asked_at BIGINT,
    opened_at BIGINT,
    deadline BIGINT,
    reviewed_sha256 BYTEA,
    reviewed_at BIGINT,
    signed_at BIGINT,
    UNIQUE (agreement, version, seq)
);
-- One turn at a time: also an expired one holds its place until the developer opens it again.
CREATE UNIQUE INDEX espa_turn_one_open ON espa_turn (agreement, version)
    WHERE state IN ('INVITED', 'REVIEWING', 'READY', 'SIGNING', 'EXPIRED');
CREATE INDEX espa_turn_person ON espa_turn (person, state);
CREATE INDEX espa_turn_deadline ON espa_turn (deadline) WHERE state IN ('REVIEWING', 'READY');

CREATE TABLE espa_correction (
    id TEXT PRIMARY KEY,
    agreement TEXT NOT NULL REFERENCES espa (id),
    version BIGINT NOT NULL,
    turn TEXT NOT NULL REFERENCES espa_turn (id),
    remark TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX espa_correction_of ON espa_correction (agreement);

-- A new browser proves itself with the number of the document and a mailed code.
CREATE TABLE espa_proof (
    turn TEXT PRIMARY KEY REFERENCES espa_turn (id),
    generation BIGINT NOT NULL,
    contact TEXT NOT NULL,
    until BIGINT NOT NULL
);

CREATE TABLE espa_session (
    hash TEXT PRIMARY KEY,
    turn TEXT NOT NULL REFERENCES espa_turn (id),
    person TEXT NOT NULL REFERENCES person (id),
    opened_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
);

CREATE TABLE espa_serial (
    year BIGINT PRIMARY KEY,
    last BIGINT NOT NULL
);
