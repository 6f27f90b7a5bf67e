//! Where a request comes from when a proxy stands before the server. Anybody can write `X-Forwarded-For`; the operator
//! names the one address whose word is taken (`server.trusted_proxy`).

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName};
use axum::middleware::Next;
use axum::response::Response;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Puts the address that the proxy names in the place of the proxy's own. Of a request that comes from elsewhere, or of a
/// proxy that names none, the address of the connection counts.
pub(super) async fn believe(State(proxy): State<Option<IpAddr>>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip().to_canonical());
    if peer.is_some()
        && peer == proxy.map(|proxy| proxy.to_canonical())
        && let Some(said) = last(request.headers())
    {
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(said, 0)));
    }
    next.run(request).await
}

/// The last address: the one that the proxy itself added. Those before it are whatever the asker had written.
fn last(headers: &HeaderMap) -> Option<IpAddr> {
    let line = headers.get_all(FORWARDED_FOR).iter().next_back()?;
    line.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
}
