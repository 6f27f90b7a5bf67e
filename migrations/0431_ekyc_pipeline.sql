-- What became of the pictures, and who looked. `case_key` is sealed in the key store; without it pictures and findings
-- are noise, so erasing it erases them, in every backup too.
ALTER TABLE ekyc_submission ADD COLUMN case_key BYTEA;
ALTER TABLE ekyc_submission ADD COLUMN consent TEXT;
ALTER TABLE ekyc_submission ADD COLUMN consented_at BIGINT;
-- The challenge: the nonce of the capture counts until then, and the phone shows these prompts.
ALTER TABLE ekyc_submission ADD COLUMN challenge_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ekyc_submission ADD COLUMN prompts TEXT NOT NULL DEFAULT '';
-- A retake opens the same check again: a new attempt, with its own reviews.
ALTER TABLE ekyc_submission ADD COLUMN attempt BIGINT NOT NULL DEFAULT 1;
ALTER TABLE ekyc_submission ADD COLUMN retake TEXT NOT NULL DEFAULT '';
-- Examination by the program: done at `checked_at`; `check_after` is the lease of whoever tries.
ALTER TABLE ekyc_submission ADD COLUMN checked_at BIGINT;
ALTER TABLE ekyc_submission ADD COLUMN check_tries BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ekyc_submission ADD COLUMN check_after BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ekyc_submission ADD COLUMN findings BYTEA;
ALTER TABLE ekyc_submission ADD COLUMN risk BIGINT NOT NULL DEFAULT 0 CHECK (risk IN (0, 1));
ALTER TABLE ekyc_submission ADD COLUMN sampled BIGINT NOT NULL DEFAULT 0 CHECK (sampled IN (0, 1));
-- Review: who holds the case and until when; which look this is.
ALTER TABLE ekyc_submission ADD COLUMN holder TEXT;
ALTER TABLE ekyc_submission ADD COLUMN held_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ekyc_submission ADD COLUMN round BIGINT NOT NULL DEFAULT 1;
ALTER TABLE ekyc_submission ADD COLUMN erased_at BIGINT;
CREATE INDEX ekyc_submission_waiting ON ekyc_submission (state, submitted_at);

ALTER TABLE ekyc_picture ADD COLUMN quality TEXT NOT NULL DEFAULT '';
ALTER TABLE ekyc_picture ADD COLUMN prompts TEXT NOT NULL DEFAULT '';

-- One look of one reviewer at one attempt. Nobody looks twice.
CREATE TABLE ekyc_review (
    submission TEXT NOT NULL REFERENCES ekyc_submission (id),
    attempt BIGINT NOT NULL,
    round BIGINT NOT NULL,
    reviewer TEXT NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('APPROVED', 'REJECTED', 'RETAKE')),
    reason TEXT,
    slots TEXT NOT NULL DEFAULT '',
    checklist TEXT NOT NULL DEFAULT '',
    at BIGINT NOT NULL,
    PRIMARY KEY (submission, attempt, round)
);
CREATE UNIQUE INDEX ekyc_review_once ON ekyc_review (submission, attempt, reviewer);
CREATE INDEX ekyc_review_at ON ekyc_review (at);
