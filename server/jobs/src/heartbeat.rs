//! Signs of life: one row a worker, aged by the database's clock.

use std::time::Duration;

use atum_core::{App, Result, ids::WorkerId};
use serde_json::{Value, json};
use tokio::time;
use tokio_util::sync::CancellationToken;

/// How long one step of a round may take: a statement is given up after a minute.
const STEP: Duration = Duration::from_secs(120);

/// Does `round` at once and then every `period`, beating under the name `kind`, until told to stop. A round that fails
/// is logged and tried again at the next; a round under way is finished before the loop ends. A round that takes many steps
/// tells each ([`atum_core::progress::Progress::step`]), or it is taken to hang.
pub async fn every<F, Round>(app: App, kind: &'static str, period: Duration, stop: CancellationToken, round: F)
where
    F: Fn(App) -> Round + Send,
    Round: Future<Output = anyhow::Result<Value>> + Send,
{
    let worker = WorkerId::new();
    let mut rounds = time::interval(period);
    rounds.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
    loop {
        app.progress.expect(kind, period);
        tokio::select! { _ = rounds.tick() => {}, () = stop.cancelled() => break }
        app.progress.expect(kind, STEP);
        let detail = round(app.clone()).await.unwrap_or_else(|error| {
            tracing::warn!(worker = kind, "round failed: {error:#}");
            json!({ "error": format!("{error:#}") })
        });
        if let Err(problem) = beat(&app, kind, worker, detail).await {
            tracing::warn!(worker = kind, "no sign of life: {problem}");
        }
    }
    leave(&app, worker).await;
}

pub(crate) async fn beat_always(app: &App, period: Duration, worker: WorkerId, detail: impl Fn() -> Value) {
    let mut beats = time::interval(period);
    loop {
        beats.tick().await;
        if let Err(problem) = beat(app, "jobs", worker, detail()).await {
            tracing::warn!(worker = "jobs", "no sign of life: {problem}");
        }
    }
}

async fn beat(app: &App, kind: &str, worker: WorkerId, detail: Value) -> Result<()> {
    let mut tx = app.db.jobs().await?;
    // By the system call: inside a sandbox, /proc holds processes and nothing else.
    let host = rustix::system::uname();
    sqlx::query!(
        "insert into queue.worker (id, kind, host, pid, version, detail) values ($1, $2, $3, $4, $5, $6)
         on conflict (id) do update set beat_at = now(), detail = excluded.detail",
        worker.0,
        kind,
        &host.nodename().to_string_lossy(),
        i32::try_from(std::process::id()).unwrap_or(0),
        env!("CARGO_PKG_VERSION"),
        detail,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}

/// A worker that stops in good order takes its row with it: only the dead leave one that ages.
pub(crate) async fn leave(app: &App, worker: WorkerId) {
    let gone = async {
        let mut tx = app.db.jobs().await?;
        sqlx::query!("delete from queue.worker where id = $1", worker.0).execute(&mut *tx).await?;
        tx.commit().await
    };
    let _ = time::timeout(Duration::from_secs(2), gone).await;
}
