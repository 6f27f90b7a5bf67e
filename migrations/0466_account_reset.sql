-- An account whose holder lost password or authenticator is reset by administrators in twos.
CREATE TABLE account_reset (
    account    TEXT   NOT NULL PRIMARY KEY REFERENCES account (id),
    asked_by   TEXT   NOT NULL,
    asked_at   BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- Codes for a day without the phone: keyed hashes, each good once.
CREATE TABLE account_recovery (
    account TEXT   NOT NULL REFERENCES account (id),
    hash    TEXT   NOT NULL,
    made_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (account, hash)
);
