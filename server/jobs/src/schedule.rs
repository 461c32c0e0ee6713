//! Work that comes round by itself. One process leads; whoever it is, a tick is taken by moving `last_tick_at`, so that
//! two leaders in a hand-over still start it once.

use std::time::Duration;

use atum_core::{App, Result};
use futures::future::BoxFuture;

/// Started every `period` by one process of the installation. Ticks that were missed while nothing ran are not made up.
pub struct Schedule {
    pub name: &'static str,
    pub period: Duration,
    pub start: fn(App) -> BoxFuture<'static, anyhow::Result<()>>,
}

/// One look at all schedules: starts those that are due.
pub async fn run_schedules(app: &App, schedules: &[Schedule]) -> anyhow::Result<u32> {
    let mut started = 0;
    for schedule in schedules {
        if take_tick(app, schedule).await? {
            (schedule.start)(app.clone()).await?;
            started += 1;
        }
    }
    Ok(started)
}

/// True for exactly one process per period, in the database's time.
async fn take_tick(app: &App, schedule: &Schedule) -> Result<bool> {
    let mut tx = app.db.jobs().await?;
    let taken = sqlx::query!(
        "insert into queue.schedule (name, last_tick_at) values ($1, now())
         on conflict (name) do update set last_tick_at = now()
          where queue.schedule.last_tick_at <= now() - make_interval(secs => $2)",
        schedule.name,
        schedule.period.as_secs_f64(),
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(taken.rows_affected() == 1)
}
