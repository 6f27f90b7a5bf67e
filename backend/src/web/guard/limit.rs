//! How often one address may knock at one door. Guessing is stopped by the rooms (each counts its own
//! tries); this stops floods.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
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
        Ok(peer.map_or_else(|| Self("local".to_owned()), |ConnectInfo(peer)| Self::network(peer.ip())))
    }
}

impl Address {
    /// One household is one address: of IPv6 the first 64 bits, because whoever has one address has all behind them
    /// (RFC 6177); an IPv4 address however it is written.
    fn network(ip: IpAddr) -> Self {
        match ip.to_canonical() {
            IpAddr::V4(ip) => Self(ip.to_string()),
            IpAddr::V6(ip) => {
                let [a, b, c, d, ..] = ip.segments();
                Self(format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0)))
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_counts_as_one_address_and_another_one_does_not() {
        let of = |text: &str| Address::network(text.parse().expect("an address"));
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff:1:2:3"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
