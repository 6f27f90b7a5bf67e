//! Bound one-time codes: six digits that follow from a server key, what they are bound to and a generation.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::code::SixDigits;
use crate::transcript::lp;

/// Domain of a code shown on the bound phone.
pub const PHONE: &str = "mohor/otp/v1";
/// Domain of a code sent by e-mail.
pub const EMAIL: &str = "mohor/otp-email/v1";

/// The message whose HMAC-SHA-256 becomes the code: `LP(domain, B, gen)`.
pub fn message(domain: &str, binding: &[u8; 32], generation: u8) -> Vec<u8> {
    lp(domain, &[binding, &[generation]])
}

/// Dynamic truncation (RFC 4226 section 5.3) of `mac` to `digits` decimal digits (at most nine).
pub fn truncate(mac: &[u8], digits: u32) -> String {
    let offset = usize::from(mac.last().copied().unwrap_or(0) & 0x0f);
    let word = mac.get(offset..offset + 4).and_then(|word| word.try_into().ok()).map_or(0, u32::from_be_bytes);
    let value = (word & 0x7fff_ffff) % 10u32.pow(digits);
    format!("{value:0width$}", width = digits as usize)
}

/// The six digits of `mac`, where an HSM computed it.
pub fn from_mac(mac: &[u8; 32]) -> SixDigits {
    SixDigits::from_digits(truncate(mac, 6))
}

/// The six digits under `key`, for callers that hold the key.
pub fn code(key: &[u8], domain: &str, binding: &[u8; 32], generation: u8) -> SixDigits {
    from_mac(&hmac(key, &message(domain, binding, generation)))
}

/// HMAC-SHA-256.
pub fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    // HMAC takes keys of any length: the error cannot happen, and zeros would only refuse every code.
    Hmac::<Sha256>::new_from_slice(key)
        .map(|mac| mac.chain_update(message).finalize().into_bytes().into())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::binding::tests::example;

    #[test]
    fn the_published_codes_are_reproduced() {
        let one = example("hello.pdf").value();
        assert_eq!(code(&[0x11; 32], PHONE, &one, 0).expose(), "449092");
        assert_eq!(code(&[0x11; 32], PHONE, &one, 1).expose(), "075720");
        let other = example("hello2.pdf").value();
        assert_eq!(code(&[0x11; 32], PHONE, &other, 0).expose(), "962663");
    }

    #[test]
    fn a_phone_code_is_no_mail_code() {
        let one = example("hello.pdf").value();
        assert_ne!(message(PHONE, &one, 0), message(EMAIL, &one, 0));
    }
}
