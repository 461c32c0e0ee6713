//! Which channels there are, and one fetcher for each: here or in another process, never in both. What happens to one
//! holds up no other.

use std::{collections::HashMap, sync::Arc, time::Duration};

use atum_core::{
    App, Result,
    ids::{MailChannelId, OrganizationId},
    lock::Locks,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    fetcher::{self, Pace},
    state::Of,
};

/// How long one look at the channels may take: a statement is given up after a minute.
const ROUND: Duration = Duration::from_secs(120);

type Running = HashMap<(OrganizationId, MailChannelId), (i64, CancellationToken)>;

/// Fetches until told to stop, and ends when all fetchers have.
pub async fn run(app: App, pace: Pace, stop: CancellationToken) {
    let (locks, tasks) = (Arc::new(Locks::new(app.db.clone())), TaskTracker::new());
    let mut running = Running::new();
    while !stop.is_cancelled() {
        app.progress.expect("mail channels", ROUND + pace.supervise);
        locks.check().await;
        match active(&app).await {
            Ok(active) => follow(&app, pace, &locks, &tasks, &stop, &mut running, &active),
            Err(problem) => tracing::warn!("mail channels cannot be listed: {problem}"),
        }
        tokio::select! { () = tokio::time::sleep(pace.supervise) => {}, () = stop.cancelled() => {} }
    }
    tasks.close();
    tasks.wait().await;
}

fn follow(
    app: &App,
    pace: Pace,
    locks: &Arc<Locks>,
    tasks: &TaskTracker,
    stop: &CancellationToken,
    running: &mut Running,
    active: &[Of],
) {
    running.retain(|key, (version, fetcher)| {
        let goes_on = active.iter().any(|of| (of.organization_id, of.channel_id) == *key && of.version == *version);
        if !goes_on {
            fetcher.cancel();
        }
        goes_on
    });
    for of in active {
        running.entry((of.organization_id, of.channel_id)).or_insert_with(|| {
            let fetcher = stop.child_token();
            let (app, locks, of, stop) = (app.clone(), locks.clone(), *of, fetcher.clone());
            tasks.spawn(async move { alone(&app, &locks, of, pace, &stop).await });
            (of.version, fetcher)
        });
    }
}

/// Waits for the channel's lock, fetches while it is held, and begins again where it was lost.
async fn alone(app: &App, locks: &Locks, of: Of, pace: Pace, stop: &CancellationToken) {
    let name = format!("fetcher of mail channel {}", of.channel_id);
    while !stop.is_cancelled() {
        match locks.take(&name).await {
            Ok(Some(lost)) => {
                tokio::select! { () = fetcher::run(app, of, pace, stop) => {}, () = lost.cancelled() => {} }
                locks.give_back(&name).await;
            }
            Ok(None) => {}
            Err(problem) => tracing::warn!("mail channels cannot be locked: {problem}"),
        }
        tokio::select! { () = tokio::time::sleep(pace.supervise) => {}, () = stop.cancelled() => {} }
    }
}

async fn active(app: &App) -> Result<Vec<Of>> {
    let mut tx = app.db.jobs().await?;
    let active = sqlx::query_as!(
        Of,
        r#"select organization_id as "organization_id!: OrganizationId", channel_id as "channel_id!: MailChannelId",
                  version as "version!" from desk.active_mail_channel()"#
    );
    Ok(active.fetch_all(&mut *tx).await?)
}
