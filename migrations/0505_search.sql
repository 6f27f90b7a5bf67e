-- The names that a desk is searched for, folded by the program and not by the engine: both engines find the same. A row
-- from before is folded by a job; until then it is found as before.
ALTER TABLE person ADD COLUMN found_by TEXT;
ALTER TABLE development ADD COLUMN found_by TEXT;
CREATE INDEX person_unfolded ON person (id) WHERE found_by IS NULL;
CREATE INDEX development_unfolded ON development (id) WHERE found_by IS NULL;

DROP VIEW espa_desk;
CREATE VIEW espa_desk AS
    SELECT e.id, e.developer, e.changed_at, e.state, t.state AS turn, t.deadline,
        LOWER(u.number || ' ' || d.code) || ' ' || COALESCE(d.found_by, LOWER(d.name)) || ' '
            || COALESCE(w.found_by, LOWER(w.name), '') AS found_by
    FROM espa e JOIN development d ON d.id = e.development JOIN unit u ON u.id = e.unit
        LEFT JOIN espa_turn t ON t.agreement = e.id AND t.version = e.version
            AND t.state IN ('INVITED', 'REVIEWING', 'READY', 'SIGNING', 'EXPIRED')
        LEFT JOIN person w ON w.id = t.person;
