//! What the spine asks of the rooms to its left, as small ports: the ceremony can be tested step by step with
//! stand-ins, and the rooms stay free of signing.

use async_trait::async_trait;

use super::model::Refusal;
use super::model::SignError;
use crate::document::RevocationData;
use crate::document::cms::Algorithm;
use crate::factor::Target;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::Tx;
use crate::kernel::work::Work;
use crate::person::PersonId;
use crate::vault::VaultKey;

/// Codes.
#[async_trait]
pub trait SecondFactor: Send + Sync {
    /// Checks `code` of `person` for `target`: counted, and reserved for this ceremony, but not yet consumed.
    async fn check(
        &self,
        work: &Work,
        person: &PersonId,
        target: &Target,
        code: &str,
    ) -> Result<Box<dyn ReservedCode>, Refusal>;
}

/// A code that was right and is not yet used up.
#[async_trait]
pub trait ReservedCode: Send + Sync {
    /// Which kind it was: `totp`, `turn-code`, `mail-code`.
    fn kind(&self) -> &'static str;

    /// Uses it up, in tx B. Refused when another ceremony was faster.
    async fn consume(self: Box<Self>, work: &Work, tx: &mut Tx) -> Result<(), Refusal>;
}

/// A certificate with what is needed to sign under it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Credential {
    /// Serial number, lower-case hexadecimal.
    pub serial: String,
    /// The signer's certificate first, then its issuers without the root (DER).
    pub chain: Vec<Vec<u8>>,
    /// How its key signs.
    pub algorithm: Algorithm,
    /// Last second of validity.
    pub not_after: Timestamp,
}

/// Certificates.
#[async_trait]
pub trait Credentials: Send + Sync {
    /// The certificate of `key`, if it may be used now.
    ///
    /// # Errors
    /// [`SignError::NoCertificate`], [`SignError::CertificateEnded`], [`SignError::CertificateRevoked`].
    async fn current(&self, work: &Work, key: &VaultKey) -> Result<Credential, SignError>;

    /// A certificate by serial number, whatever became of it: a signature made before is finished under it.
    ///
    /// # Errors
    /// [`SignError::NoCertificate`].
    async fn by_serial(&self, work: &Work, serial: &str) -> Result<Credential, SignError>;

    /// Chain and revocation data of the signature and of its time stamp, for the DSS (PAdES B-LT).
    ///
    /// # Errors
    /// [`SignError::Refused`].
    async fn validation_data(&self, work: &Work, credential: &Credential) -> Result<RevocationData, SignError>;

    /// Root certificates our own verdict trusts (DER).
    ///
    /// # Errors
    /// [`SignError::Refused`].
    async fn roots(&self, work: &Work) -> Result<Vec<Vec<u8>>, SignError>;
}
