//! SQL of the organisation room, and rows into types.

use super::{
    Area, CertificateTerm, Developer, DeveloperCode, Development, DevelopmentCode, Jadual, OrganisationInput, Sen,
    Title, Unit, UnitNumber,
};
use crate::kernel::db::{DbError, Row};

crate::sql! {
    ADD_DEVELOPER = "INSERT INTO developer (id, code, name, registration, address, created_at)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (code) DO NOTHING";
    DEVELOPER = "SELECT id, code, name, registration, address FROM developer WHERE id = $1";
    DEVELOPERS = "SELECT id, code, name, registration, address FROM developer ORDER BY name";
    ADD_DEVELOPMENT = "INSERT INTO development (id, developer, code, name, jadual, location, certificate_term,
            created_at, found_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (code) DO NOTHING";
    DEVELOPMENT = "SELECT id, developer, code, name, jadual, location, certificate_term FROM development WHERE id = $1";
    DEVELOPMENTS = "SELECT id, developer, code, name, jadual, location, certificate_term FROM development
        WHERE developer = $1 ORDER BY code";
    OWNS = "SELECT id FROM development WHERE id = $1 AND developer = $2";
    ADD_UNIT = "INSERT INTO unit (id, development, number, kind, place, title, area_centi, price_sen, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (development, number) DO NOTHING";
    /// The guard stands in the statement: only a unit of the developer's own.
    CHANGE_UNIT = "UPDATE unit SET number = $3, kind = $4, place = $5, title = $6, area_centi = $7, price_sen = $8
        WHERE id = $1 AND development IN (SELECT id FROM development WHERE developer = $2) RETURNING id";
    CHANGE_DEVELOPMENT = "UPDATE development SET name = $3, location = $4, found_by = $5
        WHERE id = $1 AND developer = $2 RETURNING id";
    /// Rows from before names were folded.
    UNFOLDED = "SELECT id, name FROM development WHERE found_by IS NULL ORDER BY id LIMIT $1";
    /// Unless the name was changed meanwhile.
    FOLD = "UPDATE development SET found_by = $3 WHERE id = $1 AND name = $2";
    UNIT = "SELECT id, development, number, kind, place, title, area_centi, price_sen FROM unit WHERE id = $1";
    UNITS = "SELECT id, development, number, kind, place, title, area_centi, price_sen FROM unit
        WHERE development = $1 ORDER BY number";
    ADD_OFFICE = "INSERT INTO office (id, code, company, name, created_at)
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (code) DO NOTHING";
    OFFICE = "SELECT id, code, company, name FROM office WHERE id = $1";
    OFFICES = "SELECT id, code, company, name FROM office ORDER BY code";
}

fn odd(error: OrganisationInput) -> DbError {
    DbError::Inconsistent(format!("organisation: {error}"))
}

fn title(row: &Row, column: &str) -> Result<Title, DbError> {
    Title::parse(&row.text(column)?).map_err(odd)
}

pub(super) fn developer(row: &Row) -> Result<Developer, DbError> {
    Ok(Developer {
        id: row.id("id")?,
        code: DeveloperCode::parse(&row.text("code")?).map_err(odd)?,
        name: title(row, "name")?,
        registration: title(row, "registration")?,
        address: title(row, "address")?,
    })
}

pub(super) fn development(row: &Row) -> Result<Development, DbError> {
    let (jadual, term) = (row.text("jadual")?, row.text("certificate_term")?);
    Ok(Development {
        id: row.id("id")?,
        developer: row.id("developer")?,
        code: DevelopmentCode::parse(&row.text("code")?).map_err(odd)?,
        name: title(row, "name")?,
        jadual: Jadual::parse(&jadual).ok_or_else(|| DbError::Inconsistent(format!("jadual {jadual}")))?,
        location: title(row, "location")?,
        term: CertificateTerm::parse(&term).ok_or_else(|| DbError::Inconsistent(format!("term {term}")))?,
    })
}

pub(super) fn unit(row: &Row) -> Result<Unit, DbError> {
    Ok(Unit {
        id: row.id("id")?,
        development: row.id("development")?,
        number: UnitNumber::parse(&row.text("number")?).map_err(odd)?,
        kind: title(row, "kind")?,
        place: title(row, "place")?,
        title: title(row, "title")?,
        area: Area::new(row.int("area_centi")?).map_err(odd)?,
        price: Sen::new(row.int("price_sen")?).map_err(odd)?,
    })
}
