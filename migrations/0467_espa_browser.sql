-- From which browser a turn was opened: shown on the phone before a code is.
ALTER TABLE espa_session ADD COLUMN browser TEXT;
ALTER TABLE espa_session ADD COLUMN known BIGINT NOT NULL DEFAULT 0;

-- Browsers in which a person has proved themselves: hashes of a random name that the browser keeps.
CREATE TABLE espa_browser (
    person   TEXT   NOT NULL REFERENCES person (id),
    hash     TEXT   NOT NULL,
    first_at BIGINT NOT NULL,
    PRIMARY KEY (person, hash)
);
