//! The newest proof of isolation, whoever made it: this process, another, or the hour's schedule. Kept in the database,
//! so that what one process finds takes readiness from all.

use std::{sync::Arc, time::Duration};

use atum_core::{App, Result};
use atum_jobs::Schedule;
use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use serde_json::Value;
use tokio::sync::Mutex;

use crate::proof::{self, Report, Status};

/// How old a proof may be that readiness rests on.
const FRESH_MINUTES: i64 = 10;

/// One proof at a time: whoever comes meanwhile waits for it and takes its result.
#[derive(Clone, Default)]
pub(crate) struct Latest(Arc<Mutex<Option<Report>>>);

impl Latest {
    pub(crate) async fn prove(&self, app: &App) -> anyhow::Result<Report> {
        let mut latest = self.0.lock().await;
        Ok(latest.insert(prove_and_keep(app).await?).clone())
    }

    pub(crate) async fn fresh(&self, app: &App) -> anyhow::Result<Report> {
        let mut latest = self.0.lock().await;
        let known = latest.as_ref().map(|report| report.checked_at);
        if let Some(newer) = newer_than(app, known).await? {
            *latest = Some(newer);
        }
        let youngest = app.clock.now() - TimeDelta::minutes(FRESH_MINUTES);
        match latest.as_ref().filter(|report| report.checked_at >= youngest) {
            Some(report) => Ok(report.clone()),
            None => Ok(latest.insert(prove_and_keep(app).await?).clone()),
        }
    }
}

/// Proves isolation once an hour, also where nobody asks whether the process is ready.
pub fn prove_isolation() -> Schedule {
    let start = |app| async move { prove_and_keep(&app).await.map(drop) }.boxed();
    Schedule { name: "prove_isolation", period: Duration::from_secs(3600), start }
}

/// In a task of its own: a proof that was begun is made and kept though whoever asked for it goes away.
pub async fn prove_and_keep(app: &App) -> anyhow::Result<Report> {
    tokio::spawn(make_and_keep(app.clone())).await?
}

async fn make_and_keep(app: App) -> anyhow::Result<Report> {
    let app = &app;
    let report = proof::prove(app).await?;
    if report.status == Status::Fail {
        for violation in &report.violations {
            tracing::error!("isolation is broken: {violation}");
        }
    }
    keep(app, &report, serde_json::to_value(&report)?).await?;
    Ok(report)
}

async fn keep(app: &App, report: &Report, json: Value) -> Result<()> {
    let mut tx = app.db.jobs().await?;
    sqlx::query!(
        "insert into queue.isolation_report (report, checked_at) values ($1, $2)
         on conflict (id) do update set report = excluded.report, checked_at = excluded.checked_at
          where queue.isolation_report.checked_at <= excluded.checked_at",
        json,
        report.checked_at,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}

/// What another process found since. A report that this version cannot read is none.
async fn newer_than(app: &App, known: Option<DateTime<Utc>>) -> Result<Option<Report>> {
    let mut tx = app.db.jobs().await?;
    let kept =
        sqlx::query_scalar!("select report from queue.isolation_report where checked_at > $1 or $1 is null", known,)
            .fetch_optional(&mut *tx)
            .await?;
    Ok(kept.and_then(|report| serde_json::from_value(report).ok()))
}
