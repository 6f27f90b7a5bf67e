//! One row of an answer, column by column.

use sqlx::any::AnyRow;
use sqlx::{Any, Column as _, Row as _};

use super::DbError;
use crate::kernel::clock::Timestamp;
use crate::kernel::id::TypedId;

/// One row of an answer.
pub struct Row(AnyRow);

impl From<AnyRow> for Row {
    fn from(row: AnyRow) -> Self {
        Self(row)
    }
}

impl Row {
    /// A `TEXT` column.
    pub fn text(&self, column: &str) -> Result<String, DbError> {
        self.get(column)
    }

    /// A nullable `TEXT` column.
    pub fn opt_text(&self, column: &str) -> Result<Option<String>, DbError> {
        self.get(column)
    }

    /// A `BIGINT` column.
    pub fn int(&self, column: &str) -> Result<i64, DbError> {
        self.get(column)
    }

    /// A nullable `BIGINT` column.
    pub fn opt_int(&self, column: &str) -> Result<Option<i64>, DbError> {
        self.get(column)
    }

    /// A `BIGINT` column that holds 0 or 1.
    pub fn flag(&self, column: &str) -> Result<bool, DbError> {
        Ok(self.int(column)? != 0)
    }

    /// A `BYTEA` column.
    pub fn bytes(&self, column: &str) -> Result<Vec<u8>, DbError> {
        self.get(column)
    }

    /// A nullable `BYTEA` column.
    pub fn opt_bytes(&self, column: &str) -> Result<Option<Vec<u8>>, DbError> {
        self.get(column)
    }

    /// A `BIGINT` column that holds UTC milliseconds.
    pub fn time(&self, column: &str) -> Result<Timestamp, DbError> {
        self.int(column).map(Timestamp::from_millis)
    }

    /// A nullable `BIGINT` column that holds UTC milliseconds.
    pub fn opt_time(&self, column: &str) -> Result<Option<Timestamp>, DbError> {
        Ok(self.opt_int(column)?.map(Timestamp::from_millis))
    }

    /// A `TEXT` column that holds an identifier.
    pub fn id<I: TypedId>(&self, column: &str) -> Result<I, DbError> {
        self.text(column).map(I::from_stored)
    }

    /// A nullable `TEXT` column that holds an identifier.
    pub fn opt_id<I: TypedId>(&self, column: &str) -> Result<Option<I>, DbError> {
        Ok(self.opt_text(column)?.map(I::from_stored))
    }

    fn get<'row, T>(&'row self, column: &str) -> Result<T, DbError>
    where
        T: sqlx::Decode<'row, Any> + sqlx::Type<Any>,
    {
        self.0.try_get(column).map_err(|error| {
            let columns: Vec<_> = self.0.columns().iter().map(|column| column.name().to_owned()).collect();
            DbError::Inconsistent(format!("{column} of {columns:?}: {error}"))
        })
    }
}
