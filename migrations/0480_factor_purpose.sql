-- Whoever knows an address can ask for a new PIN, and each such mail ended the code with which its owner was about to
-- sign: one live code of each kind for each purpose.
ALTER TABLE factor_code ADD COLUMN purpose TEXT NOT NULL DEFAULT 'sign'
    CHECK (purpose IN ('sign', 'browser', 'pin-reset'));
DROP INDEX factor_code_live;
CREATE UNIQUE INDEX factor_code_live ON factor_code (person, kind, purpose) WHERE state = 'LIVE';
