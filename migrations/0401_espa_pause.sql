-- A review window stands still once while its signer cannot sign by our own rules.
CREATE TABLE espa_pause (
    turn       TEXT   NOT NULL,
    generation BIGINT NOT NULL,
    since      BIGINT NOT NULL,
    until      BIGINT NOT NULL,
    PRIMARY KEY (turn, generation)
);
