//! OCRA (RFC 6287): a challenge-response code the phone makes without a network, bound to `B`.

use crate::code::SixDigits;
use crate::otp::{hmac, truncate};

/// The one suite in use: SHA-256, six digits, a hexadecimal question of 64 characters.
pub const SUITE: &str = "OCRA-1:HOTP-SHA256-6:QH64";

/// The code for `B` under the device's OCRA secret.
pub fn code(secret: &[u8], binding: &[u8; 32]) -> SixDigits {
    SixDigits::from_digits(truncate(&hmac(secret, &data_input(SUITE, None, binding, &[])), 6))
}

/// `DataInput` of RFC 6287 section 5.1: suite, a zero byte, counter, question padded to 128 bytes, password hash.
fn data_input(suite: &str, counter: Option<u64>, question: &[u8], password: &[u8]) -> Vec<u8> {
    let mut input = Vec::with_capacity(suite.len() + 9 + 128 + password.len());
    input.extend_from_slice(suite.as_bytes());
    input.push(0);
    if let Some(counter) = counter {
        input.extend_from_slice(&counter.to_be_bytes());
    }
    let padded = input.len() + 128;
    input.extend_from_slice(question);
    input.resize(padded, 0);
    input.extend_from_slice(password);
    input
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::binding::tests::example;
    use hmac::{Hmac, KeyInit as _, Mac as _};

    const KEY32: &[u8] = b"12345678901234567890123456789012";

    #[test]
    fn the_codes_of_rfc_6287_are_reproduced() {
        // Appendix C.1: the question 00000000 as a number is all zeros.
        let input = data_input("OCRA-1:HOTP-SHA1-6:QN08", None, &[], &[]);
        let mac = Hmac::<sha1::Sha1>::new_from_slice(&KEY32[..20]).expect("any length");
        assert_eq!(truncate(&mac.chain_update(input).finalize().into_bytes(), 6), "237653");

        // Appendix C.2: counter 0, question 12345678 (hexadecimal BC614E), SHA-1 of the PIN 1234.
        let pin = hex::decode("7110eda4d09e062aa5e4a390b0a572ac0d2c0220").expect("hexadecimal");
        let input = data_input("OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1", Some(0), &[0xbc, 0x61, 0x4e], &pin);
        assert_eq!(truncate(&hmac(KEY32, &input), 8), "65347737");
    }

    #[test]
    fn the_published_document_bound_code_is_reproduced() {
        assert_eq!(code(KEY32, &example("hello.pdf").value()).expose(), "351775");
    }
}
