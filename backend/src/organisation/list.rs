//! Reading developers, developments and units.

use super::{Developer, DeveloperId, Development, DevelopmentId, Unit, UnitId, store};
use crate::args;
use crate::kernel::db::DbError;
use crate::kernel::work::Work;

/// The developer `id`, if there is one.
pub async fn developer(work: &Work, id: &DeveloperId) -> Result<Option<Developer>, DbError> {
    let row = work.read().await?.first(store::DEVELOPER, args![id]).await?;
    row.map(|row| store::developer(&row)).transpose()
}

/// Every developer by name.
pub async fn developers(work: &Work) -> Result<Vec<Developer>, DbError> {
    work.read().await?.all(store::DEVELOPERS, args![]).await?.iter().map(store::developer).collect()
}

/// The development `id`, if there is one.
pub async fn development(work: &Work, id: &DevelopmentId) -> Result<Option<Development>, DbError> {
    let row = work.read().await?.first(store::DEVELOPMENT, args![id]).await?;
    row.map(|row| store::development(&row)).transpose()
}

/// The developments of a developer by code.
pub async fn developments_of(work: &Work, developer: &DeveloperId) -> Result<Vec<Development>, DbError> {
    work.read().await?.all(store::DEVELOPMENTS, args![developer]).await?.iter().map(store::development).collect()
}

/// The unit `id`, if there is one.
pub async fn unit(work: &Work, id: &UnitId) -> Result<Option<Unit>, DbError> {
    let row = work.read().await?.first(store::UNIT, args![id]).await?;
    row.map(|row| store::unit(&row)).transpose()
}

/// The units of a development by number.
pub async fn units_of(work: &Work, development: &DevelopmentId) -> Result<Vec<Unit>, DbError> {
    work.read().await?.all(store::UNITS, args![development]).await?.iter().map(store::unit).collect()
}
