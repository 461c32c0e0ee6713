//! Hears what other connections and processes committed (LISTEN/NOTIFY) and passes it on inside this one. A lost
//! notice costs time, never data: whoever listens also looks by itself now and then.

use std::time::Duration;

use sqlx::PgConnection;
use tokio::sync::broadcast;

use crate::{Result, db::Db};

/// Payload: the organization.
pub const LIVE: &str = "atum_live";
/// Payload: JSON, see `tickets/presence.rs`.
pub const PRESENCE: &str = "atum_presence";
/// Payload: empty.
pub const JOBS: &str = "atum_jobs";

#[derive(Debug, Clone)]
pub enum Notice {
    Live(crate::ids::OrganizationId),
    Presence(String),
    Jobs,
    /// The connection was away: notices may have been missed.
    Resync,
}

#[derive(Clone)]
pub struct Wake(broadcast::Sender<Notice>);

impl Wake {
    /// Starts hearing, for as long as the process runs.
    pub fn start(db: Db) -> Self {
        let wake = Self(broadcast::channel(1024).0);
        let sender = wake.0.clone();
        tokio::spawn(async move {
            loop {
                match hear(&db, &sender).await {
                    // The process is stopping.
                    Err(sqlx::Error::PoolClosed) => return,
                    Err(error) => tracing::warn!("wake-ups are away, polling goes on: {error}"),
                    Ok(()) => {}
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
        wake
    }

    pub fn subscribe(&self) -> broadcast::Receiver<Notice> {
        self.0.subscribe()
    }
}

async fn hear(db: &Db, sender: &broadcast::Sender<Notice>) -> Result<(), sqlx::Error> {
    let mut listener = db.listen(&[LIVE, PRESENCE, JOBS]).await?;
    let _ = sender.send(Notice::Resync);
    while let Some(notification) = listener.try_recv().await? {
        let notice = match notification.channel() {
            LIVE => notification.payload().parse().ok().map(Notice::Live),
            PRESENCE => Some(Notice::Presence(notification.payload().to_owned())),
            _ => Some(Notice::Jobs),
        };
        // Nobody listening is no error.
        let _ = notice.map(|notice| sender.send(notice));
    }
    Ok(())
}

/// Where a live stream can begin so that nothing is missed which is committed from now on: the oldest transaction that is
/// still open. Whatever comes later has this number or a higher one.
pub async fn horizon(conn: &mut PgConnection) -> Result<i64> {
    let horizon = sqlx::query_scalar!(r#"select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as "horizon!""#);
    Ok(horizon.fetch_one(conn).await?)
}
