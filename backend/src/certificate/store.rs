//! SQL of certificates and CRLs.

use super::model::{Leaf, Profile, RevocationReason, Revoked};
use crate::kernel::db::{DbError, Row};

crate::sql! {
    INTEND = "INSERT INTO certificate (serial, issuer, profile, person, generation, state, tbs, spki_sha256, request,
                evidence, approver, reason, not_before, not_after, intended_at)
              VALUES ($1, $2, $3, $4, (SELECT COALESCE(MAX(generation), 0) + 1 FROM certificate WHERE person = $5),
                'intended', $6, $7, $8, $9, $10, $11, $12, $13, $14)
              ON CONFLICT (evidence) DO NOTHING RETURNING serial";
    ISSUED = "UPDATE certificate SET state = 'issued', der = $2, issued_at = $3
              WHERE serial = $1 AND state = 'intended' RETURNING serial";
    REVOKE = "UPDATE certificate SET state = 'revoked', revoked_at = $2, revocation_reason = $3
              WHERE serial = $1 AND state IN ('intended', 'issued') RETURNING serial, person, issuer";
    /// Stored and never signed: it never will be.
    ABANDON = "UPDATE certificate SET state = 'revoked', revoked_at = $2, revocation_reason = $3
               WHERE spki_sha256 = $1 AND profile = 'signee' AND state = 'intended' RETURNING serial";
    ISSUED_FOR_KEY = "SELECT serial FROM certificate
                      WHERE spki_sha256 = $1 AND profile = 'signee' AND state = 'issued'";
    BY_SERIAL = "SELECT serial, profile, der, not_before, not_after, person, revoked_at, revocation_reason
                 FROM certificate WHERE serial = $1 AND der IS NOT NULL";
    CURRENT_FOR = "SELECT serial, profile, der, not_before, not_after, person, revoked_at, revocation_reason
                   FROM certificate WHERE person = $1 AND profile = 'signee' AND state = 'issued'
                   AND not_before <= $2 AND not_after >= $2 ORDER BY generation DESC LIMIT 1";
    ALL_FOR = "SELECT serial, profile, der, not_before, not_after, person, revoked_at, revocation_reason
               FROM certificate WHERE person = $1 AND der IS NOT NULL ORDER BY generation";
    OF_PROFILE = "SELECT serial, profile, der, not_before, not_after, person, revoked_at, revocation_reason
                  FROM certificate WHERE profile = $1 AND der IS NOT NULL ORDER BY not_after";
    COUNT_OF_PROFILE = "SELECT COUNT(*) AS number FROM certificate WHERE profile = $1 AND state <> 'intended'";
    STATUS = "SELECT state, revoked_at, revocation_reason FROM certificate WHERE serial = $1 AND issuer = $2";
    STEP = "SELECT serial, person, tbs, state FROM certificate WHERE evidence = $1";
    INTENDED = "SELECT serial, profile, person, tbs FROM certificate
                WHERE state = 'intended' AND intended_at <= $1 ORDER BY intended_at LIMIT 100";
    REVOKED = "SELECT serial, revoked_at, revocation_reason FROM certificate
               WHERE issuer = $1 AND state = 'revoked' ORDER BY revoked_at, serial";
    ASK = "INSERT INTO certificate_revocation (id, serial, person, reason, state, asked_by, asked_at, expires_at)
           VALUES ($1, $2, $3, $4, 'OPEN', $5, $6, $7)";
    END_OLD_WISH = "UPDATE certificate_revocation SET state = 'WITHDRAWN'
                    WHERE serial = $1 AND state = 'OPEN' AND expires_at <= $2";
    WISH = "SELECT id, reason, asked_by, asked_at FROM certificate_revocation
            WHERE serial = $1 AND state = 'OPEN' AND expires_at > $2";
    /// The second pair of eyes is never the first.
    CONFIRM = "UPDATE certificate_revocation SET state = 'DONE', decided_by = $2, decided_at = $3
               WHERE id = $1 AND state = 'OPEN' AND asked_by <> $2 AND expires_at > $3 RETURNING serial";
    WITHDRAW = "UPDATE certificate_revocation SET state = 'WITHDRAWN', decided_by = $2, decided_at = $3
                WHERE id = $1 AND state = 'OPEN' RETURNING serial";
    COUNT_REVOKED = "SELECT COUNT(*) AS number FROM certificate WHERE issuer = $1 AND state = 'revoked'";
    NUMBER_CRL = "INSERT INTO crl (issuer, number, this_update, next_update)
                  SELECT CAST($1 AS TEXT), COALESCE(MAX(number), 0) + 1, CAST($2 AS BIGINT), CAST($3 AS BIGINT)
                  FROM crl WHERE issuer = $4 RETURNING number";
    KEEP_CRL = "UPDATE crl SET der = $3, entries = $4 WHERE issuer = $1 AND number = $2 AND der IS NULL";
    NEWEST_CRL = "SELECT number, entries, this_update, next_update, der FROM crl
                  WHERE issuer = $1 AND der IS NOT NULL ORDER BY number DESC LIMIT 1";
}

pub(super) fn leaf(row: &Row) -> Result<Leaf, DbError> {
    let serial = row.text("serial")?;
    let profile = Profile::parse(&row.text("profile")?)
        .ok_or_else(|| DbError::Inconsistent(format!("certificate {serial}: profile")))?;
    Ok(Leaf {
        profile,
        der: row.bytes("der")?,
        not_before: row.time("not_before")?,
        not_after: row.time("not_after")?,
        person: row.opt_id("person")?,
        revoked: revoked(row)?,
        serial,
    })
}

pub(super) fn revoked(row: &Row) -> Result<Option<Revoked>, DbError> {
    let (Some(at), Some(code)) = (row.opt_time("revoked_at")?, row.opt_int("revocation_reason")?) else {
        return Ok(None);
    };
    let reason =
        RevocationReason::from_code(code).ok_or_else(|| DbError::Inconsistent(format!("revocation reason {code}")))?;
    Ok(Some(Revoked { at, reason }))
}
