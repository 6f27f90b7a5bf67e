-- signing, outbox, audit: which server does it. Two servers may work on one database; the next life of a server takes
-- up what its last one left, and only that. NULL: begun before there was this column.
ALTER TABLE signing_ceremony ADD COLUMN server TEXT;
ALTER TABLE signing_lease ADD COLUMN server TEXT;
ALTER TABLE outbox ADD COLUMN server TEXT;
-- Whose file outside the database has the head as well.
ALTER TABLE audit_head ADD COLUMN server TEXT;
