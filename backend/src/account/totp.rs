//! Codes of common authenticator apps: TOTP with SHA-1, 30 seconds, six digits (RFC 6238 as every app speaks it).

use mohor_shared::code::SixDigits;
use totp_rs::{Algorithm, Builder};
use zeroize::Zeroizing;

use super::model::AccountId;
use crate::kernel::clock::Timestamp;
use crate::kernel::rng::Rng;
use crate::kernel::secret::Secret;
use crate::keystore::{self, KeyStore, KeyStoreError};

const STEP: i64 = 30;
const SEAL: &str = "account/totp";

/// A fresh secret of 160 bits (RFC 4226 section 4).
pub(super) fn fresh(rng: &dyn Rng) -> Secret<Vec<u8>> {
    Secret::new(rng.bytes::<20>().to_vec())
}

/// The secret as it is stored.
pub(super) async fn seal(
    keys: &dyn KeyStore,
    rng: &dyn Rng,
    account: &AccountId,
    secret: &Secret<Vec<u8>>,
) -> Result<Vec<u8>, KeyStoreError> {
    keystore::seal(keys, rng, SEAL, account.as_str().as_bytes(), secret.expose()).await
}

/// The secret back.
pub(super) async fn open(
    keys: &dyn KeyStore,
    account: &AccountId,
    sealed: &[u8],
) -> Result<Secret<Vec<u8>>, KeyStoreError> {
    keystore::open(keys, SEAL, account.as_str().as_bytes(), sealed).await
}

/// The step whose code was typed: the present one, the one before or the one after (GAP-6).
pub(super) fn matching_step(secret: &Secret<Vec<u8>>, now: Timestamp, code: &SixDigits) -> Option<i64> {
    let present = now.seconds().div_euclid(STEP);
    // Every step is computed, so that the time says nothing about which one fits.
    let steps = [present - 1, present, present + 1];
    let fits = steps.map(|step| code_at(secret, step).is_some_and(|right| right == *code));
    steps.into_iter().zip(fits).filter(|(_, fits)| *fits).map(|(step, _)| step).next_back()
}

/// The code of `step`.
pub(super) fn code_at(secret: &Secret<Vec<u8>>, step: i64) -> Option<SixDigits> {
    let seconds = u64::try_from(step.checked_mul(STEP)?).ok()?;
    let totp = Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_step_duration(STEP as u64)
        .with_secret(Zeroizing::new(secret.expose().clone()).as_slice())
        .build_noncompliant();
    SixDigits::parse(&totp.generate(seconds).to_string()).ok()
}

/// RFC 4648 base32 without padding, as apps take a secret typed by hand.
pub(super) fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::new();
    let (mut bits, mut held) = (0u32, 0u32);
    for byte in bytes {
        bits = (bits << 8) | u32::from(*byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            text.push(char::from(ALPHABET[(bits >> held) as usize & 31]));
        }
        bits &= (1 << held) - 1;
    }
    if held > 0 {
        text.push(char::from(ALPHABET[(bits << (5 - held)) as usize & 31]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_of_rfc_6238_are_accepted_one_step_around() {
        // Appendix B, SHA-1, last six digits: at 59 s the code is 94287082.
        let secret = Secret::new(b"12345678901234567890".to_vec());
        let code = SixDigits::parse("287082").expect("digits");
        for (seconds, step) in [(59, Some(1)), (29, Some(1)), (89, Some(1)), (90, None), (-1, None)] {
            assert_eq!(matching_step(&secret, Timestamp::from_seconds(seconds), &code), step, "{seconds}");
        }
    }

    #[test]
    fn base32_is_that_of_rfc_4648() {
        for (plain, text) in [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foobar", "MZXW6YTBOI")] {
            assert_eq!(base32(plain.as_bytes()), text);
        }
    }
}
