-- The developer's desk: every agreement with the turn that is open, if any, and what it can be found by. An index says
-- that one turn at most is open, so no agreement comes twice.
CREATE VIEW espa_desk AS
    SELECT e.id, e.developer, e.changed_at, e.state, t.state AS turn, t.deadline,
        LOWER(u.number || ' ' || d.code || ' ' || d.name || ' ' || COALESCE(w.name, '')) AS found_by
    FROM espa e JOIN development d ON d.id = e.development JOIN unit u ON u.id = e.unit
        LEFT JOIN espa_turn t ON t.agreement = e.id AND t.version = e.version
            AND t.state IN ('INVITED', 'REVIEWING', 'READY', 'SIGNING', 'EXPIRED')
        LEFT JOIN person w ON w.id = t.person;
