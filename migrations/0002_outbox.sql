CREATE TABLE outbox (
    id        TEXT   NOT NULL PRIMARY KEY,
    kind      TEXT   NOT NULL CHECK (kind IN ('mail', 'event')),
    name      TEXT   NOT NULL,
    recipient TEXT   NOT NULL,
    ids       TEXT   NOT NULL,
    state     TEXT   NOT NULL CHECK (state IN ('QUEUED', 'CLAIMED', 'DONE', 'DEAD')),
    attempts  BIGINT NOT NULL,
    due_at    BIGINT NOT NULL,
    queued_at BIGINT NOT NULL,
    done_at   BIGINT,
    reason    TEXT
);

CREATE INDEX outbox_due ON outbox (due_at, id) WHERE state IN ('QUEUED', 'CLAIMED');

CREATE TABLE notice (
    id       TEXT   NOT NULL PRIMARY KEY,
    person   TEXT   NOT NULL,
    template TEXT   NOT NULL,
    ids      TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    read_at  BIGINT
);

CREATE INDEX notice_person ON notice (person, id);
