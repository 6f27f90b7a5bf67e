//! Passwords: long rather than intricate (NIST SP 800-63B), kept as Argon2id.

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::fault;
use crate::kernel::heavy::heavy;
use crate::kernel::rng::Rng;
use crate::kernel::secret::Secret;

/// Why a password was not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PasswordError {
    /// Shorter than 12 or longer than 128 characters.
    #[error("the password has the wrong length")]
    Length,
    /// Everybody tries this one first.
    #[error("the password is too easy to guess")]
    Guessable,
}

fault! {
    PasswordError {
        Length => "password-length", Invalid;
        Guessable => "password-guessable", Invalid;
    }
}

/// A password as typed.
#[derive(Clone, Debug)]
pub struct Password(Secret<String>);

/// Memory in KiB, passes and lanes: the OWASP floor for Argon2id.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);

/// Words that make a password guessable when little else is in it.
const COMMON: [&str; 8] = ["password", "katalaluan", "rahsia", "mohor", "admin", "qwerty", "123456", "malaysia"];

impl Password {
    /// Takes what was typed at sign-in: any text up to 128 characters, so that old rules never lock anybody out.
    pub fn typed(text: &str) -> Self {
        Self(Secret::new(text.chars().take(128).collect()))
    }

    /// Parses a new password: 12 to 128 characters, not a common word with decoration, not one character again
    /// and again.
    ///
    /// # Errors
    /// [`PasswordError`] with what to do better.
    pub fn parse_new(text: &str) -> Result<Self, PasswordError> {
        let length = text.chars().count();
        if !(12..=128).contains(&length) {
            return Err(PasswordError::Length);
        }
        let lower = text.to_lowercase();
        let mut distinct: Vec<char> = lower.chars().collect();
        distinct.sort_unstable();
        distinct.dedup();
        let decorated = COMMON.iter().any(|word| lower.contains(word) && lower.chars().count() < word.len() + 8);
        if distinct.len() < 5 || decorated { Err(PasswordError::Guessable) } else { Ok(Self::typed(text)) }
    }
}

fn hasher() -> Argon2<'static> {
    let params = Params::new(COST.0, COST.1, COST.2, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The PHC string of `password`. Half a tenth of a second of one core: not on the thread of the doors.
pub(super) async fn hash(rng: &dyn Rng, password: &Password) -> Option<String> {
    let salt: [u8; 16] = rng.bytes();
    let password = password.clone();
    let hashed = heavy(move || {
        let phc = hasher().hash_password_with_salt(password.0.expose().as_bytes(), &salt);
        phc.ok().map(|phc| phc.to_string())
    });
    hashed.await.flatten()
}

/// Whether `password` is the one of `phc`. Without a PHC string the same work is done in vain.
pub(super) async fn verify(phc: Option<String>, password: &Password) -> bool {
    let password = password.clone();
    let checked = heavy(move || match phc {
        Some(phc) => hasher().verify_password(password.0.expose().as_bytes(), phc.as_str()).is_ok(),
        None => {
            let _ = hasher().hash_password_with_salt(password.0.expose().as_bytes(), &[0; 16]);
            false
        }
    });
    checked.await.unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::heavy;

    #[test]
    fn a_new_password_is_long_and_not_the_first_guess() {
        assert!(Password::parse_new("betul kuda bateri ruji").is_ok());
        assert_eq!(Password::parse_new("short").err(), Some(PasswordError::Length));
        assert_eq!(Password::parse_new(&"ab1".repeat(50)).err(), Some(PasswordError::Length));
        for easy in ["Password1234!", "aaaaaaaaaaaaaa", "abababababab", "Admin1234567"] {
            assert_eq!(Password::parse_new(easy).err(), Some(PasswordError::Guessable), "{easy}");
        }
    }

    /// Anybody may ask: known and unknown addresses, from many places.
    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn a_hundred_sign_ins_at_once_hash_no_more_than_there_are_cores() {
        let before = heavy::tests::ever();
        let mut guesses = tokio::task::JoinSet::new();
        for _ in 0..100 {
            guesses.spawn(async { verify(None, &Password::typed("betul kuda bateri")).await });
        }
        while let Some(guess) = guesses.join_next().await {
            assert!(!guess.expect("ends"));
        }
        assert!(heavy::tests::ever() >= before + 100, "all of them were looked at");
        heavy::tests::never_too_many();
    }

    #[test]
    fn a_password_does_not_print_itself() {
        assert!(!format!("{:?}", Password::typed("betul kuda bateri")).contains("kuda"));
    }
}
