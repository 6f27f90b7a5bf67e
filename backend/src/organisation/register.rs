//! Registering developers, developments and units.

use serde_json::json;

use super::{
    Area, CertificateTerm, DeveloperCode, DeveloperId, DevelopmentCode, DevelopmentId, Jadual, Sen, Title, UnitId,
    UnitNumber, store,
};
use crate::kernel::db::{DbError, Tx};
use crate::kernel::search::{self, folded};
use crate::kernel::work::Work;
use crate::{args, audit, fault};

/// Why an organisation was not registered.
#[derive(Debug, thiserror::Error)]
pub enum OrganisationError {
    /// The developer code is registered.
    #[error("this developer code is registered")]
    DeveloperExists,
    /// The development code is registered.
    #[error("this development code is registered")]
    DevelopmentExists,
    /// The development has a unit of this number.
    #[error("the development has this unit")]
    UnitExists,
    /// There is no such developer or development, or it is somebody else's.
    #[error("no such developer or development")]
    Unknown,
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    OrganisationError {
        DeveloperExists => "developer-exists", Conflict;
        DevelopmentExists => "development-exists", Conflict;
        UnitExists => "unit-exists", Conflict;
        Unknown => "organisation-unknown", Missing;
    } transparent { Db }
}

/// A developer to be registered.
#[derive(Clone, Debug)]
pub struct NewDeveloper {
    /// Kod Pemaju.
    pub code: DeveloperCode,
    /// Registered name.
    pub name: Title,
    /// Company registration number.
    pub registration: Title,
    /// Registered address.
    pub address: Title,
}

/// A development to be registered.
#[derive(Clone, Debug)]
pub struct NewDevelopment {
    /// Kod Pemajuan.
    pub code: DevelopmentCode,
    /// Nama Pemajuan.
    pub name: Title,
    /// Which schedule its sales follow.
    pub jadual: Jadual,
    /// Where it stands.
    pub location: Title,
    /// How long its signers' certificates last.
    pub term: CertificateTerm,
}

/// A unit to be added to a development.
#[derive(Clone, Debug)]
pub struct NewUnit {
    /// Its number.
    pub number: UnitNumber,
    /// What it is.
    pub kind: Title,
    /// Where in the development.
    pub place: Title,
    /// The title it is sold under.
    pub title: Title,
    /// Floor area.
    pub area: Area,
    /// The price.
    pub price: Sen,
}

/// Registers a developer.
///
/// # Errors
/// [`OrganisationError::DeveloperExists`] when the code is taken.
pub async fn register_developer(
    work: &Work,
    tx: &mut Tx,
    new: &NewDeveloper,
) -> Result<DeveloperId, OrganisationError> {
    let id = DeveloperId::new(work);
    let texts = (new.code.as_str(), new.name.as_str(), new.registration.as_str(), new.address.as_str());
    let values = args![&id, texts.0, texts.1, texts.2, texts.3, work.now];
    if tx.execute(store::ADD_DEVELOPER, values).await? == 0 {
        return Err(OrganisationError::DeveloperExists);
    }
    audit::record(work, tx, "developer.registered", id.as_str(), json!({ "code": new.code.as_str() })).await?;
    Ok(id)
}

/// Registers a development of `developer`.
///
/// # Errors
/// [`OrganisationError::DevelopmentExists`] when the code is taken.
pub async fn register_development(
    work: &Work,
    tx: &mut Tx,
    developer: &DeveloperId,
    new: &NewDevelopment,
) -> Result<DevelopmentId, OrganisationError> {
    let id = DevelopmentId::new(work);
    let (code, name, location) = (new.code.as_str(), new.name.as_str(), new.location.as_str());
    let values =
        args![&id, developer, code, name, new.jadual.as_str(), location, new.term.as_str(), work.now, folded(name)];
    if tx.execute(store::ADD_DEVELOPMENT, values).await? == 0 {
        return Err(OrganisationError::DevelopmentExists);
    }
    audit::record(work, tx, "development.registered", id.as_str(), json!({ "code": code, "term": new.term.as_str() }))
        .await?;
    Ok(id)
}

/// Adds a unit to a development of `developer`.
///
/// # Errors
/// [`OrganisationError::Unknown`] when the development is another developer's,
/// [`OrganisationError::UnitExists`] when the number is taken.
pub async fn add_unit(
    work: &Work,
    tx: &mut Tx,
    developer: &DeveloperId,
    development: &DevelopmentId,
    new: &NewUnit,
) -> Result<UnitId, OrganisationError> {
    if tx.first(store::OWNS, args![development, developer]).await?.is_none() {
        return Err(OrganisationError::Unknown);
    }
    let id = UnitId::new(work);
    let values = args![
        &id,
        development,
        new.number.as_str(),
        new.kind.as_str(),
        new.place.as_str(),
        new.title.as_str(),
        new.area.centi(),
        new.price.get(),
        work.now
    ];
    if tx.execute(store::ADD_UNIT, values).await? == 0 {
        return Err(OrganisationError::UnitExists);
    }
    audit::record(work, tx, "unit.added", id.as_str(), json!({ "development": development })).await?;
    Ok(id)
}

/// Changes a unit of `developer`. Whether it may be changed now is the caller's to know.
///
/// # Errors
/// [`OrganisationError::Unknown`] when the unit is another developer's, [`OrganisationError::UnitExists`] when the
/// number is taken.
pub async fn change_unit(
    work: &Work,
    tx: &mut Tx,
    developer: &DeveloperId,
    unit: &UnitId,
    new: &NewUnit,
) -> Result<(), OrganisationError> {
    let texts = (new.number.as_str(), new.kind.as_str(), new.place.as_str(), new.title.as_str());
    let values = args![unit, developer, texts.0, texts.1, texts.2, texts.3, new.area.centi(), new.price.get()];
    match tx.first(store::CHANGE_UNIT, values).await {
        Ok(Some(_)) => {}
        Ok(None) => return Err(OrganisationError::Unknown),
        Err(DbError::Conflict { .. }) => return Err(OrganisationError::UnitExists),
        Err(error) => return Err(error.into()),
    }
    Ok(audit::record(work, tx, "unit.changed", unit.as_str(), json!({ "by": developer })).await?)
}

/// Changes name and location of a development of `developer`. Whether they may be changed now is the caller's to know.
///
/// # Errors
/// [`OrganisationError::Unknown`] when it is another developer's.
pub async fn change_development(
    work: &Work,
    tx: &mut Tx,
    developer: &DeveloperId,
    development: &DevelopmentId,
    name: &Title,
    location: &Title,
) -> Result<(), OrganisationError> {
    let values = args![development, developer, name.as_str(), location.as_str(), folded(name.as_str())];
    tx.first(store::CHANGE_DEVELOPMENT, values).await?.ok_or(OrganisationError::Unknown)?;
    Ok(audit::record(work, tx, "development.changed", development.as_str(), json!({ "by": developer })).await?)
}

/// Folds the names of developments from before names were folded (a job).
pub async fn fold_names(work: &Work) -> Result<(), DbError> {
    search::fold_rows(work, store::UNFOLDED, store::FOLD).await
}
