//! A way to a service that can be shut: whoever knocks then is hung up on, as by a machine that is down.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinHandle};

/// A port in front of another one.
pub struct Gate {
    /// Its own address.
    pub address: SocketAddr,
    way: Arc<Mutex<Way>>,
    keeper: JoinHandle<()>,
}

#[derive(Default)]
struct Way {
    leads_to: Option<SocketAddr>,
    open: Vec<AbortHandle>,
}

impl Gate {
    /// A gate that is shut.
    #[expect(clippy::disallowed_methods, reason = "ended with the gate")]
    pub async fn shut_one() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let way = Arc::<Mutex<Way>>::default();
        let kept = way.clone();
        let keeper = tokio::spawn(async move {
            while let Ok((mut knocking, _)) = listener.accept().await {
                let mut way = kept.lock().unwrap_or_else(PoisonError::into_inner);
                let Some(target) = way.leads_to else { continue };
                let through = tokio::spawn(async move {
                    if let Ok(mut service) = TcpStream::connect(target).await {
                        _ = copy_bidirectional(&mut knocking, &mut service).await;
                    }
                });
                way.open.push(through.abort_handle());
            }
        });
        Self { address, way, keeper }
    }

    /// Lets everybody through to `target`.
    pub fn open_to(&self, target: SocketAddr) {
        self.way().leads_to = Some(target);
    }

    /// Hangs up on everybody who is through, and on who knocks from now on.
    pub fn shut(&self) {
        let mut way = self.way();
        way.leads_to = None;
        way.open.drain(..).for_each(|through| through.abort());
    }

    fn way(&self) -> MutexGuard<'_, Way> {
        self.way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.keeper.abort();
        self.shut();
    }
}
