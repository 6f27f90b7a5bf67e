//! Time: one instant per request, stored as UTC milliseconds, shown in Malaysian time.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The instant `millis` milliseconds after the Unix epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// The instant `seconds` seconds after the Unix epoch.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds * 1000)
    }

    /// Milliseconds since the Unix epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the Unix epoch, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This instant, later by `span`.
    #[must_use]
    pub const fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(span.as_millis() as i64))
    }

    /// This instant, earlier by `span`.
    #[must_use]
    pub const fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(span.as_millis() as i64))
    }

    /// The same clock time `months` calendar months later, in UTC; the last day of a shorter month. Beyond the year
    /// 9999, this instant.
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        let span = jiff::Span::new().try_months(months);
        let later = span.and_then(|span| self.instant().to_zoned(jiff::tz::TimeZone::UTC).checked_add(span));
        later.map_or(self, |later| Self(later.timestamp().as_millisecond()))
    }

    /// Time passed since `earlier`; zero when `earlier` is in the future.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0 - earlier.0).unwrap_or(0))
    }

    /// The wall clock of Malaysia (UTC+8, no daylight saving), the one way an instant is shown to people:
    /// `DD/MM/YYYY HH:MM MYT`, as HIMS-21 prints deadlines (PUB-UI-3).
    pub fn myt(self) -> String {
        self.civil().strftime("%d/%m/%Y %H:%M MYT").to_string()
    }

    /// The wall clock of Malaysia as Java's `Date.toString()` prints it, always in English:
    /// `EEE MMM dd HH:mm:ss zzz yyyy` (FIN-22).
    pub fn myt_java(self) -> String {
        self.civil().strftime("%a %b %d %H:%M:%S MYT %Y").to_string()
    }

    /// The calendar date of Malaysia as `(year, month, day)`.
    pub fn myt_ymd(self) -> (i16, i8, i8) {
        let date = self.civil().date();
        (date.year(), date.month(), date.day())
    }

    /// Midnight in Malaysia of the first day of a month; `None` when there is no such month.
    pub fn month(year: i16, month: i8) -> Option<Self> {
        let first = jiff::civil::Date::new(year, month, 1).ok()?.to_datetime(jiff::civil::Time::midnight());
        Some(Self(jiff::tz::offset(8).to_timestamp(first).ok()?.as_millisecond()))
    }

    /// RFC 3339 in UTC with milliseconds, for logs and wire formats.
    pub fn rfc3339(self) -> String {
        self.instant().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
    }

    /// The PDF date of ISO 32000-2 section 7.9.4 in Malaysian time: `D:YYYYMMDDHHmmSS+08'00'`.
    pub fn pdf(self) -> String {
        self.civil().strftime("D:%Y%m%d%H%M%S+08'00'").to_string()
    }

    fn instant(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }

    fn civil(self) -> jiff::civil::DateTime {
        jiff::tz::offset(8).to_datetime(self.instant())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

/// Whoever knows the time.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system clock")]
    fn now(&self) -> Timestamp {
        let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp(since_epoch.as_millis() as i64)
    }
}

/// A clock that stands still until a test moves it.
#[derive(Debug)]
pub struct FakeClock(AtomicI64);

impl FakeClock {
    /// A clock that shows `now`.
    pub fn at(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.millis()))
    }

    /// Moves the clock forward.
    pub fn advance(&self, span: Duration) {
        self.0.fetch_add(span.as_millis() as i64, Ordering::SeqCst);
    }

    /// Puts the clock anywhere, backwards too.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.millis(), Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_is_shown_in_malaysian_time() {
        // TV-2: 25/04/2025 15:49 MYT is 07:49 UTC.
        let deadline = Timestamp::from_seconds(1_745_567_340);
        assert_eq!(deadline.myt(), "25/04/2025 15:49 MYT");
        assert_eq!(deadline.rfc3339(), "2025-04-25T07:49:00.000Z");
        assert_eq!(deadline.pdf(), "D:20250425154900+08'00'");
    }
}
