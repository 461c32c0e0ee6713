use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{Cluster, Postmaster};

/// A running server that is started again when it ends by itself. Requests are answered 503 meanwhile.
pub struct Supervised {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Supervised {
    pub async fn start(cluster: Cluster) -> anyhow::Result<Self> {
        let postmaster = cluster.start().await?;
        let stop = CancellationToken::new();
        let task = tokio::spawn(watch(cluster, postmaster, stop.clone()));
        Ok(Self { stop, task })
    }

    /// Stops the server and returns when it has written everything and ended.
    pub async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.task.await {
            tracing::error!("watching PostgreSQL failed: {error}");
        }
    }
}

async fn watch(cluster: Cluster, mut postmaster: Postmaster, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return postmaster.stop().await,
            () = postmaster.ended() => {}
        }
        tracing::error!("PostgreSQL ended unexpectedly; starting it again");
        match start_again(&cluster, &stop).await {
            Some(started) => postmaster = started,
            None => return,
        }
        tracing::info!("PostgreSQL answers again");
    }
}

/// Tries until it starts, ever more slowly. `None`: atum itself is to stop.
async fn start_again(cluster: &Cluster, stop: &CancellationToken) -> Option<Postmaster> {
    let mut pause = Duration::from_millis(100);
    loop {
        let error = tokio::select! {
            () = stop.cancelled() => return None,
            started = cluster.start() => match started {
                Ok(postmaster) => return Some(postmaster),
                Err(error) => error,
            },
        };
        tracing::error!("{error:#}");
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(5));
    }
}
