//! SQL of the iGFMAS room.

crate::sql! {
    PROCESSES = "SELECT v.process, v.version, v.module, v.name, v.system, v.steps, v.batch, v.confidence, v.remark,
            v.in_use, v.changed_at
        FROM igfmas_process p JOIN igfmas_process_version v ON v.process = p.number AND v.version = p.version
        ORDER BY p.number";
    PROCESS = "SELECT v.process, v.version, v.module, v.name, v.system, v.steps, v.batch, v.confidence, v.remark,
            v.in_use, v.changed_at
        FROM igfmas_process p JOIN igfmas_process_version v ON v.process = p.number AND v.version = p.version
        WHERE p.number = $1";
    PROCESS_VERSION = "SELECT process, version, module, name, system, steps, batch, confidence, remark, in_use, changed_at
        FROM igfmas_process_version WHERE process = $1 AND version = $2";
    ADD_PROCESS = "INSERT INTO igfmas_process (number, version) VALUES ($1, 1) ON CONFLICT (number) DO NOTHING";
    /// One of two editors wins.
    NEXT_PROCESS_VERSION = "UPDATE igfmas_process SET version = version + 1 WHERE number = $1 AND version = $2
        RETURNING version";
    ADD_PROCESS_VERSION = "INSERT INTO igfmas_process_version
            (process, version, module, name, system, steps, batch, confidence, remark, in_use, changed_by, changed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    APPOINT = "INSERT INTO igfmas_appointment
            (id, person, office, role, module, limit_sen, starts_at, ends_at, appointed_by, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    APPOINTMENT = "SELECT id FROM igfmas_appointment WHERE id = $1";
    APPOINTMENTS = "SELECT id, person, office, role, module, limit_sen, starts_at, ends_at FROM igfmas_appointment
        WHERE person = $1 ORDER BY starts_at, id";
    END_APPOINTMENT = "UPDATE igfmas_appointment SET ends_at = CASE WHEN starts_at > $2 THEN starts_at ELSE $2 END
        WHERE id = $1 AND ends_at > $2 AND starts_at < ends_at RETURNING id";
}
