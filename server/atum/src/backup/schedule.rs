//! What `atum up` does by itself: a backup a day, a drill a week, new files every five minutes. The log is handed over by
//! PostgreSQL all the time. A packaged installation has timers for it.

use std::{sync::Arc, time::Duration};

use tokio::{runtime::Handle, task::JoinHandle, time::Instant};

use super::{Progress, Source, copy_new, drill, make, record};

/// A little less than a day, so that the time of day does not creep.
const BACKUP_EVERY: Duration = Duration::from_hours(23);
const DRILL_EVERY: Duration = Duration::from_hours(7 * 24 - 1);
const FILES_EVERY: Duration = Duration::from_mins(5);
const LOOK_EVERY: Duration = Duration::from_mins(1);
/// A new installation is looked at first, and many are thrown away soon.
const FIRST_AFTER: Duration = Duration::from_mins(10);
/// After a failure.
const AGAIN_AFTER: Duration = Duration::from_hours(1);

/// Until the application stops. In a thread of its own: much of it waits for disks.
pub fn start(source: Source) -> JoinHandle<()> {
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || {
        runtime.block_on(async {
            tokio::select! {
                () = source.app.stop.cancelled() => {}
                () = keep_on(&source) => {}
            }
        });
    })
}

async fn keep_on(source: &Source) {
    let begun = Instant::now();
    let mut files_at = begun;
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        if begun.elapsed() < FIRST_AFTER {
            continue;
        }
        if let Err(error) = look(source, &mut files_at).await {
            tracing::error!("backups: {error:#}");
        }
    }
}

async fn look(source: &Source, files_at: &mut Instant) -> anyhow::Result<()> {
    let app = &source.app;
    let progress = Arc::new(Progress::logged());
    if is_due(record::age(app, "full").await?, record::tried(app, "full").await?, BACKUP_EVERY) {
        make(source, &progress).await?;
    }
    if record::age(app, "full").await?.is_none() {
        return Ok(());
    }
    if files_at.elapsed() > FILES_EVERY {
        *files_at = Instant::now();
        copy_new(app, &source.vault, &source.key).await?;
    }
    if is_due(record::age(app, "drill").await?, record::tried(app, "drill").await?, DRILL_EVERY) {
        let report = drill(source, None, None, &progress).await?;
        tracing::info!("the backup {} was restored in {:.1} s and is proven", report.proven, report.restore_seconds);
    }
    Ok(())
}

/// Seconds since the newest success and since the newest try.
fn is_due(age: Option<f64>, tried: Option<f64>, period: Duration) -> bool {
    let is_over = age.is_none_or(|age| age > period.as_secs_f64());
    is_over && tried.is_none_or(|tried| tried > AGAIN_AFTER.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_after_success_and_an_hour_after_failure() {
        let due = |age, tried| is_due(age, tried, BACKUP_EVERY);
        let hour = 3600.0;
        assert!(due(None, None));
        assert!(!due(None, Some(0.5 * hour)), "it has just failed");
        assert!(due(None, Some(1.1 * hour)));
        assert!(!due(Some(22.0 * hour), Some(22.0 * hour)));
        assert!(due(Some(23.5 * hour), Some(23.5 * hour)));
        assert!(!due(Some(23.5 * hour), Some(0.2 * hour)));
    }
}
