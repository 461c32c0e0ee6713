//! Where in the program something was logged as an error, and how often. The words stay in the log: they may be about
//! somebody. As many rows as the program has such places.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use atum_core::{App, Result};
use tokio_util::sync::CancellationToken;

/// How long an error waits at most before the monitoring page knows of it.
const WRITTEN_EVERY: Duration = Duration::from_secs(10);

static UNWRITTEN: Mutex<Option<HashMap<String, i64>>> = Mutex::new(None);

/// Called for each error that is logged, with its file and line.
pub fn note_logged_error(file: &str, line: u32) {
    let mut unwritten = UNWRITTEN.lock().unwrap_or_else(PoisonError::into_inner);
    *unwritten.get_or_insert_default().entry(format!("{file}:{line}")).or_default() += 1;
}

/// Writes them down now and then until told to stop, and once more then.
pub async fn keep_logged_errors(app: App, stop: CancellationToken) {
    let mut rounds = tokio::time::interval(WRITTEN_EVERY);
    loop {
        let stopping = tokio::select! { _ = rounds.tick() => false, () = stop.cancelled() => true };
        write(&app).await;
        if stopping {
            return;
        }
    }
}

/// What cannot be written, as when the database is away, waits for the next round: nothing is logged of it here, or each
/// round would make its own error.
async fn write(app: &App) {
    let Some(taken) = UNWRITTEN.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
    if add(app, &taken).await.is_err() {
        let mut unwritten = UNWRITTEN.lock().unwrap_or_else(PoisonError::into_inner);
        let unwritten = unwritten.get_or_insert_default();
        for (place, times) in taken {
            *unwritten.entry(place).or_default() += times;
        }
    }
}

async fn add(app: &App, taken: &HashMap<String, i64>) -> Result<()> {
    let mut places: Vec<_> = taken.iter().collect();
    places.sort();
    let (places, times): (Vec<String>, Vec<i64>) =
        places.into_iter().map(|(place, times)| (place.clone(), *times)).unzip();
    let mut tx = app.db.jobs().await?;
    sqlx::query!(
        "insert into queue.logged_error as e (place, version, times)
         select place, $3, times from unnest($1::text[], $2::bigint[]) as logged (place, times)
         on conflict (place) do update
            set times = case when e.last_at < now() - interval '24 hours' then 0 else e.times end + excluded.times,
                first_at = case when e.last_at < now() - interval '24 hours' then now() else e.first_at end,
                last_at = now(), version = excluded.version",
        &places,
        &times,
        env!("CARGO_PKG_VERSION"),
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!("delete from queue.logged_error where last_at < now() - interval '30 days'").execute(&mut *tx).await?;
    tx.commit().await
}
