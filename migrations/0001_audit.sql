CREATE TABLE audit_entry (
    id      TEXT   NOT NULL PRIMARY KEY,
    seq     BIGINT UNIQUE,
    at      BIGINT NOT NULL,
    request TEXT   NOT NULL,
    actor   TEXT   NOT NULL,
    kind    TEXT   NOT NULL,
    subject TEXT   NOT NULL,
    facts   TEXT   NOT NULL,
    salt    BYTEA  NOT NULL
);

CREATE INDEX audit_entry_subject ON audit_entry (subject, id);
CREATE INDEX audit_entry_unnumbered ON audit_entry (id) WHERE seq IS NULL;

CREATE TABLE audit_edge (
    id       BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    size     BIGINT NOT NULL,
    frontier BYTEA  NOT NULL
);

CREATE TABLE audit_head (
    size      BIGINT NOT NULL PRIMARY KEY,
    root      BYTEA  NOT NULL,
    at        BIGINT NOT NULL,
    signature BYTEA  NOT NULL
);
