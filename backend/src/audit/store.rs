//! SQL of the audit trail. Triggers refuse every `DELETE` and every `UPDATE` but the numbering.

crate::sql! {
    INSERT = "INSERT INTO audit_entry (id, at, request, actor, kind, subject, facts, salt)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    TRAIL = "SELECT id, at, request, actor, kind, subject, facts, salt FROM audit_entry
             WHERE subject = $1 ORDER BY id";
    RECENT = "SELECT id, at, request, actor, kind, subject, facts, salt FROM audit_entry
              WHERE id > $1 ORDER BY id LIMIT 1000";
    LOCK_EDGE = "UPDATE audit_edge SET size = size WHERE id = 1 RETURNING size, frontier";
    UNNUMBERED = "SELECT id, at, request, actor, kind, subject, facts, salt FROM audit_entry
                  WHERE seq IS NULL ORDER BY id LIMIT 5000";
    NUMBER = "UPDATE audit_entry SET seq = $2 WHERE id = $1 AND seq IS NULL";
    MOVE_EDGE = "UPDATE audit_edge SET size = $1, frontier = $2 WHERE id = 1";
    KEEP_HEAD = "INSERT INTO audit_head (size, root, at, signature, server) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (size) DO NOTHING";
    NEWEST_HEAD = "SELECT size, root, at, signature FROM audit_head ORDER BY size DESC LIMIT 1";
    /// The heads that the file of server `$1` has as well.
    HEADS = "SELECT size, root FROM audit_head WHERE server = $1 ORDER BY size";
    /// The number of the newest entry of a kind, and how many have none yet.
    NEWEST_OF = "SELECT MAX(seq) AS seq, COUNT(*) - COUNT(seq) AS unnumbered FROM audit_entry
                 WHERE subject = $1 AND kind = $2";
    NUMBERED = "SELECT id, at, request, actor, kind, subject, facts, salt, seq FROM audit_entry
                WHERE seq >= $1 ORDER BY seq LIMIT 5000";
}
