//! Takes mail that a server hands over, by SMTP (RFC 5321) or LMTP (RFC 2033), whichever the other side greets in. For a
//! mail server on this machine or in a network that is trusted: it speaks no TLS and asks nobody who they are. It takes
//! mail for addresses of channels only, and says 250 when the mail is durable.

mod conversation;
mod deliver;
mod words;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use atum_core::App;
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Each holds a mail in memory at most.
const MOST_CONNECTIONS: usize = 32;

/// Listens until told to stop; where it may not, it tries again.
pub async fn listen(app: App, address: SocketAddr, stop: CancellationToken) {
    loop {
        match TcpListener::bind(address).await {
            Ok(listener) => return serve(app, listener, stop).await,
            Err(error) => tracing::error!("mail cannot be taken on {address}: {error}"),
        }
        tokio::select! { () = tokio::time::sleep(Duration::from_secs(5)) => {}, () = stop.cancelled() => return }
    }
}

pub async fn serve(app: App, listener: TcpListener, stop: CancellationToken) {
    let (room, tasks) = (Arc::new(Semaphore::new(MOST_CONNECTIONS)), TaskTracker::new());
    loop {
        let (stream, peer) = tokio::select! {
            accepted = app.progress.wait("mail listener", listener.accept()) => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!("a connection with mail was not taken: {error}");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
            () = stop.cancelled() => break,
        };
        let Ok(place) = room.clone().try_acquire_owned() else {
            // Closed at once: the other side tries again.
            continue;
        };
        let (app, stop) = (app.clone(), stop.clone());
        tasks.spawn(async move {
            if let Err(error) = conversation::hold(&app, stream, peer, &stop).await {
                tracing::debug!(%peer, "a conversation broke off: {error}");
            }
            drop(place);
        });
    }
    tasks.close();
    tasks.wait().await;
}
