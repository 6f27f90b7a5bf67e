//! The TOTP card: what the server hands to a phone, sealed. Deterministic CBOR (RFC 8949 section 4.2), one form.

use zeroize::Zeroizing;

/// Everything a phone needs to make TOTP codes: the secret, and when it ends. Algorithm, digits, period and
/// start are fixed (SHA-256, 6, 30 s, 0) and written out so that a reader need not guess.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpCard {
    /// The shared secret.
    pub secret: Zeroizing<[u8; 32]>,
    /// Seconds since 1970 UTC after which the secret is void.
    pub not_after: u32,
}

/// The bytes are not a card of this form.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a TOTP card")]
pub struct NotACard;

// map(6) "t0": 0, "alg": "SHA256", "digits": 6, "period": 30, "secret": bytes(32) …, "not_after": uint32 …
const HEAD: &[u8] = b"\xa6\x62t0\x00\x63alg\x66SHA256\x66digits\x06\x66period\x18\x1e\x66secret\x58\x20";
const TAIL: &[u8] = b"\x69not_after\x1a";

impl TotpCard {
    /// The card as bytes.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(HEAD.len() + 32 + TAIL.len() + 4));
        bytes.extend_from_slice(HEAD);
        bytes.extend_from_slice(self.secret.as_slice());
        bytes.extend_from_slice(TAIL);
        bytes.extend_from_slice(&self.not_after.to_be_bytes());
        bytes
    }

    /// Reads a card; any other parameter, order or length is refused.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotACard> {
        let rest = bytes.strip_prefix(HEAD).ok_or(NotACard)?;
        let (secret, rest) = rest.split_first_chunk::<32>().ok_or(NotACard)?;
        let not_after = rest.strip_prefix(TAIL).and_then(|rest| rest.try_into().ok()).ok_or(NotACard)?;
        Ok(Self { secret: Zeroizing::new(*secret), not_after: u32::from_be_bytes(not_after) })
    }
}

impl std::fmt::Debug for TotpCard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TotpCard(…, not_after: {})", self.not_after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_survives_the_journey_and_nothing_else_is_a_card() {
        let card = TotpCard { secret: Zeroizing::new([9; 32]), not_after: 1_893_456_000 };
        let bytes = card.to_bytes();
        assert_eq!(TotpCard::from_bytes(&bytes), Ok(card));
        assert_eq!(TotpCard::from_bytes(&bytes[1..]), Err(NotACard));
        assert_eq!(TotpCard::from_bytes(&[&bytes[..], b"\0"].concat()), Err(NotACard));
    }
}
