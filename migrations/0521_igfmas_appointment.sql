-- Offices (pejabat) of the government, and who may do what there. Dates are half-open: from, until.
CREATE TABLE office (
    id TEXT PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    company TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE igfmas_appointment (
    id TEXT PRIMARY KEY,
    person TEXT NOT NULL REFERENCES person (id),
    office TEXT NOT NULL REFERENCES office (id),
    role TEXT NOT NULL CHECK (role IN ('penyedia', 'penyemak', 'perakuan-1', 'semak-ao', 'perakuan-2', 'akuan-terima')),
    -- One group of processes; empty: every one.
    module TEXT NOT NULL,
    limit_sen BIGINT NOT NULL CHECK (limit_sen > 0),
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    appointed_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    CHECK (starts_at <= ends_at)
);
CREATE INDEX igfmas_appointment_of ON igfmas_appointment (person, office, role);
