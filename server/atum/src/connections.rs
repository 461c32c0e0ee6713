//! Connections: taken, bounded in number and in patience, ended. Whoever sends half a request, or reads no answer, loses
//! the connection; otherwise a few hundred of them, from one machine, would leave no descriptor for anybody else.

use std::{io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use atum_core::progress::Progress;
use axum::{Router, body::Body, extract::ConnectInfo, http::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_rustls::TlsAcceptor;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;

use crate::patient::Patient;

/// How long we wait for the other side, and for how many at once.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For the head of the next request; also how long a connection stays open without one.
    pub head: Duration,
    /// For a reader that takes nothing of what is sent to it.
    pub reader: Duration,
    /// More connections than this wait in the system's queue until others end.
    pub most: usize,
}

impl Patience {
    /// As many connections as the system's limit of open files leaves room for: each may need a file beside its own.
    pub fn usual() -> Self {
        let open_files = raise_open_files();
        let most = usize::try_from(open_files / 2).unwrap_or(usize::MAX).clamp(16, 10_000);
        Self { head: Duration::from_secs(30), reader: Duration::from_secs(60), most }
    }
}

/// The soft limit is often 1,024, for programs that know no better; up to the hard one a process may help itself.
fn raise_open_files() -> u64 {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    match setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        Ok(()) => maximum.unwrap_or(u64::MAX),
        Err(_) => current.unwrap_or(u64::MAX),
    }
}

/// Where connections come in, and what they speak.
pub struct Door {
    pub listener: TcpListener,
    pub tls: Option<TlsAcceptor>,
}

impl From<TcpListener> for Door {
    fn from(listener: TcpListener) -> Self {
        Self { listener, tls: None }
    }
}

/// Serves until told to stop, then until the last answer under way has been sent.
pub async fn serve(
    door: impl Into<Door>,
    router: Router,
    stop: CancellationToken,
    patience: Patience,
    progress: &Progress,
) {
    let Door { listener, tls } = door.into();
    let room = Arc::new(Semaphore::new(patience.most));
    let connections = TaskTracker::new();
    loop {
        let (stream, address, place) = tokio::select! {
            () = stop.cancelled() => break,
            // While nobody comes, or there is no room, nothing hangs.
            taken = progress.wait("accept", take(&listener, &room)) => taken,
        };
        let conversation = Conversation { address, router: router.clone(), stop: stop.clone(), patience };
        connections.spawn(conversation.run(stream, tls.clone(), place));
    }
    // Who comes now is refused at once, rather than left waiting.
    drop(listener);
    connections.close();
    connections.wait().await;
}

async fn take(listener: &TcpListener, room: &Arc<Semaphore>) -> (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>) {
    // The room is never closed.
    let place = room.clone().acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, address)) => return (stream, address, place),
            Err(error) if is_the_callers(&error) => {}
            Err(error) => {
                tracing::error!("no connection can be taken: {error}");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

fn is_the_callers(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

struct Conversation {
    address: SocketAddr,
    router: Router,
    stop: CancellationToken,
    patience: Patience,
}

impl Conversation {
    async fn run(self, stream: TcpStream, tls: Option<TlsAcceptor>, _place: Option<OwnedSemaphorePermit>) {
        // What is written is a whole answer or a whole event: nothing is gained by waiting for more.
        let _ = stream.set_nodelay(true);
        let stream = Patient::new(stream, self.patience.reader);
        let Some(tls) = tls else { return self.converse(stream).await };
        // Half a handshake is as good as half a request.
        let greeted = tokio::select! {
            greeted = tokio::time::timeout(self.patience.head, tls.accept(stream)) => greeted,
            () = self.stop.cancelled() => return,
        };
        match greeted {
            Ok(Ok(stream)) => self.converse(stream).await,
            Ok(Err(error)) => tracing::debug!("no TLS with {}: {error}", self.address),
            Err(_) => tracing::debug!("no TLS with {} in {:?}", self.address, self.patience.head),
        }
    }

    async fn converse(self, stream: impl AsyncRead + AsyncWrite + Unpin) {
        let Self { address, router, stop, patience } = self;
        let service = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(address));
            router.clone().oneshot(request)
        });
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(patience.head);
        let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = stop.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!("a connection of {address} broke off: {error}");
        }
    }
}
