-- attempt: counters that block (tries), windows that pass (uses), holds that end (until).
CREATE TABLE attempt_counter (
    name TEXT PRIMARY KEY,
    tries BIGINT NOT NULL CHECK (tries >= 0),
    -- Rises with every clearing, so that a late refund cannot pay back a try of another round.
    round BIGINT NOT NULL CHECK (round >= 0),
    changed_at BIGINT NOT NULL
);

CREATE TABLE attempt_window (
    name TEXT PRIMARY KEY,
    uses BIGINT NOT NULL CHECK (uses >= 1),
    started_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
);

CREATE TABLE attempt_hold (
    name TEXT PRIMARY KEY,
    until BIGINT NOT NULL
);
