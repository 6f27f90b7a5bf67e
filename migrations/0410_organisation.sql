-- Housing developers, their developments and units. Money in sen, areas in hundredths of a square metre.
CREATE TABLE developer (
    id TEXT PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    registration TEXT NOT NULL,
    address TEXT NOT NULL,
    representative TEXT REFERENCES person (id),
    created_at BIGINT NOT NULL
);

CREATE TABLE development (
    id TEXT PRIMARY KEY,
    developer TEXT NOT NULL REFERENCES developer (id),
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    jadual TEXT NOT NULL CHECK (jadual IN ('G', 'H', 'I', 'J')),
    location TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX development_of ON development (developer);

CREATE TABLE unit (
    id TEXT PRIMARY KEY,
    development TEXT NOT NULL REFERENCES development (id),
    number TEXT NOT NULL,
    kind TEXT NOT NULL,
    place TEXT NOT NULL,
    title TEXT NOT NULL,
    area_centi BIGINT NOT NULL CHECK (area_centi > 0),
    price_sen BIGINT NOT NULL CHECK (price_sen > 0),
    created_at BIGINT NOT NULL,
    UNIQUE (development, number)
);
