//! Time on the phone: the wall clock may be wrong, the codes must not be.

use crate::error::PhoneError;
use crate::records::Records;

/// Whoever knows the time on the phone.
pub trait PhoneClock: Send + Sync {
    /// Seconds since 1970 UTC, as far as the phone knows.
    fn now(&self) -> i64;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl PhoneClock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the phone's clock")]
    fn now(&self) -> i64 {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    }
}

/// How many measurements of the offset are kept.
const KEPT: usize = 5;

/// Notes that the server said `theirs` when the phone's clock said `ours`.
pub(crate) fn learn(records: &Records, theirs: i64, ours: i64) -> Result<(), PhoneError> {
    let mut offsets = offsets(records)?;
    offsets.push(theirs - ours);
    let first = offsets.len().saturating_sub(KEPT);
    records.set("clock_offsets", &serde_json::to_string(&offsets[first..])?)
}

/// What to add to the phone's clock: the median of the last five measurements, so that one bad answer or
/// one slow network does not move it.
pub(crate) fn offset(records: &Records) -> Result<i64, PhoneError> {
    let mut offsets = offsets(records)?;
    offsets.sort_unstable();
    Ok(offsets.get(offsets.len() / 2).copied().unwrap_or(0))
}

fn offsets(records: &Records) -> Result<Vec<i64>, PhoneError> {
    Ok(records.get("clock_offsets")?.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wild_measurement_does_not_move_the_clock() {
        let records = Records::in_memory().expect("opens");
        assert_eq!(offset(&records).expect("reads"), 0);
        for theirs in [240, 241, 9_999, 240, 240, 241] {
            learn(&records, 1000 + theirs, 1000).expect("learns");
        }
        assert_eq!(offset(&records).expect("reads"), 241);
    }
}
