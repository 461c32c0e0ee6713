//! Work that comes round by itself. Whoever looks first takes the tick for a minute; when it ends before the tick was
//! started whole, the next one starts the same tick again. Jobs enqueued by a tick have ids made from it, so that a tick
//! started twice enqueues each of them once.

use std::time::Duration;

use atum_core::{
    App, Result,
    ids::{JobId, OrganizationId},
};
use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// How long starting what is due of one may take: all organizations are gone through.
const STEP: Duration = Duration::from_secs(300);

/// Started every `period` by one process of the installation. Ticks that were missed while nothing ran are not made up.
pub struct Schedule {
    pub name: &'static str,
    pub period: Duration,
    /// Enqueues; it may be called again for the same tick, by another process.
    pub start: fn(App) -> BoxFuture<'static, anyhow::Result<()>>,
}

#[derive(Clone, Copy)]
struct Tick {
    name: &'static str,
    at: DateTime<Utc>,
}

tokio::task_local! {
    /// What [`crate::enqueue`] is part of. Not an argument: a job is enqueued the same way wherever it is.
    static TICK: Tick;
}

/// One look at all schedules: starts those that are due.
pub async fn run_schedules(app: &App, schedules: &[Schedule]) -> anyhow::Result<u32> {
    let mut started = 0;
    for schedule in schedules {
        app.progress.step("schedules", STEP);
        if let Some(tick) = take(app, schedule).await? {
            TICK.scope(tick, (schedule.start)(app.clone())).await?;
            finish(app, tick).await?;
            started += 1;
        }
    }
    Ok(started)
}

/// A tick that is due, or one whose leader did not finish it in its minute. In the database's time.
async fn take(app: &App, schedule: &Schedule) -> Result<Option<Tick>> {
    let mut tx = app.db.jobs().await?;
    let taken = sqlx::query_scalar!(
        r#"insert into queue.schedule as s (name, last_tick_at, tick_at, taken_until)
           values ($1, '-infinity', now(), now() + interval '1 minute')
           on conflict (name) do update
              set tick_at = coalesce(s.tick_at, now()), taken_until = now() + interval '1 minute'
            where (s.taken_until is null or s.taken_until < now())
              and (s.tick_at is not null or s.last_tick_at <= now() - make_interval(secs => $2))
           returning tick_at as "tick_at!""#,
        schedule.name,
        schedule.period.as_secs_f64(),
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(taken.map(|at| Tick { name: schedule.name, at }))
}

async fn finish(app: &App, tick: Tick) -> Result<()> {
    let mut tx = app.db.jobs().await?;
    sqlx::query!(
        "update queue.schedule set last_tick_at = tick_at, tick_at = null, taken_until = null
          where name = $1 and tick_at = $2",
        tick.name,
        tick.at,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}

/// The id of a job that is enqueued by a tick; `None` outside of one.
pub(crate) fn id_in_tick(organization_id: OrganizationId, kind: &str, payload: &Value) -> Option<JobId> {
    let tick = TICK.try_with(|tick| *tick).ok()?;
    let named = format!("{} {} {organization_id} {kind} {payload}", tick.name, tick.at.timestamp_micros());
    let digest: [u8; 32] = Sha256::digest(named).into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Some(JobId(uuid::Builder::from_custom_bytes(bytes).into_uuid()))
}
