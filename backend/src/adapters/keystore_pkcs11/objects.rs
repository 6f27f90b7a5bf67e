//! Objects of the token: their templates, and what can be read of them.

use const_oid::db::rfc5912::{ID_EC_PUBLIC_KEY, RSA_ENCRYPTION, SECP_256_R_1};
use cryptoki::error::Error;
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use cryptoki::types::Ulong;
use der::asn1::{Any, BitString, Null, OctetStringRef, Uint};
use der::{Decode as _, Encode as _};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

use super::failed;
use crate::keystore::{Custody, KeySpec, KeyStoreError, SignAlgorithm, WrappedKey};

/// `DigestInfo` of SHA-256 up to the digest itself (RFC 8017 section 9.2, note 1).
const DIGEST_INFO_SHA256: [u8; 19] =
    [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];

/// The object of that class and label.
pub(super) fn labelled(session: &Session, class: ObjectClass, label: &str) -> Result<Option<ObjectHandle>, Error> {
    let template = [Attribute::Class(class), Attribute::Token(true), Attribute::Label(label.as_bytes().to_vec())];
    Ok(session.find_objects(&template)?.into_iter().next())
}

/// The secret key `label`. Where it is not there, only whoever may `make` it comes further.
fn known(session: &Session, label: &str, make: bool) -> Result<Option<ObjectHandle>, KeyStoreError> {
    match labelled(session, ObjectClass::SECRET_KEY, label).map_err(failed)? {
        None if !make => Err(KeyStoreError::Missing),
        found => Ok(found),
    }
}

/// The wrapping key `label`, perhaps made when it is not there: AES-256, wraps and unwraps and does nothing else.
pub(super) fn wrapping_key(session: &Session, label: &str, make: bool) -> Result<ObjectHandle, KeyStoreError> {
    if let Some(found) = known(session, label, make)? {
        return Ok(found);
    }
    let mut template = secret(label);
    template.extend([
        Attribute::ValueLen(Ulong::from(32)),
        Attribute::Wrap(true),
        Attribute::Unwrap(true),
        Attribute::Encrypt(false),
        Attribute::Decrypt(false),
        Attribute::Sign(false),
    ]);
    session.generate_key(&Mechanism::AesKeyGen, &template).map_err(failed)
}

/// The HMAC key `label`, perhaps made when it is not there.
pub(super) fn mac_key(session: &Session, label: &str, make: bool) -> Result<ObjectHandle, KeyStoreError> {
    if let Some(found) = known(session, label, make)? {
        return Ok(found);
    }
    let mut template = secret(label);
    template.extend([
        Attribute::KeyType(KeyType::GENERIC_SECRET),
        Attribute::ValueLen(Ulong::from(32)),
        Attribute::Sign(true),
        Attribute::Verify(true),
    ]);
    session.generate_key(&Mechanism::GenericSecretKeyGen, &template).map_err(failed)
}

fn secret(label: &str) -> Vec<Attribute> {
    vec![
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Label(label.as_bytes().to_vec()),
    ]
}

/// Makes a pair, public key first. A token key can never be extracted; a session key can be wrapped, not read.
pub(super) fn pair(session: &Session, spec: KeySpec, custody: &Custody) -> Result<(ObjectHandle, ObjectHandle), Error> {
    let (stays, label) = match custody {
        Custody::Token { label } => (true, label.as_bytes().to_vec()),
        Custody::Session => (false, Vec::new()),
    };
    let mut public = vec![
        Attribute::Token(stays),
        Attribute::Private(false),
        Attribute::Verify(true),
        Attribute::Label(label.clone()),
    ];
    let private = [
        Attribute::Token(stays),
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(!stays),
        Attribute::Sign(true),
        Attribute::Decrypt(false),
        Attribute::Unwrap(false),
        Attribute::Label(label),
    ];
    let mechanism = match spec {
        KeySpec::P256 => {
            public.push(Attribute::EcParams(SECP_256_R_1.to_der().map_err(|_| Error::InvalidValue)?));
            Mechanism::EccKeyPairGen
        }
        KeySpec::Rsa2048 | KeySpec::Rsa3072 => {
            let bits = if spec == KeySpec::Rsa2048 { 2048 } else { 3072 };
            public.push(Attribute::ModulusBits(Ulong::from(bits)));
            public.push(Attribute::PublicExponent(vec![1, 0, 1]));
            Mechanism::RsaPkcsKeyPairGen
        }
    };
    session.generate_key_pair(&mechanism, &public, &private)
}

/// Opens a blob as a session key. `movable` only for moving it under another wrapping key.
pub(super) fn unwrap(
    session: &Session,
    kek: ObjectHandle,
    wrapped: &WrappedKey,
    movable: bool,
) -> Result<ObjectHandle, Error> {
    let key_type = match wrapped.spec {
        KeySpec::P256 => KeyType::EC,
        KeySpec::Rsa2048 | KeySpec::Rsa3072 => KeyType::RSA,
    };
    let template = [
        Attribute::Class(ObjectClass::PRIVATE_KEY),
        Attribute::KeyType(key_type),
        Attribute::Token(false),
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(movable),
        Attribute::Sign(true),
        Attribute::Decrypt(false),
        Attribute::Unwrap(false),
    ];
    session.unwrap_key(&Mechanism::AesKeyWrapPad, kek, &wrapped.blob, &template)
}

/// Signs a digest. The token knows raw ECDSA (`r‖s`) and PKCS#1 over a `DigestInfo`; the world wants DER and PKCS#1.
pub(super) fn sign(
    session: &Session,
    key: ObjectHandle,
    algorithm: SignAlgorithm,
    digest: &[u8; 32],
) -> Result<Vec<u8>, KeyStoreError> {
    match algorithm {
        SignAlgorithm::EcdsaSha256 => {
            let raw = session.sign(&Mechanism::Ecdsa, key, digest).map_err(failed)?;
            let signature = p256::ecdsa::Signature::from_slice(&raw)
                .map_err(|_| KeyStoreError::Broken("the form of a signature".to_owned()))?;
            Ok(signature.to_der().as_bytes().to_vec())
        }
        SignAlgorithm::RsaPkcs1Sha256 => {
            let info = [DIGEST_INFO_SHA256.as_slice(), digest].concat();
            session.sign(&Mechanism::RsaPkcs, key, &info).map_err(failed)
        }
    }
}

/// The kind and the `SubjectPublicKeyInfo` of a public key object.
pub(super) fn spki(session: &Session, public: ObjectHandle) -> Result<(KeySpec, Vec<u8>), KeyStoreError> {
    let wanted = [AttributeType::EcPoint, AttributeType::Modulus, AttributeType::PublicExponent];
    let (mut point, mut modulus, mut exponent) = (None, None, None);
    for attribute in session.get_attributes(public, &wanted).map_err(failed)? {
        match attribute {
            Attribute::EcPoint(bytes) if !bytes.is_empty() => point = Some(bytes),
            Attribute::Modulus(bytes) if !bytes.is_empty() => modulus = Some(bytes),
            Attribute::PublicExponent(bytes) if !bytes.is_empty() => exponent = Some(bytes),
            _ => {}
        }
    }
    let encoded = match (point, modulus, exponent) {
        (Some(point), ..) => ec_spki(&point),
        (None, Some(modulus), Some(exponent)) => rsa_spki(&modulus, &exponent),
        _ => return Err(KeyStoreError::Broken("a public key without a value".to_owned())),
    };
    encoded.map_err(|error| KeyStoreError::Broken(error.to_string()))
}

/// `CKA_EC_POINT` is a DER OCTET STRING around the SEC 1 point.
fn ec_spki(point: &[u8]) -> der::Result<(KeySpec, Vec<u8>)> {
    let point = <&OctetStringRef>::from_der(point)?.as_bytes();
    let algorithm = AlgorithmIdentifierOwned { oid: ID_EC_PUBLIC_KEY, parameters: Some(Any::from(SECP_256_R_1)) };
    let key = SubjectPublicKeyInfoOwned { algorithm, subject_public_key: BitString::from_bytes(point)? };
    Ok((KeySpec::P256, key.to_der()?))
}

fn rsa_spki(modulus: &[u8], exponent: &[u8]) -> der::Result<(KeySpec, Vec<u8>)> {
    #[derive(der::Sequence)]
    struct RsaPublicKey {
        modulus: Uint,
        exponent: Uint,
    }
    let spec = match modulus.len() {
        256 => KeySpec::Rsa2048,
        384 => KeySpec::Rsa3072,
        _ => return Err(der::ErrorKind::Failed.into()),
    };
    let key = RsaPublicKey { modulus: Uint::new(modulus)?, exponent: Uint::new(exponent)? }.to_der()?;
    let algorithm = AlgorithmIdentifierOwned { oid: RSA_ENCRYPTION, parameters: Some(Null.into()) };
    let key = SubjectPublicKeyInfoOwned { algorithm, subject_public_key: BitString::from_bytes(&key)? };
    Ok((spec, key.to_der()?))
}
