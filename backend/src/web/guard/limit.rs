//! How often one address may knock at one door. Guessing is stopped by the rooms (each counts its own
//! tries); this stops floods.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;

use crate::attempt::{self, TooMany};

use super::Visit;

/// So many knocks in so long.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// Names the door: part of the counter's name.
    pub door: &'static str,
    /// How many.
    pub count: u32,
    /// In how long.
    pub per: Duration,
}

impl Rate {
    /// `count` knocks in ten minutes.
    pub const fn ten_minutes(door: &'static str, count: u32) -> Self {
        Self { door, count, per: Duration::from_secs(600) }
    }
}

/// Where the request comes from. Headers that a proxy may add are believed of the one proxy that the operator named.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Address(String);

#[cfg(test)]
impl Address {
    /// An address for a test.
    pub(in crate::web) fn of(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(peer.map_or_else(|| "local".to_owned(), |ConnectInfo(peer)| peer.ip().to_string())))
    }
}

/// Counts one knock of `address`. The counter holds a keyed hash: no address is stored.
///
/// # Errors
/// [`TooMany::Later`] when the address knocked too often.
pub async fn limit(visit: &Visit, address: &Address, rate: Rate) -> Result<(), TooMany> {
    let who = visit.doors().key.token("address", &[&address.0]);
    let name = format!("web:{}:{}", rate.door, who.get(..16).unwrap_or_default());
    attempt::limit(&visit.work, &name, rate.count, rate.per).await
}
