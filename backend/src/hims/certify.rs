//! The platform's own signature on an issued agreement: from then on the file may only be filled in and signed
//! (DocMDP, pdf-and-workflow 3.1).

use std::sync::Arc;

use async_trait::async_trait;

use crate::certificate::{self, Authority, CrlError};
use crate::document::cms::{self, Algorithm, CmsError};
use crate::document::{self, EmbedError, ExtendError, PrepareError, RevocationData, SignatureRequest, SignatureRole};
use crate::kernel::error::{Fault, Kind};
use crate::kernel::work::Work;
use crate::keystore::{KeyStoreError, SignAlgorithm};
use crate::timestamp::{StampError, TimeStamper};

/// Why the agreement was not certified.
#[derive(Debug, thiserror::Error)]
pub enum CertifyError {
    /// The base could not be prepared.
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    /// The signature could not be assembled.
    #[error(transparent)]
    Cms(#[from] CmsError),
    /// The signature could not be embedded.
    #[error(transparent)]
    Embed(#[from] EmbedError),
    /// Validation data could not be added.
    #[error(transparent)]
    Extend(#[from] ExtendError),
    /// No revocation list.
    #[error(transparent)]
    Crl(#[from] CrlError),
    /// The key store refused.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// No time stamp.
    #[error(transparent)]
    Stamp(#[from] StampError),
}

impl CertifyError {
    fn fault(&self) -> &dyn Fault {
        match self {
            Self::Prepare(error) => error,
            Self::Cms(error) => error,
            Self::Embed(error) => error,
            Self::Extend(error) => error,
            Self::Crl(error) => error,
            Self::Keys(error) => error,
            Self::Stamp(error) => error,
        }
    }
}

impl Fault for CertifyError {
    fn code(&self) -> &'static str {
        match self {
            // Nobody has signed yet: other words than for a signature that waits.
            Self::Stamp(_) => "seal-not-stamped",
            _ => self.fault().code(),
        }
    }

    fn kind(&self) -> Kind {
        self.fault().kind()
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        self.fault().facts()
    }
}

/// Whoever certifies an agreement before it is issued.
#[async_trait]
pub trait Certifier: Send + Sync {
    /// `base` with the certifying signature in its field `Cert0` (PAdES B-LT).
    ///
    /// # Errors
    /// [`CertifyError`]; nothing is issued with less.
    async fn certify(&self, work: &Work, base: &[u8]) -> Result<Vec<u8>, CertifyError>;
}

/// Certifies with the platform's seal.
pub struct Seal {
    /// Holds the seal and its chain.
    pub authority: Arc<Authority>,
    /// Stamps the signature.
    pub stamper: Arc<dyn TimeStamper>,
}

#[async_trait]
impl Certifier for Seal {
    async fn certify(&self, work: &Work, base: &[u8]) -> Result<Vec<u8>, CertifyError> {
        let seal = self.authority.seal();
        let request = SignatureRequest {
            field: "Cert0",
            role: SignatureRole::Certify,
            name: &self.authority.settings().organisation,
            reason: "eSPA",
            time: work.now,
            fills: Vec::new(),
            appearance: None,
        };
        let prepared = document::prepare(base, &request)?;
        let attributes = cms::signed_attributes(&prepared.digest, seal.der())?;
        let signature = seal.sign(&attributes.digest).await?;
        let token = self.stamper.token(work, mohor_shared::transcript::sha256(&signature)).await?;
        let algorithm = match seal.algorithm() {
            SignAlgorithm::EcdsaSha256 => Algorithm::EcdsaP256Sha256,
            SignAlgorithm::RsaPkcs1Sha256 => Algorithm::RsaPkcs1Sha256,
        };
        let mut chain = vec![seal.der().to_vec()];
        // The root stands with whoever trusts it, not in the file.
        chain.extend(self.authority.chain().into_iter().take(1));
        let cms = cms::assemble(&attributes, &signature, algorithm, &chain, Some(&token))?;
        let signed = document::embed(prepared, &cms)?;
        let leaves = [seal.der().to_vec(), self.authority.tsa().der().to_vec()];
        let data = certificate::revocation_data(work, &self.authority, &leaves).await?;
        let data = RevocationData { certs: data.certs, crls: data.crls, ocsps: data.ocsps };
        Ok(document::extend::dss(&signed, &data)?)
    }
}
