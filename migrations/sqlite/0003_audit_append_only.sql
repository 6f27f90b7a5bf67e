INSERT INTO audit_edge (id, size, frontier) VALUES (1, 0, X'');

CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry
BEGIN
    SELECT RAISE(ABORT, 'audit entries are append-only');
END;

CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry
WHEN OLD.seq IS NOT NULL OR NEW.id <> OLD.id OR NEW.at <> OLD.at OR NEW.request <> OLD.request
    OR NEW.actor <> OLD.actor OR NEW.kind <> OLD.kind OR NEW.subject <> OLD.subject
    OR NEW.facts <> OLD.facts OR NEW.salt <> OLD.salt
BEGIN
    SELECT RAISE(ABORT, 'audit entries are append-only');
END;
