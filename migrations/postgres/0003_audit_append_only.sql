INSERT INTO audit_edge (id, size, frontier) VALUES (1, 0, '');

CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.seq IS NULL AND NEW.id = OLD.id AND NEW.at = OLD.at AND NEW.request = OLD.request
        AND NEW.actor = OLD.actor AND NEW.kind = OLD.kind AND NEW.subject = OLD.subject
        AND NEW.facts = OLD.facts AND NEW.salt = OLD.salt
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'audit entries are append-only';
END
$$;

CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
FOR EACH ROW EXECUTE FUNCTION audit_append_only();
