//! Proof that a call comes from the phone: DPoP (RFC 9449) with a server nonce and a one-time `jti`, and one
//! claim more: `bh`, SHA-256 of the body, so that nobody changes what was sent along with the proof.

use serde::{Deserialize, Serialize};

use crate::jws::{self, Header, Jwk, JwsRefusal, KeyPair, b64};
use crate::transcript::sha256;

/// The type of a proof.
pub const TYP: &str = "dpop+jwt";
/// The request header that carries the proof.
pub const HEADER: &str = "dpop";
/// The answer header that carries a fresh nonce.
pub const NONCE_HEADER: &str = "dpop-nonce";
/// How long a nonce lives, in seconds.
pub const NONCE_SECONDS: i64 = 60;

/// The claims of a proof.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Claims {
    /// The method of the call, upper case.
    pub htm: String,
    /// The address of the call without query and fragment.
    pub htu: String,
    /// When the proof was made, in seconds since 1970 UTC.
    pub iat: i64,
    /// A name for this proof; never used twice.
    pub jti: String,
    /// The newest nonce of the server; empty on the very first call, which then gets one.
    #[serde(default)]
    pub nonce: String,
    /// SHA-256 of the body, base64url.
    pub bh: String,
}

/// What a call is, as both ends see it.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The method, upper case.
    pub method: &'a str,
    /// The address without query and fragment.
    pub url: &'a str,
    /// The whole body.
    pub body: &'a [u8],
}

/// A proof that verified, still to be judged by the server: is the nonce ours and young, is `jti` new, is
/// the key a bound one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proven {
    /// The thumbprint of the key.
    pub jkt: String,
    /// The claims.
    pub claims: Claims,
}

/// Makes a proof for `call`.
pub fn prove(
    key: &(impl KeyPair + ?Sized),
    call: Call<'_>,
    nonce: &str,
    jti: [u8; 16],
    iat_seconds: i64,
) -> Result<String, JwsRefusal> {
    let claims = Claims {
        htm: call.method.to_owned(),
        htu: call.url.to_owned(),
        iat: iat_seconds,
        jti: b64(&jti),
        nonce: nonce.to_owned(),
        bh: b64(&sha256(call.body)),
    };
    jws::sign(key, &Header::with_key(TYP, key.public()), &claims)
}

/// Checks that `proof` is for `call` and signed by the key it names (RFC 9449 section 4.3, steps 1 to 9).
pub fn check(proof: &str, call: Call<'_>) -> Result<Proven, JwsRefusal> {
    let (jwk, claims): (Jwk, Claims) = jws::verify_embedded(proof, TYP)?;
    let same = claims.htm == call.method && claims.htu == call.url && claims.bh == b64(&sha256(call.body));
    if !same || claims.jti.is_empty() || claims.jti.len() > 64 {
        return Err(JwsRefusal::Form);
    }
    Ok(Proven { jkt: jwk.thumbprint(), claims })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jws::tests::key;

    const CALL: Call<'static> =
        Call { method: "POST", url: "https://mohor.example.test/m/v1/totp/provision", body: b"{}" };

    #[test]
    fn a_proof_is_good_for_its_own_call_only() {
        let proof = prove(&key(7), CALL, "n", [1; 16], 100).expect("signs");
        let proven = check(&proof, CALL).expect("valid");
        assert_eq!(proven.jkt, Jwk::of(key(7).verifying_key()).thumbprint());
        for other in [
            Call { method: "GET", ..CALL },
            Call { url: "https://mohor.example.test/m/v1/notices", ..CALL },
            Call { body: b"{\"a\":1}", ..CALL },
        ] {
            assert_eq!(check(&proof, other), Err(JwsRefusal::Form));
        }
    }
}
