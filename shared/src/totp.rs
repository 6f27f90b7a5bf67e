//! TOTP (RFC 6238): SHA-256, steps of 30 seconds, six digits.

use totp_rs::{Algorithm, Builder};
use zeroize::Zeroizing;

use crate::code::SixDigits;

/// Length of a step, in seconds.
pub const PERIOD: u64 = 30;

/// The step that `seconds` since 1970 UTC falls into.
pub const fn step_at(seconds: i64) -> i64 {
    seconds.div_euclid(PERIOD as i64)
}

/// The code of `step`.
pub fn code(secret: &[u8; 32], step: i64) -> SixDigits {
    SixDigits::from_digits(digits(secret, step, 6))
}

fn digits(secret: &[u8; 32], step: i64, count: u8) -> String {
    let seconds = u64::try_from(step).unwrap_or(0).saturating_mul(PERIOD);
    let secret = Zeroizing::new(secret.to_vec());
    Builder::new()
        .with_algorithm(Algorithm::SHA256)
        .with_digits(count)
        .with_step_duration(PERIOD)
        .with_secret(secret.as_slice())
        .build_noncompliant()
        .generate(seconds)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8; 32] = b"12345678901234567890123456789012";

    #[test]
    fn the_codes_of_rfc_6238_are_reproduced() {
        // Appendix B, SHA-256 column.
        for (seconds, expected) in
            [(59, "46119246"), (1_111_111_109, "68084774"), (1_234_567_890, "91819424"), (20_000_000_000, "77737706")]
        {
            assert_eq!(digits(SECRET, step_at(seconds), 8), expected);
        }
        assert_eq!(code(SECRET, 1).expose(), "119246");
    }

    #[test]
    fn oathtool_agrees() {
        let answer = std::process::Command::new("oathtool")
            .args(["--totp=sha256", "--digits=6", "--now=2026-11-20 01:00:00 UTC", &hex::encode(SECRET)])
            .output()
            .expect("oathtool, which tests/run installs");
        let theirs = String::from_utf8(answer.stdout).expect("text");
        assert_eq!(theirs.trim(), code(SECRET, step_at(1_795_136_400)).expose());
    }
}
