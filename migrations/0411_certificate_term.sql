-- How long the certificates of a development's signers last (GAP-10, QUO-2, QUO-15).
ALTER TABLE development ADD COLUMN certificate_term TEXT NOT NULL DEFAULT 'year'
    CHECK (certificate_term IN ('month', 'year'));
