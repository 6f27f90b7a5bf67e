//! Signed messages: JWS compact serialisation (RFC 7515) with ES256 and nothing else.
//!
//! The signed bytes travel, so there is no canonical form to get wrong. `typ` says what a message is and is
//! checked exactly; a critical header we do not know refuses the message, an unknown claim is ignored.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::{Signer as _, Verifier as _};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};
use p256::elliptic_curve::sec1::FromSec1Point as _;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::transcript::sha256;

/// The longest message that is looked at, in bytes.
pub const LONGEST: usize = 64 * 1024;

/// Why a message is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum JwsRefusal {
    /// Not a compact JWS, or not the expected claims.
    #[error("the message is not well formed")]
    Form,
    /// Another algorithm, another type or a critical extension.
    #[error("the message is of another kind")]
    Kind,
    /// The key is no point of P-256.
    #[error("the key is not a P-256 key")]
    Key,
    /// The signature does not match.
    #[error("the signature does not match")]
    Signature,
}

/// A public P-256 key as JWK (RFC 7518 section 6.2).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Jwk {
    /// Always `P-256`.
    pub crv: String,
    /// Always `EC`.
    pub kty: String,
    /// The x coordinate, base64url.
    pub x: String,
    /// The y coordinate, base64url.
    pub y: String,
}

impl Jwk {
    /// The JWK of `key`.
    pub fn of(key: &VerifyingKey) -> Self {
        let point = key.to_sec1_point(false);
        let bytes = point.as_bytes();
        Self {
            crv: "P-256".to_owned(),
            kty: "EC".to_owned(),
            x: b64(bytes.get(1..33).unwrap_or_default()),
            y: b64(bytes.get(33..65).unwrap_or_default()),
        }
    }

    /// The JWK of a point in SEC 1 form (compressed or not).
    pub fn from_sec1(point: &[u8]) -> Result<Self, JwsRefusal> {
        VerifyingKey::from_sec1_bytes(point).map(|key| Self::of(&key)).map_err(|_| JwsRefusal::Key)
    }

    /// The point in uncompressed SEC 1 form (65 bytes). Does not check that it is on the curve: see [`key`](Self::key).
    pub fn sec1(&self) -> Result<[u8; 65], JwsRefusal> {
        let (x, y) = (unb64(&self.x)?, unb64(&self.y)?);
        if self.kty != "EC" || self.crv != "P-256" || x.len() != 32 || y.len() != 32 {
            return Err(JwsRefusal::Key);
        }
        let mut point = [4; 65];
        point[1..33].copy_from_slice(&x);
        point[33..].copy_from_slice(&y);
        Ok(point)
    }

    /// The key, checked to be a point of the curve.
    pub fn key(&self) -> Result<VerifyingKey, JwsRefusal> {
        let point = p256::Sec1Point::from_bytes(self.sec1()?).map_err(|_| JwsRefusal::Key)?;
        Option::<p256::PublicKey>::from(p256::PublicKey::from_sec1_point(&point))
            .map(VerifyingKey::from)
            .ok_or(JwsRefusal::Key)
    }

    /// The RFC 7638 SHA-256 thumbprint, base64url: the name of the key (`jkt`).
    pub fn thumbprint(&self) -> String {
        let Self { crv, kty, x, y } = self;
        b64(&sha256(format!(r#"{{"crv":"{crv}","kty":"{kty}","x":"{x}","y":"{y}"}}"#).as_bytes()))
    }
}

/// The protected header.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Header {
    /// Always `ES256`.
    pub alg: String,
    /// What the message is.
    pub typ: String,
    /// The signing key itself, where the message introduces it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwk: Option<Jwk>,
    /// The thumbprint of the signing key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// Extensions that must be understood. We understand none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crit: Option<Vec<String>>,
}

impl Header {
    /// The header of a message signed by the key named `kid`.
    pub fn by(typ: &str, kid: &str) -> Self {
        Self { alg: "ES256".to_owned(), typ: typ.to_owned(), jwk: None, kid: Some(kid.to_owned()), crit: None }
    }

    /// The header of a message that carries its key.
    pub fn with_key(typ: &str, jwk: Jwk) -> Self {
        Self { alg: "ES256".to_owned(), typ: typ.to_owned(), jwk: Some(jwk), kid: None, crit: None }
    }
}

/// The bytes to sign: `base64url(header).base64url(claims)`.
pub fn signing_input(header: &Header, claims: &impl Serialize) -> Result<String, JwsRefusal> {
    let header = serde_json::to_vec(header).map_err(|_| JwsRefusal::Form)?;
    let claims = serde_json::to_vec(claims).map_err(|_| JwsRefusal::Form)?;
    Ok(format!("{}.{}", b64(&header), b64(&claims)))
}

/// Joins a signing input and its raw signature (`r‖s`, 64 bytes).
pub fn assemble(signing_input: &str, signature: &[u8; 64]) -> String {
    format!("{signing_input}.{}", b64(signature))
}

/// The raw form (`r‖s`) of a DER signature, as key stores and phones give it. `s` is kept as it is, low or high.
pub fn raw_signature(der: &[u8]) -> Result<[u8; 64], JwsRefusal> {
    Signature::from_der(der).map(|signature| signature.to_bytes().into()).map_err(|_| JwsRefusal::Signature)
}

/// A P-256 key pair that signs, wherever it lives: the phone has one in software or in hardware.
pub trait KeyPair {
    /// The public half.
    fn public(&self) -> Jwk;

    /// The raw ECDSA signature (`r‖s`) over SHA-256 of `message`.
    ///
    /// # Errors
    /// [`JwsRefusal::Signature`] when the key cannot sign.
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], JwsRefusal>;
}

impl KeyPair for SigningKey {
    fn public(&self) -> Jwk {
        Jwk::of(self.verifying_key())
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], JwsRefusal> {
        let signature: Signature = self.try_sign(message).map_err(|_| JwsRefusal::Signature)?;
        Ok(signature.to_bytes().into())
    }
}

/// Signs `claims` with a key pair (the phone and tests; the server signs through its key store).
pub fn sign(key: &(impl KeyPair + ?Sized), header: &Header, claims: &impl Serialize) -> Result<String, JwsRefusal> {
    let input = signing_input(header, claims)?;
    let signature = key.sign(input.as_bytes())?;
    Ok(assemble(&input, &signature))
}

/// Checks a message of kind `typ` signed by `key` and reads its claims.
pub fn verify<T: DeserializeOwned>(token: &str, typ: &str, key: &VerifyingKey) -> Result<T, JwsRefusal> {
    let parsed = Parsed::read(token, typ)?;
    parsed.check(key)?;
    parsed.claims()
}

/// Checks a message of kind `typ` signed by the key in its own header: proof of possession of that key,
/// and of nothing else.
pub fn verify_embedded<T: DeserializeOwned>(token: &str, typ: &str) -> Result<(Jwk, T), JwsRefusal> {
    let parsed = Parsed::read(token, typ)?;
    let jwk = parsed.header.jwk.clone().ok_or(JwsRefusal::Key)?;
    parsed.check(&jwk.key()?)?;
    Ok((jwk, parsed.claims()?))
}

/// The thumbprint a message names in `kid`, unchecked: only to find the key to check it with.
pub fn claimed_kid(token: &str, typ: &str) -> Result<Option<String>, JwsRefusal> {
    Ok(Parsed::read(token, typ)?.header.kid)
}

struct Parsed<'a> {
    header: Header,
    signed: &'a str,
    payload: &'a str,
    signature: Signature,
}

impl<'a> Parsed<'a> {
    fn read(token: &'a str, typ: &str) -> Result<Self, JwsRefusal> {
        if token.len() > LONGEST {
            return Err(JwsRefusal::Form);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(JwsRefusal::Form)?;
        let (header, payload) = signed.split_once('.').ok_or(JwsRefusal::Form)?;
        let header: Header = serde_json::from_slice(&unb64(header)?).map_err(|_| JwsRefusal::Form)?;
        if header.alg != "ES256" || header.typ != typ || header.crit.is_some() {
            return Err(JwsRefusal::Kind);
        }
        let signature = Signature::from_slice(&unb64(signature)?).map_err(|_| JwsRefusal::Signature)?;
        Ok(Self { header, signed, payload, signature })
    }

    fn check(&self, key: &VerifyingKey) -> Result<(), JwsRefusal> {
        key.verify(self.signed.as_bytes(), &self.signature).map_err(|_| JwsRefusal::Signature)
    }

    fn claims<T: DeserializeOwned>(&self) -> Result<T, JwsRefusal> {
        serde_json::from_slice(&unb64(self.payload)?).map_err(|_| JwsRefusal::Form)
    }
}

/// Base64url without padding, as everywhere on the wire.
pub fn b64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads base64url without padding; a second spelling of the same bytes is refused.
pub fn unb64(text: &str) -> Result<Vec<u8>, JwsRefusal> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| JwsRefusal::Form)
}

/// Reads exactly `N` bytes of base64url.
pub fn unb64_array<const N: usize>(text: &str) -> Result<[u8; N], JwsRefusal> {
    unb64(text)?.try_into().map_err(|_| JwsRefusal::Form)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn key(seed: u8) -> SigningKey {
        SigningKey::from_slice(&[seed; 32]).expect("a scalar")
    }

    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    struct Claims {
        a: u32,
    }

    fn signed() -> String {
        let key = key(7);
        let header = Header::with_key("mohor-test+jwt", Jwk::of(key.verifying_key()));
        sign(&key, &header, &Claims { a: 5 }).expect("signs")
    }

    #[test]
    fn what_was_signed_is_read_back() {
        let (jwk, claims): (Jwk, Claims) = verify_embedded(&signed(), "mohor-test+jwt").expect("valid");
        assert_eq!(claims, Claims { a: 5 });
        assert_eq!(jwk, Jwk::of(key(7).verifying_key()));
    }

    #[test]
    fn another_type_key_or_byte_is_refused() {
        let token = signed();
        assert_eq!(verify_embedded::<Claims>(&token, "mohor-other+jwt").err(), Some(JwsRefusal::Kind));
        let other = key(8);
        assert_eq!(
            verify::<Claims>(&token, "mohor-test+jwt", other.verifying_key()).err(),
            Some(JwsRefusal::Signature)
        );
        let (head, signature) = token.rsplit_once('.').expect("a signature");
        let changed = format!("{}.{}.{signature}", head.split_once('.').expect("two").0, b64(br#"{"a":6}"#));
        assert_eq!(verify_embedded::<Claims>(&changed, "mohor-test+jwt").err(), Some(JwsRefusal::Signature));
    }

    #[test]
    fn no_algorithm_but_es256_and_no_critical_header_is_taken() {
        let key = key(7);
        let mut header = Header::with_key("t", Jwk::of(key.verifying_key()));
        header.alg = "none".to_owned();
        let token = sign(&key, &header, &Claims { a: 1 }).expect("signs");
        assert_eq!(verify_embedded::<Claims>(&token, "t").err(), Some(JwsRefusal::Kind));
        header.alg = "ES256".to_owned();
        header.crit = Some(vec!["exp".to_owned()]);
        let token = sign(&key, &header, &Claims { a: 1 }).expect("signs");
        assert_eq!(verify_embedded::<Claims>(&token, "t").err(), Some(JwsRefusal::Kind));
    }

    #[test]
    fn a_high_s_is_as_good_as_a_low_s() {
        let token = signed();
        let (input, signature) = token.rsplit_once('.').expect("a signature");
        let low = Signature::from_slice(&unb64(signature).expect("base64")).expect("a signature");
        let (r, s) = low.split_scalars();
        let high = Signature::from_scalars(r.to_bytes(), (-*s).to_bytes()).expect("a signature");
        let token = assemble(input, &high.to_bytes().into());
        assert!(verify_embedded::<Claims>(&token, "mohor-test+jwt").is_ok());
    }

    #[test]
    fn a_point_off_the_curve_is_no_key() {
        let mut jwk = Jwk::of(key(7).verifying_key());
        jwk.y.clone_from(&jwk.x);
        assert_eq!(jwk.key().err(), Some(JwsRefusal::Key));
    }

    #[test]
    fn the_thumbprint_follows_rfc_7638() {
        // Key of RFC 7517 appendix A.1; the value was computed with openssl over the sorted members.
        let jwk = Jwk {
            crv: "P-256".into(),
            kty: "EC".into(),
            x: "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4".into(),
            y: "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM".into(),
        };
        assert_eq!(jwk.thumbprint(), "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s");
    }
}
