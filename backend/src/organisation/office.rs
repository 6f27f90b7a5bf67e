//! Offices of the government (pejabat, PTJ): where officers act.

use serde_json::json;

use super::{OrganisationInput, Title, store};
use crate::kernel::db::{DbError, Row, Tx};
use crate::kernel::work::Work;
use crate::{args, audit, fault, typed_id};

typed_id! {
    /// Names an office.
    OfficeId
}

/// The code of an office.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OfficeCode(String);

impl OfficeCode {
    /// Parses 1 to 20 letters, digits and hyphens; letters become capitals.
    ///
    /// # Errors
    /// [`OrganisationInput::OfficeCode`].
    pub fn parse(text: &str) -> Result<Self, OrganisationInput> {
        let code = text.trim().to_ascii_uppercase();
        let ok = (1..=20).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if ok { Ok(Self(code)) } else { Err(OrganisationInput::OfficeCode) }
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The company in whose books an office pays: four letters or digits, `FGOM` (FIN-25).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CompanyCode(String);

impl CompanyCode {
    /// Parses four letters or digits; letters become capitals.
    ///
    /// # Errors
    /// [`OrganisationInput::CompanyCode`].
    pub fn parse(text: &str) -> Result<Self, OrganisationInput> {
        let code = text.trim().to_ascii_uppercase();
        let ok = code.len() == 4 && code.bytes().all(|b| b.is_ascii_alphanumeric());
        if ok { Ok(Self(code)) } else { Err(OrganisationInput::CompanyCode) }
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An office.
#[derive(Clone, Debug)]
pub struct Office {
    /// Its id.
    pub id: OfficeId,
    /// Its code.
    pub code: OfficeCode,
    /// In whose books it pays.
    pub company: CompanyCode,
    /// Its name.
    pub name: Title,
}

/// An office to be registered.
#[derive(Clone, Debug)]
pub struct NewOffice {
    /// Its code.
    pub code: OfficeCode,
    /// In whose books it pays.
    pub company: CompanyCode,
    /// Its name.
    pub name: Title,
}

/// Why an office was not registered.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    /// The code is registered.
    #[error("this office code is registered")]
    Exists,
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    OfficeError {
        Exists => "office-exists", Conflict;
    } transparent { Db }
}

/// Registers an office.
///
/// # Errors
/// [`OfficeError::Exists`] when the code is taken.
pub async fn register_office(work: &Work, tx: &mut Tx, new: &NewOffice) -> Result<OfficeId, OfficeError> {
    let id = OfficeId::new(work);
    let values = args![&id, new.code.as_str(), new.company.as_str(), new.name.as_str(), work.now];
    if tx.execute(store::ADD_OFFICE, values).await? == 0 {
        return Err(OfficeError::Exists);
    }
    audit::record(work, tx, "office.registered", id.as_str(), json!({ "code": new.code.as_str() })).await?;
    Ok(id)
}

/// The office `id`, if there is one.
///
/// # Errors
/// [`DbError`] of the database.
pub async fn office(tx: &mut Tx, id: &OfficeId) -> Result<Option<Office>, DbError> {
    tx.first(store::OFFICE, args![id]).await?.as_ref().map(read).transpose()
}

/// Every office by code.
///
/// # Errors
/// [`DbError`] of the database.
pub async fn offices(work: &Work) -> Result<Vec<Office>, DbError> {
    work.read().await?.all(store::OFFICES, args![]).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Office, DbError> {
    let odd = |error: OrganisationInput| DbError::Inconsistent(format!("office: {error}"));
    Ok(Office {
        id: row.id("id")?,
        code: OfficeCode::parse(&row.text("code")?).map_err(odd)?,
        company: CompanyCode::parse(&row.text("company")?).map_err(odd)?,
        name: Title::parse(&row.text("name")?).map_err(odd)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit::bench;

    #[tokio::test]
    async fn an_office_is_registered_once() {
        let bench = bench().await;
        let work = bench.work();
        let new = NewOffice {
            code: OfficeCode::parse(" ptj-0702 ").expect("a code"),
            company: CompanyCode::parse("fgom").expect("FIN-25"),
            name: Title::parse("Pejabat Contoh SPESIMEN").expect("a name"),
        };
        let mut tx = work.write().await.expect("begins");
        let id = register_office(&work, &mut tx, &new).await.expect("registers");
        assert!(matches!(register_office(&work, &mut tx, &new).await, Err(OfficeError::Exists)));
        tx.commit().await.expect("commits");
        let known = offices(&work).await.expect("reads");
        assert_eq!((known.len(), known[0].code.as_str(), known[0].company.as_str()), (1, "PTJ-0702", "FGOM"));
        assert_eq!(known[0].id, id);
    }

    #[test]
    fn codes_are_short_and_plain() {
        for bad in ["", "PTJ 1", "PTJ/1", "123456789012345678901", "PEJÀ"] {
            assert_eq!(OfficeCode::parse(bad), Err(OrganisationInput::OfficeCode), "{bad}");
        }
        for bad in ["", "FGO", "FGOM1", "FG-M", "FGÖ"] {
            assert_eq!(CompanyCode::parse(bad), Err(OrganisationInput::CompanyCode), "{bad}");
        }
    }
}
