//! The certificates of the platform's own authority, as the ceremony needs them.

use std::sync::Arc;

use async_trait::async_trait;
use const_oid::db::rfc5912::ID_EC_PUBLIC_KEY;
use der::Decode as _;
use x509_cert::Certificate;

use super::model::SignError;
use super::ports::{Credential, Credentials};
use crate::certificate::{self, Authority, Leaf};
use crate::document::RevocationData;
use crate::document::cms::Algorithm;
use crate::kernel::db::DbError;
use crate::kernel::work::Work;
use crate::vault::VaultKey;

/// Certificates of one authority.
#[derive(Clone)]
pub struct IssuedHere(pub Arc<Authority>);

impl IssuedHere {
    fn credential(&self, leaf: Leaf) -> Result<Credential, SignError> {
        let algorithm = algorithm(&leaf)?;
        let chain = vec![leaf.der, self.0.issuing().der().to_vec()];
        Ok(Credential { serial: leaf.serial, chain, algorithm, not_after: leaf.not_after })
    }
}

/// How the key of a certificate signs.
fn algorithm(leaf: &Leaf) -> Result<Algorithm, DbError> {
    let broken = |_| DbError::Inconsistent(format!("certificate {}", leaf.serial));
    let certificate = Certificate::from_der(&leaf.der).map_err(broken)?;
    let key = &certificate.tbs_certificate().subject_public_key_info().algorithm;
    Ok(if key.oid == ID_EC_PUBLIC_KEY { Algorithm::EcdsaP256Sha256 } else { Algorithm::RsaPkcs1Sha256 })
}

#[async_trait]
impl Credentials for IssuedHere {
    async fn current(&self, work: &Work, key: &VaultKey) -> Result<Credential, SignError> {
        let leaf = certificate::of_key(work, &key.person, &key.spki).await?.ok_or(SignError::NoCertificate)?;
        if leaf.revoked.is_some() {
            return Err(SignError::CertificateRevoked);
        }
        if !leaf.is_good(work.now) {
            return Err(SignError::CertificateEnded);
        }
        self.credential(leaf)
    }

    async fn by_serial(&self, work: &Work, serial: &str) -> Result<Credential, SignError> {
        let leaf = certificate::by_serial(work, serial).await?.ok_or(SignError::NoCertificate)?;
        self.credential(leaf)
    }

    async fn validation_data(&self, work: &Work, credential: &Credential) -> Result<RevocationData, SignError> {
        let leaves: Vec<_> = credential.chain.iter().take(1).cloned().chain([self.0.tsa().der().to_vec()]).collect();
        let data = certificate::revocation_data(work, &self.0, &leaves).await;
        let data = data.map_err(|error| SignError::Refused(error.into()))?;
        Ok(RevocationData { certs: data.certs, crls: data.crls, ocsps: data.ocsps })
    }

    async fn roots(&self, _work: &Work) -> Result<Vec<Vec<u8>>, SignError> {
        Ok(vec![self.0.root().der().to_vec()])
    }
}
