-- timestamp: the newest stamp, at whichever server and in whichever life it was made.
CREATE INDEX audit_entry_stamp ON audit_entry (at) WHERE kind = 'timestamp.issued';
