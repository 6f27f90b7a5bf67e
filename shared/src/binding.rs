//! What a one-time code or an approval is bound to (`B`): session, nonce, the thing signed, credential,
//! device and expiry. The server computes `B` again from what is really submitted, so that a code made for
//! one document cannot authorise another.

use crate::transcript::lp_hash;

/// The inputs of `B`. All are public; the secret is the key that turns `B` into a code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Binding {
    /// The session (a ULID or UUID as bytes).
    pub session: [u8; 16],
    /// 32 random bytes made for this session.
    pub nonce: [u8; 32],
    /// What will be signed: a digest, or [`turn`] where the digest is not known yet.
    pub subject: [u8; 32],
    /// The credential that will sign.
    pub credential: String,
    /// The phone the code is for; zeros when no phone is involved (e-mail).
    pub device: [u8; 16],
    /// Expiry, in seconds since 1970 UTC.
    pub expires: u64,
}

impl Binding {
    /// `B = SHA-256(LP("mohor/bind/v1", session, nonce, subject, credential, device, exp))`.
    pub fn value(&self) -> [u8; 32] {
        lp_hash(
            "mohor/bind/v1",
            &[
                &self.session,
                &self.nonce,
                &self.subject,
                self.credential.as_bytes(),
                &self.device,
                &self.expires.to_be_bytes(),
            ],
        )
    }
}

/// The subject of a code for an agreement. The digest of the document is not known before the drawing, so
/// the code binds the turn, the version of the agreement and SHA-256 of the document's present bytes.
pub fn turn(turn: &str, version: u32, head_sha256: &[u8; 32]) -> [u8; 32] {
    lp_hash("mohor/turn/v1", &[turn.as_bytes(), &version.to_be_bytes(), head_sha256])
}

/// The subject of a code for one or more digests, in this order (`phone-and-factors` 3.2): a single digest stands for
/// itself, several for `LP("mohor/batch/v1", n, h1..hn)`.
pub fn digests(digests: &[[u8; 32]]) -> [u8; 32] {
    if let [single] = digests {
        return *single;
    }
    let count = u32::try_from(digests.len()).unwrap_or(u32::MAX).to_be_bytes();
    let parts: Vec<&[u8]> = std::iter::once(&count[..]).chain(digests.iter().map(|digest| &digest[..])).collect();
    lp_hash("mohor/batch/v1", &parts)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::transcript::sha256;

    pub(crate) fn example(document: &str) -> Binding {
        Binding {
            session: std::array::from_fn(|index| index as u8),
            nonce: [0xa0; 32],
            subject: sha256(document.as_bytes()),
            credential: "cert:01AB".to_owned(),
            device: [0xd0; 16],
            expires: 1_893_456_000,
        }
    }

    #[test]
    fn the_published_binding_is_reproduced() {
        let b = hex::encode(example("hello.pdf").value());
        assert_eq!(b, "13400a47e185fb457e03e7588c2af3242d7f897ac45fffa80c59085403d73ff4");
    }

    #[test]
    fn another_order_number_or_digest_is_another_batch() {
        let (one, two) = ([1; 32], [2; 32]);
        assert_eq!(digests(&[one]), one, "what the published vector is bound to");
        let both = digests(&[one, two]);
        for other in [digests(&[two, one]), digests(&[one, two, two]), digests(&[]), digests(&[one, one])] {
            assert_ne!(both, other);
        }
    }

    #[test]
    fn another_turn_version_or_head_is_another_subject() {
        let one = turn("T1", 1, &[1; 32]);
        assert_ne!(one, turn("T2", 1, &[1; 32]));
        assert_ne!(one, turn("T1", 2, &[1; 32]));
        assert_ne!(one, turn("T1", 1, &[2; 32]));
    }
}
