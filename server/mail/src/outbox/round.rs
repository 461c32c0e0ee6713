//! The worker: looks what is due, and lets each channel send beside the others.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use atum_core::{
    App, Result,
    ids::{MailChannelId, OrganizationId},
};
use futures::future::join_all;
use rustls::ClientConfig;
use serde_json::json;
use tokio::time;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::deliver::drain;
use crate::smtp::Patience;

/// How long things take. The usual pace is [`Pace::default`].
#[derive(Debug, Clone)]
pub struct Pace {
    /// Between two looks.
    pub poll: Duration,
    /// A sender that was silent for so long is taken for dead. It beats three times in it.
    pub lease: Duration,
    pub patience: Patience,
    /// What a server's certificate must go back to; `None`: what this machine trusts.
    pub trust: Option<Arc<ClientConfig>>,
    /// How long a stopping worker lets what runs go on. What does not end by then is rescued by the next.
    pub drain: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            poll: Duration::from_secs(2),
            lease: Duration::from_secs(60),
            patience: Patience::default(),
            trust: None,
            drain: Duration::from_secs(20),
        }
    }
}

/// Connections to one server at a time, so that a slow recipient's mail does not hold up all others.
const CONNECTIONS: usize = 3;

type Place = (OrganizationId, MailChannelId);

/// Sends what is due until told to stop.
pub async fn run(app: App, pace: Pace, stop: CancellationToken) {
    let (busy, tasks) = (Arc::new(Mutex::new(HashSet::new())), TaskTracker::new());
    let round = |app: App| {
        let (busy, tasks, pace) = (busy.clone(), tasks.clone(), pace.clone());
        async move {
            let due = due(&app).await?;
            for place in &due {
                if lock(&busy).insert(*place) {
                    let (app, pace, busy, place) = (app.clone(), pace.clone(), busy.clone(), *place);
                    tasks.spawn(async move {
                        if let Err(error) = send_all(&app, &pace, place).await {
                            tracing::warn!(organization = %place.0, channel = %place.1, "sending stopped: {error:#}");
                        }
                        lock(&busy).remove(&place);
                    });
                }
            }
            let sending = lock(&busy).len();
            Ok(json!({ "channels_due": due.len(), "channels_sending": sending }))
        }
    };
    atum_jobs::every(app, "outbox", pace.poll, stop, round).await;
    tasks.close();
    let _ = time::timeout(pace.drain, tasks.wait()).await;
}

fn lock(busy: &Mutex<HashSet<Place>>) -> std::sync::MutexGuard<'_, HashSet<Place>> {
    busy.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sends once all that is due now; gives how many attempts were made.
pub async fn deliver_due(app: &App, pace: &Pace) -> anyhow::Result<usize> {
    let due = due(app).await?;
    join_all(due.into_iter().map(|place| send_all(app, pace, place))).await.into_iter().sum()
}

async fn due(app: &App) -> Result<Vec<Place>> {
    let mut tx = app.db.jobs().await?;
    let places = sqlx::query!(
        r#"select organization_id as "organization_id!: OrganizationId", channel_id as "channel_id!: MailChannelId"
             from desk.due_outbox($1)"#,
        app.clock.now(),
    )
    .fetch_all(&mut *tx)
    .await?;
    Ok(places.into_iter().map(|place| (place.organization_id, place.channel_id)).collect())
}

async fn send_all(app: &App, pace: &Pace, (organization_id, channel_id): Place) -> anyhow::Result<usize> {
    let sending = (0..CONNECTIONS).map(|_| drain(app, pace, organization_id, channel_id));
    join_all(sending).await.into_iter().sum()
}
