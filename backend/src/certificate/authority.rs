//! The authority at work: its members (root, issuing CA, seal, time stamps, OCSP) with their keys.

use std::sync::{Arc, PoisonError, RwLock};

use der::{Decode as _, Encode as _};
use mohor_shared::transcript::sha256;
use p256::ecdsa::signature::Verifier as _;
use spki::{DecodePublicKey as _, SubjectPublicKeyInfoRef};
use x509_cert::Certificate;

use super::model::{Ca, CaSettings, Leaf, Profile};
use super::profile::{self, Issuer};
use crate::keystore::{KeyHandle, KeyStore, KeyStoreError, SignAlgorithm};

/// Root, issuing CA and services, ready to sign. Made by the ceremony.
pub struct Authority {
    pub(super) settings: CaSettings,
    pub(super) root: Member,
    pub(super) issuing: Member,
    pub(super) seal: Service,
    pub(super) tsa: Service,
    pub(super) ocsp: Service,
}

impl Authority {
    /// The trust anchor.
    pub const fn root(&self) -> &Member {
        &self.root
    }

    /// The CA that issues to persons and services.
    pub const fn issuing(&self) -> &Member {
        &self.issuing
    }

    /// The platform's own signature on issued agreements.
    pub fn seal(&self) -> Arc<Member> {
        self.seal.holder()
    }

    /// The time-stamp authority.
    pub fn tsa(&self) -> Arc<Member> {
        self.tsa.holder()
    }

    /// The OCSP responder.
    pub fn ocsp(&self) -> Arc<Member> {
        self.ocsp.holder()
    }

    /// The settings that stand in the certificates.
    pub const fn settings(&self) -> &CaSettings {
        &self.settings
    }

    /// The policy under which time stamps are issued, dotted.
    pub fn stamp_policy(&self) -> String {
        format!("{}.5", self.settings.policy_arc)
    }

    /// The chain above a leaf: issuing CA, then root.
    pub fn chain(&self) -> Vec<Vec<u8>> {
        vec![self.issuing.leaf.der.clone(), self.root.leaf.der.clone()]
    }

    pub(super) const fn ca(&self, which: Ca) -> &Member {
        match which {
            Ca::Root => &self.root,
            Ca::Issuing => &self.issuing,
        }
    }
}

/// An office whose certificate is replaced before it ends, while others are at work. Whoever signs takes its holder
/// once: certificate and signature then belong together.
pub(super) struct Service(RwLock<Arc<Member>>);

impl Service {
    pub(super) fn held_by(member: Member) -> Self {
        Self(RwLock::new(Arc::new(member)))
    }

    fn holder(&self) -> Arc<Member> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts `member` in office, and says whether it has another certificate than its predecessor.
    pub(super) fn hand_over(&self, member: Member) -> bool {
        let mut holder = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let new = holder.der() != member.der();
        if new {
            *holder = Arc::new(member);
        }
        new
    }
}

/// A certificate of the authority together with its key.
pub struct Member {
    pub(super) keys: Arc<dyn KeyStore>,
    pub(super) handle: KeyHandle,
    pub(super) leaf: Leaf,
    pub(super) issuer: Issuer,
}

impl std::fmt::Debug for Member {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Member({} {})", self.leaf.profile.as_str(), self.leaf.serial)
    }
}

/// Why the authority could not sign.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The key store refused.
    #[error(transparent)]
    Key(#[from] KeyStoreError),
    /// The result could not be encoded.
    #[error("encoding: {0}")]
    Encoding(#[from] der::Error),
    /// The signature that came back does not verify: a broken key store or a fault attack. Nothing leaves.
    #[error("the signature of the key store does not verify")]
    SelfCheck,
}

impl Member {
    /// The certificate.
    pub fn der(&self) -> &[u8] {
        &self.leaf.der
    }

    /// The certificate with what is known of it.
    pub const fn leaf(&self) -> &Leaf {
        &self.leaf
    }

    /// How this member signs.
    pub const fn algorithm(&self) -> SignAlgorithm {
        self.issuer.algorithm
    }

    /// The public key: DER `SubjectPublicKeyInfo`.
    pub fn spki(&self) -> &[u8] {
        &self.issuer.spki
    }

    /// Signs a SHA-256 digest.
    ///
    /// # Errors
    /// [`KeyStoreError`] of the key store.
    pub async fn sign(&self, digest: &[u8; 32]) -> Result<Vec<u8>, KeyStoreError> {
        self.keys.sign(&self.handle, self.issuer.algorithm, digest).await
    }

    /// Signs `message` and checks the result with the public key before it is used.
    pub(super) async fn sign_message(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let signature = self.sign(&sha256(message)).await?;
        if verifies(&self.issuer.spki, message, &signature) { Ok(signature) } else { Err(SignError::SelfCheck) }
    }

    /// Signs a TBS and joins both (certificate or CRL).
    pub(super) async fn sign_tbs(&self, tbs: &[u8]) -> Result<Vec<u8>, SignError> {
        let signature = self.sign_message(tbs).await?;
        Ok(profile::assemble(tbs, self.issuer.algorithm, &signature)?)
    }
}

/// What a certified key lends to the drafts it signs.
pub(super) fn issuer_of(leaf: &Leaf, algorithm: SignAlgorithm) -> der::Result<Issuer> {
    let certificate = Certificate::from_der(&leaf.der)?;
    let tbs = certificate.tbs_certificate();
    Ok(Issuer {
        name: tbs.subject().clone(),
        spki: tbs.subject_public_key_info().to_der()?,
        algorithm,
        not_before: leaf.not_before,
        not_after: leaf.not_after,
    })
}

/// Whether `signature` over `message` (hashed with SHA-256) verifies under `spki`: ECDSA P-256 (DER) or RSA PKCS#1 v1.5.
pub(crate) fn verifies(spki: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let Ok(key) = SubjectPublicKeyInfoRef::try_from(spki) else { return false };
    if key.algorithm.oid == const_oid::db::rfc5912::ID_EC_PUBLIC_KEY {
        let key = p256::ecdsa::VerifyingKey::from_public_key_der(spki);
        let signature = p256::ecdsa::Signature::from_der(signature);
        return matches!((key, signature), (Ok(key), Ok(signature)) if key.verify(message, &signature).is_ok());
    }
    let key = rsa::RsaPublicKey::from_public_key_der(spki).map(rsa::pkcs1v15::VerifyingKey::<sha2::Sha256>::new);
    let signature = rsa::pkcs1v15::Signature::try_from(signature);
    matches!((key, signature), (Ok(key), Ok(signature)) if key.verify(message, &signature).is_ok())
}

impl Profile {
    /// The label of the key of an authority or a service.
    pub(super) fn label(self) -> String {
        format!("ca-{}", self.as_str())
    }
}
