//! How often one address may have something signed here. Counted in memory: a verifier's question must not cost a write,
//! and a flood that a restart forgets begins again at zero.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::Office;
use crate::attempt::TooMany;
use crate::kernel::clock::Timestamp;
use crate::web::guard::Address;
use crate::web::problem::Problem;

/// Signatures of an address in a minute: ten a second, far more than a verifier of documents needs.
const AT_MOST: u32 = 600;
const PER: Duration = Duration::from_secs(60);
/// Addresses remembered before those whose minute is over are forgotten.
const REMEMBERED: usize = 10_000;

/// The running minute of each address.
#[derive(Default)]
pub struct Flood(Mutex<HashMap<Address, Minute>>);

#[derive(Clone, Copy)]
struct Minute {
    ends: Timestamp,
    uses: u32,
}

impl Flood {
    /// Counts one use by `address`.
    ///
    /// # Errors
    /// [`TooMany::Later`] with the end of the minute.
    fn count(&self, address: Address, now: Timestamp) -> Result<(), TooMany> {
        let mut minutes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if minutes.len() >= REMEMBERED {
            minutes.retain(|_, minute| minute.ends > now);
        }
        let minute = minutes.entry(address).or_insert(Minute { ends: now.plus(PER), uses: 0 });
        if minute.ends <= now {
            *minute = Minute { ends: now.plus(PER), uses: 0 };
        }
        minute.uses = minute.uses.saturating_add(1);
        if minute.uses > AT_MOST { Err(TooMany::Later { until: minute.ends, now }) } else { Ok(()) }
    }
}

/// Lets a request through, or answers 429 with `Retry-After`.
pub(super) async fn gate(State(office): State<Office>, address: Address, request: Request, next: Next) -> Response {
    match office.flood.count(address, office.work().now) {
        Ok(()) => next.run(request).await,
        Err(refused) => Problem::from(refused).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_asks_too_often_waits_and_nobody_else_does() {
        let (flood, now) = (Flood::default(), Timestamp::from_seconds(1_795_136_400));
        let (one, other) = (Address::of("192.0.2.1"), Address::of("192.0.2.2"));
        for _ in 0..AT_MOST {
            flood.count(one.clone(), now).expect("room");
        }
        let refused = flood.count(one.clone(), now).expect_err("too many");
        assert!(matches!(refused, TooMany::Later { until, .. } if until == now.plus(PER)));
        flood.count(other, now).expect("somebody else");
        flood.count(one, now.plus(PER)).expect("a new minute");
    }

    #[test]
    fn many_addresses_do_not_fill_the_memory() {
        let (flood, now) = (Flood::default(), Timestamp::from_seconds(1_795_136_400));
        for number in 0..3 * REMEMBERED {
            let later = now.plus(PER * u32::try_from(number / REMEMBERED).expect("small"));
            flood.count(Address::of(&number.to_string()), later).expect("room");
        }
        let remembered = flood.0.lock().expect("a lock").len();
        assert!(remembered <= REMEMBERED + 1, "{remembered}");
    }
}
