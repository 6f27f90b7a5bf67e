//! The app's own lock: six digits that open the window, nothing else. It signs nothing and the server never hears of
//! it, so forgetting it loses nothing: the phone is bound anew.
//!
//! A try is counted before it is checked. Waiting grows with the tries, and because the clock of a phone can be set
//! forward, the tries end for good after ten: six digits then fall to chance once in a hundred thousand.

use argon2::Argon2;
use zeroize::Zeroizing;

use crate::error::PhoneError;
use crate::key::random;
use crate::phone::Phone;

pub(crate) const SECRET: &str = "app-lock";
const TRIES: &str = "lock_tries";
const UNTIL: &str = "lock_until";
/// Wrong digits until the lock stays shut.
const MOST: u32 = 10;
/// Seconds to wait after the third, fourth, … wrong try; the last counts for all that follow.
const WAITS: [i64; 5] = [30, 60, 300, 900, 3600];

/// How the lock stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lock {
    /// Whether there is one.
    pub set: bool,
    /// Seconds until the next try is taken.
    pub wait: i64,
    /// Tries that are left.
    pub left: u32,
}

/// Why the lock stays shut, or as it was.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum LockRefused {
    /// Not six digits.
    #[error("not six digits")]
    Form,
    /// Digits that everybody tries first.
    #[error("easy to guess")]
    Weak,
    /// Wrong; so many tries are left.
    #[error("wrong, {left} left")]
    Wrong {
        /// Tries that are left.
        left: u32,
    },
    /// Too early for another try.
    #[error("wait {seconds} seconds")]
    Wait {
        /// Until when.
        seconds: i64,
    },
    /// No tries are left: the phone has to be bound anew.
    #[error("no tries are left")]
    Over,
}

impl Phone {
    /// How the lock stands.
    ///
    /// # Errors
    /// [`PhoneError::Store`], [`PhoneError::Records`].
    pub fn lock(&self) -> Result<Lock, PhoneError> {
        let set = self.store.get(SECRET)?.is_some();
        let tries = self.lock_tries()?;
        Ok(Lock { set, wait: self.lock_wait()?, left: MOST.saturating_sub(tries) })
    }

    /// Puts a lock on the app, in place of an older one.
    ///
    /// # Errors
    /// [`LockRefused::Form`] and [`LockRefused::Weak`].
    pub fn set_lock(&self, digits: &str) -> Result<(), PhoneError> {
        fits(digits)?;
        let salt = random::<16>()?;
        let mut kept = Zeroizing::new(Vec::with_capacity(48));
        kept.extend_from_slice(salt.as_slice());
        kept.extend_from_slice(stretch(digits, salt.as_slice())?.as_slice());
        self.store.set(SECRET, &kept)?;
        self.lock_forgive()
    }

    /// Takes the lock off.
    ///
    /// # Errors
    /// [`PhoneError::Store`], [`PhoneError::Records`].
    pub fn clear_lock(&self) -> Result<(), PhoneError> {
        self.store.delete(SECRET)?;
        self.lock_forgive()
    }

    /// Opens the lock. Without a lock it is open.
    ///
    /// # Errors
    /// [`LockRefused`].
    pub fn unlock(&self, digits: &str) -> Result<(), PhoneError> {
        let Some(kept) = self.store.get(SECRET)? else { return Ok(()) };
        let tries = self.lock_tries()?;
        if tries >= MOST {
            return Err(LockRefused::Over.into());
        }
        match self.lock_wait()? {
            0 => {}
            seconds => return Err(LockRefused::Wait { seconds }.into()),
        }
        if !six(digits) {
            return Err(LockRefused::Form.into());
        }
        let tries = self.lock_spend(tries)?;
        let (salt, hash) = kept.split_at_checked(16).ok_or(LockRefused::Over)?;
        if !same(stretch(digits, salt)?.as_slice(), hash) {
            let left = MOST.saturating_sub(tries);
            return Err(if left == 0 { LockRefused::Over } else { LockRefused::Wrong { left } }.into());
        }
        self.lock_forgive()
    }

    fn lock_tries(&self) -> Result<u32, PhoneError> {
        Ok(self.records.get(TRIES)?.and_then(|count| count.parse().ok()).unwrap_or(0))
    }

    fn lock_wait(&self) -> Result<i64, PhoneError> {
        let until: i64 = self.records.get(UNTIL)?.and_then(|at| at.parse().ok()).unwrap_or(0);
        let longest = WAITS[WAITS.len() - 1];
        Ok((until - self.clock.now()).clamp(0, longest))
    }

    fn lock_spend(&self, tries: u32) -> Result<u32, PhoneError> {
        let tries = tries + 1;
        self.records.set(TRIES, &tries.to_string())?;
        if let Some(late) = (tries as usize).checked_sub(3) {
            let wait = WAITS[late.min(WAITS.len() - 1)];
            self.records.set(UNTIL, &(self.clock.now() + wait).to_string())?;
        }
        Ok(tries)
    }

    fn lock_forgive(&self) -> Result<(), PhoneError> {
        self.records.set(TRIES, "0")?;
        self.records.set(UNTIL, "0")
    }
}

fn six(digits: &str) -> bool {
    digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn fits(digits: &str) -> Result<(), LockRefused> {
    if !six(digits) {
        return Err(LockRefused::Form);
    }
    let steps: Vec<i16> = digits.as_bytes().windows(2).map(|two| i16::from(two[1]) - i16::from(two[0])).collect();
    let ladder = [0, 1, -1].iter().any(|step| steps.iter().all(|other| other == step));
    let pairs = digits[..2] == digits[2..4] && digits[2..4] == digits[4..];
    if ladder || pairs || digits[..3] == digits[3..] { Err(LockRefused::Weak) } else { Ok(()) }
}

fn stretch(digits: &str, salt: &[u8]) -> Result<Zeroizing<[u8; 32]>, PhoneError> {
    let mut hash = Zeroizing::new([0; 32]);
    Argon2::default()
        .hash_password_into(digits.as_bytes(), salt, hash.as_mut_slice())
        .map_err(|_| PhoneError::Randomness)?;
    Ok(hash)
}

fn same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;
    use crate::clock::PhoneClock;
    use crate::records::Records;
    use crate::secure::MemoryStore;

    struct Hand(AtomicI64);

    impl PhoneClock for Hand {
        fn now(&self) -> i64 {
            self.0.load(Ordering::Relaxed)
        }
    }

    fn phone() -> (Phone, Arc<Hand>) {
        let clock = Arc::new(Hand(AtomicI64::new(1_000)));
        let records = Records::in_memory().expect("opens");
        let phone = Phone::new("http://127.0.0.1:1", Arc::new(MemoryStore::default()), records).expect("a phone");
        (phone.with_clock(clock.clone()), clock)
    }

    fn refusal(result: Result<(), PhoneError>) -> LockRefused {
        match result {
            Err(PhoneError::Lock(refused)) => refused,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn without_a_lock_the_app_is_open_and_with_one_only_the_digits_open_it() {
        let (phone, _) = phone();
        phone.unlock("").expect("open");
        phone.set_lock("280519").expect("set");
        assert_eq!(refusal(phone.unlock("280518")), LockRefused::Wrong { left: 9 });
        phone.unlock("280519").expect("right");
        assert_eq!(phone.lock().expect("reads"), Lock { set: true, wait: 0, left: 10 });
        phone.clear_lock().expect("off");
        phone.unlock("000000").expect("open");
    }

    #[test]
    fn easy_digits_are_refused() {
        let (phone, _) = phone();
        for weak in ["000000", "123456", "987654", "121212", "123123"] {
            assert_eq!(refusal(phone.set_lock(weak)), LockRefused::Weak, "{weak}");
        }
        for other in ["12345", "1234567", "12a456", "", "١٢٣٤٥٦"] {
            assert_eq!(refusal(phone.set_lock(other)), LockRefused::Form, "{other}");
        }
    }

    #[test]
    fn wrong_tries_wait_longer_and_longer_and_end_after_ten_whatever_the_clock_says() {
        let (phone, clock) = phone();
        phone.set_lock("280519").expect("set");
        for left in [9, 8, 7] {
            assert_eq!(refusal(phone.unlock("111222")), LockRefused::Wrong { left });
        }
        assert_eq!(refusal(phone.unlock("280519")), LockRefused::Wait { seconds: 30 }, "even the right digits wait");
        clock.0.store(0, Ordering::Relaxed);
        assert_eq!(
            refusal(phone.unlock("280519")),
            LockRefused::Wait { seconds: 1030 },
            "a clock set back frees nobody"
        );
        for left in [6, 5, 4, 3, 2, 1] {
            clock.0.fetch_add(1_000_000, Ordering::Relaxed);
            assert_eq!(refusal(phone.unlock("111222")), LockRefused::Wrong { left });
        }
        clock.0.fetch_add(1_000_000, Ordering::Relaxed);
        assert_eq!(refusal(phone.unlock("111222")), LockRefused::Over);
        assert_eq!(refusal(phone.unlock("280519")), LockRefused::Over);
        phone.forget().expect("forgets");
        phone.unlock("").expect("a phone without a person has no lock");
    }
}
