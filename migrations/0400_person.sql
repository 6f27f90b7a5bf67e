-- People. id_index is a keyed hash of the document number, id_sealed its ciphertext.
CREATE TABLE person (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    id_kind TEXT NOT NULL CHECK (id_kind IN ('ic', 'passport')),
    id_index TEXT NOT NULL UNIQUE,
    id_sealed BYTEA NOT NULL,
    lang TEXT NOT NULL CHECK (lang IN ('ms', 'en')),
    nationality TEXT,
    address TEXT,
    postcode TEXT,
    contact_changed_at BIGINT,
    created_at BIGINT NOT NULL
);

CREATE TABLE person_contact (
    id TEXT PRIMARY KEY,
    person TEXT NOT NULL REFERENCES person (id),
    channel TEXT NOT NULL CHECK (channel IN ('email', 'phone')),
    value TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('PROPOSED', 'PROVEN', 'REPLACED')),
    generation BIGINT NOT NULL,
    code_until BIGINT,
    proposed_at BIGINT NOT NULL,
    proven_at BIGINT,
    replaced_at BIGINT
);
CREATE UNIQUE INDEX person_contact_one_proven ON person_contact (person, channel) WHERE state = 'PROVEN';
CREATE UNIQUE INDEX person_contact_one_proposed ON person_contact (person, channel) WHERE state = 'PROPOSED';
CREATE UNIQUE INDEX person_contact_holder ON person_contact (channel, value) WHERE state = 'PROVEN';
CREATE INDEX person_contact_of ON person_contact (person);
