//! The clock of the phone, and which step a code belongs to.

use mohor_shared::code::SixDigits;
use mohor_shared::totp;

/// How far a learned clock shift may go, in steps (design 3.8).
const FARTHEST: i64 = 10;

/// The step around `now` (in seconds) and the learned `shift` whose code this is: -1, 0 or +1 (GAP-6).
pub(super) fn step_of(secret: &[u8; 32], code: &SixDigits, now: i64, shift: i64) -> Option<i64> {
    let centre = totp::step_at(now) + shift;
    [centre, centre - 1, centre + 1].into_iter().find(|step| totp::code(secret, *step) == *code)
}

/// The later step of two consecutive codes, looked for as far as a clock shift may be learned.
pub(super) fn consecutive(secret: &[u8; 32], first: &SixDigits, second: &SixDigits, now: i64) -> Option<i64> {
    let here = totp::step_at(now);
    (here - FARTHEST..=here + FARTHEST)
        .find(|step| totp::code(secret, step - 1) == *first && totp::code(secret, *step) == *second)
}

/// The shift that `step` teaches, clamped. Learned from successes only.
pub(super) fn shift(step: i64, now: i64) -> i64 {
    (step - totp::step_at(now)).clamp(-FARTHEST, FARTHEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8; 32] = b"12345678901234567890123456789012";

    #[test]
    fn one_step_either_side_of_the_learned_shift_is_accepted() {
        let now = 1_795_136_400;
        let here = totp::step_at(now);
        for (offset, shift, accepted) in [
            (0, 0, true),
            (1, 0, true),
            (-1, 0, true),
            (2, 0, false),
            (-2, 0, false),
            (3, 2, true),
            (0, 2, false),
            (-4, -4, true),
        ] {
            let found = step_of(SECRET, &totp::code(SECRET, here + offset), now, shift);
            assert_eq!(found, accepted.then_some(here + offset), "{offset} at shift {shift}");
        }
    }

    #[test]
    fn two_codes_must_be_neighbours_in_order() {
        let now = 1_795_136_400;
        let code = |offset| totp::code(SECRET, totp::step_at(now) + offset);
        assert_eq!(consecutive(SECRET, &code(-1), &code(0), now), Some(totp::step_at(now)));
        assert_eq!(consecutive(SECRET, &code(0), &code(-1), now), None);
        assert_eq!(consecutive(SECRET, &code(0), &code(0), now), None);
        assert_eq!(consecutive(SECRET, &code(10), &code(11), now), None);
        assert_eq!(shift(totp::step_at(now) + 40, now), 10);
    }
}
