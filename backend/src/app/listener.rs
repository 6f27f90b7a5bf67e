//! The listeners at work: people's by TLS (or plain on loopback), and the plain one for verifiers.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use axum::Router;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use tokio::task::JoinSet;

use super::StartError;
use crate::config::Tls;

/// How long requests under way may take to end: less than the ten seconds that container engines wait.
const LAST_ORDERS: Duration = Duration::from_secs(8);

/// Every listener of a process.
#[derive(Default)]
pub(super) struct Listeners {
    handles: Vec<Handle<SocketAddr>>,
    servers: JoinSet<std::io::Result<()>>,
}

impl Listeners {
    /// Serves `router` at `listener`, by TLS where there is a certificate; the address.
    pub(super) async fn open(
        &mut self,
        listener: TcpListener,
        router: Router,
        tls: Option<&Tls>,
    ) -> Result<SocketAddr, StartError> {
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let router = router.into_make_service_with_connect_info::<SocketAddr>();
        let handle = Handle::new();
        self.handles.push(handle.clone());
        match tls {
            Some(Tls { chain, key }) => {
                let tls = RustlsConfig::from_pem_chain_file(chain, key).await.map_err(|error| {
                    format!("[server.tls] chain {} and key {}: {error}", chain.display(), key.display())
                })?;
                let server = axum_server::from_tcp_rustls(listener, tls)?.handle(handle);
                self.servers.spawn(async move { server.serve(router).await });
            }
            None => {
                let server = axum_server::from_tcp(listener)?.handle(handle);
                self.servers.spawn(async move { server.serve(router).await });
            }
        }
        Ok(address)
    }

    /// Waits until one of them ends by itself.
    pub(super) async fn finished(&mut self) -> Result<(), StartError> {
        match self.servers.join_next().await {
            Some(ended) => Ok(ended??),
            None => Ok(()),
        }
    }

    /// Takes nobody new, and lets requests under way end.
    pub(super) async fn stop(mut self) -> Result<(), StartError> {
        self.handles.iter().for_each(|handle| handle.graceful_shutdown(Some(LAST_ORDERS)));
        while let Some(ended) = self.servers.join_next().await {
            ended??;
        }
        Ok(())
    }
}
