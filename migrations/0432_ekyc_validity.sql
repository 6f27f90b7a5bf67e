-- An approval counts until then (GAP-8). What a person was told stays, whatever the operator sets later.
ALTER TABLE ekyc_submission ADD COLUMN valid_until BIGINT;
UPDATE ekyc_submission SET valid_until = decided_at + 31536000000 WHERE state = 'APPROVED';
-- 1: the first certificate that was issued on it has set `valid_until`.
ALTER TABLE ekyc_submission ADD COLUMN certified BIGINT NOT NULL DEFAULT 0 CHECK (certified IN (0, 1));
-- 1: those who wait for this approval have heard that it has ended.
ALTER TABLE ekyc_submission ADD COLUMN end_told BIGINT NOT NULL DEFAULT 0 CHECK (end_told IN (0, 1));
-- A picture that a reviewer asks for again stays until the new one has come, or the case is erased.
ALTER TABLE ekyc_picture ADD COLUMN replaced BIGINT NOT NULL DEFAULT 0 CHECK (replaced IN (0, 1));
-- Which turns have asked their signer for an identity check (MAIL-1), once each.
CREATE TABLE espa_identity_asked (
    turn TEXT PRIMARY KEY,
    asked_at BIGINT NOT NULL
);
-- The very words that people agreed to (PUB-LAW-15), by their SHA-256.
CREATE TABLE ekyc_consent (
    sha256 TEXT PRIMARY KEY,
    version TEXT NOT NULL,
    lang TEXT NOT NULL CHECK (lang IN ('ms', 'en')),
    text TEXT NOT NULL,
    first_at BIGINT NOT NULL
);
ALTER TABLE ekyc_submission ADD COLUMN consent_text TEXT;
ALTER TABLE ekyc_submission ADD COLUMN withdrawn_at BIGINT;
