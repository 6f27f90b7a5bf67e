-- signing: who is at work with a key. One ceremony for one key at a time; a lease that nobody gives back runs out.
CREATE TABLE signing_lease (
    key_id TEXT PRIMARY KEY,
    ceremony TEXT NOT NULL,
    ends_at BIGINT NOT NULL
);
