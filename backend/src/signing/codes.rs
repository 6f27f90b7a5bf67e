//! The codes of the factor room, as the ceremony needs them.

use std::sync::Arc;

use async_trait::async_trait;

use super::model::Refusal;
use super::ports::{ReservedCode, SecondFactor};
use crate::factor::{self, Target};
use crate::kernel::db::Tx;
use crate::kernel::work::Work;
use crate::keystore::KeyStore;
use crate::person::PersonId;

/// Turn-bound code, TOTP or e-mailed code, whichever fits.
#[derive(Clone)]
pub struct AnyCode(pub Arc<dyn KeyStore>);

#[async_trait]
impl SecondFactor for AnyCode {
    async fn check(
        &self,
        work: &Work,
        person: &PersonId,
        target: &Target,
        code: &str,
    ) -> Result<Box<dyn ReservedCode>, Refusal> {
        Ok(Box::new(factor::check(work, &*self.0, person, target, code).await?))
    }
}

#[async_trait]
impl ReservedCode for factor::Reserved {
    fn kind(&self) -> &'static str {
        factor::Reserved::kind(self).as_str()
    }

    async fn consume(self: Box<Self>, work: &Work, tx: &mut Tx) -> Result<(), Refusal> {
        factor::Reserved::consume(*self, work, tx).await?;
        Ok(())
    }
}
