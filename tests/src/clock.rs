//! The time of a journey: it runs as ours does, but a test may begin it in the past, move it and hold it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use mohor::kernel::clock::{Clock, SystemClock, Timestamp};

/// The clock of a journey: server, jobs, phones and authenticator apps all go by it.
pub struct JourneyClock(Mutex<Hands>);

#[derive(Clone, Copy)]
enum Hands {
    /// Running, this many milliseconds ahead of ours.
    Running(i64),
    /// Standing still.
    Still(Timestamp),
}

impl JourneyClock {
    /// A clock that runs `span` behind ours: a journey in the past can be judged in the present.
    pub const fn behind(span: Duration) -> Self {
        Self(Mutex::new(Hands::Running(-(span.as_millis() as i64))))
    }

    /// Moves the clock forward; it goes on as it went.
    pub fn advance(&self, span: Duration) {
        let mut hands = self.hands();
        *hands = match *hands {
            Hands::Running(ahead) => Hands::Running(ahead + span.as_millis() as i64),
            Hands::Still(at) => Hands::Still(at.plus(span)),
        };
    }

    /// Holds the clock at `at`.
    pub fn hold(&self, at: Timestamp) {
        *self.hands() = Hands::Still(at);
    }

    /// Lets the clock run on from `at`.
    pub fn run_from(&self, at: Timestamp) {
        *self.hands() = Hands::Running(at.millis() - SystemClock.now().millis());
    }

    /// Lets the clock show our time from now on.
    pub fn be_present(&self) {
        *self.hands() = Hands::Running(0);
    }

    fn hands(&self) -> MutexGuard<'_, Hands> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for JourneyClock {
    fn now(&self) -> Timestamp {
        match *self.hands() {
            Hands::Running(ahead) => Timestamp::from_millis(SystemClock.now().millis() + ahead),
            Hands::Still(at) => at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journey_moves_holds_and_comes_home() {
        let clock = JourneyClock::behind(Duration::from_secs(3600));
        assert!(SystemClock.now().since(clock.now()) >= Duration::from_secs(3590));
        let noon = Timestamp::from_seconds(1_745_394_540);
        clock.hold(noon);
        clock.advance(Duration::from_secs(5));
        assert_eq!(clock.now(), noon.plus(Duration::from_secs(5)));
        clock.run_from(noon);
        assert!(clock.now() >= noon && clock.now().since(noon) < Duration::from_secs(60));
        clock.be_present();
        assert!(clock.now() > noon.plus(Duration::from_secs(60)));
    }
}
