//! Whose word is taken on where a request comes from.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::ConnectInfo;

use super::HTTPS;
use crate::web::Doors;
use crate::web::testing::{Browser, doors, form};

const PROXY: [u8; 4] = [192, 0, 2, 9];
const SOMEBODY: [u8; 4] = [192, 0, 2, 77];

/// Signs in wrongly once more than the door bears, from `peer`, with the header that `header` gives each time: the
/// statuses.
async fn knocks(doors: &Arc<Doors>, peer: impl Into<IpAddr>, header: impl Fn(u32) -> Option<String>) -> Vec<u16> {
    let peer = SocketAddr::new(peer.into(), 50_000);
    let mut browser = Browser::at(doors);
    browser.get("/set-semula-pin").await;
    let mut statuses = Vec::new();
    for time in 0..=60 {
        let token = browser.token.clone();
        let mut request = form("/pautan-saya", &[("csrf", &token)]);
        request.extensions_mut().insert(ConnectInfo(peer));
        if let Some(value) = header(time) {
            request.headers_mut().append("x-forwarded-for", value.parse().expect("a header"));
        }
        statuses.push(browser.send(request).await.status.as_u16());
    }
    statuses
}

#[tokio::test]
async fn nobody_gets_past_a_limit_by_a_header_of_their_own() {
    let (_bench, mut doors) = doors(HTTPS).await;
    let forged = |time| Some(format!("198.51.100.{time}"));
    assert_eq!(knocks(&doors, PROXY, forged).await.last(), Some(&429), "no proxy is named: nobody is believed");

    Arc::get_mut(&mut doors).expect("alone").proxy = Some(PROXY.into());
    assert_eq!(knocks(&doors, SOMEBODY, forged).await.last(), Some(&429), "who is not the proxy is not believed");
    // Through the proxy, which adds where the request came from behind whatever the asker wrote.
    let behind = |time| Some(format!("203.0.113.{time}, 198.51.100.200"));
    assert_eq!(knocks(&doors, PROXY, behind).await.last(), Some(&429), "only the last address is the proxy's word");
}

#[tokio::test]
async fn people_behind_the_proxy_have_a_limit_each() {
    let (_bench, mut doors) = doors(HTTPS).await;
    Arc::get_mut(&mut doors).expect("alone").proxy = Some(PROXY.into());
    let each = |time| Some(format!("198.51.100.{time}"));
    assert!(knocks(&doors, PROXY, each).await.iter().all(|status| *status != 429));
    let one = |_: u32| Some("2001:db8::7".to_owned());
    assert_eq!(knocks(&doors, PROXY, one).await.last(), Some(&429), "one of them too often");
    // Some systems write an IPv4 peer as IPv6.
    let mapped = IpAddr::from([0, 0, 0, 0, 0, 0xffff, 0xc000, 0x0209]);
    assert_eq!(knocks(&doors, mapped, one).await.first(), Some(&429), "the same proxy, the same person");
    // A proxy that says nothing, or nonsense, is a peer like any other.
    assert_eq!(knocks(&doors, PROXY, |_| None).await.last(), Some(&429));
    assert_eq!(knocks(&doors, PROXY, |_| Some("unknown".to_owned())).await.first(), Some(&429));
}
